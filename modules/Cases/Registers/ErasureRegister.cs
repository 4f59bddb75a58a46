namespace EqualitiesPlatform.Cases;

/// <summary>The erasure of a file, with who proposed it and why.</summary>
/// <param name="Id">The stream's key.</param>
internal sealed record ErasureRegister(
    string Id, long Version, PersonId Person, CaseId Case, ErasureState State, ErasureReason? Reason, PersonId? ProposedBy, DateOnly? ProposedOn, PersonId? ConfirmedBy,
    DateOnly? ErasedOn) : IRegister<ErasureRegister>
{
    /// <inheritdoc/>
    public static string Kind => Erasure.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <inheritdoc/>
    public static ErasureRegister? Fold(ErasureRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            ErasureCalledFor e => new(recorded.Stream, 0, e.Person, e.Case, ErasureState.Due, ErasureReason.RetentionEnded, null, null, null, null),
            ErasureProposed e => new(recorded.Stream, 0, e.Person, e.Case, ErasureState.Proposed, e.Reason, e.By, recorded.RecordedOn, null, null),
            ErasureWithdrawn => document! with { State = ErasureState.Withdrawn },
            ErasureConfirmed => document! with { State = ErasureState.Confirmed, ConfirmedBy = recorded.Occasion.Actor.Person },
            SubjectErased => document! with { State = ErasureState.Erased, ErasedOn = recorded.RecordedOn },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;
}
