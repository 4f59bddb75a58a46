using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Vocabulary;
using static EqualitiesPlatform.Stories.RandomTables;

namespace EqualitiesPlatform.Stories.Disclosure;

public class PublicationStories
{
    private static readonly StatisticId Tensions = new(Guid.Parse("00000000-0000-5000-8000-000000000001"));
    private static readonly TableDimension Area = Wards("2013", ("north", ["n1", "n2"]), ("middle", ["m1"]), ("south", ["s1", "s2"]));

    [Fact]
    public void A_table_without_small_counts_is_published_as_it_is()
    {
        var published = Published(Story<PublicationRecord>.Given().When(Publish([12, 20, 31])));
        published.Should().Match<TablePublished>(p => p.Number == 1 && !p.Widened && p.Origin == null && p.Statistic == Tensions);
        published.Table.Cells.Select(c => c.Value).Should().Equal(63, 12, 20, 31);
    }

    [Fact]
    public void A_small_count_is_suppressed_with_another_that_would_give_it_away()
    {
        var table = Published(Story<PublicationRecord>.Given().When(Publish([3, 20, 31]))).Table;
        table.At("north").Should().Be(new ProtectedCell(CellMark.Suppressed, null));
        table.At("middle").Value.Should().BeNull("of two that protect as well, the less is suppressed");
        table.At("total").Value.Should().Be(54);
        table.At("south").Value.Should().Be(31);
    }

    [Fact]
    public void The_pack_sets_the_rule()
    {
        var table = Published(Story<PublicationRecord>.Given()
            .Under(("disclosure.threshold", "10"), ("disclosure.method", "round"), ("disclosure.rounding-base", "10")).When(Publish([12, 20, 36]))).Table;
        table.Cells.Should().OnlyContain(c => c.Mark == CellMark.Rounded);
        table.Cells.Select(c => c.Value).Should().Equal(70, 10, 20, 40);
        table.Rule.Should().Be(new DisclosureRule("story", 10, 3, SmallNumberMethod.Round, 10, ZeroRule.Show));
    }

    [Fact]
    public void Zeros_are_shown_or_protected_as_the_policy_says()
    {
        Published(Story<PublicationRecord>.Given().When(Publish([0, 20, 31]))).Table.At("north").Value.Should().Be(0);
        Published(Story<PublicationRecord>.Given().Under(("disclosure.zeros", "protect")).When(Publish([0, 20, 31]))).Table
            .At("north").Mark.Should().Be(CellMark.Suppressed);
    }

    [Fact]
    public void A_percentage_of_a_known_denominator_goes_with_its_count()
    {
        var table = Published(Story<PublicationRecord>.Given().When(new PublishTable(Tensions, new CountTable("tensions", "Tensions", Day, [Area],
            [new(["north"], 3, 300), new(["middle"], 20, 150), new(["south"], 31, 90)]), null))).Table;
        table.At("north").Percent.Should().BeNull();
        table.At("south").Percent.Should().Be(34.4m, "31 of 90 are 34.4 per cent");
    }

    [Fact]
    public void What_is_public_anyway_is_on_record_first_and_the_table_is_protected_against_it()
    {
        // The middle is known to be 20 and the whole 54: of the other two, 34 together, neither may be small and shown to be.
        var known = new CountTable("tensions", "Tensions", Day, [Area with { Classification = new Classification("ward", "2013", [new Category("middle", "Middle", null, ["m1"])]) }], [new(["middle"], 20)]);
        var ask = Publish([3, 20, 31]) with { Known = known };
        var events = Story<PublicationRecord>.Given().When(ask).Events.Cast<TablePublished>().ToArray();
        events.Select(e => e.Number).Should().Equal(1, 2);
        events[0].Table.Cells.Should().ContainSingle(c => c.Mark == CellMark.Exact && c.Value == 20);
        events[1].Table.At("middle").Value.Should().Be(20, "keeping back what is known protects nothing");
        events[1].Table.At("north").Mark.Should().Be(CellMark.Suppressed);
        events[1].Table.At("south").Mark.Should().Be(CellMark.Suppressed);
        Story<PublicationRecord>.Given([.. events]).When(ask).ThenNothing();
    }

    [Fact]
    public void A_figure_that_is_not_what_the_events_come_to_is_named()
    {
        var origin = new TableOrigin("story", new FinancialYear(2013), 7, "d");
        var honest = DisclosureControl.Protect(Publish([12, 20, 31]).Table, DisclosureRule.Default);
        TableOnRecord OnRecord(ProtectedTable table) => new(1, table, false, origin, Day, 8, default, default);
        TableCheck.Differences(OnRecord(honest), new TableRecount(Publish([12, 20, 31]).Table, false, "d"), []).Should().BeEmpty();

        var tampered = honest with { Cells = [.. honest.Cells.Select((c, i) => i == 2 ? c with { Value = 21 } : c)] };
        TableCheck.Differences(OnRecord(tampered), new TableRecount(Publish([12, 20, 31]).Table, false, "d"), []).Should().Equal(("middle", "21", "20"));
        TableCheck.Differences(OnRecord(honest), new TableRecount(Publish([12, 20, 31]).Table, false, "e"), []).Should().ContainSingle().Which.Place.Should().Be("The events");
        TableCheck.Differences(OnRecord(honest), new TableRecount(Publish([12, 20, 31]).Table, false, "e"), [], withdrawn: true).Should().BeEmpty("what was counted is there without the text");
        TableCheck.Differences(OnRecord(tampered), new TableRecount(Publish([12, 20, 31]).Table, false, "e"), [], withdrawn: true).Should().Equal([("middle", "21", "20")], "a withdrawn text excuses no cell");
        TableCheck.Differences(OnRecord(honest), new TableRecount(null, false, "d"), []).Should().ContainSingle().Which.Recounted.Should().Be("nothing to count");
    }

    [Fact]
    public void The_same_table_is_published_once() =>
        Story<PublicationRecord>.Given(First([12, 20, 31])).When(Publish([12, 20, 31])).ThenNothing();

    [Fact]
    public void What_a_moved_boundary_would_give_away_is_not_shown()
    {
        // Of the 12 in the north, 10 are where the north was drawn smaller: 2 in between.
        var moved = Wards("2014", ("north", ["n1"]), ("middle", ["m1", "n2"]), ("south", ["s1", "s2"]));
        var published = Published(Story<PublicationRecord>.Given(First([12, 20, 31])).When(Publish([10, 22, 31], moved)));
        published.Widened.Should().BeTrue();
        published.Table.At("north").Mark.Should().Be(CellMark.Suppressed);
        published.Table.At("middle").Mark.Should().Be(CellMark.Suppressed);
        published.Table.At("south").Value.Should().Be(31);
    }

    [Fact]
    public void What_a_later_issue_would_give_away_is_not_shown()
    {
        var published = Published(Story<PublicationRecord>.Given(First([12, 20, 31])).When(Publish([13, 40, 60], day: Day.AddMonths(3))));
        published.Widened.Should().BeTrue();
        published.Table.At("north").Mark.Should().Be(CellMark.Suppressed);
    }

    [Fact]
    public void A_correction_as_at_the_same_day_is_a_later_issue() =>
        Published(Story<PublicationRecord>.Given(First([12, 20, 31])).When(Publish([13, 40, 60]))).Table.At("north").Mark.Should().Be(CellMark.Suppressed);

    [Fact]
    public void A_table_that_could_only_give_away_is_refused() =>
        Story<PublicationRecord>.Given(First([12, 20, 31])).When(Publish([13, 21, 32], day: Day.AddMonths(1))).ThenRefused("GIVES_AWAY_WITH_EARLIER");

    [Fact]
    public void A_table_of_nothing_but_small_counts_is_refused() =>
        Story<PublicationRecord>.Given().When(Publish([1, 1, 2])).ThenRefused("NOTHING_LEFT_TO_PUBLISH");

    [Fact]
    public void Areas_that_nobody_can_compare_with_earlier_ones_are_refused()
    {
        var unrelated = new TableDimension("ward", "Ward", Classification.WithTotal("wards", "2014", new Category("east", "East"), new Category("west", "West")));
        Story<PublicationRecord>.Given(First([12, 20, 31])).When(new PublishTable(Tensions, Table([unrelated], _ => 30, statistic: "tensions"), null))
            .ThenRefused("CLASSIFICATION_UNRELATED");
    }

    [Fact]
    public void A_table_of_something_else_is_refused() =>
        Story<PublicationRecord>.Given(First([12, 20, 31])).When(new PublishTable(Tensions, Table([Area], _ => 30, statistic: "barriers"), null))
            .ThenRefused("ANOTHER_STATISTIC");

    [Fact]
    public void A_table_that_is_none_is_refused() =>
        Story<PublicationRecord>.Given().When(new PublishTable(Tensions, new CountTable("tensions", "Tensions", Day, [Area], [new(["nowhere"], 1)]), null))
            .ThenRefused("TABLE_MALFORMED");

    [Fact]
    public void Tables_that_tell_too_many_groups_apart_are_refused()
    {
        TableDimension Wide(string key) => new(key, key, Classification.WithTotal(key, "1", [.. Enumerable.Range(1, 500).Select(i => new Category($"{key}-{i}", $"{key} {i}"))]));
        var first = DisclosureControl.Protect(Table([Wide("a")], _ => 30, statistic: "tensions"), DisclosureRule.Default);
        Story<PublicationRecord>.Given(new TablePublished(Tensions, 1, first, false, null))
            .When(new PublishTable(Tensions, Table([Wide("b")], _ => 30, statistic: "tensions"), null)).ThenRefused("TOO_DETAILED");
    }

    private static TableDimension Wards(string version, params (string Key, string[] Parts)[] wards) =>
        new("ward", "Ward", Classification.WithTotal("wards", version, [.. wards.Select(w => new Category(w.Key, w.Key, null, w.Parts))]));

    private static PublishTable Publish(long[] counts, TableDimension? wards = null, DateOnly? day = null)
    {
        var dimension = wards ?? Area;
        return new(Tensions, Table([dimension], at => counts[dimension.Classification.Categories.ToList().FindIndex(c => c.Key == at[0]) - 1], day, "tensions"), null);
    }

    private static TablePublished First(long[] counts) => Published(Story<PublicationRecord>.Given().When(Publish(counts)));

    private static TablePublished Published(Story<PublicationRecord> story) => story.Events.Should().ContainSingle().Which.Should().BeOfType<TablePublished>().Subject;
}
