extern alias cli;
using cli::EqualitiesPlatform.Cli.Audit;
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
        (await Read(new() { Stream = last.Stream, Filter = "role != partner-lead AND role != \"partner contributor\"" })).Events.Should().HaveCount(6, "words are taken as they are shown, too");
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
    public async Task A_replay_is_narrowed_by_record_time_person_role_and_organisation_and_goes_on_where_it_broke()
    {
        var (owner, person) = (new PartnerId(Guid.NewGuid()), new PersonId(Guid.NewGuid()));
        var id = await _host.OpenAsync(owner: owner);
        await _host.SendAsync(new Count(id, 1, "by the council"), $"c1-{id}");
        var mine = await _host.SendAsync(new Count(id, 2, "by its lead"), $"c2-{id}", actor: new Actor(person, Role.PartnerLead, owner));
        await _host.Registers.WaitFor(mine.Position);
        var at = CanonicalEncoding.Instant((await _host.Reader.ReadStream(mine.Stream))[1].RecordedAt);

        (await Replayed(new() { Stream = mine.Stream })).Select(Version).Should().Equal(1, 2, 3);
        (await Replayed(new() { Stream = mine.Stream, FromPosition = mine.Position })).Select(Version).Should().Equal([3], "a broken call goes on from the next position");
        (await Replayed(new() { Stream = mine.Stream, Until = at })).Select(Version).Should().Equal(1, 2);
        (await Replayed(new() { Stream = mine.Stream, Since = at })).Select(Version).Should().Equal(2, 3);
        (await Replayed(new() { PersonId = $"{person}" })).Select(Version).Should().Equal(3);
        (await Replayed(new() { Stream = mine.Stream, Role = Role.Administrator })).Select(Version).Should().Equal(1, 2);
        (await Replayed(new() { OrganisationId = $"{owner}" })).Select(Version).Should().Equal([1, 2, 3], "the record is its own");
        (await Replayed(new() { OrganisationId = $"{owner}", StoredNames = { "tests.counter-opened.v1" }, Kinds = { Counters.Kind } })).Select(Version).Should().Equal(1);
        foreach (var wrong in new ReplayRequest[] { new() { Since = "yesterday" }, new() { Kinds = { "contuer" } }, new() { StoredNames = { "tests.counter-opened" } }, new() { FromPosition = -1 } })
            await FluentActions.Awaiting(() => Replayed(wrong)).Should().ThrowAsync<FieldsException>();
    }

    [Fact]
    public async Task A_story_and_a_comparison_say_in_words_who_did_what_and_when()
    {
        var (owner, today) = (new PartnerId(Guid.NewGuid()), LedgerClock.DayOf(_host.Clock.GetUtcNow()).ToString("d MMMM yyyy", System.Globalization.CultureInfo.InvariantCulture));
        var lead = new Actor(new PersonId(Guid.NewGuid()), Role.PartnerLead, owner);
        var id = await _host.OpenAsync(owner: owner);
        var first = await _host.SendAsync(new Count(id, 1, "one"), $"s1-{id}");
        await _host.SendAsync(new Count(id, 2, "two"), $"s2-{id}", actor: lead);
        var last = await _host.SendAsync(new CloseCounter(id), $"s3-{id}");

        var story = new Kept<TellStoryResponse>();
        await Endpoint(_host).TellStory(new() { Stream = first.Stream }, story, new PlainCall(lead));
        story.All.SelectMany(m => m.Lines).Should().HaveCount(5).And.HaveElementAt(0, first.Stream)
            .And.HaveElementAt(3, $"{today} · Counter counted by the partner lead of {$"{owner}"[..8]}…: by 2, note two.");

        var begun = new Kept<TellStoryResponse>();
        await Endpoint(_host).TellStory(new() { Stream = first.Stream, FromPosition = first.Position, Limit = 1 }, begun, new PlainCall(lead));
        begun.All.Should().ContainSingle().Which.Should().Match<TellStoryResponse>(m => m.Lines.Count == 1 && m.Position == first.Position && m.FinalPosition >= last.Position);
        var all = new Kept<TellStoryResponse>();
        await Endpoint(_host).TellStory(new() { FromPosition = last.Position, ToPosition = last.Position }, all, new PlainCall(LedgerHost.Somebody));
        all.All.SelectMany(m => m.Lines).Should().Equal($"{today} · {first.Stream} · Counter closed by the administrator: why counted.");

        var changes = await Endpoint(_host).CompareRecord(new() { Stream = first.Stream, FromPosition = first.Position }, new PlainCall(lead));
        changes.Changes.Should().Equal(
            $"Note: one → counted; counter closed by the administrator on {today} (position {last.Position}).",
            $"State: still open → all closed; counter closed by the administrator on {today} (position {last.Position}).",
            $"Total: 1 → 3; counter counted by the partner lead of {$"{owner}"[..8]}… on {today} (position {last.Position - 1}).");
        (await Endpoint(_host).CompareRecord(new() { Stream = first.Stream, FromPosition = last.Position, ToPosition = last.Position }, new PlainCall(lead))).Changes.Should().BeEmpty();
        foreach (var other in new[] { new Actor(lead.Person, Role.PartnerLead, new PartnerId(Guid.NewGuid())) })
            (await FluentActions.Awaiting(() => Endpoint(_host).TellStory(new() { Stream = first.Stream }, story, new PlainCall(other))).Should().ThrowAsync<LedgerException>()).Which.Failure.Kind.Should().Be(FailureKind.NotYours);
        await FluentActions.Awaiting(() => Endpoint(_host).TellStory(new(), story, new PlainCall(lead))).Should().ThrowAsync<FieldsException>("a lead tells one record's story");
    }

    [Fact]
    public async Task A_record_is_read_as_it_holds_on_a_day_whenever_that_was_recorded()
    {
        var id = await _host.OpenAsync();
        var one = await _host.SendAsync(new Count(id, 1, "later"), $"e1-{id}");
        var two = await _host.SendAsync(new Count(id, 10, "earlier"), $"e2-{id}");
        foreach (var (position, day) in new[] { (one.Position - 1, "2013-04-01"), (one.Position, "2013-09-30"), (two.Position, "2013-06-30") })
            await silo.Database.ExecuteAsync($$"""update mt_events set headers = jsonb_set(headers, '{occasion,effective}', '"{{day}}"') where seq_id = {{position}}""");
        async Task<string> AsAt(string day, long position = 0) =>
            (await Endpoint(_host).ReadAsAt(new() { Stream = one.Stream, AsAt = day, Position = position }, new PlainCall(LedgerHost.Somebody))).RecordJson;

        (await AsAt("2013-06-30")).Should().Contain("\"total\":10");
        (await AsAt("2013-12-31")).Should().Contain("\"total\":11");
        (await AsAt("2013-12-31", one.Position)).Should().Contain("\"total\":1,", "what was not recorded yet was not known");
        (await AsAt("2013-03-31")).Should().BeEmpty("it did not exist yet");
    }

    [Fact]
    public async Task An_event_in_an_earlier_shape_is_read_as_todays_by_histories_grains_and_registers_and_never_recorded_again()
    {
        var id = await _host.OpenAsync();
        var stream = Counters.Stream(id);
        await _host.SendAsync(new CloseCounter(id), $"close-{id}");
        // As an earlier release recorded it.
        var other = await _host.OpenAsync();
        await _host.CloseInEarlierShapeAsync(Counters.Stream(other), 1);

        var read = await _host.Reader.ReadStream(Counters.Stream(other));
        read[1].Event.Should().Be(new CounterClosed("not said"));
        read[1].StoredName.Should().Be("tests.counter-closed.v1", "what is stored stays what it was");
        await _host.Registers.WaitFor(read[1].Position);
        (await silo.Database.ScalarAsync<string>($"select data ->> 'note' from mt_doc_counterregister where id = '{Counters.Stream(other)}'")).Should().Be("not said");
        (await _host.FailAsync(new Count(other, 1, "x"), $"late-{other}")).Reason.Should().Be("COUNTER_CLOSED");
        (await _host.Reader.ReadStream(stream))[1].StoredName.Should().Be("tests.counter-closed.v2");
        var line = (await Replayed(new() { Stream = Counters.Stream(other), FromPosition = read[1].Position })).Should().ContainSingle().Subject;
        line.Should().Contain("\"data\":{},").And.Contain("\"name\":\"tests.counter-closed.v1\"", "a replay gives what was recorded, never what today makes of it");
        var story = new Kept<TellStoryResponse>();
        await Endpoint(_host).TellStory(new() { Stream = Counters.Stream(other), FromPosition = read[1].Position }, story, new PlainCall(LedgerHost.Somebody));
        story.All.SelectMany(m => m.Lines).Should().ContainSingle().Which.Should().EndWith("Counter closed by the administrator: why “not said”.", "a story is told in today's words");
        (await Endpoint(_host).ReadAsAt(new() { Stream = Counters.Stream(other), Position = read[1].Position }, new PlainCall(LedgerHost.Somebody))).RecordJson.Should().Contain("\"note\":\"not said\"");
        LedgerVerdict verdict = null!;
        await Eventually.BecomesTrueAsync(async () => (verdict = await LedgerCheck.Run(silo.Database.ConnectionString, "ledger", [], [])).Unsealed == 0, "all is sealed");
        verdict.Findings.Should().NotContain(f => f.Position == read[1].Position, "the leaf is of what was recorded");
        FluentActions.Invoking(() => _host.Get<Catalogue>().EntryOf(new CounterClosedV1())).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public async Task Verifying_finds_what_is_wrong_and_nothing_else_and_names_nothing_confidential()
    {
        await using var database = await OwnDatabase.CreateAsync();
        await using var host = await LedgerHost.StartAsync(database, seenBy: LedgerHost.Somebody.Role);
        var (sound, changed, gone, gapped) = (await Counted(host), await Counted(host), await Counted(host), await Counted(host));
        (await Verify(host)).Should().BeEmpty();

        var table = "mt_doc_counterregister";
        await host.Registers.WaitFor(await host.Positions.Final());
        await database.ExecuteAsync($"update {table} set data = jsonb_set(data, '{{total}}', '99') where id = '{changed}'");
        await database.ExecuteAsync($"delete from {table} where id = '{gone}'");
        await database.ExecuteAsync($"delete from mt_events where stream_id = '{gapped}' and version = 1");
        await database.ExecuteAsync($"insert into {table} (id, data, mt_dotnet_type) select 'counter/nowhere', jsonb_set(data, '{{id}}', '\"counter/nowhere\"'), mt_dotnet_type from {table} where id = '{sound}'");

        (await Verify(host)).Should().HaveCount(4)
            .And.ContainSingle(f => f.StartsWith($"{changed}: its entry"))
            .And.ContainSingle(f => f.StartsWith($"{gone}: it has no entry"))
            .And.ContainSingle(f => f.StartsWith($"{gapped}: position"))
            .And.ContainSingle(f => f.StartsWith("counter/nowhere: it has an entry"));

        (await Verify(host, LedgerHost.Somebody with { Role = Role.GovernanceOfficer })).Should().HaveCount(4)
            .And.OnlyContain(f => f.StartsWith("A confidential record"))
            .And.NotContain(f => f.Contains("counter", StringComparison.OrdinalIgnoreCase))
            .And.ContainSingle(f => f.EndsWith("it has an entry in a list, and no events."))
            .And.ContainSingle(f => f.EndsWith("has version 2, and version 1 should follow."));
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

    private static async Task<IReadOnlyList<string>> Verify(LedgerHost host, Actor? caller = null)
    {
        var said = new Kept<VerifyResponse>();
        await Endpoint(host).Verify(new(), said, new PlainCall(caller ?? LedgerHost.Somebody));
        said.All[^1].Done.Should().BeTrue();
        return said.All[^1].Findings;
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

    private async Task<IReadOnlyList<string>> Replayed(ReplayRequest request)
    {
        var said = new Kept<ReplayResponse>();
        await Endpoint(_host).Replay(request, said, new PlainCall(LedgerHost.Somebody));
        return [.. said.All.SelectMany(m => m.Lines)];
    }

    private static long Version(string line)
    {
        using var read = System.Text.Json.JsonDocument.Parse(line);
        return read.RootElement.GetProperty("version").GetInt64();
    }

    private sealed class Kept<T> : IServerStreamWriter<T>
    {
        public List<T> All { get; } = [];
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(T message)
        {
            All.Add(message);
            return Task.CompletedTask;
        }
    }
}
