using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Governance;

public class MeetingStories
{
    private static readonly MeetingId Id = new(new Guid("00000000-0000-0000-0000-0000000000c1"));
    private static readonly BodyId Board = new(new Guid("00000000-0000-0000-0000-0000000000b1"));
    private static readonly PartnerId Police = new(new Guid("00000000-0000-0000-0000-0000000000a1"));
    private static readonly PartnerId Schools = new(new Guid("00000000-0000-0000-0000-0000000000a2"));
    private static readonly DateOnly Day = new(2013, 11, 18);
    private static readonly DateOnly Due = new(2014, 3, 31);

    private static readonly MeetingCalled Called = new(Id, "bpb-2013-11-18", Board, Day, "Town hall");
    private static readonly Paper Policy = new(
        5, "Equalities Policy", "Leader of the Council", "Where the draft stands", "To consider", "Policy Officer", [new("1.1", "We listened")],
        [new("Note the consultation", [], null), new("Share equalities data", [Police, Schools], Due)]);
    private static readonly PaperTabled Tabled = new(Policy, 1, false);
    private static readonly AgendaPublished Agenda = new([5]);
    private static readonly RecommendationMinuted Noted =
        new(5, 1, MinutedOutcome.Noted, "minute:bpb-2013-11-18-i5-r1", "Note the consultation", "The Board noted it", [], null, Day);
    private static readonly RecommendationMinuted Agreed =
        new(5, 2, MinutedOutcome.Agreed, "minute:bpb-2013-11-18-i5-r2", "Share equalities data", "The Board agreed", [Police, Schools], Due, Day);
    private static readonly CommitmentId Asked = new(new Guid("00000000-0000-0000-0000-0000000000f1"));
    private static readonly AnswerToMinuteHeard Heard = new(5, 2, Police, Asked, MinuteAnswer.Declined, "Not ours to share");

    private static GovernanceStory<Meeting> On(DateOnly today, params object[] events) => GovernanceStory<Meeting>.Given(events, today);

    private static MinuteRecommendation Minute(int recommendation, MinutedOutcome outcome, string minute, string? wording = null, int item = 5) =>
        new(Id, item, recommendation, outcome, wording, minute);

    [Fact]
    public void A_meeting_is_called_once_under_its_key()
    {
        On(Day.AddDays(-60)).When(new CallMeeting(Id, "bpb-2013-11-18", Board, Day, "Town hall")).Then(Called);
        On(Day.AddDays(-60), Called).When(new CallMeeting(Id, "bpb-2013-11-18", Board, Day, "Town hall")).ThenNothing();
        On(Day.AddDays(-60), Called).When(new CallMeeting(Id, "bpb-2013-11-18", Board, Day, "Library")).ThenRefused("MEETING_ALREADY_CALLED");
        On(Day).When(new PublishAgenda(Id)).ThenRefused("MEETING_UNKNOWN");
    }

    [Fact]
    public void It_can_be_moved_or_cancelled_until_something_of_it_is_minuted()
    {
        var moved = new MeetingMoved(Day, Day.AddDays(7), "The hall is let");
        On(Day, Called).When(new MoveMeeting(Id, Day.AddDays(7), "The hall is let")).Then(moved);
        On(Day, Called).When(new MoveMeeting(Id, Day, "No change")).ThenNothing();
        On(Day, Called, Tabled, Noted).When(new MoveMeeting(Id, Day.AddDays(7), "Too late")).ThenRefused("MEETING_HELD");
        On(Day, Called).When(new CancelMeeting(Id, "No business")).Then(new MeetingCancelled("No business"));
        On(Day, Called, new MeetingCancelled("No business")).When(new CancelMeeting(Id, "Again")).ThenNothing();
        On(Day, Called, new MeetingCancelled("No business")).When(new PublishAgenda(Id)).ThenRefused("MEETING_CANCELLED");
        On(Day, Called, moved, Tabled).When(Minute(1, MinutedOutcome.Noted, "Noted")).ThenRefused("MEETING_NOT_HELD");
    }

    [Fact]
    public void A_paper_has_editions_and_is_late_once_the_agenda_is_out()
    {
        On(Day, Called).When(new TablePaper(Id, Policy)).Then(Tabled);
        On(Day, Called, Tabled).When(new TablePaper(Id, Policy)).ThenNothing();
        var other = Policy with { Title = "The Equalities Policy" };
        On(Day, Called, Tabled, Agenda).When(new TablePaper(Id, other)).Then(new PaperTabled(other, 2, true));
        On(Day, Called, Tabled).When(new WithdrawPaper(Id, 5, "Not ready")).Then(new PaperWithdrawn(5, "Not ready"));
        On(Day, Called, Tabled, new PaperWithdrawn(5, "Not ready")).When(new TablePaper(Id, Policy)).Then(Tabled with { Edition = 2 });
        On(Day, Called).When(new WithdrawPaper(Id, 5, "Not ready")).ThenRefused("PAPER_UNKNOWN");
        On(Day, Called, Tabled, Noted).When(new TablePaper(Id, other)).ThenRefused("PAPER_MINUTED");
        On(Day, Called, Tabled, Noted).When(new WithdrawPaper(Id, 5, "Not ready")).ThenRefused("PAPER_MINUTED");
    }

    [Fact]
    public void An_agenda_with_papers_is_published()
    {
        On(Day, Called).When(new PublishAgenda(Id)).ThenRefused("NOTHING_ON_AGENDA");
        On(Day, Called, Tabled).When(new PublishAgenda(Id)).Then(Agenda);
        On(Day, Called, Tabled, Agenda).When(new PublishAgenda(Id)).ThenNothing();
    }

    [Fact]
    public void Attendance_is_by_office_and_not_before_the_day()
    {
        Attendee[] came = [new("Leader of the Council", null, Attendance.Present), new("Borough Commander", Police, Attendance.Apologies)];
        On(Day, Called).When(new RecordAttendance(Id, came)).Then(new AttendanceRecorded(came));
        On(Day, Called, new AttendanceRecorded(came)).When(new RecordAttendance(Id, came)).ThenNothing();
        On(Day.AddDays(-1), Called).When(new RecordAttendance(Id, came)).ThenRefused("MEETING_NOT_HELD");
    }

    [Fact]
    public void Only_what_was_agreed_is_asked_of_the_partners_it_names()
    {
        On(Day, Called, Tabled).When(Minute(1, MinutedOutcome.Noted, "The Board noted it")).Then(Noted);
        On(Day, Called, Tabled).When(Minute(2, MinutedOutcome.Agreed, "The Board agreed")).Then(Agreed);
        On(Day, Called, Tabled).When(Minute(2, MinutedOutcome.Amended, "The Board amended it", "Share what names nobody"))
            .Then(Agreed with { Outcome = MinutedOutcome.Amended, Wording = "Share what names nobody", Minute = "The Board amended it" });
        On(Day, Called, Tabled).When(Minute(2, MinutedOutcome.Deferred, "Until January")).Then(Agreed with { Outcome = MinutedOutcome.Deferred, Minute = "Until January", Partners = [], DueOn = null });
    }

    [Fact]
    public void An_outcome_is_minuted_once_and_says_its_wording_only_when_it_was_amended()
    {
        On(Day, Called, Tabled, Agreed).When(Minute(2, MinutedOutcome.Agreed, "The Board agreed")).ThenNothing();
        On(Day, Called, Tabled, Agreed).When(Minute(2, MinutedOutcome.Deferred, "Put off")).ThenRefused("OUTCOME_MINUTED");
        On(Day, Called, Tabled).When(Minute(2, MinutedOutcome.Amended, "Amended")).ThenRefused("WORDING_UNCLEAR");
        On(Day, Called, Tabled).When(Minute(2, MinutedOutcome.Agreed, "Agreed", "Otherwise")).ThenRefused("WORDING_UNCLEAR");
        On(Day, Called, Tabled).When(Minute(3, MinutedOutcome.Agreed, "Agreed")).ThenRefused("RECOMMENDATION_UNKNOWN");
        On(Day, Called, Tabled).When(Minute(1, MinutedOutcome.Agreed, "Agreed", item: 6)).ThenRefused("PAPER_UNKNOWN");
    }

    [Fact]
    public void Minutes_are_approved_at_a_later_meeting_when_every_outcome_is_in_them()
    {
        var january = new DateOnly(2014, 1, 20);
        var approved = new MinutesApproved("BPB, item 2", january);
        On(january, Called, Tabled, Noted).When(new ApproveMinutes(Id, "BPB, item 2", null)).ThenRefused("MINUTES_INCOMPLETE");
        On(january, Called, Tabled, Noted, Agreed).When(new ApproveMinutes(Id, "BPB, item 2", Day)).ThenRefused("APPROVED_TOO_SOON");
        On(january, Called, Tabled, Noted, Agreed).When(new ApproveMinutes(Id, "BPB, item 2", null)).Then(approved);
        On(january, Called, Tabled, Noted, Agreed, approved).When(new ApproveMinutes(Id, "BPB, item 2", null)).ThenNothing();
        On(january, Called, Tabled, Noted, Agreed, approved).When(new ApproveMinutes(Id, "BPB, item 9", null)).ThenRefused("MINUTES_APPROVED");
        On(january, Called, Tabled, Noted, Agreed, approved).When(Minute(1, MinutedOutcome.Considered, "On second thoughts")).ThenRefused("MINUTES_APPROVED");
    }

    [Fact]
    public void Minutes_are_published_as_a_draft_until_they_are_approved()
    {
        On(Day, Called, Tabled).When(new PublishMinutes(Id, "the page")).ThenRefused("NOTHING_MINUTED");
        On(Day, Called, Tabled, Noted).When(new PublishMinutes(Id, "the page")).Then(new MinutesPublished("the page", true));
        On(Day, Called, Tabled, Noted, new MinutesPublished("the page", true)).When(new PublishMinutes(Id, "the page")).ThenNothing();
        On(Day, Called, Tabled, Noted, new MinutesApproved("x", Day.AddDays(60)), new MinutesPublished("the page", true))
            .When(new PublishMinutes(Id, "the page")).Then(new MinutesPublished("the page", false));
    }

    [Fact]
    public void The_meeting_hears_what_each_partner_answered()
    {
        var answer = new HearAnswer(Id, 5, 2, Police, Asked, MinuteAnswer.Declined, "Not ours to share");
        On(Day, Called, Tabled, Agreed).When(answer).Then(Heard);
        On(Day, Called, Tabled, Agreed, Heard).When(answer).ThenNothing();
        On(Day, Called, Tabled, Noted).When(answer with { Recommendation = 1 }).ThenRefused("NOTHING_WAS_ASKED");
        var shown = Shown(Called, Tabled, Agenda, new AttendanceRecorded([]), Noted, Agreed, Heard with { Answer = MinuteAnswer.Asked, Reason = null }, Heard);
        (shown.Stage, shown.Undecided, shown.OpenAnswers).Should().Be((MeetingStage.Minuted, 0, 1), "the police have answered, and the schools have not");
        shown.Answers.Should().ContainSingle().Which.Heard.Should().Be(Heard);
    }

    [Fact]
    public void What_was_agreed_becomes_a_commitment_with_the_minute_as_its_source_and_a_key_of_its_own()
    {
        var asked = AgreedIsPutToPartners.Asked(Agreed, Police, "police", Council.OfCouncils, PartnerReadiness.Ready);
        (asked.Partner, asked.Wording, asked.Source, asked.DueOn, asked.Key).Should().Be((Police, "Share equalities data", "minute:bpb-2013-11-18-i5-r2", Due, "bpb-2013-11-18-i5-r2-police"));
        asked.Commitment.Should().Be(NameBasedId.Of<CommitmentId>(Council.OfCouncils, "bpb-2013-11-18-i5-r2-police"), "so its key leads to it");
        MinuteReference.Read(asked.Source).Should().Be(("bpb-2013-11-18", 5, 2));
        MinuteReference.Read("way:w4").Should().BeNull();
    }

    private static MeetingRegister Shown(params object[] events) => PackStandings.Register<MeetingRegister>(MeetingId.Kind, Id.Value, events);

    [Fact]
    public void The_report_shows_the_meetings_of_its_body_and_what_became_of_each_recommendation()
    {
        var history = ReportHistory.OfLittleton();
        var (crc, trust) = (ReportHistory.Id<BodyId>("crc"), ReportHistory.Id<PartnerId>("trust"));
        void Record(string day, string meeting, object @event) => history.Record(day, "meeting", meeting, @event);
        MeetingCalled Call(string key, BodyId body, string on) => new(ReportHistory.Id<MeetingId>(key), key, body, DateOnly.Parse(on, System.Globalization.CultureInfo.InvariantCulture), null);
        history.Record("2013-04-01", "body", "crc", new BodyFormed(crc, "crc", "Resources Committee", [], BodyKind.Committee, null));
        Record("2013-10-01", "november", Call("november", crc, "2013-11-18"));
        Record("2013-10-02", "march", Call("march", crc, "2014-04-08"));
        Record("2013-10-03", "march", new MeetingMoved(new(2014, 4, 8), new(2014, 3, 18), "Easter"));
        Record("2013-10-04", "dropped", Call("dropped", crc, "2013-12-18"));
        Record("2013-10-05", "dropped", new MeetingCancelled("No business"));
        Record("2013-10-06", "elsewhere", Call("elsewhere", Board, "2013-11-19"));
        Record("2013-11-01", "november", Tabled);
        Record("2013-11-02", "november", new PaperTabled(Policy with { Item = 6 }, 1, false));
        Record("2013-11-03", "november", new PaperWithdrawn(6, "Not ready"));
        Record("2013-11-18", "november", Noted);
        Record("2013-11-18", "november", Agreed);
        Record("2013-11-20", "november", new AnswerToMinuteHeard(5, 2, trust, Asked, MinuteAnswer.Asked, null));
        Record("2013-11-21", "november", Heard);

        var report = history.Report();
        var figures = report.Figures.Where(f => f.Key.StartsWith("meetings.", StringComparison.Ordinal)).ToDictionary(f => f.Key, f => f.Value);
        figures.Should().BeEquivalentTo(new Dictionary<string, string>
        {
            ["meetings.called"] = "2", ["meetings.papers"] = "1", ["meetings.minuted"] = "2", ["meetings.agreed"] = "1", ["meetings.unanswered"] = "1",
            ["meetings.outcome.november.5.1"] = "Noted", ["meetings.outcome.november.5.2"] = "Agreed",
        });
        foreach (var figure in report.Figures.Where(f => figures.ContainsKey(f.Key)))
            ReportComposition.Compose(ReportHistory.Order("2014-03-31", history.Events.Count), ReportHistory.Templates, history.Events.Where(e => figure.Positions.Contains(e.Position)))
                .Figures.Single(f => f.Key == figure.Key).Value.Should().Be(figure.Value, "{0} names what determines it", figure.Key);
        var page = System.Text.Encoding.UTF8.GetString(ReportForms.Print(report, null, ReportForm.Html));
        page.Should().Contain("Item 5: Equalities Policy").And.Contain("Library Trust: asked").And.Contain("“The Board agreed”").And.NotContain("19 November 2013");
    }
}
