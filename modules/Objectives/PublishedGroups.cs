using System.Globalization;
using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Objectives;

/// <summary>
/// Measures by group as reports print them: from what was published, so that nothing is told that disclosure control kept
/// back. The last table of each year counts, whenever it was published; trend and forecast are reckoned from what is shown.
/// </summary>
/// <param name="partForYear">As reports were first printed: see <see cref="MeasureProgress.Of"/>.</param>
public sealed class PublishedGroups(ReportScope scope, bool partForYear)
{
    private const int LongestLine = 8, MostPanels = 24;

    private readonly Dictionary<(MeasureId Measure, string Breakdown, FinancialYear Year), Published> _tables = [];

    private sealed record Published(TablePublished Said, RecordedEvent Recorded)
    {
        public ProtectedTable Table => Said.Table;
        public IReadOnlyList<Disclosure.Category> Groups => Table.Dimensions[0].Classification.Categories;
        public IReadOnlyList<Disclosure.Category> Periods => Table.Dimensions[1].Classification.Categories;
    }

    /// <summary>Takes the next event of the ledger.</summary>
    public void Apply(RecordedEvent recorded)
    {
        if (recorded.Event is TablePublished { Origin: { } origin, Table.Dimensions.Count: 2 } e && FigureTables.Named(origin.Source) is { } named && origin.Year.StartYear <= scope.Year.StartYear)
            _tables[(named.Measure, named.Breakdown, origin.Year)] = new Published(e, recorded);
    }

    /// <summary>What a report says of a measure by one breakdown; null when no table of the year was published.</summary>
    /// <param name="section">The section's key, and what the report calls the measure.</param>
    /// <param name="add">Takes each figure that is printed.</param>
    public GroupsSaid? Of(MeasureId measure, MeasureDefinition definition, RagRule? rule, IReadOnlyList<PeriodValue> targets, string breakdown, (string Key, string Subject) section, Action<Figure> add)
    {
        if (!_tables.TryGetValue((measure, breakdown, scope.Year), out var now)) return null;
        var key = $"{section.Key}.by-{breakdown}.{section.Subject}";
        Published[] years = [.. _tables.Where(t => t.Key.Measure == measure && t.Key.Breakdown == breakdown).OrderBy(t => t.Key.Year).Select(t => t.Value)];
        var by = char.ToLowerInvariant(now.Table.Dimensions[0].Label[0]) + now.Table.Dimensions[0].Label[1..];
        var printed = new Dictionary<(string Group, string Period), Cell>();

        Cell Shown(Published table, Disclosure.Category group, Disclosure.Category period)
        {
            if (printed.TryGetValue((group.Key, $"{table.Said.Origin!.Year} {period.Key}"), out var known)) return known;
            var cell = table.Table.At(group.Key, period.Key);
            if (cell.Value is null) return new Cell(cell.Printed, null, "suppressed");
            var figure = Figure.Of(
                $"{key}.{group.Key}.{(period.Key == "year" ? table.Said.Origin.Year : period.Key)}", $"{section.Subject}: {group.Label}, {period.Label}", "The last TablePublished of the year, after disclosure control.",
                definition.IsRate && cell.Denominator is not null ? $"{MeasureProgress.Round(Amount(definition, cell)!.Value)} ({cell.Printed} of {cell.Denominator})" : cell.Printed,
                // A table of an earlier year is printed beside that of the year only.
                [now.Recorded.Position, table.Recorded.Position]);
            add(figure);
            return printed[(group.Key, $"{table.Said.Origin.Year} {period.Key}")] = figure;
        }

        var values = new ReportTable(key, $"{now.Table.Title}, {scope.Year} ({definition.Unit})", [now.Table.Dimensions[0].Label, .. now.Periods.Select(p => p.Label)],
            [.. now.Groups.Select(g => (IReadOnlyList<Cell>)[g.Label, .. now.Periods.Select(p => Shown(now, g, p))])]);

        Disclosure.Category[] groups = [.. now.Groups.Where(g => g.Key is not ("total" or "not-told-apart"))];
        var progress = groups.Select(g => (Group: g, Says: MeasureProgress.Of(definition, definition.IsRate ? rule : null, targets, Figures(g), scope.Year, partForYear))).ToArray();
        var kept = groups.Where(g => now.Periods.Any(p => now.Table.At(g.Key, p.Key).Value is null)).Select(g => g.Key).ToHashSet();
        var trend = new ReportTable($"{key}.trend", $"{definition.Title} by {by}: which way each group goes", ["Group", "Direction of travel", "Year-end forecast", .. definition.IsRate ? (string[])["Red, amber or green"] : []],
        [
            .. progress.Select(g => (IReadOnlyList<Cell>)
            [
                g.Group.Label,
                g.Says.Direction is Direction.Unknown && kept.Contains(g.Group.Key) ? "Not told: figures of the year are kept back." : $"{Sentence.Spaced(g.Says.Direction.ToString())}: {g.Says.DirectionSays}",
                kept.Contains(g.Group.Key) ? "Not forecast: a figure of the year is kept back." : g.Says.Forecast.Value is { } value ? $"{MeasureProgress.Round(value)} {definition.Unit}. {g.Says.Forecast.How}" : g.Says.Forecast.How,
                .. !definition.IsRate ? Array.Empty<Cell>() : kept.Contains(g.Group.Key) ? ["Not rated: a figure of the year is kept back."]
                    : [new Cell($"{Sentence.Spaced(g.Says.Rag.ToString())}: {g.Says.RagSays}", null, g.Says.Rag.ToString().ToLowerInvariant())],
            ]),
        ]);
        return new GroupsSaid(Record(), [values, trend, .. Chart() is { } chart ? [chart] : Array.Empty<ReportPart>()]);

        IEnumerable<MeasuredFigure> Figures(Disclosure.Category one) =>
            from table in years
            from period in table.Periods
            where MeasuredPeriod.TryParse(period.Label, null, out _) && (period.Key != "year" || table.Said.Origin!.Year != scope.Year)
            let cell = Find(table, one, period)
            where Amount(definition, cell) is not null
            select new MeasuredFigure(MeasuredPeriod.Parse(period.Label), Amount(definition, cell)!.Value, definition.IsRate ? cell.Value : null, definition.IsRate ? cell.Denominator : null, ObservationStatus.Final, table.Recorded.Position);

        Cell Record()
        {
            var suppressed = now.Table.Suppressed;
            var figure = Figure.Of(
                $"{key}.published", $"{section.Subject}: publication by {by}", "The last TablePublished of the year.",
                $"Table {now.Said.Number} of {now.Table.Statistic}, published {now.Recorded.RecordedOn.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}", [now.Recorded.Position]);
            add(figure);
            return new Cell(
                $"{figure.Value}. {now.Table.Rule.InWords()} {(suppressed == 0 ? "Nothing is suppressed." : $"{suppressed} of {now.Table.Cells.Count} cells {(suppressed == 1 ? "is" : "are")} suppressed.")} "
                + $"Counted from the events up to position {now.Said.Origin!.KnownAt} whose SHA-256 is {now.Said.Origin.Digest}; `tables check` counts them again.", figure.Key);
        }

        ReportChart? Chart()
        {
            var months = now.Periods.Where(p => p.Key != "year").Select(p => MeasuredPeriod.TryParse(p.Label, null, out var period) ? period.Months : 0).FirstOrDefault();
            (Published Table, Disclosure.Category Period)[] points =
            [
                .. years.SelectMany(t => t.Periods.Where(p => p.Key != "year" && MeasuredPeriod.TryParse(p.Label, null, out var period) && period.Months == months).Select(p => (t, p))).TakeLast(LongestLine),
            ];
            if (points.Length == 0 || groups.Length == 0) return null;
            var shown = groups.Take(MostPanels).ToArray();
            ChartPanel[] panels = [.. shown.Select(g => new ChartPanel(g.Label, [new ChartLine("Figure", [.. points.Select(at => Value(g, at.Table, at.Period))])]))];
            var hidden = panels.Sum(p => p.Lines[0].Values.Count(v => v.Value is null));
            var last = shown.Select((g, i) => (g.Label, panels[i].Lines[0].Values[^1].Value)).Where(g => g.Value is not null).ToArray();
            return new ReportChart(
                $"{key}.chart", $"{definition.Title} by {by}",
                (last.Length == 0 ? "No group is shown for the last period." : $"In {points[^1].Period.Label}, from {MeasureProgress.Round(last.Min(g => g.Value!.Value))} ({last.MinBy(g => g.Value).Label}) to {MeasureProgress.Round(last.Max(g => g.Value!.Value))} ({last.MaxBy(g => g.Value).Label}).")
                + (hidden > 0 ? $" {hidden} figures are kept back and are gaps." : "") + (groups.Length > MostPanels ? $" {groups.Length - MostPanels} more groups are in the table." : ""),
                points.Length > 1 ? ChartForm.Lines : ChartForm.Bars, definition.Unit, [.. points.Select(p => p.Period.Label)], panels);
        }

        ChartValue Value(Disclosure.Category group, Published table, Disclosure.Category period) =>
            table.Groups.All(g => g.Key != group.Key) ? new ChartValue(null, "–") : new ChartValue(Amount(definition, Find(table, group, period)), Shown(table, group, period));
    }

    private static ProtectedCell Find(Published table, Disclosure.Category group, Disclosure.Category period) =>
        table.Groups.Any(g => g.Key == group.Key) ? table.Table.At(group.Key, period.Key) : new ProtectedCell(CellMark.Suppressed, null);

    private static decimal? Amount(MeasureDefinition definition, ProtectedCell cell) =>
        cell.Value is not { } value ? null : !definition.IsRate ? value : cell.Denominator is > 0 and var of ? decimal.Round((decimal)value / of * definition.Per, 6) : null;
}

/// <summary>
/// A measure by group as reports print it where its source has published the figures: percentages and rates of which the
/// two numbers are not known here, printed as they were reported.
/// </summary>
public sealed class CitedGroups
{
    private readonly Dictionary<Guid, ClassificationRegister> _classifications = [];
    private readonly Dictionary<(Guid Measure, string Breakdown, FinancialYear Year), (GroupsCited Said, long Position)> _cited = [];

    /// <summary>Takes the next event of the ledger.</summary>
    public void Apply(RecordedEvent recorded)
    {
        if (recorded.Kind == ClassificationId.Kind && ClassificationRegister.Fold(_classifications.GetValueOrDefault(recorded.Id), recorded) is { } classification) _classifications[recorded.Id] = classification;
        if (recorded.Event is GroupsCited e) _cited[(recorded.Id, e.Breakdown, e.Year)] = (e, recorded.Position);
    }

    /// <summary>What a report says of a measure by one breakdown; null when nothing of the year is cited, or there is nothing to print.</summary>
    /// <param name="figures">The standing figures of the measure's series.</param>
    /// <param name="section">The section's key, and what the report calls the measure.</param>
    /// <param name="add">Takes each figure that is printed.</param>
    public GroupsSaid? Of(MeasureId measure, MeasureDefinition definition, string breakdown, FinancialYear year, IEnumerable<FigureOnRecord> figures, (string Key, string Subject) section, Action<Figure> add)
    {
        if (!definition.IsShare || !_cited.TryGetValue((measure.Value, breakdown, year), out var cited)) return null;
        var shown = (from figure in figures
                     where figure.Numerator is null && figure.Period.Year == year && Cells.Parts(figure.Cell) is [var only] && only.Breakdown == breakdown
                     select (Category: Cells.Parts(figure.Cell)[0].Category, Figure: figure)).ToDictionary(f => (f.Category, f.Figure.Period), f => f.Figure);
        if (shown.Count == 0) return null;
        var classification = _classifications.Values.FirstOrDefault(c => c.Key == breakdown);
        LabelledCategory[] known = [.. classification?.Categories ?? [], .. classification?.Gone ?? []];
        string[] categories = [.. known.Select(c => c.Key).Concat(shown.Keys.Select(k => k.Category).Order(StringComparer.Ordinal)).Distinct().Where(c => shown.Keys.Any(k => k.Category == c))];
        MeasuredPeriod[] periods = [.. shown.Keys.Select(k => k.Period).Distinct().Order()];
        var (key, by) = ($"{section.Key}.by-{breakdown}.{section.Subject}", classification?.Title ?? breakdown);
        string Label(string category) => known.FirstOrDefault(c => c.Key == category)?.Label ?? category;

        Cell Shown(string category, MeasuredPeriod period)
        {
            if (!shown.TryGetValue((category, period), out var on)) return "–";
            var figure = Figure.Of(
                $"{key}.{category}.{Cells.KeyOf(period.ToString())}", $"{section.Subject}: {Label(category)}, {period}", "What ObservationsReported, ObservationsRevised and ObservationsCorrected say last, where GroupsCited says that the source has published it.",
                MeasureProgress.Round(on.Value), [cited.Position, on.Position]);
            add(figure);
            return figure;
        }

        var table = new ReportTable(key, $"{definition.Title} by {char.ToLowerInvariant(by[0])}{by[1..]}, {year} ({definition.Unit})", [by, .. periods.Select(p => p.ToString())],
            [.. categories.Select(c => (IReadOnlyList<Cell>)[Label(c), .. periods.Select(p => Shown(c, p))])]);
        var where = Figure.Of($"{key}.cited", $"{section.Subject}: source of the figures by {breakdown}", "The last GroupsCited for the year.", cited.Said.PublishedAt, [cited.Position]);
        add(where);
        return new GroupsSaid(new Cell($"As the source published them: {where.Value}. Their two numbers are not known here, so they were not counted or protected here.", where.Key), [table]);
    }
}

/// <summary>A measure by group: where it was published and under which rule, its figures, which way they go, and a panel for each group.</summary>
public sealed record GroupsSaid(Cell Publication, IReadOnlyList<ReportPart> Parts);
