using System.Threading.Channels;
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
/// Makes every register anew, on all processors, and each document in one step from what stood before to what its
/// events add up to. The silo that keeps the registers does it, while it keeps them from anything else; whoever asks
/// leaves a row, so that another silo begins again when that one dies.
/// </summary>
internal sealed class RegisterRebuild(LedgerDatabase database, EventReader reader, Catalogue catalogue, AnyRegister registers, IDocumentStore store)
{
    /// <summary>So many events are handed to a folder at once, and so many such lots lie ready for it at most.</summary>
    private const int EventsALot = 200, LotsReady = 10;

    private const int StreamsAStep = 500;
    private const int EventsANote = 5_000;

    /// <summary>So many streams' documents are held at once; where there are more streams, the ledger is read more than once.</summary>
    public int StreamsAPass { get; set; } = 100_000;

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
        var passes = (int)((await Read(rebuild, ct)).OfStreams / StreamsAPass) + 1;
        try
        {
            for (var pass = 0; pass < passes; pass++) await Make(rebuild, pass, passes, ct);
            await End(rebuild, null, ct);
        }
        catch (UnfoldableException unfoldable)
        {
            await End(rebuild, unfoldable.Message, ct);
        }
    }

    /// <summary>
    /// Makes the documents of one part of the streams. Its events are read as they lie, which is many times faster than
    /// stream by stream, and handed out by their streams to a few folders, who hold what they add up to until all are read.
    /// </summary>
    private async Task Make(long rebuild, int pass, int of, CancellationToken ct)
    {
        // Whichever fails first, the others stop.
        using var failing = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var lots = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Channel.CreateBounded<List<StoredEvent>>(LotsReady)).ToArray();
        async Task OrFail(Task work)
        {
            try
            {
                await work;
            }
            catch
            {
                await failing.CancelAsync();
                throw;
            }
        }
        await Task.WhenAll([OrFail(HandOut(pass, of, lots, failing.Token)), .. lots.Select(l => OrFail(Task.Run(() => Make(rebuild, l.Reader, failing.Token), failing.Token)))]);
    }

    private async Task HandOut(int pass, int of, Channel<List<StoredEvent>>[] lots, CancellationToken ct)
    {
        var next = lots.Select(_ => new List<StoredEvent>(EventsALot)).ToArray();
        await foreach (var e in reader.StoredPart(pass, of, ct))
        {
            var to = (int)((uint)e.Stream.GetHashCode() % (uint)lots.Length);
            next[to].Add(e);
            if (next[to].Count < EventsALot) continue;
            await lots[to].Writer.WriteAsync(next[to], ct);
            next[to] = new(EventsALot);
        }
        foreach (var (lot, rest) in lots.Zip(next))
        {
            await lot.Writer.WriteAsync(rest, ct);
            lot.Writer.Complete();
        }
    }

    private async Task Make(long rebuild, ChannelReader<List<StoredEvent>> lots, CancellationToken ct)
    {
        var made = new Dictionary<string, Made>(StringComparer.Ordinal);
        var events = 0L;
        await foreach (var lot in lots.ReadAllAsync(ct))
        {
            foreach (var e in lot)
            {
                if (!made.TryGetValue(e.Stream, out var stream)) made[e.Stream] = stream = new([.. registers.Of(StreamKey.KindOf(e.Stream))]);
                if (stream.Registers.Length == 0) continue;
                Fold(e, stream);
                if (++events % EventsANote == 0) await Note(rebuild, "events = events + $2", ct, (long)EventsANote);
            }
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
