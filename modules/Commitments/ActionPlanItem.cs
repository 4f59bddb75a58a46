namespace EqualitiesPlatform.Commitments;

// One thing that an action plan says will be done, in whichever year it stands now (Policy, "Difference"; Report 5.1).
// Its due days move in the open: every move keeps its reason and its slippage, and a day that passed stays on record.

/// <summary>A command to an item of an action plan.</summary>
public interface IActionPlanItemCommand : ICommand
{
    /// <summary>The item.</summary>
    ActionPlanItemId Item { get; }

    string ICommand.Stream => StreamKey.Of(ActionPlanItemId.Kind, Item.Value);
}

/// <summary>Propose an item into a year of a plan, as a policy pack does, or a partner for itself.</summary>
[GenerateSerializer, Immutable]
public sealed record ProposePlanItem(
    ActionPlanItemId Item, string? Key, ActionPlanId Plan, FinancialYear Year, string Text, PartnerId Owner, IReadOnlyList<PartnerId> Supporting,
    DateOnly DueOn, IReadOnlyList<PlannedMilestone> Milestones, IReadOnlyList<string> Serves, IReadOnlyList<CommitmentId> Commitments)
    : IActionPlanItemCommand, IOpens
{
    PartnerId IOpens.Organisation => Owner;
}

/// <summary>Confirm a proposed item for the council, from a day on; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record ConfirmPlanItem(ActionPlanItemId Item, DateOnly? EffectiveOn) : IActionPlanItemCommand;

/// <summary>Report how the item stands, from a day on; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record ReportPlanItem(
    ActionPlanItemId Item, CommitmentStatus Status, string Narrative, int? Percent, DateOnly? EffectiveOn) : IActionPlanItemCommand;

/// <summary>Report a milestone, by its number, as met; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record MeetMilestone(ActionPlanItemId Item, int Milestone, DateOnly? MetOn) : IActionPlanItemCommand;

/// <summary>Move a milestone, by its number, to another day.</summary>
[GenerateSerializer, Immutable]
public sealed record MoveMilestone(ActionPlanItemId Item, int Milestone, DateOnly DueOn, string Reason) : IActionPlanItemCommand;

/// <summary>Move the item to another day.</summary>
[GenerateSerializer, Immutable]
public sealed record MovePlanItem(ActionPlanItemId Item, DateOnly DueOn, string Reason) : IActionPlanItemCommand;

/// <summary>Report the item as done; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record CompletePlanItem(ActionPlanItemId Item, string Narrative, DateOnly? CompletedOn) : IActionPlanItemCommand;

/// <summary>Take the item back, proposed or confirmed.</summary>
[GenerateSerializer, Immutable]
public sealed record WithdrawPlanItem(ActionPlanItemId Item, string Reason) : IActionPlanItemCommand;

/// <summary>Say that the item serves a commitment.</summary>
[GenerateSerializer, Immutable]
public sealed record LinkPlanItem(ActionPlanItemId Item, CommitmentId Commitment) : IActionPlanItemCommand;

/// <summary>Say that the item serves a commitment no more.</summary>
[GenerateSerializer, Immutable]
public sealed record UnlinkPlanItem(ActionPlanItemId Item, CommitmentId Commitment) : IActionPlanItemCommand;

/// <summary>Carry the item forward if it is still open in a year; the platform sends it after the year was closed.</summary>
[GenerateSerializer, Immutable]
public sealed record CarryPlanItemForward(ActionPlanItemId Item, FinancialYear From, FinancialYear To) : IActionPlanItemCommand;

/// <summary>A step of an item. Its number is its place in the item's list, from 1.</summary>
/// <param name="Text">What will be there.</param>
/// <param name="DueOn">The day by which it will be there.</param>
[GenerateSerializer, Immutable]
public sealed record PlannedMilestone(string Text, DateOnly DueOn);

/// <summary>An item was proposed into a year of a plan.</summary>
/// <param name="Item">The item.</param>
/// <param name="Key">Its key, if it has one.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Year">The financial year in whose version it stands first.</param>
/// <param name="Text">What will be done.</param>
/// <param name="Owner">The organisation that does it and reports on it.</param>
/// <param name="Supporting">The organisations that help.</param>
/// <param name="DueOn">The day by which it will be done.</param>
/// <param name="Milestones">Its steps, numbered from 1 by their place.</param>
/// <param name="Serves">What it serves: aim:a1, way:w4 and so on.</param>
/// <param name="Commitments">The commitments it serves.</param>
[RecordedBy<ActionPlanItem>("commitments.plan-item-proposed.v1")]
public sealed record PlanItemProposed(
    ActionPlanItemId Item, string? Key, ActionPlanId Plan, FinancialYear Year, [property: Statement] string Text, PartnerId Owner,
    IReadOnlyList<PartnerId> Supporting, DateOnly DueOn, IReadOnlyList<PlannedMilestone> Milestones, IReadOnlyList<string> Serves,
    IReadOnlyList<CommitmentId> Commitments);

/// <summary>The council confirmed the item; from that day on it counts.</summary>
[RecordedBy<ActionPlanItem>("commitments.plan-item-confirmed.v1")]
public sealed record PlanItemConfirmed(DateOnly EffectiveOn) : IEffective;

/// <summary>How the item stands was reported, from a day on; the greatest day is current, the later recorded wins a tie.</summary>
[RecordedBy<ActionPlanItem>("commitments.plan-item-progress-reported.v1")]
public sealed record PlanItemProgressReported(
    CommitmentStatus Status, [property: Statement] string Narrative, int? Percent, DateOnly EffectiveOn) : IEffective;

/// <summary>A milestone was met.</summary>
/// <param name="Milestone">Its number.</param>
/// <param name="DueOn">The day it was due, as last moved.</param>
/// <param name="DaysLate">Days after that day; 0 when it was met in time.</param>
/// <param name="EffectiveOn">The day it was met.</param>
[RecordedBy<ActionPlanItem>("commitments.milestone-met.v1")]
public sealed record MilestoneMet(int Milestone, DateOnly DueOn, int DaysLate, DateOnly EffectiveOn) : IEffective;

/// <summary>A milestone was moved to another day.</summary>
/// <param name="Milestone">Its number.</param>
/// <param name="From">The day it was due.</param>
/// <param name="To">The day it is due now.</param>
/// <param name="SlippageDays">Days of this move; less than 0 when it was brought forward.</param>
/// <param name="TotalSlippageDays">Days since its first due day, over all moves.</param>
/// <param name="Reason">Why.</param>
[RecordedBy<ActionPlanItem>("commitments.milestone-moved.v1")]
public sealed record MilestoneMoved(
    int Milestone, DateOnly From, DateOnly To, int SlippageDays, int TotalSlippageDays, [property: Statement] string Reason);

/// <summary>A milestone's due day passed, and it was not met. Once for each due day.</summary>
/// <param name="Milestone">Its number.</param>
/// <param name="DueOn">The day that passed.</param>
/// <param name="EffectiveOn">The day after it.</param>
[RecordedBy<ActionPlanItem>("commitments.milestone-missed.v1")]
public sealed record MilestoneMissed(int Milestone, DateOnly DueOn, DateOnly EffectiveOn) : IEffective;

/// <summary>The item was moved to another day.</summary>
/// <param name="From">The day it was due.</param>
/// <param name="To">The day it is due now.</param>
/// <param name="SlippageDays">Days of this move; less than 0 when it was brought forward.</param>
/// <param name="TotalSlippageDays">Days since its first due day, over all moves.</param>
/// <param name="Reason">Why.</param>
[RecordedBy<ActionPlanItem>("commitments.plan-item-moved.v1")]
public sealed record PlanItemMoved(DateOnly From, DateOnly To, int SlippageDays, int TotalSlippageDays, [property: Statement] string Reason);

/// <summary>The item's due day passed, and it was not done. Once for each due day.</summary>
/// <param name="DueOn">The day that passed.</param>
/// <param name="EffectiveOn">The day after it.</param>
[RecordedBy<ActionPlanItem>("commitments.plan-item-overdue.v1")]
public sealed record PlanItemOverdue(DateOnly DueOn, DateOnly EffectiveOn) : IEffective;

/// <summary>The item was open when its year was closed, and goes on in the next.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="From">The year that was closed.</param>
/// <param name="To">The year in which it stands now.</param>
/// <param name="OpenMilestones">The numbers of the milestones not met yet.</param>
[RecordedBy<ActionPlanItem>("commitments.plan-item-carried-forward.v1")]
public sealed record PlanItemCarriedForward(ActionPlanId Plan, FinancialYear From, FinancialYear To, IReadOnlyList<int> OpenMilestones);

/// <summary>The item is done, since a day.</summary>
[RecordedBy<ActionPlanItem>("commitments.plan-item-completed.v1")]
public sealed record PlanItemCompleted([property: Statement] string Narrative, DateOnly EffectiveOn) : IEffective;

/// <summary>The item was taken back.</summary>
[RecordedBy<ActionPlanItem>("commitments.plan-item-withdrawn.v1")]
public sealed record PlanItemWithdrawn([property: Statement] string Reason);

/// <summary>The item serves a commitment.</summary>
[RecordedBy<ActionPlanItem>("commitments.plan-item-linked.v1")]
public sealed record PlanItemLinked(CommitmentId Commitment);

/// <summary>The item serves a commitment no more.</summary>
[RecordedBy<ActionPlanItem>("commitments.plan-item-unlinked.v1")]
public sealed record PlanItemUnlinked(CommitmentId Commitment);

/// <summary>What deciding about an item needs to know.</summary>
internal sealed record ActionPlanItem(
    PlanItemProposed? Proposed, FinancialYear Year, DateOnly? ConfirmedOn, bool Ended, Due Due, IReadOnlyList<Due> Milestones,
    IReadOnlyList<CommitmentId> Commitments) : IAggregate<ActionPlanItem>
{
    public static string Kind => ActionPlanItemId.Kind;

    public static ActionPlanItem Unborn { get; } = new(null, default, null, false, Due.Planned(default), [], []);

    public bool BelongsTo(PartnerId organisation) => Proposed?.Owner == organisation;

    /// <summary>The day after the first due day that has not passed on record; a proposal's clock does not run.</summary>
    public DateOnly? WakesOn =>
        ConfirmedOn is null || Ended ? null : Milestones.Append(Due).Min(due => due.LapsesOn);

    public static Decision Decide(ActionPlanItem state, ICommand command, Occasion occasion) => command switch
    {
        ProposePlanItem c => Propose(state, c),
        _ when state.Proposed is null => Decision.Refuse("PLAN_ITEM_UNKNOWN", "There is no such item in any action plan; propose it first."),
        RaiseDue => state.Lapses(occasion.Today),
        CarryPlanItemForward c => state.Ended || state.Year != c.From
            ? Decision.AlreadySo
            : Decision.Take(new PlanItemCarriedForward(state.Proposed.Plan, c.From, c.To, state.OpenMilestones)),
        _ when state.Ended => Decision.Refuse("PLAN_ITEM_ENDED", "This item was completed or withdrawn; propose another one for what is still to do."),
        ConfirmPlanItem c => Confirm(state, c, occasion),
        WithdrawPlanItem c => Decision.Take(new PlanItemWithdrawn(c.Reason)),
        LinkPlanItem c => state.Commitments.Contains(c.Commitment) ? Decision.AlreadySo : Decision.Take(new PlanItemLinked(c.Commitment)),
        UnlinkPlanItem c => state.Commitments.Contains(c.Commitment) ? Decision.Take(new PlanItemUnlinked(c.Commitment)) : Decision.AlreadySo,
        _ when state.ConfirmedOn is null => Decision.Refuse("PLAN_ITEM_NOT_CONFIRMED", "This item is only proposed; a governance officer confirms it first."),
        ReportPlanItem c => Report(state, c, occasion),
        MeetMilestone c => Meet(state, c, occasion),
        MoveMilestone c => Move(state, c, occasion),
        MovePlanItem c => Move(state, c, occasion),
        CompletePlanItem c => state.NotEffective(c.CompletedOn ?? occasion.Today, occasion)
            ?? Decision.Take(new PlanItemCompleted(c.Narrative, c.CompletedOn ?? occasion.Today)),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "An item of an action plan does not know this command."),
    };

    public static ActionPlanItem Evolve(ActionPlanItem state, object @event) => @event switch
    {
        PlanItemProposed e => state with
        {
            Proposed = e, Year = e.Year, Due = Due.Planned(e.DueOn), Milestones = [.. e.Milestones.Select(m => Due.Planned(m.DueOn))], Commitments = e.Commitments,
        },
        PlanItemConfirmed e => state with { ConfirmedOn = e.EffectiveOn },
        MilestoneMet e => state.With(e.Milestone, due => due with { Met = e.EffectiveOn }),
        MilestoneMoved e => state.With(e.Milestone, due => due with { On = e.To, Lapsed = false }),
        MilestoneMissed e => state.With(e.Milestone, due => due with { Lapsed = true }),
        PlanItemMoved e => state with { Due = state.Due with { On = e.To, Lapsed = false } },
        PlanItemOverdue => state with { Due = state.Due with { Lapsed = true } },
        PlanItemCarriedForward e => state with { Year = e.To },
        PlanItemCompleted or PlanItemWithdrawn => state with { Ended = true },
        PlanItemLinked e => state with { Commitments = [.. state.Commitments, e.Commitment] },
        PlanItemUnlinked e => state with { Commitments = [.. state.Commitments.Where(c => c != e.Commitment)] },
        _ => state,
    };

    private IReadOnlyList<int> OpenMilestones => [.. Milestones.Index().Where(m => m.Item.Met is null).Select(m => m.Index + 1)];

    private ActionPlanItem With(int milestone, Func<Due, Due> change) =>
        this with { Milestones = [.. Milestones.Select((due, i) => i + 1 == milestone ? change(due) : due)] };

    private static Decision Propose(ActionPlanItem state, ProposePlanItem c)
    {
        var proposed = new PlanItemProposed(c.Item, c.Key, c.Plan, c.Year, c.Text, c.Owner, c.Supporting, c.DueOn, c.Milestones, c.Serves, c.Commitments);
        return state.Proposed is not { } known ? Decision.Take(proposed)
            : Same(known, proposed) ? Decision.AlreadySo
            : Decision.Refuse("PLAN_ITEM_ALREADY_PROPOSED", "This item was proposed already, with other particulars; change it, or propose another under another key.");
    }

    private static Decision Confirm(ActionPlanItem state, ConfirmPlanItem c, Occasion occasion)
    {
        var effective = c.EffectiveOn ?? occasion.Today;
        if (state.ConfirmedOn is not null) return Decision.AlreadySo;
        return occasion.InFuture(effective) ?? Decision.Take(new PlanItemConfirmed(effective));
    }

    private static Decision Report(ActionPlanItem state, ReportPlanItem c, Occasion occasion)
    {
        var effective = c.EffectiveOn ?? occasion.Today;
        if (c.Status is CommitmentStatus.Completed or CommitmentStatus.Withdrawn)
            return Decision.Refuse("STATUS_IS_AN_END", "Complete or withdraw the item by name; a report says how an open one stands.");
        return state.NotEffective(effective, occasion) ?? Decision.Take(new PlanItemProgressReported(c.Status, c.Narrative, c.Percent, effective));
    }

    private static Decision Meet(ActionPlanItem state, MeetMilestone c, Occasion occasion)
    {
        var met = c.MetOn ?? occasion.Today;
        if (state.Milestone(c.Milestone) is not { } due) return NoMilestone(state);
        if (due.Met is { } before) return before == met ? Decision.AlreadySo : AlreadyMet(before);
        return occasion.InFuture(met)
            ?? Decision.Take(new MilestoneMet(c.Milestone, due.On, Math.Max(0, met.DayNumber - due.On.DayNumber), met));
    }

    private static Decision Move(ActionPlanItem state, MoveMilestone c, Occasion occasion)
    {
        if (state.Milestone(c.Milestone) is not { } due) return NoMilestone(state);
        if (due.Met is { } met) return AlreadyMet(met);
        return due.NotMovable(c.DueOn, occasion)
            ?? Decision.Take(new MilestoneMoved(c.Milestone, due.On, c.DueOn, due.Slippage(c.DueOn), due.TotalSlippage(c.DueOn), c.Reason));
    }

    private static Decision Move(ActionPlanItem state, MovePlanItem c, Occasion occasion) =>
        state.Due.NotMovable(c.DueOn, occasion)
            ?? Decision.Take(new PlanItemMoved(state.Due.On, c.DueOn, state.Due.Slippage(c.DueOn), state.Due.TotalSlippage(c.DueOn), c.Reason));

    /// <summary>What has lapsed by a day and is not on record yet: milestones in their order, then the item.</summary>
    private Decision Lapses(DateOnly today)
    {
        if (ConfirmedOn is null || Ended) return Decision.AlreadySo;
        return Decision.Take([
            .. Milestones.Index().Where(m => m.Item.LapsesOn <= today).Select(m => new MilestoneMissed(m.Index + 1, m.Item.On, m.Item.On.AddDays(1))),
            .. Due.LapsesOn <= today ? [new PlanItemOverdue(Due.On, Due.On.AddDays(1))] : Array.Empty<object>(),
        ]);
    }

    private Due? Milestone(int number) => number >= 1 && number <= Milestones.Count ? Milestones[number - 1] : null;

    private Decision? NotEffective(DateOnly effective, Occasion occasion) =>
        occasion.InFuture(effective)
            ?? (effective < ConfirmedOn ? Decision.Refuse("EFFECTIVE_BEFORE_CONFIRMED", $"The item was confirmed from {ConfirmedOn:yyyy-MM-dd}; nothing can be reported of it before that.")
                : null);

    private static Decision NoMilestone(ActionPlanItem state) =>
        Decision.Refuse("MILESTONE_UNKNOWN", $"The item has no such milestone; it has {state.Milestones.Count}, numbered from 1.");

    private static Decision AlreadyMet(DateOnly met) =>
        Decision.Refuse("MILESTONE_ALREADY_MET", $"This milestone was met on {met:yyyy-MM-dd}.");

    private static bool Same(PlanItemProposed one, PlanItemProposed other) =>
        Bare(one) == Bare(other) && one.Supporting.SequenceEqual(other.Supporting) && one.Milestones.SequenceEqual(other.Milestones)
        && one.Serves.SequenceEqual(other.Serves) && one.Commitments.SequenceEqual(other.Commitments);

    private static PlanItemProposed Bare(PlanItemProposed proposed) =>
        proposed with { Supporting = [], Milestones = [], Serves = [], Commitments = [] };
}

/// <summary>A due day, of an item or of one of its milestones.</summary>
/// <param name="Originally">The day that was planned first.</param>
/// <param name="On">The day as last moved.</param>
/// <param name="Met">The day on which it was met, if it was.</param>
/// <param name="Lapsed">Whether it is on record that the day passed.</param>
internal sealed record Due(DateOnly Originally, DateOnly On, DateOnly? Met, bool Lapsed)
{
    public static Due Planned(DateOnly on) => new(on, on, null, false);

    /// <summary>The day on which it will have passed, unless it was met or that is on record already.</summary>
    public DateOnly? LapsesOn => Met is null && !Lapsed ? On.AddDays(1) : null;

    public int Slippage(DateOnly to) => to.DayNumber - On.DayNumber;

    public int TotalSlippage(DateOnly to) => to.DayNumber - Originally.DayNumber;

    /// <summary>Why it can't move to a day, or that it stands there already; null when it can.</summary>
    public Decision? NotMovable(DateOnly to, Occasion occasion) =>
        to == On ? Decision.AlreadySo
            : to < occasion.Today ? Decision.Refuse("MOVED_INTO_PAST", $"A due day can be moved to today, {occasion.Today:yyyy-MM-dd}, or later.")
            : null;
}
