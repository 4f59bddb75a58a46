using EqualitiesPlatform.Assessments;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Engagement;
using EqualitiesPlatform.Ledger.Reporting;
using EqualitiesPlatform.Objectives;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// Who was consulted in the year and what came of it: you said, we did (Policy, "How" W5, "Difference" 1; Report 4.2), and
/// what the records say of recommendations 7.1 to 7.4.
/// </summary>
internal sealed class EngagementSection : ISection
{
    private const string Section = "engagement";

    public string Key => Section;

    public int Order => 47;

    public ISectionFold Begin(ReportScope scope) => new Fold(scope);

    private sealed class ConsultationOnRecord(Guid id)
    {
        public Latest<ConsultationDrafted> Drafted { get; } = new();
        public Latest<ConsultationOpened> Opened { get; } = new();
        public Latest<DateOnly> ClosesOn { get; } = new();
        public Latest<object> Standing { get; } = new();
        public List<RecordedEvent> Asked { get; } = [];
        public List<RecordedEvent> Promoted { get; } = [];
        public Dictionary<FormatRequestId, (FormatAskedFor Asked, long Position)> Formats { get; } = [];
        public Dictionary<FormatRequestId, (FormatSupplied Supplied, long Position)> Supplied { get; } = [];
        public List<long> Responses { get; } = [];
        public Dictionary<string, Latest<ThemeNamed>> Themes { get; } = new(StringComparer.Ordinal);
        public Dictionary<string, Latest<ThemeAnswered>> Answers { get; } = new(StringComparer.Ordinal);
        public List<RecordedEvent> Followed { get; } = [];

        public string Subject => Drafted.Value.Key ?? id.ToString();

        public bool In(FinancialYear year) => Drafted.Any && Opened.Any && Opened.On <= year.Last && ClosesOn.Value >= year.First;
    }

    private sealed class Fold(ReportScope scope) : ISectionFold
    {
        private readonly PartnersOnRecord _partners = new(scope);
        private readonly Dictionary<Guid, ConsultationOnRecord> _consultations = [];
        private readonly Dictionary<string, (TablePublished Said, long Position)> _tables = new(StringComparer.Ordinal);
        private readonly Dictionary<(string Stream, string What), string> _names = [];
        private readonly Dictionary<string, List<long>> _evidence = new(StringComparer.Ordinal);
        private readonly FigureList _figures = new();

        public void Apply(RecordedEvent recorded)
        {
            _partners.Apply(recorded);
            Name(recorded);
            if (recorded.Event is TablePublished { Origin: { Source: "engagement" } origin } published && origin.Year == scope.Year)
                _tables[published.Table.Title] = (published, recorded.Position);
            if (!scope.Holds(recorded)) return;
            if (scope.Year.Contains(recorded.EffectiveOn)) Evidence(recorded);
            if (recorded.Kind != ConsultationId.Kind) return;
            if (!_consultations.TryGetValue(recorded.Id, out var consultation)) _consultations[recorded.Id] = consultation = new(recorded.Id);
            switch (recorded.Event)
            {
                case ConsultationDrafted e: consultation.Drafted.Replace(recorded, e); break;
                case ConsultationOpened e:
                    consultation.Opened.Replace(recorded, e);
                    consultation.ClosesOn.Replace(recorded, e.ClosesOn);
                    break;
                case ConsultationExtended e: consultation.ClosesOn.Replace(recorded, e.ClosesOn); break;
                case ConsultationClosed or ConsultationReported or ConsultationWithdrawn: consultation.Standing.Replace(recorded, recorded.Event); break;
                case PromotionAsked: consultation.Asked.Add(recorded); break;
                case ConsultationPromoted: consultation.Promoted.Add(recorded); break;
                case FormatAskedFor e: consultation.Formats[e.Request] = (e, recorded.Position); break;
                case FormatSupplied e: consultation.Supplied[e.Request] = (e, recorded.Position); break;
                case ResponseReceived: consultation.Responses.Add(recorded.Position); break;
                case ThemeNamed e: Of(consultation.Themes, e.Theme).Replace(recorded, e); break;
                case ThemeAnswered e: Of(consultation.Answers, e.Theme).Replace(recorded, e); break;
                case ThemeFollowed: consultation.Followed.Add(recorded); break;
            }
        }

        public SectionContent Complete()
        {
            ConsultationOnRecord[] inYear = [.. _consultations.Values.Where(c => c.In(scope.Year)).OrderBy(c => c.Opened.Position)];
            return new SectionContent(
                Section, "Consultations, and what they changed",
                [
                    "What people say in a consultation is read for themes; each theme is answered, and what was done is named. Who said it is kept apart and is in no report; counts are published after disclosure control.",
                    .. inYear.Length == 0 ? [$"No consultation was open in {scope.Year}."] : Array.Empty<string>(),
                ],
                _figures.All, [.. inYear.Length > 0 ? [Headlines(inYear)] : Array.Empty<ReportPart>(), .. inYear.Select(Consultation), .. Tables(), Recommendations()]);
        }

        private ReportHeadlines Headlines(ConsultationOnRecord[] inYear)
        {
            string Total(string name, string label, string formula, int value, Func<ConsultationOnRecord, IEnumerable<long>> positions) => _figures.Add(Figure.Of(
                $"{Section}.{name}", label, formula, value, inYear.SelectMany(c => (IEnumerable<long>)[c.Drafted.Position, c.Opened.Position, .. c.ClosesOn.Positions, .. positions(c)]))).Key;
            return new ReportHeadlines($"{Section}.headlines",
            [
                Total("consultations", "Consultations", "Count of consultations that were open in the year, by ConsultationOpened.", inYear.Length, _ => []),
                Total("responses", "Responses", "Count of ResponseReceived, over these consultations.", inYear.Sum(c => c.Responses.Count), c => c.Responses),
                Total("formats", "Other formats asked for", "Count of FormatAskedFor, over these consultations.", inYear.Sum(c => c.Formats.Count), c => c.Formats.Values.Select(f => f.Position)),
                Total("formats-in-time", "Supplied in time", "Count of FormatSupplied that were not late, over these consultations.", inYear.Sum(c => c.Supplied.Values.Count(s => !s.Supplied.Late)), c => c.Supplied.Values.Where(s => !s.Supplied.Late).Select(s => s.Position)),
                Total("changes", "Changes that followed", "Count of ThemeFollowed by the cut-off, over these consultations.", inYear.Sum(c => c.Followed.Count), c => c.Followed.Select(f => f.Position)),
            ]);
        }

        private ReportEntries Consultation(ConsultationOnRecord c)
        {
            Figure Shown(string name, string label, string formula, string value, IEnumerable<long> positions) => _figures.Add(Figure.Of(
                $"{Section}.{name}.{c.Subject}", $"{c.Subject}: {label}", formula, value, [c.Drafted.Position, c.Opened.Position, .. c.ClosesOn.Positions, .. positions]));
            var standing = Shown("standing", "standing", "The last of ConsultationOpened, ConsultationClosed, ConsultationReported and ConsultationWithdrawn.",
                !c.Standing.Any ? "Open" : c.Standing.Value switch { ConsultationClosed => "Closed", ConsultationReported => "Reported", _ => "Withdrawn" }, c.Standing.Positions);
            var silent = c.Asked.Select(a => ((PromotionAsked)a.Event).Partner).Where(a => !c.Promoted.Any(p => ((ConsultationPromoted)p.Event).Partner == a)).ToArray();
            return new ReportEntries($"{Section}.{c.Subject}", c.Drafted.Value.Title,
                [
                    new("By", _partners.NameOf(c.Drafted.Value.Organisation)),
                    new("To find out", c.Drafted.Value.Purpose),
                    new("Open", $"From {Printed.Day(c.Opened.On)} to {Printed.Day(c.ClosesOn.Value)}"),
                    new("Standing", standing),
                    .. c.Standing is { Any: true, Value: ConsultationReported { Summary: var summary } } ? [new Fact("What it came to", summary)] : Array.Empty<Fact>(),
                    new("Promoted by", c.Promoted.Count == 0 ? ["Nobody"] : [.. c.Promoted.Select(p => (ConsultationPromoted)p.Event).Select(p => (Cell)$"{_partners.NameOf(p.Partner)}, {Printed.Day(p.EffectiveOn)}: {p.How}")]),
                    .. silent.Length > 0 ? [new Fact("Asked, and nothing is on record", [.. silent.Select(s => (Cell)_partners.NameOf(s))])] : Array.Empty<Fact>(),
                    new("Other formats", c.Formats.Count == 0 ? ["Nobody asked"] : [.. c.Formats.GroupBy(f => f.Value.Asked.Format).OrderBy(g => g.Key).Select(g => (Cell)Shown(
                        $"format.{Printed.Mark(g.Key)}", $"{Printed.Word(g.Key).ToLowerInvariant()}", "FormatAskedFor of the format, with the working days in FormatSupplied.",
                        $"{Printed.Word(g.Key)}: {g.Count()} asked for, {Days([.. g.Select(f => c.Supplied.TryGetValue(f.Key, out var s) ? s.Supplied : null)])}",
                        g.SelectMany(f => c.Supplied.TryGetValue(f.Key, out var s) ? new[] { f.Value.Position, s.Position } : [f.Value.Position])))]),
                ],
                [.. c.Themes.OrderBy(t => t.Value.Position).Select(t => new ReportEntry(
                    $"{Section}.{c.Subject}.{t.Key}", $"You said: {t.Value.Value.Said}",
                    [
                        new("We say", c.Answers.TryGetValue(t.Key, out var answer) ? answer.Value.Answer : new Cell("Not answered yet", Status: "off-track")),
                        new("We did", Did(c, t.Key)),
                    ]))]);

            IReadOnlyList<Cell> Did(ConsultationOnRecord consultation, string theme)
            {
                var followed = consultation.Followed.Where(f => ((ThemeFollowed)f.Event).Theme == theme).Select(f => (f.Position, (ThemeFollowed)f.Event)).ToArray();
                return followed.Length == 0 ? ["Nothing yet"] : [.. followed.Select(f => (Cell)$"{Printed.Day(f.Item2.EffectiveOn)}: {f.Item2.Did} ({Changed(f.Item2)})")];
            }
        }

        private static string Days(FormatSupplied?[] supplied)
        {
            var there = supplied.OfType<FormatSupplied>().ToArray();
            var (late, waiting) = (there.Count(s => s.Late), supplied.Length - there.Length);
            var days = there.Length == 0 ? "" : there.Min(s => s.Days) is var least && there.Max(s => s.Days) is var most && least == most
                ? $"{there.Length} supplied after {least} working days" : $"{there.Length} supplied after {there.Min(s => s.Days)} to {there.Max(s => s.Days)} working days";
            return string.Join(", ", new[] { days, late > 0 ? $"{late} late" : "", waiting > 0 ? $"{waiting} not yet" : "" }.Where(w => w.Length > 0));
        }

        private string Changed(ThemeFollowed followed)
        {
            var stream = StreamKey.Of(followed.To switch
            {
                ChangedRecord.PolicyVersion => PolicyDocumentId.Kind, ChangedRecord.Commitment => CommitmentId.Kind,
                ChangedRecord.Measure => MeasureId.Kind, _ => ActionPlanItemId.Kind,
            }, followed.Target);
            return $"{Printed.Word(followed.To).ToLowerInvariant()}: {(_names.TryGetValue((stream, followed.Part), out var name) || _names.TryGetValue((stream, ""), out name) ? name : "not on record")}";
        }

        /// <summary>What records are called that a theme can change.</summary>
        private void Name(RecordedEvent recorded)
        {
            switch (recorded.Event)
            {
                case PolicyVersionDrafted e: _names[(recorded.Stream, e.Version)] = $"version {e.Version}"; break;
                case CommitmentProposed e: _names[(recorded.Stream, "")] = e.Wording; break;
                case MeasureDefined e: _names[(recorded.Stream, "")] = e.Definition.Title; break;
                case PlanItemProposed e: _names[(recorded.Stream, "")] = e.Text; break;
            }
        }

        private IEnumerable<ReportTable> Tables() => _tables.Values.OrderBy(t => t.Said.Table.Title, StringComparer.Ordinal)
            .Select(t => PublishedCounts.Table(t.Said, t.Position, $"{Section}.table.{t.Said.Table.Statistic}", "Responses", _figures.All));

        private void Evidence(RecordedEvent recorded)
        {
            var what = recorded.Event switch
            {
                NetworkMet => "met", ContributionMade => "brought", ConsultationPromoted => "promoted", PolicyAdopted => "adopted", JointActionAgreed => "joint",
                DatasetOffered => "offered", DatasetVersionAdded => "versions", SharingAgreed => "agreements", DatasetUsed => "used",
                AssessmentSignedOff => "assessed", DueRegardShown => "regard", MitigationAgreed => "mitigated", _ => null,
            };
            if (what is null) return;
            if (!_evidence.TryGetValue(what, out var positions)) _evidence[what] = positions = [];
            positions.Add(recorded.Position);
        }

        /// <summary>What the records of the year say of what partners were asked to do.</summary>
        private ReportTable Recommendations()
        {
            return new ReportTable($"{Section}.recommendations", $"What the records of {scope.Year} say of recommendations 7.1 to 7.4", ["Asked of partners", "Evidence", "Count"],
            [
                Row("Keep taking part in the Network (7.1)", "Meetings of networks", "met", "NetworkMet"),
                Row("", "Contributions to networks", "brought", "ContributionMade"),
                Row("Promote the consultation, share the policy, find areas for joint action (7.2)", "Promotions of consultations", "promoted", "ConsultationPromoted"),
                Row("", "Adoptions of the policy by partners", "adopted", "PolicyAdopted"),
                Row("", "Joint actions agreed", "joint", "JointActionAgreed"),
                Row("Pool insight for commissioning (7.3)", "Datasets offered", "offered", "DatasetOffered"),
                Row("", "Versions of datasets", "versions", "DatasetVersionAdded"),
                Row("", "Agreements to share", "agreements", "SharingAgreed"),
                Row("", "Uses in commissioning", "used", "DatasetUsed"),
                Row("Weigh equalities and cumulative impact in planning (7.4)", "Assessments signed off", "assessed", "AssessmentSignedOff"),
                Row("", "Mitigations agreed", "mitigated", "MitigationAgreed"),
                Row("", "Decisions with due regard shown", "regard", "DueRegardShown"),
            ]);

            IReadOnlyList<Cell> Row(string asked, string label, string what, string recorded)
            {
                var positions = _evidence.GetValueOrDefault(what) ?? [];
                return [asked.Length > 0 ? asked : "and", label, _figures.Add(Figure.Of(
                    $"{Section}.evidence.{what}", label, $"Count of {recorded} in the year, by the cut-off.", positions.Count, positions,
                    positions.Count == 0 ? Printed.Searched(scope, "All records", $"{recorded} in {scope.Year}") : null))];
            }
        }

        private static Latest<T> Of<T>(Dictionary<string, Latest<T>> known, string key) => known.TryGetValue(key, out var latest) ? latest : known[key] = new();
    }
}
