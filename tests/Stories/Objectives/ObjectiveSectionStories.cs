using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Reporting;
using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Stories.Governance;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Objectives;

/// <summary>The Objective and its measures in the year-end report.</summary>
public class ObjectiveSectionStories
{
    private static readonly FinancialYear Year = FinancialYear.Parse("2013-14");
    private static readonly MeasureId Starters = ReportHistory.Id<MeasureId>("starters");
    private static readonly MeasureDefinition Definition = new(
        "Starters", "Who started", "people", null, null, 1, Polarity.HigherIsBetter, Frequency.Quarterly, YearEnd.Sum, "Returns", "Skills", [], true);

    [Fact]
    public void Each_word_about_a_measure_names_the_events_that_it_comes_from()
    {
        var history = Played(out var positions);
        var section = Section(history.Events);
        Figure Of(string name) => section.Figures.Single(f => f.Key == $"objective.{name}.starters");
        (Of("outturn").Value, Of("outturn").Positions).Should().BeEquivalentTo(("38 people", new[] { positions["defined"], positions["q1"], positions["q2"] }));
        Of("rag").Value.Should().Be("Amber");
        Of("rag").Positions.Should().Equal(positions["defined"], positions["target"], positions["rule"], positions["q1"], positions["q2"]);
        Of("baseline").Value.Should().Be("31 people in 2012-13");
        section.Figures.Single(f => f.Key == "objective.amber").Value.Should().Be("1");
        section.Parts.OfType<ReportChart>().Single().Points.Should().Equal("2013-14 H1", "2013-14 H2");
    }

    [Fact]
    public void What_was_not_known_yet_changes_nothing()
    {
        var history = Played(out var positions);
        var before = System.Text.Json.JsonSerializer.Serialize(Section(history.Events), Catalogue.Json);
        history.Record("2014-06-01", "observation-sheet", "late", new ObservationsCorrected(
            new SheetId(Starters, 1, Year, 0), "Late", [new(MeasuredPeriod.Parse("2013-14 H1"), "", 40, null, null, ObservationStatus.Final, 18)], new DateOnly(2013, 9, 30)));
        System.Text.Json.JsonSerializer.Serialize(Section(history.Events, positions["q2"]), Catalogue.Json).Should().Be(before);
        Section(history.Events, long.MaxValue).Figures.Single(f => f.Key == "objective.outturn.starters").Value.Should().Be("60 people");
    }

    [Fact]
    public void Figures_of_another_definition_are_another_series()
    {
        var history = Played(out _);
        history.Record("2014-02-01", "measure", "starters", new MeasureRedefined(2, Definition with { Meaning = "Who stayed for a month" }, "Too many left", new DateOnly(2014, 2, 1)));
        var section = Section(history.Events, long.MaxValue);
        section.Figures.Single(f => f.Key == "objective.outturn.starters").Should().Match<Figure>(f => f.Value == "none" && f.Searched != null);
    }

    [Fact]
    public void Percentages_by_group_are_printed_once_it_is_on_record_where_their_source_published_them()
    {
        var (history, sheet, half) = (new ReportHistory(), new SheetId(Starters, 1, Year, 0), MeasuredPeriod.Parse("2013-14 H1"));
        history.Record("2013-04-01", "classification", "sex", new ClassificationPublished(ReportHistory.Id<ClassificationId>("sex"), "sex", 1, "Sex", BreakdownBy.Sex, [new("female", "Female"), new("male", "Male")], new DateOnly(2013, 4, 1)));
        var defined = history.Record("2013-04-02", "measure", "starters", new MeasureDefined(Starters, "starters", null, Definition with { Unit = "per cent", YearEnd = YearEnd.Last, Breakdowns = ["sex"], PartsMakeTotal = false }, null, null, []));
        Observation Of(string cell, decimal value, decimal? over = null) => new(half, cell, value, over, over is null ? null : 200, ObservationStatus.Final);
        var reported = history.Record("2013-10-01", "observation-sheet", "s", new ObservationsReported(sheet, null, "July", [Of("", 50), Of("sex=female", 61.25m), Of("sex=male", 9, 18)], half.Last));
        Section(history.Events, long.MaxValue).Figures.Should().NotContain(f => f.Key.Contains("by-sex", StringComparison.Ordinal), "nobody said that they are public");

        var cited = history.Record("2014-03-01", "measure", "starters", new GroupsCited("sex", Year, "A survey, July 2013"));
        var section = Section(history.Events, long.MaxValue);
        section.Figures.Where(f => f.Key.Contains("by-sex", StringComparison.Ordinal)).Select(f => (f.Key, f.Value)).Should().Equal(
            ("objective.by-sex.starters.female.2013-14-h1", "61.25"), ("objective.by-sex.starters.cited", "A survey, July 2013"));
        section.Figures.Single(f => f.Value == "61.25").Positions.Should().Equal(defined, reported, cited);
        section.Parts.OfType<ReportTable>().Single(t => t.Key == "objective.by-sex.starters").Rows.Should().ContainSingle("what has its two numbers is published protected, or not at all").Which[0].Text.Should().Be("Female");
    }

    [Fact]
    public void A_year_whose_first_figures_are_missing_has_no_outturn_but_where_it_was_printed_as_one()
    {
        var events = Played(out var positions).Events.Where(e => e.Position != positions["q1"]).ToArray();
        var outturn = Section(events).Figures.Single(f => f.Key == "objective.outturn.starters");
        (outturn.Value, outturn.Searched).Should().Be(("none", null));
        outturn.Positions.Should().Equal(positions["defined"], positions["q2"]);
        Section(events, with: new ObjectiveSectionWithGroups()).Figures.Single(f => f.Key == "objective.outturn.starters").Value.Should().Be("20 people", "an earlier version prints what it first printed");
    }

    [Fact]
    public void Without_an_objective_it_says_what_was_searched()
    {
        var section = Section([]);
        section.Figures.Should().BeEmpty();
        section.Introduction.Should().ContainSingle().Which.Should().Contain("none found");
    }

    private static ReportHistory Played(out Dictionary<string, long> positions)
    {
        var history = new ReportHistory();
        var sheet = new SheetId(Starters, 1, Year, 0);
        object Reported(string period, decimal value) =>
            new ObservationsReported(sheet, null, null, [new(MeasuredPeriod.Parse(period), "", value, null, null, ObservationStatus.Final)], MeasuredPeriod.Parse(period).Last);
        positions = new Dictionary<string, long>
        {
            ["stated"] = history.Record("2013-04-02", "objective", "seo", new ObjectiveStated(ReportHistory.Id<ObjectiveId>("seo"), "seo", 1, "Fair access", "Communities", null, new DateOnly(2013, 4, 1))),
            ["defined"] = history.Record("2013-04-02", "measure", "starters", new MeasureDefined(Starters, "starters", ReportHistory.Id<ObjectiveId>("seo"), Definition, null, null, [])),
            ["baseline"] = history.Record("2013-04-02", "measure", "starters", new BaselineSet(1, MeasuredPeriod.Parse("2012-13"), 31)),
            ["target"] = history.Record("2013-04-02", "measure", "starters", new TargetSet(1, Year.Whole, 40, null, null)),
            ["rule"] = history.Record("2013-04-02", "measure", "starters", new RagRuleSet(new RagRule(0, 10))),
            ["q1"] = history.Record("2013-10-01", "observation-sheet", "s", Reported("2013-14 H1", 18)),
            ["q2"] = history.Record("2014-03-31", "observation-sheet", "s", Reported("2013-14 H2", 20)),
        };
        return history;
    }

    private static SectionContent Section(IEnumerable<RecordedEvent> events, long position = 7, ISection? with = null)
    {
        var fold = (with ?? new ObjectiveSectionOfWholeYears()).Begin(new ReportScope("crc", Year, new DateOnly(2014, 3, 31), position));
        foreach (var recorded in events.Where(e => e.Position <= position)) fold.Apply(recorded);
        return fold.Complete();
    }
}
