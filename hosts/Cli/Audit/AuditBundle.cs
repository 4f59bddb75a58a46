using System.Globalization;
using System.Text;
using System.Text.Json;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Sealing;

namespace EqualitiesPlatform.Cli.Audit;

/// <summary>A text that a leaf holds as a digest.</summary>
public sealed record BundleStatement(long Index, string Member, string Salt, string Text);

/// <summary>
/// An audit bundle: events as their leaves, what proves that the ledger holds them so, and nothing that must be asked
/// of the platform again.
/// </summary>
public static class AuditBundle
{
    private static readonly string[] Names = ["README.txt", "keys", "checkpoint", "range", "catalogue.md", "hashes", "positions", "statements.jsonl", "leaves.jsonl"];
    private const int MostFindings = 100;

    private const string Readme =
        """
        This is an audit bundle of a council's equalities ledger. Unpack it with any tar.

        MANIFEST          SHA-256, length and name of every part
        keys              public keys of the ledger, one a line, name+id+key (C2SP signed-note): compare them with the published ones
        checkpoint        the signed checkpoint, with cosignatures of witnesses if there are any (C2SP tlog-checkpoint)
        range             index of the first leaf, number of leaves, and the hashes of the tree before and after them, from the left
        catalogue.md      what every stored name means
        hashes            the leaf hashes, 32 bytes each
        positions         the position of every leaf in the platform's answers
        statements.jsonl  texts that leaves hold as SHA-256 of salt and text; a withdrawn text is missing here
        leaves.jsonl      the events, one a line: leaf hash = SHA-256 of a zero byte and the line without its line break

        `equalities audit verify FILE` checks all of it without the platform or its database. The ledger's docs/verify.md
        says byte by byte how it is made, and how to check it with programs that the council did not write.

        """;

    /// <summary>Begins a bundle in a folder of its own.</summary>
    internal static BundleWriter Begin() => new(Names, Readme);

    /// <summary>Verifies a bundle, and says what is wrong with it; nothing is asked of any server.</summary>
    /// <param name="path">The bundle.</param>
    /// <param name="trusted">The ledger's published public keys; when there are none, those in the bundle are believed.</param>
    /// <param name="witnesses">Public keys of witnesses.</param>
    /// <param name="cosigned">How many of them must have cosigned; null for all.</param>
    public static BundleVerdict Verify(string path, IReadOnlyCollection<string> trusted, IReadOnlyCollection<string> witnesses, int? cosigned = null)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return Verify(file, trusted, witnesses, cosigned);
    }

    /// <inheritdoc cref="Verify(string, IReadOnlyCollection{string}, IReadOnlyCollection{string}, int?)"/>
    public static BundleVerdict Verify(Stream bundle, IReadOnlyCollection<string> trusted, IReadOnlyCollection<string> witnesses, int? cosigned = null)
    {
        var findings = new List<string>();
        var reading = new Reading(findings);
        try
        {
            BundleFile.Read(bundle, Names, reading.Part, name => findings.Add($"The part {name} is not the one that MANIFEST has the hash of."));
            reading.Conclude([.. trusted.Select(NoteVerifier.Parse)], [.. witnesses.Select(NoteVerifier.Parse)], cosigned);
        }
        catch (FormatException e)
        {
            findings.Add(e.Message);
        }
        return new BundleVerdict(reading.Leaves, reading.Statements, reading.Origin, reading.Size, reading.Keys, findings);
    }

    private sealed class Reading(List<string> findings)
    {
        private readonly Dictionary<long, List<(string Member, string Digest)>> _statements = [];
        private readonly List<byte[]> _hashes = [];
        private readonly List<byte[]> _around = [];
        private string _checkpoint = "";
        private byte[] _stored = [];
        private long _first;
        private long _count;

        public long Leaves => _hashes.Count;
        public long Statements { get; private set; }
        public string Origin { get; private set; } = "";
        public long Size { get; private set; }
        public IReadOnlyList<string> Keys { get; private set; } = [];

        public void Part(string name, Stream part)
        {
            try
            {
                switch (name)
                {
                    case "keys": Keys = Text(part).Split('\n', StringSplitOptions.RemoveEmptyEntries); break;
                    case "checkpoint": _checkpoint = Text(part); break;
                    case "range": Range(Text(part)); break;
                    case "hashes": _stored = Bytes(part); break;
                    case "statements.jsonl": ReadStatements(part); break;
                    case "leaves.jsonl": ReadLeaves(part); break;
                }
            }
            catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
            {
                Find($"The part {name} can't be read: {e.Message}");
            }
        }

        public void Conclude(IReadOnlyCollection<NoteVerifier> trusted, IReadOnlyCollection<NoteVerifier> witnesses, int? demanded)
        {
            IReadOnlyCollection<NoteVerifier> known = trusted.Count > 0 ? trusted : [.. Keys.Select(NoteVerifier.Parse)];
            var checkpoint = Checkpoint.Open(_checkpoint, known);
            (Origin, Size) = (checkpoint.Origin, checkpoint.Size);
            var cosigned = SignedNote.Parse(_checkpoint).SignedBy(witnesses);
            if (demanded is { } number)
            {
                if (cosigned.Distinct().Count() < number) Find($"{cosigned.Distinct().Count()} of the {witnesses.Count} witnesses have cosigned the checkpoint, and {number} must have.");
            }
            else
                foreach (var witness in witnesses.Except(cosigned)) Find($"The witness {witness.Name} has not cosigned the checkpoint.");
            if (_hashes.Count != _count) Find($"There are {_hashes.Count} leaves, and {_count} should be.");
            if (_stored.Length != _hashes.Count * Merkle.HashBytes) Find("The part hashes has not a hash for every leaf.");
            foreach (var (index, _) in _statements.Where(s => s.Key < _first || s.Key >= _first + _hashes.Count)) Find($"A statement belongs to leaf {index}, which is not in the bundle.");
            var root = Merkle.Root(new LeafRange(_first, _first + _hashes.Count), _hashes, _around, checkpoint.Size);
            if (root is null || !root.AsSpan().SequenceEqual(checkpoint.Root))
                Find($"The events do not make the root that {checkpoint.Origin} signed at {checkpoint.Size}: something was changed, removed or added.");
        }

        private void Range(string text)
        {
            var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            _first = long.Parse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture);
            _count = long.Parse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture);
            foreach (var line in lines.Skip(2)) _around.Add(Convert.FromBase64String(line));
            if (_around.Any(h => h.Length != Merkle.HashBytes)) throw new FormatException("A hash has not 32 bytes.");
        }

        private void ReadStatements(Stream part)
        {
            var lines = new LineReader(part);
            while (lines.Next() is { } line)
            {
                var statement = JsonSerializer.Deserialize<BundleStatement>(line.Span, JsonSerializerOptions.Web)!;
                if (!_statements.TryGetValue(statement.Index, out var of)) _statements[statement.Index] = of = [];
                of.Add((statement.Member, CanonicalEncoding.StatementDigest(statement.Salt, statement.Text)));
                Statements++;
            }
        }

        private void ReadLeaves(Stream part)
        {
            var lines = new LineReader(part);
            while (lines.Next() is { } line)
            {
                var (at, hash) = (_hashes.Count, Merkle.Leaf(line.Span));
                _hashes.Add(hash);
                if (_stored.Length >= (at + 1) * Merkle.HashBytes && !_stored.AsSpan(at * Merkle.HashBytes, Merkle.HashBytes).SequenceEqual(hash))
                    Find($"{Event(_first + at, line)} is not what its hash in the bundle says: one of the two was changed.");
                if (_statements.TryGetValue(_first + at, out var statements)) Compare(_first + at, line, statements);
            }
        }

        private void Compare(long index, ReadOnlyMemory<byte> line, List<(string Member, string Digest)> statements)
        {
            try
            {
                using var leaf = JsonDocument.Parse(line);
                foreach (var (member, digest) in statements)
                    if (!leaf.RootElement.GetProperty("data").TryGetProperty(member, out var said) || said.GetString() != digest)
                        Find($"{Event(index, line)}: the text of {member} is not the one that was recorded.");
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                Find($"{Event(index, line)} can't be read.");
            }
        }

        private static string Event(long index, ReadOnlyMemory<byte> line)
        {
            try
            {
                using var leaf = JsonDocument.Parse(line);
                return $"Leaf {index} ({leaf.RootElement.GetProperty("stream").GetString()}, version {leaf.RootElement.GetProperty("version").GetRawText()})";
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                return $"Leaf {index}";
            }
        }

        private void Find(string finding)
        {
            if (findings.Count < MostFindings) findings.Add(finding);
        }

        private static string Text(Stream part) => new UTF8Encoding(false, true).GetString(Bytes(part));

        private static byte[] Bytes(Stream part)
        {
            using var copy = new MemoryStream();
            part.CopyTo(copy);
            return copy.ToArray();
        }
    }
}

/// <summary>What the verification of a bundle came to.</summary>
/// <param name="Leaves">How many events it holds.</param>
/// <param name="Statements">How many texts of theirs.</param>
/// <param name="Origin">The log that its checkpoint speaks of.</param>
/// <param name="Size">How many leaves that log has.</param>
/// <param name="Keys">The public keys in the bundle.</param>
/// <param name="Findings">What is wrong, a sentence each.</param>
public sealed record BundleVerdict(long Leaves, long Statements, string Origin, long Size, IReadOnlyList<string> Keys, IReadOnlyList<string> Findings)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool Holds => Findings.Count == 0;
}

/// <summary>Collects the parts of a bundle in a folder, and then makes the bundle of them.</summary>
internal sealed class BundleWriter : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("equalities-bundle-");
    private readonly string[] _names;
    private readonly Stream _leaves, _hashes;
    private readonly StreamWriter _positions, _statements;
    private long _count;

    public BundleWriter(string[] names, string readme)
    {
        _names = names;
        Put("README.txt", readme);
        using (var catalogue = typeof(BundleWriter).Assembly.GetManifestResourceStream("events.md")!)
        using (var file = File.Create(At("catalogue.md"))) catalogue.CopyTo(file);
        (_leaves, _hashes) = (File.Create(At("leaves.jsonl"), 1 << 20), File.Create(At("hashes"), 1 << 16));
        (_positions, _statements) = (new StreamWriter(At("positions")) { NewLine = "\n" }, new StreamWriter(At("statements.jsonl")) { NewLine = "\n" });
    }

    public void Add(string leaf, long position)
    {
        var bytes = Encoding.UTF8.GetBytes(leaf);
        _leaves.Write(bytes);
        _leaves.WriteByte((byte)'\n');
        _hashes.Write(Merkle.Leaf(bytes));
        _positions.WriteLine(position.ToString(CultureInfo.InvariantCulture));
        _count++;
    }

    public void Add(BundleStatement statement) => _statements.WriteLine(JsonSerializer.Serialize(statement, JsonSerializerOptions.Web));

    public void Finish(long first, IEnumerable<byte[]> around, string note, IEnumerable<string> keys, Stream bundle)
    {
        foreach (var part in (IDisposable[])[_leaves, _hashes, _positions, _statements]) part.Dispose();
        Put("keys", string.Concat(keys.Select(k => k + "\n")));
        Put("checkpoint", note);
        Put("range", string.Create(CultureInfo.InvariantCulture, $"{first}\n{_count}\n") + string.Concat(around.Select(h => Convert.ToBase64String(h) + "\n")));
        BundleFile.Write(_folder.FullName, _names, bundle);
    }

    public void Dispose()
    {
        foreach (var part in (IDisposable[])[_leaves, _hashes, _positions, _statements]) part.Dispose();
        _folder.Delete(recursive: true);
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private void Put(string name, string text) => File.WriteAllText(At(name), text);
}
