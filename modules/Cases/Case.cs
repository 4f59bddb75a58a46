namespace EqualitiesPlatform.Cases;

// A case from its first word to its last: a member's concern, a community tension, a barrier, a hate-crime report. The
// four live one life (Report 5.1 to 5.3), and what only one of them has stands beside it: Tension.cs, Adjustment.cs,
// PoliceReport.cs. Whom it is about and what was said of them stand in the erasable store; events hold the file's
// pseudonym and the ids of texts, and nothing else about anybody.

/// <summary>A command about a case.</summary>
internal interface ICaseCommand : ICommand
{
    /// <summary>The case.</summary>
    CaseId Case { get; }

    string ICommand.Stream => StreamKey.Of(CaseId.Kind, Case.Value);
}

/// <summary>Take a case in.</summary>
/// <param name="File">The pseudonym of whom it is about, and of the file of texts.</param>
/// <param name="Account">The text of what was told.</param>
/// <param name="Mark">Tells a retry from another account: a digest under the file's own key.</param>
/// <param name="RaisedBy">The elected member who raised it, or for whom Customer Services does.</param>
/// <param name="Source">The organisation that passed it on, for a third party's report.</param>
/// <param name="HappenedOn">The day of what happened, if there was one.</param>
/// <param name="Barrier">The barrier that was met, for a barrier.</param>
/// <param name="Consent">Whether the police may be told, for a hate-crime report.</param>
/// <param name="Incident">What was reported, for a hate-crime report.</param>
[GenerateSerializer, Immutable]
internal sealed record ReceiveCase(
    CaseId Case, CaseKind Of, Ward Ward, PersonId File, TextId Account, string Mark, PersonId? RaisedBy, PartnerId? Source, DateOnly? HappenedOn,
    BarrierNamed? Barrier, PoliceConsent? Consent, IncidentKind? Incident) : ICaseCommand;

/// <summary>Tell who raised it that it came in.</summary>
[GenerateSerializer, Immutable]
internal sealed record AcknowledgeCase(CaseId Case) : ICaseCommand;

/// <summary>Take it up, as urgent or not.</summary>
[GenerateSerializer, Immutable]
internal sealed record TriageCase(CaseId Case, CasePriority Priority) : ICaseCommand;

/// <summary>Give it to a team of the Inter-Agency Staff Network, with somebody of that team in the lead.</summary>
/// <param name="InTeam">Whether the lead is of the team: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
internal sealed record AssignCase(CaseId Case, CaseTeamId Team, PersonId Lead, [property: System.Text.Json.Serialization.JsonIgnore] bool InTeam) : ICaseCommand;

/// <summary>Record something that was done.</summary>
[GenerateSerializer, Immutable]
internal sealed record RecordAction(CaseId Case, TextId Text, string Mark) : ICaseCommand;

/// <summary>Write something down.</summary>
[GenerateSerializer, Immutable]
internal sealed record AddNote(CaseId Case, TextId Text, string Mark) : ICaseCommand;

/// <summary>Look at it again, as its review clock asks.</summary>
[GenerateSerializer, Immutable]
internal sealed record ReviewCase(CaseId Case, TextId Text, string Mark) : ICaseCommand;

/// <summary>Pass it to an organisation that can do more. That resolves nothing.</summary>
[GenerateSerializer, Immutable]
internal sealed record HandOffCase(CaseId Case, PartnerId To, TextId Text, string Mark) : ICaseCommand;

/// <summary>Say what came of it.</summary>
[GenerateSerializer, Immutable]
internal sealed record ResolveCase(CaseId Case, CaseOutcome Outcome, TextId Text, string Mark) : ICaseCommand;

/// <summary>Tell who raised it what came of it.</summary>
[GenerateSerializer, Immutable]
internal sealed record GiveFeedback(CaseId Case, TextId Text, string Mark) : ICaseCommand;

/// <summary>Close it.</summary>
[GenerateSerializer, Immutable]
internal sealed record CloseCase(CaseId Case) : ICaseCommand;

/// <summary>Open a resolved or closed case again.</summary>
[GenerateSerializer, Immutable]
internal sealed record ReopenCase(CaseId Case, TextId Text, string Mark) : ICaseCommand;

/// <summary>Say that it is the same as another case, in which it goes on.</summary>
[GenerateSerializer, Immutable]
internal sealed record MergeCase(CaseId Case, CaseId Into) : ICaseCommand;

/// <summary>Note that another case was the same as this one; sent by a follow-up.</summary>
[GenerateSerializer, Immutable]
internal sealed record TakeDuplicate(CaseId Case, CaseId Duplicate) : ICaseCommand;

/// <summary>Link it to another case, to a commitment or to an item of a plan.</summary>
/// <param name="OnRecord">Whether there is what it is linked to: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
internal sealed record LinkCase(CaseId Case, CaseLink Link, [property: System.Text.Json.Serialization.JsonIgnore] bool OnRecord) : ICaseCommand;

/// <summary>Take a link away.</summary>
[GenerateSerializer, Immutable]
internal sealed record UnlinkCase(CaseId Case, CaseLink Link) : ICaseCommand;

/// <summary>The kinds of case (Report 5.1, 5.3; Policy, "Achieve" 1 and 8).</summary>
internal enum CaseKind
{
    /// <summary>Raised by an elected member or for one.</summary>
    Concern = 1,
    /// <summary>Between communities, in a ward.</summary>
    Tension,
    /// <summary>Physical, or in attitude.</summary>
    Barrier,
    /// <summary>A hate crime or incident, reported to a third party.</summary>
    HateCrimeReport,
}

/// <summary>How far a case has come. Handed off is no state: it stays open with whom it was handed to.</summary>
internal enum CaseState
{
    /// <summary>It came in.</summary>
    Received = 1,
    /// <summary>Who raised it knows that it came in.</summary>
    Acknowledged,
    /// <summary>It was taken up.</summary>
    Triaged,
    /// <summary>It has a lead and a team.</summary>
    Assigned,
    /// <summary>Something came of it.</summary>
    Resolved,
    /// <summary>Nothing is owed to anybody any more.</summary>
    Closed,
    /// <summary>It goes on in another case.</summary>
    Merged,
}

/// <summary>How soon a case is to be answered.</summary>
internal enum CasePriority
{
    /// <summary>In the usual time.</summary>
    Standard = 1,
    /// <summary>Sooner.</summary>
    Urgent,
}

/// <summary>What came of a case.</summary>
internal enum CaseOutcome
{
    /// <summary>It was put right.</summary>
    PutRight = 1,
    /// <summary>It was put right in part.</summary>
    PutRightInPart,
    /// <summary>Whoever raised it was advised.</summary>
    Advised,
    /// <summary>Nothing was found to put right.</summary>
    NothingFound,
    /// <summary>Nothing could be done.</summary>
    NothingPossible,
    /// <summary>Whoever raised it took it back.</summary>
    TakenBack,
}

/// <summary>What a case can be linked to.</summary>
internal enum CaseLinkKind
{
    /// <summary>Another case.</summary>
    Case = 1,
    /// <summary>A partner's commitment.</summary>
    Commitment,
    /// <summary>An item of an action plan.</summary>
    PlanItem,
}

/// <summary>A link of a case.</summary>
[GenerateSerializer, Immutable]
internal sealed record CaseLink(CaseLinkKind To, Guid Id);

/// <summary>An event that goes with words about somebody, which stand in the erasable store.</summary>
internal interface ISaysOfSomebody
{
    /// <summary>The words.</summary>
    TextId Text { get; }
}

/// <summary>A case came in.</summary>
/// <param name="File">The pseudonym of whom it is about.</param>
/// <param name="Text">What was told, in the erasable store.</param>
[RecordedBy<Case>("cases.case-received.v1")]
internal sealed record CaseReceived(CaseId Case, CaseKind Of, Ward Ward, PersonId File, TextId Text) : ISaysOfSomebody;

/// <summary>An elected member raised it, or had it raised for them.</summary>
[RecordedBy<Case>("cases.case-raised-by-member.v1")]
internal sealed record CaseRaisedByMember(PersonId Member);

/// <summary>An organisation passed it on.</summary>
[RecordedBy<Case>("cases.case-passed-on-by.v1")]
internal sealed record CasePassedOnBy(PartnerId Source);

/// <summary>What it is about happened on a day.</summary>
[RecordedBy<Case>("cases.case-happened-on.v1")]
internal sealed record CaseHappenedOn(DateOnly HappenedOn);

/// <summary>Who raised it was told that it came in.</summary>
[RecordedBy<Case>("cases.case-acknowledged.v1")]
internal sealed record CaseAcknowledged;

/// <summary>It was taken up.</summary>
[RecordedBy<Case>("cases.case-triaged.v1")]
internal sealed record CaseTriaged(CasePriority Priority);

/// <summary>A team took it, with somebody in the lead.</summary>
[RecordedBy<Case>("cases.case-assigned.v1")]
internal sealed record CaseAssigned(CaseTeamId Team, PersonId Lead);

/// <summary>Something was done.</summary>
[RecordedBy<Case>("cases.action-recorded.v1")]
internal sealed record ActionRecorded(TextId Text) : ISaysOfSomebody;

/// <summary>Something was written down.</summary>
[RecordedBy<Case>("cases.note-added.v1")]
internal sealed record NoteAdded(TextId Text) : ISaysOfSomebody;

/// <summary>It was looked at again.</summary>
[RecordedBy<Case>("cases.case-reviewed.v1")]
internal sealed record CaseReviewed(TextId Text) : ISaysOfSomebody;

/// <summary>It was passed to an organisation, and is not resolved.</summary>
[RecordedBy<Case>("cases.case-handed-off.v1")]
internal sealed record CaseHandedOff(PartnerId To, TextId Text) : ISaysOfSomebody;

/// <summary>Something came of it.</summary>
[RecordedBy<Case>("cases.case-resolved.v1")]
internal sealed record CaseResolved(CaseOutcome Outcome, TextId Text) : ISaysOfSomebody;

/// <summary>Who raised it was told what came of it.</summary>
[RecordedBy<Case>("cases.feedback-given.v1")]
internal sealed record FeedbackGiven(TextId Text) : ISaysOfSomebody;

/// <summary>It was closed.</summary>
[RecordedBy<Case>("cases.case-closed.v1")]
internal sealed record CaseClosed;

/// <summary>What is known of whom it is about may be kept until a day.</summary>
[RecordedBy<Case>("cases.retention-set.v1")]
internal sealed record RetentionSet(DateOnly Until);

/// <summary>That day has passed: the file is to be erased.</summary>
[RecordedBy<Case>("cases.retention-ended.v1")]
internal sealed record RetentionEnded(PersonId File, DateOnly EffectiveOn) : IEffective;

/// <summary>It was opened again.</summary>
[RecordedBy<Case>("cases.case-reopened.v1")]
internal sealed record CaseReopened(TextId Text) : ISaysOfSomebody;

/// <summary>It goes on in another case.</summary>
[RecordedBy<Case>("cases.case-merged.v1")]
internal sealed record CaseMerged(CaseId Into);

/// <summary>Another case goes on in this one.</summary>
[RecordedBy<Case>("cases.duplicate-taken.v1")]
internal sealed record DuplicateTaken(CaseId Duplicate);

/// <summary>It was linked.</summary>
[RecordedBy<Case>("cases.case-linked.v1")]
internal sealed record CaseLinked(CaseLink Link);

/// <summary>A link was taken away.</summary>
[RecordedBy<Case>("cases.case-unlinked.v1")]
internal sealed record CaseUnlinked(CaseLink Link);

/// <summary>What deciding about a case needs to know.</summary>
/// <param name="MemberHears">Whether an elected member raised it and has not heard since it was resolved.</param>
internal sealed record Case(
    CaseId Id, CaseKind? Of, CaseState State, bool HandedOff, bool MemberRaised, bool MemberHears, CasePriority Priority, CaseTeamId? Team, PersonId? Lead,
    BarrierNamed? Barrier, IReadOnlyList<CaseId> Duplicates, IReadOnlyList<CaseLink> Links, CaseClocks Clocks, TensionGrade? Grade, AdjustmentStage? Adjustment,
    PoliceConsent? Consent, bool WithPolice, PersonId File, DateOnly? KeptUntil) : IAggregate<Case>
{
    public static string Kind => CaseId.Kind;

    public static Case Unborn { get; } = new(
        default, null, default, false, false, false, CasePriority.Standard, null, null, null, [], [], CaseClocks.None, null, null, null, false, default, null);

    /// <summary>Whether work on it goes on.</summary>
    public bool IsOpen => State is >= CaseState.Received and <= CaseState.Assigned;

    public bool BelongsTo(PartnerId organisation) => false;

    public DateOnly? WakesOn => new[] { Clocks.WakesOn, KeptUntil?.AddDays(1) }.Min();

    public static Decision Decide(Case state, ICommand command, Occasion occasion) => command switch
    {
        ReceiveCase c => Received(state, c, occasion),
        _ when state.Of is null => Decision.Refuse("CASE_UNKNOWN", "There is no such case."),
        RaiseDue => Decision.Take([.. state.Clocks.DueBy(occasion.Today), .. state.Retained(occasion.Today)]),
        TakeDuplicate c => state.Duplicates.Contains(c.Duplicate) ? Decision.AlreadySo : Decision.Take(new DuplicateTaken(c.Duplicate)),
        _ when state.State is CaseState.Merged => Decision.Refuse("CASE_MERGED", "This case goes on in another one; act on that."),
        AddNote c => Decision.Take(new NoteAdded(c.Text)),
        LinkCase c => state.Links.Contains(c.Link) ? Decision.AlreadySo
            : c.OnRecord ? Decision.Take(new CaseLinked(c.Link))
            : Decision.Refuse("TARGET_UNKNOWN", "What this case would be linked to is not on record; give the id or the key of a case, a commitment or a plan item."),
        UnlinkCase c => state.Links.Contains(c.Link) ? Decision.Take(new CaseUnlinked(c.Link)) : Decision.AlreadySo,
        GiveFeedback c => Decision.Take(new FeedbackGiven(c.Text)),
        CloseCase => Closed(state, occasion),
        ReopenCase c => state.IsOpen ? Decision.AlreadySo : Decision.Take([new CaseReopened(c.Text), .. state.Clocks.Set(state, CaseClock.Review, occasion)]),
        AgreeAdjustment or ProvideAdjustment or ReviewAdjustment => Adjusting.Decide(state, command, occasion),
        RecordConsent or ReportToPolice => PoliceReport.Decide(state, command),
        RecordLesson c => Tension.Lesson(state, c),
        _ when !state.IsOpen => Decision.Refuse("CASE_NOT_OPEN", "This case is resolved or closed; reopen it, with what made that necessary."),
        AcknowledgeCase => state.State > CaseState.Received ? Decision.AlreadySo : Decision.Take([new CaseAcknowledged(), .. state.Clocks.Keep(CaseClock.Acknowledge, occasion)]),
        MergeCase c when c.Into == c.Case => Decision.Refuse("MERGE_WITH_ITSELF", "A case can't be merged with itself; name the other one."),
        MergeCase c when state.Duplicates.Contains(c.Into) => Decision.Refuse("MERGE_IN_A_CIRCLE", "That case goes on in this one; act on this."),
        MergeCase c => Decision.Take(new CaseMerged(c.Into), Retention(state, occasion)),
        TriageCase c => Triaged(state, c, occasion),
        _ when state.State < CaseState.Triaged => Decision.Refuse("NOT_TRIAGED", "This case was not taken up yet; triage it first."),
        AssignCase c => Assigned(state, c),
        GradeTension c => Tension.Grade(state, c, occasion),
        _ when state.State < CaseState.Assigned => Decision.Refuse("NOT_ASSIGNED", "Nobody has the lead of this case yet; assign it to a team and a lead first."),
        RecordAction c => Decision.Take([new ActionRecorded(c.Text), .. state.Clocks.Keep(CaseClock.FirstResponse, occasion)]),
        ReviewCase c => Decision.Take([new CaseReviewed(c.Text), .. state.Clocks.Keep(CaseClock.Review, occasion), .. state.Clocks.Set(state, CaseClock.Review, occasion)]),
        HandOffCase c => Decision.Take([new CaseHandedOff(c.To, c.Text), .. state.Clocks.Keep(CaseClock.FirstResponse, occasion)]),
        ResolveCase c => Decision.Take([new CaseResolved(c.Outcome, c.Text), .. state.Clocks.Keep(CaseClock.FirstResponse, occasion), .. state.Clocks.Keep(CaseClock.Review, occasion)]),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A case does not know this command."),
    };

    public static Case Evolve(Case state, object @event) => @event switch
    {
        CaseReceived e => state with { Id = e.Case, Of = e.Of, State = CaseState.Received, File = e.File },
        CaseRaisedByMember => state with { MemberRaised = true },
        BarrierReported e => state with { Barrier = new(e.Barrier, e.Key, null) },
        CaseAcknowledged => state with { State = CaseState.Acknowledged },
        CaseTriaged e => state with { State = CaseState.Triaged, Priority = e.Priority },
        CaseAssigned e => state with { State = CaseState.Assigned, Team = e.Team, Lead = e.Lead },
        CaseHandedOff => state with { HandedOff = true },
        CaseResolved => state with { State = CaseState.Resolved, MemberHears = state.MemberRaised },
        FeedbackGiven => state with { MemberHears = false },
        CaseClosed => state with { State = CaseState.Closed },
        CaseReopened => state with { State = state.Lead is null ? CaseState.Triaged : CaseState.Assigned, HandedOff = false, KeptUntil = null },
        RetentionSet e => state with { KeptUntil = e.Until },
        RetentionEnded => state with { KeptUntil = null },
        CaseMerged => state with { State = CaseState.Merged, Clocks = CaseClocks.None },
        DuplicateTaken e => state with { Duplicates = [.. state.Duplicates, e.Duplicate] },
        CaseLinked e => state with { Links = [.. state.Links, e.Link] },
        CaseUnlinked e => state with { Links = [.. state.Links.Where(l => l != e.Link)] },
        TensionGraded e => state with { Grade = new(e.Scale, e.Basis, e.Level, e.Rank) },
        TensionEscalated e => state with { Grade = new(e.Scale, e.Basis, e.Level, e.Rank) },
        TensionCalmed e => state with { Grade = new(e.Scale, e.Basis, e.Level, e.Rank) },
        AdjustmentAgreed => state with { Adjustment = AdjustmentStage.Agreed },
        AdjustmentProvided => state with { Adjustment = AdjustmentStage.Provided },
        AdjustmentReviewed => state with { Adjustment = AdjustmentStage.Reviewed },
        ConsentRecorded e => state with { Consent = e.Consent },
        ReportedToPolice => state with { WithPolice = true },
        ClockSet or ClockKept or ClockBreached or BreachEscalated => state with { Clocks = state.Clocks.After(@event) },
        _ => state,
    };

    private static Decision Received(Case state, ReceiveCase c, Occasion occasion)
    {
        if (state.Of is not null) return Decision.Refuse("CASE_EXISTS", "A case with this id was taken in before.");
        if ((c.Of is CaseKind.Barrier) != (c.Barrier is not null))
            return Decision.Refuse("BARRIER_UNNAMED", "A barrier is taken in with the key of the barrier that was met, and nothing else is.");
        if ((c.Of is CaseKind.HateCrimeReport) != (c.Consent is not null && c.Incident is not null))
            return Decision.Refuse("CONSENT_UNSAID", "A hate-crime report says what was reported and whether the police may be told, and nothing else does.");
        if (c.HappenedOn > occasion.Today) return Decision.Refuse("HAPPENS_IN_FUTURE", "What a case is about has happened; give a day that has come.");
        var born = Unborn with { Of = c.Of };
        return Decision.Take(
        [
            new CaseReceived(c.Case, c.Of, c.Ward, c.File, c.Account),
            .. c.RaisedBy is { } member ? [new CaseRaisedByMember(member)] : Array.Empty<object>(),
            .. c.Source is { } source ? [new CasePassedOnBy(source)] : Array.Empty<object>(),
            .. c.HappenedOn is { } day ? [new CaseHappenedOn(day)] : Array.Empty<object>(),
            .. c.Barrier?.Reported() ?? [],
            .. c is { Incident: { } incident, Consent: { } consent } ? [new IncidentReported(incident), new ConsentRecorded(consent)] : Array.Empty<object>(),
            .. CaseClocks.None.Set(born, CaseClock.Acknowledge, occasion),
            .. CaseClocks.None.Set(born, CaseClock.FirstResponse, occasion),
        ]);
    }

    private static Decision Triaged(Case state, TriageCase c, Occasion occasion)
    {
        if (state.State >= CaseState.Triaged && state.Priority == c.Priority) return Decision.AlreadySo;
        var now = state with { Priority = c.Priority };
        return Decision.Take(
        [
            .. state.State is CaseState.Received ? [new CaseAcknowledged(), .. state.Clocks.Keep(CaseClock.Acknowledge, occasion)] : Array.Empty<object>(),
            new CaseTriaged(c.Priority),
            // What it is known to be now may be due sooner; it is never due later than it was.
            .. state.Clocks.Sooner(now, CaseClock.FirstResponse, occasion),
            .. state.Clocks.Set(now, CaseClock.Review, occasion),
            .. state is { Barrier: { } barrier, State: < CaseState.Triaged } ? [new BarrierFound(barrier.Barrier, barrier.Key, state.Id)] : Array.Empty<object>(),
        ]);
    }

    private static Decision Assigned(Case state, AssignCase c) =>
        !c.InTeam ? Decision.Refuse("LEAD_NOT_IN_TEAM", "The lead of a case belongs to the team that takes it; have them join the team first.")
        : state.Team == c.Team && state.Lead == c.Lead ? Decision.AlreadySo
        : Decision.Take(new CaseAssigned(c.Team, c.Lead));

    private static Decision Closed(Case state, Occasion occasion) => state switch
    {
        { State: CaseState.Closed } => Decision.AlreadySo,
        { IsOpen: true, HandedOff: true } => Decision.Refuse("HANDED_OFF_IS_NOT_RESOLVED", "This case was handed off, and nothing is known to have come of it; say how it was resolved first."),
        { IsOpen: true } => Decision.Refuse("NOT_RESOLVED", "Nothing has come of this case yet; resolve it first."),
        { MemberHears: true } => Decision.Refuse("FEEDBACK_OWED", "The elected member who raised it has not heard what came of it; give feedback first."),
        _ => Decision.Take(new CaseClosed(), Retention(state, occasion)),
    };

    private static RetentionSet Retention(Case state, Occasion occasion) => new(occasion.Today.AddMonths(CasePolicy.MonthsKept(occasion.Policy, state.Of!.Value)));

    private object[] Retained(DateOnly today) => KeptUntil < today ? [new RetentionEnded(File, KeptUntil.Value.AddDays(1))] : [];
}
