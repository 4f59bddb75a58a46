using Equalities.Objectives.V1;
using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Ledger.Replay;
using Grpc.Core;
using Shown = Equalities.Objectives.V1;

namespace EqualitiesPlatform.Objectives;

internal sealed class MonitorEndpoint(Intake intake, Reporting reporting, FigureReader figures, EventReader reader, Positions positions) : MonitorService.MonitorServiceBase
{
    public override async Task<SetUpMonitorResponse> SetUpMonitor(SetUpMonitorRequest r, ServerCallContext context)
    {
        // Of a measure that there is not, nothing could be shown.
        foreach (var measure in new[] { r.MeasureId, r.IncidenceId }.Where(m => m.Length > 0)) await reporting.Measure(context, measure);
        return await intake.Write<SetUpMonitorResponse>(context, r, f => new SetUpMonitor(
            f.Id<MonitorId>(r.MonitorId), ObjectiveEndpoint.KeyOf(r.MonitorId),
            new MonitorTerms(
                f.Word<MonitorKind>(r.Kind), f.Text(r.Title, 200), f.Id<MeasureId>(r.MeasureId), f.OptionalKey(r.Breakdown), [.. r.Vulnerable],
                r.Since.Length == 0 ? null : f.Measured(r.Since), f.OptionalId<MeasureId>(r.IncidenceId), r.LeastCount == 0 ? null : f.Whole(r.LeastCount, 1, 1_000_000))));
    }

    public override Task<StandDownMonitorResponse> StandDownMonitor(StandDownMonitorRequest r, ServerCallContext context) =>
        intake.Write<StandDownMonitorResponse>(context, r, f => new StandDownMonitor(f.Id<MonitorId>(r.MonitorId), f.Text(r.Reason)));

    public override async Task<ReadMonitorResponse> ReadMonitor(ReadMonitorRequest r, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var (id, asked) = intake.Read(f => (f.Id<MonitorId>(r.MonitorId), r.Period.Length == 0 ? (MeasuredPeriod?)null : f.Measured(r.Period)));
        var position = await positions.Known(r.KnownAt, "known_at", ct);
        var monitor = await intake.Get<MonitorRegister>(context, StreamKey.Of(MonitorId.Kind, id.Value), "monitor");
        var terms = monitor.Terms;
        var measure = await reporting.Measure(context, terms.Measure.ToString());
        var known = await Known(measure, position, ct);
        var period = asked ?? (known.Keys.Select(k => k.Period).DefaultIfEmpty().Max() is var last && last != default ? last : null);
        var reading = terms.Kind switch
        {
            MonitorKind.DisproportionateImpact => MonitorReadings.DisproportionateImpact(
                terms, measure.Register.Definition.Per, Groups(known, period, terms.Breakdown!, whole: false), measure.Breakdown(terms.Breakdown!)?.Within ?? new Dictionary<string, string?>()),
            MonitorKind.DownturnImpact => MonitorReadings.DownturnImpact(
                terms, measure.Register.Polarity, period, Groups(known, period, terms.Breakdown!, whole: true), Groups(known, terms.Since, terms.Breakdown!, whole: true)),
            _ => await Reporting(context, terms, known, period, position),
        };
        return new ReadMonitorResponse
        {
            Title = terms.Title,
            Kind = Enum.Parse<Shown.MonitorKind>(terms.Kind.ToString()),
            Period = period?.ToString() ?? "",
            Method = reading.Method,
            Position = position,
            Rows =
            {
                reading.Rows.Select(row => new Shown.MonitorRow
                {
                    Group = terms.Breakdown is { } breakdown ? measure.Breakdown(breakdown)?.LabelOf(row.Group) ?? row.Group : row.Group,
                    Value = row.Value.Shown(), Beside = row.Beside.Shown(), Ratio = row.Ratio.Shown(), Low = row.Low.Shown(), High = row.High.Shown(),
                    Flagged = row.Flagged, Suffices = row.Suffices, Says = row.Says,
                }),
            },
        };
    }

    public override async Task<ListMonitorsResponse> ListMonitors(ListMonitorsRequest r, ServerCallContext context)
    {
        var page = await intake.List<MonitorRegister>(context, r);
        return new()
        {
            Monitors =
            {
                page.Items.Select(m => new Shown.Monitor
                {
                    MonitorId = m.Monitor.ToString(), Key = m.Key ?? "", Kind = Enum.Parse<Shown.MonitorKind>(m.Kind.ToString()), Title = m.Title, MeasureId = m.Measure.ToString(),
                    Breakdown = m.Terms.Breakdown ?? "", Vulnerable = { m.Terms.Vulnerable }, Since = m.Terms.Since?.ToString() ?? "", IncidenceId = m.Terms.Incidence?.ToString() ?? "",
                    LeastCount = m.Terms.LeastCount ?? 0, Down = m.Down, Version = m.Version,
                }),
            },
            NextPageToken = page.NextPageToken,
        };
    }

    private async Task<MonitorReading> Reporting(ServerCallContext context, MonitorTerms terms, IReadOnlyDictionary<(MeasuredPeriod Period, string Cell), MeasuredFigure> known, MeasuredPeriod? period, long position)
    {
        var happened = await Known(await reporting.Measure(context, terms.Incidence!.Value.ToString()), position, context.CancellationToken);
        MeasuredFigure? At(IReadOnlyDictionary<(MeasuredPeriod, string), MeasuredFigure> from, MeasuredPeriod? at) => at is { } p ? from.GetValueOrDefault((p, Cells.Whole)) : null;
        return MonitorReadings.HateCrimeReporting(
            At(known, period), At(happened, period), At(known, period?.YearBefore), At(happened, period?.YearBefore), await Received(period, position, context.CancellationToken));
    }

    /// <summary>What the published counts of cases tell of a financial year; null for any other period.</summary>
    private async Task<PublishedReports?> Received(MeasuredPeriod? period, long position, CancellationToken ct)
    {
        if (!FinancialYear.TryParse(period?.ToString(), null, out var year)) return null;
        var published = new List<(TablePublished, long)>();
        await foreach (var e in reader.Read(new EventRange(ToPosition: position, Kinds: [StatisticId.Kind]), ct))
            if (e.Event is TablePublished said) published.Add((said, e.Position));
        return PublishedReports.Of(year, published);
    }

    private async Task<IReadOnlyDictionary<(MeasuredPeriod Period, string Cell), MeasuredFigure>> Known(MeasureTerms measure, long position, CancellationToken ct)
    {
        var known = new Dictionary<(MeasuredPeriod, string), MeasuredFigure>();
        foreach (var sheet in (await figures.Sheets(measure.Id, position, ct)).Where(s => s.Series == measure.Register.Series && s.Number == 0))
            foreach (var f in (await figures.Read(sheet, position, ct)).All) known[(f.Period, f.Cell)] = f.Measured;
        return known;
    }

    /// <summary>The figures of a period by category, and the whole beside them when it is asked for.</summary>
    private static Dictionary<string, MeasuredFigure> Groups(
        IReadOnlyDictionary<(MeasuredPeriod Period, string Cell), MeasuredFigure> known, MeasuredPeriod? period, string breakdown, bool whole) =>
        known.Where(k => k.Key.Period == period).Select(k => (Parts: Cells.Parts(k.Key.Cell), k.Value))
            .Where(k => (whole && k.Parts.Count == 0) || (k.Parts is [var part] && part.Breakdown == breakdown))
            .ToDictionary(k => k.Parts.Count == 0 ? Cells.Whole : k.Parts[0].Category, k => k.Value);
}
