namespace EqualitiesPlatform.Objectives;

/// <summary>A measure as it stands.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Series">The series that figures are reported to, from 1.</param>
/// <param name="SeriesSince">The day from which its definition holds.</param>
/// <param name="Reporter">The partner that reports it; null for the council.</param>
/// <param name="Targets">What is aimed at, by period, for the series.</param>
/// <param name="Taken">The shared datasets from which figures were taken; none when there are none.</param>
public sealed record MeasureRegister(
    string Id, long Version, MeasureId Measure, string? Key, ObjectiveId? Objective, string Title, MeasureDefinition Definition, int Series, DateOnly SeriesSince,
    string Owner, PartnerId? Reporter, Polarity Polarity, Frequency Frequency, string? Provenance, IReadOnlyList<string> Serves, PeriodValue? Baseline,
    IReadOnlyList<PeriodValue> Targets, RagRule? Rule, string? Quality, bool Closed, IReadOnlyList<TakenOnRecord>? Taken = null) : IRegister<MeasureRegister>
{
    /// <inheritdoc/>
    public static string Kind => MeasureId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => Reporter is { } reporter ? [reporter] : [];

    /// <inheritdoc/>
    public static MeasureRegister? Fold(MeasureRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            MeasureDefined e => new MeasureRegister(
                recorded.Stream, 0, e.Measure, e.Key, e.Objective, e.Definition.Title, e.Definition, 1, recorded.RecordedOn, e.Definition.Owner, e.Reporter,
                e.Definition.Polarity, e.Definition.Frequency, e.Provenance, e.Serves, null, [], null, null, false),
            MeasureRedefined e => document! with
            {
                Title = e.Definition.Title, Definition = e.Definition, Series = e.Series, SeriesSince = e.EffectiveOn, Owner = e.Definition.Owner,
                Polarity = e.Definition.Polarity, Frequency = e.Definition.Frequency, Baseline = null, Targets = [],
            },
            BaselineSet e => document! with { Baseline = new PeriodValue(e.Period, e.Value) },
            TargetSet e => document! with { Targets = [.. document.Targets.Where(t => t.Period != e.Period).Append(new PeriodValue(e.Period, e.Value)).OrderBy(t => t.Period)] },
            RagRuleSet e => document! with { Rule = e.Rule },
            QualityNoted e => document! with { Quality = e.Note },
            FiguresTaken e => document! with { Taken = [.. document.Taken ?? [], new TakenOnRecord(e, recorded.RecordedOn)] },
            MeasureHanded e => document! with { Owner = e.Owner, Reporter = e.Reporter },
            MeasureClosed => document! with { Closed = true },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;
}

/// <summary>Figures that were taken from a shared dataset.</summary>
public sealed record TakenOnRecord(FiguresTaken Figures, DateOnly On);

/// <summary>A value for a period.</summary>
public sealed record PeriodValue(MeasuredPeriod Period, decimal Value);
