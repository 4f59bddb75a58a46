using EqualitiesPlatform.Cases;
using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Ledger.Reporting;
using EqualitiesPlatform.Objectives;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// The same section with how much hate crime is reported to the council and third parties, kept apart from how much happens
/// (Policy, Difference, bullet 2). Reports come from the published counts of cases only, and what happened from the measure
/// that a monitor names; neither way is better by itself.
/// </summary>
internal sealed class CasesSectionWithReporting : ISection
{
    private readonly CasesSection _before = new();

    public string Key => _before.Key;

    public int Version => 2;

    public int Order => _before.Order;

    public ISectionFold Begin(ReportScope scope) => new Fold(_before, scope);

    private sealed class Fold(CasesSection before, ReportScope scope) : ISectionFold
    {
        private readonly ISectionFold _before = before.Begin(scope);
        private readonly List<(TablePublished Said, long Position)> _published = [];
        private readonly Dictionary<Guid, Latest<MonitorSetUp>> _monitors = [];
        private readonly Dictionary<Guid, Incidence> _measures = [];

        public void Apply(RecordedEvent recorded)
        {
            _before.Apply(recorded);
            if (recorded.Event is TablePublished said) _published.Add((said, recorded.Position));
            if (!scope.Holds(recorded)) return;
            switch (recorded.Event)
            {
                case MonitorSetUp { Terms.Kind: MonitorKind.HateCrimeReporting } e: (_monitors[recorded.Id] = new()).Replace(recorded, e); break;
                case MonitorSetUp or MonitorStoodDown: _monitors.Remove(recorded.Id); break;
                case MeasureDefined e: Of(recorded.Id).Defined.Replace(recorded, e); break;
                case MeasureRedefined e: Of(recorded.Id).Redefined.Replace(recorded, e); break;
                case ObservationsReported { Sheet: { Number: 0 } sheet }: Of(sheet.Measure.Value).Figures.Apply(recorded); break;
                case ObservationsRevised { Sheet: { Number: 0 } sheet }: Of(sheet.Measure.Value).Figures.Apply(recorded); break;
                case ObservationsCorrected { Sheet: { Number: 0 } sheet }: Of(sheet.Measure.Value).Figures.Apply(recorded); break;
                case ObservationsWithdrawn { Sheet: { Number: 0 } sheet }: Of(sheet.Measure.Value).Figures.Apply(recorded); break;
            }
        }

        public SectionContent Complete()
        {
            var content = _before.Complete();
            var watched = _monitors.Values.OrderBy(m => m.Position).Select(m => (Monitor: m, Incidence: Of(m.Value.Terms.Incidence!.Value.Value))).Where(w => w.Incidence.Defined.Any).ToArray();
            FinancialYear[] years = [scope.Year, new FinancialYear(scope.Year.StartYear - 1)];
            var received = years.Select(year => PublishedReports.Of(year, _published)).ToArray();
            if (watched.Length == 0 && received.All(r => r is null)) return content;

            var figures = new List<Figure>();
            var table = new ReportTable($"{before.Key}.reporting", "Hate crime: what was reported to the council or a third party, apart from what happened",
                ["Hate crime", .. years.Select(y => y.ToString())],
                [
                    ["Reports to the council or a third party", .. years.Select((year, i) => Reports(year, received[i], figures))],
                    .. watched.SelectMany(w => (IReadOnlyList<Cell>[])
                    [
                        [$"What happened: {w.Incidence.Definition.Title} ({w.Incidence.Definition.Unit})", .. years.Select(year => Happened(year, w.Monitor, w.Incidence, figures))],
                        ["Reporting rate: reports in a hundred of what happened", .. years.Select((year, i) => Rate(year, received[i], w.Monitor, w.Incidence, figures))],
                    ]),
                ]);
            return content with
            {
                Introduction =
                [
                    .. content.Introduction,
                    watched.Length == 0
                        ? "How much hate crime happens is not measured here, so that no reporting rate can be told."
                        : "The reporting rate is contextual: it can rise because more is reported or because less happens, and neither way is better by itself. Both are shown apart.",
                ],
                Figures = [.. content.Figures, .. figures],
                Parts = [.. content.Parts, table],
            };
        }

        private Incidence Of(Guid measure) => _measures.TryGetValue(measure, out var known) ? known : _measures[measure] = new();

        private Cell Reports(FinancialYear year, PublishedReports? received, List<Figure> figures)
        {
            if (received is null) return "Not published";
            if (received.Count is not { } count) return KeptBack;
            var figure = Figure.Of(
                $"{before.Key}.reports.{year}", $"Hate-crime reports, {year}", "Hate-crime reports by the last TablePublished of cases of the year that shows them, after disclosure control.", $"{count}", [received.Position]);
            figures.Add(figure);
            return figure;
        }

        private Cell Happened(FinancialYear year, Latest<MonitorSetUp> monitor, Incidence incidence, List<Figure> figures)
        {
            var outturn = incidence.In(year).Outturn;
            var figure = Figure.Of(
                $"{before.Key}.happened.{year}.{incidence.Subject}", $"{incidence.Subject}, {year}", "What ObservationsReported, ObservationsRevised and ObservationsCorrected say last of the year, or of its parts together.",
                outturn.Value is { } value ? MeasureProgress.Round(value) : "No figure", [.. monitor.Positions, .. incidence.DefinedBy, .. outturn.Positions],
                outturn.Value is null ? Printed.Searched(scope, $"The figures of {incidence.Subject}", $"figures that end in {year}") : null);
            figures.Add(figure);
            return figure;
        }

        private Cell Rate(FinancialYear year, PublishedReports? received, Latest<MonitorSetUp> monitor, Incidence incidence, List<Figure> figures)
        {
            if (received is { Count: null }) return KeptBack;
            // The reports are of a whole year, and so must be what happened.
            if (received is null || incidence.In(year) is not { Whole: true, Outturn: { Value: > 0 } outturn }) return "Not known";
            var figure = Figure.Of(
                $"{before.Key}.reporting-rate.{year}.{incidence.Subject}", $"Reporting rate of hate crime by {incidence.Subject}, {year}", "Published hate-crime reports to what happened in the year, per cent.",
                MeasureProgress.Round(decimal.Round(received.Count.Value / outturn.Value.Value * 100, 1)), [received.Position, .. monitor.Positions, .. incidence.DefinedBy, .. outturn.Positions]);
            figures.Add(figure);
            return figure;
        }

        private static Cell KeptBack => new("Kept back", null, "suppressed");
    }

    /// <summary>The measure of how much happened, as its events say.</summary>
    private sealed class Incidence
    {
        public Latest<MeasureDefined> Defined { get; } = new();
        public Latest<MeasureRedefined> Redefined { get; } = new();
        public FiguresOnRecord Figures { get; } = new();

        public string Subject => Defined.Value.Key ?? Defined.Value.Measure.ToString();
        public MeasureDefinition Definition => Redefined.Any ? Redefined.Value.Definition : Defined.Value.Definition;
        public IEnumerable<long> DefinedBy => [.. Defined.Positions, .. Redefined.Positions];

        public MeasureProgress In(FinancialYear year)
        {
            var series = Redefined.Any ? Redefined.Value.Series : 1;
            return MeasureProgress.Of(Definition, null, [], Figures.All.Where(f => f.Series == series && f.Cell.Length == 0).Select(f => f.Measured).OrderBy(f => f.Period), year, partForYear: true);
        }
    }
}
