namespace EqualitiesPlatform.Objectives;

/// <summary>What a monitor shows for a period.</summary>
/// <param name="Period">The period.</param>
/// <param name="Method">How it was reckoned.</param>
/// <param name="Rows">A row for each group, or for each thing that is laid side by side.</param>
public sealed record MonitorReading(MeasuredPeriod? Period, string Method, IReadOnlyList<MonitorRow> Rows);

/// <summary>A row of a reading.</summary>
/// <param name="Group">The category's key, or what the row is about.</param>
/// <param name="Value">The group's rate or figure.</param>
/// <param name="Beside">That of all others, of the whole, or of before.</param>
/// <param name="Ratio">The one to the other.</param>
/// <param name="Low">The lower end of the ratio's 95 per cent interval.</param>
/// <param name="High">The upper end.</param>
/// <param name="Flagged">Whether it calls for attention.</param>
/// <param name="Suffices">Whether the numbers suffice to say so.</param>
/// <param name="Says">The same in a sentence.</param>
/// <param name="Positions">The positions of the events behind it.</param>
public sealed record MonitorRow(
    string Group, decimal? Value, decimal? Beside, decimal? Ratio, decimal? Low, decimal? High, bool Flagged, bool Suffices, string Says, IReadOnlyList<long> Positions);

/// <summary>Reckons what monitors show; pure, for screens and reports alike.</summary>
public static class MonitorReadings
{
    /// <summary>Two-sided, 95 per cent, of the normal distribution.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>
    /// Each group's rate to that of all other groups: the interval is exp(ln ratio ± 1.96 · √(1/a + 1/b)), a and b being the
    /// two counts; flagged when it excludes 1 and both counts are no less than the least.
    /// </summary>
    /// <param name="groups">The figures by category.</param>
    /// <param name="within">The categories, each with the one that it is a part of.</param>
    public static MonitorReading DisproportionateImpact(
        MonitorTerms terms, decimal per, IReadOnlyDictionary<string, MeasuredFigure> groups, IReadOnlyDictionary<string, string?> within)
    {
        var rows = new List<MonitorRow>();
        var told = groups.Where(g => g.Value is { Numerator: not null, Denominator: > 0 }).ToDictionary();
        var known = Apart(told, within).Select(g => KeyValuePair.Create(g, told[g])).ToArray();
        foreach (var (group, figure) in known)
        {
            var others = known.Where(g => g.Key != group).Select(g => g.Value).ToArray();
            if (others.Length == 0) continue;
            var (a, n, b, m) = (figure.Numerator!.Value, figure.Denominator!.Value, others.Sum(o => o.Numerator!.Value), others.Sum(o => o.Denominator!.Value));
            long[] positions = [.. known.Select(g => g.Value.Position).Distinct().Order()];
            var (rate, rest) = (a / n * per, b / m * per);
            if (a <= 0 || b <= 0)
            {
                rows.Add(new MonitorRow(group, Round(rate), Round(rest), null, null, null, false, false, $"{MeasureProgress.Round(rate)} against {MeasureProgress.Round(rest)}: no ratio, since one of the counts is 0.", positions));
                continue;
            }
            var (ratio, low, high) = RateRatio((double)a, (double)n, (double)b, (double)m);
            var suffices = a >= terms.LeastCount && b >= terms.LeastCount;
            var excludes = low > 1 || high < 1;
            rows.Add(new MonitorRow(
                group, Round(rate), Round(rest), Round((decimal)ratio), Round((decimal)low), Round((decimal)high), suffices && excludes, suffices,
                $"{MeasureProgress.Round((decimal)ratio)} times the rate of all others (95% interval {MeasureProgress.Round((decimal)low)} to {MeasureProgress.Round((decimal)high)})"
                    + (!suffices ? $"; the numbers do not suffice, below {terms.LeastCount}." : excludes ? "; the interval excludes 1." : "; the interval includes 1."),
                positions));
        }
        return new MonitorReading(
            known.FirstOrDefault().Value?.Period,
            "Rate ratio of each group to all other groups; 95% interval from ln ratio ± 1.96 √(1/a + 1/b), a and b being the two counts."
                + (known.Length < told.Count ? " A group with parts counts by its parts where all of them are told, else as a whole, so that nobody counts twice." : ""),
            rows);
    }

    /// <summary>The groups that count everybody once, in the order of their keys: the parts of a group where all of them are told, else the group.</summary>
    private static IEnumerable<string> Apart(IReadOnlyDictionary<string, MeasuredFigure> told, IReadOnlyDictionary<string, string?> within)
    {
        var parts = within.ToLookup(w => w.Value, w => w.Key, StringComparer.Ordinal);
        (string[] Groups, bool All) Counted(string group)
        {
            var below = parts[group].Select(Counted).ToArray();
            return below.Length > 0 && below.All(b => b.All) ? ([.. below.SelectMany(b => b.Groups)], true)
                : told.ContainsKey(group) ? ([group], true)
                : ([.. below.SelectMany(b => b.Groups)], false);
        }
        return told.Keys.Concat(within.Keys).Distinct().Where(g => within.GetValueOrDefault(g) is not { } outer || !within.ContainsKey(outer))
            .SelectMany(g => Counted(g).Groups).Order(StringComparer.Ordinal);
    }

    /// <summary>A rate ratio with its 95 per cent interval: a of n to b of m.</summary>
    public static (double Ratio, double Low, double High) RateRatio(double a, double n, double b, double m)
    {
        var ratio = a / n / (b / m);
        var spread = Math.Exp(Z * Math.Sqrt(1 / a + 1 / b));
        return (ratio, ratio / spread, ratio * spread);
    }

    /// <summary>How each vulnerable group changed since a period before the downturn, beside how the whole did; flagged when it fared worse by more than a tenth.</summary>
    public static MonitorReading DownturnImpact(
        MonitorTerms terms, Polarity polarity, MeasuredPeriod? period, IReadOnlyDictionary<string, MeasuredFigure> now, IReadOnlyDictionary<string, MeasuredFigure> before)
    {
        var rows = new List<MonitorRow>();
        var whole = ChangeOf(now, before, Cells.Whole);
        foreach (var group in terms.Vulnerable)
        {
            if (ChangeOf(now, before, group) is not var (value, was, change, positions))
            {
                rows.Add(new MonitorRow(group, now.GetValueOrDefault(group)?.Value, before.GetValueOrDefault(group)?.Value, null, null, null, false, false, $"There is no figure for {terms.Since} and one since, above 0.", []));
                continue;
            }
            // A relative change of the group to that of the whole: 1 is no difference.
            decimal? relative = whole is { Change: > 0 } all ? change / all.Change : null;
            var worse = relative is { } r && polarity switch { Polarity.LowerIsBetter => r > 1.1m, Polarity.HigherIsBetter => r < 0.9m, _ => false };
            var suffices = Counts(now.GetValueOrDefault(group)) >= terms.LeastCount && Counts(before.GetValueOrDefault(group)) >= terms.LeastCount;
            rows.Add(new MonitorRow(
                group, value, was, relative is { } ratio ? Round(ratio) : null, null, null, worse && suffices, suffices,
                $"{MeasureProgress.Round(value)} after {MeasureProgress.Round(was)}, {Percent(change)}" + (whole is { } w ? $", while the whole went {Percent(w.Change)}" : "")
                    + (!suffices ? $"; the numbers do not suffice, below {terms.LeastCount}." : "."),
                [.. positions.Concat(whole?.Positions ?? []).Distinct().Order()]));
        }
        return new MonitorReading(period, $"Each group's change since {terms.Since}, and that change to the whole's; flagged when it is the worse by more than a tenth.", rows);
    }

    /// <summary>
    /// How much is reported of what happened, apart from how much happened; and, from the counts of cases that were
    /// published, how much of it came to the council or a third party.
    /// </summary>
    public static MonitorReading HateCrimeReporting(
        MeasuredFigure? reported, MeasuredFigure? happened, MeasuredFigure? reportedBefore, MeasuredFigure? happenedBefore, PublishedReports? received = null)
    {
        var rows = new List<MonitorRow>();
        void Row(string what, MeasuredFigure? now, MeasuredFigure? before)
        {
            if (now is null) return;
            decimal? ratio = before is { Value: > 0 } ? Round(now.Value / before.Value) : null;
            rows.Add(new MonitorRow(what, now.Value, before?.Value, ratio, null, null, false, true,
                before is null ? $"{MeasureProgress.Round(now.Value)} in {now.Period}." : $"{MeasureProgress.Round(now.Value)} in {now.Period}, after {MeasureProgress.Round(before.Value)} in {before.Period}.",
                [.. new[] { now.Position, before?.Position ?? now.Position }.Distinct().Order()]));
        }
        Row("reported", reported, reportedBefore);
        Row("happened", happened, happenedBefore);
        var (rate, was) = (RateOf(reported, happened), RateOf(reportedBefore, happenedBefore));
        if (rate is { } share)
            rows.Add(new MonitorRow(
                "reporting rate", Round(share), was is { } earlier ? Round(earlier) : null, was is > 0 ? Round(share / was.Value) : null, null, null, was is { } w && share < w, true,
                $"{MeasureProgress.Round(share)} per cent of what happened was reported" + (was is { } before ? $", after {MeasureProgress.Round(before)} per cent." : "."),
                [.. new[] { reported, happened, reportedBefore, happenedBefore }.OfType<MeasuredFigure>().Select(f => f.Position).Distinct().Order()]));
        if (received is not null)
            rows.Add(new MonitorRow(
                "third-party reports", received.Count, null, null, null, null, false, received.Count is not null,
                received.Count is { } came
                    ? $"{came} came to the council or a third party, by the published counts of cases; more of them are neither better nor worse by themselves."
                    : "Disclosure control keeps back how many came to the council or a third party.",
                [received.Position]));
        if (received is { Count: { } count } && happened is { Value: > 0 })
            rows.Add(new MonitorRow(
                "third-party reporting rate", Round(count / happened.Value * 100), null, null, null, null, false, true,
                $"{MeasureProgress.Round(count / happened.Value * 100)} per cent of what happened came to the council or a third party.", [.. new[] { received.Position, happened.Position }.Order()]));
        return new MonitorReading(
            reported?.Period, "Reports to what happened in the same period, per cent; that fewer of them are reported is flagged, that more or less happened is shown apart.", rows);
    }

    private static decimal? RateOf(MeasuredFigure? reported, MeasuredFigure? happened) =>
        reported is not null && happened is { Value: > 0 } && reported.Period == happened.Period ? reported.Value / happened.Value * 100 : null;

    private static (decimal Value, decimal Was, decimal Change, IReadOnlyList<long> Positions)? ChangeOf(
        IReadOnlyDictionary<string, MeasuredFigure> now, IReadOnlyDictionary<string, MeasuredFigure> before, string group) =>
        now.TryGetValue(group, out var after) && before.TryGetValue(group, out var was) && was.Value > 0 ? (after.Value, was.Value, after.Value / was.Value, [was.Position, after.Position]) : null;

    // For a rate its numerator is what was counted; a figure without one is taken at its word.
    private static decimal Counts(MeasuredFigure? figure) => figure?.Numerator ?? figure?.Value ?? 0;

    private static string Percent(decimal change) => $"{(change >= 1 ? "up" : "down")} {MeasureProgress.Round(Math.Abs(change - 1) * 100)} per cent";

    private static decimal Round(decimal value) => decimal.Round(value, 4);
}
