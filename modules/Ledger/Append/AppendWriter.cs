using System.Text;
using System.Threading.Channels;
using Npgsql;

namespace EqualitiesPlatform.Ledger.Append;

/// <summary>One event on its way into the ledger.</summary>
internal sealed record PendingEvent(Guid Id, string StoredName, string DotNetName, string Headers, string Data);

/// <summary>One write on its way into the ledger: all of it, or nothing.</summary>
/// <param name="Wakes">The stream's next due day; null leaves the clock as it is, MaxValue stops it.</param>
internal sealed record PendingWrite(
    string Stream, long ExpectedVersion, IReadOnlyList<PendingEvent> Events, Guid Caller, string Rpc, string RequestId,
    byte[] Payload, DateTimeOffset RecordedAt, string Correlation, DateOnly? Wakes);

/// <summary>What came of a pending write.</summary>
internal abstract record Append
{
    /// <summary>Durable now, by this write or, as a duplicate, by the first of its request id.</summary>
    public sealed record Done(WriteReceipt Receipt, bool Duplicate) : Append;

    /// <summary>The stream stands at another version.</summary>
    public sealed record LostRace(long ActualVersion) : Append;

    /// <summary>The request id was used for something else.</summary>
    public sealed record RequestIdReused : Append;
}

/// <summary>The one way into the ledger.</summary>
internal interface IAppendWriter
{
    /// <summary>Appends a write, and answers once it is durable, or certainly isn't.</summary>
    /// <exception cref="LedgerException">
    /// Busy: the queue is full. Unavailable: the outcome isn't known. Refused: PostgreSQL can't store it.
    /// </exception>
    Task<Append> Append(PendingWrite write);

    /// <summary>What an earlier write of the same request id left, without writing; if none, the stream's version as a lost race.</summary>
    Task<Append> Standing(PendingWrite write);
}

/// <summary>
/// One writer a silo: everything that is queued goes into one transaction, and callers are answered after its commit.
/// There is no timer; a lone caller waits for nobody.
/// </summary>
internal sealed class AppendWriter(ILedgerStore store, ILogger<AppendWriter> log) : BackgroundService, IAppendWriter
{
    private const int QueueLimit = 4096;
    private const int BatchLimit = 500;
    private const int MostCollisions = 5;

    private readonly Channel<Waiting> _queue =
        Channel.CreateBounded<Waiting>(new BoundedChannelOptions(QueueLimit) { SingleReader = true });

    private volatile bool _stopping;

    private sealed record Waiting(PendingWrite Write, TaskCompletionSource<Append> Answer);

    public Task<Append> Append(PendingWrite write)
    {
        var waiting = new Waiting(write, new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!_queue.Writer.TryWrite(waiting))
            throw (_stopping ? Stopping() : new LedgerException(FailureKind.Busy, "LEDGER_BUSY", "The ledger has more to write than it can hold; try again in a moment."));
        Instruments.Queued.Add(1);
        return waiting.Answer.Task;
    }

    public async Task<Append> Standing(PendingWrite write)
    {
        try
        {
            return (await store.Standing([write]))[0];
        }
        catch (Exception e) when (LedgerDatabase.IsAway(e))
        {
            store.ForgetIdleConnections();
            throw LedgerDatabase.Away(e);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Drain(stoppingToken);

    /// <summary>Writes what comes, batch by batch, until told to stop.</summary>
    internal async Task Drain(CancellationToken stopping)
    {
        var held = new List<Waiting>();
        try
        {
            while (held.Count > 0 || await _queue.Reader.WaitToReadAsync(stopping))
            {
                var batch = NextBatch(held);
                Instruments.Queued.Add(-batch.Count);
                await Write(batch);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: what is still queued is answered below.
        }
        _stopping = true;
        _queue.Writer.Complete();
        while (_queue.Reader.TryRead(out var late)) held.Add(late);
        Instruments.Queued.Add(-held.Count);
        foreach (var waiting in held) waiting.Answer.TrySetException(Stopping());
    }

    private static LedgerException Stopping() =>
        new(FailureKind.Unavailable, "STOPPING", "The platform is stopping; send the request again with the same request id.");

    /// <summary>Takes what is queued, at most one write a stream and one a request id; the others wait for the next batch.</summary>
    private List<Waiting> NextBatch(List<Waiting> held)
    {
        var batch = new List<Waiting>();
        var streams = new HashSet<string>(StringComparer.Ordinal);
        var requests = new HashSet<(Guid, string, string)>();
        bool Fits(PendingWrite w) => !streams.Contains(w.Stream) && !requests.Contains((w.Caller, w.Rpc, w.RequestId));
        void Take(Waiting w)
        {
            streams.Add(w.Write.Stream);
            requests.Add((w.Write.Caller, w.Write.Rpc, w.Write.RequestId));
            batch.Add(w);
        }

        for (var i = 0; i < held.Count && batch.Count < BatchLimit;)
        {
            if (!Fits(held[i].Write)) { i++; continue; }
            Take(held[i]);
            held.RemoveAt(i);
        }
        while (batch.Count < BatchLimit && held.Count < BatchLimit && _queue.Reader.TryRead(out var next))
        {
            if (Fits(next.Write)) Take(next);
            else held.Add(next);
        }
        return batch;
    }

    private async Task Write(List<Waiting> batch, int collisions = 0, bool again = false)
    {
        try
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            var appends = await store.Append([.. batch.Select(w => w.Write)]);
            Instruments.Duration.Record(System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds);
            Instruments.BatchSize.Record(batch.Count);
            Instruments.Appended.Add(batch.Where((_, i) => appends[i] is Append.Done { Duplicate: false }).Sum(w => w.Write.Events.Count));
            for (var i = 0; i < batch.Count; i++) batch[i].Answer.SetResult(appends[i]);
        }
        catch (Exception e) when (IsCollision(e) ? collisions < MostCollisions : batch.Count > 1 && !LedgerDatabase.IsAway(e))
        {
            // Two silos met on one row, or one write holds what can't be stored. Alone, each finds out what became of it.
            foreach (var waiting in batch) await Write([waiting], collisions + 1, again);
        }
        catch (Exception e) when (!again && IsEndedSession(e))
        {
            // Most likely a connection that died while it lay idle. Whatever was done is found by its request id.
            store.ForgetIdleConnections();
            await Write(batch, collisions, again: true);
        }
        catch (Exception e) when (IsUnstorable(e))
        {
            batch[0].Answer.TrySetException(new LedgerException(
                FailureKind.Refused, "NOT_STORABLE", "Something in this request can't be stored, such as a character that is no text; leave it out.", e));
        }
        catch (Exception e)
        {
            store.ForgetIdleConnections();
            log.LogWarning(e, "A batch of {Count} writes could not be appended", batch.Count);
            foreach (var waiting in batch)
                waiting.Answer.TrySetException(LedgerDatabase.Away(e));
        }
    }

    private static bool IsEndedSession(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown } or NpgsqlException { InnerException: IOException };

    private static bool IsCollision(Exception e) => e is PostgresException
    {
        SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
    };

    /// <summary>A value that PostgreSQL does not take (classes 22 and 54), or that no text encoding does.</summary>
    private static bool IsUnstorable(Exception e) =>
        e is PostgresException answered ? answered.SqlState[..2] is "22" or "54" : e is EncoderFallbackException or { InnerException: EncoderFallbackException };
}
