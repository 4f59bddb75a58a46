using EqualitiesPlatform.Cases;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Cases;

/// <summary>The one life of all kinds of case, with the clocks of the defaults: no bank holidays, 1 May 2013 a Wednesday.</summary>
public class CaseStories
{
    internal static readonly CaseId Id = new(Guid.Parse("0198a000-0000-7000-8000-0000000000c1"));
    internal static readonly CaseId Other = new(Guid.Parse("0198a000-0000-7000-8000-0000000000c2"));
    internal static readonly PersonId Somebody = new(Guid.Parse("0198a000-0000-7000-8000-0000000000f1"));
    internal static readonly PersonId Member = new(Guid.Parse("0198a000-0000-7000-8000-0000000000f2"));
    internal static readonly PersonId Lead = new(Guid.Parse("0198a000-0000-7000-8000-0000000000f3"));
    internal static readonly CaseTeamId Safety = new(Guid.Parse("0198a000-0000-7000-8000-0000000000d1"));
    internal static readonly TextId Text = new(Guid.Parse("0198a000-0000-7000-8000-0000000000e1"));
    internal static readonly BarrierNamed Step = new(new(Guid.Parse("0198a000-0000-7000-8000-0000000000b1")), "hendon-library-step", null);
    private static readonly PartnerId Police = new(Guid.Parse("0198a000-0000-7000-8000-000000000002"));
    private static readonly Ward BurntOak = new("Burnt Oak");
    private const string Mark = "mark";

    internal static readonly ReceiveCase Receive = new(Id, CaseKind.Concern, BurntOak, Somebody, Text, Mark, null, null, null, null, null, null);
    internal static CaseReceived Received(CaseKind of = CaseKind.Concern) => new(Id, of, BurntOak, Somebody, Text);
    internal static readonly ClockSet AcknowledgeBy = new(CaseClock.Acknowledge, new(2013, 5, 3), new(2013, 5, 7), new(2013, 5, 10));
    internal static readonly ClockSet AnswerBy = new(CaseClock.FirstResponse, new(2013, 5, 15), new(2013, 5, 17), new(2013, 5, 22));
    internal static readonly ClockSet ReviewBy = new(CaseClock.Review, new(2013, 5, 29), new(2013, 5, 31), new(2013, 6, 5));
    private static readonly RetentionSet Kept = new(new(2015, 5, 1));
    internal static object[] Assigned(CaseKind of = CaseKind.Concern) => [Received(of), new CaseAcknowledged(), new CaseTriaged(CasePriority.Standard), new CaseAssigned(Safety, Lead)];

    [Fact]
    public void A_case_comes_in_and_its_clocks_run()
    {
        Story<Case>.Given().When(Receive).Then(Received(), AcknowledgeBy, AnswerBy);
        Story<Case>.Given().When(Receive with { RaisedBy = Member, Source = Police, HappenedOn = new(2013, 4, 30) })
            .Then(Received(), new CaseRaisedByMember(Member), new CasePassedOnBy(Police), new CaseHappenedOn(new(2013, 4, 30)), AcknowledgeBy, AnswerBy);
        Story<Case>.Given(Received()).When(Receive).ThenRefused("CASE_EXISTS");
        Story<Case>.Given().When(Receive with { HappenedOn = new(2013, 5, 2) }).ThenRefused("HAPPENS_IN_FUTURE");
        Story<Case>.Given().When(new AcknowledgeCase(Id)).ThenRefused("CASE_UNKNOWN");
    }

    [Fact]
    public void What_a_barrier_and_a_hate_crime_report_say_beside_it()
    {
        Story<Case>.Given().When(Receive with { Of = CaseKind.Barrier }).ThenRefused("BARRIER_UNNAMED");
        Story<Case>.Given().When(Receive with { Barrier = Step }).ThenRefused("BARRIER_UNNAMED");
        Story<Case>.Given().When(Receive with { Of = CaseKind.HateCrimeReport }).ThenRefused("CONSENT_UNSAID");
        Story<Case>.Given().When(Receive with { Of = CaseKind.Barrier, Barrier = Step }).Events.Should().Contain(new BarrierReported(Step.Barrier, Step.Key)).And.NotContain(e => e is BarrierNatureSaid);
        Story<Case>.Given().When(Receive with { Of = CaseKind.Barrier, Barrier = Step with { Nature = BarrierNature.Attitudinal } }).Events.Should().ContainInOrder(new BarrierReported(Step.Barrier, Step.Key), new BarrierNatureSaid(BarrierNature.Attitudinal));
        Story<Case>.Given().When(Receive with { Of = CaseKind.HateCrimeReport, Consent = PoliceConsent.Refused, Incident = IncidentKind.NonCrimeIncident }).Events
            .Should().Contain([new IncidentReported(IncidentKind.NonCrimeIncident), new ConsentRecorded(PoliceConsent.Refused)]);
    }

    [Fact]
    public void It_is_acknowledged_taken_up_and_given_to_a_team()
    {
        Story<Case>.Given(Received(), AcknowledgeBy).When(new AcknowledgeCase(Id)).Then(new CaseAcknowledged(), new ClockKept(CaseClock.Acknowledge, new(2013, 5, 3), false));
        Story<Case>.Given(Received(), new CaseAcknowledged()).When(new AcknowledgeCase(Id)).ThenNothing();
        Story<Case>.Given(Received(), new CaseAcknowledged()).When(new TriageCase(Id, CasePriority.Standard)).Then(new CaseTriaged(CasePriority.Standard), ReviewBy);
        Story<Case>.Given(Received(), AcknowledgeBy, AnswerBy).When(new TriageCase(Id, CasePriority.Urgent)).Then(
            new CaseAcknowledged(), new ClockKept(CaseClock.Acknowledge, new(2013, 5, 3), false), new CaseTriaged(CasePriority.Urgent),
            new ClockSet(CaseClock.FirstResponse, new(2013, 5, 8), new(2013, 5, 10), new(2013, 5, 15)),
            new ClockSet(CaseClock.Review, new(2013, 5, 15), new(2013, 5, 17), new(2013, 5, 22)));
        Story<Case>.Given(Received()).When(new AssignCase(Id, Safety, Lead, true)).ThenRefused("NOT_TRIAGED");
        object[] triaged = [Received(), new CaseAcknowledged(), new CaseTriaged(CasePriority.Standard)];
        Story<Case>.Given(triaged).When(new TriageCase(Id, CasePriority.Standard)).ThenNothing();
        Story<Case>.Given(triaged).When(new AssignCase(Id, Safety, Lead, false)).ThenRefused("LEAD_NOT_IN_TEAM");
        Story<Case>.Given(triaged).When(new AssignCase(Id, Safety, Lead, true)).Then(new CaseAssigned(Safety, Lead));
        Story<Case>.Given(triaged).When(new RecordAction(Id, Text, Mark)).ThenRefused("NOT_ASSIGNED");
        Story<Case>.Given(Assigned()).When(new AssignCase(Id, Safety, Lead, true)).ThenNothing();
    }

    [Fact]
    public void Something_is_done_about_it()
    {
        Story<Case>.Given([.. Assigned(), AnswerBy]).When(new RecordAction(Id, Text, Mark)).Then(new ActionRecorded(Text), new ClockKept(CaseClock.FirstResponse, new(2013, 5, 15), false));
        Story<Case>.Given([.. Assigned(), AnswerBy]).On(2013, 5, 16).When(new RecordAction(Id, Text, Mark)).Events.Should().Contain(new ClockKept(CaseClock.FirstResponse, new(2013, 5, 15), true));
        Story<Case>.Given(Assigned()).When(new AddNote(Id, Text, Mark)).Then(new NoteAdded(Text));
        Story<Case>.Given([.. Assigned(), ReviewBy with { DueOn = new(2013, 5, 2) }]).When(new ReviewCase(Id, Text, Mark))
            .Then(new CaseReviewed(Text), new ClockKept(CaseClock.Review, new(2013, 5, 2), false), ReviewBy);
        Story<Case>.Given(Assigned()).When(new CountBarrier(Step.Barrier, Step.Key, Id)).ThenRefused("COMMAND_UNKNOWN");
    }

    [Fact]
    public void Handed_off_is_never_resolved()
    {
        object[] handedOff = [.. Assigned(), new CaseHandedOff(Police, Text)];
        Story<Case>.Given(Assigned()).When(new HandOffCase(Id, Police, Text, Mark)).Then(new CaseHandedOff(Police, Text));
        Story<Case>.Given(handedOff).When(new CloseCase(Id)).ThenRefused("HANDED_OFF_IS_NOT_RESOLVED");
        Story<Case>.Given(handedOff).State.IsOpen.Should().BeTrue();
        Story<Case>.Given([.. handedOff, ReviewBy]).When(new ResolveCase(Id, CaseOutcome.PutRight, Text, Mark))
            .Then(new CaseResolved(CaseOutcome.PutRight, Text), new ClockKept(CaseClock.Review, new(2013, 5, 29), false));
        Story<Case>.Given([.. handedOff, new CaseResolved(CaseOutcome.PutRight, Text)]).When(new CloseCase(Id)).Then(new CaseClosed(), Kept);
    }

    [Fact]
    public void A_member_who_raised_it_hears_of_it_before_it_is_closed()
    {
        object[] resolved = [Received(), new CaseRaisedByMember(Member), new CaseAcknowledged(), new CaseTriaged(CasePriority.Standard), new CaseAssigned(Safety, Lead), new CaseResolved(CaseOutcome.Advised, Text)];
        Story<Case>.Given(Assigned()).When(new CloseCase(Id)).ThenRefused("NOT_RESOLVED");
        Story<Case>.Given(resolved).When(new CloseCase(Id)).ThenRefused("FEEDBACK_OWED");
        Story<Case>.Given(resolved).When(new GiveFeedback(Id, Text, Mark)).Then(new FeedbackGiven(Text));
        Story<Case>.Given([.. resolved, new FeedbackGiven(Text)]).When(new CloseCase(Id)).Then(new CaseClosed(), Kept);
        Story<Case>.Given([.. resolved, new FeedbackGiven(Text), new CaseClosed()]).When(new CloseCase(Id)).ThenNothing();
        Story<Case>.Given(resolved).When(new RecordAction(Id, Text, Mark)).ThenRefused("CASE_NOT_OPEN");
    }

    [Fact]
    public void It_is_opened_again_and_heard_of_again()
    {
        object[] closed = [Received(), new CaseRaisedByMember(Member), new CaseTriaged(CasePriority.Standard), new CaseAssigned(Safety, Lead), new CaseResolved(CaseOutcome.Advised, Text), new FeedbackGiven(Text), new CaseClosed()];
        Story<Case>.Given(closed).When(new ReopenCase(Id, Text, Mark)).Then(new CaseReopened(Text), ReviewBy);
        Story<Case>.Given(Assigned()).When(new ReopenCase(Id, Text, Mark)).ThenNothing();
        Story<Case>.Given([.. closed, new CaseReopened(Text), new CaseResolved(CaseOutcome.PutRight, Text)]).When(new CloseCase(Id)).ThenRefused("FEEDBACK_OWED");
    }

    [Fact]
    public void A_duplicate_goes_on_in_another_case_and_its_clocks_stop()
    {
        Story<Case>.Given(Received(), AnswerBy).When(new MergeCase(Id, Other)).Then(new CaseMerged(Other), Kept);
        Story<Case>.Given(Received(), AnswerBy, new CaseMerged(Other)).State.WakesOn.Should().BeNull();
        Story<Case>.Given(Received()).When(new MergeCase(Id, Id)).ThenRefused("MERGE_WITH_ITSELF");
        Story<Case>.Given(Received(), new DuplicateTaken(Other)).When(new MergeCase(Id, Other)).ThenRefused("MERGE_IN_A_CIRCLE");
        Story<Case>.Given(Received(), new CaseMerged(Other)).When(new AddNote(Id, Text, Mark)).ThenRefused("CASE_MERGED");
        Story<Case>.Given(Received()).When(new TakeDuplicate(Id, Other)).Then(new DuplicateTaken(Other));
        Story<Case>.Given(Received(), new DuplicateTaken(Other)).When(new TakeDuplicate(Id, Other)).ThenNothing();
    }

    [Fact]
    public void It_is_linked_to_what_it_belongs_to()
    {
        var link = new CaseLink(CaseLinkKind.PlanItem, Guid.Parse("0198a000-0000-7000-8000-00000000000a"));
        Story<Case>.Given(Received()).When(new LinkCase(Id, link, true)).Then(new CaseLinked(link));
        Story<Case>.Given(Received(), new CaseLinked(link)).When(new LinkCase(Id, link, true)).ThenNothing();
        Story<Case>.Given(Received(), new CaseLinked(link)).When(new UnlinkCase(Id, link)).Then(new CaseUnlinked(link));
        Story<Case>.Given(Received()).When(new UnlinkCase(Id, link)).ThenNothing();
        Story<Case>.Given(Received()).When(new LinkCase(Id, link, false)).ThenRefused("TARGET_UNKNOWN");
    }

    [Fact]
    public void A_breach_is_on_record_once_and_climbs_while_nothing_is_done()
    {
        object[] waiting = [Received(), AcknowledgeBy];
        ClockBreached breached = new(CaseClock.Acknowledge, new(2013, 5, 3), new(2013, 5, 4));
        BreachEscalated toTeam = new(CaseClock.Acknowledge, new(2013, 5, 3), BreachRung.Team, new(2013, 5, 7)), toOfficers = new(CaseClock.Acknowledge, new(2013, 5, 3), BreachRung.CaseOfficers, new(2013, 5, 10));
        var due = new RaiseDue("case");
        Story<Case>.Given(waiting).On(2013, 5, 3).When(due).ThenNothing();
        Story<Case>.Given(waiting).On(2013, 5, 4).When(due).Then(breached);
        Story<Case>.Given([.. waiting, breached]).On(2013, 5, 4).When(due).ThenNothing();
        Story<Case>.Given([.. waiting, breached]).On(2013, 5, 7).When(due).Then(toTeam);
        Story<Case>.Given(waiting).On(2013, 5, 20).When(due).Then(breached, toTeam, toOfficers);
        Story<Case>.Given([.. waiting, breached]).On(2013, 5, 6).When(new AcknowledgeCase(Id)).Then(new CaseAcknowledged(), new ClockKept(CaseClock.Acknowledge, new(2013, 5, 3), true));
        Story<Case>.Given([.. waiting, breached, toTeam, toOfficers]).State.WakesOn.Should().BeNull();
    }

    [Fact]
    public void Days_are_set_by_kind_and_grade_and_skip_bank_holidays()
    {
        // Monday 6 May 2013 was a bank holiday: two working days from Thursday 2 May end on Tuesday 7 May.
        Story<Case>.Given().On(2013, 5, 2).Under(("calendar.bank-holidays", "2013-05-06 2013-05-27")).When(Receive).Events.OfType<ClockSet>().First().DueOn.Should().Be(new DateOnly(2013, 5, 7));
        Story<Case>.Given().Under(("cases.clock.concern.acknowledge", "4")).When(Receive).Events.OfType<ClockSet>().First().DueOn.Should().Be(new DateOnly(2013, 5, 7));
        Story<Case>.Given(Received(), new CaseAcknowledged()).Under(("cases.clock.concern.review", "9"), ("cases.clock.concern.urgent.review", "1")).When(new TriageCase(Id, CasePriority.Urgent))
            .Events.OfType<ClockSet>().Single().DueOn.Should().Be(new DateOnly(2013, 5, 2));
        // From a Saturday the count begins on Monday.
        Story<Case>.Given().On(2013, 5, 4).When(Receive).Events.OfType<ClockSet>().First().DueOn.Should().Be(new DateOnly(2013, 5, 8));
    }

    [Fact]
    public void A_closed_case_calls_for_erasure_when_it_was_kept_long_enough()
    {
        object[] closed = [.. Assigned(), new CaseResolved(CaseOutcome.Advised, Text), new CaseClosed(), Kept];
        Story<Case>.Given([.. Assigned(), new CaseResolved(CaseOutcome.Advised, Text)]).Under(("cases.retention.concern", "1")).When(new CloseCase(Id)).Then(new CaseClosed(), new RetentionSet(new(2013, 6, 1)));
        Story<Case>.Given(closed).On(2015, 5, 1).When(new RaiseDue("case")).ThenNothing();
        Story<Case>.Given(closed).On(2015, 5, 4).When(new RaiseDue("case")).Then(new RetentionEnded(Somebody, new(2015, 5, 2)));
        Story<Case>.Given([.. closed, new RetentionEnded(Somebody, new(2015, 5, 2))]).On(2015, 5, 4).When(new RaiseDue("case")).ThenNothing();
        Story<Case>.Given([.. closed, new CaseReopened(Text)]).On(2015, 5, 4).When(new RaiseDue("case")).ThenNothing();
    }

    [Fact]
    public void Who_is_in_a_team()
    {
        Story<CaseTeam>.Given().When(new JoinTeam(Safety, "safety", Lead)).Then(new TeamJoined(Safety, "safety", Lead));
        Story<CaseTeam>.Given(new TeamJoined(Safety, "safety", Lead)).When(new JoinTeam(Safety, "safety", Lead)).ThenNothing();
        Story<CaseTeam>.Given(new TeamJoined(Safety, "safety", Lead)).When(new LeaveTeam(Safety, Lead)).Then(new TeamLeft(Lead));
        Story<CaseTeam>.Given().When(new LeaveTeam(Safety, Lead)).ThenNothing();
        var table = new CaseTeams();
        table.Rebuild([Recorded.As("case-team", Safety.Value)(new TeamJoined(Safety, "safety", Lead), 0)]);
        table.Of(Lead).Should().Equal(Safety);
        table.Of(Member).Should().BeEmpty();
    }
}
