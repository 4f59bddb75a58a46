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

    public ISectionFold Begin(ReportScope scope) => Begin(scope, 1);

    /// <summary>The fold of a version: the second tells of datasets, and of evidence as the policy pack names it; the third cites what it quotes.</summary>
    internal static ISectionFold Begin(ReportScope scope, int version) => new Fold(scope, version);

    /// <summary>What the first version tells under each recommendation, and the name of each figure.</summary>
    private static readonly (string Asked, Evidence Evidence, string Name)[] First =
    [
        ("Keep taking part in the Network (7.1)", Evidence.NetworkMeetings, "met"),
        ("and", Evidence.Contributions, "brought"),
        ("Promote the consultation, share the policy, find areas for joint action (7.2)", Evidence.Promotions, "promoted"),
        ("and", Evidence.Adoptions, "adopted"),
        ("and", Evidence.JointActions, "joint"),
        ("Pool insight for commissioning (7.3)", Evidence.DatasetsOffered, "offered"),
        ("and", Evidence.DatasetVersions, "versions"),
        ("and", Evidence.SharingAgreements, "agreements"),
        ("and", Evidence.DatasetUses, "used"),
        ("Weigh equalities and cumulative impact in planning (7.4)", Evidence.AssessmentsSignedOff, "assessed"),
        ("and", Evidence.MitigationsAgreed, "mitigated"),
        ("and", Evidence.DueRegardShown, "regard"),
    ];

    private sealed class ConsultationOnRecord(Guid id)
    {
        public Latest<ConsultationDrafted> Drafted { get; } = new();
        public Latest<ConsultationOpened> Opened { get; } = new();
        public Latest<DateOnly> ClosesOn { get; } = new();
        public Latest<object> Standing { get; } = new();
        public Latest<ConsultationWithdrawn> Withdrawn { get; } = new();
        public List<RecordedEvent> Asked { get; } = [];
        public List<RecordedEvent> Promoted { get; } = [];
        public Dictionary<FormatRequestId, (FormatAskedFor Asked, long Position)> Formats { get; } = [];
        public Dictionary<FormatRequestId, (FormatSupplied Supplied, long Position)> Supplied { get; } = [];
        public List<long> Responses { get; } = [];
        public Dictionary<string, Latest<ThemeNamed>> Themes { get; } = new(StringComparer.Ordinal);
        public Dictionary<string, Latest<ThemeAnswered>> Answers { get; } = new(StringComparer.Ordinal);
        public List<RecordedEvent> Followed { get; } = [];

        public string Subject => Drafted.Value.Key ?? id.ToString();

        /// <summary>What puts it into a year.</summary>
        public IEnumerable<long> Positions => [Drafted.Position, Opened.Position, .. ClosesOn.Positions];

        public bool In(FinancialYear year, bool untilWithdrawn) => Drafted.Any && Opened.Any && Opened.On <= year.Last && ClosesOn.Value >= year.First
            && !(untilWithdrawn && Withdrawn.Any && Withdrawn.On < year.First);
    }

    private sealed class DatasetOnRecord
    {
        public Latest<DatasetOffered> Offered { get; } = new();
        public Latest<DatasetVersionAdded> Version { get; } = new();
        public Dictionary<string, (SharingAgreed Agreed, IReadOnlyList<long> Positions)> Agreements { get; } = new(StringComparer.Ordinal);
        public List<RecordedEvent> Used { get; } = [];
    }

    private sealed class Fold(ReportScope scope, int version) : ISectionFold
    {
        private readonly PartnersOnRecord _partners = new(scope);
        private readonly Dictionary<Guid, ConsultationOnRecord> _consultations = [];
        private readonly Dictionary<Guid, DatasetOnRecord> _datasets = [];
        private readonly Dictionary<string, (TablePublished Said, long Position)> _tables = new(StringComparer.Ordinal);
        private readonly Dictionary<(string Stream, string What), (string Name, long Position)> _names = [];
        private readonly Dictionary<Evidence, List<long>> _evidence = [];
        private readonly List<RecordedEvent> _taken = [];
        private readonly StatementsOnRecord _statements = new();
        private readonly Latest<PolicySetInForce> _policy = new();
        private readonly FigureList _figures = new();
        private readonly bool _first = version == 1, _cites = version >= 3;

        public void Apply(RecordedEvent recorded)
        {
            _partners.Apply(recorded);
            _statements.Apply(recorded);
            Name(recorded);
            if (recorded.Event is PolicySetInForce policy) _policy.Offer(recorded, policy);
            if (recorded.Event is TablePublished { Origin: { Source: "engagement" } origin } published && origin.Year == scope.Year)
                _tables[published.Table.Title] = (published, recorded.Position);
            // A year's figures come in after it, too.
            if (recorded.Event is DatasetFiguresTaken && recorded.RecordedOn >= scope.Year.First) _taken.Add(recorded);
            if (!scope.Holds(recorded)) return;
            if (scope.Year.Contains(recorded.EffectiveOn)) Count(recorded);
            if (recorded.Kind == SharedDatasetId.Kind) Dataset(recorded);
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
                case ConsultationClosed or ConsultationReported: consultation.Standing.Replace(recorded, recorded.Event); break;
                case ConsultationWithdrawn e:
                    consultation.Standing.Replace(recorded, e);
                    consultation.Withdrawn.Replace(recorded, e);
                    break;
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
            ConsultationOnRecord[] inYear = [.. _consultations.Values.Where(c => c.In(scope.Year, _cites)).OrderBy(c => c.Opened.Position)];
            return new SectionContent(
                Section, "Consultations, and what they changed",
                [
                    "What people say in a consultation is read for themes; each theme is answered, and what was done is named. Who said it is kept apart and is in no report; counts are published after disclosure control.",
                    .. inYear.Length == 0 ? [$"No consultation was open in {scope.Year}."] : Array.Empty<string>(),
                ],
                _figures.All, [.. inYear.Length > 0 ? [Headlines(inYear)] : Array.Empty<ReportPart>(), .. inYear.Select(Consultation), .. Tables(), .. _first ? [FirstEvidence()] : ((ReportTable[])[Datasets(), FromDatasets(), Evidenced()]).Where(t => t.Rows.Count > 0)]);
        }

        private ReportHeadlines Headlines(ConsultationOnRecord[] inYear)
        {
            string Total(string name, string label, string formula, int value, Func<ConsultationOnRecord, IEnumerable<long>> positions) => _figures.Add(Figure.Of(
                $"{Section}.{name}", label, formula, value, inYear.SelectMany(c => c.Positions.Concat(positions(c))))).Key;
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
                $"{Section}.{name}.{c.Subject}", $"{c.Subject}: {label}", formula, value, c.Positions.Concat(positions)));
            var standing = Shown("standing", "standing", "The last of ConsultationOpened, ConsultationClosed, ConsultationReported and ConsultationWithdrawn.",
                !c.Standing.Any ? "Open" : c.Standing.Value switch { ConsultationClosed => "Closed", ConsultationReported => "Reported", _ => "Withdrawn" }, c.Standing.Positions);
            Cell Quoted(string name, string label, string formula, string text, IEnumerable<long> positions, string? searched = null) => Said(
                $"{name}.{c.Subject}", $"{c.Subject}: {label}", formula, text, c.Positions.Concat(positions), searched is null ? null : Printed.Searched(scope, $"The consultation {c.Subject}", searched));
            var silent = c.Asked.Where(a => !c.Promoted.Any(p => ((ConsultationPromoted)p.Event).Partner == ((PromotionAsked)a.Event).Partner)).ToArray();
            return new ReportEntries($"{Section}.{c.Subject}", c.Drafted.Value.Title,
                [
                    new("By", Quoted("by", "who consulted", "Whose the consultation is, in ConsultationDrafted.", _partners.NameOf(c.Drafted.Value.Organisation), _partners.Naming(c.Drafted.Value.Organisation))),
                    new("To find out", Quoted("purpose", "what it was to find out", "The purpose in ConsultationDrafted.", c.Drafted.Value.Purpose, [])),
                    new("Open", Quoted("open", "when it was open", "From ConsultationOpened to the last day that was set.", $"From {Printed.Day(c.Opened.On)} to {Printed.Day(c.ClosesOn.Value)}", [])),
                    new("Standing", standing),
                    .. c.Standing is { Any: true, Value: ConsultationReported { Summary: var summary } }
                        ? [new Fact("What it came to", Quoted("summary", "what it came to", "The summary in ConsultationReported.", summary, c.Standing.Positions))] : Array.Empty<Fact>(),
                    new("Promoted by", c.Promoted.Count == 0 ? [Quoted("promoted", "promotions", "ConsultationPromoted.", "Nobody", [], nameof(ConsultationPromoted))]
                        : [.. c.Promoted.Select(p => (Recorded: p, Said: (ConsultationPromoted)p.Event)).Select(p => Said(
                            $"promotion.{p.Recorded.Position}", $"{c.Subject}: a promotion", "How ConsultationPromoted says that the partner promoted it.",
                            $"{_partners.NameOf(p.Said.Partner)}, {Printed.Day(p.Said.EffectiveOn)}: {p.Said.How}", [.. c.Positions, p.Recorded.Position, .. _partners.Naming(p.Said.Partner)]))]),
                    .. silent.Length > 0
                        ? [new Fact("Asked, and nothing is on record", [.. silent.Select(s => (Recorded: s, ((PromotionAsked)s.Event).Partner)).Select(s => Said(
                            $"silent.{s.Recorded.Position}", $"{c.Subject}: asked, without an answer", "PromotionAsked without ConsultationPromoted of the partner.", _partners.NameOf(s.Partner),
                            [.. c.Positions, s.Recorded.Position, .. _partners.Naming(s.Partner)], Printed.Searched(scope, $"The consultation {c.Subject}", nameof(ConsultationPromoted))))])]
                        : Array.Empty<Fact>(),
                    new("Other formats", c.Formats.Count == 0 ? [Quoted("formats", "other formats", "FormatAskedFor.", "Nobody asked", [], nameof(FormatAskedFor))] : [.. c.Formats.GroupBy(f => f.Value.Asked.Format).OrderBy(g => g.Key).Select(g => (Cell)Shown(
                        $"format.{Printed.Mark(g.Key)}", $"{Printed.Word(g.Key).ToLowerInvariant()}", "FormatAskedFor of the format, with the working days in FormatSupplied.",
                        $"{Printed.Word(g.Key)}: {g.Count()} asked for, {Days([.. g.Select(f => c.Supplied.TryGetValue(f.Key, out var s) ? s.Supplied : null)])}",
                        g.SelectMany(f => c.Supplied.TryGetValue(f.Key, out var s) ? new[] { f.Value.Position, s.Position } : [f.Value.Position])))]),
                ],
                [.. c.Themes.OrderBy(t => t.Value.Position).Select(t => new ReportEntry(
                    $"{Section}.{c.Subject}.{t.Key}", _cites ? AssessedGroups.Printed(t.Key) : $"You said: {t.Value.Value.Said}",
                    [
                        .. _cites ? [new Fact("You said", Quoted($"said.{t.Key}", $"you said, {t.Key}", "The theme in the last ThemeNamed.", t.Value.Value.Said, t.Value.Positions))] : Array.Empty<Fact>(),
                        new("We say", Answered(t.Key, t.Value)), new("We did", Did(t.Key, t.Value)),
                    ]))]);

            Cell Answered(string theme, Latest<ThemeNamed> named) => c.Answers.TryGetValue(theme, out var answer)
                ? Quoted($"answer.{theme}", $"we say, {theme}", "The answer in the last ThemeAnswered.", answer.Value.Answer, [.. named.Positions, .. answer.Positions])
                : Quoted($"answer.{theme}", $"we say, {theme}", "The answer in the last ThemeAnswered.", "Not answered yet", named.Positions, nameof(ThemeAnswered)) with { Status = "off-track" };

            IReadOnlyList<Cell> Did(string theme, Latest<ThemeNamed> named)
            {
                var followed = c.Followed.Where(f => ((ThemeFollowed)f.Event).Theme == theme).Select(f => (f.Position, Said: (ThemeFollowed)f.Event)).ToArray();
                return followed.Length == 0 ? [Quoted($"did.{theme}", $"we did, {theme}", "ThemeFollowed.", "Nothing yet", named.Positions, nameof(ThemeFollowed))]
                    : [.. followed.Select(f => (f.Position, f.Said, Changed: Changed(f.Said))).Select(f => Said(
                        $"did.{f.Position}", $"{c.Subject}: we did, {theme}", "What changed by ThemeFollowed, and the record that changed.", $"{Printed.Day(f.Said.EffectiveOn)}: {f.Said.Did} ({f.Changed.Name})",
                        [.. c.Positions, .. named.Positions, f.Position, .. f.Changed.Positions]))];
            }
        }

        /// <summary>What is said, with the events that say it from the third version on.</summary>
        private Cell Said(string name, string label, string formula, string text, IEnumerable<long> positions, string? searched = null) =>
            _cites ? _figures.Add(Figure.Of($"{Section}.{name}", label, formula, text, positions, searched)) : text;

        private string Days(FormatSupplied?[] supplied)
        {
            var there = supplied.OfType<FormatSupplied>().ToArray();
            var (late, waiting) = (there.Count(s => s.Late), supplied.Length - there.Length);
            var days = there.Length == 0 ? "" : there.Min(s => s.Days) is var least && there.Max(s => s.Days) is var most && least == most
                ? $"{there.Length} supplied {(_cites ? After(least) : $"after {least} working days")}" : $"{there.Length} supplied after {there.Min(s => s.Days)} to {there.Max(s => s.Days)} working days";
            return string.Join(", ", new[] { days, late > 0 ? $"{late} late" : "", waiting > 0 ? $"{waiting} not yet" : "" }.Where(w => w.Length > 0));
        }

        private static string After(int workingDays) => workingDays switch { 0 => "the same day", 1 => "after 1 working day", _ => $"after {workingDays} working days" };

        private (string Name, IEnumerable<long> Positions) Changed(ThemeFollowed followed)
        {
            var stream = StreamKey.Of(followed.To switch
            {
                ChangedRecord.PolicyVersion => PolicyDocumentId.Kind, ChangedRecord.Commitment => CommitmentId.Kind,
                ChangedRecord.Measure => MeasureId.Kind, _ => ActionPlanItemId.Kind,
            }, followed.Target);
            var known = _names.TryGetValue((stream, followed.Part), out var name) || _names.TryGetValue((stream, ""), out name);
            return ($"{Printed.Word(followed.To).ToLowerInvariant()}: {(known ? name.Name : "not on record")}", known ? [name.Position] : []);
        }

        private void Dataset(RecordedEvent recorded)
        {
            if (!_datasets.TryGetValue(recorded.Id, out var dataset)) _datasets[recorded.Id] = dataset = new();
            switch (recorded.Event)
            {
                case DatasetOffered e: dataset.Offered.Replace(recorded, e); break;
                case DatasetVersionAdded e: dataset.Version.Replace(recorded, e); break;
                case SharingAgreed e: dataset.Agreements[e.Agreement] = (e, [recorded.Position]); break;
                case SharingEnded e when dataset.Agreements.TryGetValue(e.Agreement, out var ended):
                    dataset.Agreements[e.Agreement] = (ended.Agreed with { Until = recorded.EffectiveOn }, [.. ended.Positions, recorded.Position]);
                    break;
                case DatasetUsed when scope.Year.Contains(recorded.EffectiveOn): dataset.Used.Add(recorded); break;
            }
        }

        /// <summary>The datasets that were shared or used in the year; where a file lies is for who may see it.</summary>
        private ReportTable Datasets() => new($"{Section}.datasets", $"Datasets shared and used in {scope.Year}", ["Dataset", "Of", "Last version", "Shared with", "Uses", "Used for"],
            [.. from dataset in _datasets.Values
                where dataset.Offered.Any
                orderby dataset.Offered.Position
                let key = dataset.Offered.Value.Key ?? dataset.Offered.Value.Dataset.ToString()
                let agreed = dataset.Agreements.Values.Where(a => a.Agreed.From <= scope.Year.Last && a.Agreed.Until >= scope.Year.First).ToArray()
                where agreed.Length > 0 || dataset.Used.Count > 0 || scope.Year.Contains(dataset.Offered.On)
                let used = dataset.Used.Select(u => (u.Position, Said: (DatasetUsed)u.Event)).ToArray()
                // What puts it into the year: that it was offered, and, when that was before, what was agreed or used.
                let standing = (long[])[dataset.Offered.Position, .. !_cites || scope.Year.Contains(dataset.Offered.On) ? [] : agreed.SelectMany(a => a.Positions).Concat(used.Select(u => u.Position))]
                select (IReadOnlyList<Cell>)
                [
                    Said($"dataset.{key}", $"{key}: what it is called", "The title in DatasetOffered.", dataset.Offered.Value.Title, standing),
                    Said($"owner.{key}", $"{key}: whose it is", "Whose it is, in DatasetOffered.", _partners.NameOf(dataset.Offered.Value.Organisation), standing.Concat(_partners.Naming(dataset.Offered.Value.Organisation))),
                    dataset.Version.Any ? Said($"version.{key}", $"{key}: last version", "The last DatasetVersionAdded, with its note on quality.", $"{dataset.Version.Value.Version}: {dataset.Version.Value.Quality}", standing.Concat(dataset.Version.Positions))
                        : Said($"version.{key}", $"{key}: last version", "DatasetVersionAdded.", "None yet", standing, Printed.Searched(scope, $"The dataset {key}", nameof(DatasetVersionAdded))),
                    agreed.Length == 0 ? Said($"shared.{key}", $"{key}: shared with", "SharingAgreed that held in the year.", "Nobody", standing, Printed.Searched(scope, $"The dataset {key}", $"SharingAgreed that held in {scope.Year}"))
                        : Said($"shared.{key}", $"{key}: shared with", "Recipients, last day and purpose of each SharingAgreed that held in the year.",
                            string.Join("; ", agreed.Select(a => $"{string.Join(", ", a.Agreed.Recipients.Select(_partners.NameOf))}, until {Printed.ShortDay(a.Agreed.Until)}: {a.Agreed.Purpose}")),
                            [.. standing, .. agreed.SelectMany(a => a.Positions.Concat(a.Agreed.Recipients.SelectMany(_partners.Naming)))]),
                    _figures.Add(Figure.Of($"{Section}.uses.{key}", $"{key}: uses", "Count of DatasetUsed in the year.", used.Length, used.Select(u => u.Position).Concat(standing),
                        used.Length == 0 ? Printed.Searched(scope, $"The dataset {key}", $"DatasetUsed in {scope.Year}") : null)),
                    used.Length == 0 ? "Nothing yet" : Said($"used.{key}", $"{key}: used for", "What each DatasetUsed in the year says.", string.Join("; ", used.Select(u => $"{_partners.NameOf(u.Said.Organisation)}: {u.Said.Use}")),
                        [.. standing, .. used.SelectMany(u => _partners.Naming(u.Said.Organisation).Prepend(u.Position))]),
                ]]);

        /// <summary>The figures that came in by an import of the very file of a dataset.</summary>
        private ReportTable FromDatasets() => new(
            $"{Section}.from-datasets", "Figures that were taken from shared datasets", ["Dataset", "Version", "Measure", "Taken by", "On"],
            [.. _taken.Select(recorded => (recorded.Position, recorded.RecordedOn, Taken: (DatasetFiguresTaken)recorded.Event, Dataset: NameOf(recorded.Stream)))
                .Select(t => (t.Position, t.RecordedOn, t.Taken, t.Dataset, Measure: NameOf(StreamKey.Of(MeasureId.Kind, t.Taken.Measure.Value)))).Select(t => (IReadOnlyList<Cell>)
            [
                Said($"from-dataset.{t.Position}.dataset", "dataset that figures were taken from", "The title in DatasetOffered.", t.Dataset.Name, [t.Position, .. t.Dataset.Positions]),
                _figures.Add(Figure.Of(
                    $"{Section}.from-dataset.{t.Position}", "version of a dataset that figures were taken from", "DatasetFiguresTaken, which follows from FiguresTaken of the measure.", t.Taken.Version, [t.Position])),
                Said($"from-dataset.{t.Position}.measure", "measure that took figures from a dataset", "The title in MeasureDefined.", t.Measure.Name, [t.Position, .. t.Measure.Positions]),
                t.Taken.Organisation is { } by ? Said($"from-dataset.{t.Position}.by", "who took figures from a dataset", "Whom DatasetFiguresTaken names.", _partners.NameOf(by), [t.Position, .. _partners.Naming(by)]) : "The council",
                Printed.ShortDay(t.RecordedOn),
            ])]);

        private (string Name, IEnumerable<long> Positions) NameOf(string stream) => _names.TryGetValue((stream, ""), out var known) ? (known.Name, [known.Position]) : ("not on record", []);

        /// <summary>What records are called that a theme can change, or that figures come from.</summary>
        private void Name(RecordedEvent recorded)
        {
            switch (recorded.Event)
            {
                case PolicyVersionDrafted e: Called(e.Version, _first ? $"version {e.Version}" : e.Version); break;
                case CommitmentProposed e: Called("", e.Wording); break;
                case MeasureDefined e: Called("", e.Definition.Title); break;
                case PlanItemProposed e: Called("", e.Text); break;
                case DatasetOffered e: Called("", e.Title); break;
            }

            void Called(string what, string name) => _names[(recorded.Stream, what)] = (name, recorded.Position);
        }

        private IEnumerable<ReportTable> Tables() => _tables.Values.OrderBy(t => t.Said.Table.Title, StringComparer.Ordinal)
            .Select(t => PublishedCounts.Table(t.Said, t.Position, $"{Section}.table.{t.Said.Table.Statistic}", "Responses", _figures.All));

        private void Count(RecordedEvent recorded)
        {
            if (Speaks(recorded.Event) is not { } evidence) return;
            if (!_evidence.TryGetValue(evidence, out var positions)) _evidence[evidence] = positions = [];
            positions.Add(recorded.Position);
        }

        /// <summary>What an event is evidence of.</summary>
        private static Evidence? Speaks(object recorded) => recorded switch
        {
            NetworkMet => Evidence.NetworkMeetings,
            ContributionMade => Evidence.Contributions,
            PriorityAgreed => Evidence.PrioritiesAgreed,
            JointActionAgreed => Evidence.JointActions,
            ConsultationPromoted => Evidence.Promotions,
            PolicyAdopted => Evidence.Adoptions,
            DatasetOffered => Evidence.DatasetsOffered,
            DatasetVersionAdded => Evidence.DatasetVersions,
            SharingAgreed => Evidence.SharingAgreements,
            DatasetUsed => Evidence.DatasetUses,
            AssessmentSignedOff => Evidence.AssessmentsSignedOff,
            MitigationAgreed => Evidence.MitigationsAgreed,
            DueRegardShown => Evidence.DueRegardShown,
            AchievementRecorded => Evidence.Achievements,
            _ => null,
        };

        /// <summary>How the report calls a piece of evidence, and the event that it counts.</summary>
        private static (string Label, string Event) Called(Evidence evidence) => evidence switch
        {
            Evidence.NetworkMeetings => ("Meetings of networks", nameof(NetworkMet)),
            Evidence.Contributions => ("Contributions to networks", nameof(ContributionMade)),
            Evidence.PrioritiesAgreed => ("Agreements to priorities", nameof(PriorityAgreed)),
            Evidence.JointActions => ("Joint actions agreed", nameof(JointActionAgreed)),
            Evidence.Promotions => ("Promotions of consultations", nameof(ConsultationPromoted)),
            Evidence.Adoptions => ("Adoptions of the policy by partners", nameof(PolicyAdopted)),
            Evidence.DatasetsOffered => ("Datasets offered", nameof(DatasetOffered)),
            Evidence.DatasetVersions => ("Versions of datasets", nameof(DatasetVersionAdded)),
            Evidence.SharingAgreements => ("Agreements to share", nameof(SharingAgreed)),
            Evidence.DatasetUses => ("Uses in commissioning", nameof(DatasetUsed)),
            Evidence.AssessmentsSignedOff => ("Assessments signed off", nameof(AssessmentSignedOff)),
            Evidence.MitigationsAgreed => ("Mitigations agreed", nameof(MitigationAgreed)),
            Evidence.DueRegardShown => ("Decisions with due regard shown", nameof(DueRegardShown)),
            _ => ("Achievements recorded", nameof(AchievementRecorded)),
        };

        /// <summary>
        /// What the records of the year say of what partners were asked to do: under each recommendation of the pack the evidence
        /// that the pack names for it, and then what speaks for none of them.
        /// </summary>
        private ReportTable Evidenced()
        {
            var counts = Enum.GetValues<Evidence>().ToDictionary(e => e, e => Counted(e, PackWord.Of(e)));
            var values = _policy.Any ? _policy.Value.Values : new Dictionary<string, string>();
            var recommendations = _statements.Of(StatementKind.Recommendation).Select(r => (Asked: r.Heading, Evidence: EvidenceValues.For(values, r.Says.Key))).ToArray();
            var others = counts.Keys.Except(recommendations.SelectMany(r => r.Evidence)).ToArray();
            if (others.Length == counts.Count && recommendations.Length == 0)
                return new ReportTable($"{Section}.evidence", $"What the records of {scope.Year} say of working together", ["Evidence", "Count"],
                    [.. others.Select(e => (IReadOnlyList<Cell>)[Called(e).Label, counts[e]])]);
            return new ReportTable($"{Section}.evidence", $"What the records of {scope.Year} say of what partners were asked to do", ["Asked of partners", "Evidence", "Count"],
            [
                .. recommendations.SelectMany(r => r.Evidence.Count > 0 ? Rows(r.Asked, r.Evidence) : [[r.Asked, "The policy pack names none", ""]]),
                .. Rows("Asked of nobody by name", others),
            ]);

            IEnumerable<IReadOnlyList<Cell>> Rows(string heading, IEnumerable<Evidence> evidence) =>
                evidence.Select((e, i) => (IReadOnlyList<Cell>)[i == 0 ? heading : "and", Called(e).Label, counts[e]]);
        }

        private ReportTable FirstEvidence() => new(
            $"{Section}.recommendations", $"What the records of {scope.Year} say of recommendations 7.1 to 7.4", ["Asked of partners", "Evidence", "Count"],
            [.. First.Select(f => (IReadOnlyList<Cell>)[f.Asked, Called(f.Evidence).Label, Counted(f.Evidence, f.Name)])]);

        private Figure Counted(Evidence evidence, string name)
        {
            var positions = _evidence.GetValueOrDefault(evidence) ?? [];
            var (label, recorded) = Called(evidence);
            return _figures.Add(Figure.Of(
                $"{Section}.evidence.{name}", label, $"Count of {recorded} in the year, by the cut-off.", positions.Count, positions,
                positions.Count == 0 ? Printed.Searched(scope, "All records", $"{recorded} in {scope.Year}") : null));
        }

        private static Latest<T> Of<T>(Dictionary<string, Latest<T>> known, string key) => known.TryGetValue(key, out var latest) ? latest : known[key] = new();
    }
}

/// <summary>
/// The same section with the datasets that were shared and what they were used for (Report 7.3), and what the records say of
/// what partners were asked to do (Report 7), as the policy pack names the evidence.
/// </summary>
internal sealed class EngagementSectionWithDatasets : ISection
{
    private readonly EngagementSection _before = new();

    public string Key => _before.Key;

    public int Version => 2;

    public int Order => _before.Order;

    public ISectionFold Begin(ReportScope scope) => EngagementSection.Begin(scope, Version);
}

/// <summary>
/// The same section with the events behind each thing that it quotes, and without a consultation that was withdrawn before the
/// year began.
/// </summary>
internal sealed class EngagementSectionWithCitations : ISection
{
    private readonly EngagementSection _before = new();

    public string Key => _before.Key;

    public int Version => 3;

    public int Order => _before.Order;

    public ISectionFold Begin(ReportScope scope) => EngagementSection.Begin(scope, Version);
}
