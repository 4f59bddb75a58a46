using System.Text.Json;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;
using FsCheck.Xunit;

namespace EqualitiesPlatform.Stories.Governance;

public class ObligationStories
{
    private static readonly ObligationId Id = new(new Guid("00000000-0000-0000-0000-0000000000e1"));
    private static readonly Citation Citation = new(CitationSource.Report, "6.1");
    private static readonly DateOnly April = new(2013, 4, 1);

    // The year to 31 March 2014, due 91 days later: 30 days of April, 31 of May, 30 of June.
    private static readonly DateOnly FirstDue = new(2014, 6, 30);
    private static readonly ObligationRule YearEnd = new ObligationRule.EachPeriod(PeriodLength.Year, 91);
    private static readonly ObligationRule Guidance = new ObligationRule.After("guidance is published", 90);

    private static readonly ObligationFallingDue FallingDue = new(FirstDue, "2013-14");
    private static readonly ObligationMissed Missed = new(FirstDue, "2013-14", new(2014, 7, 1));
    private static readonly ObligationMet Met = new(FirstDue, "2013-14", PublicationKind.YearEndReport, "CRC, item 5", false, new(2014, 6, 12));

    private static GovernanceStory<Obligation> On(DateOnly today, params object[] events) => GovernanceStory<Obligation>.Given(events, today);

    private static ObligationStated Stated(ObligationRule rule, int notice = 14, int grace = 0) => new(
        Id, "to-crc", "The year", "council", "crc", rule, "Policy Officer", PublicationKind.YearEndReport, Citation, notice, grace, April);

    private static StateObligation State(ObligationRule rule, string text = "The year") => new(
        Id, "to-crc", text, "council", "crc", rule, "Policy Officer", PublicationKind.YearEndReport, Citation);

    private static MeetObligation Meet(string reference = "CRC, item 5", DateOnly? on = null, DateOnly? due = null, PublicationKind by = PublicationKind.YearEndReport) =>
        new(Id, by, reference, on, due);

    private static RaiseDue Raise => new(StreamKey.Of(ObligationId.Kind, Id.Value));

    [Fact]
    public void An_obligation_binds_from_the_day_it_is_stated() => On(April).When(State(YearEnd)).Then(Stated(YearEnd));

    [Fact]
    public void Its_days_of_notice_and_grace_are_those_of_the_policy_in_force() =>
        On(April).Under(("obligations.remind-days", "30"), ("obligations.grace-days", "5")).When(State(YearEnd)).Then(Stated(YearEnd, 30, 5));

    [Fact]
    public void Stating_it_again_changes_nothing() => On(April.AddDays(9), Stated(YearEnd)).When(State(YearEnd)).ThenNothing();

    [Fact]
    public void Other_words_change_nothing_about_what_is_owed() =>
        On(April.AddDays(9), Stated(YearEnd)).When(State(YearEnd, "The whole year")).Then(Stated(YearEnd) with { Text = "The whole year" });

    [Fact]
    public void Another_rule_binds_from_its_own_day_and_what_was_missed_before_is_said_first()
    {
        var july = new DateOnly(2014, 7, 10);
        ObligationRule once = new ObligationRule.Once(new(2015, 1, 1));
        On(july, Stated(YearEnd), FallingDue).When(State(once)).Then(Missed, Stated(once) with { BindsFrom = july });
    }

    [Fact]
    public void Nothing_can_be_done_to_an_obligation_that_nobody_stated()
    {
        On(April).When(Meet()).ThenRefused("OBLIGATION_UNKNOWN");
        On(April).When(Raise).ThenRefused("OBLIGATION_UNKNOWN");
    }

    [Fact]
    public void A_command_of_another_aggregate_is_refused() =>
        On(April, Stated(YearEnd)).When(PackStandings.Establish).ThenRefused("COMMAND_UNKNOWN");

    [Fact]
    public void What_a_period_owes_that_ended_before_it_was_stated_is_not_owed()
    {
        // The year 2012-13 ended on 31 March 2013, the day before.
        Stated(YearEnd).Rule.DueFrom(April).First().Should().Be(new DueDay(FirstDue, "2013-14"));
        Stated(YearEnd).Rule.DueFrom(April.AddDays(-1)).First().Should().Be(new DueDay(new(2013, 6, 30), "2012-13"));
    }

    [Fact]
    public void The_owner_is_reminded_once_a_fortnight_before()
    {
        On(new(2014, 6, 15), Stated(YearEnd)).When(Raise).ThenNothing();
        On(new(2014, 6, 16), Stated(YearEnd)).When(Raise).Then(FallingDue);
        On(FirstDue, Stated(YearEnd), FallingDue).When(Raise).ThenNothing();
    }

    [Fact]
    public void A_due_day_that_passed_is_missed_once_from_the_day_after()
    {
        On(new(2014, 7, 1), Stated(YearEnd), FallingDue).When(Raise).Then(Missed);
        On(new(2014, 7, 2), Stated(YearEnd), FallingDue, Missed).When(Raise).ThenNothing();
    }

    [Fact]
    public void In_its_days_of_grace_it_is_not_missed()
    {
        On(new(2014, 7, 5), Stated(YearEnd, grace: 5), FallingDue).When(Raise).ThenNothing();
        On(new(2014, 7, 6), Stated(YearEnd, grace: 5), FallingDue).When(Raise).Then(Missed with { EffectiveOn = new(2014, 7, 6) });
    }

    [Fact]
    public void A_clock_that_comes_years_late_says_every_miss_and_the_reminder_that_is_due()
    {
        On(new(2016, 6, 20), Stated(YearEnd)).When(Raise).Then(
            Missed, new ObligationMissed(new(2015, 6, 30), "2014-15", new(2015, 7, 1)), new ObligationFallingDue(new(2016, 6, 30), "2015-16"));
    }

    [Fact]
    public void A_publication_meets_the_earliest_that_is_not_met() => On(new(2014, 6, 12), Stated(YearEnd)).When(Meet()).Then(Met);

    [Fact]
    public void The_same_publication_meets_it_once()
    {
        On(new(2014, 6, 13), Stated(YearEnd), Met).When(Meet()).ThenNothing();
        On(new(2014, 6, 13), Stated(YearEnd), Met).When(Meet(due: FirstDue)).ThenNothing();
        On(new(2014, 6, 13), Stated(YearEnd), Met).When(Meet("CRC, item 6", due: FirstDue)).ThenRefused("ALREADY_MET");
    }

    [Fact]
    public void Met_late_the_miss_is_said_first_and_stays()
    {
        var late = Met with { Late = true, EffectiveOn = new(2014, 7, 20) };
        On(new(2014, 7, 20), Stated(YearEnd), FallingDue).When(Meet()).Then(Missed, late);
        On(new(2014, 7, 20), Stated(YearEnd), FallingDue, Missed).When(Meet()).Then(late);
    }

    [Fact]
    public void Met_in_time_but_recorded_late_it_was_not_missed() =>
        On(new(2014, 7, 20), Stated(YearEnd), FallingDue).When(Meet(on: new(2014, 6, 12))).Then(Met);

    [Fact]
    public void A_publication_of_tomorrow_or_of_another_sort_meets_nothing()
    {
        On(new(2014, 6, 12), Stated(YearEnd)).When(Meet(on: new(2014, 6, 13))).ThenRefused("PUBLISHED_IN_FUTURE");
        On(new(2014, 6, 12), Stated(YearEnd)).When(Meet(by: PublicationKind.AnnualReport)).ThenRefused("WRONG_PUBLICATION");
    }

    [Fact]
    public void A_day_on_which_nothing_falls_due_cannot_be_met() =>
        On(new(2014, 6, 12), Stated(YearEnd)).When(Meet(due: new(2014, 6, 29))).ThenRefused("NOT_DUE_THEN");

    [Fact]
    public void What_always_holds_is_shown_kept_on_a_day_and_is_never_due()
    {
        var always = Stated(new ObligationRule.Always());
        var kept = new ObligationKept(PublicationKind.YearEndReport, "the page", new(2014, 6, 12));
        On(new(2014, 6, 12), always).When(Meet("the page")).Then(kept);
        On(new(2014, 6, 12), always, kept).When(Meet("the page")).ThenNothing();
        On(new(2024, 6, 12), always).When(Raise).ThenNothing();
        On(April, always).State.WakesOn.Should().BeNull();
    }

    [Fact]
    public void What_must_be_shown_to_be_kept_falls_due_from_one_showing_to_the_next()
    {
        var kept = new ObligationKept(PublicationKind.YearEndReport, "the page", new(2013, 6, 1));
        var stated = Stated(new ObligationRule.KeptWithin(92));
        // 92 days from 1 April: 29 left in April, 31 in May, 30 in June, 2 in July; and 92 from 1 June: 29, 31, 31 and 1.
        DueDay first = new(new(2013, 7, 2), "the 92 days to 2013-07-02"), second = new(new(2013, 9, 1), "the 92 days to 2013-09-01");
        var missed = new ObligationMissed(first.On, first.For, first.On.AddDays(1));
        On(April, stated).State.WakesOn.Should().Be(first.On.AddDays(-14));
        On(first.On.AddDays(-14), stated).When(Raise).Then(new ObligationFallingDue(first.On, first.For));
        On(first.On.AddDays(1), stated, new ObligationFallingDue(first.On, first.For)).When(Raise).Then(missed);
        On(new(2013, 6, 1), stated).When(Meet("the page")).Then(kept);
        On(new(2013, 7, 20), stated).When(Meet("the page")).Then(missed, kept with { EffectiveOn = new(2013, 7, 20) });
        On(new(2013, 6, 25), stated, new ObligationFallingDue(first.On, first.For), kept).State.WakesOn.Should().Be(second.On.AddDays(-14), "it was shown, and nothing of July is awaited any more");

        var shown = PackStandings.Register<ObligationRegister>(ObligationId.Kind, Id.Value, stated, new ObligationFallingDue(first.On, first.For), kept);
        shown.AsAt(new(2013, 6, 25)).Select(d => (d.Day.DueOn, d.State)).Should().Equal(
            (first.On, DueDayState.Met), (second.On, DueDayState.Ahead), (second.On.AddDays(92), DueDayState.Ahead), (second.On.AddDays(184), DueDayState.Ahead));
    }

    [Fact]
    public void What_happens_outside_the_calendar_sets_it_off()
    {
        var may = new DateOnly(2014, 5, 20);
        var off = new ObligationSetOff("EHRC 2014", may.AddDays(90), may);
        On(may, Stated(Guidance)).When(Meet()).ThenRefused("NOTHING_DUE");
        On(may, Stated(Guidance)).When(new SetOffObligation(Id, "EHRC 2014", null)).Then(off);
        On(may, Stated(Guidance), off).When(new SetOffObligation(Id, "EHRC 2014", may)).ThenNothing();
        On(may, Stated(Guidance), off).When(Meet()).Then(new ObligationMet(off.DueOn, "EHRC 2014", PublicationKind.YearEndReport, "CRC, item 5", false, may));
        On(may, Stated(Guidance)).When(new SetOffObligation(Id, "EHRC 2014", may.AddDays(1))).ThenRefused("HAPPENED_IN_FUTURE");
        On(may, Stated(YearEnd)).When(new SetOffObligation(Id, "EHRC 2014", null)).ThenRefused("CALENDAR_DECIDES");
    }

    [Fact]
    public void Every_rule_survives_its_stored_form_in_any_order_that_the_database_gives_it()
    {
        ObligationRule[] rules =
        [
            new ObligationRule.Always(), YearEnd, new ObligationRule.EachYear(4, 6, 4, 2012), new ObligationRule.EachYear(1, 31, 1, null),
            new ObligationRule.Once(new(2015, 12, 31)), Guidance, new ObligationRule.KeptWithin(92),
        ];
        foreach (var rule in rules)
        {
            var stored = CanonicalEncoding.Of(JsonSerializer.SerializeToElement(rule, Catalogue.Json));
            JsonSerializer.Deserialize<ObligationRule>(stored, Catalogue.Json).Should().Be(rule);
        }
        rules.Select(r => r.InWords()).Should().Equal(
            "always", "91 days after every financial year", "every 4 years on 6 April, from 2012", "every 31 January", "once, on 2015-12-31", "90 days after guidance is published", "always, and shown to be kept every 92 days");
    }

    /// <summary>However seldom the clock comes, every due day in the past is on record once, and the clock never stands still.</summary>
    [Property]
    public void The_clock_raises_every_due_day_once_and_moves_on(byte[] daysBetween, byte grace)
    {
        var story = On(April, Stated(new ObligationRule.EachPeriod(PeriodLength.Quarter, 14), 14, grace % 40));
        var missed = new List<DateOnly>();
        var today = April;
        foreach (var days in daysBetween)
        {
            today = today.AddDays(days);
            story = story.At(today).When(Raise);
            missed.AddRange(story.Events.OfType<ObligationMissed>().Select(m => m.DueOn));
            story = story.Taken();
            (story.State.WakesOn > today).Should().BeTrue();
        }
        var owed = Stated(YearEnd) with { Rule = new ObligationRule.EachPeriod(PeriodLength.Quarter, 14) };
        missed.Should().Equal(owed.Rule.DueFrom(April).Select(d => d.On).TakeWhile(d => d.AddDays(grace % 40) < today));
    }

    [Fact]
    public void As_at_any_day_the_list_says_what_was_due_met_and_missed()
    {
        var shown = PackStandings.Register<ObligationRegister>(ObligationId.Kind, Id.Value, Stated(YearEnd), FallingDue, Missed, Met with { Late = true, EffectiveOn = new(2014, 7, 20) });
        (DueDayState, DateOnly?, string?) At(DateOnly day) => shown.AsAt(day).Where(d => d.Day.For == "2013-14").Select(d => (d.State, d.Day.MissedOn, d.Day.Reference)).Single();

        shown.AsAt(new(2013, 12, 1)).Should().BeEmpty("the first due day lies in the next financial year");
        At(new(2014, 6, 29)).Should().Be((DueDayState.Ahead, null, null));
        At(FirstDue).Should().Be((DueDayState.Due, null, null));
        At(new(2014, 7, 1)).Should().Be((DueDayState.Missed, new DateOnly(2014, 7, 1), null));
        At(new(2014, 7, 20)).Should().Be((DueDayState.MetLate, new DateOnly(2014, 7, 1), "CRC, item 5"));
        (shown.Missed, shown.Met, shown.Outstanding).Should().Be((1, 1, 0));
        shown.AsAt(new(2015, 4, 1)).Select(d => d.Day.For).Should().Equal("2013-14", "2014-15");
    }
}
