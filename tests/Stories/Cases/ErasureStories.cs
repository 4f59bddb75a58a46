using Equalities.Options.V1;
using EqualitiesPlatform.Cases;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;
using static EqualitiesPlatform.Stories.Cases.CaseStories;

namespace EqualitiesPlatform.Stories.Cases;

/// <summary>Erasing takes two people, and nobody undoes it.</summary>
public class ErasureStories
{
    // Who acts in a story.
    private static readonly PersonId Actor = new(Guid.Parse("00000000-0000-7000-8000-000000000001"));
    private static readonly ProposeErasure Propose = new(Somebody, Id, ErasureReason.SubjectAsked, false);
    private static readonly ErasureProposed Proposed = new(Somebody, Id, ErasureReason.SubjectAsked, Member);

    [Fact]
    public void One_proposes_and_another_confirms()
    {
        Story<Erasure>.Given().By(Role.CaseOfficer).When(Propose).Then(new ErasureProposed(Somebody, Id, ErasureReason.SubjectAsked, Actor));
        Story<Erasure>.Given(Proposed).By(Role.CaseOfficer).When(Propose).ThenNothing();
        Story<Erasure>.Given(Proposed).By(Role.CaseOfficer).When(new EraseSubject(Somebody, false)).Then(new ErasureConfirmed(Somebody));
        Story<Erasure>.Given(Proposed with { By = Actor }).By(Role.CaseOfficer).When(new EraseSubject(Somebody, false)).ThenRefused("SAME_PERSON");
        Story<Erasure>.Given().By(Role.CaseOfficer).When(new EraseSubject(Somebody, false)).ThenRefused("ERASURE_NOT_PROPOSED");
    }

    [Fact]
    public void Nothing_is_erased_while_work_goes_on()
    {
        Story<Erasure>.Given().When(Propose with { CaseOpen = true }).ThenRefused("CASE_OPEN");
        Story<Erasure>.Given(Proposed).When(new EraseSubject(Somebody, true)).ThenRefused("CASE_OPEN");
    }

    [Fact]
    public void A_proposal_can_be_taken_back_and_made_again()
    {
        Story<Erasure>.Given(Proposed).When(new WithdrawErasure(Somebody)).Then(new ErasureWithdrawn());
        Story<Erasure>.Given(Proposed, new ErasureWithdrawn()).By(Role.CaseOfficer).When(new EraseSubject(Somebody, false)).ThenRefused("ERASURE_NOT_PROPOSED");
        Story<Erasure>.Given(Proposed, new ErasureWithdrawn()).By(Role.CaseOfficer).When(Propose).Then(new ErasureProposed(Somebody, Id, ErasureReason.SubjectAsked, Actor));
    }

    [Fact]
    public void What_is_erased_stays_erased()
    {
        object[] confirmed = [Proposed, new ErasureConfirmed(Somebody)];
        Story<Erasure>.Given(confirmed).When(new NoteErased(Somebody)).Then(new SubjectErased(Somebody));
        Story<Erasure>.Given([.. confirmed, new SubjectErased(Somebody)]).When(new NoteErased(Somebody)).ThenNothing();
        Story<Erasure>.Given([.. confirmed, new SubjectErased(Somebody)]).When(new EraseSubject(Somebody, false)).ThenNothing();
        Story<Erasure>.Given(confirmed).When(new WithdrawErasure(Somebody)).ThenRefused("ERASED");
        Story<Erasure>.Given(confirmed).When(Propose).ThenRefused("ERASED");
    }

    [Fact]
    public void A_retention_rule_calls_for_it_and_people_decide()
    {
        var calledFor = new ErasureCalledFor(Somebody, Id);
        Story<Erasure>.Given().When(new CallForErasure(Somebody, Id)).Then(calledFor);
        Story<Erasure>.Given(calledFor).When(new CallForErasure(Somebody, Id)).ThenNothing();
        Story<Erasure>.Given(calledFor).By(Role.CaseOfficer).When(new EraseSubject(Somebody, false)).ThenRefused("ERASURE_NOT_PROPOSED");
        Story<Erasure>.Given(calledFor).By(Role.CaseOfficer).When(Propose).Then(new ErasureProposed(Somebody, Id, ErasureReason.SubjectAsked, Actor));
    }
}
