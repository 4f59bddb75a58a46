using System.Diagnostics;
using System.Runtime.CompilerServices;
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
/// Makes every register anew, several streams at once, and each document in one step from what stood before to what its
/// events add up to. The silo that keeps the registers does it, while it keeps them from anything else; whoever asks
/// leaves a row, so that another silo begins again when that one dies.
/// </summary>
internal sealed class RegisterRebuild(LedgerDatabase database, EventReader reader, Catalogue catalogue, AnyRegister registers, IDocumentStore store)
{
    private const int StreamsAStep = 500;
    private const int EventsAStep = 10_000;

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
        try
        {
            await Parallel.ForEachAsync(
                Steps(kinds, ct), new ParallelOptions { MaxDegreeOfParallelism = Math.Min(8, Environment.ProcessorCount + 1), CancellationToken = ct },
                async (streams, stop) => await Note(rebuild, "streams = streams + $2, events = events + $3", stop, (long)streams.Count, await Step(streams, stop)));
            await Note(rebuild, "ended = now()", ct);
        }
        catch (UnfoldableException unfoldable)
        {
            await Note(rebuild, "ended = now(), failure = $2", ct, unfoldable.Message);
        }
    }

    private async Task<long> Step(IReadOnlyList<string> streams, CancellationToken ct)
    {
        var made = new List<(RegisterRegistration Register, string Stream, IRegister? Document)>();
        var stored = await reader.StoredStreams(streams, ct);
        foreach (var stream in stored.GroupBy(e => e.Stream))
        {
            RegisterRegistration[] shown = [.. registers.Of(StreamKey.KindOf(stream.Key))];
            var documents = new IRegister?[shown.Length];
            foreach (var e in stream.OrderBy(e => e.Version)) Fold(e, shown, documents);
            made.AddRange(shown.Zip(documents, (register, document) => (register, stream.Key, document)));
        }
        await using var connection = await database.Projecting.OpenConnectionAsync(ct);
        foreach (var register in made.GroupBy(m => m.Register))
        {
            await Do(connection, register.Key.Keep(store.Options, "$1", "$2", "$3"), ct, register.Key.Rows([.. register.Select(m => m.Document).OfType<IRegister>()]));
            if (register.Where(m => m.Document is null).Select(m => m.Stream).ToArray() is { Length: > 0 } gone)
                await Do(connection, register.Key.Drop(store.Options, "$1"), ct, [gone]);
        }
        return stored.Count;
    }

    private void Fold(StoredEvent stored, RegisterRegistration[] shown, IRegister?[] documents)
    {
        try
        {
            var recorded = catalogue.Read(stored);
            for (var i = 0; i < shown.Length; i++) documents[i] = shown[i].Step(documents[i], recorded);
        }
        catch (Exception e)
        {
            // By its position, which names nothing that is confidential.
            throw new UnfoldableException($"A register could not take the event at position {stored.Position} ({e.GetType().Name}).", e);
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<string>> Steps(string[] kinds, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var after = ""; ;)
        {
            var streams = new List<(string Id, long Events)>();
            await using (var command = database.Unbounded.CreateCommand($"select id, version from mt_streams where id > $1 and {LedgerSql.OfKinds("$2")} order by id limit {StreamsAStep}"))
            {
                foreach (var value in new object[] { after, kinds }) command.Parameters.Add(new() { Value = value });
                await using var rows = await command.ExecuteReaderAsync(ct);
                while (await rows.ReadAsync(ct)) streams.Add((rows.GetString(0), rows.GetInt64(1)));
            }
            if (streams.Count == 0) yield break;
            var (step, events) = (new List<string>(), 0L);
            foreach (var stream in streams)
            {
                step.Add(stream.Id);
                if ((events += stream.Events) < EventsAStep) continue;
                yield return step;
                (step, events) = ([], 0);
            }
            if (step.Count > 0) yield return step;
            after = streams[^1].Id;
        }
    }

    private async Task Note(long rebuild, string change, CancellationToken ct, params object[] values)
    {
        // What waits for the disk is its end alone, and with it all that was written before.
        await using var connection = await (change.StartsWith("ended", StringComparison.Ordinal) ? database.Source : database.Projecting).OpenConnectionAsync(ct);
        await Do(connection, $"update ledger_rebuild set {change} where rebuild = $1", ct, [rebuild, .. values]);
    }

    private static async Task Do(NpgsqlConnection connection, string sql, CancellationToken ct, object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(ct);
    }

    private sealed class UnfoldableException(string sentence, Exception inner) : Exception(sentence, inner);
}
