using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Ledger.Replay;

namespace EqualitiesPlatform.Cases;

/// <summary>Counts cases for tables, and counts published tables again.</summary>
internal sealed class CaseTables(People people, EventReader reader) : ITableSource
{
    /// <inheritdoc/>
    public bool Counts(string source) => source == CaseCounts.Source;

    /// <summary>A table of the cases of a year as they were known at a position, what it was counted from, and how the tables before it are read.</summary>
    /// <param name="before">What was published of the same cases.</param>
    public async Task<(CountTable Table, TableOrigin Origin, IReadOnlyList<EarlierReading> Readings)> Count(
        CaseTable which, FinancialYear year, long position, IEnumerable<ProtectedTable> before, CancellationToken ct)
    {
        var events = new List<RecordedEvent>();
        await foreach (var e in reader.Read(new EventRange(ToPosition: position, Kinds: [Case.Kind]), ct)) events.Add(e);
        var (cases, knownAt, digest) = CaseCounts.Of(year, events);
        var told = new Dictionary<PersonId, IReadOnlyList<ProtectedCharacteristic>>();
        if (which is CaseTable.ByCharacteristic)
            foreach (var file in cases.Select(c => c.File)) told[file] = (await people.Find(file))?.Characteristics ?? [];
        var levels = CaseCounts.LevelsOf(cases, before);
        return (CaseCounts.Table(which, year, cases, levels, file => told[file]), new TableOrigin(CaseCounts.Source, year, knownAt, digest), CaseCounts.Readings(levels));
    }

    /// <inheritdoc/>
    public async Task<TableRecount> Recount(ProtectedTable published, TableOrigin origin, CancellationToken ct)
    {
        if (CaseCounts.Which(published) is not { } which) return new TableRecount(null, false, "", "It is none of the tables in which cases are counted.");
        var (table, counted, readings) = await Count(which, origin.Year, origin.KnownAt, [published], ct);
        // Counted by the very categories that were published, as far as every case has one among them.
        var asPublished = table with { Dimensions = published.Dimensions };
        return new TableRecount(
            asPublished.Mistakes().Count == 0 ? asPublished : table, false, counted.Digest,
            which is CaseTable.ByCharacteristic ? "Characteristics stand in people's files and in no event: what was told or erased since is not what was counted." : "",
            // Tables of earlier forms stood unrelated to what was published before them.
            published.Dimensions.Any(d => d is { Key: "kind", Classification.Version: not "3" } or { Key: "level" or "incident" }) ? null : readings);
    }
}
