namespace EqualitiesPlatform.Cases;

internal interface ICaseGrain : IEventSourcedGrain;

internal sealed class CaseGrain(GrainLedger ledger) : EventSourcedGrain<Case>(ledger), ICaseGrain;

internal interface IBarrierGrain : IEventSourcedGrain;

internal sealed class BarrierGrain(GrainLedger ledger) : EventSourcedGrain<Barrier>(ledger), IBarrierGrain;

internal interface ICaseTeamGrain : IEventSourcedGrain;

internal sealed class CaseTeamGrain(GrainLedger ledger) : EventSourcedGrain<CaseTeam>(ledger), ICaseTeamGrain;

internal interface ITensionReturnsGrain : IEventSourcedGrain;

internal sealed class TensionReturnsGrain(GrainLedger ledger) : EventSourcedGrain<TensionReturns>(ledger), ITensionReturnsGrain;

internal interface IErasureGrain : IEventSourcedGrain;

internal sealed class ErasureGrain(GrainLedger ledger) : EventSourcedGrain<Erasure>(ledger), IErasureGrain;
