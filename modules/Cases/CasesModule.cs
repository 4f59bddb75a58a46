using Equalities.Cases.V1;
using Equalities.Options.V1;
using EqualitiesPlatform.Disclosure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace EqualitiesPlatform.Cases;

/// <summary>The door of the module Cases: concerns, tensions, barriers and hate-crime reports.</summary>
public static class CasesModule
{
    /// <summary>Adds the module to the ledger.</summary>
    public static LedgerBuilder AddCases(this LedgerBuilder ledger)
    {
        ledger.Services.AddSingleton<CaseTables>().AddSingleton<ITableSource>(services => services.GetRequiredService<CaseTables>());
        return ledger
            .AddModule(
                typeof(CasesModule).Assembly, CaseServiceReflection.Descriptor, CaseTeamServiceReflection.Descriptor, TensionReturnServiceReflection.Descriptor,
                ErasureServiceReflection.Descriptor, CaseCountServiceReflection.Descriptor)
            .AddAggregate<Case, ICaseGrain>(Role.CaseOfficer, Role.Auditor)
            .AddAggregate<Barrier, IBarrierGrain>(Role.CaseOfficer, Role.Auditor)
            .AddAggregate<CaseTeam, ICaseTeamGrain>(Role.CaseOfficer, Role.Auditor)
            .AddAggregate<TensionReturns, ITensionReturnsGrain>()
            .AddAggregate<Erasure, IErasureGrain>(Role.CaseOfficer, Role.Auditor)
            .AddRegister<CaseRegister>()
            .AddRegister<BarrierRegister>()
            .AddRegister<CaseTeamRegister>()
            .AddRegister<TensionReturnsRegister>()
            .AddRegister<ErasureRegister>()
            .AddSection<CasesSection>()
            .AddFollowUp<CasesFollow>()
            .AddFollowUp<ErasuresFollow>()
            .AddTable<CaseTeams, ICaseTeams>();
    }

    /// <summary>Maps the module's endpoints.</summary>
    public static void MapCases(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<CaseEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<CaseTeamEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<TensionReturnEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<CaseCountEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<ErasureEndpoint>().RequireAuthorization(SignIn.Policy);
    }
}
