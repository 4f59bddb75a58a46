namespace EqualitiesPlatform.Commitments;

// A commitment: what one partner promises under the Policy, from proposal to completion (Policy, "How" W4 and
// "Partners"; Report 7).

/// <summary>A command to a commitment.</summary>
public interface ICommitmentCommand : ICommand
{
    /// <summary>The commitment.</summary>
    CommitmentId Commitment { get; }

    string ICommand.Stream => StreamKey.Of(CommitmentId.Kind, Commitment.Value);
}

/// <summary>Propose a commitment to a partner, or by a partner for itself.</summary>
[GenerateSerializer, Immutable]
public sealed record ProposeCommitment(
    CommitmentId Commitment, string? Key, PartnerId Partner, string Wording, string Source, IReadOnlyList<string> Serves, DateOnly? DueOn)
    : ICommitmentCommand, IOpens
{
    PartnerId IOpens.Organisation => Partner;
}

/// <summary>Take the commitment on; the partner's word.</summary>
[GenerateSerializer, Immutable]
public sealed record AcceptCommitment(CommitmentId Commitment) : ICommitmentCommand;

/// <summary>Report how it stands, from a day on; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record ReportProgress(
    CommitmentId Commitment, CommitmentStatus Status, string Narrative, int? Percent, DateOnly? EffectiveOn) : ICommitmentCommand;

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
internal sealed record Commitment(PartnerId? Partner, CommitmentProposed? Proposed, DateOnly? AcceptedOn) : IAggregate<Commitment>
{
    public static string Kind => CommitmentId.Kind;

    public static Commitment Unborn { get; } = new(null, null, null);

    public bool BelongsTo(PartnerId organisation) => Partner == organisation;

    public static Decision Decide(Commitment state, ICommand command, Occasion occasion) => command switch
    {
        ProposeCommitment c => Propose(state, c),
        _ when state.Partner is null => Decision.Refuse("COMMITMENT_UNKNOWN", "There is no such commitment; propose it first."),
        AcceptCommitment => state.AcceptedOn is null ? Decision.Take(new CommitmentAccepted(occasion.Today)) : Decision.AlreadySo,
        ReportProgress c => Report(state, c, occasion),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A commitment does not know this command."),
    };

    public static Commitment Evolve(Commitment state, object @event) => @event switch
    {
        CommitmentProposed e => state with { Partner = e.Partner, Proposed = e },
        CommitmentAccepted => state with { AcceptedOn = ((CommitmentAccepted)@event).EffectiveOn },
        _ => state,
    };

    private static Decision Propose(Commitment state, ProposeCommitment c) =>
        state.Proposed is null
            ? Decision.Take(new CommitmentProposed(c.Commitment, c.Key, c.Partner, c.Wording, c.Source, c.Serves, c.DueOn, false))
            : Decision.Refuse("COMMITMENT_ALREADY_PROPOSED", "This commitment was proposed already; change it, or propose another under another key.");

    private static Decision Report(Commitment state, ReportProgress c, Occasion occasion)
    {
        var effective = c.EffectiveOn ?? occasion.Today;
        if (state.AcceptedOn is null) return Decision.Refuse("COMMITMENT_NOT_ACCEPTED", "The partner has not accepted this commitment yet; accept it before reporting on it.");
        if (effective > occasion.Today) return Decision.Refuse("EFFECTIVE_IN_FUTURE", $"Progress can be reported as at today, {occasion.Today:yyyy-MM-dd}, or before.");
        return Decision.Take(new ProgressReported(c.Status, c.Narrative, c.Percent, null, ReportingPeriod.Containing(effective, PeriodLength.Quarter), false, effective));
    }
}
