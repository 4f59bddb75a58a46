namespace EqualitiesPlatform.Disclosure;

/// <summary>The cells of a table in a row, the last dimension running fastest.</summary>
internal static class Grid
{
    public static int Size(IReadOnlyList<TableDimension> dimensions) =>
        dimensions.Aggregate(1, (size, d) => checked(size * d.Classification.Categories.Count));

    public static int IndexOf(IReadOnlyList<TableDimension> dimensions, IReadOnlyList<string> keys)
    {
        if (keys.Count != dimensions.Count) throw new KeyNotFoundException($"The table has {dimensions.Count} dimensions, and {keys.Count} categories were given.");
        var index = 0;
        for (var d = 0; d < dimensions.Count; d++)
        {
            var categories = dimensions[d].Classification.Categories;
            var at = 0;
            while (at < categories.Count && categories[at].Key != keys[d]) at++;
            if (at == categories.Count) throw new KeyNotFoundException($"The dimension {dimensions[d].Key} has no category {keys[d]}.");
            index = index * categories.Count + at;
        }
        return index;
    }

    public static string[] KeysAt(IReadOnlyList<TableDimension> dimensions, int index) =>
        [.. CategoriesAt(dimensions, index).Select((c, d) => dimensions[d].Classification.Categories[c].Key)];

    public static int[] CategoriesAt(IReadOnlyList<TableDimension> dimensions, int index)
    {
        var at = new int[dimensions.Count];
        for (var d = dimensions.Count - 1; d >= 0; d--)
            (index, at[d]) = Math.DivRem(index, dimensions[d].Classification.Categories.Count);
        return at;
    }

    /// <summary>For each category, the categories at the ends of the tree that it is made of; itself when nothing stands below it.</summary>
    public static int[][] Leaves(Classification classification)
    {
        var categories = classification.Categories;
        var place = categories.Select((c, i) => (c.Key, i)).ToDictionary(c => c.Key, c => c.i);
        var below = categories.Where(c => c.Parent is not null).ToLookup(c => c.Parent!);
        var leaves = new List<int>[categories.Count];
        for (var i = 0; i < categories.Count; i++) leaves[i] = [];
        for (var i = 0; i < categories.Count; i++)
        {
            if (below.Contains(categories[i].Key)) continue;
            for (var up = categories[i]; up is not null; up = up.Parent is null ? null : categories[place[up.Parent]])
                leaves[place[up.Key]].Add(i);
        }
        return [.. leaves.Select(l => l.ToArray())];
    }
}
