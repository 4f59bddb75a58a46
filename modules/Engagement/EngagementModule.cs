using Microsoft.AspNetCore.Routing;

namespace EqualitiesPlatform.Engagement;

/// <summary>The door of the module Engagement: networks, consultations, shared insight and joint priorities.</summary>
public static class EngagementModule
{
    /// <summary>Adds the module to the ledger.</summary>
    public static LedgerBuilder AddEngagement(this LedgerBuilder ledger) => ledger
        .AddModule(typeof(EngagementModule).Assembly);

    /// <summary>Maps the module's endpoints.</summary>
    public static void MapEngagement(this IEndpointRouteBuilder endpoints)
    {
    }
}
