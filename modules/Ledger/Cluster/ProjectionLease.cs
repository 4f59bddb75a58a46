using JasperFx;
using JasperFx.Events.Daemon;
using JasperFx.Events.Daemon.HighWater;
using JasperFx.Events.Projections;
using Marten;
using Microsoft.Extensions.Logging;
using Weasel.Postgresql;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Runs Marten's projection daemon on exactly one silo. While an old holder of the lease and a new one overlap, both may
/// write documents, each of which is kept unless a later version is; the progress row moves only for who knows where it stands.
/// </summary>
internal sealed class ProjectionLease(
    IDocumentStore store, LeaseTerms terms, TimeProvider machineClock, ILogger<ProjectionLease> log, RegisterRebuild? rebuild = null, GapWatch? gaps = null)
    : Lease("projection", ClusterSchema.AdvisoryKey("projections:" + store.Options.Events.DatabaseSchemaName), terms, machineClock, log)
{
    private readonly LeaseTerms terms = terms;
    private readonly TimeProvider machineClock = machineClock;

    /// <summary>The daemon, while this silo is the one that runs it.</summary>
    public IProjectionDaemon? Daemon { get; private set; }

    protected override async Task WhileHeldAsync(CancellationToken held)
    {
        using var daemon = await store.BuildProjectionDaemonAsync(logger: log);
        using var listening = new Listening(store);
        try
        {
            await daemon.StartAllAsync();
            Daemon = daemon;
            var watch = new ShardWatch(daemon, store, machineClock, log);
            while (true)
            {
                await Task.Delay(terms.Beat, machineClock, held);
                if (rebuild is not null && await rebuild.Asked(held) is { } asked) await Rebuild(daemon, asked, held);
                if (gaps is not null) await gaps.Tend(held);
                await watch.TendAsync(held);
            }
        }
        finally
        {
            Daemon = null;
            await daemon.StopAllAsync();
        }
    }

    /// <summary>
    /// The connection on which the daemon hears of appends. The daemon leaves it open when it ends, and each silo has only
    /// so many; nor is one that has listened for anything else.
    /// </summary>
    private sealed class Listening(IDocumentStore store) : IDisposable
    {
        private readonly IDaemonWakeup? _wakeup = ((DocumentStore)store).Options.Projections.Wakeup;

        public void Dispose()
        {
            _wakeup?.Dispose();
            ((PostgresqlDatabase)store.Storage.Database).DataSource.Clear();
        }
    }

    private async Task Rebuild(IProjectionDaemon daemon, long asked, CancellationToken held)
    {
        log.LogInformation("Every register is made anew");
        var running = daemon.StatusFor(RegisterProjection.Shard) == AgentStatus.Running;
        if (running) await daemon.StopAgentAsync(RegisterProjection.Shard);
        await rebuild!.Run(asked, held);
        if (running) await daemon.StartAgentAsync(new ShardName(RegisterProjection.Name), held);
    }
}
