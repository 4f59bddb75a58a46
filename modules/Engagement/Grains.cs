namespace EqualitiesPlatform.Engagement;

internal interface INetworkGrain : IEventSourcedGrain;

internal sealed class NetworkGrain(GrainLedger ledger) : EventSourcedGrain<Network>(ledger), INetworkGrain;
