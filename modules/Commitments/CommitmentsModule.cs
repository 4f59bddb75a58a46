using Equalities.Commitments.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace EqualitiesPlatform.Commitments;

/// <summary>The door of the module Commitments: partners, what they promise, and how it goes.</summary>
public static class CommitmentsModule
{
    /// <summary>Adds the module to the ledger.</summary>
    public static LedgerBuilder AddCommitments(this LedgerBuilder ledger) => ledger
        .AddModule(typeof(CommitmentsModule).Assembly, PartnerServiceReflection.Descriptor, CommitmentServiceReflection.Descriptor)
        .AddAggregate<Partner, IPartnerGrain>()
        .AddAggregate<Commitment, ICommitmentGrain>()
        .AddRegister<PartnerRegister>()
        .AddRegister<CommitmentRegister>()
        .AddTable<Affiliations, IAffiliations>();

    /// <summary>Maps the module's endpoints.</summary>
    public static void MapCommitments(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<PartnerEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<CommitmentEndpoint>().RequireAuthorization(SignIn.Policy);
    }
}
