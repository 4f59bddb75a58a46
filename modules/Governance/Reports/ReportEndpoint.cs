using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EqualitiesPlatform.Ledger.Replay;
using EqualitiesPlatform.Ledger.Reporting;
using Equalities.Governance.V1;
using Google.Protobuf;
using Grpc.Core;
using ReportScope = EqualitiesPlatform.Ledger.Reporting.ReportScope;
using Words = Equalities.Governance.V1;

namespace EqualitiesPlatform.Governance;

internal sealed class ReportEndpoint(Intake intake, EventReader reader, Positions positions, IEnumerable<ISection> sections)
    : ReportService.ReportServiceBase
{
    private const int EventsAMessage = 5_000;
    private const int BytesAMessage = 64 * 1024;

    public override async Task IssueYearEndReport(
        IssueYearEndReportRequest request, IServerStreamWriter<IssueYearEndReportResponse> responseStream, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var format = intake.Read(f => f.Word<PrintedAs>(request.Format));
        var scope = await Scope(request.Body, request.Year, request.AsAt, request.KnownAt, ct);
        var report = await Compose(scope, (events, position) => responseStream.WriteAsync(new() { Events = events, Position = position }, ct), ct);
        var bytes = Encoding.UTF8.GetBytes(format == PrintedAs.Html ? ReportHtml.Of(report) : report.ToJson());
        for (var sent = 0; sent < bytes.Length; sent += BytesAMessage)
        {
            var piece = bytes.AsMemory(sent, Math.Min(BytesAMessage, bytes.Length - sent));
            await responseStream.WriteAsync(new() { Position = scope.Position, Content = UnsafeByteOperations.UnsafeWrap(piece) }, ct);
        }
        await responseStream.WriteAsync(new()
        {
            Position = scope.Position,
            Issued = new()
            {
                Scope = Shown(scope),
                Format = request.Format,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
                ContentHash = report.ContentHash,
                Length = bytes.Length,
                Figures = report.Figures.Count(),
            },
        }, ct);
    }

    public override async Task<ExplainFigureResponse> ExplainFigure(ExplainFigureRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var key = intake.Read(f => f.Text(request.Figure));
        var size = request.PageSize switch
        {
            < 0 => throw new FieldsException([("page_size", "A page has 1 to 500 events; 0 or nothing means 50.")]),
            0 => 50,
            var asked => Math.Min(asked, 500),
        };
        var after = PageTokens.Read(request.PageToken) is not { } token ? 0
            : long.TryParse(token, CultureInfo.InvariantCulture, out var last) ? last
            : throw new FieldsException([("page_token", "This is not a page token of this list.")]);
        var scope = await Scope(request.Body, request.Year, request.AsAt, request.KnownAt, ct);
        var report = await Compose(scope, (_, _) => Task.CompletedTask, ct);
        var figure = report.Figures.FirstOrDefault(f => f.Key == key)
            ?? throw new FieldsException([("figure", $"The report has no figure with the key \"{key}\"; its keys stand at its end, under \"How each figure was worked out\".")]);

        var left = figure.Positions.Where(p => p > after).ToArray();
        var response = new ExplainFigureResponse
        {
            Scope = Shown(scope),
            Figure = figure.Key,
            Label = figure.Label,
            Value = figure.Value,
            Formula = figure.Formula,
            Count = figure.Count,
            Digest = figure.Digest,
            Searched = figure.Searched ?? "",
        };
        if (left.Length > size) response.NextPageToken = PageTokens.Write(left[size - 1].ToString(CultureInfo.InvariantCulture));
        if (left.Length > 0)
            await foreach (var recorded in reader.Read(new EventRange(Positions: [.. left.Take(size)]), ct)) response.Events.Add(Shown(recorded));
        return response;
    }

    private async Task<ReportDocument> Compose(ReportScope scope, Func<long, long, Task> progress, CancellationToken ct)
    {
        var report = YearEndReport.Begin(scope, sections);
        long read = 0;
        await foreach (var recorded in reader.Read(new EventRange(ToPosition: scope.Position), ct))
        {
            report.Apply(recorded);
            if (++read % EventsAMessage == 0) await progress(read, recorded.Position);
        }
        var document = report.Complete();
        if (!document.Front.BodyKnown)
            throw new FieldsException([("body", $"No body with the key \"{scope.Body}\" was on record at position {scope.Position}.")]);
        await progress(read, scope.Position);
        return document;
    }

    private async Task<ReportScope> Scope(string body, string year, string asAt, string knownAt, CancellationToken ct)
    {
        var (key, financialYear, cutOff) = intake.Read(f =>
        {
            var (k, y) = (f.Key(body), f.Year(year));
            var day = f.OptionalDay(asAt);
            if (y != default && day < y.First) f.Violate("as_at", $"{y} begins on {y.First:yyyy-MM-dd}; a report on it can't be as at a day before that.");
            return (k, y, day);
        });
        return new ReportScope(key, financialYear, cutOff ?? financialYear.Last, await positions.Known(knownAt, "known_at", ct));
    }

    private static Words.ReportScope Shown(ReportScope scope) => new()
    {
        Body = scope.Body,
        Year = scope.Year.ToString(),
        AsAt = scope.AsAt.Shown(),
        Position = scope.Position,
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

    private enum PrintedAs
    {
        Html = 1,
        Json,
    }
}
