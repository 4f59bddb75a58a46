namespace EqualitiesPlatform.Commitments;

/// <summary>A commitment as lists and screens show it.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Status">As the latest effective report says; the later recorded wins a tie.</param>
public sealed record CommitmentRegister(
    string Id, long Version, CommitmentId Commitment, string? Key, PartnerId Partner, string Wording, bool Accepted,
    CommitmentStatus Status, DateOnly? StatusOn, string? Narrative, int? Percent, DateOnly? DueOn) : IRegister<CommitmentRegister>
{
    /// <inheritdoc/>
    public static string Kind => CommitmentId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [Partner];

    /// <inheritdoc/>
    public static CommitmentRegister? Fold(CommitmentRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            CommitmentProposed e => new CommitmentRegister(
                recorded.Stream, 0, e.Commitment, e.Key, e.Partner, e.Wording, false, CommitmentStatus.NotStarted, null, null, null, e.DueOn),
            CommitmentAccepted => document! with { Accepted = true },
            ProgressReported e when document!.StatusOn is null || e.EffectiveOn >= document.StatusOn =>
                document with { Status = e.Status, StatusOn = e.EffectiveOn, Narrative = e.Narrative, Percent = e.Percent },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;
}
