using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// What a report is printed with: the form of its pages, and its sections with their versions, in order. It is frozen
/// with the report, so that what is added or changed later is no part of it.
/// </summary>
/// <param name="Form">The version of the printed forms.</param>
/// <param name="Sections">The sections, such as commitments@1.</param>
[GenerateSerializer, Immutable]
public sealed record ReportTemplate(int Form, IReadOnlyList<string> Sections);

/// <summary>Every section of this release, in every version that a report may still name.</summary>
public sealed class ReportTemplates(IEnumerable<ISection> sections)
{
    /// <summary>The form in which new reports are printed.</summary>
    public const int Form = 3;

    /// <summary>The form from which on paper leaves out how figures were worked out, and what was recorded is named in words.</summary>
    internal const int OnPaper = 3;

    private readonly ISection[] _sections = [.. sections.OrderBy(s => s.Order).ThenBy(s => s.Key, StringComparer.Ordinal)];

    /// <summary>What a new report of a kind is printed with.</summary>
    public ReportTemplate Current(ReportKind kind)
    {
        var wanted = ReportRule.Of(kind).Sections;
        return new(Form, [.. _sections.Where(s => wanted?.Contains(s.Key) != false).GroupBy(s => s.Key).Select(versions => Name(versions.MaxBy(s => s.Version)!))]);
    }

    /// <summary>The sections that a template names.</summary>
    /// <exception cref="LedgerException">Refused: this release lacks one of them.</exception>
    internal IReadOnlyList<ISection> Of(ReportTemplate template)
    {
        if (template.Form is < 1 or > Form) throw Lacking($"form {template.Form}");
        return [.. template.Sections.Select(name => _sections.FirstOrDefault(s => Name(s) == name) ?? throw Lacking($"section {name}"))];
    }

    /// <summary>Whether this release has what a report, and what it restates, is printed with.</summary>
    internal bool Knows(ReportOrder order) =>
        order.Template.Form is >= 1 and <= Form && order.Template.Sections.All(name => _sections.Any(s => Name(s) == name)) && (order.Restates is not { } restates || Knows(restates.Before));

    private static string Name(ISection section) => $"{section.Key}@{section.Version}";

    private static LedgerException Lacking(string what) => new(new Failure(FailureKind.Refused, "TEMPLATE_UNKNOWN",
        $"The report was frozen with {what}, which this release does not have; issue it with a release that does."));
}
