using EqualitiesPlatform.Assessments;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// What proposals do to equality (Policy, How W1, W3; Report 2.1): what was assessed and decided in the year and with what
/// due regard, and what all live proposals do together, for the year's budget and the next one's.
/// </summary>
internal sealed class AssessmentsSection : ISection
{
    private const string Section = "assessments";

    public string Key => Section;

    public int Order => 36;

    public ISectionFold Begin(ReportScope scope) => Begin(scope, first: true);

    /// <summary>The fold of the first two versions, or of that which tells of decisions without an assessment.</summary>
    internal static ISectionFold Begin(ReportScope scope, bool first) => new Fold(scope, first);

    private sealed class Fold(ReportScope scope, bool first) : ISectionFold
    {
        private readonly PartnersOnRecord _partners = new(scope);
        private readonly Dictionary<Guid, OnRecord> _assessments = [];
        private readonly (FinancialYear Year, CumulativeImpact Impact)[] _budgets =
            [(scope.Year, new CumulativeImpact(scope.Year, scope.AsAt, sparse: first)), (scope.Year.Next, new CumulativeImpact(scope.Year.Next, scope.AsAt, sparse: first))];
        private readonly FigureList _figures = new();

        public void Apply(RecordedEvent recorded)
        {
            _partners.Apply(recorded);
            if (recorded.Kind != ImpactAssessmentId.Kind || !scope.Holds(recorded)) return;
            foreach (var (_, impact) in _budgets) impact.Apply(recorded);
            if (!_assessments.TryGetValue(recorded.Id, out var known)) _assessments[recorded.Id] = known = new();
            known.Apply(recorded);
        }

        public SectionContent Complete()
        {
            OnRecord[] inYear = [.. _assessments.Values.Where(a => a.Opened.Any && a.Touched(scope.Year)).OrderBy(a => a.Opened.Position)];
            const string title = "Assessments and cumulative impact";
            // A budget may be prepared wholly after the year that the report is of.
            if (inYear.Length == 0 && (first || _budgets.All(b => b.Impact.Live.Count == 0)))
                return new SectionContent(Section, title, [$"No proposal was assessed, decided or reviewed in {scope.Year}."], [], []);
            ReportPart[] parts = [Headlines(inYear), Proposals(inYear), .. _budgets.SelectMany(b => Budget(b.Year, b.Impact))];
            return new SectionContent(Section, title,
                ["A decision shows due regard when its maker had opened the signed assessment as it stood; the access log has the reading. The weights of the cumulative impact run from 3 for a large gain to -3 for a large loss, a loss one step less once a mitigation is in place; docs/cumulative-impact.md has the method."],
                _figures.All, parts);
        }

        private ReportHeadlines Headlines(OnRecord[] inYear)
        {
            // The first version named the events of what it counted, and not those by which the rest was left out.
            string Total(string name, string label, string formula, IEnumerable<OnRecord> counted, Func<OnRecord, IEnumerable<long>> positions) =>
                _figures.Add(Figure.Of($"{Section}.{name}", label, formula, counted.Count(), first ? counted.SelectMany(positions)
                    : inYear.SelectMany(a => (IEnumerable<long>)[a.Opened.Position, .. a.First(scope.Year), .. positions(a)]))).Key;
            return new ReportHeadlines($"{Section}.headlines",
            [
                first ? Total("opened", "Proposals assessed", "Assessments with an event in the year.", inYear, a => a.First(scope.Year))
                    : Total("opened", "Proposals assessed", "Assessments with an event in the year, but for decisions without any.", inYear.Where(a => !a.WithoutAssessment), a => a.Found.Any ? a.StandingPositions : []),
                Total("decided", "Decided", "Assessments whose last ProposalDecided is in the year.", inYear.Where(a => a.DecidedIn(scope.Year)), a => a.Decided.Positions),
                Total("due-regard-shown", "Decided with due regard shown", "Of those, the ones with DueRegardShown.", inYear.Where(a => a.DecidedIn(scope.Year) && a.Regard is DueRegardShown), a => a.RegardPositions),
                Total("due-regard-missing", "Decided without", $"Of those, the ones with DueRegardMissing{(first ? "" : " or UnassessedDecisionRecorded")}.", inYear.Where(a => a.DecidedIn(scope.Year) && a.Regard is DueRegardMissing), a => a.RegardPositions),
                .. !first && inYear.Any(a => a.Found.Any)
                    ? [Total("without-assessment", "Decided with no assessment at all", "UnassessedDecisionRecorded of a decision in the year.", inYear.Where(a => a.Found.Any && scope.Year.Contains(a.Found.On)), a => a.Found.Positions)]
                    : Array.Empty<string>(),
                Total("withdrawn", "Withdrawn", "Assessments with ProposalWithdrawn in the year.", inYear.Where(a => a.Withdrawn.Any && scope.Year.Contains(a.Withdrawn.On)), a => a.Withdrawn.Positions),
                Total("reviews-missed", "Reviews missed", "Assessments whose last ImpactReviewMissed has no ImpactReviewed after it.", inYear.Where(a => a.ReviewMissed.Position > a.Reviewed.Position), a => first ? a.ReviewMissed.Positions : a.ReviewMissed.Positions.Concat(a.Reviewed.Positions)),
            ]);
        }

        private ReportTable Proposals(OnRecord[] inYear) => new(
            $"{Section}.proposals", "Proposals, and what they were decided on", ["Proposal", "Of", "Budget", "Assessment", "Decision", "Due regard"],
            [.. inYear.Select(a => (IReadOnlyList<Cell>)
            [
                a.Opened.Value.Title, _partners.NameOf(a.Opened.Value.Organisation), a.Opened.Value.BudgetYear.ToString(),
                Shown(a, "standing", "how far the assessment is", "The last of ProposalScreened, AssessmentSigned, AssessmentSignedOff and AssessmentReopened.", a.StandingWords, a.StandingPositions, null),
                a.Decided.Any || a.Withdrawn.Any
                    ? Shown(a, "decision", "decision", $"ProposalWithdrawn, else the last ProposalDecided{(first ? "" : " or UnassessedDecisionRecorded")}.", a.DecisionWords, a.Withdrawn.Any ? a.Withdrawn.Positions : a.Decided.Positions, null)
                    : "none yet",
                a.Regard is not { } regard ? "" : first ? FirstRegard(a, regard)
                    : Shown(a, "due-regard", "due regard", "The DueRegardShown or DueRegardMissing of the last decision, or its UnassessedDecisionRecorded, and whether an earlier decision showed none.",
                        regard is DueRegardMissing missing ? NotShown(missing) : a.Flagged.Any ? "Shown; not at an earlier decision" : "Shown",
                        [.. a.RegardPositions, .. a.Flagged.Positions], regard is DueRegardMissing ? "off-track" : a.Flagged.Any ? "at-risk" : "on-track"),
            ])]);

        private Cell FirstRegard(OnRecord a, object regard) => Shown(
            a, "due-regard", "due regard", "The DueRegardShown or DueRegardMissing of the last decision.",
            regard is DueRegardMissing missing ? NotShown(missing) : "Shown", a.RegardPositions, regard is DueRegardMissing ? "off-track" : "on-track");

        private static string NotShown(DueRegardMissing missing) => $"Not shown: {Printed.Word(missing.Gap).ToLowerInvariant()}";

        private Cell Shown(OnRecord a, string name, string label, string formula, string value, IEnumerable<long> positions, string? mark) => new(value, _figures.Add(Figure.Of(
            $"{Section}.{name}.{a.Subject}", $"{a.Subject}: {label}", formula, value, [a.Opened.Position, .. first ? [] : a.First(scope.Year), .. positions])).Key, mark);

        private IEnumerable<ReportPart> Budget(FinancialYear year, CumulativeImpact impact)
        {
            if (impact.Live.Count == 0) yield break;
            yield return new ReportTable(
                $"{Section}.cumulative.{year}", $"What the {impact.Live.Count} live proposals for {year} do together, by group and ward",
                ["Group", "Ward", "Net effect", "Gains in", "Loses in", "Not known yet", "People, at most"],
                [.. impact.Cells.Select(cell => (IReadOnlyList<Cell>)
                [
                    AssessedGroups.Printed(cell.Group), cell.Ward?.Name ?? "Everywhere",
                    cell.Positions.Count == 0 ? "0" : Of(year, cell, "net", "net effect", "Sum of the weights of EffectAssessed over the live proposals, a loss one step less once a mitigation for it is in place.", Signed(cell.Net), cell.Positions),
                    $"{cell.Gains}", new Cell(cell.Losses > 1 ? $"{cell.Losses}, hit more than once" : $"{cell.Losses}", Status: cell.Losses > 1 ? "at-risk" : null),
                    $"{cell.Unknown}", cell.PeopleAtMost == 0 ? "" : Of(year, cell, "people", "people, at most", "Sum of the people in negative EffectAssessed over the live proposals.", $"{cell.PeopleAtMost}", cell.PeoplePositions),
                ])]);
            if (impact.Mitigations.Count == 0) yield break;
            yield return new ReportTable(
                $"{Section}.mitigations.{year}", $"Mitigations of the live proposals for {year}", ["Mitigation", "Proposals", "Last due on", "Standing"],
                [.. impact.Mitigations.Select(m => (IReadOnlyList<Cell>)
                [
                    m.Text, m.Proposals > 1 ? $"{m.Proposals}, shared" : "1", Printed.ShortDay(m.LastDueOn),
                    new Cell(m.Overdue > 0 ? "Overdue" : m.InPlace == m.Proposals ? "In place" : "Agreed",
                        _figures.Add(Figure.Of($"{Section}.mitigation.{year}.{m.Key}", $"{m.Key}: standing", "MitigationCompleted, else whether the day in MitigationAgreed is before the cut-off.",
                            m.Overdue > 0 ? "Overdue" : m.InPlace == m.Proposals ? "In place" : "Agreed", m.Positions)).Key,
                        m.Overdue > 0 ? "late" : null),
                ])]);
        }

        private Cell Of(FinancialYear year, ImpactCell cell, string name, string label, string formula, string value, IReadOnlyList<long> positions)
        {
            var subject = Subject(cell);
            return new Cell(value, _figures.Add(Figure.Of($"{Section}.{name}.{year}.{subject}", $"{subject}, {year}: {label}", formula, value, positions)).Key);
        }

    }

    /// <summary>What a cell is about, as figures' keys have it.</summary>
    internal static string Subject(ImpactCell cell) =>
        $"{cell.Group.Replace(':', '-')}{(cell.Ward is { } ward ? $".{ward.Name.ToLowerInvariant().Replace(' ', '-')}" : "")}";

    internal static string Signed(int net) => net > 0 ? $"+{net}" : $"{net}";

    private sealed class OnRecord
    {
        private readonly List<RecordedEvent> _all = [];

        public Latest<AssessmentOpened> Opened { get; } = new();
        public Latest<object> Standing { get; } = new();
        public Latest<ProposalDecided> Decided { get; } = new();
        public Latest<object> RegardOf { get; } = new();
        public Latest<DueRegardMissing> Flagged { get; } = new();
        public Latest<UnassessedDecisionRecorded> Found { get; } = new();
        public Latest<ProposalWithdrawn> Withdrawn { get; } = new();
        public Latest<ImpactReviewMissed> ReviewMissed { get; } = new();
        public Latest<ImpactReviewed> Reviewed { get; } = new();

        public string Subject => Opened.Value.Key ?? Opened.Value.Assessment.ToString();
        public object? Regard => RegardOf.Any ? RegardOf.Value : null;
        public IEnumerable<long> RegardPositions => [.. Decided.Positions, .. RegardOf.Positions];
        public IEnumerable<long> StandingPositions => Standing.Positions;

        public bool WithoutAssessment => Found.Any && !Standing.Any;

        public string StandingWords => WithoutAssessment ? "None" : !Standing.Any ? "Not screened" : Standing.Value switch
        {
            ProposalScreened { Relevant: false } => "Screened, not relevant",
            ProposalScreened => "Being made",
            AssessmentSigned => "Signed by one",
            AssessmentSignedOff => "Signed off by two",
            _ => "Changed, to be signed again",
        };

        public string DecisionWords => Withdrawn.Any ? $"Withdrawn on {Printed.Day(Withdrawn.On)}" : $"{Printed.Word(Decided.Value.Outcome)}, {Printed.Day(Decided.On)}";

        public bool Touched(FinancialYear year) => _all.Exists(r => year.Contains(r.EffectiveOn));

        public bool DecidedIn(FinancialYear year) => Decided.Any && year.Contains(Decided.On);

        public IEnumerable<long> First(FinancialYear year) => [_all.Find(r => year.Contains(r.EffectiveOn))!.Position];

        public void Apply(RecordedEvent recorded)
        {
            // That a review will be due is no work on the proposal.
            if (recorded.Event is not (ImpactReviewSet or ImpactReviewFallingDue)) _all.Add(recorded);
            switch (recorded.Event)
            {
                case AssessmentOpened e: Opened.Replace(recorded, e); break;
                case ProposalScreened or AssessmentSigned or AssessmentSignedOff or AssessmentReopened: Standing.Replace(recorded, recorded.Event); break;
                case ProposalDecided e: Decided.Replace(recorded, e); break;
                case UnassessedDecisionRecorded e:
                    Found.Replace(recorded, e);
                    Opened.Replace(recorded, e.AsOpened());
                    RegardOf.Replace(recorded, new DueRegardMissing(DueRegardGap.NoAssessment));
                    Flagged.Replace(recorded, new DueRegardMissing(DueRegardGap.NoAssessment));
                    Decided.Replace(recorded, new ProposalDecided(e.Outcome, e.Source, e.ReviewOn));
                    break;
                case DueRegardShown: RegardOf.Replace(recorded, recorded.Event); break;
                case DueRegardMissing e:
                    RegardOf.Replace(recorded, e);
                    Flagged.Replace(recorded, e);
                    break;
                case ProposalWithdrawn e: Withdrawn.Replace(recorded, e); break;
                case ImpactReviewMissed e: ReviewMissed.Replace(recorded, e); break;
                case ImpactReviewed e: Reviewed.Replace(recorded, e); break;
            }
        }
    }
}
