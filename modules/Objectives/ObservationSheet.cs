using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Objectives;

// What was observed of one series of a measure in one financial year (Policy, "Partners" P3): provisional, then final,
// then revised; corrected with a reason; withdrawn. Nothing is overwritten. A figure's effective day is the last of its
// period, apart from when it was recorded. Figures crossed by several classifications lie on sheets of their own, so that
// no history grows beyond what can be read at once.

/// <summary>One sheet of a series' figures.</summary>
/// <param name="Measure">The measure.</param>
/// <param name="Series">The series, from 1.</param>
/// <param name="Year">The financial year in which the figures' periods end.</param>
/// <param name="Number">0 for the whole and what is broken down one way; else one of those for what is crossed.</param>
[GenerateSerializer, Immutable]
public sealed record SheetId(MeasureId Measure, int Series, FinancialYear Year, int Number)
{
    /// <summary>Over how many sheets crossed figures are spread.</summary>
    public const int Crossed = 16;

    /// <summary>The sheet that a figure belongs on.</summary>
    public static SheetId Of(MeasureId measure, int series, MeasuredPeriod period, string cell) => new(measure, series, period.Year, NumberOf(cell));

    /// <summary>The stream's key.</summary>
    [JsonIgnore]
    public string Stream => StreamKey.Of("observation-sheet", NameBasedId.Of(Measure.Value, string.Create(CultureInfo.InvariantCulture, $"{Series}:{Year}:{Number}")));

    // FNV-1a: a figure stays on its sheet on every machine and for ever.
    private static int NumberOf(string cell)
    {
        if (!cell.Contains(Cells.Between, StringComparison.Ordinal)) return 0;
        var hash = cell.Aggregate(2166136261u, (h, c) => unchecked((h ^ c) * 16777619u));
        return 1 + (int)(hash % Crossed);
    }
}

/// <summary>A command about the figures on a sheet.</summary>
public interface ISheetCommand : ICommand
{
    /// <summary>The sheet.</summary>
    SheetId Sheet { get; }

    string ICommand.Stream => Sheet.Stream;
}

/// <summary>Report figures: new ones, and final ones in place of provisional ones.</summary>
/// <param name="Release">The release of the data that they come from, if any.</param>
/// <param name="Reporter">Who reports the measure now: looked up, and no part of what was sent.</param>
/// <param name="Closed">Whether the measure is closed: looked up too.</param>
[GenerateSerializer, Immutable]
public sealed record ReportObservations(
    SheetId Sheet, IReadOnlyList<Observation> Figures, string? Release, [property: JsonIgnore] PartnerId? Reporter, [property: JsonIgnore] bool Closed = false) : ISheetCommand, IOpens
{
    PartnerId IOpens.Organisation => Reporter ?? default;
}

/// <summary>Revise figures that are known better now.</summary>
[GenerateSerializer, Immutable]
public sealed record ReviseObservations(SheetId Sheet, IReadOnlyList<Observation> Figures, string Reason, string? Release) : ISheetCommand;

/// <summary>Correct figures that were wrong when they were reported.</summary>
[GenerateSerializer, Immutable]
public sealed record CorrectObservations(SheetId Sheet, IReadOnlyList<Observation> Figures, string Reason) : ISheetCommand;

/// <summary>Withdraw figures: there are none any more for these cells.</summary>
[GenerateSerializer, Immutable]
public sealed record WithdrawObservations(SheetId Sheet, IReadOnlyList<ObservedCell> Figures, string Reason, string? Release) : ISheetCommand;

/// <summary>How firm a figure is.</summary>
public enum ObservationStatus
{
    /// <summary>It may still change.</summary>
    Provisional = 1,
    /// <summary>It is what it is.</summary>
    Final,
    /// <summary>It was final, and is known better now.</summary>
    Revised,
}

/// <summary>A figure for a period and a cell.</summary>
/// <param name="Cell">The cell, such as <c>age=16-24;sex=female</c>; empty for the whole.</param>
/// <param name="Value">In the measure's unit.</param>
/// <param name="Numerator">What was counted above the line, for a rate.</param>
/// <param name="Denominator">What was counted below it.</param>
/// <param name="Status">Provisional or final, as it is reported.</param>
[GenerateSerializer, Immutable]
public sealed record Observation(MeasuredPeriod Period, string Cell, decimal Value, decimal? Numerator, decimal? Denominator, ObservationStatus Status);

/// <summary>A figure in place of another.</summary>
/// <param name="Was">The value before.</param>
[GenerateSerializer, Immutable]
public sealed record ChangedObservation(MeasuredPeriod Period, string Cell, decimal Value, decimal? Numerator, decimal? Denominator, ObservationStatus Status, decimal Was);

/// <summary>A period and a cell.</summary>
[GenerateSerializer, Immutable]
public sealed record ObservedCell(MeasuredPeriod Period, string Cell);

/// <summary>Figures were reported where there were none.</summary>
[RecordedBy<ObservationSheet>("objectives.observations-reported.v1")]
public sealed record ObservationsReported(SheetId Sheet, PartnerId? Reporter, string? Release, IReadOnlyList<Observation> Figures, DateOnly EffectiveOn) : IEffective;

/// <summary>Provisional figures are final, as they were.</summary>
[RecordedBy<ObservationSheet>("objectives.observations-made-final.v1")]
public sealed record ObservationsMadeFinal(SheetId Sheet, string? Release, IReadOnlyList<ObservedCell> Figures, DateOnly EffectiveOn) : IEffective;

/// <summary>Figures are known better: newer provisional ones, final ones that differ from the provisional, or revised ones.</summary>
[RecordedBy<ObservationSheet>("objectives.observations-revised.v1")]
public sealed record ObservationsRevised(SheetId Sheet, string? Release, [property: Statement] string? Reason, IReadOnlyList<ChangedObservation> Figures, DateOnly EffectiveOn) : IEffective;

/// <summary>Figures were wrong and are put right.</summary>
[RecordedBy<ObservationSheet>("objectives.observations-corrected.v1")]
public sealed record ObservationsCorrected(SheetId Sheet, [property: Statement] string Reason, IReadOnlyList<ChangedObservation> Figures, DateOnly EffectiveOn) : IEffective;

/// <summary>Figures were withdrawn.</summary>
[RecordedBy<ObservationSheet>("objectives.observations-withdrawn.v1")]
public sealed record ObservationsWithdrawn(SheetId Sheet, string? Release, [property: Statement] string Reason, IReadOnlyList<ObservedCell> Figures, DateOnly EffectiveOn) : IEffective;

/// <summary>What deciding about figures needs to know: the standing ones.</summary>
internal sealed record ObservationSheet(bool Born, PartnerId? Reporter, ImmutableDictionary<(MeasuredPeriod Period, string Cell), StandingFigure> Standing) : IAggregate<ObservationSheet>
{
    public static string Kind => "observation-sheet";

    public static ObservationSheet Unborn { get; } = new(false, null, ImmutableDictionary<(MeasuredPeriod, string), StandingFigure>.Empty);

    public bool BelongsTo(PartnerId organisation) => Reporter == organisation;

    public static Decision Decide(ObservationSheet state, ICommand command, Occasion occasion) => command switch
    {
        ReportObservations { Closed: true } => Decision.Refuse("MEASURE_CLOSED", "This measure is closed, and nothing more is reported on it."),
        ReportObservations c => Reported(state, c, occasion),
        _ when !state.Born => Decision.Refuse("NOTHING_OBSERVED", "Nothing was reported here yet; report it first."),
        ReviseObservations c => Changed(state, c.Figures, occasion, corrects: false,
            (changed, day) => new ObservationsRevised(c.Sheet, c.Release, c.Reason, changed, day)),
        CorrectObservations c => Changed(state, c.Figures, occasion, corrects: true,
            (changed, day) => new ObservationsCorrected(c.Sheet, c.Reason, changed, day)),
        WithdrawObservations c => Decision.Take([.. c.Figures.Where(f => state.Standing.ContainsKey((f.Period, f.Cell)))
            .ByDay(f => f.Period, occasion, (figures, day) => new ObservationsWithdrawn(c.Sheet, c.Release, c.Reason, figures, day))]),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A sheet of figures does not know this command."),
    };

    public static ObservationSheet Evolve(ObservationSheet state, object @event) => @event switch
    {
        ObservationsReported e => state with
        {
            Born = true, Reporter = e.Reporter,
            Standing = state.Standing.SetItems(e.Figures.Select(f => KeyValuePair.Create((f.Period, f.Cell), new StandingFigure(f.Value, f.Numerator, f.Denominator, f.Status)))),
        },
        ObservationsMadeFinal e => state with
        {
            Standing = state.Standing.SetItems(e.Figures.Where(f => state.Standing.ContainsKey((f.Period, f.Cell)))
                .Select(f => KeyValuePair.Create((f.Period, f.Cell), state.Standing[(f.Period, f.Cell)] with { Status = ObservationStatus.Final }))),
        },
        ObservationsRevised e => state.With(e.Figures),
        ObservationsCorrected e => state.With(e.Figures),
        ObservationsWithdrawn e => state with { Standing = state.Standing.RemoveRange(e.Figures.Select(f => (f.Period, f.Cell))) },
        _ => state,
    };

    private ObservationSheet With(IReadOnlyList<ChangedObservation> figures) => this with
    {
        Standing = Standing.SetItems(figures.Select(f => KeyValuePair.Create((f.Period, f.Cell), new StandingFigure(f.Value, f.Numerator, f.Denominator, f.Status)))),
    };

    private static Decision Reported(ObservationSheet state, ReportObservations command, Occasion occasion)
    {
        var (added, firm, revised) = (new List<Observation>(), new List<ObservedCell>(), new List<ChangedObservation>());
        foreach (var figure in command.Figures)
        {
            if (figure.Status is not ObservationStatus.Provisional && figure.Period.Last > occasion.Today)
                return Decision.Refuse("PERIOD_NOT_OVER", $"{figure.Period} is not over, so its figure can only be provisional.");
            if (!state.Standing.TryGetValue((figure.Period, figure.Cell), out var standing)) added.Add(figure);
            else if (standing.Same(figure))
            {
                if (standing.Status is ObservationStatus.Provisional && figure.Status is ObservationStatus.Final) firm.Add(new ObservedCell(figure.Period, figure.Cell));
            }
            else if (standing.Status is ObservationStatus.Provisional) revised.Add(standing.To(figure, figure.Status));
            else
                return Decision.Refuse("FIGURE_FINAL", $"The figure for {figure.Period}, {Cells.Shown(figure.Cell)}, is final at {standing.Value.Shown()}; revise or correct it, with a reason.");
        }
        return Decision.Take(
        [
            .. added.ByDay(f => f.Period, occasion, (figures, day) => new ObservationsReported(command.Sheet, state.Born ? state.Reporter : command.Reporter, command.Release, figures, day)),
            .. firm.ByDay(f => f.Period, occasion, (figures, day) => new ObservationsMadeFinal(command.Sheet, command.Release, figures, day)),
            .. revised.ByDay(f => f.Period, occasion, (figures, day) => new ObservationsRevised(command.Sheet, command.Release, null, figures, day)),
        ]);
    }

    private static Decision Changed(ObservationSheet state, IReadOnlyList<Observation> figures, Occasion occasion, bool corrects, Func<IReadOnlyList<ChangedObservation>, DateOnly, object> record)
    {
        var changed = new List<ChangedObservation>();
        foreach (var figure in figures)
        {
            if (!state.Standing.TryGetValue((figure.Period, figure.Cell), out var standing))
                return Decision.Refuse("NOTHING_OBSERVED", $"There is no figure for {figure.Period}, {Cells.Shown(figure.Cell)}; report it first.");
            // A correction leaves a figure as firm as it was; a revision of a final one says so.
            var status = corrects || standing.Status is ObservationStatus.Revised ? standing.Status
                : standing.Status is ObservationStatus.Final ? ObservationStatus.Revised : figure.Status;
            if (!standing.Same(figure)) changed.Add(standing.To(figure, status));
        }
        return Decision.Take([.. changed.ByDay(f => f.Period, occasion, record)]);
    }
}

/// <summary>A figure as it stands.</summary>
internal readonly record struct StandingFigure(decimal Value, decimal? Numerator, decimal? Denominator, ObservationStatus Status)
{
    public bool Same(Observation figure) => Value == figure.Value && Numerator == figure.Numerator && Denominator == figure.Denominator;

    public ChangedObservation To(Observation figure, ObservationStatus status) =>
        new(figure.Period, figure.Cell, figure.Value, figure.Numerator, figure.Denominator, status, Value);
}

internal static class FiguresByDay
{
    /// <summary>An event for the figures of each day from which they hold: their period's last, or today when it is not over.</summary>
    public static IEnumerable<object> ByDay<T>(this IEnumerable<T> figures, Func<T, MeasuredPeriod> period, Occasion occasion, Func<IReadOnlyList<T>, DateOnly, object> record) =>
        figures.GroupBy(f => period(f).Last < occasion.Today ? period(f).Last : occasion.Today).OrderBy(g => g.Key).Select(g => record([.. g], g.Key));
}
