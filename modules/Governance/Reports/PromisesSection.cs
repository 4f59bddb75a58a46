using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// What serves each aim, way of working, expectation, promise, pledge and recommendation, and what nothing serves
/// (Policy, Achieve and How: every commitment maps to an aim; the report shows the ones that nothing maps to).
/// </summary>
internal sealed class PromisesSection : ISection
{
    private const string Section = "promises";

    private static readonly (StatementKind Kind, string Caption)[] Kinds =
    [
        (StatementKind.DutyAim, "Aims of the Equality Duty"),
        (StatementKind.Aim, "Policy aims"),
        (StatementKind.Way, "Ways of working"),
        (StatementKind.Expectation, "Expectations of partners"),
        (StatementKind.Citizens, "Expectation of citizens"),
        (StatementKind.Outcome, "Outcome promises"),
        (StatementKind.Pledge, "Pledges"),
        (StatementKind.Recommendation, "Recommendations to partners"),
    ];

    public string Key => Section;

    public int Order => 50;

    public ISectionFold Begin(ReportScope scope) => new Fold(scope);

    private sealed class Fold(ReportScope scope) : ISectionFold
    {
        private readonly PartnersOnRecord _partners = new(scope);
        private readonly StatementsOnRecord _statements = new();
        private readonly CommitmentsOnRecord _commitments = new(scope);
        private readonly PlanItemsOnRecord _items = new(scope);
        private readonly FigureList _figures = new();

        public void Apply(RecordedEvent recorded)
        {
            _partners.Apply(recorded);
            _statements.Apply(recorded);
            _commitments.Apply(recorded);
            _items.Apply(recorded);
        }

        public SectionContent Complete()
        {
            (string Caption, StatementKind Kind, IReadOnlyList<StatementOnRecord> Statements)[] kinds =
                [.. Kinds.Select(k => (k.Caption, k.Kind, _statements.Of(k.Kind))).Where(k => k.Item3.Count > 0)];
            var headlines = kinds.Select(k => Unserved(k.Caption, k.Kind, k.Statements)).ToArray();
            ReportTable[] tables =
            [
                .. kinds.Select(k => new ReportTable($"{Section}.{PackWord.Of(k.Kind)}", k.Caption, ["What it says", "Source", "Served by", "Which"], [.. k.Statements.Select(Row)])),
            ];
            return new SectionContent(Section, "What serves each aim and promise",
                [$"A commitment serves what it comes from and what it names besides, once its partner has taken it on; a plan item of {scope.Year} does so once the council has confirmed it. What was withdrawn or declined serves nothing."],
                _figures.All, [new ReportHeadlines($"{Section}.headlines", headlines), .. tables]);
        }

        private string Unserved(string caption, StatementKind kind, IReadOnlyList<StatementOnRecord> statements) =>
            _figures.Add(Figure.Of(
                $"{Section}.unserved.{PackWord.Of(kind)}", $"{caption} that nothing serves", "Count of statements of the kind, as StatementEstablished, that no binding commitment and no confirmed plan item serves.",
                statements.Count(s => !Serving(s).Any()), statements.SelectMany(Positions))).Key;

        private IReadOnlyList<Cell> Row(StatementOnRecord statement)
        {
            string[] serving = [.. Serving(statement)];
            var figure = _figures.Add(Figure.Of(
                $"{Section}.serving.{statement.Ref}", $"{statement.Says.Label}: what serves it",
                "Count of commitments that name the statement and bind, and of plan items of the year that name it and are confirmed; the events are those that decide it for each that names it.",
                serving.Length, Positions(statement),
                serving.Length == 0 ? Printed.Searched(scope, "All commitments and plan items", $"what serves {statement.Ref}") : null));
            return
            [
                statement.Heading, statement.Says.Citation.ToString(), figure,
                serving.Length == 0 ? new Cell("Nothing serves it", Status: "unserved") : new Cell(string.Join("; ", serving)),
            ];
        }

        private IEnumerable<string> Serving(StatementOnRecord statement) =>
        [
            .. _commitments.All.Where(c => c.Serves(statement.Ref) && c.Binds).Select(c => $"{c.Wording} ({_partners.NameOf(c.Holder)})"),
            .. _items.InYear.Where(i => i.Proposed.Value.Serves.Contains(statement.Ref) && i.Binds).Select(i => $"{i.Proposed.Value.Text} (action plan)"),
        ];

        private IEnumerable<long> Positions(StatementOnRecord statement) =>
        [
            statement.Position,
            .. _commitments.All.Where(c => c.Serves(statement.Ref)).SelectMany(c => c.BindsPositions),
            .. _items.InYear.Where(i => i.Proposed.Value.Serves.Contains(statement.Ref)).SelectMany(i => i.BindsPositions),
        ];
    }
}
