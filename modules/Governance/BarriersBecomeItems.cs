using EqualitiesPlatform.Cases;
using EqualitiesPlatform.Commitments;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// A barrier that was met often is proposed as an item of the plan that the pack names (Policy, "How" W2). A governance
/// officer confirms it, or not.
/// </summary>
[Hears(typeof(BarrierPutForward))]
internal sealed class BarriersBecomeItems(IPolicy policy) : IFollowUp
{
    public string Name => "barriers-become-items";

    public ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct) => new(recorded.Event switch
    {
        BarrierPutForward e =>
        [
            new ProposePlanItem(
                e.Item, null, NameBasedId.Of<ActionPlanId>(policy.Namespace, e.Plan), FinancialYear.Containing(recorded.RecordedOn),
                $"Take the barrier “{e.Key.Replace('-', ' ')}” away, which people meet again and again", NameBasedId.Of<PartnerId>(policy.Namespace, e.Owner), [], e.DueOn, [], ["way:w2"], []),
        ],
        _ => [],
    });
}
