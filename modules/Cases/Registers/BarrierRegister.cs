namespace EqualitiesPlatform.Cases;

/// <summary>A barrier, how often it was met, and the item of a plan that deals with it.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Times">In how many cases it was met.</param>
/// <param name="PlanItem">The item that was put forward, if one was.</param>
internal sealed record BarrierRegister(
    string Id, long Version, BarrierId Barrier, string Key, int Times, DateOnly LastMetOn, IReadOnlyList<CaseId> Cases, ActionPlanItemId? PlanItem) : IRegister<BarrierRegister>
{
    /// <inheritdoc/>
    public static string Kind => BarrierId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <inheritdoc/>
    public static BarrierRegister? Fold(BarrierRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            BarrierMet e => (document ?? new(recorded.Stream, 0, e.Barrier, e.Key, 0, default, [], null)) with
            {
                Times = e.Times, LastMetOn = recorded.RecordedOn, Cases = [.. document?.Cases ?? [], e.Case],
            },
            BarrierPutForward e => document! with { PlanItem = e.Item },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;
}
