namespace EqualitiesPlatform.Objectives;

/// <summary>Whether the parts of a file make its totals, where all parts of one are there.</summary>
internal sealed class PartsAndTotals(MeasureTerms measure)
{
    private const int Most = 200_000;

    private readonly Dictionary<(string Breakdown, string Within), int> _partsOf = measure.Breakdowns
        .SelectMany(b => b.Register?.Categories.Select(c => (b.Key, Within: c.Within ?? "")) ?? []).GroupBy(c => c).ToDictionary(g => g.Key, g => g.Count());
    private readonly Dictionary<(string Breakdown, string Category), string> _within = measure.Breakdowns
        .SelectMany(b => b.Register?.Categories.Select(c => (b.Key, c.Key, Within: c.Within ?? "")) ?? []).ToDictionary(c => (c.Item1, c.Item2), c => c.Within);
    private readonly Dictionary<(MeasuredPeriod, string Breakdown, string Within, string Besides), (decimal Sum, int Parts)> _parts = [];
    private readonly Dictionary<(MeasuredPeriod, string Breakdown, string Within, string Besides), (decimal Value, int Line)> _totals = [];

    /// <summary>Whether there were too many totals to add their parts up.</summary>
    public bool TooMany { get; private set; }

    public void Add(FileFigure figure)
    {
        if (!measure.Register.Definition.PartsMakeTotal || TooMany) return;
        var parts = Cells.Parts(figure.Cell);
        foreach (var (breakdown, category) in parts)
        {
            var rest = Cells.Without(figure.Cell, breakdown);
            var place = (figure.Period, breakdown, _within.GetValueOrDefault((breakdown, category), ""), rest);
            var so = _parts.GetValueOrDefault(place);
            _parts[place] = (so.Sum + figure.Value, so.Parts + 1);
            if (_partsOf.ContainsKey((breakdown, category))) _totals.TryAdd((figure.Period, breakdown, category, rest), (figure.Value, figure.Line));
        }
        foreach (var breakdown in measure.Breakdowns)
            if (parts.All(p => p.Breakdown != breakdown.Key)) _totals.TryAdd((figure.Period, breakdown.Key, "", figure.Cell), (figure.Value, figure.Line));
        TooMany = _parts.Count + _totals.Count > Most;
    }

    // Whole numbers make whole totals; of published decimals each was rounded by itself.
    private static decimal Rounding(decimal sum, decimal total, int parts) =>
        Math.Max(sum.Scale, total.Scale) is var scale && scale == 0 ? 0 : (parts + 1) * 0.5m / (decimal)Math.Pow(10, Math.Min(9, (int)scale));

    public IEnumerable<Finding> Findings() => TooMany ? [] : _totals
        .Where(t => _parts.TryGetValue(t.Key, out var parts) && parts.Parts == _partsOf.GetValueOrDefault((t.Key.Breakdown, t.Key.Within)) && Math.Abs(parts.Sum - t.Value.Value) > Rounding(parts.Sum, t.Value.Value, parts.Parts))
        .Select(t => new Finding(t.Value.Line, "",
            $"The {_parts[t.Key].Parts} parts by {t.Key.Breakdown} of {t.Key.Item1}, {(t.Key.Within.Length == 0 ? "" : $"{t.Key.Within}, ")}{Cells.Shown(t.Key.Besides)}, make {_parts[t.Key].Sum.Shown()}, and this says {t.Value.Value.Shown()}."))
        .OrderBy(f => f.Line);
}

/// <summary>A few figures of each category, the same few whatever it is called, by which one that was relabelled is known again.</summary>
internal sealed class Sketches
{
    private const int Size = 200;
    private const long ManyComparisons = 100_000_000, ManyLabels = 250_000;

    private readonly Dictionary<(string Breakdown, string Category), SortedList<ulong, decimal>> _kept = [];

    public void Add(MeasuredPeriod period, string cell, decimal value)
    {
        foreach (var (breakdown, category) in Cells.Parts(cell))
        {
            if (!_kept.TryGetValue((breakdown, category), out var kept)) _kept[(breakdown, category)] = kept = [];
            var place = $"{period}|{Cells.Without(cell, breakdown)}".Aggregate(14695981039346656037UL, (h, c) => unchecked((h ^ c) * 1099511628211UL));
            if (kept.Count == Size && place > kept.Keys[^1]) continue;
            kept[place] = value;
            if (kept.Count > Size) kept.RemoveAt(Size);
        }
    }

    /// <summary>Categories that are not in the later ones, with the new one whose figures are mostly theirs, or which reads alike and stands in their places.</summary>
    /// <param name="label">What a category is called.</param>
    public IEnumerable<((string Breakdown, string Category) Gone, string Agreement, string Likely)> Renamed(Sketches later, Func<string, string, string> label)
    {
        var appeared = later._kept.Where(k => !_kept.ContainsKey(k.Key)).ToLookup(k => k.Key.Breakdown, k => (k.Key.Category, Figures: k.Value));
        var disappeared = _kept.Where(k => !later._kept.ContainsKey(k.Key)).OrderBy(k => k.Key).ToArray();
        // Where thousands went and thousands came, a few places of each tell as much.
        var pairs = disappeared.CountBy(d => d.Key.Breakdown).Sum(d => (long)d.Value * appeared[d.Key].Count());
        var places = (int)Math.Clamp(ManyComparisons / Math.Max(1, pairs), 5, Size);
        foreach (var (gone, figures) in disappeared)
        {
            var (called, compared) = (label(gone.Breakdown, gone.Category), figures.Take(places).ToArray());
            var (likely, same, shared, alike) = appeared[gone.Breakdown]
                .Select(n => (
                    n.Category, Same: compared.Count(f => n.Figures.TryGetValue(f.Key, out var value) && value == f.Value), Shared: compared.Count(f => n.Figures.ContainsKey(f.Key)),
                    Alike: pairs <= ManyLabels && Alike(called, label(gone.Breakdown, n.Category))))
                .OrderByDescending(n => n.Same * 2 >= n.Shared && n.Shared > 0).ThenByDescending(n => n.Alike).ThenByDescending(n => n.Same).ThenBy(n => n.Category, StringComparer.Ordinal).FirstOrDefault();
            if (likely is not null && shared > 0 && (alike || same * 2 >= shared)) yield return (gone, $"{same} of {shared} places that were compared", likely);
        }
    }

    /// <summary>Whether two labels share the half of their words, or differ in a few letters.</summary>
    internal static bool Alike(string one, string other)
    {
        var (a, b) = (ClassificationRegister.Plain(one), ClassificationRegister.Plain(other));
        static HashSet<string> Words(string label) => [.. label.Split([' ', ',', '/', '-', ':', '(', ')'], StringSplitOptions.RemoveEmptyEntries).Where(w => w.Length > 3)];
        var (words, others) = (Words(a), Words(b));
        return BreakdownTerms.Distance(a, b) <= Math.Min(a.Length, b.Length) / 4 || (words.Count > 0 && others.Count > 0 && words.Intersect(others).Count() * 2 >= Math.Min(words.Count, others.Count));
    }
}
