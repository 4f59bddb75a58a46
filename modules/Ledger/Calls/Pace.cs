using System.Threading.RateLimiting;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// How fast one caller may call: so many calls a second, after a burst. A bulk call counts once, however many items it
/// carries: no more than 512 of them are under way, and HTTP/2 holds the rest back.
/// </summary>
internal sealed class Pace : IDisposable
{
    private const int StepsASecond = 10;
    private readonly PartitionedRateLimiter<string> _calls;

    public Pace(int callsPerSecond, int burst) => _calls = PartitionedRateLimiter.Create<string, string>(caller =>
        RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = Math.Max(1, callsPerSecond / StepsASecond),
            ReplenishmentPeriod = TimeSpan.FromSeconds(1) / StepsASecond,
            AutoReplenishment = true,
        }));

    /// <summary>Counts a call.</summary>
    /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED: the caller is too fast.</exception>
    public void Count(string caller)
    {
        using var lease = _calls.AttemptAcquire(caller);
        if (!lease.IsAcquired)
            throw Statuses.TooFast(lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1) / StepsASecond);
    }

    public void Dispose() => _calls.Dispose();
}
