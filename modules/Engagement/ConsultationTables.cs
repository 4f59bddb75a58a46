using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Ledger.Replay;

namespace EqualitiesPlatform.Engagement;

/// <summary>Counts the responses to consultations for tables, and counts published tables again.</summary>
internal sealed class ConsultationTables(People people, EventReader reader, IPolicy policy) : ITableSource
{
    /// <inheritdoc/>
    public bool Counts(string source) => source == ConsultationCounts.Source;

    /// <summary>A table of a consultation as it was known at a position, and what it was counted from; null when there was no such consultation.</summary>
    public async Task<(CountTable Table, TableOrigin Origin)?> Count(ConsultationTable which, ConsultationId id, long position, CancellationToken ct) =>
        await Count(which, await Events(id, position, ct));

    private Task<IReadOnlyList<RecordedEvent>> Events(ConsultationId id, long position, CancellationToken ct) =>
        reader.ReadStream(StreamKey.Of(ConsultationId.Kind, id.Value), position, ct);

    private async Task<(CountTable Table, TableOrigin Origin)?> Count(ConsultationTable which, IReadOnlyList<RecordedEvent> events)
    {
        if (events.Aggregate((ConsultationRegister?)null, ConsultationRegister.Fold) is not { } consultation) return null;
        var told = new Dictionary<PersonId, IReadOnlyList<string>>();
        if (which is ConsultationTable.ByGroup)
            foreach (var file in consultation.Responses.Select(said => said.File)) told[file] = (await people.Find(file))?.Groups ?? [];
        return (ConsultationCounts.Table(which, consultation, file => told[file]), ConsultationCounts.Origin(consultation, events));
    }

    /// <inheritdoc/>
    public async Task<TableRecount> Recount(ProtectedTable published, TableOrigin origin, CancellationToken ct)
    {
        if (ConsultationCounts.Named(published.Statistic) is not var (named, which)) return new TableRecount(null, false, "", "It is none of the tables in which responses are counted.");
        var id = TypedId.TryParse<ConsultationId>(named, out var given) ? given : NameBasedId.Of<ConsultationId>(policy.Namespace, named);
        var events = await Events(id, origin.KnownAt, ct);
        return await Count(which, events) is not var (table, counted) ? new TableRecount(null, false, "", "There was no such consultation then.")
            : new TableRecount(table, false, counted.Digest,
                which is ConsultationTable.ByGroup ? "Groups stand in people's files and in no event: what was told or erased since is not what was counted." : "")
            {
                Withdrawn = TableRecount.WithdrawnFrom(events),
            };
    }
}
