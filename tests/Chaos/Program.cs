using System.Globalization;
using EqualitiesPlatform.Chaos;
using EqualitiesPlatform.Issuer;

// --seconds N --seed S --silos K --leads L --only FAULT --results FILE [--brief]: started by build/chaos, and by the tests in its brief form.
string Said(string name, string otherwise) => Array.IndexOf(args, "--" + name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
int Number(string name, int otherwise) => int.Parse(Said(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

var (seed, brief) = (Number("seed", 1), args.Contains("--brief"));
var duration = TimeSpan.FromSeconds(Number("seconds", 60));
var results = Said("results", "artifacts/chaos/summary.json");
var logs = Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(results))!).FullName;
var place = Directory.CreateTempSubdirectory("equalities-chaos-");
try
{
    void Say(string what) => Console.WriteLine($"{DateTime.UtcNow:HH:mm:ss}  {what}");
    await using var postgres = await Postgres.Open();
    await using var issuer = await IssuerHost.StartAsync(new IssuerOptions(place.FullName));
    using var silos = new Silos(Number("silos", 3), issuer, postgres, logs);
    Say($"Starting {silos.All.Count} silos");
    await silos.Ready();
    if (postgres.HasSmallDisk) await postgres.MoveToSmallDisk();
    var workload = new Workload(issuer, silos.All, seed, leads: Number("leads", brief ? 3 : 10), cold: brief ? 10 : 40);
    await workload.Prepare();
    // What all this left to write is none of the trouble.
    if (postgres.IsOwn) await postgres.Execute("checkpoint");
    Say($"Calling, and making trouble for {duration.TotalSeconds} s");
    using var stop = new CancellationTokenSource();
    var calling = workload.Run(stop.Token);
    var pacing = workload.KeepPace(postgres, stop.Token);
    var troubles = new Troubles(seed, silos, postgres, workload, brief, Said("only", ""), Say);
    using var minutely = new Timer(_ => Say($"{workload.Acknowledged:N0} commands acknowledged, {troubles.Dealt.Count} faults dealt"), null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
    try
    {
        await troubles.Run(duration);
    }
    finally
    {
        await stop.CancelAsync();
        await Task.WhenAll(calling, pacing);
    }
    Say("Waiting until all is quiet");
    await silos.Ready();
    var registers = await workload.Registers((await postgres.Progress()).Recorded);
    var history = new History([.. workload.Attempts], [.. workload.Sights], await postgres.Ledger("commitment", workload.Prefix, "commitments.progress-reported.v1"), registers);
    var summary = new Summary(seed, duration, history, Checker.Check(history, CommitmentsMayFollow), await workload.Verify(), troubles, silos.Restarts);
    summary.Tell(results);
    return summary.IsClean ? 0 : 1;
}
finally
{
    place.Delete(recursive: true);
}

// Proposed, then accepted, then whatever is reported or falls due.
static bool CommitmentsMayFollow(IReadOnlyList<string> before, string next) => before.Count switch
{
    0 => next == "commitments.commitment-proposed.v1",
    1 => next == "commitments.commitment-accepted.v1",
    _ => next is not ("commitments.commitment-proposed.v1" or "commitments.commitment-accepted.v1"),
};
