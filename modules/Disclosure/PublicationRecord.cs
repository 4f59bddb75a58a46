namespace EqualitiesPlatform.Disclosure;

// Every table that was ever published of one statistic, in order. A table is published when, and only when, it is
// recorded here, so that none goes out without being checked against all before it. What stands here is public
// (practice; the year-end report and every other publication of numbers stand on it, Report 6.1).

/// <summary>
/// Publish a table: it is protected by the rule in force, also against every table of its statistic that was published
/// before. The counts are not kept. Refused: GIVES_AWAY_WITH_EARLIER, NOTHING_LEFT_TO_PUBLISH,
/// CLASSIFICATION_UNRELATED, TOO_DETAILED, TOO_MUCH_TO_CHECK, ANOTHER_STATISTIC, TABLE_MALFORMED.
/// </summary>
/// <param name="Statistic">The statistic: its id follows from the table's key.</param>
/// <param name="Table">The counts.</param>
/// <param name="Origin">What the counts were made from; none when they were given by hand.</param>
/// <param name="Known">Counts of the same that are public anyway, such as the whole that a report prints: they are on record before the table, which is protected against them.</param>
/// <param name="Readings">How the categories of tables that were published before are to be read, where they do not say it themselves.</param>
[GenerateSerializer, Immutable]
public sealed record PublishTable(
    StatisticId Statistic, CountTable Table, TableOrigin? Origin, CountTable? Known = null, IReadOnlyList<EarlierReading>? Readings = null) : ICommand
{
    string ICommand.Stream => StreamKey.Of(StatisticId.Kind, Statistic.Value);

    // Counted again for a retry, it may have come to other numbers.
    object ICommand.Asked => Origin is null ? this : new { Statistic, Table.Title, Origin.Source, Origin.Year };
}

/// <summary>
/// What a table was counted from, so that it can be counted again. The events' positions are not told: how many there
/// are may be what the table keeps.
/// </summary>
/// <param name="Source">The key of the source that counted.</param>
/// <param name="Year">The financial year it counted, such as 2013-14.</param>
/// <param name="KnownAt">What was known: every event up to this final position.</param>
/// <param name="Digest">SHA-256 over the positions and contents of exactly the events that were counted.</param>
[GenerateSerializer, Immutable]
public sealed record TableOrigin(string Source, FinancialYear Year, long KnownAt, string Digest);

/// <summary>A table was published.</summary>
/// <param name="Statistic">The statistic.</param>
/// <param name="Number">Its number among the statistic's tables, from 1.</param>
/// <param name="Table">The table, as it was published, with the rule.</param>
/// <param name="Widened">Whether it shows less than it would by itself, because of tables published before.</param>
/// <param name="Origin">What it was counted from; none when the counts were given by hand.</param>
[RecordedBy<PublicationRecord>("disclosure.table-published.v1")]
public sealed record TablePublished(StatisticId Statistic, int Number, ProtectedTable Table, bool Widened, TableOrigin? Origin);

/// <summary>What deciding about a publication needs to know: everything that was published of the statistic.</summary>
internal sealed record PublicationRecord(IReadOnlyList<ProtectedTable> Tables, TableOrigin? LastOrigin) : IAggregate<PublicationRecord>
{
    public static string Kind => StatisticId.Kind;

    public static PublicationRecord Unborn { get; } = new([], null);

    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(PublicationRecord state, ICommand command, Occasion occasion) => command switch
    {
        PublishTable c when (c.Known?.Mistakes() ?? []).Concat(c.Table.Mistakes()).ToArray() is [var (field, sentence), ..] => Decision.Refuse("TABLE_MALFORMED", $"{field}: {sentence}"),
        PublishTable c when state.Tables is [var first, ..] && first.Statistic != c.Table.Statistic =>
            Decision.Refuse("ANOTHER_STATISTIC", $"This is the record of {first.Statistic}, and the table is of {c.Table.Statistic}."),
        PublishTable c => Publish(state, c, DisclosureRule.From(occasion.Policy)),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A record of publications does not know this command."),
    };

    public static PublicationRecord Evolve(PublicationRecord state, object @event) => @event switch
    {
        TablePublished e => new([.. state.Tables, e.Table], e.Origin),
        _ => state,
    };

    private static Decision Publish(PublicationRecord state, PublishTable c, DisclosureRule rule)
    {
        try
        {
            var known = c.Known is null ? null : DisclosureControl.AsItIs(c.Known, rule);
            ProtectedTable[] news = known is null || state.Tables.Any(t => t.SaysTheSameAs(known)) ? [] : [known];
            var protection = DisclosureControl.Protect(c.Table, rule, [.. EarlierReading.Of(state.Tables, c.Readings), .. news]);
            if (protection.ShowsNothing && protection.Widened)
                return Decision.Refuse("GIVES_AWAY_WITH_EARLIER",
                    "Whatever this table showed, somebody could work out from it, and from what was published before, what neither may tell. Publish it with coarser categories, or later, when more has come.");
            if (protection.ShowsNothing)
                return Decision.Refuse("NOTHING_LEFT_TO_PUBLISH", "After disclosure control this table shows nothing. Publish it with coarser categories, or for a longer period.");
            if (state.Tables is [.., var last] && last.SaysTheSameAs(protection.Table) && state.LastOrigin == c.Origin) return Decision.AlreadySo;
            return Decision.Take(
            [
                .. news.Select(table => new TablePublished(c.Statistic, state.Tables.Count + 1, table, false, c.Origin)),
                new TablePublished(c.Statistic, state.Tables.Count + news.Length + 1, protection.Table, protection.Widened, c.Origin),
            ]);
        }
        catch (NotProtectedException e)
        {
            return Decision.Refuse(e.Reason, e.Message);
        }
    }
}
