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
        var size = PageSize.Of(request.PageSize);
        var filter = ListFilter.Parse<HistoryLine>(request.Filter, policy.Namespace);
        // Whose record it is now is asked only for a caller who is limited to an organisation.
        if (Caller.Of(context).Actor.Organisation is not null)
            DemandOwn(context, stream, await reader.ReadStream(stream, ct: context.CancellationToken));
        var page = await reader.Page(stream, after, filter, size + 1, context.CancellationToken);
        if (page.Count == 0 && (await reader.Page(stream, 0, new ListFilter(), 1, context.CancellationToken)).Count == 0) throw NoStream();
        AccessLog.Note(context, stream);
        var response = new ReadStreamResponse { Events = { page.Take(size).Select(Shown) } };
        if (page.Count > size) response.NextPageToken = PageTokens.Write(page[size - 1].Version.ToString(CultureInfo.InvariantCulture));
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
        var events = await reader.ReadStream(stream, ct: context.CancellationToken);
        DemandOwn(context, stream, events);
        var record = registers.Fold(StreamKey.KindOf(stream), events.Where(e => e.Position <= position));
        AccessLog.Note(context, stream, record?.Version ?? 0);
        return new ReadAsAtResponse { Position = position, RecordJson = record is null ? "" : Canonical(record) };
    }

    public override async Task Verify(VerifyRequest request, IServerStreamWriter<VerifyResponse> responseStream, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var final = await positions.Final(ct);
        foreach (var register in registers.All) await lists.WaitFor(register.Name, final, ct);
        var findings = new List<string>();
        void Found(string finding)
        {
            if (findings.Count < MostFindings) findings.Add(finding);
        }

        // Of each stream only the last version is kept, and what its events add up to so far.
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        var broken = new HashSet<string>(StringComparer.Ordinal);
        var folded = new Dictionary<(string Register, string Stream), IRegister>();
        long read = 0;
        VerifyResponse Progress() => new() { Events = read, Streams = versions.Count, FinalPosition = final };
        await foreach (var e in reader.Read(new EventRange(ToPosition: final), ct))
        {
            var next = versions.GetValueOrDefault(e.Stream) + 1;
            if (e.Version != next)
            {
                Found($"{e.Stream}: position {e.Position} has version {e.Version}, and version {next} should follow.");
                broken.Add(e.Stream);
            }
            versions[e.Stream] = e.Version;
            foreach (var register in broken.Contains(e.Stream) ? [] : registers.Of(e.Kind))
            {
                var key = (register.Name, e.Stream);
                if (register.Step(folded.GetValueOrDefault(key), e) is { } document) folded[key] = document;
                else folded.Remove(key);
            }
            if (++read % 10_000 == 0) await responseStream.WriteAsync(Progress(), ct);
        }

        await using var session = store.QuerySession();
        foreach (var register in registers.All)
            await foreach (var kept in register.Kept(session).WithCancellation(ct))
            {
                if (broken.Contains(kept.Id)) continue;
                folded.Remove((register.Name, kept.Id), out var measure);
                // Something recorded since has moved the entry on: then the events up to its own version are the measure.
                if (measure is null || measure.Version < kept.Version)
                    measure = register.Fold((await reader.ReadStream(kept.Id, ct: ct)).Where(e => e.Version <= kept.Version));
                if (measure is null) Found($"{kept.Id}: it has an entry in {register.Name}, and no events.");
                else if (Canonical(kept) != Canonical(measure)) Found($"{kept.Id}: its entry in {register.Name} is not what its events add up to.");
            }
        foreach (var (register, stream) in folded.Keys.Where(k => !broken.Contains(k.Stream))) Found($"{stream}: it has no entry in {register}.");

        var last = Progress();
        last.Done = true;
        last.Findings.AddRange(findings);
        await responseStream.WriteAsync(last, ct);
    }

    private static string Canonical(IRegister document) =>
        CanonicalEncoding.Of(JsonSerializer.SerializeToElement(document, document.GetType(), Catalogue.Json));

    private void DemandOwn(ServerCallContext context, string stream, IReadOnlyList<RecordedEvent> events)
    {
        var caller = Caller.Of(context);
        if (caller.Actor.Organisation is not null) caller.Demand(registers.Fold(StreamKey.KindOf(stream), events)?.Organisations);
        if (events.Count == 0) throw NoStream();
    }

    private static LedgerException NoStream() => new(FailureKind.NotFound, "NOT_FOUND", "There is no such stream.");

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
            EffectiveOn = e.EffectiveOn.Shown(),
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
