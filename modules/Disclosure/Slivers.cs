namespace EqualitiesPlatform.Disclosure;

/// <summary>
/// What is left of a cell of one table when the cells of another that lie inside it are taken away: the ground between
/// two boundaries, or what came between two issues. Where all that says so is published, what is left is known, and it
/// may be small although nothing that was published is.
/// </summary>
internal sealed class Slivers
{
    private const int MostCellsNested = 2_000;
    private readonly Overlay _overlay;
    private readonly int[][] _leafOf;
    private readonly int[][] _largestFirst;

    public Slivers(Overlay overlay)
    {
        _overlay = overlay;
        _leafOf = [.. overlay.Cells.Select(LeafOf)];
        _largestFirst = [.. overlay.Cells.Select(cells => Enumerable.Range(0, cells.Length).OrderByDescending(c => cells[c].Length).ToArray())];
    }

    /// <summary>The known leftovers between the table under review, which is the first, and the others.</summary>
    /// <param name="value">What is exactly published of a cell of a table; null when nothing is.</param>
    /// <returns>The value of what is left, and the cells under review that tell it.</returns>
    public IEnumerable<(long Value, int[] By)> Known(Func<int, int, long?> value)
    {
        for (var other = 1; other < _overlay.Cells.Length; other++)
        {
            foreach (var (left, cell, taken) in Left(0, other, value))
                yield return (left, [cell]);
            foreach (var (left, _, taken) in Left(other, 0, value))
                yield return (left, [.. taken]);
        }
    }

    private IEnumerable<(long Value, int Cell, List<int> Taken)> Left(int of, int by, Func<int, int, long?> value)
    {
        var cells = _overlay.Cells[by];
        for (var c = 0; c < _overlay.Cells[of].Length; c++)
        {
            if (value(of, c) is not { } left) continue;
            var atoms = _overlay.Cells[of][c];
            if (IsMadeOf(atoms, by)) continue;
            var rest = new HashSet<int>(atoms);
            var taken = new List<int>();
            foreach (var inner in cells.Length <= MostCellsNested ? _largestFirst[by] : LeavesIn(atoms, by))
            {
                if (cells[inner].Length > rest.Count || value(by, inner) is not { } known || !Array.TrueForAll(cells[inner], rest.Contains)) continue;
                rest.ExceptWith(cells[inner]);
                taken.Add(inner);
                left -= known;
            }
            if (taken.Count > 0 && rest.Count > 0) yield return (left, c, taken);
        }
    }

    /// <summary>Whether a cell is made of whole innermost cells of another table: then what is left of it is nothing, or suppressed there.</summary>
    private bool IsMadeOf(int[] atoms, int by)
    {
        var reached = new Dictionary<int, int>();
        foreach (var atom in atoms)
        {
            if (_leafOf[by][atom] < 0) return false;
            reached[_leafOf[by][atom]] = reached.GetValueOrDefault(_leafOf[by][atom]) + 1;
        }
        return reached.All(r => _overlay.Cells[by][r.Key].Length == r.Value);
    }

    private IEnumerable<int> LeavesIn(int[] atoms, int by) => atoms.Select(a => _leafOf[by][a]).Where(l => l >= 0).Distinct();

    // The innermost cell of a table that holds an atom is the smallest.
    private int[] LeafOf(int[][] cells)
    {
        var leaf = new int[_overlay.Atoms];
        Array.Fill(leaf, -1);
        for (var c = 0; c < cells.Length; c++)
            foreach (var atom in cells[c])
                if (leaf[atom] < 0 || cells[leaf[atom]].Length > cells[c].Length) leaf[atom] = c;
        return leaf;
    }
}
