using Equalities.Objectives.V1;
using EqualitiesPlatform.Ledger.Replay;
using Google.Protobuf.Collections;
using Grpc.Core;
using Shown = Equalities.Objectives.V1;

namespace EqualitiesPlatform.Objectives;

internal sealed class MeasureEndpoint(Intake intake, Reporting reporting, FigureReader figures, Positions positions) : MeasureService.MeasureServiceBase
{
    public override Task<DefineMeasureResponse> DefineMeasure(DefineMeasureRequest r, ServerCallContext context) =>
        intake.Write<DefineMeasureResponse>(context, r, f => new DefineMeasure(
            f.Id<MeasureId>(r.MeasureId), ObjectiveEndpoint.KeyOf(r.MeasureId), f.OptionalId<ObjectiveId>(r.ObjectiveId),
            Definition(f, r.Title, r.Meaning, r.Unit, r.Numerator, r.Denominator, r.Per, r.Polarity, r.Frequency, r.YearEnd, r.Source, r.Owner, r.Breakdown, r.PartsOverlap),
            f.OptionalPartner(r.ReporterId), f.OptionalText(r.Provenance), f.References(r.Serves)));

    public override Task<RedefineMeasureResponse> RedefineMeasure(RedefineMeasureRequest r, ServerCallContext context) =>
        intake.Write<RedefineMeasureResponse>(context, r, f => new RedefineMeasure(
            f.Id<MeasureId>(r.MeasureId),
            Definition(f, r.Title, r.Meaning, r.Unit, r.Numerator, r.Denominator, r.Per, r.Polarity, r.Frequency, r.YearEnd, r.Source, r.Owner, r.Breakdown, r.PartsOverlap),
            f.Text(r.Reason), f.Day(r.EffectiveOn)));

    public override Task<SetBaselineResponse> SetBaseline(SetBaselineRequest r, ServerCallContext context) =>
        intake.Write<SetBaselineResponse>(context, r, f => new SetBaseline(f.Id<MeasureId>(r.MeasureId), f.Measured(r.Period), f.Number(r.Value)));

    public override Task<SetTargetResponse> SetTarget(SetTargetRequest r, ServerCallContext context) =>
        intake.Write<SetTargetResponse>(context, r, f => new SetTarget(f.Id<MeasureId>(r.MeasureId), f.Measured(r.Period), f.Number(r.Value), f.OptionalText(r.Reason)));

    public override Task<SetRagRuleResponse> SetRagRule(SetRagRuleRequest r, ServerCallContext context) =>
        intake.Write<SetRagRuleResponse>(context, r, f => new SetRagRule(f.Id<MeasureId>(r.MeasureId), new RagRule(f.Number(r.GreenWithin), f.Number(r.AmberWithin))));

    public override Task<NoteQualityResponse> NoteQuality(NoteQualityRequest r, ServerCallContext context) =>
        intake.Write<NoteQualityResponse>(context, r, f => new NoteQuality(f.Id<MeasureId>(r.MeasureId), f.Text(r.Note)));

    public override Task<CiteGroupsResponse> CiteGroups(CiteGroupsRequest r, ServerCallContext context) =>
        intake.Write<CiteGroupsResponse>(context, r, f => new CiteGroups(f.Id<MeasureId>(r.MeasureId), f.Key(r.Breakdown), f.Year(r.Year), f.Text(r.PublishedAt, 500)));

    public override Task<HandMeasureResponse> HandMeasure(HandMeasureRequest r, ServerCallContext context) =>
        intake.Write<HandMeasureResponse>(context, r, f => new HandMeasure(f.Id<MeasureId>(r.MeasureId), f.Text(r.Owner, 200), f.OptionalPartner(r.ReporterId), f.Day(r.EffectiveOn)));

    public override Task<CloseMeasureResponse> CloseMeasure(CloseMeasureRequest r, ServerCallContext context) =>
        intake.Write<CloseMeasureResponse>(context, r, f => new CloseMeasure(f.Id<MeasureId>(r.MeasureId), f.Text(r.Reason)));

    public override async Task<GetMeasureResponse> GetMeasure(GetMeasureRequest r, ServerCallContext context)
    {
        var id = intake.Read(f => f.Id<MeasureId>(r.MeasureId));
        return new() { Measure = Showing(await intake.Get<MeasureRegister>(context, StreamKey.Of(MeasureId.Kind, id.Value), "measure")) };
    }

    public override async Task<GetProgressResponse> GetProgress(GetProgressRequest r, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var year = intake.Read(f => f.Year(r.Year));
        var measure = (await reporting.Measure(context, r.MeasureId)).Register;
        var position = await positions.Known(r.KnownAt, "known_at", ct);
        var whole = new List<MeasuredFigure>();
        foreach (var sheet in (await figures.Sheets(measure.Measure, position, ct)).Where(s => s.Series == measure.Series && s.Number == 0))
            whole.AddRange((await figures.Read(sheet, position, ct)).All.Where(f => f.Cell == Cells.Whole).Select(f => f.Measured));
        var progress = MeasureProgress.Of(measure.Definition, measure.Rule, measure.Targets, whole, year);
        return new()
        {
            Progress = new()
            {
                MeasureId = measure.Measure.ToString(),
                Year = year.ToString(),
                Outturn = progress.Outturn.Value.Shown(),
                OutturnIs = progress.Outturn.How,
                Whole = progress.Whole,
                Baseline = measure.Baseline is { } baseline ? $"{baseline.Value.Shown()} in {baseline.Period}" : "",
                Target = progress.Target.Shown(),
                Rag = Enum.Parse<Shown.Rag>(progress.Rag.ToString()),
                RagSays = progress.RagSays,
                Direction = Enum.Parse<Shown.Direction>(progress.Direction.ToString()),
                DirectionSays = progress.DirectionSays,
                Forecast = progress.Forecast.Value.Shown(),
                ForecastMethod = progress.Forecast.How,
                Position = position,
            },
        };
    }

    public override async Task<ListMeasuresResponse> ListMeasures(ListMeasuresRequest r, ServerCallContext context)
    {
        var page = await intake.List<MeasureRegister>(context, r);
        return new() { Measures = { page.Items.Select(Showing) }, NextPageToken = page.NextPageToken };
    }

    private static MeasureDefinition Definition(
        WriteFields f, string title, string meaning, string unit, string numerator, string denominator, string per, Shown.Polarity polarity, Shown.Frequency frequency,
        Shown.YearEnd yearEnd, string source, string owner, RepeatedField<string> breakdown, bool partsOverlap)
    {
        var rate = numerator.Length > 0 || denominator.Length > 0;
        var most = f.OptionalNumber(per) ?? 1;
        if (most <= 0) f.Violate("per", "What a rate is per is more than 0, such as 100 or 1000.");
        if (breakdown.Distinct().Count() < breakdown.Count) f.Violate("breakdown", "Name each classification once.");
        return new MeasureDefinition(
            f.Text(title, 200), f.Text(meaning), f.Text(unit, 60), f.OptionalText(numerator), f.OptionalText(denominator), most, f.Word<Polarity>(polarity),
            f.Word<Frequency>(frequency), f.Word<YearEnd>(yearEnd), f.Text(source), f.Text(owner, 200), [.. f.Keys(breakdown).Order(StringComparer.Ordinal)], !partsOverlap && !rate);
    }

    private static Shown.Measure Showing(MeasureRegister m) => new()
    {
        MeasureId = m.Measure.ToString(),
        Key = m.Key ?? "",
        Title = m.Title,
        ObjectiveId = m.Objective?.ToString() ?? "",
        Series = m.Series,
        SeriesSince = m.SeriesSince.Shown(),
        Meaning = m.Definition.Meaning,
        Unit = m.Definition.Unit,
        Numerator = m.Definition.Numerator ?? "",
        Denominator = m.Definition.Denominator ?? "",
        Per = m.Definition.Per.Shown(),
        Polarity = Enum.Parse<Shown.Polarity>(m.Polarity.ToString()),
        Frequency = Enum.Parse<Shown.Frequency>(m.Frequency.ToString()),
        YearEnd = Enum.Parse<Shown.YearEnd>(m.Definition.YearEnd.ToString()),
        Source = m.Definition.Source,
        Owner = m.Owner,
        ReporterId = m.Reporter?.ToString() ?? "",
        Breakdowns = { m.Definition.Breakdowns },
        PartsMakeTotal = m.Definition.PartsMakeTotal,
        Provenance = m.Provenance ?? "",
        Serves = { m.Serves },
        Baseline = m.Baseline is { } baseline ? Showing(baseline) : null,
        Targets = { m.Targets.Select(Showing) },
        RagRule = m.Rule is { } rule ? new Shown.RagRule { GreenWithin = rule.GreenWithin.Shown(), AmberWithin = rule.AmberWithin.Shown() } : null,
        Quality = m.Quality ?? "",
        Closed = m.Closed,
        TakenFrom =
        {
            (m.Taken ?? []).Select(t => new Shown.FigureSource
            {
                DatasetId = t.Figures.Source.Dataset.ToString(), DatasetVersion = t.Figures.Source.Version, Sha256 = t.Figures.Source.Sha256, Release = t.Figures.Release ?? "",
                OrganisationId = t.Figures.Organisation?.ToString() ?? "", On = t.On.Shown(),
            }),
        },
        Version = m.Version,
    };

    private static Shown.PeriodValue Showing(PeriodValue value) => new() { Period = value.Period.ToString(), Value = value.Value.Shown() };
}
