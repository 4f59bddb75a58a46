using System.Diagnostics;

namespace EqualitiesPlatform.Chaos;

/// <summary>One fault, as it was dealt.</summary>
/// <param name="From">From when service was to come back: when the cause was gone, or at once where somebody else has to step in.</param>
/// <param name="Until">When the registers had caught up, for a fault that holds them up.</param>
internal sealed record Dealt(string Fault, long From, long? Until = null);

/// <summary>Deals the faults, one after the other in an order that the seed chooses, each kind as often as the others.</summary>
/// <param name="only">One kind of fault alone, to know it better; all of them when empty.</param>
internal sealed class Troubles(int seed, Silos silos, Postgres postgres, Workload workload, bool brief, string only, Action<string> say)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Random _random = new(seed);
    private readonly List<Dealt> _dealt = [];

    public IReadOnlyList<Dealt> Dealt => _dealt;

    /// <summary>What a fault's recovery has to keep to, where something is asked of it.</summary>
    public static readonly IReadOnlyDictionary<string, double> Targets = new Dictionary<string, double>
    {
        [PostgresKilled] = 3, [SiloKilled] = 10, [LeaderLost] = 5,
    };

    private const string PostgresKilled = "PostgreSQL killed";
    private const string SiloKilled = "silo killed";
    private const string LeaderLost = "projection leader lost";

    public async Task Run(TimeSpan duration)
    {
        var faults = Faults().Where(f => only.Length == 0 || f.Name == only).ToArray();
        if (faults.Length == 0) throw new ArgumentException($"There is no fault named \"{only}\"; there are {string.Join(", ", Faults().Select(f => f.Name))}.");
        var left = new Queue<(string, Func<string, Task<Dealt>>)>();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < duration)
        {
            if (left.Count == 0)
                foreach (var fault in faults.OrderBy(_ => _random.Next()).ToArray()) left.Enqueue(fault);
            var (name, deal) = left.Dequeue();
            // Now and then two at once; how long each would take alone is not to be told then.
            if (_random.Next(4) == 0 && left.TryPeek(out var other))
            {
                left.Dequeue();
                var both = await Task.WhenAll(deal(name), other.Item2(other.Item1));
                var last = both.Max(d => d.From);
                _dealt.AddRange(both.Select(d => d with { Fault = d.Fault + " with another", From = last, Until = null }));
            }
            else
            {
                _dealt.Add(await deal(name));
            }
            await ServiceIsBack(_dealt[^1].From);
            if (SecondsOf(_dealt[^1]) > Targets.GetValueOrDefault(_dealt[^1].Fault, 15)) say($"{_dealt[^1].Fault}: {SecondsOf(_dealt[^1]):0.0} s");
            await Task.Delay(brief ? 300 : 500 + _random.Next(1500));
        }
    }

    private static long Now => Stopwatch.GetTimestamp();

    private Silo Any() => silos.All[_random.Next(silos.All.Count)];

    private TimeSpan Between(double least, double most) => TimeSpan.FromSeconds(least + _random.NextDouble() * (most - least)) / (brief ? 4 : 1);

    private IEnumerable<(string Name, Func<string, Task<Dealt>> Deal)> Faults()
    {
        yield return ("answers lost after the commit", n => On(n, silo => silo.Proxy.LoseAnswers(Between(0.2, 1.5))));
        yield return ("connections cut", n => On(n, silo => Done(silo.Proxy.Cut)));
        yield return ("connections slow", n => On(n, Slow));
        yield return ("backends terminated", n => Over(n, postgres.EndSessions()));
        yield return ("an append held open", n => Registers(n, postgres.HoldAnAppend(Between(1, 3.5))));
        yield return (LeaderLost, LoseLeader);
        if (brief) yield break;
        yield return ("connections half open", n => On(n, silo => silo.Proxy.HalfOpen(Between(1, 8))));
        yield return (SiloKilled, KillSilo);
        yield return ("silo frozen", FreezeSilo);
        yield return ("silos restarted in turn", RestartInTurn);
        yield return ("a register can't take an event", n => Registers(n, Poison()));
        yield return ("clock set forward", n => Over(n, workload.AdvanceClock(TimeSpan.FromHours(1 + _random.Next(24 * 20)))));
        if (postgres.IsOwn) yield return (PostgresKilled, KillPostgres);
        if (postgres.HasSmallDisk) yield return ("disk full", n => Over(n, postgres.FillDisk(Between(0.5, 4))));
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private static async Task<Dealt> Over(string name, Task fault)
    {
        await fault;
        return new Dealt(name, Now);
    }

    private Task<Dealt> On(string name, Func<Silo, Task> fault) => Over(name, fault(Any()));

    private async Task Slow(Silo silo)
    {
        silo.Proxy.Delay = 50 + _random.Next(500);
        await Task.Delay(Between(1, 5));
        silo.Proxy.Delay = 0;
    }

    /// <summary>A fault of what follows the ledger: over when everything that was recorded by its end is followed.</summary>
    private async Task<Dealt> Registers(string name, Task fault)
    {
        await fault;
        var from = Now;
        var (recorded, _) = await postgres.Progress();
        var patience = Stopwatch.StartNew();
        while ((await postgres.Progress()).Reached < recorded)
        {
            if (patience.Elapsed > Patience) throw new TimeoutException($"After \"{name}\" the registers have not caught up in {Patience.TotalSeconds} s.");
            await Task.Delay(20);
        }
        return new Dealt(name, from, Now);
    }

    private async Task<Dealt> LoseLeader(string name) => await Registers(name, postgres.EndLeadership());

    private async Task<Dealt> KillSilo(string name)
    {
        var silo = Any();
        silo.IsHeldBack = true;
        silo.Kill();
        var from = Now;
        await Task.Delay(Between(0, 12));
        silo.IsHeldBack = false;
        return new Dealt(name, from);
    }

    private async Task<Dealt> FreezeSilo(string name)
    {
        var silo = Any();
        silo.Signal("STOP");
        var from = Now;
        await Task.Delay(Between(1, 20));
        silo.Signal("CONT");
        return new Dealt(name, from);
    }

    /// <summary>As operators do: each is told to stop, comes back, and is ready before the next.</summary>
    private async Task<Dealt> RestartInTurn(string name)
    {
        var from = Now;
        foreach (var silo in silos.All)
        {
            var ended = silo.Ended();
            silo.Signal("TERM");
            from = Now;
            var patience = Stopwatch.StartNew();
            await Task.WhenAny(ended, Task.Delay(Patience));
            while (!await silo.IsReady() && patience.Elapsed < Patience) await Task.Delay(200);
        }
        return new Dealt(name, from);
    }

    private async Task<Dealt> KillPostgres(string name)
    {
        var from = await postgres.KillAndStart();
        _dealt.Add(new Dealt("PostgreSQL killed, until it answers", from, Now));
        return new Dealt(name, from);
    }

    private async Task Poison()
    {
        await postgres.Execute($"alter table ledger.mt_doc_commitmentregister drop constraint if exists poison, add constraint poison check (id <> '{workload.SpareStream}') not valid");
        await workload.ReportOnSpare();
        await Task.Delay(Between(1, 4));
        await postgres.Execute("alter table ledger.mt_doc_commitmentregister drop constraint if exists poison");
    }

    private async Task ServiceIsBack(long from)
    {
        var patience = Stopwatch.StartNew();
        while (Recovery(from) is null)
        {
            if (patience.Elapsed > Patience) throw new TimeoutException($"After \"{_dealt[^1].Fault}\" service is not back in {Patience.TotalSeconds} s.");
            await Task.Delay(100);
        }
    }

    /// <summary>How long a fault was felt, in seconds: until service was back, or the registers were.</summary>
    public double SecondsOf(Dealt dealt) => dealt.Until is { } until ? Stopwatch.GetElapsedTime(dealt.From, until).TotalSeconds : Recovery(dealt.From) ?? double.NaN;

    /// <summary>Until every stream that is watched has acknowledged a write that was begun after an instant, in seconds.</summary>
    public double? Recovery(long from)
    {
        var back = workload.Probed.Select(stream => workload.Probing
            .Where(a => a.Stream == stream && a.Began >= from && a.Ending == Ending.Acknowledged)
            .Select(a => (long?)a.Ended).Min()).ToArray();
        return back.Any(b => b is null) ? null : Stopwatch.GetElapsedTime(from, back.Max()!.Value).TotalSeconds;
    }
}
