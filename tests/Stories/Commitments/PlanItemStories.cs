using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Commitments;

public class PlanItemStories
{
    private static readonly ActionPlanId Plan = new(new Guid("00000000-0000-0000-0000-0000000000a1"));
    private static readonly ActionPlanItemId Item = new(new Guid("00000000-0000-0000-0000-0000000000b1"));
    private static readonly PartnerId Owner = new(new Guid("00000000-0000-0000-0000-0000000000c1"));
    private static readonly PartnerId Supporter = new(new Guid("00000000-0000-0000-0000-0000000000c2"));
    private static readonly CommitmentId Promise = new(new Guid("00000000-0000-0000-0000-0000000000d1"));
    private static readonly FinancialYear Year = FinancialYear.Parse("2013-14");
    private static readonly FinancialYear Next = FinancialYear.Parse("2014-15");
    private static readonly DateOnly April = new(2013, 4, 1);
    private static readonly DateOnly Midsummer = new(2013, 6, 24);
    private static readonly DateOnly October = new(2013, 10, 31);
    private static readonly DateOnly December = new(2013, 12, 20);
    private static readonly DateOnly YearEnd = new(2014, 3, 31);

    private static readonly object Proposed = new PlanItemProposed(
        Item, "consult", Plan, Year, "Consult residents", Owner, [Supporter], YearEnd, [new("Online", October), new("Analysed", December)], ["aim:a4"], []);
    private static readonly object Confirmed = new PlanItemConfirmed(April);

    private static PlanStory<ActionPlanItem> Given(params object[] events) => PlanStory<ActionPlanItem>.Given(events, Midsummer);

    private static ProposePlanItem Propose(string text) =>
        new(Item, "consult", Plan, Year, text, Owner, [Supporter], YearEnd, [new("Online", October), new("Analysed", December)], ["aim:a4"], []);

    [Fact]
    public void An_item_is_proposed_into_a_year_of_a_plan() => Given().When(Propose("Consult residents")).Then(Proposed);

    [Fact]
    public void Proposing_the_same_item_again_changes_nothing() => Given(Proposed, Confirmed).When(Propose("Consult residents")).ThenNothing();

    [Fact]
    public void An_item_with_the_same_key_and_other_particulars_is_refused()
    {
        Given(Proposed).When(Propose("Consult everybody")).ThenRefused("PLAN_ITEM_ALREADY_PROPOSED");
        Given(Proposed).When(Propose("Consult residents") with { Milestones = [new("Online", October)] }).ThenRefused("PLAN_ITEM_ALREADY_PROPOSED");
    }

    [Fact]
    public void Nothing_can_be_done_to_an_item_that_nobody_proposed() => Given().When(new ConfirmPlanItem(Item, null)).ThenRefused("PLAN_ITEM_UNKNOWN");

    [Fact]
    public void An_item_is_confirmed_once()
    {
        Given(Proposed).When(new ConfirmPlanItem(Item, April)).Then(Confirmed);
        Given(Proposed).When(new ConfirmPlanItem(Item, null)).Then(new PlanItemConfirmed(Midsummer));
        Given(Proposed, Confirmed).When(new ConfirmPlanItem(Item, null)).ThenNothing();
    }

    [Fact]
    public void Progress_is_reported_as_at_a_day_and_today_when_none_is_given()
    {
        Given(Proposed, Confirmed).When(new ReportPlanItem(Item, CommitmentStatus.AtRisk, "Slow", 20, new DateOnly(2013, 5, 31)))
            .Then(new PlanItemProgressReported(CommitmentStatus.AtRisk, "Slow", 20, new DateOnly(2013, 5, 31)));
        Given(Proposed, Confirmed).When(new ReportPlanItem(Item, CommitmentStatus.OnTrack, "Better", null, null))
            .Then(new PlanItemProgressReported(CommitmentStatus.OnTrack, "Better", null, Midsummer));
    }

    [Fact]
    public void What_is_not_confirmed_is_not_reported_on_moved_or_done()
    {
        foreach (ICommand command in new ICommand[]
                 {
                     new ReportPlanItem(Item, CommitmentStatus.OnTrack, "Well", null, null), new MeetMilestone(Item, 1, null),
                     new MoveMilestone(Item, 1, December, "Late"), new MovePlanItem(Item, December, "Late"), new CompletePlanItem(Item, "Done", null),
                 })
            Given(Proposed).When(command).ThenRefused("PLAN_ITEM_NOT_CONFIRMED");
    }

    [Fact]
    public void Nothing_is_reported_from_the_future()
    {
        var tomorrow = Midsummer.AddDays(1);
        Given(Proposed, Confirmed).When(new ReportPlanItem(Item, CommitmentStatus.OnTrack, "Well", null, tomorrow)).ThenRefused("EFFECTIVE_IN_FUTURE");
        Given(Proposed, Confirmed).When(new MeetMilestone(Item, 1, tomorrow)).ThenRefused("EFFECTIVE_IN_FUTURE");
        Given(Proposed, Confirmed).When(new CompletePlanItem(Item, "Done", tomorrow)).ThenRefused("EFFECTIVE_IN_FUTURE");
        Given(Proposed).When(new ConfirmPlanItem(Item, tomorrow)).ThenRefused("EFFECTIVE_IN_FUTURE");
    }

    [Fact]
    public void Nothing_is_reported_from_before_the_confirmation()
    {
        Given(Proposed, Confirmed).When(new ReportPlanItem(Item, CommitmentStatus.OnTrack, "Well", null, April.AddDays(-1))).ThenRefused("EFFECTIVE_BEFORE_CONFIRMED");
        Given(Proposed, Confirmed).When(new CompletePlanItem(Item, "Done", April.AddDays(-1))).ThenRefused("EFFECTIVE_BEFORE_CONFIRMED");
    }

    [Theory]
    [InlineData(CommitmentStatus.Completed), InlineData(CommitmentStatus.Withdrawn)]
    public void An_end_is_not_reported_as_a_status(CommitmentStatus end) =>
        Given(Proposed, Confirmed).When(new ReportPlanItem(Item, end, "Over", null, null)).ThenRefused("STATUS_IS_AN_END");

    [Fact]
    public void A_milestone_is_met_in_time_or_so_many_days_late()
    {
        Given(Proposed, Confirmed).When(new MeetMilestone(Item, 1, null)).Then(new MilestoneMet(1, October, 0, Midsummer));
        // From 31 October to 14 November are 14 days.
        Given(Proposed, Confirmed).On(December).When(new MeetMilestone(Item, 1, new DateOnly(2013, 11, 14))).Then(new MilestoneMet(1, October, 14, new DateOnly(2013, 11, 14)));
    }

    [Fact]
    public void A_milestone_is_met_once()
    {
        var met = new MilestoneMet(1, October, 0, Midsummer);
        Given(Proposed, Confirmed, met).When(new MeetMilestone(Item, 1, Midsummer)).ThenNothing();
        Given(Proposed, Confirmed, met).When(new MeetMilestone(Item, 1, April)).ThenRefused("MILESTONE_ALREADY_MET");
        Given(Proposed, Confirmed, met).When(new MoveMilestone(Item, 1, December, "Late")).ThenRefused("MILESTONE_ALREADY_MET");
    }

    [Theory]
    [InlineData(0), InlineData(3), InlineData(-1)]
    public void A_milestone_that_the_item_has_not_is_refused(int number)
    {
        Given(Proposed, Confirmed).When(new MeetMilestone(Item, number, null)).ThenRefused("MILESTONE_UNKNOWN");
        Given(Proposed, Confirmed).When(new MoveMilestone(Item, number, December, "Late")).ThenRefused("MILESTONE_UNKNOWN");
    }

    [Fact]
    public void A_moved_milestone_keeps_the_slippage_of_the_move_and_of_all_moves()
    {
        // From 31 October to 20 November are 20 days; on to 10 November again 10 fewer.
        var moved = new MilestoneMoved(1, October, new DateOnly(2013, 11, 20), 20, 20, "Late");
        Given(Proposed, Confirmed).When(new MoveMilestone(Item, 1, new DateOnly(2013, 11, 20), "Late")).Then(moved);
        Given(Proposed, Confirmed, moved).When(new MoveMilestone(Item, 1, new DateOnly(2013, 11, 10), "Sooner"))
            .Then(new MilestoneMoved(1, new DateOnly(2013, 11, 20), new DateOnly(2013, 11, 10), -10, 10, "Sooner"));
    }

    [Fact]
    public void A_moved_item_keeps_the_slippage_of_the_move_and_of_all_moves()
    {
        // From 31 March to 30 April are 30 days, and 31 more to 31 May.
        var moved = new PlanItemMoved(YearEnd, new DateOnly(2014, 4, 30), 30, 30, "Late");
        Given(Proposed, Confirmed).When(new MovePlanItem(Item, new DateOnly(2014, 4, 30), "Late")).Then(moved);
        Given(Proposed, Confirmed, moved).When(new MovePlanItem(Item, new DateOnly(2014, 5, 31), "Later"))
            .Then(new PlanItemMoved(new DateOnly(2014, 4, 30), new DateOnly(2014, 5, 31), 31, 61, "Later"));
    }

    [Fact]
    public void Moving_to_the_same_day_changes_nothing()
    {
        Given(Proposed, Confirmed).When(new MovePlanItem(Item, YearEnd, "Same")).ThenNothing();
        Given(Proposed, Confirmed).When(new MoveMilestone(Item, 2, December, "Same")).ThenNothing();
    }

    [Fact]
    public void Nothing_is_moved_into_the_past()
    {
        Given(Proposed, Confirmed).When(new MovePlanItem(Item, Midsummer.AddDays(-1), "Past")).ThenRefused("MOVED_INTO_PAST");
        Given(Proposed, Confirmed).When(new MoveMilestone(Item, 1, Midsummer.AddDays(-1), "Past")).ThenRefused("MOVED_INTO_PAST");
    }

    [Fact]
    public void The_clock_raises_each_day_that_passed_once()
    {
        var missed = new MilestoneMissed(1, October, new DateOnly(2013, 11, 1));
        Given(Proposed, Confirmed).On(October).When(Clock).ThenNothing();
        Given(Proposed, Confirmed).On(new DateOnly(2013, 11, 1)).When(Clock).Then(missed);
        Given(Proposed, Confirmed, missed).On(new DateOnly(2013, 12, 20)).When(Clock).ThenNothing();
    }

    [Fact]
    public void A_clock_that_comes_late_raises_all_that_passed() =>
        Given(Proposed, Confirmed).On(new DateOnly(2014, 4, 2)).When(Clock).Then(
            new MilestoneMissed(1, October, new DateOnly(2013, 11, 1)), new MilestoneMissed(2, December, new DateOnly(2013, 12, 21)),
            new PlanItemOverdue(YearEnd, new DateOnly(2014, 4, 1)));

    [Fact]
    public void What_was_met_or_moved_or_ended_or_only_proposed_is_not_missed()
    {
        Given(Proposed, Confirmed, new MilestoneMet(1, October, 0, Midsummer), new MilestoneMoved(2, December, YearEnd, 101, 101, "Late"))
            .On(new DateOnly(2014, 1, 1)).When(Clock).ThenNothing();
        Given(Proposed, Confirmed, new PlanItemCompleted("Done", Midsummer)).On(new DateOnly(2015, 1, 1)).When(Clock).ThenNothing();
        Given(Proposed).On(new DateOnly(2015, 1, 1)).When(Clock).ThenNothing();
    }

    [Fact]
    public void A_day_that_was_missed_and_moved_can_be_missed_again() =>
        Given(Proposed, Confirmed, new MilestoneMissed(1, October, October.AddDays(1)), new MilestoneMoved(1, October, new DateOnly(2013, 11, 20), 20, 20, "Late"))
            .On(new DateOnly(2013, 11, 21)).When(Clock).Then(new MilestoneMissed(1, new DateOnly(2013, 11, 20), new DateOnly(2013, 11, 21)));

    [Fact]
    public void The_item_asks_to_be_woken_the_day_after_the_next_due_day()
    {
        Given(Proposed).State.WakesOn.Should().BeNull();
        Given(Proposed, Confirmed).State.WakesOn.Should().Be(new DateOnly(2013, 11, 1));
        Given(Proposed, Confirmed, new MilestoneMissed(1, October, October.AddDays(1))).State.WakesOn.Should().Be(new DateOnly(2013, 12, 21));
        Given(Proposed, Confirmed, new MilestoneMet(1, October, 0, Midsummer), new MilestoneMet(2, December, 0, Midsummer)).State.WakesOn.Should().Be(new DateOnly(2014, 4, 1));
        Given(Proposed, Confirmed, new PlanItemWithdrawn("No more")).State.WakesOn.Should().BeNull();
    }

    [Fact]
    public void An_item_is_completed_and_then_is_at_its_end()
    {
        Given(Proposed, Confirmed).When(new CompletePlanItem(Item, "Done", null)).Then(new PlanItemCompleted("Done", Midsummer));
        Given(Proposed, Confirmed, new PlanItemCompleted("Done", Midsummer)).When(new ReportPlanItem(Item, CommitmentStatus.OnTrack, "Well", null, null)).ThenRefused("PLAN_ITEM_ENDED");
    }

    [Fact]
    public void A_proposal_and_an_item_are_withdrawn_with_a_reason()
    {
        Given(Proposed).When(new WithdrawPlanItem(Item, "No more")).Then(new PlanItemWithdrawn("No more"));
        Given(Proposed, Confirmed).When(new WithdrawPlanItem(Item, "No more")).Then(new PlanItemWithdrawn("No more"));
        Given(Proposed, new PlanItemWithdrawn("No more")).When(new ConfirmPlanItem(Item, null)).ThenRefused("PLAN_ITEM_ENDED");
    }

    [Fact]
    public void A_commitment_is_linked_and_unlinked_once()
    {
        var linked = new PlanItemLinked(Promise);
        Given(Proposed).When(new LinkPlanItem(Item, Promise)).Then(linked);
        Given(Proposed, linked).When(new LinkPlanItem(Item, Promise)).ThenNothing();
        Given(Proposed, linked).When(new UnlinkPlanItem(Item, Promise)).Then(new PlanItemUnlinked(Promise));
        Given(Proposed).When(new UnlinkPlanItem(Item, Promise)).ThenNothing();
    }

    [Fact]
    public void An_open_item_is_carried_forward_with_its_open_milestones()
    {
        var carry = new CarryPlanItemForward(Item, Year, Next);
        Given(Proposed, Confirmed, new MilestoneMet(1, October, 0, Midsummer)).When(carry).Then(new PlanItemCarriedForward(Plan, Year, Next, [2]));
        Given(Proposed).When(carry).Then(new PlanItemCarriedForward(Plan, Year, Next, [1, 2]));
        Given(Proposed, Confirmed, new PlanItemCarriedForward(Plan, Year, Next, [1, 2])).When(carry).ThenNothing();
    }

    [Fact]
    public void What_is_at_its_end_is_not_carried_forward()
    {
        Given(Proposed, Confirmed, new PlanItemCompleted("Done", Midsummer)).When(new CarryPlanItemForward(Item, Year, Next)).ThenNothing();
        Given(Proposed, new PlanItemWithdrawn("No more")).When(new CarryPlanItemForward(Item, Year, Next)).ThenNothing();
    }

    [Fact]
    public void Only_the_owners_lead_may_write_to_an_item()
    {
        Given(Proposed).State.BelongsTo(Owner).Should().BeTrue();
        Given(Proposed).State.BelongsTo(Supporter).Should().BeFalse();
        Given().State.BelongsTo(Owner).Should().BeFalse();
    }

    private static RaiseDue Clock => new(StreamKey.Of(ActionPlanItemId.Kind, Item.Value));
}
