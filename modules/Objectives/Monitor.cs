namespace EqualitiesPlatform.Objectives;

// What the Policy promises to watch (Policy, "Difference"): the effect of the downturn on vulnerable people,
// disproportionate impact on any group, and the reporting of hate crime. A monitor says which measure is watched, and
// how; what it shows is reckoned from the figures whenever it is read.

/// <summary>A command about a monitor.</summary>
public interface IMonitorCommand : ICommand
{
    /// <summary>The monitor.</summary>
    MonitorId Monitor { get; }

    string ICommand.Stream => StreamKey.Of(MonitorId.Kind, Monitor.Value);
}

/// <summary>Set the monitor up, or set it up otherwise.</summary>
[GenerateSerializer, Immutable]
public sealed record SetUpMonitor(MonitorId Monitor, string? Key, MonitorTerms Terms) : IMonitorCommand;

/// <summary>Stand it down: it is watched no more.</summary>
[GenerateSerializer, Immutable]
public sealed record StandDownMonitor(MonitorId Monitor, string Reason) : IMonitorCommand;

/// <summary>What is watched.</summary>
public enum MonitorKind
{
    /// <summary>The effect of the downturn on vulnerable groups: how they changed since a period before it, beside the whole.</summary>
    DownturnImpact = 1,
    /// <summary>Disproportionate impact: each group's rate to that of all others, with its interval.</summary>
    DisproportionateImpact,
    /// <summary>The reporting of hate crime: how much of what happened is reported, apart from how much happened.</summary>
    HateCrimeReporting,
}

/// <summary>What is watched, and how.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Measure">The measure.</param>
/// <param name="Breakdown">The classification whose groups are watched, for the first two kinds.</param>
/// <param name="Vulnerable">The groups that are vulnerable, for the downturn.</param>
/// <param name="Since">The period before the downturn.</param>
/// <param name="Incidence">The measure of how much happened, for the reporting of hate crime.</param>
/// <param name="LeastCount">Below this count a group's numbers do not suffice to flag it.</param>
[GenerateSerializer, Immutable]
public sealed record MonitorTerms(
    MonitorKind Kind, string Title, MeasureId Measure, string? Breakdown, IReadOnlyList<string> Vulnerable, MeasuredPeriod? Since, MeasureId? Incidence, int? LeastCount)
{
    internal bool Says(MonitorTerms other) => other with { Vulnerable = Vulnerable } == this && other.Vulnerable.SequenceEqual(Vulnerable);
}

/// <summary>The monitor was set up in these terms.</summary>
[RecordedBy<Monitor>("objectives.monitor-set-up.v1")]
public sealed record MonitorSetUp(MonitorId Monitor, string? Key, MonitorTerms Terms);

/// <summary>It is watched no more.</summary>
[RecordedBy<Monitor>("objectives.monitor-stood-down.v1")]
public sealed record MonitorStoodDown([property: Statement] string Reason);

/// <summary>What deciding about a monitor needs to know.</summary>
internal sealed record Monitor(MonitorTerms? Terms, bool Down) : IAggregate<Monitor>
{
    private const int UsualLeastCount = 10;

    public static string Kind => MonitorId.Kind;

    public static Monitor Unborn { get; } = new(null, false);

    /// <summary>Monitors are the council's own.</summary>
    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(Monitor state, ICommand command, Occasion occasion) => command switch
    {
        SetUpMonitor c => SetUp(state, c with { Terms = c.Terms with { LeastCount = c.Terms.LeastCount ?? occasion.Policy.Number("monitors.least-count", UsualLeastCount) } }),
        _ when state.Terms is null => Decision.Refuse("MONITOR_UNKNOWN", "There is no such monitor; set it up first."),
        StandDownMonitor c => state.Down ? Decision.AlreadySo : Decision.Take(new MonitorStoodDown(c.Reason)),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A monitor does not know this command."),
    };

    public static Monitor Evolve(Monitor state, object @event) => @event switch
    {
        MonitorSetUp e => new Monitor(e.Terms, false),
        MonitorStoodDown => state with { Down = true },
        _ => state,
    };

    private static Decision SetUp(Monitor state, SetUpMonitor command) => command.Terms switch
    {
        { Kind: not MonitorKind.HateCrimeReporting, Breakdown: null } => Decision.Refuse("MONITOR_LACKS", "Say by which classification groups are told apart."),
        { Kind: MonitorKind.DownturnImpact, Since: null } => Decision.Refuse("MONITOR_LACKS", "Say which period lies before the downturn."),
        { Kind: MonitorKind.DownturnImpact, Vulnerable.Count: 0 } => Decision.Refuse("MONITOR_LACKS", "Say which groups are vulnerable."),
        { Kind: MonitorKind.HateCrimeReporting, Incidence: null } => Decision.Refuse("MONITOR_LACKS", "Say which measure tells how much happened."),
        var terms when state.Terms is { } known && !state.Down && terms.Says(known) => Decision.AlreadySo,
        var terms => Decision.Take(new MonitorSetUp(command.Monitor, command.Key, terms)),
    };
}
