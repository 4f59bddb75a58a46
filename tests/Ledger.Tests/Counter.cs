using Equalities.Options.V1;

namespace EqualitiesPlatform.Ledger.Tests;

// The tests' own aggregate: small, with everything that the ledger cares about, a statement, an owner and a due day.

internal static class Counters
{
    public const string Kind = "counter";
    public static string Stream(Guid id) => StreamKey.Of(Kind, id);
}

[GenerateSerializer, Immutable]
internal sealed record OpenCounter(Guid Id, PartnerId Owner, DateOnly? DueOn) : ICommand, IOpens
{
    public string Stream => Counters.Stream(Id);
    public PartnerId Organisation => Owner;
}

/// <summary>Counts on; counting by nothing is already so.</summary>
[GenerateSerializer, Immutable]
internal sealed record Count(Guid Id, int By, string Note) : ICommand
{
    public string Stream => Counters.Stream(Id);
}

[GenerateSerializer, Immutable]
internal sealed record CloseCounter(Guid Id) : ICommand
{
    public string Stream => Counters.Stream(Id);
}

[RecordedBy<Counter>("tests.counter-opened.v1")]
internal sealed record CounterOpened(PartnerId Owner, DateOnly? DueOn);

[RecordedBy<Counter>("tests.counter-counted.v1")]
internal sealed record CounterCounted(int By, [property: Statement] string Note);

[RecordedBy<Counter>("tests.counter-fell-due.v1")]
internal sealed record CounterFellDue(DateOnly On);

/// <summary>Before it was asked why.</summary>
[RecordedBy<Counter>("tests.counter-closed.v1")]
internal sealed record CounterClosedV1 : IEarlierShape<CounterClosed>
{
    public CounterClosed Upcast() => new("not said");
}

[RecordedBy<Counter>("tests.counter-closed.v2")]
internal sealed record CounterClosed(string Why = "counted");

internal sealed record Counter(PartnerId? Owner, int Total, DateOnly? DueOn, bool Closed) : IAggregate<Counter>
{
    public static string Kind => Counters.Kind;

    public static Counter Unborn { get; } = new(null, 0, null, false);

    public DateOnly? WakesOn => Closed ? null : DueOn;

    public bool BelongsTo(PartnerId organisation) => Owner == organisation;

    public static Decision Decide(Counter counter, ICommand command, Occasion occasion) => command switch
    {
        RaiseDue => counter.WakesOn <= occasion.Today ? Decision.Take(new CounterFellDue(counter.DueOn!.Value)) : Decision.AlreadySo,
        OpenCounter open => counter.Owner is null
            ? Decision.Take(new CounterOpened(open.Owner, open.DueOn))
            : Decision.Refuse("COUNTER_OPEN", "The counter is open already."),
        Count { By: 0 } => Decision.AlreadySo,
        _ when counter.Owner is null => Decision.Refuse("COUNTER_NOT_OPEN", "Open the counter first."),
        _ when counter.Closed => Decision.Refuse("COUNTER_CLOSED", "The counter is closed."),
        Count count => Decision.Take(new CounterCounted(count.By, count.Note)),
        CloseCounter => Decision.Take(new CounterClosed()),
        _ => throw new InvalidOperationException($"No counter knows {command.GetType().Name}."),
    };

    public static Counter Evolve(Counter counter, object @event) => @event switch
    {
        CounterOpened e => counter with { Owner = e.Owner, DueOn = e.DueOn },
        CounterCounted e => counter with { Total = counter.Total + e.By },
        CounterFellDue => counter with { DueOn = null },
        CounterClosed => counter with { Closed = true },
        _ => counter,
    };
}

internal interface ICounterGrain : IEventSourcedGrain;

internal sealed class CounterGrain(GrainLedger ledger) : EventSourcedGrain<Counter>(ledger), ICounterGrain;

internal enum CounterState { StillOpen, AllClosed }

internal sealed record CounterRegister(
    string Id, long Version, PartnerId Owner, int Total, string? Note, DateOnly? DueOn, CounterState State, bool Due) : IRegister<CounterRegister>
{
    public static string Kind => Counters.Kind;

    public IReadOnlyList<PartnerId> Organisations => [Owner];

    public static CounterRegister? Fold(CounterRegister? document, RecordedEvent recorded) => (recorded.Event switch
    {
        CounterOpened e => new CounterRegister(recorded.Stream, 0, e.Owner, 0, null, e.DueOn, CounterState.StillOpen, false),
        CounterCounted e => document! with { Total = document.Total + e.By, Note = e.Note },
        CounterFellDue => document! with { Due = true },
        CounterClosed e => document! with { State = CounterState.AllClosed, Note = e.Why },
        _ => document,
    }) is { } next ? next with { Version = recorded.Version } : null;
}
