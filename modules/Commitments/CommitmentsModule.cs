using Equalities.Commitments.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace EqualitiesPlatform.Commitments;

/// <summary>The door of the module Commitments: partners, what they promise, and how it goes.</summary>
public static class CommitmentsModule
{
    /// <summary>Adds the module to the ledger.</summary>
    public static LedgerBuilder AddCommitments(this LedgerBuilder ledger)
    {
        ledger.Services.AddSingleton<IPartners>(s => s.GetRequiredService<Affiliations>());
        return ledger
            .AddModule(
                typeof(CommitmentsModule).Assembly, PartnerServiceReflection.Descriptor, StandingServiceReflection.Descriptor,
                CommitmentServiceReflection.Descriptor, OutcomeServiceReflection.Descriptor, AttestationServiceReflection.Descriptor,
                SigningKeyServiceReflection.Descriptor,
                PlanServiceReflection.Descriptor, PlanItemServiceReflection.Descriptor)
            .AddPromises()
            .AddActionPlans();
    }

    /// <summary>Maps the module's endpoints.</summary>
    public static void MapCommitments(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<PartnerEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<StandingEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<CommitmentEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<OutcomeEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<SigningKeyEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<AttestationEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<PlanEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<PlanItemEndpoint>().RequireAuthorization(SignIn.Policy);
    }

    private static LedgerBuilder AddPromises(this LedgerBuilder ledger) => ledger
        .AddAggregate<Partner, IPartnerGrain>()
        .AddAggregate<PartnerStanding, IPartnerStandingGrain>()
        .AddAggregate<Commitment, ICommitmentGrain>()
        .AddAggregate<AgreedOutcome, IAgreedOutcomeGrain>()
        .AddAggregate<YearEndAttestation, IYearEndAttestationGrain>()
        .AddAggregate<PartnerKeys, IPartnerKeysGrain>()
        .AddRegister<PartnerRegister>()
        .AddRegister<PartnerStandingRegister>()
        .AddRegister<CommitmentRegister>()
        .AddRegister<AgreedOutcomeRegister>()
        .AddRegister<YearEndAttestationRegister>()
        .AddRegister<PartnerKeysRegister>()
        .AddFollowUp<PromisesFollow>()
        .AddTable<Affiliations, IAffiliations>();

    private static LedgerBuilder AddActionPlans(this LedgerBuilder ledger) => ledger
        .AddAggregate<ActionPlan, IActionPlanGrain>()
        .AddAggregate<ActionPlanItem, IActionPlanItemGrain>()
        .AddRegister<ActionPlanRegister>()
        .AddRegister<ActionPlanItemRegister>()
        .AddFollowUp<PlanHearsOfItsItems>()
        .AddFollowUp<OpenItemsGoOn>();
}
