using System.Text;
using EqualitiesPlatform.Ledger.Append;
using Npgsql;

namespace EqualitiesPlatform.Ledger.Tests.Simulation;

/// <summary>What the wire and the server do to statements, each by its share of them.</summary>
internal sealed record Weather(double NeverArrives, double AnswerLost, double AnsweredTooLate, double Deadlock)
{
    public static readonly Weather Fair = new(0, 0, 0, 0);
    public static readonly Weather Foul = new(0.06, 0.08, 0.05, 0.03);
}

/// <summary>
/// PostgreSQL, as far as the append statement and its reads can tell: statements see what was committed when they
/// began, rows that they change are looked at again, a request id that another statement took in between fails them
/// whole. A statement may run on after its session was given up.
/// </summary>
internal sealed class Server(World world, Catalogue catalogue, Weather weather)
{
    private readonly Dictionary<string, List<(StoredEvent Event, long Commit)>> _streams = [];
    private readonly Dictionary<(Guid, string, string), (byte[] Payload, WriteReceipt Receipt, long Commit)> _requests = [];
    private readonly Dictionary<string, Snapshot> _snapshots = [];
    private long _commits;
    private long _positions;

    public bool Down { get; set; }

    public Dictionary<string, int> Faults { get; } = [];

    public IEnumerable<StoredEvent> Ledger => _streams.Values.SelectMany(s => s.Select(e => e.Event));

    public void Count(string fault) => Faults[fault] = Faults.GetValueOrDefault(fault) + 1;

    /// <summary>A silo's connections to it.</summary>
    public ILedgerStore Connect() => new Connections(this);

    private long VersionOf(string stream, long asOf = long.MaxValue) =>
        _streams.TryGetValue(stream, out var events) ? events.Count(e => e.Commit <= asOf) : 0;

    private Append.Append?[] Commit(PendingWrite[] writes, long asOf)
    {
        if (writes.Any(w => w.Events.Any(e => e.Data.Contains("\\u0000", StringComparison.Ordinal))))
            throw new PostgresException("unsupported Unicode escape sequence", "ERROR", "ERROR", PostgresErrorCodes.UntranslatableCharacter);
        var fresh = writes.Where(w => !(_requests.TryGetValue(Key(w), out var taken) && taken.Commit <= asOf));
        var won = fresh.Where(w => w.Events.Count == 0 ? VersionOf(w.Stream, asOf) == w.ExpectedVersion
            : w.ExpectedVersion == 0 ? VersionOf(w.Stream) == 0
            : VersionOf(w.Stream, asOf) > 0 && VersionOf(w.Stream) == w.ExpectedVersion).ToHashSet();
        if (won.Any(w => _requests.ContainsKey(Key(w))))
            throw new PostgresException("duplicate key value violates unique constraint", "ERROR", "ERROR", PostgresErrorCodes.UniqueViolation);

        _commits++;
        return [.. writes.Select(w =>
        {
            if (!won.Contains(w)) return null;
            if (!_streams.TryGetValue(w.Stream, out var events)) _streams[w.Stream] = events = [];
            foreach (var (e, i) in w.Events.Select((e, i) => (e, i)))
                events.Add((new StoredEvent(++_positions, w.Stream, w.ExpectedVersion + 1 + i, e.StoredName, w.RecordedAt, w.Correlation, Encoding.UTF8.GetBytes(e.Headers), Encoding.UTF8.GetBytes(e.Data)), _commits));
            var version = w.ExpectedVersion + w.Events.Count;
            var receipt = new WriteReceipt(w.Stream, version, version == 0 ? 0 : events[(int)version - 1].Event.Position);
            _requests[Key(w)] = (w.Payload, receipt, _commits);
            return new Append.Append.Done(receipt, Duplicate: false);
        })];
    }

    private Append.Append Standing(PendingWrite write) =>
        !_requests.TryGetValue(Key(write), out var standing) ? new Append.Append.LostRace(VersionOf(write.Stream))
        : standing.Payload.AsSpan().SequenceEqual(write.Payload) ? new Append.Append.Done(standing.Receipt, Duplicate: true)
        : new Append.Append.RequestIdReused();

    private static (Guid, string, string) Key(PendingWrite write) => (write.Caller, write.Rpc, write.RequestId);

    private static NpgsqlException Ended() => new("Exception while reading from stream", new IOException("Connection reset by peer"));

    /// <summary>A statement on its way: it begins, goes on and is answered at steps of its own, or not.</summary>
    private Task<T> Statement<T>(Func<long, T> run)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        int Soon() => 1 + world.Pick(4);
        if (world.Chance(weather.NeverArrives))
        {
            Count("statement never arrived");
            world.After(Soon(), () => answer.TrySetException(Ended()));
            return answer.Task;
        }
        var late = world.Chance(weather.AnsweredTooLate);
        if (late)
        {
            Count("session given up, statement ran on");
            world.After(Soon(), () => answer.TrySetException(new NpgsqlException("Exception while reading from stream", new TimeoutException())));
        }
        world.After(Soon() + (late ? world.Pick(80) : 0), () =>
        {
            var asOf = _commits;
            world.After(Soon(), () =>
            {
                if (Down || world.Chance(weather.Deadlock))
                {
                    if (!Down) Count("deadlock");
                    Exception why = Down ? Ended() : new PostgresException("deadlock detected", "ERROR", "ERROR", PostgresErrorCodes.DeadlockDetected);
                    world.After(Soon(), () => answer.TrySetException(why));
                    return;
                }
                try
                {
                    var came = run(asOf);
                    if (world.Chance(weather.AnswerLost))
                    {
                        Count("answer lost after the commit");
                        world.After(Soon(), () => answer.TrySetException(Ended()));
                    }
                    else
                    {
                        world.After(Soon(), () => answer.TrySetResult(came));
                    }
                }
                catch (PostgresException e)
                {
                    world.After(Soon(), () => answer.TrySetException(e));
                }
            });
        });
        return answer.Task;
    }

    private sealed class Connections(Server server) : ILedgerStore
    {
        public async Task<Append.Append[]> Append(PendingWrite[] writes)
        {
            var done = await server.Statement(asOf => server.Commit(writes, asOf));
            if (!done.Contains(null)) return done!;
            var late = writes.Where((_, i) => done[i] is null).ToArray();
            var standing = new Queue<Append.Append>(await Standing(late));
            return [.. done.Select(d => d ?? standing.Dequeue())];
        }

        public Task<Append.Append[]> Standing(PendingWrite[] writes) =>
            server.Statement(_ => writes.Select(server.Standing).ToArray());

        public async Task<Loaded> Read(string stream, string? shape)
        {
            try
            {
                return await server.Statement(_ =>
                {
                    var snapshot = server._snapshots.TryGetValue(stream, out var kept) && kept.Shape == shape ? kept : null;
                    if (snapshot is not null) server.Count("loaded from a snapshot");
                    var events = server._streams.TryGetValue(stream, out var all) ? all.Skip((int)(snapshot?.Version ?? 0)) : [];
                    return new Loaded(snapshot, [.. events.Select(e => server.Read(e.Event))]);
                });
            }
            catch (Exception e) when (LedgerDatabase.IsAway(e))
            {
                throw LedgerDatabase.Away(e);
            }
        }

        public async Task Keep(Snapshot snapshot)
        {
            try
            {
                await server.Statement(_ => server._snapshots[snapshot.Stream] = snapshot);
            }
            catch (NpgsqlException)
            {
                // Then there is none.
            }
        }

        public void ForgetIdleConnections() { }
    }

    private RecordedEvent Read(StoredEvent stored) => catalogue.Read(stored);
}
