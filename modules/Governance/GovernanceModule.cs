using Equalities.Governance.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace EqualitiesPlatform.Governance;

/// <summary>The door of the module Governance: the policy pack, who must be told what, and the accountability reports.</summary>
public static class GovernanceModule
{
    /// <summary>Adds the module to the ledger.</summary>
    public static LedgerBuilder AddGovernance(this LedgerBuilder ledger) => ledger
        .AddModule(typeof(GovernanceModule).Assembly, PackServiceReflection.Descriptor, ObligationServiceReflection.Descriptor, ReportServiceReflection.Descriptor)
        .AddAggregate<PolicyPack, IPolicyPackGrain>()
        .AddAggregate<Obligation, IObligationGrain>()
        .AddRegister<PackRegister>()
        .AddRegister<ObligationRegister>()
        .AddTable<PolicyInForce, IPolicy>()
        .AddSection<ObjectiveSection>()
        .AddSection<ExpectationsSection>()
        .AddSection<CommitmentsSection>()
        .AddSection<PlansSection>()
        .AddSection<RecommendationsSection>()
        .AddSection<PromisesSection>()
        .AddSection<ObligationsSection>();

    /// <summary>Maps the module's endpoints.</summary>
    public static void MapGovernance(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<PackEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<ObligationEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<ReportEndpoint>().RequireAuthorization(SignIn.Policy);
    }
}
