using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EqualitiesPlatform.Bench;

/// <summary>What came of pgbench.</summary>
/// <param name="Rate">Transactions a second.</param>
/// <param name="Microseconds">Processor time of PostgreSQL and pgbench a transaction.</param>
internal sealed record PgLoad(double Rate, double Microseconds);

/// <summary>
/// Runs the product and its peers one after the other, round by round, on one PostgreSQL: what the neighbours on the
/// machine take falls on all of them alike, and ratios within a round hold where single figures don't.
/// </summary>
internal static partial class Suite
{
    private const int Unary = 256;
    private const int Bulk = 512;
    private const int PgClients = 32;

    private static readonly (string Name, Func<Measures, int, Task> Run)[] Growth =
    [
        ("start", Bench.Growth.Start),
        ("lag", Bench.Growth.Lag),
        ("activation", Bench.Growth.Activation),
        ("stored", Bench.Growth.Stored),
        ("replay", Bench.Growth.Replay),
        ("rebuild", Bench.Growth.Rebuild),
        ("audit", Audit.Proofs),
        ("report", Reports.Made),
        ("streams", Bench.Growth.Streams), // The last, since it leaves ten times as many commitments.
    ];

    public static async Task<int> Run(Arguments arguments)
    {
        var quick = arguments.Text("quick", "no") == "yes";
        var (rounds, seconds, only) = (arguments.Number("rounds", 3), arguments.Number("seconds", quick ? 4 : 8), arguments.Text("only", ""));
        Bench.Growth.Millions = quick ? 1 : 5;
        string[] known = ["peers", .. Growth.Select(g => g.Name), "micro"];
        if (only.Length > 0 && !known.Contains(only))
        {
            await Console.Error.WriteLineAsync($"--only knows {string.Join(", ", known)}.");
            return 2;
        }
        if (only == "micro") return Micro.Run();

        var measures = new Measures();
        Say("Making 50 partners, their leads and 10,000 commitments");
        var setUp = Stopwatch.GetTimestamp();
        await Workload.Prepare();
        await Bench.Growth.CaughtUp();
        Say($"Made in {Stopwatch.GetElapsedTime(setUp).TotalSeconds:0.0} s");
        (string Name, Func<Measures, int, Task> Run)[] all = [("peers", (m, s) => Peers(m, rounds, s)), .. Growth];
        var failed = new List<string>();
        foreach (var (name, run) in all.Where(a => only.Length == 0 || only == a.Name))
        {
            Say($"Measuring {name}");
            try
            {
                await run(measures, seconds);
            }
            catch (Exception e)
            {
                // What was measured before it is worth keeping.
                failed.Add(name);
                Say($"{name} could not be measured: {e.Message}");
            }
        }
        measures.Tell(arguments.Text("results", "artifacts/bench/results.json"));
        if (failed.Count > 0) Console.WriteLine($"Not measured: {string.Join(", ", failed)}");
        return failed.Count == 0 ? 0 : 1;
    }

    // A driver lives for seconds, and what its compiler and collector do falls on whom it drives.
    private static readonly (string, string)[] Frugal = [("DOTNET_TieredPGO", "0"), ("DOTNET_gcConcurrent", "0"), ("DOTNET_GCgen0size", "0x4000000")];

    /// <summary>Drives a load from a process of its own.</summary>
    public static async Task<LoadResult> Drive(string path, string server, int process, int inFlight, int seconds, int warmUp = 3, int rate = 0, int streams = Workload.Streams)
    {
        var start = Surroundings.Again(
            "drive", "--path", path, "--server", server, "--server-process", Text(process), "--in-flight", Text(inFlight),
            "--seconds", Text(seconds), "--warm-up", Text(warmUp), "--rate", Text(rate),
            "--streams", Text(streams));
        foreach (var (name, value) in Frugal) start.Environment[name] = value;
        var answer = await Answer(start);
        return JsonSerializer.Deserialize<LoadResult>(answer, JsonSerializerOptions.Web)!;
    }

    /// <summary>Drives the product.</summary>
    public static Task<LoadResult> DriveProduct(string path, int inFlight, int seconds, int warmUp = 3, int rate = 0, int streams = Workload.Streams) =>
        Drive(path, Surroundings.Platform, Surroundings.PlatformProcess, inFlight, seconds, warmUp, rate, streams);

    public static void Say(string what) =>
        Console.WriteLine($"{DateTime.UtcNow:HH:mm:ss}  {what}  (load average {ProcessTimes.LoadAverage.ToString(CultureInfo.InvariantCulture)})");

    /// <summary>Transactions of pgbench, 32 clients, with prepared statements.</summary>
    public static async Task<PgLoad> PgBench(string script, int seconds)
    {
        var database = Surroundings.Database;
        var start = new ProcessStartInfo(Path.Combine(Surroundings.PostgresBin, "pgbench")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
        {
            "-n", "-M", "prepared", "-c", Text(PgClients), "-j", "2", "-T", Text(seconds), "-f", Sql(script),
            "-h", database.Host!, "-p", Text(database.Port), "-U", database.Username!, database.Database!,
        }) start.ArgumentList.Add(argument);
        start.Environment["PGPASSWORD"] = database.Password;
        var (postgres, own) = (ProcessTimes.OfFamily(Surroundings.Postmaster), ProcessTimes.OfBuried());
        var answer = await Answer(start);
        double Found(Regex pattern) => pattern.Match(answer) is { Success: true } match
            ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench finished no transaction in {seconds} s: {answer}");
        var used = ProcessTimes.OfFamily(Surroundings.Postmaster) - postgres + ProcessTimes.OfBuried() - own;
        return new PgLoad(Found(Tps()), used / Found(Transactions()));
    }

    private static async Task Peers(Measures measures, int rounds, int seconds)
    {
        await Surroundings.Sql(await File.ReadAllTextAsync(Sql("tables.sql")));
        var one = new List<PgLoad>();
        var cte = new List<PgLoad>();
        var loads = new Dictionary<string, List<LoadResult>>();
        using var plain = await PlainPeer.Start();
        async Task Load(string name, string path, int inFlight)
        {
            var load = path == "plain" ? await Drive(path, plain.Server, plain.Process, inFlight, seconds) : await DriveProduct(path, inFlight, seconds);
            if (!loads.TryGetValue(name, out var list)) loads[name] = list = [];
            list.Add(load);
            Say(string.Create(CultureInfo.InvariantCulture,
                $"  {name,-12} {load.Rate,8:0}/s  p50 {load.P50:0.0} p95 {load.P95:0.0} p99 {load.P99:0.0} ms  CPU µs: server {load.ServerMicroseconds:0}, PostgreSQL {load.PostgresMicroseconds:0}, driver {load.DriverMicroseconds:0}  {string.Join(", ", load.Errors.Select(e => $"{e.Key} {e.Value}"))}"));
        }
        void Tell(string name, PgLoad load) => Say(string.Create(CultureInfo.InvariantCulture, $"  {name,-12} {load.Rate,8:0}/s  CPU µs: PostgreSQL and pgbench {load.Microseconds:0}"));
        Say("Warming up");
        await Drive("plain", plain.Server, plain.Process, Unary, 6); // Opens most of its streams, as the product's are.
        await DriveProduct("unary", Unary, 4);
        await DriveProduct("bulk", Bulk, 2);
        for (var round = 1; round <= rounds; round++)
        {
            Say($"Round {round} of {rounds}");
            one.Add(await PgBench("one.sql", seconds));
            Tell("pgbench one", one[^1]);
            await Load("plain", "plain", Unary);
            await Load("unary", "unary", Unary);
            cte.Add(await PgBench("cte.sql", seconds));
            Tell("pgbench cte", cte[^1]);
            await Load("bulk", "bulk", Bulk);
            await Load("plain alone", "plain", 1);
            await Load("unary alone", "unary", 1);
        }

        double Median(string name, Func<LoadResult, double> of) => Measures.Median(loads[name].Select(of));
        // A ratio is taken within its round, and the middle one counts.
        double Ratio(string name, IEnumerable<double> peer) => Measures.Median(loads[name].Zip(peer, (load, other) => load.Rate / other));
        // The same by the processor time of server, driver and PostgreSQL together, which neighbours hardly change.
        double ByProcessor(string name, IEnumerable<double> peer) => Measures.Median(loads[name].Zip(peer, (load, other) => other / load.Microseconds));
        var plainRates = loads["plain"].Select(l => l.Rate).ToArray();
        measures.Add($"pgbench one, {PgClients} clients", Measures.Median(one.Select(l => l.Rate)), "/s");
        measures.Add($"pgbench cte, {PgClients} clients", Measures.Median(cte.Select(l => l.Rate)), "/s");
        measures.Add($"plain Marten service, {Unary} in flight", Median("plain", l => l.Rate), "/s");
        measures.Add($"product unary, {Unary} in flight", Median("unary", l => l.Rate), "/s");
        measures.Add($"product bulk, {Bulk} in flight", Median("bulk", l => l.Rate), "/s");
        measures.AtLeast("unary : pgbench one", Ratio("unary", one.Select(l => l.Rate)), "ratio", 1.2);
        measures.Add("unary : pgbench cte", Ratio("unary", cte.Select(l => l.Rate)), "ratio");
        measures.AtLeast("bulk : pgbench one", Ratio("bulk", one.Select(l => l.Rate)), "ratio", 1.6);
        measures.AtLeast("unary : plain", Ratio("unary", plainRates), "ratio", 4);
        measures.Add("bulk : plain", Ratio("bulk", plainRates), "ratio");
        measures.Add("unary : pgbench one, by processor time", ByProcessor("unary", one.Select(l => l.Microseconds)), "ratio");
        measures.Add("bulk : pgbench one, by processor time", ByProcessor("bulk", one.Select(l => l.Microseconds)), "ratio");
        measures.Add("unary : plain, by processor time", ByProcessor("unary", loads["plain"].Select(l => l.Microseconds)), "ratio");
        measures.Add("pgbench one, CPU of PostgreSQL and pgbench", Measures.Median(one.Select(l => l.Microseconds)), "µs/command");
        measures.AtMost("one caller's p50, unary : plain", Measures.Median(loads["unary alone"].Zip(loads["plain alone"], (u, p) => u.P50 / p.P50)), "ratio", 1.5);
        foreach (var name in loads.Keys)
        {
            measures.Add($"{name}, p50", Median(name, l => l.P50), "ms");
            measures.Add($"{name}, p95", Median(name, l => l.P95), "ms");
            measures.Add($"{name}, p99", Median(name, l => l.P99), "ms");
            measures.Add($"{name}, CPU of the server", Median(name, l => l.ServerMicroseconds), "µs/command");
            measures.Add($"{name}, CPU of PostgreSQL", Median(name, l => l.PostgresMicroseconds), "µs/command");
            measures.Add($"{name}, CPU of the driver", Median(name, l => l.DriverMicroseconds), "µs/command");
            // The plain service has no retries: what it fails at is its own affair.
            var failed = loads[name].Sum(l => l.Errors.Values.Sum());
            if (name.StartsWith("plain", StringComparison.Ordinal)) measures.Add($"{name}, failed", failed, "commands");
            else measures.AtMost($"{name}, failed", failed, "commands", 0);
        }
        measures.AtMost("memory at full load, 10,000 active grains", loads["bulk"].Max(l => l.ServerMegabytes), "MB", 800);
    }

    private static async Task<string> Answer(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? answer : throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} failed: {answer}");
    }

    private static string Sql(string file) => Path.Combine(AppContext.BaseDirectory, "Sql", file);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"transactions actually processed: ([0-9]+)")]
    private static partial Regex Transactions();

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Tps();
}
