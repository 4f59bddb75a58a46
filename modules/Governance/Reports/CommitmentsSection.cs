using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// The partners against their commitments (Policy, How W4 and Partners, bullet 3): how each stands, what was reported and
/// what was not, what was assessed and replied, what both sides agreed; and whether the partner attested to its year.
/// </summary>
internal sealed class CommitmentsSection : ISection
{
    private const string Section = "commitments";

    public string Key => Section;

    public int Order => 20;

    public ISectionFold Begin(ReportScope scope) => new Fold(scope);

    private sealed class Fold(ReportScope scope) : ISectionFold
    {
        private readonly PartnersOnRecord _partners = new(scope);
        private readonly CommitmentsOnRecord _commitments = new(scope);
        private readonly Dictionary<PartnerId, Latest<object>> _attestations = [];
        private readonly FigureList _figures = new();

        public void Apply(RecordedEvent recorded)
        {
            _partners.Apply(recorded);
            _commitments.Apply(recorded);
            // What a lead says of the year's position is said after the year: it counts when it is known, whatever its day.
            switch (recorded.Event)
            {
                case PositionAttested e when e.Year == scope.Year: AttestationOf(e.Partner).Replace(recorded, e); break;
                case PositionAnswered e when e.Year == scope.Year: AttestationOf(e.Partner).Replace(recorded, e); break;
            }
        }

        public SectionContent Complete()
        {
            CommitmentOnRecord[] all = [.. _commitments.All.Where(c => scope.Partner is null || c.Holder == scope.Partner)];
            PartnerOnRecord[] partners = [.. _partners.All];
            var headlines = Headlines(all);
            var updates = new ReportTable($"{Section}.updates", $"Updates for {scope.Year}, by commitment",
                ["Commitment", "Given", "Late", "Nil returns", "Missed", "Escalated", "Named"], [.. all.Select(Updates)]);
            ReportPart[] groups = [.. partners.Select(p => Group(p, all)), .. Unregistered(all, partners)];
            return new SectionContent(Section, "Partners against their commitments",
                [
                    $"What each partner promised and how it stands, as at {Printed.Day(scope.AsAt)}. A status is the partner’s own, from the report with the latest effective date; where the council assessed it, the assessment, the partner’s reply and the final view stand beside it.",
                    "A nil return says that there was nothing to report, and is not a missed update. An update that came late does not take back the miss. Attestations, replies and final views count as soon as they were known.",
                ],
                _figures.All,
                [new ReportHeadlines($"{Section}.headlines", headlines), .. Named(all), updates, .. groups]);
        }

        private IReadOnlyList<string> Headlines(CommitmentOnRecord[] all)
        {
            string Total(string name, string label, string formula, int value, IEnumerable<long> positions) =>
                _figures.Add(Figure.Of($"{Section}.{name}", label, formula, value, positions)).Key;
            string Standing(string name, string label, params CommitmentStatus[] words) =>
                Total(name, label, $"Commitments whose status is {string.Join(" or ", words.Select(w => Printed.Word(w).ToLowerInvariant()))}; the events are those that give every commitment its status.",
                    all.Count(c => words.Any(w => Printed.Mark(w) == c.Standing.Mark)), all.SelectMany(c => c.StandingPositions));
            string Sum(string name, string label, string what, Func<CommitmentOnRecord, IEnumerable<long>> of) =>
                Total(name, label, $"Count of {what} for a period of the year.", all.Sum(c => of(c).Count()), all.SelectMany(c => c.With(of(c))));
            return
            [
                Total("total", "Commitments on record", "Count of CommitmentProposed by the cut-off.", all.Length, all.Select(c => c.Proposed.Position)),
                Standing("on-course", "Completed or on track", CommitmentStatus.Completed, CommitmentStatus.OnTrack),
                Standing("in-doubt", "At risk or off track", CommitmentStatus.AtRisk, CommitmentStatus.OffTrack),
                Standing("not-started", "Not started", CommitmentStatus.NotStarted),
                Sum("missed", "Updates missed", "UpdateMissed", c => c.Missed),
                Sum("late", "Updates that came late", "ProgressReported and NilReported marked as late", c => c.Late),
                Sum("nil", "Nil returns", "NilReported", c => c.Nil),
                Sum("named", "Misses named in this report", "MissNamedForReport", c => c.Named.Select(n => n.Position)),
            ];
        }

        private IEnumerable<ReportTable> Named(CommitmentOnRecord[] all)
        {
            IReadOnlyList<Cell>[] rows =
            [
                .. from c in all
                   from n in c.Named
                   select (IReadOnlyList<Cell>)[_partners.NameOf(c.Holder), c.Wording, new Cell(n.Period.ToString(), Status: "named")],
            ];
            if (rows.Length > 0) yield return new ReportTable($"{Section}.named-partners", "Partners named because an update stayed missing", ["Partner", "Commitment", "Period"], rows);
        }

        private IReadOnlyList<Cell> Updates(CommitmentOnRecord c)
        {
            Cell Of(string name, string what, string stored, IEnumerable<long> events)
            {
                long[] counted = [.. events];
                var figure = _figures.Add(Figure.Of($"{Section}.updates-{name}.{c.Subject}", $"{c.Subject}: {what}",
                    $"Count of {stored} for a period of the year, on the commitment.", counted.Length, [c.Proposed.Position, .. counted],
                    counted.Length > 0 ? null : Printed.Searched(scope, $"The commitment {c.Subject}", $"{stored} for a period of {scope.Year}")));
                return new Cell(figure.Value, figure.Key, counted.Length > 0 && name is "missed" or "named" ? name : null);
            }
            return
            [
                c.Wording,
                Of("given", "updates given", "ProgressReported", c.Given),
                Of("late", "updates late", "ProgressReported and NilReported marked as late", c.Late),
                Of("nil", "nil returns", "NilReported", c.Nil),
                Of("missed", "updates missed", "UpdateMissed", c.Missed),
                Of("escalated", "misses escalated", "MissEscalated", c.Escalated),
                Of("named", "misses named", "MissNamedForReport", c.Named.Select(n => n.Position)),
            ];
        }

        private ReportEntries Group(PartnerOnRecord partner, CommitmentOnRecord[] all)
        {
            CommitmentOnRecord[] held = [.. all.Where(c => c.Holder == partner.Id)];
            long[] whose = [partner.Registered.Position, .. all.Where(c => c.Holders.Contains(partner.Id)).SelectMany(c => c.HolderPositions)];
            Fact Total(string name, string label, string formula, int value, IEnumerable<long> positions) =>
                new(label, _figures.Add(Figure.Of($"{Section}.partner-{name}.{partner.Subject}", $"{partner.Subject}: {label.ToLowerInvariant()}",
                    $"{formula}, over the commitments that the partner holds by CommitmentProposed and CommitmentTransferred.", value, [.. whose, .. positions])));
            Fact Standing(string name, string label, params CommitmentStatus[] words) =>
                Total(name, label, $"Count of those whose status is {string.Join(" or ", words.Select(w => Printed.Word(w).ToLowerInvariant()))}",
                    held.Count(c => words.Any(w => Printed.Mark(w) == c.Standing.Mark)), held.SelectMany(c => c.StandingPositions));
            return new ReportEntries(
                $"{Section}.{partner.Subject}", partner.Heading(_partners),
                [
                    Total("held", "Commitments", "Count", held.Length, []),
                    Standing("on-course", "Completed or on track", CommitmentStatus.Completed, CommitmentStatus.OnTrack),
                    Standing("in-doubt", "At risk or off track", CommitmentStatus.AtRisk, CommitmentStatus.OffTrack),
                    Total("missed", "Updates missed", "Count of UpdateMissed for a period of the year", held.Sum(c => c.Missed.Count), held.SelectMany(c => c.Missed)),
                    Total("late", "Updates late", "Count of updates and nil returns marked as late", held.Sum(c => c.Late.Count), held.SelectMany(c => c.Late)),
                    Attestation(partner, held, whose),
                ],
                [.. held.Select(Entry)]);
        }

        private IEnumerable<ReportEntries> Unregistered(CommitmentOnRecord[] all, PartnerOnRecord[] partners)
        {
            CommitmentOnRecord[] left = [.. all.Where(c => partners.All(p => p.Id != c.Holder))];
            if (left.Length > 0) yield return new ReportEntries($"{Section}.unregistered", "Held by organisations that are not on record", [], [.. left.Select(Entry)]);
        }

        private Fact Attestation(PartnerOnRecord partner, CommitmentOnRecord[] held, long[] whose)
        {
            var said = _attestations.GetValueOrDefault(partner.Id);
            var asked = held.Any(c => c.TakenOn);
            var (word, mark) = said?.Value switch
            {
                PositionAttested => ($"Attested on {Printed.Day(said.On)}", "attested"),
                PositionAnswered => ($"Answered on {Printed.Day(said.On)}", "exception"),
                _ when !asked => ("Not asked: nothing taken on", "not-asked"),
                _ when scope.AsAt < scope.Year.Last => ("Not asked yet: the year was not over", "not-asked"),
                _ => ("No answer", "unanswered"),
            };
            var figure = _figures.Add(Figure.Of(
                $"{Section}.attestation.{partner.Subject}", $"{partner.Subject}: year-end attestation",
                "The last PositionAttested or PositionAnswered for the year. Without one: not asked where the partner has taken on no commitment or the year was not over at the cut-off, else no answer.",
                word, said is not null ? [partner.Registered.Position, .. said.Positions] : [.. whose, .. held.SelectMany(c => c.TakenOnPositions)],
                said is not null ? null : Printed.Searched(scope, $"The year-end attestation of {partner.Subject}", $"PositionAttested and PositionAnswered for {scope.Year}")));
            var text = said?.Value switch
            {
                PositionAttested { Statement: { } statement } => $"“{statement}”",
                PositionAnswered e => $"“{e.Reply}”",
                _ => null,
            };
            return new Fact("Year-end attestation", [new Cell(figure.Value, figure.Key, mark), .. text is null ? Array.Empty<Cell>() : [text]]);
        }

        private ReportEntry Entry(CommitmentOnRecord c)
        {
            var facts = new List<Fact> { Status(c), LastUpdate(c), Due(c), Outcome(c) };
            if (c.Assessed.Any || c.Replied.Any || c.Concluded.Any) facts.AddRange(Review(c));
            if (c.Dispute.Any) facts.Add(Dispute(c));
            if (c.Transferred.Any)
                facts.Add(new Fact("Transferred", $"From {_partners.NameOf(c.Transferred.Value.From)} on {Printed.Day(c.Transferred.On)}: “{c.Transferred.Value.Reason}”"));
            return new ReportEntry($"{Section}.{c.Subject}", c.Wording, facts);
        }

        private Fact Status(CommitmentOnRecord c)
        {
            var (word, mark) = c.Standing;
            var figure = _figures.Add(Figure.Of($"{Section}.status.{c.Subject}", $"{c.Subject}: status",
                "What ProgressReported, CommitmentCompleted or CommitmentWithdrawn with the greatest effective date by the cut-off says, the later recorded of two; before any of them, the partner’s answer to the proposal.",
                word, c.StandingPositions));
            return new Fact("Status", [new Cell(figure.Value, figure.Key, mark)]);
        }

        private Fact LastUpdate(CommitmentOnRecord c)
        {
            var (value, said) = !c.LastUpdate.Any ? ("No update", null)
                : c.LastUpdate.Value is ProgressReported p ? ($"{Printed.Day(c.LastUpdate.On)}, for {p.Period}{(p.Late ? ", late" : "")}", p.Narrative)
                : ($"{Printed.Day(c.LastUpdate.On)}, nil return for {((NilReported)c.LastUpdate.Value).Period}", (string?)null);
            var figure = _figures.Add(Figure.Of($"{Section}.last-update.{c.Subject}", $"{c.Subject}: last update",
                "ProgressReported or NilReported with the greatest effective date, the later recorded of two.", value, [c.Proposed.Position, .. c.LastUpdate.Positions],
                c.LastUpdate.Any ? null : Printed.Searched(scope, $"The commitment {c.Subject}", "ProgressReported and NilReported")));
            return new Fact("Last update", [new Cell(figure.Value, figure.Key, c.LastUpdate.Any ? null : "unanswered"), .. said is null ? Array.Empty<Cell>() : [$"“{said}”"]]);
        }

        private Fact Due(CommitmentOnRecord c)
        {
            var value = c.Due is not { } due ? "No day set"
                : $"{Printed.Day(due)}, slippage {Printed.Days(c.FirstDue is { } first ? due.DayNumber - first.DayNumber : 0)}";
            var figure = _figures.Add(Figure.Of($"{Section}.due.{c.Subject}", $"{c.Subject}: due day and slippage",
                "The day of the last DueDateMoved, else of the wording that holds; slippage is the days from the day first promised.",
                value, [c.Proposed.Position, .. c.Modified.Positions, .. c.Moved.Positions]));
            return new Fact("Due", [figure, .. c.Moved.Any ? [$"“{c.Moved.Value.Reason}”"] : Array.Empty<Cell>()]);
        }

        private Fact Outcome(CommitmentOnRecord c)
        {
            var outcome = _commitments.OutcomeOf(c);
            var (word, mark) = outcome?.Step.Value switch
            {
                null => ("No outcome worded", null),
                OutcomeAgreed => ("Agreed by both sides", "agreed"),
                OutcomeReopened e => ($"Not agreed: reopened by the {Side(e.By)}", "exception"),
                OutcomeWordingTaken e => ($"Not agreed: taken over by the {Side(e.By)}", "exception"),
                OutcomeWorded e => ($"Not agreed: worded by the {Side(e.By)}", "exception"),
                _ => ("Not agreed", (string?)"exception"),
            };
            var figure = _figures.Add(Figure.Of($"{Section}.outcome.{c.Subject}", $"{c.Subject}: agreed outcome",
                "The last step of the outcome’s record; it counts as agreed only while OutcomeAgreed is the last, both sides holding the same wording.",
                word, outcome is null ? [c.Proposed.Position] : [c.Proposed.Position, .. outcome.Worded.Positions, .. outcome.Step.Positions],
                outcome is null ? Printed.Searched(scope, $"The outcomes worded for {c.Subject}", "OutcomeWorded") : null));
            var wording = outcome?.Step.Value is OutcomeAgreed agreed ? agreed.Wording : outcome?.Worded.Value.Wording;
            return new Fact("Agreed outcome", [new Cell(figure.Value, figure.Key, mark), .. wording is null ? Array.Empty<Cell>() : [$"“{wording}”"]]);
        }

        private IEnumerable<Fact> Review(CommitmentOnRecord c)
        {
            Fact Step(string name, string term, string value, IEnumerable<long> positions, string formula, string? text, string stored) =>
                new(term, [_figures.Add(Figure.Of($"{Section}.{name}.{c.Subject}", $"{c.Subject}: {term.ToLowerInvariant()}", formula, value, [c.Proposed.Position, .. positions],
                    text is null ? Printed.Searched(scope, $"The commitment {c.Subject}", stored) : null)), .. text is null ? Array.Empty<Cell>() : [$"“{text}”"]]);
            // All three appear once one of them is there, so each names what the other two rest on.
            long[] any = [.. c.Assessed.Positions, .. c.Replied.Positions, .. c.Concluded.Positions];
            yield return Step("assessment", "Assessment", c.Assessed.Any ? $"{Printed.Word(c.Assessed.Value.Status)}, assessed as at {Printed.Day(c.Assessed.On)}" : "None", any,
                "CommitmentAssessed with the greatest effective date.", c.Assessed.Any ? c.Assessed.Value.Assessment : null, "CommitmentAssessed");
            yield return Step("reply", "Right of reply", c.Replied.Any ? $"Replied on {Printed.Day(c.Replied.On)}" : c.Assessed.Any ? $"No reply; kept free until {Printed.Day(c.Assessed.Value.ReplyBy)}" : "No reply", any,
                "The last AssessmentReplied that was known.", c.Replied.Any ? c.Replied.Value.Reply : null, "AssessmentReplied");
            yield return Step("final-view", "Final view", c.Concluded.Any ? $"{Printed.Word(c.Concluded.Value.Status)}, on {Printed.Day(c.Concluded.On)}" : "None yet", any,
                "The last AssessmentConcluded that was known.", c.Concluded.Any ? c.Concluded.Value.FinalView : null, "AssessmentConcluded");
        }

        private Fact Dispute(CommitmentOnRecord c)
        {
            var open = c.Dispute.Value is CommitmentDisputed;
            var text = c.Dispute.Value is CommitmentDisputed disputed ? disputed.Statement : ((DisputeSettled)c.Dispute.Value).Settlement;
            var figure = _figures.Add(Figure.Of($"{Section}.dispute.{c.Subject}", $"{c.Subject}: dispute", "The last CommitmentDisputed or DisputeSettled by the cut-off.",
                $"{(open ? "Disputed" : "Settled")} on {Printed.Day(c.Dispute.On)}", [c.Proposed.Position, .. c.Dispute.Positions]));
            return new Fact("Dispute", [new Cell(figure.Value, figure.Key, open ? "exception" : null), $"“{text}”"]);
        }

        private static string Side(Side side) => side == Commitments.Side.Council ? "council" : "partner";

        private Latest<object> AttestationOf(PartnerId partner) =>
            _attestations.TryGetValue(partner, out var known) ? known : _attestations[partner] = new();
    }
}
