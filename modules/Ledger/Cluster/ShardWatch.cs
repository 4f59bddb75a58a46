using JasperFx;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Microsoft.Extensions.Logging;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Starts again what stopped. A shard stops when it meets another writer on its progress row,
/// and pauses when its events or the database fail it; the daemon leaves both where they are.
/// </summary>
internal sealed class ShardWatch(
    IProjectionDaemon daemon, IReadOnlyList<ShardName> shards, TimeProvider machineClock, ILogger log)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (int Attempts, DateTimeOffset Next)> failing = [];

    public async Task TendAsync(CancellationToken cancellation)
    {
        if (daemon.IsHighWaterStale)
            await daemon.RestartHighWaterAgentAsync(cancellation);

        foreach (var shard in shards)
            await TendAsync(shard, cancellation);
    }

    private async Task TendAsync(ShardName shard, CancellationToken cancellation)
    {
        var now = machineClock.GetUtcNow();
        var status = daemon.StatusFor(shard.Identity);
        var known = failing.TryGetValue(shard.Identity, out var failure);

        if (status == AgentStatus.Running)
        {
            // Running is not yet sound: a shard that falls again soon keeps its count.
            if (known && now - failure.Next > LongestPause)
                failing.Remove(shard.Identity);
            return;
        }

        if (now < failure.Next || daemon.IsRebuilding(shard))
            return;

        var attempts = failure.Attempts + 1;
        failing[shard.Identity] = (attempts, now + Pause(attempts));
        log.LogWarning("Projection {Shard} is {Status}; starting it, attempt {Attempt}", shard.Identity, status, attempts);
        try
        {
            if (status == AgentStatus.Paused)
                daemon.EjectPausedShard(shard.Identity);
            await daemon.StartAgentAsync(shard, cancellation);
        }
        catch (Exception refused) when (!cancellation.IsCancellationRequested)
        {
            log.LogError(refused, "Projection {Shard} did not start", shard.Identity);
        }
    }

    /// <summary>One second, then twice as long each time, to ten: once its cause is gone, a register follows again within that.</summary>
    internal static TimeSpan Pause(int attempts) =>
        attempts > 4 ? LongestPause : TimeSpan.FromSeconds(1 << (attempts - 1));
}
