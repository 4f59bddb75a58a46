namespace EqualitiesPlatform.Disclosure;

/// <summary>
/// Sums of variables between bounds, and the greatest or least that a sum of some of them can be: the primal simplex
/// method with bounded variables on a dense tableau. What proves an optimum (the rows and bounds without which it would
/// not hold) is told with it. Its answers guide a choice; whoever relies on one checks it in whole numbers.
/// </summary>
internal sealed class LinearProgram
{
    private const double Small = 1e-7;
    private readonly int _variables;
    private readonly int _rows;
    private readonly int _firstArtificial;
    private readonly int _columns;
    private readonly double[][] _tableau;
    private readonly double[] _basic;
    private readonly int[] _basis;
    private readonly bool[] _isBasic;
    private readonly bool[] _atUpper;
    private readonly double[] _lower;
    private readonly double[] _upper;
    private readonly double[] _reduced;

    /// <summary>Each row says that the sum of its variables lies between its bounds.</summary>
    public LinearProgram(double[] lower, double[] upper, IReadOnlyList<(int[] Variables, double Lower, double Upper)> rows)
    {
        _variables = lower.Length;
        _rows = rows.Count;
        var slacks = rows.Count(r => r.Lower != r.Upper);
        _firstArtificial = _variables + slacks;
        _columns = _firstArtificial + _rows;
        _lower = new double[_columns];
        _upper = new double[_columns];
        lower.CopyTo(_lower, 0);
        upper.CopyTo(_upper, 0);
        _tableau = new double[_rows][];
        _basic = new double[_rows];
        _basis = new int[_rows];
        _isBasic = new bool[_columns];
        _atUpper = new bool[_columns];
        _reduced = new double[_columns];
        for (var j = 0; j < _variables; j++) _atUpper[j] = double.IsNegativeInfinity(_lower[j]) && double.IsFinite(_upper[j]);

        var slack = _variables;
        for (var i = 0; i < _rows; i++)
        {
            var row = _tableau[i] = new double[_columns];
            var (variables, least, most) = rows[i];
            var rest = least;
            foreach (var j in variables)
            {
                row[j] = 1;
                rest -= At(j);
            }
            if (least != most)
            {
                row[slack] = -1;
                (_lower[slack], _upper[slack]) = (least, most);
                _atUpper[slack] = double.IsNegativeInfinity(least);
                rest = At(slack) - variables.Sum(At);
                slack++;
            }
            if (rest < 0)
            {
                for (var j = 0; j < _firstArtificial; j++) row[j] = -row[j];
                rest = -rest;
            }
            // An artificial column ends as its row of the inverse, with the sign that the row has now.
            row[_firstArtificial + i] = 1;
            _upper[_firstArtificial + i] = double.PositiveInfinity;
            _basis[i] = _firstArtificial + i;
            _isBasic[_firstArtificial + i] = true;
            _basic[i] = rest;
        }
        IsFeasible = FirstPhase();
    }

    /// <summary>Whether anything satisfies all rows and bounds.</summary>
    public bool IsFeasible { get; }

    /// <summary>The greatest (or, negated twice, the least) of a sum; null where the search did not end.</summary>
    public Optimum? Optimise(IReadOnlyList<int> variables, bool greatest)
    {
        var sign = greatest ? 1.0 : -1.0;
        var costs = new double[_columns];
        foreach (var j in variables) costs[j] += sign;
        switch (Climb(costs))
        {
            case Ending.GaveUp:
                return null;
            case Ending.Unbounded:
                return new Optimum(sign * double.PositiveInfinity, null, [], [], []);
        }
        var values = new double[_variables];
        for (var j = 0; j < _variables; j++) if (!_isBasic[j]) values[j] = At(j);
        for (var i = 0; i < _rows; i++) if (_basis[i] < _variables) values[_basis[i]] = _basic[i];
        return new Optimum(
            variables.Sum(j => values[j]), values,
            [.. Enumerable.Range(0, _rows).Where(i => Math.Abs(_reduced[_firstArtificial + i]) > Small)],
            [.. Enumerable.Range(0, _variables).Where(j => !_isBasic[j] && _reduced[j] < -Small)],
            [.. Enumerable.Range(0, _variables).Where(j => !_isBasic[j] && _reduced[j] > Small)]);
    }

    private double At(int j) => _atUpper[j] ? _upper[j] : double.IsNegativeInfinity(_lower[j]) ? 0 : _lower[j];

    private bool FirstPhase()
    {
        var costs = new double[_columns];
        for (var i = 0; i < _rows; i++) costs[_firstArtificial + i] = -1;
        if (Climb(costs) is Ending.GaveUp) return false;
        var left = 0.0;
        for (var i = 0; i < _rows; i++) if (_basis[i] >= _firstArtificial) left += _basic[i];
        for (var j = _firstArtificial; j < _columns; j++) _upper[j] = 0;
        return left < 1e-5;
    }

    private enum Ending
    {
        Best,
        Unbounded,
        GaveUp,
    }

    private Ending Climb(double[] costs)
    {
        costs.CopyTo(_reduced, 0);
        for (var i = 0; i < _rows; i++)
            if (costs[_basis[i]] is var cost and not 0) Subtract(_tableau[i], cost, _reduced);
        var still = 0;
        for (var step = 0; step < 50 * (_rows + _variables) + 1000; step++)
        {
            var entering = Entering(first: still > 40);
            if (entering < 0) return Ending.Best;
            var up = _atUpper[entering] ? -1.0 : _reduced[entering] > 0 ? 1.0 : -1.0;
            var (leaving, length) = Leaving(entering, up);
            if (double.IsPositiveInfinity(length)) return Ending.Unbounded;
            still = length > Small ? 0 : still + 1;
            Step(entering, up, leaving, length);
        }
        return Ending.GaveUp;
    }

    private int Entering(bool first)
    {
        var (best, most) = (-1, Small);
        for (var j = 0; j < _columns; j++)
        {
            if (_isBasic[j] || _lower[j] == _upper[j] || (j >= _firstArtificial && _upper[j] == 0)) continue;
            var gain = _atUpper[j] ? -_reduced[j] : double.IsNegativeInfinity(_lower[j]) ? Math.Abs(_reduced[j]) : _reduced[j];
            if (gain <= most) continue;
            (best, most) = (j, gain);
            if (first) break;
        }
        return best;
    }

    private (int Row, double Length) Leaving(int entering, double up)
    {
        var (row, length, pivot) = (-1, _upper[entering] - _lower[entering], 0.0);
        if (double.IsNaN(length)) length = double.PositiveInfinity;
        for (var i = 0; i < _rows; i++)
        {
            var change = -up * _tableau[i][entering];
            if (Math.Abs(change) < 1e-9) continue;
            var bound = change > 0 ? _upper[_basis[i]] : _lower[_basis[i]];
            if (double.IsInfinity(bound)) continue;
            var to = Math.Max(0, (bound - _basic[i]) / change);
            if (to < length - 1e-9 || (to <= length + 1e-9 && row >= 0 && Math.Abs(change) > pivot))
                (row, length, pivot) = (i, Math.Min(to, length), Math.Abs(change));
        }
        return (row, length);
    }

    private void Step(int entering, double up, int leaving, double length)
    {
        for (var i = 0; i < _rows; i++) _basic[i] -= up * length * _tableau[i][entering];
        if (leaving < 0)
        {
            _atUpper[entering] = !_atUpper[entering];
            return;
        }
        var from = At(entering);
        var left = _basis[leaving];
        _atUpper[left] = -up * _tableau[leaving][entering] > 0;
        _isBasic[left] = false;
        _isBasic[entering] = true;
        _basis[leaving] = entering;
        _basic[leaving] = from + up * length;
        var row = _tableau[leaving];
        var scale = 1 / row[entering];
        for (var j = 0; j < _columns; j++) row[j] *= scale;
        row[entering] = 1;
        for (var i = 0; i < _rows; i++)
            if (i != leaving && Math.Abs(_tableau[i][entering]) > 1e-12)
            {
                Subtract(row, _tableau[i][entering], _tableau[i]);
                _tableau[i][entering] = 0;
            }
        Subtract(row, _reduced[entering], _reduced);
        _reduced[entering] = 0;
    }

    private static void Subtract(double[] row, double times, double[] from)
    {
        for (var j = 0; j < row.Length; j++) from[j] -= times * row[j];
    }
}

/// <summary>The greatest or least of a sum.</summary>
/// <param name="Value">What it is; infinite when nothing bounds it.</param>
/// <param name="At">The variables' values there; null when infinite.</param>
/// <param name="Rows">The rows that prove it.</param>
/// <param name="Lowers">The variables whose lower bounds prove it.</param>
/// <param name="Uppers">The variables whose upper bounds prove it.</param>
internal sealed record Optimum(double Value, double[]? At, IReadOnlyList<int> Rows, IReadOnlyList<int> Lowers, IReadOnlyList<int> Uppers);
