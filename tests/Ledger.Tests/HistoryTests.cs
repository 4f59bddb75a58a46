using System.Diagnostics.Metrics;
using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Replay;
using Equalities.Ledger.V1;
using Equalities.Options.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>Histories, their verification, and how the ledger finds events by kind.</summary>
public sealed class HistoryTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private readonly LedgerHost _host = silo.Host;

    [Fact]
    public async Task A_history_is_read_in_pages_and_filtered_by_what_an_event_says_of_itself()
    {
        var id = await _host.OpenAsync();
        WriteReceipt last = null!;
        for (var i = 1; i <= 5; i++) last = await _host.SendAsync(new Count(id, i, "x"), $"count-{i}-{id}");
        var versions = new List<long>();
        var token = "";
        do
        {
            var page = await Read(new() { Stream = last.Stream, PageSize = 2, PageToken = token });
            page.Events.Count.Should().BeLessThanOrEqualTo(2);
            versions.AddRange(page.Events.Select(e => e.Version));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        versions.Should().Equal(1, 2, 3, 4, 5, 6);
        (await Read(new() { Stream = last.Stream, Filter = $"stored_name = tests.counter-counted.v1 AND position < {last.Position} AND role = ADMINISTRATOR" }))
            .Events.Select(e => e.Version).Should().Equal(2, 3, 4, 5);
        (await Read(new() { Stream = last.Stream, Filter = "role != ADMINISTRATOR" })).Events.Should().BeEmpty();
    }

    [Fact]
    public async Task A_history_that_is_not_there_not_theirs_or_asked_for_wrongly_is_refused()
    {
        var owner = new PartnerId(Guid.NewGuid());
        var stream = Counters.Stream(await _host.OpenAsync(owner: owner));
        Actor Lead(PartnerId of) => new(new PersonId(Guid.NewGuid()), Role.PartnerLead, of);

        (await Read(new() { Stream = stream }, Lead(owner))).Events.Should().ContainSingle();
        (await Failure(new() { Stream = stream }, Lead(new PartnerId(Guid.NewGuid())))).Should().Be(FailureKind.NotYours);
        (await Failure(new() { Stream = Counters.Stream(Guid.NewGuid()) })).Should().Be(FailureKind.NotFound);
        foreach (var wrong in new ReadStreamRequest[] { new() { PageSize = -1 }, new() { Filter = "data = x" }, new() { PageToken = "AAAA" } })
        {
            wrong.Stream = stream;
            await FluentActions.Awaiting(() => Read(wrong)).Should().ThrowAsync<FieldsException>();
        }
    }

    [Fact]
    public async Task Verifying_finds_what_is_wrong_and_nothing_else()
    {
        await using var database = await OwnDatabase.CreateAsync();
        await using var host = await LedgerHost.StartAsync(database);
        var (sound, changed, gone, gapped) = (await Counted(host), await Counted(host), await Counted(host), await Counted(host));
        (await Verify(host)).Should().BeEmpty();

        var table = "mt_doc_counterregister";
        await host.Registers.WaitFor<CounterRegister>(await host.Positions.Final());
        await database.ExecuteAsync($"update {table} set data = jsonb_set(data, '{{total}}', '99') where id = '{changed}'");
        await database.ExecuteAsync($"delete from {table} where id = '{gone}'");
        await database.ExecuteAsync($"delete from mt_events where stream_id = '{gapped}' and version = 1");
        await database.ExecuteAsync($"insert into {table} (id, data, mt_dotnet_type) select 'counter/nowhere', jsonb_set(data, '{{id}}', '\"counter/nowhere\"'), mt_dotnet_type from {table} where id = '{sound}'");

        (await Verify(host)).Should().HaveCount(4)
            .And.ContainSingle(f => f.StartsWith($"{changed}: its entry"))
            .And.ContainSingle(f => f.StartsWith($"{gone}: it has no entry"))
            .And.ContainSingle(f => f.StartsWith($"{gapped}: position"))
            .And.ContainSingle(f => f.StartsWith("counter/nowhere: it has an entry"));
    }

    [Fact]
    public async Task Events_are_found_by_kind_without_reading_all_and_the_index_outlives_the_next_start()
    {
        await using var database = await OwnDatabase.CreateAsync();
        await using (await LedgerHost.StartAsync(database)) { }
        await database.ExecuteAsync(
            """
            insert into mt_streams (id, version, timestamp, created) select 'bulk/' || n, 1, now(), now() from generate_series(1, 20000) n;
            insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
              select n, gen_random_uuid(), 'bulk/' || n, 1, '{}', 'x', now(), '*DEFAULT*' from generate_series(1, 20000) n;
            insert into mt_streams (id, version, timestamp, created) values ('counter/1', 1, now(), now());
            analyze mt_streams; analyze mt_events;
            """);

        (await Plan(database, LedgerSql.MarkOfKinds.Replace("$1", "'{counter}'"))).Should().Contain(LedgerSql.KindIndex).And.NotContain("Seq Scan");
        (await Plan(database, EventReader.Sql(new(Kinds: [Counters.Kind])).Replace("@kinds", "'{counter}'").Replace("@from", "1").Replace("@to", "9223372036854775807")))
            .Should().Contain(LedgerSql.KindIndex).And.NotContain("Seq Scan").And.NotContain("pkey_mt_events_seq_id");

        var before = await Index(database);
        await database.ExecuteAsync("truncate mt_events, mt_streams");
        await using (await LedgerHost.StartAsync(database)) { }
        (await Index(database)).Should().Be(before);
    }

    [Fact]
    public async Task The_ledger_measures_what_it_appends_and_refuses()
    {
        var measured = new System.Collections.Concurrent.ConcurrentBag<string>();
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter.Name == LedgerModule.Meter) l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => { foreach (var tag in tags) measured.Add($"{i.Name} {tag.Value}"); if (value > 0) measured.Add(i.Name); });
        listener.SetMeasurementEventCallback<int>((i, value, _, _) => { if (value > 0) measured.Add(i.Name); });
        listener.SetMeasurementEventCallback<double>((i, value, _, _) => { if (value > 0) measured.Add(i.Name); });
        listener.Start();
        var id = await _host.OpenAsync();
        await _host.FailAsync(new OpenCounter(id, new PartnerId(Guid.NewGuid()), null), $"again-{id}");

        measured.Should().Contain(["ledger.events.appended", "ledger.writes.queued", "ledger.batch.size", "ledger.batch.duration", "ledger.commands.failed COUNTER_OPEN"]);
    }

    private static HistoryEndpoint Endpoint(LedgerHost host) => ActivatorUtilities.CreateInstance<HistoryEndpoint>(host.Services);

    private Task<ReadStreamResponse> Read(ReadStreamRequest request, Actor? actor = null) =>
        Endpoint(_host).ReadStream(request, new PlainCall(actor ?? LedgerHost.Somebody));

    private async Task<FailureKind> Failure(ReadStreamRequest request, Actor? actor = null) =>
        (await FluentActions.Awaiting(() => Read(request, actor)).Should().ThrowAsync<LedgerException>()).Which.Failure.Kind;

    private static async Task<string> Counted(LedgerHost host)
    {
        var id = await host.OpenAsync();
        return (await host.SendAsync(new Count(id, 1, "x"), $"count-{id}")).Stream;
    }

    private static async Task<IReadOnlyList<string>> Verify(LedgerHost host)
    {
        var said = new Said();
        await Endpoint(host).Verify(new(), said, new PlainCall(LedgerHost.Somebody));
        said.Last!.Done.Should().BeTrue();
        return said.Last.Findings;
    }

    private static async Task<string> Plan(OwnDatabase database, string sql)
    {
        await using var command = database.Source.CreateCommand("explain " + sql);
        await using var rows = await command.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await rows.ReadAsync()) plan.Add(rows.GetString(0));
        return string.Join('\n', plan);
    }

    private static Task<uint> Index(OwnDatabase database) => database.ScalarAsync<uint>($"select '{LedgerSql.KindIndex}'::regclass::oid");

    private sealed class Said : IServerStreamWriter<VerifyResponse>
    {
        public VerifyResponse? Last { get; private set; }
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(VerifyResponse message)
        {
            Last = message;
            return Task.CompletedTask;
        }
    }
}
