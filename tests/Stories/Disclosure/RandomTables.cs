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

    /// <summary>The same people by two drawings of wards that overlap, by sex, and both again when some have come.</summary>
    public IReadOnlyList<CountTable> MovedAndGrown()
    {
        var (parts, sexes) = (Enumerable.Range(1, Between(4, 6)).Select(i => $"p{i}").ToArray(), Dimension("sex", 2));
        var people = new Dictionary<string, long>();
        TableDimension Wards(string version, int from) => new("ward", "Ward", Classification.WithTotal("wards", version,
            [.. parts.Select((p, i) => (p, Ward: (i + from) / 2)).GroupBy(p => p.Ward).Select(g => new Category($"w{version}-{g.Key}", $"Ward {g.Key}", null, [.. g.Select(p => p.p)]))]));
        IReadOnlyList<CountTable> Now(DateOnly day) =>
        [
            .. new[] { Wards("1", 0), Wards("2", 1) }.Select(wards => Table([wards, sexes],
                at => wards.Classification.Categories.Single(c => c.Key == at[0]).Parts!.Sum(p => people.TryGetValue($"{p} {at[1]}", out var n) ? n : people[$"{p} {at[1]}"] = Count()), day)),
        ];
        var first = Now(Day);
        foreach (var key in people.Keys.ToArray()) people[key] += Between(0, 2) == 0 ? Between(1, 6) : 0;
        return [.. first, .. Now(Day.AddMonths(3))];
    }

    /// <summary>Two or three tables of the same people in a row: grown since, by other boundaries, by other dimensions, or coarser.</summary>
    public IReadOnlyList<CountTable> Sequence()
    {
        var (first, second) = (Dimension("a", Between(2, 5)), Dimension("b", Between(2, 3)));
        var people = new Dictionary<string, long>();
        long Of(params string[] parts) => people.TryGetValue(string.Join(' ', parts), out var count) ? count : people[string.Join(' ', parts)] = Count();
        switch (Between(0, 3))
        {
            case 0:
                var issues = new List<CountTable> { Table([first, second], at => Of([.. at])) };
                for (var i = 1; i <= Between(1, 2); i++)
                {
                    foreach (var key in people.Keys.ToArray()) people[key] += Between(0, 3) == 0 ? Count() : 0;
                    issues.Add(Table([first, second], at => Of([.. at]), Day.AddMonths(3 * i)));
                }
                return issues;
            case 1:
                var parts = Enumerable.Range(1, Between(4, 7)).Select(i => $"p{i}").ToArray();
                TableDimension Drawn(string version, int at) => new("ward", "Ward", Classification.WithTotal("wards", version,
                    [.. parts.Chunk(2).Select((own, i) => (own, i)).GroupBy(c => (c.i + at) / 2).Select(g => new Category($"w{g.Key}", $"Ward {g.Key}", null, [.. g.SelectMany(c => c.own)]))]));
                TableDimension Shifted(string version) => new("ward", "Ward", Classification.WithTotal("wards", version,
                    [.. parts.Select((p, i) => (p, Ward: (i + 1) / 3)).GroupBy(p => p.Ward).Select(g => new Category($"v{g.Key}", $"Ward {g.Key}", null, [.. g.Select(p => p.p)]))]));
                return [.. new[] { Drawn("1", 0), Shifted("2") }.Select(wards => Table([wards, second],
                    at => wards.Classification.Categories.Single(c => c.Key == at[0]).Parts!.Sum(p => Of(p, at[1]))))];
            case 2:
                var third = Dimension("c", Between(2, 3));
                string[] Keys(TableDimension d) => [.. d.Classification.Categories.Skip(1).Select(c => c.Key)];
                return [Table([first, second], at => Keys(third).Sum(c => Of(at[0], at[1], c))), Table([first, third], at => Keys(second).Sum(b => Of(at[0], b, at[1])))];
            default:
                var fine = Table([first, second], at => Of([.. at]));
                return [Table([second], at => fine.Cells.Where(c => c.At[1] == at[0]).Sum(c => c.Count)), fine, Table([first], at => fine.Cells.Where(c => c.At[0] == at[0]).Sum(c => c.Count))];
        }
    }
}
