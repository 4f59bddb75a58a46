using EqualitiesPlatform.Disclosure;

namespace EqualitiesPlatform.Objectives;

/// <summary>
/// Hate-crime reports that came to the council or a third party, as the published counts of cases tell of them: what
/// they keep back is not known here either.
/// </summary>
/// <param name="Count">How many in the year; null when disclosure control keeps it back.</param>
/// <param name="Position">The position of the publication.</param>
public sealed record PublishedReports(long? Count, long Position)
{
    private const string Source = "cases", Total = "total";

    /// <summary>Those of a year, by the tables published last; none when no table tells of them.</summary>
    public static PublishedReports? Of(FinancialYear year, IEnumerable<(TablePublished Said, long Position)> published)
    {
        PublishedReports? found = null;
        foreach (var (said, position) in published.Where(p => p.Said.Origin is { Source: Source } origin && origin.Year == year))
            if (Counted(said.Table) is { } count && (count.Value is not null || found?.Count is null)) found = new(count.Value, position);
        return found;
    }

    // By kind a report is one row; by incident it is all rows but that of other cases.
    private static ProtectedCell? Counted(ProtectedTable table) => table.Dimensions switch
    {
        [{ Classification.Key: "case-kind" }, _] => table.At("hate-crime-report", Total),
        [{ Classification.Key: "incident" }] when (table.At("crime"), table.At("non-crime-incident")) is var (crime, other) => crime with
        {
            Value = crime.Value + other.Value, Mark = crime.Value + other.Value is null ? CellMark.Suppressed : crime.Mark,
        },
        _ => null,
    };
}
