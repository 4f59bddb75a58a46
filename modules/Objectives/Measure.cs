namespace EqualitiesPlatform.Objectives;

// A measure under the Objective (Policy, "Difference"; Report 6.1): what is counted, how, by whom and against what. A
// definition begins a series; changing it begins the next one, and figures of two series are never compared without
// saying so. What was observed is on sheets of its own (ObservationSheet.cs), so that this history stays short.

/// <summary>A command about a measure.</summary>
public interface IMeasureCommand : ICommand
{
    /// <summary>The measure.</summary>
    MeasureId Measure { get; }

    string ICommand.Stream => StreamKey.Of(MeasureId.Kind, Measure.Value);
}

/// <summary>Define the measure: its first series.</summary>
/// <param name="Reporter">The partner that reports it; null for the council.</param>
/// <param name="Provenance">What people said they valued, where the measure comes from.</param>
[GenerateSerializer, Immutable]
public sealed record DefineMeasure(
    MeasureId Measure, string? Key, ObjectiveId? Objective, MeasureDefinition Definition, PartnerId? Reporter, string? Provenance, IReadOnlyList<string> Serves) : IMeasureCommand;

/// <summary>Change the definition: a new series begins.</summary>
[GenerateSerializer, Immutable]
public sealed record RedefineMeasure(MeasureId Measure, MeasureDefinition Definition, string Reason, DateOnly EffectiveOn) : IMeasureCommand;

/// <summary>Say what the figures are measured from.</summary>
[GenerateSerializer, Immutable]
public sealed record SetBaseline(MeasureId Measure, MeasuredPeriod Period, decimal Value) : IMeasureCommand;

/// <summary>Say what is aimed at in a period; a target that is moved needs a reason.</summary>
[GenerateSerializer, Immutable]
public sealed record SetTarget(MeasureId Measure, MeasuredPeriod Period, decimal Value, string? Reason) : IMeasureCommand;

/// <summary>Say by which rule it is red, amber or green.</summary>
[GenerateSerializer, Immutable]
public sealed record SetRagRule(MeasureId Measure, RagRule Rule) : IMeasureCommand;

/// <summary>Note how good the figures are.</summary>
[GenerateSerializer, Immutable]
public sealed record NoteQuality(MeasureId Measure, string Note) : IMeasureCommand;

/// <summary>
/// Say where the source has published a year's figures by a breakdown, so that reports may print them; for percentages and
/// rates without their two numbers, which can't be counted and protected here.
/// </summary>
[GenerateSerializer, Immutable]
public sealed record CiteGroups(MeasureId Measure, string Breakdown, FinancialYear Year, string PublishedAt) : IMeasureCommand;

/// <summary>Note from which shared dataset figures were taken; sent by an import that was given the very file of that version.</summary>
/// <param name="Organisation">Who took them; null for the council.</param>
[GenerateSerializer, Immutable]
public sealed record TakeFigures(MeasureId Measure, DatasetSource Source, string? Release, PartnerId? Organisation) : IMeasureCommand;

/// <summary>Let another office own it, or another organisation report it, from a day on.</summary>
[GenerateSerializer, Immutable]
public sealed record HandMeasure(MeasureId Measure, string Owner, PartnerId? Reporter, DateOnly EffectiveOn) : IMeasureCommand;

/// <summary>Close it: nothing more is reported on it.</summary>
[GenerateSerializer, Immutable]
public sealed record CloseMeasure(MeasureId Measure, string Reason) : IMeasureCommand;

/// <summary>What a measure measures.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Meaning">What is counted, and what is not.</param>
/// <param name="Unit">The unit, such as "per cent" or "reports".</param>
/// <param name="Numerator">What is counted above the line, for a rate.</param>
/// <param name="Denominator">What is counted below it.</param>
/// <param name="Per">What a rate is per: 1, 100 for per cent, 1000 for per thousand.</param>
/// <param name="Polarity">Which way is good.</param>
/// <param name="Frequency">How often it is reported.</param>
/// <param name="YearEnd">How a year's figure follows from those of its parts.</param>
/// <param name="Source">Where the figures come from.</param>
/// <param name="Owner">The office that answers for it.</param>
/// <param name="Breakdowns">The keys of the classifications by which it is broken down.</param>
/// <param name="PartsMakeTotal">Whether the figures of a classification's categories add up to the whole.</param>
[GenerateSerializer, Immutable]
public sealed record MeasureDefinition(
    string Title, string Meaning, string Unit, string? Numerator, string? Denominator, decimal Per, Polarity Polarity, Frequency Frequency, YearEnd YearEnd,
    string Source, string Owner, IReadOnlyList<string> Breakdowns, bool PartsMakeTotal)
{
    /// <summary>Whether it is a rate of a numerator to a denominator.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsRate => Denominator is not null;

    /// <summary>Whether its figures are shares or rates, and no counts of people or things.</summary>
    internal bool IsShare => IsRate || Unit.Contains('%', StringComparison.Ordinal) || Unit.StartsWith("per ", StringComparison.OrdinalIgnoreCase) || Unit.StartsWith("percent", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether this says the same as another.</summary>
    internal bool Says(MeasureDefinition other) => other with { Breakdowns = Breakdowns } == this && other.Breakdowns.SequenceEqual(Breakdowns);
}

/// <summary>Which way is good.</summary>
public enum Polarity
{
    /// <summary>More is better.</summary>
    HigherIsBetter = 1,
    /// <summary>Less is better.</summary>
    LowerIsBetter,
    /// <summary>Neither by itself: more reported hate crime can be good news.</summary>
    Contextual,
}

/// <summary>How often a measure is reported.</summary>
public enum Frequency
{
    /// <summary>Every month.</summary>
    Monthly = 1,
    /// <summary>Every quarter.</summary>
    Quarterly,
    /// <summary>Every half year.</summary>
    HalfYearly,
    /// <summary>Every year.</summary>
    Yearly,
    /// <summary>Less often, or when it is published.</summary>
    Occasional,
}

/// <summary>How a year's figure follows from those of its parts.</summary>
public enum YearEnd
{
    /// <summary>They add up.</summary>
    Sum = 1,
    /// <summary>Their mean.</summary>
    Mean,
    /// <summary>The last one stands for the year.</summary>
    Last,
}

/// <summary>
/// The rule by which a figure is red, amber or green: how far, in per cent of the target, it may lie on the wrong side of
/// it and still be green, or amber.
/// </summary>
/// <param name="GreenWithin">Green to this many per cent short of the target; 0 when it has to be met.</param>
/// <param name="AmberWithin">Amber to this many; red beyond.</param>
[GenerateSerializer, Immutable]
public sealed record RagRule(decimal GreenWithin, decimal AmberWithin);

/// <summary>The measure was defined; its first series begins.</summary>
[RecordedBy<Measure>("objectives.measure-defined.v1")]
public sealed record MeasureDefined(
    MeasureId Measure, string? Key, ObjectiveId? Objective, MeasureDefinition Definition, PartnerId? Reporter, [property: Statement] string? Provenance, IReadOnlyList<string> Serves);

/// <summary>Its definition changed; a new series begins, and comparisons across the two are marked.</summary>
[RecordedBy<Measure>("objectives.measure-redefined.v1")]
public sealed record MeasureRedefined(int Series, MeasureDefinition Definition, [property: Statement] string Reason, DateOnly EffectiveOn) : IEffective;

/// <summary>This is what the figures of a series are measured from.</summary>
[RecordedBy<Measure>("objectives.baseline-set.v1")]
public sealed record BaselineSet(int Series, MeasuredPeriod Period, decimal Value);

/// <summary>This is aimed at in a period.</summary>
/// <param name="Was">What was aimed at before, if anything.</param>
[RecordedBy<Measure>("objectives.target-set.v1")]
public sealed record TargetSet(int Series, MeasuredPeriod Period, decimal Value, decimal? Was, [property: Statement] string? Reason);

/// <summary>By this rule it is red, amber or green.</summary>
[RecordedBy<Measure>("objectives.rag-rule-set.v1")]
public sealed record RagRuleSet(RagRule Rule);

/// <summary>This was noted about how good its figures are.</summary>
[RecordedBy<Measure>("objectives.quality-noted.v1")]
public sealed record QualityNoted([property: Statement] string Note);

/// <summary>The source has published a year's figures by a breakdown; reports may print them as they are.</summary>
/// <param name="PublishedAt">Where.</param>
[RecordedBy<Measure>("objectives.groups-cited.v1")]
public sealed record GroupsCited(string Breakdown, FinancialYear Year, string PublishedAt);

/// <summary>Figures were taken from the file of a version of a shared dataset.</summary>
/// <param name="Release">The release that the file was the whole of, if it was one.</param>
/// <param name="Organisation">Who took them; null for the council.</param>
[RecordedBy<Measure>("objectives.figures-taken.v1")]
public sealed record FiguresTaken(DatasetSource Source, string? Release, PartnerId? Organisation);

/// <summary>Another office owns it, or another organisation reports it, from a day on.</summary>
/// <param name="Reporter">The partner that reports it; null for the council.</param>
[RecordedBy<Measure>("objectives.measure-handed.v1")]
public sealed record MeasureHanded(string Owner, PartnerId? Reporter, DateOnly EffectiveOn) : IEffective;

/// <summary>Nothing more is reported on it.</summary>
[RecordedBy<Measure>("objectives.measure-closed.v1")]
public sealed record MeasureClosed([property: Statement] string Reason);

/// <summary>What deciding about a measure needs to know.</summary>
internal sealed record Measure(
    int Series, MeasureDefinition? Definition, string Owner, PartnerId? Reporter, (MeasuredPeriod Period, decimal Value)? Baseline,
    IReadOnlyDictionary<MeasuredPeriod, decimal> Targets, RagRule? Rule, string? Quality, bool Closed,
    IReadOnlyList<GroupsCited> Cited, IReadOnlyList<FiguresTaken> Taken) : IAggregate<Measure>
{
    private static readonly IReadOnlyDictionary<MeasuredPeriod, decimal> NoTargets = new Dictionary<MeasuredPeriod, decimal>();

    public static string Kind => MeasureId.Kind;

    public static Measure Unborn { get; } = new(0, null, "", null, null, NoTargets, null, null, false, [], []);

    /// <summary>What a measure is, is the council's to say, also when a partner reports it.</summary>
    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(Measure state, ICommand command, Occasion occasion) => command switch
    {
        DefineMeasure c when state.Definition is null => Unsound(c.Definition) ?? Decision.Take(
            new MeasureDefined(c.Measure, c.Key, c.Objective, c.Definition, c.Reporter, c.Provenance, c.Serves)),
        DefineMeasure c => state.Series == 1 && c.Definition.Says(state.Definition!)
            ? Decision.AlreadySo
            : Decision.Refuse("MEASURE_DEFINED", "This measure is defined already; redefine it, with a reason, and a new series begins."),
        _ when state.Definition is null => Decision.Refuse("MEASURE_UNKNOWN", "There is no such measure; define it first."),
        _ when state.Closed => command is CloseMeasure ? Decision.AlreadySo : Decision.Refuse("MEASURE_CLOSED", "This measure is closed, and nothing about it changes any more."),
        RedefineMeasure c when c.Definition.Says(state.Definition) => Decision.AlreadySo,
        RedefineMeasure c => Unsound(c.Definition) ?? Decision.Take(new MeasureRedefined(state.Series + 1, c.Definition, c.Reason, c.EffectiveOn)),
        SetBaseline c => state.Baseline == (c.Period, c.Value) ? Decision.AlreadySo : Decision.Take(new BaselineSet(state.Series, c.Period, c.Value)),
        SetTarget c => Aimed(state, c),
        SetRagRule { Rule: var rule } => rule == state.Rule ? Decision.AlreadySo
            : state.Definition.Polarity is Polarity.Contextual ? Decision.Refuse("NOT_RATED", "Neither way is good by itself for this measure, so it has no red, amber or green.")
            : rule.GreenWithin < 0 || rule.AmberWithin < rule.GreenWithin ? Decision.Refuse("RULE_UPSIDE_DOWN", "Green should be within 0 per cent of the target or more, and amber within no less than green.")
            : Decision.Take(new RagRuleSet(rule)),
        NoteQuality c => c.Note == state.Quality ? Decision.AlreadySo : Decision.Take(new QualityNoted(c.Note)),
        CiteGroups c => Cite(state, c),
        TakeFigures c => new FiguresTaken(c.Source, c.Release, c.Organisation) is var taken && state.Taken.Contains(taken) ? Decision.AlreadySo : Decision.Take(taken),
        HandMeasure c => c.Owner == state.Owner && c.Reporter == state.Reporter ? Decision.AlreadySo : Decision.Take(new MeasureHanded(c.Owner, c.Reporter, c.EffectiveOn)),
        CloseMeasure c => Decision.Take(new MeasureClosed(c.Reason)),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A measure does not know this command."),
    };

    public static Measure Evolve(Measure state, object @event) => @event switch
    {
        MeasureDefined e => state with { Series = 1, Definition = e.Definition, Owner = e.Definition.Owner, Reporter = e.Reporter },
        // Another series is measured from its own baseline and against its own targets.
        MeasureRedefined e => state with { Series = e.Series, Definition = e.Definition, Owner = e.Definition.Owner, Baseline = null, Targets = NoTargets },
        BaselineSet e => state with { Baseline = (e.Period, e.Value) },
        TargetSet e => state with { Targets = new Dictionary<MeasuredPeriod, decimal>(state.Targets) { [e.Period] = e.Value } },
        RagRuleSet e => state with { Rule = e.Rule },
        QualityNoted e => state with { Quality = e.Note },
        GroupsCited e => state with { Cited = [.. state.Cited.Where(c => (c.Breakdown, c.Year) != (e.Breakdown, e.Year)), e] },
        FiguresTaken e => state with { Taken = [.. state.Taken, e] },
        MeasureHanded e => state with { Owner = e.Owner, Reporter = e.Reporter },
        MeasureClosed => state with { Closed = true },
        _ => state,
    };

    private static Decision Aimed(Measure state, SetTarget command)
    {
        decimal? was = state.Targets.TryGetValue(command.Period, out var target) ? target : null;
        if (was == command.Value) return Decision.AlreadySo;
        return was is { } moved && command.Reason is null
            ? Decision.Refuse("TARGET_NEEDS_REASON", $"The target for {command.Period} is {moved} already; moving it needs a reason.")
            : Decision.Take(new TargetSet(state.Series, command.Period, command.Value, was, command.Reason));
    }

    private static Decision Cite(Measure state, CiteGroups command)
    {
        var cited = new GroupsCited(command.Breakdown, command.Year, command.PublishedAt);
        return !state.Definition!.Breakdowns.Contains(command.Breakdown) ? Decision.Refuse("BREAKDOWN_UNKNOWN", $"This measure is not broken down by {command.Breakdown}; redefine it first.")
            : !state.Definition.IsShare ? Decision.Refuse("COUNTS_ARE_PROTECTED", "Its figures are counts: publish them with measures publish, which protects the small ones. Only percentages and rates are printed as their source published them.")
            : state.Cited.Contains(cited) ? Decision.AlreadySo
            : Decision.Take(cited);
    }

    private static Decision? Unsound(MeasureDefinition definition) =>
        definition.Numerator is null != definition.Denominator is null ? Decision.Refuse("HALF_A_RATE", "A rate has a numerator and a denominator; say both, or neither.")
        : definition.IsRate && definition.YearEnd is YearEnd.Sum ? Decision.Refuse("RATES_DO_NOT_ADD", "The rates of a year's parts do not add up to the year's; say mean or last.")
        : definition.IsRate && definition.PartsMakeTotal ? Decision.Refuse("RATES_DO_NOT_ADD", "The rates of groups do not add up to the whole's; only counts do.")
        : null;
}
