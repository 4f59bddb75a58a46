using System.Globalization;
using System.Net;
using System.Text;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// The report as one page of HTML that stands alone: no script, no picture and no font from elsewhere, so that it can be
/// filed, printed and read on a telephone. Each figure leads to its formula and events at the end.
/// </summary>
internal sealed class ReportHtml
{
    private const int ShortDigest = 12;

    private static readonly Lazy<string> Style = new(() =>
    {
        using var stream = typeof(ReportHtml).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    });

    private readonly StringBuilder _html = new(64 * 1024);
    private readonly ReportDocument _report;
    private readonly Dictionary<string, Figure> _figures;
    private readonly IReadOnlyList<SectionContent> _sections;

    private ReportHtml(ReportDocument report, ReportCertificate? certificate)
    {
        _report = report;
        _figures = report.Figures.ToDictionary(f => f.Key, StringComparer.Ordinal);
        _sections = report.With(certificate);
    }

    public static string Of(ReportDocument report, ReportCertificate? certificate = null)
    {
        var html = new ReportHtml(report, certificate);
        html.Page();
        return html._html.ToString();
    }

    private void Page()
    {
        var (scope, front) = (_report.Scope, _report.Front);
        Line("<!DOCTYPE html>").Line("<html lang=\"en-GB\">").Line("<head>").Line("<meta charset=\"utf-8\">")
            .Line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .Line($"<title>{Text($"{front.Title} {scope.Year}: {front.Council}")}</title>")
            .Line("<style>").Line(Style.Value.Trim()).Line("</style>").Line("</head>").Line("<body>")
            .Line("<a class=\"skip\" href=\"#report\">Skip to the report</a>");
        Line("<header>").Line("<div class=\"front\">").Line("<div class=\"width\">")
            .Line($"<p class=\"council\">{Text(front.Council)}</p>")
            .Line($"<h1>{Text(front.Title)} <span class=\"year\">{scope.Year}</span></h1>")
            .Line($"<p class=\"lead\">To {Text(front.Body)}, on the promises made under the {Text(front.Policy)}.</p>")
            .Line("</div>").Line("</div>").Line("<div class=\"width\">").Line("<dl class=\"scope\">");
        foreach (var (term, said) in _report.Facts()) Said(term, said);
        Line($"<div><dt>Content hash</dt><dd><code>{_report.ContentHash}</code></dd></div>").Line("</dl>").Line("</div>").Line("</header>").Line("<div class=\"width\">");
        Contents();
        Line("<main id=\"report\">");
        Glance();
        foreach (var (section, number) in _sections.Select((s, i) => (s, i + 1))) Section(section, number);
        Lineage();
        Line("</main>").Line("</div>").Line("<footer>").Line("<div class=\"width\">")
            .Line("<p>This report was computed from the ledger alone. Issued again for the same body, year, day and position, it is the same to the byte. The content hash is the SHA-256 of its JSON form.</p>")
            .Line("</div>").Line("</footer>").Line("</body>").Line("</html>");
    }

    private void Contents()
    {
        Line("<nav class=\"contents\" aria-labelledby=\"contents\">").Line("<h2 id=\"contents\">Contents</h2>").Line("<ol>")
            .Line("<li class=\"unnumbered\"><a href=\"#at-a-glance\">At a glance</a></li>");
        foreach (var section in _sections) Line($"<li><a href=\"#{section.Key}\">{Text(section.Title)}</a></li>");
        Line("<li class=\"unnumbered\"><a href=\"#lineage\">How each figure was worked out</a></li>").Line("</ol>").Line("</nav>");
    }

    private void Glance()
    {
        Line("<section aria-labelledby=\"at-a-glance\">").Line("<h2 id=\"at-a-glance\">At a glance</h2>");
        foreach (var section in _report.Sections)
        {
            var keys = section.Parts.OfType<ReportHeadlines>().SelectMany(h => h.FigureKeys).ToArray();
            if (keys.Length == 0) continue;
            Line($"<h3>{Text(section.Title)}</h3>").Line("<ul class=\"tiles\">");
            foreach (var figure in keys.Select(k => _figures[k]))
                Line($"<li><span class=\"number\">{Linked(figure.Value, figure.Key)}</span> <span class=\"label\">{Text(figure.Label)}</span></li>");
            Line("</ul>");
        }
        Line("</section>");
    }

    private void Section(SectionContent section, int number)
    {
        Line($"<section class=\"section\" aria-labelledby=\"{section.Key}\">").Line($"<h2 id=\"{section.Key}\"><span class=\"counter\">{number}.</span> {Text(section.Title)}</h2>");
        foreach (var paragraph in section.Introduction) Line($"<p>{Text(paragraph)}</p>");
        foreach (var part in section.Parts)
        {
            if (part is ReportTable table) Table(table);
            if (part is ReportEntries entries) Entries(entries);
            if (part is ReportChart chart) Chart(chart);
        }
        Line("</section>");
    }

    private void Table(ReportTable table)
    {
        var id = Id("table", table.Key);
        Line($"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{id}\">").Line("<table>").Line($"<caption id=\"{id}\">{Text(table.Caption)}</caption>")
            .Line($"<thead><tr>{string.Concat(table.Columns.Select(c => $"<th scope=\"col\">{Text(c)}</th>"))}</tr></thead>").Line("<tbody>");
        foreach (var row in table.Rows)
            Line($"<tr><th scope=\"row\">{Shown(row[0])}</th>{string.Concat(row.Skip(1).Select(c => $"<td>{Shown(c)}</td>"))}</tr>");
        Line("</tbody>").Line("</table>").Line("</div>");
    }

    private void Chart(ReportChart chart)
    {
        Line("<figure class=\"picture\">").Line($"<figcaption>{Text(chart.Title)}</figcaption>").Line(ChartSvg.Of(chart)).Line("</figure>");
        Table(chart.Table);
    }

    private void Entries(ReportEntries entries)
    {
        Line("<div class=\"group\">").Line($"<h3 id=\"{Id("group", entries.Key)}\">{Text(entries.Heading)}</h3>");
        Facts(entries.Facts, "totals");
        foreach (var entry in entries.Entries)
        {
            Line("<article class=\"entry\">").Line($"<h4 id=\"{Id("entry", entry.Key)}\">{Text(entry.Heading)}</h4>");
            Facts(entry.Facts, "facts");
            Line("</article>");
        }
        Line("</div>");
    }

    private void Facts(IReadOnlyList<Fact> facts, string style)
    {
        if (facts.Count == 0) return;
        Line($"<dl class=\"{style}\">");
        foreach (var fact in facts)
            Line($"<div><dt>{Text(fact.Term)}</dt>{string.Concat(fact.Said.Select(c => $"<dd>{Shown(c)}</dd>"))}</div>");
        Line("</dl>");
    }

    private void Lineage()
    {
        Line("<section class=\"section lineage\" aria-labelledby=\"lineage\">").Line("<h2 id=\"lineage\">How each figure was worked out</h2>")
            .Line("<p>Each figure comes from events in the ledger. The digest is the beginning of the SHA-256 over their positions, one a line. "
                + "<code>report explain</code> with a figure’s key lists the events themselves.</p>");
        foreach (var section in _report.Sections.Where(s => s.Figures.Count > 0))
        {
            var id = $"lineage-{section.Key}";
            Line($"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{id}\">").Line("<table>").Line($"<caption id=\"{id}\">{Text(section.Title)}</caption>")
                .Line("<thead><tr><th scope=\"col\">Figure</th><th scope=\"col\">Value</th><th scope=\"col\">Events</th><th scope=\"col\">Digest</th></tr></thead>");
            foreach (var formula in section.Figures.GroupBy(f => f.Formula, StringComparer.Ordinal))
            {
                Line("<tbody>").Line($"<tr><th class=\"formula\" scope=\"rowgroup\" colspan=\"4\">{Text(formula.Key)}</th></tr>");
                foreach (var figure in formula) Explained(figure);
                Line("</tbody>");
            }
            Line("</table>").Line("</div>");
        }
        Line("</section>");
    }

    private void Explained(Figure figure)
    {
        var searched = figure.Searched is null ? "" : $" <span class=\"searched\">Searched: {Text(figure.Searched)}</span>";
        Line($"<tr id=\"{Anchor(figure.Key)}\"><th scope=\"row\">{Text(figure.Label)} <code>{Text(figure.Key)}</code>{searched}</th>"
            + $"<td>{Text(figure.Value)}</td><td>{figure.Count.ToString(CultureInfo.InvariantCulture)}</td><td><code>{figure.Digest[..ShortDigest]}</code></td></tr>");
    }

    private string Shown(Cell cell)
    {
        var text = cell.FigureKey is { } key ? Linked(cell.Text, key) : Text(cell.Text);
        return cell.Status is { } status ? $"<strong class=\"tag {Text(status)}\">{text}</strong>" : text;
    }

    private string Linked(string text, string key) => _figures.ContainsKey(key) ? $"<a class=\"figure\" href=\"#{Anchor(key)}\">{Text(text)}</a>" : Text(text);

    private void Said(string term, string said) => Line($"<div><dt>{term}</dt><dd>{Text(said)}</dd></div>");

    private ReportHtml Line(string line)
    {
        _html.Append(line).Append('\n');
        return this;
    }

    private static string Anchor(string key) => Id("figure", key);

    // References such as aim:a1 stand in keys; a colon is legal in an id and awkward in everything that reads one.
    private static string Id(string kind, string key) => Text($"{kind}-{key.Replace(':', '-').Replace(' ', '-')}");

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
