using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// No call lasts for ever: one that sets no deadline, or a later one than the platform allows, is given the platform's,
/// and ends with DEADLINE_EXCEEDED.
/// </summary>
public static class LongestCall
{
    private const string Header = "grpc-timeout";

    /// <summary>Adds the deadlines; before the endpoints.</summary>
    public static void UseLongestCall(this IApplicationBuilder app)
    {
        var rpcs = app.ApplicationServices.GetRequiredService<Rpcs>();
        var options = app.ApplicationServices.GetRequiredService<IOptions<LedgerOptions>>();
        app.Use(async (context, next) =>
        {
            if (rpcs.Streams(context.Request.Path) is { } streams)
            {
                var longest = TimeSpan.FromSeconds(streams ? options.Value.LongestStreamSeconds : options.Value.LongestCallSeconds);
                if (Asked(context.Request.Headers[Header]) is not { } asked || asked > longest)
                    context.Request.Headers[Header] = $"{(long)longest.TotalMilliseconds}m";
            }
            await next(context);
        });
    }

    /// <summary>A deadline in gRPC's form, up to eight digits and a unit; null when it is none.</summary>
    internal static TimeSpan? Asked(string? header) =>
        header is { Length: >= 2 and <= 9 } && long.TryParse(header.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? header[^1] switch
            {
                'H' => TimeSpan.FromHours(Math.Min(number, 1_000_000)),
                'M' => TimeSpan.FromMinutes(number),
                'S' => TimeSpan.FromSeconds(number),
                'm' => TimeSpan.FromMilliseconds(number),
                'u' => TimeSpan.FromMicroseconds(number),
                'n' => TimeSpan.FromMicroseconds(number / 1000.0),
                _ => null,
            }
            : null;
}
