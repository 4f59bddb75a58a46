using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EqualitiesPlatform.Ledger.Sealing;

namespace EqualitiesPlatform.Cli.Audit;

/// <summary>A text that a report prints as withdrawn, by the event that held it.</summary>
public sealed record WithdrawnInReport(string Stream, long Version, string Member);

/// <summary>
/// The report in a bundle: its files, the events that froze and published it, and their receipts. What a file's hash is
/// held to stands in those events, and nowhere else.
/// </summary>
/// <param name="Stream">The report's stream.</param>
/// <param name="ContentHash">The content hash with which it was frozen.</param>
/// <param name="Files">How many files were compared.</param>
/// <param name="Withdrawn">The texts that were withdrawn after it was frozen.</param>
/// <param name="LacksPdf">Whether a PDF was printed with the publication that is not in the bundle.</param>
public sealed record BundledReport(string Stream, string ContentHash, int Files, IReadOnlyList<WithdrawnInReport> Withdrawn, bool LacksPdf)
{
    internal const string Body = "report.json";
    internal const string Certificate = "certificate.json";
    internal const string WithdrawnTexts = "report-withdrawn.jsonl";
    internal const string Frozen = "frozen";
    internal const string Published = "published";
    internal const string FrozenName = "governance.report-frozen.v1";
    internal const string PublishedName = "governance.report-published.v1";

    /// <summary>The printed forms whose hashes are recorded when a report is published.</summary>
    internal static readonly string[] Forms = ["csv", "docx", "html"];

    /// <summary>The parts of a frozen report, and behind them those that a published one has too.</summary>
    internal static readonly string[] FrozenParts = [Body, WithdrawnTexts, Leaf(Frozen), Proof(Frozen)];
    internal static readonly string[] PublishedParts = [Leaf(Published), Proof(Published), Certificate, .. Forms.Select(Form)];
    internal static readonly string[] PartNames = [.. FrozenParts, .. PublishedParts];

    /// <summary>The PDF of a published report, when one was printed with it and is kept.</summary>
    internal static readonly string Pdf = Form("pdf");

    internal static string Leaf(string of) => $"{of}.leaf";
    internal static string Proof(string of) => $"{of}.tlog-proof";
    internal static string Form(string form) => $"report.{form}";

    /// <summary>Checks the report of a bundle.</summary>
    /// <param name="parts">Its parts.</param>
    /// <param name="known">The keys that may sign checkpoints.</param>
    /// <param name="hashOf">The hash of a leaf of the bundle; null for one that is not in it.</param>
    /// <param name="unsaid">Whether a record should say that a text of its was withdrawn, and does not.</param>
    /// <param name="find">Told what is wrong.</param>
    internal static BundledReport? Check(IReadOnlyDictionary<string, byte[]> parts, IReadOnlyCollection<NoteVerifier> known, Func<long, byte[]?> hashOf, Func<string, bool> unsaid, Action<string> find)
    {
        try
        {
            using var frozen = Recorded(parts, Frozen, FrozenName, known, hashOf);
            var (stream, contentHash) = (frozen.RootElement.GetProperty("stream").GetString()!, frozen.RootElement.GetProperty("data").GetProperty("contentHash").GetString()!);
            WithdrawnInReport[] withdrawn = [.. Encoding.UTF8.GetString(parts[WithdrawnTexts]).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<WithdrawnInReport>(line, JsonSerializerOptions.Web)!)];
            foreach (var text in withdrawn.Where(w => unsaid(w.Stream))) find($"The report lists a text of {text.Stream} as withdrawn, and no event says that one was.");
            var (files, lacksPdf) = (0, false);
            // Word and CSV are packed; they print what the page prints.
            bool Prints(string part) => parts[part is Body or Certificate ? part : Form("html")].AsSpan().IndexOf("text withdrawn"u8) >= 0;
            void Compare(string part, string recorded, string what)
            {
                var hash = Convert.ToHexStringLower(SHA256.HashData(parts[part]));
                files++;
                // A text that was withdrawn is the one thing that may make it another: it is listed, and the file prints that.
                // A PDF that held one is not there; none is ever another.
                if (hash != recorded && (part == Pdf || withdrawn.Length == 0 || !Prints(part))) find($"The report was changed: {part} has the SHA-256 {hash}, and the event that {what} it has {recorded}.");
            }
            Compare(Body, contentHash, "froze");
            if (parts.ContainsKey(Leaf(Published)))
            {
                using var published = Recorded(parts, Published, PublishedName, known, hashOf);
                if (published.RootElement.GetProperty("stream").GetString() != stream) find("The event that published the report is one of another report.");
                var data = published.RootElement.GetProperty("data");
                Compare(Certificate, data.GetProperty("certificateHash").GetString()!, "published");
                foreach (var form in Forms) Compare(Form(form), data.GetProperty("printed").GetProperty(form).GetString()!, "published");
                var pdf = data.GetProperty("printed").TryGetProperty("pdf", out var printed) ? printed.GetString() : null;
                lacksPdf = pdf is not null && !parts.ContainsKey(Pdf);
                if (parts.ContainsKey(Pdf)) Compare(Pdf, pdf ?? "none", "published");
            }
            return new BundledReport(stream, contentHash, files, withdrawn, lacksPdf);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            find($"The report in the bundle can't be checked: {e.Message}");
            return null;
        }
    }

    /// <summary>An event with its receipt; where the bundle has the same leaf, the two are one.</summary>
    private static JsonDocument Recorded(
        IReadOnlyDictionary<string, byte[]> parts, string of, string storedName, IReadOnlyCollection<NoteVerifier> known, Func<long, byte[]?> hashOf)
    {
        var (leaf, proof) = (parts[Leaf(of)], LogProof.Parse(Encoding.UTF8.GetString(parts[Proof(of)])));
        proof.Check(leaf, known);
        if (hashOf(proof.Index) is { } other && !other.AsSpan().SequenceEqual(Merkle.Leaf(leaf))) throw new FormatException($"The event in {Leaf(of)} is not leaf {proof.Index} of the bundle.");
        var recorded = JsonDocument.Parse(leaf);
        return recorded.RootElement.GetProperty("name").ValueEquals(storedName) ? recorded : throw new FormatException($"The event in {Leaf(of)} is none of the name {storedName}.");
    }
}
