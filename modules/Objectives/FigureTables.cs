using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Ledger.Replay;

namespace EqualitiesPlatform.Objectives;

// A measure's figures by group, as a table that disclosure control protects (Report 4.1, 6.1). What is counted of people
// goes out in such tables only; the whole is public, and stands on record before them.

/// <summary>Counts a measure's figures of a year by a breakdown from their events, and counts published tables again.</summary>
internal sealed class FigureTables(EventReader reader, IPolicy policy) : ITableSource
{
    private const string Kind = "measure";
    private const string All = "total";
    private const string Rest = "not-told-apart";

    /// <summary>What a table names as what it was counted from.</summary>
    public static string SourceOf(MeasureId measure, string breakdown) => $"{Kind}:{measure}:{breakdown}";

    /// <summary>The measure and breakdown that a source names; null when it is another's.</summary>
    public static (MeasureId Measure, string Breakdown)? Named(string source) =>
        source.Split(':') is [Kind, var id, var breakdown] && TypedId.TryParse<MeasureId>(id, out var measure) ? (measure, breakdown) : null;

    /// <summary>The key under which a measure's tables of a year stand on record.</summary>
    public static string StatisticOf(MeasureRegister measure, FinancialYear year) => $"{Kind}-{measure.Key ?? measure.Measure.ToString()}-{year}";

    /// <inheritdoc/>
    public bool Counts(string source) => Named(source) is not null;

    /// <inheritdoc/>
    public async Task<TableRecount> Recount(ProtectedTable published, TableOrigin origin, CancellationToken ct)
    {
        var (measure, breakdown) = Named(origin.Source)!.Value;
        try
        {
            var behind = new List<RecordedEvent>();
            var counted = await Count(measure, breakdown, origin.Year, origin.KnownAt, behind, ct);
            var whole = published.Dimensions.Count == 1;
            return new TableRecount(whole ? counted.Whole : counted.Table, whole, counted.Origin.Digest) { Withdrawn = TableRecount.WithdrawnFrom(behind) };
        }
        catch (LedgerException e) when (e.Failure.Kind is FailureKind.Refused)
        {
            return new TableRecount(null, false, "", e.Failure.Sentence);
        }
    }

    /// <summary>The table of a year, with the whole beside it where groups add up to it, and what both were counted from.</summary>
    /// <param name="position">What is known: every event up to this final position.</param>
    /// <exception cref="LedgerException">Refused: NOTHING_OBSERVED, NOT_COUNTS, WHOLE_MISSING, PARTS_EXCEED_WHOLE.</exception>
    public Task<(CountTable Table, CountTable? Whole, TableOrigin Origin)> Count(MeasureId id, string breakdown, FinancialYear year, long position, CancellationToken ct) =>
        Count(id, breakdown, year, position, [], ct);

    private async Task<(CountTable Table, CountTable? Whole, TableOrigin Origin)> Count(
        MeasureId id, string breakdown, FinancialYear year, long position, List<RecordedEvent> behind, CancellationToken ct)
    {
        async Task<T?> Folded<T>(string stream) where T : class, IRegister<T>
        {
            T? document = null;
            foreach (var recorded in await reader.ReadStream(stream, position, ct))
            {
                behind.Add(recorded);
                document = T.Fold(document, recorded);
            }
            return document;
        }
        var measure = await Folded<MeasureRegister>(StreamKey.Of(MeasureId.Kind, id.Value)) ?? throw Refused("NOTHING_OBSERVED", "There was no such measure then.");
        var classification = await Folded<ClassificationRegister>(StreamKey.Of(ClassificationId.Kind, NameBasedId.Of<ClassificationId>(policy.Namespace, breakdown).Value))
            ?? throw Refused("NOTHING_OBSERVED", $"The classification {breakdown} is not published.");
        var figures = new FiguresOnRecord();
        foreach (var recorded in await reader.ReadStream(new SheetId(id, measure.Series, year, 0).Stream, position, ct))
        {
            behind.Add(recorded);
            figures.Apply(recorded);
        }
        var (table, whole) = Of(measure, classification, breakdown, year, figures.All);
        return (table, whole, new TableOrigin(SourceOf(id, breakdown), year, behind.Max(e => e.Position), Digest(behind)));
    }

    /// <summary>The table of these figures.</summary>
    internal static (CountTable Table, CountTable? Whole) Of(MeasureRegister measure, ClassificationRegister classification, string breakdown, FinancialYear year, IReadOnlyCollection<FigureOnRecord> figures)
    {
        var definition = measure.Definition;
        FigureOnRecord[] inYear = [.. figures.Where(f => f.Series == measure.Series && f.Period.Year == year)];
        var grouped = inYear.Where(f => Cells.Parts(f.Cell) is [var only] && only.Breakdown == breakdown).ToArray();
        if (grouped.Length == 0) throw Refused("NOTHING_OBSERVED", $"No figure by {breakdown} ends in {year}; report some first.");
        // The finest periods that groups are reported for; a year beside its quarters says nothing more.
        var months = grouped.Select(f => f.Period.Months).Min();
        MeasuredPeriod[] periods = [.. grouped.Where(f => f.Period.Months == months).Select(f => f.Period).Distinct().Order()];
        var at = inYear.ToDictionary(f => (f.Period, f.Cell));
        (long Count, long? Of)? Group(string category, MeasuredPeriod period) => at.TryGetValue((period, $"{breakdown}={category}"), out var figure) ? Counted(definition, figure) : null;
        (long Count, long? Of)? Whole(MeasuredPeriod period) => at.TryGetValue((period, Cells.Whole), out var figure) ? Counted(definition, figure) : null;

        var known = classification.Categories.Concat(classification.Gone).ToArray();
        var tree = known.Where(c => c.Within is null || known.All(k => k.Key != c.Within)).SelectMany(c => Node(c)).ToArray();
        if (tree.Length == 0) throw Refused("NOTHING_OBSERVED", $"No category of {breakdown} has a figure for all of {string.Join(", ", periods)}; report what is missing first.");
        var tops = tree.Where(c => c.Parent is null).ToArray();

        var addsUp = definition.PartsMakeTotal || definition.IsRate && periods.All(p => Whole(p) is { Of: { } all } w && tops.Sum(t => Value(t, p).Count) <= w.Count && tops.Sum(t => Value(t, p).Of ?? 0) <= all);
        if (definition.PartsMakeTotal && periods.FirstOrDefault(p => Whole(p) is null) is var missing && missing != default)
            throw Refused("WHOLE_MISSING", $"The whole of {missing} is not reported; groups are published as parts of it.");
        if (addsUp && periods.FirstOrDefault(p => tops.Sum(t => Value(t, p).Count) > Whole(p)!.Value.Count) is var over && over != default)
            throw Refused("PARTS_EXCEED_WHOLE", $"The groups of {over} come to more than the whole; correct what is wrong first.");

        var cells = new List<TableCell>();
        foreach (var period in periods)
        {
            foreach (var category in tree)
                if (addsUp ? !tree.Any(c => c.Parent == category.Key) || definition.IsRate : true)
                    cells.Add(Cell(category.Key, period, Value(category, period), addsUp || definition.IsRate ? null : Whole(period)?.Count));
            if (!addsUp) continue;
            var whole = Whole(period)!.Value;
            var (left, leftOf) = (whole.Count - tops.Sum(t => Value(t, period).Count), whole.Of - tops.Sum(t => Value(t, period).Of ?? 0));
            if (periods.Any(p => Whole(p)!.Value.Count > tops.Sum(t => Value(t, p).Count))) cells.Add(Cell(Rest, period, (left, leftOf), null));
            if (definition.IsRate) cells.Add(Cell(All, period, whole, null));
        }
        var rest = cells.Any(c => c.At[0] == Rest);
        var groups = new Disclosure.Classification(breakdown, classification.Number.ToString(CultureInfo.InvariantCulture),
            addsUp
                ? [new(All, "All"), .. tree.Select(c => c with { Parent = c.Parent ?? All }), .. rest ? [new Disclosure.Category(Rest, "Not told apart", All)] : Array.Empty<Disclosure.Category>()]
                : [.. tree.Select(c => c with { Parent = null })]);
        var times = Times(definition, year, periods);
        var (statistic, by) = (StatisticOf(measure, year), new TableDimension(breakdown, classification.Title, groups));
        return (
            new CountTable(statistic, $"{definition.Title} by {char.ToLowerInvariant(classification.Title[0])}{classification.Title[1..]}", periods[^1].Last, [by, times], cells),
            addsUp ? new CountTable(statistic, definition.Title, periods[^1].Last, [times], [.. periods.Select(p => new TableCell([KeyOf(p)], Whole(p)!.Value.Count, Whole(p)!.Value.Of is > 0 and var of ? of : null))]) : null);

        // A category whose parts are all there, and make it, stands above them; else it is taken as it is, or its parts for it.
        IEnumerable<Disclosure.Category> Node(LabelledCategory category)
        {
            var own = periods.All(p => Group(category.Key, p) is not null);
            var below = known.Where(c => c.Within == category.Key).SelectMany(Node).ToArray();
            var (direct, all) = (below.Where(c => c.Parent is null).ToArray(), known.Count(c => c.Within == category.Key));
            var sums = all > 0 && direct.Length == all && periods.All(p => !own || direct.Sum(c => Group(c.Key, p)?.Count ?? 0) == Group(category.Key, p)!.Value.Count);
            if (own && sums) return [new(category.Key, category.Label), .. below.Select(c => c with { Parent = c.Parent ?? category.Key })];
            return own ? [new(category.Key, category.Label)] : below;
        }

        (long Count, long? Of) Value(Disclosure.Category category, MeasuredPeriod period) => Group(category.Key, period)!.Value;

        TableCell Cell(string category, MeasuredPeriod period, (long Count, long? Of) counted, long? whole) =>
            new([category, KeyOf(period)], counted.Count, (counted.Of ?? whole) is > 0 and var of && of >= counted.Count ? of : null);
    }

    /// <summary>The key of a period in a table.</summary>
    internal static string KeyOf(MeasuredPeriod period) => Cells.KeyOf(period.ToString());

    /// <summary>The periods side by side, each made of its months; with the year as their sum where figures add up over it.</summary>
    private static TableDimension Times(MeasureDefinition definition, FinancialYear year, MeasuredPeriod[] periods)
    {
        var sum = definition.YearEnd is YearEnd.Sum && periods.Length > 1 && periods.All(p => p.First >= year.First && p.Months > 0);
        var categories = periods.Select(p => new Disclosure.Category(KeyOf(p), p.ToString(), sum ? "year" : null, Parts(p)));
        return new TableDimension("period", "Period", new Disclosure.Classification("period", $"{year}",
            sum ? [new Disclosure.Category("year", periods.Sum(p => p.Months) == 12 ? $"{year}" : $"{year} so far"), .. categories] : [.. categories]));
    }

    private static IReadOnlyList<string>? Parts(MeasuredPeriod period) => period.Months == 0 ? null
        : [.. Enumerable.Range(0, period.Months).Select(m => period.First.AddMonths(m).ToString("yyyy-MM", CultureInfo.InvariantCulture))];

    private static (long Count, long? Of) Counted(MeasureDefinition definition, FigureOnRecord figure)
    {
        var count = definition.IsRate ? figure.Numerator : figure.Value;
        return count is { } n && n >= 0 && n <= long.MaxValue / 4 && n == decimal.Truncate(n) && (figure.Denominator ?? 0) is var of && of == decimal.Truncate(of) && of <= long.MaxValue / 4
            ? ((long)n, figure.Denominator is null ? null : (long)of)
            : throw Refused("NOT_COUNTS", $"The figure for {figure.Period}, {Cells.Shown(figure.Cell)}, is {(definition.IsRate ? "a rate without its two numbers" : $"{figure.Value.Shown()}, which is no count")}; only counts are protected and published by group.");
    }

    private static string Digest(IEnumerable<RecordedEvent> events)
    {
        var text = new StringBuilder();
        foreach (var e in events.OrderBy(e => e.Position)) text.Append(e.Position).Append(' ').Append(JsonSerializer.Serialize(e.Event, e.Event.GetType(), Catalogue.Json)).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static LedgerException Refused(string reason, string sentence) => new(new Failure(FailureKind.Refused, reason, sentence));
}
