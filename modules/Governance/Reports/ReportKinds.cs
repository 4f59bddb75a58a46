namespace EqualitiesPlatform.Governance;

/// <summary>The kinds of report that are made of the same sections (Report 6; Policy, Difference).</summary>
public enum ReportKind
{
    /// <summary>The year-end accountability report to a committee (Report 6.1).</summary>
    YearEnd = 1,
    /// <summary>A network's annual report to its body (Report 6.2).</summary>
    NetworkAnnual,
    /// <summary>The annual report to the public (Policy, Difference, bullet 3).</summary>
    PublicAnnual,
    /// <summary>The yearly update of the action plans (Policy, Difference).</summary>
    ActionPlanUpdate,
    /// <summary>A partner's own position (Policy, Partners, bullet 3).</summary>
    PositionStatement,
    /// <summary>What a body is given for a meeting.</summary>
    BoardPack,
}

/// <summary>What holds for one kind of report.</summary>
/// <param name="Title">What stands on its front.</param>
/// <param name="Sections">The keys of its sections; null for every section there is.</param>
/// <param name="Reviewed">Whether the reviewers sign it off before it is submitted (Policy, Difference).</param>
/// <param name="Considered">Whether a body considers it before it is published.</param>
/// <param name="Discharges">The obligation that its publication discharges, if any.</param>
internal sealed record ReportRule(string Title, IReadOnlyList<string>? Sections, bool Reviewed, bool Considered, PublicationKind? Discharges)
{
    /// <summary>The rule of a kind.</summary>
    public static ReportRule Of(ReportKind kind) => kind switch
    {
        ReportKind.YearEnd => new("Year-end accountability report", null, true, true, PublicationKind.YearEndReport),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
