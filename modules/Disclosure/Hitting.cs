namespace EqualitiesPlatform.Disclosure;

/// <summary>If its condition is suppressed (or always), one of its members must be.</summary>
internal sealed record Clause(int Condition, int[] Members, bool FromBefore)
{
    public const int Always = -1;

    public bool IsOpen(bool[] chosen)
    {
        if (Condition != Always && !chosen[Condition]) return false;
        foreach (var member in Members) if (chosen[member]) return false;
        return true;
    }
}

/// <summary>The clauses found so far, each once, and the patterns that satisfy them.</summary>
internal sealed class Hitting(double[] cost)
{
    private const int Nodes = 4_000;
    private readonly List<Clause> _clauses = [];
    private readonly HashSet<(int Condition, string Members)> _seen = [];

    /// <summary>How many there are.</summary>
    public int Count => _clauses.Count;

    /// <summary>Notes a clause.</summary>
    public void Add(Clause clause)
    {
        if (_seen.Add((clause.Condition, string.Join(',', clause.Members)))) _clauses.Add(clause);
    }

    /// <summary>A cell is of no use in any pattern.</summary>
    public void Bar(int cell)
    {
        for (var i = 0; i < _clauses.Count; i++)
            if (_clauses[i].Members.Contains(cell)) _clauses[i] = _clauses[i] with { Members = Array.FindAll(_clauses[i].Members, m => m != cell) };
        _clauses.RemoveAll(c => c.Members.Length == 0);
    }

    /// <summary>The cheapest pattern with these cells in it, as far as a bounded search finds it; whether it looked at all.</summary>
    public HashSet<int> Cheapest(IReadOnlySet<int> first, out bool all)
    {
        var best = Greedy(first);
        var bestCost = best.Sum(c => cost[c]);
        var left = Nodes;
        var chosen = new bool[cost.Length];
        var barred = new bool[cost.Length];
        var taken = new int[cost.Length];
        var stamp = 0;
        foreach (var c in first) chosen[c] = true;
        Search(first.Sum(c => cost[c]));
        all = left > 0;
        return best;

        void Search(double spent)
        {
            if (left-- <= 0) return;
            var open = _clauses.FindAll(c => c.IsOpen(chosen));
            if (open.Count == 0)
            {
                if (spent >= bestCost - 1e-12) return;
                bestCost = spent;
                best = [.. Enumerable.Range(0, chosen.Length).Where(c => chosen[c])];
                return;
            }
            if (spent + LeastToCome(open) >= bestCost - 1e-12) return;
            var narrow = open.MinBy(c => c.Members.Count(m => !barred[m]))!;
            var members = Array.FindAll(narrow.Members, m => !barred[m]);
            Array.Sort(members, (a, b) => cost[a].CompareTo(cost[b]));
            foreach (var member in members)
            {
                chosen[member] = true;
                Search(spent + cost[member]);
                chosen[member] = false;
                barred[member] = true;
            }
            foreach (var member in members) barred[member] = false;
        }

        // Clauses that share no member each cost at least their cheapest.
        double LeastToCome(List<Clause> open)
        {
            stamp++;
            var sum = 0.0;
            foreach (var clause in open)
            {
                if (Array.Exists(clause.Members, m => taken[m] == stamp)) continue;
                var cheapest = double.PositiveInfinity;
                foreach (var m in clause.Members)
                {
                    taken[m] = stamp;
                    if (!barred[m]) cheapest = Math.Min(cheapest, cost[m]);
                }
                sum += cheapest;
            }
            return sum;
        }
    }

    /// <summary>A pattern made by adding, again and again, what satisfies most for its cost.</summary>
    public HashSet<int> Greedy(IEnumerable<int> first)
    {
        HashSet<int> pattern = [.. first];
        var chosen = new bool[cost.Length];
        foreach (var c in pattern) chosen[c] = true;
        while (true)
        {
            var hits = new Dictionary<int, int>();
            foreach (var clause in _clauses)
                if (clause.IsOpen(chosen))
                    foreach (var member in clause.Members)
                        hits[member] = hits.GetValueOrDefault(member) + 1;
            if (hits.Count == 0) return pattern;
            var best = hits.OrderByDescending(h => h.Value / cost[h.Key]).ThenBy(h => h.Key).First().Key;
            chosen[best] = true;
            pattern.Add(best);
        }
    }
}
