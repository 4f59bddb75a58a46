using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EqualitiesPlatform.Chaos;

/// <summary>What came of a run, for people as tables and for programs as JSON.</summary>
internal sealed class Summary(int seed, TimeSpan duration, History history, IReadOnlyList<Finding> findings, IReadOnlyList<string> verification, Troubles troubles, int restarts)
{
    public bool IsClean => findings.Count == 0 && verification.Count == 0;

    public void Tell(string file)
    {
        var operations = history.Attempts.GroupBy(a => a.Operation).ToArray();
        var acknowledged = operations.Count(o => o.Any(a => a.Ending == Ending.Acknowledged));
        var notDone = operations.Count(o => o.All(a => a.Ending == Ending.NotDone));
        var again = operations.Count(o => o.Count() > 1);
        var counts = Enum.GetValues<Flaw>().ToDictionary(f => f, f => findings.Count(x => x.Flaw == f));
        var faults = troubles.Dealt.GroupBy(d => d.Fault).OrderBy(g => g.Key, StringComparer.Ordinal).Select(Row).ToArray();

        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}, {duration.TotalSeconds:0} s: {operations.Length:#,0} commands in {history.Attempts.Count:#,0} attempts, {again:#,0} sent more than once"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {acknowledged:#,0} acknowledged, {notDone:#,0} refused or lost a race, {operations.Length - acknowledged - notDone:#,0} nobody knows; {history.Ledger.Count(e => e is { Operation.Length: > 0, FellDue: false }):#,0} in the ledger; {history.Sights.Count:#,0} reads; {restarts} restarts"));
        Console.WriteLine("  " + string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}")));
        Console.WriteLine();
        Console.WriteLine($"{"fault",-45} {"times",5}  {"p50",6} {"p99",6} {"most",6}  s until all streams answer, or registers follow");
        foreach (var f in faults)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{f.Fault,-45} {f.Times,5}  {f.P50,6:0.00} {f.P99,6:0.00} {f.Most,6:0.00}  {(f.Target is { } t ? $"≤ {t} {(f.Met == true ? "met" : "missed")}" : "")}").TrimEnd());
        foreach (var finding in findings.Take(20)) Console.WriteLine($"{finding.Flaw}: {finding.Sentence}");
        foreach (var finding in verification.Take(20)) Console.WriteLine($"Verification: {finding}");

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, JsonSerializer.Serialize(
            new
            {
                seed, seconds = Math.Round(duration.TotalSeconds), commands = operations.Length, attempts = history.Attempts.Count, acknowledged, refused = notDone,
                unknown = operations.Length - acknowledged - notDone, reads = history.Sights.Count,
                lost = counts[Flaw.Lost], doubled = counts[Flaw.Doubled], reordered = counts[Flaw.Reordered], stale = counts[Flaw.Stale],
                misplaced = counts[Flaw.Misplaced], notUndone = counts[Flaw.NotUndone], invented = counts[Flaw.Invented], illegal = counts[Flaw.Illegal],
                verification, faults, findings = findings.Select(f => $"{f.Flaw}: {f.Sentence}"),
            },
            new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Console.WriteLine($"Written to {file}");
    }

    private sealed record FaultRow(string Fault, int Times, double P50, double P99, double Most, double? Target, bool? Met);

    private FaultRow Row(IGrouping<string, Dealt> dealt)
    {
        var recoveries = dealt.Select(troubles.SecondsOf).Order().ToArray();
        double Share(double share) => Math.Round(recoveries[(int)Math.Ceiling(share * recoveries.Length) - 1], 2);
        double? target = Troubles.Targets.TryGetValue(dealt.Key, out var t) ? t : null;
        return new FaultRow(dealt.Key, recoveries.Length, Share(0.5), Share(0.99), Share(1), target, target is null ? null : Share(0.99) <= target);
    }
}
