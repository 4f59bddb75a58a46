using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>What each partner answered to each recommendation (Report 7.1 to 7.5), and what follows from it.</summary>
internal sealed class RecommendationsSection : ISection
{
    private const string Section = "recommendations";
    private const string Title = "Recommendations to partners, and their answers";

    public string Key => Section;

    public int Order => 40;

    public ISectionFold Begin(ReportScope scope) => Begin(scope, cites: false);

    /// <summary>The fold of the first version, or of that which cites the reasons too.</summary>
    internal static ISectionFold Begin(ReportScope scope, bool cites) => new Fold(scope, cites);

    private sealed class Fold(ReportScope scope, bool cites) : ISectionFold
    {
        private readonly PartnersOnRecord _partners = new(scope);
        private readonly StatementsOnRecord _statements = new();
        private readonly StandingsOnRecord _standings = new(scope);
        private readonly CommitmentsOnRecord _commitments = new(scope);
        private readonly FigureList _figures = new();

        public void Apply(RecordedEvent recorded)
        {
            _partners.Apply(recorded);
            _statements.Apply(recorded);
            _standings.Apply(recorded);
            _commitments.Apply(recorded);
        }

        public SectionContent Complete()
        {
            var recommendations = _statements.Of(StatementKind.Recommendation);
            if (cites && recommendations.Count == 0)
                return new SectionContent(Section, Title, ["The policy pack names no recommendation to partners."], [], []);
            PartnerOnRecord[] partners = [.. _partners.All];
            (PartnerOnRecord Partner, StatementOnRecord Recommendation)[] pairs = [.. partners.SelectMany(p => recommendations.Select(r => (p, r)))];
            var headlines = Headlines(pairs);
            var named = new ReportTable($"{Section}.named", "What partners were asked to do, and how many answered", ["Recommendation", "Source", "Accepted", "Modified", "Declined", "No answer"],
                [.. recommendations.Select(r => Totals(r, partners))]);
            var matrix = new ReportTable($"{Section}.matrix", $"Each partner’s answer, as at {Printed.Day(scope.AsAt)}", ["Partner", .. recommendations.Select(r => r.Says.Label)],
                [.. partners.Select(p => (IReadOnlyList<Cell>)[p.Heading(_partners), .. recommendations.Select(r => Answer(p, r))])]);
            var reasons = Reasons(pairs);
            return new SectionContent(Section, Title,
                ["A recommendation can be accepted, modified or declined, each with a reason. No answer is shown as such."],
                _figures.All,
                [new ReportHeadlines($"{Section}.headlines", headlines), named, matrix, .. reasons.Rows.Count > 0 ? [reasons] : Array.Empty<ReportTable>()]);
        }

        private IReadOnlyList<string> Headlines((PartnerOnRecord Partner, StatementOnRecord Recommendation)[] pairs)
        {
            string Total(string name, string label, string what, RecommendationAnswer? answer) =>
                _figures.Add(Figure.Of($"{Section}.{name}", label, $"Pairs of a registered partner and an established recommendation, {what}.",
                    pairs.Count(p => AnswerOf(p.Partner, p.Recommendation) == answer), pairs.SelectMany(p => Positions(p.Partner, p.Recommendation)))).Key;
            return
            [
                Total("accepted", "Answers: accepted", "last RecommendationAnswered as accepted", RecommendationAnswer.Accepted),
                Total("modified", "Answers: modified", "last RecommendationAnswered as modified", RecommendationAnswer.Modified),
                Total("declined", "Answers: declined", "last RecommendationAnswered as declined", RecommendationAnswer.Declined),
                Total("unanswered", "Not answered", "without RecommendationAnswered", null),
            ];
        }

        private IReadOnlyList<Cell> Totals(StatementOnRecord recommendation, PartnerOnRecord[] partners)
        {
            Cell Total(string name, RecommendationAnswer? answer) => _figures.Add(Figure.Of(
                $"{Section}.{name}.{recommendation.Says.Key}", $"{recommendation.Says.Label}: {name}", "Count of registered partners by their last RecommendationAnswered to the recommendation.",
                partners.Count(p => AnswerOf(p, recommendation) == answer), [recommendation.Position, .. partners.SelectMany(p => Positions(p, recommendation))]));
            return
            [
                recommendation.Heading, recommendation.Says.Citation.ToString(),
                Total("accepted", RecommendationAnswer.Accepted), Total("modified", RecommendationAnswer.Modified),
                Total("declined", RecommendationAnswer.Declined), Total("unanswered", null),
            ];
        }

        private Cell Answer(PartnerOnRecord partner, StatementOnRecord recommendation)
        {
            var answered = _standings.Answered(partner.Id, recommendation.Ref);
            var figure = _figures.Add(Figure.Of(
                $"{Section}.answer.{partner.Subject}.{recommendation.Says.Key}", $"{partner.Subject}, {recommendation.Says.Label}", "The last RecommendationAnswered of the partner to the recommendation.",
                answered is null ? "No answer" : $"{Printed.Word(answered.Value.Answer)}, {Printed.ShortDay(answered.On)}", Positions(partner, recommendation),
                answered is null ? Printed.Searched(scope, $"The answers of {partner.Subject} to {recommendation.Ref}", "RecommendationAnswered") : null));
            return new Cell(figure.Value, figure.Key, answered is null ? "unanswered" : answered.Value.Answer == RecommendationAnswer.Accepted ? "agreed" : Printed.Mark(answered.Value.Answer));
        }

        private ReportTable Reasons((PartnerOnRecord Partner, StatementOnRecord Recommendation)[] pairs) =>
            new($"{Section}.reasons", "Reasons given, and the commitments that follow", ["Partner", "Recommendation", "Answer", "Reason", "Commitments that follow"],
                [.. from p in pairs
                    let answered = _standings.Answered(p.Partner.Id, p.Recommendation.Ref)
                    where answered is not null
                    select (IReadOnlyList<Cell>)
                    [
                        p.Partner.Name, p.Recommendation.Says.Label, Printed.Word(answered.Value.Answer),
                        Said("reason", "the reason given", "The reason in the last RecommendationAnswered.", answered.Value.Reason, p, []),
                        Said("follows", "commitments that follow", "The wording of the commitments that the last RecommendationAnswered names.",
                            answered.Value.Commitments.Count == 0 ? "None" : string.Join("; ", answered.Value.Commitments.Select(c => _commitments.Find(c)?.Wording ?? "a commitment that is not on record")),
                            p, answered.Value.Commitments.SelectMany(c => _commitments.Find(c)?.WordingPositions ?? [])),
                    ]]);

        /// <summary>What is said of an answer, with the events that say it from the second version on.</summary>
        private Cell Said(string name, string label, string formula, string text, (PartnerOnRecord Partner, StatementOnRecord Recommendation) of, IEnumerable<long> positions) => !cites ? text
            : _figures.Add(Figure.Of(
                $"{Section}.{name}.{of.Partner.Subject}.{of.Recommendation.Says.Key}", $"{of.Partner.Subject}, {of.Recommendation.Says.Label}: {label}", formula, text, Positions(of.Partner, of.Recommendation).Concat(positions)));

        private RecommendationAnswer? AnswerOf(PartnerOnRecord partner, StatementOnRecord recommendation) =>
            _standings.Answered(partner.Id, recommendation.Ref)?.Value.Answer;

        private IEnumerable<long> Positions(PartnerOnRecord partner, StatementOnRecord recommendation) =>
            [partner.Registered.Position, recommendation.Position, .. _standings.Answered(partner.Id, recommendation.Ref)?.Positions ?? []];
    }
}

/// <summary>The same section with the events behind the reasons that partners gave and the commitments that follow.</summary>
internal sealed class RecommendationsSectionWithCitations : ISection
{
    private readonly RecommendationsSection _before = new();

    public string Key => _before.Key;

    public int Version => 2;

    public int Order => _before.Order;

    public ISectionFold Begin(ReportScope scope) => RecommendationsSection.Begin(scope, cites: true);
}
