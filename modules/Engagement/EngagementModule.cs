using Equalities.Engagement.V1;
using EqualitiesPlatform.Disclosure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace EqualitiesPlatform.Engagement;

/// <summary>The door of the module Engagement: the networks of partners and communities, consultations, and shared datasets.</summary>
public static class EngagementModule
{
    /// <summary>Adds the module to the ledger.</summary>
    public static LedgerBuilder AddEngagement(this LedgerBuilder ledger)
    {
        ledger.Services.AddSingleton<ConsultationTables>().AddSingleton<ITableSource>(services => services.GetRequiredService<ConsultationTables>());
        return ledger
            .AddModule(typeof(EngagementModule).Assembly, NetworkServiceReflection.Descriptor, ConsultationServiceReflection.Descriptor,
                InsightServiceReflection.Descriptor)
            .AddAggregate<Network, INetworkGrain>()
            .AddAggregate<Consultation, IConsultationGrain>()
            .AddAggregate<SharedDataset, ISharedDatasetGrain>()
            .AddRegister<NetworkRegister>()
            .AddRegister<ConsultationRegister>()
            .AddRegister<SharedDatasetRegister>()
            .AddFollowUp<ResponsesAreErased>();
    }

    /// <summary>Maps the module's endpoints.</summary>
    public static void MapEngagement(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<NetworkEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<ConsultationEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<SharedDatasetEndpoint>().RequireAuthorization(SignIn.Policy);
    }
}
