using System.Text.Json;
using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Replay;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Projections;

namespace EqualitiesPlatform.Ledger;

/// <summary>A read model's document, whichever it is.</summary>
public interface IRegister
{
    /// <summary>The stream's key.</summary>
    string Id { get; }

    /// <summary>The stream's version that the document shows.</summary>
    long Version { get; }

    /// <summary>The organisations that may see it when their role is limited to their own.</summary>
    IReadOnlyList<PartnerId> Organisations { get; }
}

/// <summary>
/// A read model of one kind of aggregate: one document a stream, folded from its events. Lists read the documents,
/// kept asynchronously; one thing is read by folding its events there and then. One fold, two uses.
/// </summary>
/// <typeparam name="TDocument">The document itself.</typeparam>
public interface IRegister<TDocument> : IRegister where TDocument : class, IRegister<TDocument>
{
    /// <summary>The kind of aggregate.</summary>
    static abstract string Kind { get; }

    /// <summary>The document after an event; null while there is nothing to show.</summary>
    static abstract TDocument? Fold(TDocument? document, RecordedEvent recorded);
}

/// <summary>
/// Marten's face of all registers: the events are read once for them all, and their documents change together with the
/// one place in the ledger that they have come to.
/// </summary>
internal sealed class RegisterProjection(AnyRegister registers) : IProjection
{
    /// <summary>What Marten calls the registers together.</summary>
    public const string Name = "registers";

    /// <summary>The name of their row of progress.</summary>
    public static readonly string Shard = new ShardName(Name).Identity;

    private readonly RecentDocuments _recent = new();

    public async Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        foreach (var kind in events.GroupBy(e => StreamKey.KindOf(e.StreamKey!)))
            foreach (var register in registers.Of(kind.Key))
                await Apply(register, operations, [.. kind.GroupBy(e => e.StreamKey!)], cancellation);
    }

    private async Task Apply(RegisterRegistration register, IDocumentOperations operations, IReadOnlyList<IGrouping<string, IEvent>> streams, CancellationToken ct)
    {
        IRegister? Recent(IGrouping<string, IEvent> stream) => _recent.Find(register, stream.Key, before: stream.First().Version);
        var known = await register.Load(operations, [.. streams.Where(s => s.First().Version > 1 && Recent(s) is null).Select(s => s.Key)], ct);
        var kept = new List<IRegister>();
        var gone = new List<string>();
        foreach (var stream in streams)
        {
            var document = Recent(stream) ?? known.GetValueOrDefault(stream.Key);
            var next = stream.Any(e => e.Data is StatementWithdrawn)
                // What a document took over from a text is gone only when it is made anew from what the ledger holds now.
                ? register.Fold((await operations.Events.FetchStreamAsync(stream.Key, stream.Last().Version, token: ct)).Select(Registering.Recorded))
                : stream.Where(e => e.Version > (document?.Version ?? 0)).Select(Registering.Recorded).Aggregate(document, register.Step);
            if (next is not null) kept.Add(next);
            else if (document is not null) gone.Add(stream.Key);
            _recent.Keep(register, stream.Key, next);
        }
        if (kept.Count > 0) operations.QueueSqlCommand(register.Keep(operations.DocumentStore.Options, "?", "?", "?"), [.. register.Rows(kept)]);
        if (gone.Count > 0) operations.QueueSqlCommand(register.Drop(operations.DocumentStore.Options, "?"), (object)gone.ToArray());
    }
}

/// <summary>
/// Documents as this silo last folded them, so that those of busy records are not read back for every event. A document is
/// made of its stream's events and of nothing else. So one of these serves, whether it was committed or not, and whatever
/// another silo has kept meanwhile, if nothing is missing between its version and the next event.
/// </summary>
internal sealed class RecentDocuments
{
    /// <summary>So many are kept at least, and twice as many at most.</summary>
    private const int Enough = 10_000;

    private Dictionary<(Type Document, string Stream), IRegister> _younger = [], _older = [];

    /// <summary>The document of a stream to which an event of this version can be added; null when there is none here.</summary>
    public IRegister? Find(RegisterRegistration register, string stream, long before) =>
        (_younger.TryGetValue((register.Document, stream), out var found) || _older.TryGetValue((register.Document, stream), out found)) && found.Version >= before - 1 ? found : null;

    /// <summary>Keeps what a stream's events add up to.</summary>
    public void Keep(RegisterRegistration register, string stream, IRegister? document)
    {
        if (_younger.Count >= Enough) (_older, _younger) = (_younger, []);
        if (document is not null) _younger[(register.Document, stream)] = document;
        else
        {
            _younger.Remove((register.Document, stream));
            _older.Remove((register.Document, stream));
        }
    }
}

/// <summary>How Marten's events become ours.</summary>
internal static class Registering
{
    public static RecordedEvent Recorded(IEvent e)
    {
        var occasion = OccasionHeaders.Parse(e.Headers!);
        return new(e.Sequence, e.StreamKey!, e.Version, e.EventTypeName, e.Timestamp, occasion, e.CorrelationId ?? "", Catalogue.Today(Withdrawn.Shown(e.Data, occasion)));
    }
}

/// <summary>A kind of register, for what goes over all of them.</summary>
internal sealed record RegisterRegistration(
    string Kind, Type Document,
    Action<StoreOptions> Table,
    Func<IRegister?, RecordedEvent, IRegister?> Step,
    Func<IQuerySession, string[], CancellationToken, Task<IReadOnlyDictionary<string, IRegister>>> Load,
    Func<IQuerySession, IAsyncEnumerable<IRegister>> Kept,
    Func<IQuerySession, PartnerId, CancellationToken, Task<IReadOnlyList<string>>> OwnedBy)
{
    /// <summary>Its name.</summary>
    public string Name => Document.Name;

    /// <summary>What events add up to.</summary>
    public IRegister? Fold(IEnumerable<RecordedEvent> events) => events.Aggregate((IRegister?)null, Step);

    /// <summary>The statement that keeps documents, each unless a later version of it is kept already.</summary>
    public string Keep(IReadOnlyStoreOptions options, string ids, string data, string versions) =>
        $"""
        insert into {TableOf(options)} as d (id, data, mt_version, mt_dotnet_type)
        select id, data::jsonb, version, '{Document.FullName}' from unnest({ids}, {data}, {versions}) as t(id, data, version)
        on conflict (id) do update set data = excluded.data, mt_version = excluded.mt_version, mt_dotnet_type = excluded.mt_dotnet_type, mt_last_modified = now()
        where excluded.mt_version >= d.mt_version
        """;

    /// <summary>The statement that removes documents.</summary>
    public string Drop(IReadOnlyStoreOptions options, string ids) => $"delete from {TableOf(options)} where id = any({ids})";

    /// <summary>Documents as <see cref="Keep"/> takes them: ids, JSON and versions.</summary>
    public object[] Rows(IReadOnlyList<IRegister> documents) =>
        [documents.Select(d => d.Id).ToArray(), documents.Select(d => JsonSerializer.Serialize(d, Document, Catalogue.Json)).ToArray(), documents.Select(d => d.Version).ToArray()];

    /// <summary>The statement that reads the keys of some records, by id; null when its records have none.</summary>
    public string? Keys(IReadOnlyStoreOptions options, string ids) => Document.GetProperty("Key") is null ? null
        : $"select id, data ->> 'key' from {TableOf(options)} where id = any(array(select '{Kind}/' || given from unnest({ids}) as given)) and data ->> 'key' is not null";

    private string TableOf(IReadOnlyStoreOptions options) => options.Schema.For(Document);

    public static RegisterRegistration Of<TDocument>() where TDocument : class, IRegister<TDocument> => new(
        TDocument.Kind, typeof(TDocument),
        options => options.Schema.For<TDocument>().UseNumericRevisions(true),
        (document, recorded) => TDocument.Fold((TDocument?)document, recorded),
        async (session, ids, ct) => ids.Length == 0
            ? new Dictionary<string, IRegister>()
            : (await session.LoadManyAsync<TDocument>(ct, ids)).ToDictionary(d => d.Id, IRegister (d) => d, StringComparer.Ordinal),
        session => session.Query<TDocument>().ToAsyncEnumerable(),
        async (session, organisation, ct) =>
            [.. (await session.QueryAsync<TDocument>("where d.data -> 'organisations' @> to_jsonb(?::text)", ct, organisation.ToString())).Select(d => d.Id)]);
}

/// <summary>One page of a list.</summary>
/// <param name="Items">The documents.</param>
/// <param name="NextPageToken">What to ask for next; empty on the last page.</param>
public sealed record Page<TDocument>(IReadOnlyList<TDocument> Items, string NextPageToken);

/// <summary>What a list is asked for.</summary>
/// <param name="Filter">Comparisons joined by AND, see <see cref="ListFilter"/>.</param>
/// <param name="PageSize">How many at most; 0 for the default.</param>
/// <param name="PageToken">Where to go on.</param>
/// <param name="AtLeastPosition">Wait until the register has seen this position.</param>
/// <param name="Organisation">Only what this organisation may see; null for everything.</param>
/// <param name="SeenBy">Only what one of these may see, by the register's own seenBy; null for everything.</param>
public sealed record ListTerms(string Filter, int PageSize, string PageToken, long AtLeastPosition, PartnerId? Organisation, IReadOnlyList<Guid>? SeenBy = null);

/// <summary>Reads registers.</summary>
public sealed class Registers(IDocumentStore store, EventReader reader, LedgerDatabase database, IPolicy policy)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>One document as it is now, or as it was at a position; null when there is none.</summary>
    public async Task<TDocument?> Find<TDocument>(string stream, long atPosition = long.MaxValue, CancellationToken ct = default)
        where TDocument : class, IRegister<TDocument> =>
        (await reader.ReadStream(stream, atPosition, ct)).Aggregate((TDocument?)null, TDocument.Fold);

    /// <summary>A page of a register, in the order of its ids.</summary>
    /// <exception cref="FieldsException">The filter, the page's size or its token can't be read.</exception>
    /// <exception cref="LedgerException">Unavailable: the register does not reach the position in time.</exception>
    public async Task<Page<TDocument>> List<TDocument>(ListTerms terms, CancellationToken ct = default)
        where TDocument : class, IRegister<TDocument>
    {
        var size = PageSize.Of(terms.PageSize);
        var where = ListFilter.Parse<TDocument>(terms.Filter, policy.Namespace).SeenBy(terms.SeenBy);
        if (terms.Organisation is { } organisation)
            where.Add("d.data -> 'organisations' @> to_jsonb(?::text)", organisation.Value.ToString());
        if (PageTokens.Read(terms.PageToken) is { } after) where.Add("d.id > ?", after);
        try
        {
            if (terms.AtLeastPosition > 0) await WaitFor(terms.AtLeastPosition, ct);
            await using var session = store.QuerySession();
            var documents = await session.QueryAsync<TDocument>($"{where.Sql} order by d.id limit {size + 1}", ct, [.. where.Parameters]);
            return documents.Count > size
                ? new Page<TDocument>([.. documents.Take(size)], PageTokens.Write(documents[size - 1].Id))
                : new Page<TDocument>(documents, "");
        }
        catch (Exception e) when (LedgerDatabase.IsAway(e) || (e.InnerException is { } inner && LedgerDatabase.IsAway(inner)))
        {
            throw LedgerDatabase.Away(e);
        }
    }

    /// <summary>How far the registers have come; 0 when they have not begun.</summary>
    public async Task<long> Reached(CancellationToken ct = default)
    {
        await using var command = database.Source.CreateCommand("select last_seq_id from mt_event_progression where name = $1");
        command.Parameters.Add(new() { Value = RegisterProjection.Shard });
        return await command.ExecuteScalarAsync(ct) is long position ? position : 0;
    }

    /// <summary>Waits until the registers have seen a position.</summary>
    /// <exception cref="LedgerException">Unavailable: they do not reach it in time.</exception>
    public async Task WaitFor(long position, CancellationToken ct = default)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (await Reached(ct) < position)
        {
            if (System.Diagnostics.Stopwatch.GetElapsedTime(started) > Patience)
                throw new LedgerException(FailureKind.Unavailable, "REGISTER_BEHIND", $"The list has not reached position {position} yet; try again in a moment.");
            await Task.Delay(15, ct);
        }
    }
}
