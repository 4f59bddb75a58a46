using Equalities.Cases.V1;
using Equalities.Governance.V1;
using Equalities.Ledger.V1;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>Days pass and reports are prepared, and the silo that saw to it dies; on a platform of its own, whose clock it sets.</summary>
public sealed class JourneysOverFailoverTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const long Preparations = 12;

    private readonly JourneyCalls _calls = new(platform);

    [Fact]
    public async Task A_cases_clock_is_breached_once_and_preparations_end_once_though_the_silo_that_saw_to_them_died()
    {
        await _calls.ClockTo("2021-08-02");
        var preparing = new PreparationService.PreparationServiceClient(platform.Channel);
        var prepared = (await new ReportLifeService.ReportLifeServiceClient(platform.Channel).PrepareReportAsync(
            new() { RequestId = _calls.NextId(), Kind = ReportKind.YearEnd, Body = "audit-committee", Year = "2021-22" }, await _calls.As("governance-officer"))).Receipt;
        var report = prepared.Stream["report/".Length..];
        await _calls.Load("small-council.json");
        var received = (await new CaseService.CaseServiceClient(platform.Channel).ReceiveCaseAsync(
            new() { RequestId = _calls.NextId(), Kind = CaseKind.Concern, Ward = "Weir", Account = "Nobody answers" }, await _calls.As("customer-services-officer"))).Receipt;
        var known = received.Position;
        // All are taken up by the silo that is killed, the only one yet, and none can end there.
        await Execute("create function not_yet() returns trigger language plpgsql as $$ begin raise exception 'not yet'; end $$; "
            + "create trigger not_yet before insert on mt_events for each row when (new.type = 'governance.preparation-finished.v1') execute function not_yet()");
        await Task.WhenAll(Enumerable.Range(0, (int)Preparations).Select(async i => await preparing.StartPreparationAsync(
            new() { RequestId = _calls.NextId(), ReportId = report, KnownAt = $"{known - i}" }, await _calls.As("governance-officer"))));
        // A batch in which the end of another one is refused may take some with it, which are reminded after a minute.
        await PlatformFixture.UntilAsync(async () => await Recorded("taken-up", "distinct stream_id") == Preparations, "all preparations are taken up", TimeSpan.FromSeconds(150));
        await using (var second = await platform.StartSecondAsync())
        {
            await platform.KillAsync();
            (await Recorded("started"), await Recorded("finished")).Should().Be((Preparations, 0L));
            await Execute("drop trigger not_yet on mt_events; drop function not_yet()");
            // A concern is acknowledged within two working days of Monday 2 August 2021: by Wednesday. On Thursday it is late,
            // on Friday the team hears of it, and a week after the Wednesday the case officers do.
            await Execute("update ledger_clock set ahead = ahead + interval '10 days'");
            var history = new HistoryService.HistoryServiceClient(second.Channel);
            // Due days are swept once a minute, so it may be one more until the first sweep of the silo that lives.
            await PlatformFixture.UntilAsync(async () => (await Steps(history)).Count >= 3, "the other silo raises what is due", TimeSpan.FromSeconds(120));
            // Nobody waits for the preparations, and nobody asks.
            await PlatformFixture.UntilAsync(async () => await Recorded("finished") == Preparations, "the other silo prepares what was begun", TimeSpan.FromSeconds(120));
        }
        await platform.StartAsync();
        await _calls.ClockTo("2021-08-13");
        (await Steps(new HistoryService.HistoryServiceClient(platform.Channel))).Should().Equal(
            ("cases.clock-breached.v1", "2021-08-05"), ("cases.breach-escalated.v1", "2021-08-06"), ("cases.breach-escalated.v1", "2021-08-11"));

        (await Recorded("failed") + await Recorded("cancelled")).Should().Be(0);
        (await preparing.ListOperationsAsync(new() { PageSize = 500 }, await _calls.As("auditor"))).Operations.Should().HaveCount((int)Preparations)
            .And.OnlyContain(o => o.Done && o.Stage == PreparationStage.Done && o.Prepared.Figures > 0 && o.EndedAt.Length > 0 && o.Attempt > 1, "it is told that the work began anew");

        async Task Execute(string sql)
        {
            await using var command = platform.Database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }

        async Task<long> Recorded(string how, string what = "*")
        {
            await using var count = platform.Database.CreateCommand($"select count({what}) from mt_events where type = 'governance.preparation-{how}.v1'");
            return (long)(await count.ExecuteScalarAsync())!;
        }

        async Task<IReadOnlyList<(string, string)>> Steps(HistoryService.HistoryServiceClient history) =>
            [.. (await history.ReadStreamAsync(new() { Stream = received.Stream, PageSize = 500 }, await _calls.As("auditor"))).Events
                .Where(e => e.StoredName.Contains("breach", StringComparison.Ordinal)).Select(e => (e.StoredName, e.EffectiveOn))];
    }
}
