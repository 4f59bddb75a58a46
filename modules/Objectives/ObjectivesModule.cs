using Equalities.Objectives.V1;
using EqualitiesPlatform.Disclosure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace EqualitiesPlatform.Objectives;

/// <summary>The door of the module Objectives: the Strategic Equalities Objective, its measures and what was observed of them.</summary>
public static class ObjectivesModule
{
    /// <summary>Adds the module to the ledger.</summary>
    public static LedgerBuilder AddObjectives(this LedgerBuilder ledger)
    {
        ledger.Services.AddSingleton<Reporting>().AddSingleton<FigureReader>().AddSingleton<FigureImport>().AddSingleton<FigureComparison>()
            .AddSingleton<FigureTables>().AddSingleton<ITableSource>(services => services.GetRequiredService<FigureTables>());
        return ledger
            .AddModule(
                typeof(ObjectivesModule).Assembly, ObjectiveServiceReflection.Descriptor, ClassificationServiceReflection.Descriptor,
                MeasureServiceReflection.Descriptor, ObservationServiceReflection.Descriptor, ExchangeServiceReflection.Descriptor,
                MonitorServiceReflection.Descriptor)
            .AddAggregate<StrategicObjective, IStrategicObjectiveGrain>()
            .AddAggregate<Classification, IClassificationGrain>()
            .AddAggregate<Measure, IMeasureGrain>()
            .AddAggregate<ObservationSheet, IObservationSheetGrain>()
            .AddAggregate<Monitor, IMonitorGrain>()
            .AddRegister<ObjectiveRegister>()
            .AddRegister<ClassificationRegister>()
            .AddRegister<MeasureRegister>()
            .AddRegister<ObservationSheetRegister>()
            .AddRegister<MonitorRegister>();
    }

    /// <summary>Maps the module's endpoints.</summary>
    public static void MapObjectives(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<ObjectiveEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<ClassificationEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<MeasureEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<ObservationEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<ExchangeEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<MonitorEndpoint>().RequireAuthorization(SignIn.Policy);
    }
}
