namespace EqualitiesPlatform.Objectives;

/// <summary>A figure as progress is reckoned from it.</summary>
/// <param name="Position">The position of the event that gave it its value.</param>
public sealed record MeasuredFigure(MeasuredPeriod Period, decimal Value, decimal? Numerator, decimal? Denominator, ObservationStatus Status, long Position);

/// <summary>Red, amber or green.</summary>
public enum Rag
{
    /// <summary>No rule applies, and the sentence says why.</summary>
    NotRated = 1,
    /// <summary>On target, or as near as the rule allows.</summary>
    Green,
    /// <summary>Short of it.</summary>
    Amber,
    /// <summary>Well short of it.</summary>
    Red,
}

/// <summary>Which way a measure goes.</summary>
public enum Direction
{
    /// <summary>There is nothing to compare with.</summary>
    Unknown = 1,
    /// <summary>The good way.</summary>
    Improving,
    /// <summary>The bad way.</summary>
    Worsening,
    /// <summary>Neither, by as much as one per cent.</summary>
    Steady,
    /// <summary>Up, where neither way is good by itself.</summary>
    Rising,
    /// <summary>Down, where neither way is good by itself.</summary>
    Falling,
}

/// <summary>A value with how it was come by, and the positions of the events behind it.</summary>
public sealed record Reckoned(decimal? Value, string How, IReadOnlyList<long> Positions);

/// <summary>How a measure stands in a financial year: each word with the rule and the numbers that make it.</summary>
/// <param name="Outturn">The year's figure so far.</param>
/// <param name="Whole">Whether the figures cover the whole year.</param>
/// <param name="Forecast">The year-end forecast, with the method named.</param>
/// <param name="Target">What is aimed at for the year.</param>
/// <param name="RagSays">The rule and its inputs.</param>
/// <param name="DirectionSays">What was compared.</param>
public sealed record MeasureProgress(
    Reckoned Outturn, bool Whole, Reckoned Forecast, decimal? Target, Rag Rag, string RagSays, Direction Direction, string DirectionSays, IReadOnlyList<long> DirectionPositions)
{
    private const int FewestForALine = 4, MostForALine = 8;
    private const string NoFigure = "There is no figure yet.";

    /// <summary>How a measure stands in a year.</summary>
    /// <param name="definition">Its definition.</param>
    /// <param name="rule">The rule for red, amber and green.</param>
    /// <param name="targets">The targets of the series.</param>
    /// <param name="whole">The figures of the whole, of one series, in any order.</param>
    /// <param name="year">The financial year.</param>
    /// <param name="partForYear">As reports were first printed: a part of the year stands for it when the parts before it are missing.</param>
    public static MeasureProgress Of(
        MeasureDefinition definition, RagRule? rule, IReadOnlyList<PeriodValue> targets, IEnumerable<MeasuredFigure> whole, FinancialYear year, bool partForYear = false)
    {
        MeasuredFigure[] figures = [.. whole.Where(f => f.Period.Last <= year.Last).OrderBy(f => f.Period)];
        var (outturn, complete) = OutturnOf(definition, figures, year, partForYear);
        var forecast = ForecastOf(definition, figures, year, outturn, complete, partForYear);
        decimal? target = targets.FirstOrDefault(t => t.Period == year.Whole)?.Value;
        var (rag, says) = Rate(definition.Polarity, rule, outturn.Value, target, definition.Unit);
        if (rag is Rag.NotRated && outturn is { Value: null, Positions.Count: > 0 } && says == NoFigure) says = "There is no figure for the year.";
        var (direction, compared, positions) = Compare(definition, figures, year);
        return new MeasureProgress(outturn, complete, forecast, target, rag, says, direction, compared, positions);
    }

    /// <summary>Red, amber or green, with the rule and what went into it.</summary>
    public static (Rag Rag, string Says) Rate(Polarity polarity, RagRule? rule, decimal? outturn, decimal? target, string unit)
    {
        if (polarity is Polarity.Contextual) return (Rag.NotRated, "Neither way is good by itself, so it is not rated.");
        if (rule is null) return (Rag.NotRated, "No rule for red, amber and green is set.");
        if (outturn is not { } reached) return (Rag.NotRated, NoFigure);
        if (target is not { } aimed) return (Rag.NotRated, "No target is set for the year.");
        var missed = polarity is Polarity.HigherIsBetter ? aimed - reached : reached - aimed;
        var bounds = $"green within {Round(rule.GreenWithin)} per cent of the target, amber within {Round(rule.AmberWithin)}";
        if (missed <= 0) return (Rag.Green, $"{Round(reached)} {unit} meets the target of {Round(aimed)} ({bounds}).");
        if (aimed == 0) return (Rag.Red, $"{Round(reached)} {unit} misses the target of 0 ({bounds}).");
        var share = missed / Math.Abs(aimed) * 100;
        return (share <= rule.GreenWithin ? Rag.Green : share <= rule.AmberWithin ? Rag.Amber : Rag.Red,
            $"{Round(reached)} {unit} misses the target of {Round(aimed)} by {Round(share)} per cent ({bounds}).");
    }

    /// <summary>A number as sentences print it, to two decimals.</summary>
    public static string Round(decimal value) => decimal.Round(value, 2, MidpointRounding.AwayFromZero).ToString("0.##", System.Globalization.CultureInfo.InvariantCulture);

    private static (Reckoned Outturn, bool Whole) OutturnOf(MeasureDefinition definition, MeasuredFigure[] figures, FinancialYear year, bool partForYear)
    {
        if (figures.LastOrDefault(f => f.Period == year.Whole) is { } reported) return (new Reckoned(reported.Value, $"The figure for {year}.", [reported.Position]), true);
        var parts = PartsOf(figures, year);
        if (parts.Length == 0)
        {
            if (figures.LastOrDefault(f => f.Period.Year == year) is not { } last) return (new Reckoned(null, $"No figure ends in {year}.", []), false);
            var part = !partForYear && last.Period.Months is > 0 and < 12;
            if (part && definition.YearEnd is not YearEnd.Last)
                return (new Reckoned(null, $"The year's first figures are missing, so there is none for {year}; the last, for {last.Period}, is {Round(last.Value)}.", [last.Position]), false);
            return (new Reckoned(last.Value, $"The last figure that ends in {year}, for {last.Period}.", [last.Position]), !part || last.Period.Last == year.Last);
        }
        var whole = parts.Length * parts[0].Period.Months == 12;
        var (value, how) = Together(definition, parts);
        return (new Reckoned(value, $"{how} {(parts.Length == 1 ? $"{parts[0].Period} alone" : $"{parts[0].Period} to {parts[^1].Period}")}.", [.. parts.Select(p => p.Position)]), whole);
    }

    private static Reckoned ForecastOf(MeasureDefinition definition, MeasuredFigure[] figures, FinancialYear year, Reckoned outturn, bool whole, bool partForYear)
    {
        if (outturn.Value is not { } soFar)
            return new Reckoned(null, outturn.Positions.Count == 0 ? "There is no figure to forecast from." : "Nothing is forecast from a year whose first figures are missing.", outturn.Positions);
        if (whole) return outturn with { How = "The year is whole, so nothing is forecast." };
        var parts = PartsOf(figures, year);
        if (parts.Length == 0) return outturn with { How = "The last figure, carried on." };
        var perYear = 12 / parts[0].Period.Months;
        if (definition.YearEnd is YearEnd.Sum)
        {
            MeasuredFigure[] before = [.. parts.Select(p => figures.FirstOrDefault(f => f.Period == p.Period.YearBefore)).OfType<MeasuredFigure>()];
            var (lastYear, lastWhole) = OutturnOf(definition, figures, new FinancialYear(year.StartYear - 1), partForYear);
            if (before.Length == parts.Length && lastWhole && lastYear.Value is { } all && before.Sum(f => f.Value) is > 0 and var then)
                return new Reckoned(decimal.Round(soFar * all / then, 4), $"Last year's shape: {Round(soFar)} so far, times {Round(all)} for all of last year to {Round(then)} for the same part of it.",
                    [.. outturn.Positions, .. lastYear.Positions, .. before.Select(f => f.Position)]);
            return new Reckoned(decimal.Round(soFar / parts.Length * perYear, 4), $"Run rate: {Round(soFar)} in {parts.Length} of {perYear} parts of the year, carried on evenly.", outturn.Positions);
        }
        if (definition.YearEnd is YearEnd.Mean) return outturn with { How = $"The mean of the {parts.Length} of {perYear} parts so far, carried on." };
        MeasuredFigure[] line = [.. figures.Where(f => f.Period.Months == parts[0].Period.Months).TakeLast(MostForALine)];
        if (line.Length < FewestForALine) return outturn with { How = $"The last figure, for {parts[^1].Period}, carried on." };
        // Least squares over the order of the periods; the year's last part lies as many steps ahead as parts are missing.
        var (n, meanX, meanY) = (line.Length, (line.Length - 1) / 2m, line.Average(f => f.Value));
        var slope = line.Select((f, i) => (i - meanX) * (f.Value - meanY)).Sum() / line.Select((_, i) => (i - meanX) * (i - meanX)).Sum();
        return new Reckoned(decimal.Round(meanY + slope * (n - 1 + perYear - parts.Length - meanX), 4), $"A straight line (least squares) through the last {n} figures, to the end of the year.", [.. line.Select(f => f.Position)]);
    }

    private static (Direction Direction, string Says, IReadOnlyList<long> Positions) Compare(MeasureDefinition definition, MeasuredFigure[] figures, FinancialYear year)
    {
        if (figures.LastOrDefault(f => f.Period.Year == year) is not { } last) return (Direction.Unknown, $"No figure ends in {year}.", []);
        // The same part of the year before is the fairest to compare with; else what came just before.
        var before = figures.FirstOrDefault(f => f.Period == last.Period.YearBefore) ?? figures.LastOrDefault(f => f.Period.Months == last.Period.Months && f.Period.Last < last.Period.First)
            ?? figures.LastOrDefault(f => f.Period.Last < last.Period.Last && f.Period.Months == last.Period.Months);
        if (before is null) return (Direction.Unknown, $"There is no figure before {last.Period} to compare with.", [last.Position]);
        var change = last.Value - before.Value;
        var share = before.Value == 0 ? (change == 0 ? 0 : 100) : Math.Abs(change / before.Value) * 100;
        var direction = share < 1 ? Direction.Steady : (definition.Polarity, change > 0) switch
        {
            (Polarity.Contextual, true) => Direction.Rising,
            (Polarity.Contextual, false) => Direction.Falling,
            (Polarity.HigherIsBetter, true) or (Polarity.LowerIsBetter, false) => Direction.Improving,
            _ => Direction.Worsening,
        };
        return (direction, $"{Round(last.Value)} in {last.Period}, after {Round(before.Value)} in {before.Period}.", [before.Position, last.Position]);
    }

    /// <summary>The year's figures of the longest equal parts that begin with its first day and have no gap.</summary>
    private static MeasuredFigure[] PartsOf(MeasuredFigure[] figures, FinancialYear year)
    {
        foreach (var months in (int[])[6, 3, 1])
        {
            var parts = new List<MeasuredFigure>();
            for (var first = year.First; first <= year.Last; first = first.AddMonths(months))
            {
                if (figures.FirstOrDefault(f => f.Period.First == first && f.Period.Months == months) is not { } part) break;
                parts.Add(part);
            }
            if (parts.Count > 0) return [.. parts];
        }
        return [];
    }

    private static (decimal Value, string How) Together(MeasureDefinition definition, MeasuredFigure[] parts)
    {
        if (definition.YearEnd is YearEnd.Sum) return (parts.Sum(p => p.Value), "The sum of");
        if (definition.YearEnd is YearEnd.Last) return (parts[^1].Value, "The last figure of");
        // A year's rate is that of its numbers together, which is not the mean of its parts' rates.
        return definition.IsRate && parts.All(p => p is { Numerator: not null, Denominator: > 0 })
            ? (decimal.Round(parts.Sum(p => p.Numerator!.Value) / parts.Sum(p => p.Denominator!.Value) * definition.Per, 6), "Numerators to denominators of")
            : (decimal.Round(parts.Average(p => p.Value), 6), "The mean of");
    }
}
