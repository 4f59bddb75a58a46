using Microsoft.AspNetCore.Routing;

namespace EqualitiesPlatform.Objectives;

/// <summary>The door of the module Objectives: the Strategic Equalities Objective, its measures and what was observed of them.</summary>
public static class ObjectivesModule
{
    /// <summary>Adds the module to the ledger.</summary>
    public static LedgerBuilder AddObjectives(this LedgerBuilder ledger) => ledger
        .AddModule(typeof(ObjectivesModule).Assembly);

    /// <summary>Maps the module's endpoints.</summary>
    public static void MapObjectives(this IEndpointRouteBuilder endpoints)
    {
    }
}
