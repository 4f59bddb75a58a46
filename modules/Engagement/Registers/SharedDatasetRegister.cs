namespace EqualitiesPlatform.Engagement;

/// <summary>
/// A dataset as lists and screens show it. Its history, which says where it lies, is for whose it is; others see it while
/// an agreement holds.
/// </summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Versions">Its versions, the newest last.</param>
/// <param name="Agreements">Every agreement, those that are over too.</param>
/// <param name="Uses">What it was used for in commissioning.</param>
/// <param name="Figures">The measures that took figures from it; none when there are none.</param>
public sealed record SharedDatasetRegister(
    string Id, long Version, SharedDatasetId Dataset, string? Key, PartnerId Organisation, string Title, string Description, IReadOnlyList<DatasetVersionOnRecord> Versions,
    IReadOnlyList<SharingOnRecord> Agreements, IReadOnlyList<DatasetUsed> Uses, IReadOnlyList<FiguresOfDataset>? Figures = null) : IRegister<SharedDatasetRegister>
{
    /// <inheritdoc/>
    public static string Kind => SharedDatasetId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [Organisation];

    /// <summary>Whose it is, and who may see it under an agreement that is not over.</summary>
    public IReadOnlyList<Guid> SeenBy => [.. Agreements.Where(a => a.OverSince is null).SelectMany(a => a.Agreed.Recipients).Prepend(Organisation).Select(p => p.Value).Distinct()];

    /// <summary>How many agreements hold, or will hold.</summary>
    public int AgreementCount => Agreements.Count(a => a.OverSince is null);

    /// <summary>How many uses in commissioning are on record.</summary>
    public int UseCount => Uses.Count;

    /// <summary>How many measures took figures from it, to filter by.</summary>
    public int FigureCount => Figures?.Count ?? 0;

    /// <summary>Whether an organisation may open it on a day: its own, or under an agreement that holds.</summary>
    public bool IsOpenTo(PartnerId organisation, DateOnly today) => organisation == Organisation
        || Agreements.Any(a => a.OverSince is null && a.Agreed.From <= today && today <= a.Agreed.Until && a.Agreed.Recipients.Contains(organisation));

    /// <inheritdoc/>
    public static SharedDatasetRegister? Fold(SharedDatasetRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            DatasetOffered e => new SharedDatasetRegister(recorded.Stream, 0, e.Dataset, e.Key, e.Organisation, e.Title, e.Description, [], [], []),
            DatasetVersionAdded e => document! with { Versions = [.. document.Versions, new(e, recorded.RecordedOn)] },
            SharingAgreed e => document! with { Agreements = [.. document.Agreements, new(e, null, null)] },
            SharingEnded e => document!.Over(e.Agreement, recorded.EffectiveOn, e.Reason),
            SharingLapsed e => document!.Over(e.Agreement, e.EffectiveOn, null),
            DatasetFiguresTaken e => document! with { Figures = [.. document.Figures ?? [], new(e, recorded.RecordedOn)] },
            DatasetUsed e => document! with { Uses = [.. document.Uses, e] },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    private SharedDatasetRegister Over(string agreement, DateOnly since, string? reason) =>
        this with { Agreements = [.. Agreements.Select(a => a.Agreed.Agreement == agreement ? a with { OverSince = since, Reason = reason } : a)] };
}

/// <summary>A version of a dataset.</summary>
public sealed record DatasetVersionOnRecord(DatasetVersionAdded Added, DateOnly On);

/// <summary>An agreement on a dataset.</summary>
/// <param name="OverSince">The first day on which it holds no more, if it is over.</param>
/// <param name="Reason">Why it was ended before its last day, if it was.</param>
public sealed record SharingOnRecord(SharingAgreed Agreed, DateOnly? OverSince, string? Reason);

/// <summary>Figures that a measure took from a dataset.</summary>
public sealed record FiguresOfDataset(DatasetFiguresTaken Taken, DateOnly On);
