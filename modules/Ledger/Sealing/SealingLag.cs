using System.Diagnostics.Metrics;
using EqualitiesPlatform.Ledger.Append;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EqualitiesPlatform.Ledger.Sealing;

/// <summary>How far sealing is behind the ledger. Ready means that what was recorded fifteen seconds ago is sealed.</summary>
internal sealed class SealingLag : BackgroundService, IHealthCheck
{
    private readonly LedgerDatabase _database;
    private readonly Arrears _arrears = new(ProjectionLag.Grace);
    private long _behind;

    public SealingLag(LedgerDatabase database, IMeterFactory meters)
    {
        _database = database;
        meters.Create("EqualitiesPlatform.Ledger").CreateObservableGauge(
            "ledger.sealing.lag", () => Volatile.Read(ref _behind), "{position}", "Positions recorded and not yet sealed.");
    }

    /// <summary>The greatest recorded position, and the greatest that is sealed.</summary>
    public async Task<(long Recorded, long Sealed)> Read(CancellationToken ct)
    {
        await using var command = _database.Source.CreateCommand(
            "select coalesce((select max(seq_id) from mt_events), 0), coalesce((select max(position) from ledger_leaf), 0)");
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var (recorded, reached) = (row.GetInt64(0), row.GetInt64(1));
        Volatile.Write(ref _behind, recorded - reached);
        return (recorded, reached);
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (recorded, reached) = await Read(cancellationToken);
        return Health(recorded, reached, TimeProvider.System.GetUtcNow());
    }

    /// <summary>Whether sealing keeps up, by what was seen now and before.</summary>
    internal HealthCheckResult Health(long recorded, long reached, DateTimeOffset now) =>
        _arrears.Late(recorded, reached, now) is { } late
            ? HealthCheckResult.Unhealthy($"sealed up to {reached} of {recorded}, {late.TotalSeconds:F0} s behind")
            : HealthCheckResult.Healthy($"sealed up to {reached} of {recorded}");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // For the metric, also where nobody asks for readiness.
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                await Read(stoppingToken);
            }
            catch (Exception e) when (LedgerDatabase.IsAway(e))
            {
                // The gauge keeps what was last seen; readiness reads for itself and says that the database is away.
            }
    }
}
