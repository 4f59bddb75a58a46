using System.Globalization;
using System.Security.Cryptography;
using EqualitiesPlatform.Ledger.Replay;
using EqualitiesPlatform.Ledger.Reporting;
using Equalities.Governance.V1;
using Google.Protobuf;
using Grpc.Core;
using ReportScope = EqualitiesPlatform.Ledger.Reporting.ReportScope;
using Words = Equalities.Governance.V1;

namespace EqualitiesPlatform.Governance;

internal sealed class ReportEndpoint(Intake intake, Dispatch dispatch, EventReader reader, ReportPress press, Positions positions) : ReportService.ReportServiceBase
{
    private const int BytesAMessage = 64 * 1024;

    public override async Task IssueYearEndReport(
        IssueYearEndReportRequest request, IServerStreamWriter<IssueYearEndReportResponse> responseStream, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var format = intake.Read(f => f.Word<ReportForm>(request.Format));
        if (format is ReportForm.Certificate) throw new FieldsException([("format", "A preview has no certificate; only a published report has.")]);
        var order = await Order(request.Body, request.Year, request.AsAt, request.KnownAt, ct);
        var report = await press.Compose(order, r => responseStream.WriteAsync(new() { Events = r.Events, Position = r.Position }, ct), ct);
        var issued = await Issued(
            report, null, format, [], piece => responseStream.WriteAsync(new() { Position = order.Scope.Position, Content = piece }, ct), ct);
        await responseStream.WriteAsync(new() { Position = order.Scope.Position, Issued = issued }, ct);
    }

    public override async Task IssueReport(IssueReportRequest request, IServerStreamWriter<IssueReportResponse> responseStream, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var (id, format) = intake.Read(f => (f.Id<ReportId>(request.ReportId), f.Word<ReportForm>(request.Format)));
        var record = await press.Record(id, ct, caller: Caller.Of(context));
        var order = await press.Order(id, record, request.KnownAt.Length == 0 ? null : await positions.Known(request.KnownAt, "known_at", ct), ct);
        var certificate = ReportPress.Certificate(record);
        if (format is ReportForm.Certificate && certificate is null)
            throw new LedgerException(new Failure(FailureKind.Refused, "NOT_PUBLISHED", "The report gets its certificate when it is published."));
        var report = await press.Compose(order, r => responseStream.WriteAsync(new() { Events = r.Events, Position = r.Position }, ct), ct);
        AccessLog.Note(context, StreamKey.Of(ReportId.Kind, id.Value), record[^1].Version);
        if (certificate is null && record.Any(e => e.Event is ReportFrozen)) await NoteEarlyAccess(id, report.ContentHash, context);
        var issued = await Issued(
            report, certificate, format, record, piece => responseStream.WriteAsync(new() { Position = order.Scope.Position, Content = piece }, ct), ct);
        if (format is ReportForm.Pdf && ReportPress.PublishedPdf(record) is { } archived && issued.Sha256 != archived)
            issued.Note = "It was printed now: the PDF of the publication is no longer kept, and `report reissue` says why.";
        await responseStream.WriteAsync(new() { Position = order.Scope.Position, Issued = issued }, ct);
    }

    public override async Task<ReissueReportResponse> ReissueReport(ReissueReportRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var id = intake.Read(f => f.Id<ReportId>(request.ReportId));
        var record = await press.Record(id, ct);
        if (record.Select(e => e.Event).Aggregate(Report.Unborn, Report.Evolve).Frozen is not { } frozen)
            throw new LedgerException(new Failure(FailureKind.Refused, "NOT_FROZEN", "The report is still being prepared; freeze it first."));
        var order = await press.Order(id, record, null, ct);
        var report = await press.Compose(order, null, ct);
        var response = new ReissueReportResponse { Scope = Shown(order.Scope), FrozenHash = frozen.ContentHash, ContentHash = report.ContentHash };
        var differs = new List<(string Finding, bool Body, bool Certificate)>();
        void Compare(string what, string then, string now, bool body, bool certificate)
        {
            if (then != now) differs.Add(($"{what} had the hash {(then.Length == 0 ? "of nothing" : then)}, and has {now} now.", body, certificate));
        }
        Compare("The body", frozen.ContentHash, report.ContentHash, body: true, certificate: false);
        if (ReportPress.Certificate(record) is { } certificate)
        {
            var published = record.Select(e => e.Event).OfType<ReportPublished>().First();
            (response.PublishedCertificate, response.CertificateHash) = (published.CertificateHash, ReportDocument.Hash(certificate.ToJson()));
            Compare("The certificate", published.CertificateHash, response.CertificateHash, body: false, certificate: true);
            foreach (var (name, now) in ReportForms.Hashes(report, certificate))
            {
                response.Forms.Add(new PrintedForm { Name = name, Published = published.Printed.GetValueOrDefault(name, ""), Now = now });
                Compare($"The form {name}", published.Printed.GetValueOrDefault(name, ""), now, body: true, certificate: true);
            }
            if (ReportPress.PublishedPdf(record) is { } archived)
            {
                var kept = await press.FromArchive(record, ct);
                var now = kept is null ? "" : Convert.ToHexStringLower(SHA256.HashData(kept));
                response.Forms.Add(new PrintedForm { Name = ReportPress.Pdf, Published = archived, Now = now });
                // It goes with a withdrawn text, and is never changed.
                Compare("The PDF in the archive", archived, now, body: kept is null, certificate: kept is null);
            }
        }
        response.Same = differs.Count == 0;
        if (response.Same) return response;
        var withdrawn = await press.WithdrawnSince(order, record, ct);
        foreach (var (recorded, member, _, _) in withdrawn)
            response.Withdrawn.Add(new WithdrawnReportText { Stream = recorded.Stream, Version = recorded.Version, Member = member, StoredName = recorded.StoredName, Position = recorded.Position });
        if (withdrawn.Count > 0 && response.Forms.FirstOrDefault(f => f.Name == ReportPress.Pdf) is { Now: "" } removed)
            removed.Note = "It was printed with the publication and removed when a text in it was withdrawn; `report issue` with --format pdf prints the report without that text.";
        // "Text withdrawn" is the one difference that there may be, and only what prints it has another hash.
        response.Findings.AddRange(differs.Where(d => !withdrawn.Any(w => (w.InBody && d.Body) || (w.InCertificate && d.Certificate))).Select(d => d.Finding));
        return response;
    }

    public override async Task<CheckFiguresResponse> CheckFigures(CheckFiguresRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var id = intake.Read(f => f.Id<ReportId>(request.ReportId));
        var order = await press.Order(id, await press.Record(id, ct), null, ct);
        var figures = (await press.Compose(order, null, ct)).Figures.ToList();
        var behind = new Dictionary<long, RecordedEvent>();
        long[] named = [.. figures.SelectMany(f => f.Positions).Distinct().Order()];
        await foreach (var recorded in reader.Read(new EventRange(Positions: named), ct)) behind[recorded.Position] = recorded;
        var response = new CheckFiguresResponse { Scope = Shown(order.Scope), Figures = figures.Count };
        foreach (var figure in figures)
            if (press.FromItsEventsAlone(order, figure, figure.Positions.Select(p => behind[p])) is var alone && alone != figure.Value)
                response.Findings.Add($"{figure.Key} is \"{figure.Value}\" in the report, and {(alone is null ? "nothing" : $"\"{alone}\"")} from its own events alone.");
        return response;
    }

    public override async Task<ShowChangesResponse> ShowChanges(ShowChangesRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var id = intake.Read(f => f.Id<ReportId>(request.ReportId));
        var record = await press.Record(id, ct);
        var order = await press.Order(id, record, null, ct);
        if (order.Restates is not { } restates)
            throw new LedgerException(new Failure(FailureKind.Refused, "NOT_A_RESTATEMENT", "This report restates none; report list shows those that do."));
        var report = await press.Compose(order, null, ct);
        var classed = new ChangeClasses(restates.Classed);
        var response = new ShowChangesResponse { Restated = restates.Before.Scope.Files[0].ToString() };
        foreach (var change in report.Changes)
        {
            var said = classed.Of(change.Key);
            response.Changes.Add(new Words.FigureChange
            {
                Figure = change.Key,
                Label = change.Label,
                Before = change.Before?.Value ?? "",
                After = change.After?.Value ?? "",
                Suggested = Enum.Parse<Words.ChangeClass>(change.Suggested.ToString()),
                Class = said is null ? Words.ChangeClass.Unspecified : Enum.Parse<Words.ChangeClass>(said.Class.ToString()),
                Why = said?.Why ?? "",
            });
        }
        response.Unclassed = response.Changes.Count(c => c.Class == Words.ChangeClass.Unspecified);
        return response;
    }

    public override async Task<ReadFiguresResponse> ReadFigures(ReadFiguresRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var id = intake.Read(f => f.Id<ReportId>(request.ReportId));
        var size = request.PageSize switch
        {
            < 0 => throw new FieldsException([("page_size", "A page has 1 to 500 figures; 0 or nothing means 50.")]),
            0 => 50,
            var asked => Math.Min(asked, 500),
        };
        var from = PageTokens.Read(request.PageToken) is not { } token ? 0
            : int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var next) ? next
            : throw new FieldsException([("page_token", "This is not a page token of this list.")]);
        var order = await press.Order(id, await press.Record(id, ct), null, ct);
        var report = await press.Compose(order, null, ct);
        var response = new ReadFiguresResponse { Scope = Shown(order.Scope), Figures = { report.Figures.Skip(from).Take(size).Select(Shown) } };
        if (from + size < report.Figures.Count()) response.NextPageToken = PageTokens.Write((from + size).ToString(CultureInfo.InvariantCulture));
        return response;
    }

    public override async Task<ExplainFigureResponse> ExplainFigure(ExplainFigureRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var (key, id) = intake.Read(f => (f.Text(request.Figure), f.OptionalId<ReportId>(request.ReportId)));
        var size = request.PageSize switch
        {
            < 0 => throw new FieldsException([("page_size", "A page has 1 to 500 events; 0 or nothing means 50.")]),
            0 => 50,
            var asked => Math.Min(asked, 500),
        };
        var after = PageTokens.Read(request.PageToken) is not { } token ? 0
            : long.TryParse(token, CultureInfo.InvariantCulture, out var last) ? last
            : throw new FieldsException([("page_token", "This is not a page token of this list.")]);
        var order = id is { } report
            ? await press.Order(report, await press.Record(report, ct), null, ct)
            : await Order(request.Body, request.Year, request.AsAt, request.KnownAt, ct);
        var document = await press.Compose(order, null, ct);
        var figure = document.Figures.FirstOrDefault(f => f.Key == key)
            ?? throw new FieldsException([("figure", $"The report has no figure with the key \"{key}\"; its keys stand at its end, under \"How each figure was worked out\".")]);

        // Of a figure that comes from very many events, no more are kept than the page shows.
        var page = new List<RecordedEvent>();
        var alone = await press.FromItsEventsAlone(order, figure, e =>
        {
            if (e.Position > after && page.Count <= size) page.Add(e);
        }, ct);
        var response = new ExplainFigureResponse
        {
            Scope = Shown(order.Scope),
            Figure = figure.Key,
            Label = figure.Label,
            Value = figure.Value,
            Formula = figure.Formula,
            Count = figure.Count,
            Digest = figure.Digest,
            Searched = figure.Searched ?? "",
            FromItsEventsAlone = alone ?? "",
            Events = { page.Take(size).Select(Shown) },
        };
        if (page.Count > size) response.NextPageToken = PageTokens.Write(page[size - 1].Position.ToString(CultureInfo.InvariantCulture));
        return response;
    }

    private async Task<ReportOrder> Order(string body, string year, string asAt, string knownAt, CancellationToken ct)
    {
        var (key, financialYear, cutOff) = intake.Read(f =>
        {
            var (k, y) = (f.Key(body), f.Year(year));
            return (k, y, f.CutOff(asAt, y));
        });
        return new ReportOrder(ReportKind.YearEnd, new ReportScope(key, financialYear, cutOff, await positions.Known(knownAt, "known_at", ct)), press.Templates.Current(ReportKind.YearEnd));
    }

    // Once for each person and draft, however often they ask for it.
    private Task NoteEarlyAccess(ReportId report, string contentHash, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var occasion = dispatch.OccasionOf(caller.Actor, $"{report}/{contentHash}", caller.Correlation);
        return dispatch.Send(new NoteEarlyAccess(report, contentHash), new Envelope(occasion, context.Method));
    }

    // The JSON of a long report is written piece by piece; the other forms are printed whole.
    private async Task<IssuedReport> Issued(
        ReportDocument report, ReportCertificate? certificate, ReportForm format, IReadOnlyList<RecordedEvent> record, Func<ByteString, Task> write, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = 0;
        foreach (var part in format is ReportForm.Json ? report.Json() : [await press.Print(report, certificate, format, record, ct)])
        {
            hash.AppendData(part.Span);
            length += part.Length;
            for (var sent = 0; sent < part.Length; sent += BytesAMessage)
                await write(UnsafeByteOperations.UnsafeWrap(part.Slice(sent, Math.Min(BytesAMessage, part.Length - sent))));
        }
        return new()
        {
            Scope = Shown(report.Scope),
            Format = Enum.Parse<ReportFormat>(format.ToString()),
            Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset()),
            ContentHash = report.ContentHash,
            Length = length,
            Figures = report.Figures.Count(),
        };
    }

    private static Words.ReportScope Shown(ReportScope scope) => new()
    {
        Body = scope.Body,
        Year = scope.Year.ToString(),
        AsAt = scope.AsAt.Shown(),
        Position = scope.Position,
    };

    private static Words.Figure Shown(EqualitiesPlatform.Ledger.Reporting.Figure figure) => new()
    {
        Key = figure.Key,
        Label = figure.Label,
        Value = figure.Value,
        Formula = figure.Formula,
        Count = figure.Count,
        Digest = figure.Digest,
        Searched = figure.Searched ?? "",
    };

    private static FigureEvent Shown(RecordedEvent recorded) => new()
    {
        Stream = recorded.Stream,
        Version = recorded.Version,
        Position = recorded.Position,
        StoredName = recorded.StoredName,
        RecordedAt = CanonicalEncoding.Instant(recorded.RecordedAt),
        EffectiveOn = recorded.EffectiveOn.Shown(),
        Says = Sentence.Of(recorded),
    };
}
