using System.Diagnostics.Metrics;

namespace EqualitiesPlatform.Ledger.Append;

/// <summary>What the ledger measures of itself, in this process.</summary>
internal static class Instruments
{
    private static readonly Meter Meter = new(LedgerModule.Meter);

    /// <summary>Events that are durable; a duplicate counts once.</summary>
    public static readonly Counter<long> Appended = Meter.CreateCounter<long>("ledger.events.appended", "{event}", "Events appended.");

    /// <summary>Writes that wait for a batch.</summary>
    public static readonly UpDownCounter<long> Queued = Meter.CreateUpDownCounter<long>("ledger.writes.queued", "{write}", "Writes that wait to be appended.");

    /// <summary>Writes that share one transaction.</summary>
    public static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>("ledger.batch.size", "{write}", "Writes in one transaction.");

    /// <summary>How long a transaction takes that succeeds.</summary>
    public static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("ledger.batch.duration", "s", "How long a batch takes to be durable.");

    /// <summary>Commands that were not done, by reason.</summary>
    public static readonly Counter<long> Failed = Meter.CreateCounter<long>("ledger.commands.failed", "{command}", "Commands that were refused or failed, by reason.");
}
