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

    public ISectionFold Begin(ReportScope scope) => new Fold(scope, first: true);

    /// <summary>The fold of the version that tells of datasets, and of evidence as the policy pack names it.</summary>
    internal static ISectionFold WithDatasets(ReportScope scope) => new Fold(scope, first: false);

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

    private sealed class DatasetOnRecord
    {
        public Latest<DatasetOffered> Offered { get; } = new();
        public Latest<DatasetVersionAdded> Version { get; } = new();
        public Dictionary<string, SharingAgreed> Agreements { get; } = new(StringComparer.Ordinal);
        public List<RecordedEvent> Used { get; } = [];
    }

    private sealed class Fold(ReportScope scope, bool first) : ISectionFold
    {
        private readonly PartnersOnRecord _partners = new(scope);
        private readonly Dictionary<Guid, ConsultationOnRecord> _consultations = [];
        private readonly Dictionary<Guid, DatasetOnRecord> _datasets = [];
        private readonly Dictionary<string, (TablePublished Said, long Position)> _tables = new(StringComparer.Ordinal);
        private readonly Dictionary<(string Stream, string What), string> _names = [];
        private readonly Dictionary<Evidence, List<long>> _evidence = [];
        private readonly List<RecordedEvent> _taken = [];
        private readonly StatementsOnRecord _statements = new();
        private readonly Latest<PolicySetInForce> _policy = new();
        private readonly FigureList _figures = new();

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
                _figures.All, [.. inYear.Length > 0 ? [Headlines(inYear)] : Array.Empty<ReportPart>(), .. inYear.Select(Consultation), .. Tables(), .. first ? [FirstEvidence()] : ((ReportTable[])[Datasets(), FromDatasets(), Evidenced()]).Where(t => t.Rows.Count > 0)]);
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

        private void Dataset(RecordedEvent recorded)
        {
            if (!_datasets.TryGetValue(recorded.Id, out var dataset)) _datasets[recorded.Id] = dataset = new();
            switch (recorded.Event)
            {
                case DatasetOffered e: dataset.Offered.Replace(recorded, e); break;
                case DatasetVersionAdded e: dataset.Version.Replace(recorded, e); break;
                case SharingAgreed e: dataset.Agreements[e.Agreement] = e; break;
                case SharingEnded e when dataset.Agreements.TryGetValue(e.Agreement, out var ended): dataset.Agreements[e.Agreement] = ended with { Until = recorded.EffectiveOn }; break;
                case DatasetUsed when scope.Year.Contains(recorded.EffectiveOn): dataset.Used.Add(recorded); break;
            }
        }

        /// <summary>The datasets that were shared or used in the year; where a file lies is for who may see it.</summary>
        private ReportTable Datasets() => new($"{Section}.datasets", $"Datasets shared and used in {scope.Year}", ["Dataset", "Of", "Last version", "Shared with", "Uses", "Used for"],
            [.. from dataset in _datasets.Values
                where dataset.Offered.Any
                orderby dataset.Offered.Position
                let key = dataset.Offered.Value.Key ?? dataset.Offered.Value.Dataset.ToString()
                let agreed = dataset.Agreements.Values.Where(a => a.From <= scope.Year.Last && a.Until >= scope.Year.First).ToArray()
                where agreed.Length > 0 || dataset.Used.Count > 0 || scope.Year.Contains(dataset.Offered.On)
                select (IReadOnlyList<Cell>)
                [
                    dataset.Offered.Value.Title, _partners.NameOf(dataset.Offered.Value.Organisation),
                    dataset.Version.Any ? $"{dataset.Version.Value.Version}: {dataset.Version.Value.Quality}" : "None yet",
                    agreed.Length == 0 ? "Nobody" : string.Join("; ", agreed.Select(a => $"{string.Join(", ", a.Recipients.Select(_partners.NameOf))}, until {Printed.ShortDay(a.Until)}: {a.Purpose}")),
                    _figures.Add(Figure.Of($"{Section}.uses.{key}", $"{key}: uses", "Count of DatasetUsed in the year.", dataset.Used.Count, dataset.Used.Select(u => u.Position).Prepend(dataset.Offered.Position),
                        dataset.Used.Count == 0 ? Printed.Searched(scope, $"The dataset {key}", $"DatasetUsed in {scope.Year}") : null)),
                    dataset.Used.Count == 0 ? "Nothing yet" : string.Join("; ", dataset.Used.Select(u => (DatasetUsed)u.Event).Select(u => $"{_partners.NameOf(u.Organisation)}: {u.Use}")),
                ]]);

        /// <summary>The figures that came in by an import of the very file of a dataset.</summary>
        private ReportTable FromDatasets() => new(
            $"{Section}.from-datasets", "Figures that were taken from shared datasets", ["Dataset", "Version", "Measure", "Taken by", "On"],
            [.. _taken.Select(recorded => (Recorded: recorded, Taken: (DatasetFiguresTaken)recorded.Event)).Select(t => (IReadOnlyList<Cell>)
            [
                _names.GetValueOrDefault((t.Recorded.Stream, ""), "not on record"),
                _figures.Add(Figure.Of(
                    $"{Section}.from-dataset.{t.Recorded.Position}", "version of a dataset that figures were taken from", "DatasetFiguresTaken, which follows from FiguresTaken of the measure.", t.Taken.Version, [t.Recorded.Position])),
                _names.GetValueOrDefault((StreamKey.Of(MeasureId.Kind, t.Taken.Measure.Value), ""), "not on record"),
                t.Taken.Organisation is { } by ? _partners.NameOf(by) : "The council", Printed.ShortDay(t.Recorded.RecordedOn),
            ])]);

        /// <summary>What records are called that a theme can change, or that figures come from.</summary>
        private void Name(RecordedEvent recorded)
        {
            switch (recorded.Event)
            {
                case PolicyVersionDrafted e: _names[(recorded.Stream, e.Version)] = first ? $"version {e.Version}" : e.Version; break;
                case CommitmentProposed e: _names[(recorded.Stream, "")] = e.Wording; break;
                case MeasureDefined e: _names[(recorded.Stream, "")] = e.Definition.Title; break;
                case PlanItemProposed e: _names[(recorded.Stream, "")] = e.Text; break;
                case DatasetOffered e: _names[(recorded.Stream, "")] = e.Title; break;
            }
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

    public ISectionFold Begin(ReportScope scope) => EngagementSection.WithDatasets(scope);
}
