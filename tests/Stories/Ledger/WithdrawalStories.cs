using Equalities.Options.V1;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Ledger;

public sealed class WithdrawalStories
{
    private static readonly WithdrawalId Id = new(new Guid("0198d3a0-0000-7000-8000-0000000000aa"));
    private static readonly PersonId Officer = new(new Guid("00000000-0000-7000-8000-000000000001"));
    private static readonly PersonId Colleague = new(new Guid("00000000-0000-7000-8000-000000000002"));
    private const string Of = "commitment/0198d3a0-0000-7000-8000-000000000001";

    private static readonly WithdrawalProposed Proposed = new(Of, 4, "narrative", "It names somebody", Colleague);

    [Fact]
    public void An_officer_proposes_that_a_statement_be_withdrawn() => Story<StatementWithdrawal>.Given()
        .By(Role.GovernanceOfficer).When(new ProposeWithdrawal(Id, Of, 4, "narrative", "It names somebody"))
        .Then(Proposed with { By = Officer });

    [Fact]
    public void Proposed_twice_is_proposed_once() => Story<StatementWithdrawal>.Given(Proposed)
        .By(Role.GovernanceOfficer).When(new ProposeWithdrawal(Id, Of, 4, "narrative", "Again")).ThenNothing();

    [Fact]
    public void Somebody_else_confirms_it() => Story<StatementWithdrawal>.Given(Proposed)
        .By(Role.GovernanceOfficer).When(new ConfirmWithdrawal(Id)).Then(new WithdrawalConfirmed(Of, 4, "narrative", Officer));

    [Fact]
    public void Who_proposed_it_can_not_confirm_it() => Story<StatementWithdrawal>.Given(Proposed with { By = Officer })
        .By(Role.GovernanceOfficer).When(new ConfirmWithdrawal(Id)).ThenRefused("SAME_PERSON");

    [Fact]
    public void It_may_be_turned_down_and_proposed_again()
    {
        Story<StatementWithdrawal>.Given(Proposed).By(Role.GovernanceOfficer).When(new DeclineWithdrawal(Id, "An office is no person")).Then(new WithdrawalDeclined("An office is no person"));
        Story<StatementWithdrawal>.Given(Proposed, new WithdrawalDeclined("An office is no person"))
            .By(Role.GovernanceOfficer).When(new ProposeWithdrawal(Id, Of, 4, "narrative", "It does name somebody")).Then(Proposed with { Reason = "It does name somebody", By = Officer });
    }

    [Fact]
    public void Nothing_is_decided_that_was_not_proposed()
    {
        foreach (var command in new ICommand[] { new ConfirmWithdrawal(Id), new DeclineWithdrawal(Id, "No"), new CompleteWithdrawal(Id) })
            Story<StatementWithdrawal>.Given().By(Role.GovernanceOfficer).When(command).ThenRefused("NOTHING_PROPOSED");
    }

    [Fact]
    public void Once_the_text_is_gone_that_is_noted_and_nothing_can_be_withdrawn_again()
    {
        var confirmed = new WithdrawalConfirmed(Of, 4, "narrative", Officer);
        Story<StatementWithdrawal>.Given(Proposed, confirmed).When(new CompleteWithdrawal(Id)).Then(new WithdrawalCompleted());
        Story<StatementWithdrawal>.Given(Proposed, confirmed, new WithdrawalCompleted()).When(new CompleteWithdrawal(Id)).ThenNothing();
        Story<StatementWithdrawal>.Given(Proposed, confirmed, new WithdrawalCompleted())
            .By(Role.GovernanceOfficer).When(new ProposeWithdrawal(Id, Of, 4, "narrative", "Again")).ThenRefused("ALREADY_WITHDRAWN");
    }

    [Fact]
    public void A_record_that_is_told_of_a_withdrawal_stands_as_it_stood() =>
        StatementWithdrawal.Evolve(StatementWithdrawal.Unborn, new StatementWithdrawn(Id, 4, "narrative")).Should().Be(StatementWithdrawal.Unborn);

    [Fact]
    public void The_list_shows_where_a_withdrawal_stands()
    {
        var record = new object[] { Proposed, new WithdrawalConfirmed(Of, 4, "narrative", Officer), new WithdrawalCompleted() }
            .Select(Recorded.As(WithdrawalRegister.Kind, Id.Value)).Aggregate((WithdrawalRegister?)null, WithdrawalRegister.Fold);
        record.Should().Match<WithdrawalRegister>(r => r.Stage == WithdrawalStage.Completed && r.Of == Of && r.EventVersion == 4 && r.DecidedOn != null);
        new object[] { Proposed, new WithdrawalDeclined("No") }.Select(Recorded.As(WithdrawalRegister.Kind, Id.Value)).Aggregate((WithdrawalRegister?)null, WithdrawalRegister.Fold)!
            .Stage.Should().Be(WithdrawalStage.Declined);
    }
}
