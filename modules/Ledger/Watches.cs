using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Json;
using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Replay;
using Google.Protobuf;
using Grpc.Core;
using Npgsql;
using NpgsqlTypes;

namespace EqualitiesPlatform.Ledger;

/// <summary>What of a register is watched.</summary>
/// <param name="Filter">Comparisons joined by AND, see <see cref="ListFilter"/>.</param>
/// <param name="AfterPosition">What is known already; 0 to read the whole first.</param>
/// <param name="Organisation">Only what this organisation may see; null for everything.</param>
/// <param name="SeenBy">Only what one of these may see, by the register's own seenBy; null for everything.</param>
public sealed record WatchTerms(string Filter, long AfterPosition, PartnerId? Organisation, IReadOnlyList<Guid>? SeenBy = null);

/// <summary>What came of one step of a watch.</summary>
/// <param name="Position">Where to go on from; 0 while the whole is still being read.</param>
/// <param name="Changed">The documents that are new or have changed and match now, as at that position.</param>
/// <param name="Gone">The ids of those that matched before and match no longer.</param>
public sealed record RegisterChanges<TDocument>(long Position, IReadOnlyList<TDocument> Changed, IReadOnlyList<string> Gone);

/// <summary>
/// Follows registers: first the whole, then what changes, each step with the position from which a later watch goes on.
/// What a step says is folded from the events themselves, so that going on from the same position says the same.
/// </summary>
public sealed class Watches
{
    private const int StreamsAStep = 100;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly Registers _registers;
    private readonly EventReader _reader;
    private readonly LedgerDatabase _database;
    private readonly IPolicy _policy;
    private readonly Tides _tides;
    private readonly Gate _gate;
    private readonly TimeProvider _machineClock;

    internal Watches(Registers registers, EventReader reader, LedgerDatabase database, IPolicy policy, Tides tides, Gate gate, TimeProvider machineClock) =>
        (_registers, _reader, _database, _policy, _tides, _gate, _machineClock) = (registers, reader, database, policy, tides, gate, machineClock);

    /// <summary>
    /// Answers a watch until its caller ends it. The request has <c>filter</c> and <c>after_position</c>. The caller is
    /// admitted again before every answer: who may not see it any more sees no more of it.
    /// </summary>
    /// <param name="also">A further filter that goes with the caller's own.</param>
    /// <param name="seenBy">Only what one of these may see, asked again before every answer; null for everything.</param>
    /// <exception cref="FieldsException">The filter or the position can't be read.</exception>
    public async Task Serve<TDocument, TAnswer>(
        ServerCallContext context, IMessage request, IServerStreamWriter<TAnswer> answers, Func<RegisterChanges<TDocument>, TAnswer> shown, string also = "",
        Func<IReadOnlyList<Guid>?>? seenBy = null)
        where TDocument : class, IRegister<TDocument>
    {
        T Field<T>(string name) => (T)request.Descriptor.FindFieldByName(name).Accessor.GetValue(request);
        var terms = new WatchTerms(
            ListFilter.Both(Field<string>("filter"), also), Field<long>("after_position"), Caller.Of(context).Actor.Organisation, seenBy?.Invoke());
        await Serve<TDocument, TAnswer>(context, terms, answers, changes => Task.FromResult(shown(changes)), seenBy);
    }

    /// <summary>The same, for answers that have to be looked up.</summary>
    /// <exception cref="FieldsException">The filter or the position can't be read.</exception>
    public async Task Serve<TDocument, TAnswer>(
        ServerCallContext context, WatchTerms terms, IServerStreamWriter<TAnswer> answers, Func<RegisterChanges<TDocument>, Task<TAnswer>> shown,
        Func<IReadOnlyList<Guid>?>? seenBy = null)
        where TDocument : class, IRegister<TDocument>
    {
        var caller = Caller.Of(context);
        await foreach (var changes in Follow<TDocument>(terms, context.CancellationToken))
        {
            await _gate.Admit(context);
            if (Expired(context) || Caller.Of(context).Actor != caller.Actor || terms.SeenBy?.SequenceEqual(seenBy!() ?? []) == false) throw Statuses.NotSignedIn();
            await answers.WriteAsync(await shown(changes), context.CancellationToken);
        }
    }

    /// <summary>Follows a register. The row has no end; a step without changes comes every few seconds when nothing happens.</summary>
    /// <exception cref="FieldsException">The filter or the position can't be read.</exception>
    public async IAsyncEnumerable<RegisterChanges<TDocument>> Follow<TDocument>(WatchTerms terms, [EnumeratorCancellation] CancellationToken ct = default)
        where TDocument : class, IRegister<TDocument>
    {
        if (terms.AfterPosition < 0) throw new FieldsException([("after_position", "Positions count from 1; 0 reads the whole first.")]);
        var after = terms.AfterPosition;
        if (after == 0)
        {
            after = await _registers.Reached(ct);
            for (var token = ""; ;)
            {
                var page = await _registers.List<TDocument>(new ListTerms(terms.Filter, StreamsAStep, token, 0, terms.Organisation, terms.SeenBy), ct);
                token = page.NextPageToken;
                yield return new(token.Length == 0 ? after : 0, page.Items, []);
                if (token.Length == 0) break;
            }
        }
        else
        {
            ListFilter.Parse<TDocument>(terms.Filter, _policy.Namespace);
            yield return new(after, [], []);
        }

        while (true)
        {
            if (await _tides.Past(after, Quiet, ct) is not { } to)
            {
                yield return new(after, [], []);
                continue;
            }
            while (after < to)
            {
                var step = await Step<TDocument>(terms, after, to, ct);
                after = step.Position;
                if (step.Changed.Count + step.Gone.Count > 0) yield return step;
            }
        }
    }

    private async Task<RegisterChanges<TDocument>> Step<TDocument>(WatchTerms terms, long after, long to, CancellationToken ct)
        where TDocument : class, IRegister<TDocument>
    {
        try
        {
            var streams = await Changed(TDocument.Kind, after, to, ct);
            var upTo = streams.Count < StreamsAStep ? to : streams[^1].Last;
            var (before, now) = (new List<TDocument>(), new List<TDocument>());
            foreach (var (stream, _) in streams)
            {
                var events = await _reader.ReadStream(stream, upTo, ct);
                if (events.Where(e => e.Position <= after).Aggregate((TDocument?)null, TDocument.Fold) is { } was) before.Add(was);
                if (events.Aggregate((TDocument?)null, TDocument.Fold) is { } @is) now.Add(@is);
            }
            var matching = await Matching(terms, now, ct);
            var matched = await Matching(terms, before, ct);
            return new(
                upTo, [.. now.Where(d => matching.Contains(d.Id))],
                [.. before.Where(d => matched.Contains(d.Id) && !matching.Contains(d.Id)).Select(d => StreamKey.IdOf(d.Id).ToString())]);
        }
        catch (Exception e) when (LedgerDatabase.IsAway(e))
        {
            throw LedgerDatabase.Away(e);
        }
    }

    private async Task<List<(string Stream, long Last)>> Changed(string kind, long after, long to, CancellationToken ct)
    {
        await using var command = _database.Source.CreateCommand(
            """
            select stream_id, max(seq_id) from mt_events
            where seq_id > $1 and seq_id <= $2 and starts_with(stream_id, $3)
            group by stream_id order by 2 limit $4
            """);
        foreach (var value in new object[] { after, to, $"{kind}/", StreamsAStep }) command.Parameters.Add(new() { Value = value });
        await using var rows = await command.ExecuteReaderAsync(ct);
        var streams = new List<(string, long)>();
        while (await rows.ReadAsync(ct)) streams.Add((rows.GetString(0), rows.GetInt64(1)));
        return streams;
    }

    // A filter is PostgreSQL's to read, also of documents that stand in no table.
    private async Task<FrozenSet<string>> Matching<TDocument>(WatchTerms terms, IReadOnlyList<TDocument> documents, CancellationToken ct)
        where TDocument : class, IRegister<TDocument>
    {
        var seen = documents.Where(d => terms.Organisation is not { } own || d.Organisations.Contains(own)).ToArray();
        var filter = ListFilter.Parse<TDocument>(terms.Filter, _policy.Namespace).SeenBy(terms.SeenBy);
        if (filter.Parameters.Count == 0 || seen.Length == 0) return seen.Select(d => d.Id).ToFrozenSet(StringComparer.Ordinal);
        await using var command = _database.Source.CreateCommand($"select d.id from unnest($1, $2) as d(id, data) {filter.Numbered(3)}");
        command.Parameters.Add(new() { Value = seen.Select(d => d.Id).ToArray() });
        command.Parameters.Add(new()
        {
            Value = seen.Select(d => JsonSerializer.Serialize(d, Catalogue.Json)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
        });
        foreach (var value in filter.Parameters) command.Parameters.Add(new() { Value = value });
        await using var rows = await command.ExecuteReaderAsync(ct);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (await rows.ReadAsync(ct)) ids.Add(rows.GetString(0));
        return ids.ToFrozenSet(StringComparer.Ordinal);
    }

    private bool Expired(ServerCallContext context) =>
        long.TryParse(context.GetHttpContext().User.FindFirstValue("exp"), CultureInfo.InvariantCulture, out var expiry)
        && _machineClock.GetUtcNow().ToUnixTimeSeconds() >= expiry;
}

/// <summary>How far the registers have come, looked up once for all who wait for them, and only while somebody does.</summary>
internal sealed class Tides(Registers registers, ILogger<Tides> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private int _waiting;
    private long _reached;
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until the registers have come past a position, and says how far; null when they have not in that time.</summary>
    public async Task<long?> Past(long position, TimeSpan patience, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        Interlocked.Increment(ref _waiting);
        try
        {
            while (true)
            {
                var next = _next.Task;
                if (Volatile.Read(ref _reached) is var reached && reached > position) return reached;
                await next.WaitAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (Volatile.Read(ref _waiting) == 0) continue;
            try
            {
                Volatile.Write(ref _reached, await registers.Reached(stoppingToken));
                var turned = _next;
                _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
                turned.SetResult();
            }
            catch (Exception e) when (LedgerDatabase.IsAway(e))
            {
                log.LogInformation("How far the registers are can't be seen just now: {Reason}", e.Message);
            }
        }
    }
}
