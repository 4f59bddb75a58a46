using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Commitments;

public class PlanStories
{
    private static readonly ActionPlanId Plan = new(new Guid("00000000-0000-0000-0000-0000000000a1"));
    private static readonly ActionPlanItemId Item = new(new Guid("00000000-0000-0000-0000-0000000000b1"));
    private static readonly ActionPlanItemId Another = new(new Guid("00000000-0000-0000-0000-0000000000b2"));
    private static readonly FinancialYear Year = FinancialYear.Parse("2013-14");
    private static readonly FinancialYear Next = FinancialYear.Parse("2014-15");
    private static readonly DateOnly Midsummer = new(2013, 6, 24);
    private static readonly DateOnly YearEnd = new(2014, 3, 31);

    private static readonly object Proposed = new ActionPlanProposed(Plan, "communities-together", "Communities Together plan", ["Community Cohesion Action Plan"]);
    private static readonly object Drafted = new PlanVersionDrafted(Year);
    private static readonly object Approved = new PlanVersionApproved(Year, "cabinet", "Minute 7", new DateOnly(2013, 6, 12));
    private static readonly object Published = new PlanVersionPublished(Year, new DateOnly(2013, 6, 20));
    private static readonly object Entered = new PlanItemEntered(Item, Year);
    private static readonly object Closed = new PlanYearClosed(Year, Next, [Item]);

    private static PlanStory<ActionPlan> Given(params object[] events) => PlanStory<ActionPlan>.Given(events, Midsummer);

    private static ProposeActionPlan Propose(string title) => new(Plan, "communities-together", title, ["Community Cohesion Action Plan"]);

    [Fact]
    public void A_plan_is_proposed() => Given().When(Propose("Communities Together plan")).Then(Proposed);

    [Fact]
    public void Proposing_the_same_plan_again_changes_nothing() => Given(Proposed).When(Propose("Communities Together plan")).ThenNothing();

    [Fact]
    public void A_plan_with_the_same_key_and_another_title_is_refused() => Given(Proposed).When(Propose("Another plan")).ThenRefused("PLAN_ALREADY_PROPOSED");

    [Fact]
    public void Nothing_can_be_done_to_a_plan_that_nobody_proposed() => Given().When(new DraftPlanVersion(Plan, Year)).ThenRefused("PLAN_UNKNOWN");

    [Fact]
    public void A_years_version_is_drafted_once()
    {
        Given(Proposed).When(new DraftPlanVersion(Plan, Year)).Then(Drafted);
        Given(Proposed, Drafted).When(new DraftPlanVersion(Plan, Year)).ThenNothing();
        Given(Proposed, Drafted).When(new DraftPlanVersion(Plan, Next)).Then(new PlanVersionDrafted(Next));
    }

    [Fact]
    public void A_body_approves_the_draft_with_its_minute() =>
        Given(Proposed, Drafted).When(new ApprovePlanVersion(Plan, Year, "cabinet", "Minute 7", new DateOnly(2013, 6, 12))).Then(Approved);

    [Fact]
    public void An_approval_without_a_day_is_todays() =>
        Given(Proposed, Drafted).When(new ApprovePlanVersion(Plan, Year, "crc", "Minute 3", null)).Then(new PlanVersionApproved(Year, "crc", "Minute 3", Midsummer));

    [Fact]
    public void A_version_that_nobody_drafted_is_not_approved() =>
        Given(Proposed).When(new ApprovePlanVersion(Plan, Year, "cabinet", "Minute 7", null)).ThenRefused("PLAN_VERSION_NOT_DRAFTED");

    [Fact]
    public void An_approval_does_not_lie_in_the_future() =>
        Given(Proposed, Drafted).When(new ApprovePlanVersion(Plan, Year, "cabinet", "Minute 7", Midsummer.AddDays(1))).ThenRefused("APPROVED_IN_FUTURE");

    [Fact]
    public void A_version_is_approved_once()
    {
        Given(Proposed, Drafted, Approved).When(new ApprovePlanVersion(Plan, Year, "cabinet", "Minute 7", new DateOnly(2013, 6, 12))).ThenNothing();
        Given(Proposed, Drafted, Approved).When(new ApprovePlanVersion(Plan, Year, "crc", "Minute 7", new DateOnly(2013, 6, 12))).ThenRefused("PLAN_VERSION_ALREADY_APPROVED");
    }

    [Fact]
    public void An_approved_version_is_published_once()
    {
        Given(Proposed, Drafted, Approved).When(new PublishPlanVersion(Plan, Year, new DateOnly(2013, 6, 20))).Then(Published);
        Given(Proposed, Drafted, Approved).When(new PublishPlanVersion(Plan, Year, null)).Then(new PlanVersionPublished(Year, Midsummer));
        Given(Proposed, Drafted, Approved, Published).When(new PublishPlanVersion(Plan, Year, null)).ThenNothing();
    }

    [Fact]
    public void A_version_that_no_body_approved_is_neither_published_nor_closed()
    {
        Given(Proposed, Drafted).When(new PublishPlanVersion(Plan, Year, null)).ThenRefused("PLAN_VERSION_NOT_APPROVED");
        Given(Proposed, Drafted).On(YearEnd).When(new ClosePlanYear(Plan, Year)).ThenRefused("PLAN_VERSION_NOT_APPROVED");
    }

    [Fact]
    public void A_publication_lies_neither_in_the_future_nor_before_the_approval()
    {
        Given(Proposed, Drafted, Approved).When(new PublishPlanVersion(Plan, Year, Midsummer.AddDays(1))).ThenRefused("PUBLISHED_IN_FUTURE");
        Given(Proposed, Drafted, Approved).When(new PublishPlanVersion(Plan, Year, new DateOnly(2013, 6, 11))).ThenRefused("PUBLISHED_BEFORE_APPROVED");
    }

    [Fact]
    public void An_item_is_entered_into_a_year_once()
    {
        Given(Proposed).When(new EnterPlanItem(Plan, Item, Year)).Then(Entered);
        Given(Proposed, Entered).When(new EnterPlanItem(Plan, Item, Year)).ThenNothing();
        Given(Proposed, Entered).When(new EnterPlanItem(Plan, Item, Next)).Then(new PlanItemEntered(Item, Next));
    }

    [Fact]
    public void A_year_is_closed_on_its_last_day_with_every_item_that_stands_in_it() =>
        Given(Proposed, Drafted, Approved, Entered, new PlanItemEntered(Another, Next)).On(YearEnd).When(new ClosePlanYear(Plan, Year)).Then(Closed);

    [Fact]
    public void A_year_that_is_not_over_is_not_closed() =>
        Given(Proposed, Drafted, Approved).On(YearEnd.AddDays(-1)).When(new ClosePlanYear(Plan, Year)).ThenRefused("PLAN_YEAR_NOT_OVER");

    [Fact]
    public void A_year_is_closed_once() =>
        Given(Proposed, Drafted, Approved, Entered, Closed).On(YearEnd).When(new ClosePlanYear(Plan, Year)).ThenRefused("PLAN_YEAR_ALREADY_CLOSED");

    [Fact]
    public void An_item_that_comes_to_a_closed_year_is_told_apart_and_told_once()
    {
        var late = new PlanItemEnteredAfterClose(Another, Year, Next);
        Given(Proposed, Drafted, Approved, Entered, Closed).On(YearEnd).When(new EnterPlanItem(Plan, Another, Year)).Then(late);
        Given(Proposed, Drafted, Approved, Entered, Closed, late).On(YearEnd).When(new EnterPlanItem(Plan, Another, Year)).ThenNothing();
    }
}
