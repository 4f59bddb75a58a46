using System.Collections.Concurrent;
using EqualitiesPlatform.Chaos;
using EqualitiesPlatform.Ledger.Append;
using Xunit.Abstractions;

namespace EqualitiesPlatform.Ledger.Tests.Simulation;

/// <summary>The grain's keeper and the append writer in a world where everything goes wrong, by seed.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private static readonly int Seeds = Environment.GetEnvironmentVariable("EQUALITIES_LONG") == "1" ? 200_000 : 2_000;

    [Fact]
    public void Under_every_seed_what_is_acknowledged_stands_once_and_in_order()
    {
        var faults = new ConcurrentDictionary<string, int>();
        var endings = new ConcurrentDictionary<Ending, int>();
        var wrong = new ConcurrentQueue<string>();
        Parallel.For(0, Seeds, seed =>
        {
            var scene = Scene.Play(seed);
            foreach (var (fault, times) in scene.Faults) faults.AddOrUpdate(fault, times, (_, before) => before + times);
            foreach (var attempt in scene.History.Attempts) endings.AddOrUpdate(attempt.Ending, 1, (_, before) => before + 1);
            foreach (var finding in scene.Findings) wrong.Enqueue($"seed {seed}: {finding.Flaw}: {finding.Sentence}");
            if (Scene.IsFair(seed) && scene.History.Attempts.Any(a => a.Ending == Ending.Unknown)) wrong.Enqueue($"seed {seed}: an attempt ended unknown in fair weather");
        });
        foreach (var (ending, times) in endings) output.WriteLine($"{ending}: {times}");
        foreach (var (fault, times) in faults.OrderBy(f => f.Key, StringComparer.Ordinal)) output.WriteLine($"{fault}: {times}");
        wrong.Should().BeEmpty("Scene.Play(seed) plays each of these histories again");
        faults.Should().HaveCount(9).And.OnlyContain(f => f.Value > Seeds / 20, "the figure above rests on them");
        endings.Should().HaveCount(3).And.OnlyContain(e => e.Value > Seeds);
    }

    [Fact]
    public void One_seed_is_one_history()
    {
        foreach (var seed in new[] { 1, 2, 8 })
            Scene.Play(seed).History.Attempts.Should().Equal(Scene.Play(seed).History.Attempts);
    }

    [Fact]
    public void Without_the_expected_version_the_simulation_fails() => Fails(w => new WithoutExpectedVersion(w), Flaw.Illegal, Flaw.Misplaced);

    [Fact]
    public void Without_deduplication_the_simulation_fails() => Fails(w => new WithoutDeduplication(w), Flaw.Doubled);

    [Fact]
    public void Without_waiting_for_the_commit_the_simulation_fails() => Fails(w => new WithoutWaitingForTheCommit(w), Flaw.Lost);

    private static void Fails(Func<IAppendWriter, IAppendWriter> substitute, params Flaw[] flaws)
    {
        var found = Enumerable.Range(0, 40).SelectMany(seed => Scene.Play(seed, substitute).Findings.Select(f => f.Flaw)).ToHashSet();
        found.Should().Contain(flaws);
    }
}
