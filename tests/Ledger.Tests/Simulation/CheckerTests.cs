using EqualitiesPlatform.Chaos;

namespace EqualitiesPlatform.Ledger.Tests.Simulation;

/// <summary>The history checker, on histories of which we know what is wrong.</summary>
public sealed class CheckerTests
{
    private const int Operations = 200;
    private const string Stream = "counter/one";

    public static TheoryData<string, string> Faults => new()
    {
        { "an acknowledged event is gone", nameof(Flaw.Lost) },
        { "an event stands twice", nameof(Flaw.Doubled) },
        { "two events have changed places", nameof(Flaw.Reordered) },
        { "a version has an earlier position than the one before", nameof(Flaw.Reordered) },
        { "a read lacks what was acknowledged", nameof(Flaw.Stale) },
        { "a register lacks the last event", nameof(Flaw.Stale) },
        { "an acknowledgement names another version", nameof(Flaw.Misplaced) },
        { "an insisted version was not kept", nameof(Flaw.Misplaced) },
        { "what was refused is there", nameof(Flaw.NotUndone) },
        { "an event is there that nobody asked for", nameof(Flaw.Invented) },
        { "a version is missing", nameof(Flaw.Illegal) },
        { "an event follows one that ends the stream", nameof(Flaw.Illegal) },
        { "only what fell due was written", nameof(Flaw.Illegal) },
        { "what fell due is not just before", nameof(Flaw.Illegal) },
        { "an operation stands twice beside what fell due", nameof(Flaw.Doubled) },
    };

    [Fact]
    public void A_right_history_has_no_finding() => Check(Right(new Random(1))).Should().BeEmpty();

    [Fact]
    public void What_nobody_knows_may_be_there_or_not()
    {
        var history = Right(new Random(2));
        var unknown = history.Attempts.Select(a => a with { Ending = Ending.Unknown, Version = 0, Position = 0 }).ToArray();
        Check(history with { Attempts = unknown }).Should().BeEmpty();
        Check(history with { Attempts = unknown, Ledger = [], Sights = [], Registers = [] }).Should().BeEmpty();
    }

    [Fact]
    public void What_fell_due_may_be_written_with_an_operation_and_before_it()
    {
        Entry[] ledger = [new(1, Stream, 1, "op-1", "counted"), new(2, Stream, 2, "op-2", "reminded", FellDue: true), new(3, Stream, 3, "op-2", "expected", FellDue: true), new(4, Stream, 4, "op-2", "counted")];
        Attempt[] attempts = [new("op-1", Stream, 0, 1, 2, Ending.Acknowledged, 1, 1), new("op-2", Stream, 1, 3, 4, Ending.Unknown), new("op-2", Stream, 1, 5, 6, Ending.Acknowledged, 4, 4)];
        Check(new History(attempts, [], ledger, [new Registered(Stream, 4)])).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_seeded_fault_is_found(string fault, string flaw)
    {
        foreach (var seed in Enumerable.Range(0, 20))
            Check(Spoilt(fault, new Random(seed))).Select(f => f.Flaw.ToString()).Should().Contain(flaw, "seed {0}", seed);
    }

    private static IReadOnlyList<Finding> Check(History history) => Checker.Check(history, (before, _) => !before.Contains("last"));

    /// <summary>Operations one after the other on one stream, each acknowledged, with a read after each.</summary>
    private static History Right(Random random)
    {
        var now = 0L;
        long Later() => now += 1 + random.Next(5);
        var attempts = new List<Attempt>();
        var sights = new List<Sight>();
        var ledger = new List<Entry>();
        for (var v = 1; v <= Operations; v++)
        {
            var began = Later();
            ledger.Add(new Entry(v * 3, Stream, v, $"op-{v}", v == Operations ? "last" : "counted"));
            attempts.Add(new Attempt($"op-{v}", Stream, random.Next(2) == 0 ? v - 1 : null, began, Later(), Ending.Acknowledged, v, v * 3));
            sights.Add(new Sight(Stream, Later(), v));
        }
        return new History(attempts, sights, ledger, [new Registered(Stream, Operations)]);
    }

    private static History Spoilt(string fault, Random random)
    {
        var history = Right(random);
        var at = random.Next(1, Operations - 1);
        Entry[] With(Func<Entry, Entry> change) => [.. history.Ledger.Select((e, i) => i == at ? change(e) : e)];
        Attempt[] Answered(Func<Attempt, Attempt> change) => [.. history.Attempts.Select((a, i) => i == at ? change(a) : a)];
        return fault switch
        {
            "an acknowledged event is gone" => history with { Ledger = [.. history.Ledger.Take(Operations - 1)] },
            "an event stands twice" => history with { Ledger = [.. history.Ledger, history.Ledger[at] with { Version = Operations + 1, Position = Operations * 3 + 1 }] },
            "two events have changed places" => history with { Ledger = [.. history.Ledger.Select((e, i) => i == at ? e with { Operation = $"op-{at + 2}" } : i == at + 1 ? e with { Operation = $"op-{at + 1}" } : e)] },
            "a version has an earlier position than the one before" => history with { Ledger = With(e => e with { Position = e.Position - 4 }) },
            "a read lacks what was acknowledged" => history with { Sights = [.. history.Sights.Select((s, i) => i == at ? s with { Version = s.Version - 1 } : s)] },
            "a register lacks the last event" => history with { Registers = [new Registered(Stream, Operations - 1)] },
            "an acknowledgement names another version" => history with { Attempts = Answered(a => a with { Version = a.Version + 1 }) },
            "an insisted version was not kept" => history with { Attempts = Answered(a => a with { ExpectedVersion = at + 7 }) },
            "what was refused is there" => history with { Attempts = Answered(a => a with { Ending = Ending.NotDone }) },
            "an event is there that nobody asked for" => history with { Ledger = With(e => e with { Operation = "op-nobodys" }) },
            "a version is missing" => history with { Ledger = [.. history.Ledger.Where((_, i) => i != at)] },
            "an event follows one that ends the stream" => history with { Ledger = With(e => e with { What = "last" }) },
            "only what fell due was written" => history with { Ledger = With(e => e with { FellDue = true }) },
            "what fell due is not just before" => history with { Ledger = [.. history.Ledger.Select((e, i) => i == at + 1 ? e with { Operation = $"op-{at}", FellDue = true } : e)] },
            "an operation stands twice beside what fell due" => history with { Ledger = [.. history.Ledger, history.Ledger[at] with { Version = Operations + 1, Position = Operations * 3 + 1, FellDue = true }, history.Ledger[at] with { Version = Operations + 2, Position = Operations * 3 + 2 }] },
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };
    }
}
