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
    private static readonly string[] Networks = ["networks", "engagement", "cases", "plans", "recommendations", "achievements"];

    // Who attested and replied is between the council and its partners; finance goes to the committee.
    private static readonly string[] Public = ["objective", "plans", "promises", "recommendations", "engagement", "cases", "assessments", "achievements", "obligations"];

    /// <summary>The rule of a kind.</summary>
    public static ReportRule Of(ReportKind kind) => kind switch
    {
        ReportKind.YearEnd => new("Year-end accountability report", null, true, true, PublicationKind.YearEndReport),
        ReportKind.NetworkAnnual => new("Annual report of the Network", Networks, false, true, PublicationKind.NetworkAnnualReport),
        ReportKind.PublicAnnual => new("Annual report to the public", Public, true, false, PublicationKind.AnnualReport),
        ReportKind.ActionPlanUpdate => new("Equalities action plans: update", ["plans", "promises"], false, false, PublicationKind.ActionPlanUpdate),
        ReportKind.PositionStatement => new("Position statement", ["expectations", "commitments", "recommendations"], false, false, null),
        ReportKind.BoardPack => new("Pack for the board", ["meetings", "objective", "commitments", "plans", "recommendations", "obligations"], false, false, null),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
