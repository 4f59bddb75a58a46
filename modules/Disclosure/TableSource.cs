namespace EqualitiesPlatform.Disclosure;

/// <summary>
/// What tables are counted from, so that a published one can be counted again: a module that counts has one, registers it
/// in its door and names itself in each table's <see cref="TableOrigin.Source"/>.
/// </summary>
public interface ITableSource
{
    /// <summary>Whether it counted what names this source.</summary>
    bool Counts(string source);

    /// <summary>Counts again, from the events up to the position that the origin names.</summary>
    /// <param name="published">The table as it was published.</param>
    /// <param name="origin">What it was counted from.</param>
    Task<TableRecount> Recount(ProtectedTable published, TableOrigin origin, CancellationToken ct);
}

/// <summary>A table counted again.</summary>
/// <param name="Table">The counts; null when there is nothing to count.</param>
/// <param name="Known">Whether they were public anyway, and so were not protected.</param>
/// <param name="Digest">SHA-256 over the events that were counted now.</param>
/// <param name="Besides">What else the counts hang on that no event holds, such as files that were erased since; empty when nothing.</param>
/// <param name="Readings">How the categories of tables before it were read when it was published.</param>
public sealed record TableRecount(CountTable? Table, bool Known, string Digest, string Besides = "", IReadOnlyList<EarlierReading>? Readings = null)
{
    /// <summary>The events among those counted that had a text withdrawn from them, whenever that was.</summary>
    public IReadOnlyList<RecordedEvent> Withdrawn { get; init; } = [];

    /// <summary>The same, of the events that were counted.</summary>
    public static IReadOnlyList<RecordedEvent> WithdrawnFrom(IEnumerable<RecordedEvent> counted) => [.. counted.Where(e => e.Occasion.Withdrawn is { Count: > 0 })];
}

/// <summary>A published table beside what the events say: every place where the two differ.</summary>
internal static class TableCheck
{
    /// <param name="before">What was published before it, in order.</param>
    /// <param name="withdrawn">Whether a text was withdrawn since from what was counted: then the events have another digest, and say less.</param>
    public static IReadOnlyList<(string Place, string Published, string Recounted)> Differences(
        TableOnRecord published, TableRecount recount, IReadOnlyList<ProtectedTable> before, bool withdrawn = false)
    {
        var found = new List<(string, string, string)>();
        if (!withdrawn && recount.Digest != published.Origin!.Digest) found.Add(("The events", $"SHA-256 {published.Origin.Digest}", $"SHA-256 {recount.Digest}"));
        if (recount.Table is not { } table)
        {
            found.Add(("The table", "published", "nothing to count"));
            return found;
        }
        ProtectedTable again;
        try
        {
            again = recount.Known ? DisclosureControl.AsItIs(table, published.Table.Rule) : DisclosureControl.Protect(table, published.Table.Rule, [.. EarlierReading.Of(before, recount.Readings)]).Table;
        }
        catch (NotProtectedException e)
        {
            found.Add(("The table", "published", e.Message));
            return found;
        }
        if (again.Title != published.Table.Title && !(withdrawn && again.Title.Contains(Withdrawn.Words, StringComparison.Ordinal))) found.Add(("The title", published.Table.Title, again.Title));
        if (again.AsAt != published.Table.AsAt) found.Add(("The day", published.Table.AsAt.Shown(), again.AsAt.Shown()));
        if (Shape(again) != Shape(published.Table))
        {
            found.Add(("The categories", Shape(published.Table), Shape(again)));
            return found;
        }
        for (var c = 0; c < again.Cells.Count; c++)
            if (c >= published.Table.Cells.Count || published.Table.Cells[c] != again.Cells[c])
                found.Add((string.Join(", ", again.LabelsAt(c)), c >= published.Table.Cells.Count ? "nothing" : Printed(published.Table.Cells[c]), Printed(again.Cells[c])));
        return found;
    }

    private static string Printed(ProtectedCell cell) => cell.Denominator is { } all ? $"{cell.Printed} of {all}" : cell.Printed;

    private static string Shape(ProtectedTable table) => string.Join("; ", table.Dimensions.Select(d => $"{d.Label}: {string.Join(", ", d.Classification.Categories.Select(c => c.Label))}"));
}
