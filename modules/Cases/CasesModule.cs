using Microsoft.AspNetCore.Routing;

namespace EqualitiesPlatform.Cases;

/// <summary>The door of the module Cases: concerns, tensions, barriers and hate-crime reports.</summary>
public static class CasesModule
{
    /// <summary>Adds the module to the ledger.</summary>
    public static LedgerBuilder AddCases(this LedgerBuilder ledger) => ledger
        .AddModule(typeof(CasesModule).Assembly);

    /// <summary>Maps the module's endpoints.</summary>
    public static void MapCases(this IEndpointRouteBuilder endpoints)
    {
    }
}
