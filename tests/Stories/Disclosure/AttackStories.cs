using System.Collections.Concurrent;
using EqualitiesPlatform.Disclosure;

namespace EqualitiesPlatform.Stories.Disclosure;

public class AttackStories
{
    private static readonly int Times = Environment.GetEnvironmentVariable("EQUALITIES_LONG") == "1" ? 20 : 1;

    private static readonly DisclosureRule[] Rules =
    [
        DisclosureRule.Default, DisclosureRule.Default, DisclosureRule.Default with { Zeros = ZeroRule.Protect, Width = 4 },
        DisclosureRule.Default with { Threshold = 10, Width = 5 }, DisclosureRule.Default with { Method = SmallNumberMethod.Round },
    ];

    [Fact]
    public void The_attacker_finds_no_suppressed_cell_of_a_table_alone() =>
        Found(700, seed => [DisclosureControl.Protect(new RandomTables(seed).Any(), Rules[seed % Rules.Length])]).Should().BeEmpty();

    [Fact]
    public void The_attacker_finds_no_suppressed_cell_of_tables_taken_together() =>
        Found(300, seed => Published(new RandomTables(seed).Sequence(), Rules[seed % 4])).Should().BeEmpty();

    /// <summary>Small counts that are rounded are kept as well as those that are suppressed: over earlier issues and over wards that were drawn anew.</summary>
    [Fact]
    public void The_attacker_finds_no_small_count_behind_rounded_tables_earlier_issues_and_moved_wards()
    {
        var (found, kept, shown) = (new ConcurrentBag<string>(), 0, 0);
        Parallel.For(0, 200 * Times, seed =>
        {
            var (published, counts, rule) = Moved(seed);
            var attacker = new Attacker(published);
            for (var t = 0; t < published.Count; t++)
                for (var c = 0; c < published[t].Cells.Count; c++)
                    if (published[t].Cells[c].Mark is CellMark.Suppressed || (published[t].Cells[c].Mark is CellMark.Rounded && rule.IsSmall(counts[t][c])))
                    {
                        Interlocked.Increment(ref kept);
                        if (attacker.Finds(t, c, rule.Width)) found.Add($"seed {seed}: table {t}, cell {c}, {published[t].Cells[c].Mark}");
                    }
                    else Interlocked.Increment(ref shown);
        });
        found.Should().BeEmpty();
        kept.Should().BeGreaterThan(1_000 * Times, "there is something to find");
        shown.Should().BeGreaterThan(kept, "a table of blanks serves nobody");
    }

    /// <summary>Here the zeros of a later table, which the rule shows, tell what an earlier one kept: it can't be published.</summary>
    [Theory]
    [InlineData(312), InlineData(907), InlineData(2356), InlineData(2660), InlineData(2716), InlineData(3092)]
    public void A_table_that_no_pattern_keeps_safe_is_not_published(int seed)
    {
        var (published, _, _) = Moved(seed);
        published.Should().HaveCountLessThan(seed % 3 == 0 ? 3 : 4).And.NotBeEmpty();
        Found(published).Should().BeEmpty();
    }

    [Fact]
    public void The_attacker_finds_what_is_suppressed_badly()
    {
        var table = new RandomTables(1).Table(new RandomTables(1).Dimension("a", 3));
        var bare = new ProtectedTable(table.Statistic, table.Title, table.AsAt, table.Dimensions,
            [new(CellMark.Exact, 30), new(CellMark.Suppressed, null), new(CellMark.Exact, 10), new(CellMark.Exact, 17)], DisclosureRule.Default);
        new Attacker([bare]).Finds(0, 1, 3).Should().BeTrue("it is 30 less 10 less 17");
    }

    [Fact]
    public void The_attacker_finds_no_suppressed_cell_of_the_census()
    {
        var census = CensusTable.ByAuthority();
        var alone = DisclosureControl.Protect(census, DisclosureRule.Default);
        alone.Suppressed.Should().BeLessThan(alone.Cells.Count / 20, "a table of blanks serves nobody");
        alone.Cells.Count(c => c.Value is null).Should().BePositive();
        Found([alone]).Should().BeEmpty();

        var forces = DisclosureControl.Protect(CensusTable.ByForce(census), DisclosureRule.Default, [alone]);
        forces.ShowsNothing.Should().BeFalse();
        Found([alone, forces.Table]).Should().BeEmpty();
    }

    /// <summary>What is published of a sequence of tables over areas that move and counts that grow, and what was counted.</summary>
    private static (List<ProtectedTable> Published, List<long[]> Counts, DisclosureRule Rule) Moved(int seed)
    {
        DisclosureRule[] rules = [Rules[4], Rules[4] with { Threshold = 10, RoundingBase = 10, Width = 5 }, Rules[4] with { Zeros = ZeroRule.Protect }, DisclosureRule.Default];
        var (tables, rule) = (seed % 3 == 0 ? new RandomTables(seed).Sequence() : new RandomTables(seed).MovedAndGrown(), rules[seed % rules.Length]);
        var (published, counts) = (new List<ProtectedTable>(), new List<long[]>());
        foreach (var table in tables)
            if (DisclosureControl.Protect(table, rule, published) is { ShowsNothing: false } protection)
            {
                published.Add(protection.Table);
                counts.Add(EqualitiesPlatform.Disclosure.Counts.Of(table).Values);
            }
        return (published, counts, rule);
    }

    private static IReadOnlyList<ProtectedTable> Published(IReadOnlyList<CountTable> tables, DisclosureRule rule)
    {
        var published = new List<ProtectedTable>();
        foreach (var table in tables)
            if (DisclosureControl.Protect(table, rule, published) is { ShowsNothing: false } protection) published.Add(protection.Table);
        return published;
    }

    private static IReadOnlyCollection<string> Found(int seeds, Func<int, IReadOnlyList<ProtectedTable>> published)
    {
        var found = new ConcurrentBag<string>();
        Parallel.For(0, seeds * Times, seed =>
        {
            foreach (var cell in Found(published(seed))) found.Add($"seed {seed}: {cell}");
        });
        return found;
    }

    private static IEnumerable<string> Found(IReadOnlyList<ProtectedTable> published)
    {
        var attacker = new Attacker(published);
        for (var t = 0; t < published.Count; t++)
            for (var c = 0; c < published[t].Cells.Count; c++)
                if (published[t].Cells[c].Mark is CellMark.Suppressed && attacker.Finds(t, c, published[t].Rule.Width))
                    yield return $"table {t}, cell {c}";
    }
}
