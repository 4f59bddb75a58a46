namespace EqualitiesPlatform.Commitments;

// An action plan over its yearly versions: the Equalities Policy Action Plan and the Communities Together plan (Policy,
// "Difference"; Report 3.1, 5.1). It knows which items stand in which year, because they tell it (PlanFollowUps.cs), so
// that closing a year loses none.

/// <summary>A command to an action plan.</summary>
public interface IActionPlanCommand : ICommand
{
    /// <summary>The plan.</summary>
    ActionPlanId Plan { get; }

    string ICommand.Stream => StreamKey.Of(ActionPlanId.Kind, Plan.Value);
}

/// <summary>Propose an action plan, as a policy pack does; it is real once a year's version of it is drafted.</summary>
[GenerateSerializer, Immutable]
public sealed record ProposeActionPlan(ActionPlanId Plan, string? Key, string Title, IReadOnlyList<string> Aliases) : IActionPlanCommand;

/// <summary>Draft a financial year's version of the plan.</summary>
[GenerateSerializer, Immutable]
public sealed record DraftPlanVersion(ActionPlanId Plan, FinancialYear Year) : IActionPlanCommand;

/// <summary>Record that a body approved a year's version, with its minute; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record ApprovePlanVersion(ActionPlanId Plan, FinancialYear Year, string Body, string Minute, DateOnly? ApprovedOn) : IActionPlanCommand;

/// <summary>Record that a year's approved version was published; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record PublishPlanVersion(ActionPlanId Plan, FinancialYear Year, DateOnly? PublishedOn) : IActionPlanCommand;

/// <summary>Close a year that is over; what is open in it goes on in the next one.</summary>
[GenerateSerializer, Immutable]
public sealed record ClosePlanYear(ActionPlanId Plan, FinancialYear Year) : IActionPlanCommand;

/// <summary>Enter an item into a year of its plan; the platform sends it after the item was proposed or carried forward.</summary>
[GenerateSerializer, Immutable]
public sealed record EnterPlanItem(ActionPlanId Plan, ActionPlanItemId Item, FinancialYear Year) : IActionPlanCommand;

/// <summary>An action plan was proposed.</summary>
[RecordedBy<ActionPlan>("commitments.action-plan-proposed.v1")]
public sealed record ActionPlanProposed(ActionPlanId Plan, string? Key, string Title, IReadOnlyList<string> Aliases);

/// <summary>A year's version was drafted.</summary>
[RecordedBy<ActionPlan>("commitments.plan-version-drafted.v1")]
public sealed record PlanVersionDrafted(FinancialYear Year);

/// <summary>A body approved a year's version.</summary>
/// <param name="Year">The financial year.</param>
/// <param name="Body">The body's key, such as cabinet.</param>
/// <param name="Minute">Where its minutes say so.</param>
/// <param name="EffectiveOn">The day on which it approved.</param>
[RecordedBy<ActionPlan>("commitments.plan-version-approved.v1")]
public sealed record PlanVersionApproved(FinancialYear Year, string Body, string Minute, DateOnly EffectiveOn) : IEffective;

/// <summary>A year's version was published, on a day.</summary>
[RecordedBy<ActionPlan>("commitments.plan-version-published.v1")]
public sealed record PlanVersionPublished(FinancialYear Year, DateOnly EffectiveOn) : IEffective;

/// <summary>A year was closed; those of its items that are still open are carried forward into the next year.</summary>
/// <param name="Year">The year that was closed.</param>
/// <param name="Next">The year in which the open items go on.</param>
/// <param name="Items">Every item that stood in the year when it was closed, open or not, in the order of entry.</param>
[RecordedBy<ActionPlan>("commitments.plan-year-closed.v1")]
public sealed record PlanYearClosed(FinancialYear Year, FinancialYear Next, IReadOnlyList<ActionPlanItemId> Items);

/// <summary>An item stands in a year of the plan.</summary>
[RecordedBy<ActionPlan>("commitments.plan-item-entered.v1")]
public sealed record PlanItemEntered(ActionPlanItemId Item, FinancialYear Year);

/// <summary>An item came to a year that was closed already; if it is open, it is carried forward into the next year.</summary>
[RecordedBy<ActionPlan>("commitments.plan-item-entered-after-close.v1")]
public sealed record PlanItemEnteredAfterClose(ActionPlanItemId Item, FinancialYear Year, FinancialYear Next);

/// <summary>What deciding about an action plan needs to know.</summary>
internal sealed record ActionPlan(ActionPlanProposed? Proposed, IReadOnlyDictionary<FinancialYear, PlanYear> Years) : IAggregate<ActionPlan>
{
    public static string Kind => ActionPlanId.Kind;

    public static ActionPlan Unborn { get; } = new(null, new Dictionary<FinancialYear, PlanYear>());

    // A plan is the council's; partners read it and write to their own items.
    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(ActionPlan state, ICommand command, Occasion occasion) => command switch
    {
        ProposeActionPlan c => Propose(state, c),
        _ when state.Proposed is null => Decision.Refuse("PLAN_UNKNOWN", "There is no such action plan; propose it first."),
        DraftPlanVersion c => state[c.Year].Drafted ? Decision.AlreadySo : Decision.Take(new PlanVersionDrafted(c.Year)),
        ApprovePlanVersion c => Approve(state[c.Year], c, occasion),
        PublishPlanVersion c => Publish(state[c.Year], c, occasion),
        ClosePlanYear c => Close(state[c.Year], c, occasion),
        EnterPlanItem c => Enter(state[c.Year], c),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "An action plan does not know this command."),
    };

    public static ActionPlan Evolve(ActionPlan state, object @event) => @event switch
    {
        ActionPlanProposed e => state with { Proposed = e },
        PlanVersionDrafted e => state.With(e.Year, year => year with { Drafted = true }),
        PlanVersionApproved e => state.With(e.Year, year => year with { Approved = e }),
        PlanVersionPublished e => state.With(e.Year, year => year with { Published = true }),
        PlanYearClosed e => state.With(e.Year, year => year with { Closed = true }),
        PlanItemEntered e => state.With(e.Year, year => year with { Items = [.. year.Items, e.Item] }),
        PlanItemEnteredAfterClose e => state.With(e.Year, year => year with { Items = [.. year.Items, e.Item] }),
        _ => state,
    };

    private PlanYear this[FinancialYear year] => Years.GetValueOrDefault(year) ?? PlanYear.Untouched;

    private ActionPlan With(FinancialYear year, Func<PlanYear, PlanYear> change) =>
        this with { Years = new Dictionary<FinancialYear, PlanYear>(Years) { [year] = change(this[year]) } };

    private static Decision Propose(ActionPlan state, ProposeActionPlan c) =>
        state.Proposed is not { } known ? Decision.Take(new ActionPlanProposed(c.Plan, c.Key, c.Title, c.Aliases))
            : known.Key == c.Key && known.Title == c.Title && known.Aliases.SequenceEqual(c.Aliases) ? Decision.AlreadySo
            : Decision.Refuse("PLAN_ALREADY_PROPOSED", "This action plan was proposed already, with another title or other aliases.");

    private static Decision Approve(PlanYear year, ApprovePlanVersion c, Occasion occasion)
    {
        if (!year.Drafted) return Decision.Refuse("PLAN_VERSION_NOT_DRAFTED", $"There is no draft for {c.Year}; draft it before it is approved.");
        if (c.ApprovedOn > occasion.Today) return Decision.Refuse("APPROVED_IN_FUTURE", $"An approval can be recorded as at today, {occasion.Today:yyyy-MM-dd}, or before.");
        var approved = new PlanVersionApproved(c.Year, c.Body, c.Minute, c.ApprovedOn ?? occasion.Today);
        return year.Approved is not { } known ? Decision.Take(approved)
            : known == approved ? Decision.AlreadySo
            : Decision.Refuse("PLAN_VERSION_ALREADY_APPROVED", $"{known.Body} approved the version for {c.Year} on {known.EffectiveOn:yyyy-MM-dd} ({known.Minute}).");
    }

    private static Decision Publish(PlanYear year, PublishPlanVersion c, Occasion occasion)
    {
        var on = c.PublishedOn ?? occasion.Today;
        if (year.Approved is not { } approved) return NotApproved(c.Year, "published");
        if (year.Published) return Decision.AlreadySo;
        if (on > occasion.Today) return Decision.Refuse("PUBLISHED_IN_FUTURE", $"A publication can be recorded as at today, {occasion.Today:yyyy-MM-dd}, or before.");
        if (on < approved.EffectiveOn) return Decision.Refuse("PUBLISHED_BEFORE_APPROVED", $"The version was approved on {approved.EffectiveOn:yyyy-MM-dd}; it can't have been published before that.");
        return Decision.Take(new PlanVersionPublished(c.Year, on));
    }

    private static Decision Close(PlanYear year, ClosePlanYear c, Occasion occasion)
    {
        if (year.Closed) return Decision.Refuse("PLAN_YEAR_ALREADY_CLOSED", $"{c.Year} is closed already; what was open in it goes on in the next year.");
        if (year.Approved is null) return NotApproved(c.Year, "closed");
        if (occasion.Today < c.Year.Last) return Decision.Refuse("PLAN_YEAR_NOT_OVER", $"{c.Year} ends on {c.Year.Last:yyyy-MM-dd}; close it on that day or after.");
        return Decision.Take(new PlanYearClosed(c.Year, c.Year.Next, year.Items));
    }

    private static Decision Enter(PlanYear year, EnterPlanItem c) =>
        year.Items.Contains(c.Item) ? Decision.AlreadySo
            : year.Closed ? Decision.Take(new PlanItemEnteredAfterClose(c.Item, c.Year, c.Year.Next))
            : Decision.Take(new PlanItemEntered(c.Item, c.Year));

    private static Decision NotApproved(FinancialYear year, string what) =>
        Decision.Refuse("PLAN_VERSION_NOT_APPROVED", $"No body has approved the version for {year} yet; it can be {what} once it is approved.");
}

/// <summary>One year of a plan, as far as decisions need it.</summary>
internal sealed record PlanYear(bool Drafted, PlanVersionApproved? Approved, bool Published, bool Closed, IReadOnlyList<ActionPlanItemId> Items)
{
    public static readonly PlanYear Untouched = new(false, null, false, false, []);
}
