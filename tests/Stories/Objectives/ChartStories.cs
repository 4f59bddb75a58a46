using System.Xml.Linq;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Stories.Objectives;

/// <summary>Charts for whoever does not see them, and for whoever sees no colours.</summary>
public class ChartStories
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly ReportChart Chart = new(
        "objectives.trend", "Reported & recorded", "It rises from 4 to 9, past the target of 8.", ChartForm.Lines, "reports", ["2012-13", "2013-14", "2014-15"],
        [
            new ChartPanel("All", [Line("Outturn", 4, 6.5m, 9), Line("Target", null, 7, 8)]),
            new ChartPanel("Sex: female", [Line("Outturn", 2, null, 5)]),
        ]);

    [Fact]
    public void It_has_a_title_and_a_description_that_name_it()
    {
        var picture = XDocument.Parse(ChartSvg.Of(Chart)).Root!;
        picture.Attribute("role")!.Value.Should().Be("img");
        picture.Attribute("aria-labelledby")!.Value.Split(' ').Should().Equal(picture.Element(Svg + "title")!.Attribute("id")!.Value, picture.Element(Svg + "desc")!.Attribute("id")!.Value);
        picture.Element(Svg + "title")!.Value.Should().Be("Reported & recorded");
        picture.Element(Svg + "desc")!.Value.Should().Be("It rises from 4 to 9, past the target of 8.");
    }

    [Fact]
    public void Its_lines_differ_without_their_colours()
    {
        var strokes = XDocument.Parse(ChartSvg.Of(Chart)).Descendants(Svg + "path").Where(p => p.Attribute("stroke-width")?.Value == "2" && p.Attribute("fill")?.Value == "none" && p.Attribute("d")!.Value.Contains('L'));
        strokes.Select(s => s.Attribute("stroke-dasharray")?.Value ?? "").Should().Equal("", "7 4");
    }

    [Fact]
    public void Every_quarter_is_named_and_its_year_once()
    {
        string[] quarters = [.. from year in new[] { "2012-13", "2013-14" } from quarter in Enumerable.Range(1, 4) select $"{year} Q{quarter}"];
        ChartPanel Panel(string group) => new(group, [Line("Outturn", 1, 2, 3, 4, 5, 6, 7, 8)]);
        foreach (var panels in new[] { 1, 3 })
        {
            var words = XDocument.Parse(ChartSvg.Of(new ReportChart("q", "t", "d", ChartForm.Lines, "u", quarters, [.. Enumerable.Range(0, panels).Select(p => Panel($"Group {p}"))])))
                .Descendants(Svg + "text").Select(t => t.Value).Where(w => w[0] == 'Q' || w.StartsWith("20", StringComparison.Ordinal));
            words.Should().Equal(Enumerable.Repeat((string[])["Q1", "Q2", "Q3", "Q4", "Q1", "Q2", "Q3", "Q4", "2012-13", "2013-14"], panels).SelectMany(w => w));
        }
    }

    [Fact]
    public void What_is_not_known_is_not_drawn()
    {
        var gap = ChartSvg.Of(new ReportChart("gap", "t", "d", ChartForm.Lines, "u", ["a", "b", "c"], [new ChartPanel("All", [Line("Outturn", 1, null, 2)])]));
        XDocument.Parse(gap).Descendants(Svg + "circle").Should().HaveCount(2);
        gap.Should().NotContain("L2");
    }

    [Fact]
    public void The_table_beside_it_says_all_that_it_draws()
    {
        Chart.Table.Columns.Should().Equal("Group", "2012-13", "2013-14", "2014-15");
        Chart.Table.Rows.Select(r => string.Join("|", r.Select(c => c.Text))).Should().Equal("All: Outturn|4|6.5|9", "All: Target|–|7|8", "Sex: female|2|–|5");
    }

    [Theory]
    [InlineData(ChartForm.Lines)]
    [InlineData(ChartForm.Bars)]
    [InlineData(ChartForm.Ratios)]
    public void Everything_it_draws_lies_inside_it(ChartForm form)
    {
        var wild = new ReportChart("wild", "t", "d", form, "u", ["a", "b"],
            [new ChartPanel("x", [new ChartLine("l", [new ChartValue(1234567.89m, "", 0.001m, 2234567m), new ChartValue(form is ChartForm.Ratios ? 0.02m : -98765.4m, "")])])]);
        var circles = XDocument.Parse(ChartSvg.Of(wild)).Descendants(Svg + "circle").ToArray();
        circles.Should().HaveCount(2);
        circles.Select(c => decimal.Parse(c.Attribute("cy")!.Value, System.Globalization.CultureInfo.InvariantCulture)).Should().OnlyContain(y => y >= 34 && y <= 158);
    }

    private static ChartLine Line(string label, params decimal?[] values) =>
        new(label, [.. values.Select(v => new ChartValue(v, v?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "–"))]);
}
