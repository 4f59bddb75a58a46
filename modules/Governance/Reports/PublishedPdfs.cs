using EqualitiesPlatform.Ledger.Replay;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// Removes the archived PDF of a published report once a text that it prints was withdrawn. The publication goes on naming
/// its hash, and the report is printed anew where somebody asks for it.
/// </summary>
[Hears(typeof(ReportPublished))]
internal sealed class PublishedPdfs(ReportPress press, EventReader reader) : IFollowUp, IKeepsCopies
{
    private const string PublishedName = "governance.report-published.v1";

    public string Name => "published-pdfs";

    // A text may have gone between the printing and the publication.
    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
    {
        if (recorded.Event is ReportPublished) await press.RemoveWithdrawnPdfs([new ReportId(recorded.Id)], ct);
        return [];
    }

    public async Task RemoveWithdrawn(CancellationToken ct)
    {
        var published = new List<ReportId>();
        await foreach (var recorded in reader.Read(new EventRange(StoredNames: [PublishedName]), ct)) published.Add(new ReportId(recorded.Id));
        await press.RemoveWithdrawnPdfs(published, ct);
    }
}
