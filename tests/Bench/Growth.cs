using System.Diagnostics;
using Equalities.Ledger.V1;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Replay;
using Grpc.Core;
using Marten;
using Npgsql;

namespace EqualitiesPlatform.Bench;

/// <summary>What changes as the ledger grows, and what a start takes.</summary>
internal static class Growth
{
    public const int Stock = 1_000_000;

    /// <summary>How many millions of events are stored for what depends on that.</summary>
    public static int Millions { get; set; } = 5;

    private static readonly Method<ReplayRequest, ReplayResponse> ReplayCall =
        Rpc.Method<ReplayRequest, ReplayResponse>(MethodType.ServerStreaming, "equalities.ledger.v1.HistoryService", "Replay");

    private static readonly Method<RebuildRegistersRequest, RebuildRegistersResponse> RebuildCall =
        Rpc.Method<RebuildRegistersRequest, RebuildRegistersResponse>(MethodType.ServerStreaming, "equalities.ledger.v1.RegisterService", "RebuildRegisters");

    /// <summary>From the process's start to its first acknowledged write, and the memory it rests at: as built, and as deployed.</summary>
    public static async Task Start(Measures measures, int seconds)
    {
        var built = PlatformProcess.CommandOf(Surroundings.PlatformProcess);
        var (start, idle) = await Starts(built);
        measures.Add("start to the first acknowledged write", start, "s");
        measures.AtMost("memory idle", idle, "MB", 250);
        if (Environment.GetEnvironmentVariable("EQUALITIES_BENCH_PUBLISHED") is not { Length: > 0 } published) return;
        (start, idle) = await Starts([.. built.Select(part => part.EndsWith("EqualitiesPlatform.Platform.dll", StringComparison.Ordinal) ? published : part)]);
        measures.Add("start, compiled ahead of time", start, "s");
        measures.Add("memory idle, compiled ahead of time", idle, "MB");
        await Restart(built);
    }

    private static async Task<(double Seconds, double Megabytes)> Starts(string[] command)
    {
        var times = new List<double>();
        for (var i = 0; i < 3; i++) times.Add(await Restart(command));
        await Task.Delay(TimeSpan.FromSeconds(10));
        return (Measures.Median(times), ProcessTimes.ResidentMegabytes(Surroundings.PlatformProcess));
    }

    /// <summary>How late the registers are at half of the full load.</summary>
    public static async Task Lag(Measures measures, int seconds)
    {
        var (lags, rate) = await Lags(seconds, Reached);
        measures.AtMost("register lag at half load, p95", lags[(int)(0.95 * (lags.Count - 1))], "ms", 100);
        measures.Add("register lag at half load, p50", lags[lags.Count / 2], "ms");
        measures.Add("half load", rate, "/s");
    }

    /// <summary>How late something is, in milliseconds and least first, while half of the full load is written, and that load.</summary>
    /// <param name="reached">The position that it has come to.</param>
    public static async Task<(IReadOnlyList<double> Lags, double Rate)> Lags(int seconds, Func<Task<long>> reached)
    {
        await Warm();
        var full = await Suite.DriveProduct("unary", 256, seconds);
        if (full.Rate < 100) throw new InvalidOperationException($"Only {full.Rate:0} commands a second were acknowledged: {string.Join(", ", full.Errors.Select(e => $"{e.Key} {e.Value}"))}.");
        await CaughtUp();
        var driving = Suite.DriveProduct("unary", 256, seconds, warmUp: 3, rate: (int)(full.Rate / 2));
        await Task.Delay(TimeSpan.FromSeconds(4));
        var lags = new List<double>();
        while (!driving.IsCompleted)
        {
            var position = (long)(await Surroundings.Sql("select max(seq_id) from ledger.mt_events"))!;
            var began = Stopwatch.GetTimestamp();
            while (await reached() < position) await Task.Delay(2);
            lags.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await Task.Delay(20);
        }
        lags.Sort();
        return (lags, (await driving).Rate);
    }

    /// <summary>What it takes to load a stream before its first command.</summary>
    public static async Task Activation(Measures measures, int seconds)
    {
        await using var ledger = Modules();
        var reader = ledger.Services.GetRequiredService<EventReader>();
        using var issuer = Surroundings.IssuerClient();
        using var channel = Rpc.Connect(Surroundings.Platform);
        var lead = Workload.Leads()[0];
        var options = new CallOptions(Rpc.Bearer(await Surroundings.Token(issuer, lead.Persona)));
        foreach (var (length, commitment) in new[] { 10, 100, 1000 }.Zip(lead.Commitments))
        {
            var stream = StreamKey.Of(Vocabulary.CommitmentId.Kind, Guid.Parse(commitment));
            while ((await reader.ReadStream(stream)).Count < length)
                await channel.CreateCallInvoker().AsyncUnaryCall(Workload.Report, null, options, Workload.Update(commitment));
            var times = new List<double>();
            for (var i = 0; i < 30; i++)
            {
                var began = Stopwatch.GetTimestamp();
                (await reader.ReadStream(stream)).Aggregate(Commitment.Unborn, (state, e) => Commitment.Evolve(state, e.Event));
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
            measures.Add($"activation by replay, {length} events or more", Measures.Median(times), "ms");
            measures.Add($"activation from a snapshot, {length} events or more", await FromSnapshot(ledger.Services.GetRequiredService<ILedgerStore>(), stream), "ms");
        }
    }

    private static async Task<double> FromSnapshot(ILedgerStore store, string stream)
    {
        var shape = SnapshotForm<Commitment>.Shape!;
        var events = (await store.Read(stream, null)).Events;
        await store.Keep(new Snapshot(stream, events[^1].Version, shape, SnapshotForm<Commitment>.Write(events.Aggregate(Commitment.Unborn, (state, e) => Commitment.Evolve(state, e.Event)))));
        var times = new List<double>();
        for (var i = 0; i < 30; i++)
        {
            var began = Stopwatch.GetTimestamp();
            SnapshotForm<Commitment>.Read((await store.Read(stream, shape)).Snapshot!.State);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        return Measures.Median(times);
    }

    /// <summary>The rate with millions more events stored, against the rate before.</summary>
    public static async Task Stored(Measures measures, int seconds)
    {
        await PgTables();
        var before = (await Relative(seconds, Workload.Streams)).Ratio;
        for (var m = 1; m <= Millions; m++)
        {
            await Stocked();
            await Warm();
            var ratio = (await Relative(seconds, Workload.Streams)).Ratio / before;
            if (m == Millions) measures.AtLeast($"rate with {Stock * m:N0} more events : before", ratio, "ratio", 0.9);
            else if (m == 1) measures.Add($"rate with {Stock:N0} more events : before", ratio, "ratio");
        }
    }

    /// <summary>The rate by how many streams are written to, and the memory with the grains of them all active.</summary>
    public static async Task Streams(Measures measures, int seconds)
    {
        await PgTables();
        foreach (var streams in new[] { 1_000, 10_000, 100_000 })
        {
            if (streams > Workload.Streams)
            {
                await Workload.Prepare(streams);
                await CaughtUp();
            }
            var (rate, ratio) = await Relative(seconds, streams);
            measures.Add($"unary on {streams:N0} streams", rate, "/s");
            measures.Add($"unary on {streams:N0} streams : pgbench one", ratio, "ratio");
        }
        measures.AtMost("memory at full load, 100,000 active grains", (await Suite.DriveProduct("bulk", 512, seconds, streams: 100_000)).ServerMegabytes, "MB", 800);
    }

    /// <summary>After a start, every stream is loaded at its first command, and the code is not compiled yet by how it is used; that is not what a running platform does.</summary>
    private static async Task Warm()
    {
        await Suite.DriveProduct("bulk", 512, 15);
        await Suite.DriveProduct("unary", 256, 8);
        await CaughtUp();
    }

    private static async Task PgTables() => await Surroundings.Sql(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Sql", "tables.sql")));

    /// <summary>The rate of unary commands, and its ratio to that of pgbench beside it, which takes out the neighbours.</summary>
    private static async Task<(double Rate, double Ratio)> Relative(int seconds, int streams)
    {
        var (rates, ratios) = (new List<double>(), new List<double>());
        for (var i = 0; i < 3; i++)
        {
            var one = await Suite.PgBench("one.sql", seconds);
            rates.Add((await Suite.DriveProduct("unary", 256, seconds, streams: streams)).Rate);
            ratios.Add(rates[^1] / one.Rate);
        }
        return (Measures.Median(rates), Measures.Median(ratios));
    }

    /// <summary>How fast the whole ledger is read, against PostgreSQL's own COPY.</summary>
    public static async Task Replay(Measures measures, int seconds)
    {
        if (await Count() < Stock) await Stocked();
        var count = await Count();
        await using var ledger = Modules();
        var reader = ledger.Services.GetRequiredService<EventReader>();
        using var issuer = Surroundings.IssuerClient();
        using var channel = Rpc.Connect(Surroundings.Platform);
        var auditor = new CallOptions(Rpc.Bearer(await Surroundings.Token(issuer, "auditor")));
        List<double> copy = [], process = [], rpc = [];
        for (var round = 0; round < 2; round++)
        {
            copy.Add(count / await Copy());
            process.Add(count / await Seconds(async () =>
            {
                await foreach (var _ in reader.Read(new EventRange())) { }
            }));
            rpc.Add(count / await Seconds(async () =>
            {
                using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(ReplayCall, null, auditor, new ReplayRequest());
                while (await call.ResponseStream.MoveNext(default)) { }
            }));
        }
        measures.Add("COPY of the events", Measures.Median(copy), "/s");
        measures.Add("replay in the process, as today's types", Measures.Median(process), "/s");
        measures.AtLeast("replay in the process : COPY", Measures.Median(process.Zip(copy, (p, c) => p / c)), "ratio", 0.4);
        measures.Add("replay rpc", Measures.Median(rpc), "/s");
        measures.Add("replay rpc : COPY", Measures.Median(rpc.Zip(copy, (p, c) => p / c)), "ratio");
    }

    /// <summary>Seconds that PostgreSQL's own COPY of all events takes.</summary>
    public static Task<double> Copy() => Seconds(async () =>
    {
        await using var connection = new NpgsqlConnection(Surroundings.Database.ConnectionString);
        await connection.OpenAsync();
        using var rows = await connection.BeginTextExportAsync("copy (select * from ledger.mt_events order by seq_id) to stdout");
        var page = new char[65_536];
        while (await rows.ReadAsync(page, 0, page.Length) > 0) { }
    });

    /// <summary>How fast the registers are made anew from the events, while the platform serves.</summary>
    public static async Task Rebuild(Measures measures, int _)
    {
        if (await Count() < Stock) await Stocked();
        using var issuer = Surroundings.IssuerClient();
        using var channel = Rpc.Connect(Surroundings.Platform);
        var administrator = new CallOptions(Rpc.Bearer(await Surroundings.Token(issuer, "administrator")));
        var last = new RebuildRegistersResponse();
        var seconds = await Seconds(async () =>
        {
            using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(RebuildCall, null, administrator, new RebuildRegistersRequest());
            while (await call.ResponseStream.MoveNext(default)) last = call.ResponseStream.Current;
        });
        measures.AtLeast("rebuild of all registers", last.Events / seconds, "events/s", 80_000);
    }

    /// <summary>A stock of synthetic events, proposed, accepted and 98 updates a stream.</summary>
    public static async Task Stocked()
    {
        await FirstWrite(); // The sample of an update.
        var before = await Count();
        await Stocked(Sql);
        await Surroundings.Sql("vacuum (analyze) ledger.mt_events"); // An older ledger's pages are at rest, on the disk.
        await Surroundings.Sql("checkpoint");
        if (await Count() - before is var more && more < Stock) throw new InvalidOperationException($"Only {more} events were put into the ledger.");
    }

    private static readonly string Sql =
        $"""
        create temp table stock as select 'commitment/' || gen_random_uuid() as id from generate_series(1, {Stock / 100});
        create temp table sample as select distinct on (type) * from mt_events where stream_id like 'commitment/%' order by type, seq_id desc;
        insert into mt_streams (id, version, timestamp, created) select id, 100, now(), now() from stock;
        insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, headers, is_archived)
          select nextval('mt_events_sequence'), gen_random_uuid(), k.id, v, s.data, s.type, now(), s.tenant_id, s.mt_dotnet_type, s.correlation_id, s.headers, false
          from generate_series(1, 100) v cross join stock k
          join sample s on s.type = case v when 1 then 'commitments.commitment-proposed.v1' when 2 then 'commitments.commitment-accepted.v1' else 'commitments.progress-reported.v1' end;
        insert into ledger_request (caller, rpc, request, payload, stream, version, recorded)
          select gen_random_uuid(), 'stock', gen_random_uuid()::text, '\x00', id, v, now() from stock cross join generate_series(1, 100) v;
        """;

    /// <summary>Events that are put into the ledger with the platform away and its registers told to skip them.</summary>
    public static async Task Stocked(string sql)
    {
        var platform = await PlatformProcess.Stop();
        await Surroundings.Sql($"set search_path = ledger; {sql} update mt_event_progression set last_seq_id = (select max(seq_id) from mt_events); analyze;");
        platform.Start();
        await FirstWrite();
        // Sealing a million events at once is no part of any day.
        var stocked = (long)(await Surroundings.Sql("select max(seq_id) from ledger.mt_events"))!;
        while ((long)(await Surroundings.Sql("select coalesce(max(position), 0) from ledger.ledger_leaf"))! < stocked) await Task.Delay(200);
    }

    private static async Task<double> Restart(string[] command)
    {
        var platform = (await PlatformProcess.Stop()) with { Command = command };
        var began = Stopwatch.GetTimestamp();
        platform.Start();
        await FirstWrite();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Writes once, as soon as the platform takes it.</summary>
    public static async Task FirstWrite()
    {
        using var issuer = Surroundings.IssuerClient();
        using var channel = Rpc.Connect(Surroundings.Platform);
        var lead = Workload.Leads()[0];
        var options = new CallOptions(Rpc.Bearer(await Surroundings.Token(issuer, lead.Persona)));
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await channel.CreateCallInvoker().AsyncUnaryCall(Workload.Report, null, options, Workload.Update(lead.Commitments[0]));
                return;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && patience.Elapsed < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>Waits until the registers and the follow-ups have seen all that is stored.</summary>
    public static async Task CaughtUp()
    {
        while (!(bool)(await Surroundings.Sql("select coalesce(min(last_seq_id), 0) >= (select max(seq_id) from ledger.mt_events) from ledger.mt_event_progression where name like '%:All'"))!)
            await Task.Delay(50);
    }

    private static async Task<long> Reached() =>
        (long)(await Surroundings.Sql("select coalesce((select last_seq_id from ledger.mt_event_progression where name = 'registers:All'), 0)"))!;

    public static async Task<long> Count() => (long)(await Surroundings.Sql("select count(*) from ledger.mt_events"))!;

    private static async Task<double> Seconds(Func<Task> work)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>The modules without a running host, for what is measured inside a process.</summary>
    private static WebApplication Modules()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["Ledger:InstallationKey"] = PlatformProcess.Environment(Surroundings.PlatformProcess)["Ledger__InstallationKey"];
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddLedger().AddCommitments().AddGovernance();
        return builder.Build();
    }
}
