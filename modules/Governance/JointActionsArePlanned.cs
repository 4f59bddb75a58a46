using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Engagement;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// What members of a network agreed to do together is proposed into an action plan: into the plan that the policy value
/// <c>networks.jointActionPlan</c> names, and the financial year in which it is due (Report 5.1, 5.2).
/// </summary>
internal sealed class JointActionsArePlanned(IPolicy policy) : IFollowUp
{
    public string Name => "joint-actions-are-planned";

    public ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct) => new(recorded.Event switch
    {
        JointActionAgreed e =>
        [
            new ProposePlanItem(
                e.Item, null, NameBasedId.Of<ActionPlanId>(policy.Namespace, policy.Current.Word("networks.jointActionPlan", "communities-together")),
                FinancialYear.Containing(e.DueOn), e.Text, e.Owner, e.Supporting, e.DueOn, [], ["way:w7"], []),
        ],
        _ => [],
    });
}
