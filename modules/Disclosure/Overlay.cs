using System.Globalization;

namespace EqualitiesPlatform.Disclosure;

/// <summary>
/// The tables of one statistic laid over each other: cut into the smallest groups (atoms) that their categories and
/// issues tell apart, so that every cell of every table is a sum of some of them. What came between two issues is an
/// atom of its own, and a later issue holds what the earlier one held.
/// </summary>
internal sealed class Overlay
{
    public const int MostAtoms = 200_000;
    private readonly int _issues;
    private readonly List<(string Key, int Blocks)> _dimensions = [];
    private readonly Dictionary<(string Dimension, string Part), int> _blockOf = [];
    private readonly int[] _numbers;

    private Overlay(IReadOnlyList<(IReadOnlyList<TableDimension> Dimensions, int Issue)> tables)
    {
        _numbers = [.. tables.Select(t => t.Issue).Distinct().Order()];
        _issues = _numbers.Length;
        foreach (var dimension in tables.SelectMany(t => t.Dimensions).GroupBy(d => d.Key))
        {
            // Parts that the same categories hold together are told apart by nobody.
            var held = new Dictionary<string, List<string>>();
            var number = 0;
            foreach (var classification in dimension.Select(d => d.Classification).Distinct())
                foreach (var leaf in LeavesOf(classification))
                {
                    number++;
                    foreach (var part in PartsOf(leaf)) (held.TryGetValue(part, out var by) ? by : held[part] = []).Add(number.ToString(CultureInfo.InvariantCulture));
                }
            var blocks = held.GroupBy(h => string.Join(',', h.Value)).ToArray();
            for (var b = 0; b < blocks.Length; b++)
                foreach (var (part, _) in blocks[b])
                    _blockOf[(dimension.Key, part)] = b;
            _dimensions.Add((dimension.Key, blocks.Length));
        }
        var spaces = _dimensions.Aggregate(1L, (all, d) => Math.Min(all * d.Blocks, MostAtoms + 1L));
        if (spaces * _issues > MostAtoms) return;
        Spaces = (int)spaces;
        Cells = [.. tables.Select(CellsOf)];
    }

    /// <summary>Lays tables over each other; null when that makes more than <see cref="MostAtoms"/> groups.</summary>
    public static Overlay? Of(IReadOnlyList<(IReadOnlyList<TableDimension> Dimensions, int Issue)> tables) =>
        new Overlay(tables) is { Spaces: > 0 } overlay ? overlay : null;

    /// <summary>How many groups the categories tell apart; each is an atom of every issue.</summary>
    public int Spaces { get; }

    /// <summary>How many atoms there are.</summary>
    public int Atoms => Spaces * _issues;

    /// <summary>For each table, for each of its cells, the atoms it is the sum of, ascending.</summary>
    public int[][][] Cells { get; } = [];

    /// <summary>Whether an atom is what came between two issues.</summary>
    public bool IsIncrement(int atom) => atom % _issues > 0;

    /// <summary>A cell's atoms in the first issue, which are the same for the same cell of every issue.</summary>
    public int[] SpaceOf(int[] cell) => [.. cell.Where(a => a % _issues == 0)];

    /// <summary>The increments after an issue up to another of the same cell.</summary>
    public IEnumerable<int> Between(int[] earlier, int[] later) => later.Except(earlier);

    private static IEnumerable<Category> LeavesOf(Classification classification) =>
        classification.Categories.Where(c => classification.Categories.All(below => below.Parent != c.Key));

    private static IReadOnlyList<string> PartsOf(Category leaf) => leaf.Parts ?? [leaf.Key];

    private int[][] CellsOf((IReadOnlyList<TableDimension> Dimensions, int Issue) table)
    {
        var issues = Array.BinarySearch(_numbers, table.Issue) + 1;
        var blocks = _dimensions.Select(d => Enumerable.Range(0, d.Blocks).ToArray()).ToArray();
        var ofCategory = table.Dimensions.Select(d =>
        {
            var categories = d.Classification.Categories;
            return Grid.Leaves(d.Classification)
                .Select(leaves => leaves.SelectMany(l => PartsOf(categories[l])).Select(p => _blockOf[(d.Key, p)]).Distinct().Order().ToArray()).ToArray();
        }).ToArray();
        var place = table.Dimensions.Select(d => _dimensions.FindIndex(known => known.Key == d.Key)).ToArray();

        var cells = new int[Grid.Size(table.Dimensions)][];
        for (var cell = 0; cell < cells.Length; cell++)
        {
            var at = Grid.CategoriesAt(table.Dimensions, cell);
            for (var d = 0; d < at.Length; d++) blocks[place[d]] = ofCategory[d][at[d]];
            IEnumerable<int> spaces = [0];
            for (var d = 0; d < blocks.Length; d++)
            {
                var (own, size) = (blocks[d], _dimensions[d].Blocks);
                spaces = spaces.SelectMany(s => own.Select(b => s * size + b));
            }
            cells[cell] = [.. spaces.SelectMany(s => Enumerable.Range(s * _issues, issues))];
        }
        return cells;
    }
}

/// <summary>Rows of numbers compared by what is in them.</summary>
internal sealed class SameAtoms : IEqualityComparer<int[]>
{
    public static readonly SameAtoms Comparer = new();

    public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(int[] atoms)
    {
        var hash = new HashCode();
        hash.Add(atoms.Length);
        // The ends and the middle tell nearly all apart; Equals tells the rest.
        if (atoms.Length > 0) (hash, _) = Mixed(hash, atoms);
        return hash.ToHashCode();
    }

    private static (HashCode, bool) Mixed(HashCode hash, int[] atoms)
    {
        for (var i = 0; i < atoms.Length; i += Math.Max(1, atoms.Length / 16)) hash.Add(atoms[i]);
        return (hash, true);
    }
}
