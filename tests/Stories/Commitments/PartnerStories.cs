using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Commitments;

public class PartnerStories
{
    private static readonly PartnerId Units = new(Guid.Parse("0198a000-0000-7000-8000-000000000001"));
    private static readonly PartnerId Capita = new(Guid.Parse("0198a000-0000-7000-8000-000000000002"));
    private static readonly PartnerId Schools = new(Guid.Parse("0198a000-0000-7000-8000-000000000003"));
    private static readonly PersonId Lead = new(Guid.Parse("0198a000-0000-7000-8000-00000000000f"));
    private static readonly CommitmentId Audit = new(Guid.Parse("0198a000-0000-7000-8000-00000000000a"));
    private static readonly DateOnly May = new(2013, 5, 1);
    private static readonly PartnerRegistered Registered = new(Units, "units", "Delivery Units", OrganisationType.DeliveryUnit, null, true);
    private static readonly LeadAppointed Appointed = new(Lead, new(2013, 4, 1));
    private static readonly PartnerBeganLeaving Leaving = new(Units, "The contract ends", May);

    private static Story<Partner> Nothing => Story<Partner>.Given();
    private static Story<Partner> OnceRegistered => Story<Partner>.Given(Registered);

    [Fact]
    public void An_organisation_is_registered_once()
    {
        var register = new RegisterPartner(Units, "units", "Delivery Units", OrganisationType.DeliveryUnit, null, true);
        Nothing.When(register).Then(Registered);
        OnceRegistered.When(register).ThenNothing();
        OnceRegistered.When(register with { Name = "Units" }).ThenRefused("PARTNER_ALREADY_REGISTERED");
    }

    [Fact]
    public void Nothing_is_known_of_an_unregistered_partner() => Nothing.When(new BeginLeaving(Units, "Why not")).ThenRefused("PARTNER_UNKNOWN");

    [Fact]
    public void Leads_come_and_go()
    {
        OnceRegistered.When(new AppointLead(Units, Lead, new(2013, 4, 1))).Then(Appointed);
        var led = Story<Partner>.Given(Registered, Appointed);
        led.When(new StandDownLead(Units, Lead, null)).Then(new LeadStoodDown(Lead, May));
        led.When(new StandDownLead(Units, Lead, new(2013, 3, 31))).ThenRefused("STOOD_DOWN_BEFORE_APPOINTED");
        OnceRegistered.When(new StandDownLead(Units, Lead, null)).ThenRefused("NOT_LEADING");
    }

    [Fact]
    public void Who_leads_already_is_not_appointed_from_another_day()
    {
        var led = Story<Partner>.Given(Registered, Appointed);
        led.When(new AppointLead(Units, Lead, null)).ThenNothing();
        led.When(new AppointLead(Units, Lead, Appointed.EffectiveOn)).ThenNothing();
        led.When(new AppointLead(Units, Lead, new(2013, 3, 1))).ThenRefused("APPOINTED_FROM_ANOTHER_DAY");
        Story<Partner>.Given(Registered, new LeadAppointed(Lead, new(2013, 6, 1))).When(new AppointLead(Units, Lead, null)).ThenRefused("APPOINTED_FROM_ANOTHER_DAY");
        Story<Partner>.Given(Registered, Appointed, new LeadStoodDown(Lead, May)).When(new AppointLead(Units, Lead, null)).Then(new LeadAppointed(Lead, May));
    }

    [Fact]
    public void Contributors_come_and_go_and_end_with_the_organisation()
    {
        var contributes = new ContributorAppointed(Lead, new(2013, 4, 1));
        OnceRegistered.When(new AppointContributor(Units, Lead, new(2013, 4, 1))).Then(contributes);
        var contributed = Story<Partner>.Given(Registered, contributes);
        contributed.When(new AppointContributor(Units, Lead, new(2013, 3, 1))).ThenRefused("APPOINTED_FROM_ANOTHER_DAY");
        contributed.When(new StandDownContributor(Units, Lead, null)).Then(new ContributorStoodDown(Lead, May));
        contributed.When(new StandDownContributor(Units, Lead, new(2013, 3, 31))).ThenRefused("STOOD_DOWN_BEFORE_APPOINTED");
        contributed.When(new StandDownLead(Units, Lead, null)).ThenRefused("NOT_LEADING");
        Story<Partner>.Given(Registered, Appointed).When(new StandDownContributor(Units, Lead, null)).ThenRefused("NOT_CONTRIBUTING");

        object[] history = [Registered, contributes, new ContributorStoodDown(Lead, May), new ContributorAppointed(Lead, May), new PartnerMerged(Units, Capita, [], "One provider", new(2013, 6, 1))];
        history.Select(Recorded.As(PartnerId.Kind, Units.Value)).Aggregate((PartnerRegister?)null, PartnerRegister.Fold)!
            .Contributors.Should().Equal(new LeadEntry(Lead, new(2013, 4, 1), May), new LeadEntry(Lead, May, new(2013, 6, 1)));
    }

    [Fact]
    public void A_new_name_leaves_one_history()
    {
        OnceRegistered.When(new RenamePartner(Units, "Internal Units", null)).Then(new PartnerRenamed("Internal Units", May));
        OnceRegistered.When(new RenamePartner(Units, "Delivery Units", null)).ThenNothing();
        OnceRegistered.When(new RenamePartner(Units, "Internal Units", new(2013, 5, 2))).ThenRefused("EFFECTIVE_IN_FUTURE");
    }

    [Fact]
    public void A_version_of_the_Policy_is_adopted() =>
        OnceRegistered.When(new AdoptPolicy(Units, "2013", null)).Then(new PolicyAdopted("2013", May));

    [Fact]
    public void The_own_policy_is_linked_and_then_checked()
    {
        var linked = new OwnPolicyLinked("https://example.org/policy", new(2012, 9, 1), May);
        OnceRegistered.When(new LinkOwnPolicy(Units, linked.Url, linked.DatedOn)).Then(linked);
        OnceRegistered.When(new CheckOwnPolicy(Units, OwnPolicyCheck.Broken, null)).ThenRefused("NO_OWN_POLICY");
        Story<Partner>.Given(Registered, linked).When(new CheckOwnPolicy(Units, OwnPolicyCheck.Broken, null)).Then(new OwnPolicyChecked(linked.Url, OwnPolicyCheck.Broken, May));
    }

    [Fact]
    public void A_merged_partner_names_its_leads_and_is_leaving()
    {
        var merge = new MergePartner(Units, Capita, "One provider", null);
        var merged = new PartnerMerged(Units, Capita, [Lead], "One provider", May);
        var story = Story<Partner>.Given(Registered, Appointed).When(merge);
        story.Then(merged);
        story.State.Stage.Should().Be(PartnerStage.Leaving);
        Story<Partner>.Given(Registered, merged).When(merge).ThenRefused("PARTNER_ALREADY_SUCCEEDED");
        OnceRegistered.When(merge with { Into = Units }).ThenRefused("SUCCEEDS_ITSELF");
        OnceRegistered.When(merge with { Readiness = PartnerReadiness.Leaving }).ThenRefused("PARTNER_LEAVING");
    }

    [Fact]
    public void A_partner_splits_into_two_at_least()
    {
        PartnerShare[] shares = [new(Capita, []), new(Schools, [Audit])];
        OnceRegistered.When(new SplitPartner(Units, shares, "Two contracts", null)).Then(new PartnerSplit(Units, shares, [], "Two contracts", May));
        OnceRegistered.When(new SplitPartner(Units, shares[..1], "Two contracts", null)).ThenRefused("SPLIT_NEEDS_TWO");
        OnceRegistered.When(new SplitPartner(Units, [new(Capita, [Audit]), shares[1]], "Two contracts", null)).ThenRefused("COMMITMENT_SHARED_TWICE");
    }

    [Fact]
    public void A_service_goes_and_both_live_on()
    {
        var story = OnceRegistered.When(new TransferService(Units, Capita, "Front desk", [Audit], "The contract began", null));
        story.Then(new ServiceTransferred(Units, Capita, "Front desk", [Audit], "The contract began", May));
        story.State.Stage.Should().Be(PartnerStage.Active);
    }

    [Fact]
    public void The_successor_is_told() =>
        OnceRegistered.When(new ReceiveSuccession(Units, Capita, Succession.Merger, May)).Then(new SuccessionReceived(Capita, Succession.Merger, May));

    [Fact]
    public void Leaving_takes_two_steps()
    {
        OnceRegistered.When(new BeginLeaving(Units, "The contract ends")).Then(Leaving);
        OnceRegistered.When(new ConcludeLeaving(Units)).ThenRefused("NOT_LEAVING");
        Story<Partner>.Given(Registered, Leaving).When(new ConcludeLeaving(Units)).Then(new PartnerLeft(May));
        Story<Partner>.Given(Registered, Leaving, new PartnerLeft(May)).When(new ConcludeLeaving(Units)).ThenNothing();
        Story<Partner>.Given(Registered, Leaving, new PartnerLeft(May)).When(new AdoptPolicy(Units, "2013", null)).ThenRefused("PARTNER_HAS_LEFT");
    }

    [Fact]
    public void A_command_for_somebody_else_is_refused() => OnceRegistered.When(new AcceptCommitment(Audit)).ThenRefused("COMMAND_UNKNOWN");
}
