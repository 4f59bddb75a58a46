using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

using WordBody = DocumentFormat.OpenXml.Wordprocessing.Body;
using PageSize = DocumentFormat.OpenXml.Wordprocessing.PageSize;

/// <summary>
/// The report as a Word document for a committee's agenda pack: headings, contents, tables with header rows and
/// descriptions, and the document's language are Word's own, so that screen readers and Word's navigation find them.
/// </summary>
internal sealed class ReportDocx
{
    private const string Language = "en-GB";
    private const int PageWidth = 11906, PageHeight = 16838, Margin = 1134, TextWidth = PageWidth - 2 * Margin;

    private readonly WordBody _body = new();
    private readonly ReportDocument _report;
    private readonly IReadOnlyList<SectionContent> _sections;
    private readonly List<(string Bookmark, string Text)> _contents = [];
    private int _bookmarks;

    private ReportDocx(ReportDocument report, ReportCertificate? certificate) => (_report, _sections) = (report, report.With(certificate));

    public static byte[] Of(ReportDocument report, ReportCertificate? certificate)
    {
        using var file = new MemoryStream();
        using (var word = WordprocessingDocument.Create(file, WordprocessingDocumentType.Document))
        {
            var main = word.AddNewPart<MainDocumentPart>("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "main");
            main.AddNewPart<StyleDefinitionsPart>("styles").Styles = Styles();
            main.AddNewPart<DocumentSettingsPart>("settings").Settings = new Settings(
                new Compatibility(new CompatibilitySetting { Name = CompatSettingNameValues.CompatibilityMode, Val = "15", Uri = "http://schemas.microsoft.com/office/word" }),
                new ThemeFontLanguages { Val = Language });
            main.AddNewPart<FooterPart>("footer").Footer = new Footer(Styled("Footer", new Run(Words($"{report.Front.Title} {report.Scope.Year}: ")), Field(" PAGE "), new Run(Words(" of ")), Field(" NUMPAGES ")));
            main.Document = new Document(new ReportDocx(report, certificate).Written());
            var core = word.AddNewPart<CoreFilePropertiesPart>("application/vnd.openxmlformats-package.core-properties+xml", "core");
            using var properties = new StreamWriter(core.GetStream(FileMode.Create));
            properties.Write("<?xml version=\"1.0\" encoding=\"UTF-8\"?><cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
                + $"<dc:title>{System.Security.SecurityElement.Escape($"{report.Front.Title} {report.Scope.Year}: {report.Front.Council}")}</dc:title><dc:language>{Language}</dc:language></cp:coreProperties>");
        }
        return FixedZip.Again(file);
    }

    private WordBody Written()
    {
        var (scope, front) = (_report.Scope, _report.Front);
        Say("Title", $"{front.Title} {scope.Year}");
        Say("Subtitle", $"{front.Council}. To {front.Body}, on the promises made under the {front.Policy}.");
        foreach (var (term, said) in _report.Facts()) Say(term, [said]);
        Say("Content hash", [_report.ContentHash]);
        Say("ContentsHeading", "Contents");
        var contents = _body.AppendChild(new Paragraph());
        Glance();
        foreach (var (section, number) in _sections.Select((s, i) => (s, i + 1))) Section(section, number);
        Lineage();
        foreach (var entry in Contents()) contents.InsertBeforeSelf(entry);
        contents.Remove();
        _body.Append(new SectionProperties(
            new FooterReference { Type = HeaderFooterValues.Default, Id = "footer" },
            new PageSize { Width = PageWidth, Height = PageHeight },
            new PageMargin { Top = Margin, Bottom = Margin, Left = Margin, Right = Margin, Header = 567, Footer = 567, Gutter = 0 }));
        return _body;
    }

    // One field with the entries as they are, so that they are there before Word is asked to update it.
    private IEnumerable<Paragraph> Contents()
    {
        foreach (var (entry, i) in _contents.Select((e, i) => (e, i)))
        {
            var line = Styled("TOC1");
            if (i == 0) line.Append(new Run(new FieldChar { FieldCharType = FieldCharValues.Begin }), new Run(new FieldCode(" TOC \\o \"1-1\" \\h \\n ") { Space = SpaceProcessingModeValues.Preserve }), new Run(new FieldChar { FieldCharType = FieldCharValues.Separate }));
            line.Append(new Hyperlink(new Run(Words(entry.Text))) { Anchor = entry.Bookmark, History = true });
            if (i == _contents.Count - 1) line.Append(new Run(new FieldChar { FieldCharType = FieldCharValues.End }));
            yield return line;
        }
    }

    private void Glance()
    {
        Heading("At a glance");
        var figures = _report.Figures.ToDictionary(f => f.Key, StringComparer.Ordinal);
        foreach (var section in _sections)
        {
            string[] keys = [.. section.Parts.OfType<ReportHeadlines>().SelectMany(h => h.FigureKeys)];
            if (keys.Length > 0) Table(section.Title, ["What", "Figure"], keys.Select(k => (string[])[figures[k].Label, figures[k].Value]));
        }
    }

    private void Section(SectionContent section, int number)
    {
        Heading($"{number.ToString(CultureInfo.InvariantCulture)}. {section.Title}");
        foreach (var paragraph in section.Introduction) Say("Normal", paragraph);
        foreach (var part in section.Parts)
            switch (part)
            {
                case ReportTable table: Table(table); break;
                case ReportEntries entries: Entries(entries); break;
                case ReportChart chart: Chart(chart); break;
            }
    }

    private void Table(ReportTable table) => Table(table.Caption, table.Columns, table.Rows.Select(r => r.Select(c => c.Text).ToArray()));

    // What the chart shows, in words and numbers.
    private void Chart(ReportChart chart)
    {
        Say("Normal", chart.Description);
        Table(chart.Table);
    }

    private void Entries(ReportEntries entries)
    {
        Say("Heading2", entries.Heading);
        foreach (var fact in entries.Facts) Say(fact.Term, fact.Said.Select(c => c.Text));
        foreach (var entry in entries.Entries)
        {
            Say("Heading3", entry.Heading);
            foreach (var fact in entry.Facts) Say(fact.Term, fact.Said.Select(c => c.Text));
        }
    }

    private void Lineage()
    {
        Heading("How each figure was worked out");
        if (_report.Template.Form >= ReportTemplates.OnPaper)
        {
            Say("Normal", _report.OnLineage);
            return;
        }
        Say("Normal", "Each figure comes from events in the ledger. The digest is the SHA-256 over their positions, one a line.");
        foreach (var section in _sections.Where(s => s.Figures.Count > 0))
            Table(section.Title, ["Figure", "Key", "Value", "Events", "Formula and digest"],
                section.Figures.Select(f => (string[])[f.Label, f.Key, f.Value, f.Count.ToString(CultureInfo.InvariantCulture), $"{f.Formula}{(f.Searched is null ? "" : $" Searched: {f.Searched}")} {f.Digest}"]));
    }

    private void Table(string caption, IReadOnlyList<string> columns, IEnumerable<string[]> rows)
    {
        Say("Caption", caption);
        if (columns.Count == 0) return;
        var width = (TextWidth / columns.Count).ToString(CultureInfo.InvariantCulture);
        var table = new Table(
            new TableProperties(
                new TableStyle { Val = "Figures" }, new TableWidth { Width = TextWidth.ToString(CultureInfo.InvariantCulture), Type = TableWidthUnitValues.Dxa },
                new TableLayout { Type = TableLayoutValues.Fixed },
                new TableLook { FirstRow = true, FirstColumn = true, LastRow = false, LastColumn = false, NoHorizontalBand = true, NoVerticalBand = true },
                new TableCaption { Val = caption }, new TableDescription { Val = $"A table with the columns {string.Join(", ", columns)}." }),
            new TableGrid(columns.Select(_ => new GridColumn { Width = width })),
            Row(columns, width, header: true));
        foreach (var row in rows) table.Append(Row(row, width, header: false));
        _body.Append(table, new Paragraph());
    }

    private static TableRow Row(IReadOnlyList<string> cells, string width, bool header) => new(
        [
            header ? new TableRowProperties(new CantSplit(), new TableHeader()) : new TableRowProperties(new CantSplit()),
            .. cells.Select(c => new TableCell(new TableCellProperties(new TableCellWidth { Width = width, Type = TableWidthUnitValues.Dxa }), Styled(header ? "TableHead" : "TableText", new Run(Words(c))))),
        ]);

    private void Heading(string text)
    {
        var bookmark = $"part{++_bookmarks}";
        var id = _bookmarks.ToString(CultureInfo.InvariantCulture);
        _contents.Add((bookmark, text));
        _body.Append(Styled("Heading1", new BookmarkStart { Id = id, Name = bookmark }, new Run(Words(text)), new BookmarkEnd { Id = id }));
    }

    private void Say(string style, string text) => _body.Append(Styled(style, new Run(Words(text))));

    private void Say(string term, IEnumerable<string> said) =>
        _body.Append(Styled("Fact", [new Run(new RunProperties(new Bold()), Words($"{term}: ")), .. said.SelectMany((line, i) => (OpenXmlElement[])[.. i == 0 ? Array.Empty<OpenXmlElement>() : [new Run(new Break())], new Run(Words(line))])]));

    private static Paragraph Styled(string style, params OpenXmlElement[] content) =>
        new([new ParagraphProperties(new ParagraphStyleId { Val = style }), .. content]);

    private static Text Words(string text) => new(text.Replace('\n', ' ').Replace("\r", "", StringComparison.Ordinal)) { Space = SpaceProcessingModeValues.Preserve };

    private static SimpleField Field(string code) => new(new Run(Words("1"))) { Instruction = code };

    private static Styles Styles() => new(
        new DocDefaults(
            new RunPropertiesDefault(new RunPropertiesBaseStyle(new RunFonts { Ascii = "Arial", HighAnsi = "Arial", ComplexScript = "Arial" }, new FontSize { Val = "22" }, new Languages { Val = Language })),
            new ParagraphPropertiesDefault(new ParagraphPropertiesBaseStyle(new SpacingBetweenLines { After = "120", Line = "264", LineRule = LineSpacingRuleValues.Auto }))),
        Style("Normal", "Normal", 22, byDefault: true),
        Style("Title", "Title", 44, bold: true),
        Style("Subtitle", "Subtitle", 26),
        Style("Heading1", "heading 1", 32, bold: true, level: 0),
        Style("Heading2", "heading 2", 26, bold: true, level: 1),
        Style("Heading3", "heading 3", 22, bold: true, level: 2),
        Style("ContentsHeading", "TOC Heading", 26, bold: true),
        Style("TOC1", "toc 1", 22),
        Style("Caption", "caption", 22, bold: true, keep: true),
        Style("Fact", "Fact", 22),
        Style("TableHead", "Table Head", 18, bold: true),
        Style("TableText", "Table Text", 18),
        Style("Footer", "footer", 18),
        new Style(
            new StyleName { Val = "Figures" },
            new StyleTableProperties(
                new TableBorders(Edge<TopBorder>(), Edge<BottomBorder>(), Edge<InsideHorizontalBorder>()),
                new TableCellMarginDefault(new TableCellLeftMargin { Width = 57, Type = TableWidthValues.Dxa }, new TableCellRightMargin { Width = 57, Type = TableWidthValues.Dxa }))) { Type = StyleValues.Table, StyleId = "Figures" });

    private static T Edge<T>() where T : BorderType, new() => new() { Val = BorderValues.Single, Size = 4, Color = "808080" };

    private static Style Style(string id, string name, int size, bool bold = false, bool byDefault = false, bool keep = false, int? level = null)
    {
        var paragraph = new StyleParagraphProperties();
        if (keep || level is not null) paragraph.Append(new KeepNext(), new KeepLines());
        if (level is not null) paragraph.Append(new SpacingBetweenLines { Before = "320", After = "120" }, new OutlineLevel { Val = level });
        var run = new StyleRunProperties();
        if (bold) run.Append(new Bold());
        run.Append(new FontSize { Val = size.ToString(CultureInfo.InvariantCulture) });
        var style = new Style(new StyleName { Val = name }) { Type = StyleValues.Paragraph, StyleId = id, Default = byDefault ? true : null };
        if (!byDefault) style.Append(new BasedOn { Val = "Normal" });
        style.Append(paragraph, run);
        return style;
    }
}
