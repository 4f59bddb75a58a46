namespace EqualitiesPlatform.Disclosure;

internal interface IPublicationRecordGrain : IEventSourcedGrain;

internal sealed class PublicationRecordGrain(GrainLedger ledger) : EventSourcedGrain<PublicationRecord>(ledger), IPublicationRecordGrain;
