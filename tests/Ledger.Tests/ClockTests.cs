using Equalities.Ledger.V1;
using Microsoft.Extensions.DependencyInjection;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>Due days, and the clock that an administrator moves.</summary>
public sealed class ClockTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private readonly LedgerHost _first = silos.First;
    private readonly LedgerHost _second = silos.Second;

    [Fact]
    public async Task What_is_due_is_raised_once_though_both_silos_sweep_again_and_again()
    {
        var id = await _first.OpenAsync(Today.AddDays(-1));
        await Task.WhenAll(new[] { _first, _second, _first, _second }.Select(Sweep));

        (await FallenDue(id)).Should().ContainSingle();
        (await silos.Database.ScalarAsync<long>($"select count(*) from ledger_wake where stream = '{Counters.Stream(id)}' and due is null")).Should().Be(1);
    }

    [Fact]
    public async Task The_same_wake_up_twice_at_once_raises_it_once()
    {
        var id = await _first.OpenAsync(Today.AddDays(-1));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? _first : _second).Dispatch.SendAsPlatform(new RaiseDue(Counters.Stream(id)), "Clockwork/RaiseDue", $"wake-{i}", "c")));

        (await FallenDue(id)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_closed_counter_stops_its_clock_and_one_that_is_not_due_yet_stays_quiet()
    {
        var (closed, later) = (await _first.OpenAsync(Today.AddDays(-1)), await _first.OpenAsync(Today.AddDays(4000)));
        await _first.SendAsync(new CloseCounter(closed), $"close-{closed}");
        await Sweep(_first);

        (await FallenDue(closed)).Should().BeEmpty();
        (await FallenDue(later)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_wake_up_with_nothing_due_sets_the_clock_right_instead_of_coming_for_ever()
    {
        var id = await _first.OpenAsync();
        await silos.Database.ExecuteAsync($"insert into ledger_wake values ('{Counters.Stream(id)}', '2001-01-01') on conflict (stream) do update set due = excluded.due");
        await Sweep(_first);

        (await silos.Database.ScalarAsync<long>("select count(*) from ledger_wake where due = '2001-01-01'")).Should().Be(0);
        (await _first.Reader.ReadStream(Counters.Stream(id))).Should().ContainSingle();
    }

    [Fact]
    public async Task Streams_that_can_not_be_woken_hold_up_no_other_however_many_they_are()
    {
        await silos.Database.ExecuteAsync("insert into ledger_wake select 'nobodys-kind/' || n, '2001-01-01' from generate_series(1, 600) n");
        var id = await _first.OpenAsync(Today.AddDays(-1));
        await Sweep(_second);

        (await FallenDue(id)).Should().ContainSingle();
        (await silos.Database.ScalarAsync<long>("with gone as (delete from ledger_wake where stream like 'nobodys-kind/%' returning 1) select count(*) from gone")).Should().Be(600, "they stay due");
    }

    [Fact]
    public async Task A_ledger_whose_clock_was_moved_does_not_start_outside_development()
    {
        await using var database = await OwnDatabase.CreateAsync();
        await using (await LedgerHost.StartAsync(database, environment: "Production")) { }
        await database.ExecuteAsync("insert into ledger_clock (ahead) values ('20 days')");

        await FluentActions.Awaiting(() => LedgerHost.StartAsync(database, environment: "Production")).Should().ThrowAsync<InvalidOperationException>().WithMessage("*ledger_clock*");
    }

    [Fact]
    public async Task A_day_that_passes_while_the_platform_is_down_is_raised_once_after_the_start()
    {
        await using var database = await OwnDatabase.CreateAsync();
        Guid id;
        await using (var before = await LedgerHost.StartAsync(database))
        {
            id = await before.OpenAsync(LedgerClock.DayOf(before.Clock.GetUtcNow()).AddDays(10));
            await Sweep(before);
            (await before.Reader.ReadStream(Counters.Stream(id))).Should().ContainSingle();
        }
        // Days pass.
        await database.ExecuteAsync("insert into ledger_clock (ahead) values ('20 days')");

        await using var after = await LedgerHost.StartAsync(database);
        LedgerClock.DayOf(after.Clock.GetUtcNow()).Should().BeAfter(Today.AddDays(18), "the clock is right before the silo takes part");
        // Nobody asks: the reminder that was set before the stop comes by itself, and the winder's sweep with it.
        await Eventually.BecomesTrueAsync(async () => (await after.Reader.ReadStream(Counters.Stream(id))).Count == 2, "the day is raised", 30);
        await Task.WhenAll(Sweep(after), Sweep(after));
        (await after.Reader.ReadStream(Counters.Stream(id))).Select(e => e.Event).OfType<CounterFellDue>().Should().ContainSingle();
    }

    [Fact]
    public async Task Advancing_stops_at_each_due_day_and_every_silo_has_the_new_time_before_the_answer()
    {
        await using var database = await OwnDatabase.CreateAsync();
        var (first, second) = await LedgerHost.StartTwoAsync(database);
        await using var _ = first;
        await using var __ = second;

        (await Advance(first, "2013-04-01T09:00:00Z")).Today.Should().Be("2013-04-01", "before the first event, any instant will do");
        second.Clock.GetUtcNow().Should().BeCloseTo(new DateTimeOffset(2013, 4, 1, 9, 0, 0, TimeSpan.Zero), TimeSpan.FromSeconds(20));

        var days = new[] { new DateOnly(2013, 6, 30), new(2013, 7, 7), new(2013, 7, 7), new(2013, 12, 31), new(2014, 3, 31) };
        var ids = await Task.WhenAll(days.Select(day => second.OpenAsync(day)));
        await database.ExecuteAsync("insert into ledger_wake values ('nobodys-kind/5a7f0000-0000-4000-8000-000000000001', '2013-05-01')");

        var answer = await Advance(second, "2013-12-31T18:00:00Z");

        answer.Raised.Should().Be(4);
        first.Clock.GetUtcNow().Should().BeCloseTo(new DateTimeOffset(2013, 12, 31, 18, 0, 0, TimeSpan.Zero), TimeSpan.FromSeconds(20));
        for (var i = 0; i < 4; i++)
            (await first.Reader.ReadStream(Counters.Stream(ids[i])))[^1].RecordedOn.Should().Be(days[i], "a deadline passes on its own day");
        (await first.Reader.ReadStream(Counters.Stream(ids[4]))).Should().ContainSingle();

        (await Advance(first, "2013-05-01T09:00:00Z")).Today.Should().Be("2013-12-31", "it never goes back");
        (await Advance(first, "2014-04-01T00:30:00Z")).Raised.Should().Be(1);
        (await Advance(first, "2014-04-05T23:30:00Z")).Today.Should().Be("2014-04-06", "in summer the council's day begins an hour before UTC's");
    }

    private static DateOnly Today => DateOnly.FromDateTime(DateTime.UtcNow);

    private static Task<int> Sweep(LedgerHost host) => host.Get<IGrainFactory>().GetGrain<IClockwork>(0).Sweep();

    private static Task<AdvanceClockResponse> Advance(LedgerHost host, string to) =>
        ActivatorUtilities.CreateInstance<ClockEndpoint>(host.Services).AdvanceClock(new() { To = to }, new PlainCall());

    private async Task<IEnumerable<CounterFellDue>> FallenDue(Guid id) =>
        (await _first.Reader.ReadStream(Counters.Stream(id))).Select(e => e.Event).OfType<CounterFellDue>();
}
