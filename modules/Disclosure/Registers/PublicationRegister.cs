using Equalities.Options.V1;

namespace EqualitiesPlatform.Disclosure;

/// <summary>A table on record.</summary>
/// <param name="Number">Its number among the statistic's tables.</param>
/// <param name="Table">The table, with the rule.</param>
/// <param name="Widened">Whether it shows less than it would by itself.</param>
/// <param name="Origin">What it was counted from; none when the counts were given by hand.</param>
/// <param name="PublishedOn">The day.</param>
/// <param name="Position">The position of its publication.</param>
/// <param name="Person">Who published it, by the random id that events know people by.</param>
/// <param name="Role">In which role.</param>
public sealed record TableOnRecord(
    int Number, ProtectedTable Table, bool Widened, TableOrigin? Origin, DateOnly PublishedOn, long Position, PersonId Person, Role Role);

/// <summary>Everything that was published of one statistic.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Statistic">The statistic's id.</param>
/// <param name="Key">Its key.</param>
/// <param name="Title">The title of its last table.</param>
/// <param name="Published">How many tables there are.</param>
/// <param name="LastPublishedOn">The day of the last.</param>
/// <param name="Tables">The tables, in order.</param>
public sealed record PublicationRegister(
    string Id, long Version, StatisticId Statistic, string Key, string Title, int Published, DateOnly LastPublishedOn,
    IReadOnlyList<TableOnRecord> Tables) : IRegister<PublicationRegister>
{
    /// <inheritdoc/>
    public static string Kind => StatisticId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <inheritdoc/>
    public static PublicationRegister? Fold(PublicationRegister? document, RecordedEvent recorded) => recorded.Event switch
    {
        TablePublished e => new(
            recorded.Stream, recorded.Version, e.Statistic, e.Table.Statistic, e.Table.Title, e.Number, recorded.RecordedOn,
            [.. document?.Tables ?? [], new TableOnRecord(
                e.Number, e.Table, e.Widened, e.Origin, recorded.RecordedOn, recorded.Position, recorded.Occasion.Actor.Person, recorded.Occasion.Actor.Role)]),
        _ => document,
    };
}
