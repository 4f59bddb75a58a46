namespace EqualitiesPlatform.Chaos;

/// <summary>What may be wrong with a history.</summary>
internal enum Flaw
{
    /// <summary>Acknowledged, and not in the ledger.</summary>
    Lost,

    /// <summary>More than once in the ledger, for one operation.</summary>
    Doubled,

    /// <summary>Behind what was begun after its acknowledgement; or positions that contradict versions.</summary>
    Reordered,

    /// <summary>A read or a register that lacks what was acknowledged before.</summary>
    Stale,

    /// <summary>Acknowledged at another place than where it stands, or differently at a retry.</summary>
    Misplaced,

    /// <summary>Reported as not done, and done.</summary>
    NotUndone,

    /// <summary>In the ledger, and nobody asked for it.</summary>
    Invented,

    /// <summary>A gap in a stream, or an event that may not follow what is before it.</summary>
    Illegal,
}

/// <summary>One thing that is wrong.</summary>
internal sealed record Finding(Flaw Flaw, string Sentence);

/// <summary>
/// Says what is wrong with a history: it knows nothing of how the ledger works, only what its callers were promised.
/// </summary>
internal static class Checker
{
    /// <param name="mayFollow">Whether an event's kind may follow the kinds before it in its stream, oldest first.</param>
    public static IReadOnlyList<Finding> Check(History history, Func<IReadOnlyList<string>, string, bool> mayFollow)
    {
        var findings = new List<Finding>();
        var written = history.Ledger.Where(e => e.Operation.Length > 0).ToLookup(e => e.Operation);
        var operations = history.Attempts.GroupBy(a => a.Operation).ToDictionary(g => g.Key, g => g.ToArray());
        foreach (var (operation, attempts) in operations) Operation(operation, attempts, [.. written[operation]], findings);
        foreach (var invented in written.Where(w => !operations.ContainsKey(w.Key)))
            findings.Add(new(Flaw.Invented, $"{invented.Key} stands in {invented.First().Stream}, and nobody asked for it"));

        var streams = history.Ledger.GroupBy(e => e.Stream).ToDictionary(g => g.Key, g => g.OrderBy(e => e.Version).ToArray());
        foreach (var (stream, entries) in streams)
        {
            Shape(stream, entries, mayFollow, findings);
            Order(stream, entries, operations, findings);
        }
        if (history.Ledger.GroupBy(e => e.Position).FirstOrDefault(g => g.Count() > 1) is { } twice)
            findings.Add(new(Flaw.Doubled, $"position {twice.Key} is given twice"));
        Sights(history, findings);
        foreach (var register in history.Registers.Where(r => r.Version != (streams.TryGetValue(r.Stream, out var entries) ? entries[^1].Version : 0)))
            findings.Add(new(Flaw.Stale, $"the register of {register.Stream} says version {register.Version}, and its stream says otherwise"));
        return findings;
    }

    private static void Operation(string operation, Attempt[] attempts, Entry[] entries, List<Finding> findings)
    {
        var acknowledged = attempts.Where(a => a.Ending == Ending.Acknowledged).ToArray();
        var own = entries.Where(e => !e.FellDue).ToArray();
        if (own.Length > 1)
            findings.Add(new(Flaw.Doubled, $"{operation} stands {own.Length} times in {own[0].Stream}"));
        if (acknowledged.Length > 0 && own.Length == 0)
            findings.Add(new(Flaw.Lost, $"{operation} was acknowledged at version {acknowledged[0].Version} of {acknowledged[0].Stream}, and is not there"));
        if (entries.Length > 0 && attempts.All(a => a.Ending == Ending.NotDone))
            findings.Add(new(Flaw.NotUndone, $"{operation} was said not to be done, and stands at version {entries[0].Version} of {entries[0].Stream}"));
        if (entries.Length > 0 && own.Length == 0)
            findings.Add(new(Flaw.Illegal, $"{operation} wrote what had fallen due in {entries[0].Stream}, and not what it was asked for"));
        if (own.Length == 1)
        {
            var entry = own[0];
            // One write: what had fallen due, and then this.
            var after = entry.Version - entries.Length;
            if (entries.Any(e => e.Stream != entry.Stream || e.Version <= after || e.Version > entry.Version))
                findings.Add(new(Flaw.Illegal, $"{operation} stands at version {entry.Version} of {entry.Stream}, and what had fallen due is not just before it"));
            if (acknowledged.FirstOrDefault(a => (a.Stream, a.Version, a.Position) != (entry.Stream, entry.Version, entry.Position)) is { } other)
                findings.Add(new(Flaw.Misplaced, $"{operation} was acknowledged at version {other.Version}, position {other.Position}, and stands at {entry.Version}, {entry.Position}"));
            if (attempts[0].ExpectedVersion is { } expected && after != expected)
                findings.Add(new(Flaw.Misplaced, $"{operation} insisted on version {expected}, and was written after {after}"));
        }
    }

    private static void Shape(string stream, Entry[] entries, Func<IReadOnlyList<string>, string, bool> mayFollow, List<Finding> findings)
    {
        var before = new List<string>(entries.Length);
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Version != i + 1)
            {
                findings.Add(new(Flaw.Illegal, $"{stream} has no version {i + 1}, or has it twice"));
                return;
            }
            if (i > 0 && entries[i].Position <= entries[i - 1].Position)
                findings.Add(new(Flaw.Reordered, $"{stream} has version {i + 1} at a position before that of version {i}"));
            if (!mayFollow(before, entries[i].What))
                findings.Add(new(Flaw.Illegal, $"{entries[i].What} may not be version {i + 1} of {stream}"));
            before.Add(entries[i].What);
        }
    }

    /// <summary>What was acknowledged before another operation began stands before it.</summary>
    private static void Order(string stream, Entry[] entries, Dictionary<string, Attempt[]> operations, List<Finding> findings)
    {
        // From the end: the earliest acknowledgement of all that stand later.
        var (earliest, whose) = (long.MaxValue, "");
        foreach (var entry in entries.Reverse())
        {
            if (!operations.TryGetValue(entry.Operation, out var attempts)) continue;
            if (attempts.Min(a => a.Began) > earliest)
                findings.Add(new(Flaw.Reordered, $"{entry.Operation} was begun after {whose} was acknowledged, and stands before it in {stream}"));
            foreach (var acknowledged in attempts)
                if (acknowledged.Ending == Ending.Acknowledged && acknowledged.Ended < earliest) (earliest, whose) = (acknowledged.Ended, entry.Operation);
        }
    }

    private static void Sights(History history, List<Finding> findings)
    {
        var acknowledged = history.Attempts.Where(a => a.Ending == Ending.Acknowledged)
            .ToLookup(a => a.Stream);
        foreach (var sights in history.Sights.GroupBy(s => s.Stream))
        {
            var due = new Queue<Attempt>(acknowledged[sights.Key].OrderBy(a => a.Ended));
            var least = 0L;
            foreach (var sight in sights.OrderBy(s => s.Began))
            {
                while (due.TryPeek(out var next) && next.Ended < sight.Began) least = Math.Max(least, due.Dequeue().Version);
                if (sight.Version < least)
                    findings.Add(new(Flaw.Stale, $"a read of {sight.Stream} saw version {sight.Version} after {least} was acknowledged"));
            }
        }
    }
}
