using System.Threading.RateLimiting;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// How fast one caller may call, and how much at once: so many calls a second, after a burst, and so many under way. A
/// bulk call counts once, however many items it carries: no more than 512 of them are under way, and HTTP/2 holds the
/// rest back.
/// </summary>
internal sealed class Pace : IDisposable
{
    private const int StepsASecond = 10;
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1) / StepsASecond;
    private readonly PartitionedRateLimiter<string> _calls;
    private readonly PartitionedRateLimiter<string> _underWay;

    public Pace(int callsPerSecond, int burst, int atOnce)
    {
        _calls = PartitionedRateLimiter.Create<string, string>(caller =>
            RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = burst,
                TokensPerPeriod = Math.Max(1, callsPerSecond / StepsASecond),
                ReplenishmentPeriod = Moment,
                AutoReplenishment = true,
            }));
        _underWay = PartitionedRateLimiter.Create<string, string>(caller =>
            RateLimitPartition.GetConcurrencyLimiter(caller, _ => new ConcurrencyLimiterOptions { PermitLimit = atOnce }));
    }

    /// <summary>Counts a call, which is under way until what this gives is disposed of.</summary>
    /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED: the caller is too fast, or has too many calls under way.</exception>
    public IDisposable Count(string caller)
    {
        using var lease = _calls.AttemptAcquire(caller);
        if (!lease.IsAcquired) throw Statuses.TooFast(lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Moment);
        var place = _underWay.AttemptAcquire(caller);
        return place.IsAcquired ? place : throw Statuses.TooManyAtOnce(Moment);
    }

    public void Dispose()
    {
        _calls.Dispose();
        _underWay.Dispose();
    }
}
