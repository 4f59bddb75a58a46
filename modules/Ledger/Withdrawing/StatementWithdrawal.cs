using Equalities.Options.V1;

namespace EqualitiesPlatform.Ledger;

// The withdrawal of a statement that names somebody, or must not stand for another reason: one officer proposes it,
// another confirms it, and then the text and its salt are gone while the event, its digest and every proof stay (rules,
// People and text).

/// <summary>A command about the withdrawal of a statement.</summary>
public interface IWithdrawalCommand : ICommand
{
    /// <summary>The withdrawal: its id follows from the statement that it is about.</summary>
    WithdrawalId Withdrawal { get; }

    string ICommand.Stream => StreamKey.Of(StatementWithdrawal.KindName, Withdrawal.Value);
}

/// <summary>Propose that a statement be withdrawn.</summary>
/// <param name="Withdrawal">The withdrawal.</param>
/// <param name="Of">The stream of the event that holds it.</param>
/// <param name="Version">The event's version in that stream.</param>
/// <param name="Member">The member of the event, as the catalogue of events names it.</param>
/// <param name="Reason">Why; it must not repeat what is to be withdrawn.</param>
[GenerateSerializer, Immutable]
public sealed record ProposeWithdrawal(WithdrawalId Withdrawal, string Of, long Version, string Member, string Reason) : IWithdrawalCommand;

/// <summary>Confirm a proposed withdrawal, as somebody else than who proposed it.</summary>
[GenerateSerializer, Immutable]
public sealed record ConfirmWithdrawal(WithdrawalId Withdrawal) : IWithdrawalCommand;

/// <summary>Turn a proposed withdrawal down.</summary>
[GenerateSerializer, Immutable]
public sealed record DeclineWithdrawal(WithdrawalId Withdrawal, string Reason) : IWithdrawalCommand;

/// <summary>Note that the text is gone; sent by a follow-up once it is.</summary>
[GenerateSerializer, Immutable]
public sealed record CompleteWithdrawal(WithdrawalId Withdrawal) : IWithdrawalCommand;

/// <summary>
/// Tell a record that one of its texts is gone, so that all that was made of its events is made anew; sent by a
/// follow-up, and taken by every kind of record.
/// </summary>
[GenerateSerializer, Immutable]
public sealed record NoteWithdrawal(string Stream, WithdrawalId Withdrawal, long Version, string Member) : ICommand;

/// <summary>It was proposed that a statement be withdrawn.</summary>
/// <param name="Of">The stream of the event that holds it.</param>
/// <param name="Version">The event's version in that stream.</param>
/// <param name="Member">The member of the event.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who proposed it.</param>
[RecordedBy<StatementWithdrawal>("ledger.withdrawal-proposed.v1")]
public sealed record WithdrawalProposed(string Of, long Version, string Member, [property: Statement] string Reason, PersonId By);

/// <summary>Somebody else confirmed it: the text has to go.</summary>
/// <param name="Of">The stream of the event that holds it.</param>
/// <param name="Version">The event's version in that stream.</param>
/// <param name="Member">The member of the event.</param>
/// <param name="By">Who confirmed it.</param>
[RecordedBy<StatementWithdrawal>("ledger.withdrawal-confirmed.v1")]
public sealed record WithdrawalConfirmed(string Of, long Version, string Member, PersonId By);

/// <summary>The proposal was turned down; the text stays.</summary>
[RecordedBy<StatementWithdrawal>("ledger.withdrawal-declined.v1")]
public sealed record WithdrawalDeclined([property: Statement] string Reason);

/// <summary>The text is gone, here, wherever the same record held the very same text, and from what was printed and kept of it.</summary>
[RecordedBy<StatementWithdrawal>("ledger.withdrawal-completed.v1")]
public sealed record WithdrawalCompleted;

/// <summary>
/// In the history of the record itself: one of its texts was withdrawn. Every kind of record may hold it, and none
/// needs to know it.
/// </summary>
/// <param name="Withdrawal">The withdrawal, with its reason and its two persons.</param>
/// <param name="Version">The event that held the text.</param>
/// <param name="Member">The member that held it.</param>
[RecordedBy<StatementWithdrawal>(StatementWithdrawn.StoredName)]
public sealed record StatementWithdrawn(WithdrawalId Withdrawal, long Version, string Member)
{
    /// <summary>Its stored name, for whoever looks for what was withdrawn.</summary>
    public const string StoredName = "ledger.statement-withdrawn.v1";
}

/// <summary>Where a withdrawal stands.</summary>
public enum WithdrawalStage
{
    /// <summary>Proposed, and not decided.</summary>
    Proposed = 1,
    /// <summary>Confirmed; the text is about to go.</summary>
    Confirmed,
    /// <summary>The text is gone.</summary>
    Completed,
    /// <summary>Turned down; it may be proposed again.</summary>
    Declined,
}

/// <summary>What deciding about a withdrawal needs to know.</summary>
internal sealed record StatementWithdrawal(WithdrawalStage? Stage, WithdrawalProposed? Proposal) : IAggregate<StatementWithdrawal>
{
    internal const string KindName = "withdrawal";

    public static string Kind => KindName;

    public static StatementWithdrawal Unborn { get; } = new(null, null);

    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(StatementWithdrawal state, ICommand command, Occasion occasion) => (command, state.Stage) switch
    {
        (ProposeWithdrawal, WithdrawalStage.Proposed or WithdrawalStage.Confirmed) => Decision.AlreadySo,
        (ProposeWithdrawal, WithdrawalStage.Completed) => Decision.Refuse("ALREADY_WITHDRAWN", "This text is withdrawn already."),
        (ProposeWithdrawal c, _) => Decision.Take(new WithdrawalProposed(c.Of, c.Version, c.Member, c.Reason, occasion.Actor.Person)),
        (ConfirmWithdrawal or CompleteWithdrawal, WithdrawalStage.Completed) => Decision.AlreadySo,
        (ConfirmWithdrawal, WithdrawalStage.Confirmed) => Decision.AlreadySo,
        (ConfirmWithdrawal, WithdrawalStage.Proposed) => occasion.Actor.Person == state.Proposal!.By
            ? Decision.Refuse("SAME_PERSON", "Who proposed a withdrawal can't confirm it; somebody else has to.")
            : Decision.Take(new WithdrawalConfirmed(state.Proposal.Of, state.Proposal.Version, state.Proposal.Member, occasion.Actor.Person)),
        (DeclineWithdrawal, WithdrawalStage.Declined) => Decision.AlreadySo,
        (DeclineWithdrawal c, WithdrawalStage.Proposed) => Decision.Take(new WithdrawalDeclined(c.Reason)),
        (CompleteWithdrawal, WithdrawalStage.Confirmed) => Decision.Take(new WithdrawalCompleted()),
        _ => Decision.Refuse("NOTHING_PROPOSED", "No withdrawal of this text is waiting for a decision; propose it first."),
    };

    public static StatementWithdrawal Evolve(StatementWithdrawal state, object @event) => @event switch
    {
        WithdrawalProposed e => new(WithdrawalStage.Proposed, e),
        WithdrawalConfirmed => state with { Stage = WithdrawalStage.Confirmed },
        WithdrawalDeclined => state with { Stage = WithdrawalStage.Declined },
        WithdrawalCompleted => state with { Stage = WithdrawalStage.Completed },
        _ => state,
    };
}

internal interface IStatementWithdrawalGrain : IEventSourcedGrain;

internal sealed class StatementWithdrawalGrain(GrainLedger ledger) : EventSourcedGrain<StatementWithdrawal>(ledger), IStatementWithdrawalGrain;

/// <summary>A withdrawal, for lists.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Of">The stream of the event that holds, or held, the text.</param>
/// <param name="EventVersion">The event's version in that stream.</param>
/// <param name="Member">The member of the event.</param>
/// <param name="Reason">Why it was proposed, or turned down.</param>
/// <param name="ProposedOn">The day on which it was proposed.</param>
/// <param name="DecidedOn">The day on which it was confirmed or turned down.</param>
public sealed record WithdrawalRegister(
    string Id, long Version, string Of, long EventVersion, string Member, string Reason, WithdrawalStage Stage, DateOnly ProposedOn, DateOnly? DecidedOn)
    : IRegister<WithdrawalRegister>
{
    /// <inheritdoc/>
    public static string Kind => StatementWithdrawal.KindName;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <inheritdoc/>
    public static WithdrawalRegister? Fold(WithdrawalRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            WithdrawalProposed e => new WithdrawalRegister(recorded.Stream, 0, e.Of, e.Version, e.Member, e.Reason, WithdrawalStage.Proposed, recorded.RecordedOn, null),
            WithdrawalConfirmed => document! with { Stage = WithdrawalStage.Confirmed, DecidedOn = recorded.RecordedOn },
            WithdrawalDeclined e => document! with { Stage = WithdrawalStage.Declined, Reason = e.Reason, DecidedOn = recorded.RecordedOn },
            WithdrawalCompleted => document! with { Stage = WithdrawalStage.Completed },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;
}
