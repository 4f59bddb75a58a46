using System.Globalization;
using System.Net;
using System.Text;

namespace EqualitiesPlatform.Ledger.Reporting;

/// <summary>
/// A chart as inline SVG, a picture with a title and a description for whoever does not see it. Every line has a stroke,
/// a mark and a label of its own, so that nothing hangs on colour; a chart of the same values has the same bytes.
/// </summary>
public static class ChartSvg
{
    // As wide as a page of paper has room for, so that the words are not made smaller on it; at first each panel had half of it.
    private const int Width = 660, FirstWidth = 330, FirstHeight = 210, Left = 48, Right = 12, Top = 34, Bottom = 52;
    private const int LegendHeight = 26;
    private const int RowHead = 200, CellWidth = 96, CellHeight = 30;
    private static readonly string[] Colours = ["#12436d", "#a63d00", "#28621f", "#6a2c75"];
    private static readonly string[] Strokes = ["", "7 4", "2 3", "9 3 2 3"];

    /// <summary>The chart as one <c>svg</c> element; its ids begin with the chart's key.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="first">Whether it is drawn as charts were at first, for the reports that were printed so.</param>
    public static string Of(ReportChart chart, bool first = false)
    {
        if (chart.Form is ChartForm.Matrix) return Matrix(chart);
        var columns = Math.Clamp(chart.Panels.Count, 1, 3);
        var rows = (chart.Panels.Count + columns - 1) / columns;
        var legend = chart.Panels.Select(p => p.Lines).MaxBy(l => l.Count) ?? [];
        var plot = first ? new Plot(chart, FirstWidth, FirstHeight, true) : new Plot(chart, Width / columns, columns > 1 ? 180 : 210, false);
        var svg = Picture(chart, first ? columns * plot.Width : Width, rows * plot.Height + (legend.Count > 1 ? LegendHeight : 0));
        for (var i = 0; i < chart.Panels.Count; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({i % columns * plot.Width} {i / columns * plot.Height})\">\n");
            Panel(svg, plot, chart.Panels[i], chart.Panels.Count > 1);
            svg.Append("</g>\n");
        }
        if (legend.Count > 1) Legend(svg, legend, rows * plot.Height + 14, chart.Form);
        return svg.Append("</svg>").ToString();
    }

    private static StringBuilder Picture(ReportChart chart, int width, int height)
    {
        var id = "chart-" + chart.Key.Replace(':', '-').Replace(' ', '-').Replace('.', '-');
        return new StringBuilder(4096)
            .Append(CultureInfo.InvariantCulture, $"<svg class=\"chart\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" aria-labelledby=\"{Text(id)}-title {Text(id)}-desc\" font-family=\"system-ui, 'Liberation Sans', Arial, sans-serif\" font-size=\"12\" fill=\"#0b0c0c\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title id=\"{Text(id)}-title\">{Text(chart.Title)}</title>\n<desc id=\"{Text(id)}-desc\">{Text(chart.Description)}</desc>\n");
    }

    private static string Matrix(ReportChart chart)
    {
        ChartLine[] rows = [.. chart.Panels.SelectMany(p => p.Lines)];
        var svg = Picture(chart, RowHead + CellWidth * chart.Points.Count, CellHeight * (rows.Length + 1));
        for (var column = 0; column < chart.Points.Count; column++)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{RowHead + CellWidth * column + CellWidth / 2}\" y=\"20\" text-anchor=\"middle\" font-weight=\"700\">{Text(Short(chart.Points[column], 14))}</text>\n");
        for (var row = 0; row < rows.Length; row++)
        {
            var y = CellHeight * (row + 1);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{y + 20}\">{Text(Short(rows[row].Label, 30))}</text>\n");
            for (var column = 0; column < rows[row].Values.Count; column++)
            {
                if (rows[row].Values[column] is not { Value: { } value } shown) continue;
                var (x, marked) = (RowHead + CellWidth * column, shown.Cell.Status is not null);
                var fill = value > 0 ? "#d5e8d4" : value < 0 ? "#f6d7d2" : "#f3f2f1";
                svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x + 2}\" y=\"{y + 2}\" width=\"{CellWidth - 4}\" height=\"{CellHeight - 4}\" fill=\"{fill}\" stroke=\"#0b0c0c\" stroke-width=\"{(marked ? 3 : 1)}\"/>")
                    .Append(CultureInfo.InvariantCulture, $"<text x=\"{x + CellWidth / 2}\" y=\"{y + 20}\" text-anchor=\"middle\">{Text(shown.Cell.Text)}</text>\n");
            }
        }
        return svg.Append("</svg>").ToString();
    }

    private static void Panel(StringBuilder svg, Plot plot, ChartPanel panel, bool named)
    {
        var chart = plot.Chart;
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(named && !plot.First ? 4 : Left)}\" y=\"16\" font-weight=\"700\">{Text(Short(named ? panel.Group : chart.Unit, plot.First ? 38 : plot.Width / 7))}</text>\n");
        foreach (var tick in plot.Scale.Ticks)
        {
            var y = Number(plot.Y(tick));
            var zero = tick == (chart.Form is ChartForm.Ratios ? 1 : 0);
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {y}H{plot.Width - Right}\" stroke=\"{(zero ? "#0b0c0c" : "#b1b4b6")}\"/><text x=\"{Left - 6}\" y=\"{y}\" dy=\"4\" text-anchor=\"end\">{Number(tick)}</text>\n");
        }
        Axis(svg, plot);
        if (!plot.First && panel.Lines.All(l => l.Values.All(v => v.Value is null)))
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + plot.Width - Right) / 2}\" y=\"{plot.Bottom / 2 + 12}\" text-anchor=\"middle\">No figure shown</text>\n");
        for (var l = 0; l < panel.Lines.Count; l++)
        {
            if (chart.Form is ChartForm.Bars) Bars(svg, plot, panel, l);
            else Line(svg, plot, panel.Lines[l], l);
        }
    }

    /// <summary>
    /// The names along the axis: as many as fit beside each other, the last one always. Quarters and halves are named alone,
    /// and the year that they are of stands once below them.
    /// </summary>
    private static void Axis(StringBuilder svg, Plot plot)
    {
        var points = plot.Chart.Points;
        var parts = !plot.First && points.Count > 1 && points.All(p => p.Length > 3 && p[^3] == ' ' && p[^2] is 'Q' or 'H' && char.IsAsciiDigit(p[^1]));
        string Name(int point) => parts ? points[point][^2..] : points[point];
        var longest = Enumerable.Range(0, points.Count).Select(i => Math.Min(14, Name(i).Length)).DefaultIfEmpty(1).Max();
        var every = plot.First
            ? Math.Max(1, (int)Math.Ceiling(points.Count / Math.Max(1.0, plot.PlotWidth / (8.0 * longest))))
            : Math.Max(1, (int)Math.Ceiling(8m * longest * points.Count / plot.PlotWidth));
        for (var i = 0; i < points.Count; i++)
            if ((points.Count - 1 - i) % every == 0)
                svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Number(plot.X(i))}\" y=\"{plot.Bottom + 18}\" text-anchor=\"middle\">{Text(Short(Name(i), 14))}</text>\n");
        if (!parts) return;
        for (var (from, to) = (0, 0); from < points.Count; from = to)
        {
            var year = points[from][..^3];
            while (to < points.Count && points[to][..^3] == year) to++;
            // A year of which one part is shown may stand at the edge.
            var x = Math.Min((plot.X(from) + plot.X(to - 1)) / 2, plot.Width - 4 * year.Length);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Number(x)}\" y=\"{plot.Bottom + 34}\" text-anchor=\"middle\">{Text(year)}</text>\n");
        }
    }

    private static void Line(StringBuilder svg, Plot plot, ChartLine line, int number)
    {
        if (plot.Chart.Form is ChartForm.Lines)
        {
            var path = new StringBuilder();
            var pen = false;
            for (var i = 0; i < line.Values.Count; i++)
            {
                if (line.Values[i].Value is not { } value)
                {
                    pen = false;
                    continue;
                }
                path.Append(CultureInfo.InvariantCulture, $"{(pen ? 'L' : 'M')}{Number(plot.X(i))} {Number(plot.Y(value))}");
                pen = true;
            }
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"{path}\" fill=\"none\" stroke=\"{Colour(number)}\" stroke-width=\"2\"{Dashes(number)}/>\n");
        }
        for (var i = 0; i < line.Values.Count; i++)
        {
            if (line.Values[i] is not { Value: { } value } point) continue;
            if (point is { Low: { } low, High: { } high })
                svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Number(plot.X(i))} {Number(plot.Y(low))}V{Number(plot.Y(high))}m-4 0h8m-4 0V{Number(plot.Y(low))}m-4 0h8\" fill=\"none\" stroke=\"{Colour(number)}\"/>");
            Mark(svg, plot.X(i), plot.Y(value), number);
        }
    }

    private static void Bars(StringBuilder svg, Plot plot, ChartPanel panel, int number)
    {
        var room = (decimal)plot.PlotWidth / Math.Max(1, plot.Chart.Points.Count);
        var width = Math.Min(28m, room * 0.8m / panel.Lines.Count);
        for (var i = 0; i < panel.Lines[number].Values.Count; i++)
        {
            if (panel.Lines[number].Values[i].Value is not { } value) continue;
            var x = plot.X(i) + (number - panel.Lines.Count / 2m) * width;
            var (from, to) = (plot.Y(0), plot.Y(value));
            // The second and later rows are drawn as outlines with their own stroke, so that print in grey tells them apart.
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Number(x)}\" y=\"{Number(Math.Min(from, to))}\" width=\"{Number(width - 2)}\" height=\"{Number(Math.Abs(to - from))}\" fill=\"{(number == 0 ? Colour(0) : "none")}\" stroke=\"{Colour(number)}\" stroke-width=\"2\"{Dashes(number)}/>");
            Mark(svg, x + (width - 2) / 2, to, number);
        }
    }

    private static void Legend(StringBuilder svg, IReadOnlyList<ChartLine> lines, int y, ChartForm form)
    {
        var x = (decimal)Left;
        for (var i = 0; i < lines.Count; i++)
        {
            if (form is ChartForm.Lines) svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Number(x)} {y}h28\" fill=\"none\" stroke=\"{Colour(i)}\" stroke-width=\"2\"{Dashes(i)}/>");
            Mark(svg, x + 14, y, i);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Number(x + 36)}\" y=\"{y + 4}\">{Text(lines[i].Label)}</text>\n");
            x += 60 + 7 * lines[i].Label.Length;
        }
    }

    private static void Mark(StringBuilder svg, decimal x, decimal y, int number) => svg.Append((number % 4) switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"<circle cx=\"{Number(x)}\" cy=\"{Number(y)}\" r=\"4\" fill=\"{Colour(0)}\"/>\n"),
        1 => string.Create(CultureInfo.InvariantCulture, $"<path d=\"M{Number(x - 4)} {Number(y - 4)}h8v8h-8z\" fill=\"#fff\" stroke=\"{Colour(1)}\" stroke-width=\"2\"/>\n"),
        2 => string.Create(CultureInfo.InvariantCulture, $"<path d=\"M{Number(x)} {Number(y - 5)}l5 9h-10z\" fill=\"{Colour(2)}\"/>\n"),
        _ => string.Create(CultureInfo.InvariantCulture, $"<path d=\"M{Number(x)} {Number(y - 5)}l5 5-5 5-5-5z\" fill=\"#fff\" stroke=\"{Colour(3)}\" stroke-width=\"2\"/>\n"),
    });

    private static string Colour(int number) => Colours[number % Colours.Length];

    private static string Dashes(int number) => Strokes[number % Strokes.Length] is { Length: > 0 } dashes ? $" stroke-dasharray=\"{dashes}\"" : "";

    private static string Number(decimal value) => decimal.Round(value, Math.Abs(value) < 1 ? 4 : 2).ToString("0.####", CultureInfo.InvariantCulture);

    private static string Short(string text, int most) => text.Length <= most ? text : text[..(most - 1)].TrimEnd() + "…";

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Where a panel draws what: all panels of a chart are of one size and on one scale.</summary>
    private sealed record Plot(ReportChart Chart, int Width, int Height, bool First)
    {
        public Scale Scale { get; } = Scale.Of(Chart);

        public int PlotWidth => Width - Left - Right;

        public int Bottom => Height - ChartSvg.Bottom;

        public decimal X(int point) => Left + PlotWidth * (point + 0.5m) / Math.Max(1, Chart.Points.Count);

        public decimal Y(decimal value) => Top + (Bottom - Top) * (1 - Scale.Share(value));
    }

    /// <summary>One scale for all panels of a chart, its ticks at round numbers.</summary>
    private sealed record Scale(decimal Low, decimal High, IReadOnlyList<decimal> Ticks, bool Logarithmic)
    {
        public static Scale Of(ReportChart chart)
        {
            decimal[] values = [.. chart.Panels.SelectMany(p => p.Lines).SelectMany(l => l.Values).SelectMany(v => new[] { v.Value, v.Low, v.High }).OfType<decimal>()];
            return chart.Form is ChartForm.Ratios ? Ratios(values) : Plain([.. values, 0]);
        }

        /// <summary>How far up a value lies, from 0 to 1.</summary>
        public decimal Share(decimal value) => Logarithmic
            ? (decimal)(Math.Log((double)Math.Clamp(value, Low, High) / (double)Low) / Math.Log((double)High / (double)Low))
            : (value - Low) / (High - Low);

        private static Scale Plain(decimal[] values)
        {
            var (least, most) = (values.Min(), values.Max());
            if (least == most) most = least + 1;
            var step = Step((most - least) / 4);
            var (low, high) = (decimal.Floor(least / step) * step, decimal.Ceiling(most / step) * step);
            return new Scale(low, high, [.. Enumerable.Range(0, (int)((high - low) / step) + 1).Select(i => low + i * step)], false);
        }

        private static Scale Ratios(decimal[] values)
        {
            decimal[] ticks = [0.01m, 0.1m, 0.25m, 0.5m, 1, 2, 4, 10, 100];
            var low = ticks.Where(t => t <= values.Append(0.5m).Min()).DefaultIfEmpty(ticks[0]).Max();
            var high = ticks.Where(t => t >= values.Append(2).Max()).DefaultIfEmpty(ticks[^1]).Min();
            return new Scale(low, high, [.. ticks.Where(t => t >= low && t <= high)], true);
        }

        private static decimal Step(decimal least)
        {
            var size = 1m;
            while (size < least) size *= 10;
            while (size / 10 >= least && size > 0.000001m) size /= 10;
            return new[] { size / 10, size / 5, size / 4, size / 2, size }.First(s => s >= least);
        }
    }
}
