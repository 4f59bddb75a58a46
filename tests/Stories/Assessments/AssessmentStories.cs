using Equalities.Options.V1;
using EqualitiesPlatform.Assessments;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Assessments;

public class AssessmentStories
{
    private static readonly ImpactAssessmentId Libraries = new(Guid.Parse("0198a000-0000-7000-8000-0000000000e1"));
    private static readonly ConsultationId Consultation = new(Guid.Parse("0198a000-0000-7000-8000-0000000000e2"));
    private static readonly PartnerId Council = new(Guid.Parse("0198a000-0000-7000-8000-0000000000e3"));
    private static readonly PersonId Assessor = new(Guid.Parse("00000000-0000-7000-8000-000000000001"));
    private static readonly PersonId Colleague = new(Guid.Parse("00000000-0000-7000-8000-000000000002"));
    private static readonly FinancialYear Budget = FinancialYear.Parse("2014-15");
    private static readonly DateOnly July = new(2013, 7, 31);
    private static readonly ActionPlanItemId Item = ActionPlanItemId.From(NameBasedId.Of(Libraries.Value, "mitigation:delivery"));

    private static readonly AssessmentOpened Opened = new(Libraries, "libraries", ProposalKind.Budget, "Shorter hours", "Close on Mondays", Council, Budget);
    private static readonly ProposalScreened Relevant = new(true, "Older people use them most");
    private static readonly EffectAssessed OnAge = Effect("characteristic:age", EffectDirection.Negative, EffectSize.Medium);
    private static readonly object[] All =
        [Opened, Relevant, OnAge, .. AssessedGroups.Characteristics.Skip(1).Select(c => Effect(c, EffectDirection.Neutral, EffectSize.None))];
    private static readonly MitigationAgreed Delivery = new(Libraries, "delivery", "Deliver books", Council, July, ["characteristic:age"], Item);
    private static readonly object[] SignedOff = [.. All, new AssessmentSigned(Assessor), new AssessmentSignedOff(Colleague)];

    private static EffectAssessed Effect(string group, EffectDirection direction, EffectSize size) => new(group, null, direction, size, null, "Visits counted");

    private static AssessEffect Assess(string group, EffectDirection direction, EffectSize size) => new(Libraries, [group], null, direction, size, null, "Visits counted");

    private static DecideProposal Decide(long opened, ProposalOutcome outcome = ProposalOutcome.GoesAhead, DateOnly? reviewOn = null) =>
        new(Libraries, outcome, "Saturdays are kept", outcome is ProposalOutcome.GoesAhead ? reviewOn ?? July : reviewOn, opened);

    private static Story<ImpactAssessment> Given(params object[] events) => Story<ImpactAssessment>.Given(events).By(Role.Assessor);

    private static readonly ImpactReviewSet Reminded = new(July, July.AddDays(-14));

    [Fact]
    public void A_proposal_is_opened_once_and_screened()
    {
        Given().When(new OpenAssessment(Libraries, "libraries", ProposalKind.Budget, "Shorter hours", "Close on Mondays", Council, Budget)).Then(Opened);
        Given(Opened).When(new OpenAssessment(Libraries, "libraries", ProposalKind.Budget, "Shorter hours", "Close on Mondays", Council, Budget)).ThenNothing();
        Given(Opened).When(new OpenAssessment(Libraries, "libraries", ProposalKind.Policy, "Shorter hours", "Close on Mondays", Council, Budget)).ThenRefused("ASSESSMENT_ALREADY_OPENED");
        Given(Opened).When(new ScreenProposal(Libraries, true, "Older people use them most")).Then(Relevant);
        Given(Opened, Relevant).When(new ScreenProposal(Libraries, true, "Older people use them most")).ThenNothing();
    }

    [Fact]
    public void Nothing_can_be_said_of_what_was_not_opened_or_screened()
    {
        Given().When(new SignAssessment(Libraries)).ThenRefused("ASSESSMENT_UNKNOWN");
        Given(Opened).When(Assess("characteristic:age", EffectDirection.Negative, EffectSize.Medium)).ThenRefused("NOT_SCREENED");
        Given(Opened, Relevant).When(new RaiseElse(Libraries)).ThenRefused("COMMAND_UNKNOWN");
    }

    [Fact]
    public void An_effect_that_is_said_again_replaces_what_was_said_and_the_same_changes_nothing()
    {
        Given(Opened, Relevant).When(Assess("characteristic:age", EffectDirection.Negative, EffectSize.Medium)).Then(OnAge);
        Given(Opened, Relevant, OnAge).When(Assess("characteristic:age", EffectDirection.Negative, EffectSize.Medium)).ThenNothing();
        Given(Opened, Relevant, OnAge).When(Assess("characteristic:age", EffectDirection.Negative, EffectSize.Large)).Then(OnAge with { Size = EffectSize.Large });
    }

    [Fact]
    public void Several_groups_are_answered_at_once_and_only_what_changes_is_recorded() =>
        Given(Opened, Relevant, OnAge).When(Assess("", EffectDirection.Negative, EffectSize.Medium) with { Groups = ["characteristic:age", "group:carers", "group:carers"] })
            .Then(Effect("group:carers", EffectDirection.Negative, EffectSize.Medium));

    [Theory]
    [InlineData(EffectDirection.Negative, EffectSize.None)]
    [InlineData(EffectDirection.Neutral, EffectSize.Small)]
    [InlineData(EffectDirection.Unknown, EffectSize.Large)]
    public void A_size_has_to_fit_its_direction(EffectDirection direction, EffectSize size) =>
        Given(Opened, Relevant).When(Assess("characteristic:age", direction, size)).ThenRefused("SIZE_DOES_NOT_FIT");

    [Fact]
    public void A_mitigation_is_agreed_for_who_loses_and_becomes_a_plan_item()
    {
        var agree = new AgreeMitigation(Libraries, "delivery", "Deliver books", Council, July, ["characteristic:age"]);
        Given(All).When(agree).Then(Delivery);
        Given([.. All, Delivery]).When(agree).ThenNothing();
        Given([.. All, Delivery]).When(agree with { Text = "Deliver more books" }).ThenRefused("MITIGATION_ALREADY_AGREED");
        Given(All).When(agree with { Groups = ["characteristic:sex"] }).ThenRefused("NOTHING_TO_MITIGATE");
        Given(All).When(agree with { DueOn = new(2013, 4, 30) }).ThenRefused("DUE_IN_PAST");
    }

    [Fact]
    public void A_mitigation_is_in_place_once_by_whoever_says_so_first()
    {
        var completed = new MitigationCompleted("delivery", "Rounds run", new(2013, 5, 1));
        Given([.. All, Delivery]).When(new CompleteMitigation(Libraries, "delivery", "Rounds run", null)).Then(completed);
        Given([.. All, Delivery]).When(new CompletePlannedMitigation(Libraries, Item, "Rounds run", new(2013, 5, 1))).Then(completed);
        Given([.. All, Delivery, completed]).When(new CompletePlannedMitigation(Libraries, Item, "Rounds run", new(2013, 5, 1))).ThenNothing();
        Given([.. All, Delivery]).When(new CompleteMitigation(Libraries, "delivery", "Rounds run", July)).ThenRefused("EFFECTIVE_IN_FUTURE");
        Given(All).When(new CompleteMitigation(Libraries, "delivery", "Rounds run", null)).ThenRefused("MITIGATION_UNKNOWN");
    }

    [Fact]
    public void What_is_due_lapses_once()
    {
        var overdue = new MitigationOverdue("delivery", July, July.AddDays(1));
        Given([.. All, Delivery]).On(2013, 8, 1).When(new RaiseDue("x")).Then(overdue);
        Given([.. All, Delivery]).On(2013, 7, 31).When(new RaiseDue("x")).ThenNothing();
        Given([.. All, Delivery, overdue]).On(2013, 8, 2).When(new RaiseDue("x")).ThenNothing();
        var decided = new ProposalDecided(ProposalOutcome.GoesAhead, "Saturdays are kept", July);
        Given([.. SignedOff, decided, new DueRegardShown(13)]).On(2013, 7, 31).When(new RaiseDue("x")).ThenNothing();
        Given([.. SignedOff, decided, new DueRegardShown(13)]).On(2013, 8, 1).When(new RaiseDue("x")).Then(new ImpactReviewMissed(July, July.AddDays(1)));
        Given([.. SignedOff, decided, new DueRegardShown(13), new ImpactReviewMissed(July, July.AddDays(1))]).On(2013, 8, 2).When(new RaiseDue("x")).ThenNothing();
    }

    [Fact]
    public void A_review_is_reminded_of_before_its_day_once_and_missed_after_it()
    {
        object[] decided = [.. SignedOff, new ProposalDecided(ProposalOutcome.GoesAhead, "Saturdays are kept", July), new DueRegardShown(13), Reminded];
        var falling = new ImpactReviewFallingDue(July, new(2013, 7, 17));
        Given(decided).On(2013, 7, 16).When(new RaiseDue("x")).ThenNothing();
        Given(decided).On(2013, 7, 18).When(new RaiseDue("x")).Then(falling);
        Given([.. decided, falling]).On(2013, 7, 19).When(new RaiseDue("x")).ThenNothing();
        Given([.. decided, falling]).On(2013, 8, 1).When(new RaiseDue("x")).Then(new ImpactReviewMissed(July, July.AddDays(1)));
        Given(decided).On(2013, 8, 1).When(new RaiseDue("x")).Then(new ImpactReviewMissed(July, July.AddDays(1)));
        Given([.. decided, falling, new ImpactReviewed("Visits fell", null)]).On(2013, 8, 1).When(new RaiseDue("x")).ThenNothing();
        Given([.. decided, new ProposalWithdrawn("Savings elsewhere")]).On(2013, 8, 1).When(new RaiseDue("x")).ThenNothing();
        Given(SignedOff).Under(("assessments.review-remind-days", "30")).When(Decide(13)).Then(
            new ProposalDecided(ProposalOutcome.GoesAhead, "Saturdays are kept", July), new DueRegardShown(13), Reminded with { RemindOn = new(2013, 7, 1) });
        Given([.. decided, falling]).When(new ReviewImpact(Libraries, "Visits fell", new(2014, 7, 31))).Then(
            new ImpactReviewed("Visits fell", new(2014, 7, 31)), new ImpactReviewSet(new(2014, 7, 31), new(2014, 7, 17)));

        bool? FallingDue(params object[] events) =>
            events.Select(Recorded.As("impact-assessment", Libraries.Value)).Aggregate((ImpactAssessmentRegister?)null, ImpactAssessmentRegister.Fold)?.ReviewFallingDue;
        (FallingDue(decided), FallingDue([.. decided, falling]), FallingDue([.. decided, falling, new ImpactReviewed("Visits fell", null)])).Should().Be((false, true, false));
    }

    [Fact]
    public void A_consultation_is_cited()
    {
        Given(All).When(new CiteConsultation(Libraries, Consultation, "Carers asked for Saturdays", true)).Then(new ConsultationCited(Consultation, "Carers asked for Saturdays"));
        Given([.. All, new ConsultationCited(Consultation, "Carers asked for Saturdays")]).When(new CiteConsultation(Libraries, Consultation, "Carers asked for Saturdays", true)).ThenNothing();
        Given(All).When(new CiteConsultation(Libraries, Consultation, "Carers asked for Saturdays", false)).ThenRefused("CONSULTATION_UNKNOWN");
    }

    [Fact]
    public void Two_persons_sign_when_every_characteristic_is_answered()
    {
        Given(Opened, Relevant, OnAge).When(new SignAssessment(Libraries)).ThenRefused("EFFECTS_NOT_ASSESSED");
        Given(All).When(new SignAssessment(Libraries)).Then(new AssessmentSigned(Assessor));
        Given([.. All, new AssessmentSigned(Assessor)]).When(new SignAssessment(Libraries)).ThenRefused("SAME_PERSON");
        Given([.. All, new AssessmentSigned(Colleague)]).When(new SignAssessment(Libraries)).Then(new AssessmentSignedOff(Assessor));
        Given(SignedOff).When(new SignAssessment(Libraries)).ThenNothing();
        Given(Opened, new ProposalScreened(false, "Back office only")).When(new SignAssessment(Libraries)).Then(new AssessmentSigned(Assessor));
    }

    [Fact]
    public void A_change_after_a_signature_asks_for_signatures_again()
    {
        Given(SignedOff).When(Assess("characteristic:age", EffectDirection.Negative, EffectSize.Large))
            .Then(OnAge with { Size = EffectSize.Large }, new AssessmentReopened());
        Given([.. SignedOff, OnAge with { Size = EffectSize.Large }, new AssessmentReopened()]).When(new SignAssessment(Libraries)).Then(new AssessmentSigned(Assessor));
    }

    [Fact]
    public void A_decision_shows_due_regard_only_when_its_maker_had_opened_the_signed_assessment_as_it_stood()
    {
        var decided = new ProposalDecided(ProposalOutcome.GoesAhead, "Saturdays are kept", July);
        Given(SignedOff).When(Decide(opened: 13)).Then(decided, new DueRegardShown(13), Reminded);
        Given(SignedOff).When(Decide(opened: 0)).Then(decided, new DueRegardMissing(DueRegardGap.NeverOpened), Reminded);
        Given(SignedOff).When(Decide(opened: 3)).Then(decided, new DueRegardMissing(DueRegardGap.ChangedSinceOpened), Reminded);
        Given(All).When(Decide(opened: 11)).Then(decided, new DueRegardMissing(DueRegardGap.NotAssessed), Reminded);
    }

    [Fact]
    public void A_decision_is_taken_once_unless_it_was_put_off()
    {
        var deferred = new ProposalDecided(ProposalOutcome.Deferred, "Saturdays are kept", null);
        Given(SignedOff).When(Decide(13, ProposalOutcome.Deferred)).Then(deferred, new DueRegardShown(13));
        Given([.. SignedOff, deferred, new DueRegardShown(13)]).When(Decide(13)).Then(new ProposalDecided(ProposalOutcome.GoesAhead, "Saturdays are kept", July), new DueRegardShown(13), Reminded);
        Given([.. SignedOff, new ProposalDecided(ProposalOutcome.Rejected, "Saturdays are kept", null), new DueRegardShown(13)]).When(Decide(13)).ThenRefused("ALREADY_DECIDED");
        Given(SignedOff).When(Decide(13) with { ReviewOn = null }).ThenRefused("REVIEW_NOT_SET");
        Given(SignedOff).When(Decide(13, reviewOn: new DateOnly(2013, 4, 30))).ThenRefused("DUE_IN_PAST");
    }

    [Fact]
    public void A_decision_without_any_assessment_is_on_record_and_flagged_whatever_is_assessed_later()
    {
        var find = new RecordUnassessedDecision(
            Libraries, "libraries", ProposalKind.Budget, "Shorter hours", "Close on Mondays", Council, Budget, ProposalOutcome.Deferred, "Cabinet, item 8", new(2013, 4, 25), null);
        var found = new UnassessedDecisionRecorded(
            Libraries, "libraries", ProposalKind.Budget, "Shorter hours", "Close on Mondays", Council, Budget, ProposalOutcome.Deferred, "Cabinet, item 8", null, new(2013, 4, 25));
        Given().When(find).Then(found);
        Given().When(find with { DecidedOn = null }).Then(found with { EffectiveOn = new(2013, 5, 1) });
        Given(found).When(find).ThenNothing();
        Given(found).When(find with { DecidedOn = null }).ThenNothing();
        Given(found).When(find with { Outcome = ProposalOutcome.GoesAhead }).ThenRefused("ASSESSMENT_ALREADY_OPENED");
        Given(Opened).When(find).ThenRefused("ASSESSMENT_ALREADY_OPENED");
        Given().When(find with { DecidedOn = new(2013, 5, 2) }).ThenRefused("EFFECTIVE_IN_FUTURE");
        Given(found with { Outcome = ProposalOutcome.GoesAhead }).By(Role.DecisionMaker).When(Decide(0)).ThenRefused("ALREADY_DECIDED");

        object[] later = [found, .. All.Skip(1), new AssessmentSigned(Assessor), new AssessmentSignedOff(Colleague), new ProposalDecided(ProposalOutcome.Rejected, "Read", null), new DueRegardShown(13)];
        var events = later.Select(Recorded.As("impact-assessment", Libraries.Value)).ToArray();
        events.Take(1).Aggregate((ImpactAssessmentRegister?)null, ImpactAssessmentRegister.Fold).Should().Match<ImpactAssessmentRegister>(
            r => r.Stage == AssessmentStage.Decided && r.DueRegard == DueRegard.Missing && r.Gap == DueRegardGap.NoAssessment && r.Flagged && r.DecidedOn == new DateOnly(2013, 4, 25));
        events.Aggregate((ImpactAssessmentRegister?)null, ImpactAssessmentRegister.Fold).Should().Match<ImpactAssessmentRegister>(
            r => r.DueRegard == DueRegard.Shown && r.Flagged && r.Outcome == ProposalOutcome.Rejected, "that one decision had none is never taken back");
    }

    [Fact]
    public void What_was_decided_is_reviewed()
    {
        object[] decided = [.. SignedOff, new ProposalDecided(ProposalOutcome.GoesAhead, "Saturdays are kept", July), new DueRegardShown(13)];
        Given(decided).When(new ReviewImpact(Libraries, "Visits fell", new(2014, 7, 31))).Then(
            new ImpactReviewed("Visits fell", new(2014, 7, 31)), new ImpactReviewSet(new(2014, 7, 31), new(2014, 7, 17)));
        Given(decided).When(new ReviewImpact(Libraries, "Visits fell", new(2013, 5, 1))).ThenRefused("DUE_IN_PAST");
        Given(SignedOff).When(new ReviewImpact(Libraries, "Visits fell", null)).ThenRefused("NOT_DECIDED");
    }

    [Fact]
    public void A_proposal_is_withdrawn_once_and_then_rests()
    {
        Given(All).When(new WithdrawProposal(Libraries, "Savings elsewhere")).Then(new ProposalWithdrawn("Savings elsewhere"));
        Given([.. All, new ProposalWithdrawn("Savings elsewhere")]).When(new WithdrawProposal(Libraries, "Savings elsewhere")).ThenNothing();
        Given([.. All, new ProposalWithdrawn("Savings elsewhere")]).When(new SignAssessment(Libraries)).ThenRefused("PROPOSAL_WITHDRAWN");
        Given([.. All, Delivery, new ProposalWithdrawn("Savings elsewhere")]).On(2013, 9, 1).When(new RaiseDue("x")).ThenNothing();
    }

    private sealed record RaiseElse(ImpactAssessmentId Assessment) : IImpactAssessmentCommand;
}
