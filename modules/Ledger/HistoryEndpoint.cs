using System.Globalization;
using System.Text.Json;
using EqualitiesPlatform.Ledger.Replay;
using Equalities.Ledger.V1;
using Grpc.Core;
using Marten;

namespace EqualitiesPlatform.Ledger;

internal sealed class HistoryEndpoint(
    EventReader reader, Positions positions, Catalogue catalogue, AnyRegister registers, Registers lists, IDocumentStore store, IPolicy policy)
    : HistoryService.HistoryServiceBase
{
    private const int LinesAMessage = 500;
    private const long BytesAMessage = 512 * 1024;
    private const int MostFindings = 100;

    public override async Task<ReadStreamResponse> ReadStream(ReadStreamRequest request, ServerCallContext context)
    {
        var stream = Stream(request.Stream);
        var after = PageTokens.Read(request.PageToken) is { } token
            ? long.TryParse(token, CultureInfo.InvariantCulture, out var version) ? version : throw new FieldsException([("page_token", "This is not a page token of this list.")])
            : 0;
        var size = request.PageSize <= 0 ? 50 : Math.Min(request.PageSize, 500);
        var stored = new List<StoredEvent>();
        await foreach (var e in reader.Stored(new EventRange(Stream: stream), context.CancellationToken)) stored.Add(e);
        DemandOwn(context, stream, [.. stored.Select(catalogue.Read)]);
        var page = stored.Where(e => e.Version > after).Take(size).ToArray();
        var response = new ReadStreamResponse { Events = { page.Select(Shown) } };
        if (page.Length > 0 && page[^1].Version < stored[^1].Version)
            response.NextPageToken = PageTokens.Write(page[^1].Version.ToString(CultureInfo.InvariantCulture));
        return response;
    }

    public override async Task Replay(ReplayRequest request, IServerStreamWriter<ReplayResponse> responseStream, ServerCallContext context)
    {
        if (request.FromPosition < 0 || request.ToPosition < 0)
            throw new FieldsException([(request.FromPosition < 0 ? "from_position" : "to_position", "Positions count from 1.")]);
        var final = await positions.Final(context.CancellationToken);
        var to = request.ToPosition == 0 ? final : Math.Min(request.ToPosition, final);
        var range = new EventRange(
            Math.Max(1, request.FromPosition), to,
            Kinds: request.Kinds.Count == 0 ? null : request.Kinds,
            StoredNames: request.StoredNames.Count == 0 ? null : request.StoredNames);
        var batch = new ReplayResponse { FinalPosition = to };
        long bytes = 0;
        await foreach (var stored in reader.Stored(range, context.CancellationToken))
        {
            var line = CanonicalEncoding.Line(stored);
            batch.Lines.Add(line);
            batch.Position = stored.Position;
            bytes += line.Length;
            if (batch.Lines.Count < LinesAMessage && bytes < BytesAMessage) continue;
            await responseStream.WriteAsync(batch, context.CancellationToken);
            (batch, bytes) = (new ReplayResponse { FinalPosition = to }, 0);
        }
        batch.Position = to;
        await responseStream.WriteAsync(batch, context.CancellationToken);
    }

    public override async Task<ReadAsAtResponse> ReadAsAt(ReadAsAtRequest request, ServerCallContext context)
    {
        var stream = Stream(request.Stream);
        var position = (request.Position, request.KnownAt) switch
        {
            ( > 0, "") => Math.Min(request.Position, await positions.Final(context.CancellationToken)),
            (0, { Length: > 0 } instant) => await positions.KnownAt(Instants.Read(instant, "known_at"), context.CancellationToken),
            _ => throw new FieldsException([("position", "Give either a position, from 1, or an instant in known_at.")]),
        };
        DemandOwn(context, stream, await reader.ReadStream(stream, ct: context.CancellationToken));
        var events = await reader.ReadStream(stream, position, context.CancellationToken);
        return new ReadAsAtResponse { Position = position, RecordJson = registers.Json(StreamKey.KindOf(stream), events) ?? "" };
    }

    public override async Task Verify(VerifyRequest request, IServerStreamWriter<VerifyResponse> responseStream, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var final = await positions.Final(ct);
        foreach (var register in registers.All) await lists.WaitFor(register.Name, final, ct);
        var findings = new List<string>();
        var streams = new Dictionary<string, List<RecordedEvent>>(StringComparer.Ordinal);
        long read = 0;
        VerifyResponse Progress() => new() { Events = read, Streams = streams.Count, FinalPosition = final };
        await foreach (var e in reader.Read(new EventRange(ToPosition: final), ct))
        {
            if (!streams.TryGetValue(e.Stream, out var history)) streams[e.Stream] = history = [];
            if (e.Version != history.Count + 1)
                findings.Add($"{e.Stream}: position {e.Position} has version {e.Version}, and version {history.Count + 1} should follow.");
            history.Add(e);
            if (++read % 10_000 == 0) await responseStream.WriteAsync(Progress(), ct);
        }
        await using var session = store.QuerySession();
        foreach (var (stream, history) in streams)
        {
            foreach (var register in registers.Of(StreamKey.KindOf(stream)))
            {
                var kept = Canonical(await register.Load(session, stream, ct));
                // Something recorded since may have moved the register on; then its events up to now are the measure.
                if (kept != Canonical(register.Fold(history)) && kept != Canonical(register.Fold(await reader.ReadStream(stream, ct: ct))))
                    findings.Add($"{stream}: its entry in {register.Name} is not what its events add up to.");
            }
            if (findings.Count >= MostFindings) break;
        }
        var last = Progress();
        (last.Done, _) = (true, findings.Count);
        last.Findings.AddRange(findings);
        await responseStream.WriteAsync(last, ct);
    }

    private static string? Canonical(object? document) =>
        document is null ? null : CanonicalEncoding.Of(JsonSerializer.SerializeToElement(document, document.GetType(), Catalogue.Json));

    private void DemandOwn(ServerCallContext context, string stream, IReadOnlyList<RecordedEvent> events)
    {
        var caller = Caller.Of(context);
        if (caller.Actor.Organisation is not null) caller.Demand(registers.Organisations(StreamKey.KindOf(stream), events));
        if (events.Count == 0) throw new LedgerException(FailureKind.NotFound, "NOT_FOUND", "There is no such stream.");
    }

    private string Stream(string stream) => StreamNames.Read(stream, catalogue, policy);

    private Equalities.Ledger.V1.RecordedEvent Shown(StoredEvent stored)
    {
        var e = catalogue.Read(stored);
        return new()
        {
            Position = e.Position,
            Stream = e.Stream,
            Version = e.Version,
            StoredName = e.StoredName,
            RecordedAt = CanonicalEncoding.Instant(e.RecordedAt),
            EffectiveOn = e.EffectiveOn.ToString("O", CultureInfo.InvariantCulture),
            Role = e.Occasion.Actor.Role.ToString(),
            PersonId = e.Occasion.Actor.Person.ToString(),
            OrganisationId = e.Occasion.Actor.Organisation?.ToString() ?? "",
            Correlation = e.Correlation,
            CanonicalJson = CanonicalEncoding.Line(stored),
        };
    }
}

/// <summary>Instants as callers write them.</summary>
public static class Instants
{
    /// <summary>An instant such as 2013-12-31T12:00:00Z.</summary>
    /// <exception cref="FieldsException">It is none, or has no offset.</exception>
    public static DateTimeOffset Read(string text, string field) =>
        DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
        && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > 10)
            ? instant.ToUniversalTime()
            : throw new FieldsException([(field, $"\"{text}\" is not an instant such as 2013-12-31T12:00:00Z.")]);
}
