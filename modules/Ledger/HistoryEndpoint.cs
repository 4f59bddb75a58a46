using System.Globalization;
using System.Text.Json;
using EqualitiesPlatform.Ledger.Replay;
using EqualitiesPlatform.Ledger.Sealing;
using Equalities.Ledger.V1;
using Equalities.Options.V1;
using Google.Protobuf;
using Grpc.Core;
using Marten;

namespace EqualitiesPlatform.Ledger;

internal sealed class HistoryEndpoint(
    EventReader reader, Positions positions, Catalogue catalogue, AnyRegister registers, Registers lists, IDocumentStore store, IPolicy policy,
    Narrative narrative, Intake intake)
    : HistoryService.HistoryServiceBase
{
    private const int LinesAMessage = 500;
    private const long BytesAMessage = 512 * 1024;
    private const int MostFindings = 100;

    public override async Task<ReadStreamResponse> ReadStream(ReadStreamRequest request, ServerCallContext context)
    {
        var stream = Stream(request.Stream, context);
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
        var (range, role) = (await Range(request, context), Caller.Of(context).Actor.Role);
        var (batch, bytes) = (new ReplayResponse { FinalPosition = range.ToPosition }, 0L);
        // While one message is on its way, the next is made; never more, so that a slow reader is waited for.
        var sending = Task.CompletedTask;
        await foreach (var stored in reader.Stored(range, context.CancellationToken))
        {
            var seen = catalogue.Sees(role, stored.Stream);
            if (!seen && range.Selects) continue;
            var line = seen ? CanonicalEncoding.Line(stored) : CanonicalEncoding.Withheld(stored.Position, Merkle.Leaf(CanonicalEncoding.Leaf(stored)));
            batch.Lines.Add(line);
            batch.Position = stored.Position;
            bytes += line.Length;
            if (batch.Lines.Count < LinesAMessage && bytes < BytesAMessage) continue;
            await sending;
            sending = responseStream.WriteAsync(batch, context.CancellationToken);
            (batch, bytes) = (new ReplayResponse { FinalPosition = range.ToPosition }, 0);
        }
        await sending;
        batch.Position = range.ToPosition;
        await responseStream.WriteAsync(batch, context.CancellationToken);
    }

    public override async Task TellStory(TellStoryRequest request, IServerStreamWriter<TellStoryResponse> responseStream, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        if (request.Limit < 0) throw new FieldsException([("limit", "Give a number of events, from 1, or leave it out for all.")]);
        var (range, role) = (await Range(request, context), Caller.Of(context).Actor.Role);
        var lines = new List<string>();
        if (range is { Stream: { } one, FromPosition: 1 }) lines.Add(narrative.Heading(one, await reader.ReadStream(one, ct: ct)));
        var (told, last) = (0, range.ToPosition);
        async Task Write(long position)
        {
            await responseStream.WriteAsync(new TellStoryResponse { Lines = { await narrative.Named(lines, role, ct) }, Position = position, FinalPosition = range.ToPosition }, ct);
            lines.Clear();
        }

        await foreach (var stored in reader.Stored(range, ct))
        {
            var seen = catalogue.Sees(role, stored.Stream);
            if (!seen && range.Selects) continue;
            lines.Add(seen ? Narrative.Line(catalogue.Read(stored), range.Stream is not null) : Narrative.Withheld(stored.Position));
            if (++told == request.Limit)
            {
                last = stored.Position;
                break;
            }
            if (lines.Count >= LinesAMessage) await Write(stored.Position);
        }
        await Write(last);
    }

    public override async Task<ReadAsAtResponse> ReadAsAt(ReadAsAtRequest request, ServerCallContext context)
    {
        var stream = Stream(request.Stream, context);
        var holds = intake.Read(f => f.OptionalDay(request.AsAt));
        var position = await At(request.Position, request.KnownAt, ("position", "known_at"), holds is not null, context.CancellationToken);
        var events = await reader.ReadStream(stream, ct: context.CancellationToken);
        DemandOwn(context, stream, events);
        // What opened the record opens it from its own day on: before that there is nothing for later facts to hold of.
        var record = holds < events[0].EffectiveOn ? null
            : registers.Fold(StreamKey.KindOf(stream), events.Where(e => e.Position <= position && (holds is null || e.EffectiveOn <= holds)));
        AccessLog.Note(context, stream, record?.Version ?? 0);
        return new ReadAsAtResponse { Position = position, RecordJson = record is null ? "" : Canonical(record) };
    }

    public override async Task<CompareRecordResponse> CompareRecord(CompareRecordRequest request, ServerCallContext context)
    {
        var stream = Stream(request.Stream, context);
        var from = await At(request.FromPosition, request.FromTime, ("from_position", "from_time"), false, context.CancellationToken);
        var to = await At(request.ToPosition, request.ToTime, ("to_position", "to_time"), true, context.CancellationToken);
        if (to < from) throw new FieldsException([("to_position", "The later moment comes second.")]);
        var events = await reader.ReadStream(stream, ct: context.CancellationToken);
        DemandOwn(context, stream, events);
        AccessLog.Note(context, stream);
        return new CompareRecordResponse
        {
            FromPosition = from,
            ToPosition = to,
            Changes = { await narrative.Named(Narrative.Between(events, from, to, registers.StepOf(StreamKey.KindOf(stream))), Caller.Of(context).Actor.Role, context.CancellationToken) },
        };
    }

    /// <summary>The position that a request's position or instant comes down to; what is final now, where it may leave both out.</summary>
    private async Task<long> At(long position, string instant, (string Position, string Instant) names, bool mayBeNow, CancellationToken ct) => (position, instant) switch
    {
        ( > 0, "") => Math.Min(position, await positions.Final(ct)),
        (0, { Length: > 0 }) => await positions.KnownAt(Instants.Read(instant, names.Instant), ct),
        (0, "") when mayBeNow => await positions.Final(ct),
        _ => throw new FieldsException([(names.Position, $"Give either a position, from 1, or an instant in {names.Instant}.")]),
    };

    /// <summary>What a request asks to be read, which names its fields as those of a replay; a caller limited to an organisation gets its own records.</summary>
    private async Task<EventRange> Range(IMessage request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        T Field<T>(string name) => (T)request.Descriptor.FindFieldByName(name).Accessor.GetValue(request);
        IReadOnlyList<string>? Some(string name) => Field<IList<string>>(name) is { Count: > 0 } some ? [.. some] : null;
        DateTimeOffset? When(string name) => Field<string>(name) is { Length: > 0 } instant ? Instants.Read(instant, name) : null;
        foreach (var end in new[] { "from_position", "to_position" })
            if (Field<long>(end) < 0) throw new FieldsException([(end, "Positions count from 1.")]);
        var (person, organisation) = intake.Read(f => (f.OptionalId<PersonId>(Field<string>("person_id"), "person_id"), f.OptionalId<PartnerId>(Field<string>("organisation_id"), "organisation_id")));
        var role = Field<Role>("role");
        var selection = new EventSelection(When("since"), When("until"), person, role is Role.Unspecified ? null : role, organisation);
        var stream = Field<string>("stream") is { Length: > 0 } named ? Stream(named, context) : null;
        if (stream is not null) DemandOwn(context, stream, await reader.ReadStream(stream, ct: ct));
        else if (Caller.Of(context).Actor.Organisation is not null)
            throw new FieldsException([("stream", "Name the record whose story you want, such as commitment/capita-local-jobs.")]);
        // To choose among confidential events by what they hold would tell what they hold.
        foreach (var kind in Some("kinds") ?? [])
            catalogue.Seen(Caller.Of(context), catalogue.Knows(kind) ? $"{kind}/" : throw new FieldsException([("kinds", $"There is no kind \"{kind}\". Kinds are {string.Join(", ", catalogue.Kinds)}.")]));
        foreach (var name in Some("stored_names") ?? [])
            catalogue.Seen(Caller.Of(context), catalogue.KindThatRecords(name) is { } kind ? $"{kind}/" : throw new FieldsException([("stored_names", $"No event has the stored name \"{name}\": they are as history show gives them, such as commitments.progress-reported.v1.")]));
        if (organisation is { } own) selection = selection with { Own = await Owned(own, ct) };
        var final = await positions.Final(ct);
        return new EventRange(
            Math.Max(1, Field<long>("from_position")), Field<long>("to_position") is > 0 and var to ? Math.Min(to, final) : final,
            stream, Some("kinds"), Some("stored_names"), Selection: selection);
    }

    private async Task<IReadOnlyList<string>> Owned(PartnerId organisation, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var owned = new HashSet<string>(StringComparer.Ordinal);
        foreach (var register in registers.All) owned.UnionWith(await register.OwnedBy(session, organisation, ct));
        return [.. owned];
    }

    public override async Task Verify(VerifyRequest request, IServerStreamWriter<VerifyResponse> responseStream, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var final = await positions.Final(ct);
        await lists.WaitFor(final, ct);
        var findings = new List<string>();
        void Found(string finding)
        {
            if (findings.Count < MostFindings) findings.Add(finding);
        }

        // A finding about what is confidential says where it stands, and neither what it is nor whose.
        var role = Caller.Of(context).Actor.Role;
        var lasts = new Dictionary<string, long>(StringComparer.Ordinal);
        string Record(string stream) => catalogue.Sees(role, stream) ? stream
            : lasts.TryGetValue(stream, out var stands) ? $"A confidential record, last at position {stands}" : "A confidential record";
        string List(string register, string stream) => catalogue.Sees(role, stream) ? register : "a list";

        // Of each stream only the last version is kept, and what its events add up to so far.
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        var broken = new HashSet<string>(StringComparer.Ordinal);
        var folded = new Dictionary<(string Register, string Stream), IRegister>();
        long read = 0;
        VerifyResponse Progress() => new() { Events = read, Streams = versions.Count, FinalPosition = final };
        await foreach (var e in reader.Read(new EventRange(ToPosition: final), ct))
        {
            var next = versions.GetValueOrDefault(e.Stream) + 1;
            if (!catalogue.Sees(role, e.Stream)) lasts[e.Stream] = e.Position;
            if (e.Version != next)
            {
                Found($"{Record(e.Stream)}: position {e.Position} has version {e.Version}, and version {next} should follow.");
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
                if (measure is null) Found($"{Record(kept.Id)}: it has an entry in {List(register.Name, kept.Id)}, and no events.");
                else if (Canonical(kept) != Canonical(measure)) Found($"{Record(kept.Id)}: its entry in {List(register.Name, kept.Id)} is not what its events add up to.");
            }
        foreach (var (register, stream) in folded.Keys.Where(k => !broken.Contains(k.Stream))) Found($"{Record(stream)}: it has no entry in {List(register, stream)}.");

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

    private static LedgerException NoStream() => new(FailureKind.NotFound, "NOT_FOUND", "Nothing is recorded under this key: lists show the keys that there are.");

    private string Stream(string stream, ServerCallContext context) => catalogue.Seen(Caller.Of(context), StreamNames.Read(stream, catalogue, policy));

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
