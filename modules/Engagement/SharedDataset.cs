namespace EqualitiesPlatform.Engagement;

// A dataset that an organisation offers to others (Policy, "How" W2, "Partners" P3; Report 7.3): its versions, by the hash
// of the file and a note on its quality, the agreements under which others may see where it lies, and what they did with
// it in commissioning. The file itself stays with its owner; where it holds figures, the import of measures takes them in.

/// <summary>A command to a dataset.</summary>
public interface ISharedDatasetCommand : ICommand
{
    /// <summary>The dataset.</summary>
    SharedDatasetId Dataset { get; }

    string ICommand.Stream => StreamKey.Of(SharedDatasetId.Kind, Dataset.Value);
}

/// <summary>Offer a dataset.</summary>
/// <param name="Organisation">Whose it is.</param>
[GenerateSerializer, Immutable]
public sealed record OfferDataset(SharedDatasetId Dataset, string? Key, PartnerId Organisation, string Title, string Description) : ISharedDatasetCommand, IOpens;

/// <summary>Add a version of it.</summary>
/// <param name="Sha256">The SHA-256 of the file, in 64 small hexadecimal digits.</param>
/// <param name="Place">Where the file lies; shown to nobody without an agreement.</param>
/// <param name="Quality">What is to be known of its quality.</param>
[GenerateSerializer, Immutable]
public sealed record AddDatasetVersion(SharedDatasetId Dataset, string Version, string Sha256, string Place, string Quality) : ISharedDatasetCommand;

/// <summary>Agree who may see it, for what, on what basis, from when to when.</summary>
/// <param name="Until">The last day on which they may.</param>
[GenerateSerializer, Immutable]
public sealed record AgreeSharing(
    SharedDatasetId Dataset, string Agreement, string Purpose, string Basis, DateOnly From, DateOnly Until, IReadOnlyList<PartnerId> Recipients) : ISharedDatasetCommand;

/// <summary>End an agreement before its last day: nobody may see the dataset under it from this moment on.</summary>
[GenerateSerializer, Immutable]
public sealed record EndSharing(SharedDatasetId Dataset, string Agreement, string Reason) : ISharedDatasetCommand;

/// <summary>Record what an organisation used a version for in commissioning, on a day; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record UseDataset(SharedDatasetId Dataset, PartnerId Organisation, string Version, string Use, DateOnly? EffectiveOn) : ISharedDatasetCommand;

/// <summary>Note that a measure took figures from a version; sent by a follow-up.</summary>
/// <param name="Organisation">Who took them; null for the council.</param>
[GenerateSerializer, Immutable]
public sealed record NoteFiguresTaken(SharedDatasetId Dataset, string Version, MeasureId Measure, PartnerId? Organisation) : ISharedDatasetCommand;

/// <summary>A dataset was offered.</summary>
[RecordedBy<SharedDataset>("engagement.dataset-offered.v1")]
public sealed record DatasetOffered(
    SharedDatasetId Dataset, string? Key, PartnerId Organisation, [property: Statement] string Title, [property: Statement] string Description);

/// <summary>A version was added.</summary>
[RecordedBy<SharedDataset>("engagement.dataset-version-added.v1")]
public sealed record DatasetVersionAdded(string Version, string Sha256, [property: Statement] string Place, [property: Statement] string Quality);

/// <summary>It was agreed who may see it.</summary>
[RecordedBy<SharedDataset>("engagement.sharing-agreed.v1")]
public sealed record SharingAgreed(
    string Agreement, [property: Statement] string Purpose, [property: Statement] string Basis, DateOnly From, DateOnly Until, IReadOnlyList<PartnerId> Recipients);

/// <summary>An agreement was ended before its last day.</summary>
[RecordedBy<SharedDataset>("engagement.sharing-ended.v1")]
public sealed record SharingEnded(string Agreement, [property: Statement] string Reason);

/// <summary>An agreement's last day passed.</summary>
/// <param name="EffectiveOn">The first day on which it holds no more.</param>
[RecordedBy<SharedDataset>("engagement.sharing-lapsed.v1")]
public sealed record SharingLapsed(string Agreement, DateOnly EffectiveOn) : IEffective;

/// <summary>An organisation used it in commissioning.</summary>
[RecordedBy<SharedDataset>("engagement.dataset-used.v1")]
public sealed record DatasetUsed(PartnerId Organisation, string Version, [property: Statement] string Use, DateOnly EffectiveOn) : IEffective;

/// <summary>A measure took figures from it, by an import of the very file.</summary>
/// <param name="Organisation">Who took them; null for the council.</param>
[RecordedBy<SharedDataset>("engagement.dataset-figures-taken.v1")]
public sealed record DatasetFiguresTaken(string Version, MeasureId Measure, PartnerId? Organisation);

/// <summary>What deciding about a dataset needs to know.</summary>
/// <param name="Agreements">Those that hold or will hold, by key.</param>
/// <param name="Ended">The keys of those that are over.</param>
internal sealed record SharedDataset(
    DatasetOffered? Offered, IReadOnlyDictionary<string, DatasetVersionAdded> Versions, IReadOnlyDictionary<string, SharingAgreed> Agreements, IReadOnlyList<string> Ended,
    IReadOnlyList<DatasetUsed> Uses, IReadOnlyList<DatasetFiguresTaken> Taken) : IAggregate<SharedDataset>
{
    public static string Kind => SharedDatasetId.Kind;

    public static SharedDataset Unborn { get; } = new(null, new Dictionary<string, DatasetVersionAdded>(), new Dictionary<string, SharingAgreed>(), [], [], []);

    public bool BelongsTo(PartnerId organisation) => Offered?.Organisation == organisation || Agreements.Values.Any(a => a.Recipients.Contains(organisation));

    public DateOnly? WakesOn => Agreements.Values.Select(a => (DateOnly?)a.Until.AddDays(1)).Min();

    public static Decision Decide(SharedDataset state, ICommand command, Occasion occasion) => command switch
    {
        OfferDataset c => Offer(state, c),
        _ when state.Offered is null => Decision.Refuse("DATASET_UNKNOWN", "There is no such dataset; offer it first."),
        RaiseDue => Decision.Take([.. state.Agreements.Values.Where(a => a.Until < occasion.Today).OrderBy(a => a.Until).Select(a => new SharingLapsed(a.Agreement, a.Until.AddDays(1)))]),
        UseDataset c => Use(state, c, occasion),
        NoteFiguresTaken c => new DatasetFiguresTaken(c.Version, c.Measure, c.Organisation) is var taken && state.Taken.Contains(taken) ? Decision.AlreadySo : Decision.Take(taken),
        _ when occasion.Actor.Organisation is { } own && own != state.Offered.Organisation => Decision.Refuse("NOT_THE_OWNER", "Only whose dataset it is says what versions there are and who may see it."),
        AddDatasetVersion c => Add(state, c),
        AgreeSharing c => Agree(state, c, occasion),
        EndSharing c => state.Ended.Contains(c.Agreement) ? Decision.AlreadySo
            : state.Agreements.ContainsKey(c.Agreement) ? Decision.Take(new SharingEnded(c.Agreement, c.Reason))
            : Decision.Refuse("SHARING_UNKNOWN", "There is no such agreement on this dataset."),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A dataset does not know this command."),
    };

    public static SharedDataset Evolve(SharedDataset state, object @event) => @event switch
    {
        DatasetOffered e => state with { Offered = e },
        DatasetVersionAdded e => state with { Versions = new Dictionary<string, DatasetVersionAdded>(state.Versions) { [e.Version] = e } },
        SharingAgreed e => state with { Agreements = new Dictionary<string, SharingAgreed>(state.Agreements) { [e.Agreement] = e } },
        SharingEnded e => state.Without(e.Agreement),
        SharingLapsed e => state.Without(e.Agreement),
        DatasetFiguresTaken e => state with { Taken = [.. state.Taken, e] },
        DatasetUsed e => state with { Uses = [.. state.Uses, e] },
        _ => state,
    };

    private static Decision Offer(SharedDataset state, OfferDataset c)
    {
        var offered = new DatasetOffered(c.Dataset, c.Key, c.Organisation, c.Title, c.Description);
        return state.Offered is null ? Decision.Take(offered)
            : state.Offered == offered ? Decision.AlreadySo
            : Decision.Refuse("DATASET_ALREADY_OFFERED", "This dataset was offered already, with other particulars.");
    }

    private static Decision Add(SharedDataset state, AddDatasetVersion c)
    {
        var added = new DatasetVersionAdded(c.Version, c.Sha256, c.Place, c.Quality);
        return !state.Versions.TryGetValue(c.Version, out var known) ? Decision.Take(added)
            : known == added ? Decision.AlreadySo
            : Decision.Refuse("VERSION_EXISTS", $"There is a version {c.Version} already, and others may have used it; give this one a name of its own.");
    }

    private static Decision Agree(SharedDataset state, AgreeSharing c, Occasion occasion)
    {
        var agreed = new SharingAgreed(c.Agreement, c.Purpose, c.Basis, c.From, c.Until, c.Recipients);
        if (state.Agreements.TryGetValue(c.Agreement, out var known) && known with { Recipients = [] } == agreed with { Recipients = [] } && known.Recipients.SequenceEqual(c.Recipients))
            return Decision.AlreadySo;
        if (known is not null || state.Ended.Contains(c.Agreement))
            return Decision.Refuse("SHARING_ALREADY_AGREED", "There was an agreement with this key; end it if need be, and agree another one.");
        if (c.Recipients.Count == 0) return Decision.Refuse("NO_RECIPIENT", "Say who may see the dataset under this agreement.");
        return c.Until < c.From || c.Until < occasion.Today
            ? Decision.Refuse("SHARING_OVER_BEFORE_IT_BEGINS", "An agreement holds on one day at least that has not passed yet.")
            : Decision.Take(agreed);
    }

    private static Decision Use(SharedDataset state, UseDataset c, Occasion occasion)
    {
        if (occasion.NamesAnother(c.Organisation) is { } refusal) return refusal;
        if (!state.Versions.ContainsKey(c.Version)) return Decision.Refuse("VERSION_UNKNOWN", $"There is no version {c.Version} of this dataset.");
        var used = new DatasetUsed(c.Organisation, c.Version, c.Use, c.EffectiveOn ?? occasion.Today);
        return occasion.InFuture(c.EffectiveOn)
            ?? (state.Offered!.Organisation != c.Organisation && !state.Agreements.Values.Any(a => a.Recipients.Contains(c.Organisation) && a.From <= occasion.Today && occasion.Today <= a.Until)
                ? Decision.Refuse("NOT_SHARED", "No agreement that holds today lets this organisation see the dataset.")
                : state.Uses.Contains(used) ? Decision.AlreadySo : Decision.Take(used));
    }

    private SharedDataset Without(string agreement) => this with
    {
        Agreements = Agreements.Where(a => a.Key != agreement).ToDictionary(), Ended = [.. Ended, agreement],
    };
}
