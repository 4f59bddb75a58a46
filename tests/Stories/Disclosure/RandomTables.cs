using EqualitiesPlatform.Disclosure;

namespace EqualitiesPlatform.Stories;

/// <summary>Tables by chance, always the same for the same seed: mostly small counts, some nothing, some large.</summary>
internal sealed class RandomTables(int seed)
{
    private readonly Random _random = new(seed);

    public static readonly DateOnly Day = new(2014, 3, 31);

    public int Between(int least, int most) => _random.Next(least, most + 1);

    public long Count() => Between(0, 9) switch
    {
        0 or 1 => 0,
        2 or 3 => Between(1, 4),
        4 or 5 or 6 => Between(5, 20),
        7 or 8 => Between(20, 100),
        _ => Between(100, 5000),
    };

    /// <summary>A dimension with a total; with subtotals when nested.</summary>
    public TableDimension Dimension(string key, int categories, bool nested = false)
    {
        var leaves = Enumerable.Range(1, categories).Select(i => new Category($"{key}-{i}", $"{key} {i}", nested ? $"{key}-half-{(i - 1) * 2 / categories}" : null)).ToArray();
        Category[] all = nested ? [new($"{key}-half-0", "First half"), new($"{key}-half-1", "Second half"), .. leaves] : leaves;
        return new TableDimension(key, key, Classification.WithTotal($"{key}s", "1", all));
    }

    /// <summary>A table with a count by chance in every innermost cell.</summary>
    public CountTable Table(params TableDimension[] dimensions) => Table(dimensions, _ => Count());

    public static CountTable Table(IReadOnlyList<TableDimension> dimensions, Func<IReadOnlyList<string>, long> count, DateOnly? asAt = null, string statistic = "story")
    {
        IEnumerable<string[]> places = [[]];
        foreach (var dimension in dimensions)
            places = places.SelectMany(p => dimension.Classification.Categories.Where(c => dimension.Classification.Categories.All(b => b.Parent != c.Key)).Select(c => (string[])[.. p, c.Key]));
        return new CountTable(statistic, "A table", asAt ?? Day, dimensions, [.. places.Select(p => new TableCell(p, count(p)))]);
    }

    /// <summary>One, two or three dimensions, now and then with subtotals.</summary>
    public CountTable Any() => Between(0, 9) switch
    {
        0 => Table(Dimension("a", Between(2, 8))),
        1 or 2 => Table(Dimension("a", Between(2, 3)), Dimension("b", Between(2, 3)), Dimension("c", Between(2, 3))),
        3 or 4 => Table(Dimension("a", Between(4, 6), nested: true), Dimension("b", Between(2, 4))),
        _ => Table(Dimension("a", Between(2, 6)), Dimension("b", Between(2, 6))),
    };
}
