using System.Security.Cryptography;
using System.Text.Json;
using EqualitiesPlatform.Ledger.Append;

namespace EqualitiesPlatform.Ledger;

/// <summary>A grain whose state is the history of its stream. Its key is the stream's key.</summary>
public interface IEventSourcedGrain : IGrainWithStringKey
{
    /// <summary>Decides a command, and answers after its events are durable.</summary>
    Task<Outcome> Execute(ICommand command, Envelope envelope);
}

/// <summary>What every event-sourced grain works with.</summary>
public sealed class GrainLedger
{
    internal GrainLedger(IAppendWriter writer, ILedgerStore store, Catalogue catalogue) =>
        (Writer, Store, Catalogue) = (writer, store, catalogue);

    internal IAppendWriter Writer { get; }
    internal ILedgerStore Store { get; }
    internal Catalogue Catalogue { get; }

    /// <summary>So many events are replayed without a snapshot; that takes a millisecond or two.</summary>
    internal int ReplayWithout { get; init; } = 200;
}

/// <summary>The one base of all aggregates' grains: one stream, kept by one activation.</summary>
/// <typeparam name="TState">The aggregate's state.</typeparam>
public abstract class EventSourcedGrain<TState>(GrainLedger ledger) : Grain, IEventSourcedGrain
    where TState : class, IAggregate<TState>
{
    private StreamKeeper<TState>? _keeper;

    /// <inheritdoc/>
    public Task<Outcome> Execute(ICommand command, Envelope envelope) =>
        (_keeper ??= new(ledger, this.GetPrimaryKeyString())).Execute(command, envelope);
}

/// <summary>
/// Keeps one stream: loads by replay, decides purely, appends at the expected version, acknowledges after the commit,
/// evolves. A retry with the same request id gets the first receipt again, also after a restart and through another
/// silo, because the ledger itself keeps it. Another keeper of the same stream may run elsewhere for a while: the
/// expected version tells them apart. Takes one command at a time.
/// </summary>
internal sealed class StreamKeeper<TState>(GrainLedger ledger, string stream)
    where TState : class, IAggregate<TState>
{
    private const int Attempts = 4;

    private TState _state = TState.Unborn;
    private long _version;
    private DateOnly? _wakesOn;
    private bool _stale = true;

    public async Task<Outcome> Execute(ICommand command, Envelope envelope)
    {
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                if (_stale) await Load();
                if (await Attempt(command, envelope, last: attempt == Attempts) is { } outcome)
                    return outcome;
            }
        }
        catch (LedgerException e)
        {
            // Whether the write was done may be unknown, and so is the state.
            _stale = true;
            return new Outcome(null, e.Failure);
        }
    }

    /// <summary>One attempt; null when another write came first and the command may be decided again.</summary>
    private async Task<Outcome?> Attempt(ICommand command, Envelope envelope, bool last)
    {
        var (decision, failure) = Decide(command, envelope);
        var events = (decision as Decision.Taken)?.Events ?? [];
        var next = events.Aggregate(_state, (state, e) => TState.Evolve(state, e, envelope.Occasion.Actor));
        var wakesOn = next.WakesOn;
        var write = Pending(command, envelope, events, wakesOn);

        // Deciding is pure, so it does no harm to look for an earlier receipt only when there is nothing to append:
        // an append looks for it anyway.
        if (failure is not null)
        {
            var standing = await ledger.Writer.Standing(write);
            if (standing is not Append.Append.LostRace stands)
                return failure.Kind == FailureKind.NotYours ? new Outcome(null, failure) : Answer(standing);
            // What is not so any more is no ground for a failure: another silo may have written.
            _stale = stands.ActualVersion != _version;
            return _stale && !last ? null : new Outcome(null, failure);
        }

        var append = await ledger.Writer.Append(write);
        if (append is Append.Append.LostRace lost)
        {
            _stale = true;
            return last || envelope.ExpectedVersion is not null ? new Outcome(null, Lost($"the record moved on to version {lost.ActualVersion} at the same time")) : null;
        }
        if (append is Append.Append.Done { Duplicate: false })
        {
            _state = next;
            _version += events.Count;
            _wakesOn = wakesOn;
            // What was withdrawn must not stay in memory either.
            _stale = command is NoteWithdrawal;
        }
        return Answer(append);
    }

    private (Decision? Decision, Failure? Failure) Decide(ICommand command, Envelope envelope)
    {
        var occasion = envelope.Occasion;
        if (occasion.Actor.Organisation is { } organisation && !_state.BelongsTo(organisation) && !(_version == 0 && command is IOpens opens && opens.Organisation == organisation))
            return (null, new Failure(FailureKind.NotYours, "NOT_YOURS", "You may only act on your own organisation's records."));
        if (envelope.ExpectedVersion is { } insisted && insisted != _version)
            return (null, Lost($"version {insisted} was expected, and the record stands at version {_version}"));
        // Not before it is known whether the caller may touch this at all.
        if (envelope.Misnamed is { Count: > 0 } fields)
            return (null, new Failure(FailureKind.Misnamed, "ORGANISATION_UNKNOWN", Failure.NoSuchOrganisation, fields));
        var decision = command is NoteWithdrawal note
            ? Decision.Take(new StatementWithdrawn(note.Withdrawal, note.Version, note.Member))
            : TState.Decide(_state, command, occasion);
        return (decision, decision is Decision.Refused refused ? new Failure(FailureKind.Refused, refused.Reason, refused.Sentence) : null);
    }

    private static Outcome Answer(Append.Append append) => append switch
    {
        Append.Append.Done done => Outcome.Of(done.Receipt),
        _ => Outcome.Of(FailureKind.Refused, "REQUEST_ID_REUSED", "This request_id was used before for something else; use a fresh one."),
    };

    private static Failure Lost(string what) => new(FailureKind.LostRace, "VERSION_CONFLICT", $"Somebody else wrote first: {what}. Read it again and decide again.");

    private PendingWrite Pending(ICommand command, Envelope envelope, IReadOnlyList<object> events, DateOnly? wakesOn) => new(
        stream, _version, [.. events.Select(e => Pending(e, envelope.Occasion))],
        envelope.Occasion.Actor.Person.Value, envelope.Rpc, envelope.Occasion.RequestId, CanonicalEncoding.Digest(command),
        envelope.Occasion.RecordedAt, envelope.Occasion.Correlation,
        // A wake-up always sets the clock right: one that found nothing due would come again for ever otherwise, and a
        // release that reckons due days otherwise corrects what an earlier one wrote.
        wakesOn == _wakesOn && command is not RaiseDue ? null : wakesOn ?? DateOnly.MaxValue);

    private PendingEvent Pending(object @event, Occasion occasion)
    {
        var entry = ledger.Catalogue.EntryOf(@event);
        var salts = entry.Statements.ToDictionary(name => name, _ => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        return new PendingEvent(
            Guid.CreateVersion7(occasion.RecordedAt), entry.StoredName, entry.DotNetName,
            OccasionHeaders.Write((@event as IEffective)?.EffectiveOn ?? occasion.Today, occasion, salts),
            JsonSerializer.Serialize(@event, entry.Type, Catalogue.Json));
    }

    private async Task Load()
    {
        var shape = SnapshotForm<TState>.Shape;
        var (snapshot, events) = await ledger.Store.Read(stream, shape);
        var kept = snapshot is null ? TState.Unborn : SnapshotForm<TState>.TryRead(snapshot);
        if (kept is null) ((snapshot, events), kept) = (await ledger.Store.Read(stream, null), TState.Unborn);
        _state = events.Aggregate(kept, (state, e) => TState.Evolve(state, e.Event, e.Occasion.Actor));
        _version = events.Count > 0 ? events[^1].Version : snapshot?.Version ?? 0;
        _wakesOn = _state.WakesOn;
        _stale = false;
        // Made of stored events only, and nobody waits for it.
        if (shape is not null && events.Count > ledger.ReplayWithout)
            _ = ledger.Store.Keep(new Snapshot(stream, _version, shape, SnapshotForm<TState>.Write(_state)));
    }
}

/// <summary>A command that begins a stream for an organisation: the one way in which that organisation may touch the unborn.</summary>
public interface IOpens
{
    /// <summary>The organisation whose record it begins.</summary>
    PartnerId Organisation { get; }
}
