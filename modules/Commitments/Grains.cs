namespace EqualitiesPlatform.Commitments;

internal interface IPartnerGrain : IEventSourcedGrain;

internal sealed class PartnerGrain(GrainLedger ledger) : EventSourcedGrain<Partner>(ledger), IPartnerGrain;

internal interface ICommitmentGrain : IEventSourcedGrain;

internal sealed class CommitmentGrain(GrainLedger ledger) : EventSourcedGrain<Commitment>(ledger), ICommitmentGrain;
