using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// How far the registers are behind the ledger. Ready means that whatever stood in the ledger
/// fifteen seconds ago is in every register. Marten's own figures rest on a row that nobody
/// moves when no daemon runs, so this counts from the events themselves.
/// </summary>
internal sealed class ProjectionLag(IDocumentStore store, TimeProvider machineClock) : IHealthCheck
{
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private readonly Arrears arrears = new(Grace);

    /// <summary>The greatest recorded position, and the least that a register has reached (0 for one not begun).</summary>
    public async Task<(long Recorded, long Reached)> ReadAsync(CancellationToken cancellation)
    {
        var schema = store.Options.Events.DatabaseSchemaName;
        await using var connection = ((IMartenDatabase)store.Storage.Database).CreateConnection(ConnectionUsage.Read);
        await connection.OpenAsync(cancellation);
        await using var lag = new NpgsqlCommand(
            $"""
            WITH ledger AS (SELECT coalesce(max(seq_id), 0) AS recorded FROM "{schema}".mt_events)
            SELECT recorded, coalesce((
                SELECT min(coalesce(last_seq_id, 0))
                FROM unnest($1) AS expected(name)
                LEFT JOIN "{schema}".mt_event_progression USING (name)), recorded)
            FROM ledger
            """,
            connection);
        lag.Parameters.Add(new() { Value = ShardsOf(store).Select(shard => shard.Identity).ToArray() });
        await using var row = await lag.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (recorded, reached) = await ReadAsync(cancellationToken);
        var late = Late(recorded, reached, machineClock.GetUtcNow());
        return late is null
            ? HealthCheckResult.Healthy($"registers at {reached} of {recorded}")
            : HealthCheckResult.Unhealthy($"registers at {reached} of {recorded}, {late.Value.TotalSeconds:F0} s behind");
    }

    /// <summary>How long the registers have owed a position, once that is longer than the grace; else null.</summary>
    internal TimeSpan? Late(long recorded, long reached, DateTimeOffset now) => arrears.Late(recorded, reached, now);

    /// <summary>The shards that ought to run, of registers and of subscriptions, whether or not they ever ran.</summary>
    internal static IReadOnlyList<ShardName> ShardsOf(IDocumentStore store) =>
        [.. ((IEventStore<IDocumentOperations, IQuerySession>)store).AllShards().Select(shard => shard.Name)];
}
