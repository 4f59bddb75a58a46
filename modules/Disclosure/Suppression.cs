namespace EqualitiesPlatform.Disclosure;

/// <summary>
/// The search for the fewest cells to suppress. A pattern is tried on the reader's own reckoning; where that places a
/// cell too narrowly, the proof names the published cells without which it would fail, and one of them must go: a
/// clause. The cheapest pattern that satisfies all clauses so far is tried next, until nothing is placed too narrowly.
/// </summary>
internal sealed class Suppression
{
    private const int MostCellsExact = 400;
    private const int MostClausesExact = 400;
    private const int LongProof = 40;
    private const int MostRelented = 60;
    private const int MostFreshStarts = 60;
    private const int MostRounds = 400;
    private const long MostWork = 6_000_000;
    private const int MostPiecesOfAPart = 300;

    private readonly CountTable _table;
    private readonly Counts _counts;
    private readonly DisclosureRule _rule;
    private readonly ProtectedTable[] _before;
    private readonly int[] _issues;
    private readonly Overlay _overlay;
    private readonly int[][] _cells;
    private readonly bool[] _small;
    private readonly bool[] _total;
    private readonly bool[] _fixed;
    private readonly List<Told> _toldBefore = [];
    private readonly HashSet<int> _mayFall = [];
    private readonly List<int[]> _keptBefore = [];
    private readonly HashSet<int[]> _cellsOfAll = new(SameAtoms.Comparer);
    private readonly Slivers? _slivers;
    private readonly Hitting _clauses;
    private readonly HashSet<int> _known = [];
    private bool _mayBeDear;
    private bool _hopeless;
    private HashSet<int> _suppressed = [];

    public Suppression(CountTable table, Counts counts, DisclosureRule rule, ProtectedTable[] before, int[] issues, Overlay overlay)
    {
        (_table, _counts, _rule, _before, _issues, _overlay) = (table, counts, rule, before, issues, overlay);
        _cells = overlay.Cells[0];
        var leaves = table.Dimensions.Select(d => Grid.Leaves(d.Classification)).ToArray();
        _total = [.. Enumerable.Range(0, _cells.Length).Select(c => Grid.CategoriesAt(table.Dimensions, c).Where((at, d) => leaves[d][at] is not [var only] || only != at).Any())];
        _small = [.. counts.Values.Select((count, c) => rule.IsSmall(count) || FewToCountFrom(c))];
        foreach (var (t, earlier) in before.Select((e, t) => (t + 1, e)))
            for (var c = 0; c < earlier.Cells.Count; c++)
                Note(overlay.Cells[t][c], earlier.Cells[c], earlier.Rule);
        foreach (var cell in overlay.Cells.SelectMany(c => c)) _cellsOfAll.Add(cell);
        NoteFalls();
        // What is known anyhow gains nothing by being suppressed, and a nothing that is shown is never suppressed.
        var knownBefore = _toldBefore.Where(t => t.IsExact).Select(t => t.Atoms).ToHashSet(SameAtoms.Comparer);
        _clauses = new Hitting([.. Enumerable.Range(0, _cells.Length).Select(Cost)]);
        if (before.Length > 0) _slivers = new Slivers(overlay);
        _fixed = [.. _cells.Select((atoms, c) => knownBefore.Contains(atoms) || (counts.Values[c] == 0 && rule.Zeros is ZeroRule.Show && !FewToCountFrom(c)))];
    }

    /// <summary>Whether something was suppressed because of what was published before.</summary>
    public bool Widened { get; private set; }

    /// <summary>Searches.</summary>
    /// <exception cref="NotProtectedException">It is too much to check.</exception>
    public void Run()
    {
        HashSet<int> first = [];
        if (_rule.Method is SmallNumberMethod.Suppress)
            first.UnionWith(Enumerable.Range(0, _cells.Length).Where(c => _small[c] && !_fixed[c]));
        _suppressed = [.. first];
        // Quickly to some pattern that holds; from there to the cheapest, which needs fewer rounds when most clauses are known.
        var (large, cheapest) = (_cells.Length > MostCellsExact, false);
        for (var round = 0; round < MostRounds; round++)
        {
            var found = Conflicts(_suppressed, all: true);
            if (_hopeless)
            {
                Widened = true;
                return;
            }
            foreach (var clause in found) _clauses.Add(clause);
            if (_known.Count > 0)
            {
                // What a reader knows from before is shown: keeping it from them protects nothing.
                foreach (var c in _known)
                {
                    _fixed[c] = true;
                    _suppressed.Remove(c);
                    _clauses.Bar(c);
                }
                _known.Clear();
                continue;
            }
            Widened |= found.Exists(c => c.FromBefore);
            if (found.Count == 0 && (cheapest || large || _clauses.Count > MostClausesExact))
            {
                if (_mayBeDear || !cheapest) Relent(first);
                return;
            }
            if (found.Count == 0 || cheapest)
            {
                _suppressed = _clauses.Cheapest(first, out var all);
                (cheapest, _mayBeDear) = (true, _mayBeDear || !all);
            }
            else _suppressed = _clauses.Greedy(large || round > MostFreshStarts ? first.Union(_suppressed) : first);
        }
        throw TooMuch();
    }

    /// <summary>The table as it may be published.</summary>
    public ProtectedTable Protected() => new(
        _table.Statistic, _table.Title, _table.AsAt, _table.Dimensions,
        [.. _cells.Select((_, c) => _hopeless || _suppressed.Contains(c) ? new ProtectedCell(CellMark.Suppressed, null, _counts.Denominators[c])
            : Shown(c, _rule.Method is SmallNumberMethod.Round ? _rule.Rounded(_counts.Values[c]) : _counts.Values[c]))],
        _rule);

    private ProtectedCell Shown(int c, long value) =>
        ProtectedCell.Of(_rule.Method is SmallNumberMethod.Round ? CellMark.Rounded : CellMark.Exact, value, _counts.Denominators[c]);

    private static NotProtectedException TooMuch() => new(
        "TOO_MUCH_TO_CHECK", "Together with what was published before, this table can't be checked in reasonable time; use fewer dimensions or coarser categories.");

    // Of so few, any count would say too much of those who are there.
    private bool FewToCountFrom(int c) => _counts.Denominators[c] < _rule.Threshold;

    private long LeastOf(int c) => FewToCountFrom(c) ? 0 : _rule.Least;

    private double MostOf(int c) => _counts.Denominators[c] ?? double.PositiveInfinity;

    private void Note(int[] atoms, ProtectedCell cell, DisclosureRule rule)
    {
        var most = cell.Denominator ?? double.PositiveInfinity;
        switch (cell.Mark)
        {
            case CellMark.Exact:
                _toldBefore.Add(new Told(atoms, cell.Value!.Value, cell.Value.Value, Told.Anyhow));
                break;
            case CellMark.Rounded:
                var (least, greatest) = rule.Behind(cell.Value!.Value);
                _toldBefore.Add(new Told(atoms, least, Math.Min(greatest, most), Told.Anyhow));
                if (least < rule.Threshold) _keptBefore.Add(atoms);
                break;
            default:
                _toldBefore.Add(new Told(atoms, most < rule.Threshold ? 0 : rule.Least, most, Told.Anyhow));
                _keptBefore.Add(atoms);
                break;
        }
    }

    /// <summary>A reader takes it that counts only grow from issue to issue, unless a figure fell before their eyes.</summary>
    private void NoteFalls()
    {
        var seen = new Dictionary<int[], List<(int Issue, int[] Atoms, double Least, double Most)>>(SameAtoms.Comparer);
        foreach (var (t, issue) in _before.Select((_, t) => (t + 1, _issues[t + 1])))
            for (var c = 0; c < _before[t - 1].Cells.Count; c++)
                if (_before[t - 1].Cells[c] is { Value: { } value } cell)
                    See(_overlay.Cells[t][c], issue, cell.Mark is CellMark.Exact ? (value, value) : _before[t - 1].Rule.Behind(value));
        for (var c = 0; c < _cells.Length && _before.Length > 0; c++) See(_cells[c], _issues[0], (_counts.Values[c], _counts.Values[c]));

        void See(int[] atoms, int issue, (long Least, long Most) told)
        {
            var space = _overlay.SpaceOf(atoms);
            if (!seen.TryGetValue(space, out var others)) seen[space] = others = [];
            foreach (var other in others)
            {
                if (other.Issue < issue && told.Most < other.Least) _mayFall.UnionWith(_overlay.Between(other.Atoms, atoms));
                if (other.Issue > issue && other.Most < told.Least) _mayFall.UnionWith(_overlay.Between(atoms, other.Atoms));
            }
            others.Add((issue, atoms, told.Least, told.Most));
        }
    }

    private Reading Read(HashSet<int> suppressed)
    {
        var told = new List<Told>(_toldBefore);
        for (var c = 0; c < _cells.Length; c++)
        {
            if (suppressed.Contains(c)) told.Add(new Told(_cells[c], LeastOf(c), MostOf(c), Told.Anyhow));
            else if (_rule.Method is SmallNumberMethod.Suppress) told.Add(new Told(_cells[c], _counts.Values[c], _counts.Values[c], c));
            else
            {
                var (least, most) = _rule.Behind(_rule.Rounded(_counts.Values[c]));
                told.Add(new Told(_cells[c], least, most, c));
                if (_counts.Denominators[c] is { } all) told.Add(new Told(_cells[c], 0, all, Told.Anyhow));
            }
        }
        return new Reading(told, _mayFall.Contains);
    }

    /// <summary>What a pattern gives away, as clauses; the first only, or all.</summary>
    private List<Clause> Conflicts(HashSet<int> suppressed, bool all)
    {
        var reading = Read(suppressed);
        var found = new List<Clause>();
        foreach (var target in Targets(reading, suppressed))
        {
            if (Conflict(reading, suppressed, target) is not { } clause) continue;
            found.Add(clause);
            if (!all) return found;
        }
        found.AddRange(SmallSlivers(suppressed));
        return found;
    }

    private IEnumerable<Clause> SmallSlivers(HashSet<int> suppressed)
    {
        if (_slivers is null) yield break;
        foreach (var (left, by) in _slivers.Known((t, c) => t > 0 ? _before[t - 1].Cells[c] is { Mark: CellMark.Exact } cell ? cell.Value : null
            : _rule.Method is SmallNumberMethod.Suppress && !suppressed.Contains(c) ? _counts.Values[c] : null))
            if (left != 0 && Math.Abs(left) < _rule.Threshold && Array.FindAll(by, c => !_fixed[c]) is { Length: > 0 } members)
                yield return new Clause(Clause.Always, members, FromBefore: true);
    }

    private IEnumerable<Target> Targets(Reading reading, HashSet<int> suppressed)
    {
        for (var c = 0; c < _cells.Length; c++)
            if (suppressed.Contains(c) || (_small[c] && _rule.Method is SmallNumberMethod.Round && !_fixed[c]))
                yield return new Target(_cells[c], _small[c] ? Clause.Always : c, Math.Min(_rule.Width, MostOf(c) - LeastOf(c)), FromBefore: false);
        if (_before.Length == 0) yield break;
        foreach (var atoms in _keptBefore) yield return new Target(atoms, Clause.Always, _rule.Width, FromBefore: true);
        foreach (var atom in reading.Unknown)
            if (!_cellsOfAll.Contains([atom]))
                yield return new Target([atom], Clause.Always, _rule.Width, FromBefore: true, Piece: true);
    }

    private Clause? Conflict(Reading reading, HashSet<int> suppressed, Target target)
    {
        if (reading.Untold(target.Atoms)) return null;
        var (least, most, sure) = (reading.KnownOf(target.Atoms), reading.KnownOf(target.Atoms), 0L);
        var by = new List<int>(reading.TellersOf(target.Atoms));
        var ranges = new List<(Part Part, int[] Atoms, Proven Least, Proven Most)>();
        foreach (var (part, atoms) in reading.PartsOf(target.Atoms))
        {
            if (target.Piece && part.Atoms.Length > MostPiecesOfAPart) return null;
            if (part.Size > MostWork) throw TooMuch();
            // What nothing fits is believed by nobody.
            if (part.Range(atoms) is not { } range) return null;
            least += range.Least.Value;
            most += range.Most.Value;
            by.AddRange([.. range.Least.By, .. range.Most.By]);
            ranges.Add((part, atoms, range.Least, range.Most));
        }
        if (target.Piece && !IsTelling(target, least, most)) return null;
        if (Math.Floor(most + 1e-6) - Math.Ceiling(least - 1e-6) < target.Width)
        {
            // A proof from far around blames too many to say much.
            var blamed = Blame(by.Count > LongProof && ranges is [var only]
                ? only.Part.Leanest(only.Atoms, [.. only.Least.Rows, .. only.Most.Rows], target.Width).Concat(reading.TellersOf(target.Atoms)) : by, target);
            if (blamed is null && target.Condition != Clause.Always) _known.Add(target.Condition);
            // What is told by zeros that have to be shown, and was not told before, no pattern of this table keeps.
            else if (blamed is null && _before.Length > 0 && !target.Piece) _hopeless |= !IsToldBefore(target);
            return blamed;
        }
        foreach (var (part, atoms, low, high) in ranges)
        {
            var (width, weak) = WholeWidth(part, atoms, low, high, target, suppressed);
            sure += width;
            if (sure >= target.Width) return null;
            by.AddRange(weak);
        }
        _mayBeDear = true;
        return Blame(by, target);
    }

    private bool IsToldBefore(Target target)
    {
        var reading = new Reading([.. _toldBefore], _mayFall.Contains);
        if (reading.Untold(target.Atoms)) return false;
        var (least, most) = (reading.KnownOf(target.Atoms), reading.KnownOf(target.Atoms));
        foreach (var (part, atoms) in reading.PartsOf(target.Atoms))
        {
            if (part.Range(atoms) is not { } range) return false;
            least += range.Least.Value;
            most += range.Most.Value;
        }
        return Math.Floor(most + 1e-6) - Math.Ceiling(least - 1e-6) < target.Width;
    }

    /// <summary>How far apart two explanations in whole numbers are found, up to the width that is needed, and whom to blame if not far enough.</summary>
    private (long Width, IEnumerable<int> Blamed) WholeWidth(Part part, int[] atoms, Proven low, Proven high, Target target, HashSet<int> suppressed)
    {
        var need = (long)target.Width;
        var hidden = HiddenIn(part, suppressed);
        var least = low.At is { } l ? part.Checked(l) : null;
        var most = high.At is { } h ? part.Checked(h) : null;
        least ??= part.Whole(atoms, double.NegativeInfinity, double.PositiveInfinity, greatest: false);
        if (least is null) return (0, part.Tellers);
        if (most is null || part.Sum(most, atoms) - part.Sum(least, atoms) < need)
            most = part.Whole(atoms, part.Sum(least, atoms) + need, double.PositiveInfinity, greatest: false);
        if (most is null) return (0, part.Tellers);
        if (Explains(part, hidden, least) && Explains(part, hidden, most)) return (part.Sum(most, atoms) - part.Sum(least, atoms), part.Tellers);

        // Who knows the rule believes no explanation in which nothing was small: then two are wanted in which what is small is small.
        (int[] Atoms, double Least, double Most)[] besides = [.. hidden.Where(c => _small[c]).Select(c => (
            part.Atoms.Intersect(_cells[c]).ToArray(), double.NegativeInfinity, (double)Math.Max(_rule.Threshold - 1, _counts.Values[c])))];
        least = part.Whole(atoms, double.NegativeInfinity, double.PositiveInfinity, greatest: false, besides);
        most = least is null ? null : part.Whole(atoms, part.Sum(least, atoms) + need, double.PositiveInfinity, greatest: false, besides);
        return most is null ? (0, part.Tellers) : (need, part.Tellers);
    }

    private int[] HiddenIn(Part part, HashSet<int> suppressed) =>
        [.. suppressed.Where(c => Array.TrueForAll(_cells[c], a => Array.BinarySearch(part.Atoms, a) >= 0))];

    private bool Explains(Part part, int[] hidden, long[] point) =>
        _before.Length > 0 || !hidden.Any(c => _small[c]) || hidden.Any(c => FewToCountFrom(c) || _rule.IsSmall(part.Sum(point, _cells[c])));

    /// <summary>Whether an interval says of a piece that no cell is made of that it is small.</summary>
    private bool IsTelling(Target target, double least, double most) =>
        _overlay.IsIncrement(target.Atoms[0])
            ? most - least < _rule.Width && Math.Max(Math.Abs(least), Math.Abs(most)) is > 0 and var size && size < _rule.Threshold
            : most < _rule.Threshold && (most > 0 || _rule.Zeros is ZeroRule.Protect);

    private Clause? Blame(IEnumerable<int> by, Target target)
    {
        int[] members = [.. by.Where(c => c != Told.Anyhow && !_fixed[c]).Distinct().Order()];
        return members.Length == 0 ? null : new Clause(target.Condition, members, target.FromBefore);
    }

    /// <summary>Shows again what need not be suppressed.</summary>
    private void Relent(HashSet<int> first)
    {
        if (_cells.Length > MostCellsExact && _suppressed.Count > MostRelented) return;
        foreach (var c in _suppressed.Except(first).OrderByDescending(Cost).ThenBy(c => c).ToArray())
        {
            _suppressed.Remove(c);
            if (Conflicts(_suppressed, all: false).Count > 0) _suppressed.Add(c);
            _known.Clear();
        }
    }

    // Fewest cells first; among as many, inner cells before totals, and less before more.
    private double Cost(int c) => 1 + (_total[c] ? 0.01 : 0) + Math.Log2(1 + _counts.Values[c]) / 10_000
        + (_counts.Values[c] - LeastOf(c) < _rule.Width ? 0.001 : 0);

    private sealed record Target(int[] Atoms, int Condition, double Width, bool FromBefore, bool Piece = false);
}
