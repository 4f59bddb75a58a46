using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Disclosure;

/// <summary>How a report shows a table that was published, with a figure for each count that is shown.</summary>
public static class PublishedCounts
{
    /// <summary>The table, by its first two dimensions.</summary>
    /// <param name="position">Where its publication stands.</param>
    /// <param name="key">The key of the part, and the beginning of its figures' keys.</param>
    /// <param name="counted">What is counted, for a table of one dimension.</param>
    /// <param name="figures">Takes the figures.</param>
    public static ReportTable Table(TablePublished published, long position, string key, string counted, ICollection<Figure> figures)
    {
        var table = published.Table;
        var two = table.Dimensions.Count > 1;
        Category[] columns = two ? [.. table.Dimensions[1].Classification.Categories] : [new("count", counted)];
        return new ReportTable(key, table.Title, [table.Dimensions[0].Label, .. columns.Select(c => c.Label)],
            [.. table.Dimensions[0].Classification.Categories.Select(row => (IReadOnlyList<Cell>)[row.Label, .. columns.Select(column => Shown(row, column))])]);

        Cell Shown(Category row, Category column)
        {
            var cell = two ? table.At(row.Key, column.Key) : table.At(row.Key);
            if (cell.Value is null) return new Cell(cell.Printed, null, "suppressed");
            var figure = Figure.Of(
                $"{key}.{row.Key}{(two ? $".{column.Key}" : "")}", $"{table.Title}: {row.Label}{(two ? $", {column.Label}" : "")}",
                "The last TablePublished for the year, after disclosure control.", cell.Printed, [position]);
            figures.Add(figure);
            return figure;
        }
    }
}
