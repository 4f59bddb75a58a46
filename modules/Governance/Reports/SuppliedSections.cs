using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>What the finance department supplied with the year-end report (Report 6.1).</summary>
internal sealed class FinanceSection : ISection
{
    public string Key => "finance";

    public int Order => 70;

    public ISectionFold Begin(ReportScope scope) => new SuppliedFold(scope, ReportSlot.Finance, Key, "Year-end finance");
}

/// <summary>What the performance team supplied with the year-end report (Report 6.1).</summary>
internal sealed class PerformanceSection : ISection
{
    public string Key => "performance";

    public int Order => 75;

    public ISectionFold Begin(ReportScope scope) => new SuppliedFold(scope, ReportSlot.Performance, Key, "Year-end performance");
}

/// <summary>
/// A table that another department supplied as a file, printed as it was attached with its hash. A restatement takes the
/// file of the report that it restates, unless it has one of its own.
/// </summary>
internal sealed class SuppliedFold(ReportScope scope, ReportSlot slot, string section, string title) : ISectionFold
{
    private readonly Dictionary<ReportId, Latest<ReportFileAttached>> _files = [];
    private readonly FigureList _figures = new();

    public void Apply(RecordedEvent recorded)
    {
        if (recorded.Event is not ReportFileAttached e || e.Slot != slot || !scope.Files.Contains(e.Report)) return;
        if (!_files.TryGetValue(e.Report, out var known)) _files[e.Report] = known = new();
        known.Replace(recorded, e);
    }

    public SectionContent Complete()
    {
        var file = scope.Files.Select(f => _files.GetValueOrDefault(f)).FirstOrDefault(f => f is not null);
        if (file is null)
        {
            var missing = _figures.Add(Figure.Of($"{section}.file", $"{title}: file", "The last ReportFileAttached to the report for this section.", "Not supplied", [],
                Printed.Searched(scope, "The report’s record", $"ReportFileAttached for {Printed.Mark(slot)}")));
            return Content([new ReportTable($"{section}.supplied", "What was supplied", ["File"], [[new Cell(missing.Value, missing.Key, "unanswered")]])], []);
        }
        var supplied = file.Value;
        var name = _figures.Add(Figure.Of($"{section}.file", $"{title}: file", "The last ReportFileAttached to the report for this section.", supplied.FileName, file.Positions));
        return Content(
            [new ReportTable($"{section}.supplied", $"As supplied: {name.Value}", supplied.Columns, [.. supplied.Rows.Select((row, r) => Row(file, row, r))])],
            [$"Supplied by the {supplied.Office} on {Printed.Day(file.On)} in the file {supplied.FileName}, whose SHA-256 is {supplied.Sha256}. It is printed as it came."]);
    }

    private IReadOnlyList<Cell> Row(Latest<ReportFileAttached> file, IReadOnlyList<string> row, int number) =>
    [
        row[0],
        .. row.Skip(1).Select((text, column) => text.Length == 0 ? new Cell("") : (Cell)_figures.Add(Figure.Of(
            $"{section}.cell.{number + 1}.{column + 2}", $"{row[0]}: {file.Value.Columns[column + 1]}", "As it stands in the attached file.", text, file.Positions))),
    ];

    private SectionContent Content(IReadOnlyList<ReportPart> parts, IReadOnlyList<string> introduction) => new(section, title, introduction, _figures.All, parts);
}
