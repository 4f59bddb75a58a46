using Npgsql;
using NpgsqlTypes;

namespace EqualitiesPlatform.Ledger.Append;

/// <summary>What the ledger asks of the place where its streams are kept.</summary>
internal interface ILedgerStore
{
    /// <summary>
    /// Appends in one transaction, each write on its own: all of it or nothing. Whether any was done is unknown when it
    /// throws, except that a write that PostgreSQL does not take is not done, nor those beside it.
    /// </summary>
    Task<Append[]> Append(PendingWrite[] writes);

    /// <summary>What stands in place of writes that are not to be done; see <see cref="IAppendWriter.Standing"/>.</summary>
    Task<Append[]> Standing(PendingWrite[] writes);

    /// <summary>One stream: its snapshot, if there is one of the shape, and the events after it, oldest first.</summary>
    /// <param name="shape">Null for all events.</param>
    /// <exception cref="LedgerException">Unavailable: the store does not answer.</exception>
    Task<Loaded> Read(string stream, string? shape);

    /// <summary>Keeps a snapshot, if it can: nothing depends on it. Never throws.</summary>
    Task Keep(Snapshot snapshot);

    /// <summary>Trusts no connection that lies idle, since one has been ended.</summary>
    void ForgetIdleConnections();
}

/// <summary>The streams in PostgreSQL, in the tables that Marten reads.</summary>
internal sealed class PostgresStore(LedgerDatabase database, Catalogue catalogue, ILogger<PostgresStore> log) : ILedgerStore
{
    public async Task<Append[]> Standing(PendingWrite[] writes)
    {
        await using var connection = await database.Open();
        return await Standing(connection, writes);
    }

    public async Task<Loaded> Read(string stream, string? shape)
    {
        try
        {
            await using var connection = await database.Open();
            await using var command = new NpgsqlCommand(LedgerSql.Load, connection);
            command.Parameters.Add(new() { Value = stream });
            command.Parameters.Add(new() { Value = shape ?? "" });
            await using var rows = await command.ExecuteReaderAsync();
            Snapshot? snapshot = null;
            var events = new List<RecordedEvent>();
            while (await rows.ReadAsync())
            {
                if (rows.IsDBNull(3)) snapshot = new Snapshot(stream, rows.GetInt64(2), shape!, rows.GetString(7));
                else events.Add(catalogue.Read(Replay.EventReader.Row(rows)));
            }
            return new Loaded(snapshot, events);
        }
        catch (Exception e) when (LedgerDatabase.IsAway(e))
        {
            throw LedgerDatabase.Away(e);
        }
    }

    public async Task Keep(Snapshot snapshot)
    {
        try
        {
            await using var command = database.Source.CreateCommand(LedgerSql.Keep);
            foreach (var value in new object[] { snapshot.Stream, snapshot.Version, snapshot.Shape, snapshot.State }) command.Parameters.Add(new() { Value = value });
            await command.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException e)
        {
            log.LogInformation(e, "No snapshot of a {Kind} could be kept; it is replayed next time", StreamKey.KindOf(snapshot.Stream));
        }
    }

    public void ForgetIdleConnections() => database.ForgetIdleConnections();

    public async Task<Append[]> Append(PendingWrite[] writes)
    {
        await using var connection = await database.OpenToAppend();
        var appends = new Append[writes.Length];
        await using (var batch = new NpgsqlBatch(connection))
        {
            // Statements of one batch are one transaction: it commits as a whole or not at all.
            batch.BatchCommands.Add(new NpgsqlBatchCommand("select pg_advisory_xact_lock_shared($1)") { Parameters = { new() { Value = database.Finality } } });
            batch.BatchCommands.Add(AppendCommand(writes));
            batch.BatchCommands.Add(new NpgsqlBatchCommand("select pg_notify('mt_events_appended', '')"));
            await using var rows = await batch.ExecuteReaderAsync();
            await rows.NextResultAsync();
            while (await rows.ReadAsync())
            {
                var write = writes[rows.GetInt32(0)];
                var position = await rows.IsDBNullAsync(1) ? 0 : rows.GetInt64(1);
                appends[rows.GetInt32(0)] = new Append.Done(
                    new WriteReceipt(write.Stream, write.ExpectedVersion + write.Events.Count, position), Duplicate: false);
            }
            while (await rows.NextResultAsync()) { }
        }

        var late = Enumerable.Range(0, writes.Length).Where(i => appends[i] is null or Append.Done { Receipt.Position: 0 }).ToArray();
        if (late.Length == 0) return appends;
        var standing = await Standing(connection, [.. late.Select(i => writes[i])]);
        for (var i = 0; i < late.Length; i++) appends[late[i]] = standing[i];
        return appends;
    }

    private static async Task<Append[]> Standing(NpgsqlConnection connection, PendingWrite[] writes)
    {
        await using var command = new NpgsqlCommand(LedgerSql.Standing, connection);
        command.Parameters.AddRange(Keys(writes));
        await using var rows = await command.ExecuteReaderAsync();
        var standing = new Append[writes.Length];
        while (await rows.ReadAsync())
        {
            var write = writes[rows.GetInt32(0)];
            standing[rows.GetInt32(0)] = await rows.IsDBNullAsync(1)
                ? new Append.LostRace(await rows.IsDBNullAsync(5) ? 0 : rows.GetInt64(5))
                : rows.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(write.Payload)
                    ? new Append.Done(new WriteReceipt(rows.GetString(2), rows.GetInt64(3), await rows.IsDBNullAsync(4) ? 0 : rows.GetInt64(4)), Duplicate: true)
                    : new Append.RequestIdReused();
        }
        return standing;
    }

    private static NpgsqlParameter[] Keys(PendingWrite[] writes) =>
    [
        Array("item", NpgsqlDbType.Integer, Enumerable.Range(0, writes.Length)),
        Array("stream", NpgsqlDbType.Text, writes.Select(w => w.Stream)),
        Array("caller", NpgsqlDbType.Uuid, writes.Select(w => w.Caller)),
        Array("rpc", NpgsqlDbType.Text, writes.Select(w => w.Rpc)),
        Array("request", NpgsqlDbType.Text, writes.Select(w => w.RequestId)),
    ];

    private static NpgsqlBatchCommand AppendCommand(PendingWrite[] writes)
    {
        var events = writes.SelectMany(w => w.Events.Select((e, i) => (Write: w, Event: e, Version: w.ExpectedVersion + 1 + i))).ToArray();
        var command = new NpgsqlBatchCommand(LedgerSql.AppendBatch);
        command.Parameters.AddRange(Keys(writes));
        NpgsqlParameter[] rest =
        [
            Array("expected", NpgsqlDbType.Bigint, writes.Select(w => w.ExpectedVersion)),
            Array("added", NpgsqlDbType.Bigint, writes.Select(w => (long)w.Events.Count)),
            Array("payload", NpgsqlDbType.Bytea, writes.Select(w => w.Payload)),
            Array("recorded", NpgsqlDbType.TimestampTz, writes.Select(w => w.RecordedAt.UtcDateTime)),
            Array("wakes", NpgsqlDbType.Date, writes.Select(w => w.Wakes)),
            Array("eid", NpgsqlDbType.Uuid, events.Select(e => e.Event.Id)),
            Array("estream", NpgsqlDbType.Text, events.Select(e => e.Write.Stream)),
            Array("eversion", NpgsqlDbType.Bigint, events.Select(e => e.Version)),
            Array("edata", NpgsqlDbType.Jsonb, events.Select(e => e.Event.Data)),
            Array("ename", NpgsqlDbType.Text, events.Select(e => e.Event.StoredName)),
            Array("erecorded", NpgsqlDbType.TimestampTz, events.Select(e => e.Write.RecordedAt.UtcDateTime)),
            Array("edotnet", NpgsqlDbType.Text, events.Select(e => e.Event.DotNetName)),
            Array("ecorrelation", NpgsqlDbType.Text, events.Select(e => e.Write.Correlation)),
            Array("eheaders", NpgsqlDbType.Jsonb, events.Select(e => e.Event.Headers)),
        ];
        command.Parameters.AddRange(rest);
        return command;
    }

    private static NpgsqlParameter Array<T>(string name, NpgsqlDbType type, IEnumerable<T> values) =>
        new(name, NpgsqlDbType.Array | type) { Value = values.ToArray() };
}
