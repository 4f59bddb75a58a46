using EqualitiesPlatform.Disclosure;

namespace EqualitiesPlatform.Stories.Disclosure;

public class OptimumStories
{
    private const int Width = 3;

    [Fact]
    public void No_small_table_loses_more_than_half_as_much_again_as_it_must()
    {
        var dear = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.For(0, 200, seed =>
        {
            var random = new RandomTables(seed);
            var table = random.Table(random.Dimension("a", random.Between(2, 3)), random.Dimension("b", random.Between(2, 3)));
            var ours = DisclosureControl.Protect(table, DisclosureRule.Default).Suppressed;
            var least = Least(table);
            if (ours > 1.5 * least) dear.Add($"seed {seed}: {ours} instead of {least}");
        });
        dear.Should().BeEmpty();
    }

    /// <summary>The fewest suppressed cells with which the attacker finds none of them: every pattern is tried, small ones first.</summary>
    private static int Least(CountTable table)
    {
        var open = DisclosureControl.Protect(table, DisclosureRule.Default with { Threshold = 1, Width = 0 });
        var values = open.Cells.Select(c => c.Value!.Value).ToArray();
        var small = Enumerable.Range(0, values.Length).Where(c => values[c] is > 0 and < 5).ToArray();
        var others = Enumerable.Range(0, values.Length).Where(c => values[c] >= 5).ToArray();
        for (var more = 0; more <= others.Length; more++)
            foreach (var chosen in Choices(others, more, 0))
                if (Holds(open, values, [.. small, .. chosen])) return small.Length + more;
        throw new InvalidOperationException("A table of blanks always holds.");
    }

    private static IEnumerable<int[]> Choices(int[] from, int take, int start)
    {
        if (take == 0)
        {
            yield return [];
            yield break;
        }
        for (var i = start; i <= from.Length - take; i++)
            foreach (var rest in Choices(from, take - 1, i + 1))
                yield return [from[i], .. rest];
    }

    private static bool Holds(ProtectedTable open, long[] values, HashSet<int> suppressed)
    {
        if (suppressed.Count == 0) return true;
        // A cell alone in its row or column is found by subtraction; most patterns fail here.
        var (down, across) = (open.Dimensions[0].Classification.Categories.Count, open.Dimensions[1].Classification.Categories.Count);
        for (var r = 0; r < down; r++) if (Enumerable.Range(0, across).Count(c => suppressed.Contains(r * across + c)) == 1) return false;
        for (var c = 0; c < across; c++) if (Enumerable.Range(0, down).Count(r => suppressed.Contains(r * across + c)) == 1) return false;
        var tried = open with
        {
            Rule = DisclosureRule.Default,
            Cells = [.. values.Select((v, c) => suppressed.Contains(c) ? new ProtectedCell(CellMark.Suppressed, null) : new ProtectedCell(CellMark.Exact, v))],
        };
        var attacker = new Attacker([tried]);
        return suppressed.All(c => !attacker.Finds(0, c, Width));
    }
}
