using EqualitiesPlatform.Disclosure;

namespace EqualitiesPlatform.Stories.Disclosure;

public class AttackStories
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("EQUALITIES_LONG") == "1";

    [Fact]
    public void The_attacker_recovers_no_suppressed_cell_of_a_table_alone()
    {
        for (var seed = 0; seed < (Long ? 20_000 : 200); seed++)
        {
            var table = new RandomTables(seed).Any();
            Unbroken([DisclosureControl.Protect(table, DisclosureRule.Default)], seed);
        }
    }

    internal static void Unbroken(IReadOnlyList<ProtectedTable> published, int seed)
    {
        var attacker = new Attacker(published);
        for (var t = 0; t < published.Count; t++)
            for (var c = 0; c < published[t].Cells.Count; c++)
                if (published[t].Cells[c] is { Mark: CellMark.Suppressed } cell)
                {
                    var width = Math.Min(published[t].Rule.Width, (cell.Denominator ?? long.MaxValue) - (published[t].Rule.Zeros is ZeroRule.Show && !(cell.Denominator < published[t].Rule.Threshold) ? 1 : 0));
                    attacker.Finds(t, c, width).Should().BeFalse("the cell {2} of table {1} is suppressed, seed {0}", seed, t, c);
                }
    }
}
