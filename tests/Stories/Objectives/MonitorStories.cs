using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Vocabulary;
using Categories = EqualitiesPlatform.Disclosure.Classification;
using Monitor = EqualitiesPlatform.Objectives.Monitor;

namespace EqualitiesPlatform.Stories.Objectives;

public class MonitorStories
{
    private static readonly MonitorId Watch = new(Guid.Parse("00000000-0000-7000-8000-0000000000e1"));
    private static readonly MeasureId Measure = new(Guid.Parse("00000000-0000-7000-8000-0000000000b1"));
    private static readonly MonitorTerms Terms = new(MonitorKind.DisproportionateImpact, "Stops", Measure, "group", [], null, null, 10);
    private static readonly MeasuredPeriod Year = MeasuredPeriod.Parse("2012-13");

    [Fact]
    public void It_is_set_up_with_the_least_count_of_the_policy()
    {
        Story<Monitor>.Given().Under(("monitors.least-count", "20")).When(new SetUpMonitor(Watch, "stops", Terms with { LeastCount = null })).Then(new MonitorSetUp(Watch, "stops", Terms with { LeastCount = 20 }));
        Story<Monitor>.Given(new MonitorSetUp(Watch, "stops", Terms)).When(new SetUpMonitor(Watch, "stops", Terms with { LeastCount = null })).ThenNothing();
    }

    [Fact]
    public void It_needs_what_its_kind_needs()
    {
        foreach (var terms in new[]
        {
            Terms with { Breakdown = null }, Terms with { Kind = MonitorKind.DownturnImpact, Vulnerable = ["a"] }, Terms with { Kind = MonitorKind.DownturnImpact, Since = Year },
            Terms with { Kind = MonitorKind.HateCrimeReporting },
        })
            Story<Monitor>.Given().When(new SetUpMonitor(Watch, "stops", terms)).ThenRefused("MONITOR_LACKS");
    }

    [Fact]
    public void It_is_stood_down_and_may_be_set_up_again()
    {
        Story<Monitor>.Given(new MonitorSetUp(Watch, "stops", Terms)).When(new StandDownMonitor(Watch, "Done")).Then(new MonitorStoodDown("Done"));
        Story<Monitor>.Given(new MonitorSetUp(Watch, "stops", Terms), new MonitorStoodDown("Done")).When(new StandDownMonitor(Watch, "Done")).ThenNothing();
        Story<Monitor>.Given(new MonitorSetUp(Watch, "stops", Terms), new MonitorStoodDown("Done")).When(new SetUpMonitor(Watch, "stops", Terms)).Then(new MonitorSetUp(Watch, "stops", Terms));
        Story<Monitor>.Given().When(new StandDownMonitor(Watch, "Done")).ThenRefused("MONITOR_UNKNOWN");
    }

    [Fact]
    public void The_register_shows_its_terms()
    {
        object[] events = [new MonitorSetUp(Watch, "stops", Terms), new MonitorStoodDown("Done")];
        var shown = events.Select(Recorded.As(MonitorId.Kind, Watch.Value)).Aggregate((MonitorRegister?)null, MonitorRegister.Fold)!;
        (shown.Kind, shown.Title, shown.Down).Should().Be((MonitorKind.DisproportionateImpact, "Stops", true));
    }

    [Fact]
    public void A_rate_ratio_has_the_interval_of_the_textbook()
    {
        // 40 of 1,000 to 100 of 10,000: 0.04 / 0.01 = 4; √(1/40 + 1/100) = 0.18708; e^(1.96 · 0.18708) = 1.44297; 4 / 1.44297 = 2.7720, 4 · 1.44297 = 5.7719.
        var (ratio, low, high) = MonitorReadings.RateRatio(40, 1000, 100, 10000);
        ratio.Should().BeApproximately(4, 1e-9);
        low.Should().BeApproximately(2.7720, 0.0005);
        high.Should().BeApproximately(5.7719, 0.0005);
    }

    [Fact]
    public void A_group_is_flagged_when_its_interval_excludes_1_and_numbers_suffice()
    {
        var rows = MonitorReadings.DisproportionateImpact(Terms, 1000, new Dictionary<string, MeasuredFigure>
        {
            ["a"] = Of(40, 1000), ["b"] = Of(100, 10000), ["few"] = Of(6, 100), ["none"] = Of(0, 50),
        }, new Dictionary<string, string?>()).Rows.ToDictionary(r => r.Group);
        (rows["a"].Flagged, rows["a"].Suffices).Should().Be((true, true));
        rows["b"].Flagged.Should().BeTrue("fewer than all others is disproportionate too");
        (rows["few"].Flagged, rows["few"].Suffices, rows["few"].Low > 1).Should().Be((false, false, true));
        (rows["none"].Ratio, rows["none"].Flagged).Should().Be((null, false));
    }

    [Fact]
    public void Of_a_group_and_its_parts_only_one_counts_so_that_nobody_is_in_the_rest_twice()
    {
        // x is made of x1 and x2, y of y1 and y2; of y, only one part is told.
        var within = new Dictionary<string, string?> { ["x"] = null, ["x1"] = "x", ["x2"] = "x", ["y"] = null, ["y1"] = "y", ["y2"] = "y", ["z"] = null };
        var groups = new Dictionary<string, MeasuredFigure> { ["x"] = Of(60, 1000), ["x1"] = Of(20, 400), ["x2"] = Of(40, 600), ["y"] = Of(30, 1000), ["y1"] = Of(25, 500), ["z"] = Of(10, 1000) };
        var reading = MonitorReadings.DisproportionateImpact(Terms, 1000, groups, within);
        reading.Rows.Select(r => r.Group).Should().Equal("x1", "x2", "y", "z");
        // z: 10 of 1,000; the rest: 20 + 40 + 30 = 90 of 400 + 600 + 1,000 = 2,000, which is 45 in 1,000.
        (reading.Rows[3].Value, reading.Rows[3].Beside).Should().Be((10m, 45m));
        reading.Method.Should().Contain("nobody counts twice");

        groups.Remove("y");
        MonitorReadings.DisproportionateImpact(Terms, 1000, groups, within).Rows.Select(r => r.Group).Should().Equal("x1", "x2", "y1", "z");
        MonitorReadings.DisproportionateImpact(Terms, 1000, groups.Where(g => g.Key.Length == 1).ToDictionary(), within).Rows.Select(r => r.Group).Should().Equal("x", "z");
    }

    [Fact]
    public void The_downturn_is_seen_in_how_a_group_changed_beside_the_whole()
    {
        var terms = Terms with { Kind = MonitorKind.DownturnImpact, Vulnerable = ["poor", "new"], Since = MeasuredPeriod.Parse("2007-08") };
        var reading = MonitorReadings.DownturnImpact(terms, Polarity.LowerIsBetter, Year,
            new Dictionary<string, MeasuredFigure> { [""] = Count(120), ["poor"] = Count(60), ["new"] = Count(5) },
            new Dictionary<string, MeasuredFigure> { [""] = Count(100), ["poor"] = Count(30) });
        // The group doubled while the whole rose by a fifth: 2 / 1.2 = 1.6667.
        (reading.Rows[0].Ratio, reading.Rows[0].Flagged).Should().Be((1.6667m, true));
        reading.Rows[0].Says.Should().Be("60 after 30, up 100 per cent, while the whole went up 20 per cent.");
        (reading.Rows[1].Ratio, reading.Rows[1].Flagged).Should().Be((null, false));
    }

    [Fact]
    public void Reporting_is_told_apart_from_what_happened()
    {
        var reading = MonitorReadings.HateCrimeReporting(Count(60), Count(200), Count(50), Count(250));
        reading.Rows.Select(r => (r.Group, r.Value)).Should().Equal(("reported", 60m), ("happened", 200m), ("reporting rate", 30m));
        reading.Rows[2].Says.Should().Be("30 per cent of what happened was reported, after 20 per cent.");
        MonitorReadings.HateCrimeReporting(Count(60), Count(400), Count(50), Count(250)).Rows[2].Flagged.Should().BeTrue();
    }

    [Fact]
    public void What_came_to_a_third_party_is_told_by_the_published_counts_alone_and_apart_from_what_happened()
    {
        var year = FinancialYear.Parse("2013-14");
        var none = new ProtectedCell(CellMark.Suppressed, null);
        (TablePublished, long) Incidents(long position, FinancialYear of, ProtectedCell crime, ProtectedCell other) => (new TablePublished(
            default, 1,
            new ProtectedTable(
                "cases", "Hate-crime reports", year.Last, [new("incident", "Incident", new Categories("incident", "1", [new("crime", "Crime"), new("non-crime-incident", "Other")]))],
                [crime, other], DisclosureRule.Default),
            false, new TableOrigin("cases", of, 1, "digest")), position);
        ProtectedCell Exact(long value) => new(CellMark.Exact, value);

        PublishedReports.Of(year, [Incidents(7, year.Next, Exact(12), Exact(9))]).Should().BeNull("that is another year");
        PublishedReports.Of(year, [Incidents(7, year, none, Exact(9))]).Should().Be(new PublishedReports(null, 7), "what is kept back is not known here either");
        PublishedReports.Of(year, [Incidents(7, year, none, none), Incidents(8, year, Exact(12), Exact(9)), Incidents(9, year, none, Exact(9))]).Should().Be(new PublishedReports(21, 8));

        var rows = MonitorReadings.HateCrimeReporting(Count(60), Count(200), null, null, new PublishedReports(21, 8)).Rows;
        rows.Select(r => (r.Group, r.Value, r.Flagged)).Should().Equal(
            ("reported", 60m, false), ("happened", 200m, false), ("reporting rate", 30m, false), ("third-party reports", 21m, false), ("third-party reporting rate", 10.5m, false));
        rows[4].Positions.Should().Equal(1, 8);
        var silent = MonitorReadings.HateCrimeReporting(Count(60), Count(200), null, null, new PublishedReports(null, 8)).Rows;
        silent.Select(r => r.Group).Should().Equal("reported", "happened", "reporting rate", "third-party reports");
        silent[3].Value.Should().BeNull();
    }

    private static MeasuredFigure Of(decimal over, decimal under) => new(Year, over / under * 1000, over, under, ObservationStatus.Final, 1);

    private static MeasuredFigure Count(decimal value) => new(Year, value, null, null, ObservationStatus.Final, 1);
}
