using Npgsql;
using Polly;
using Polly.CircuitBreaker;

namespace EqualitiesPlatform.Ledger.Append;

/// <summary>
/// How a silo's calls open connections. Each one is a process that PostgreSQL makes, also to refuse it: a server that has
/// just been away must not be kept away by everybody who waits for it. So a few are opened at a time, while the others
/// wait for one that somebody gives back; and once some attempts have failed, one alone asks, twice a second.
/// </summary>
internal sealed class Openings(TimeProvider clock)
{
    private const int AtATime = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(LedgerDatabase.PatienceMilliseconds);

    private readonly SemaphoreSlim _turns = new(AtATime);

    private readonly ResiliencePipeline _breaker = new ResiliencePipelineBuilder { TimeProvider = clock }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(LedgerDatabase.IsAway),
            MinimumThroughput = AtATime,
            FailureRatio = 0.05,
            SamplingDuration = TimeSpan.FromSeconds(0.5),
            BreakDuration = TimeSpan.FromSeconds(0.5),
        })
        .Build();

    /// <summary>Runs what opens a connection, when its turn has come.</summary>
    /// <exception cref="NpgsqlException">The database is away, or was a moment ago, or no turn came in time.</exception>
    /// <exception cref="OperationCanceledException">The caller waits no longer.</exception>
    public async Task<T> Open<T>(Func<CancellationToken, ValueTask<T>> open, CancellationToken ct = default)
    {
        if (!await _turns.WaitAsync(Patience, ct)) throw new NpgsqlException("No connection to the database became free in time.");
        try
        {
            return await OpenAtOnce(open, ct);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Runs what opens a connection for the one writer, which waits behind no reader.</summary>
    /// <exception cref="NpgsqlException">The database is away, or was a moment ago.</exception>
    public async Task<T> OpenAtOnce<T>(Func<CancellationToken, ValueTask<T>> open, CancellationToken ct = default)
    {
        try
        {
            return await _breaker.ExecuteAsync(open, ct);
        }
        catch (BrokenCircuitException e)
        {
            throw new NpgsqlException("The database was away a moment ago.", e);
        }
    }
}
