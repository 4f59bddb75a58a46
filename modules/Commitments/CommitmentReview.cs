namespace EqualitiesPlatform.Commitments;

// What the council and the partner say of a commitment to each other: disputes, and assessments with the partner's
// right of reply. Both and the final view are in the report.

/// <summary>Dispute something about the commitment; the partner's word.</summary>
[GenerateSerializer, Immutable]
public sealed record DisputeCommitment(CommitmentId Commitment, string Statement) : ICommitmentCommand;

/// <summary>Settle the dispute; governance's word.</summary>
[GenerateSerializer, Immutable]
public sealed record SettleDispute(CommitmentId Commitment, string Settlement) : ICommitmentCommand;

/// <summary>Assess how it stands, from a day on; today when no day is given. Governance's word.</summary>
[GenerateSerializer, Immutable]
public sealed record AssessCommitment(CommitmentId Commitment, CommitmentStatus Status, string Assessment, DateOnly? EffectiveOn) : ICommitmentCommand;

/// <summary>Reply to the assessment; the partner's word.</summary>
[GenerateSerializer, Immutable]
public sealed record ReplyToAssessment(CommitmentId Commitment, string Reply) : ICommitmentCommand;

/// <summary>Conclude the assessment with a final view; governance's word.</summary>
[GenerateSerializer, Immutable]
public sealed record ConcludeAssessment(CommitmentId Commitment, CommitmentStatus Status, string FinalView) : ICommitmentCommand;

/// <summary>The partner disputes something about the commitment.</summary>
[RecordedBy<Commitment>("commitments.commitment-disputed.v1")]
public sealed record CommitmentDisputed([property: Statement] string Statement);

/// <summary>The dispute is settled, in these words.</summary>
[RecordedBy<Commitment>("commitments.dispute-settled.v1")]
public sealed record DisputeSettled([property: Statement] string Settlement);

/// <summary>Governance assessed how the commitment stands; the partner may reply.</summary>
/// <param name="ReplyBy">The last day that is kept free for the partner's reply.</param>
[RecordedBy<Commitment>("commitments.commitment-assessed.v1")]
public sealed record CommitmentAssessed(CommitmentStatus Status, [property: Statement] string Assessment, DateOnly ReplyBy, DateOnly EffectiveOn) : IEffective;

/// <summary>The partner's reply to the assessment.</summary>
[RecordedBy<Commitment>("commitments.assessment-replied.v1")]
public sealed record AssessmentReplied([property: Statement] string Reply);

/// <summary>Governance's final view, after the reply or after its time.</summary>
[RecordedBy<Commitment>("commitments.assessment-concluded.v1")]
public sealed record AssessmentConcluded(CommitmentStatus Status, [property: Statement] string FinalView);

/// <summary>What deciding about disputes and assessments needs to know.</summary>
/// <param name="Disputed">Whether a dispute is open.</param>
/// <param name="Assessed">The assessment that has no final view yet.</param>
/// <param name="Replied">Whether the partner replied to it.</param>
internal sealed record CommitmentReview(bool Disputed, CommitmentAssessed? Assessed, bool Replied)
{
    public static readonly CommitmentReview None = new(false, null, false);

    public static Decision Decide(Commitment state, ICommand command, Occasion occasion) => command switch
    {
        DisputeCommitment c => state.Review.Disputed
            ? Decision.Refuse("DISPUTE_OPEN", "A dispute about this commitment is open already; it has to be settled first.")
            : Decision.Take(new CommitmentDisputed(c.Statement)),
        SettleDispute c => state.Review.Disputed
            ? Decision.Take(new DisputeSettled(c.Settlement))
            : Decision.Refuse("NO_DISPUTE", "No dispute about this commitment is open."),
        AssessCommitment c => Assess(state, c, occasion),
        _ when state.Review.Assessed is null => Decision.Refuse("NO_ASSESSMENT", "No assessment of this commitment is open."),
        ReplyToAssessment c => state.Review.Replied
            ? Decision.Refuse("ALREADY_REPLIED", "The partner has replied to this assessment; the final view comes next.")
            : Decision.Take(new AssessmentReplied(c.Reply)),
        ConcludeAssessment c => !state.Review.Replied && occasion.Today <= state.Review.Assessed!.ReplyBy
            ? Decision.Refuse("REPLY_STILL_POSSIBLE", $"The partner may reply until {state.Review.Assessed.ReplyBy.Shown()}; conclude after its reply, or after that day.")
            : Decision.Take(new AssessmentConcluded(c.Status, c.FinalView)),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "The review of a commitment does not know this command."),
    };

    public CommitmentReview After(object @event) => @event switch
    {
        CommitmentDisputed => this with { Disputed = true },
        DisputeSettled => this with { Disputed = false },
        CommitmentAssessed e => this with { Assessed = e, Replied = false },
        AssessmentReplied => this with { Replied = true },
        AssessmentConcluded => this with { Assessed = null, Replied = false },
        _ => this,
    };

    private static Decision Assess(Commitment state, AssessCommitment c, Occasion occasion) =>
        state.AcceptedOn is null
            ? Decision.Refuse("COMMITMENT_NOT_ACCEPTED", "The partner has not accepted this commitment, so there is nothing to assess yet.")
        : state.Review.Assessed is not null
            ? Decision.Refuse("ASSESSMENT_OPEN", "An assessment of this commitment is open already; conclude it first.")
        : Commitment.SinceAcceptance(state, c.EffectiveOn, occasion) ?? Decision.Take(new CommitmentAssessed(
            c.Status, c.Assessment, occasion.Today.AddDays(occasion.Policy.Number("assessments.reply-days", 10)), c.EffectiveOn ?? occasion.Today));
}
