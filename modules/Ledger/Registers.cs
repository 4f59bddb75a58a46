using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Replay;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Aggregation;

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

/// <summary>Marten's face of a register.</summary>
internal sealed class RegisterProjection<TDocument> : SingleStreamProjection<TDocument, string>
    where TDocument : class, IRegister<TDocument>
{
    public RegisterProjection(Catalogue catalogue)
    {
        Name = Registering.NameOf<TDocument>();
        foreach (var entry in catalogue.EventsOf(TDocument.Kind)) IncludeType(entry.Type);
        IncludeType(typeof(StatementWithdrawn));
        Options.BatchSize = 2000;
        Options.CacheLimitPerTenant = 1000;
    }

    public override async ValueTask<TDocument?> EvolveAsync(TDocument? snapshot, string id, IQuerySession session, IEvent e, CancellationToken cancellation) =>
        // What a document took over from a text is gone only when it is made anew from what the ledger holds now.
        e.Data is StatementWithdrawn && StreamKey.KindOf(id) == TDocument.Kind
            ? (await session.Events.FetchStreamAsync(id, e.Version, token: cancellation)).Select(Registering.Recorded).Aggregate((TDocument?)null, TDocument.Fold)
            : TDocument.Fold(snapshot, Registering.Recorded(e));
}

/// <summary>How registers are named, and how Marten's events become ours.</summary>
internal static class Registering
{
    public static string NameOf<TDocument>() => typeof(TDocument).Name;

    public static RecordedEvent Recorded(IEvent e)
    {
        var occasion = OccasionHeaders.Parse(e.Headers!);
        return new(e.Sequence, e.StreamKey!, e.Version, e.EventTypeName, e.Timestamp, occasion, e.CorrelationId ?? "", Catalogue.Today(Withdrawn.Shown(e.Data, occasion)));
    }
}

/// <summary>A kind of register, for what goes over all of them.</summary>
internal sealed record RegisterRegistration(
    string Kind, Type Document, string Name,
    Action<StoreOptions, Catalogue> Project,
    Func<IRegister?, RecordedEvent, IRegister?> Step,
    Func<IQuerySession, IAsyncEnumerable<IRegister>> Kept,
    Func<IQuerySession, PartnerId, CancellationToken, Task<IReadOnlyList<string>>> OwnedBy)
{
    /// <summary>What events add up to.</summary>
    public IRegister? Fold(IEnumerable<RecordedEvent> events) => events.Aggregate((IRegister?)null, Step);

    public static RegisterRegistration Of<TDocument>() where TDocument : class, IRegister<TDocument> => new(
        TDocument.Kind, typeof(TDocument), Registering.NameOf<TDocument>(),
        (options, catalogue) => options.Projections.Add(new RegisterProjection<TDocument>(catalogue), ProjectionLifecycle.Async),
        (document, recorded) => TDocument.Fold((TDocument?)document, recorded),
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
            if (terms.AtLeastPosition > 0) await WaitFor<TDocument>(terms.AtLeastPosition, ct);
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

    /// <summary>How far a register has come.</summary>
    public Task<long> Reached<TDocument>(CancellationToken ct = default) where TDocument : class, IRegister<TDocument> =>
        Progress(Registering.NameOf<TDocument>(), ct);

    /// <summary>Waits until a register has seen a position.</summary>
    public Task WaitFor<TDocument>(long position, CancellationToken ct = default) where TDocument : class, IRegister<TDocument> =>
        WaitFor(Registering.NameOf<TDocument>(), position, ct);

    internal async Task WaitFor(string register, long position, CancellationToken ct)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (await Progress(register, ct) < position)
        {
            if (System.Diagnostics.Stopwatch.GetElapsedTime(started) > Patience)
                throw new LedgerException(FailureKind.Unavailable, "REGISTER_BEHIND", $"The list has not reached position {position} yet; try again in a moment.");
            await Task.Delay(15, ct);
        }
    }

    /// <summary>How far a register has come; 0 when it has not begun.</summary>
    internal async Task<long> Progress(string projection, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand("select last_seq_id from mt_event_progression where name = $1");
        command.Parameters.Add(new() { Value = $"{projection}:All" });
        return await command.ExecuteScalarAsync(ct) is long position ? position : 0;
    }
}
