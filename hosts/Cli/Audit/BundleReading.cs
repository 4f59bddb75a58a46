using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EqualitiesPlatform.Ledger.Sealing;

namespace EqualitiesPlatform.Cli.Audit;

/// <summary>
/// One reading of a bundle from its beginning to its end. Lines are worked on by all cores, a block after the other, so
/// that no more of the bundle is in memory than its hashes and a few blocks.
/// </summary>
internal sealed class BundleReading(List<string> findings)
{
    private const int MostFindings = 100;

    private readonly List<Said> _said = [];
    private readonly HashSet<(long Index, string Member)> _withdrawn = [];
    private readonly List<byte[]> _hashes = [];
    private readonly List<byte[]> _around = [];
    private readonly Dictionary<string, byte[]> _report = [];
    private readonly Dictionary<long, string> _withdrawnFrom = [];
    private readonly HashSet<string> _tellWithdrawal = [];
    private bool _tellsOfWithdrawn;
    private string _checkpoint = "";
    private byte[] _stored = [];
    private long _first, _count;

    public long Leaves => _hashes.Count;
    public long Confidential { get; private set; }
    public long Statements => _said.Count;
    public long Withdrawn => _withdrawn.Count;
    public string Origin { get; private set; } = "";
    public long Size { get; private set; }
    public IReadOnlyList<string> Keys { get; private set; } = [];
    public IReadOnlyList<string> Cosigned { get; private set; } = [];
    public BundledReport? Report { get; private set; }

    public void Part(string name, Stream part)
    {
        try
        {
            switch (name)
            {
                case "keys": Keys = Text(Bytes(part)).Split('\n', StringSplitOptions.RemoveEmptyEntries); break;
                case "checkpoint": _checkpoint = Text(Bytes(part)); break;
                case "range": Range(Text(Bytes(part))); break;
                case "hashes": _stored = Bytes(part); break;
                case "statements.jsonl": InBlocks(part, (lines, _) => SaidIn(lines), Take); break;
                case "withdrawn.jsonl": ReadWithdrawn(Bytes(part)); break;
                case "leaves.jsonl": InBlocks(part, (lines, first) => new Block(this, first).Read(lines), Take); break;
                case var of when of == BundledReport.Pdf || BundledReport.PartNames.Contains(of): _report[of] = Bytes(part); break;
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
        Cosigned = [.. cosigned.Select(w => w.Name).Distinct()];
        if (demanded is { } number)
        {
            if (cosigned.Distinct().Count() < number) Find($"{cosigned.Distinct().Count()} of the {witnesses.Count} witnesses have cosigned the checkpoint, and {number} must have.");
        }
        else
            foreach (var witness in witnesses.Except(cosigned)) Find($"The witness {witness.Name} has not cosigned the checkpoint.");
        if (_hashes.Count != _count) Find($"There are {_hashes.Count} leaves, and {_count} should be.");
        if (_stored.Length != _hashes.Count * Merkle.HashBytes) Find("The part hashes has not a hash for every leaf.");
        foreach (var index in _said.Select(s => s.Index).Concat(_withdrawn.Select(w => w.Index)).Where(i => i < _first || i >= _first + _hashes.Count))
            Find($"A statement belongs to leaf {index}, which is not in the bundle.");
        var root = Merkle.Root(new LeafRange(_first, _first + _hashes.Count), _hashes, _around, checkpoint.Size);
        if (root is null || !root.AsSpan().SequenceEqual(checkpoint.Root))
            Find($"The events do not make the root that {checkpoint.Origin} signed at {checkpoint.Size}: something was changed, removed or added.");
        // In the whole ledger, a record of which a text was withdrawn says so itself.
        var whole = _first == 0 && _hashes.Count == checkpoint.Size;
        bool Unsaid(string stream) => whole && !_tellWithdrawal.Contains(stream);
        foreach (var (index, stream) in _withdrawnFrom)
            if (Unsaid(stream)) Find($"Leaf {index} ({stream}): a text is listed as withdrawn, and no event says that one was.");
        if (_report.Count > 0) Report = BundledReport.Check(_report, known, HashOf, Unsaid, Find);
    }

    private int FirstSaid(long index)
    {
        var (from, to) = (0, _said.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (_said[middle].Index < index) from = middle + 1;
            else to = middle;
        }
        return from;
    }

    private byte[]? HashOf(long index) => index >= _first && index < _first + _hashes.Count ? _hashes[(int)(index - _first)] : null;

    private void Range(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        _first = long.Parse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture);
        _count = long.Parse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture);
        foreach (var line in lines.Skip(2)) _around.Add(Convert.FromBase64String(line));
        if (_around.Any(h => h.Length != Merkle.HashBytes)) throw new FormatException("A hash has not 32 bytes.");
    }

    private void ReadWithdrawn(byte[] part)
    {
        _tellsOfWithdrawn = true;
        foreach (var line in Text(part).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var text = JsonSerializer.Deserialize<WithdrawnStatement>(line, JsonSerializerOptions.Web)!;
            _withdrawn.Add((text.Index, text.Member));
        }
    }

    /// <summary>A text of a leaf: which member's it is, and the digest that it has.</summary>
    private readonly record struct Said(long Index, string Member, byte[] Digest);

    private static List<Said> SaidIn(ReadOnlyMemory<byte> lines)
    {
        var said = new List<Said>();
        var last = "";
        foreach (var range in lines.Span.Split((byte)'\n'))
        {
            if (lines[range] is not { Length: > 0 } line) continue;
            var json = new Utf8JsonReader(line.Span);
            long? index = null;
            string? member = null;
            byte[]? salt = null, text = null;
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var property = json.ValueTextEquals("index"u8) ? 0 : json.ValueTextEquals("member"u8) ? 1 : json.ValueTextEquals("salt"u8) ? 2 : 3;
                json.Read();
                switch (property)
                {
                    case 0: index = json.GetInt64(); break;
                    case 1: member = json.ValueTextEquals(last) ? last : last = json.GetString()!; break;
                    case 2: salt = Convert.FromHexString(json.GetString()!); break;
                    default: text = Unescaped(ref json); break;
                }
            }
            if (index is null || member is null || salt is null || text is null) throw new FormatException("A line has not index, member, salt and text.");
            said.Add(new Said(index.Value, member, System.Security.Cryptography.SHA256.HashData([.. salt, .. text])));
        }
        return said;
    }

    private static byte[] Unescaped(ref Utf8JsonReader json)
    {
        var text = new byte[json.ValueSpan.Length];
        var length = json.CopyString(text);
        return length == text.Length ? text : text[..length];
    }

    private void Take(List<Said> said)
    {
        foreach (var one in said)
        {
            if (_said.Count > 0 && _said[^1].Index > one.Index) throw new FormatException($"The text of leaf {one.Index} stands behind that of a later leaf.");
            _said.Add(one);
        }
    }

    private void Take(Block block)
    {
        _hashes.AddRange(block.Hashes);
        Confidential += block.Confidential;
        foreach (var (index, stream) in block.WithdrawnFrom) _withdrawnFrom[index] = stream;
        _tellWithdrawal.UnionWith(block.TellWithdrawal);
        foreach (var finding in block.Findings) Find(finding);
    }

    private void Find(string finding)
    {
        if (findings.Count < MostFindings) findings.Add(finding);
    }

    /// <summary>Works on blocks of whole lines on all cores, and takes what comes of them in their order.</summary>
    /// <param name="work">Told of the lines, each with its line break, and of how many came before.</param>
    private static void InBlocks<T>(Stream part, Func<ReadOnlyMemory<byte>, long, T> work, Action<T> take)
    {
        var under = new Queue<Task<T>>();
        long before = 0;
        foreach (var (buffer, length) in Blocks.Of(part))
        {
            var first = before;
            before += buffer.AsSpan(0, length).Count((byte)'\n');
            under.Enqueue(Task.Run(() =>
            {
                try
                {
                    return work(buffer.AsMemory(0, length), first);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }));
            if (under.Count > Environment.ProcessorCount) take(under.Dequeue().GetAwaiter().GetResult());
        }
        while (under.TryDequeue(out var last)) take(last.GetAwaiter().GetResult());
    }

    private static string Text(byte[] part) => new UTF8Encoding(false, true).GetString(part);

    private static byte[] Bytes(Stream part)
    {
        using var copy = new MemoryStream();
        part.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>Some leaves, compared with all that the bundle says of them.</summary>
    private sealed class Block(BundleReading bundle, long before)
    {
        private readonly long _first = bundle._first + before;

        public List<byte[]> Hashes { get; } = [];
        public List<string> Findings { get; } = [];
        public List<(long Index, string Stream)> WithdrawnFrom { get; } = [];
        public List<string> TellWithdrawal { get; } = [];
        public long Confidential { get; private set; }

        public Block Read(ReadOnlyMemory<byte> lines)
        {
            var said = bundle.FirstSaid(_first);
            while (lines.Length > 0)
            {
                var end = lines.Span.IndexOf((byte)'\n');
                var (line, index) = (lines[..end], _first + Hashes.Count);
                lines = lines[(end + 1)..];
                var stored = Stored(before + Hashes.Count);
                var of = said;
                while (said < bundle._said.Count && bundle._said[said].Index <= index) said++;
                if (line.Length == 0)
                {
                    // Confidential: there is its hash, which the root answers for.
                    Hashes.Add(stored.ToArray());
                    Confidential++;
                    continue;
                }
                var hash = Merkle.Leaf(line.Span);
                Hashes.Add(hash);
                if (stored.Length > 0 && !stored.SequenceEqual(hash)) Findings.Add($"{Event(index, line)} is not what its hash in the bundle says: one of the two was changed.");
                if (line.Span.IndexOf("\"name\":\"ledger.statement-withdrawn.v1\""u8) >= 0) TellWithdrawal.Add(StreamOf(line));
                if (said > of || line.Span.IndexOf("\"statements\":["u8) >= 0) Compare(index, line, of, said);
            }
            return this;
        }

        private ReadOnlySpan<byte> Stored(long at) =>
            bundle._stored.Length >= (at + 1) * Merkle.HashBytes ? bundle._stored.AsSpan((int)at * Merkle.HashBytes, Merkle.HashBytes) : [];

        /// <summary>Every text is the one that the leaf has the digest of, and none is missing that was not withdrawn.</summary>
        private void Compare(long index, ReadOnlyMemory<byte> line, int from, int to)
        {
            try
            {
                using var leaf = JsonDocument.Parse(line);
                var data = leaf.RootElement.GetProperty("data");
                for (var i = from; i < to; i++)
                    if (!data.TryGetProperty(bundle._said[i].Member, out var said) || !said.ValueEquals(Convert.ToHexStringLower(bundle._said[i].Digest)))
                        Findings.Add($"{Event(index, line)}: the text of {bundle._said[i].Member} is not the one that was recorded.");
                if (!bundle._tellsOfWithdrawn || !leaf.RootElement.TryGetProperty("statements", out var members)) return;
                foreach (var member in members.EnumerateArray())
                {
                    var has = false;
                    for (var i = from; i < to; i++) has |= member.ValueEquals(bundle._said[i].Member);
                    if (bundle._withdrawn.Contains((index, member.GetString()!))) WithdrawnFrom.Add((index, leaf.RootElement.GetProperty("stream").GetString()!));
                    else if (!has) Findings.Add($"{Event(index, line)}: the text of {member.GetString()} is missing, and not listed as withdrawn.");
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                Findings.Add($"{Event(index, line)} can't be read.");
            }
        }

        private static string StreamOf(ReadOnlyMemory<byte> line)
        {
            using var leaf = JsonDocument.Parse(line);
            return leaf.RootElement.GetProperty("stream").GetString()!;
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
    }
}
