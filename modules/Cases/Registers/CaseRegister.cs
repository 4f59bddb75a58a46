namespace EqualitiesPlatform.Cases;

/// <summary>A case as worklists show it: pseudonyms and days, and nothing about anybody.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="File">The pseudonym of whom it is about.</param>
/// <param name="Open">Whether work on it goes on.</param>
/// <param name="Grade">The level of a tension, on the scale it was graded on.</param>
/// <param name="NextDueOn">The next day by which something is to be done, if any; it may have passed.</param>
/// <param name="Breached">Whether a day has passed, and what it was for is not done yet.</param>
/// <param name="Breaches">How many days passed in all.</param>
/// <param name="FeedbackOwed">Whether a member who raised it has not heard since it was resolved.</param>
/// <param name="RaisedFor">The elected member who raised it.</param>
internal sealed record CaseRegister(
    string Id, long Version, CaseId Case, CaseKind Type, CaseState State, bool Open, string Ward, DateOnly ReceivedOn, DateOnly? HappenedOn, PersonId File, TextId Account,
    PersonId? RaisedFor, PartnerId? Source, CasePriority Priority, CaseTeamId? Team, PersonId? Lead, PartnerId? HandedOffTo, CaseOutcome? Outcome,
    DateOnly? AcknowledgedOn, DateOnly? ResolvedOn, DateOnly? FeedbackOn, TextId? Feedback, bool FeedbackOwed, DateOnly? ClosedOn, int TimesReopened, CaseId? MergedInto,
    IReadOnlyList<CaseId> Duplicates, IReadOnlyList<CaseLink> Links, string? Barrier, AdjustmentStage? Adjustment, string? Scale, TensionBasis? Basis,
    string? Grade, IncidentKind? Incident, PoliceConsent? Consent, DateOnly? PoliceToldOn, IReadOnlyList<CaseClockEntry> Clocks, DateOnly? NextDueOn, bool Breached,
    int Breaches, BarrierNature? Nature) : IRegister<CaseRegister>
{
    /// <inheritdoc/>
    public static string Kind => CaseId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <summary>Who sees it beside case officers and auditors.</summary>
    public IReadOnlyList<Guid> SeenBy => [.. Lead is { } lead ? [lead.Value] : Array.Empty<Guid>(), .. Team is { } team ? [team.Value] : Array.Empty<Guid>()];

    /// <inheritdoc/>
    public static CaseRegister? Fold(CaseRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            CaseReceived e => new CaseRegister(
                recorded.Stream, 0, e.Case, e.Of, CaseState.Received, true, e.Ward.Name, recorded.RecordedOn, null, e.File, e.Text, null, null, CasePriority.Standard, null, null,
                null, null, null, null, null, null, false, null, 0, null, [], [], null, null, null, null, null, null, null, null, [], null, false, 0, null),
            CaseRaisedByMember e => document! with { RaisedFor = e.Member },
            CasePassedOnBy e => document! with { Source = e.Source },
            CaseHappenedOn e => document! with { HappenedOn = e.HappenedOn },
            BarrierReported e => document! with { Barrier = e.Key },
            BarrierNatureSaid e => document! with { Nature = e.Nature },
            IncidentReported e => document! with { Incident = e.Incident },
            ConsentRecorded e => document! with { Consent = e.Consent },
            CaseAcknowledged => document! with { State = CaseState.Acknowledged, AcknowledgedOn = recorded.RecordedOn },
            CaseTriaged e => document! with { State = CaseState.Triaged, Priority = e.Priority },
            CaseAssigned e => document! with { State = CaseState.Assigned, Team = e.Team, Lead = e.Lead },
            CaseHandedOff e => document! with { HandedOffTo = e.To },
            CaseResolved e => document! with { State = CaseState.Resolved, Open = false, Outcome = e.Outcome, ResolvedOn = recorded.RecordedOn, FeedbackOwed = document.RaisedFor is not null },
            FeedbackGiven e => document! with { FeedbackOn = recorded.RecordedOn, Feedback = e.Text, FeedbackOwed = false },
            CaseClosed => document! with { State = CaseState.Closed, ClosedOn = recorded.RecordedOn },
            CaseReopened => document! with
            {
                State = document.Lead is null ? CaseState.Triaged : CaseState.Assigned, Open = true, Outcome = null, ResolvedOn = null, ClosedOn = null, HandedOffTo = null,
                FeedbackOwed = false, TimesReopened = document.TimesReopened + 1,
            },
            CaseMerged e => (document! with { State = CaseState.Merged, Open = false, MergedInto = e.Into }).With([]),
            DuplicateTaken e => document! with { Duplicates = [.. document.Duplicates, e.Duplicate] },
            CaseLinked e => document! with { Links = [.. document.Links, e.Link] },
            CaseUnlinked e => document! with { Links = [.. document.Links.Where(l => l != e.Link)] },
            TensionGraded e => document! with { Scale = e.Scale, Basis = e.Basis, Grade = e.Level },
            TensionEscalated e => document! with { Scale = e.Scale, Basis = e.Basis, Grade = e.Level },
            TensionCalmed e => document! with { Scale = e.Scale, Basis = e.Basis, Grade = e.Level },
            AdjustmentAgreed => document! with { Adjustment = AdjustmentStage.Agreed },
            AdjustmentProvided => document! with { Adjustment = AdjustmentStage.Provided },
            AdjustmentReviewed => document! with { Adjustment = AdjustmentStage.Reviewed },
            ReportedToPolice => document! with { PoliceToldOn = recorded.RecordedOn },
            ClockSet e => document!.With([.. document.Clocks.Where(c => c.Clock != e.Clock), new CaseClockEntry(e.Clock, e.DueOn, null)]),
            ClockKept e => document!.With([.. document.Clocks.Where(c => c.Clock != e.Clock)]),
            ClockBreached e => document!.Climbed(e.Clock, BreachRung.Lead) with { Breaches = document.Breaches + 1 },
            BreachEscalated e => document!.Climbed(e.Clock, e.To),
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    private CaseRegister Climbed(CaseClock clock, BreachRung to) => With([.. Clocks.Select(c => c.Clock == clock ? c with { Reached = to } : c)]);

    private CaseRegister With(IReadOnlyList<CaseClockEntry> clocks) =>
        this with { Clocks = clocks, NextDueOn = clocks.Select(c => (DateOnly?)c.DueOn).Min(), Breached = clocks.Any(c => c.Reached is not null) };
}

/// <summary>A clock that runs.</summary>
/// <param name="Reached">How far its breach has climbed, if its day has passed.</param>
internal sealed record CaseClockEntry(CaseClock Clock, DateOnly DueOn, BreachRung? Reached);
