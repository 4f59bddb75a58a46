using Equalities.Options.V1;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;
using FsCheck.Xunit;

namespace EqualitiesPlatform.Stories.Commitments;

/// <summary>What both sides agree on, how a partner stands, and what it attests to.</summary>
public class AgreementStories
{
    private static readonly CommitmentId Audit = new(Guid.Parse("0198a000-0000-7000-8000-00000000000a"));
    private static readonly PartnerId Capita = new(Guid.Parse("0198a000-0000-7000-8000-000000000001"));
    private static readonly PartnerId Police = new(Guid.Parse("0198a000-0000-7000-8000-000000000002"));
    private static readonly DateOnly May = new(2013, 5, 1);
    private static readonly FinancialYear Year = FinancialYear.Parse("2013-14");
    private const string Wording = "Nobody is kept out by a step or a form";

    private static readonly OutcomeWorded Worded = new(Audit, Capita, Side.Council, Wording);
    private static readonly OutcomeWordingTaken Taken = new(Side.Partner, Wording);
    private static readonly ExceptionGranted Granted = new(Capita, "expectation:p3", "First year", new(2013, 12, 31), May);

    [Fact]
    public void Both_sides_agree_to_the_same_wording()
    {
        Story<AgreedOutcome>.Given().By(Role.GovernanceOfficer).When(new WordOutcome(Audit, Wording, Capita)).Then(Worded);
        Story<AgreedOutcome>.Given(Worded).By(Role.PartnerLead, Capita).When(new AgreeOutcome(Audit, Wording)).Then(Taken, new OutcomeAgreed(Wording));
        Story<AgreedOutcome>.Given(Worded).By(Role.GovernanceOfficer).When(new AgreeOutcome(Audit, Wording)).ThenNothing();
    }

    [Fact]
    public void One_word_by_either_side_reopens_it()
    {
        var changed = Wording.Replace("Nobody", "No one");
        Story<AgreedOutcome>.Given(Worded, Taken, new OutcomeAgreed(Wording)).By(Role.PartnerLead, Capita).When(new WordOutcome(Audit, changed, Capita))
            .Then(new OutcomeWorded(Audit, Capita, Side.Partner, changed), new OutcomeReopened(Side.Partner));
        Story<AgreedOutcome>.Given(Worded, Taken, new OutcomeAgreed(Wording)).By(Role.GovernanceOfficer).When(new WordOutcome(Audit, changed, Capita))
            .Then(new OutcomeWorded(Audit, Capita, Side.Council, changed), new OutcomeReopened(Side.Council));
    }

    [Fact]
    public void Agreement_is_to_the_letter()
    {
        Story<AgreedOutcome>.Given(Worded).By(Role.PartnerLead, Capita).When(new AgreeOutcome(Audit, Wording + ".")).ThenRefused("WORDING_DIFFERS");
        Story<AgreedOutcome>.Given(Worded).By(Role.GovernanceOfficer).When(new AgreeOutcome(Audit, "Another")).ThenRefused("NOTHING_TO_AGREE");
        Story<AgreedOutcome>.Given().By(Role.PartnerLead, Capita).When(new AgreeOutcome(Audit, Wording)).ThenRefused("OUTCOME_UNKNOWN");
        Story<AgreedOutcome>.Given(Worded).When(new AcceptCommitment(Audit)).ThenRefused("COMMAND_UNKNOWN");
    }

    [Fact]
    public void Nobody_agrees_for_both_sides()
    {
        Story<AgreedOutcome>.Given(Worded).BySamePerson(Role.PartnerLead, Capita).When(new AgreeOutcome(Audit, Wording)).ThenRefused("SAME_PERSON");
        Story<AgreedOutcome>.Given(Worded).BySamePerson(Role.PartnerLead, Capita).When(new WordOutcome(Audit, Wording, Capita)).ThenRefused("SAME_PERSON");
        Story<AgreedOutcome>.Given(Worded with { By = Side.Partner }).BySamePerson(Role.GovernanceOfficer).When(new AgreeOutcome(Audit, Wording)).ThenRefused("SAME_PERSON");
        Story<AgreedOutcome>.Given(Worded).BySamePerson(Role.PartnerLead, Capita).When(new WordOutcome(Audit, "Another", Capita))
            .Then(new OutcomeWorded(Audit, Capita, Side.Partner, "Another"));
    }

    [Fact]
    public void An_outcome_goes_with_its_commitment() =>
        Story<AgreedOutcome>.Given(Worded).When(new PassOnOutcome(Audit, Police)).Then(new OutcomePassedOn(Capita, Police));

    [Property]
    public bool It_is_agreed_exactly_while_both_sides_hold_the_same_wording((bool Council, byte Wording)[] steps)
    {
        var events = new List<object>();
        var held = new Dictionary<bool, string>();
        foreach (var (council, wording) in steps)
        {
            var text = $"Wording {wording % 3}";
            events.AddRange(Story<AgreedOutcome>.Given([.. events]).By(council ? Role.GovernanceOfficer : Role.PartnerLead, council ? null : Capita)
                .When(new WordOutcome(Audit, text, Capita)).Events);
            held[council] = text;
            var register = events.Select(Recorded.As("agreed-outcome", Audit.Value)).Aggregate((AgreedOutcomeRegister?)null, AgreedOutcomeRegister.Fold)!;
            if (register.Agreed != (held.Count == 2 && held[true] == held[false])) return false;
        }
        return true;
    }

    [Fact]
    public void A_partner_attests_how_it_stands()
    {
        var attest = new AttestExpectation(Capita, "expectation:p3", ExpectationStatus.PartlyMet, "Two of three services", null);
        Story<PartnerStanding>.Given().When(attest).Then(new ExpectationAttested(Capita, "expectation:p3", ExpectationStatus.PartlyMet, "Two of three services", May));
        Story<PartnerStanding>.Given().When(attest with { Status = ExpectationStatus.NotStated }).ThenRefused("STATUS_NOT_SAID");
        Story<PartnerStanding>.Given().When(attest with { EffectiveOn = new(2013, 5, 2) }).ThenRefused("EFFECTIVE_IN_FUTURE");
        Story<PartnerStanding>.Given().When(attest with { Readiness = PartnerReadiness.Unknown }).ThenRefused("PARTNER_UNKNOWN");
    }

    [Fact]
    public void An_exception_lasts_through_its_last_day_and_lapses_by_the_clock()
    {
        var grant = new GrantException(Capita, "expectation:p3", "First year", new(2013, 12, 31));
        Story<PartnerStanding>.Given().When(grant).Then(Granted);
        Story<PartnerStanding>.Given().When(grant with { ExpiresOn = new(2013, 4, 30) }).ThenRefused("EXCEPTION_ALREADY_EXPIRED");
        var wake = new RaiseDue(StreamKey.Of("partner-standing", Capita.Value));
        Story<PartnerStanding>.Given(Granted).On(2013, 12, 31).When(wake).ThenNothing();
        Story<PartnerStanding>.Given(Granted).On(2014, 1, 3).When(wake).Then(new ExceptionLapsed("expectation:p3", new(2014, 1, 1)));
        Story<PartnerStanding>.Given(Granted).State.WakesOn.Should().Be(new DateOnly(2014, 1, 1));
        Story<PartnerStanding>.Given(Granted, new ExceptionLapsed("expectation:p3", new(2014, 1, 1))).State.WakesOn.Should().BeNull();
    }

    [Fact]
    public void An_exception_is_revoked_with_a_reason()
    {
        var revoke = new RevokeException(Capita, "expectation:p3", "Shared already");
        Story<PartnerStanding>.Given(Granted).When(revoke).Then(new ExceptionRevoked("expectation:p3", "Shared already"));
        Story<PartnerStanding>.Given(Granted).On(2014, 1, 3).When(revoke).ThenRefused("NO_EXCEPTION");
    }

    [Fact]
    public void A_partner_answers_a_recommendation_and_may_answer_anew()
    {
        var answer = new AnswerRecommendation(Capita, "recommendation:r7-2", RecommendationAnswer.Accepted, "We have the reach", [Audit]);
        var answered = new RecommendationAnswered(Capita, "recommendation:r7-2", RecommendationAnswer.Accepted, "We have the reach", [Audit]);
        Story<PartnerStanding>.Given().When(answer).Then(answered);
        Story<PartnerStanding>.Given(answered).When(answer).ThenNothing();
        Story<PartnerStanding>.Given(answered).When(answer with { Answer = RecommendationAnswer.Modified }).Then(answered with { Answer = RecommendationAnswer.Modified });
        Story<PartnerStanding>.Given().When(answer with { Answer = RecommendationAnswer.Declined }).ThenRefused("DECLINED_WITH_COMMITMENTS");
        Story<PartnerStanding>.Given(answered).When(new AcceptCommitment(Audit)).ThenRefused("COMMAND_UNKNOWN");
    }

    [Fact]
    public void A_position_is_attested_to_and_again_when_it_has_changed()
    {
        var attest = new AttestPosition(Capita, Year, "position 3f9a", null);
        var attested = new PositionAttested(Capita, Year, "position 3f9a", null);
        Story<YearEndAttestation>.Given().When(attest).Then(attested);
        Story<YearEndAttestation>.Given(attested).When(attest).ThenNothing();
        Story<YearEndAttestation>.Given(attested).When(attest with { PositionShown = "position 41c0" }).Then(attested with { PositionShown = "position 41c0" });
        Story<YearEndAttestation>.Given().On(2013, 3, 31).When(attest).ThenRefused("YEAR_NOT_BEGUN");
        Story<YearEndAttestation>.Given(attested).When(new AcceptCommitment(Audit)).ThenRefused("COMMAND_UNKNOWN");
    }

    [Fact]
    public void A_position_is_answered_unless_it_was_attested_to()
    {
        var answer = new AnswerPosition(Capita, Year, "position 3f9a", "The second quarter came by letter");
        Story<YearEndAttestation>.Given().When(answer).Then(new PositionAnswered(Capita, Year, "position 3f9a", "The second quarter came by letter"));
        Story<YearEndAttestation>.Given(new PositionAttested(Capita, Year, "position 3f9a", null)).When(answer).ThenRefused("POSITION_ALREADY_ATTESTED");
    }
}
