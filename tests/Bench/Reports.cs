using System.Diagnostics;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Replay;
using EqualitiesPlatform.Ledger.Reporting;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Bench;

/// <summary>What the year-end report takes as the ledger grows: 200 partners with twenty commitments each, reported on again and again.</summary>
internal static class Reports
{
    private const int Partners = 200, Commitments = 4_000, EventsEach = 250;

    public static async Task Compose(Measures measures, int seconds)
    {
        await Seed();
        await using var ledger = Bench.Growth.Modules();
        var (reader, templates) = (ledger.Services.GetRequiredService<EventReader>(), ledger.Services.GetRequiredService<ReportTemplates>());
        foreach (var events in new[] { 10_000, 100_000, 1_000_000 })
        {
            var position = (long)(await Surroundings.Sql($"select seq_id from ledger.mt_events order by seq_id desc offset greatest(0, (select count(*) from ledger.mt_events) - {events}) limit 1"))!;
            var year = FinancialYear.Containing(DateOnly.FromDateTime(DateTime.UtcNow));
            var order = new ReportOrder(ReportKind.YearEnd, new ReportScope("crc", year, year.Last, position), templates.Current(ReportKind.YearEnd));
            GC.Collect();
            var (began, highest) = (Stopwatch.GetTimestamp(), 0L);
            var report = ReportComposition.Begin(order, templates);
            var read = 0;
            await foreach (var recorded in reader.Read(new EventRange(ToPosition: position)))
            {
                report.Apply(recorded);
                if (++read % 50_000 == 0) highest = Math.Max(highest, Environment.WorkingSet);
            }
            var document = report.Complete();
            _ = document.ContentHash;
            var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
            highest = Math.Max(highest, Environment.WorkingSet) / (1024 * 1024);
            var figures = document.Figures.Count();
            if (events == 1_000_000)
            {
                measures.AtMost($"year-end report over {read:N0} events, {figures:N0} figures", took, "s", 30);
                measures.AtMost($"memory at its height for {read:N0} events", highest, "MB", 1_500);
                continue;
            }
            measures.Add($"year-end report over {read:N0} events, {figures:N0} figures", took, "s");
            measures.Add($"memory at its height for {read:N0} events", highest, "MB");
        }
    }

    // In the order of time: everybody promises, everybody accepts, and then one round of updates after another.
    private static async Task Seed()
    {
        if ((long)(await Surroundings.Sql("select count(*) from ledger.mt_events"))! >= Commitments * EventsEach) return;
        var platform = await PlatformProcess.Stop();
        await Surroundings.Sql(
            $"""
            set search_path = ledger;
            create temp table seeded_partner as select gen_random_uuid() as id, n from generate_series(1, {Partners}) n;
            create temp table seeded as select gen_random_uuid() as id, n, p.id as partner from generate_series(1, {Commitments}) n join seeded_partner p on p.n = n % {Partners} + 1;
            create temp table sample as select distinct on (type) * from mt_events where stream_id like 'commitment/%' or stream_id like 'partner/%' order by type, seq_id desc;
            insert into mt_streams (id, version, timestamp, created) select 'partner/' || id, 1, now(), now() from seeded_partner;
            insert into mt_streams (id, version, timestamp, created) select 'commitment/' || id, {EventsEach}, now(), now() from seeded;
            insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, headers, is_archived)
              select nextval('mt_events_sequence'), gen_random_uuid(), 'partner/' || p.id, 1,
                s.data || jsonb_build_object('partner', p.id, 'key', 'seeded-' || p.n, 'name', 'Seeded ' || p.n), s.type, now(), s.tenant_id, s.mt_dotnet_type, s.correlation_id, s.headers, false
              from seeded_partner p join sample s on s.type = 'commitments.partner-registered.v1';
            insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, headers, is_archived)
              select nextval('mt_events_sequence'), gen_random_uuid(), 'commitment/' || k.id, v,
                case when v = 1 then s.data || jsonb_build_object('commitment', k.id, 'key', 'seeded-' || k.n, 'partner', k.partner) else s.data end,
                s.type, now(), s.tenant_id, s.mt_dotnet_type, s.correlation_id, s.headers, false
              from generate_series(1, {EventsEach}) v cross join seeded k
              join sample s on s.type = case v when 1 then 'commitments.commitment-proposed.v1' when 2 then 'commitments.commitment-accepted.v1' else 'commitments.progress-reported.v1' end;
            update mt_event_progression set last_seq_id = (select max(seq_id) from mt_events);
            analyze;
            """);
        platform.Start();
        await Bench.Growth.FirstWrite();
    }
}
