using System.Security.Cryptography;
using System.Text;
using EqualitiesPlatform.Ledger.Sealing;

namespace EqualitiesPlatform.Cli.Audit;

/// <summary>A witness found that a log is not the one it saw before, or can't show that it is.</summary>
public sealed class WitnessException(string sentence, bool sameSize = false) : Exception(sentence)
{
    /// <summary>Whether it saw another log of the very size that it is shown.</summary>
    public bool SameSize => sameSize;
}

/// <summary>
/// A partner's or an auditor's memory of the log. It keeps the last checkpoint that it saw, takes a later one only with
/// the proof that it continues the last, and cosigns what it took (C2SP tlog-cosignature). The platform has no part in
/// it: even one that holds the ledger's private key can't make a witness forget.
/// </summary>
public sealed class Witness
{
    private readonly string _folder;
    private readonly string _name;

    /// <param name="folder">Where the witness keeps its key and what it saw; made when it isn't there.</param>
    /// <param name="name">The witness's name in its cosignatures: a URL without a scheme.</param>
    public Witness(string folder, string name)
    {
        (_folder, _name) = (folder, name);
        Directory.CreateDirectory(folder);
        var key = Path.Combine(folder, "key");
        if (!File.Exists(key))
        {
            var own = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) own.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(key, own);
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n"));
        }
        using var signer = Signer();
        PublicKey = signer.Verifier.ToString();
    }

    /// <summary>The witness's public key.</summary>
    public string PublicKey { get; }

    /// <summary>How many leaves the log had when the witness last saw it.</summary>
    public long Size => Last is { } last ? Checkpoint.Parse(SignedNote.Parse(last).Text).Size : 0;

    /// <summary>The last checkpoint that it took, with its cosignature; null before the first.</summary>
    public string? Last => File.Exists(Latest) ? File.ReadAllText(Latest) : null;

    private string Latest => Path.Combine(_folder, "checkpoint");

    /// <summary>Takes a checkpoint, and gives it back cosigned.</summary>
    /// <param name="note">The signed checkpoint.</param>
    /// <param name="consistency">The proof that it continues the last one.</param>
    /// <param name="logKeys">The log's public keys.</param>
    /// <param name="now">The time of the cosignature.</param>
    /// <exception cref="WitnessException">It was forked or rolled back, or the proof is not one.</exception>
    /// <exception cref="FormatException">It is no checkpoint of this log.</exception>
    public string Take(string note, IReadOnlyList<byte[]> consistency, IReadOnlyCollection<string> logKeys, DateTimeOffset now) =>
        note + Cosign(note, consistency, logKeys, now);

    /// <summary>As <see cref="Take"/>, and gives the line of the cosignature alone.</summary>
    public string Cosign(string note, IReadOnlyList<byte[]> consistency, IReadOnlyCollection<string> logKeys, DateTimeOffset now)
    {
        var checkpoint = Checkpoint.Open(note, [.. logKeys.Select(NoteVerifier.Parse)]);
        if (Last is { } last)
        {
            var seen = Checkpoint.Parse(SignedNote.Parse(last).Text);
            if (seen.Origin != checkpoint.Origin) throw new WitnessException($"This witness keeps the log {seen.Origin}, and was shown {checkpoint.Origin}.");
            if (checkpoint.Size < seen.Size) throw new WitnessException($"Rolled back: the log had {seen.Size} leaves when this witness last saw it, and has {checkpoint.Size} now.");
            if (checkpoint.Size == seen.Size && !checkpoint.Root.AsSpan().SequenceEqual(seen.Root))
                throw new WitnessException($"Split view: two checkpoints of {seen.Size} leaves have different roots, and the log signed both.", sameSize: true);
            if (!Merkle.IsConsistent(seen.Size, seen.Root, checkpoint.Size, checkpoint.Root, consistency))
                throw new WitnessException($"Forked: nothing proves that the log of {checkpoint.Size} leaves continues the one of {seen.Size} that this witness saw.");
        }
        var signed = SignedNote.Parse(note);
        using var signer = Signer();
        var line = signer.Sign(signed.Text, (ulong)now.ToUnixTimeSeconds());
        // Whole or not at all, also when the machine stops here.
        File.WriteAllText(Latest + ".new", note + line);
        File.Move(Latest + ".new", Latest, overwrite: true);
        return line;
    }

    private NoteSigner Signer() => new(_name, NoteKeyKind.Cosignature, Convert.FromBase64String(File.ReadAllText(Path.Combine(_folder, "key")).Trim()));
}
