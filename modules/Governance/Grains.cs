namespace EqualitiesPlatform.Governance;

internal interface IPolicyPackGrain : IEventSourcedGrain;

internal sealed class PolicyPackGrain(GrainLedger ledger) : EventSourcedGrain<PolicyPack>(ledger), IPolicyPackGrain;

internal interface IObligationGrain : IEventSourcedGrain;

internal sealed class ObligationGrain(GrainLedger ledger) : EventSourcedGrain<Obligation>(ledger), IObligationGrain;

internal interface IReportGrain : IEventSourcedGrain;

internal sealed class ReportGrain(GrainLedger ledger) : EventSourcedGrain<Report>(ledger), IReportGrain;
