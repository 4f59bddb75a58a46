using JasperFx.Events.Daemon;
using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EqualitiesPlatform.Ledger;

/// <summary>How long a silo may be silent before another keeps the registers in its place.</summary>
/// <param name="connectionString">The ledger's database; the lease opens one connection of its own to it.</param>
internal sealed class LeaseTerms(string connectionString)
{
    /// <summary>How often the holder shows itself and the others ask for the lease.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The silence after which PostgreSQL itself ends the holder's session.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>
    /// The connection string for Marten: a silo that froze in a transaction loses it after
    /// four seconds, and with it the progress rows that it would keep locked.
    /// </summary>
    public static string EndIdleTransactions(string connectionString) =>
        WithSetting(connectionString, "idle_in_transaction_session_timeout", TimeSpan.FromSeconds(4));

    internal string OwnConnection()
    {
        var plain = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            Enlist = false,
            Timeout = 5,
            CommandTimeout = (int)Math.Ceiling(Silence.TotalSeconds / 2),
            ApplicationName = "equalities projection lease",
        };
        return WithSetting(plain.ConnectionString, "idle_session_timeout", Silence);
    }

    private static string WithSetting(string connectionString, string setting, TimeSpan value)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        builder.Options = $"{builder.Options} -c {setting}={value.TotalMilliseconds:F0}".TrimStart();
        return builder.ConnectionString;
    }
}

/// <summary>
/// Runs Marten's projection daemon on exactly one silo: the one that holds an advisory lock.
/// The lock lives as long as its session, and the session ends on the server when the holder
/// falls silent, so that a frozen silo gives way without doing anything. While an old holder
/// and a new one overlap, Marten's guarded progress rows refuse the slower of the two.
/// </summary>
internal sealed class ProjectionLease(
    IDocumentStore store, LeaseTerms terms, TimeProvider machineClock, ILogger<ProjectionLease> log) : BackgroundService
{
    private readonly long key = ClusterSchema.AdvisoryKey("projections:" + store.Options.Events.DatabaseSchemaName);

    /// <summary>The daemon, while this silo is the one that runs it.</summary>
    public IProjectionDaemon? Daemon { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        await Task.Yield();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await WaitAndHoldAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                log.LogWarning(failure, "The projection lease ended; this silo stands back and asks again");
            }

            // Two beats, so that a silo that lost the lease comes after those that were waiting.
            await Task.Delay(2 * terms.Beat, machineClock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WaitAndHoldAsync(CancellationToken stopping)
    {
        await using var session = new NpgsqlConnection(terms.OwnConnection());
        await session.OpenAsync(stopping);
        while (!await TryLockAsync(session, stopping))
            await Task.Delay(terms.Beat, machineClock, stopping);

        log.LogInformation("This silo holds the projection lease");
        using var held = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var released = new CancellationTokenSource();

        // Beats go on beside the daemon, also while it starts and drains, which may take a while.
        var beating = BeatAsync(session, held, released.Token);
        try
        {
            await RunDaemonAsync(held.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The lease was lost; the beat knows why.
        }
        finally
        {
            await released.CancelAsync();
            await beating;
        }
    }

    private async Task RunDaemonAsync(CancellationToken held)
    {
        using var daemon = await store.BuildProjectionDaemonAsync(logger: log);
        try
        {
            await daemon.StartAllAsync();
            Daemon = daemon;
            var watch = new ShardWatch(daemon, ProjectionLag.ShardsOf(store), machineClock, log);
            while (true)
            {
                await Task.Delay(terms.Beat, machineClock, held);
                await watch.TendAsync(held);
            }
        }
        finally
        {
            Daemon = null;
            await daemon.StopAllAsync();
        }
    }

    private async Task BeatAsync(NpgsqlConnection session, CancellationTokenSource held, CancellationToken released)
    {
        try
        {
            while (true)
            {
                await Task.Delay(terms.Beat, machineClock, released);
                await using var beat = new NpgsqlCommand("SELECT 1", session);
                await beat.ExecuteScalarAsync(released);
            }
        }
        catch (OperationCanceledException) when (released.IsCancellationRequested)
        {
        }
        catch (Exception lost)
        {
            log.LogWarning(lost, "The session of the projection lease is gone");
            await held.CancelAsync();
        }
    }

    private async Task<bool> TryLockAsync(NpgsqlConnection session, CancellationToken cancellation)
    {
        await using var attempt = new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", session);
        attempt.Parameters.Add(new() { Value = key });
        return (bool)(await attempt.ExecuteScalarAsync(cancellation))!;
    }
}
