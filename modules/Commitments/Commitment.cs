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
    CommitmentId Commitment, string? Key, PartnerId Partner, string Wording, IReadOnlyList<string> Serves, DateOnly? DueOn)
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
[RecordedBy<Commitment>("commitments.commitment-proposed.v1")]
public sealed record CommitmentProposed(
    CommitmentId Commitment, string? Key, PartnerId Partner, [property: Statement] string Wording, IReadOnlyList<string> Serves, DateOnly? DueOn);

/// <summary>The partner took it on.</summary>
[RecordedBy<Commitment>("commitments.commitment-accepted.v1")]
public sealed record CommitmentAccepted;

/// <summary>Its progress was reported, as it stands from a day on.</summary>
[RecordedBy<Commitment>("commitments.progress-reported.v1")]
public sealed record ProgressReported(CommitmentStatus Status, [property: Statement] string Narrative, int? Percent, DateOnly EffectiveOn) : IEffective;

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
        AcceptCommitment => state.AcceptedOn is null ? Decision.Take(new CommitmentAccepted()) : Decision.AlreadySo,
        ReportProgress c => Report(state, c, occasion),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A commitment does not know this command."),
    };

    public static Commitment Evolve(Commitment state, object @event) => @event switch
    {
        CommitmentProposed e => state with { Partner = e.Partner, Proposed = e },
        CommitmentAccepted => state with { AcceptedOn = DateOnly.MinValue },
        _ => state,
    };

    private static Decision Propose(Commitment state, ProposeCommitment c) =>
        state.Proposed is null
            ? Decision.Take(new CommitmentProposed(c.Commitment, c.Key, c.Partner, c.Wording, c.Serves, c.DueOn))
            : Decision.Refuse("COMMITMENT_ALREADY_PROPOSED", "This commitment was proposed already; change it, or propose another under another key.");

    private static Decision Report(Commitment state, ReportProgress c, Occasion occasion)
    {
        var effective = c.EffectiveOn ?? occasion.Today;
        if (state.AcceptedOn is null) return Decision.Refuse("COMMITMENT_NOT_ACCEPTED", "The partner has not accepted this commitment yet; accept it before reporting on it.");
        if (effective > occasion.Today) return Decision.Refuse("EFFECTIVE_IN_FUTURE", $"Progress can be reported as at today, {occasion.Today:yyyy-MM-dd}, or before.");
        return Decision.Take(new ProgressReported(c.Status, c.Narrative, c.Percent, effective));
    }
}
