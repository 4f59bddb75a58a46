namespace EqualitiesPlatform.Governance;

internal interface IPolicyPackGrain : IEventSourcedGrain;

internal sealed class PolicyPackGrain(GrainLedger ledger) : EventSourcedGrain<PolicyPack>(ledger), IPolicyPackGrain;

internal interface IObligationGrain : IEventSourcedGrain;

internal sealed class ObligationGrain(GrainLedger ledger) : EventSourcedGrain<Obligation>(ledger), IObligationGrain;
