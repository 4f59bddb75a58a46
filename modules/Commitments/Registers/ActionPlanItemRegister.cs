namespace EqualitiesPlatform.Commitments;

/// <summary>An item of an action plan as lists and screens show it; its owner and those who support it may see it.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Year">The financial year in whose version it stands now, such as 2013-14.</param>
/// <param name="Status">As the latest effective report says, the later recorded wins a tie; completed and withdrawn are final.</param>
/// <param name="SlippageDays">Days from the day it was first due to the day it is due now.</param>
/// <param name="Overdue">Whether the day it is due now passed, and it is still open.</param>
/// <param name="LapsedOn">The due days that passed before it was done, oldest first.</param>
/// <param name="CarriedForward">Its way through the years, oldest first.</param>
public sealed record ActionPlanItemRegister(
    string Id, long Version, ActionPlanItemId Item, string? Key, ActionPlanId Plan, string Year, string Text, PartnerId Owner,
    IReadOnlyList<PartnerId> Supporting, DateOnly? ConfirmedOn, bool Confirmed, CommitmentStatus Status, DateOnly? StatusOn, string? Narrative,
    int? Percent, DateOnly FirstDueOn, DateOnly DueOn, int SlippageDays, bool Overdue, IReadOnlyList<DateOnly> LapsedOn,
    IReadOnlyList<MilestoneEntry> Milestones, IReadOnlyList<string> Serves, IReadOnlyList<CommitmentId> Commitments,
    IReadOnlyList<CarriedForwardEntry> CarriedForward) : IRegister<ActionPlanItemRegister>
{
    /// <inheritdoc/>
    public static string Kind => ActionPlanItemId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [Owner, .. Supporting];

    /// <inheritdoc/>
    public static ActionPlanItemRegister? Fold(ActionPlanItemRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            PlanItemProposed e => new ActionPlanItemRegister(
                recorded.Stream, 0, e.Item, e.Key, e.Plan, e.Year.ToString(), e.Text, e.Owner, e.Supporting, null, false, CommitmentStatus.NotStarted,
                null, null, null, e.DueOn, e.DueOn, 0, false, [],
                [.. e.Milestones.Select((m, i) => new MilestoneEntry(i + 1, m.Text, m.DueOn, m.DueOn, 0, null, 0, []))], e.Serves, e.Commitments, []),
            PlanItemConfirmed e => document! with { Confirmed = true, ConfirmedOn = e.EffectiveOn },
            PlanItemProgressReported e when document!.StatusOn is null || e.EffectiveOn >= document.StatusOn =>
                document with { Status = e.Status, StatusOn = e.EffectiveOn, Narrative = e.Narrative, Percent = e.Percent },
            MilestoneMet e => document!.With(e.Milestone, m => m with { MetOn = e.EffectiveOn, DaysLate = e.DaysLate }),
            MilestoneMoved e => document!.With(e.Milestone, m => m with { DueOn = e.To, SlippageDays = e.TotalSlippageDays }),
            MilestoneMissed e => document!.With(e.Milestone, m => m with { LapsedOn = [.. m.LapsedOn, e.DueOn] }),
            PlanItemMoved e => document! with { DueOn = e.To, SlippageDays = e.TotalSlippageDays, Overdue = false },
            PlanItemOverdue e => document! with { Overdue = true, LapsedOn = [.. document.LapsedOn, e.DueOn] },
            PlanItemCarriedForward e => document! with
            {
                Year = e.To.ToString(),
                CarriedForward = [.. document.CarriedForward, new CarriedForwardEntry(e.From, e.To, e.OpenMilestones, recorded.Position)],
            },
            PlanItemCompleted e => document! with { Status = CommitmentStatus.Completed, StatusOn = e.EffectiveOn, Narrative = e.Narrative, Percent = 100, Overdue = false },
            PlanItemWithdrawn e => document! with { Status = CommitmentStatus.Withdrawn, StatusOn = recorded.EffectiveOn, Narrative = e.Reason, Overdue = false },
            PlanItemLinked e => document! with { Commitments = [.. document.Commitments, e.Commitment] },
            PlanItemUnlinked e => document! with { Commitments = [.. document.Commitments.Where(c => c != e.Commitment)] },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    private ActionPlanItemRegister With(int milestone, Func<MilestoneEntry, MilestoneEntry> change) =>
        this with { Milestones = [.. Milestones.Select(m => m.Number == milestone ? change(m) : m)] };
}

/// <summary>A milestone of an item.</summary>
/// <param name="Number">Its number in the item, from 1.</param>
/// <param name="Text">What will be there.</param>
/// <param name="FirstDueOn">The day it was planned for.</param>
/// <param name="DueOn">The day as last moved.</param>
/// <param name="SlippageDays">Days from the first to the last of these.</param>
/// <param name="MetOn">The day it was met, if it was.</param>
/// <param name="DaysLate">Days from its due day to the day it was met; 0 in time.</param>
/// <param name="LapsedOn">The due days that passed before it was met, oldest first.</param>
public sealed record MilestoneEntry(
    int Number, string Text, DateOnly FirstDueOn, DateOnly DueOn, int SlippageDays, DateOnly? MetOn, int DaysLate, IReadOnlyList<DateOnly> LapsedOn);

/// <summary>An item went on into another year.</summary>
/// <param name="From">The year that was closed.</param>
/// <param name="To">The year in which it went on.</param>
/// <param name="OpenMilestones">The numbers of the milestones that were open.</param>
/// <param name="Position">The position of the event that says so.</param>
public sealed record CarriedForwardEntry(FinancialYear From, FinancialYear To, IReadOnlyList<int> OpenMilestones, long Position);
