namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>The one place where a test waits: for a condition, for a bounded time.</summary>
internal static class Eventually
{
    public static async Task BecomesTrueAsync(Func<Task<bool>> condition, string what, int seconds = 20)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (!await condition())
                await tick.WaitForNextTickAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"After {seconds} s it still was not so that {what}.");
        }
    }

    public static Task BecomesTrueAsync(Func<bool> condition, string what, int seconds = 20) =>
        BecomesTrueAsync(() => Task.FromResult(condition()), what, seconds);
}
