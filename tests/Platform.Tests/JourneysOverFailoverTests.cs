using Equalities.Cases.V1;
using Equalities.Ledger.V1;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>Days pass, and the silo that watched them dies; on a platform of its own, whose clock it sets.</summary>
public sealed class JourneysOverFailoverTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private readonly JourneyCalls _calls = new(platform);

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
            // Due days are swept once a minute, so it may be one more until the first sweep of the silo that lives.
            await PlatformFixture.UntilAsync(async () => (await Steps(history)).Count >= 3, "the other silo raises what is due", TimeSpan.FromSeconds(120));
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
