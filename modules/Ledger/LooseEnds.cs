namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Takes away, now and then, what was written into the people store, or kept in the archive, for a command that never came
/// into the ledger, because the process ended between the two. Every silo does it; what one has taken another does not find.
/// </summary>
internal sealed class LooseEnds(People people, Archive archive, ILogger<LooseEnds> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    // Far longer than any call lasts, and its retries.
    private static readonly TimeSpan Old = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await people.Sweep(Old, stoppingToken) is > 0 and var swept)
                    log.LogWarning("{Count} texts or entries about people were taken away: what they were written for never came into the ledger", swept);
                if (await archive.Sweep(Old, stoppingToken) is > 0 and var files)
                    log.LogWarning("{Count} files were taken out of the archive: what they were kept for never came into the ledger", files);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogWarning(e, "What was left over beside the ledger could not be looked for");
            }
        }
    }
}
