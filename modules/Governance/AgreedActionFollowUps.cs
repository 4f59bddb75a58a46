using EqualitiesPlatform.Assessments;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Engagement;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// What was agreed is proposed into an action plan, in the financial year in which it is due: a mitigation into the plan that
/// the policy value <c>assessments.mitigation-plan</c> names, and what a network does together into that of
/// <c>networks.joint-action-plan</c> (Report 5.1, 5.2), for what <c>networks.joint-action-serves</c> names.
/// </summary>
[Hears(typeof(MitigationAgreed), typeof(JointActionAgreed))]
internal sealed class AgreedActionsArePlanned(IPolicy policy) : IFollowUp
{
    public string Name => "agreed-actions-are-planned";

    public ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct) => new(recorded.Event switch
    {
        MitigationAgreed e => [Item(e.Item, Plan(MitigationPlan), e.Text, e.Owner, [], e.DueOn, [$"{ImpactAssessmentId.Kind}:{e.Assessment}"])],
        JointActionAgreed e => [Item(e.Item, Plan(JointActionPlan), e.Text, e.Owner, e.Supporting, e.DueOn, policy.Current.Word(JointActionServes, "").Split(' ', StringSplitOptions.RemoveEmptyEntries))],
        _ => [],
    });

    /// <summary>The policy values that name the plans, and which plan it is when a pack has said nothing.</summary>
    public static readonly (string Name, string Usual) MitigationPlan = ("assessments.mitigation-plan", "equalities-policy"), JointActionPlan = ("networks.joint-action-plan", "communities-together");

    /// <summary>The policy value that names the statements which joint actions serve; they serve none when a pack names none.</summary>
    public const string JointActionServes = "networks.joint-action-serves";

    private ActionPlanId Plan((string Name, string Usual) value) => NameBasedId.Of<ActionPlanId>(policy.Namespace, policy.Current.Word(value.Name, value.Usual));

    private static ProposePlanItem Item(
        ActionPlanItemId item, ActionPlanId plan, string text, PartnerId owner, IReadOnlyList<PartnerId> supporting, DateOnly dueOn, IReadOnlyList<string> serves) =>
        new(item, null, plan, FinancialYear.Containing(dueOn), text, owner, supporting, dueOn, [], serves, []);
}

/// <summary>When such an item is completed, the mitigation is in place.</summary>
[Hears(typeof(PlanItemCompleted))]
internal sealed class PlannedMitigationsAreInPlace(Registers registers) : IFollowUp
{
    public string Name => "planned-mitigations-are-in-place";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
    {
        if (recorded.Event is not PlanItemCompleted completed) return [];
        var item = await registers.Find<ActionPlanItemRegister>(recorded.Stream, recorded.Position, ct);
        return item?.Serves.FirstOrDefault(s => s.StartsWith($"{ImpactAssessmentId.Kind}:", StringComparison.Ordinal)) is { } served
            ? [new CompletePlannedMitigation(
                new ImpactAssessmentId(Guid.Parse(served.AsSpan(ImpactAssessmentId.Kind.Length + 1))), item.Item, completed.Narrative, completed.EffectiveOn)]
            : [];
    }
}
