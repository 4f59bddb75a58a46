using EqualitiesPlatform.Assessments;
using EqualitiesPlatform.Commitments;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// A mitigation that was agreed is proposed into an action plan: into the plan that the policy value
/// <c>assessments.mitigationPlan</c> names, and the financial year in which it is due.
/// </summary>
internal sealed class MitigationsArePlanned(IPolicy policy) : IFollowUp
{
    public string Name => "mitigations-are-planned";

    public ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct) => new(recorded.Event switch
    {
        MitigationAgreed e =>
        [
            new ProposePlanItem(
                e.Item, null, NameBasedId.Of<ActionPlanId>(policy.Namespace, policy.Current.Word("assessments.mitigationPlan", "equalities-policy")),
                FinancialYear.Containing(e.DueOn), e.Text, e.Owner, [], e.DueOn, [], [$"{ImpactAssessmentId.Kind}:{e.Assessment}"], []),
        ],
        _ => [],
    });
}

/// <summary>When such an item is completed, the mitigation is in place.</summary>
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
