using EqualitiesPlatform.Ledger.Append;
using Npgsql;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>Final positions, and what was known when.</summary>
public sealed class PositionsTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private readonly LedgerHost _host = silo.Host;

    [Fact]
    public async Task A_final_position_waits_for_an_append_that_is_under_way()
    {
        var before = await OpenOne();
        await using var open = await OpenAppend.BeginAsync(silo.Database);
        var final = _host.Positions.Final();
        await Eventually.BecomesTrueAsync(async () => await silo.Database.ScalarAsync<long>("select count(*) from pg_locks where locktype = 'advisory' and not granted") == 1, "it waits");
        final.IsCompleted.Should().BeFalse();

        var landed = await open.CommitAsync(before);

        (await final).Should().BeGreaterThanOrEqualTo(landed, "what was under way is in it");
    }

    [Fact]
    public async Task An_append_held_open_for_too_long_makes_it_unavailable_and_never_wrong()
    {
        var before = await OpenOne();
        await using var open = await OpenAppend.BeginAsync(silo.Database);

        (await FluentActions.Awaiting(() => _host.Positions.Final()).Should().ThrowAsync<LedgerException>())
            .Which.Failure.Should().BeEquivalentTo(new { Kind = FailureKind.Unavailable, Reason = "LEDGER_UNAVAILABLE" });

        var landed = await open.CommitAsync(before);
        (await _host.Positions.Final()).Should().BeGreaterThanOrEqualTo(landed);
    }

    [Fact]
    public async Task Nothing_ever_lands_at_or_below_a_final_position()
    {
        using var done = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested) await OpenOne();
        })).ToArray();
        var finals = new List<(long Position, long Events)>();
        for (var i = 0; i < 40; i++)
        {
            var final = await _host.Positions.Final();
            finals.Add((final, await CountTo(final)));
        }
        await done.CancelAsync();
        await Task.WhenAll(writers);

        foreach (var (position, events) in finals) (await CountTo(position)).Should().Be(events);
        finals.Select(f => f.Position).Should().BeInAscendingOrder().And.Subject.Distinct().Count().Should().BeGreaterThan(5, "there was writing meanwhile");
    }

    [Fact]
    public async Task Known_at_an_instant_is_the_last_position_before_the_first_that_was_recorded_later()
    {
        var at = new DateTimeOffset(2044, 1, 1, 12, 0, 0, TimeSpan.Zero);
        var positions = new List<long>();
        // By the writers' clocks the third was recorded before the second: order is by position, never by time.
        foreach (var minutes in new[] { 0, 10, 5, 20 })
        {
            var write = _host.Pending(Counters.Stream(Guid.NewGuid()), 0, Guid.NewGuid().ToString(), new CounterOpened(default, null)) with { RecordedAt = at.AddMinutes(minutes) };
            positions.Add(((Append.Append.Done)await _host.Writer.Append(write)).Receipt.Position);
        }

        async Task Knows(double minutes, long position) => (await _host.Positions.KnownAt(at.AddMinutes(minutes))).Should().Be(position, $"at minute {minutes}");
        await Knows(0, positions[0]);
        await Knows(5, positions[0]);
        await Knows(9.999, positions[0]);
        await Knows(10, positions[2]);
        await Knows(20, positions[3]);
        await Knows(60, await _host.Positions.Final());
        (await _host.Positions.KnownAt(DateTimeOffset.UnixEpoch)).Should().Be(0);
    }

    private async Task<string> OpenOne()
    {
        var write = _host.Pending(Counters.Stream(Guid.NewGuid()), 0, Guid.NewGuid().ToString(), new CounterOpened(default, null));
        (await _host.Writer.Append(write)).Should().BeOfType<Append.Append.Done>();
        return write.Stream;
    }

    private Task<long> CountTo(long position) => silo.Database.ScalarAsync<long>("select count(*) from mt_events where seq_id <= $1", position);

    /// <summary>An append of another silo, between its drawing of a position and its commit.</summary>
    private sealed class OpenAppend : IAsyncDisposable
    {
        private readonly NpgsqlConnection _connection;
        private readonly long _position;

        private OpenAppend(NpgsqlConnection connection, long position) => (_connection, _position) = (connection, position);

        public static async Task<OpenAppend> BeginAsync(OwnDatabase database)
        {
            var connection = await database.Source.OpenConnectionAsync();
            await using var begin = new NpgsqlCommand($"begin; select pg_advisory_xact_lock_shared({ClusterSchema.AdvisoryKey("finality:ledger")})", connection);
            await begin.ExecuteNonQueryAsync();
            await using var draw = new NpgsqlCommand("select nextval('mt_events_sequence')", connection);
            return new OpenAppend(connection, (long)(await draw.ExecuteScalarAsync())!);
        }

        /// <summary>Lands at the position that was drawn, as a copy of another event.</summary>
        public async Task<long> CommitAsync(string likeStream)
        {
            await using var land = new NpgsqlCommand(
                $"""
                insert into mt_streams select (jsonb_populate_record(s, jsonb_build_object('id', 'counter/' || gen_random_uuid()))).* from mt_streams s where id = '{likeStream}';
                insert into mt_events select (jsonb_populate_record(e, jsonb_build_object('seq_id', {_position}, 'id', gen_random_uuid(), 'version', 2))).* from mt_events e where stream_id = '{likeStream}';
                commit
                """, _connection);
            await land.ExecuteNonQueryAsync();
            return _position;
        }

        public ValueTask DisposeAsync() => _connection.DisposeAsync();
    }
}
