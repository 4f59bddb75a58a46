using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Ledger.Replay;

namespace EqualitiesPlatform.Cases;

/// <summary>Counts cases for tables, and counts published tables again.</summary>
internal sealed class CaseTables(People people, EventReader reader) : ITableSource
{
    /// <inheritdoc/>
    public bool Counts(string source) => source == CaseCounts.Source;

    /// <summary>A table of the cases of a year as they were known at a position, and what it was counted from.</summary>
    public async Task<(CountTable Table, TableOrigin Origin)> Count(CaseTable which, FinancialYear year, long position, CancellationToken ct)
    {
        var events = new List<RecordedEvent>();
        await foreach (var e in reader.Read(new EventRange(ToPosition: position, Kinds: [Case.Kind]), ct)) events.Add(e);
        var (cases, knownAt, digest) = CaseCounts.Of(year, events);
        var told = new Dictionary<PersonId, IReadOnlyList<ProtectedCharacteristic>>();
        if (which is CaseTable.ByCharacteristic)
            foreach (var file in cases.Select(c => c.File)) told[file] = (await people.Find(file))?.Characteristics ?? [];
        return (CaseCounts.Table(which, year, cases, file => told[file]), new TableOrigin(CaseCounts.Source, year, knownAt, digest));
    }

    /// <inheritdoc/>
    public async Task<TableRecount> Recount(ProtectedTable published, TableOrigin origin, CancellationToken ct)
    {
        if (CaseCounts.Which(published) is not { } which) return new TableRecount(null, false, "", "It is none of the tables in which cases are counted.");
        var (table, counted) = await Count(which, origin.Year, origin.KnownAt, ct);
        return new TableRecount(table, false, counted.Digest,
            which is CaseTable.ByCharacteristic ? "Characteristics stand in people's files and in no event: what was told or erased since is not what was counted." : "");
    }
}
