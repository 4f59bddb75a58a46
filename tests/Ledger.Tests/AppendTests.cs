using EqualitiesPlatform.Ledger.Append;
using Marten;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>The set-based append against Marten's own tables.</summary>
public sealed class AppendTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private readonly OwnDatabase _database = silo.Database;
    private readonly LedgerHost _host = silo.Host;

    private static CounterOpened Opened { get; } = new(new PartnerId(new Guid("5a7f0000-0000-4000-8000-00000000000a")), new DateOnly(2014, 3, 31));

    [Fact]
    public async Task What_the_writer_appends_is_row_for_row_what_a_Marten_session_would_have_written()
    {
        var (ours, martens) = (NewStream(), NewStream());
        object[] events = [Opened, new CounterCounted(1, "one"), new CounterCounted(2, "two — “quoted”")];
        var write = _host.Pending(ours, 0, NewRequest(), events);
        await _host.Writer.Append(write);

        await using (var session = _host.Store.LightweightSession())
        {
            session.CorrelationId = write.Correlation;
            session.SetHeader("occasion", System.Text.Json.JsonDocument.Parse(write.Events[0].Headers).RootElement.GetProperty("occasion"));
            session.Events.Append(martens, events);
            await session.SaveChangesAsync();
        }

        (await Rows("mt_events", "stream_id", ours, "seq_id", "id", "timestamp", "stream_id"))
            .Should().Be(await Rows("mt_events", "stream_id", martens, "seq_id", "id", "timestamp", "stream_id"));
        (await Rows("mt_streams", "id", ours, "timestamp", "created", "id"))
            .Should().Be(await Rows("mt_streams", "id", martens, "timestamp", "created", "id"));

        await using var query = _host.Store.QuerySession();
        var read = await query.Events.FetchStreamAsync(ours);
        read.Select(e => e.Data).Should().Equal(events);
        read.Select(e => e.Version).Should().Equal(1, 2, 3);
        read.Select(e => e.Sequence).Should().BeInAscendingOrder();
        read.Should().OnlyContain(e => e.CorrelationId == write.Correlation && e.Timestamp == write.RecordedAt && e.StreamKey == ours);
        read.Select(e => e.EventTypeName).Should().Equal("tests.counter-opened.v1", "tests.counter-counted.v1", "tests.counter-counted.v1");
        Registering.Recorded(read[0]).Occasion.Should().Be(OccasionHeaders.Parse(System.Text.Encoding.UTF8.GetBytes(write.Events[0].Headers)));
        (await query.Events.FetchStreamStateAsync(ours))!.Version.Should().Be(3);
    }

    [Fact]
    public async Task A_Marten_session_goes_on_where_the_writer_left_off()
    {
        var stream = NewStream();
        await _host.Writer.Append(_host.Pending(stream, 0, NewRequest(), Opened));
        await using var session = _host.Store.LightweightSession();
        session.SetHeader("occasion", System.Text.Json.JsonDocument.Parse(_host.Pending(stream, 0, "x", Opened).Events[0].Headers).RootElement.GetProperty("occasion"));
        session.Events.Append(stream, 2, new CounterCounted(5, "by a session"));
        await session.SaveChangesAsync();

        (await _host.Writer.Append(_host.Pending(stream, 1, NewRequest(), new CounterClosed()))).Should().Be(new Append.Append.LostRace(2));
        (await _host.Reader.ReadStream(stream)).Select(e => e.Version).Should().Equal(1, 2);
    }

    [Fact]
    public async Task Listeners_hear_of_an_append()
    {
        await using var connection = await _database.Source.OpenConnectionAsync();
        var heard = 0;
        connection.Notification += (_, e) => heard += e.Channel == "mt_events_appended" ? 1 : 0;
        await using (var listen = new NpgsqlCommand("listen mt_events_appended", connection)) await listen.ExecuteNonQueryAsync();

        await _host.Writer.Append(_host.Pending(NewStream(), 0, NewRequest(), Opened));

        await connection.WaitAsync(TimeSpan.FromSeconds(10));
        heard.Should().BePositive();
    }

    [Fact]
    public async Task Registers_follow_by_the_notices_of_appends_alone()
    {
        await using var database = await OwnDatabase.CreateAsync();
        await using var host = await LedgerHost.StartAsync(
            database, ledger => ledger.Services.ConfigureMarten(o => o.Projections.SlowPollingTime = o.Projections.FastPollingTime = TimeSpan.FromHours(1)));

        // They look once when they begin. A notice that comes while they look is found at the next, so that not each can be waited for.
        var seen = new HashSet<long>();
        await Eventually.BecomesTrueAsync(async () =>
        {
            await host.Writer.Append(host.Pending(NewStream(), 0, NewRequest(), Opened));
            seen.Add(await host.Registers.Reached());
            return seen.Count > 5;
        }, "they go on, hours before they would look by themselves");
    }

    [Fact]
    public async Task Of_a_mixed_batch_the_winners_are_written_and_the_losers_leave_no_trace()
    {
        var (done, archived, open) = (NewStream(), NewStream(), NewStream());
        var first = _host.Pending(done, 0, NewRequest(), Opened);
        foreach (var write in new[] { first, _host.Pending(archived, 0, NewRequest(), Opened), _host.Pending(open, 0, NewRequest(), Opened) })
            await _host.Writer.Append(write);
        await _database.ExecuteAsync($"update mt_streams set is_archived = true where id = '{archived}'");
        var (sequence, requests, wakes) = (await Sequence(), await Scalar("select count(*) from ledger_request"), await Scalar("select count(*) from ledger_wake"));

        var wake = new DateOnly(2014, 4, 1);
        var (winner, winner2, tooLate, unborn, shelved, stolen, again) = (
            _host.Pending(NewStream(), 0, NewRequest(), Opened, new CounterCounted(1, "a")) with { Wakes = wake },
            _host.Pending(open, 1, NewRequest(), new CounterCounted(1, "b")),
            _host.Pending(done, 0, NewRequest(), Opened) with { Wakes = wake },
            _host.Pending(NewStream(), 7, NewRequest(), new CounterClosed()) with { Wakes = wake },
            _host.Pending(archived, 1, NewRequest(), new CounterClosed()) with { Wakes = wake },
            _host.Pending(NewStream(), 0, first.RequestId, new CounterClosed()) with { Wakes = wake, Payload = [9] },
            first with { });
        var appends = await InOneBatch(winner, tooLate, winner2, unborn, shelved, stolen, again);

        appends[0].Should().BeOfType<Append.Append.Done>().Which.Should().BeEquivalentTo(new { Duplicate = false, Receipt = new { winner.Stream, Version = 2 } });
        appends[2].Should().BeOfType<Append.Append.Done>().Which.Receipt.Version.Should().Be(2);
        appends[1].Should().Be(new Append.Append.LostRace(1));
        appends[3].Should().Be(new Append.Append.LostRace(0));
        appends[4].Should().Be(new Append.Append.LostRace(1));
        appends[5].Should().BeOfType<Append.Append.RequestIdReused>();
        appends[6].Should().BeOfType<Append.Append.Done>().Which.Should().BeEquivalentTo(new { Duplicate = true, Receipt = new { first.Stream, Version = 1 } });
        (await Sequence()).Should().Be(sequence + 3, "only winners draw positions");
        (await Scalar("select count(*) from ledger_request")).Should().Be(requests + 2 + 1, "two won, and one with no events went before");
        (await Scalar("select count(*) from ledger_wake")).Should().Be(wakes + 1);
        foreach (var loser in new[] { unborn.Stream, stolen.Stream })
            (await Scalar($"select count(*) from mt_streams where id = '{loser}'")).Should().Be(0);
        (await Scalar("select count(*) from (select seq_id, lag(seq_id) over (order by seq_id) as before from mt_events) e where seq_id <> before + 1"))
            .Should().Be(0, "a lost race leaves no gap");
    }

    [Fact]
    public async Task A_write_with_nothing_to_record_keeps_its_request_and_leaves_the_stream_as_it_was()
    {
        var stream = NewStream();
        var nothing = _host.Pending(stream, 0, NewRequest());
        (await _host.Writer.Append(nothing)).Should().BeOfType<Append.Append.Done>().Which.Receipt.Should().Be(new WriteReceipt(stream, 0, 0));
        (await Scalar($"select count(*) from mt_streams where id = '{stream}'")).Should().Be(0);

        (await _host.Writer.Append(_host.Pending(stream, 0, NewRequest(), Opened))).Should().BeOfType<Append.Append.Done>("the stream can still be begun");
        (await _host.Writer.Append(nothing)).Should().Be(new Append.Append.Done(new WriteReceipt(stream, 0, 0), Duplicate: true));
        (await _host.Writer.Append(_host.Pending(stream, 0, NewRequest()))).Should().Be(new Append.Append.LostRace(1), "nothing was decided of what no longer stands");
    }

    [Fact]
    public async Task A_write_that_can_not_be_stored_fails_alone()
    {
        var bad = _host.Pending(NewStream(), 0, NewRequest(), Opened, new CounterCounted(1, "a\0b"));
        var good = Enumerable.Range(0, 5).Select(_ => _host.Pending(NewStream(), 0, NewRequest(), Opened)).ToArray();
        var answers = Answers([good[0], good[1], bad, .. good[2..]]);

        (await FluentActions.Awaiting(() => answers[2]).Should().ThrowAsync<LedgerException>())
            .Which.Failure.Should().BeEquivalentTo(new { Kind = FailureKind.Refused, Reason = "NOT_STORABLE" });
        foreach (var (answer, i) in answers.Select((a, i) => (a, i)).Where(a => a.i != 2))
            (await answer).Should().BeOfType<Append.Append.Done>($"item {i} is sound");
        (await Scalar($"select count(*) from mt_streams where id = '{bad.Stream}'")).Should().Be(0);

        (await FluentActions.Awaiting(() => _host.Writer.Append(_host.Pending(NewStream(), 0, "half a pair \ud83d", Opened))).Should().ThrowAsync<LedgerException>())
            .Which.Failure.Reason.Should().Be("NOT_STORABLE");
    }

    [Fact]
    public async Task Past_its_bound_the_queue_says_busy_and_loses_nothing_that_it_took()
    {
        var before = await Scalar("select count(*) from mt_events");
        var accepted = new List<Task<Append.Append>>();
        var busy = default(LedgerException);
        await using (await HoldAlone())
        {
            while (busy is null)
                try
                {
                    accepted.Add(_host.Writer.Append(_host.Pending(NewStream(), 0, NewRequest(), Opened)));
                }
                catch (LedgerException e)
                {
                    busy = e;
                }
        }

        busy.Failure.Kind.Should().Be(FailureKind.Busy);
        (await Task.WhenAll(accepted)).Should().AllBeOfType<Append.Append.Done>();
        (await Scalar("select count(*) from mt_events")).Should().Be(before + accepted.Count);
    }

    [Fact]
    public async Task A_writer_that_stops_answers_everybody_and_takes_nothing_more()
    {
        using var writer = new AppendWriter(_host.Get<ILedgerStore>(), NullLogger<AppendWriter>.Instance);
        await writer.StartAsync(default);
        var writes = Enumerable.Range(0, 1200).Select(_ => _host.Pending(NewStream(), 0, NewRequest(), Opened)).ToArray();
        Task<Append.Append>[] answers;
        Task stop;
        await using (await HoldAlone())
        {
            answers = [.. writes.Select(writer.Append)];
            stop = writer.StopAsync(default);
        }
        await stop;

        var outcomes = await Task.WhenAll(answers.Select(async a => { try { return await a is Append.Append.Done; } catch (LedgerException e) { e.Failure.Reason.Should().Be("STOPPING"); return false; } }));
        outcomes.Should().Contain(false).And.Contain(true);
        foreach (var (write, written) in writes.Zip(outcomes))
            (await Scalar($"select count(*) from mt_events where stream_id = '{write.Stream}'")).Should().Be(written ? 1 : 0);
        FluentActions.Invoking(() => { _ = writer.Append(writes[0]); }).Should().Throw<LedgerException>().Which.Failure.Reason.Should().Be("STOPPING");
    }

    [Fact]
    public async Task Sessions_ended_in_the_middle_are_unavailable_and_a_retry_makes_one_event()
    {
        var write = _host.Pending(NewStream(), 0, NewRequest(), Opened);
        await using (await HoldAlone())
        {
            var answer = _host.Writer.Append(write);
            await Eventually.BecomesTrueAsync(async () => await Scalar("select count(*) from pg_locks where locktype = 'advisory' and not granted") == 1, "the append waits");
            await using (var end = _database.Source.CreateCommand("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and not granted"))
                await end.ExecuteNonQueryAsync();
            (await FluentActions.Awaiting(() => answer).Should().ThrowAsync<LedgerException>()).Which.Failure.Kind.Should().Be(FailureKind.Unavailable);
        }

        (await _host.Writer.Append(write)).Should().BeOfType<Append.Append.Done>().Which.Duplicate.Should().BeFalse();
        (await _host.Writer.Append(write)).Should().BeOfType<Append.Append.Done>().Which.Duplicate.Should().BeTrue();
        (await Scalar($"select count(*) from mt_events where stream_id = '{write.Stream}'")).Should().Be(1);
    }

    [Fact]
    public async Task Two_writers_of_two_silos_at_once_never_acknowledge_one_version_twice()
    {
        using var other = new AppendWriter(_host.Get<ILedgerStore>(), NullLogger<AppendWriter>.Instance);
        await other.StartAsync(default);
        var streams = Enumerable.Range(0, 20).Select(_ => NewStream()).ToArray();
        for (var round = 0; round < 10; round++)
        {
            var version = round;
            var both = await Task.WhenAll(streams.SelectMany(s => new[]
            {
                _host.Writer.Append(_host.Pending(s, version, NewRequest(), new CounterCounted(1, "here"))),
                other.Append(_host.Pending(s, version, NewRequest(), new CounterCounted(1, "there"))),
            }));
            both.Count(a => a is Append.Append.Done).Should().Be(streams.Length);
            both.OfType<Append.Append.LostRace>().Should().HaveCount(streams.Length).And.OnlyContain(l => l.ActualVersion == version + 1);
        }
        await other.StopAsync(default);
    }

    [Fact]
    public async Task One_request_sent_to_two_writers_at_once_is_written_once_also_for_two_streams()
    {
        using var other = new AppendWriter(_host.Get<ILedgerStore>(), NullLogger<AppendWriter>.Instance);
        await other.StartAsync(default);
        for (var round = 0; round < 30; round++)
        {
            var here = _host.Pending(NewStream(), 0, NewRequest(), Opened);
            var there = here with { Stream = NewStream(), Payload = [7] };
            var both = await Task.WhenAll(_host.Writer.Append(here), other.Append(there));
            both.OfType<Append.Append.Done>().Should().ContainSingle();
            both.OfType<Append.Append.RequestIdReused>().Should().ContainSingle();
            (await Scalar($"select count(*) from mt_events where stream_id in ('{here.Stream}', '{there.Stream}')")).Should().Be(1);
        }
        await other.StopAsync(default);
    }

    private static string NewStream() => Counters.Stream(Guid.NewGuid());

    private static string NewRequest() => Guid.NewGuid().ToString();

    private Task<long> Scalar(string sql) => _database.ScalarAsync<long>(sql);

    private Task<long> Sequence() => Scalar("select last_value from mt_events_sequence");

    private Task<string> Rows(string table, string key, string stream, params string[] without) => _database.ScalarAsync<string>(
        $"select jsonb_agg(to_jsonb(r) - $2 order by r.version)::text from {table} r where r.{key} = $1", stream, without);

    /// <summary>Keeps every append waiting, until it is let go.</summary>
    private async Task<NpgsqlConnection> HoldAlone()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var hold = new NpgsqlCommand("select pg_advisory_lock($1)", connection) { Parameters = { new() { Value = _host.Get<LedgerDatabase>().Finality } } };
        await hold.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Queues behind a batch that is kept waiting, so that all of these are in the next one.</summary>
    private Task<Append.Append>[] Answers(PendingWrite[] writes)
    {
        using var hold = HoldAlone().GetAwaiter().GetResult();
        _ = _host.Writer.Append(_host.Pending(NewStream(), 0, NewRequest()));
        Eventually.BecomesTrueAsync(async () => await Scalar("select count(*) from pg_locks where locktype = 'advisory' and not granted") == 1, "the append waits").GetAwaiter().GetResult();
        return [.. writes.Select(_host.Writer.Append)];
    }

    private Task<Append.Append[]> InOneBatch(params PendingWrite[] writes) => Task.WhenAll(Answers(writes));
}
