namespace EqualitiesPlatform.Commitments;

internal interface IPartnerGrain : IEventSourcedGrain;

internal sealed class PartnerGrain(GrainLedger ledger) : EventSourcedGrain<Partner>(ledger), IPartnerGrain;

internal interface ICommitmentGrain : IEventSourcedGrain;

internal sealed class CommitmentGrain(GrainLedger ledger) : EventSourcedGrain<Commitment>(ledger), ICommitmentGrain;

internal interface IPartnerStandingGrain : IEventSourcedGrain;

internal sealed class PartnerStandingGrain(GrainLedger ledger) : EventSourcedGrain<PartnerStanding>(ledger), IPartnerStandingGrain;

internal interface IAgreedOutcomeGrain : IEventSourcedGrain;

internal sealed class AgreedOutcomeGrain(GrainLedger ledger) : EventSourcedGrain<AgreedOutcome>(ledger), IAgreedOutcomeGrain;

internal interface IYearEndAttestationGrain : IEventSourcedGrain;

internal sealed class YearEndAttestationGrain(GrainLedger ledger) : EventSourcedGrain<YearEndAttestation>(ledger), IYearEndAttestationGrain;

internal interface IActionPlanGrain : IEventSourcedGrain;

internal sealed class ActionPlanGrain(GrainLedger ledger) : EventSourcedGrain<ActionPlan>(ledger), IActionPlanGrain;

internal interface IActionPlanItemGrain : IEventSourcedGrain;

internal sealed class ActionPlanItemGrain(GrainLedger ledger) : EventSourcedGrain<ActionPlanItem>(ledger), IActionPlanItemGrain;

internal interface IPartnerKeysGrain : IEventSourcedGrain;

internal sealed class PartnerKeysGrain(GrainLedger ledger) : EventSourcedGrain<PartnerKeys>(ledger), IPartnerKeysGrain;
