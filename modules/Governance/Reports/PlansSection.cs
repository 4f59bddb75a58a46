using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// The action plans in the year (Policy, Difference; Report 3.1, 5.1): the version, each item's status, how far it
/// slipped, its milestones, and where it came from and went on to.
/// </summary>
internal sealed class PlansSection : ISection
{
    private const string Section = "plans";

    public string Key => Section;

    public int Order => 30;

    public ISectionFold Begin(ReportScope scope) => new Fold(scope);

    private sealed class Fold(ReportScope scope) : ISectionFold
    {
        private readonly PartnersOnRecord _partners = new(scope);
        private readonly PlanItemsOnRecord _items = new(scope);
        private readonly Dictionary<Guid, PlanOnRecord> _plans = [];
        private readonly Dictionary<string, string> _bodies = new(StringComparer.Ordinal);
        private readonly FigureList _figures = new();

        public void Apply(RecordedEvent recorded)
        {
            _partners.Apply(recorded);
            _items.Apply(recorded);
            if (recorded.Event is BodyEstablished body) _bodies[body.Key] = body.Name;
            if (recorded.Kind != ActionPlanId.Kind) return;
            if (!_plans.TryGetValue(recorded.Id, out var plan)) _plans[recorded.Id] = plan = new();
            if (scope.Holds(recorded)) plan.Apply(recorded, scope.Year);
        }

        public SectionContent Complete()
        {
            PlanItemOnRecord[] items = [.. _items.InYear];
            var headlines = Headlines(items);
            (ActionPlanId Id, PlanOnRecord Plan)[] plans =
                [.. _plans.Where(p => p.Value.Proposed.Any).OrderBy(p => p.Value.Proposed.Position).Select(p => (new ActionPlanId(p.Key), p.Value))];
            PlanItemOnRecord[] loose = [.. items.Where(i => plans.All(p => p.Id != i.Proposed.Value.Plan))];
            ReportPart[] groups =
            [
                .. plans.Select(p => new ReportEntries(
                    $"{Section}.{p.Plan.Subject(p.Id)}", p.Plan.Heading, [Version(p.Id, p.Plan)], [.. items.Where(i => i.Proposed.Value.Plan == p.Id).Select(Entry)])),
                .. loose.Length == 0 ? Array.Empty<ReportPart>() : [new ReportEntries($"{Section}.loose", "Items of plans that are not on record", [], [.. loose.Select(Entry)])],
            ];
            return new SectionContent(Section, "Action plans",
                [$"The items that stood in the plans for {scope.Year}. Slippage is measured from the day first promised; days late from the day promised now, to the day it was done or to {Printed.Day(scope.AsAt)}."],
                _figures.All, [new ReportHeadlines($"{Section}.headlines", headlines), .. groups]);
        }

        private IReadOnlyList<string> Headlines(PlanItemOnRecord[] items)
        {
            string Total(string name, string label, string formula, int value, IEnumerable<long> positions) =>
                _figures.Add(Figure.Of($"{Section}.{name}", label, formula, value, positions)).Key;
            IEnumerable<long> inYear = items.SelectMany(i => i.InYearPositions);
            IEnumerable<long> standing = items.SelectMany(i => i.StandingPositions);
            IEnumerable<long> due = items.SelectMany(i => i.Moved.Positions);
            return
            [
                Total("items", "Plan items", "Items with PlanItemProposed into the year or PlanItemCarriedForward to it.", items.Length, inYear),
                Total("completed", "Completed", "Items of the year whose status is completed.", items.Count(i => i.Standing.Mark == "completed"), standing),
                Total("late", "Late at the cut-off", "Items of the year, neither completed nor withdrawn, whose due day as last moved was before the cut-off.", items.Count(i => !i.Ended && i.DaysLate > 0), [.. standing, .. due]),
                Total("slipped", "Moved to a later day", "Items of the year whose last PlanItemMoved is to a day after the one first promised.", items.Count(i => i.Slippage > 0), [.. inYear, .. due]),
                Total("milestones-missed", "Milestones missed", "Count of MilestoneMissed on items of the year.", items.Sum(i => i.MilestonesMissed.Count),
                    items.SelectMany(i => i.MilestonesMissed.Count == 0 ? [] : i.InYearPositions.Concat(i.MilestonesMissed))),
                Total("carried-forward", "Carried forward to the next year", "Items of the year with PlanItemCarriedForward from it.", items.Count(i => i.CarriedOut.Any),
                    items.SelectMany(i => i.CarriedOut.Any ? i.InYearPositions.Concat(i.CarriedOut.Positions) : [])),
            ];
        }

        private Fact Version(ActionPlanId id, PlanOnRecord plan)
        {
            var lines = new List<string>();
            if (plan.Approved.Any) lines.Add($"approved by {plan.Approved.Value.Body} on {Printed.Day(plan.Approved.On)} ({plan.Approved.Value.Minute})");
            if (plan.Published.Any) lines.Add($"published on {Printed.Day(plan.Published.On)}");
            if (lines.Count == 0) lines.Add(plan.Drafted.Any ? "drafted, not approved" : "no version drafted");
            var figure = _figures.Add(Figure.Of(
                $"{Section}.version.{plan.Subject(id)}", $"{plan.Subject(id)}: version", "The last PlanVersionDrafted, PlanVersionApproved and PlanVersionPublished for the year.", Capital(string.Join(", ", lines)),
                [plan.Proposed.Position, .. plan.Drafted.Positions, .. plan.Approved.Positions, .. plan.Published.Positions],
                plan.Drafted.Any || plan.Approved.Any || plan.Published.Any ? null : Printed.Searched(scope, $"The plan {plan.Subject(id)}", $"PlanVersionDrafted for {scope.Year}")));
            // The figure keeps to the body's key, which the approval holds; the reader is given its name.
            var text = plan.Approved.Any && _bodies.GetValueOrDefault(plan.Approved.Value.Body) is { } name
                ? figure.Value.Replace($"by {plan.Approved.Value.Body} ", $"by {name} ", StringComparison.Ordinal)
                : figure.Value;
            return new Fact($"Version for {scope.Year}", new Cell(text, figure.Key));
        }

        private ReportEntry Entry(PlanItemOnRecord item)
        {
            var (word, mark) = item.Standing;
            Figure Of(string name, string label, string formula, string value, IEnumerable<long> positions) =>
                _figures.Add(Figure.Of($"{Section}.{name}.{item.Subject}", $"{item.Subject}: {label}", formula, value, [.. item.InYearPositions, .. positions]));
            var facts = new List<Fact>
            {
                new("Status",
                [
                    new Cell(word, Of("status", "status", "What PlanItemProgressReported, PlanItemCompleted or PlanItemWithdrawn with the greatest effective date says, the later recorded of two.", word, item.StandingPositions).Key, mark),
                    .. item.Narrative.Any ? [$"“{item.Narrative.Value}”"] : Array.Empty<Cell>(),
                ]),
                new("Owner", _partners.NameOf(item.Proposed.Value.Owner)
                    + (item.Proposed.Value.Supporting.Count == 0 ? "" : $", with {string.Join(", ", item.Proposed.Value.Supporting.Select(_partners.NameOf))}")),
                new("Due", Of("due", "due day", "The day of the last PlanItemMoved, else of PlanItemProposed.", Printed.Day(item.Due), item.Moved.Positions)),
                new("Slippage",
                [
                    Of("slippage", "slippage", "Days from the day in PlanItemProposed to the day of the last PlanItemMoved.", Printed.Days(item.Slippage), item.Moved.Positions),
                    .. item.Moved.Any ? [$"“{item.Moved.Value.Reason}”"] : Array.Empty<Cell>(),
                ]),
                Late(item, Of("days-late", "days late", "Days from the due day as last moved to the day of completion, or to the cut-off; 0 when withdrawn.", Printed.Days(item.DaysLate), [.. item.Moved.Positions, .. item.Progress.Positions])),
            };
            if (item.Proposed.Value.Milestones.Count > 0) facts.Add(new Fact("Milestones", [.. item.Proposed.Value.Milestones.Select((m, i) => Milestone(item, m, i + 1))]));
            facts.Add(new Fact("Milestones missed", Of("milestones-missed", "milestones missed", "Count of MilestoneMissed on the item.", $"{item.MilestonesMissed.Count}", item.MilestonesMissed)));
            if (item.CarriedIn.Any)
                facts.Add(new Fact("Carried forward from", Of("carried-from", "carried forward from", "The last PlanItemCarriedForward to the year.", Carried(item.CarriedIn.Value.From, item.CarriedIn), item.CarriedIn.Positions)));
            if (item.CarriedOut.Any)
                facts.Add(new Fact("Carried forward to", Of("carried-to", "carried forward to", "The last PlanItemCarriedForward from the year.", Carried(item.CarriedOut.Value.To, item.CarriedOut), item.CarriedOut.Positions)));
            return new ReportEntry($"{Section}.{item.Subject}", item.Proposed.Value.Text, facts);
        }

        private static Fact Late(PlanItemOnRecord item, Figure late) => new("Days late", new Cell(late.Value, late.Key, item.DaysLate > 0 ? "late" : null));

        private static string Carried(FinancialYear year, Latest<PlanItemCarriedForward> carried) => $"{year}, recorded on {Printed.Day(carried.On)}";

        private Cell Milestone(PlanItemOnRecord item, PlannedMilestone planned, int number)
        {
            var known = item.Milestones.GetValueOrDefault(number) ?? new MilestoneOnRecord();
            var due = known.Moved.Any ? known.Moved.Value.To : planned.DueOn;
            var missed = known.Missed.Any && known.Missed.Value.DueOn == due;
            var state = known.Met.Any
                ? known.Met.Value.DaysLate > 0 ? $"met on {Printed.Day(known.Met.On)}, {Printed.Days(known.Met.Value.DaysLate)} late" : $"met on {Printed.Day(known.Met.On)}"
                : missed ? $"missed on {Printed.Day(due)}" : $"due on {Printed.Day(due)}{(due < scope.AsAt ? ", not met" : "")}";
            var figure = _figures.Add(Figure.Of(
                $"{Section}.milestone.{item.Subject}.{number}", $"{item.Subject}: milestone {number}", "MilestoneMet, else MilestoneMissed for the day of the last MilestoneMoved, else that day or the one planned.", Capital(state),
                known.Met.Any ? [.. item.InYearPositions, .. known.Met.Positions] : [.. item.InYearPositions, .. known.Moved.Positions, .. known.Missed.Positions]));
            return new Cell($"{planned.Text}: {state}", figure.Key);
        }

        private static string Capital(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";
    }

    private sealed class PlanOnRecord
    {
        public Latest<ActionPlanProposed> Proposed { get; } = new();
        public Latest<PlanVersionDrafted> Drafted { get; } = new();
        public Latest<PlanVersionApproved> Approved { get; } = new();
        public Latest<PlanVersionPublished> Published { get; } = new();

        public string Subject(ActionPlanId id) => Proposed.Value.Key ?? id.ToString();

        public string Heading => Proposed.Value.Title + (Proposed.Value.Aliases.Count == 0 ? "" : $" (also: {string.Join(", ", Proposed.Value.Aliases)})");

        public void Apply(RecordedEvent recorded, FinancialYear year)
        {
            switch (recorded.Event)
            {
                case ActionPlanProposed e: Proposed.Replace(recorded, e); break;
                case PlanVersionDrafted e when e.Year == year: Drafted.Replace(recorded, e); break;
                case PlanVersionApproved e when e.Year == year: Approved.Replace(recorded, e); break;
                case PlanVersionPublished e when e.Year == year: Published.Replace(recorded, e); break;
            }
        }
    }
}
