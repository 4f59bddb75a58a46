using System.Diagnostics;
using Equalities.Governance.V1;
using Grpc.Core;

namespace EqualitiesPlatform.Bench;

/// <summary>What governance officers and boards wait for: the year-end report over a long ledger, and the live dashboards.</summary>
internal static class Reports
{
    private const int Partners = 200;
    private const int Rounds = 50;

    private static readonly int[] Sizes = [10_000, 100_000, Growth.Stock];

    private static readonly Method<IssueYearEndReportRequest, IssueYearEndReportResponse> IssueCall =
        Rpc.Method<IssueYearEndReportRequest, IssueYearEndReportResponse>(MethodType.ServerStreaming, "equalities.governance.v1.ReportService", "IssueYearEndReport");

    private static readonly Method<GetDashboardRequest, GetDashboardResponse> DashboardCall =
        Rpc.Method<GetDashboardRequest, GetDashboardResponse>(MethodType.Unary, "equalities.governance.v1.DashboardService", "GetDashboard");

    /// <summary>With a million events of 200 partners: the report as it was known after so many events, and the dashboards.</summary>
    public static async Task Made(Measures measures, int seconds)
    {
        using var issuer = Surroundings.IssuerClient();
        using var channel = Rpc.Connect(Surroundings.Platform);
        var officer = new CallOptions(Rpc.Bearer(await Surroundings.Token(issuer, "governance-officer")));
        await Dashboards(measures, channel.CreateCallInvoker(), officer);

        await Audit.Client("pack", "load", "modules/Governance/Pack/barnet.json", "--as", "administrator");
        await Growth.FirstWrite();
        var least = (int)await Growth.Count(); // Before the pack there is no body to report to.
        await Growth.Stocked(Stock);
        var resting = ProcessTimes.ResidentMegabytes(Surroundings.PlatformProcess);
        var known = await Surroundings.Sql("select extract(year from now() - interval '3 months')::int");
        var year = $"{known}-{((int)known! + 1) % 100:00}";
        foreach (var size in Sizes.Select(s => Math.Max(s, least)))
        {
            var position = (long)(await Surroundings.Sql($"select seq_id from ledger.mt_events order by seq_id offset {size - 1} limit 1"))!;
            var (took, bytes, figures, peak) = await Issued(channel.CreateCallInvoker(), officer, new() { Body = "crc", Year = year, KnownAt = $"{position}", Format = ReportFormat.Json });
            Suite.Say($"  {size:N0} events: {figures:N0} figures, {bytes / 1e6:0} MB");
            if (size < Growth.Stock) measures.Add($"year-end report over {size:N0} events", took, "s");
            else measures.AtMost($"year-end report over {size:N0} events of {Partners} partners", took, "s", 30);
            measures.Add($"memory meanwhile, over the {resting:0} MB before", peak - resting, "MB");
        }
    }

    private static async Task<(double Seconds, long Bytes, int Figures, double PeakMegabytes)> Issued(CallInvoker calls, CallOptions options, IssueYearEndReportRequest request)
    {
        var (began, process, bytes, figures) = (Stopwatch.GetTimestamp(), Surroundings.PlatformProcess, 0L, 0);
        var peak = ProcessTimes.ResidentMegabytes(process);
        using var looking = new CancellationTokenSource();
        var looks = Task.Run(async () =>
        {
            for (; !looking.IsCancellationRequested; await Task.Delay(50)) peak = Math.Max(peak, ProcessTimes.ResidentMegabytes(process));
        });
        using (var call = calls.AsyncServerStreamingCall(IssueCall, null, options, request))
            while (await call.ResponseStream.MoveNext(default))
                (bytes, figures) = (bytes + call.ResponseStream.Current.Content.Length, Math.Max(figures, call.ResponseStream.Current.Issued?.Figures ?? 0));
        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await looking.CancelAsync();
        await looks;
        return (took, bytes, figures, peak);
    }

    private static async Task Dashboards(Measures measures, CallInvoker calls, CallOptions options)
    {
        foreach (var by in new[] { DashboardBy.Partner, DashboardBy.Source })
        {
            var times = new List<double>();
            for (var i = 0; i < Rounds; i++)
            {
                var began = Stopwatch.GetTimestamp();
                await calls.AsyncUnaryCall(DashboardCall, null, options, new GetDashboardRequest { By = by });
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
            measures.AtMost($"dashboard by {by.ToString().ToLowerInvariant()} of {Workload.Streams:N0} commitments, p50", Measures.Median(times), "ms", 100);
        }
    }

    // More partners, and commitments of all of them in turn: proposed, accepted and 98 updates each, recorded today.
    private static readonly string Stock =
        $$"""
        create temp table sample as select distinct on (type) * from mt_events
          where type in ('commitments.partner-registered.v1', 'commitments.commitment-proposed.v1', 'commitments.commitment-accepted.v1', 'commitments.progress-reported.v1')
            and data ->> 'key' is null order by type, seq_id desc;
        create temp table firm as select gen_random_uuid() as id, n from generate_series(1, {{Partners}} - (select count(*) from mt_streams where id like 'partner/%')) n;
        insert into mt_streams (id, version, timestamp, created) select 'partner/' || id, 1, now(), now() from firm;
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, headers, is_archived)
          select nextval('mt_events_sequence'), gen_random_uuid(), 'partner/' || f.id, 1,
            s.data || jsonb_build_object('partner', f.id, 'name', 'Stock partner ' || f.n), s.type, now(), s.tenant_id, s.mt_dotnet_type, s.correlation_id, s.headers, false
          from firm f join sample s on s.type = 'commitments.partner-registered.v1';
        create temp table partner as select split_part(id, '/', 2) as id, row_number() over (order by id) - 1 as n from mt_streams where id like 'partner/%';
        create temp table stock as
          select c.id, p.id as partner from (select gen_random_uuid() as id, n from generate_series(1, {{Growth.Stock}} / 100) n) c
          join partner p on p.n = c.n % (select count(*) from partner);
        insert into mt_streams (id, version, timestamp, created) select 'commitment/' || id, 100, now(), now() from stock;
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, headers, is_archived)
          select nextval('mt_events_sequence'), gen_random_uuid(), 'commitment/' || k.id, v,
            case v when 1 then s.data || jsonb_build_object('commitment', k.id, 'partner', k.partner) else s.data end,
            s.type, now(), s.tenant_id, s.mt_dotnet_type, s.correlation_id, s.headers, false
          from stock k cross join generate_series(1, 100) v
          join sample s on s.type = case v when 1 then 'commitments.commitment-proposed.v1' when 2 then 'commitments.commitment-accepted.v1' else 'commitments.progress-reported.v1' end;
        """;
}
