using System.Text.Json;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Sealing;
using Npgsql;

namespace EqualitiesPlatform.Cli.Audit;

/// <summary>Something that is not as it was sealed.</summary>
/// <param name="Kind">What was done: edited, redated, renamed, deleted, inserted, swapped, log-edited, unsigned, rolled-back, forked, split-view, archived or gap.</param>
/// <param name="Position">The position of the event, where it is about one.</param>
/// <param name="Sentence">The finding in words.</param>
public sealed record LedgerFinding(string Kind, long? Position, string Sentence);

/// <summary>What the check of a ledger came to.</summary>
/// <param name="Events">How many sealed events were read.</param>
/// <param name="Checkpoints">How many checkpoints were compared.</param>
/// <param name="Unsealed">How many events are not sealed yet.</param>
/// <param name="Findings">What is wrong.</param>
public sealed record LedgerVerdict(long Events, long Checkpoints, long Unsealed, IReadOnlyList<LedgerFinding> Findings);

/// <summary>
/// Reads a ledger's database directly, on one snapshot and writing nothing, computes every leaf and every root again,
/// and compares them with what was sealed and signed, and with checkpoints that were kept elsewhere.
/// </summary>
public sealed class LedgerCheck
{
    private const int MostFindings = 200;

    private readonly List<LedgerFinding> _findings = [];
    private readonly List<Changed> _changed = [];
    private readonly List<(long Index, long Position)> _gone = [];
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, List<(byte[] Root, string Whose)>> _signed = [];
    private readonly Dictionary<(int, long), byte[]> _nodes = [];
    private readonly List<(long From, long To)> _unsure = [];
    private readonly HashSet<long> _named = [];
    private long _checkpoints, _events, _unsealed;

    private sealed record Changed(long Index, long Position, byte[] Was, byte[] Is, byte[] Leaf, byte[] Marks);

    private LedgerCheck() { }

    /// <summary>Checks a ledger.</summary>
    /// <param name="connectionString">Its database, as a user that may read.</param>
    /// <param name="schema">The schema that holds it.</param>
    /// <param name="trusted">The ledger's published public keys; when there are none, those that the database names are believed.</param>
    /// <param name="kept">Signed checkpoints that were kept elsewhere, such as a witness's.</param>
    public static async Task<LedgerVerdict> Run(
        string connectionString, string schema, IReadOnlyCollection<string> trusted, IReadOnlyCollection<string> kept, CancellationToken ct = default)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = schema, ApplicationName = "equalities ledger verify", CommandTimeout = 0 };
        await using var database = NpgsqlDataSource.Create(settings.ConnectionString);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        await using (var only = new NpgsqlCommand("set transaction read only", connection)) await only.ExecuteNonQueryAsync(ct);
        var check = new LedgerCheck();
        await check.ReadCheckpoints(connection, trusted, kept, ct);
        await check.ReadNodes(connection, ct);
        await check.ReadEvents(connection, ct);
        foreach (var range in check._unsure) await check.NameIn(connection, range.From, range.To, ct);
        return new LedgerVerdict(check._events, check._checkpoints, check._unsealed, check._findings);
    }

    private async Task ReadCheckpoints(NpgsqlConnection connection, IReadOnlyCollection<string> trusted, IReadOnlyCollection<string> kept, CancellationToken ct)
    {
        var known = new List<NoteVerifier>(trusted.Select(NoteVerifier.Parse));
        if (trusted.Count == 0)
            await foreach (var row in Rows(connection, "select key from ledger_checkpoint_key order by since, key", ct))
                known.Add(NoteVerifier.Parse(row.GetString(0)));
        await foreach (var row in Rows(connection, "select size, root, note from ledger_checkpoint order by size", ct))
        {
            var (size, root) = (row.GetInt64(0), row.GetFieldValue<byte[]>(1));
            if (Opened(row.GetString(2), known, $"The ledger's checkpoint of {size} leaves") is not { } checkpoint) continue;
            if (checkpoint.Size != size || !checkpoint.Root.AsSpan().SequenceEqual(root))
                Find("unsigned", null, $"The ledger's checkpoint of {size} leaves has another size or root beside it than the one that is signed.");
            Expect(checkpoint, "the ledger's own checkpoint");
            _checkpoints++;
        }
        foreach (var note in kept)
            if (Opened(note, known, "A kept checkpoint") is { } checkpoint)
            {
                if (_signed.TryGetValue(checkpoint.Size, out var others) && others.FirstOrDefault(o => !o.Root.AsSpan().SequenceEqual(checkpoint.Root)) is { Root: not null } other)
                    Find("split-view", null, $"Split view: of {checkpoint.Size} leaves, a kept checkpoint has another root than {other.Whose}, and the ledger's key signed both.");
                Expect(checkpoint, "a kept checkpoint");
                _checkpoints++;
            }
    }

    private Checkpoint? Opened(string note, List<NoteVerifier> known, string what)
    {
        try
        {
            return Checkpoint.Open(note, known);
        }
        catch (FormatException e)
        {
            Find("unsigned", null, $"{what} is not good: {e.Message}");
            return null;
        }
    }

    private void Expect(Checkpoint checkpoint, string whose)
    {
        if (!_signed.TryGetValue(checkpoint.Size, out var roots)) _signed[checkpoint.Size] = roots = [];
        roots.Add((checkpoint.Root, whose));
    }

    private async Task ReadNodes(NpgsqlConnection connection, CancellationToken ct)
    {
        await foreach (var row in Rows(connection, "select level, index, hash from ledger_node", ct))
            _nodes[(row.GetInt32(0), row.GetInt64(1))] = row.GetFieldValue<byte[]>(2);
    }

    private async Task ReadEvents(NpgsqlConnection connection, CancellationToken ct)
    {
        var tree = new GrowingTree();
        var (expected, good, lastSealed, alive) = (0L, 0L, 0L, 0L);
        await foreach (var row in Rows(connection, "select coalesce(max(position), 0) from ledger_leaf", ct)) lastSealed = row.GetInt64(0);
        await foreach (var row in Rows(connection, Joined + " order by coalesce(l.position, e.seq_id)", ct))
        {
            if (await row.IsDBNullAsync(0, ct))
            {
                if (row.GetInt64(4) > lastSealed) _unsealed++;
                else Find("inserted", row.GetInt64(4), $"Position {row.GetInt64(4)} ({row.GetString(5)}, version {row.GetInt64(6)}) was inserted: it was not there when what follows it was sealed.");
                if (row.GetInt64(4) > lastSealed) Version(row);
                continue;
            }
            var (index, position, hash) = (row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2));
            if (index != expected) Find("log-edited", position, $"The sealed log was edited: leaf {index} follows leaf {expected - 1}.");
            expected = index + 1;
            tree.Add(hash, Node);
            _events++;
            if (await row.IsDBNullAsync(4, ct))
            {
                _gone.Add((index, position));
            }
            else
            {
                alive = position;
                var leaf = LeafOf(row);
                var now = leaf is null ? [] : Merkle.Leaf(leaf);
                if (!now.AsSpan().SequenceEqual(hash)) _changed.Add(new Changed(index, position, hash, now, leaf ?? [], row.GetFieldValue<byte[]>(3)));
                else Version(row);
                if (row.GetBoolean(12)) Find("archived", position, $"Position {position} is marked as archived, so that registers pass it over.");
            }
            if (_signed.Remove(tree.Size, out var roots)) good = Compare(tree, roots, good);
        }
        foreach (var (level, index) in _nodes.Keys) Find("log-edited", null, $"The sealed log was edited: there is a hash at level {level}, index {index} that no leaves make.");
        foreach (var (size, roots) in _signed)
            Find("rolled-back", null, $"Rolled back: {roots[0].Whose} speaks of {size} leaves, and the ledger has {tree.Size}. It was cut off, or restored from an older backup.");
        foreach (var (index, position) in _gone)
            Find("deleted", position, $"Position {position} (leaf {index}) was deleted, {(position > alive ? "at the end of the ledger" : "with later events still there")}.");
        Tell();
    }

    private long Compare(GrowingTree tree, List<(byte[] Root, string Whose)> roots, long good)
    {
        foreach (var (root, whose) in roots)
        {
            if (root.AsSpan().SequenceEqual(tree.Root)) continue;
            if (whose == "a kept checkpoint")
            {
                Find("forked", null, $"Forked: {whose} of {tree.Size} leaves has another root than the ledger has now. What it speaks of was rewritten.");
                continue;
            }
            // Past the first one that fails, all fail; the change is in what that one added.
            if (_unsure.Count == 0)
            {
                Find("log-edited", null, $"Leaves {good} to {tree.Size - 1} are not those that the checkpoint of {tree.Size} leaves signed.");
                _unsure.Add((good, tree.Size));
            }
        }
        return tree.Size;
    }

    private void Node(Subtree at, byte[] hash)
    {
        if (at.Level % 8 != 0) return;
        if (!_nodes.Remove((at.Level / 8, at.Index), out var stored) || !stored.AsSpan().SequenceEqual(hash))
            Find("log-edited", null, $"The sealed log was edited: the hash above leaves {at.First} to {at.End - 1} is {(stored is null ? "missing" : "another than they make")}.");
    }

    /// <summary>Says of every event that no longer has its sealed hash what was done to it.</summary>
    private void Tell()
    {
        var byHash = _changed.ToDictionary(c => Convert.ToHexString(c.Was));
        foreach (var changed in _changed)
        {
            if (changed.Is.Length > 0 && byHash.TryGetValue(Convert.ToHexString(changed.Is), out var other))
                Find("swapped", changed.Position, $"Position {changed.Position} now holds the event that was sealed at position {other.Position}: events were swapped.");
            else
                Name(changed);
        }
    }

    private void Name(Changed changed)
    {
        _named.Add(changed.Position);
        if (changed.Leaf.Length == 0)
        {
            Find("edited", changed.Position, $"Position {changed.Position} can no longer be read as an event.");
            return;
        }
        using var leaf = JsonDocument.Parse(changed.Leaf);
        var which = $"Position {changed.Position} ({leaf.RootElement.GetProperty("stream").GetString()}, version {leaf.RootElement.GetProperty("version").GetRawText()})";
        var (members, missing) = LeafMarks.Compare(changed.Leaf, changed.Marks);
        foreach (var (member, value) in members)
            Find(
                member switch { "stream" => "renamed", "recorded" or "effective" => "redated", _ => "edited" }, changed.Position,
                member switch
                {
                    "stream" => $"{which} was moved to this stream from another: the stream was renamed.",
                    "recorded" => $"{which} was given another time: recorded is now {value}.",
                    "effective" => $"{which} was given another date: effective is now {value}.",
                    _ when member.StartsWith("data.", StringComparison.Ordinal) => $"{which} was edited in its payload: {member[5..]} is now {value}.",
                    _ => $"{which} was edited in its occasion: {member} is now {value}.",
                });
        if (missing > 0) Find("edited", changed.Position, $"{which} was edited: {missing} of its members {(missing == 1 ? "is" : "are")} missing.");
        if (members.Count == 0 && missing == 0) Find("edited", changed.Position, $"{which} is not what was sealed; what was changed in it can't be told.");
    }

    /// <summary>Where leaves were edited to fit the events, the marks may still tell which events.</summary>
    private async Task NameIn(NpgsqlConnection connection, long from, long to, CancellationToken ct)
    {
        var doubtful = new List<Changed>();
        await foreach (var row in Rows(connection, Joined + $" where l.index >= {from} and l.index < {to} order by l.index", ct))
            if (!await row.IsDBNullAsync(4, ct) && LeafOf(row) is { } leaf && !LeafMarks.Of(leaf).AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(3)))
                doubtful.Add(new Changed(row.GetInt64(0), row.GetInt64(1), [], [], leaf, row.GetFieldValue<byte[]>(3)));
        foreach (var changed in doubtful.Where(c => !_named.Contains(c.Position))) Name(changed);
    }

    private void Version(NpgsqlDataReader row)
    {
        var (stream, version) = (row.GetString(5), row.GetInt64(6));
        var before = _versions.GetValueOrDefault(stream);
        if (version != before + 1 && !_gone.Exists(_ => true) && _changed.Count == 0)
            Find("gap", row.GetInt64(4), $"Position {row.GetInt64(4)} is version {version} of {stream}, and version {before + 1} should follow.");
        _versions[stream] = version;
    }

    private void Find(string kind, long? position, string sentence)
    {
        if (_findings.Count < MostFindings) _findings.Add(new LedgerFinding(kind, position, sentence));
    }

    private const string Joined =
        """
        select l.index, l.position, l.hash, l.marks, e.seq_id, e.stream_id, e.version, e.type, e.timestamp,
               coalesce(e.correlation_id, ''), e.headers::text, e.data::text, e.is_archived
        from ledger_leaf l full join mt_events e on e.seq_id = l.position
        """;

    private static byte[]? LeafOf(NpgsqlDataReader row)
    {
        try
        {
            return CanonicalEncoding.Leaf(new StoredEvent(
                row.GetInt64(4), row.GetString(5), row.GetInt64(6), row.GetString(7), row.GetFieldValue<DateTimeOffset>(8), row.GetString(9), row.GetFieldValue<byte[]>(10), row.GetFieldValue<byte[]>(11)));
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException or InvalidCastException or OverflowException)
        {
            return null;
        }
    }

    private static async IAsyncEnumerable<NpgsqlDataReader> Rows(
        NpgsqlConnection connection, string sql, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) yield return rows;
    }
}
