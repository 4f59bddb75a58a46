namespace EqualitiesPlatform.Chaos;

/// <summary>How an attempt at an operation ended, as its caller saw it.</summary>
internal enum Ending
{
    /// <summary>Acknowledged, at a version.</summary>
    Acknowledged,

    /// <summary>Certainly not done by this attempt.</summary>
    NotDone,

    /// <summary>Nobody answered, or the answer said that nobody knows.</summary>
    Unknown,
}

/// <summary>
/// One attempt at an operation, which records one event. Attempts of one operation carry one request id. Times are
/// of one clock, in any unit.
/// </summary>
/// <param name="Operation">The operation's name; its event carries it.</param>
/// <param name="ExpectedVersion">The version that the caller insisted on.</param>
/// <param name="Version">The acknowledged version.</param>
/// <param name="Position">The acknowledged position.</param>
internal sealed record Attempt(
    string Operation, string Stream, long? ExpectedVersion, long Began, long Ended, Ending Ending, long Version = 0, long Position = 0);

/// <summary>A stream's version as somebody read it, where reads are promised to be current.</summary>
internal sealed record Sight(string Stream, long Began, long Version);

/// <summary>An event as it stands in the ledger in the end.</summary>
/// <param name="Operation">The operation that recorded it; empty for what was there before the operations.</param>
/// <param name="What">What it records, for the rules of what may follow what.</param>
/// <param name="FellDue">Whether the operation found it due, and so wrote it before the one event that it was asked for.</param>
internal sealed record Entry(long Position, string Stream, long Version, string Operation, string What, bool FellDue = false);

/// <summary>A register's word on a stream: how many events it has taken.</summary>
internal sealed record Registered(string Stream, long Version);

/// <summary>Everything that was seen from outside.</summary>
internal sealed record History(
    IReadOnlyList<Attempt> Attempts, IReadOnlyList<Sight> Sights, IReadOnlyList<Entry> Ledger, IReadOnlyList<Registered> Registers);
