using Equalities.Objectives.V1;
using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Ledger.Replay;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;
using Shown = Equalities.Objectives.V1;

namespace EqualitiesPlatform.Objectives;

internal sealed class ObservationEndpoint(Intake intake, Reporting reporting, FigureReader figures, FigureTables tables, Positions positions, IPolicy policy) : ObservationService.ObservationServiceBase
{
    public override Task<ReportObservationResponse> ReportObservation(ReportObservationRequest r, ServerCallContext context) =>
        Write<ReportObservationResponse>(context, r, r.MeasureId, (f, measure) =>
        {
            var figure = Figure(f, measure, r.Period, r.Cell, r.Value, r.Numerator, r.Denominator, f.Word<ObservationStatus>(r.Status));
            if (figure.Status is ObservationStatus.Revised) f.Violate("status", "A figure is reported as provisional or final; what was final is revised.");
            f.Done();
            return new ReportObservations(measure.Sheet(figure.Period, figure.Cell), [figure], null, measure.Register.Reporter, measure.Register.Closed);
        });

    public override Task<ReviseObservationResponse> ReviseObservation(ReviseObservationRequest r, ServerCallContext context) =>
        Write<ReviseObservationResponse>(context, r, r.MeasureId, (f, measure) =>
        {
            // What is provisional stays so, and what was final is revised: the sheet knows which.
            var figure = Figure(f, measure, r.Period, r.Cell, r.Value, r.Numerator, r.Denominator, ObservationStatus.Provisional);
            var reason = f.Text(r.Reason);
            f.Done();
            return new ReviseObservations(measure.Sheet(figure.Period, figure.Cell), [figure], reason, null);
        });

    public override Task<CorrectObservationResponse> CorrectObservation(CorrectObservationRequest r, ServerCallContext context) =>
        Write<CorrectObservationResponse>(context, r, r.MeasureId, (f, measure) =>
        {
            var figure = Figure(f, measure, r.Period, r.Cell, r.Value, r.Numerator, r.Denominator, ObservationStatus.Provisional);
            var reason = f.Text(r.Reason);
            f.Done();
            return new CorrectObservations(measure.Sheet(figure.Period, figure.Cell), [figure], reason);
        });

    public override Task<WithdrawObservationResponse> WithdrawObservation(WithdrawObservationRequest r, ServerCallContext context) =>
        Write<WithdrawObservationResponse>(context, r, r.MeasureId, (f, measure) =>
        {
            var (cell, reason) = (new ObservedCell(f.Measured(r.Period), Cell(f, measure, r.Cell)), f.Text(r.Reason));
            f.Done();
            return new WithdrawObservations(measure.Sheet(cell.Period, cell.Cell), [cell], reason, null);
        });

    public override async Task<PublishFiguresResponse> PublishFigures(PublishFiguresRequest r, ServerCallContext context)
    {
        var measure = await reporting.Measure(context, r.MeasureId);
        return await intake.Write<PublishFiguresResponse>(context, r, async f =>
        {
            var (year, breakdown) = (f.Year(r.Year), f.OptionalKey(r.Breakdown) ?? (measure.Breakdowns is [var only] ? only.Key : ""));
            if (measure.Breakdown(breakdown) is null)
                f.Violate("breakdown", breakdown.Length == 0 && measure.Breakdowns.Count > 1 ? $"Say by which: {string.Join(", ", measure.Breakdowns.Select(b => b.Key))}." : measure.NoSuchBreakdown(breakdown.Length == 0 ? "anything" : breakdown));
            f.Done();
            var (table, whole, origin) = await tables.Count(measure.Id, breakdown, year, await positions.Final(context.CancellationToken), context.CancellationToken);
            return new PublishTable(f.Id<StatisticId>(table.Statistic, "r.MeasureId"), table, origin, whole);
        });
    }

    public override async Task<ListObservationsResponse> ListObservations(ListObservationsRequest r, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var measure = await reporting.Measure(context, r.MeasureId);
        var size = PageSize.Of(r.PageSize);
        var matches = ListFilter.Matching<FigureOnRecord>(r.Filter, policy.Namespace);
        var position = Math.Max(await positions.Known(r.KnownAt, "known_at", ct), r.KnownAt.Length == 0 ? r.AtLeastPosition : 0);
        var response = new ListObservationsResponse();
        FigureOnRecord? last = null;
        await foreach (var figure in figures.Read(measure.Id, position, FigurePlace.Of(measure.Id, r.PageToken), ct))
        {
            if (!matches(figure)) continue;
            if (response.Observations.Count == size)
            {
                response.NextPageToken = PageTokens.Write(FigurePlace.At(measure.Id, last!.Series, last.Period, last.Cell).ToString());
                break;
            }
            response.Observations.Add(Showing(last = figure));
        }
        return response;
    }

    private async Task<TResponse> Write<TResponse>(ServerCallContext context, IMessage request, string id, Func<WriteFields, MeasureTerms, ICommand> read)
        where TResponse : IMessage, new()
    {
        var measure = await reporting.Measure(context, id);
        return await intake.Write<TResponse>(context, request, f => read(f, measure));
    }

    private static Observation Figure(
        WriteFields f, MeasureTerms measure, string period, RepeatedField<string> cell, string value, string numerator, string denominator, ObservationStatus status)
    {
        var (over, under) = (f.OptionalNumber(numerator, "r.Numerator"), f.OptionalNumber(denominator, "r.Denominator"));
        var amount = measure.Amount(f.OptionalNumber(value, "r.Value"), over, under, f.Violate);
        return new Observation(f.Measured(period, "r.Period"), Cell(f, measure, cell), amount, over, under, status);
    }

    private static string Cell(WriteFields f, MeasureTerms measure, RepeatedField<string> cell)
    {
        var parts = new List<(string Breakdown, string Category)>();
        foreach (var (text, i) in cell.Select((t, i) => (t, i)))
        {
            var field = $"cell[{i}]";
            if (text.Split('=', 2) is not [var breakdown, var word]) f.Violate(field, $"\"{text}\" is not a breakdown and its category, such as sex=female.");
            else if (measure.Breakdown(breakdown) is not { } known) f.Violate(field, measure.NoSuchBreakdown(breakdown));
            else if (parts.Any(p => p.Breakdown == breakdown)) f.Violate(field, $"{breakdown} is there twice.");
            else if (known.CategoryOf(word) is not { } category) f.Violate(field, known.NoSuchCategory(word));
            else parts.Add((breakdown, category));
        }
        return Cells.Of(parts);
    }

    private static ObservationRow Showing(FigureOnRecord f) => new()
    {
        Period = f.Period.ToString(),
        EndsOn = f.EndsOn.Shown(),
        Cell = f.Cell,
        Value = f.Value.Shown(),
        Numerator = f.Numerator.Shown(),
        Denominator = f.Denominator.Shown(),
        Status = Enum.Parse<Shown.ObservationStatus>(f.Status.ToString()),
        Series = f.Series,
        Changes = f.Changes,
        Release = f.Release ?? "",
        RecordedOn = f.RecordedOn.Shown(),
        Position = f.Position,
    };
}
