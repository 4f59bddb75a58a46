using System.Globalization;
using System.Text;
using System.Text.Json;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Sealing;

namespace EqualitiesPlatform.Cli.Audit;

/// <summary>A text that a leaf holds as a digest.</summary>
public sealed record BundleStatement(long Index, string Member, string Salt, string Text);

/// <summary>A text that was withdrawn; its digest stands in the leaf.</summary>
public sealed record WithdrawnStatement(long Index, string Member);

/// <summary>
/// An audit bundle: events as their leaves, what proves that the ledger holds them so, and nothing that must be asked
/// of the platform again.
/// </summary>
public static class AuditBundle
{
    private const string WithdrawnTexts = "withdrawn.jsonl";
    private static readonly string[] Names = ["README.txt", "keys", "checkpoint", "range", "catalogue.md", "hashes", "positions", "statements.jsonl", WithdrawnTexts, "leaves.jsonl"];

    /// <summary>What a bundle is made of: with a report that is published, one that is frozen, or none; the first release told of no withdrawn texts.</summary>
    private static readonly string[][] Makes =
        [Names, [.. Names, .. BundledReport.FrozenParts], [.. Names, .. BundledReport.PartNames], [.. Names, .. BundledReport.PartNames, BundledReport.Pdf], [.. Names.Where(n => n != WithdrawnTexts)]];

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
        statements.jsonl  texts that leaves hold as SHA-256 of salt and text
        withdrawn.jsonl   texts that were withdrawn by two officers: their digests stay in the leaves, the texts are nowhere
        leaves.jsonl      the events, one a line: leaf hash = SHA-256 of a zero byte and the line without its line break;
                          an empty line is a confidential event, of which there is the hash only

        When it was made with a report, also:
        report.json             the report's body: its SHA-256 is contentHash in frozen.leaf
        report-withdrawn.jsonl  texts in it that were withdrawn after it was frozen; it prints "text withdrawn" there
        frozen.leaf             the event that froze it, and
        frozen.tlog-proof       its receipt (C2SP tlog-proof)

        When that report is published, also:
        published.leaf, published.tlog-proof        the event that published it, and its receipt
        certificate.json                            its SHA-256 is certificateHash in published.leaf
        report.csv, report.docx, report.html        the report as printed: their SHA-256 are printed in published.leaf
        report.pdf                                  the PDF that was printed with the publication, held to the same event;
                                                    there is none where none was printed, or where a text in it was withdrawn

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
        var reading = new BundleReading(findings);
        try
        {
            BundleFile.Read(bundle, Makes, reading.Part, name => findings.Add($"The part {name} is not the one that MANIFEST has the hash of."));
            reading.Conclude([.. trusted.Select(NoteVerifier.Parse)], [.. witnesses.Select(NoteVerifier.Parse)], cosigned);
        }
        catch (FormatException e)
        {
            findings.Add(e.Message);
        }
        return new BundleVerdict(
            reading.Leaves, reading.Confidential, reading.Statements, reading.Withdrawn, reading.Origin, reading.Size, reading.Keys, reading.Report, findings) { Cosigned = reading.Cosigned };
    }
}

/// <summary>What the verification of a bundle came to.</summary>
/// <param name="Leaves">How many events it holds.</param>
/// <param name="Confidential">How many of them stand as their hashes only.</param>
/// <param name="Statements">How many texts of theirs.</param>
/// <param name="Withdrawn">How many texts were withdrawn.</param>
/// <param name="Origin">The log that its checkpoint speaks of.</param>
/// <param name="Size">How many leaves that log has.</param>
/// <param name="Keys">The public keys in the bundle.</param>
/// <param name="Report">The report in it, if it could be checked.</param>
/// <param name="Findings">What is wrong, a sentence each.</param>
public sealed record BundleVerdict(
    long Leaves, long Confidential, long Statements, long Withdrawn, string Origin, long Size, IReadOnlyList<string> Keys, BundledReport? Report, IReadOnlyList<string> Findings)
{
    /// <summary>The witnesses, of those that were named, that cosigned its checkpoint.</summary>
    public IReadOnlyList<string> Cosigned { get; init; } = [];

    /// <summary>Whether nothing is wrong.</summary>
    public bool Holds => Findings.Count == 0;
}

/// <summary>Collects the parts of a bundle in a folder, and then makes the bundle of them.</summary>
internal sealed class BundleWriter : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("equalities-bundle-");
    private readonly List<string> _names;
    private readonly Stream _leaves, _hashes;
    private readonly StreamWriter _positions, _statements, _withdrawn;
    private long _count;

    public BundleWriter(IEnumerable<string> names, string readme)
    {
        _names = [.. names];
        Put("README.txt", readme);
        using (var catalogue = typeof(BundleWriter).Assembly.GetManifestResourceStream("events.md")!)
        using (var file = File.Create(At("catalogue.md"))) catalogue.CopyTo(file);
        (_leaves, _hashes) = (File.Create(At("leaves.jsonl"), 1 << 20), File.Create(At("hashes"), 1 << 16));
        (_positions, _statements, _withdrawn) = (Lines("positions"), Lines("statements.jsonl"), Lines("withdrawn.jsonl"));
    }

    public void Add(string leaf, long position)
    {
        var bytes = Encoding.UTF8.GetBytes(leaf);
        Add(bytes, Merkle.Leaf(bytes), position);
    }

    /// <summary>Adds a confidential event, of which there is the leaf hash only.</summary>
    public void AddConfidential(byte[] hash, long position) => Add([], hash, position);

    public void Add(BundleStatement statement) => _statements.WriteLine(JsonSerializer.Serialize(statement, JsonSerializerOptions.Web));

    public void Add(WithdrawnStatement withdrawn) => _withdrawn.WriteLine(JsonSerializer.Serialize(withdrawn, JsonSerializerOptions.Web));

    /// <summary>Adds the parts of a report, in their order.</summary>
    public void AddReport(IReadOnlyList<(string Name, byte[] Content)> parts)
    {
        foreach (var (name, content) in parts)
        {
            _names.Add(name);
            File.WriteAllBytes(At(name), content);
        }
    }

    public void Finish(long first, IEnumerable<byte[]> around, string note, IEnumerable<string> keys, Stream bundle)
    {
        foreach (var part in (IDisposable[])[_leaves, _hashes, _positions, _statements, _withdrawn]) part.Dispose();
        Put("keys", string.Concat(keys.Select(k => k + "\n")));
        Put("checkpoint", note);
        Put("range", string.Create(CultureInfo.InvariantCulture, $"{first}\n{_count}\n") + string.Concat(around.Select(h => Convert.ToBase64String(h) + "\n")));
        BundleFile.Write(_folder.FullName, _names, bundle);
    }

    public void Dispose()
    {
        foreach (var part in (IDisposable[])[_leaves, _hashes, _positions, _statements, _withdrawn]) part.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Add(byte[] leaf, byte[] hash, long position)
    {
        _leaves.Write(leaf);
        _leaves.WriteByte((byte)'\n');
        _hashes.Write(hash);
        _positions.WriteLine(position.ToString(CultureInfo.InvariantCulture));
        _count++;
    }

    private StreamWriter Lines(string name) => new(At(name)) { NewLine = "\n" };

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private void Put(string name, string text) => File.WriteAllText(At(name), text);
}
