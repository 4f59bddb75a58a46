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
}
