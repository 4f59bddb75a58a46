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
                    var (least, most) = attacker.Attack(t, c);
                    var width = Math.Min(published[t].Rule.Width, (cell.Denominator ?? long.MaxValue) - (published[t].Rule.Zeros is ZeroRule.Show && !(cell.Denominator < published[t].Rule.Threshold) ? 1 : 0));
                    ((most ?? long.MaxValue) - least).Should().BeGreaterThanOrEqualTo(width, "seed {0}, table {1}, cell {2} lies from {3} to {4}", seed, t, c, least, most);
                }
    }
}
