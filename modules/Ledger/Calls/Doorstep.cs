using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// How many calls one address may make with a token that is not known to be valid, or with none: before sign-in nobody
/// can be told from anybody else, and each such call costs a check. Who has signed in goes past it, so that a flood
/// from beside them does not hold them up.
/// </summary>
public sealed class Doorstep : IDisposable
{
    private const int StepsASecond = 10;
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1) / StepsASecond;
    private readonly PartitionedRateLimiter<string> _strangers;
    private readonly KnownTokens _known;
    private readonly ILogger<Doorstep> _log;
    private long _toldAt;

    internal Doorstep(KnownTokens known, int callsPerSecond, int burst, ILogger<Doorstep> log)
    {
        (_known, _log) = (known, log);
        _strangers = PartitionedRateLimiter.Create<string, string>(address =>
            RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = burst,
                TokensPerPeriod = Math.Max(1, callsPerSecond / StepsASecond),
                ReplenishmentPeriod = Moment,
                AutoReplenishment = true,
            }));
    }

    /// <summary>What is counted as one address: of IPv6 the network that one subscriber is given, since they have all of it.</summary>
    public static string AddressOf(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };

    /// <summary>Lets a call on to sign in, or answers it.</summary>
    internal Task Pass(HttpContext context, RequestDelegate next)
    {
        // Health checks stand on a port of their own, in HTTP/1.1, and must tell of health in a flood, too.
        if (!HttpProtocol.IsHttp2(context.Request.Protocol)) return next(context);
        if (_known.HasMet(context.Request.Headers.Authorization.ToString())) return next(context);
        using var lease = _strangers.AttemptAcquire(AddressOf(context.Connection.RemoteIpAddress));
        if (lease.IsAcquired) return next(context);
        // A flood must not flood the log, too.
        if (Environment.TickCount64 is var now && now - Interlocked.Exchange(ref _toldAt, now) > 1000)
            _log.LogWarning("Calls without a known token come faster from one address than it may make them, and are refused");
        Unread.Reached(context);
        context.Response.Refuse(Statuses.TooManyFromAddress(lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Moment));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _strangers.Dispose();
}

/// <summary>Puts the doorstep before the sign-in.</summary>
public static class DoorstepInPlace
{
    /// <summary>Adds it; before the authentication.</summary>
    public static void UseDoorstep(this IApplicationBuilder app)
    {
        var doorstep = app.ApplicationServices.GetRequiredService<Doorstep>();
        app.Use((HttpContext context, RequestDelegate next) => doorstep.Pass(context, next));
    }
}
