using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using DocumentFormat.OpenXml.Wordprocessing;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Stories.Governance;

/// <summary>One report in all its forms.</summary>
public partial class ReportFormStories
{
    private static readonly ReportDocument Report = ReportStories.Littleton().Report();
    private static readonly Dictionary<string, string> Figures = Report.Figures.ToDictionary(f => f.Key, f => f.Value);

    [Fact]
    public void All_forms_hold_the_same_figures()
    {
        Figures.Should().HaveCountGreaterThan(100);
        using var json = JsonDocument.Parse(ReportForms.Print(Report, null, ReportForm.Json));
        json.RootElement.GetProperty("sections").EnumerateArray().SelectMany(s => s.GetProperty("figures").EnumerateArray())
            .ToDictionary(f => f.GetProperty("key").GetString()!, f => f.GetProperty("value").GetString()!).Should().BeEquivalentTo(Figures);

        var html = Encoding.UTF8.GetString(ReportForms.Print(Report, null, ReportForm.Html));
        LineageOfPage().Matches(html).ToDictionary(m => m.Groups[1].Value, m => System.Net.WebUtility.HtmlDecode(m.Groups[2].Value)).Should().BeEquivalentTo(Figures);

        using var word = WordprocessingDocument.Open(new MemoryStream(ReportForms.Print(Report, null, ReportForm.Docx)), false);
        var said = word.MainDocumentPart!.Document!.Body!.Descendants<Paragraph>().Select(p => p.InnerText).ToArray();
        Shown().Select(c => c.Key).Should().Contain(Figures.Keys, "each figure stands somewhere in the body");
        foreach (var (key, text) in Shown()) said.Should().Contain(p => p.Contains(text, StringComparison.Ordinal), "{0} is {1} in Word too", key, text);

        CsvOf("figures.csv").Skip(1).ToDictionary(r => r[0], r => r[2]).Should().BeEquivalentTo(Figures);
    }

    [Fact]
    public void A_report_that_was_frozen_with_an_earlier_form_keeps_its_page()
    {
        string Page(int form) => Encoding.UTF8.GetString(ReportForms.Print(Report with { Template = Report.Template with { Form = form } }, null, ReportForm.Html));
        Report.Template.Form.Should().Be(ReportTemplates.Form).And.Be(3);
        Page(3).Should().Be(Encoding.UTF8.GetString(ReportForms.Print(Report, null, ReportForm.Html))).And.Contain("govuk-table").And.Contain("MIT licence").And.Contain("on-paper").And.NotContain("url(");
        Page(2).Should().Contain("govuk-table").And.NotContain("on-paper");
        Page(1).Should().NotContain("govuk-");
        LineageOfPage().Matches(Page(1)).ToDictionary(m => m.Groups[1].Value, m => System.Net.WebUtility.HtmlDecode(m.Groups[2].Value)).Should().BeEquivalentTo(Figures);
    }

    [Fact]
    public void A_report_names_what_was_recorded_in_words_and_one_of_an_earlier_form_as_it_did()
    {
        var h = ReportStories.Littleton();
        var order = ReportHistory.Order("2014-03-31", h.Events.Count);
        var before = ReportComposition.Compose(order with { Template = order.Template with { Form = 2 } }, new ReportTemplates(ReportHistory.Registered), h.Events);
        before.Figures.Should().Contain(f => f.Formula.Contains("ProgressReported"));
        Report.Figures.Should().Contain(f => f.Formula.Contains("“progress reported”")).And.NotContain(f => f.Formula.Contains("ProgressReported"));
        Report.Figures.Where(f => f.Searched is not null).Should().NotBeEmpty().And.OnlyContain(f => !EventName().IsMatch(f.Searched!));
        Report.Figures.Should().NotContain(f => Day().IsMatch(f.Label) || Day().IsMatch(f.Value));
        Report.Figures.Select(f => (f.Key, f.Value, f.Digest)).Should().Equal(before.Figures.Select(f => (f.Key, f.Value, f.Digest)));
    }

    [Fact]
    public void What_a_table_shows_is_the_same_on_the_page_in_word_and_as_csv()
    {
        var owed = Report.Sections.SelectMany(s => s.Parts).OfType<EqualitiesPlatform.Ledger.Reporting.ReportTable>().Single(t => t.Key == "obligations.owed");
        string[][] rows = [.. owed.Rows.Select(r => r.Select(c => c.Text).ToArray())];
        CsvOf("obligations.owed.csv").Should().BeEquivalentTo([owed.Columns, .. rows], o => o.WithStrictOrdering());
        using var word = WordprocessingDocument.Open(new MemoryStream(ReportForms.Print(Report, null, ReportForm.Docx)), false);
        var table = word.MainDocumentPart!.Document!.Body!.Elements<Table>().Single(t => t.Descendants<TableCaption>().Single().Val == owed.Caption);
        table.Elements<TableRow>().Select(r => r.Elements<TableCell>().Select(c => c.InnerText)).Should().BeEquivalentTo([owed.Columns, .. rows], o => o.WithStrictOrdering());
    }

    [Fact]
    public void The_word_document_is_valid_and_says_what_it_is_to_whoever_does_not_see_it()
    {
        using var word = WordprocessingDocument.Open(new MemoryStream(ReportForms.Print(Report, null, ReportForm.Docx)), false);
        new OpenXmlValidator(DocumentFormat.OpenXml.FileFormatVersions.Office2019).Validate(word).Select(e => $"{e.Path?.XPath}: {e.Description}").Should().BeEmpty();

        var main = word.MainDocumentPart!;
        var body = main.Document!.Body!;
        main.StyleDefinitionsPart!.Styles!.Descendants<Languages>().Single().Val!.Value.Should().Be("en-GB");
        body.Elements<Table>().Should().NotBeEmpty().And.OnlyContain(t =>
            t.Elements<TableRow>().First().Descendants<TableHeader>().Any() && t.Descendants<TableCaption>().Any() && t.Descendants<TableDescription>().Any());

        string[] headings = [.. Styled(body, "Heading1")];
        headings.Should().HaveCount(Report.Sections.Count + 2);
        Styled(body, "TOC1").Should().Equal(headings.Select((h, i) => i == 0 ? $" TOC \\o \"1-1\" \\h \\n {h}" : h));
        var marks = body.Descendants<BookmarkStart>().Select(b => b.Name!.Value).ToArray();
        body.Descendants<Hyperlink>().Select(h => h.Anchor!.Value).Should().Equal(marks);
    }

    [Fact]
    public void The_csv_says_what_its_tables_and_columns_are()
    {
        using var zip = new ZipArchive(new MemoryStream(ReportForms.Print(Report, null, ReportForm.Csv)));
        using var metadata = JsonDocument.Parse(zip.GetEntry("csv-metadata.json")!.Open());
        metadata.RootElement.GetProperty("dc:identifier").GetString().Should().Be(Report.ContentHash);
        var tables = metadata.RootElement.GetProperty("tables").EnumerateArray().ToDictionary(
            t => t.GetProperty("url").GetString()!, t => t.GetProperty("tableSchema").GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("titles").GetString()!).ToArray());
        tables.Keys.Append("csv-metadata.json").Should().BeEquivalentTo(zip.Entries.Select(e => e.FullName));
        foreach (var (file, columns) in tables) CsvOf(file)[0].Should().Equal(columns);
    }

    [Fact]
    public void What_a_partner_wrote_is_no_formula_in_a_spreadsheet()
    {
        var h = ReportHistory.OfLittleton();
        h.Record("2013-05-01", "partner", "trust", new EqualitiesPlatform.Commitments.PartnerRenamed("=HYPERLINK(\"x\")", new DateOnly(2013, 5, 1)));
        using var zip = new ZipArchive(new MemoryStream(ReportForms.Print(h.Report(), null, ReportForm.Csv)));
        foreach (var entry in zip.Entries.Where(e => e.Name.EndsWith(".csv", StringComparison.Ordinal)))
        {
            using var text = new StreamReader(entry.Open());
            Rows(text.ReadToEnd()).SelectMany(r => r).Should().NotContain(c => c.StartsWith('='));
        }
    }

    [Theory]
    [InlineData(ReportForm.Html)]
    [InlineData(ReportForm.Docx)]
    [InlineData(ReportForm.Csv)]
    internal void A_form_printed_again_has_the_same_bytes(ReportForm form) =>
        ReportForms.Print(ReportStories.Littleton().Report(), null, form).Should().Equal(ReportForms.Print(Report, null, form));

    /// <summary>Each place where the body shows a figure: its key, and what is printed there.</summary>
    private static IEnumerable<(string Key, string Text)> Shown() => Report.Sections.SelectMany(s => s.Parts).SelectMany(part => part switch
    {
        ReportHeadlines headlines => headlines.FigureKeys.Select(k => (k, Figures[k])),
        ReportTable table => Named(table.Rows.SelectMany(r => r)),
        ReportChart chart => Named(chart.Table.Rows.SelectMany(r => r)),
        ReportEntries entries => Named(entries.Facts.Concat(entries.Entries.SelectMany(e => e.Facts)).SelectMany(f => f.Said)),
        _ => [],
    });

    private static IEnumerable<(string Key, string Text)> Named(IEnumerable<Cell> cells) => cells.Where(c => c.FigureKey is not null).Select(c => (c.FigureKey!, c.Text.Replace('\n', ' ')));

    private static IEnumerable<string> Styled(DocumentFormat.OpenXml.Wordprocessing.Body body, string style) =>
        body.Elements<Paragraph>().Where(p => p.ParagraphProperties?.ParagraphStyleId?.Val?.Value == style).Select(p => p.InnerText);

    private static IReadOnlyList<string[]> CsvOf(string file)
    {
        using var zip = new ZipArchive(new MemoryStream(ReportForms.Print(Report, null, ReportForm.Csv)));
        using var text = new StreamReader(zip.GetEntry(file)!.Open());
        return Rows(text.ReadToEnd());
    }

    // Read by the letter of RFC 4180, not by what wrote it.
    private static IReadOnlyList<string[]> Rows(string text)
    {
        var (rows, row, cell, quoted) = (new List<string[]>(), new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            if (quoted && text[i] == '"' && i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[i++]);
            else if (text[i] == '"') quoted = !quoted;
            else if (!quoted && text[i] == ',') Next();
            else if (!quoted && text[i] == '\r') continue;
            else if (!quoted && text[i] == '\n')
            {
                Next();
                rows.Add([.. row]);
                row.Clear();
            }
            else cell.Append(text[i]);
        }
        return rows;

        void Next()
        {
            row.Add(cell.ToString());
            cell.Clear();
        }
    }

    [GeneratedRegex("""<tr[^>]* id="figure-[^"]*"><th[^>]*>.*?<code>(.*?)</code>.*?</th><td[^>]*>(.*?)</td>""")]
    private static partial Regex LineageOfPage();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d")]
    private static partial Regex Day();

    [GeneratedRegex("[a-z][A-Z]")]
    private static partial Regex EventName();
}
