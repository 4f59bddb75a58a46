using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Ledger.Reporting;

/// <summary>
/// A chart: small multiples, one panel a group, all on one scale. It is never the only form of what it shows: whoever
/// renders it puts <see cref="Table"/> beside it, and its lines differ by mark and stroke as well as by colour.
/// </summary>
/// <param name="Key">Its key in the report.</param>
/// <param name="Title">What it shows, in a line.</param>
/// <param name="Description">What a reader sees in it, in a sentence or two, for whoever does not see it.</param>
/// <param name="Form">Lines over time, or bars to compare.</param>
/// <param name="Unit">The unit of the values, such as "per cent".</param>
/// <param name="Points">What stands along each panel's axis: the periods, or the groups compared.</param>
/// <param name="Panels">The panels, in order.</param>
public sealed record ReportChart(
    string Key, string Title, string Description, ChartForm Form, string Unit, IReadOnlyList<string> Points, IReadOnlyList<ChartPanel> Panels) : ReportPart(Key)
{
    /// <summary>The chart's data as a table: a row for each line of each panel, a column for each point.</summary>
    [JsonIgnore]
    public ReportTable Table => new(
        $"{Key}.data", $"{Title} ({Unit})", [Panels.Count > 1 || Form is ChartForm.Matrix ? "Group" : "Line", .. Points],
        [.. Panels.SelectMany(p => p.Lines.Select(l => (IReadOnlyList<Cell>)[new Cell(Heading(p, l)), .. l.Values.Select(v => v.Cell)]))]);

    private string Heading(ChartPanel panel, ChartLine line) => (Panels.Count > 1, panel.Lines.Count > 1) switch
    {
        (true, true) => $"{panel.Group}: {line.Label}",
        (true, false) => panel.Group,
        _ => line.Label,
    };
}

/// <summary>How a chart draws its values.</summary>
public enum ChartForm
{
    /// <summary>Lines, for what goes over time.</summary>
    Lines = 1,
    /// <summary>Bars from zero, for what is compared.</summary>
    Bars,
    /// <summary>A mark with its interval against the ratio 1, on a logarithmic scale.</summary>
    Ratios,
    /// <summary>A grid, a row for each line and a column for each point: gains and losses by their sign, a thick frame where a cell is marked.</summary>
    Matrix,
}

/// <summary>One of the small multiples.</summary>
/// <param name="Group">The group it is about, such as a category of a characteristic.</param>
/// <param name="Lines">Its lines, four at most; the first is the one to look at.</param>
public sealed record ChartPanel(string Group, IReadOnlyList<ChartLine> Lines);

/// <summary>One line of a panel, or one row of its bars.</summary>
/// <param name="Label">What it is, such as "Outturn" or "Target".</param>
/// <param name="Values">Its values, one for each point of the chart.</param>
public sealed record ChartLine(string Label, IReadOnlyList<ChartValue> Values);

/// <summary>One value of a line.</summary>
/// <param name="Value">Where it is drawn; null where there is nothing to draw, such as a protected figure.</param>
/// <param name="Cell">What the table says, with the figure that it shows.</param>
/// <param name="Low">The lower end of its interval, when it has one.</param>
/// <param name="High">The upper end.</param>
public sealed record ChartValue(decimal? Value, Cell Cell, decimal? Low = null, decimal? High = null);
