namespace EqualitiesPlatform.Commitments;

/// <summary>An action plan with its yearly versions, as lists and screens show it. It is the council's: no partner's list has it.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Years">Every year that has a version or items, in order.</param>
public sealed record ActionPlanRegister(
    string Id, long Version, ActionPlanId Plan, string? Key, string Title, IReadOnlyList<string> Aliases, IReadOnlyList<PlanYearEntry> Years)
    : IRegister<ActionPlanRegister>
{
    /// <inheritdoc/>
    public static string Kind => ActionPlanId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <inheritdoc/>
    public static ActionPlanRegister? Fold(ActionPlanRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            ActionPlanProposed e => new ActionPlanRegister(recorded.Stream, 0, e.Plan, e.Key, e.Title, e.Aliases, []),
            PlanVersionDrafted e => document!.With(e.Year, y => y with { Stage = PlanStage.Drafted, DraftedOn = recorded.RecordedOn }),
            PlanVersionApproved e => document!.With(e.Year, y => y with { Stage = PlanStage.Approved, ApprovedBy = e.Body, Minute = e.Minute, ApprovedOn = e.EffectiveOn }),
            PlanVersionPublished e => document!.With(e.Year, y => y with { Stage = y.Stage is PlanStage.Closed ? PlanStage.Closed : PlanStage.Published, PublishedOn = e.EffectiveOn }),
            PlanYearClosed e => document!.With(e.Year, y => y with { Stage = PlanStage.Closed, ClosedOn = recorded.RecordedOn }),
            PlanItemEntered e => document!.With(e.Year, y => y with { Items = y.Items + 1 }),
            PlanItemEnteredAfterClose e => document!.With(e.Year, y => y with { Items = y.Items + 1 }),
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    private ActionPlanRegister With(FinancialYear year, Func<PlanYearEntry, PlanYearEntry> change)
    {
        var entry = Years.FirstOrDefault(y => y.Year == year) ?? new PlanYearEntry(year, PlanStage.Proposed, null, null, null, null, null, null, 0);
        return this with { Years = [.. Years.Where(y => y.Year != year).Append(change(entry)).OrderBy(y => y.Year)] };
    }
}

/// <summary>A year of a plan: how far its version is, and how many items have stood in it.</summary>
public sealed record PlanYearEntry(
    FinancialYear Year, PlanStage Stage, DateOnly? DraftedOn, string? ApprovedBy, string? Minute, DateOnly? ApprovedOn, DateOnly? PublishedOn,
    DateOnly? ClosedOn, int Items);

/// <summary>How far a year's version of a plan is.</summary>
public enum PlanStage
{
    /// <summary>Items were proposed into it; there is no draft yet.</summary>
    Proposed = 1,
    /// <summary>It was drafted.</summary>
    Drafted,
    /// <summary>A body approved it.</summary>
    Approved,
    /// <summary>It was published.</summary>
    Published,
    /// <summary>Its year was closed.</summary>
    Closed,
}
