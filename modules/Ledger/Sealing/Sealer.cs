using System.Diagnostics.Metrics;
using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Replay;
using Npgsql;
using NpgsqlTypes;

namespace EqualitiesPlatform.Ledger.Sealing;

/// <summary>
/// Gives every event that is final its leaf, in the order of positions, and signs what the log then is. Leaves, the
/// hashes above them and the checkpoint are one transaction, so that a crash leaves either all of them or none, and
/// whoever seals next goes on from the tables alone.
/// </summary>
internal sealed class Sealer(LedgerDatabase database, EventReader reader, Positions positions, SealedLog log, CheckpointKeys keys)
{
    private static readonly Counter<long> Leaves = new Meter("EqualitiesPlatform.Ledger").CreateCounter<long>(
        "ledger.sealing.leaves", "{leaf}", "Events sealed by this silo.");

    private GrowingTree? _tree;
    private long _position;
    private long _final;

    /// <summary>So many events are sealed by one checkpoint at most.</summary>
    public int BatchLimit { get; set; } = 5000;

    /// <summary>Seals all that is final, and says how many events that was.</summary>
    /// <exception cref="SealedElsewhereException">Another sealer was faster; the next call goes on from what it left.</exception>
    public async Task<long> Seal(CancellationToken ct = default)
    {
        long before = -1;
        try
        {
            if (_tree is null) (_, _position, _tree) = await log.Standing(ct);
            before = _tree.Size;
            for (var more = true; more;)
            {
                (var events, more) = await Next(ct);
                if (events.Count > 0) await Write(events, ct);
                Leaves.Add(events.Count);
            }
            return _tree.Size - before;
        }
        catch
        {
            // What was committed is not known here, but the tables know.
            (_tree, _final) = (null, 0);
            throw;
        }
    }

    /// <summary>
    /// The next events that are final, and whether there were more of them; what is appended meanwhile does not count, and
    /// waits for the next sealing. Appends draw positions one by one, so while none is missing from what is seen, nothing
    /// can come before any of it, and nobody needs to wait for anybody. Only past a gap, which may be an append that is
    /// still under way, is the lock of finality taken.
    /// </summary>
    private async Task<(List<StoredEvent> Events, bool More)> Next(CancellationToken ct)
    {
        var events = await Read(long.MaxValue, ct);
        var whole = events.TakeWhile((e, i) => e.Position == _position + 1 + i || e.Position <= _final).Count();
        if (whole > 0 || events.Count == 0) return (events[..whole], whole < events.Count || whole == BatchLimit);
        _final = await positions.FinalNow(ct) ?? 0;
        return _final > _position ? (await Read(_final, ct), true) : ([], false);
    }

    private async Task<List<StoredEvent>> Read(long to, CancellationToken ct)
    {
        var events = new List<StoredEvent>();
        await foreach (var e in reader.Stored(new EventRange(_position + 1, to, Take: BatchLimit), ct)) events.Add(e);
        return events;
    }

    private async Task Write(List<StoredEvent> events, CancellationToken ct)
    {
        var (size, after) = (_tree!.Size, _position);
        var leaves = events.Select(e => CanonicalEncoding.Leaf(e)).ToArray();
        var hashes = leaves.Select(l => Merkle.Leaf(l)).ToArray();
        var nodes = new List<(Subtree At, byte[] Hash)>();
        foreach (var hash in hashes)
            _tree.Add(hash, (at, node) =>
            {
                if (at.Level % SealedLog.TileHeight == 0) nodes.Add((at, node));
            });
        _position = events[^1].Position;
        var checkpoint = new Checkpoint(keys.Origin, _tree.Size, _tree.Root);

        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        try
        {
            var added = await Run(connection, SealingSql.AddLeaves, ct,
                Array("index", NpgsqlDbType.Bigint, events.Select((_, i) => size + i)),
                Array("position", NpgsqlDbType.Bigint, events.Select(e => e.Position)),
                Array("hash", NpgsqlDbType.Bytea, hashes),
                Array("marks", NpgsqlDbType.Bytea, leaves.Select(l => LeafMarks.Of(l))),
                new("size", size), new("after", after));
            if (added != events.Count) throw new SealedElsewhereException(null);
            await Run(connection, SealingSql.AddNodes, ct,
                Array("level", NpgsqlDbType.Integer, nodes.Select(n => n.At.Level / SealedLog.TileHeight)),
                Array("index", NpgsqlDbType.Bigint, nodes.Select(n => n.At.Index)),
                Array("hash", NpgsqlDbType.Bytea, nodes.Select(n => n.Hash)));
            await Run(connection, SealingSql.AddKey, ct, new("key", keys.Signer.Verifier.ToString()), new("size", size));
            await Run(connection, SealingSql.AddCheckpoint, ct,
                new("size", checkpoint.Size), new("root", checkpoint.Root), new("note", checkpoint.Signed(keys.Signer)));
            await transaction.CommitAsync(ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new SealedElsewhereException(e);
        }
    }

    private static async Task<int> Run(NpgsqlConnection connection, string sql, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(ct);
    }

    private static NpgsqlParameter Array<T>(string name, NpgsqlDbType type, IEnumerable<T> values) =>
        new(name, NpgsqlDbType.Array | type) { Value = values.ToArray() };
}

/// <summary>Another sealer has added to the log since this one last looked.</summary>
internal sealed class SealedElsewhereException(Exception? inner) : Exception("Another silo seals the ledger.", inner);

/// <summary>Seals on the one silo that holds the lease; an overlap of two is refused by the tables.</summary>
internal sealed class SealingLease(LedgerDatabase database, Sealer sealer, LeaseTerms terms, ILogger<SealingLease> log)
    : Lease("sealing", ClusterSchema.AdvisoryKey("sealing:" + database.Schema), terms, TimeProvider.System, log)
{
    /// <summary>How long an event waits for the next sealing at most, and how often checkpoints come under load.</summary>
    internal static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private readonly ILogger<SealingLease> log = log;

    protected override async Task WhileHeldAsync(CancellationToken held)
    {
        using var tick = new PeriodicTimer(Tick);
        while (await tick.WaitForNextTickAsync(held))
            try
            {
                await sealer.Seal(held);
            }
            catch (Exception e) when (e is SealedElsewhereException or LedgerException || LedgerDatabase.IsAway(e))
            {
                log.LogWarning(e, "The ledger could not be sealed; it will be tried again");
            }
    }
}
