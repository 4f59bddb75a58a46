using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// Each partner's frozen position with what the partner and the council said of it: attested, signed, answered, nil return,
/// no answer, not asked. Governance's assessment, the reply and the final view stand side by side (Report 6.1).
/// </summary>
internal sealed class PositionsSection : ISection
{
    private const string Section = "positions";

    public string Key => Section;

    public int Order => 25;

    public ISectionFold Begin(ReportScope scope) => new Fold(scope);

    private sealed class PositionOnRecord
    {
        public Latest<PositionFrozen> Frozen { get; } = new();

        /// <summary>The partner's last word, or that none came by the day.</summary>
        public Latest<object> Word { get; } = new();

        /// <summary>That word, unless another position was frozen since.</summary>
        public object? Said => Word.Any && Word.Position > Frozen.Position ? Word.Value : null;
        public Latest<PositionSigned> Signed { get; } = new();
        public Latest<PositionAssessed> Assessed { get; } = new();
        public Latest<PositionConcluded> Concluded { get; } = new();
    }

    private sealed class Fold(ReportScope scope) : ISectionFold
    {
        private readonly PartnersOnRecord _partners = new(scope);
        private readonly Dictionary<PartnerId, PositionOnRecord> _positions = [];
        private readonly FigureList _figures = new();

        // What is said of the year's position is said after the year: it counts when it is known, whatever its day.
        public void Apply(RecordedEvent recorded)
        {
            _partners.Apply(recorded);
            switch (recorded.Event)
            {
                case PositionFrozen e when e.Year == scope.Year: Of(e.Partner).Frozen.Replace(recorded, e); break;
                case PositionAttested e when e.Year == scope.Year: Of(e.Partner).Word.Replace(recorded, e); break;
                case PositionAnswered e when e.Year == scope.Year: Of(e.Partner).Word.Replace(recorded, e); break;
                case PositionNilReturned e when e.Year == scope.Year: Of(e.Partner).Word.Replace(recorded, e); break;
                case PositionUnanswered e when e.Year == scope.Year: Of(e.Partner).Word.Replace(recorded, e); break;
                case PositionSigned e when e.Year == scope.Year: Of(e.Partner).Signed.Replace(recorded, e); break;
                case PositionAssessed e when e.Year == scope.Year: Of(e.Partner).Assessed.Replace(recorded, e); break;
                case PositionConcluded e when e.Year == scope.Year: Of(e.Partner).Concluded.Replace(recorded, e); break;
            }
        }

        public SectionContent Complete()
        {
            (PartnerOnRecord Partner, PositionOnRecord Position)[] all = [.. _partners.All.Select(p => (p, Of(p.Id)))];
            string[] headlines =
            [
                Total(all, "attested", "Attested", "with PositionAttested as the last word", p => p.Said is PositionAttested),
                Total(all, "answered", "Answered instead", "with PositionAnswered as the last word", p => p.Said is PositionAnswered),
                Total(all, "nil", "Nil returns", "with PositionNilReturned as the last word", p => p.Said is PositionNilReturned),
                Total(all, "no-answer", "No answer by the day", "with PositionUnanswered and no word after it", p => p.Said is PositionUnanswered),
                Total(all, "not-asked", "Not asked", "without PositionFrozen and without a word", p => !p.Frozen.Any && !p.Word.Any),
            ];
            var table = new ReportTable($"{Section}.all", $"Positions for {scope.Year}, and what partners said of them",
                ["Partner", "Shown", "What the partner said", "Signed with", "The council’s assessment", "The partner’s reply", "The council’s final view"],
                [.. all.Select(Row)]);
            return new SectionContent(Section, "Partners’ positions: attested, answered, or silent",
                [
                    "A position is frozen, shown to the partner’s lead, and attested to as shown, answered, or returned as nil. Silence is told apart: a partner that was not asked is not one that gave no answer.",
                    "The digest is the SHA-256 of the statement as it was shown.",
                ],
                _figures.All, [new ReportHeadlines($"{Section}.headlines", headlines), table]);
        }

        private string Total((PartnerOnRecord Partner, PositionOnRecord Position)[] all, string name, string label, string what, Func<PositionOnRecord, bool> counts) =>
            _figures.Add(Figure.Of($"{Section}.{name}", label, $"Count of registered partners {what} for the year.", all.Count(p => counts(p.Position)),
                all.SelectMany(p => (IEnumerable<long>)[p.Partner.Registered.Position, .. p.Position.Frozen.Positions, .. p.Position.Word.Positions]))).Key;

        private IReadOnlyList<Cell> Row((PartnerOnRecord Partner, PositionOnRecord Position) of)
        {
            var (partner, position) = of;
            var signed = position.Said is PositionAttested && position.Signed.Position > position.Word.Position;
            return
            [
                partner.Heading(_partners),
                position.Frozen.Any ? $"As at {Printed.ShortDay(position.Frozen.Value.AsAt)}, digest {position.Frozen.Value.Sha256[..12]}…" : "",
                Word(partner, position),
                signed ? $"Key {position.Signed.Value.Fingerprint[..12]}…" : "",
                position.Assessed.Any ? position.Assessed.Value.Assessment : "",
                position.Said is PositionAnswered { Reply: var reply } ? reply : "",
                position.Concluded.Any ? position.Concluded.Value.FinalView : "",
            ];
        }

        private Cell Word(PartnerOnRecord partner, PositionOnRecord position)
        {
            var (value, mark) = position.Said switch
            {
                PositionAttested => ($"Attested on {Printed.Day(position.Word.On)}", "attested"),
                PositionAnswered => ($"Answered on {Printed.Day(position.Word.On)}", "answered"),
                PositionNilReturned => ($"Nil return on {Printed.Day(position.Word.On)}", "agreed"),
                PositionUnanswered e => ($"No answer by {Printed.Day(e.AnswerBy)}", "missed"),
                _ when position.Frozen.Any => ($"Asked, to answer by {Printed.Day(position.Frozen.Value.AnswerBy)}", "due"),
                _ => ("Not asked", "unanswered"),
            };
            var figure = _figures.Add(Figure.Of(
                $"{Section}.word.{partner.Subject}", $"{partner.Subject}: position for the year",
                "The last of PositionAttested, PositionAnswered, PositionNilReturned and PositionUnanswered for the year; else asked where PositionFrozen is on record; else not asked.",
                value, [partner.Registered.Position, .. position.Frozen.Positions, .. position.Word.Positions],
                position.Said is not null ? null : Printed.Searched(scope, $"The position of {partner.Subject} for {scope.Year}", "what the partner said of it")));
            return new Cell(figure.Value, figure.Key, mark);
        }

        private PositionOnRecord Of(PartnerId partner) => _positions.TryGetValue(partner, out var known) ? known : _positions[partner] = new();
    }
}
