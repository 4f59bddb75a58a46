using EqualitiesPlatform.Ledger.Append;
using Npgsql;
using NpgsqlTypes;

namespace EqualitiesPlatform.Ledger.Sealing;

/// <summary>A signed checkpoint as it is kept.</summary>
/// <param name="Size">How many leaves it speaks of.</param>
/// <param name="Root">Their Merkle root.</param>
/// <param name="Signed">The note that the ledger signed, C2SP tlog-checkpoint.</param>
/// <param name="Note">The same note with the cosignatures of witnesses under it.</param>
public sealed record KeptCheckpoint(long Size, byte[] Root, string Signed, string Note);

/// <summary>
/// The sealed log, as it is read: checkpoints, proofs and receipts. Hashes are kept of all leaves and of every 256th
/// of a level, the first of each tile of C2SP tlog-tiles; those between are made when they are asked for.
/// </summary>
public sealed class SealedLog(LedgerDatabase database)
{
    internal const int TileHeight = 8;
    internal const int TileWidth = 1 << TileHeight;

    /// <summary>The checkpoint that speaks of most leaves; null before the first event is sealed.</summary>
    public Task<KeptCheckpoint?> Latest(CancellationToken ct = default) => Latest(0, ct);

    /// <summary>The checkpoint that speaks of most leaves and that so many witnesses have cosigned; null when there is none.</summary>
    public async Task<KeptCheckpoint?> Latest(int cosignatures, CancellationToken ct = default)
    {
        await using var command = database.Source.CreateCommand(SealingSql.LatestCheckpoint);
        command.Parameters.Add(new() { Value = (long)cosignatures });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new KeptCheckpoint(row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetString(2), row.GetString(2) + row.GetString(3)) : null;
    }

    /// <summary>
    /// The receipt for the event at a position, in the form of C2SP tlog-proof; null while no checkpoint speaks of it.
    /// </summary>
    public Task<string?> Receipt(long position, CancellationToken ct = default) => Receipt(position, 0, ct);

    /// <summary>The receipt that leads to a checkpoint which so many witnesses have cosigned; null while there is none.</summary>
    public async Task<string?> Receipt(long position, int cosignatures, CancellationToken ct = default)
    {
        await using var command = database.Source.CreateCommand("select index from ledger_leaf where position = $1");
        command.Parameters.Add(new() { Value = position });
        if (await command.ExecuteScalarAsync(ct) is not long index) return null;
        return await Latest(cosignatures, ct) is { } checkpoint && checkpoint.Size > index
            ? new LogProof(index, await Inclusion(index, checkpoint.Size, ct), checkpoint.Note).ToString()
            : null;
    }

    /// <summary>How many leaves the last checkpoint speaks of that a witness cosigned; 0 before the first.</summary>
    internal async Task<long> CosignedBy(string witness, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand("select coalesce(max(size), 0) from ledger_cosignature where witness = $1");
        command.Parameters.Add(new() { Value = witness });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Keeps a witness's cosignature, and that it has no quarrel with this log.</summary>
    internal Task KeepCosignature(long size, string witness, string line, CancellationToken ct) => Keep(SealingSql.KeepCosignature, ct, witness, size, line);

    /// <summary>Keeps why a witness does not cosign.</summary>
    internal Task KeepProblem(string witness, string problem, CancellationToken ct) => Keep(SealingSql.KeepProblem, ct, witness, problem);

    /// <summary>How the witnesses stand to this log that were ever asked.</summary>
    public async Task<IReadOnlyList<WitnessStanding>> Witnesses(CancellationToken ct = default)
    {
        await using var command = database.Source.CreateCommand("select witness, size, at, problem from ledger_witness order by witness");
        await using var rows = await command.ExecuteReaderAsync(ct);
        var standings = new List<WitnessStanding>();
        while (await rows.ReadAsync(ct)) standings.Add(new WitnessStanding(rows.GetString(0), rows.GetInt64(1), rows.GetFieldValue<DateTimeOffset>(2), rows.GetString(3)));
        return standings;
    }

    private async Task Keep(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = database.Source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The hashes that prove that a leaf is in the tree of a size, RFC 6962, section 2.1.1.</summary>
    public Task<IReadOnlyList<byte[]>> Inclusion(long index, long size, CancellationToken ct = default) =>
        Hashes(Merkle.Inclusion(index, size), ct);

    /// <summary>The hashes that prove that a tree is the beginning of a greater one, RFC 6962, section 2.1.2.</summary>
    public Task<IReadOnlyList<byte[]>> Consistency(long old, long size, CancellationToken ct = default) =>
        Hashes(Merkle.Consistency(old, size), ct);

    /// <summary>The hashes of the parts of the tree before and after some leaves, from the left.</summary>
    internal Task<IReadOnlyList<byte[]>> Around(long from, long to, long size, CancellationToken ct) =>
        Hashes(Merkle.Around(new LeafRange(from, to), size), ct);

    /// <summary>The indexes of the leaves at some positions, the last excluded, no further than a size.</summary>
    internal async Task<(long From, long To)> IndexesOf(long fromPosition, long toPosition, long size, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            """
            select coalesce((select min(index) from ledger_leaf where position >= $1), $3),
                   coalesce((select max(index) + 1 from ledger_leaf where position <= $2), 0)
            """);
        foreach (var value in new[] { fromPosition, toPosition, size }) command.Parameters.Add(new() { Value = value });
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.GetInt64(0), Math.Min(row.GetInt64(1), size));
    }

    /// <summary>The hashes of a tile of C2SP tlog-tiles, one after the other; null when the log is not that long.</summary>
    internal async Task<byte[]?> Tile(int level, long tile, int width, CancellationToken ct)
    {
        if (level is < 0 or > 5 || tile < 0 || tile > long.MaxValue >> (TileHeight * (level + 1)) || width is < 1 or > TileWidth) return null;
        var first = tile * TileWidth;
        var hashes = await Stored([(level, first, first + width - 1)], ct);
        return hashes.Count == width ? [.. hashes.SelectMany(h => h)] : null;
    }

    internal async Task<(long Size, long Position, GrowingTree Tree)> Standing(CancellationToken ct)
    {
        long size, position;
        await using (var command = database.Source.CreateCommand(SealingSql.Standing))
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            await row.ReadAsync(ct);
            (size, position) = (row.GetInt64(0), row.GetInt64(1));
        }
        var peaks = Merkle.Subtrees(new LeafRange(0, size)).Select(s => new LeafRange(s.First, s.End)).ToArray();
        return (size, position, new GrowingTree(size, await Hashes(peaks, ct)));
    }

    private async Task<IReadOnlyList<byte[]>> Hashes(IReadOnlyList<LeafRange> ranges, CancellationToken ct)
    {
        // A subtree of height 8t + r is made of 2^r hashes that are kept at tile level t.
        var parts = ranges.SelectMany((range, place) => Merkle.Subtrees(range).Select(s => (
            Place: place, Level: s.Level / TileHeight, First: s.Index << (s.Level % TileHeight), Count: 1 << (s.Level % TileHeight)))).ToArray();
        var stored = await Stored([.. parts.Select(p => (p.Level, p.First, p.First + p.Count - 1))], ct);
        if (stored.Count != parts.Sum(p => p.Count))
            throw new InvalidOperationException("Hashes of the sealed log are missing; `ledger verify` says which.");
        var subtrees = new List<byte[]>[ranges.Count];
        var next = 0;
        foreach (var part in parts)
        {
            var tree = new GrowingTree();
            for (var i = 0; i < part.Count; i++) tree.Add(stored[next++]);
            (subtrees[part.Place] ??= []).Add(tree.Root);
        }
        return [.. subtrees.Select(Merkle.Join)];
    }

    private async Task<List<byte[]>> Stored((int Level, long First, long Last)[] ranges, CancellationToken ct)
    {
        var hashes = new List<byte[]>();
        if (ranges.Length == 0) return hashes;
        await using var command = database.Source.CreateCommand(SealingSql.Hashes);
        command.Parameters.Add(new("level", NpgsqlDbType.Array | NpgsqlDbType.Integer) { Value = ranges.Select(r => r.Level).ToArray() });
        command.Parameters.Add(new("first", NpgsqlDbType.Array | NpgsqlDbType.Bigint) { Value = ranges.Select(r => r.First).ToArray() });
        command.Parameters.Add(new("last", NpgsqlDbType.Array | NpgsqlDbType.Bigint) { Value = ranges.Select(r => r.Last).ToArray() });
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) hashes.Add(rows.GetFieldValue<byte[]>(0));
        return hashes;
    }
}
