using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Commitments;

public class PlanRegisterStories
{
    private static readonly ActionPlanId Plan = new(new Guid("00000000-0000-0000-0000-0000000000a1"));
    private static readonly ActionPlanItemId Item = new(new Guid("00000000-0000-0000-0000-0000000000b1"));
    private static readonly PartnerId Owner = new(new Guid("00000000-0000-0000-0000-0000000000c1"));
    private static readonly PartnerId Supporter = new(new Guid("00000000-0000-0000-0000-0000000000c2"));
    private static readonly FinancialYear Year = FinancialYear.Parse("2013-14");
    private static readonly DateOnly October = new(2013, 10, 31);
    private static readonly DateOnly YearEnd = new(2014, 3, 31);
    private static readonly object Proposed = new PlanItemProposed(
        Item, "consult", Plan, Year, "Consult residents", Owner, [Supporter], YearEnd, [new("Online", October), new("Analysed", YearEnd)], [], []);

    [Fact]
    public void The_greatest_effective_day_is_current_and_the_later_recorded_wins_a_tie()
    {
        var shown = ShownItem(Proposed, new PlanItemConfirmed(new(2013, 4, 1)), Report(CommitmentStatus.OnTrack, 6), Report(CommitmentStatus.OffTrack, 5));
        shown.Status.Should().Be(CommitmentStatus.OnTrack);
        ShownItem(Proposed, Report(CommitmentStatus.OnTrack, 6), Report(CommitmentStatus.AtRisk, 6)).Status.Should().Be(CommitmentStatus.AtRisk);
        (shown.Confirmed, shown.ConfirmedOn, shown.StatusOn).Should().Be((true, new DateOnly(2013, 4, 1), new DateOnly(2013, 6, 30)));
    }

    [Fact]
    public void Owner_and_supporters_may_see_an_item_and_no_partner_lists_the_plan()
    {
        ShownItem(Proposed).Organisations.Should().Equal(Owner, Supporter);
        ShownPlan(new ActionPlanProposed(Plan, null, "Plan", [])).Organisations.Should().BeEmpty();
    }

    [Fact]
    public void Slippage_and_the_days_that_passed_stay_to_be_seen()
    {
        var shown = ShownItem(
            Proposed, new MilestoneMissed(1, October, October.AddDays(1)), new MilestoneMoved(1, October, new(2013, 11, 20), 20, 20, "Late"),
            new MilestoneMet(1, new(2013, 11, 20), 3, new(2013, 11, 23)), new PlanItemOverdue(YearEnd, YearEnd.AddDays(1)),
            new PlanItemCarriedForward(Plan, Year, Year.Next, [2]));
        shown.Milestones[0].Should().BeEquivalentTo(new MilestoneEntry(1, "Online", October, new(2013, 11, 20), 20, new(2013, 11, 23), 3, [October]));
        shown.Milestones[1].LapsedOn.Should().BeEmpty();
        (shown.Overdue, shown.Year).Should().Be((true, "2014-15"));
        shown.LapsedOn.Should().Equal(YearEnd);
        shown.CarriedForward.Should().ContainSingle().Which.Should().BeEquivalentTo(new CarriedForwardEntry(Year, Year.Next, [2], 6));
        ShownItem(Proposed, new PlanItemOverdue(YearEnd, YearEnd.AddDays(1)), new PlanItemMoved(YearEnd, new(2014, 4, 30), 30, 30, "Late"))
            .Should().Match<ActionPlanItemRegister>(i => !i.Overdue && i.SlippageDays == 30 && i.FirstDueOn == YearEnd && i.LapsedOn.Count == 1);
    }

    [Fact]
    public void A_years_stage_goes_from_proposed_to_closed()
    {
        object[] events =
        [
            new ActionPlanProposed(Plan, null, "Plan", []), new PlanItemEntered(Item, Year), new PlanVersionDrafted(Year),
            new PlanVersionApproved(Year, "cabinet", "Minute 7", October), new PlanYearClosed(Year, Year.Next, [Item]), new PlanVersionPublished(Year, YearEnd),
        ];
        Enumerable.Range(2, 5).Select(n => ShownPlan([.. events.Take(n)]).Years.Single().Stage)
            .Should().Equal(PlanStage.Proposed, PlanStage.Drafted, PlanStage.Approved, PlanStage.Closed, PlanStage.Closed);
        ShownPlan(events).Years.Single().Should().Match<PlanYearEntry>(y => y.Items == 1 && y.ApprovedBy == "cabinet" && y.PublishedOn == YearEnd);
    }

    private static PlanItemProgressReported Report(CommitmentStatus status, int month) => new(status, "So it goes", null, new(2013, month, 30));

    private static ActionPlanItemRegister ShownItem(params object[] events) => Recorded(ActionPlanItemId.Kind, Item.Value, events).Aggregate((ActionPlanItemRegister?)null, ActionPlanItemRegister.Fold)!;

    private static ActionPlanRegister ShownPlan(params object[] events) => Recorded(ActionPlanId.Kind, Plan.Value, events).Aggregate((ActionPlanRegister?)null, ActionPlanRegister.Fold)!;

    private static IEnumerable<RecordedEvent> Recorded(string kind, Guid id, object[] events)
    {
        var occasion = PlanStory<ActionPlan>.OccasionOn(YearEnd);
        return events.Select((e, i) => new RecordedEvent(
            i + 1, StreamKey.Of(kind, id), i + 1, "", occasion.RecordedAt, new OccasionHeaders(YearEnd, occasion.Actor, "request", ""), "", e));
    }
}
