using Equalities.Options.V1;
using EqualitiesPlatform.Engagement;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Engagement;

public class ConsultationStories
{
    private static readonly ConsultationId Policy = new(Guid.Parse("0198a000-0000-7000-8000-0000000000e1"));
    private static readonly PartnerId Council = new(Guid.Parse("0198a000-0000-7000-8000-0000000000e2"));
    private static readonly PartnerId Faith = new(Guid.Parse("0198a000-0000-7000-8000-0000000000e3"));
    private static readonly PartnerId Schools = new(Guid.Parse("0198a000-0000-7000-8000-0000000000e4"));
    private static readonly ConsultationResponseId First = new(Guid.Parse("0198a000-0000-7000-8000-0000000000e5"));
    private static readonly FormatRequestId Print = new(Guid.Parse("0198a000-0000-7000-8000-0000000000e6"));
    private static readonly PersonId File = new(Guid.Parse("0198a000-0000-7000-8000-0000000000e7"));
    private static readonly PersonId Asker = new(Guid.Parse("0198a000-0000-7000-8000-0000000000e8"));
    private static readonly TextId Words = new(Guid.Parse("0198a000-0000-7000-8000-0000000000e9"));
    private static readonly Guid Target = Guid.Parse("0198a000-0000-7000-8000-0000000000ea");
    private static readonly DateOnly April = new(2013, 4, 15);
    private static readonly DateOnly May = new(2013, 5, 1);
    private static readonly DateOnly June = new(2013, 6, 14);
    private static readonly DateOnly Kept = new(2015, 6, 14);

    private static readonly ConsultationDrafted Drafted = new(Policy, "policy", Council, "Draft policy", "To hear", April, June, ["online", "paper"], ["characteristic:age"]);
    private static readonly DraftConsultation Draft = new(Policy, "policy", Council, "Draft policy", "To hear", April, June, ["online", "paper"], ["characteristic:age"]);
    private static readonly object[] Opened = [Drafted, new ConsultationOpened(June, April)];
    private static readonly ReceiveResponse Receive = new(Policy, First, "paper", File, Words, "mark", null);
    private static readonly ResponseReceived Received = new(First, "paper", File, Words, May);
    private static readonly ThemeNamed Plain = new("plain-forms", "Forms are hard to read");
    private static readonly ConsultationClosed Closed = new(Kept, June);
    private static readonly object[] Heard = [.. Opened, Received, Plain, new ResponseCoded(First, ["plain-forms"]), Closed];
    private static readonly AskForFormat AskPrint = new(Policy, Print, OtherFormat.LargePrint, "", Asker, Words, "mark");
    // 10 working days after Wednesday 1 May, with the bank holiday of 6 May between.
    private static readonly FormatAskedFor PrintAsked = new(Print, OtherFormat.LargePrint, "", Asker, Words, new DateOnly(2013, 5, 16), May);

    private static Story<Consultation> Given(params object[] events) => Story<Consultation>.Given(events).By(Role.EngagementOfficer);

    [Fact]
    public void It_is_drafted_and_the_draft_changes_until_it_opens()
    {
        Given().When(Draft).Then(Drafted);
        Given(Drafted).When(Draft).ThenNothing();
        Given(Drafted).When(Draft with { Title = "The policy" }).Then(Drafted with { Title = "The policy" });
        Given(Drafted).When(Draft with { Groups = [] }).Then(Drafted with { Groups = [] });
        Given(Drafted).When(Draft with { Organisation = Faith }).ThenRefused("CONSULTATION_NOT_A_DRAFT");
        Given(Opened).When(Draft with { Title = "The policy" }).ThenRefused("CONSULTATION_NOT_A_DRAFT");
        Given().When(Draft with { ClosesOn = April.AddDays(-1) }).ThenRefused("CLOSES_BEFORE_OPENING");
        Given().When(new OpenConsultation(Policy)).ThenRefused("CONSULTATION_UNKNOWN");
        Given(Opened).When(new Anything(Policy)).ThenRefused("COMMAND_UNKNOWN");
    }

    [Fact]
    public void It_opens_on_its_day_or_later_and_closes_by_itself_after_its_last()
    {
        var open = new OpenConsultation(Policy);
        Given(Drafted).When(open).Then(new ConsultationOpened(June, May));
        Given(Drafted).On(2013, 4, 14).When(open).ThenRefused("OPENS_LATER");
        Given(Drafted).On(2013, 6, 15).When(open).ThenRefused("CLOSES_IN_PAST");
        Given(Drafted with { Channels = [] }).When(open).ThenRefused("NO_CHANNEL");
        Given(Opened).When(open).ThenNothing();
        Given(Opened).State.WakesOn.Should().Be(June.AddDays(1));
        Given(Opened).On(2013, 6, 14).When(Due).ThenNothing();
        Given(Opened).On(2013, 6, 16).When(Due).Then(Closed);
        Given(Opened).On(2013, 6, 16).Under(("engagement.retention", "12")).When(Due).Then(Closed with { KeptUntil = new(2014, 6, 14) });
        Given([.. Opened, Closed]).State.WakesOn.Should().BeNull("nothing in it is about anybody");
    }

    [Fact]
    public void It_can_stay_open_for_longer_and_never_for_less()
    {
        var longer = new ExtendConsultation(Policy, June.AddDays(7), "The easy read came late");
        Given(Opened).When(longer).Then(new ConsultationExtended(June.AddDays(7), "The easy read came late"));
        Given([.. Opened, new ConsultationExtended(June.AddDays(7), "Late")]).When(longer).ThenNothing();
        Given(Opened).When(longer with { ClosesOn = June.AddDays(-1) }).ThenRefused("CLOSES_SOONER");
        Given(Opened).On(2013, 6, 15).When(longer).ThenRefused("CONSULTATION_NOT_OPEN");
        Given(Drafted).When(longer).ThenRefused("CONSULTATION_NOT_OPEN");
    }

    [Fact]
    public void It_can_be_withdrawn_until_it_closes()
    {
        var withdraw = new WithdrawConsultation(Policy, "Written anew");
        var withdrawn = new ConsultationWithdrawn("Written anew", new DateOnly(2015, 5, 1));
        Given(Opened).When(withdraw).Then(withdrawn);
        Given([.. Opened, withdrawn]).When(withdraw).ThenNothing();
        Given([.. Opened, withdrawn]).When(Receive).ThenRefused("CONSULTATION_WITHDRAWN");
        Given(Heard).When(withdraw).ThenRefused("CONSULTATION_CLOSED");
    }

    [Fact]
    public void Partners_that_are_asked_promote_it()
    {
        var promote = new PromoteConsultation(Policy, Faith, "Told every congregation", ["characteristic:religion-or-belief"], null);
        var promoted = new ConsultationPromoted(Faith, "Told every congregation", ["characteristic:religion-or-belief"], May);
        object[] asked = [.. Opened, new PromotionAsked(Faith)];
        Given(Opened).When(new AskToPromote(Policy, [Faith, Schools, Faith])).Then(new PromotionAsked(Faith), new PromotionAsked(Schools));
        Given(asked).When(new AskToPromote(Policy, [Faith])).ThenNothing();
        Given(Heard).When(new AskToPromote(Policy, [Faith])).ThenRefused("CONSULTATION_CLOSED");
        Given(asked).When(promote).Then(promoted);
        Given([.. asked, promoted]).When(promote).ThenNothing();
        Given(asked).When(promote with { Partner = Schools }).ThenRefused("NOT_ASKED");
        Given([.. asked, new PromotionAsked(Schools)]).By(Role.PartnerLead, Schools).When(promote).ThenRefused("NOT_YOUR_ORGANISATION");
        Given(asked).When(promote with { EffectiveOn = June }).ThenRefused("EFFECTIVE_IN_FUTURE");
        Given(asked).When(promote with { EffectiveOn = April.AddDays(-1) }).ThenRefused("CONSULTATION_NOT_OPEN");
        Given(Drafted, new PromotionAsked(Faith)).When(promote).ThenRefused("CONSULTATION_NOT_OPEN");
        Given(asked).State.BelongsTo(Faith).Should().BeTrue();
        Given(asked).State.BelongsTo(Schools).Should().BeFalse();
    }

    [Fact]
    public void Other_formats_are_due_in_working_days()
    {
        var bankHolidays = ("calendar.bank-holidays", "2013-05-06 2013-05-27");
        Given(Opened).Under(bankHolidays).When(AskPrint).Then(PrintAsked);
        // 3 working days after Wednesday 1 May.
        Given(Opened).Under(bankHolidays, ("engagement.formats.large-print", "3")).When(AskPrint).Then(PrintAsked with { DueOn = new(2013, 5, 7) });
        Given([.. Opened, PrintAsked]).When(AskPrint).ThenRefused("FORMAT_ALREADY_ASKED");
        Given(Opened).When(AskPrint with { Format = OtherFormat.Translation }).ThenRefused("LANGUAGE_UNSAID");
        Given(Opened).When(AskPrint with { Language = "Polish" }).ThenRefused("LANGUAGE_UNSAID");
        Given(Opened).On(2013, 6, 15).When(AskPrint).ThenRefused("CONSULTATION_NOT_OPEN");

        var supply = new SupplyFormat(Policy, Print, null);
        // 2, 3, 7, 8 and 9 May: five working days.
        Given([.. Opened, PrintAsked]).On(2013, 5, 9).Under(bankHolidays).When(supply).Then(new FormatSupplied(Print, 5, false, new(2013, 5, 9)));
        Given([.. Opened, PrintAsked]).On(2013, 5, 17).Under(bankHolidays).When(supply).Then(new FormatSupplied(Print, 11, true, new(2013, 5, 17)));
        Given([.. Opened, PrintAsked, new FormatSupplied(Print, 5, false, new(2013, 5, 9))]).On(2013, 5, 10).When(supply).ThenNothing();
        Given(Opened).When(supply).ThenRefused("FORMAT_NOT_ASKED");
        Given([.. Opened, PrintAsked]).When(supply with { EffectiveOn = April }).ThenRefused("SUPPLIED_BEFORE_ASKED");
        Given([.. Opened, PrintAsked]).When(supply with { EffectiveOn = June }).ThenRefused("EFFECTIVE_IN_FUTURE");
    }

    [Fact]
    public void A_format_that_is_not_there_in_time_is_overdue_once()
    {
        var overdue = new FormatOverdue(Print, new DateOnly(2013, 5, 16), new DateOnly(2013, 5, 17));
        Given([.. Opened, PrintAsked]).State.WakesOn.Should().Be(new DateOnly(2013, 5, 17));
        Given([.. Opened, PrintAsked]).On(2013, 5, 16).When(Due).ThenNothing();
        Given([.. Opened, PrintAsked]).On(2013, 5, 20).When(Due).Then(overdue);
        Given([.. Opened, PrintAsked, overdue]).On(2013, 5, 21).When(Due).ThenNothing();
    }

    [Fact]
    public void Responses_come_in_on_its_channels_while_it_is_open()
    {
        Given(Opened).When(Receive).Then(Received);
        Given([.. Opened, Received]).When(Receive).ThenRefused("RESPONSE_EXISTS");
        Given(Opened).When(Receive with { Channel = "pigeon" }).ThenRefused("CHANNEL_UNKNOWN");
        Given(Opened).When(Receive with { EffectiveOn = June }).ThenRefused("EFFECTIVE_IN_FUTURE");
        Given(Opened).On(2013, 6, 15).When(Receive).ThenRefused("CONSULTATION_NOT_OPEN");
        // Posted in time and opened later.
        Given([.. Opened, Closed]).On(2013, 6, 17).When(Receive with { EffectiveOn = June }).Then(Received with { EffectiveOn = June });
        Given([.. Opened, Closed, new ConsultationReported("So")]).On(2013, 6, 17).When(Receive with { EffectiveOn = June }).ThenRefused("CONSULTATION_REPORTED");
    }

    [Fact]
    public void Officers_read_responses_for_themes()
    {
        object[] read = [.. Opened, Received, Plain];
        Given([.. Opened, Received]).When(new NameTheme(Policy, "plain-forms", "Forms are hard to read")).Then(Plain);
        Given(read).When(new NameTheme(Policy, "plain-forms", "Forms are hard to read")).ThenNothing();
        Given(Drafted).When(new NameTheme(Policy, "plain-forms", "Forms are hard to read")).ThenRefused("CONSULTATION_NOT_OPEN");
        Given(read).When(new CodeResponse(Policy, First, ["plain-forms"])).Then(new ResponseCoded(First, ["plain-forms"]));
        Given([.. read, new ResponseCoded(First, [])]).When(new CodeResponse(Policy, First, [])).ThenNothing();
        Given(read).When(new CodeResponse(Policy, First, ["buses"])).ThenRefused("THEME_UNKNOWN");
        Given([.. Opened, Plain]).When(new CodeResponse(Policy, First, [])).ThenRefused("RESPONSE_UNKNOWN");
        Given([.. Heard, new ConsultationReported("So")]).When(new CodeResponse(Policy, First, [])).ThenRefused("CONSULTATION_REPORTED");
    }

    [Fact]
    public void Themes_are_answered_and_followed_by_what_was_done()
    {
        var answered = new ThemeAnswered("plain-forms", "We promise plain forms");
        Given(Heard).When(new AnswerTheme(Policy, "plain-forms", "We promise plain forms")).Then(answered);
        Given([.. Heard, answered]).When(new AnswerTheme(Policy, "plain-forms", "We promise plain forms")).ThenNothing();
        Given(Heard).When(new AnswerTheme(Policy, "buses", "Later")).ThenRefused("THEME_UNKNOWN");
        Given([.. Heard, answered, new ConsultationReported("So")]).When(new AnswerTheme(Policy, "plain-forms", "No")).ThenRefused("CONSULTATION_REPORTED");

        var follow = new FollowTheme(Policy, "plain-forms", ChangedRecord.PolicyVersion, Target, "2014", "It promises plain forms", null, true);
        var followed = new ThemeFollowed("plain-forms", ChangedRecord.PolicyVersion, Target, "2014", "It promises plain forms", June);
        Given(Heard).On(2013, 6, 14).When(follow).Then(followed);
        Given([.. Heard, new ConsultationReported("So")]).On(2013, 6, 14).When(follow).Then(followed);
        Given([.. Heard, followed]).On(2013, 6, 14).When(follow).ThenNothing();
        Given(Heard).When(follow with { Part = "" }).ThenRefused("VERSION_UNSAID");
        Given(Heard).When(follow with { OnRecord = false }).ThenRefused("TARGET_UNKNOWN");
        Given(Heard).When(follow with { To = ChangedRecord.Commitment }).ThenRefused("VERSION_UNSAID");
        Given(Heard).When(follow with { Theme = "buses" }).ThenRefused("THEME_UNKNOWN");
        Given(Heard).When(follow with { EffectiveOn = June }).ThenRefused("EFFECTIVE_IN_FUTURE");
    }

    [Fact]
    public void It_is_reported_when_every_response_is_read_and_every_theme_answered()
    {
        var report = new ReportConsultation(Policy, "People want plain forms");
        var answered = new ThemeAnswered("plain-forms", "We promise plain forms");
        Given([.. Heard, answered]).When(report).Then(new ConsultationReported("People want plain forms"));
        Given([.. Heard, answered, new ConsultationReported("So")]).When(report).ThenNothing();
        Given(Heard).When(report).ThenRefused("THEME_UNANSWERED");
        Given([.. Opened, Received, Closed]).When(report).ThenRefused("RESPONSES_UNCODED");
        Given(Opened).When(report).ThenRefused("CONSULTATION_STILL_OPEN");
        Given([.. Opened, Closed]).When(report).Then(new ConsultationReported("People want plain forms"));
    }

    [Fact]
    public void A_response_is_erased_when_one_asks_and_another_does_it()
    {
        var (ask, erase) = (new AskErasure(Policy, First), new EraseResponse(Policy, First));
        object[] asked = [.. Opened, Received, new ResponseErasureAsked(First)];
        object[] erased = [.. asked, new ResponseErasureConfirmed(First, File)];
        Given([.. Opened, Received]).When(ask).Then(new ResponseErasureAsked(First));
        Given(asked).When(ask).ThenNothing();
        Given(Opened).When(ask).ThenRefused("RESPONSE_UNKNOWN");
        Given(Opened).When(erase).ThenRefused("RESPONSE_UNKNOWN");
        Given([.. Opened, Received]).When(erase).ThenRefused("ERASURE_NOT_ASKED");
        Given(asked).BySamePerson(Role.EngagementOfficer).When(erase).ThenRefused("SAME_PERSON");
        Given(asked).When(erase).Then(new ResponseErasureConfirmed(First, File));
        Given(erased).When(erase).ThenNothing();
        Given(erased).When(new NoteErasedResponses(Policy, [File])).Then(new ResponsesErased([File]));
        Given([.. erased, Plain]).When(new CodeResponse(Policy, First, ["plain-forms"])).ThenRefused("RESPONSE_ERASED");
        Given([.. erased, Closed]).When(new ReportConsultation(Policy, "So")).Then(new ConsultationReported("So"));
    }

    [Fact]
    public void What_is_about_people_is_kept_until_a_day_and_then_called_for()
    {
        object[] over = [.. Opened, Received, PrintAsked, new FormatSupplied(Print, 5, false, May), Closed];
        var enough = new ResponsesKeptLongEnough([File, Asker], Kept.AddDays(1));
        Given(over).State.WakesOn.Should().Be(Kept.AddDays(1));
        Given(over).On(2015, 6, 14).When(Due).ThenNothing();
        Given(over).On(2015, 6, 20).When(Due).Then(enough);
        Given([.. over, enough]).On(2015, 6, 21).When(Due).ThenNothing();
        Given([.. over, enough]).On(2015, 6, 21).When(Receive with { Response = new(Target) }).ThenRefused("CONSULTATION_REPORTED");
    }

    [Fact]
    public void Counts_say_how_many_told_of_a_group_and_how_many_of_none()
    {
        PersonId[] files = [.. Enumerable.Range(1, 3).Select(i => new PersonId(new Guid(i, 0, 0, new byte[8])))];
        var consultation = Registered([.. Opened, Plain, .. files.Select((file, i) => new ResponseReceived(new(new Guid(i + 1, 1, 0, new byte[8])), i == 0 ? "online" : "paper", file, Words, May)),
            new ResponseCoded(new(new Guid(1, 1, 0, new byte[8])), ["plain-forms"]), new ResponseCoded(new(new Guid(2, 1, 0, new byte[8])), [])]);
        var told = new Dictionary<PersonId, IReadOnlyList<string>> { [files[0]] = ["characteristic:age", "group:carers"], [files[1]] = ["characteristic:age"], [files[2]] = [] };

        Counts(ConsultationTable.ByChannel).Should().Equal(("online", 1), ("paper", 2));
        Counts(ConsultationTable.ByGroup).Should().Equal(("another-group", 1), ("characteristic-age", 2), ("not-told", 1));
        Counts(ConsultationTable.ByTheme).Should().Equal(("no-theme", 1), ("plain-forms", 1));

        foreach (var table in Enum.GetValues<ConsultationTable>())
            ConsultationCounts.Named(ConsultationCounts.Statistic(table, consultation)).Should().Be((consultation.Key ?? $"{consultation.Consultation}", table), "a published table says what it was counted from");
        ConsultationCounts.Named("measure-by-theme").Should().BeNull();

        (string, long)[] Counts(ConsultationTable table) => [.. ConsultationCounts.Table(table, consultation, file => told[file]).Cells.Select(c => (c.At[0], c.Count))];
    }

    [Fact]
    public void The_calendar_shows_what_asks_the_same_people_at_once()
    {
        var other = new ConsultationId(Target);
        ConsultationRegister[] consultations =
        [
            Registered(Opened),
            Registered(Drafted with { Consultation = other, Title = "Libraries", OpensOn = June, ClosesOn = June.AddDays(20) }),
            Registered(Drafted with { Consultation = new(Words.Value), Title = "Parks", Groups = [] }),
            Registered(Drafted with { Consultation = new(File.Value), Title = "Dropped" }, new ConsultationWithdrawn("Not now", Kept)),
        ];
        var (together, insight) = (new NetworkId(Guid.Parse("0198a000-0000-7000-8000-0000000000f1")), new NetworkId(Guid.Parse("0198a000-0000-7000-8000-0000000000f2")));
        NetworkRegister[] networks =
        [
            Network(together, new NetworkJoined(Faith, "faith"), new NetworkMet(["Tensions"], [], May)),
            Network(insight, new NetworkJoined(Faith, "faith"), new NetworkMeetingPlanned(May, "Data")),
        ];

        var entries = EngagementCalendar.Entries(consultations, networks, April, June);
        entries.Select(e => e.Title).Should().BeEquivalentTo("Draft policy", "Parks", "Together: Tensions", "Together: Data", "Libraries");
        EngagementCalendar.Clashes(entries).Select(c => (c.First, c.Second, c.From, c.Until, c.Why)).Should().BeEquivalentTo(
        [
            (Policy.Value, other.Value, June, June, "Both ask Age"),
            (together.Value, insight.Value, May, May, "1 organisation belongs to both networks"),
        ]);
        EngagementCalendar.Entries(consultations, networks, June.AddDays(1), June.AddDays(2)).Select(e => e.Title).Should().Equal("Libraries");

        static NetworkRegister Network(NetworkId id, params object[] events) =>
            ((object[])[new NetworkFounded(id, null, "Together", "To meet", false, []), .. events]).Select(Recorded.As("network", id.Value)).Aggregate((NetworkRegister?)null, NetworkRegister.Fold)!;
    }

    private static ConsultationRegister Registered(params object[] events) =>
        events.Select(Recorded.As("consultation", Policy.Value)).Aggregate((ConsultationRegister?)null, ConsultationRegister.Fold)!;

    private static RaiseDue Due => new($"consultation/{Policy}");

    private sealed record Anything(ConsultationId Consultation) : IConsultationCommand;
}
