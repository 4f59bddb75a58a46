namespace EqualitiesPlatform.Ledger;

/// <summary>
/// A command: what somebody asks of one aggregate, with typed ids and nothing resolved. It holds what the caller sent,
/// so that a retry is the same command on any later day.
/// </summary>
public interface ICommand
{
    /// <summary>The key of the stream, and so of the grain, that decides: <c>kind/guid</c>.</summary>
    string Stream { get; }

    /// <summary>What the caller asked for, by which a retry is known, where the platform has looked up the rest.</summary>
    object Asked => this;
}

/// <summary>
/// The wake-up that a clock sends to an aggregate; it raises what is due by the occasion's day, once, and nothing
/// if nothing is due any more.
/// </summary>
[GenerateSerializer, Immutable]
public sealed record RaiseDue(string Stream) : ICommand;

/// <summary>What an aggregate decided of a command.</summary>
public abstract record Decision
{
    private Decision() { }

    /// <summary>The command is taken, and these facts follow; none when they are so already.</summary>
    public sealed record Taken(IReadOnlyList<object> Events) : Decision;

    /// <summary>The command is not allowed now; nothing is written.</summary>
    public sealed record Refused(string Reason, string Sentence) : Decision;

    /// <summary>Already so: no events.</summary>
    public static readonly Decision AlreadySo = new Taken([]);

    /// <summary>The command is taken, and these events record it.</summary>
    public static Decision Take(params IReadOnlyList<object> events) => new Taken(events);

    /// <summary>Refuse, with an UPPER_SNAKE reason and a sentence that an officer can act on.</summary>
    public static Decision Refuse(string reason, string sentence) => new Refused(reason, sentence);
}

/// <summary>
/// The state of one kind of aggregate with its two pure functions. The state holds only what decisions need;
/// neither function awaits, reads a clock, draws a random number, stores or logs.
/// </summary>
/// <typeparam name="TState">The state itself.</typeparam>
public interface IAggregate<TState> where TState : class, IAggregate<TState>
{
    /// <summary>The kind's stable name, the first part of its stream keys.</summary>
    static abstract string Kind { get; }

    /// <summary>The state before the first event.</summary>
    static abstract TState Unborn { get; }

    /// <summary>Decides a command against the state, on an occasion.</summary>
    static abstract Decision Decide(TState state, ICommand command, Occasion occasion);

    /// <summary>The state after an event. Never throws: an event it does not know leaves the state as it is.</summary>
    static abstract TState Evolve(TState state, object @event);

    /// <summary>The same, for a state that has to know who did what: where two persons are needed.</summary>
    static virtual TState Evolve(TState state, object @event, Actor by) => TState.Evolve(state, @event);

    /// <summary>Whether a caller who is limited to an organisation may touch this; nobody may touch the unborn.</summary>
    bool BelongsTo(PartnerId organisation);

    /// <summary>The next day on which something falls due here, if any.</summary>
    DateOnly? WakesOn => null;
}

/// <summary>
/// An event's stored name, <c>module.kebab-name.v1</c>: explicit, unique, forever. It says which aggregate
/// records it.
/// </summary>
/// <typeparam name="TState">The aggregate that records the event.</typeparam>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RecordedByAttribute<TState>(string storedName) : Attribute, IRecordedBy
    where TState : class, IAggregate<TState>
{
    /// <inheritdoc/>
    public string StoredName => storedName;

    /// <inheritdoc/>
    public string Kind => TState.Kind;

    /// <inheritdoc/>
    public Type State => typeof(TState);
}

/// <summary>The untyped face of <see cref="RecordedByAttribute{TState}"/>.</summary>
public interface IRecordedBy
{
    /// <summary>The stored name.</summary>
    string StoredName { get; }

    /// <summary>The kind of aggregate that records the event.</summary>
    string Kind { get; }

    /// <summary>The state type of that aggregate.</summary>
    Type State { get; }
}

/// <summary>The untyped face of <see cref="IEarlierShape{TNext}"/>.</summary>
public interface IEarlierShape
{
    /// <summary>The same fact in the shape that came next.</summary>
    object Next();
}

/// <summary>
/// An earlier shape of an event, kept because histories hold it: it has the stored name of its version, is read and
/// never recorded again, and becomes the next shape whenever it is read. The ledger's leaves stay those of what is stored.
/// A sample of it stands in tests/Stories/Samples under its stored name.
/// </summary>
/// <typeparam name="TNext">The shape of the next version: the one recorded today, or another earlier one.</typeparam>
public interface IEarlierShape<out TNext> : IEarlierShape where TNext : class
{
    /// <summary>The same fact in the next shape: pure, and with nothing made up.</summary>
    TNext Upcast();

    object IEarlierShape.Next() => Upcast();
}

/// <summary>An event that holds from a day of its own, apart from the day it was recorded.</summary>
public interface IEffective
{
    /// <summary>The day from which the fact holds.</summary>
    DateOnly EffectiveOn { get; }
}

/// <summary>
/// Marks a statement in an event (wording, narrative, reason), a property of type string. Such a text enters the ledger's
/// leaf as a salted digest, so that it can be withdrawn and the ledger still verifies.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class StatementAttribute : Attribute;

/// <summary>Stream keys: <c>kind/guid</c>.</summary>
public static class StreamKey
{
    /// <summary>The key of an aggregate's stream.</summary>
    public static string Of(string kind, Guid id) => $"{kind}/{id:D}";

    /// <summary>The kind in a key.</summary>
    public static string KindOf(string stream) => stream[..stream.IndexOf('/')];

    /// <summary>The id in a key.</summary>
    public static Guid IdOf(string stream) => Guid.Parse(stream.AsSpan(stream.IndexOf('/') + 1));
}
