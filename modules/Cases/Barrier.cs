namespace EqualitiesPlatform.Cases;

// A barrier over all the cases in which it was met (Policy, "How" W2: a trend that is seen leads to something being done).
// Met often enough, it is put forward for an action plan, once.

/// <summary>Count a barrier as met in a case; sent by a follow-up.</summary>
[GenerateSerializer, Immutable]
internal sealed record CountBarrier(BarrierId Barrier, string Key, CaseId Case) : ICommand
{
    string ICommand.Stream => StreamKey.Of(BarrierId.Kind, Barrier.Value);
}

/// <summary>A barrier was met in a case.</summary>
/// <param name="Times">In how many cases by now.</param>
[RecordedBy<Barrier>("cases.barrier-met.v1")]
internal sealed record BarrierMet(BarrierId Barrier, string Key, CaseId Case, int Times);

/// <summary>A barrier was met so often that an action plan should deal with it. It says nothing of anybody who met it.</summary>
/// <param name="Item">The item that will be proposed.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Owner">The organisation that would deal with it.</param>
/// <param name="DueOn">By when.</param>
[RecordedBy<Barrier>("cases.barrier-put-forward.v1")]
public sealed record BarrierPutForward(BarrierId Barrier, string Key, int Times, ActionPlanItemId Item, string Plan, string Owner, DateOnly DueOn);

/// <summary>What deciding about a barrier needs to know: the cases in which it was met.</summary>
internal sealed record Barrier(IReadOnlyList<CaseId> Cases, bool PutForward) : IAggregate<Barrier>
{
    public static string Kind => BarrierId.Kind;

    public static Barrier Unborn { get; } = new([], false);

    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(Barrier state, ICommand command, Occasion occasion)
    {
        if (command is not CountBarrier c) return Decision.Refuse("COMMAND_UNKNOWN", "A barrier does not know this command.");
        if (state.Cases.Contains(c.Case)) return Decision.AlreadySo;
        var times = state.Cases.Count + 1;
        var policy = occasion.Policy;
        return policy.Word("cases.barrier.plan", "") is { Length: > 0 } plan && !state.PutForward && times >= policy.Number("cases.barrier.times", 3)
            ? Decision.Take(
                new BarrierMet(c.Barrier, c.Key, c.Case, times),
                new BarrierPutForward(
                    c.Barrier, c.Key, times, NameBasedId.Of<ActionPlanItemId>(c.Barrier.Value, "barrier"), plan, policy.Word("cases.barrier.owner", "council"),
                    occasion.Today.AddDays(policy.Number("cases.barrier.days", 90))))
            : Decision.Take(new BarrierMet(c.Barrier, c.Key, c.Case, times));
    }

    public static Barrier Evolve(Barrier state, object @event) => @event switch
    {
        BarrierMet e => state with { Cases = [.. state.Cases, e.Case] },
        BarrierPutForward => state with { PutForward = true },
        _ => state,
    };
}
