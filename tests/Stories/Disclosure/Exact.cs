namespace EqualitiesPlatform.Stories;

/// <summary>A fraction, exact.</summary>
internal readonly struct Exact : IComparable<Exact>
{
    private readonly Int128 _numerator;
    private readonly Int128 _less;

    private Exact(Int128 numerator, Int128 denominator)
    {
        if (denominator != 1)
        {
            if (denominator < 0) (numerator, denominator) = (-numerator, -denominator);
            var (a, b) = (Int128.Abs(numerator), denominator);
            while (b != 0) (a, b) = (b, a % b);
            (numerator, denominator) = (numerator / a, denominator / a);
        }
        (_numerator, _less) = (numerator, denominator - 1);
    }

    // The default is nothing, over one.
    private Int128 Denominator => _less + 1;

    public bool IsZero => _numerator == 0;

    public bool IsWhole => _less == 0;

    public int Sign => Int128.Sign(_numerator);

    public long Floor => (long)(_numerator >= 0 ? _numerator / Denominator : -((-_numerator + _less) / Denominator));

    public long Ceiling => -(-this).Floor;

    public static implicit operator Exact(long value) => new(value, 1);

    public static Exact operator +(Exact a, Exact b) => a._less == 0 && b._less == 0
        ? new(a._numerator + b._numerator, 1) : new(checked(a._numerator * b.Denominator + b._numerator * a.Denominator), checked(a.Denominator * b.Denominator));

    public static Exact operator -(Exact a) => new(-a._numerator, a.Denominator);

    public static Exact operator -(Exact a, Exact b) => a + -b;

    public static Exact operator *(Exact a, Exact b) => a._less == 0 && b._less == 0
        ? new(checked(a._numerator * b._numerator), 1) : new(checked(a._numerator * b._numerator), checked(a.Denominator * b.Denominator));

    public static Exact operator /(Exact a, Exact b) => new(checked(a._numerator * b.Denominator), checked(a.Denominator * b._numerator));

    public static bool operator <(Exact a, Exact b) => a.CompareTo(b) < 0;

    public static bool operator >(Exact a, Exact b) => a.CompareTo(b) > 0;

    public int CompareTo(Exact other) => (_numerator * other.Denominator).CompareTo(other._numerator * Denominator);
}

/// <summary>
/// Linear programs in fractions: sums between bounds, of variables that are not negative. The textbook's two phases with
/// Bland's rule, and branching for whole numbers. It shares nothing with the product's own reckoning.
/// </summary>
internal sealed class ExactProgram
{
    private readonly int _variables;
    private readonly List<(int[] Variables, long? Least, long? Most)> _rows;

    public ExactProgram(int variables, IEnumerable<(int[] Variables, long? Least, long? Most)> rows)
    {
        _variables = variables;
        _rows = [.. rows];
    }

    /// <summary>Whole numbers that were found to fit.</summary>
    public List<long[]> Found { get; } = [];

    /// <summary>The greatest whole value of a sum; null when nothing bounds it or when nothing fits (then fits is false).</summary>
    public long? Greatest(int[] target, out bool fits)
    {
        var left = 400;
        long? best = null;
        var unbounded = false;
        var (any, gaveUp) = (false, false);
        Search(_rows);
        fits = any || unbounded;
        if (gaveUp) throw new InvalidOperationException("The attack took too long.");
        return unbounded ? null : best;

        void Search(List<(int[] Variables, long? Least, long? Most)> rows)
        {
            if (unbounded) return;
            if (left-- <= 0)
            {
                gaveUp = true;
                return;
            }
            var found = Solve(rows, target, out var infinite);
            if (infinite)
            {
                // A ray of whole steps, from wherever whole numbers fit: none of these programs lacks them.
                unbounded = true;
                return;
            }
            if (found is null) return;
            var value = target.Aggregate((Exact)0, (sum, j) => sum + found[j]).Floor;
            if (best is { } known && value <= known) return;
            var split = Array.FindIndex(found, v => !v.IsWhole);
            if (split < 0)
            {
                (best, any) = (value, true);
                Found.Add(Array.ConvertAll(found, v => v.Floor));
                return;
            }
            Search([.. rows, ([split], found[split].Ceiling, null)]);
            Search([.. rows, ([split], null, found[split].Floor)]);
        }
    }

    /// <summary>The least whole value of a sum; null when nothing fits.</summary>
    public long? Least(int[] target)
    {
        // The least of a sum is the greatest of its negative: a mirror variable, so that both ways are one.
        var bound = 1L << 40;
        var mirror = _variables;
        var mirrored = new ExactProgram(_variables + 1, [.. _rows, ([.. target, mirror], bound, bound)]);
        var most = mirrored.Greatest([mirror], out var fits);
        Found.AddRange(mirrored.Found);
        return fits ? bound - most : null;
    }

    private Exact[]? Solve(List<(int[] Variables, long? Least, long? Most)> rows, int[] target, out bool infinite)
    {
        infinite = false;
        var sides = rows.SelectMany(Sides).ToArray();
        var slacks = sides.Count(s => s.Slack != 0);
        var columns = _variables + slacks + sides.Length;
        var table = new Exact[sides.Length][];
        var basis = new int[sides.Length];
        var slack = _variables;
        for (var i = 0; i < sides.Length; i++)
        {
            var row = table[i] = new Exact[columns + 1];
            foreach (var j in sides[i].Variables) row[j] = 1;
            if (sides[i].Slack != 0) row[slack++] = sides[i].Slack;
            row[columns] = sides[i].Value;
            if (row[columns].Sign < 0) for (var j = 0; j <= columns; j++) row[j] = -row[j];
            row[_variables + slacks + i] = 1;
            basis[i] = _variables + slacks + i;
        }

        var first = new Exact[columns + 1];
        for (var j = _variables + slacks; j < columns; j++) first[j] = -1;
        Climb(table, basis, first, columns, columns);
        if (basis.Select((b, i) => b >= _variables + slacks ? table[i][columns] : 0).Any(v => !v.IsZero)) return null;
        var second = new Exact[columns + 1];
        foreach (var j in target) second[j] = second[j] + 1;
        if (!Climb(table, basis, second, columns, _variables + slacks))
        {
            infinite = true;
            return null;
        }
        var found = new Exact[_variables];
        for (var i = 0; i < basis.Length; i++) if (basis[i] < _variables) found[basis[i]] = table[i][columns];
        return found;
    }

    private static IEnumerable<(int[] Variables, long Value, int Slack)> Sides((int[] Variables, long? Least, long? Most) row)
    {
        if (row.Least is { } same && same == row.Most)
        {
            yield return (row.Variables, same, 0);
            yield break;
        }
        if (row.Least is > 0 and { } least) yield return (row.Variables, least, -1);
        if (row.Most is { } most) yield return (row.Variables, most, 1);
    }

    private static bool Climb(Exact[][] table, int[] basis, Exact[] costs, int columns, int usable)
    {
        var reduced = (Exact[])costs.Clone();
        for (var i = 0; i < basis.Length; i++) if (!costs[basis[i]].IsZero) Subtract(reduced, table[i], costs[basis[i]]);
        while (true)
        {
            var entering = -1;
            for (var j = 0; j < usable && entering < 0; j++) if (reduced[j].Sign > 0) entering = j;
            if (entering < 0) return true;
            var leaving = -1;
            for (var i = 0; i < basis.Length; i++)
            {
                // An artificial variable that stayed at nothing may not move.
                if (basis[i] >= usable && !table[i][entering].IsZero)
                {
                    leaving = i;
                    break;
                }
                if (table[i][entering].Sign <= 0) continue;
                if (leaving < 0) leaving = i;
                else
                {
                    var compared = (table[i][columns] / table[i][entering]).CompareTo(table[leaving][columns] / table[leaving][entering]);
                    if (compared < 0 || (compared == 0 && basis[i] < basis[leaving])) leaving = i;
                }
            }
            if (leaving < 0) return false;
            var pivot = table[leaving][entering];
            if (!(pivot - 1).IsZero) for (var j = 0; j <= columns; j++) table[leaving][j] = table[leaving][j] / pivot;
            for (var i = 0; i < basis.Length; i++) if (i != leaving && !table[i][entering].IsZero) Subtract(table[i], table[leaving], table[i][entering]);
            Subtract(reduced, table[leaving], reduced[entering]);
            basis[leaving] = entering;
        }
    }

    private static void Subtract(Exact[] from, Exact[] row, Exact times)
    {
        for (var j = 0; j < from.Length; j++) if (!row[j].IsZero) from[j] -= times * row[j];
    }
}
