using System.Globalization;
using EqualitiesPlatform.Ledger.Append;
using Equalities.Ledger.V1;
using Equalities.Options.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using NpgsqlTypes;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Who read what: exports, histories, audit bundles, confidential records. An rpc says beside its definition that its
/// answers leave a trace (<c>logged_read</c>), and <see cref="Intake"/> notes the records that it gives out; where only
/// some records or fields are confidential, the endpoint calls <see cref="Note"/>. What was noted is in the log before
/// the answer goes out, and a call that gave nothing out leaves nothing. People stand in it by their random ids only.
/// </summary>
public sealed class AccessLog
{
    private readonly LedgerDatabase _database;
    private readonly LedgerClock _clock;

    internal AccessLog(LedgerDatabase database, LedgerClock clock) => (_database, _clock) = (database, clock);

    /// <summary>Notes that a call's answer gives something out.</summary>
    /// <param name="context">The call.</param>
    /// <param name="subject">What: a record's stream key, such as <c>assessment/0198d3a0-…</c>, never a text about a person.</param>
    /// <param name="version">Which version of it, where there are several; 0 for none.</param>
    /// <param name="purpose">For what; unspecified for the purpose that the rpc declares, and for no trace where it declares none.</param>
    public static void Note(ServerCallContext context, string subject, long version = 0, ReadPurpose purpose = ReadPurpose.Unspecified)
    {
        if (Trail.Find(context) is not { } trail)
        {
            if (purpose == ReadPurpose.Unspecified) return;
            context.UserState[typeof(Trail)] = trail = new Trail(null);
        }
        trail.Note(subject, version, purpose);
    }

    /// <summary>The version of something that a person opened last before an instant, to decide on it; 0 when they had opened none.</summary>
    public async Task<long> LastOpened(PersonId person, string subject, DateTimeOffset before, CancellationToken ct = default) =>
        (await Opened(subject, ct)).LastOrDefault(o => o.Person == person && o.At < before)?.Version ?? 0;

    /// <summary>Who opened something to decide on it, and which version of it, oldest first.</summary>
    public async Task<IReadOnlyList<Opening>> Opened(string subject, CancellationToken ct = default)
    {
        await using var command = _database.Source.CreateCommand(
            "select at, person, role, version, position from ledger_access where subject = $1 and purpose = $2 order by entry");
        foreach (var value in new object[] { subject, nameof(ReadPurpose.Decision) }) command.Parameters.Add(new() { Value = value });
        await using var rows = await command.ExecuteReaderAsync(ct);
        var opened = new List<Opening>();
        while (await rows.ReadAsync(ct))
            opened.Add(new(rows.GetFieldValue<DateTimeOffset>(0), new PersonId(rows.GetGuid(1)), Enum.Parse<Role>(rows.GetString(2)), rows.GetInt64(3), rows.GetInt64(4)));
        return opened;
    }

    /// <summary>Writes down what a call has noted and not written yet; for an rpc that leaves a trace and noted no record, what it was asked for.</summary>
    internal async ValueTask Write(ServerCallContext context, IMessage? request)
    {
        if (Trail.Find(context)?.Take(request) is not { Count: > 0 } reads) return;
        var caller = Caller.Of(context);
        await using var command = _database.Source.CreateCommand(
            """
            insert into ledger_access (at, person, role, organisation, rpc, correlation, position, purpose, subject, version)
            select $1, $2, $3, $4, $5, $6, (select coalesce(max(seq_id), 0) from mt_events), r.purpose, r.subject, r.version
            from unnest($7, $8, $9) with ordinality as r(purpose, subject, version, place) order by r.place
            """);
        var actor = caller.Actor;
        foreach (var value in new object[]
        {
            _clock.GetUtcNow(), actor.Person.Value, actor.Role.ToString(), (object?)actor.Organisation?.Value ?? DBNull.Value,
            context.Method.TrimStart('/'), caller.Correlation,
            reads.Select(r => r.Purpose.ToString()).ToArray(), reads.Select(r => r.Subject).ToArray(), reads.Select(r => r.Version).ToArray(),
        })
            command.Parameters.Add(value is DBNull ? new() { Value = value, NpgsqlDbType = NpgsqlDbType.Uuid } : new() { Value = value });
        // Not the call's own token: who hangs up when the answer is ready has still been about to read it.
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>A page of the log, newest first.</summary>
    /// <param name="filter">Read with <see cref="Line"/>.</param>
    internal async Task<IReadOnlyList<AccessLogEntry>> Page(long before, ListFilter filter, int most, CancellationToken ct)
    {
        await using var command = _database.Unbounded.CreateCommand(
            $"""
            select entry, at, purpose, subject, version, position, role, person, organisation, rpc, correlation
            from (
              select *, jsonb_build_object(
                'on', (at at time zone 'Europe/London')::date::text, 'purpose', purpose, 'rpc', rpc, 'role', role, 'personId', person,
                'organisationId', organisation, 'subject', subject, 'version', version, 'position', position) as data
              from ledger_access where entry < $1) d
            {filter.Numbered(3)}
            order by entry desc limit $2
            """);
        foreach (var value in new object[] { before, most }.Concat(filter.Parameters)) command.Parameters.Add(new() { Value = value });
        await using var rows = await command.ExecuteReaderAsync(ct);
        var page = new List<AccessLogEntry>();
        while (await rows.ReadAsync(ct))
            page.Add(new AccessLogEntry
            {
                Entry = rows.GetInt64(0),
                ReadAt = CanonicalEncoding.Instant(rows.GetFieldValue<DateTimeOffset>(1)),
                Purpose = Enum.Parse<ReadPurpose>(rows.GetString(2)),
                Subject = rows.GetString(3),
                Version = rows.GetInt64(4),
                Position = rows.GetInt64(5),
                Role = rows.GetString(6),
                PersonId = rows.GetGuid(7).ToString(),
                OrganisationId = await rows.IsDBNullAsync(8, ct) ? "" : rows.GetGuid(8).ToString(),
                Rpc = rows.GetString(9),
                Correlation = rows.GetString(10),
            });
        return page;
    }

    /// <summary>What the log is filtered by.</summary>
    internal sealed record Line(DateOnly On, ReadPurpose Purpose, string Rpc, Role Role, PersonId PersonId, PartnerId? OrganisationId, string Subject, long Version, long Position);

    /// <summary>Has a call whose rpc declares it leave a trace.</summary>
    internal static void Follow(ServerCallContext context, Access declared)
    {
        if (declared.LoggedRead != ReadPurpose.Unspecified) context.UserState.TryAdd(typeof(Trail), new Trail(declared));
    }

    /// <summary>What one call reads; <paramref name="declared"/> is what its rpc says, if it leaves a trace in any case.</summary>
    private sealed class Trail(Access? declared)
    {
        private readonly List<(ReadPurpose Purpose, string Subject, long Version)> _noted = [];
        private bool _any;

        public static Trail? Find(ServerCallContext context) => context.UserState.TryGetValue(typeof(Trail), out var trail) ? (Trail)trail : null;

        public void Note(string subject, long version, ReadPurpose purpose)
        {
            if (purpose == ReadPurpose.Unspecified) purpose = declared?.LoggedRead ?? ReadPurpose.Unspecified;
            if (purpose != ReadPurpose.Unspecified) _noted.Add((purpose, subject, version));
        }

        public IReadOnlyList<(ReadPurpose Purpose, string Subject, long Version)> Take(IMessage? request)
        {
            if (_noted.Count == 0 && !_any && declared is not null && request is not null) _noted.Add((declared.LoggedRead, Scope(declared, request), 0));
            _any |= _noted.Count > 0;
            if (_noted.Count == 0) return [];
            var taken = _noted.ToArray();
            _noted.Clear();
            return taken;
        }

        private static string Scope(Access declared, IMessage request) => string.Join(' ', declared.LoggedScope
            .Select(name => request.Descriptor.FindFieldByName(name)).Select(field => (field.Name, Said: Said(field, field.Accessor.GetValue(request))))
            .Where(field => field.Said.Length > 0).Select(field => $"{field.Name}={field.Said}"));

        private static string Said(FieldDescriptor field, object? value) => value switch
        {
            null or 0 or 0L or false => "",
            System.Collections.IList list => string.Join(',', list.Cast<object>().Select(one => Said(field, one))),
            Enum word => field.EnumType.FindValueByNumber(Convert.ToInt32(word, CultureInfo.InvariantCulture)) is { Number: > 0 } known ? known.Name : "",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
    }
}

/// <summary>That somebody opened a record to decide on it.</summary>
/// <param name="Position">The last position of the ledger when they did.</param>
public sealed record Opening(DateTimeOffset At, PersonId Person, Role Role, long Version, long Position);

internal sealed class AccessLogEndpoint(AccessLog log, IPolicy policy) : AccessLogService.AccessLogServiceBase
{
    public override async Task<ReadAccessLogResponse> ReadAccessLog(ReadAccessLogRequest request, ServerCallContext context)
    {
        var before = PageTokens.Read(request.PageToken) is { } token
            ? long.TryParse(token, CultureInfo.InvariantCulture, out var entry) ? entry : throw new FieldsException([("page_token", "This is not a page token of this list.")])
            : long.MaxValue;
        var size = PageSize.Of(request.PageSize);
        var page = await log.Page(before, ListFilter.Parse<AccessLog.Line>(request.Filter, policy.Namespace), size + 1, context.CancellationToken);
        var response = new ReadAccessLogResponse { Entries = { page.Take(size) } };
        if (page.Count > size) response.NextPageToken = PageTokens.Write(page[size - 1].Entry.ToString(CultureInfo.InvariantCulture));
        return response;
    }
}
