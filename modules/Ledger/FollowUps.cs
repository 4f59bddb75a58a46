using EqualitiesPlatform.Ledger.Append;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Subscriptions;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// What follows in other aggregates from a committed event. The commands' request ids derive from the event's position
/// and the stream they go to, so that a crash between two steps repeats and never doubles.
/// </summary>
public interface IFollowUp
{
    /// <summary>The follow-up's stable name; it is part of its request ids.</summary>
    string Name { get; }

    /// <summary>The commands that follow from an event of those that it hears; often none.</summary>
    ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct);
}

/// <summary>
/// The events that a follow-up hears, in the shape that is recorded today. It is asked after no other, and what none hears,
/// such as the reports of progress that most events are, is not even read.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class HearsAttribute(params Type[] events) : Attribute
{
    /// <summary>The types of the events.</summary>
    public IReadOnlyList<Type> Events { get; } = events;

    /// <summary>What a follow-up hears.</summary>
    /// <exception cref="InvalidOperationException">It does not say.</exception>
    internal static IReadOnlyList<Type> Of(Type followUp) =>
        followUp.GetCustomAttributes(false).OfType<HearsAttribute>().SingleOrDefault()?.Events
        ?? throw new InvalidOperationException($"{followUp.Name} does not say which events it hears.");
}

/// <summary>What all the follow-ups of this process hear.</summary>
internal sealed record HeardEvents(IReadOnlyCollection<Type> Types);

/// <summary>Reads committed events from its checkpoint, on the one silo that projects, and sends what follows.</summary>
internal sealed class FollowUpSubscription : SubscriptionBase
{
    private readonly IServiceProvider _services;
    private readonly ILogger<FollowUpSubscription> _log;
    private readonly Lazy<ILookup<Type, IFollowUp>> _hearers;

    public FollowUpSubscription(IServiceProvider services, Catalogue catalogue, HeardEvents heard, ILogger<FollowUpSubscription> log)
    {
        (_services, _log) = (services, log);
        _hearers = new(() => services.GetServices<IFollowUp>().SelectMany(f => HearsAttribute.Of(f.GetType()).Select(e => (Event: e, FollowUp: f))).ToLookup(h => h.Event, h => h.FollowUp));
        Name = "follow-ups";
        Options.BatchSize = 200;
        foreach (var entry in catalogue.Events.Where(e => heard.Types.Contains(catalogue.TypeToday(e)))) IncludeType(entry.Type);
    }

    public override async Task<IChangeListener> ProcessEventsAsync(
        EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken cancellationToken)
    {
        var dispatch = _services.GetRequiredService<Dispatch>();
        foreach (var recorded in page.Events.Select(Registering.Recorded))
            foreach (var followUp in _hearers.Value[recorded.Event.GetType()])
            {
                if (await followUp.After(recorded, cancellationToken) is not { Count: > 0 } commands) continue;
                // Counted for each stream by itself: a repeat may find that some of the commands are not needed any more,
                // and the others have to keep their ids.
                var steps = new Dictionary<string, int>(StringComparer.Ordinal);
                foreach (var command in commands)
                    await Send(dispatch, followUp, recorded, command, steps[command.Stream] = steps.GetValueOrDefault(command.Stream) + 1);
            }
        return NullChangeListener.Instance;
    }

    private async Task Send(Dispatch dispatch, IFollowUp followUp, RecordedEvent cause, ICommand command, int step)
    {
        try
        {
            await dispatch.SendAsPlatform(command, $"FollowUp/{followUp.Name}", $"{cause.Position}/{command.Stream}/{step}", cause.Correlation);
        }
        catch (LedgerException e) when (e.Failure.Kind is FailureKind.Refused or FailureKind.NotFound)
        {
            // Overtaken by what somebody else decided: the domain has the last word.
            _log.LogInformation("{FollowUp} after position {Position} was refused: {Reason}", followUp.Name, cause.Position, e.Failure.Reason);
        }
    }
}
