namespace EqualitiesPlatform.Objectives;

/// <summary>A Strategic Equalities Objective as it stands.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Number">The version, from 1.</param>
/// <param name="Since">The day from which that version holds.</param>
public sealed record ObjectiveRegister(
    string Id, long Version, ObjectiveId Objective, string? Key, int Number, string Statement, string Owner, string? CorporatePlan, DateOnly Since, DateOnly? ClosedOn) : IRegister<ObjectiveRegister>
{
    /// <inheritdoc/>
    public static string Kind => ObjectiveId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <inheritdoc/>
    public static ObjectiveRegister? Fold(ObjectiveRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            ObjectiveStated e => new ObjectiveRegister(recorded.Stream, 0, e.Objective, document?.Key ?? e.Key, e.Number, e.Statement, e.Owner, e.CorporatePlan, e.EffectiveOn, null),
            ObjectiveHanded e => document! with { Owner = e.To },
            ObjectiveClosed e => document! with { ClosedOn = e.EffectiveOn },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;
}
