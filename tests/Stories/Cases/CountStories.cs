using EqualitiesPlatform.Cases;
using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Reporting;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Cases;

/// <summary>What of cases gets out: counts, protected, and never a case.</summary>
public class CountStories
{
    private static readonly FinancialYear Year = FinancialYear.Parse("2013-14");
    private static readonly Ward[] Wards = [new("Burnt Oak"), new("Hendon"), new("Hale"), new("Colindale"), new("West Hendon")];

    private static CaseId Nth(int n) => new(new Guid(n, 1, 1, new byte[8]));

    private static IEnumerable<RecordedEvent> Of(CaseId id, params object[] events) => events.Select(Recorded.As("case", id.Value));

    private static CaseReceived Received(int n, CaseKind of, Ward ward) => new(Nth(n), of, ward, new PersonId(Guid.NewGuid()), new TextId(Guid.NewGuid()));

    private static CountTable Table(CaseTable table, IReadOnlyList<CountedCase> cases, params IEnumerable<ProtectedTable> before) =>
        CaseCounts.Table(table, Year, cases, CaseCounts.LevelsOf(cases, before));

    private static IEnumerable<CountedCase> Counted(CaseKind kind, int count, string? level = null, IncidentKind? incident = null) =>
        Enumerable.Range(0, count).Select(_ => new CountedCase(kind, Wards[0], new DateOnly(2013, 11, 19), default, level is null ? null : "s", level, 1, incident, false));

    [Fact]
    public void Each_case_is_counted_once_by_the_highest_it_reached()
    {
        var text = new TextId(Guid.NewGuid());
        var (cases, knownAt, digest) = CaseCounts.Of(Year,
        [
            .. Of(Nth(1), Received(1, CaseKind.Tension, Wards[0]), new TensionGraded("s", TensionBasis.Evidenced, "watched", 2, text), new TensionEscalated("s", TensionBasis.Evidenced, "watched", "high", 4, text), new TensionCalmed("s", TensionBasis.Evidenced, "high", "calm", 1, text)),
            .. Of(Nth(2), Received(2, CaseKind.Concern, Wards[1])),
            .. Of(Nth(3), Received(3, CaseKind.Concern, Wards[1]), new CaseMerged(Nth(2))),
            .. Of(Nth(4), Received(4, CaseKind.HateCrimeReport, Wards[2]), new IncidentReported(IncidentKind.NonCrimeIncident)),
        ]);
        cases.Select(c => (c.Of, c.Ward, c.Level, c.Incident)).Should().BeEquivalentTo(
            [(CaseKind.Tension, Wards[0], "high", (IncidentKind?)null), (CaseKind.Concern, Wards[1], (string?)null, null), (CaseKind.HateCrimeReport, Wards[2], null, IncidentKind.NonCrimeIncident)]);
        (knownAt, digest.Length).Should().Be((2, 64), "the incident is the second event of the case that was counted last");
        Table(CaseTable.ByTensionLevel, cases).Cells.Should().Contain(c => c.At[0] == "high" && c.Count == 1).And.Contain(c => c.At[0] == "no-tension" && c.Count == 2);
        Table(CaseTable.ByIncident, cases).Cells.Should().Contain(c => c.At[0] == "non-crime-incident" && c.Count == 1);
        CaseCounts.Of(FinancialYear.Parse("2014-15"), Of(Nth(2), Received(2, CaseKind.Concern, Wards[1]))).Cases.Should().BeEmpty();
    }

    [Fact]
    public void Somebody_who_tells_of_two_characteristics_is_counted_under_both()
    {
        var (cases, _, _) = CaseCounts.Of(Year, [.. Of(Nth(1), Received(1, CaseKind.Concern, Wards[0])), .. Of(Nth(2), Received(2, CaseKind.Concern, Wards[0]))]);
        var table = CaseCounts.Table(CaseTable.ByCharacteristic, Year, cases, [], file => file == cases[0].File ? [ProtectedCharacteristic.Age, ProtectedCharacteristic.Disability] : []);
        table.Cells.Select(c => (c.At[0], c.Count)).Should().Equal(("age", 1), ("disability", 1));
    }

    [Fact]
    public void Nobody_can_work_out_what_the_years_tables_keep_back()
    {
        // 60 cases, unevenly over kinds, wards and quarters, so that many cells are small.
        var counted = Enumerable.Range(0, 60).Select(n => new CountedCase(
            (CaseKind)((n % 7) switch { 0 => 4, 1 or 2 => 3, 3 => 2, _ => 1 }), Wards[n % 11 % 5], new DateOnly(2013, 4, 10).AddDays(n * 5), new PersonId(new Guid(n, 2, 2, new byte[8])),
            "s", n % 7 == 3 ? new[] { "calm", "watched", "high" }[n % 3] : null, n % 3 + 1, n % 7 == 0 ? (IncidentKind)(n % 2 + 1) : null, false)).ToArray();
        var published = new List<ProtectedTable>();
        foreach (var table in new[] { CaseTable.ByKindAndQuarter, CaseTable.ByWard, CaseTable.ByTensionLevel, CaseTable.ByIncident })
            published.Add(DisclosureControl.Protect(Table(table, counted), DisclosureRule.Default, published).Table);

        var attacker = new Attacker(published);
        var hidden = published.SelectMany((t, table) => t.Cells.Select((c, cell) => (c, table, cell))).Where(c => c.c.Mark is CellMark.Suppressed).ToArray();
        hidden.Should().NotBeEmpty();
        foreach (var (_, table, cell) in hidden)
            attacker.Finds(table, cell, DisclosureRule.Default.Width).Should().BeFalse("cell {0} of {1} is kept back", cell, published[table].Title);
        published.Should().Contain(t => t.Cells.Any(c => c.Value > 0), "suppressing everything is no way to publish");
    }

    [Fact]
    public void What_one_table_says_of_all_other_cases_gives_away_no_kind_that_another_keeps_back()
    {
        // 12 concerns, one tension, three barriers and nine reports of which one is of a crime: 25 less the 16 others would be nine reports.
        CountedCase[] counted =
        [
            .. Counted(CaseKind.Concern, 12), .. Counted(CaseKind.Tension, 1, "high"), .. Counted(CaseKind.Barrier, 3),
            .. Counted(CaseKind.HateCrimeReport, 1, null, IncidentKind.Crime), .. Counted(CaseKind.HateCrimeReport, 8, null, IncidentKind.NonCrimeIncident),
        ];
        var published = new List<ProtectedTable>();
        foreach (var table in new[] { CaseTable.ByKindAndQuarter, CaseTable.ByTensionLevel, CaseTable.ByIncident })
            published.Add(DisclosureControl.Protect(Table(table, counted), DisclosureRule.Default, published).Table);

        var attacker = new Attacker(published);
        foreach (var (table, cell) in published.SelectMany((t, table) => t.Cells.Select((c, cell) => (c, table, cell))).Where(c => c.c.Mark is CellMark.Suppressed).Select(c => (c.table, c.cell)))
            attacker.Finds(table, cell, DisclosureRule.Default.Width).Should().BeFalse("cell {0} of {1} is kept back", cell, published[table].Title);
        published[1].At("no-tension").Value.Should().BeNull("all cases less these is the one tension");
        published[0].At("total", "total").Value.Should().Be(25);
    }

    [Fact]
    public void A_table_is_related_to_those_of_the_first_form_so_that_the_two_give_nothing_away()
    {
        CountedCase[] counted =
        [
            .. Counted(CaseKind.Concern, 12), .. Counted(CaseKind.Tension, 1, "high"), .. Counted(CaseKind.Barrier, 3),
            .. Counted(CaseKind.HateCrimeReport, 1, null, IncidentKind.Crime), .. Counted(CaseKind.HateCrimeReport, 8, null, IncidentKind.NonCrimeIncident),
        ];
        // In the first form each division was a dimension of its own, and no category said what it is made of.
        ProtectedTable First(CaseTable which, string dimension)
        {
            var table = Table(which, counted);
            return DisclosureControl.Protect(table with
            {
                Dimensions = [.. table.Dimensions.Select(d => d.Key != "kind" ? d : d with
                {
                    Key = dimension, Classification = d.Classification with { Version = "1", Categories = [.. d.Classification.Categories.Select(c => c with { Parts = null })] },
                })],
            }, DisclosureRule.Default);
        }
        foreach (var (first, later) in new[]
        {
            (First(CaseTable.ByKindAndQuarter, "kind"), CaseTable.ByIncident), (First(CaseTable.ByKindAndQuarter, "kind"), CaseTable.ByTensionLevel),
            (First(CaseTable.ByIncident, "incident"), CaseTable.ByKindAndQuarter), (First(CaseTable.ByTensionLevel, "level"), CaseTable.ByKindAndQuarter),
        })
        {
            var table = Table(later, counted, first);
            var ask = new PublishTable(new StatisticId(Guid.NewGuid()), table, new TableOrigin(CaseCounts.Source, Year, 9, "d"), null, CaseCounts.Readings(CaseCounts.LevelsOf(counted, [first])));
            var published = (TablePublished)Story<PublicationRecord>.Given(new TablePublished(ask.Statistic, 1, first, false, ask.Origin)).When(ask).Events.Single();
            Hidden([EarlierReading.Of([first], ask.Readings).Single(), published.Table]).Should().BeEmpty("of {0} and then {1} nothing can be found", first.Title, table.Title);
        }
        var unrelated = DisclosureControl.Protect(Table(CaseTable.ByIncident, counted), DisclosureRule.Default);
        Hidden([EarlierReading.Of([First(CaseTable.ByKindAndQuarter, "kind")], CaseCounts.Readings(["high"])).Single(), unrelated]).Should().NotBeEmpty("unrelated, the two would have given it away");
    }

    [Fact]
    public void A_level_that_is_reached_later_is_read_into_the_tables_before_it()
    {
        CountedCase[] before = [.. Counted(CaseKind.Concern, 12), .. Counted(CaseKind.Tension, 9), .. Counted(CaseKind.Barrier, 7), .. Counted(CaseKind.HateCrimeReport, 8, null, IncidentKind.Crime)];
        CountedCase[] since = [.. Counted(CaseKind.Concern, 12), .. Counted(CaseKind.Tension, 6, "raised"), .. Counted(CaseKind.Tension, 9), .. Counted(CaseKind.Barrier, 7), .. Counted(CaseKind.HateCrimeReport, 8, null, IncidentKind.Crime)];
        var (statistic, origin) = (new StatisticId(Guid.NewGuid()), new TableOrigin(CaseCounts.Source, Year, 9, "d"));
        var first = DisclosureControl.Protect(Table(CaseTable.ByTensionLevel, before), DisclosureRule.Default);
        first.At("not-graded").Value.Should().Be(9);

        var levels = CaseCounts.LevelsOf(since, [first]);
        levels.Should().Equal("raised");
        var later = Story<PublicationRecord>.Given(new TablePublished(statistic, 1, first, false, origin))
            .When(new PublishTable(statistic, CaseCounts.Table(CaseTable.ByTensionLevel, Year, since, levels), origin, null, CaseCounts.Readings(levels)));
        var table = ((TablePublished)later.Events.Single()).Table;
        (table.At("raised").Value, table.At("not-graded").Value, table.At("total").Value).Should().Be((6, 9, 42));
        CaseCounts.LevelsOf(before, [table]).Should().Equal(["raised"], "a level that a table told apart stays in those after it");
    }

    private static IReadOnlyList<string> Hidden(IReadOnlyList<ProtectedTable> published)
    {
        var attacker = new Attacker(published);
        return
        [
            .. published.SelectMany((t, table) => t.Cells.Select((c, cell) => (c, table, cell)))
                .Where(c => c.c.Mark is CellMark.Suppressed && attacker.Finds(c.table, c.cell, DisclosureRule.Default.Width)).Select(c => $"{published[c.table].Title}, {c.cell}"),
        ];
    }

    [Fact]
    public void The_years_section_prints_what_was_published_and_the_three_facts_of_weekly_returns()
    {
        var table = DisclosureControl.Protect(Table(CaseTable.ByWard,
            [.. Enumerable.Range(0, 20).Select(n => new CountedCase(CaseKind.Concern, Wards[n < 12 ? 0 : n < 14 ? 1 : 2], new(2013, 5, 1), default, null, null, 0, null, false))]), DisclosureRule.Default);
        var statistic = new StatisticId(Guid.NewGuid());
        var fold = new CasesSection().Begin(new ReportScope("crc", Year, new(2014, 3, 31), 100));
        foreach (var e in Of(Nth(1), new TablePublished(statistic, 1, table, false, new TableOrigin(CaseCounts.Source, Year, 9, "d")), new TablePublished(statistic, 2, table with { Title = "Of something else" }, false, null)))
            fold.Apply(e);
        DateOnly First = new(2013, 4, 29), Second = new(2013, 5, 6);
        foreach (var e in Of(Nth(2), new ReturnSubmitted(First, TensionReturn.NoTension, 0, false), new ReturnMissed(Second, new(2013, 4, 30), new(2013, 5, 1)))) fold.Apply(e);
        foreach (var e in Of(Nth(3), new ReturnSubmitted(First, TensionReturn.NilReturn, 0, false), new ReturnMissed(Second, new(2013, 4, 30), new(2013, 5, 1)), new ReturnSubmitted(Second, TensionReturn.Tensions, 2, true))) fold.Apply(e);

        var section = fold.Complete();
        section.Figures.Where(f => f.Key.StartsWith("cases.returns.", StringComparison.Ordinal)).Select(f => (f.Key, f.Value)).Should().Equal(
            ("cases.returns.no-tension", "1"), ("cases.returns.tensions", "1"), ("cases.returns.nil", "1"), ("cases.returns.none", "1"));
        var wards = section.Figures.Where(f => f.Key.StartsWith("cases.ward.", StringComparison.Ordinal)).ToArray();
        wards.Should().NotBeEmpty();
        foreach (var ward in wards) ward.Value.Should().Be(table.At(ward.Key["cases.ward.".Length..]).Printed);
        section.Figures.Should().NotContain(f => f.Key == "cases.ward.hendon", "two are too few to be told");
        section.Parts.OfType<ReportTable>().Should().ContainSingle().Which.Rows.SelectMany(r => r).Should().Contain(c => c.Status == "suppressed");
        new CasesSection().Begin(new ReportScope("crc", Year, new(2014, 3, 31), 100)).Complete().Introduction.Should().Contain(p => p.Contains("No counts"));
    }
}
