using EqualitiesPlatform.Ledger.Replay;
using Microsoft.Extensions.Logging;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// Removes the archived PDF of a published report once a text that it prints was withdrawn. The publication goes on naming
/// its hash, and the report is printed anew where somebody asks for it.
/// </summary>
internal sealed class PublishedPdfs(ReportPress press, EventReader reader, ILogger<PublishedPdfs> journal) : IFollowUp, IKeepsCopies
{
    private const string PublishedName = "governance.report-published.v1";

    public string Name => "published-pdfs";

    // A text may have gone between the printing and the publication.
    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
    {
        if (recorded.Event is ReportPublished) await Remove(new ReportId(recorded.Id), ct);
        return [];
    }

    public async Task RemoveWithdrawn(CancellationToken ct)
    {
        var published = new List<ReportId>();
        await foreach (var recorded in reader.Read(new EventRange(StoredNames: [PublishedName]), ct)) published.Add(new ReportId(recorded.Id));
        foreach (var report in published) await Remove(report, ct);
    }

    private async Task Remove(ReportId report, CancellationToken ct)
    {
        if (await press.RemoveWithdrawnPdf(report, ct)) journal.LogInformation("The PDF of report {Report} was removed: it held a text that was withdrawn", report);
    }
}
