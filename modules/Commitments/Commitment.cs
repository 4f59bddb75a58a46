using System.Text.Json.Serialization;
using Equalities.Options.V1;

namespace EqualitiesPlatform.Commitments;

// A commitment: what one partner promises under the Policy, from proposal to completion (Policy, "How" W4 and
// "Partners"; Report 7). Its updates and their clock are in CommitmentUpdates.cs, what both sides say of it in
// CommitmentReview.cs; the three are one record with one history.

/// <summary>A command to a commitment.</summary>
public interface ICommitmentCommand : ICommand
{
    /// <summary>The commitment.</summary>
    CommitmentId Commitment { get; }

    string ICommand.Stream => StreamKey.Of(CommitmentId.Kind, Commitment.Value);
}

/// <summary>Propose a commitment to a partner, or by a partner for itself.</summary>
/// <param name="Readiness">Whether the partner takes commitments now: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record ProposeCommitment(
    CommitmentId Commitment, string? Key, PartnerId Partner, string Wording, string Source, IReadOnlyList<string> Serves, DateOnly? DueOn,
    [property: JsonIgnore] PartnerReadiness Readiness = PartnerReadiness.Ready) : ICommitmentCommand, IOpens
{
    PartnerId IOpens.Organisation => Partner;
}

/// <summary>Confirm a proposal that was loaded, or the wording that the partner put in its place; governance's word.</summary>
[GenerateSerializer, Immutable]
public sealed record ConfirmCommitment(CommitmentId Commitment) : ICommitmentCommand;

/// <summary>Take the commitment on; the partner's word.</summary>
/// <param name="Readiness">Whether the partner takes commitments now: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record AcceptCommitment(
    CommitmentId Commitment, [property: JsonIgnore] PartnerReadiness Readiness = PartnerReadiness.Ready) : ICommitmentCommand;

/// <summary>Do not take it on; the partner's word.</summary>
[GenerateSerializer, Immutable]
public sealed record DeclineCommitment(CommitmentId Commitment, string Reason) : ICommitmentCommand;

/// <summary>Offer to take it on in another form; the partner's word.</summary>
[GenerateSerializer, Immutable]
public sealed record ModifyCommitment(CommitmentId Commitment, string Wording, DateOnly? DueOn, string Reason) : ICommitmentCommand;

/// <summary>Move the day by which it is to be done.</summary>
[GenerateSerializer, Immutable]
public sealed record MoveDueDate(CommitmentId Commitment, DateOnly To, string Reason) : ICommitmentCommand;

/// <summary>Give it to an office of the partner, from a day on; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record ReassignOwner(CommitmentId Commitment, string Office, DateOnly? EffectiveOn) : ICommitmentCommand;

/// <summary>Move it to another partner, from a day on; today when no day is given.</summary>
/// <param name="OnlyFrom">Who has to hold it still; a follow-up says so, lest it move what has moved on.</param>
/// <param name="Readiness">Whether that partner takes commitments now: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record TransferCommitment(
    CommitmentId Commitment, PartnerId To, string Reason, DateOnly? EffectiveOn, PartnerId? OnlyFrom = null,
    [property: JsonIgnore] PartnerReadiness Readiness = PartnerReadiness.Ready) : ICommitmentCommand;

/// <summary>Say that it is done, since a day; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record CompleteCommitment(CommitmentId Commitment, string Evidence, DateOnly? EffectiveOn) : ICommitmentCommand;

/// <summary>Take it back; governance's word.</summary>
[GenerateSerializer, Immutable]
public sealed record WithdrawCommitment(CommitmentId Commitment, string Reason) : ICommitmentCommand;

/// <summary>How a commitment stands.</summary>
public enum CommitmentStatus
{
    /// <summary>Nothing was done yet.</summary>
    NotStarted = 1,
    /// <summary>It will be done in time.</summary>
    OnTrack,
    /// <summary>It may not be done in time.</summary>
    AtRisk,
    /// <summary>It will not be done in time.</summary>
    OffTrack,
    /// <summary>It is done.</summary>
    Completed,
    /// <summary>It was taken back.</summary>
    Withdrawn,
}

/// <summary>How far a commitment has come between the two sides.</summary>
public enum CommitmentStage
{
    /// <summary>A governance officer has to confirm it.</summary>
    AwaitingConfirmation = 1,
    /// <summary>The partner has to answer.</summary>
    Proposed,
    /// <summary>The partner took it on.</summary>
    Accepted,
    /// <summary>The partner would not take it on.</summary>
    Declined,
    /// <summary>It is done.</summary>
    Completed,
    /// <summary>It was taken back.</summary>
    Withdrawn,
}

/// <summary>A commitment was proposed.</summary>
/// <param name="Source">What it comes from, such as way:w4 or recommendation:r7-2.</param>
/// <param name="Serves">What else it serves.</param>
/// <param name="AwaitsConfirmation">Loaded as reference data: a governance officer has to confirm it first.</param>
[RecordedBy<Commitment>("commitments.commitment-proposed.v1")]
public sealed record CommitmentProposed(
    CommitmentId Commitment, string? Key, PartnerId Partner, [property: Statement] string Wording, string Source,
    IReadOnlyList<string> Serves, DateOnly? DueOn, bool AwaitsConfirmation);

/// <summary>A governance officer confirmed the proposal, or the wording that the partner put in its place.</summary>
[RecordedBy<Commitment>("commitments.commitment-confirmed.v1")]
public sealed record CommitmentConfirmed;

/// <summary>The partner took it on; its clock starts.</summary>
[RecordedBy<Commitment>("commitments.commitment-accepted.v1")]
public sealed record CommitmentAccepted(DateOnly EffectiveOn) : IEffective;

/// <summary>The partner would not take it on.</summary>
[RecordedBy<Commitment>("commitments.commitment-declined.v1")]
public sealed record CommitmentDeclined([property: Statement] string Reason);

/// <summary>The partner would take it on in this form, which a governance officer has to confirm.</summary>
[RecordedBy<Commitment>("commitments.commitment-modified.v1")]
public sealed record CommitmentModified([property: Statement] string Wording, DateOnly? DueOn, [property: Statement] string Reason);

/// <summary>It is to be done by another day; the day first promised is kept in the history, and so is the slippage.</summary>
/// <param name="From">The day it was to be done by until now, if there was one.</param>
[RecordedBy<Commitment>("commitments.due-date-moved.v1")]
public sealed record DueDateMoved(DateOnly? From, DateOnly To, [property: Statement] string Reason);

/// <summary>An office of the partner owns it from a day on.</summary>
[RecordedBy<Commitment>("commitments.owner-reassigned.v1")]
public sealed record OwnerReassigned(string Office, DateOnly EffectiveOn) : IEffective;

/// <summary>Another partner holds it from a day on; its history goes on unbroken.</summary>
[RecordedBy<Commitment>("commitments.commitment-transferred.v1")]
public sealed record CommitmentTransferred(PartnerId From, PartnerId To, [property: Statement] string Reason, DateOnly EffectiveOn) : IEffective;

/// <summary>It is done.</summary>
[RecordedBy<Commitment>("commitments.commitment-completed.v1")]
public sealed record CommitmentCompleted([property: Statement] string Evidence, DateOnly EffectiveOn) : IEffective;

/// <summary>It was taken back.</summary>
[RecordedBy<Commitment>("commitments.commitment-withdrawn.v1")]
public sealed record CommitmentWithdrawn([property: Statement] string Reason, DateOnly EffectiveOn) : IEffective;

/// <summary>What deciding about a commitment needs to know.</summary>
/// <param name="Partner">Who holds it now.</param>
/// <param name="Office">The office that owns it, once said.</param>
internal sealed record Commitment(
    PartnerId? Partner, CommitmentProposed? Proposed, CommitmentStage Stage, DateOnly? AcceptedOn, DateOnly? DueOn, string? Office,
    UpdateClock Clock, CommitmentReview Review) : IAggregate<Commitment>
{
    public static string Kind => CommitmentId.Kind;

    public static Commitment Unborn { get; } = new(null, null, 0, null, null, null, UpdateClock.Stopped, CommitmentReview.None);

    /// <summary>Whether anything may still come of it.</summary>
    public bool IsOpen => Stage is CommitmentStage.AwaitingConfirmation or CommitmentStage.Proposed or CommitmentStage.Accepted;

    public DateOnly? WakesOn => Clock.WakesOn;

    public bool BelongsTo(PartnerId organisation) => Partner == organisation;

    public static Decision Decide(Commitment state, ICommand command, Occasion occasion)
    {
        // What is due by today comes first: an update after its time is late whether or not the clock was looked at.
        var due = state.Clock.DueBy(occasion.Today, occasion.Policy);
        if (command is RaiseDue) return Decision.Take(due);
        var decision = Answer(due.Aggregate(state, Evolve), command, occasion);
        return decision is Decision.Taken { Events.Count: > 0 } taken ? Decision.Take([.. due, .. taken.Events]) : decision;
    }

    public static Commitment Evolve(Commitment state, object @event) => Moved(state, @event) with
    {
        Clock = state.Clock.After(@event),
        Review = state.Review.After(@event),
    };

    private static Commitment Moved(Commitment state, object @event) => @event switch
    {
        CommitmentProposed e => state with
        {
            Partner = e.Partner, Proposed = e, DueOn = e.DueOn,
            Stage = e.AwaitsConfirmation ? CommitmentStage.AwaitingConfirmation : CommitmentStage.Proposed,
        },
        CommitmentConfirmed => state with { Stage = CommitmentStage.Proposed },
        CommitmentAccepted e => state with { Stage = CommitmentStage.Accepted, AcceptedOn = e.EffectiveOn },
        CommitmentDeclined => state with { Stage = CommitmentStage.Declined },
        CommitmentModified e => state with { Stage = CommitmentStage.AwaitingConfirmation, DueOn = e.DueOn ?? state.DueOn },
        DueDateMoved e => state with { DueOn = e.To },
        OwnerReassigned e => state with { Office = e.Office },
        CommitmentTransferred e => state with { Partner = e.To, Office = null },
        CommitmentCompleted => state with { Stage = CommitmentStage.Completed },
        CommitmentWithdrawn => state with { Stage = CommitmentStage.Withdrawn },
        _ => state,
    };

    private static Decision Answer(Commitment state, ICommand command, Occasion occasion) => command switch
    {
        ProposeCommitment c => Propose(state, c, occasion),
        _ when state.Proposed is null => Decision.Refuse("COMMITMENT_UNKNOWN", "There is no such commitment; propose it first."),
        ReplyToAssessment or ConcludeAssessment or AssessCommitment or DisputeCommitment or SettleDispute =>
            CommitmentReview.Decide(state, command, occasion),
        CompleteCommitment when state.Stage is CommitmentStage.Completed => Decision.AlreadySo,
        WithdrawCommitment when state.Stage is CommitmentStage.Withdrawn => Decision.AlreadySo,
        DeclineCommitment when state.Stage is CommitmentStage.Declined => Decision.AlreadySo,
        _ when !state.IsOpen => Decision.Refuse("COMMITMENT_CLOSED", $"This commitment is {Word(state.Stage)}; nothing more can be done with it."),
        ConfirmCommitment => state.Stage is CommitmentStage.AwaitingConfirmation ? Decision.Take(new CommitmentConfirmed()) : Decision.AlreadySo,
        AcceptCommitment c => Accept(state, c, occasion),
        DeclineCommitment c => BeforeAcceptance(state) ?? Decision.Take(new CommitmentDeclined(c.Reason)),
        ModifyCommitment c => BeforeAcceptance(state) ?? Decision.Take(new CommitmentModified(c.Wording, c.DueOn, c.Reason)),
        MoveDueDate c => state.DueOn == c.To ? Decision.AlreadySo : Decision.Take(new DueDateMoved(state.DueOn, c.To, c.Reason)),
        ReassignOwner c => state.Office == c.Office
            ? Decision.AlreadySo
            : occasion.InFuture(c.EffectiveOn) ?? Decision.Take(new OwnerReassigned(c.Office, c.EffectiveOn ?? occasion.Today)),
        TransferCommitment c => Transfer(state, c, occasion),
        WithdrawCommitment c => Decision.Take(new CommitmentWithdrawn(c.Reason, occasion.Today)),
        _ when state.AcceptedOn is null => Decision.Refuse("COMMITMENT_NOT_ACCEPTED", "The partner has not accepted this commitment yet; accept it before reporting on it."),
        CompleteCommitment c => SinceAcceptance(state, c.EffectiveOn, occasion)
            ?? Decision.Take(new CommitmentCompleted(c.Evidence, c.EffectiveOn ?? occasion.Today)),
        ReportProgress or ReportNil => UpdateClock.Decide(state, command, occasion),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A commitment does not know this command."),
    };

    /// <summary>Refuses a day that lies in the future, or before the partner took the commitment on.</summary>
    internal static Decision? SinceAcceptance(Commitment state, DateOnly? day, Occasion occasion) => occasion.InFuture(day) ?? (day < state.AcceptedOn
        ? Decision.Refuse("EFFECTIVE_BEFORE_ACCEPTANCE", $"The partner accepted this commitment on {state.AcceptedOn.Shown()}; give that day or a later one.")
        : null);

    private static Decision Propose(Commitment state, ProposeCommitment c, Occasion occasion)
    {
        if (state.Proposed is { } before)
            return before.Partner == c.Partner && before.Wording == c.Wording && before.Source == c.Source && before.Serves.SequenceEqual(c.Serves) && before.DueOn == c.DueOn
                ? Decision.AlreadySo
                : Decision.Refuse("COMMITMENT_ALREADY_PROPOSED", "This commitment was proposed already, in another form; change it, or propose another under another key.");
        return Refusals.NotReady(c.Readiness) ?? Decision.Take(new CommitmentProposed(
            c.Commitment, c.Key, c.Partner, c.Wording, c.Source, c.Serves, c.DueOn, AwaitsConfirmation: occasion.Actor.Role == Role.Administrator));
    }

    private static Decision Accept(Commitment state, AcceptCommitment c, Occasion occasion) => state.Stage switch
    {
        CommitmentStage.Accepted => Decision.AlreadySo,
        CommitmentStage.AwaitingConfirmation => Decision.Refuse("COMMITMENT_NOT_CONFIRMED", "A governance officer has to confirm this commitment before the partner can accept it."),
        _ => Refusals.NotReady(c.Readiness) ?? Decision.Take(
            new CommitmentAccepted(occasion.Today), UpdateClock.FirstExpected(occasion.Today, occasion.Policy)),
    };

    private static Decision Transfer(Commitment state, TransferCommitment c, Occasion occasion) =>
        state.Partner == c.To
            ? Decision.AlreadySo
        : c.OnlyFrom is { } holder && holder != state.Partner
            ? Decision.Refuse("HELD_BY_ANOTHER", "Another partner holds this commitment by now.")
        : occasion.InFuture(c.EffectiveOn) ?? Refusals.NotReady(c.Readiness)
                ?? Decision.Take(new CommitmentTransferred(state.Partner!.Value, c.To, c.Reason, c.EffectiveOn ?? occasion.Today));

    private static Decision? BeforeAcceptance(Commitment state) => state.Stage is CommitmentStage.Accepted
        ? Decision.Refuse("COMMITMENT_ALREADY_ACCEPTED", "The partner accepted this commitment; dispute it, move its due date, or ask for it to be withdrawn.")
        : null;

    private static string Word(CommitmentStage stage) => stage.ToString().ToLowerInvariant();
}
