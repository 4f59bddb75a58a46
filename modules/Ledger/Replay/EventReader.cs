using System.Runtime.CompilerServices;
using EqualitiesPlatform.Ledger.Append;
using Equalities.Options.V1;
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
/// <param name="Selection">Only those that it lets through.</param>
public sealed record EventRange(
    long FromPosition = 1, long ToPosition = long.MaxValue, string? Stream = null,
    IReadOnlyList<string>? Kinds = null, IReadOnlyList<string>? StoredNames = null, IReadOnlyList<long>? Positions = null,
    int? Take = null, EventSelection? Selection = null)
{
    /// <summary>Whether events are chosen by what they are or by whom, and not only by where or when they stand.</summary>
    internal bool Selects => Kinds is not null || StoredNames is not null || Positions is not null || Selection is { Person: not null } or { Role: not null } or { Organisation: not null };
}

/// <summary>Events by when they were recorded, and by whom; everything that is left out is not a limit.</summary>
/// <param name="Since">Recorded then or later.</param>
/// <param name="Until">Recorded then or earlier.</param>
/// <param name="Person">Recorded for this person; the platform itself has the empty id.</param>
/// <param name="Role">Recorded for somebody in this role.</param>
/// <param name="Organisation">Recorded for somebody of this organisation, or on one of <paramref name="Own"/>.</param>
/// <param name="Own">The streams that are the organisation's own.</param>
public sealed record EventSelection(
    DateTimeOffset? Since = null, DateTimeOffset? Until = null, PersonId? Person = null, Role? Role = null,
    PartnerId? Organisation = null, IReadOnlyList<string>? Own = null);

/// <summary>Reads the ledger back, in order, exactly as it is stored.</summary>
public sealed class EventReader(LedgerDatabase database, Catalogue catalogue)
{
    private const string Columns =
        "select seq_id, stream_id, version, type, timestamp, coalesce(correlation_id, ''), headers, data from mt_events ";

    /// <summary>The events of a range as they are stored, by position; one stream's by version.</summary>
    public async IAsyncEnumerable<StoredEvent> Stored(EventRange range, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var connection = await database.Unbounded.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(Sql(range), connection);
        command.Parameters.AddWithValue("from", range.FromPosition);
        command.Parameters.AddWithValue("to", range.ToPosition);
        if (range.Stream is not null) command.Parameters.AddWithValue("stream", range.Stream);
        if (range.Kinds is not null) command.Parameters.AddWithValue("kinds", range.Kinds.ToArray());
        if (range.Take is { } take) command.Parameters.AddWithValue("take", take);
        if (range.StoredNames is not null) command.Parameters.AddWithValue("names", range.StoredNames.ToArray());
        if (range.Positions is not null) command.Parameters.AddWithValue("positions", range.Positions.ToArray());
        if (range.Selection?.Since is { } since) command.Parameters.AddWithValue("since", since.UtcDateTime);
        if (range.Selection?.Until is { } until) command.Parameters.AddWithValue("until", until.UtcDateTime);
        if (range.Selection?.Person is { } person) command.Parameters.AddWithValue("person", person.ToString());
        if (range.Selection?.Role is { } role) command.Parameters.AddWithValue("role", role.ToString());
        if (range.Selection?.Organisation is { } organisation) command.Parameters.AddWithValue("organisation", organisation.ToString());
        if (range.Selection?.Organisation is not null) command.Parameters.AddWithValue("own", range.Selection.Own?.ToArray() ?? []);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) yield return Row(rows);
    }

    /// <summary>Whether there is a record under this key.</summary>
    public async Task<bool> Has(string stream, CancellationToken ct = default) => (await Missing([stream], ct)).Count == 0;

    /// <summary>Those keys under which there is no record.</summary>
    internal async Task<IReadOnlySet<string>> Missing(string[] streams, CancellationToken ct)
    {
        var missing = new HashSet<string>(StringComparer.Ordinal);
        if (streams.Length == 0) return missing;
        await using var command = database.Source.CreateCommand("select given from unnest($1) as given where not exists (select from mt_streams where id = given)");
        command.Parameters.Add(new() { Value = streams });
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) missing.Add(rows.GetString(0));
        return missing;
    }

    /// <summary>One stream's events as they are stored, oldest first.</summary>
    internal async Task<IReadOnlyList<StoredEvent>> StoredStream(string stream, CancellationToken ct)
    {
        var events = new List<StoredEvent>();
        await foreach (var stored in Stored(new EventRange(Stream: stream), ct)) events.Add(stored);
        return events;
    }

    /// <summary>The events of one of several parts of the streams as they are stored, by position.</summary>
    internal async IAsyncEnumerable<StoredEvent> StoredPart(int part, int of, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await database.Unbounded.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // The events lie in this order already. The server thinks that a part is next to nothing, and would sort it.
        await using (var asTheyLie = new NpgsqlCommand("set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off", connection, transaction))
            await asTheyLie.ExecuteNonQueryAsync(ct);
        await using var command = new NpgsqlCommand(Columns + "where (hashtext(stream_id) & 2147483647) % $1 = $2 order by seq_id", connection, transaction);
        command.Parameters.Add(new() { Value = of });
        command.Parameters.Add(new() { Value = part });
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) yield return Row(rows);
    }

    /// <summary>One stream's events after a version, oldest first, and no more than asked for.</summary>
    /// <param name="filter">Read with <see cref="HistoryLine"/>.</param>
    internal async Task<IReadOnlyList<StoredEvent>> Page(string stream, long afterVersion, ListFilter filter, int most, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            $"""
            select seq_id, stream_id, version, type, timestamp, correlation, headers, content
            from (
              select seq_id, stream_id, version, type, timestamp, coalesce(correlation_id, '') as correlation, headers::text, data::text as content,
                     jsonb_build_object('storedName', type, 'role', headers -> 'occasion' -> 'role', 'position', seq_id) as data
              from mt_events where stream_id = $1 and version > $2) d
            {filter.Numbered(4)}
            order by version limit $3
            """);
        foreach (var value in new object[] { stream, afterVersion, most }.Concat(filter.Parameters)) command.Parameters.Add(new() { Value = value });
        await using var rows = await command.ExecuteReaderAsync(ct);
        var page = new List<StoredEvent>();
        while (await rows.ReadAsync(ct)) page.Add(Row(rows));
        return page;
    }

    internal static string Sql(EventRange range) =>
        Columns + "where seq_id between @from and @to"
        + (range.Stream is null ? "" : " and stream_id = @stream")
        + (range.Kinds is null ? "" : $" and stream_id in (select mt_streams.id from mt_streams where {LedgerSql.OfKinds("@kinds")})")
        + (range.StoredNames is null ? "" : " and type = any(@names)")
        + (range.Positions is null ? "" : " and seq_id = any(@positions)")
        + (range.Selection?.Since is null ? "" : " and timestamp >= @since")
        + (range.Selection?.Until is null ? "" : " and timestamp <= @until")
        + (range.Selection?.Person is null ? "" : " and headers -> 'occasion' ->> 'person' = @person")
        + (range.Selection?.Role is null ? "" : " and headers -> 'occasion' ->> 'role' = @role")
        + (range.Selection?.Organisation is null ? "" : " and (headers -> 'occasion' ->> 'organisation' = @organisation or stream_id = any(@own))")
        + (range.Stream is null ? " order by seq_id" : " order by version")
        + (range.Take is null ? "" : " limit @take");

    internal static StoredEvent Row(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetString(3),
        row.GetFieldValue<DateTimeOffset>(4), row.GetString(5), row.GetFieldValue<byte[]>(6), row.GetFieldValue<byte[]>(7));

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

/// <summary>What a history is filtered by.</summary>
internal sealed record HistoryLine(string StoredName, Role Role, long Position);
