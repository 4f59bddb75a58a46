namespace EqualitiesPlatform.Engagement;

internal interface INetworkGrain : IEventSourcedGrain;

internal sealed class NetworkGrain(GrainLedger ledger) : EventSourcedGrain<Network>(ledger), INetworkGrain;

internal interface IConsultationGrain : IEventSourcedGrain;

internal sealed class ConsultationGrain(GrainLedger ledger) : EventSourcedGrain<Consultation>(ledger), IConsultationGrain;

internal interface ISharedDatasetGrain : IEventSourcedGrain;

internal sealed class SharedDatasetGrain(GrainLedger ledger) : EventSourcedGrain<SharedDataset>(ledger), ISharedDatasetGrain;
