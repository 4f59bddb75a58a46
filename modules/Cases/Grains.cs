namespace EqualitiesPlatform.Cases;

internal interface ICaseGrain : IEventSourcedGrain;

internal sealed class CaseGrain(GrainLedger ledger) : EventSourcedGrain<Case>(ledger), ICaseGrain;

internal interface IBarrierGrain : IEventSourcedGrain;

internal sealed class BarrierGrain(GrainLedger ledger) : EventSourcedGrain<Barrier>(ledger), IBarrierGrain;

internal interface ICaseTeamGrain : IEventSourcedGrain;

internal sealed class CaseTeamGrain(GrainLedger ledger) : EventSourcedGrain<CaseTeam>(ledger), ICaseTeamGrain;
