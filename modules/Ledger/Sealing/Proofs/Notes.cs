using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace EqualitiesPlatform.Ledger.Sealing;

/// <summary>What a key's signatures are: the byte that its id is made with.</summary>
internal enum NoteKeyKind : byte
{
    /// <summary>Plain Ed25519 over the note's text: a log's own signature.</summary>
    Ed25519 = 1,

    /// <summary>Ed25519 over the text with a time: a witness's cosignature/v1.</summary>
    Cosignature = 4,
}

/// <summary>A public key in the form name+id+key of C2SP signed-note.</summary>
internal sealed record NoteVerifier(string Name, NoteKeyKind Kind, byte[] PublicKey)
{
    public uint Id { get; } = BinaryPrimitives.ReadUInt32BigEndian(
        SHA256.HashData([.. Encoding.UTF8.GetBytes(Name), (byte)'\n', (byte)Kind, .. PublicKey]));

    /// <exception cref="FormatException">The text is no public key.</exception>
    public static NoteVerifier Parse(string text)
    {
        var parts = text.Trim().Split('+', 3);
        var key = new byte[64];
        if (parts.Length != 3 || !Convert.TryFromBase64String(parts[2], key, out var length) || length != 33 || key[0] is not (1 or 4))
            throw new FormatException($"\"{text}\" is not a public key in the form name+id+key.");
        var verifier = new NoteVerifier(parts[0], (NoteKeyKind)key[0], key[1..33]);
        return parts[1] == verifier.Id.ToString("x8", CultureInfo.InvariantCulture)
            ? verifier
            : throw new FormatException($"The id of the public key {text} does not belong to it.");
    }

    public override string ToString() =>
        $"{Name}+{Id.ToString("x8", CultureInfo.InvariantCulture)}+{Convert.ToBase64String([(byte)Kind, .. PublicKey])}";

    /// <summary>Whether a signature of this key is good for a text.</summary>
    public bool Verify(string text, byte[] signature)
    {
        if (!NSec.Cryptography.PublicKey.TryImport(SignatureAlgorithm.Ed25519, PublicKey, KeyBlobFormat.RawPublicKey, out var key) || key is null) return false;
        return Kind switch
        {
            NoteKeyKind.Ed25519 => signature.Length == 64 && SignatureAlgorithm.Ed25519.Verify(key, Encoding.UTF8.GetBytes(text), signature),
            _ => signature.Length == 72 && SignatureAlgorithm.Ed25519.Verify(key, NoteSigner.Cosigned(text, SecondsOf(signature)), signature.AsSpan(8)),
        };
    }

    /// <summary>When a cosignature was made, in seconds since 1970.</summary>
    public static ulong SecondsOf(byte[] cosignature) => BinaryPrimitives.ReadUInt64BigEndian(cosignature);
}

/// <summary>A private key that signs notes under a name.</summary>
internal sealed class NoteSigner : IDisposable
{
    private readonly Key _key;

    /// <param name="name">The key's name; a log's is its origin.</param>
    /// <param name="kind">What it signs.</param>
    /// <param name="seed">The 32 bytes of the private key. A secret.</param>
    public NoteSigner(string name, NoteKeyKind kind, ReadOnlySpan<byte> seed)
    {
        if (name.Length == 0 || name.Any(c => char.IsWhiteSpace(c) || c == '+'))
            throw new FormatException($"\"{name}\" can't be the name of a key: no spaces and no plus signs.");
        _key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        Verifier = new NoteVerifier(name, kind, _key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    public NoteVerifier Verifier { get; }

    /// <summary>The signature line for a text.</summary>
    public string Sign(string text, ulong seconds = 0)
    {
        var id = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(id, Verifier.Id);
        byte[] signature = Verifier.Kind == NoteKeyKind.Ed25519
            ? SignatureAlgorithm.Ed25519.Sign(_key, Encoding.UTF8.GetBytes(text))
            : [.. Big(seconds), .. SignatureAlgorithm.Ed25519.Sign(_key, Cosigned(text, seconds))];
        return $"{SignedNote.Dash}{Verifier.Name} {Convert.ToBase64String([.. id, .. signature])}\n";
    }

    public void Dispose() => _key.Dispose();

    internal static byte[] Cosigned(string text, ulong seconds) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n{text}"));

    private static byte[] Big(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }
}

/// <summary>A signed note: a text that ends with a line break, and signatures under it.</summary>
internal sealed record SignedNote(string Text, IReadOnlyList<(string Name, uint Id, byte[] Signature)> Signatures)
{
    public const string Dash = "\u2014 ";

    /// <exception cref="FormatException">The note is not one.</exception>
    public static SignedNote Parse(string note)
    {
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || !note.EndsWith('\n')) throw new FormatException("This is not a signed note: its text and its signatures are parted by an empty line.");
        var signatures = note[(end + 2)..].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            var space = line.LastIndexOf(' ');
            var bytes = new byte[256];
            if (!line.StartsWith(Dash, StringComparison.Ordinal) || space <= Dash.Length || line.Length - space > 300
                || !Convert.TryFromBase64String(line[(space + 1)..], bytes, out var length) || length < 5
                || Convert.ToBase64String(bytes, 0, length) != line[(space + 1)..])
                throw new FormatException("A signature line of the note can't be read.");
            return (line[Dash.Length..space], BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[4..length]);
        }).ToArray();
        return new SignedNote(note[..(end + 1)], signatures);
    }

    /// <summary>The keys of those known that signed this note. A bad signature of a known key spoils the note.</summary>
    /// <exception cref="FormatException">A signature in the name of a known key is not its own.</exception>
    public IReadOnlyList<NoteVerifier> SignedBy(IEnumerable<NoteVerifier> known)
    {
        var signed = new List<NoteVerifier>();
        foreach (var key in known)
            foreach (var (_, _, signature) in Signatures.Where(s => s.Name == key.Name && s.Id == key.Id))
                signed.Add(key.Verify(Text, signature) ? key : throw new FormatException($"The signature of {key.Name} under the note is not its own."));
        return signed;
    }
}

/// <summary>A checkpoint of a log in the form of C2SP tlog-checkpoint: so many leaves, with this root.</summary>
internal sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root)}\n");

    public string Signed(NoteSigner signer) => $"{Text}\n{signer.Sign(Text)}";

    /// <summary>Reads the checkpoint in a note's text.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static Checkpoint Parse(string text)
    {
        var lines = text.Split('\n');
        var root = new byte[Merkle.HashBytes];
        return lines.Length >= 4 && lines[0].Length > 0
            && long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            && size.ToString(CultureInfo.InvariantCulture) == lines[1]
            && Convert.TryFromBase64String(lines[2], root, out var length) && length == Merkle.HashBytes
            && Convert.ToBase64String(root) == lines[2]
                ? new Checkpoint(lines[0], size, root)
                : throw new FormatException("This is not a checkpoint: an origin, a size and a root, a line each.");
    }

    /// <summary>Reads a checkpoint that one of the known keys has signed in its own origin's name.</summary>
    /// <exception cref="FormatException">It is none, or nobody known signed it.</exception>
    public static Checkpoint Open(string note, IReadOnlyCollection<NoteVerifier> known)
    {
        var signed = SignedNote.Parse(note);
        var checkpoint = Parse(signed.Text);
        var own = known.Where(k => k.Kind == NoteKeyKind.Ed25519 && k.Name == checkpoint.Origin);
        return signed.SignedBy(own).Count > 0
            ? checkpoint
            : throw new FormatException($"The checkpoint of {checkpoint.Origin} at {checkpoint.Size} carries no signature of a known key.");
    }
}

/// <summary>A receipt in the form of C2SP tlog-proof: that a leaf is in the log that a checkpoint speaks of.</summary>
internal sealed record LogProof(long Index, IReadOnlyList<byte[]> Hashes, string Note)
{
    private const string Head = "c2sp.org/tlog-proof@v1";

    public override string ToString() =>
        $"{Head}\nindex {Index.ToString(CultureInfo.InvariantCulture)}\n{string.Concat(Hashes.Select(h => Convert.ToBase64String(h) + "\n"))}\n{Note}";

    /// <exception cref="FormatException">The text is no proof.</exception>
    public static LogProof Parse(string text)
    {
        var parts = text.Split("\n\n", 2);
        var lines = parts[0].Split('\n').ToList();
        if (lines.Count > 1 && lines[1].StartsWith("extra ", StringComparison.Ordinal)) lines.RemoveAt(1);
        if (parts.Length != 2 || lines.Count < 2 || lines[0] != Head || !lines[1].StartsWith("index ", StringComparison.Ordinal)
            || !long.TryParse(lines[1][6..], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            throw new FormatException("This is not a proof of the form c2sp.org/tlog-proof@v1.");
        return new LogProof(index, [.. lines.Skip(2).Select(Hash)], parts[1]);
    }

    /// <summary>Checks that the proof speaks of these bytes, and gives the checkpoint that it leads to.</summary>
    /// <exception cref="FormatException">It does not, or the checkpoint is not signed by a known key.</exception>
    public Checkpoint Check(ReadOnlySpan<byte> leaf, IReadOnlyCollection<NoteVerifier> known)
    {
        var checkpoint = Checkpoint.Open(Note, known);
        return Merkle.IsIncluded(Merkle.Leaf(leaf), Index, checkpoint.Size, Hashes, checkpoint.Root)
            ? checkpoint
            : throw new FormatException($"The receipt for leaf {Index} is for another event than this.");
    }

    private static byte[] Hash(string line)
    {
        var hash = new byte[Merkle.HashBytes];
        return line.Length == 44 && Convert.TryFromBase64String(line, hash, out var length) && length == Merkle.HashBytes
            ? hash
            : throw new FormatException("A hash of the proof can't be read.");
    }
}
