using Equalities.Commitments.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace EqualitiesPlatform.Commitments;

/// <summary>The door of the module Commitments: partners, what they promise, and how it goes.</summary>
public static class CommitmentsModule
{
    /// <summary>Adds the module to the ledger.</summary>
    public static LedgerBuilder AddCommitments(this LedgerBuilder ledger) => ledger
        .AddModule(typeof(CommitmentsModule).Assembly,
            PartnerServiceReflection.Descriptor,
            CommitmentServiceReflection.Descriptor,
            PlanServiceReflection.Descriptor,
            PlanItemServiceReflection.Descriptor)
        .AddAggregate<Partner, IPartnerGrain>()
        .AddAggregate<Commitment, ICommitmentGrain>()
        .AddRegister<PartnerRegister>()
        .AddRegister<CommitmentRegister>()
        .AddTable<Affiliations, IAffiliations>()
        .AddActionPlans();

    /// <summary>Maps the module's endpoints.</summary>
    public static void MapCommitments(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<PartnerEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<CommitmentEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<PlanEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<PlanItemEndpoint>().RequireAuthorization(SignIn.Policy);
    }

    private static LedgerBuilder AddActionPlans(this LedgerBuilder ledger) => ledger
        .AddAggregate<ActionPlan, IActionPlanGrain>()
        .AddAggregate<ActionPlanItem, IActionPlanItemGrain>()
        .AddRegister<ActionPlanRegister>()
        .AddRegister<ActionPlanItemRegister>()
        .AddFollowUp<PlanHearsOfItsItems>()
        .AddFollowUp<OpenItemsGoOn>();
}
