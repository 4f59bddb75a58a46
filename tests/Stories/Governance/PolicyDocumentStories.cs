using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Governance;

public class PolicyDocumentStories
{
    private static readonly PolicyDocumentId Id = new(new Guid("00000000-0000-0000-0000-0000000000d1"));
    private static readonly PolicyDocumentId Plan = new(new Guid("00000000-0000-0000-0000-0000000000d2"));
    private static readonly ObligationId Review = new(new Guid("00000000-0000-0000-0000-0000000000e1"));
    private static readonly BodyId Cabinet = new(new Guid("00000000-0000-0000-0000-0000000000b1"));
    private static readonly PartnerId Police = new(new Guid("00000000-0000-0000-0000-0000000000a1"));
    private static readonly DateOnly October = new(2013, 10, 14);
    private static readonly DateOnly January = new(2014, 1, 14);

    private static readonly PolicyVersionDrafted Drafted = new(Id, "policy", "Equalities Policy", true, "2014", "draft 1");
    private static readonly PolicyConsultationOpened Consulted = new("2014", "On the draft", new(2013, 12, 20));
    private static readonly PolicyVersionApproved Approved = new("2014", Cabinet, "item 7", null, January);
    private static readonly PolicyVersionPublished Published = new("2014", "the page", January);
    private static readonly PolicyReviewTied Tied = new(Plan, Review);
    private static readonly PolicyReviewBegun Begun = new("Equalities Policy", "A new council", January);

    private static GovernanceStory<PolicyDocument> On(DateOnly today, params object[] events) => GovernanceStory<PolicyDocument>.Given(events, today);

    private static DraftPolicyVersion Draft(string version = "2014", string reference = "draft 1") => new(Id, "policy", "Equalities Policy", true, version, reference);

    private static ApprovePolicyVersion Approve(DateOnly? on = null, string? unconsulted = null) => new(Id, "2014", Cabinet, "item 7", on, unconsulted);

    [Fact]
    public void A_version_goes_from_draft_to_publication()
    {
        On(October).When(Draft()).Then(Drafted);
        On(October, Drafted).When(Draft()).ThenNothing();
        On(October, Drafted).When(new RevisePolicyVersion(Id, "2014", "draft 2", "Carers are named")).Then(new PolicyVersionRevised("2014", "draft 2", "Carers are named"));
        On(October, Drafted).When(new RevisePolicyVersion(Id, "2014", "draft 1", "Nothing")).ThenNothing();
        On(October, Drafted).When(new ConsultOnPolicyVersion(Id, "2014", "On the draft", new(2013, 12, 20))).Then(Consulted);
        On(October, Drafted, Consulted).When(new ConsultOnPolicyVersion(Id, "2014", "On the draft", new(2013, 12, 20))).ThenNothing();
        On(January, Drafted, Consulted).When(Approve()).Then(Approved);
        On(January, Drafted, Consulted, Approved).When(Approve()).ThenNothing();
        On(January, Drafted, Consulted, Approved).When(new PublishPolicyVersion(Id, "2014", "the page", null)).Then(Published);
        On(January, Drafted, Consulted, Approved, Published).When(new PublishPolicyVersion(Id, "2014", "the page", null)).ThenNothing();
    }

    [Fact]
    public void The_next_version_supersedes_the_one_before()
    {
        var next = new object[] { Drafted, Consulted, Approved, Published, Drafted with { Version = "2015" }, Approved with { Version = "2015", Unconsulted = "Only names changed" } };
        On(January, next).When(new PublishPolicyVersion(Id, "2015", "the page", null))
            .Then(new PolicyVersionSuperseded("2014", "2015", January), Published with { Version = "2015" });
        var shown = Shown([.. next, new PolicyVersionSuperseded("2014", "2015", January), Published with { Version = "2015" }]);
        shown.InForce.Should().Be("2015");
        shown.Versions.Select(v => v.Stage).Should().Equal(PolicyVersionStage.Superseded, PolicyVersionStage.Published);
    }

    [Fact]
    public void Nobody_approves_what_is_open_to_consultation_or_was_never_put_to_it_without_a_reason()
    {
        On(new(2013, 12, 20), Drafted, Consulted).When(Approve()).ThenRefused("CONSULTATION_OPEN");
        On(January, Drafted).When(Approve()).ThenRefused("NOT_CONSULTED");
        On(January, Drafted).When(Approve(unconsulted: "Only names changed")).Then(Approved with { Unconsulted = "Only names changed" });
        On(January, Drafted, Consulted).When(Approve(January.AddDays(1))).ThenRefused("EFFECTIVE_IN_FUTURE");
        On(January, Drafted).When(new ConsultOnPolicyVersion(Id, "2014", "On the draft", October)).ThenRefused("CLOSED_BEFORE_IT_OPENED");
    }

    [Fact]
    public void What_is_no_draft_stays_as_it_is()
    {
        var dropped = new PolicyVersionDropped("2014", "Overtaken");
        On(January).When(new DropPolicyVersion(Id, "2014", "Overtaken")).ThenRefused("POLICY_UNKNOWN");
        On(January, Drafted).When(new DropPolicyVersion(Id, "2014", "Overtaken")).Then(dropped);
        On(January, Drafted, dropped).When(new DropPolicyVersion(Id, "2014", "Overtaken")).ThenNothing();
        On(January, Drafted, dropped).When(Approve()).ThenRefused("NOT_A_DRAFT");
        On(January, Drafted).When(new RevisePolicyVersion(Id, "2015", "x", "y")).ThenRefused("VERSION_UNKNOWN");
        On(January, Drafted).When(new PublishPolicyVersion(Id, "2014", "the page", null)).ThenRefused("VERSION_NOT_APPROVED");
        On(January, Drafted, Consulted, Approved, Published).When(new DropPolicyVersion(Id, "2014", "Wrong")).ThenRefused("VERSION_PUBLISHED");
        On(January, Drafted, Consulted).When(Draft(reference: "other")).ThenRefused("VERSION_EXISTS");
    }

    [Fact]
    public void Its_review_falls_due_with_that_of_another_and_discharges_the_obligation()
    {
        On(January, Drafted).When(new TiePolicyReview(Id, Plan, Review)).Then(Tied);
        On(January, Drafted, Tied).When(new TiePolicyReview(Id, Plan, Review)).ThenNothing();
        On(January, Drafted).When(new TiePolicyReview(Id, Id, Review)).ThenRefused("TIED_TO_ITSELF");
        On(January, Drafted, Tied).When(new BeginPolicyReview(Id, "A new council", null)).Then(Begun);
        On(January, Drafted, Tied, Begun).When(new BeginPolicyReview(Id, "Again", null)).ThenNothing();
        var concluded = new PolicyReviewConcluded(ReviewOutcome.ToBeRevised, "item 3", Review, January);
        On(January, Drafted, Tied, Begun).When(new ConcludePolicyReview(Id, ReviewOutcome.ToBeRevised, "item 3", null)).Then(concluded);
        On(January, Drafted, Tied, Begun, concluded).When(new ConcludePolicyReview(Id, ReviewOutcome.ToBeRevised, "item 3", null)).ThenNothing();
        On(January, Drafted).When(new ConcludePolicyReview(Id, ReviewOutcome.Kept, "item 3", null)).ThenRefused("NOT_UNDER_REVIEW");
        On(January, Drafted, Begun).When(new ConcludePolicyReview(Id, ReviewOutcome.Kept, "item 3", October)).ThenRefused("ENDS_BEFORE_IT_BEGAN");
        Shown(Drafted, Tied, Begun, concluded).Should().BeEquivalentTo(new { ReviewedWith = (PolicyDocumentId?)Plan, UnderReviewSince = (DateOnly?)null, ReviewedOn = (DateOnly?)January });
    }

    [Fact]
    public void Partners_adopt_what_was_approved()
    {
        var noted = new PolicyAdoptionNoted(Police, "2014", January);
        On(January, Drafted, Consulted, Approved).When(new NotePolicyAdoption(Id, Police, "2014", January)).Then(noted);
        On(January, Drafted, Consulted, Approved, noted).When(new NotePolicyAdoption(Id, Police, "2014", January)).ThenNothing();
        On(January, Drafted).When(new NotePolicyAdoption(Id, Police, "2014", January)).ThenRefused("VERSION_NOT_APPROVED");
        Shown(Drafted, Consulted, Approved, noted).Adoptions.Should().Equal(new AdoptionEntry(Police, "2014", January));
    }

    private static PolicyDocumentRegister Shown(params object[] events) => PackStandings.Register<PolicyDocumentRegister>(PolicyDocumentId.Kind, Id.Value, events);
}
