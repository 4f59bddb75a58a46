using Equalities.Assessments.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace EqualitiesPlatform.Assessments;

/// <summary>The door of the module Assessments: impact assessments, due regard and cumulative impact.</summary>
public static class AssessmentsModule
{
    /// <summary>Adds the module to the ledger.</summary>
    public static LedgerBuilder AddAssessments(this LedgerBuilder ledger) => ledger
        .AddModule(typeof(AssessmentsModule).Assembly, AssessmentServiceReflection.Descriptor)
        .AddAggregate<ImpactAssessment, IImpactAssessmentGrain>()
        .AddRegister<ImpactAssessmentRegister>();

    /// <summary>Maps the module's endpoints.</summary>
    public static void MapAssessments(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGrpcService<AssessmentEndpoint>().RequireAuthorization(SignIn.Policy);
}
