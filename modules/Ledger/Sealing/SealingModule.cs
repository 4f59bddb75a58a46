using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;

namespace EqualitiesPlatform.Ledger.Sealing;

/// <summary>The door of sealing and proofs, inside the Ledger's own.</summary>
internal static class SealingModule
{
    public static void AddSealing(this IServiceCollection services, LeaseTerms terms)
    {
        services.AddOptions<SealingOptions>().Configure<IConfiguration>((options, configuration) => configuration.GetSection("Ledger").Bind(options));
        services.AddSingleton(CheckpointKeys.From);
        services.AddSingleton<SealedLog>();
        services.AddSingleton<Receipts>();
        services.AddSingleton<Sealer>();
        services.AddHostedService(s => ActivatorUtilities.CreateInstance<SealingLease>(s, terms));
        services.AddHostedService(s => ActivatorUtilities.CreateInstance<WitnessLease>(s, terms));
        services.AddSingleton<SealingLag>();
        services.AddHostedService(s => s.GetRequiredService<SealingLag>());
        services.AddHealthChecks().AddCheck<SealingLag>("sealing", tags: ["ready"]);
    }

    /// <summary>
    /// The proof rpcs, and the log as static files in the layout of C2SP tlog-tiles. The tiles hold hashes only: what
    /// an event says is given out over gRPC, to those who may read it.
    /// </summary>
    public static void MapSealing(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<ProofEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGet("/checkpoint", async (SealedLog log, CancellationToken ct) =>
            await log.Latest(ct) is { } latest ? Results.Text(latest.Note, "text/plain") : Results.NotFound());
        endpoints.MapGet("/tile/{level:int}/{**tile}", async (int level, string tile, SealedLog log, CancellationToken ct) =>
            TilePath(tile) is var (number, width) && await log.Tile(level, number, width, ct) is { } hashes
                ? Results.Bytes(hashes, "application/octet-stream")
                : Results.NotFound());
    }

    /// <summary>Reads x001/x234/067 as tile 1234067, with .p/W for one that holds W hashes so far; null when it is neither.</summary>
    internal static (long Number, int Width)? TilePath(string path)
    {
        var width = SealedLog.TileWidth;
        if (path.IndexOf(".p/", StringComparison.Ordinal) is > 0 and var dot)
        {
            if (!int.TryParse(path.AsSpan(dot + 3), NumberStyles.None, CultureInfo.InvariantCulture, out width) || width is < 1 or >= SealedLog.TileWidth) return null;
            path = path[..dot];
        }
        long number = 0;
        var parts = path.Split('/');
        if (parts.Length > 6) return null;
        for (var i = 0; i < parts.Length; i++)
        {
            var digits = parts[i].AsSpan();
            if (i < parts.Length - 1)
            {
                if (!digits.StartsWith("x")) return null;
                digits = digits[1..];
            }
            if (digits.Length != 3 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var part)) return null;
            number = number * 1000 + part;
        }
        return (number, width);
    }
}
