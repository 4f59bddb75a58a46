namespace EqualitiesPlatform.Cases;

/// <summary>A team and who is in it.</summary>
/// <param name="Id">The stream's key.</param>
internal sealed record CaseTeamRegister(string Id, long Version, CaseTeamId Team, string Key, IReadOnlyList<PersonId> Members) : IRegister<CaseTeamRegister>
{
    /// <inheritdoc/>
    public static string Kind => CaseTeamId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <inheritdoc/>
    public static CaseTeamRegister? Fold(CaseTeamRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            TeamJoined e => (document ?? new(recorded.Stream, 0, e.Team, e.Key, [])) with { Members = [.. document?.Members ?? [], e.Member] },
            TeamLeft e => document! with { Members = [.. document.Members.Where(m => m != e.Member)] },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;
}
