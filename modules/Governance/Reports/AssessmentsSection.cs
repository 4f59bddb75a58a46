using EqualitiesPlatform.Assessments;
using EqualitiesPlatform.Engagement;
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

    public ISectionFold Begin(ReportScope scope) => Begin(scope, 1);

    /// <summary>The fold of a version: the third tells of decisions without an assessment; the fourth tells of each proposal, and cites all that it says.</summary>
    internal static ISectionFold Begin(ReportScope scope, int version) => new Fold(scope, version <= 2, version >= 4);

    private sealed class Fold(ReportScope scope, bool first, bool cites) : ISectionFold
    {
        private readonly PartnersOnRecord _partners = new(scope);
        private readonly Dictionary<Guid, AssessmentOnRecord> _assessments = [];
        private readonly Dictionary<ConsultationId, Latest<ConsultationDrafted>> _consultations = [];
        private readonly (FinancialYear Year, CumulativeImpact Impact)[] _budgets =
            [(scope.Year, new CumulativeImpact(scope.Year, scope.AsAt, sparse: first)), (scope.Year.Next, new CumulativeImpact(scope.Year.Next, scope.AsAt, sparse: first))];
        private readonly FigureList _figures = new();

        public void Apply(RecordedEvent recorded)
        {
            _partners.Apply(recorded);
            if (recorded.Event is ConsultationDrafted drafted) (_consultations[drafted.Consultation] = new()).Replace(recorded, drafted);
            if (recorded.Kind != ImpactAssessmentId.Kind || !scope.Holds(recorded)) return;
            foreach (var (_, impact) in _budgets) impact.Apply(recorded);
            if (!_assessments.TryGetValue(recorded.Id, out var known)) _assessments[recorded.Id] = known = new();
            known.Apply(recorded);
        }

        public SectionContent Complete()
        {
            AssessmentOnRecord[] inYear = [.. _assessments.Values.Where(a => a.Opened.Any && a.Touched(scope.Year)).OrderBy(a => a.Opened.Position)];
            const string title = "Assessments and cumulative impact";
            // A budget may be prepared wholly after the year that the report is of.
            if (inYear.Length == 0 && (first || _budgets.All(b => b.Impact.Live.Count == 0)))
                return new SectionContent(Section, title, [$"No proposal was assessed, decided or reviewed in {scope.Year}."], [], []);
            ReportPart[] parts = [Headlines(inYear), Proposals(inYear), .. cites && inYear.Length > 0 ? [new ReportEntries($"{Section}.in-full", "What is on record of each proposal", [], [.. inYear.Select(InFull)])] : Array.Empty<ReportPart>(), .. _budgets.SelectMany(b => Budget(b.Year, b.Impact))];
            return new SectionContent(Section, title,
                ["A decision shows due regard when its maker had opened the signed assessment as it stood; the access log has the reading. The weights of the cumulative impact run from 3 for a large gain to -3 for a large loss, a loss one step less once a mitigation is in place; docs/cumulative-impact.md has the method."],
                _figures.All, parts);
        }

        private ReportHeadlines Headlines(AssessmentOnRecord[] inYear)
        {
            // The first version named the events of what it counted, and not those by which the rest was left out.
            string Total(string name, string label, string formula, IEnumerable<AssessmentOnRecord> counted, Func<AssessmentOnRecord, IEnumerable<long>> positions) =>
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
                .. cites ? _budgets.Where(b => b.Impact.Live.Count > 0).Select(b => _figures.Add(Figure.Of(
                    $"{Section}.live.{b.Year}", $"Live proposals for {b.Year}", "Assessments of the budget year with an EffectAssessed, and neither ProposalWithdrawn nor decided as rejected.",
                    b.Impact.Live.Count, b.Impact.Live.SelectMany(p => p.Positions))).Key) : [],
            ]);
        }

        private ReportTable Proposals(AssessmentOnRecord[] inYear) => new(
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

        private Cell FirstRegard(AssessmentOnRecord a, object regard) => Shown(
            a, "due-regard", "due regard", "The DueRegardShown or DueRegardMissing of the last decision.",
            regard is DueRegardMissing missing ? NotShown(missing) : "Shown", a.RegardPositions, regard is DueRegardMissing ? "off-track" : "on-track");

        private static string NotShown(DueRegardMissing missing) => $"Not shown: {Printed.Word(missing.Gap).ToLowerInvariant()}";

        private Cell Shown(AssessmentOnRecord a, string name, string label, string formula, string value, IEnumerable<long> positions, string? mark) => new(value, _figures.Add(Figure.Of(
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
                    cell.Positions.Count == 0 && !cites ? "0" : Of(year, cell, "net", "net effect", "Sum of the weights of EffectAssessed over the live proposals, a loss one step less once a mitigation for it is in place.", Signed(cell.Net), Weighing(cell)),
                    Counted(year, cell, "gains", "gains in", "Count of live proposals with an EffectAssessed above nought.", $"{cell.Gains}", Weighing(cell)),
                    Counted(year, cell, "losses", "loses in", "Count of live proposals with an EffectAssessed below nought; more than one means hit more than once.",
                        cell.Losses > 1 ? $"{cell.Losses}, hit more than once" : $"{cell.Losses}", Weighing(cell)) with { Status = cell.Losses > 1 ? "at-risk" : null },
                    Counted(year, cell, "unknown", "not known yet", "Count of EffectAssessed as unknown over the live proposals.", $"{cell.Unknown}", cell.Unknown > 0 ? cell.UnknownPositions : Weighing(cell)), cell.PeopleAtMost == 0 ? "" : Of(year, cell, "people", "people, at most", "Sum of the people in negative EffectAssessed over the live proposals.", $"{cell.PeopleAtMost}", cell.PeoplePositions),
                ])]);
            if (impact.Mitigations.Count == 0) yield break;
            yield return new ReportTable(
                $"{Section}.mitigations.{year}", $"Mitigations of the live proposals for {year}", ["Mitigation", "Proposals", "Last due on", "Standing"],
                [.. impact.Mitigations.Select(m => (IReadOnlyList<Cell>)
                [
                    Of(year, m, "mitigation-text", "what it is", "The text in the first MitigationAgreed.", m.Text),
                    Of(year, m, "mitigation-proposals", "proposals that name it", "Count of live proposals with a MitigationAgreed of the key.", m.Proposals > 1 ? $"{m.Proposals}, shared" : "1"),
                    Of(year, m, "mitigation-due", "last due on", "The last day in a MitigationAgreed of the key.", Printed.ShortDay(m.LastDueOn)),
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

        private Cell Counted(FinancialYear year, ImpactCell cell, string name, string label, string formula, string value, IReadOnlyList<long> positions) =>
            cites ? Of(year, cell, name, label, formula, value, positions) : value;

        private Cell Of(FinancialYear year, SharedMitigation m, string name, string label, string formula, string value) =>
            cites ? _figures.Add(Figure.Of($"{Section}.{name}.{year}.{m.Key}", $"{m.Key}: {label}", formula, value, m.Positions)) : value;

        /// <summary>The events that a row's weight comes from, or, where nothing in it weighs, those by which there is a row.</summary>
        private static IReadOnlyList<long> Weighing(ImpactCell cell) => cell.Positions.Count > 0 ? cell.Positions : cell.UnknownPositions;

        /// <summary>What is on record of one proposal, from its screen to the review of what it did.</summary>
        private ReportEntry InFull(AssessmentOnRecord a)
        {
            Cell Said(string name, string label, string formula, string text, IEnumerable<long> positions, string? status = null) => Shown(a, name, label, formula, text, positions, status);
            Fact[] Lines(string term, IEnumerable<Cell> lines) => lines.ToArray() is { Length: > 0 } some ? [new Fact(term, some)] : [];
            return new ReportEntry($"{Section}.{a.Subject}", a.Opened.Value.Title,
            [
                new("What it would do", Said("summary", "what it would do", "The summary with which the record was opened.", a.Opened.Value.Summary, [])),
                .. Lines("Relevance", a.Screened.Positions.Select(p => Said(
                    "relevance", "relevance to equality", "The last ProposalScreened, with its reasons.", $"{(a.Screened.Value.Relevant ? "Relevant" : "Not relevant")}: {a.Screened.Value.Reasons}", [p]))),
                .. Lines("Effects", a.Effects.Values.GroupBy(e => e.Said with { Group = "" }).OrderBy(g => g.Min(e => e.Position)).Select(g => Said(
                    $"effect.{g.Min(e => e.Position)}", "an effect", "The last EffectAssessed for each group and ward, with its evidence.",
                    $"{string.Join(", ", g.Select(e => e.Said.Group).InOrder(name => name).Select(AssessedGroups.Printed))}{(g.Key.Ward is { } ward ? $", in {ward.Name}" : "")}: {Effect(g.Key)}. {g.Key.Evidence}", g.Select(e => e.Position)))),
                .. Lines("Mitigations", a.Mitigations.Values.OrderBy(m => m.Agreed.Position).Select(m => Said(
                    $"mitigation.{m.Agreed.Value.Key}", $"the mitigation {m.Agreed.Value.Key}", "MitigationAgreed; MitigationCompleted, else whether its day is before the cut-off.",
                    $"{m.Agreed.Value.Text}: {_partners.NameOf(m.Agreed.Value.Owner)}, by {Printed.Day(m.Agreed.Value.DueOn)}; {(m.Completed.Any ? $"in place since {Printed.Day(m.Completed.On)}" : m.Agreed.Value.DueOn < scope.AsAt ? "overdue" : "agreed")}",
                    [.. m.Agreed.Positions, .. m.Completed.Positions, .. _partners.Naming(m.Agreed.Value.Owner)], !m.Completed.Any && m.Agreed.Value.DueOn < scope.AsAt ? "late" : null))),
                .. Lines("What consultation showed", a.Cited.Select(c => (c.Position, Said: (ConsultationCited)c.Event, Of: _consultations.GetValueOrDefault(((ConsultationCited)c.Event).Consultation))).Select(c => Said(
                    $"finding.{c.Position}", "what a consultation showed", "The finding in ConsultationCited, and the title in the last ConsultationDrafted.",
                    $"{c.Of?.Value.Title ?? "A consultation that is not on record"}: {c.Said.Finding}", [c.Position, .. c.Of?.Positions ?? []]))),
                .. Lines("Due regard in deciding", a.Decided.Positions.Select(p => Said(
                    "regard", "the due regard that the decision records", "The words of the last ProposalDecided, or where a decision without an assessment stands.", $"{Printed.Day(a.Decided.On)}: {a.Decided.Value.DueRegard}", [p]))),
                .. a.Regard is DueRegardShown opened
                    ? Lines("Had been opened", [Said("opened", "the version that the decision-maker had opened", "The version in DueRegardShown; the access log has the reading.", $"Version {opened.Version} of the record", a.RegardPositions)]) : [],
                .. Lines("Review of its effects", Reviews(a)),
                .. Lines("Withdrawn because", a.Withdrawn.Positions.Select(p => Said("withdrawn-because", "why it was withdrawn", "The reason in ProposalWithdrawn.", a.Withdrawn.Value.Reason, [p]))),
            ]);

            IEnumerable<Cell> Reviews(AssessmentOnRecord of) =>
            [
                .. of.Reviews.Select(r => Said($"review.{r.Position}", "a review", "The findings in ImpactReviewed.", $"{Printed.Day(r.EffectiveOn)}: {((ImpactReviewed)r.Event).Findings}", [r.Position])),
                .. of.ReviewSet.Position > of.Reviewed.Position
                    ? [Said("review-due", "when its effects are to be reviewed", "The day in the last ImpactReviewSet with no ImpactReviewed after it, and whether it passed.",
                        of.ReviewMissed.Position > of.ReviewSet.Position ? $"Due by {Printed.Day(of.ReviewSet.Value.DueOn)}, and missed" : $"By {Printed.Day(of.ReviewSet.Value.DueOn)}",
                        [.. of.ReviewSet.Positions, .. of.ReviewMissed.Position > of.ReviewSet.Position ? of.ReviewMissed.Positions : []], of.ReviewMissed.Position > of.ReviewSet.Position ? "late" : null)]
                    : Array.Empty<Cell>(),
            ];
        }

        private static string Effect(EffectAssessed effect) => effect.Direction switch
        {
            EffectDirection.Positive => $"a {Printed.Word(effect.Size).ToLowerInvariant()} gain{People(effect)}",
            EffectDirection.Negative => $"a {Printed.Word(effect.Size).ToLowerInvariant()} loss{People(effect)}",
            EffectDirection.Neutral => "no change",
            _ => "nobody can say yet",
        };

        private static string People(EffectAssessed effect) => effect.People is { } people ? $" for {people} people" : "";
    }

    /// <summary>What a cell is about, as figures' keys have it.</summary>
    internal static string Subject(ImpactCell cell) =>
        $"{cell.Group.Replace(':', '-')}{(cell.Ward is { } ward ? $".{ward.Name.ToLowerInvariant().Replace(' ', '-')}" : "")}";

    internal static string Signed(int net) => net > 0 ? $"+{net}" : $"{net}";
}
