using System.Globalization;
using System.Security.Cryptography;
using EqualitiesPlatform.Ledger.Replay;
using EqualitiesPlatform.Ledger.Reporting;
using EqualitiesPlatform.Ledger.Sealing;
using Microsoft.Extensions.Logging;

namespace EqualitiesPlatform.Governance;

/// <summary>How far a composition has read.</summary>
/// <param name="Events">Events read.</param>
/// <param name="Position">The position of the last one.</param>
internal readonly record struct Reading(long Events, long Position);

/// <summary>A text that was withdrawn, and where a report prints that it was.</summary>
/// <param name="Recorded">The event that held it.</param>
/// <param name="Member">The member that held it.</param>
internal sealed record WithdrawnInPrint(RecordedEvent Recorded, string Member, bool InBody, bool InCertificate);

/// <summary>
/// Makes reports from the ledger: the order of one on record, its body, its certificate. It keeps nothing between two
/// reports, so each is computed from the events.
/// </summary>
internal sealed class ReportPress(
    EventReader reader, Positions positions, ReportTemplates templates, Receipts receipts, ReportPdf pdf, Archive archive, ILogger<ReportPress> journal)
{
    private const int EventsAMessage = 5_000;

    // As many as a long ledger has room for in memory at once.
    private const int ReportsAReading = 4;

    /// <summary>The name of the form that is archived.</summary>
    public static readonly string Pdf = PackWord.Of(ReportForm.Pdf);

    public ReportTemplates Templates => templates;

    /// <summary>A report's own events; for a caller who is limited to an organisation, only a report on that.</summary>
    /// <exception cref="LedgerException">NotFound or NotYours.</exception>
    public async Task<IReadOnlyList<RecordedEvent>> Record(ReportId report, CancellationToken ct, Caller? caller = null)
    {
        var record = await reader.ReadStream(StreamKey.Of(ReportId.Kind, report.Value), ct: ct);
        caller?.Demand(record.Select(e => e.Event).OfType<ReportPrepared>().FirstOrDefault()?.Partner is { } partner ? [partner] : null);
        return record.Count > 0 ? record : throw new LedgerException(new Failure(FailureKind.NotFound, "NOT_FOUND", "There is no such report."));
    }

    /// <summary>The order of a report: as it was frozen, or, while it is prepared, over what is known up to a position.</summary>
    public async Task<ReportOrder> Order(ReportId report, IReadOnlyList<RecordedEvent> record, long? position, CancellationToken ct)
    {
        var state = record.Select(e => e.Event).Aggregate(Report.Unborn, Report.Evolve);
        var prepared = state.Prepared!;
        var upTo = state.Frozen?.UpTo ?? position ?? await positions.Final(ct);
        var scope = new ReportScope(prepared.Body, prepared.Year, prepared.AsAt, upTo) { Partner = prepared.Partner, Files = [report] };
        var order = new ReportOrder(prepared.Kind, scope, state.Frozen?.Template ?? templates.Current(prepared.Kind));
        if (state.Restates is not { } restates) return order;
        var before = await Order(restates.Restated, await Record(restates.Restated, ct), null, ct);
        // Only what was classed by then: a report frozen earlier knows no more.
        ReportChangeClassed[] classed = [.. record.Where(e => e.Position <= upTo).Select(e => e.Event).OfType<ReportChangeClassed>()];
        return order with
        {
            Scope = scope with { Files = [report, .. before.Scope.Files] },
            Restates = new(before with { Restates = null }, restates.ContentHash, restates.Reason, classed),
        };
    }

    /// <summary>The report, computed from the ledger.</summary>
    public async Task<ReportDocument> Compose(ReportOrder order, Func<Reading, Task>? progress, CancellationToken ct)
    {
        var report = ReportComposition.Begin(order, templates);
        long read = 0;
        await foreach (var recorded in reader.Read(new EventRange(ToPosition: order.Scope.Position), ct))
        {
            report.Apply(recorded);
            if (++read % EventsAMessage == 0 && progress is not null) await progress(new(read, recorded.Position));
        }
        var document = report.Complete();
        if (!document.Front.BodyKnown)
            throw new FieldsException([("body", $"No body with the key \"{order.Scope.Body}\" was on record at position {order.Scope.Position}.")]);
        if (progress is not null) await progress(new(read, order.Scope.Position));
        return document;
    }

    /// <summary>What a figure comes to when nothing but the events that it names has happened; null when it is not there then.</summary>
    public string? FromItsEventsAlone(ReportOrder order, Figure figure, IEnumerable<RecordedEvent> events) =>
        ReportComposition.Compose(order with { Restates = null }, templates, events).Figures.FirstOrDefault(f => f.Key == figure.Key)?.Value;

    /// <summary>The same, read from the ledger one by one.</summary>
    /// <param name="each">Is given each of the events.</param>
    public async Task<string?> FromItsEventsAlone(ReportOrder order, Figure figure, Action<RecordedEvent> each, CancellationToken ct)
    {
        var report = ReportComposition.Begin(order with { Restates = null }, templates);
        if (figure.Count > 0)
            await foreach (var recorded in reader.Read(new EventRange(Positions: figure.Positions), ct))
            {
                report.Apply(recorded);
                each(recorded);
            }
        return report.Complete().Figures.FirstOrDefault(f => f.Key == figure.Key)?.Value;
    }

    /// <summary>
    /// The texts that a frozen report and its certificate print as withdrawn, of the records of which a text was withdrawn
    /// since: it is made once more with a mark in the place of each, and those that it prints are listed.
    /// </summary>
    public async Task<IReadOnlyList<WithdrawnInPrint>> WithdrawnSince(ReportOrder order, IReadOnlyList<RecordedEvent> record, CancellationToken ct) =>
        (await WithdrawnSince([(order, record)], ct))[0];

    // Of several reports with one reading of the ledger.
    private async Task<IReadOnlyList<WithdrawnInPrint>[]> WithdrawnSince(IReadOnlyList<(ReportOrder Order, IReadOnlyList<RecordedEvent> Record)> reports, CancellationToken ct)
    {
        var frozen = reports.Select(r => r.Record.Last(e => e.Event is ReportFrozen).Position).ToArray();
        var told = new List<(long Position, string Stream)>();
        await foreach (var e in reader.Read(new EventRange(FromPosition: frozen.Min(), StoredNames: [StatementWithdrawn.StoredName]), ct)) told.Add((e.Position, e.Stream));
        var marked = reports.Select((r, i) => told.Where(t => t.Position > frozen[i]).Select(t => t.Stream).ToHashSet(StringComparer.Ordinal) is { Count: > 0 } since
            ? new MarkedReport(r.Order, r.Record, since, templates)
            : null).ToArray();
        if (Array.Exists(marked, m => m is not null))
            await foreach (var recorded in reader.Read(new EventRange(ToPosition: reports.Max(r => r.Order.Scope.Position)), ct))
                foreach (var report in marked) report?.Apply(recorded);
        return [.. marked.Select(m => m?.Printed() ?? [])];
    }

    /// <summary>A report that is made with a mark in the place of each text that was withdrawn.</summary>
    private sealed class MarkedReport(ReportOrder order, IReadOnlyList<RecordedEvent> record, HashSet<string> since, ReportTemplates templates)
    {
        private readonly Dictionary<(long Position, string Member), (RecordedEvent Recorded, string Mark)> _marks = [];
        private readonly ReportComposition _body = ReportComposition.Begin(order, templates);

        public void Apply(RecordedEvent recorded) => _body.Apply(Marked(recorded));

        public IReadOnlyList<WithdrawnInPrint> Printed()
        {
            var (body, certificate) = (_body.Complete().ToJson(), Certificate([.. record.Select(Marked)])?.ToJson() ?? "");
            return
            [
                .. from mark in _marks
                   let text = new WithdrawnInPrint(
                       mark.Value.Recorded, mark.Key.Member,
                       body.Contains(mark.Value.Mark, StringComparison.Ordinal), certificate.Contains(mark.Value.Mark, StringComparison.Ordinal))
                   where text.InBody || text.InCertificate
                   orderby mark.Key
                   select text,
            ];
        }

        private RecordedEvent Marked(RecordedEvent recorded) => !since.Contains(recorded.Stream) ? recorded : Withdrawn.Marked(recorded, member =>
        {
            var mark = string.Create(CultureInfo.InvariantCulture, $"{Withdrawn.Words} ({recorded.Position} {member})");
            _marks[(recorded.Position, member)] = (recorded, mark);
            return mark;
        });
    }

    /// <summary>The certificate of a published report, as it was certified.</summary>
    public static ReportCertificate? Certificate(IReadOnlyList<RecordedEvent> record) =>
        Published(record) is { } published
            ? ReportCertificate.Of([.. record.TakeWhile(e => e.Version <= published.CertifiedVersion)], published.Receipt)
            : null;

    /// <summary>What is recorded when a report is published: its certificate, and what was printed with it.</summary>
    /// <param name="cosignatures">How many witnesses must have cosigned the checkpoint that proves the freezing.</param>
    /// <exception cref="LedgerException">
    /// Unavailable: the freezing is not sealed, or not cosigned, yet. Refused: there are not so many witnesses, or it was published
    /// without.
    /// </exception>
    public async Task<CertifiedReport> Certified(ReportId report, IReadOnlyList<RecordedEvent> record, int cosignatures, CancellationToken ct)
    {
        if (Certificate(record) is { } published)
        {
            var stand = Receipts.Cosignatures(published.Receipt);
            return stand >= cosignatures
                ? new(published.Version, published.Receipt, ReportDocument.Hash(published.ToJson()), new Dictionary<string, string>())
                : throw new LedgerException(new Failure(FailureKind.Refused, "PUBLISHED_ALREADY", $"The report is published, and its certificate stays as it is; cosignatures under its proof: {stand}. A receipt of today can carry more."));
        }
        var state = record.Select(e => e.Event).Aggregate(Report.Unborn, Report.Evolve);
        if (state.Frozen is null) return new(0, "", "", new Dictionary<string, string>());
        var frozen = record.Last(e => e.Event is ReportFrozen);
        var receipt = (await receipts.Of(frozen.Position, cosignatures, ct)).Proof;
        var certificate = ReportCertificate.Of(record, receipt);
        var document = await Compose(await Order(report, record, null, ct), null, ct);
        var printed = new SortedDictionary<string, string>(ReportForms.Hashes(document, certificate).ToDictionary(), StringComparer.Ordinal);
        if (state.Submitted && await Archived(document, certificate, ct) is { } sha256) printed[Pdf] = sha256;
        return new(certificate.Version, receipt, ReportDocument.Hash(certificate.ToJson()), printed);
    }

    /// <summary>The report in a form. The PDF of a published report is the one that was printed with its publication.</summary>
    /// <exception cref="LedgerException">Refused: it is a PDF, and no Chromium is installed.</exception>
    public async Task<byte[]> Print(ReportDocument report, ReportCertificate? certificate, ReportForm form, IReadOnlyList<RecordedEvent> record, CancellationToken ct) =>
        form is not ReportForm.Pdf ? ReportForms.Print(report, certificate, form)
        : await FromArchive(record, ct) ?? await pdf.Of(ReportForms.Print(report, certificate, ReportForm.Html), ct);

    /// <summary>SHA-256 of the PDF that was printed with the publication; null when none was.</summary>
    public static string? PublishedPdf(IReadOnlyList<RecordedEvent> record) => Published(record)?.Printed.GetValueOrDefault(Pdf);

    /// <summary>The PDF that was printed with the publication; null when none was, or when it was removed.</summary>
    public async Task<byte[]?> FromArchive(IReadOnlyList<RecordedEvent> record, CancellationToken ct) =>
        PublishedPdf(record) is { } sha256 ? await archive.Find(sha256, ct) : null;

    /// <summary>
    /// Removes the PDFs of published reports from the archive that print a text that was withdrawn. The ledger is read once for
    /// some reports together, and again for each of those that print such a text.
    /// </summary>
    public async Task RemoveWithdrawnPdfs(IEnumerable<ReportId> reports, CancellationToken ct)
    {
        foreach (var some in reports.Chunk(ReportsAReading))
        {
            var kept = new List<(ReportId Report, ReportOrder Order, IReadOnlyList<RecordedEvent> Record)>();
            foreach (var report in some)
            {
                var record = await Record(report, ct);
                if (await FromArchive(record, ct) is null) continue;
                var order = await Order(report, record, null, ct);
                if (templates.Knows(order)) kept.Add((report, order, record));
                // What can't be looked into is not kept.
                else await Remove(report, record, "it is of a template that this release lacks");
            }
            if (kept.Count == 0) continue;
            var withdrawn = await WithdrawnSince([.. kept.Select(k => (k.Order, k.Record))], ct);
            for (var i = 0; i < kept.Count; i++)
                if (withdrawn[i].Count > 0 && await PageChanged(kept[i].Order, kept[i].Record, ct)) await Remove(kept[i].Report, kept[i].Record, "it held a text that was withdrawn");
        }

        async Task Remove(ReportId report, IReadOnlyList<RecordedEvent> record, string why)
        {
            await archive.Remove(PublishedPdf(record)!, ct);
            journal.LogInformation("The PDF of report {Report} was removed: {Why}", report, why);
        }
    }

    // The PDF was printed from the page that was hashed with it: while the page is the same, no text has gone from it.
    private async Task<bool> PageChanged(ReportOrder order, IReadOnlyList<RecordedEvent> record, CancellationToken ct)
    {
        var page = ReportForms.Print(await Compose(order, null, ct), Certificate(record), ReportForm.Html);
        return Convert.ToHexStringLower(SHA256.HashData(page)) != Published(record)!.Printed.GetValueOrDefault(PackWord.Of(ReportForm.Html));
    }

    private static ReportPublished? Published(IReadOnlyList<RecordedEvent> record) => record.Select(e => e.Event).OfType<ReportPublished>().FirstOrDefault();

    // A publication does not wait for a printer that is out of order.
    private async Task<string?> Archived(ReportDocument document, ReportCertificate certificate, CancellationToken ct)
    {
        if (!pdf.Installed) return null;
        try
        {
            return await archive.Keep(await pdf.Of(ReportForms.Print(document, certificate, ReportForm.Html), ct), ct);
        }
        catch (LedgerException e) when (e.Failure.Kind is FailureKind.Refused)
        {
            journal.LogWarning("The report is published without a PDF: {Sentence}", e.Failure.Sentence);
            return null;
        }
    }
}
