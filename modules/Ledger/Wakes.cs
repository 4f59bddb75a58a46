using EqualitiesPlatform.Ledger.Append;
using Npgsql;
using Orleans.Runtime;

namespace EqualitiesPlatform.Ledger;

/// <summary>The grain that watches every due day of the ledger.</summary>
internal interface IClockwork : IGrainWithIntegerKey
{
    /// <summary>Winds the clockwork: its reminder is set, if it is not set already.</summary>
    Task Wind();

    /// <summary>Sends <see cref="RaiseDue"/> to every aggregate whose due day has come, and says how many.</summary>
    Task<int> Sweep();
}

/// <summary>
/// One durable reminder for all clocks. Each aggregate's next due day is written in the same transaction as the events
/// that set it, so that no clock can be lost between the two; the reminder only looks which days have come. It may
/// look late, or twice: the aggregate decides by the occasion's day, once.
/// </summary>
internal sealed class ClockworkGrain(LedgerDatabase database, Dispatch dispatch, SiloTables tables, LedgerClock clock, ILogger<ClockworkGrain> log)
    : Grain, IClockwork, IRemindable
{
    private const int PageSize = 500;

    public async Task Wind() =>
        await this.RegisterOrUpdateReminder("sweep", TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1));

    public Task ReceiveReminder(string reminderName, TickStatus status) => Sweep();

    public async Task<int> Sweep()
    {
        await tables.Refresh();
        var raised = 0;
        // Page by page past what stays due, so that no number of streams that can't be woken keeps the others waiting.
        var last = (Due: DateOnly.MinValue, Stream: "");
        while (await Due(LedgerClock.DayOf(clock.GetUtcNow()), last) is [.., var end] due)
        {
            last = end;
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (wake, _) =>
            {
                try
                {
                    // A fresh request id each time: what is raised once is for the aggregate's state to know. An id made
                    // of the stream and the day would be taken for ever by a wake-up that found nothing to do and left its
                    // day as it is, and no later release could raise it.
                    await dispatch.SendAsPlatform(new RaiseDue(wake.Stream), "Clockwork/RaiseDue", Guid.CreateVersion7().ToString(), wake.Stream);
                    Interlocked.Increment(ref raised);
                }
                catch (Exception e)
                {
                    // It stays due, and the next sweep asks again; the others do not wait for it. A failure may name the record, which may be confidential.
                    log.LogWarning("What is due in a {Kind} could not be raised: {Reason}", StreamKey.KindOf(wake.Stream), (e as LedgerException)?.Failure.Reason ?? e.GetType().Name);
                }
            });
        }
        return raised;
    }

    private async Task<List<(DateOnly Due, string Stream)>> Due(DateOnly today, (DateOnly Due, string Stream) last)
    {
        await using var command = database.Source.CreateCommand(
            "select due, stream from ledger_wake where due <= $1 and (due, stream) > ($2, $3) order by due, stream limit $4");
        foreach (var value in new object[] { today, last.Due, last.Stream, PageSize }) command.Parameters.Add(new() { Value = value });
        await using var rows = await command.ExecuteReaderAsync();
        var wakes = new List<(DateOnly, string)>();
        while (await rows.ReadAsync()) wakes.Add((rows.GetFieldValue<DateOnly>(0), rows.GetString(1)));
        return wakes;
    }
}

/// <summary>Winds the clockwork when the silo is up; a grain call may fail while the silo joins, so it is tried again.</summary>
internal sealed class ClockworkWinder(IGrainFactory grains, ILogger<ClockworkWinder> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await grains.GetGrain<IClockwork>(0).Wind();
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogInformation("The clockwork could not be wound yet: {Reason}", e.Message);
            }
        }
    }
}
