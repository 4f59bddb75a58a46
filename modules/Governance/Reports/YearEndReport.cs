using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// The year-end accountability report (Report 6.1): every section's fold over the same events, in one pass. A pure
/// function of the scope and the events up to its position; nothing of the run that makes it is in it.
/// </summary>
public sealed class YearEndReport
{
    private readonly ReportScope _scope;
    private readonly FrontMatter _front = new();
    private readonly ISectionFold[] _folds;

    private YearEndReport(ReportScope scope, IEnumerable<ISection> sections)
    {
        _scope = scope;
        _folds = [.. sections.OrderBy(s => s.Order).ThenBy(s => s.Key, StringComparer.Ordinal).Select(s => s.Begin(scope))];
    }

    /// <summary>Begins a report.</summary>
    public static YearEndReport Begin(ReportScope scope, IEnumerable<ISection> sections) => new(scope, sections);

    /// <summary>The report over events that are at hand, in the order of positions.</summary>
    public static ReportDocument Compose(ReportScope scope, IEnumerable<ISection> sections, IEnumerable<RecordedEvent> events)
    {
        var report = Begin(scope, sections);
        foreach (var recorded in events) report.Apply(recorded);
        return report.Complete();
    }

    /// <summary>Takes the next event, in the order of positions; what was not known yet is not taken.</summary>
    public void Apply(RecordedEvent recorded)
    {
        if (recorded.Position > _scope.Position) return;
        _front.Apply(recorded);
        foreach (var fold in _folds) fold.Apply(recorded);
    }

    /// <summary>The report, after the last event.</summary>
    public ReportDocument Complete() => new(_scope, _front.Complete(_scope), [.. _folds.Select(f => f.Complete())]);
}

/// <summary>A report, composed.</summary>
/// <param name="Scope">What it is about.</param>
/// <param name="Front">What stands on its front.</param>
/// <param name="Sections">Its sections, in order.</param>
public sealed record ReportDocument(ReportScope Scope, ReportFront Front, IReadOnlyList<SectionContent> Sections)
{
    /// <summary>Every figure, in the order of the report.</summary>
    public IEnumerable<Figure> Figures => Sections.SelectMany(s => s.Figures);

    /// <summary>The report in the ledger's canonical JSON: sorted keys, no white space.</summary>
    public string ToJson() => CanonicalEncoding.Of(JsonSerializer.SerializeToElement(new { Scope, Front, Sections }, Catalogue.Json));

    /// <summary>SHA-256 over the bytes of the JSON: two reports say the same when it is the same.</summary>
    public string ContentHash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())));
}

/// <summary>What stands on a report's front.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Council">The council's name.</param>
/// <param name="Body">The name of the body that it is for; its key when no body of that key is on record.</param>
/// <param name="BodyKnown">Whether the body is on record.</param>
/// <param name="Policy">The policy that it answers to.</param>
/// <param name="ContactOffice">The office that answers for it.</param>
/// <param name="ContactMailbox">That office's mailbox.</param>
/// <param name="LastRecordedOn">The day on which the last event that it knows was recorded.</param>
public sealed record ReportFront(
    string Title, string Council, string Body, bool BodyKnown, string Policy, string? ContactOffice, string? ContactMailbox, DateOnly? LastRecordedOn);
