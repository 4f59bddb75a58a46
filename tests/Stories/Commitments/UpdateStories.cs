using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;
using FsCheck.Xunit;

namespace EqualitiesPlatform.Stories.Commitments;

public class UpdateStories
{
    private static readonly CommitmentId Audit = new(Guid.Parse("0198a000-0000-7000-8000-00000000000a"));
    private static readonly PartnerId Capita = new(Guid.Parse("0198a000-0000-7000-8000-000000000001"));
    private static readonly ReportingPeriod Q1 = ReportingPeriod.Parse("2013-14 Q1"), Q2 = Q1.Next, Q3 = Q2.Next;
    private static readonly CommitmentProposed Proposed = new(Audit, null, Capita, "Audit every contact point", "expectation:p5", [], null, false);
    private static readonly CommitmentAccepted Accepted = new(new(2013, 4, 10));
    private static readonly UpdateExpected ExpectQ1 = new(Q1, new(2013, 7, 7), new(2013, 7, 14), new(2013, 7, 28), new(2013, 8, 11));
    private static readonly UpdateExpected ExpectQ2 = new(Q2, new(2013, 10, 7), new(2013, 10, 14), new(2013, 10, 28), new(2013, 11, 11));
    private static readonly UpdateMissed MissedQ1 = new(Q1, new(2013, 7, 14), new(2013, 7, 15));
    private static readonly RaiseDue Wake = new(StreamKey.Of("commitment", Audit.Value));
    private static readonly ReportProgress Report = new(Audit, CommitmentStatus.OnTrack, "Two of three sites", 66, null, null, null);

    private static Story<Commitment> Running(params object[] since) => Story<Commitment>.Given([Proposed, Accepted, ExpectQ1, .. since]);

    private static ProgressReported Reported(ReportingPeriod period, bool late, DateOnly on) => new(CommitmentStatus.OnTrack, "Two of three sites", 66, null, period, late, on);

    [Fact]
    public void A_report_within_the_quarter_is_for_the_quarter() =>
        Running().On(2013, 6, 1).When(Report).Then(Reported(Q1, false, new(2013, 6, 1)));

    [Fact]
    public void In_the_days_of_grace_the_awaited_quarter_is_meant() =>
        Running().On(2013, 7, 5).When(Report).Then(Reported(Q1, false, new(2013, 7, 5)));

    [Fact]
    public void A_second_report_in_the_days_of_grace_is_for_the_new_quarter() =>
        Running(Reported(Q1, false, new(2013, 6, 1))).On(2013, 7, 12).When(Report).Then(Reported(Q2, false, new(2013, 7, 12)));

    [Fact]
    public void Reports_need_acceptance_and_a_day_since_then()
    {
        Story<Commitment>.Given(Proposed).When(Report).ThenRefused("COMMITMENT_NOT_ACCEPTED");
        Running().On(2013, 5, 1).When(Report with { EffectiveOn = new(2013, 5, 2) }).ThenRefused("EFFECTIVE_IN_FUTURE");
        Running().On(2013, 5, 1).When(Report with { EffectiveOn = new(2013, 4, 9) }).ThenRefused("EFFECTIVE_BEFORE_ACCEPTANCE");
    }

    [Fact]
    public void What_is_remembered_of_a_quarter_does_not_grow_with_its_reports()
    {
        var once = new object[] { Proposed, Accepted, ExpectQ1, Reported(Q1, false, new(2013, 6, 1)) }.Aggregate(Commitment.Unborn, Commitment.Evolve);
        once.Clock.Given.Should().Equal(Q1);
        Commitment.Evolve(once, Reported(Q1, false, new(2013, 6, 2))).Clock.Should().BeSameAs(once.Clock);
    }

    [Fact]
    public void Completion_is_not_a_report() =>
        Running().When(Report with { Status = CommitmentStatus.Completed }).ThenRefused("STATUS_NOT_REPORTABLE");

    [Fact]
    public void A_nil_return_is_a_fact()
    {
        Running().On(2013, 6, 30).When(new ReportNil(Audit, Q1)).Then(new NilReported(Q1, false));
        Running().On(2013, 6, 30).When(new ReportNil(Audit, Q2)).ThenRefused("PERIOD_NOT_BEGUN");
        Running().On(2013, 6, 30).When(new ReportNil(Audit, ReportingPeriod.Parse("2012-13 Q4"))).ThenRefused("PERIOD_BEFORE_ACCEPTANCE");
        Running().On(2013, 6, 30).When(new ReportNil(Audit, ReportingPeriod.Parse("2013-14 H1"))).ThenRefused("PERIOD_OF_ANOTHER_LENGTH");
    }

    [Fact]
    public void The_lead_is_reminded_a_week_before() =>
        Running().On(2013, 7, 7).When(Wake).Then(new UpdateReminded(Q1, new(2013, 7, 14), new(2013, 7, 7)));

    [Fact]
    public void On_the_due_day_nothing_is_missed_yet() =>
        Running(new UpdateReminded(Q1, new(2013, 7, 14), new(2013, 7, 7))).On(2013, 7, 14).When(Wake).ThenNothing();

    [Fact]
    public void The_day_after_it_is_missed_and_the_next_quarter_is_expected() =>
        Running(new UpdateReminded(Q1, new(2013, 7, 14), new(2013, 7, 7))).On(2013, 7, 15).When(Wake).Then(MissedQ1, ExpectQ2);

    [Fact]
    public void A_miss_is_escalated_and_then_named()
    {
        Running(MissedQ1, ExpectQ2).On(2013, 7, 28).When(Wake).Then(new MissEscalated(Q1, new(2013, 7, 28)));
        Running(MissedQ1, ExpectQ2, new MissEscalated(Q1, new(2013, 7, 28))).On(2013, 8, 11).When(Wake).Then(new MissNamedForReport(Q1, new(2013, 8, 11)));
    }

    [Fact]
    public void A_clock_that_stood_still_catches_up_in_order_of_days() =>
        Running().On(2013, 10, 8).When(Wake).Then(
            MissedQ1, ExpectQ2, new MissEscalated(Q1, new(2013, 7, 28)), new MissNamedForReport(Q1, new(2013, 8, 11)),
            new UpdateReminded(Q2, new(2013, 10, 14), new(2013, 10, 7)));

    [Fact]
    public void An_update_in_time_leads_to_the_next_quarter_without_a_miss() =>
        Running(Reported(Q1, false, new(2013, 6, 1))).On(2013, 7, 15).When(Wake).Then(ExpectQ2);

    [Fact]
    public void A_late_update_is_late_keeps_the_miss_and_ends_the_ladder()
    {
        Running(MissedQ1, ExpectQ2).On(2013, 7, 20).When(Report with { Period = Q1 }).Then(Reported(Q1, true, new(2013, 7, 20)));
        Running(MissedQ1, ExpectQ2, Reported(Q1, true, new(2013, 7, 20))).On(2013, 8, 30).When(Wake).ThenNothing();
    }

    [Fact]
    public void A_late_update_is_late_also_when_the_clock_was_not_looked_at() =>
        Running().On(2013, 7, 20).When(Report with { Period = Q1 }).Then(MissedQ1, ExpectQ2, Reported(Q1, true, new(2013, 7, 20)));

    [Fact]
    public void The_pack_sets_the_rhythm_and_the_days() =>
        Story<Commitment>.Given(Proposed).On(2013, 4, 10).Under(("updates.frequency", "half-yearly"), ("updates.due-days", "20"), ("updates.remind-days", "5"))
            .When(new AcceptCommitment(Audit)).Then(
                Accepted,
                // 30 September and 20 days; 5 days before that; 14 and 28 days after.
                new UpdateExpected(ReportingPeriod.Parse("2013-14 H1"), new(2013, 10, 15), new(2013, 10, 20), new(2013, 11, 3), new(2013, 11, 17)));

    [Property]
    public bool Each_period_is_missed_exactly_once_whatever_the_wake_ups(int[] looks)
    {
        // Looked at on any days of two years, in order, as often as one likes, and at last on 1 June 2015.
        var days = looks.Select(l => new DateOnly(2013, 4, 10).AddDays((int)(Math.Abs((long)l) % 730))).Order().SelectMany(d => new[] { d, d });
        var events = new List<object> { Proposed, Accepted, ExpectQ1 };
        foreach (var day in days.Append(new DateOnly(2015, 6, 1)))
            events.AddRange(Story<Commitment>.Given([.. events]).On(day.Year, day.Month, day.Day).When(Wake).Events);
        var missed = events.OfType<UpdateMissed>().Select(m => m.Period).ToArray();
        // Q1 of 2013-14 to Q4 of 2014-15: eight quarters were due by 14 April 2015.
        return missed.Length == 8 && missed.Distinct().Count() == 8 && missed.Zip(missed.Skip(1)).All(p => p.First.Next == p.Second);
    }

    [Property]
    public bool The_current_status_is_the_latest_effective_whatever_the_order_of_recording(byte[] days)
    {
        var distinct = days.Distinct().ToArray();
        if (distinct.Length == 0) return true;
        var reports = distinct.Select((d, i) => new ProgressReported(
            (CommitmentStatus)(1 + i % 4), $"{d}", null, null, Q1, false, new DateOnly(2013, 4, 10).AddDays(d))).ToArray();
        var latest = reports.MaxBy(r => r.EffectiveOn)!;
        var shuffled = reports.OrderBy(r => r.Narrative, StringComparer.Ordinal);
        return Current(reports) == (latest.Status, latest.Narrative) && Current(shuffled) == Current(reports) && Current(reports.Reverse()) == Current(reports);
    }

    [Fact]
    public void Of_two_reports_as_at_one_day_the_later_recorded_counts()
    {
        var first = Reported(Q1, false, new(2013, 6, 1));
        Current([first, first with { Status = CommitmentStatus.AtRisk, Narrative = "After all" }]).Should().Be((CommitmentStatus.AtRisk, "After all"));
    }

    private static (CommitmentStatus, string?) Current(IEnumerable<ProgressReported> reports)
    {
        var register = new object[] { Proposed, Accepted }.Concat(reports).Select(Recorded.As("commitment", Audit.Value)).Aggregate((CommitmentRegister?)null, CommitmentRegister.Fold)!;
        return (register.Status, register.Narrative);
    }
}
