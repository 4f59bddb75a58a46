using EqualitiesPlatform.Disclosure;

namespace EqualitiesPlatform.Stories;

/// <summary>
/// The 2011 Census by ethnic group and local authority, from the public data when it lies beside the repository; else
/// made up in the same shape: 58 authorities, 18 groups under 5 subtotals, a few authorities very small.
/// </summary>
internal static class CensusTable
{
    public static CountTable ByAuthority()
    {
        var (groups, rows) = Repository.Release("census-2011-ethnicity.csv") is { } file ? Read(file) : MadeUp();
        var authorities = Classification.WithTotal("local-authorities", "2011", [.. rows.Select((r, i) => new Category($"la-{i}", r.Name))]);
        return RandomTables.Table(
            [new TableDimension("authority", "Local authority", authorities), new TableDimension("ethnic-group", "Ethnic group", groups)],
            at => rows[int.Parse(at[0][3..])].Counts[int.Parse(at[1][2..])], statistic: "census-2011");
    }

    /// <summary>The same people by police force: categories made of authorities.</summary>
    public static CountTable ByForce(CountTable byAuthority)
    {
        var leaves = byAuthority.Dimensions[0].Classification.Categories.Skip(1).Chunk(8).ToArray();
        var forces = Classification.WithTotal("police-forces", "2011", [.. leaves.Select((l, i) => new Category($"force-{i}", $"Force {i}", null, [.. l.Select(c => c.Key)]))]);
        var forceOf = leaves.SelectMany((l, i) => l.Select(c => (c.Key, Force: $"force-{i}"))).ToDictionary(f => f.Key, f => f.Force);
        var counts = byAuthority.Cells.GroupBy(c => (forceOf[c.At[0]], c.At[1])).ToDictionary(g => g.Key, g => g.Sum(c => c.Count));
        return RandomTables.Table([byAuthority.Dimensions[0] with { Classification = forces }, byAuthority.Dimensions[1]], at => counts[(at[0], at[1])], statistic: "census-2011");
    }

    private static (Classification Groups, (string Name, long[] Counts)[] Rows) Read(string[] lines)
    {
        var names = Cells(lines[0]).Select(n => n.StartsWith("Ethnic Group: ", StringComparison.Ordinal) ? n["Ethnic Group: ".Length..].Split(';')[0] : "").ToArray();
        var columns = Enumerable.Range(0, names.Length).Where(i => names[i].Length > 0 && !names[i].StartsWith("All categories", StringComparison.Ordinal)).ToArray();
        var categories = new List<Category> { new("total", "All groups") };
        var leaves = new List<int>();
        var above = "";
        foreach (var column in columns)
        {
            if (!names[column].Contains(": ", StringComparison.Ordinal)) categories.Add(new Category(above = $"s-{column}", names[column], "total"));
            else
            {
                categories.Add(new Category($"g-{leaves.Count}", names[column], above));
                leaves.Add(column);
            }
        }
        return (new Classification("ethnic-groups-18", "2011", categories),
            [.. lines.Skip(1).Where(l => l.Length > 0).Select(Cells).Select(cells => (cells[1], leaves.Select(l => long.Parse(cells[l])).ToArray()))]);
    }

    private static (Classification Groups, (string Name, long[] Counts)[] Rows) MadeUp()
    {
        var random = new Random(2011);
        int[] sizes = [4, 4, 5, 3, 2];
        var leaves = 0;
        Category[] categories = [new("total", "All groups"), .. sizes.SelectMany((size, s) => Enumerable.Range(0, size).Select(_ => new Category($"g-{leaves}", $"Group {leaves++}", $"s-{s}")).Prepend(new Category($"s-{s}", $"Groups {s}", "total")))];
        return (new Classification("ethnic-groups-18", "2011", categories), [.. Enumerable.Range(0, 58).Select(i =>
        {
            var people = i % 29 == 0 ? 2_500 : 40_000 + random.Next(400_000);
            return ($"Authority {i}", Enumerable.Range(0, 18).Select(g => (long)(people * Math.Pow(random.NextDouble(), g == 0 ? 0.2 : 1.0) / (1 + g))).ToArray());
        })]);
    }

    private static string[] Cells(string line)
    {
        var (cells, quoted, cell) = (new List<string>(), false, new System.Text.StringBuilder());
        foreach (var c in line)
        {
            if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else cell.Append(c);
        }
        return [.. cells, cell.ToString()];
    }
}
