namespace EqualitiesPlatform.Governance;

internal interface IPolicyPackGrain : IEventSourcedGrain;

internal sealed class PolicyPackGrain(GrainLedger ledger) : EventSourcedGrain<PolicyPack>(ledger), IPolicyPackGrain;

internal interface IObligationGrain : IEventSourcedGrain;

internal sealed class ObligationGrain(GrainLedger ledger) : EventSourcedGrain<Obligation>(ledger), IObligationGrain;

internal interface IBodyGrain : IEventSourcedGrain;

internal sealed class BodyGrain(GrainLedger ledger) : EventSourcedGrain<Body>(ledger), IBodyGrain;

internal interface IMeetingGrain : IEventSourcedGrain;

internal sealed class MeetingGrain(GrainLedger ledger) : EventSourcedGrain<Meeting>(ledger), IMeetingGrain;

internal interface IPolicyDocumentGrain : IEventSourcedGrain;

internal sealed class PolicyDocumentGrain(GrainLedger ledger) : EventSourcedGrain<PolicyDocument>(ledger), IPolicyDocumentGrain;

internal interface IAchievementGrain : IEventSourcedGrain;

internal sealed class AchievementGrain(GrainLedger ledger) : EventSourcedGrain<Achievement>(ledger), IAchievementGrain;

internal interface IReportGrain : IEventSourcedGrain;

internal sealed class ReportGrain(GrainLedger ledger) : EventSourcedGrain<Report>(ledger), IReportGrain;

internal interface IPreparationGrain : IEventSourcedGrain;

internal sealed class PreparationGrain(GrainLedger ledger) : EventSourcedGrain<Preparation>(ledger), IPreparationGrain;

internal interface IOfficeGrain : IEventSourcedGrain;

internal sealed class OfficeGrain(GrainLedger ledger) : EventSourcedGrain<Office>(ledger), IOfficeGrain;
