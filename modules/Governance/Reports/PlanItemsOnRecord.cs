using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>The items of the action plans as a report knows them, in the order of their proposal.</summary>
internal sealed class PlanItemsOnRecord(ReportScope scope)
{
    private readonly Dictionary<Guid, PlanItemOnRecord> _byId = [];

    /// <summary>The items that stand in the report's year: proposed into it, or carried forward to it.</summary>
    public IEnumerable<PlanItemOnRecord> InYear =>
        _byId.Values.Where(i => i.Proposed.Any && (i.Proposed.Value.Year == scope.Year || i.CarriedIn.Any)).OrderBy(i => i.Proposed.Position);

    /// <summary>An item, if it is on record.</summary>
    public PlanItemOnRecord? Find(ActionPlanItemId item) => _byId.GetValueOrDefault(item.Value) is { Proposed.Any: true } known ? known : null;

    public void Apply(RecordedEvent recorded)
    {
        if (recorded.Kind != ActionPlanItemId.Kind) return;
        if (!_byId.TryGetValue(recorded.Id, out var known)) _byId[recorded.Id] = known = new(new ActionPlanItemId(recorded.Id), scope);
        known.Apply(recorded);
    }
}

/// <summary>An item of an action plan as a report knows it.</summary>
internal sealed class PlanItemOnRecord(ActionPlanItemId id, ReportScope scope)
{
    public Latest<PlanItemProposed> Proposed { get; } = new();
    public Latest<PlanItemConfirmed> Confirmed { get; } = new();
    public Latest<CommitmentStatus> Progress { get; } = new();
    public Latest<string> Narrative { get; } = new();
    public Latest<PlanItemMoved> Moved { get; } = new();
    public Latest<PlanItemCarriedForward> CarriedIn { get; } = new();
    public Latest<PlanItemCarriedForward> CarriedOut { get; } = new();
    public Dictionary<int, MilestoneOnRecord> Milestones { get; } = [];

    /// <summary>Every time that a milestone's due day passed unmet.</summary>
    public List<long> MilestonesMissed { get; } = [];

    public string Subject => Proposed.Value.Key ?? id.ToString();

    /// <summary>What puts the item into the year.</summary>
    public IEnumerable<long> InYearPositions =>
        Proposed.Value.Year == scope.Year ? [Proposed.Position] : [Proposed.Position, .. CarriedIn.Positions];

    public DateOnly Due => Moved.Any ? Moved.Value.To : Proposed.Value.DueOn;

    public int Slippage => Due.DayNumber - Proposed.Value.DueOn.DayNumber;

    public bool Ended => Progress.Any && Progress.Value is CommitmentStatus.Completed or CommitmentStatus.Withdrawn;

    /// <summary>Days after its due day that it was done, or is still to be done at the cut-off.</summary>
    public int DaysLate => Progress.Any && Progress.Value == CommitmentStatus.Withdrawn ? 0
        : Math.Max(0, (Ended ? Progress.On : scope.AsAt).DayNumber - Due.DayNumber);

    /// <summary>Whether it counts: confirmed by the council and not withdrawn.</summary>
    public bool Binds => Confirmed.Any && !(Progress.Any && Progress.Value == CommitmentStatus.Withdrawn);

    public IEnumerable<long> BindsPositions => [.. InYearPositions, .. Confirmed.Positions, .. Progress.Positions];

    public (string Word, string Mark) Standing =>
        Progress.Any ? (Printed.Word(Progress.Value), Printed.Mark(Progress.Value))
        : Confirmed.Any ? (Printed.Word(CommitmentStatus.NotStarted), Printed.Mark(CommitmentStatus.NotStarted))
        : ("Proposed", "proposed");

    public IEnumerable<long> StandingPositions => Progress.Any ? [.. InYearPositions, .. Progress.Positions] : [.. InYearPositions, .. Confirmed.Positions];

    public void Apply(RecordedEvent recorded)
    {
        // A year is closed after it is over, so what is carried forward counts as soon as it is known.
        if (recorded.Event is PlanItemCarriedForward carried)
        {
            if (carried.To == scope.Year) CarriedIn.Replace(recorded, carried);
            if (carried.From == scope.Year) CarriedOut.Replace(recorded, carried);
        }
        if (!scope.Holds(recorded)) return;
        switch (recorded.Event)
        {
            case PlanItemProposed e: Proposed.Replace(recorded, e); break;
            case PlanItemConfirmed e: Confirmed.Replace(recorded, e); break;
            case PlanItemProgressReported e:
                Progress.Offer(recorded, e.Status);
                Narrative.Offer(recorded, e.Narrative);
                break;
            case PlanItemCompleted e:
                Progress.Offer(recorded, CommitmentStatus.Completed);
                Narrative.Offer(recorded, e.Narrative);
                break;
            case PlanItemWithdrawn e:
                Progress.Offer(recorded, CommitmentStatus.Withdrawn);
                Narrative.Offer(recorded, e.Reason);
                break;
            case PlanItemMoved e: Moved.Replace(recorded, e); break;
            case MilestoneMet e: Milestone(e.Milestone).Met.Replace(recorded, e); break;
            case MilestoneMoved e: Milestone(e.Milestone).Moved.Replace(recorded, e); break;
            case MilestoneMissed e:
                Milestone(e.Milestone).Missed.Replace(recorded, e);
                MilestonesMissed.Add(recorded.Position);
                break;
        }
    }

    private MilestoneOnRecord Milestone(int number) => Milestones.TryGetValue(number, out var known) ? known : Milestones[number] = new();
}

/// <summary>A milestone as a report knows it.</summary>
internal sealed class MilestoneOnRecord
{
    public Latest<MilestoneMet> Met { get; } = new();
    public Latest<MilestoneMoved> Moved { get; } = new();
    public Latest<MilestoneMissed> Missed { get; } = new();
}
