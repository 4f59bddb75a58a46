using Microsoft.Extensions.Time.Testing;

namespace EqualitiesPlatform.Ledger.Tests;

public sealed class ProjectionLeaseTests
{
    [Fact]
    public async Task One_silo_of_two_keeps_the_registers_and_when_it_stops_the_other_does()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        await using var first = new RegisterSilo(database);
        await using var second = new RegisterSilo(database);
        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        await Eventually.BecomesTrueAsync(() => first.Holds || second.Holds, "a silo holds the lease");
        await first.CountAsync(20);
        await first.BecomesExactAsync(20, 1);
        (first.Holds && second.Holds).Should().BeFalse();
        var (holder, other) = first.Holds ? (first, second) : (second, first);

        await Task.WhenAll(holder.StopAsync(), other.CountAsync(20));
        await other.CountAsync(20);

        await other.BecomesExactAsync(20, 3);
        (other.Holds, holder.Holds).Should().Be((true, false));
    }

    [Fact]
    public async Task A_silo_whose_lock_session_is_ended_gives_way_to_the_other()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        await using var holder = new RegisterSilo(database);
        await holder.StartAsync();
        await Eventually.BecomesTrueAsync(() => holder.Holds, "the first silo holds the lease");
        await using var other = new RegisterSilo(database);
        await other.StartAsync();
        await holder.CountAsync(20);
        await other.BecomesExactAsync(20, 1);

        await Eventually.BecomesTrueAsync(async () => await EndLockSessionAsync(database) == 1, "one session holds the lock");
        await holder.CountAsync(20);

        await Eventually.BecomesTrueAsync(() => other.Holds && !holder.Holds, "the other silo holds the lease alone");
        await other.CountAsync(20);
        await other.BecomesExactAsync(20, 3);
    }

    [Fact]
    public async Task A_silo_that_falls_silent_loses_the_lease_on_the_server_and_two_daemons_at_once_count_once()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        var stopped = new FakeTimeProvider();
        await using var silent = new RegisterSilo(database, stopped, silence: TimeSpan.FromSeconds(1));
        await silent.StartAsync();
        await Eventually.BecomesTrueAsync(() => silent.Holds, "the silent silo holds the lease");
        await silent.CountAsync(20);

        // Its clock stands, so it never beats nor notices; its daemon runs on, which is worse than frozen.
        await using var other = new RegisterSilo(database);
        await other.StartAsync();
        await Eventually.BecomesTrueAsync(() => other.Holds, "the other silo holds the lease");
        silent.Holds.Should().BeTrue("it does not know yet");
        foreach (var _ in Enumerable.Range(0, 5))
            await other.CountAsync(20);
        await other.BecomesExactAsync(20, 6);

        stopped.Advance(TimeSpan.FromSeconds(1));
        await Eventually.BecomesTrueAsync(() => !silent.Holds, "the silent silo notices and stands back");
        await other.CountAsync(20);
        await other.BecomesExactAsync(20, 7);
    }

    [Fact]
    public async Task A_register_that_stopped_or_failed_is_taken_up_again_where_it_was()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        await using var silo = new RegisterSilo(database);
        await silo.StartAsync();
        await Eventually.BecomesTrueAsync(() => silo.Holds, "the silo holds the lease");
        var shard = ProjectionLag.ShardsOf(silo.Store).Single();

        await silo.Lease.Daemon!.StopAgentAsync(shard);
        await silo.CountAsync(5);
        await silo.BecomesExactAsync(5, 1);

        silo.Register.Broken = true;
        await silo.CountAsync(5);
        await Eventually.BecomesTrueAsync(() => silo.Lease.Daemon!.HasAnyPaused(), "the broken register pauses");
        silo.Register.Broken = false;
        await silo.BecomesExactAsync(5, 2);
    }

    [Fact]
    public async Task A_lease_that_is_lost_again_and_again_leaves_no_connection_behind()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        await using var silo = new RegisterSilo(database);
        await silo.StartAsync();
        for (var losses = 0; ; losses++)
        {
            await Eventually.BecomesTrueAsync(() => silo.Holds, "the silo holds the lease");
            await Eventually.BecomesTrueAsync(async () => await Listening() == 1, $"after {losses} losses one connection listens for appends");
            if (losses == 3) break;
            await Eventually.BecomesTrueAsync(async () => await EndLockSessionAsync(database) == 1, "one session holds the lock");
            await Eventually.BecomesTrueAsync(() => !silo.Holds, "the silo stands back");
        }

        Task<long> Listening() => database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND query ILIKE 'LISTEN%'", database.Schema);
    }

    [Fact]
    public void Attempts_come_ever_less_often_to_one_every_ten_seconds() =>
        Enumerable.Range(1, 8).Select(attempt => ShardWatch.Pause(attempt).TotalSeconds)
            .Should().Equal(1, 2, 4, 8, 10, 10, 10, 10);

    private static async Task<int> EndLockSessionAsync(ClusterDatabase database)
    {
        var key = ClusterSchema.AdvisoryKey("projections:" + database.Schema);
        return (int)await database.ScalarAsync<long>(
            """
            SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32 | objid::bigint) = $1
            """,
            key);
    }
}
