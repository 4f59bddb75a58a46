using EqualitiesPlatform.Ledger.Reporting;
using EqualitiesPlatform.Objectives;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// The Strategic Equalities Objective and its measures (Report 4.1, 6.1; Policy, Difference): baseline, target, outturn, red,
/// amber or green with its rule, direction of travel and forecast with its method; and what changed when a definition did.
/// </summary>
internal sealed class ObjectiveSection : ISection
{
    private const string Section = "objective";
    private const int LongestLine = 8;

    public string Key => Section;

    public int Order => 5;

    public ISectionFold Begin(ReportScope scope) => Begin(scope, 1);

    /// <summary>The fold of a version: the second tells of groups, and from the third on no part of a year stands for all of it.</summary>
    internal static ISectionFold Begin(ReportScope scope, int version) => new Fold(scope, first: version == 1, partForYear: version < 3);

    private sealed class Fold(ReportScope scope, bool first, bool partForYear) : ISectionFold
    {
        private readonly Dictionary<Guid, ObjectiveOnRecord> _objectives = [];
        private readonly Dictionary<Guid, MeasureOnRecord> _measures = [];
        private readonly PublishedGroups _groups = new(scope, partForYear);
        private readonly CitedGroups _cited = new();
        private readonly FigureList _figures = new();

        public void Apply(RecordedEvent recorded)
        {
            if (!first)
            {
                _groups.Apply(recorded);
                if (scope.Holds(recorded)) _cited.Apply(recorded);
            }
            // What is broken down is printed from what was published of it; the whole lies on the first sheet of a year.
            if (SheetOf(recorded.Event) is { } sheet)
            {
                if (sheet.Number == 0 && scope.Holds(recorded)) Measure(sheet.Measure.Value).Figures.Apply(recorded);
            }
            else if (recorded.Kind == ObjectiveId.Kind && scope.Holds(recorded))
            {
                if (!_objectives.TryGetValue(recorded.Id, out var objective)) _objectives[recorded.Id] = objective = new();
                objective.Apply(recorded);
            }
            else if (recorded.Kind == MeasureId.Kind && scope.Holds(recorded)) Measure(recorded.Id).Apply(recorded);
        }

        public SectionContent Complete()
        {
            MeasureOnRecord[] measures = [.. _measures.Values.Where(m => m.Defined.Any).OrderBy(m => m.Defined.Position)];
            if (measures.Length == 0 && !_objectives.Values.Any(o => o.Stated.Any))
                return new SectionContent(Section, "The Strategic Equalities Objective and its measures", [Printed.Searched(scope, "The whole ledger", "ObjectiveStated and MeasureDefined")], [], []);
            var progress = measures.ToDictionary(m => m, m => m.Progress(scope.Year, partForYear));
            var parts = new List<ReportPart> { new ReportHeadlines($"{Section}.headlines", Headlines(measures, progress)) };
            foreach (var (id, objective) in _objectives.Where(o => o.Value.Stated.Any).OrderBy(o => o.Value.Stated.Position))
                Add(objective.Heading, objective.Facts(), [.. measures.Where(m => m.Defined.Value.Objective?.Value == id)], objective.Subject(id));
            Add("Measures under no objective", [], [.. measures.Where(m => m.Defined.Value.Objective is not { } o || !_objectives.TryGetValue(o.Value, out var known) || !known.Stated.Any)], "none");
            return new SectionContent(Section, "The Strategic Equalities Objective and its measures",
                [$"Each figure is what was known of {scope.Year} by {Printed.Day(scope.AsAt)}. Red, amber and green follow from the rule that is shown, and a forecast names its method. Figures of another definition are another series, and are not compared with."],
                _figures.All, parts);

            void Add(string heading, IReadOnlyList<Fact> facts, MeasureOnRecord[] under, string subject)
            {
                if (under.Length == 0 && facts.Count == 0) return;
                var groups = under.ToDictionary(m => m, Groups);
                parts.Add(new ReportEntries($"{Section}.{subject}", heading, facts, [.. under.Select(m => Entry(m, progress[m], groups[m]))]));
                foreach (var measure in under)
                {
                    if (Chart(measure) is { } chart) parts.Add(chart);
                    parts.AddRange(groups[measure].SelectMany(g => g.Said?.Parts ?? []));
                }
            }
        }

        // Days as people write them, where a period is from one to another.
        private string InWords(object said) => first ? $"{said}" : Printed.DaysInWords($"{said}");

        private MeasureOnRecord Measure(Guid id) => _measures.TryGetValue(id, out var known) ? known : _measures[id] = new MeasureOnRecord(new MeasureId(id), first);

        private string[] Headlines(MeasureOnRecord[] measures, Dictionary<MeasureOnRecord, MeasureProgress> progress)
        {
            string Total(string name, string label, string what, Func<MeasureProgress, bool> counts) => _figures.Add(Figure.Of(
                $"{Section}.{name}", label, $"Measures with MeasureDefined {what}.", measures.Count(m => counts(progress[m])),
                measures.SelectMany(m => m.RatedBy(progress[m], scope.Year)))).Key;
            return
            [
                _figures.Add(Figure.Of($"{Section}.measures", "Measures", "Count of MeasureDefined.", measures.Length, measures.Select(m => m.Defined.Position))).Key,
                Total("green", "Green", "whose outturn is green by their rule", p => p.Rag is Rag.Green),
                Total("amber", "Amber", "whose outturn is amber by their rule", p => p.Rag is Rag.Amber),
                Total("red", "Red", "whose outturn is red by their rule", p => p.Rag is Rag.Red),
                Total("not-rated", "Not rated", "that are contextual, or have no rule, target or figure", p => p.Rag is Rag.NotRated),
            ];
        }

        private (string Breakdown, GroupsSaid? Said)[] Groups(MeasureOnRecord measure) =>
        [
            .. first ? [] : measure.Definition.Breakdowns.Select(b => (b, _groups.Of(
                measure.Id, measure.Definition, measure.Rule.Any ? measure.Rule.Value : null, measure.Targets, b, (Section, measure.Subject), Adding(measure))
                ?? _cited.Of(measure.Id, measure.Definition, b, scope.Year, measure.Figures.All.Where(f => f.Series == measure.Series), (Section, measure.Subject), Adding(measure)))),
        ];

        private Action<Figure> Adding(MeasureOnRecord measure) => f => _figures.Add(f with { Positions = [.. measure.DefinedBy.Concat(f.Positions).Distinct().Order()] });

        private ReportEntry Entry(MeasureOnRecord measure, MeasureProgress progress, (string Breakdown, GroupsSaid? Said)[] groups)
        {
            var (definition, subject) = (measure.Definition, measure.Subject);
            Figure Of(string name, string label, string formula, string value, IEnumerable<long> positions, string? searched = null) =>
                _figures.Add(Figure.Of($"{Section}.{name}.{subject}", $"{subject}: {label}", formula, value, [.. measure.DefinedBy, .. positions], searched));
            string Amount(decimal? value) => value is { } v ? $"{MeasureProgress.Round(v)} {definition.Unit}" : "none";

            var outturn = Of("outturn", "outturn", "What ObservationsReported, ObservationsRevised and ObservationsCorrected say last of the year, or of its parts together.", Amount(progress.Outturn.Value),
                progress.Outturn.Positions, progress.Outturn is { Value: null, Positions.Count: 0 } ? Printed.Searched(scope, $"The figures of {subject}", $"figures that end in {scope.Year}") : null);
            var target = Of("target", "target", "The last TargetSet for the year.", Amount(progress.Target), measure.TargetAt(scope.Year),
                progress.Target is null ? Printed.Searched(scope, $"The measure {subject}", $"TargetSet for {scope.Year}") : null);
            var rag = Of("rag", "red, amber or green", "The last RagRuleSet on outturn and target, by the measure's polarity.", Printed.Word(progress.Rag), measure.RatedBy(progress, scope.Year));
            var baseline = Of("baseline", "baseline", "The last BaselineSet of the series.",
                measure.Baseline.Any ? $"{Amount(measure.Baseline.Value.Value)} in {InWords(measure.Baseline.Value.Period)}" : "none", measure.Baseline.Positions,
                measure.Baseline.Any ? null : Printed.Searched(scope, $"The measure {subject}", "BaselineSet"));
            var direction = Of("direction", "direction of travel", "The last figure of the year against that of the same part of the year before, or the one before it.", Printed.Word(progress.Direction), progress.DirectionPositions);
            var forecast = Of("forecast", "year-end forecast", "As the method says that is printed beside it.", Amount(progress.Forecast.Value), progress.Forecast.Positions,
                progress.Forecast is { Value: null, Positions.Count: 0 } ? Printed.Searched(scope, $"The figures of {subject}", "figures to forecast from") : null);
            var facts = new List<Fact>
            {
                new("Outturn", new Cell(outturn.Value, outturn.Key), InWords(progress.Outturn.How)),
                new("Target", target),
                new("Red, amber or green", new Cell(rag.Value, rag.Key, PackWord.Of(progress.Rag)), InWords(progress.RagSays)),
                new("Baseline", baseline),
                new("Direction of travel", new Cell(direction.Value, direction.Key), InWords(progress.DirectionSays)),
                new("Year-end forecast", new Cell(forecast.Value, forecast.Key), InWords(progress.Forecast.How)),
                new("Definition", measure.Meaning()),
                new("Owner and source", $"{measure.Owner}; {definition.Source}"),
            };
            foreach (var (breakdown, said) in groups)
                facts.Add(new Fact($"By {breakdown.Replace('-', ' ')}", said?.Publication ?? $"No table of {scope.Year} was published by this breakdown; figures of groups are printed from published tables, or as their source published them."));
            if (measure.Redefined.Any)
                facts.Add(new Fact("Definition changed", $"Series {measure.Redefined.Value.Series} holds from {Printed.Day(measure.Redefined.On)}: “{measure.Redefined.Value.Reason}”. Figures before it are of another series."));
            if (measure.Defined.Value.Provenance is { } provenance) facts.Add(new Fact("Where it comes from", $"“{provenance}”"));
            if (measure.Quality.Any) facts.Add(new Fact("Quality", $"“{measure.Quality.Value}”"));
            if (measure.ChangedFigures > 0)
                facts.Add(new Fact("Figures changed since they were first reported", $"{measure.ChangedFigures}"));
            return new ReportEntry($"{Section}.{subject}", definition.Title, facts);
        }

        /// <summary>The whole over the last periods of one length, with the targets; nothing while there is one figure only.</summary>
        private ReportChart? Chart(MeasureOnRecord measure)
        {
            var whole = measure.Whole().Where(f => f.Period.Last <= scope.Year.Last).ToArray();
            if (whole.Length == 0) return null;
            MeasuredFigure[] line = [.. whole.Where(f => f.Period.Months == whole.GroupBy(w => w.Period.Months).MaxBy(g => g.Count())!.Key).TakeLast(LongestLine)];
            if (line.Length < 2) return null;
            decimal?[] targets = [.. line.Select(f => measure.Targets.FirstOrDefault(t => t.Period == f.Period)?.Value)];
            Cell Said(decimal? value) => value is { } v ? MeasureProgress.Round(v) : "–";
            var (start, last) = (line[0], line[^1]);
            return new ReportChart(
                $"{Section}.chart.{measure.Subject}", measure.Definition.Title,
                $"From {MeasureProgress.Round(start.Value)} in {InWords(start.Period)} to {MeasureProgress.Round(last.Value)} in {InWords(last.Period)}; between {MeasureProgress.Round(line.Min(f => f.Value))} and {MeasureProgress.Round(line.Max(f => f.Value))}.",
                ChartForm.Lines, measure.Definition.Unit, [.. line.Select(f => InWords(f.Period))],
                [new ChartPanel("The whole",
                [
                    new ChartLine("Figure", [.. line.Select(f => new ChartValue(f.Value, Said(f.Value)))]),
                    .. targets.Any(t => t is not null) ? [new ChartLine("Target", [.. targets.Select(t => new ChartValue(t, Said(t)))])] : Array.Empty<ChartLine>(),
                ])]);
        }

        private static SheetId? SheetOf(object recorded) => recorded switch
        {
            ObservationsReported e => e.Sheet,
            ObservationsMadeFinal e => e.Sheet,
            ObservationsRevised e => e.Sheet,
            ObservationsCorrected e => e.Sheet,
            ObservationsWithdrawn e => e.Sheet,
            _ => null,
        };
    }

    private sealed class ObjectiveOnRecord
    {
        public Latest<ObjectiveStated> Stated { get; } = new();
        public Latest<string> Handed { get; } = new();
        public Latest<ObjectiveClosed> Closed { get; } = new();

        public string Subject(Guid id) => Stated.Value.Key ?? id.ToString();

        public string Heading => Stated.Value.Statement;

        public void Apply(RecordedEvent recorded)
        {
            switch (recorded.Event)
            {
                case ObjectiveStated e: Stated.Offer(recorded, e); break;
                case ObjectiveHanded e: Handed.Offer(recorded, e.To); break;
                case ObjectiveClosed e: Closed.Offer(recorded, e); break;
            }
        }

        public IReadOnlyList<Fact> Facts() =>
        [
            new Fact("Version", $"{Stated.Value.Number}, from {Printed.Day(Stated.On)}"),
            new Fact("Owner", Handed.Any && Handed.On >= Stated.On ? Handed.Value : Stated.Value.Owner),
            .. Stated.Value.CorporatePlan is { } plan ? [new Fact("Corporate Plan", plan)] : Array.Empty<Fact>(),
            .. Closed.Any ? [new Fact("Closed", $"{Printed.Day(Closed.On)}: “{Closed.Value.Reason}”")] : Array.Empty<Fact>(),
        ];
    }

    private sealed class MeasureOnRecord(MeasureId id, bool first)
    {
        private readonly Dictionary<MeasuredPeriod, (decimal Value, long Position)> _targets = [];

        public Latest<MeasureDefined> Defined { get; } = new();
        public Latest<MeasureRedefined> Redefined { get; } = new();
        public Latest<BaselineSet> Baseline { get; private set; } = new();
        public Latest<RagRule> Rule { get; } = new();
        public Latest<string> Quality { get; } = new();
        public Latest<string> Handed { get; } = new();
        public FiguresOnRecord Figures { get; } = new();

        public MeasureId Id => id;
        public string Subject => Defined.Value.Key ?? id.ToString();
        public MeasureDefinition Definition => Redefined.Any ? Redefined.Value.Definition : Defined.Value.Definition;

        /// <summary>The events that define it; the first version named the last of them only.</summary>
        public IEnumerable<long> DefinedBy => first && Redefined.Any ? Redefined.Positions : [.. Defined.Positions, .. Redefined.Positions];
        public int Series => Redefined.Any ? Redefined.Value.Series : 1;
        public string Owner => Handed.Any ? Handed.Value : Definition.Owner;
        public IReadOnlyList<PeriodValue> Targets => [.. _targets.Select(t => new PeriodValue(t.Key, t.Value.Value))];
        public int ChangedFigures => Figures.All.Count(f => f.Series == Series && f.Cell.Length == 0 && f.Changes > 0);

        public void Apply(RecordedEvent recorded)
        {
            switch (recorded.Event)
            {
                case MeasureDefined e: Defined.Replace(recorded, e); break;
                case MeasureRedefined e:
                    Redefined.Replace(recorded, e);
                    // Another series is measured from its own baseline and against its own targets.
                    Baseline = new();
                    _targets.Clear();
                    break;
                case BaselineSet e: Baseline.Replace(recorded, e); break;
                case TargetSet e: _targets[e.Period] = (e.Value, recorded.Position); break;
                case RagRuleSet e: Rule.Replace(recorded, e.Rule); break;
                case QualityNoted e: Quality.Replace(recorded, e.Note); break;
                case MeasureHanded e: Handed.Replace(recorded, e.Owner); break;
            }
        }

        public IEnumerable<MeasuredFigure> Whole() => Figures.All.Where(f => f.Series == Series && f.Cell.Length == 0).Select(f => f.Measured).OrderBy(f => f.Period);

        public MeasureProgress Progress(FinancialYear year, bool partForYear) => MeasureProgress.Of(Definition, Rule.Any ? Rule.Value : null, Targets, Whole(), year, partForYear);

        public IEnumerable<long> TargetAt(FinancialYear year) => _targets.TryGetValue(year.Whole, out var target) ? [target.Position] : [];

        /// <summary>The events that a rating in a year rests on.</summary>
        public IEnumerable<long> RatedBy(MeasureProgress progress, FinancialYear year) => [.. DefinedBy, .. Rule.Positions, .. TargetAt(year), .. progress.Outturn.Positions];

        public string Meaning() => Definition.IsRate ? $"{Definition.Meaning} ({Definition.Numerator} to {Definition.Denominator}, per {MeasureProgress.Round(Definition.Per)})" : Definition.Meaning;
    }
}

/// <summary>The same section with each measure by group, as far as it was published.</summary>
internal sealed class ObjectiveSectionWithGroups : ISection
{
    private readonly ObjectiveSection _before = new();

    public string Key => _before.Key;

    public int Version => 2;

    public int Order => _before.Order;

    public ISectionFold Begin(ReportScope scope) => ObjectiveSection.Begin(scope, Version);
}

/// <summary>The section on the Objective from its third version on: a year whose first figures are missing has no outturn, and no part of it stands for it.</summary>
internal sealed class ObjectiveSectionOfWholeYears : ISection
{
    private readonly ObjectiveSection _before = new();

    public string Key => _before.Key;

    public int Version => 3;

    public int Order => _before.Order;

    public ISectionFold Begin(ReportScope scope) => ObjectiveSection.Begin(scope, Version);
}
