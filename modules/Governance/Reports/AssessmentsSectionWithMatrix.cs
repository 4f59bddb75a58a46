using EqualitiesPlatform.Assessments;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>The same section with the cumulative impact as a picture too: a row a group, a column a ward (Policy, "How" W1, W3).</summary>
internal sealed class AssessmentsSectionWithMatrix : ISection
{
    private readonly AssessmentsSection _before = new();

    public string Key => _before.Key;

    public int Version => 2;

    public int Order => _before.Order;

    public ISectionFold Begin(ReportScope scope) => Begin(scope, Version);

    /// <summary>The fold of this version, or of a later one.</summary>
    internal ISectionFold Begin(ReportScope scope, int version) => new Fold(_before, scope, version);

    private sealed class Fold(AssessmentsSection before, ReportScope scope, int version) : ISectionFold
    {
        private readonly ISectionFold _before = AssessmentsSection.Begin(scope, version);
        private readonly (FinancialYear Year, CumulativeImpact Impact)[] _budgets =
            [(scope.Year, new CumulativeImpact(scope.Year, scope.AsAt)), (scope.Year.Next, new CumulativeImpact(scope.Year.Next, scope.AsAt))];

        public void Apply(RecordedEvent recorded)
        {
            _before.Apply(recorded);
            foreach (var (_, impact) in _budgets) impact.Apply(recorded);
        }

        public SectionContent Complete()
        {
            var content = _before.Complete();
            return content with { Parts = [.. content.Parts.SelectMany(p => Pictured(p).Append(p))] };
        }

        /// <summary>The picture goes before the table that says more.</summary>
        private IEnumerable<ReportPart> Pictured(ReportPart part) =>
            _budgets.Where(b => part.Key == $"{before.Key}.cumulative.{b.Year}" && b.Impact.Cells.Count > 0).Select(b => Matrix(b.Year, b.Impact.Cells));

        private ReportChart Matrix(FinancialYear year, IReadOnlyList<ImpactCell> cells)
        {
            Ward?[] wards = [null, .. cells.Select(c => c.Ward).OfType<Ward>().Distinct().OrderBy(w => w.Name, StringComparer.Ordinal)];
            string[] groups = [.. cells.Select(c => c.Group).Distinct()];
            var twice = cells.Where(c => c.Losses > 1).Select(c => AssessedGroups.Printed(c.Group)).Distinct().ToArray();
            return new ReportChart(
                $"{before.Key}.matrix.{year}", $"Net effect of the live proposals for {year}, by group and ward",
                $"Above nought a group gains, below it loses. {(twice.Length > 0 ? $"Hit by more than one proposal, with a thick frame: {string.Join(", ", twice)}." : "No group is hit by more than one proposal.")}",
                ChartForm.Matrix, "sum of weights", [.. wards.Select(w => w?.Name ?? "Everywhere")],
                [new ChartPanel("All groups", [.. groups.Select(g => new ChartLine(AssessedGroups.Printed(g), [.. wards.Select(w => Value(year, cells.FirstOrDefault(c => c.Group == g && c.Ward == w)))]))])]);
        }

        private ChartValue Value(FinancialYear year, ImpactCell? cell) => cell is null
            ? new ChartValue(null, "")
            : new ChartValue(cell.Net, new Cell(
                AssessmentsSection.Signed(cell.Net), cell.Positions.Count == 0 && version < 4 ? null : $"{before.Key}.net.{year}.{AssessmentsSection.Subject(cell)}", cell.Losses > 1 ? "at-risk" : null));
    }
}

/// <summary>
/// The same section with the decisions for which no assessment had been opened, and with every event by which a proposal was
/// counted or left out (Policy, "How" W1, W3).
/// </summary>
internal sealed class AssessmentsSectionWithUnassessed : ISection
{
    private readonly AssessmentsSectionWithMatrix _before = new();

    public string Key => _before.Key;

    public int Version => 3;

    public int Order => _before.Order;

    public ISectionFold Begin(ReportScope scope) => _before.Begin(scope, Version);
}

/// <summary>
/// The same section with what is on record of each proposal, from its screen to the review of what it did (Policy, "How" W1,
/// W3), and the events behind each thing that it says.
/// </summary>
internal sealed class AssessmentsSectionInFull : ISection
{
    private readonly AssessmentsSectionWithMatrix _before = new();

    public string Key => _before.Key;

    public int Version => 4;

    public int Order => _before.Order;

    public ISectionFold Begin(ReportScope scope) => _before.Begin(scope, Version);
}
