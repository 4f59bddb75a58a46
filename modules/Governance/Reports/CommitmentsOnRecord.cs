using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>The commitments as a report knows them.</summary>
internal sealed class CommitmentsOnRecord(ReportScope scope)
{
    private readonly Dictionary<Guid, CommitmentOnRecord> _byId = [];
    private readonly Dictionary<Guid, OutcomeOnRecord> _outcomes = [];

    // What is asked for often once the last event has come; an event in between does away with it.
    private CommitmentOnRecord[]? _all;
    private ILookup<CommitmentId, OutcomeOnRecord>? _outcomesOf;

    /// <summary>All of them, in the order of their proposal.</summary>
    public IReadOnlyList<CommitmentOnRecord> All => _all ??= [.. _byId.Values.Where(c => c.Proposed.Any).OrderBy(c => c.Proposed.Position)];

    public CommitmentOnRecord? Find(CommitmentId id) => _byId.GetValueOrDefault(id.Value) is { Proposed.Any: true } known ? known : null;

    /// <summary>The outcome that the two sides worded for a commitment, if they did.</summary>
    public OutcomeOnRecord? OutcomeOf(CommitmentOnRecord commitment) =>
        (_outcomesOf ??= _outcomes.Values.Where(o => o.Worded.Any).ToLookup(o => o.Worded.Value.Commitment))[commitment.Id].MaxBy(o => o.Step.Position);

    public void Apply(RecordedEvent recorded)
    {
        if (recorded.Event is OutcomeWorded or OutcomeWordingTaken or OutcomeAgreed or OutcomeReopened)
        {
            if (!_outcomes.TryGetValue(recorded.Id, out var outcome)) _outcomes[recorded.Id] = outcome = new();
            if (scope.Holds(recorded)) outcome.Apply(recorded);
            _outcomesOf = null;
        }
        if (recorded.Kind != CommitmentId.Kind) return;
        _all = null;
        if (!_byId.TryGetValue(recorded.Id, out var known)) _byId[recorded.Id] = known = new(new CommitmentId(recorded.Id));
        known.Apply(recorded, scope);
    }
}

/// <summary>What two sides worded as the outcome of a commitment (Policy, How W4).</summary>
internal sealed class OutcomeOnRecord
{
    public Latest<OutcomeWorded> Worded { get; } = new();

    /// <summary>The last step of the agreement, whichever it was.</summary>
    public Latest<object> Step { get; } = new();

    public void Apply(RecordedEvent recorded)
    {
        if (recorded.Event is OutcomeWorded worded) Worded.Replace(recorded, worded);
        Step.Replace(recorded, recorded.Event);
    }
}

/// <summary>A commitment as a report knows it.</summary>
internal sealed class CommitmentOnRecord(CommitmentId id)
{
    public CommitmentId Id => id;
    public Latest<CommitmentProposed> Proposed { get; } = new();

    /// <summary>What the partner answered: accepted, declined or modified.</summary>
    public Latest<object> Answer { get; } = new();
    public Latest<CommitmentConfirmed> Confirmed { get; } = new();

    /// <summary>How it goes: progress reported, completed or withdrawn.</summary>
    public Latest<CommitmentStatus> Progress { get; } = new();
    public Latest<ProgressReported> Update { get; } = new();

    /// <summary>The last update or nil return, whichever holds from the later day.</summary>
    public Latest<object> LastUpdate { get; } = new();
    public Latest<CommitmentTransferred> Transferred { get; } = new();
    public Latest<CommitmentModified> Modified { get; } = new();
    public Latest<DueDateMoved> Moved { get; } = new();
    public Latest<object> Dispute { get; } = new();
    public Latest<CommitmentAssessed> Assessed { get; } = new();
    public Latest<AssessmentReplied> Replied { get; } = new();
    public Latest<AssessmentConcluded> Concluded { get; } = new();

    /// <summary>Everyone that ever held it, or is said to have done so.</summary>
    public HashSet<PartnerId> Holders { get; } = [];

    /// <summary>Every transfer: together with the proposal they say who holds it, and who does not any more.</summary>
    public List<long> Transfers { get; } = [];

    public List<long> Given { get; } = [];
    public List<long> Nil { get; } = [];
    public List<long> Late { get; } = [];
    public List<long> Missed { get; } = [];
    public List<long> Escalated { get; } = [];
    public List<(long Position, ReportingPeriod Period)> Named { get; } = [];

    public string Subject => Proposed.Value.Key ?? id.ToString();

    public string Wording => Modified.Any ? Modified.Value.Wording : Proposed.Value.Wording;

    public IEnumerable<long> WordingPositions => [Proposed.Position, .. Modified.Positions];

    public PartnerId Holder => Transferred.Any ? Transferred.Value.To : Proposed.Value.Partner;

    public IEnumerable<long> HolderPositions => [Proposed.Position, .. Transfers];

    /// <summary>Whether the partner took it on; its own wording, too, it takes on only after the council confirmed it.</summary>
    public bool TakenOn => Answer.Any && Answer.Value is CommitmentAccepted;

    /// <summary>Whether it binds: taken on and not withdrawn.</summary>
    public bool Binds => TakenOn && !(Progress.Any && Progress.Value == CommitmentStatus.Withdrawn);

    public IEnumerable<long> TakenOnPositions => [Proposed.Position, .. Answer.Positions, .. Confirmed.Positions];

    public IEnumerable<long> BindsPositions => [.. TakenOnPositions, .. Progress.Positions];

    /// <summary>How it stands, as a word and as a mark.</summary>
    public (string Word, string Mark) Standing =>
        Progress.Any ? (Printed.Word(Progress.Value), Printed.Mark(Progress.Value))
        : TakenOn ? (Printed.Word(CommitmentStatus.NotStarted), Printed.Mark(CommitmentStatus.NotStarted))
        : Answer.Any && Answer.Value is CommitmentDeclined ? ("Declined", "declined")
        : Answer.Any && Answer.Value is CommitmentModified ? (Confirmed.Position > Answer.Position ? "Modified, to be accepted" : "Modified, to be confirmed", "modified")
        : ("Proposed", "proposed");

    public IEnumerable<long> StandingPositions =>
        Progress.Any ? [Proposed.Position, .. Progress.Positions] : TakenOnPositions;

    /// <summary>Events on the commitment, and the proposal without which they would count for nothing.</summary>
    public IEnumerable<long> With(IEnumerable<long> events) => events.Any() ? [Proposed.Position, .. events] : [];

    public DateOnly? FirstDue => (Modified.Any ? Modified.Value.DueOn : null) ?? Proposed.Value.DueOn;

    public DateOnly? Due => Moved.Any ? Moved.Value.To : FirstDue;

    public bool Serves(string reference) => Proposed.Value.Source == reference || Proposed.Value.Serves.Contains(reference);

    public void Apply(RecordedEvent recorded, ReportScope scope)
    {
        // A nil return speaks for its period, and a reply or final view for the assessment: neither waits for its own day.
        switch (recorded.Event)
        {
            case NilReported e when e.Period.Last <= scope.AsAt:
                LastUpdate.Offer(recorded, e);
                if (e.Period.Year == scope.Year) Take(recorded, e.Late, Nil);
                break;
            case AssessmentReplied e: Replied.Replace(recorded, e); break;
            case AssessmentConcluded e: Concluded.Replace(recorded, e); break;
        }
        if (!scope.Holds(recorded)) return;
        switch (recorded.Event)
        {
            case CommitmentProposed e:
                Proposed.Replace(recorded, e);
                Holders.Add(e.Partner);
                break;
            case CommitmentConfirmed e: Confirmed.Replace(recorded, e); break;
            case CommitmentAccepted or CommitmentDeclined: Answer.Replace(recorded, recorded.Event); break;
            case CommitmentModified e:
                Answer.Replace(recorded, e);
                Modified.Replace(recorded, e);
                break;
            case ProgressReported e:
                Progress.Offer(recorded, e.Status);
                Update.Offer(recorded, e);
                LastUpdate.Offer(recorded, e);
                if (e.Period.Year == scope.Year) Take(recorded, e.Late, Given);
                break;
            case CommitmentCompleted: Progress.Offer(recorded, CommitmentStatus.Completed); break;
            case CommitmentWithdrawn: Progress.Offer(recorded, CommitmentStatus.Withdrawn); break;
            case CommitmentTransferred e:
                Transferred.Offer(recorded, e);
                Transfers.Add(recorded.Position);
                Holders.Add(e.From);
                Holders.Add(e.To);
                break;
            case DueDateMoved e: Moved.Replace(recorded, e); break;
            case CommitmentDisputed or DisputeSettled: Dispute.Replace(recorded, recorded.Event); break;
            case CommitmentAssessed e: Assessed.Offer(recorded, e); break;
            case UpdateMissed e when e.Period.Year == scope.Year: Missed.Add(recorded.Position); break;
            case MissEscalated e when e.Period.Year == scope.Year: Escalated.Add(recorded.Position); break;
            case MissNamedForReport e when e.Period.Year == scope.Year: Named.Add((recorded.Position, e.Period)); break;
        }
    }
    private void Take(RecordedEvent recorded, bool late, List<long> kind)
    {
        kind.Add(recorded.Position);
        if (late) Late.Add(recorded.Position);
    }
}
