namespace EqualitiesPlatform.Objectives;

// The Strategic Equalities Objective (Report 4.1, 6.1; Policy, "Difference"): what the council strives for under the
// Policy, in versions, with an owner and a link to the Corporate Plan. Measures hang under it and are their own.

/// <summary>A command about an objective.</summary>
public interface IObjectiveCommand : ICommand
{
    /// <summary>The objective.</summary>
    ObjectiveId Objective { get; }

    string ICommand.Stream => StreamKey.Of(ObjectiveId.Kind, Objective.Value);
}

/// <summary>State the objective, or state it anew: another wording is another version, from a day on.</summary>
/// <param name="CorporatePlan">The version of the Corporate Plan that it belongs to, such as "2013 to 2016".</param>
[GenerateSerializer, Immutable]
public sealed record StateObjective(ObjectiveId Objective, string? Key, string Statement, string Owner, string? CorporatePlan, DateOnly EffectiveOn) : IObjectiveCommand;

/// <summary>Give it to another office, from a day on.</summary>
[GenerateSerializer, Immutable]
public sealed record HandObjective(ObjectiveId Objective, string Owner, DateOnly EffectiveOn) : IObjectiveCommand;

/// <summary>Close it: it is striven for no more from a day on, and its history stays.</summary>
[GenerateSerializer, Immutable]
public sealed record CloseObjective(ObjectiveId Objective, string Reason, DateOnly EffectiveOn) : IObjectiveCommand;

/// <summary>The objective was stated in these words.</summary>
/// <param name="Number">The version, from 1.</param>
[RecordedBy<StrategicObjective>("objectives.objective-stated.v1")]
public sealed record ObjectiveStated(
    ObjectiveId Objective, string? Key, int Number, [property: Statement] string Statement, string Owner, string? CorporatePlan, DateOnly EffectiveOn) : IEffective;

/// <summary>Another office owns it from a day on.</summary>
[RecordedBy<StrategicObjective>("objectives.objective-handed.v1")]
public sealed record ObjectiveHanded(string From, string To, DateOnly EffectiveOn) : IEffective;

/// <summary>It is striven for no more from a day on.</summary>
[RecordedBy<StrategicObjective>("objectives.objective-closed.v1")]
public sealed record ObjectiveClosed([property: Statement] string Reason, DateOnly EffectiveOn) : IEffective;

/// <summary>What deciding about an objective needs to know.</summary>
internal sealed record StrategicObjective(int Number, string Statement, string Owner, string? CorporatePlan, DateOnly Since, bool Closed) : IAggregate<StrategicObjective>
{
    public static string Kind => ObjectiveId.Kind;

    public static StrategicObjective Unborn { get; } = new(0, "", "", null, default, false);

    /// <summary>An objective is the council's own.</summary>
    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(StrategicObjective state, ICommand command, Occasion occasion) => command switch
    {
        _ when state.Number == 0 && command is not StateObjective => Decision.Refuse("OBJECTIVE_UNKNOWN", "There is no such objective; state it first."),
        _ when state.Closed => command is CloseObjective ? Decision.AlreadySo : Decision.Refuse("OBJECTIVE_CLOSED", "This objective is closed; state a new one under another key."),
        StateObjective c when c.Statement == state.Statement && c.CorporatePlan == state.CorporatePlan && c.Owner == state.Owner => Decision.AlreadySo,
        StateObjective c => Before(state, c.EffectiveOn) ?? Decision.Take(
            new ObjectiveStated(c.Objective, c.Key, state.Number + 1, c.Statement, c.Owner, c.CorporatePlan, c.EffectiveOn)),
        HandObjective c when c.Owner == state.Owner => Decision.AlreadySo,
        HandObjective c => Before(state, c.EffectiveOn) ?? Decision.Take(new ObjectiveHanded(state.Owner, c.Owner, c.EffectiveOn)),
        CloseObjective c => Before(state, c.EffectiveOn) ?? Decision.Take(new ObjectiveClosed(c.Reason, c.EffectiveOn)),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "An objective does not know this command."),
    };

    public static StrategicObjective Evolve(StrategicObjective state, object @event) => @event switch
    {
        ObjectiveStated e => new StrategicObjective(e.Number, e.Statement, e.Owner, e.CorporatePlan, e.EffectiveOn, false),
        ObjectiveHanded e => state with { Owner = e.To },
        ObjectiveClosed => state with { Closed = true },
        _ => state,
    };

    private static Decision? Before(StrategicObjective state, DateOnly day) => day < state.Since
        ? Decision.Refuse("BEFORE_THE_VERSION", $"Version {state.Number} holds from {state.Since.Shown()}; say a day that is not before it.")
        : null;
}
