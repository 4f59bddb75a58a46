using EqualitiesPlatform.Ledger.Append;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EqualitiesPlatform.Ledger;

/// <summary>How long a silo may be silent before another does in its place what only one may do.</summary>
/// <param name="connectionString">The ledger's database; the lease opens one connection of its own to it.</param>
internal sealed class LeaseTerms(string connectionString)
{
    /// <summary>How often the holder shows itself and the others ask for the lease.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The silence after which PostgreSQL itself ends the holder's session.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(6);

    internal string OwnConnection(string work)
    {
        var plain = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            Enlist = false,
            Timeout = 5,
            CommandTimeout = (int)Math.Ceiling(Silence.TotalSeconds / 2),
            ApplicationName = $"equalities {work} lease",
        };
        return LedgerDatabase.WithSetting(plain.ConnectionString, "idle_session_timeout", (int)Silence.TotalMilliseconds);
    }
}

/// <summary>
/// Does a piece of work on exactly one silo: the one that holds an advisory lock. The lock lives as long as its
/// session, and the session ends on the server when the holder falls silent, so that a frozen silo gives way without
/// doing anything. An old holder and a new one may overlap: the work itself must refuse the slower of the two.
/// </summary>
/// <param name="work">The work's name in logs.</param>
/// <param name="key">The advisory lock's number.</param>
/// <param name="terms">How long the holder may be silent.</param>
internal abstract class Lease(string work, long key, LeaseTerms terms, TimeProvider machineClock, ILogger log) : BackgroundService
{
    /// <summary>The work, until the lease is lost or the silo stops.</summary>
    protected abstract Task WhileHeldAsync(CancellationToken held);

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
                log.LogWarning(failure, "The {Work} lease ended; this silo stands back and asks again", work);
            }

            // Two beats, so that a silo that lost the lease comes after those that were waiting.
            await Task.Delay(2 * terms.Beat, machineClock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WaitAndHoldAsync(CancellationToken stopping)
    {
        await using var session = new NpgsqlConnection(terms.OwnConnection(work));
        await session.OpenAsync(stopping);
        while (!await TryLockAsync(session, stopping))
            await Task.Delay(terms.Beat, machineClock, stopping);

        log.LogInformation("This silo holds the {Work} lease", work);
        using var held = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var released = new CancellationTokenSource();

        // Beats go on beside the work, also while it starts and drains, which may take a while.
        var beating = BeatAsync(session, held, released.Token);
        try
        {
            await WhileHeldAsync(held.Token);
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
            log.LogWarning(lost, "The session of the {Work} lease is gone", work);
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
