namespace EqualitiesPlatform.Disclosure;

/// <summary>What came of protecting a table.</summary>
/// <param name="Table">The table as it may be published.</param>
/// <param name="Widened">Whether it shows less than it would by itself, because of tables that were published before.</param>
public sealed record Protection(ProtectedTable Table, bool Widened)
{
    /// <summary>Whether nothing but zeros is shown, so that there is nothing to publish.</summary>
    public bool ShowsNothing => Table.Cells.All(c => c.Value is null or 0);
}

/// <summary>Why a table can't be protected; the word and the sentence tell no count.</summary>
public sealed class NotProtectedException(string reason, string sentence) : Exception(sentence)
{
    /// <summary>The reason, an UPPER_SNAKE word; the message is a sentence on what to do.</summary>
    public string Reason => reason;
}

/// <summary>
/// Statistical disclosure control: the one mechanism by which counts become a table that may be published. It is pure:
/// the same counts under the same rule, after the same tables, give the same table. The method is described in
/// docs/disclosure.md.
/// </summary>
public static class DisclosureControl
{
    /// <summary>Protects a table by itself.</summary>
    /// <exception cref="NotProtectedException">It is too large to be checked.</exception>
    /// <exception cref="ArgumentException">The table has mistakes.</exception>
    public static ProtectedTable Protect(CountTable table, DisclosureRule rule) => Protect(table, rule, []).Table;

    /// <summary>Protects a table so that neither it nor any that was published before gives away what they keep, also taken together.</summary>
    /// <param name="table">The counts.</param>
    /// <param name="rule">The rule in force.</param>
    /// <param name="earlier">What was published before; tables of other statistics do not matter.</param>
    /// <exception cref="NotProtectedException">It can't be related to what was published before, or is too large to be checked against it.</exception>
    /// <exception cref="ArgumentException">The table has mistakes.</exception>
    public static Protection Protect(CountTable table, DisclosureRule rule, IReadOnlyList<ProtectedTable> earlier)
    {
        if (table.Mistakes() is [var (field, sentence), ..]) throw new ArgumentException($"{field}: {sentence}", nameof(table));
        ProtectedTable[] before = [.. earlier.Where(t => t.Statistic == table.Statistic)];
        Related.Check(table, before);
        var overlay = Overlay.Of([(table.Dimensions, table.AsAt), .. before.Select(t => (t.Dimensions, t.AsAt))])
            ?? throw new NotProtectedException("TOO_DETAILED", "Laid over what was published before, this table tells more groups apart than can be checked; use fewer dimensions or coarser categories.");
        var search = new Suppression(table, Counts.Of(table), rule, before, overlay);
        search.Run();
        return new Protection(search.Protected(), search.Widened);
    }
}

/// <summary>Whether classifications of one dimension can be laid over each other.</summary>
internal static class Related
{
    public static void Check(CountTable table, IReadOnlyList<ProtectedTable> before)
    {
        foreach (var dimension in table.Dimensions)
            foreach (var other in before.SelectMany(t => t.Dimensions).Where(d => d.Key == dimension.Key).Select(d => d.Classification).Distinct())
            {
                var own = dimension.Classification;
                if ((own.Key, own.Version) != (other.Key, other.Version) && Leaves(own).Any(c => c.Parts is null))
                    throw new NotProtectedException("CLASSIFICATION_UNRELATED",
                        $"{dimension.Label} was published before by another classification, {other.Key} {other.Version}; say of each category which parts it is made of, so that the two can be compared.");
                if (!Parts(own).Overlaps(Parts(other)))
                    throw new NotProtectedException("CLASSIFICATION_UNRELATED",
                        $"{dimension.Label} was published before by the classification {other.Key} {other.Version}, which has no part in common with this one; say by its parts what the categories are made of.");
            }
    }

    private static IEnumerable<Category> Leaves(Classification c) => c.Categories.Where(leaf => c.Categories.All(below => below.Parent != leaf.Key));

    private static HashSet<string> Parts(Classification c) => [.. Leaves(c).SelectMany(leaf => leaf.Parts ?? [leaf.Key])];
}
