using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// The report as one page of HTML that stands alone: no script, no picture and no font from elsewhere, so that it can be
/// filed, printed and read on a telephone. Each figure leads to its formula and events at the end. The forms differ in
/// style and in the names of it: form 1 has one of its own, the later ones that of GOV.UK Frontend, and from form 3 on paper
/// leaves out how figures were worked out.
/// </summary>
internal sealed class ReportHtml
{
    private const int ShortDigest = 12;

    private static readonly string[] Styles = [.. Enumerable.Range(1, ReportTemplates.Form).Select(form =>
    {
        using var stream = typeof(ReportHtml).Assembly.GetManifestResourceStream($"report-{form}.css")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n").Trim();
    })];

    /// <summary>The colours of the statuses in form 2; what has none of its own is grey.</summary>
    private static readonly Dictionary<string, string> Colours = new Dictionary<string, string[]>
    {
        ["green"] = ["on-track", "green", "completed", "met", "attested", "agreed"],
        ["yellow"] = ["at-risk", "amber", "exception", "due", "modified", "partly-met"],
        ["red"] = ["off-track", "red", "missed", "named", "not-met", "declined", "expired", "late", "unserved"],
    }.SelectMany(colour => colour.Value.Select(status => (status, colour.Key))).ToDictionary(c => c.status, c => c.Key);

    // The bytes as they are printed: a long report has no room for the same text in other forms beside them.
    private readonly ArrayBufferWriter<byte> _html = new(64 * 1024);
    private readonly ReportDocument _report;
    private readonly Dictionary<string, Figure> _figures;
    private readonly IReadOnlyList<SectionContent> _sections;

    private ReportHtml(ReportDocument report, ReportCertificate? certificate)
    {
        _report = report;
        _figures = report.Figures.ToDictionary(f => f.Key, StringComparer.Ordinal);
        _sections = report.With(certificate);
    }

    /// <summary>The page in UTF-8.</summary>
    public static byte[] Of(ReportDocument report, ReportCertificate? certificate = null)
    {
        var html = new ReportHtml(report, certificate);
        html.Page();
        return html._html.WrittenSpan.ToArray();
    }

    private void Page()
    {
        var (scope, front) = (_report.Scope, _report.Front);
        Line("<!DOCTYPE html>").Line($"<html{Class("", "govuk-template")} lang=\"en-GB\">").Line("<head>").Line("<meta charset=\"utf-8\">")
            .Line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .Line($"<title>{Text($"{front.Title} {scope.Year}: {front.Council}")}</title>")
            .Line("<style>").Line(Styles[Form - 1]).Line("</style>").Line("</head>").Line($"<body{Class("", "govuk-template__body")}>")
            .Line($"<a{Class("skip", "govuk-skip-link")} href=\"#report\">Skip to the report</a>");
        Line("<header>").Line("<div class=\"front\">").Line(Container)
            .Line($"<p{Class("council", "govuk-body council")}>{Text(front.Council)}</p>")
            .Line($"<h1{Class("", "govuk-heading-xl")}>{Text(front.Title)} <span class=\"year\">{scope.Year}</span></h1>")
            .Line($"<p{Class("lead", "govuk-body-l")}>To {Text(front.Body)}, on the promises made under the {Text(front.Policy)}.</p>")
            .Line("</div>").Line("</div>").Line(Container).Line($"<dl{Class("scope", "govuk-summary-list scope")}>");
        foreach (var (term, said) in _report.Facts()) Said(term, Text(said));
        Said("Content hash", $"<code>{_report.ContentHash}</code>");
        Line("</dl>").Line("</div>").Line("</header>").Line(Container);
        Contents();
        Line($"<main{Class("", "govuk-main-wrapper")} id=\"report\">");
        Glance();
        foreach (var (section, number) in _sections.Select((s, i) => (s, i + 1))) Section(section, number);
        Lineage();
        Line("</main>").Line("</div>").Line($"<footer{Class("", "foot")}>").Line(Container)
            .Line($"<p{Class("", "govuk-body-s")}>This report was computed from the ledger alone. Issued again for the same body, year, day and position, it is the same to the byte. The content hash is the SHA-256 of its JSON form.</p>")
            .Line("</div>").Line("</footer>").Line("</body>").Line("</html>");
    }

    private void Contents()
    {
        Line("<nav class=\"contents\" aria-labelledby=\"contents\">").Line($"<h2{Class("", "govuk-heading-m")} id=\"contents\">Contents</h2>").Line($"<ol{Class("", "govuk-list govuk-list--number")}>")
            .Line($"<li class=\"unnumbered\"><a{Class("", "govuk-link")} href=\"#at-a-glance\">At a glance</a></li>");
        foreach (var section in _sections) Line($"<li><a{Class("", "govuk-link")} href=\"#{section.Key}\">{Text(section.Title)}</a></li>");
        Line($"<li class=\"unnumbered\"><a{Class("", "govuk-link")} href=\"#lineage\">How each figure was worked out</a></li>").Line("</ol>").Line("</nav>");
    }

    private void Glance()
    {
        Line("<section aria-labelledby=\"at-a-glance\">").Line($"<h2{Class("", "govuk-heading-l")} id=\"at-a-glance\">At a glance</h2>");
        foreach (var section in _report.Sections)
        {
            var keys = section.Parts.OfType<ReportHeadlines>().SelectMany(h => h.FigureKeys).ToArray();
            if (keys.Length == 0) continue;
            Line($"<h3{Class("", "govuk-heading-s")}>{Text(section.Title)}</h3>").Line("<ul class=\"tiles\">");
            foreach (var figure in keys.Select(k => _figures[k]))
                Line($"<li><span class=\"number\">{Linked(figure.Value, figure.Key)}</span> <span{Class("label", "label govuk-body-s")}>{Text(figure.Label)}</span></li>");
            Line("</ul>");
        }
        Line("</section>");
    }

    private void Section(SectionContent section, int number)
    {
        Line($"<section class=\"section\" aria-labelledby=\"{section.Key}\">")
            .Line($"<h2{Class("", "govuk-heading-l")} id=\"{section.Key}\"><span class=\"counter\">{number}.</span> {Text(section.Title)}</h2>");
        foreach (var paragraph in section.Introduction) Line($"<p{Class("", "govuk-body")}>{Text(paragraph)}</p>");
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
        Scroll(id).Line($"<table{Class("", "govuk-table")}>").Line($"<caption{Class("", "govuk-table__caption govuk-table__caption--s")} id=\"{id}\">{Text(table.Caption)}</caption>")
            .Line($"<thead{Class("", "govuk-table__head")}><tr{Class("", "govuk-table__row")}>{string.Concat(table.Columns.Select(Head))}</tr></thead>")
            .Line($"<tbody{Class("", "govuk-table__body")}>");
        foreach (var row in table.Rows)
            Line($"<tr{Class("", "govuk-table__row")}><th{Class("", "govuk-table__header")} scope=\"row\">{Shown(row[0])}</th>{string.Concat(row.Skip(1).Select(c => Data(Shown(c))))}</tr>");
        Line("</tbody>").Line("</table>").Line("</div>");
    }

    private void Chart(ReportChart chart)
    {
        Line("<figure class=\"picture\">").Line($"<figcaption{Class("", "govuk-heading-s")}>{Text(chart.Title)}</figcaption>").Line(ChartSvg.Of(chart, first: Form < ReportTemplates.OnPaper)).Line("</figure>");
        Table(chart.Table);
    }

    private void Entries(ReportEntries entries)
    {
        Line("<div class=\"group\">").Line($"<h3{Class("", "govuk-heading-m")} id=\"{Id("group", entries.Key)}\">{Text(entries.Heading)}</h3>");
        Facts(entries.Facts, totals: true);
        foreach (var entry in entries.Entries)
        {
            var heading = $"<h4{Class("", "govuk-summary-card__title")} id=\"{Id("entry", entry.Key)}\">{Text(entry.Heading)}</h4>";
            Line($"<article{Class("entry", "govuk-summary-card")}>");
            if (Form == 1) Line(heading);
            else Line($"<div class=\"govuk-summary-card__title-wrapper\">{heading}</div>").Line("<div class=\"govuk-summary-card__content\">");
            Facts(entry.Facts, totals: false);
            if (Form > 1) Line("</div>");
            Line("</article>");
        }
        Line("</div>");
    }

    private void Facts(IReadOnlyList<Fact> facts, bool totals)
    {
        if (facts.Count == 0) return;
        Line($"<dl{(totals ? Class("totals", "totals govuk-body-s") : Class("facts", "govuk-summary-list"))}>");
        foreach (var fact in facts)
            if (Form == 1 || totals) Line($"<div><dt>{Text(fact.Term)}</dt>{string.Concat(fact.Said.Select(c => $"<dd>{Shown(c)}</dd>"))}</div>");
            else Said(Text(fact.Term), string.Concat(fact.Said.Select(c => $"<p class=\"govuk-body\">{Shown(c)}</p>")));
        Line("</dl>");
    }

    private void Lineage()
    {
        Line("<section class=\"section lineage\" aria-labelledby=\"lineage\">").Line($"<h2{Class("", "govuk-heading-l")} id=\"lineage\">How each figure was worked out</h2>")
            .Line($"<p{Class("", "govuk-body")}>Each figure comes from events in the ledger. The digest is the beginning of the SHA-256 over their positions, one a line. "
                + "<code>report explain</code> with a figure’s key lists the events themselves.</p>");
        if (Form >= ReportTemplates.OnPaper) Line($"<p class=\"govuk-body on-paper\">{Text(_report.OnLineage)}</p>");
        foreach (var section in _report.Sections.Where(s => s.Figures.Count > 0))
        {
            var id = $"lineage-{section.Key}";
            Scroll(id).Line($"<table{Class("", "govuk-table")}>").Line($"<caption{Class("", "govuk-table__caption govuk-table__caption--m")} id=\"{id}\">{Text(section.Title)}</caption>")
                .Line($"<thead{Class("", "govuk-table__head")}><tr{Class("", "govuk-table__row")}>{string.Concat(new[] { "Figure", "Value", "Events", "Digest" }.Select(Head))}</tr></thead>");
            foreach (var formula in section.Figures.GroupBy(f => f.Formula, StringComparer.Ordinal))
            {
                Line($"<tbody{Class("", "govuk-table__body")}>")
                    .Line($"<tr{Class("", "govuk-table__row")}><th{Class("formula", "govuk-table__header formula")} scope=\"rowgroup\" colspan=\"4\">{Text(formula.Key)}</th></tr>");
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
        Line($"<tr{Class("", "govuk-table__row")} id=\"{Anchor(figure.Key)}\"><th{Class("", "govuk-table__header")} scope=\"row\">{Text(figure.Label)} <code>{Text(figure.Key)}</code>{searched}</th>"
            + $"{Data(Text(figure.Value))}{Data(figure.Count.ToString(CultureInfo.InvariantCulture))}{Data($"<code>{figure.Digest[..ShortDigest]}</code>")}</tr>");
    }

    private string Shown(Cell cell)
    {
        var text = cell.FigureKey is { } key ? Linked(cell.Text, key) : Text(cell.Text);
        return cell.Status is { } status ? $"<strong{Class($"tag {Text(status)}", $"govuk-tag govuk-tag--{Colours.GetValueOrDefault(status, "grey")}")}>{text}</strong>" : text;
    }

    private string Linked(string text, string key) => _figures.ContainsKey(key) ? $"<a class=\"figure\" href=\"#{Anchor(key)}\">{Text(text)}</a>" : Text(text);

    private void Said(string term, string said) => Line(
        $"<div{Class("", "govuk-summary-list__row")}><dt{Class("", "govuk-summary-list__key")}>{term}</dt><dd{Class("", "govuk-summary-list__value")}>{said}</dd></div>");

    private ReportHtml Scroll(string id) => Line($"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{id}\">");

    private string Head(string text) => $"<th{Class("", "govuk-table__header")} scope=\"col\">{Text(text)}</th>";

    private string Data(string text) => $"<td{Class("", "govuk-table__cell")}>{text}</td>";

    private int Form => _report.Template.Form;

    private string Container => $"<div{Class("width", "govuk-width-container")}>";

    // What an element is called in the style of its form; nothing where the style goes by the element.
    private string Class(string one, string two) => (Form == 1 ? one : two) is { Length: > 0 } named ? $" class=\"{named}\"" : "";

    private ReportHtml Line(string line)
    {
        Encoding.UTF8.GetBytes(line, _html);
        _html.Write("\n"u8);
        return this;
    }

    private static string Anchor(string key) => Id("figure", key);

    // References such as aim:a1 stand in keys; a colon is legal in an id and awkward in everything that reads one.
    private static string Id(string kind, string key) => Text($"{kind}-{key.Replace(':', '-').Replace(' ', '-')}");

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
