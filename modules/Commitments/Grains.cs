namespace EqualitiesPlatform.Commitments;

internal interface IPartnerGrain : IEventSourcedGrain;

internal sealed class PartnerGrain(GrainLedger ledger) : EventSourcedGrain<Partner>(ledger), IPartnerGrain;

internal interface ICommitmentGrain : IEventSourcedGrain;

internal sealed class CommitmentGrain(GrainLedger ledger) : EventSourcedGrain<Commitment>(ledger), ICommitmentGrain;

internal interface IActionPlanGrain : IEventSourcedGrain;

internal sealed class ActionPlanGrain(GrainLedger ledger) : EventSourcedGrain<ActionPlan>(ledger), IActionPlanGrain;

internal interface IActionPlanItemGrain : IEventSourcedGrain;

internal sealed class ActionPlanItemGrain(GrainLedger ledger) : EventSourcedGrain<ActionPlanItem>(ledger), IActionPlanItemGrain;
