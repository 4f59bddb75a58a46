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

    /// <summary>Counts that are public anyway, as a table that stands on record.</summary>
    public static ProtectedTable AsItIs(CountTable table, DisclosureRule rule)
    {
        var counts = Counts.Of(table);
        return new(table.Statistic, table.Title, table.AsAt, table.Dimensions, [.. counts.Values.Select((value, c) => ProtectedCell.Of(CellMark.Exact, value, counts.Denominators[c]))], rule);
    }

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
        var counts = Counts.Of(table);
        var issues = Issues.Of(table, counts, before, Laid(0));
        var search = new Suppression(table, counts, rule, before, issues, Laid(issues));
        search.Run();
        return new Protection(search.Protected(), search.Widened);

        Overlay Laid(params int[] numbers) =>
            Overlay.Of([(table.Dimensions, numbers[0]), .. before.Select((t, i) => (t.Dimensions, numbers.Length > 1 ? numbers[i + 1] : 0))])
            ?? throw new NotProtectedException("TOO_DETAILED", "Laid over what was published before, this table tells more groups apart than can be checked; use fewer dimensions or coarser categories.");
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

/// <summary>
/// Which issue of its statistic each table is. Tables as at one day are one issue, unless the later published says
/// otherwise of some cell: then more was known by then, and it is an issue of its own.
/// </summary>
internal static class Issues
{
    /// <returns>The number of the table under review first, then those of the others.</returns>
    public static int[] Of(CountTable table, Counts counts, ProtectedTable[] before, Overlay laid)
    {
        var said = new List<(DateOnly Day, int Revision, Dictionary<int[], long> Cells)>();
        foreach (var (t, earlier) in before.Select((e, t) => (t + 1, e)))
            Say(earlier.AsAt, earlier.Cells.Select((c, i) => (laid.Cells[t][i], c.Mark is CellMark.Exact ? c.Value : null)));
        Say(table.AsAt, counts.Values.Select((v, i) => (laid.Cells[0][i], (long?)v)));
        (DateOnly, int)[] order = [.. said.Select(s => (s.Day, s.Revision)).Distinct().Order()];
        return [Array.IndexOf(order, (said[^1].Day, said[^1].Revision)), .. said.SkipLast(1).Select(s => Array.IndexOf(order, (s.Day, s.Revision)))];

        void Say(DateOnly day, IEnumerable<(int[] Atoms, long? Value)> values)
        {
            var cells = new Dictionary<int[], long>(SameAtoms.Comparer);
            foreach (var (atoms, value) in values)
                if (value is { } known) cells[atoms] = known;
            var revision = said.Where(s => s.Day == day).Select(s => s.Revision + (cells.Any(c => s.Cells.TryGetValue(c.Key, out var other) && other != c.Value) ? 1 : 0)).DefaultIfEmpty(0).Max();
            said.Add((day, revision, cells));
        }
    }
}
