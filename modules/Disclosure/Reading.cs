namespace EqualitiesPlatform.Disclosure;

/// <summary>What is told of a sum of atoms, and by which cell of the table under review; by -1 when it is known anyhow.</summary>
internal sealed record Told(int[] Atoms, double Least, double Most, int By)
{
    public const int Anyhow = -1;

    public bool IsExact => Least == Most;
}

/// <summary>
/// What a reader of everything published can work out: the atoms that are known, and between the others the equations
/// and bounds that are left, in parts that have nothing to do with each other.
/// </summary>
internal sealed class Reading
{
    private readonly Dictionary<int, (double Value, int By)> _known = [];
    private readonly Dictionary<int, Part> _partOf = [];
    private readonly Told[] _sums;

    /// <param name="told">All that is told; where two say the same, the first counts.</param>
    /// <param name="mayFall">Whether an atom may be less than nothing: what came between two issues, where a figure fell.</param>
    public Reading(IReadOnlyList<Told> told, Func<int, bool> mayFall)
    {
        foreach (var fact in told)
            if (fact is { IsExact: true, Atoms: [var atom] }) _known.TryAdd(atom, (fact.Least, fact.By));

        _sums = [.. told.Where(t => t.IsExact && t.Atoms.Length > 1).OrderByDescending(t => t.Atoms.Length)];
        var rows = new List<Row>();
        var seen = new Dictionary<int[], Row>(SameAtoms.Comparer);
        var bounds = new Dictionary<int, Bounds>();
        foreach (var fact in told)
        {
            var unknown = Array.FindAll(fact.Atoms, a => !_known.ContainsKey(a));
            if (unknown.Length == 0) continue;
            var rest = fact.Atoms.Length == unknown.Length ? 0 : fact.Atoms.Where(_known.ContainsKey).Sum(a => _known[a].Value);
            var row = new Row(fact, unknown, fact.Least - rest, fact.Most - rest);
            if (fact.Atoms.Length == 1)
            {
                if (!bounds.TryGetValue(unknown[0], out var held)) held = Bounds.None;
                bounds[unknown[0]] = held.Within(row.Least, row.Most, fact.By);
            }
            else if (seen.TryGetValue(unknown, out var same) && same.Least >= row.Least && same.Most <= row.Most) continue;
            else
            {
                seen[unknown] = row;
                rows.Add(row);
            }
        }

        var root = new Dictionary<int, int>();
        int Root(int atom)
        {
            while (root.TryGetValue(atom, out var up) && up != atom) atom = up;
            return atom;
        }
        foreach (var row in rows)
            foreach (var atom in row.Atoms)
            {
                root.TryAdd(atom, atom);
                root[Root(atom)] = Root(row.Atoms[0]);
            }
        foreach (var group in rows.GroupBy(r => Root(r.Atoms[0])))
        {
            var part = new Part([.. group], a => bounds.GetValueOrDefault(a, Bounds.None) is var b && mayFall(a) ? b : b.Within(0, double.PositiveInfinity, Told.Anyhow), BySource);
            foreach (var atom in part.Atoms) _partOf[atom] = part;
        }
        // An atom that no equation holds is a part of its own.
        foreach (var (atom, own) in bounds)
            if (!_partOf.ContainsKey(atom))
                _partOf[atom] = new Part([new Row(new Told([atom], double.NegativeInfinity, double.PositiveInfinity, Told.Anyhow), [atom], double.NegativeInfinity, double.PositiveInfinity)],
                    _ => mayFall(atom) ? own : own.Within(0, double.PositiveInfinity, Told.Anyhow), BySource);
    }

    /// <summary>The atoms that are not known and stand in some equation or bound.</summary>
    public IEnumerable<int> Unknown => _partOf.Keys;

    /// <summary>What atoms may add up to, by part, with what is known of them.</summary>
    public IEnumerable<(Part Part, int[] Atoms)> PartsOf(int[] atoms) =>
        atoms.Where(_partOf.ContainsKey).GroupBy(a => _partOf[a]).Select(g => (g.Key, g.ToArray()));

    /// <summary>Whether nothing at all is told of one of these atoms, so that any number may stand behind it.</summary>
    public bool Untold(int[] atoms) => atoms.Any(a => !_known.ContainsKey(a) && !_partOf.ContainsKey(a));

    /// <summary>The sum of what is known among atoms.</summary>
    public double KnownOf(int[] atoms) => atoms.Where(_known.ContainsKey).Sum(a => _known[a].Value);

    /// <summary>Which cells under review tell the sum of the known among atoms: the fewest, totals before what they are made of.</summary>
    public IEnumerable<int> TellersOf(int[] atoms)
    {
        var left = atoms.Where(_known.ContainsKey).ToHashSet();
        var tellers = new List<int>();
        foreach (var told in _sums)
        {
            if (told.Atoms.Length > left.Count || !Array.TrueForAll(told.Atoms, left.Contains)) continue;
            left.ExceptWith(told.Atoms);
            tellers.Add(told.By);
        }
        return [.. tellers, .. left.Select(a => _known[a].By)];
    }

    private IEnumerable<int> BySource(Row row) => TellersOf(row.Told.Atoms).Append(row.Told.By);
}

/// <summary>An equation or inequality between atoms that are not known.</summary>
internal sealed record Row(Told Told, int[] Atoms, double Least, double Most);

/// <summary>Between what an atom lies, and who tells it.</summary>
internal readonly record struct Bounds(double Least, double Most, int LeastBy, int MostBy)
{
    public static readonly Bounds None = new(double.NegativeInfinity, double.PositiveInfinity, Told.Anyhow, Told.Anyhow);

    public Bounds Within(double least, double most, int by) => new(
        Math.Max(Least, least), Math.Min(Most, most), least > Least ? by : LeastBy, most < Most ? by : MostBy);
}

/// <summary>Atoms that hang together through equations, and how far each sum of them is certain.</summary>
internal sealed class Part
{
    private const int Branches = 60;
    private readonly Row[] _rows;
    private readonly Bounds[] _bounds;
    private readonly int[][] _rowAtoms;
    private readonly Dictionary<int, int> _place;
    private readonly Func<Row, IEnumerable<int>> _sources;
    private LinearProgram? _program;

    public Part(Row[] rows, Func<int, Bounds> bounds, Func<Row, IEnumerable<int>> sources)
    {
        _sources = sources;
        Atoms = [.. rows.SelectMany(r => r.Atoms).Distinct().Order()];
        _place = Atoms.Select((a, i) => (a, i)).ToDictionary(p => p.a, p => p.i);
        _bounds = [.. Atoms.Select(bounds)];
        _rows = [.. rows.Where(r => double.IsFinite(r.Least) || double.IsFinite(r.Most))];
        _rowAtoms = [.. _rows.Select(r => r.Atoms.Select(a => _place[a]).ToArray())];
    }

    /// <summary>The atoms.</summary>
    public int[] Atoms { get; }

    /// <summary>How much work it is to reckon with.</summary>
    public long Size => (long)(_rows.Length + 1) * (Atoms.Length + 2 * _rows.Length);

    /// <summary>The least and the greatest that a sum of atoms can be as equations in fractions go, each with the cells under review that prove it; null when it can't be reckoned, or nothing fits.</summary>
    public (Proven Least, Proven Most)? Range(int[] atoms)
    {
        _program ??= new LinearProgram([.. _bounds.Select(b => b.Least)], [.. _bounds.Select(b => b.Most)], [.. _rows.Select((r, i) => (_rowAtoms[i], r.Least, r.Most))]);
        if (!_program.IsFeasible) return null;
        var places = atoms.Select(a => _place[a]).ToArray();
        return _program.Optimise(places, greatest: false) is { } least && _program.Optimise(places, greatest: true) is { } most
            ? (Prove(least), Prove(most)) : null;
    }

    /// <summary>Every cell under review that says something of these atoms.</summary>
    public IEnumerable<int> Tellers => _rows.SelectMany(_sources).Concat(_bounds.SelectMany(b => new[] { b.LeastBy, b.MostBy }));

    /// <summary>
    /// Whole numbers that agree with everything told and where a sum of atoms lies between bounds; null when none were
    /// found. What is returned was checked in whole numbers.
    /// </summary>
    public long[]? Whole(int[] atoms, double least, double most, bool greatest, IReadOnlyList<(int[] Atoms, double Least, double Most)>? besides = null)
    {
        var places = atoms.Select(a => _place[a]).ToArray();
        var extra = (besides ?? []).Select(b => (b.Atoms.Select(a => _place[a]).ToArray(), b.Least, b.Most)).ToList();
        if (double.IsFinite(least) || double.IsFinite(most)) extra.Add((places, least, most));
        var left = Branches;
        return Search([.. _bounds.Select(b => b.Least)], [.. _bounds.Select(b => b.Most)]);

        long[]? Search(double[] lower, double[] upper)
        {
            if (left-- <= 0) return null;
            var program = new LinearProgram(lower, upper, [.. _rows.Select((r, i) => (_rowAtoms[i], r.Least, r.Most)), .. extra]);
            if (!program.IsFeasible || program.Optimise(places, greatest) is not { At: { } at }) return null;
            var split = Array.FindIndex(at, v => Math.Abs(v - Math.Round(v)) > 1e-5);
            if (split < 0) return Checked(at, extra);
            double[] below = [.. upper], above = [.. lower];
            below[split] = Math.Floor(at[split]);
            above[split] = below[split] + 1;
            return Search(lower, below) ?? Search(above, upper);
        }
    }

    /// <summary>A point as whole numbers, if it agrees with everything told.</summary>
    public long[]? Checked(double[] at, IReadOnlyList<(int[] Places, double Least, double Most)>? besides = null)
    {
        var whole = Array.ConvertAll(at, v => (long)Math.Round(v));
        for (var i = 0; i < whole.Length; i++)
            if (Math.Abs(at[i] - whole[i]) > 1e-5 || whole[i] < _bounds[i].Least || whole[i] > _bounds[i].Most) return null;
        for (var r = 0; r < _rows.Length; r++)
            if (!Holds(_rowAtoms[r], _rows[r].Least, _rows[r].Most)) return null;
        foreach (var (places, least, most) in besides ?? [])
            if (!Holds(places, least, most)) return null;
        return whole;

        bool Holds(int[] places, double least, double most)
        {
            var sum = 0L;
            foreach (var p in places) sum += whole[p];
            return sum >= least && sum <= most;
        }
    }

    /// <summary>The value of a sum of atoms, of those that are here, at a point.</summary>
    public long Sum(long[] point, IEnumerable<int> atoms) => atoms.Where(_place.ContainsKey).Sum(a => point[_place[a]]);

    /// <summary>
    /// The cells under review that are needed to place a sum of atoms to within less than a width, when all those that
    /// some rows speak of are enough: one row after the other is left out where it can be. Rows of many cells go first.
    /// </summary>
    public IReadOnlyList<int> Leanest(int[] atoms, IEnumerable<int> rows, double width)
    {
        var kept = rows.Distinct().OrderByDescending(r => _rows[r].Told.Atoms.Length).ToList();
        foreach (var row in kept.ToArray())
            if (Spread(atoms, kept.FindAll(k => k != row)) < width) kept.Remove(row);
        return [.. kept.SelectMany(r => _sources(_rows[r]))
            .Concat(kept.SelectMany(r => _rowAtoms[r]).Concat(atoms.Select(a => _place[a])).SelectMany(j => new[] { _bounds[j].LeastBy, _bounds[j].MostBy }))
            .Where(by => by != Told.Anyhow).Distinct()];
    }

    private double Spread(int[] atoms, List<int> rows)
    {
        int[] used = [.. atoms.Select(a => _place[a]).Concat(rows.SelectMany(r => _rowAtoms[r])).Distinct()];
        var place = used.Select((j, i) => (j, i)).ToDictionary(p => p.j, p => p.i);
        var program = new LinearProgram(
            [.. used.Select(j => _bounds[j].Least)], [.. used.Select(j => _bounds[j].Most)],
            [.. rows.Select(r => (Array.ConvertAll(_rowAtoms[r], j => place[j]), _rows[r].Least, _rows[r].Most))]);
        int[] target = [.. atoms.Select(a => place[_place[a]])];
        return program.IsFeasible && program.Optimise(target, greatest: true) is { } most && program.Optimise(target, greatest: false) is { } least
            ? Math.Floor(most.Value + 1e-6) - Math.Ceiling(least.Value - 1e-6) : double.PositiveInfinity;
    }

    private Proven Prove(Optimum optimum) => new(
        optimum.Value, optimum.At, optimum.Rows,
        [.. optimum.Rows.SelectMany(r => _sources(_rows[r]))
            .Concat(optimum.Lowers.Select(j => _bounds[j].LeastBy))
            .Concat(optimum.Uppers.Select(j => _bounds[j].MostBy))
            .Where(by => by != Told.Anyhow).Distinct()]);
}

/// <summary>A least or greatest value, where it is reached, and the rows and the cells under review without which it would not hold.</summary>
internal sealed record Proven(double Value, double[]? At, IReadOnlyList<int> Rows, IReadOnlyList<int> By);
