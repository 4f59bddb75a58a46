using Equalities.Options.V1;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Commitments;

public class CommitmentStories
{
    private static readonly CommitmentId Audit = new(Guid.Parse("0198a000-0000-7000-8000-00000000000a"));
    private static readonly PartnerId Capita = new(Guid.Parse("0198a000-0000-7000-8000-000000000001"));
    private static readonly PartnerId Police = new(Guid.Parse("0198a000-0000-7000-8000-000000000002"));

    private static readonly CommitmentProposed Proposed = new(Audit, "audit", Capita, "Audit every contact point", "expectation:p5", ["aim:a8"], new(2014, 3, 31), false);
    private static readonly CommitmentProposed Loaded = Proposed with { AwaitsConfirmation = true };
    private static readonly CommitmentAccepted Accepted = new(new(2013, 4, 10));
    private static readonly ProposeCommitment Propose = new(Audit, "audit", Capita, "Audit every contact point", "expectation:p5", ["aim:a8"], new(2014, 3, 31));

    private static Story<Commitment> Nothing => Story<Commitment>.Given();
    private static Story<Commitment> OnceProposed => Story<Commitment>.Given(Proposed);
    private static Story<Commitment> OnceAccepted => Story<Commitment>.Given(Proposed, Accepted);

    [Fact]
    public void A_governance_officer_proposes_a_commitment() =>
        Nothing.By(Role.GovernanceOfficer).When(Propose).Then(Proposed);

    [Fact]
    public void What_an_administrator_loads_waits_for_confirmation() =>
        Nothing.By(Role.Administrator).When(Propose).Then(Loaded);

    [Fact]
    public void The_same_proposal_again_changes_nothing() => OnceProposed.When(Propose).ThenNothing();

    [Fact]
    public void Another_proposal_under_the_same_key_is_refused() =>
        OnceProposed.When(Propose with { Wording = "Audit some contact points" }).ThenRefused("COMMITMENT_ALREADY_PROPOSED");

    [Fact]
    public void A_partner_that_is_leaving_takes_no_new_commitment() =>
        Nothing.When(Propose with { Readiness = PartnerReadiness.Leaving }).ThenRefused("PARTNER_LEAVING");

    [Fact]
    public void Nothing_is_proposed_to_an_unknown_partner() =>
        Nothing.When(Propose with { Readiness = PartnerReadiness.Unknown }).ThenRefused("PARTNER_UNKNOWN");

    [Fact]
    public void What_was_never_proposed_can_not_be_accepted() => Nothing.When(new AcceptCommitment(Audit)).ThenRefused("COMMITMENT_UNKNOWN");

    [Fact]
    public void A_loaded_proposal_is_confirmed_first() =>
        Story<Commitment>.Given(Loaded).When(new AcceptCommitment(Audit)).ThenRefused("COMMITMENT_NOT_CONFIRMED");

    [Fact]
    public void Governance_confirms_it() => Story<Commitment>.Given(Loaded).When(new ConfirmCommitment(Audit)).Then(new CommitmentConfirmed());

    [Fact]
    public void Acceptance_starts_the_clock_with_the_quarter_it_falls_in() =>
        Story<Commitment>.Given(Loaded, new CommitmentConfirmed()).On(2013, 4, 10).When(new AcceptCommitment(Audit)).Then(
            new CommitmentAccepted(new(2013, 4, 10)),
            // 30 June and 14 days; 7 days before that; 14 and 28 days after.
            new UpdateExpected(ReportingPeriod.Parse("2013-14 Q1"), new(2013, 7, 7), new(2013, 7, 14), new(2013, 7, 28), new(2013, 8, 11)));

    [Fact]
    public void Accepting_twice_changes_nothing() => OnceAccepted.When(new AcceptCommitment(Audit)).ThenNothing();

    [Fact]
    public void A_partner_declines_with_a_reason() =>
        OnceProposed.When(new DeclineCommitment(Audit, "Not in our contract")).Then(new CommitmentDeclined("Not in our contract"));

    [Fact]
    public void What_was_accepted_is_not_declined() =>
        OnceAccepted.When(new DeclineCommitment(Audit, "Changed our mind")).ThenRefused("COMMITMENT_ALREADY_ACCEPTED");

    [Fact]
    public void A_modification_waits_for_confirmation_and_then_for_the_partner()
    {
        var modified = new CommitmentModified("Audit the three main contact points", null, "The others close");
        OnceProposed.When(new ModifyCommitment(Audit, modified.Wording, null, modified.Reason)).Then(modified);
        Story<Commitment>.Given(Proposed, modified).When(new AcceptCommitment(Audit)).ThenRefused("COMMITMENT_NOT_CONFIRMED");
    }

    [Fact]
    public void A_due_date_moves_with_a_reason_and_keeps_where_it_was() =>
        OnceAccepted.When(new MoveDueDate(Audit, new(2014, 6, 30), "One site opened late")).Then(new DueDateMoved(new(2014, 3, 31), new(2014, 6, 30), "One site opened late"));

    [Fact]
    public void An_office_owns_it_from_a_day_on() =>
        OnceAccepted.When(new ReassignOwner(Audit, "Head of Access", new(2013, 4, 20))).Then(new OwnerReassigned("Head of Access", new(2013, 4, 20)));

    [Fact]
    public void Nothing_holds_from_a_day_to_come() =>
        OnceAccepted.On(2013, 5, 1).When(new ReassignOwner(Audit, "Head of Access", new(2013, 5, 2))).ThenRefused("EFFECTIVE_IN_FUTURE");

    [Fact]
    public void A_transfer_goes_to_the_other_partner_and_keeps_the_history()
    {
        var story = OnceAccepted.On(2013, 5, 1).When(new TransferCommitment(Audit, Police, "The service moved", null));
        story.Then(new CommitmentTransferred(Capita, Police, "The service moved", new(2013, 5, 1)));
        story.State.BelongsTo(Police).Should().BeTrue();
        story.State.AcceptedOn.Should().Be(new DateOnly(2013, 4, 10));
    }

    [Fact]
    public void A_follow_up_does_not_move_what_has_moved_on() =>
        OnceAccepted.When(new TransferCommitment(Audit, Capita with { Value = Guid.Parse("0198a000-0000-7000-8000-000000000003") }, "Merged", null, Police))
            .ThenRefused("HELD_BY_ANOTHER");

    [Fact]
    public void Completion_needs_acceptance() =>
        OnceProposed.When(new CompleteCommitment(Audit, "Three reports", null)).ThenRefused("COMMITMENT_NOT_ACCEPTED");

    [Fact]
    public void It_is_completed_with_evidence_and_its_clock_stops()
    {
        var story = OnceAccepted.On(2013, 6, 1).When(new CompleteCommitment(Audit, "Three reports", null));
        story.Then(new CommitmentCompleted("Three reports", new(2013, 6, 1)));
        story.State.WakesOn.Should().BeNull();
    }

    [Fact]
    public void Governance_withdraws_it_with_a_reason() =>
        OnceAccepted.On(2013, 6, 1).When(new WithdrawCommitment(Audit, "The contact points close")).Then(new CommitmentWithdrawn("The contact points close", new(2013, 6, 1)));

    [Fact]
    public void Nothing_more_is_done_with_what_is_closed() =>
        Story<Commitment>.Given(Proposed, new CommitmentDeclined("No")).When(new AcceptCommitment(Audit)).ThenRefused("COMMITMENT_CLOSED");

    [Fact]
    public void A_command_for_somebody_else_is_refused() =>
        OnceAccepted.When(new AdoptPolicy(Capita, "2013", null)).ThenRefused("COMMAND_UNKNOWN");

    [Fact]
    public void A_dispute_is_opened_once_and_settled()
    {
        OnceAccepted.When(new DisputeCommitment(Audit, "It was a holiday")).Then(new CommitmentDisputed("It was a holiday"));
        var disputed = Story<Commitment>.Given(Proposed, Accepted, new CommitmentDisputed("It was a holiday"));
        disputed.When(new DisputeCommitment(Audit, "Again")).ThenRefused("DISPUTE_OPEN");
        disputed.When(new SettleDispute(Audit, "The miss stands")).Then(new DisputeSettled("The miss stands"));
        OnceAccepted.When(new SettleDispute(Audit, "The miss stands")).ThenRefused("NO_DISPUTE");
    }

    [Fact]
    public void An_assessment_leaves_ten_days_for_the_reply()
    {
        var assess = new AssessCommitment(Audit, CommitmentStatus.AtRisk, "One site of three was seen", null);
        var assessed = new CommitmentAssessed(CommitmentStatus.AtRisk, "One site of three was seen", new(2013, 5, 11), new(2013, 5, 1));
        OnceAccepted.On(2013, 5, 1).When(assess).Then(assessed);
        OnceProposed.When(assess).ThenRefused("COMMITMENT_NOT_ACCEPTED");

        var open = Story<Commitment>.Given(Proposed, Accepted, assessed);
        var conclude = new ConcludeAssessment(Audit, CommitmentStatus.OnTrack, "Seen since");
        open.When(assess).ThenRefused("ASSESSMENT_OPEN");
        open.On(2013, 5, 11).When(conclude).ThenRefused("REPLY_STILL_POSSIBLE");
        open.On(2013, 5, 12).When(conclude).Then(new AssessmentConcluded(CommitmentStatus.OnTrack, "Seen since"));
        open.When(new ReplyToAssessment(Audit, "It opened in March")).Then(new AssessmentReplied("It opened in March"));

        var replied = Story<Commitment>.Given(Proposed, Accepted, assessed, new AssessmentReplied("It opened in March"));
        replied.On(2013, 5, 2).When(conclude).Then(new AssessmentConcluded(CommitmentStatus.OnTrack, "Seen since"));
        replied.When(new ReplyToAssessment(Audit, "And more")).ThenRefused("ALREADY_REPLIED");
        OnceAccepted.When(conclude).ThenRefused("NO_ASSESSMENT");
    }
}
