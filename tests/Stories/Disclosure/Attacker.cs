using EqualitiesPlatform.Disclosure;

namespace EqualitiesPlatform.Stories;

/// <summary>
/// A reader with everything that was published, the rules, and time: writes an equation for every cell of every table
/// over the smallest parts, and reckons between which whole numbers each suppressed count must lie. It knows the
/// published tables only, and relates them by its own means.
/// </summary>
internal sealed class Attacker
{
    private readonly IReadOnlyList<ProtectedTable> _tables;
    private readonly DateOnly[] _days;
    private readonly (string Key, string[] Parts)[] _dimensions;
    private readonly Dictionary<int, long> _known = [];
    private readonly List<(Dictionary<int, int> Place, ExactProgram Program)> _groups = [];

    public Attacker(IReadOnlyList<ProtectedTable> tables)
    {
        _tables = tables;
        _days = [.. tables.Select(t => t.AsAt).Distinct().Order()];
        _dimensions = [.. tables.SelectMany(t => t.Dimensions).GroupBy(d => d.Key).Select(g => (g.Key,
            g.SelectMany(d => d.Classification.Categories.SelectMany(c => PartsOf(d.Classification, c))).Distinct().ToArray()))];
        var all = tables.SelectMany(t => t.Cells.Select((cell, i) => (t, cell, Atoms: AtomsOf(t, i)))).ToArray();
        foreach (var (_, cell, atoms) in all)
            if (cell is { Mark: CellMark.Exact, Value: { } value } && atoms.Length == 1) _known[atoms[0]] = value;
        var rows = new List<(int[] Atoms, long? Least, long? Most)>();
        foreach (var (t, cell, atoms) in all)
        {
            var (least, most) = cell.Mark switch
            {
                CellMark.Exact => (cell.Value, cell.Value),
                CellMark.Rounded => Behind(cell.Value!.Value, t.Rule.RoundingBase, cell.Denominator),
                _ => (t.Rule.Zeros is ZeroRule.Show && !(cell.Denominator < t.Rule.Threshold) ? 1L : 0L, cell.Denominator),
            };
            var unknown = Array.FindAll(atoms, a => !_known.ContainsKey(a));
            if (unknown.Length == 0) continue;
            var rest = atoms.Where(_known.ContainsKey).Sum(a => _known[a]);
            rows.Add((unknown, least - rest, most - rest));
        }
        while (rows.Count > 0)
        {
            // What hangs together.
            var (reached, own) = (new HashSet<int>(rows[0].Atoms), new List<(int[] Atoms, long? Least, long? Most)>());
            while (rows.FindAll(r => Array.Exists(r.Atoms, reached.Contains)) is { Count: > 0 } touched)
            {
                rows.RemoveAll(r => Array.Exists(r.Atoms, reached.Contains));
                own.AddRange(touched);
                reached.UnionWith(touched.SelectMany(r => r.Atoms));
            }
            var place = reached.Order().Select((a, i) => (a, i)).ToDictionary(p => p.a, p => p.i);
            _groups.Add((place, new ExactProgram(place.Count, own.Select(r => (Array.ConvertAll(r.Atoms, a => place[a]), r.Least, r.Most)))));
        }
    }

    /// <summary>Whether the count of a cell is found, exactly or to within less than a width.</summary>
    public bool Finds(int table, int cell, long width) => Finds(AtomsOf(_tables[table], cell), width);

    /// <summary>The smallest groups that the tables tell apart and that nothing was published of.</summary>
    public IEnumerable<int[]> Pieces => _groups.SelectMany(g => g.Place.Keys).Distinct().Select(a => new[] { a });

    /// <summary>Whether a sum of atoms is found, exactly or to within less than a width.</summary>
    public bool Finds(int[] atoms, long width)
    {
        var unknown = Array.FindAll(atoms, a => !_known.ContainsKey(a));
        var sum = 0L;
        foreach (var group in _groups)
        {
            var target = unknown.Where(group.Place.ContainsKey).Select(a => group.Place[a]).ToArray();
            if (target.Length == 0) continue;
            var most = Spread() >= width - sum ? 0 : group.Program.Greatest(target, out _);
            if (most is null) return false;
            if (Spread() < width - sum) group.Program.Least(target);
            sum += Spread();
            if (sum >= width) return false;

            long Spread()
            {
                var values = group.Program.Found.Select(f => target.Sum(j => f[j])).DefaultIfEmpty(0).ToArray();
                return values.Max() - values.Min();
            }
        }
        return !unknown.Any(a => _groups.All(g => !g.Place.ContainsKey(a)));
    }

    private static (long?, long?) Behind(long rounded, int to, long? denominator)
    {
        var fitting = Enumerable.Range(0, 2 * to).Select(i => rounded - to + i).Where(n => n >= 0 && (n + to / 2) / to * to == rounded).ToArray();
        return (fitting[0], denominator is { } most ? Math.Min(most, fitting[^1]) : fitting[^1]);
    }

    private static string[] PartsOf(Classification classification, Category category)
    {
        var below = classification.Categories.Where(c => c.Parent == category.Key).ToArray();
        return below.Length > 0 ? [.. below.SelectMany(c => PartsOf(classification, c))] : [.. category.Parts ?? [category.Key]];
    }

    private int[] AtomsOf(ProtectedTable table, int cell)
    {
        var keys = table.KeysAt(cell);
        var atoms = new List<int> { 0 };
        foreach (var (key, parts) in _dimensions)
        {
            var own = table.Dimensions.Select((d, i) => (d, i)).Where(d => d.d.Key == key)
                .Select(d => PartsOf(d.d.Classification, d.d.Classification.Categories.Single(c => c.Key == keys[d.i]))).FirstOrDefault() ?? parts;
            atoms = [.. atoms.SelectMany(a => own.Select(p => a * parts.Length + Array.IndexOf(parts, p)))];
        }
        return [.. atoms.SelectMany(a => _days.Select((d, i) => (d, i)).Where(d => d.d <= table.AsAt).Select(d => a * _days.Length + d.i))];
    }
}
