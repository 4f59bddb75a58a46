using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Reporting;
using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Stories.Governance;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Objectives;

/// <summary>A measure's figures by group, as they are published and as reports print them.</summary>
public class FigureTableStories
{
    private static readonly FinancialYear Year = FinancialYear.Parse("2013-14");
    private static readonly MeasureId Starters = ReportHistory.Id<MeasureId>("starters");
    private static readonly MeasureDefinition Counts = new("Starters", "Who started", "people", null, null, 1, Polarity.HigherIsBetter, Frequency.Quarterly, YearEnd.Sum, "Returns", "Skills", ["sex"], true);
    private static readonly MeasureDefinition Rates = Counts with { Numerator = "In work", Denominator = "All", Per = 100, PartsMakeTotal = false, YearEnd = YearEnd.Mean };
    private static readonly ClassificationRegister Sexes = Classified(("female", null), ("male", null));

    [Fact]
    public void Groups_add_up_to_the_whole_and_quarters_to_the_year()
    {
        var (table, whole) = Table(Counts, Sexes, ("2013-14 Q1", "", 30), ("2013-14 Q1", "female", 18), ("2013-14 Q1", "male", 12), ("2013-14 Q2", "", 25), ("2013-14 Q2", "female", 15), ("2013-14 Q2", "male", 10));
        table.Mistakes().Should().BeEmpty();
        var shown = DisclosureControl.Protect(table, DisclosureRule.Default);
        (shown.At("total", "year").Value, shown.At("female", "year").Value, shown.At("male", "2013-14-q2").Value).Should().Be((55, 33, 10), "18 + 15 are 33, and 33 + 12 + 10 are 55");
        DisclosureControl.AsItIs(whole!, DisclosureRule.Default).At("year").Value.Should().Be(55);
        table.AsAt.Should().Be(new DateOnly(2013, 9, 30));
    }

    [Fact]
    public void What_no_group_holds_is_a_row_of_its_own()
    {
        var (table, _) = Table(Counts, Sexes, ("2013-14 Q1", "", 40), ("2013-14 Q1", "female", 18), ("2013-14 Q1", "male", 12));
        table.Mistakes().Should().BeEmpty();
        DisclosureControl.Protect(table, DisclosureRule.Default).At("not-told-apart", "2013-14-q1").Value.Should().Be(10);
    }

    [Fact]
    public void A_category_stands_above_its_parts_where_they_make_it()
    {
        var groups = Classified(("white", null), ("white-irish", "white"), ("white-british", "white"), ("other", null));
        var (table, _) = Table(Counts, groups, ("2013-14", "", 90), ("2013-14", "white", 60), ("2013-14", "white-irish", 20), ("2013-14", "white-british", 40), ("2013-14", "other", 30));
        table.Dimensions[0].Classification.Categories.Select(c => (c.Key, c.Parent)).Should().Equal(("total", null), ("white", "total"), ("white-irish", "white"), ("white-british", "white"), ("other", "total"));
        table.Mistakes().Should().BeEmpty();
    }

    [Fact]
    public void Groups_that_overlap_stand_side_by_side_each_of_the_whole()
    {
        var (table, whole) = Table(Counts with { PartsMakeTotal = false }, Sexes, ("2013-14", "", 40), ("2013-14", "female", 30), ("2013-14", "male", 20));
        whole.Should().BeNull("they make no whole");
        table.Dimensions[0].Classification.Categories.Should().OnlyContain(c => c.Parent == null).And.HaveCount(2);
        table.Cells.Should().OnlyContain(c => c.Denominator == 40);
    }

    [Fact]
    public void Rates_are_counts_of_those_they_are_counted_from()
    {
        var (table, whole) = Of(Rates, Sexes, Rate("", 50, 100), Rate("female", 30, 60), Rate("male", 20, 40));
        table.Mistakes().Should().BeEmpty();
        var shown = DisclosureControl.Protect(table, DisclosureRule.Default);
        (shown.At("female", "2013-14").Percent, shown.At("total", "2013-14").Denominator).Should().Be((50m, 100));
        whole.Should().NotBeNull("who knows the whole and one of two groups knows the other");
    }

    [Theory]
    [InlineData("NOTHING_OBSERVED", "2013-14||40")]
    [InlineData("NOTHING_OBSERVED", "2013-14 Q1|female|18", "2013-14 Q2|male|18", "2013-14 Q1||40", "2013-14 Q2||40")]
    [InlineData("WHOLE_MISSING", "2013-14|female|18")]
    [InlineData("PARTS_EXCEED_WHOLE", "2013-14||40", "2013-14|female|41")]
    [InlineData("NOT_COUNTS", "2013-14||40", "2013-14|female|18.5")]
    public void What_makes_no_table_is_refused(string reason, params string[] figures) =>
        FluentActions.Invoking(() => Table(Counts, Sexes, [.. figures.Select(f => f.Split('|')).Select(f => (f[0], f[1], decimal.Parse(f[2], System.Globalization.CultureInfo.InvariantCulture)))]))
            .Should().Throw<LedgerException>().Which.Failure.Reason.Should().Be(reason);

    [Fact]
    public void The_report_prints_what_was_published_with_its_record_and_a_panel_for_each_group()
    {
        var said = Reported(out var position, ("2013-14 Q1", "", 33), ("2013-14 Q1", "female", 30), ("2013-14 Q1", "male", 3), ("2013-14 Q2", "", 35), ("2013-14 Q2", "female", 30), ("2013-14 Q2", "male", 5));
        said.Section.Figures.Where(f => f.Key.StartsWith("objective.by-sex.starters", StringComparison.Ordinal)).Should().OnlyContain(f => f.Positions.Max() == position);
        var table = said.Section.Parts.OfType<ReportTable>().First();
        table.Columns.Should().Equal("Sex", "2013-14 so far", "2013-14 Q1", "2013-14 Q2");
        table.Rows.Single(r => r[0].Text == "Male")[2].Should().Match<Cell>(c => c.Text == "suppressed" && c.FigureKey == null, "3 is small");
        table.Rows.Single(r => r[0].Text == "Female")[2].Text.Should().Be("suppressed", "33 less 30 would tell it");
        var chart = said.Section.Parts.OfType<ReportChart>().Single(c => c.Panels.Count == 2);
        chart.Panels.Select(p => p.Group).Should().Equal("Female", "Male");
        chart.Panels[0].Lines[0].Values[0].Value.Should().BeNull();
        said.Section.Parts.OfType<ReportEntries>().SelectMany(e => e.Entries).SelectMany(e => e.Facts).Single(f => f.Term == "By sex").Said.Single().Text
            .Should().Contain("Table 2 of measure-starters-2013-14").And.Contain("Counts from 1 to 4 are suppressed").And.Contain("SHA-256");
    }

    [Fact]
    public void The_report_says_which_way_each_group_goes_and_by_which_method_its_year_ends()
    {
        var said = Reported(out _, ("2013-14 Q1", "", 60), ("2013-14 Q1", "female", 40), ("2013-14 Q1", "male", 20), ("2013-14 Q2", "", 70), ("2013-14 Q2", "female", 40), ("2013-14 Q2", "male", 30));
        var trend = said.Section.Parts.OfType<ReportTable>().Last();
        trend.Rows.Single(r => r[0].Text == "Male").Select(c => c.Text).Should().Equal("Male", "Improving: 30 in 2013-14 Q2, after 20 in 2013-14 Q1.", "100 people. Run rate: 50 in 2 of 4 parts of the year, carried on evenly.");
        trend.Rows.Single(r => r[0].Text == "Female")[1].Text.Should().StartWith("Steady");
    }

    [Fact]
    public void Without_a_published_table_the_report_prints_no_group()
    {
        var history = History();
        var section = Section(history);
        section.Parts.OfType<ReportTable>().Should().BeEmpty();
        section.Parts.OfType<ReportEntries>().SelectMany(e => e.Entries).SelectMany(e => e.Facts).Single(f => f.Term == "By sex").Said.Single().Text.Should().Contain("No table of 2013-14 was published");
    }

    private static (SectionContent Section, ReportHistory History) Reported(out long position, params (string Period, string Group, decimal Value)[] figures)
    {
        var history = History();
        var (table, whole) = Table(Counts, Sexes, figures);
        var origin = new TableOrigin(FigureTables.SourceOf(Starters, "sex"), Year, 2, "digest");
        var events = ((Decision.Taken)PublicationRecord.Decide(PublicationRecord.Unborn, new PublishTable(ReportHistory.Id<StatisticId>("s"), table, origin, whole), Now)).Events;
        position = events.Select(e => history.Record("2014-03-31", "statistic", "s", e)).Last();
        return (Section(history), history);
    }

    private static Occasion Now => new(new DateTimeOffset(2014, 3, 31, 12, 0, 0, TimeSpan.Zero), new DateOnly(2014, 3, 31), Actor.Platform, "r", "", PolicyValues.None);

    private static ReportHistory History()
    {
        var history = new ReportHistory();
        history.Record("2013-04-02", "measure", "starters", new MeasureDefined(Starters, "starters", null, Counts, null, null, []));
        history.Record("2013-10-01", "observation-sheet", "s", new ObservationsReported(
            new SheetId(Starters, 1, Year, 0), null, null, [new(MeasuredPeriod.Parse("2013-14 Q1"), "", 33, null, null, ObservationStatus.Final)], new DateOnly(2013, 6, 30)));
        return history;
    }

    private static SectionContent Section(ReportHistory history)
    {
        var fold = new EqualitiesPlatform.Governance.ObjectiveSectionOfWholeYears().Begin(new ReportScope("crc", Year, new DateOnly(2014, 3, 31), long.MaxValue));
        foreach (var recorded in history.Events) fold.Apply(recorded);
        return fold.Complete();
    }

    private static (CountTable Table, CountTable? Whole) Table(MeasureDefinition definition, ClassificationRegister groups, params (string Period, string Group, decimal Value)[] figures) =>
        Of(definition, groups, [.. figures.Select(f => Figure(f.Period, f.Group, f.Value, null, null))]);

    private static (CountTable Table, CountTable? Whole) Of(MeasureDefinition definition, ClassificationRegister groups, params FigureOnRecord[] figures) =>
        FigureTables.Of(MeasureRegister.Fold(null, History().Events[0])! with { Definition = definition }, groups, "sex", Year, figures);

    private static FigureOnRecord Rate(string group, decimal over, decimal under) => Figure("2013-14", group, over / under * 100, over, under);

    private static FigureOnRecord Figure(string period, string group, decimal value, decimal? over, decimal? under) =>
        new(1, MeasuredPeriod.Parse(period), group.Length == 0 ? "" : $"sex={group}", value, over, under, ObservationStatus.Final, 0, null, new DateOnly(2014, 3, 31), 1);

    private static ClassificationRegister Classified(params (string Key, string? Within)[] categories) => new(
        "c", 1, default, "sex", 1, "Sex", BreakdownBy.Sex, new DateOnly(2013, 4, 1), [.. categories.Select(c => new LabelledCategory(c.Key, char.ToUpperInvariant(c.Key[0]) + c.Key[1..], c.Within, []))], [], []);
}
