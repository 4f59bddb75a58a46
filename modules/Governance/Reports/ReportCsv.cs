using System.Globalization;
using System.Text;
using System.Text.Json;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// The report's tables as CSV (RFC 4180, UTF-8) in one zip, with metadata in the form of the W3C's CSV on the Web, which
/// names every table and column. The figures have a table of their own.
/// </summary>
internal static class ReportCsv
{
    private static readonly JsonSerializerOptions Indented = new(Catalogue.Json) { WriteIndented = true };

    public static byte[] Of(ReportDocument report, ReportCertificate? certificate)
    {
        CsvTable[] tables = [Figures(report), Facts(report.With(certificate)), .. report.With(certificate).SelectMany(s => s.Parts).Select(p => p is ReportChart chart ? chart.Table : p).OfType<ReportTable>().Where(t => t.Columns.Count > 0).Select(Table)];
        return FixedZip.Of([("csv-metadata.json", Metadata(report, tables)), .. tables.Select(t => (t.File, Written(t)))]);
    }

    private static CsvTable Figures(ReportDocument report) => new(
        "figures.csv", "Every figure, with its formula and the events that it comes from",
        ["Key", "Figure", "Value", "Formula", "Events", "Digest", "Searched"],
        [.. report.Figures.Select(f => (Cell[])[f.Key, f.Label, f, f.Formula, f.Count.ToString(CultureInfo.InvariantCulture), f.Digest, f.Searched ?? ""])]);

    private static CsvTable Facts(IReadOnlyList<SectionContent> sections) => new(
        "facts.csv", "What is said of each partner, commitment and item",
        ["Section", "Group", "Entry", "Fact", "Said", "Figure"],
        [
            .. from section in sections
               from entries in section.Parts.OfType<ReportEntries>()
               from said in entries.Facts.Select(f => (Entry: "", Fact: f)).Concat(entries.Entries.SelectMany(e => e.Facts.Select(f => (Entry: e.Heading, Fact: f))))
               from cell in said.Fact.Said
               select (Cell[])[section.Title, entries.Heading, said.Entry, said.Fact.Term, cell, cell.FigureKey ?? ""],
        ]);

    private static CsvTable Table(ReportTable table) => new($"{table.Key.Replace(':', '-')}.csv", table.Caption, table.Columns, table.Rows);

    private static string Written(CsvTable table)
    {
        var text = new StringBuilder();
        foreach (var row in table.Rows.Prepend([.. table.Columns.Select(c => new Cell(c))])) text.AppendJoin(',', row.Select(Quoted)).Append("\r\n");
        return text.ToString();
    }

    // What somebody wrote must not be taken for a formula by the program that opens the file; a figure is none.
    private static string Quoted(Cell cell)
    {
        var text = cell.FigureKey is null && cell.Text.Length > 0 && cell.Text[0] is '=' or '+' or '-' or '@' or '\t' ? "'" + cell.Text : cell.Text;
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private static string Metadata(ReportDocument report, IReadOnlyList<CsvTable> tables) => JsonSerializer.Serialize(
        new Dictionary<string, object>
        {
            ["@context"] = new object[] { "http://www.w3.org/ns/csvw", new Dictionary<string, string> { ["@language"] = "en-GB" } },
            ["dc:title"] = $"{report.Front.Title} {report.Scope.Year}: {report.Front.Council}",
            ["dc:identifier"] = report.ContentHash,
            ["tables"] = tables.Select(t => new Dictionary<string, object>
            {
                ["url"] = t.File,
                ["dc:title"] = t.Title,
                ["tableSchema"] = new { columns = t.Columns.Select((c, i) => new { name = $"c{(i + 1).ToString(CultureInfo.InvariantCulture)}", titles = c, datatype = "string" }) },
            }),
        },
        Indented).ReplaceLineEndings("\n") + "\n";

    private sealed record CsvTable(string File, string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows);
}
