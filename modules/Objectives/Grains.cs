namespace EqualitiesPlatform.Objectives;

internal interface IStrategicObjectiveGrain : IEventSourcedGrain;

internal sealed class StrategicObjectiveGrain(GrainLedger ledger) : EventSourcedGrain<StrategicObjective>(ledger), IStrategicObjectiveGrain;

internal interface IClassificationGrain : IEventSourcedGrain;

internal sealed class ClassificationGrain(GrainLedger ledger) : EventSourcedGrain<Classification>(ledger), IClassificationGrain;

internal interface IMeasureGrain : IEventSourcedGrain;

internal sealed class MeasureGrain(GrainLedger ledger) : EventSourcedGrain<Measure>(ledger), IMeasureGrain;

internal interface IObservationSheetGrain : IEventSourcedGrain
{
    /// <summary>Leaves memory: a file that touches thousands of sheets is done with one after the other.</summary>
    Task Rest();
}

internal sealed class ObservationSheetGrain(GrainLedger ledger) : EventSourcedGrain<ObservationSheet>(ledger), IObservationSheetGrain
{
    public Task Rest()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

internal interface IMonitorGrain : IEventSourcedGrain;

internal sealed class MonitorGrain(GrainLedger ledger) : EventSourcedGrain<Monitor>(ledger), IMonitorGrain;
