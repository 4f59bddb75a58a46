namespace EqualitiesPlatform.Ledger.Append;

/// <summary>
/// The statements of the append path, written into the tables that Marten reads. All run with the ledger's schema
/// first on the search path.
/// </summary>
internal static class LedgerSql
{
    /// <summary>
    /// One statement for a whole batch, each item on its own: an item that comes too late (its stream is no longer at
    /// the expected version, or its request id is taken) leaves no trace, draws no position and spoils nothing for its
    /// neighbours. Positions are drawn for winners only, so that a lost race leaves no gap in the sequence. An item
    /// without events touches no stream: it is noted when the stream stands where the item says.
    /// </summary>
    public const string AppendBatch =
        """
        with item as (
          select * from unnest(@item, @stream, @expected, @added, @caller, @rpc, @request, @payload, @recorded, @wakes)
            as t(item, stream, expected, added, caller, rpc, request, payload, recorded, wakes)
        ), fresh as (
          select * from item i where not exists (
            select 1 from ledger_request r where r.caller = i.caller and r.rpc = i.rpc and r.request = i.request)
        ), opened as (
          insert into mt_streams (id, version, timestamp, created)
          select stream, added, recorded, recorded from fresh where expected = 0 and added > 0
          on conflict (id) do nothing
          returning id
        ), moved as (
          update mt_streams s set version = s.version + f.added, timestamp = f.recorded
          from fresh f where f.expected > 0 and f.added > 0 and s.id = f.stream and s.version = f.expected and not s.is_archived
          returning s.id
        ), stood as (
          select f.stream from fresh f left join mt_streams s on s.id = f.stream
          where f.added = 0 and f.expected = coalesce(s.version, 0) and s.is_archived is not true
        ), won as (
          select f.* from fresh f where f.stream in (select id from opened union all select id from moved union all select stream from stood)
        ), noted as (
          insert into ledger_request (caller, rpc, request, payload, stream, version, recorded)
          select caller, rpc, request, payload, stream, expected + added, recorded from won
          returning stream
        ), woken as (
          insert into ledger_wake (stream, due)
          select stream, nullif(wakes, 'infinity') from won where wakes is not null
          on conflict (stream) do update set due = excluded.due
        ), written as (
          insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id,
                                 mt_dotnet_type, correlation_id, headers, is_archived)
          select nextval('mt_events_sequence'), e.id, e.stream, e.version, e.data, e.name, e.recorded, '*DEFAULT*',
                 e.dotnet, e.correlation, e.headers, false
          from (select * from unnest(@eid, @estream, @eversion, @edata, @ename, @erecorded, @edotnet, @ecorrelation, @eheaders)
                  with ordinality as t(id, stream, version, data, name, recorded, dotnet, correlation, headers, place)
                where stream in (select stream from noted)
                order by place) e
          returning stream_id, seq_id
        )
        select w.item, max(e.seq_id) from won w left join written e on e.stream_id = w.stream group by w.item
        """;

    /// <summary>What stands in the ledger for an item that was not appended: its earlier receipt, and its stream's version.</summary>
    public const string Standing =
        """
        select i.item, r.payload, r.stream, r.version, e.seq_id, s.version
        from unnest(@item, @stream, @caller, @rpc, @request) as i(item, stream, caller, rpc, request)
        left join ledger_request r on r.caller = i.caller and r.rpc = i.rpc and r.request = i.request
        left join mt_events e on e.stream_id = r.stream and e.version = r.version
        left join mt_streams s on s.id = i.stream
        """;

    /// <summary>
    /// A stream's snapshot of a shape, as a row without a name, and the events after it: one statement, so that both are
    /// of one moment.
    /// </summary>
    public const string Load =
        """
        with kept as (select version, state from ledger_snapshot where stream = $1 and shape = $2)
        select 0::bigint, $1, version, null, now(), '', '', state from kept
        union all
        select seq_id, stream_id, version, type, timestamp, coalesce(correlation_id, ''), headers::text, data::text
        from mt_events where stream_id = $1 and version > coalesce((select version from kept), 0)
        order by 3
        """;

    /// <summary>Keeps a snapshot in place of an older one, or of one of another shape.</summary>
    public const string Keep =
        """
        insert into ledger_snapshot (stream, version, shape, state) values ($1, $2, $3, $4)
        on conflict (stream) do update set version = excluded.version, shape = excluded.shape, state = excluded.state
        where ledger_snapshot.shape <> excluded.shape or ledger_snapshot.version < excluded.version
        """;

    /// <summary>
    /// The condition on a stream's key of being of some kinds. It finds the streams by the index below, whatever the
    /// database's collation; the index says nothing of versions, so that an append to a stream does not touch it.
    /// </summary>
    public static string OfKinds(string kinds) => $"split_part(id, '/', 1) = any({kinds})";

    /// <summary>The index of streams by kind. It stands on Marten's table, and Marten is told to leave it alone.</summary>
    public const string KindIndex = "mt_streams_kind";

    /// <summary>Changes with every append to the streams of some kinds, and reads no event.</summary>
    public static readonly string MarkOfKinds = $"select count(*), coalesce(sum(version), 0)::bigint from mt_streams where {OfKinds("$1")}";

    /// <summary>
    /// What the application's role may change or remove: progress, due days, the erasable store of people, files that events
    /// hold the hash of, who is in the cluster. Documents of registers come to these, since they are derived. Everything else it may only add to and
    /// read: a new table is a record unless it stands here.
    /// </summary>
    public static readonly IReadOnlyList<(string Table, string May)> Changeable =
    [
        ("mt_streams", "update"), ("mt_event_progression", "update, delete"),
        ("ledger_wake", "update"), ("ledger_clock", "update"),
        ("ledger_person", "update, delete"), ("ledger_person_key", "delete"), ("ledger_person_text", "delete"), ("ledger_person_loose", "update, delete"), ("ledger_erasures", "update"),
        ("ledger_archive", "update, delete"), ("ledger_snapshot", "update, delete"), ("ledger_witness", "update"), ("ledger_rebuild", "update"),
        ("orleansmembershipversion", "update, delete"), ("orleansmembership", "update, delete"), ("orleansreminder", "update, delete"),
    ];

    /// <summary>
    /// The ledger's own tables beside Marten's. Each statement is a transaction of its own: one that kept its locks while it
    /// waits for the next would stand against the appends of silos at work.
    /// </summary>
    public static readonly IReadOnlyList<string> Tables =
        """
        create table if not exists ledger_request (
          caller uuid not null,
          rpc text not null,
          request text not null,
          payload bytea not null,
          stream text not null,
          version bigint not null,
          recorded timestamptz not null,
          primary key (caller, rpc, request));

        create table if not exists ledger_snapshot (stream text primary key, version bigint not null, shape text not null, state text not null);

        create table if not exists ledger_wake (stream text primary key, due date);

        create index if not exists ledger_wake_due on ledger_wake (due) where due is not null;

        create table if not exists ledger_rebuild (
          rebuild bigint generated always as identity primary key,
          asked timestamptz not null,
          streams bigint not null default 0,
          of_streams bigint not null default 0,
          events bigint not null default 0,
          ended timestamptz,
          failure text);

        create unique index if not exists ledger_rebuild_one on ledger_rebuild ((ended is null)) where ended is null;

        create table if not exists ledger_clock (only_one boolean primary key default true check (only_one), ahead interval not null);

        create table if not exists ledger_person (
          person uuid primary key,
          sign_in bytea unique,
          sealed bytea not null);

        alter table ledger_person alter column sign_in drop not null;

        create table if not exists ledger_person_text (text uuid primary key, person uuid not null, sealed bytea not null);

        create index if not exists ledger_person_text_person on ledger_person_text (person);

        create table if not exists ledger_person_loose (id uuid primary key, person uuid not null, since timestamptz not null default now());

        create table if not exists ledger_person_erased (person uuid primary key);

        create table if not exists ledger_erasures (only_one boolean primary key default true check (only_one), times bigint not null);

        create table if not exists ledger_person_key (person uuid primary key, wrapped bytea not null);

        create table if not exists ledger_schema (role text primary key, digest text not null);

        create table if not exists ledger_archive (sha256 text primary key, content bytea not null);

        alter table ledger_archive add column if not exists loose_since timestamptz default now();

        alter table ledger_archive add column if not exists kept_after bigint not null default 0;

        create table if not exists ledger_access (
          entry bigint generated always as identity primary key,
          at timestamptz not null,
          person uuid not null,
          role text not null,
          organisation uuid,
          rpc text not null,
          purpose text not null,
          subject text not null,
          version bigint not null,
          position bigint not null,
          correlation text not null);

        create index if not exists ledger_access_subject on ledger_access (subject, version, person);

        -- The one way in which an event may change, and not even by this role's own statement: a text whose withdrawal two
        -- persons agreed to goes, and its digest, which the leaf is made of, takes its place.
        create or replace function ledger_withdraw(event_position bigint, statement text) returns table (headers text, data text)
        language plpgsql security definer as $$
        #variable_conflict use_column
        begin
          return query
            update mt_events e set
              data = jsonb_set(e.data, array[statement], '""'),
              headers = jsonb_set(
                jsonb_set(e.headers #- array['occasion', 'salts', statement], '{occasion,withdrawn}', coalesce(e.headers -> 'occasion' -> 'withdrawn', '{}')),
                array['occasion', 'withdrawn', statement],
                to_jsonb(encode(sha256(decode(e.headers -> 'occasion' -> 'salts' ->> statement, 'hex') || convert_to(e.data ->> statement, 'UTF8')), 'hex')))
            where e.seq_id = event_position
              and e.headers -> 'occasion' -> 'salts' ? statement
              and exists (select 1 from mt_events c where c.type = 'ledger.withdrawal-confirmed.v1' and c.data ->> 'of' = e.stream_id)
            returning e.headers::text, e.data::text;
          if not found then raise exception 'No withdrawal of this text was confirmed.' using errcode = 'insufficient_privilege'; end if;
        end $$;
        do $$ begin execute format('alter function ledger_withdraw(bigint, text) set search_path = %I, pg_temp', current_schema()); end $$;
        revoke execute on function ledger_withdraw(bigint, text) from public;

        create index if not exists mt_streams_kind on mt_streams (split_part(id, '/', 1));
        """.Split("\n\n");
}
