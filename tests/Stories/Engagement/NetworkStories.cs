using Equalities.Options.V1;
using EqualitiesPlatform.Engagement;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Engagement;

public class NetworkStories
{
    private static readonly NetworkId Together = new(Guid.Parse("0198a000-0000-7000-8000-0000000000d1"));
    private static readonly PartnerId Council = new(Guid.Parse("0198a000-0000-7000-8000-0000000000d2"));
    private static readonly PartnerId Faith = new(Guid.Parse("0198a000-0000-7000-8000-0000000000d3"));
    private static readonly PartnerId Police = new(Guid.Parse("0198a000-0000-7000-8000-0000000000d4"));
    private static readonly DateOnly May = new(2013, 5, 1);
    private static readonly DateOnly June = new(2013, 6, 30);
    private static readonly ActionPlanItemId Item = ActionPlanItemId.From(NameBasedId.Of(Together.Value, "joint-action:visits"));

    private static readonly NetworkFounded Founded = new(Together, "together", "Communities Together", "Joint action", false, ["faith", "youth"]);
    private static readonly object[] WithMembers = [Founded, new NetworkJoined(Council, "professional-partners"), new NetworkJoined(Faith, "faith")];
    private static readonly JointActionAgreed Visits = new(Together, "visits", "Visit each other", Faith, [Council], June, Item);

    private static Story<Network> Given(params object[] events) => Story<Network>.Given(events).By(Role.EngagementOfficer);

    [Fact]
    public void A_network_is_founded_once()
    {
        var found = new FoundNetwork(Together, "together", "Communities Together", "Joint action", false, ["faith", "youth"]);
        Given().When(found).Then(Founded);
        Given(Founded).When(found).ThenNothing();
        Given(Founded).When(found with { Sectors = ["faith"] }).ThenRefused("NETWORK_ALREADY_FOUNDED");
        Given().When(new JoinNetwork(Together, Faith, "faith")).ThenRefused("NETWORK_UNKNOWN");
        Given(Founded).When(new Anything(Together)).ThenRefused("COMMAND_UNKNOWN");
    }

    [Fact]
    public void A_network_follows_the_pack()
    {
        var describe = new DescribeNetwork(Together, "together", "Communities Together", "Joint action", false, ["faith", "youth"]);
        var described = new NetworkDescribed("Communities Together", "Joint action", false, ["faith", "youth", "schools"]);
        Given().When(describe).Then(Founded);
        Given(Founded).When(describe).ThenNothing();
        Given(Founded).When(describe with { Sectors = described.Sectors }).Then(described);
        Given(Founded, described).When(describe with { Sectors = described.Sectors }).ThenNothing();
        Given(Founded, new NetworkDescribed("Together", "Joint action", true, [])).When(new PlanNetworkMeeting(Together, June, "Data")).ThenRefused("NETWORK_IS_VIRTUAL");
    }

    [Fact]
    public void Who_can_lead_a_case_belongs_to_it_while_they_can()
    {
        var lead = new PersonId(Guid.Parse("0198a000-0000-7000-8000-0000000000d5"));
        var other = new PersonId(Guid.Parse("0198a000-0000-7000-8000-0000000000d6"));
        Given(Founded).When(new JoinAsLead(Together, lead)).Then(new LeadJoined(lead));
        Given(Founded, new LeadJoined(lead)).When(new JoinAsLead(Together, lead)).ThenNothing();
        Given(Founded, new LeadJoined(lead), new LeadJoined(other)).When(new LeaveAsLead(Together, lead)).Then(new LeadLeft(lead));
        Given(Founded, new LeadJoined(lead), new LeadLeft(lead)).When(new LeaveAsLead(Together, lead)).ThenNothing();
        Given().When(new JoinAsLead(Together, lead)).ThenRefused("NETWORK_UNKNOWN");
    }

    [Fact]
    public void Organisations_join_for_a_sector_and_leave()
    {
        Given(Founded).When(new JoinNetwork(Together, Faith, "faith")).Then(new NetworkJoined(Faith, "faith"));
        Given(WithMembers).When(new JoinNetwork(Together, Faith, "faith")).ThenNothing();
        Given(WithMembers).When(new LeaveNetwork(Together, Faith, "Merged")).Then(new NetworkLeft(Faith, "Merged"));
        Given(Founded).When(new LeaveNetwork(Together, Faith, "Merged")).ThenNothing();
    }

    [Fact]
    public void Two_organisations_chair_it_until_others_are_elected_or_one_leaves()
    {
        var elected = new CoChairsElected(Council, Faith, May);
        Given(WithMembers).When(new ElectCoChairs(Together, Council, Faith, null)).Then(elected);
        Given([.. WithMembers, elected]).When(new ElectCoChairs(Together, Council, Faith, null)).ThenNothing();
        Given(WithMembers).When(new ElectCoChairs(Together, Faith, Faith, null)).ThenRefused("SAME_ORGANISATION");
        Given(WithMembers).When(new ElectCoChairs(Together, Council, Police, null)).ThenRefused("NOT_A_MEMBER");
        Given(WithMembers).When(new ElectCoChairs(Together, Council, Faith, June)).ThenRefused("EFFECTIVE_IN_FUTURE");
        Given([.. WithMembers, elected]).When(new LeaveNetwork(Together, Faith, "Merged")).Then(new NetworkLeft(Faith, "Merged"), new CoChairVacant(Faith));
    }

    [Fact]
    public void It_meets_with_its_members_unless_it_is_virtual()
    {
        var meeting = new RecordNetworkMeeting(Together, May, ["Tensions"], [new Attendance(Faith, "Secretary")]);
        var met = new NetworkMet(["Tensions"], [new Attendance(Faith, "Secretary")], May);
        Given(WithMembers).When(meeting).Then(met);
        Given([.. WithMembers, met]).When(meeting).ThenRefused("MEETING_ALREADY_RECORDED");
        Given(WithMembers).When(meeting with { HeldOn = June }).ThenRefused("EFFECTIVE_IN_FUTURE");
        Given(WithMembers).When(meeting with { Present = [new Attendance(Police, "Commander")] }).ThenRefused("NOT_A_MEMBER");
        Given(Founded with { Virtual = true }, new NetworkJoined(Faith, "faith")).When(meeting).ThenRefused("NETWORK_IS_VIRTUAL");
    }

    [Fact]
    public void Meetings_are_planned_called_off_and_held()
    {
        var plan = new PlanNetworkMeeting(Together, June, "Insight from schools");
        var planned = new NetworkMeetingPlanned(June, "Insight from schools");
        Given(WithMembers).When(plan).Then(planned);
        Given([.. WithMembers, planned]).When(plan).ThenNothing();
        Given(WithMembers).When(plan with { On = May.AddDays(-1) }).ThenRefused("MEETING_IN_PAST");
        Given(Founded with { Virtual = true }).When(plan).ThenRefused("NETWORK_IS_VIRTUAL");
        Given([.. WithMembers, planned]).When(new CallOffNetworkMeeting(Together, June)).Then(new NetworkMeetingCalledOff(June));
        Given(WithMembers).When(new CallOffNetworkMeeting(Together, June)).ThenNothing();
        Given([.. WithMembers, planned, new NetworkMet(["Insight"], [], June)]).When(new CallOffNetworkMeeting(Together, June)).ThenNothing();
    }

    [Fact]
    public void Members_agree_priorities_to_the_same_words_and_achievements_serve_them()
    {
        var (name, agree, link) = (new NamePriority(Together, "way-home", new FinancialYear(2014), "A safe way home"), new AgreePriority(Together, "way-home", Faith),
            new LinkAchievement(Together, "way-home", new AchievementId(Police.Value), true));
        var (named, agreed, linked) = (new PriorityNamed("way-home", new FinancialYear(2014), "A safe way home"), new PriorityAgreed("way-home", Faith), new AchievementLinked("way-home", new AchievementId(Police.Value)));
        Given(WithMembers).When(name).Then(named);
        Given([.. WithMembers, named]).When(name).ThenNothing();
        Given([.. WithMembers, named]).When(agree).Then(agreed);
        Given([.. WithMembers, named, agreed]).When(agree).ThenNothing();
        Given([.. WithMembers, named, agreed, named with { Text = "A lit way home" }]).When(agree).Then(agreed);
        Given(WithMembers).When(agree).ThenRefused("PRIORITY_UNKNOWN");
        Given([.. WithMembers, named]).When(agree with { Organisation = Police }).ThenRefused("NOT_A_MEMBER");
        Given([.. WithMembers, named]).By(Role.PartnerLead, Council).When(agree).ThenRefused("NOT_YOUR_ORGANISATION");
        Given([.. WithMembers, named]).When(link).Then(linked);
        Given([.. WithMembers, named, linked]).When(link).ThenNothing();
        Given(WithMembers).When(link).ThenRefused("PRIORITY_UNKNOWN");
        Given([.. WithMembers, named]).When(link with { OnRecord = false }).ThenRefused("ACHIEVEMENT_UNKNOWN");
    }

    [Fact]
    public void Members_contribute()
    {
        Given(WithMembers).When(new Contribute(Together, Faith, "A calendar", null)).Then(new ContributionMade(Faith, "A calendar", May));
        Given(WithMembers).When(new Contribute(Together, Police, "A briefing", null)).ThenRefused("NOT_A_MEMBER");
        Given(WithMembers).By(Role.PartnerLead, Faith).When(new Contribute(Together, Faith, "A calendar", null)).Then(new ContributionMade(Faith, "A calendar", May));
        Given(WithMembers).By(Role.PartnerLead, Police).When(new Contribute(Together, Faith, "A calendar", null)).ThenRefused("NOT_YOUR_ORGANISATION");
        Given(WithMembers).When(new Contribute(Together, Faith, "A calendar", June)).ThenRefused("EFFECTIVE_IN_FUTURE");
    }

    [Fact]
    public void What_they_do_together_becomes_a_plan_item()
    {
        var agree = new AgreeJointAction(Together, "visits", "Visit each other", Faith, [Council], June);
        Given(WithMembers).When(agree).Then(Visits);
        Given([.. WithMembers, Visits]).When(agree).ThenNothing();
        Given([.. WithMembers, Visits]).When(agree with { Text = "Visit often" }).ThenRefused("JOINT_ACTION_ALREADY_AGREED");
        Given(WithMembers).When(agree with { Supporting = [Police] }).ThenRefused("NOT_A_MEMBER");
        Given(WithMembers).When(agree with { DueOn = new DateOnly(2013, 4, 30) }).ThenRefused("DUE_IN_PAST");
    }

    [Fact]
    public void Its_register_shows_the_sectors_that_nobody_speaks_for_and_who_chaired_when()
    {
        var register = new object[]
        {
            Founded, new NetworkJoined(Faith, "faith"), new NetworkJoined(Council, "professional-partners"), new CoChairsElected(Council, Faith, May),
            new NetworkLeft(Faith, "Merged"), new CoChairVacant(Faith),
        }.Select(Recorded.As(NetworkId.Kind, Together.Value)).Aggregate((NetworkRegister?)null, NetworkRegister.Fold)!;
        register.Gaps.Should().Equal("faith", "youth");
        register.Organisations.Should().Equal(Council);
        register.ChairVacant.Should().BeTrue();
        register.CoChairs.Should().ContainSingle();
        register.Members.Should().HaveCount(2).And.ContainSingle(m => m.LeftOn == May);
    }

    private sealed record Anything(NetworkId Network) : INetworkCommand;
}
