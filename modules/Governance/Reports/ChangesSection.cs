using System.Globalization;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>A figure that a restatement prints otherwise than the report it restates.</summary>
/// <param name="Key">The figure's key.</param>
/// <param name="Before">It in the earlier report; null when it was not there.</param>
/// <param name="After">It in the restatement; null when it is there no more.</param>
internal sealed record FigureChange(string Key, Figure? Before, Figure? After)
{
    /// <summary>What kind of change the figures themselves suggest: another formula is another definition, other events a revision.</summary>
    public ChangeClass Suggested => Before is not null && After is not null && Before.Formula != After.Formula ? ChangeClass.Definition : ChangeClass.Revision;

    /// <summary>What it is, in words.</summary>
    public string Label => (After ?? Before)!.Label;

    /// <summary>
    /// The figures whose value or formula differs. What was searched for an absence names the position, and is no change.
    /// </summary>
    public static IEnumerable<FigureChange> Between(IEnumerable<Figure> before, IEnumerable<Figure> after)
    {
        var (was, now) = (before.ToList(), after.ToDictionary(f => f.Key, StringComparer.Ordinal));
        var known = was.Select(f => f.Key).ToHashSet(StringComparer.Ordinal);
        return was.Select(f => new FigureChange(f.Key, f, now.GetValueOrDefault(f.Key)))
            .Concat(now.Values.Where(f => !known.Contains(f.Key)).Select(f => new FigureChange(f.Key, null, f)))
            .Where(c => c.Before?.Value != c.After?.Value || c.Before?.Formula != c.After?.Formula);
    }
}

/// <summary>What a restatement says of every figure that changed: what it was, what it is, as what it is classed and why.</summary>
internal static class ChangesSection
{
    private const string Section = "changes";

    public static SectionContent Of(RestatementOrder restates, IReadOnlyList<FigureChange> changes)
    {
        var classed = new ChangeClasses(restates.Classed);
        var before = restates.Before.Scope;
        return new SectionContent(
            Section, "What changed since the report that this restates",
            [
                $"This restates the report known up to position {before.Position.ToString(CultureInfo.InvariantCulture)} of the ledger, whose content hash is {restates.ContentHash}. The reason: “{restates.Reason}”",
                "A revision is a figure that later facts moved; a correction puts right what was wrong; a definition is a figure that is worked out otherwise.",
            ],
            [],
            [new ReportTable($"{Section}.figures", changes.Count == 0 ? "No figure changed" : "Every figure that changed", ["Figure", "Was", "Is", "Class", "Why"],
                [.. changes.Select(c => Row(c, classed.Of(c.Key)))])]);
    }

    private static IReadOnlyList<Cell> Row(FigureChange change, ReportChangeClassed? classed) =>
    [
        change.Label,
        change.Before?.Value ?? "Not in the earlier report",
        change.After is { } now ? now : "No longer in the report",
        classed is null ? new Cell("Not classed yet", Status: "unanswered") : Printed.Word(classed.Class),
        classed?.Why ?? "",
    ];
}

/// <summary>How the changed figures of a restatement are classed; of two that fit, the later said holds.</summary>
internal sealed class ChangeClasses(IReadOnlyList<ReportChangeClassed> classed)
{
    /// <summary>What was said of a figure; null when nothing was.</summary>
    public ReportChangeClassed? Of(string figure) => classed.LastOrDefault(c => c.Figures.Any(named => Names(named, figure)));

    // A figure by its key, or all whose keys begin with whole parts, as commitments or commitments.status do.
    private static bool Names(string named, string figure) => figure == named || figure.StartsWith(named + ".", StringComparison.Ordinal);
}
