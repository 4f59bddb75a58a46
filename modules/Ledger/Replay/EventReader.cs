using System.Runtime.CompilerServices;
using EqualitiesPlatform.Ledger.Append;
using Npgsql;

namespace EqualitiesPlatform.Ledger.Replay;

/// <summary>Which events to read; everything that is left out is not a limit. Both ends are included.</summary>
/// <param name="FromPosition">The first position.</param>
/// <param name="ToPosition">The last position.</param>
/// <param name="Stream">One stream only.</param>
/// <param name="Kinds">These kinds of aggregate only.</param>
/// <param name="StoredNames">These stored names only.</param>
/// <param name="Positions">These positions only.</param>
/// <param name="Take">So many at most.</param>
public sealed record EventRange(
    long FromPosition = 1, long ToPosition = long.MaxValue, string? Stream = null,
    IReadOnlyList<string>? Kinds = null, IReadOnlyList<string>? StoredNames = null, IReadOnlyList<long>? Positions = null,
    int? Take = null);

/// <summary>Reads the ledger back, in order, exactly as it is stored.</summary>
public sealed class EventReader(LedgerDatabase database, Catalogue catalogue)
{
    private const string Columns =
        "select seq_id, stream_id, version, type, timestamp, coalesce(correlation_id, ''), headers::text, data::text from mt_events ";

    /// <summary>The events of a range as they are stored, by position; one stream's by version.</summary>
    public async IAsyncEnumerable<StoredEvent> Stored(EventRange range, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var connection = await database.Unbounded.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(
            Columns + "where seq_id between @from and @to"
            + (range.Stream is null ? "" : " and stream_id = @stream")
            + (range.Kinds is null ? "" : " and split_part(stream_id, '/', 1) = any(@kinds)")
            + (range.StoredNames is null ? "" : " and type = any(@names)")
            + (range.Positions is null ? "" : " and seq_id = any(@positions)")
            + (range.Stream is null ? " order by seq_id" : " order by version")
            + (range.Take is null ? "" : " limit @take"), connection);
        command.Parameters.AddWithValue("from", range.FromPosition);
        command.Parameters.AddWithValue("to", range.ToPosition);
        if (range.Stream is not null) command.Parameters.AddWithValue("stream", range.Stream);
        if (range.Kinds is not null) command.Parameters.AddWithValue("kinds", range.Kinds.ToArray());
        if (range.Take is { } take) command.Parameters.AddWithValue("take", take);
        if (range.StoredNames is not null) command.Parameters.AddWithValue("names", range.StoredNames.ToArray());
        if (range.Positions is not null) command.Parameters.AddWithValue("positions", range.Positions.ToArray());
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            yield return new StoredEvent(
                rows.GetInt64(0), rows.GetString(1), rows.GetInt64(2), rows.GetString(3),
                rows.GetFieldValue<DateTimeOffset>(4), rows.GetString(5), rows.GetString(6), rows.GetString(7));
    }

    /// <summary>The events of a range, read as the types of this build.</summary>
    public async IAsyncEnumerable<RecordedEvent> Read(EventRange range, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (var stored in Stored(range, ct)) yield return catalogue.Read(stored);
    }

    /// <summary>One stream's events, oldest first, up to a position.</summary>
    public async Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long toPosition = long.MaxValue, CancellationToken ct = default)
    {
        try
        {
            var events = new List<RecordedEvent>();
            await foreach (var e in Read(new EventRange(ToPosition: toPosition, Stream: stream), ct)) events.Add(e);
            return events;
        }
        catch (Exception e) when (LedgerDatabase.IsAway(e))
        {
            throw LedgerDatabase.Away(e);
        }
    }
}
