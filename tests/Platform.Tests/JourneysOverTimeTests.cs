using Equalities.Cases.V1;
using Equalities.Commitments.V1;
using Equalities.Ledger.V1;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>Days pass while the platform is down.</summary>
public sealed class JourneysOverTimeTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private readonly JourneyCalls _calls = new(platform);

    [Fact]
    public async Task A_due_day_that_passed_while_it_was_down_is_one_miss_after_the_restart()
    {
        await _calls.ClockTo("2021-04-01");
        await _calls.Load("small-council.json");
        await _calls.Register("sleeper");
        await _calls.TakeOn("sleeper", "wake-up");
        var stream = $"commitment/{(await _calls.CommitmentOf("wake-up")).CommitmentId}";

        await platform.StopAsync();
        // Down from 1 April to 15 July: 105 days later the update of the first quarter, due on 14 July, is missing.
        await using (var later = platform.Database.CreateCommand("update ledger_clock set ahead = ahead + interval '105 days'"))
            (await later.ExecuteNonQueryAsync()).Should().Be(1);
        await platform.StartAsync();

        await PlatformFixture.UntilAsync(async () => await Misses() > 0, "the miss is on record, by the reminder alone");
        await _calls.ClockTo("2021-07-16");
        (await Misses()).Should().Be(1);
        (await _calls.HistoryOf(stream)).Single(e => e.StoredName == "commitments.update-missed.v1").EffectiveOn.Should().Be("2021-07-15");
        (await _calls.CommitmentOf("wake-up")).Misses.Should().ContainSingle().Which.Period.Should().Be("2021-22 Q1");

        async Task<int> Misses() => (await _calls.HistoryOf(stream)).Count(e => e.StoredName == "commitments.update-missed.v1");
    }

    [Fact]
    public async Task A_cases_clock_is_breached_once_and_climbs_though_the_silo_that_watched_it_died()
    {
        await _calls.ClockTo("2021-08-02");
        await _calls.Load("small-council.json");
        var received = (await new CaseService.CaseServiceClient(platform.Channel).ReceiveCaseAsync(
            new() { RequestId = _calls.NextId(), Kind = CaseKind.Concern, Ward = "Weir", Account = "Nobody answers" }, await _calls.As("customer-services-officer"))).Receipt;
        await using (var second = await platform.StartSecondAsync())
        {
            await platform.KillAsync();
            // A concern is acknowledged within two working days of Monday 2 August 2021: by Wednesday. On Thursday it is late,
            // on Friday the team hears of it, and a week after the Wednesday the case officers do.
            await using (var later = platform.Database.CreateCommand("update ledger_clock set ahead = ahead + interval '10 days'")) await later.ExecuteNonQueryAsync();
            var history = new HistoryService.HistoryServiceClient(second.Channel);
            await PlatformFixture.UntilAsync(async () => (await Steps(history)).Count >= 3, "the other silo raises what is due");
        }
        await platform.StartAsync();
        await _calls.ClockTo("2021-08-13");
        (await Steps(new HistoryService.HistoryServiceClient(platform.Channel))).Should().Equal(
            ("cases.clock-breached.v1", "2021-08-05"), ("cases.breach-escalated.v1", "2021-08-06"), ("cases.breach-escalated.v1", "2021-08-11"));

        async Task<IReadOnlyList<(string, string)>> Steps(HistoryService.HistoryServiceClient history) =>
            [.. (await history.ReadStreamAsync(new() { Stream = received.Stream, PageSize = 500 }, await _calls.As("auditor"))).Events
                .Where(e => e.StoredName.Contains("breach", StringComparison.Ordinal)).Select(e => (e.StoredName, e.EffectiveOn))];
    }
}
