using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>Every partner against every expectation (Policy, Partners, bullets 1 to 5), with the exceptions and their ends.</summary>
internal sealed class ExpectationsSection : ISection
{
    private const string Section = "expectations";

    private const string Formula =
        "The ExpectationAttested with the greatest effective date by the cut-off, the later recorded of two; beside it the last ExceptionGranted, ExceptionRevoked or ExceptionLapsed.";

    public string Key => Section;

    public int Order => 10;

    public ISectionFold Begin(ReportScope scope) => new Fold(scope);

    private sealed class Fold(ReportScope scope) : ISectionFold
    {
        private readonly PartnersOnRecord _partners = new(scope);
        private readonly StatementsOnRecord _statements = new();
        private readonly StandingsOnRecord _standings = new(scope);
        private readonly FigureList _figures = new();

        public void Apply(RecordedEvent recorded)
        {
            _partners.Apply(recorded);
            _statements.Apply(recorded);
            _standings.Apply(recorded);
        }

        public SectionContent Complete()
        {
            var expectations = _statements.Of(StatementKind.Expectation);
            PartnerOnRecord[] partners = [.. _partners.All];
            (PartnerOnRecord Partner, StatementOnRecord Expectation)[] pairs = [.. partners.SelectMany(p => expectations.Select(e => (p, e)))];
            var headlines = Headlines(pairs);
            var named = new ReportTable($"{Section}.named", "What every partner is expected to do", ["Expectation", "Source"],
                [.. expectations.Select(e => (IReadOnlyList<Cell>)[e.Heading, e.Says.Citation.ToString()])]);
            var matrix = new ReportTable($"{Section}.matrix", $"How each partner stands, as at {Printed.Day(scope.AsAt)}",
                ["Partner", .. expectations.Select(e => e.Says.Label)],
                [.. partners.Select(p => (IReadOnlyList<Cell>)[p.Heading(_partners), .. expectations.Select(e => Standing(p, e))])]);
            var exceptions = Exceptions(pairs);
            return new SectionContent(Section, "Partners against the expectations",
                ["Each status is the one last attested for the partner. “Not stated” means that nobody has said anything yet: it is neither a yes nor a no. An exception frees a partner until its last day and not longer."],
                _figures.All,
                [new ReportHeadlines($"{Section}.headlines", headlines), named, matrix, .. exceptions.Rows.Count > 0 ? [exceptions] : Array.Empty<ReportTable>()]);
        }

        private IReadOnlyList<string> Headlines((PartnerOnRecord Partner, StatementOnRecord Expectation)[] pairs)
        {
            long[] all = [.. pairs.SelectMany(p => Positions(p.Partner, p.Expectation))];
            string Total(string name, string label, string what, Func<PartnerOnRecord, StatementOnRecord, bool> counts) =>
                _figures.Add(Figure.Of($"{Section}.{name}", label, $"Pairs of a registered partner and an established expectation {what}.", pairs.Count(p => counts(p.Partner, p.Expectation)), all)).Key;
            bool Is(PartnerOnRecord p, StatementOnRecord e, ExpectationStatus status) => Status(p, e) == status;
            return
            [
                Total("met", "Expectations met", "last attested as met", (p, e) => Is(p, e, ExpectationStatus.Met)),
                Total("partly-met", "Partly met", "last attested as partly met", (p, e) => Is(p, e, ExpectationStatus.PartlyMet)),
                Total("not-met", "Not met", "last attested as not met", (p, e) => Is(p, e, ExpectationStatus.NotMet)),
                Total("not-stated", "Not stated", "for which nothing was attested", (p, e) => Is(p, e, ExpectationStatus.NotStated)),
                Total("excepted", "Exceptions in force", "with an exception in force at the cut-off", (p, e) => _standings.Exception(p.Id, e.Ref)?.InForce(scope.AsAt) == true),
                Total("expired", "Exceptions expired", "with an exception whose last day was before the cut-off", (p, e) => _standings.Exception(p.Id, e.Ref)?.Expired(scope.AsAt) == true),
            ];
        }

        private Cell Standing(PartnerOnRecord partner, StatementOnRecord expectation)
        {
            var attested = _standings.Attested(partner.Id, expectation.Ref);
            var exception = _standings.Exception(partner.Id, expectation.Ref);
            var status = Status(partner, expectation);
            var value = attested is null ? Printed.Word(status) : $"{Printed.Word(status)}, {Printed.ShortDay(attested.On)}";
            var mark = attested is null ? "unanswered" : Printed.Mark(status);
            if (exception?.InForce(scope.AsAt) == true) (value, mark) = ($"{value}; exception until {Printed.ShortDay(exception.Granted.Value.ExpiresOn)}", "exception");
            if (exception?.Expired(scope.AsAt) == true) value = $"{value}; exception expired {Printed.ShortDay(exception.Granted.Value.ExpiresOn)}";
            var figure = _figures.Add(Figure.Of(
                $"{Section}.standing.{partner.Subject}.{expectation.Says.Key}", $"{partner.Subject}, {expectation.Says.Label}", Formula, value, Positions(partner, expectation),
                attested is null ? Printed.Searched(scope, $"The standing of {partner.Subject} against {expectation.Ref}", "ExpectationAttested") : null));
            return new Cell(figure.Value, figure.Key, mark);
        }

        private ReportTable Exceptions((PartnerOnRecord Partner, StatementOnRecord Expectation)[] pairs) =>
            new($"{Section}.exceptions", "Exceptions", ["Partner", "Expectation", "Reason", "Until", "State"],
                [.. from p in pairs
                    let exception = _standings.Exception(p.Partner.Id, p.Expectation.Ref)
                    where exception is not null
                    select (IReadOnlyList<Cell>)
                    [
                        p.Partner.Name, p.Expectation.Says.Label, exception.Granted.Value.Reason, Printed.Day(exception.Granted.Value.ExpiresOn),
                        exception.Revoked ? new Cell("Taken back", Status: "declined")
                            : exception.InForce(scope.AsAt) ? new Cell("In force", Status: "exception")
                            : new Cell("Expired", Status: "expired"),
                    ]]);

        private ExpectationStatus Status(PartnerOnRecord partner, StatementOnRecord expectation) =>
            _standings.Attested(partner.Id, expectation.Ref)?.Value.Status ?? ExpectationStatus.NotStated;

        private IEnumerable<long> Positions(PartnerOnRecord partner, StatementOnRecord expectation) =>
        [
            partner.Registered.Position, expectation.Position,
            .. _standings.Attested(partner.Id, expectation.Ref)?.Positions ?? [],
            .. _standings.Exception(partner.Id, expectation.Ref)?.Positions ?? [],
        ];
    }
}
