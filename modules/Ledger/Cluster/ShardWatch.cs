using JasperFx;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Storage;
using Microsoft.Extensions.Logging;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Starts again what stopped, or does not get on. A shard stops when it meets another writer on its progress row, and
/// pauses when its events or the database fail it; the daemon leaves both where they are. Nor does it always notice that
/// another writer has moved the row: it only warns then, and projects on without ever moving the row again.
/// </summary>
internal sealed class ShardWatch(
    IProjectionDaemon daemon, IDocumentStore store, TimeProvider machineClock, ILogger log)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<ShardName> shards = ProjectionLag.ShardsOf(store);
    private readonly Dictionary<string, (int Attempts, DateTimeOffset Next)> failing = [];
    private readonly Dictionary<string, long> ahead = [];

    public async Task TendAsync(CancellationToken cancellation)
    {
        if (daemon.IsHighWaterStale)
            await daemon.RestartHighWaterAgentAsync(cancellation);

        var believed = daemon.CurrentAgents().ToDictionary(agent => agent.Name.Identity, agent => agent.Position);
        var rows = (await ((IMartenDatabase)store.Storage.Database).AllProjectionProgress(cancellation)).ToDictionary(row => row.ShardName, row => row.Sequence);
        foreach (var shard in shards)
        {
            if (IsStranded(shard.Identity, believed.GetValueOrDefault(shard.Identity), rows.GetValueOrDefault(shard.Identity)))
            {
                log.LogWarning("Projection {Shard} does not stand where it believes to; it is begun again from where it stands", shard.Identity);
                await daemon.StopAgentAsync(shard);
            }
            await TendAsync(shard, cancellation);
        }
    }

    /// <summary>Whether a shard was ahead of its row at the last beat already, and the row has not moved since.</summary>
    private bool IsStranded(string shard, long believed, long row)
    {
        var known = ahead.Remove(shard, out var before);
        if (believed <= row) return false;
        if (known && before == row) return true;
        ahead[shard] = row;
        return false;
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
