namespace EqualitiesPlatform.Disclosure;

/// <summary>What is wrong with a table that somebody wants to publish: all of it at once.</summary>
internal static class TableMistakes
{
    private const int MostDimensions = 6;
    private const long MostCounted = 1_000_000_000_000;

    public static IReadOnlyList<(string Field, string Sentence)> Of(CountTable table)
    {
        var mistakes = new List<(string, string)>();
        if (table.Dimensions.Count > MostDimensions) mistakes.Add(("dimensions", $"A table has {MostDimensions} dimensions at most; this has {table.Dimensions.Count}."));
        foreach (var twice in table.Dimensions.GroupBy(d => d.Key).Where(g => g.Count() > 1))
            mistakes.Add(("dimensions", $"The dimension {twice.Key} stands here twice."));
        for (var d = 0; d < table.Dimensions.Count; d++)
            mistakes.AddRange(OfClassification(table.Dimensions[d].Classification).Select(said => ($"dimensions[{d}]", said)));
        if (mistakes.Count > 0) return mistakes;

        var size = table.Dimensions.Aggregate(1L, (s, d) => Math.Min(s * d.Classification.Categories.Count, long.MaxValue / 100_000));
        if (size > CountTable.MostCells) return [("dimensions", $"A table has {CountTable.MostCells} cells at most, and these dimensions make {size}; leave a dimension out, or publish parts.")];

        var seen = new Dictionary<int, int>();
        for (var i = 0; i < table.Cells.Count; i++)
        {
            var cell = table.Cells[i];
            try
            {
                if (!seen.TryAdd(Grid.IndexOf(table.Dimensions, cell.At), i)) mistakes.Add(($"cells[{i}]", $"This is the same cell as cells[{seen[Grid.IndexOf(table.Dimensions, cell.At)]}]."));
            }
            catch (KeyNotFoundException e)
            {
                mistakes.Add(($"cells[{i}].at", e.Message));
            }
            if (cell.Count is < 0 or > MostCounted) mistakes.Add(($"cells[{i}].count", $"A count is from 0 to {MostCounted}."));
            if (cell.Denominator is { } most && (most < 1 || most < cell.Count)) mistakes.Add(($"cells[{i}].denominator", "A denominator is at least 1, and at least the count."));
        }
        if (mistakes.Count > 0) return mistakes;

        var counts = Counts.Of(table);
        foreach (var (index, i) in seen)
            if (counts.Values[index] != table.Cells[i].Count)
                mistakes.Add(($"cells[{i}].count", "This total is not the sum of its parts; give what is not stated a category of its own, or leave the total out."));
        return mistakes;
    }

    private static IEnumerable<string> OfClassification(Classification classification)
    {
        var categories = classification.Categories;
        if (categories.Count == 0) yield return "A classification has at least one category.";
        foreach (var twice in categories.GroupBy(c => c.Key).Where(g => g.Count() > 1)) yield return $"The category {twice.Key} stands here twice.";
        var parents = categories.DistinctBy(c => c.Key).ToDictionary(c => c.Key, c => c.Parent);
        foreach (var category in categories)
        {
            if (category.Parent is { } parent && !parents.ContainsKey(parent)) yield return $"The category {category.Key} stands under {parent}, which is not here.";
            else if (Circles(category.Key, parents)) yield return $"The category {category.Key} would stand above itself.";
            if (category.Parts is not null && categories.Any(c => c.Parent == category.Key)) yield return $"The category {category.Key} has categories below it, so its parts are theirs.";
            if (category.Parts is { Count: 0 }) yield return $"The category {category.Key} has no parts; leave parts out, or name them.";
        }
        foreach (var part in categories.SelectMany(c => (c.Parts ?? []).Distinct()).GroupBy(p => p).Where(g => g.Count() > 1))
            yield return $"The part {part.Key} is in more than one category; where categories overlap, publish them in tables of their own.";
    }

    private static bool Circles(string key, Dictionary<string, string?> parents)
    {
        var climbed = 0;
        for (var at = parents[key]; at is not null; at = parents.GetValueOrDefault(at))
            if (++climbed > parents.Count) return true;
        return false;
    }
}

/// <summary>A table's counts at every cell, totals and subtotals summed.</summary>
internal sealed record Counts(long[] Values, long?[] Denominators)
{
    public static Counts Of(CountTable table)
    {
        var size = Grid.Size(table.Dimensions);
        var values = new long[size];
        var denominators = new long?[size];
        var leaves = table.Dimensions.Select(d => Grid.Leaves(d.Classification)).ToArray();
        var isLeaf = leaves.Select(l => l.Select((own, c) => own is [var only] && only == c).ToArray()).ToArray();
        foreach (var cell in table.Cells)
        {
            var index = Grid.IndexOf(table.Dimensions, cell.At);
            denominators[index] = cell.Denominator;
            var at = Grid.CategoriesAt(table.Dimensions, index);
            if (at.Select((c, d) => isLeaf[d][c]).All(leaf => leaf)) values[index] = cell.Count;
        }
        // One dimension after the other: what stands above is the sum along that dimension.
        var stride = size;
        for (var d = 0; d < table.Dimensions.Count; d++)
        {
            var categories = leaves[d].Length;
            stride /= categories;
            for (var start = 0; start < size; start++)
            {
                var category = start / stride % categories;
                if (isLeaf[d][category]) continue;
                values[start] = leaves[d][category].Sum(leaf => values[start + (leaf - category) * stride]);
            }
        }
        return new Counts(values, denominators);
    }
}
