namespace EqualitiesPlatform.Assessments;

internal interface IImpactAssessmentGrain : IEventSourcedGrain;

internal sealed class ImpactAssessmentGrain(GrainLedger ledger) : EventSourcedGrain<ImpactAssessment>(ledger), IImpactAssessmentGrain;
