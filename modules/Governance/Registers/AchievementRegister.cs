namespace EqualitiesPlatform.Governance;

/// <summary>An achievement as lists and screens show it.</summary>
public sealed record AchievementRegister(
    string Id, long Version, AchievementId Achievement, string? Key, PartnerId Partner, string Title, string Account, string Evidence,
    IReadOnlyList<string> Serves, bool BestPractice, DateOnly AchievedOn, IReadOnlyList<SharedEntry> SharedWith, IReadOnlyList<AdoptedEntry> AdoptedBy,
    string? Retracted) : IRegister<AchievementRegister>
{
    /// <inheritdoc/>
    public static string Kind => AchievementId.Kind;

    /// <summary>How often it was shared.</summary>
    public int TimesShared => SharedWith.Count;

    /// <summary>How many took it up.</summary>
    public int TimesAdopted => AdoptedBy.Count;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [Partner];

    /// <inheritdoc/>
    public static AchievementRegister? Fold(AchievementRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            AchievementRecorded e => new AchievementRegister(
                recorded.Stream, 0, e.Achievement, e.Key, e.Partner, e.Title, e.Account, e.Evidence, e.Serves, e.BestPractice, e.EffectiveOn,
                document?.SharedWith ?? [], document?.AdoptedBy ?? [], null),
            AchievementShared e => document! with { SharedWith = [.. document.SharedWith, new(e.With, e.Reference, e.EffectiveOn)] },
            PracticeAdopted e => document! with { AdoptedBy = [.. document.AdoptedBy, new(e.By, e.How, e.EffectiveOn)] },
            AchievementRetracted e => document! with { Retracted = e.Reason },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;
}

/// <summary>With whom it was shared.</summary>
public sealed record SharedEntry(string With, string Reference, DateOnly On);

/// <summary>Who took it up.</summary>
public sealed record AdoptedEntry(PartnerId By, string How, DateOnly On);
