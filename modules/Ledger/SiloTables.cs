using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Replay;
using Npgsql;
using Orleans.Providers;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// A small table that every silo keeps in memory, folded from a few kinds of aggregate, for questions that each call
/// asks: who leads which organisation, which policy is in force.
/// </summary>
public interface ISiloTable
{
    /// <summary>The kinds of aggregate whose events it folds.</summary>
    IReadOnlyList<string> Kinds { get; }

    /// <summary>Puts a freshly folded table in the place of the last, whole.</summary>
    void Rebuild(IReadOnlyList<RecordedEvent> events);
}

/// <summary>
/// Keeps the silo's tables. A write that touches one is acknowledged only when every live silo has read it; a silo
/// that cannot read any more says so instead of deciding on what it knew.
/// </summary>
public sealed class SiloTables(
    IEnumerable<ISiloTable> tables, LedgerDatabase database, EventReader reader, People people, LedgerClock clock, IGrainFactory grains,
    IHostEnvironment environment, ILogger<SiloTables> log)
    : BackgroundService, IControllable
{
    internal const string ControlName = "ledger-silo-tables";
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // Well below the 8 s after which the others take a silent silo for dead and acknowledge changes without it.
    private static readonly TimeSpan Trust = TimeSpan.FromSeconds(4);

    private readonly ISiloTable[] _tables = [.. tables];
    private readonly Dictionary<ISiloTable, (long, long)> _marks = [];
    private readonly SemaphoreSlim _one = new(1, 1);
    private long _freshAt = long.MinValue;

    /// <summary>Whether a kind of aggregate stands in some table.</summary>
    internal bool Follow(string kind) => _tables.Any(t => t.Kinds.Contains(kind));

    /// <summary>Whether what the tables say can be relied on now.</summary>
    internal bool Trusted => Volatile.Read(ref _freshAt) is var at && at != long.MinValue && System.Diagnostics.Stopwatch.GetElapsedTime(at) < Trust;

    /// <summary>Refuses to go on with what may not hold any more.</summary>
    /// <exception cref="LedgerException">Unavailable: the tables could not be read for some seconds, or not yet.</exception>
    internal void DemandTrust()
    {
        if (!Trusted)
            throw new LedgerException(FailureKind.Unavailable, "ACCESS_UNKNOWN", "The platform cannot see just now who may do what; send the request again with the same request id.");
    }

    /// <summary>Reads the tables again where their events have changed, and the shared clock.</summary>
    public async Task Refresh(CancellationToken ct = default)
    {
        await _one.WaitAsync(ct);
        try
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            foreach (var table in _tables)
            {
                var mark = await Mark(table, ct);
                if (_marks.TryGetValue(table, out var known) && known == mark) continue;
                var events = new List<RecordedEvent>();
                await foreach (var e in reader.Read(new EventRange(Kinds: table.Kinds), ct)) events.Add(e);
                table.Rebuild(events);
                _marks[table] = mark;
            }
            await people.ForgetErased(ct);
            clock.Offset = await ClockOffset(ct);
            Volatile.Write(ref _freshAt, started);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Has every live silo read its tables again, and waits until all have.</summary>
    /// <exception cref="LedgerException">Unavailable: a silo could not be reached, or could not read.</exception>
    internal async Task RefreshEverywhere()
    {
        try
        {
            await grains.GetGrain<IManagementGrain>(0).SendControlCommandToProvider<SiloTables>(ControlName, 0, null);
        }
        catch (Exception e)
        {
            throw new LedgerException(FailureKind.Unavailable, "NOT_YET_EVERYWHERE",
                "This is recorded, but a part of the platform has not seen it yet; send the same request again, with its request id where it has one.", e);
        }
    }

    async Task<object?> IControllable.ExecuteCommand(int command, object? arg)
    {
        await Refresh();
        return true;
    }

    /// <summary>Reads the tables and the clock before the silo takes part: nothing may be decided, or raised, without them.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Refresh(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period);
        do
        {
            try
            {
                await Refresh(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogWarning(e, "The silo's tables could not be read again");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<(long, long)> Mark(ISiloTable table, CancellationToken ct)
    {
        // The sum changes with every append to these streams, and needs no event to be read.
        await using var connection = await database.Open(ct);
        await using var command = new NpgsqlCommand(LedgerSql.MarkOfKinds, connection);
        command.Parameters.Add(new() { Value = table.Kinds.ToArray() });
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    private async Task<TimeSpan> ClockOffset(CancellationToken ct)
    {
        await using var connection = await database.Open(ct);
        await using var command = new NpgsqlCommand("select ahead from ledger_clock", connection);
        if (await command.ExecuteScalarAsync(ct) is not TimeSpan ahead) return TimeSpan.Zero;
        return environment.IsDevelopment() ? ahead : throw new InvalidOperationException(
            "The clock of this ledger was moved in development (ledger_clock has a row), and its days are not the calendar's: use another database, or run in Development.");
    }
}
