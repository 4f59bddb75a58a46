namespace EqualitiesPlatform.Commitments;

// A plan and its items keep in step in two ways, and both are needed so that closing a year loses nothing: an item tells
// its plan where it stands, and the plan, when a year closes, tells every item that stood there to go on. Follow-ups are
// sent in the order of positions. An item proposed before the close therefore is in the plan by then, or comes to a
// closed year, and the plan says so, and it goes on all the same.

/// <summary>An item that was proposed or carried forward is entered into that year of its plan.</summary>
[Hears(typeof(PlanItemProposed), typeof(PlanItemCarriedForward))]
internal sealed class PlanHearsOfItsItems : IFollowUp
{
    public string Name => "plan-hears-of-its-items";

    public ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct) => new(recorded.Event switch
    {
        PlanItemProposed e => [new EnterPlanItem(e.Plan, e.Item, e.Year)],
        PlanItemCarriedForward e => [new EnterPlanItem(e.Plan, new ActionPlanItemId(recorded.Id), e.To)],
        _ => [],
    });
}

/// <summary>What is open in a closed year goes on in the next; each item knows whether it is open.</summary>
[Hears(typeof(PlanYearClosed), typeof(PlanItemEnteredAfterClose))]
internal sealed class OpenItemsGoOn : IFollowUp
{
    public string Name => "open-items-go-on";

    public ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct) => new(recorded.Event switch
    {
        PlanYearClosed e => [.. e.Items.Select(item => new CarryPlanItemForward(item, e.Year, e.Next))],
        PlanItemEnteredAfterClose e => [new CarryPlanItemForward(e.Item, e.Year, e.Next)],
        _ => [],
    });
}
