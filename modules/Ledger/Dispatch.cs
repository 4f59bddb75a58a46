using EqualitiesPlatform.Ledger.Append;

namespace EqualitiesPlatform.Ledger;

/// <summary>The one way in which a command reaches its grain.</summary>
public sealed class Dispatch(IGrainFactory grains, Catalogue catalogue, SiloTables tables, LedgerClock clock, IPolicy policy)
{
    /// <summary>The occasion of a command now.</summary>
    /// <exception cref="LedgerException">Unavailable: the silo cannot see just now which clock and policy hold.</exception>
    public Occasion OccasionOf(Actor actor, string requestId, string correlation)
    {
        tables.DemandTrust();
        var now = clock.GetUtcNow();
        return new Occasion(now, LedgerClock.DayOf(now), actor, requestId, correlation, policy.Current);
    }

    /// <summary>Sends a command and returns its receipt, once its events are durable.</summary>
    /// <exception cref="LedgerException">The command was not done, or that isn't known.</exception>
    public async Task<WriteReceipt> Send(ICommand command, Envelope envelope)
    {
        var grain = (IEventSourcedGrain)grains.GetGrain(catalogue.GrainOf(command.Stream), command.Stream);
        Outcome outcome;
        try
        {
            outcome = await grain.Execute(command, envelope);
            // Until every silo has read it, it is durable but not acknowledged; a retry gets the receipt.
            if (outcome.Failure is null && tables.Follow(StreamKey.KindOf(command.Stream))) await tables.RefreshEverywhere();
        }
        catch (Exception e) when (e is OrleansException or TimeoutException || LedgerDatabase.IsAway(e))
        {
            throw LedgerDatabase.Away(e);
        }
        if (outcome.Failure is not { } failure) return outcome.Receipt!;
        Instruments.Failed.Add(1, new KeyValuePair<string, object?>("kind", failure.Kind.ToString()), new KeyValuePair<string, object?>("reason", failure.Reason));
        throw new LedgerException(failure);
    }

    /// <summary>Sends a command in the platform's own name.</summary>
    public Task<WriteReceipt> SendAsPlatform(ICommand command, string rpc, string requestId, string correlation) =>
        Send(command, new Envelope(OccasionOf(Actor.Platform, requestId, correlation), rpc));
}
