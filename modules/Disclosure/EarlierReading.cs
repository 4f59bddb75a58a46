namespace EqualitiesPlatform.Disclosure;

/// <summary>
/// How the categories of a classification are read in tables that were published before, by what they are known to be
/// made of: so that a table can be laid over those that were published when nobody said it, or when there were fewer parts.
/// </summary>
/// <param name="Dimension">The dimension's key in the earlier tables.</param>
/// <param name="Classification">The key of its classification there.</param>
/// <param name="ReadAs">The dimension that it is.</param>
/// <param name="Parts">For each category with none below it, the parts that it is made of.</param>
/// <param name="Rest">The category that a table without one of the others held its parts in, being known to hold nothing else of them.</param>
[GenerateSerializer, Immutable]
public sealed record EarlierReading(
    string Dimension, string Classification, string ReadAs, IReadOnlyDictionary<string, IReadOnlyList<string>> Parts, string? Rest = null)
{
    /// <summary>Tables, read so.</summary>
    internal static IEnumerable<ProtectedTable> Of(IEnumerable<ProtectedTable> tables, IReadOnlyList<EarlierReading>? readings) => readings is null ? tables
        : tables.Select(t => t with { Dimensions = [.. t.Dimensions.Select(d => readings.FirstOrDefault(r => r.Reads(d)) is { } reading ? reading.Of(d) : d)] });

    private bool Reads(TableDimension dimension) => (dimension.Key, dimension.Classification.Key) == (Dimension, Classification);

    private TableDimension Of(TableDimension dimension)
    {
        var categories = dimension.Classification.Categories;
        string[] missing = [.. Parts.Where(p => categories.All(c => c.Key != p.Key)).SelectMany(p => p.Value)];
        return dimension with
        {
            Key = ReadAs,
            Classification = dimension.Classification with
            {
                Categories = [.. categories.Select(c => !Parts.TryGetValue(c.Key, out var parts) ? c : c with { Parts = c.Key == Rest ? [.. parts, .. missing] : parts })],
            },
        };
    }
}
