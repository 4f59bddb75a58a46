using System.Globalization;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// The body's meetings of the year (Report header, 1 and 7; practice): what was put to each, what the body made of it, and
/// how the partners stand to what it agreed. In a board's pack it is the agenda with its papers.
/// </summary>
internal sealed class MeetingsSection : ISection
{
    private const string Section = "meetings";

    public string Key => Section;

    public int Order => 45;

    public ISectionFold Begin(ReportScope scope) => new Fold(scope);

    private sealed class MeetingOnRecord
    {
        public Latest<MeetingCalled> Called { get; } = new();
        public Latest<MeetingMoved> Moved { get; } = new();
        public Latest<MeetingCancelled> Cancelled { get; } = new();
        public Latest<MinutesApproved> Approved { get; } = new();
        public Latest<AgendaPublished> Agenda { get; } = new();

        /// <summary>The last word on each item: its paper, or that it was withdrawn.</summary>
        public SortedDictionary<int, Latest<object>> Papers { get; } = [];
        public Dictionary<(int Item, int Recommendation), Latest<RecommendationMinuted>> Minuted { get; } = [];
        public SortedDictionary<(int Item, int Recommendation, Guid Partner), Latest<AnswerToMinuteHeard>> Answers { get; } = [];

        public string Subject => Called.Value.Key;

        public DateOnly On => Moved.Any ? Moved.Value.To : Called.Value.On;

        public IEnumerable<Paper> Tabled => Papers.Values.Select(p => p.Value).OfType<PaperTabled>().Select(p => p.Paper);

        /// <summary>What says that it is held, and when.</summary>
        public IEnumerable<long> Positions => [.. Called.Positions, .. Moved.Positions, .. Cancelled.Positions];
    }

    private sealed class Fold(ReportScope scope) : ISectionFold
    {
        private readonly PartnersOnRecord _partners = new(scope with { Partner = null });
        private readonly Latest<BodyFormed> _body = new();
        private readonly Dictionary<Guid, MeetingOnRecord> _meetings = [];
        private readonly FigureList _figures = new();

        public void Apply(RecordedEvent recorded)
        {
            _partners.Apply(recorded);
            if (recorded.Event is BodyFormed formed && formed.Key == scope.Body) _body.Replace(recorded, formed);
            if (recorded.Kind != MeetingId.Kind || !scope.Holds(recorded)) return;
            if (!_meetings.TryGetValue(recorded.Id, out var meeting)) _meetings[recorded.Id] = meeting = new();
            switch (recorded.Event)
            {
                case MeetingCalled e: meeting.Called.Replace(recorded, e); break;
                case MeetingMoved e: meeting.Moved.Replace(recorded, e); break;
                case MeetingCancelled e: meeting.Cancelled.Replace(recorded, e); break;
                case AgendaPublished e: meeting.Agenda.Replace(recorded, e); break;
                case MinutesApproved e: meeting.Approved.Replace(recorded, e); break;
                case PaperTabled e: Slot(meeting.Papers, e.Paper.Item).Replace(recorded, e); break;
                case PaperWithdrawn e: Slot(meeting.Papers, e.Item).Replace(recorded, e); break;
                case RecommendationMinuted e: Slot(meeting.Minuted, (e.Item, e.Recommendation)).Replace(recorded, e); break;
                case AnswerToMinuteHeard e: Slot(meeting.Answers, (e.Item, e.Recommendation, e.Partner.Value)).Replace(recorded, e); break;
            }
        }

        public SectionContent Complete()
        {
            MeetingOnRecord[] ofBody = [.. _meetings.Values.Where(m => m.Called.Any && _body.Any && m.Called.Value.Body == _body.Value.Body)];
            MeetingOnRecord[] ofYear = [.. ofBody.Where(m => !m.Cancelled.Any && scope.Year.Contains(m.On)).OrderBy(m => m.On).ThenBy(m => m.Called.Position)];
            IEnumerable<long> which = [.. _body.Positions, .. ofBody.SelectMany(m => m.Positions)];
            string Total(string name, string label, string formula, int value, Func<MeetingOnRecord, IEnumerable<long>> positions) =>
                _figures.Add(Figure.Of($"{Section}.{name}", label, $"{formula}, for the meetings of the body whose day, by MeetingCalled and MeetingMoved, is in the year and that are not MeetingCancelled.",
                    value, [.. which, .. ofYear.SelectMany(positions)], value == 0 ? Printed.Searched(scope, $"The meetings of {scope.Body}", "what is counted") : null)).Key;
            IEnumerable<long> Minutes(MeetingOnRecord meeting) => meeting.Minuted.Values.SelectMany(m => m.Positions);
            string[] headlines =
            [
                Total("called", "Meetings", "Count", ofYear.Length, _ => []),
                Total("papers", "Papers", "Count of items whose last word is PaperTabled and not PaperWithdrawn", ofYear.Sum(m => m.Tabled.Count()), m => m.Papers.Values.SelectMany(p => p.Positions)),
                Total("minuted", "Recommendations minuted", "Count of recommendations with RecommendationMinuted", ofYear.Sum(m => m.Minuted.Count), Minutes),
                Total("agreed", "Agreed, as they stood or amended", "Count of recommendations whose last RecommendationMinuted is agreed or amended",
                    ofYear.Sum(m => m.Minuted.Values.Count(r => r.Value.Outcome is MinutedOutcome.Agreed or MinutedOutcome.Amended)), Minutes),
                Total("unanswered", "Asked of partners, not answered", "Count of partners and agreed recommendations whose last AnswerToMinuteHeard is that they were asked",
                    ofYear.Sum(m => m.Answers.Values.Count(a => a.Value.Answer is MinuteAnswer.Asked)), m => m.Answers.Values.SelectMany(a => a.Positions)),
            ];
            return new SectionContent(Section, "Meetings of the body, and what it agreed",
                ["The papers of each meeting as they were tabled last, what became of each recommendation, and how each partner that was asked stands to what was agreed."],
                _figures.All, [new ReportHeadlines($"{Section}.headlines", headlines), .. ofYear.Select(Meeting)]);
        }

        private ReportEntries Meeting(MeetingOnRecord meeting) => new(
            $"{Section}.{meeting.Subject}", $"{Printed.Day(meeting.On)}{(meeting.Called.Value.Place is { } place ? $", {place}" : "")}",
            [
                new Fact("Agenda", meeting.Agenda.Any ? $"Published on {Printed.Day(meeting.Agenda.On)}" : "Not published yet"),
                new Fact("Minutes", meeting.Approved.Any ? $"Approved: {meeting.Approved.Value.At}" : "Not approved yet"),
            ],
            [.. meeting.Tabled.Select(paper => Paper(meeting, paper))]);

        private ReportEntry Paper(MeetingOnRecord meeting, Paper paper) => new(
            $"{Section}.paper.{meeting.Subject}.{Number(paper.Item)}", $"Item {Number(paper.Item)}: {paper.Title}",
            [
                new Fact("Report of", paper.ReportOf),
                new Fact("Summary", paper.Summary),
                new Fact("Input requested", paper.InputRequested),
                new Fact("Contact", paper.Contact),
                .. paper.Paragraphs.Count > 0 ? [new Fact("Paper", [.. paper.Paragraphs.Select(p => (Cell)$"{p.Number} {p.Text}")])] : Array.Empty<Fact>(),
                .. paper.Recommendations.Select((r, i) => new Fact($"Recommendation {Number(i + 1)}", [r.Text, .. Outcome(meeting, paper.Item, i + 1)])),
            ]);

        private IEnumerable<Cell> Outcome(MeetingOnRecord meeting, int item, int recommendation)
        {
            var minuted = meeting.Minuted.GetValueOrDefault((item, recommendation));
            if (minuted is null) return [new Cell("Not minuted yet", Status: "due")];
            var says = minuted.Value;
            var figure = _figures.Add(Figure.Of($"{Section}.outcome.{meeting.Subject}.{Number(item)}.{Number(recommendation)}",
                $"{meeting.Subject}, item {Number(item)}, recommendation {Number(recommendation)}: outcome", "The last RecommendationMinuted for the recommendation of a paper that is tabled.",
                Printed.Word(says.Outcome), [.. _body.Positions, .. meeting.Positions, .. meeting.Papers[item].Positions, .. minuted.Positions]));
            return
            [
                new Cell(figure.Value, figure.Key, says.Outcome is MinutedOutcome.Deferred ? "due" : "agreed"),
                $"“{says.Minute}”",
                .. says.Outcome is MinutedOutcome.Amended ? [$"Agreed in this wording: “{says.Wording}”"] : Array.Empty<Cell>(),
                .. from answer in meeting.Answers
                   where answer.Key.Item == item && answer.Key.Recommendation == recommendation
                   select (Cell)$"{_partners.NameOf(new PartnerId(answer.Key.Partner))}: {Printed.Word(answer.Value.Value.Answer).ToLowerInvariant()}{(answer.Value.Value.Reason is { } reason ? $", “{reason}”" : "")}",
            ];
        }

        private static Latest<T> Slot<TKey, T>(IDictionary<TKey, Latest<T>> slots, TKey key) =>
            slots.TryGetValue(key, out var known) ? known : slots[key] = new();

        private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
