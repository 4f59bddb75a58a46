using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Replay;
using Marten;
using Npgsql;

namespace EqualitiesPlatform.Ledger;

/// <summary>How far a rebuild is.</summary>
/// <param name="OfStreams">Streams in all; 0 until it has begun.</param>
/// <param name="Failure">What stopped it; null while nothing has.</param>
internal sealed record RebuildProgress(long Streams, long OfStreams, long Events, bool Done, string? Failure);

/// <summary>
/// Makes every register anew, in several parts at once, and each document in one step from what stood before to what its
/// events add up to. The silo that keeps the registers does it, while it keeps them from anything else; whoever asks
/// leaves a row, so that another silo begins again when that one dies.
/// </summary>
internal sealed class RegisterRebuild(LedgerDatabase database, EventReader reader, Catalogue catalogue, AnyRegister registers, IDocumentStore store)
{
    /// <summary>So many streams' documents are held at once, for each of a few parts.</summary>
    private const int StreamsAPart = 50_000;

    private const int StreamsAStep = 500;
    private const int EventsANote = 5_000;

    /// <summary>Asks for a rebuild, unless one is asked for already.</summary>
    public async Task<long> Ask(CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            "insert into ledger_rebuild (asked) select now() where not exists (select 1 from ledger_rebuild where ended is null) on conflict do nothing");
        await command.ExecuteNonQueryAsync(ct);
        await using var found = database.Source.CreateCommand("select max(rebuild) from ledger_rebuild");
        return (long)(await found.ExecuteScalarAsync(ct))!;
    }

    /// <summary>The rebuild that is asked for and has not ended; null when there is none.</summary>
    public async Task<long?> Asked(CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand("select rebuild from ledger_rebuild where ended is null");
        return await command.ExecuteScalarAsync(ct) as long?;
    }

    /// <summary>How far a rebuild is.</summary>
    public async Task<RebuildProgress> Read(long rebuild, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand("select streams, of_streams, events, ended is not null, failure from ledger_rebuild where rebuild = $1");
        command.Parameters.Add(new() { Value = rebuild });
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetBoolean(3), await row.IsDBNullAsync(4, ct) ? null : row.GetString(4));
    }

    /// <summary>Does it, from its beginning. Nobody else may write to the registers meanwhile.</summary>
    public async Task Run(long rebuild, CancellationToken ct)
    {
        string[] kinds = [.. registers.All.Select(r => r.Kind).Distinct()];
        await Note(rebuild, $"streams = 0, events = 0, of_streams = (select count(*) from mt_streams where {LedgerSql.OfKinds("$2")})", ct, (object)kinds);
        var parts = (int)((await Read(rebuild, ct)).OfStreams / StreamsAPart) + Environment.ProcessorCount;
        try
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(0, parts), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct },
                async (part, stop) => await Make(rebuild, part, parts, stop));
            await End(rebuild, null, ct);
        }
        catch (UnfoldableException unfoldable)
        {
            await End(rebuild, unfoldable.Message, ct);
        }
    }

    /// <summary>
    /// Makes the documents of one part of the streams. Its events are read as they lie, which is many times faster than
    /// stream by stream, and what they add up to is held until all are read; the parts are as many as keep that small.
    /// </summary>
    private async Task Make(long rebuild, int part, int of, CancellationToken ct)
    {
        var made = new Dictionary<string, Made>(StringComparer.Ordinal);
        var events = 0L;
        await foreach (var e in reader.StoredPart(part, of, ct))
        {
            if (!made.TryGetValue(e.Stream, out var stream)) made[e.Stream] = stream = new([.. registers.Of(StreamKey.KindOf(e.Stream))]);
            if (stream.Registers.Length == 0) continue;
            Fold(e, stream);
            if (++events % EventsANote == 0) await Note(rebuild, "events = events + $2", ct, (long)EventsANote);
        }
        foreach (var some in made.Where(m => m.Value.Registers.Length > 0).Chunk(StreamsAStep))
        {
            await Write(some, ct);
            await Note(rebuild, "streams = streams + $2", ct, (long)some.Length);
        }
        await Note(rebuild, "events = events + $2", ct, events % EventsANote);
    }

    private async Task Write(IEnumerable<KeyValuePair<string, Made>> made, CancellationToken ct)
    {
        await using var connection = await database.Projecting.OpenConnectionAsync(ct);
        foreach (var register in made.SelectMany(m => m.Value.Registers.Zip(m.Value.Documents, (register, document) => (Register: register, Stream: m.Key, Document: document))).GroupBy(m => m.Register.Document))
        {
            var registration = register.First().Register;
            await Do(connection, registration.Keep(store.Options, "$1", "$2", "$3"), ct, registration.Rows([.. register.Select(m => m.Document).OfType<IRegister>()]));
            if (register.Where(m => m.Document is null).Select(m => m.Stream).ToArray() is { Length: > 0 } gone)
                await Do(connection, registration.Drop(store.Options, "$1"), ct, [gone]);
        }
    }

    private void Fold(StoredEvent stored, Made stream)
    {
        try
        {
            var recorded = catalogue.Read(stored);
            for (var i = 0; i < stream.Registers.Length; i++) stream.Documents[i] = stream.Registers[i].Step(stream.Documents[i], recorded);
        }
        catch (Exception e)
        {
            // By its position, which names nothing that is confidential.
            throw new UnfoldableException($"A register could not take the event at position {stored.Position} ({e.GetType().Name}).", e);
        }
    }

    private async Task Note(long rebuild, string change, CancellationToken ct, params object[] values) =>
        await Note(database.Projecting, rebuild, change, ct, values);

    /// <summary>Waits for the disk, and with it for all that was written before, as the other notes don't.</summary>
    private async Task End(long rebuild, string? failure, CancellationToken ct) =>
        await Note(database.Source, rebuild, "ended = now(), failure = $2", ct, (object?)failure ?? DBNull.Value);

    private static async Task Note(NpgsqlDataSource source, long rebuild, string change, CancellationToken ct, params object[] values)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await Do(connection, $"update ledger_rebuild set {change} where rebuild = $1", ct, [rebuild, .. values]);
    }

    private static async Task Do(NpgsqlConnection connection, string sql, CancellationToken ct, object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>A stream's documents on the way.</summary>
    private sealed record Made(RegisterRegistration[] Registers)
    {
        public IRegister?[] Documents { get; } = new IRegister?[Registers.Length];
    }

    private sealed class UnfoldableException(string sentence, Exception inner) : Exception(sentence, inner);
}
