namespace EqualitiesPlatform.Commitments;

// What the council and the partner say of a commitment to each other: disputes, and assessments with the partner's
// right of reply. Both and the final view are in the report.

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
