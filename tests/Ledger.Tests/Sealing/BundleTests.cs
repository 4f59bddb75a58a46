extern alias cli;
using cli::EqualitiesPlatform.Cli.Audit;
using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Sealing;

namespace EqualitiesPlatform.Ledger.Tests;

public sealed class BundleTests
{
    [Fact]
    public async Task A_bundle_verifies_with_nothing_but_itself_and_a_key()
    {
        await using var ledger = await Sealed(20);
        var key = ledger.Keys.Signer.Verifier.ToString();

        var verdict = AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 0, 40)), [key], []);

        verdict.Should().BeEquivalentTo(new BundleVerdict(40, 0, 20, 0, "ledger.example.gov.uk", 40, [key], null, []));
    }

    [Fact]
    public async Task A_bundle_of_a_part_of_the_ledger_verifies_too()
    {
        await using var ledger = await Sealed(20);
        foreach (var (first, end) in new[] { (0, 1), (7, 29), (39, 40), (16, 32) })
            AuditBundle.Verify(new MemoryStream(await Bundle(ledger, first, end)), [], []).Should().Match<BundleVerdict>(v => v.Holds && v.Leaves == end - first);
    }

    [Fact]
    public async Task A_bit_flipped_anywhere_in_a_bundle_is_found_and_its_event_or_part_is_named()
    {
        await using var ledger = await Sealed(3);
        var report = await Report(ledger);
        var bundle = await Bundle(ledger, 0, 8, report: report, confidential: [1]);
        var random = new Random(2013);
        foreach (var (part, from, to) in Places(bundle))
            for (var count = 0; count < 20; count++)
            {
                var (at, bit) = (random.Next(from, to), (byte)(1 << random.Next(8)));
                var held = EventAt(bundle, part, from, at, bit);
                bundle[at] ^= bit;
                var findings = AuditBundle.Verify(new MemoryStream(bundle), [], []).Findings;
                findings.Should().Contain(
                    f => f.Contains(part, StringComparison.Ordinal) || f.StartsWith("Leaf ", StringComparison.Ordinal) || (part == "MANIFEST" && f.Contains(" its part ", StringComparison.Ordinal)), "bit {0:x2} of byte {1} is flipped, in {2}", bit, at, part);
                // Within an event or its hash, that event is named, and none beside it.
                if (held is { } index)
                    findings.Where(f => f.StartsWith("Leaf ", StringComparison.Ordinal)).Should().NotBeEmpty().And.OnlyContain(f => f.StartsWith($"Leaf {index}", StringComparison.Ordinal), "byte {0} is flipped, in {1}", at, part);
                bundle[at] ^= bit;
            }
        AuditBundle.Verify(new MemoryStream(bundle), [], []).Findings.Should().BeEmpty();
        AuditBundle.Verify(new MemoryStream(bundle[..^1]), [], []).Holds.Should().BeFalse();
        AuditBundle.Verify(new MemoryStream([.. bundle, 0]), [], []).Holds.Should().BeFalse();
    }

    [Fact]
    public async Task A_changed_event_or_text_is_named()
    {
        await using var ledger = await Sealed(3);
        var bundle = await Bundle(ledger, 0, 6);

        Changed(bundle, "\"amount\":1", "\"amount\":7").Findings.Should().Contain(f => f.Contains("version 2) is not what its hash"));
        Changed(bundle, "help 1 families", "help 9 families").Findings.Should().Contain(f => f.Contains("the text of wording is not the one that was recorded"));
        Changed(bundle, "This is an audit bundle", "This is an audit bungle").Findings.Should().Equal("The part README.txt is not the one that MANIFEST has the hash of.");
    }

    [Fact]
    public async Task A_report_in_a_bundle_is_held_to_the_events_that_froze_and_published_it()
    {
        await using var ledger = await Sealed(3);
        var parts = await Report(ledger);
        async Task<IReadOnlyList<string>> With(string part, Func<byte[], byte[]> change) =>
            AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 0, 8, report: [.. parts.Select(p => p.Name == part ? (p.Name, change(p.Content)) : p)])), [], []).Findings;
        static byte[] Flipped(byte[] content) => [.. content[..^1], (byte)(content[^1] ^ 1)];

        var whole = AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 0, 8, report: parts)), [], []);
        whole.Findings.Should().BeEmpty();
        whole.Report.Should().BeEquivalentTo(new { Stream = ReportStream, Files = 6, LacksPdf = false });
        AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 0, 8, report: parts[..^1])), [], []).Should().Match<BundleVerdict>(v => v.Holds && v.Report!.Files == 5 && v.Report.LacksPdf, "bundles of before have no PDF, nor has one whose PDF held a withdrawn text");
        AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 0, 6, report: parts[..4])), [], []).Findings.Should().BeEmpty("a frozen report needs not be published, nor its event be in the bundle's range");

        foreach (var file in new[] { "report.json", "certificate.json", "report.csv", "report.docx", "report.html", "report.pdf" })
            (await With(file, Flipped)).Should().ContainSingle().Which.Should().StartWith($"The report was changed: {file} has the SHA-256");
        (await With("frozen.leaf", _ => parts[^7].Content)).Should().ContainSingle().Which.Should().Contain("is for another event");
        (await With("frozen.leaf", leaf => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(leaf).Replace("contentHash\":\"", "contentHash\":\"f")))).Should().ContainSingle().Which.Should().Contain("is for another event");
        parts[0] = ("report.json", Flipped(parts[0].Content));
        (await With("report-withdrawn.jsonl", _ => Encoding.UTF8.GetBytes("""{"stream":"commitment/0","version":1,"member":"wording"}""" + "\n"))).Should().HaveCount(2, "a list of withdrawn texts excuses no file that prints none")
            .And.Contain("The report lists a text of commitment/0 as withdrawn, and no event says that one was.").And.Contain(f => f.StartsWith("The report was changed: report.json"));
    }

    [Fact]
    public async Task A_confidential_event_stands_as_its_hash_and_the_tree_still_verifies()
    {
        await using var ledger = await Sealed(3);

        AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 0, 6, confidential: [0, 3])), [], []).Should().Match<BundleVerdict>(v => v.Holds && v.Leaves == 6 && v.Confidential == 2 && v.Statements == 2);
        AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 2, 5, confidential: [3])), [], []).Holds.Should().BeTrue();
    }

    [Fact]
    public async Task A_withdrawn_text_is_listed_and_one_that_is_only_left_out_is_found()
    {
        await using var ledger = await Sealed(3);
        var (stream, first) = (LedgerOfPromises.Stream(1), (await ledger.StoredAsync()).First(e => e.Stream == LedgerOfPromises.Stream(1)));
        PendingEvent Event(string name) => new(Guid.NewGuid(), name, "Tests.Withdrawal, Tests", LedgerOfPromises.Progress(1).Headers, $$"""{"of":"{{stream}}"}""");
        await ledger.AppendAsync($"withdrawal/{Guid.NewGuid()}", 0, Event("ledger.withdrawal-confirmed.v1"));
        await ledger.Sealer.Seal();
        await ledger.Database.ExecuteAsync($"select ledger_withdraw({first.Position}, 'wording')");

        AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 0, 7)), [], []).Findings.Should().ContainSingle().Which.Should().Contain($"({stream}): a text is listed as withdrawn, and no event says that one was.");
        await ledger.AppendAsync(stream, 2, Event("ledger.statement-withdrawn.v1"));
        await ledger.Sealer.Seal();
        AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 0, 8)), [], []).Should().Match<BundleVerdict>(v => v.Holds && v.Withdrawn == 1 && v.Statements == 2);
        AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 0, 8, texts: 1)), [], []).Findings.Should().ContainSingle().Which.Should().EndWith("version 1): the text of wording is missing, and not listed as withdrawn.");
    }

    [Fact]
    public void A_bundle_of_the_first_release_still_verifies()
    {
        using var golden = new GZipStream(File.OpenRead(Path.Combine(Root, "tests/House.Tests/Golden/0.1.bundle.gz")), CompressionMode.Decompress);

        AuditBundle.Verify(golden, [], []).Should().Match<BundleVerdict>(v => v.Holds && v.Leaves > 100);
    }

    [Fact]
    public async Task A_bundle_made_anew_around_a_changed_event_does_not_make_the_signed_root()
    {
        await using var ledger = await Sealed(3);
        await ledger.Database.ExecuteAsync("""update mt_events set data = jsonb_set(data, '{amount}', '99') where seq_id = 2""");

        AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 0, 6)), [], []).Findings.Should().ContainSingle().Which.Should().Contain("do not make the root");
    }

    [Fact]
    public async Task A_bundle_is_held_to_the_published_key_and_to_its_witnesses()
    {
        await using var ledger = await Sealed(3);
        using var folder = new Folder();
        var witness = new Witness(folder.Path, "auditor.example");
        var (plain, another) = (await Bundle(ledger, 0, 6), new NoteSigner("ledger.example.gov.uk", NoteKeyKind.Ed25519, new byte[32]).Verifier.ToString());

        AuditBundle.Verify(new MemoryStream(plain), [another], []).Findings.Should().ContainSingle().Which.Should().Contain("no signature of a known key");
        AuditBundle.Verify(new MemoryStream(plain), [], [witness.PublicKey]).Findings.Should().Equal("The witness auditor.example has not cosigned the checkpoint.");
        AuditBundle.Verify(new MemoryStream(plain), [], [witness.PublicKey], 1).Findings.Should().Equal("0 of the 1 witnesses have cosigned the checkpoint, and 1 must have.");
        var cosigned = witness.Take((await ledger.Log.Latest())!.Note, [], [ledger.Keys.Signer.Verifier.ToString()], LedgerOfPromises.Noon);
        AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 0, 6, cosigned)), [], [witness.PublicKey]).Findings.Should().BeEmpty();
        using var other = new NoteSigner("other.example", NoteKeyKind.Cosignature, new byte[32]);
        AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 0, 6, cosigned)), [], [witness.PublicKey, other.Verifier.ToString()], 1).Should().Match<BundleVerdict>(v => v.Holds && v.Cosigned.Single() == "auditor.example");
        AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 0, 6, cosigned)), [], [witness.PublicKey, other.Verifier.ToString()], 2).Findings.Should().ContainSingle();
    }

    [Fact]
    public async Task The_independent_check_in_the_documents_works_as_it_is_written()
    {
        await using var ledger = await Sealed(20);
        var early = (await ledger.Log.Latest())!;
        await ledger.PromiseAsync(150, from: 100);
        var report = await Report(ledger);
        var (late, stored) = ((await ledger.Log.Latest())!, await ledger.StoredAsync());
        using var folder = new Folder();
        void Put(string name, byte[] content) => File.WriteAllBytes(Path.Combine(folder.Path, name), content);
        Put("ledger.bundle", await Bundle(ledger, 0, 342, report: report, confidential: [5]));
        Put("receipt.tlog-proof", Encoding.UTF8.GetBytes((await ledger.Log.Receipt(stored[33].Position))!));
        Put("leaf", CanonicalEncoding.Leaf(stored[33]));
        Put("other-leaf", CanonicalEncoding.Leaf(stored[34]));
        Put("checkpoint.old", Encoding.UTF8.GetBytes(early.Note));
        Put("checkpoint.new", Encoding.UTF8.GetBytes(late.Note));
        Put("consistency", Encoding.UTF8.GetBytes(string.Concat((await ledger.Log.Consistency(early.Size, late.Size)).Select(h => Convert.ToBase64String(h) + "\n"))));
        Put("equalities", Encoding.UTF8.GetBytes($"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "equalities.dll")}' \"$@\"\n"));
        var root = Root;
        var commands = string.Concat(Regex.Matches(await File.ReadAllTextAsync(Path.Combine(root, "docs/verify.md")), "```sh\n(.*?)```", RegexOptions.Singleline).Select(m => m.Groups[1].Value));
        commands.Should().Contain("go build").And.Contain("audit verify").And.Contain("sha256sum");

        var said = Run(folder.Path, root, ledger.Keys.Signer.Verifier.ToString(), $"set -e\n{commands}");

        said.Should().Contain("342 events make the signed root").And.Contain("leaf 33 is in the log of 342").And.Contain("the log of 342 continues the log of 40").And.Contain("342 events and 170 texts");
        Run(folder.Path, root, ledger.Keys.Signer.Verifier.ToString(), "! ./verify receipt \"$KEY\" receipt.tlog-proof other-leaf 2>&1").Should().Contain("NOT verified");
        Run(folder.Path, root, ledger.Keys.Signer.Verifier.ToString(), "sed -i 's/\"amount\":7,/\"amount\":8,/' bundle/leaves.jsonl; ! ./verify bundle \"$KEY\" bundle 2>&1").Should().Contain("the leaves do not make the signed root");
    }

    private static string Root => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    private static string Run(string folder, string root, string key, string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
        (start.Environment["KEY"], start.Environment["REPOSITORY"], start.Environment["GOCACHE"]) = (key, root, Path.Combine(folder, "go-cache"));
        start.Environment["PATH"] = $"{folder}:{start.Environment["PATH"]}";
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(folder, "equalities"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync();
        var complained = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.Should().Be(0, "it says: {0}{1}", said.Result, complained);
        return said.Result;
    }

    private static async Task<LedgerOfPromises> Sealed(int streams)
    {
        var ledger = await LedgerOfPromises.CreateAsync();
        for (var i = 0; i < streams; i++) await ledger.PromiseAsync(1, i);
        await ledger.Sealer.Seal();
        return ledger;
    }

    private static BundleVerdict Changed(byte[] bundle, string was, string now)
    {
        var copy = (byte[])bundle.Clone();
        var at = copy.AsSpan().IndexOf(Encoding.UTF8.GetBytes(was));
        at.Should().BePositive();
        Encoding.UTF8.GetBytes(now).CopyTo(copy, at);
        return AuditBundle.Verify(new MemoryStream(copy), [], []);
    }

    private const string ReportStream = "report/00000063-0000-0000-0000-000000000000";

    /// <summary>A report, frozen and published in the ledger: the parts of a bundle that it makes.</summary>
    private static async Task<List<(string Name, byte[] Content)>> Report(LedgerOfPromises ledger)
    {
        var files = new[] { "report.json", "certificate.json", "report.csv", "report.docx", "report.html", "report.pdf" }.ToDictionary(f => f, f => Encoding.UTF8.GetBytes($"What {f} says"));
        string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(files[file]));
        var headers = LedgerOfPromises.Progress(1).Headers;
        PendingEvent Event(string name, object data) => new(Guid.NewGuid(), name, "Tests.Report, Tests", headers, JsonSerializer.Serialize(data, Catalogue.Json));
        await ledger.AppendAsync(ReportStream, 0,
            Event(BundledReport.FrozenName, new { contentHash = Hash("report.json") }),
            Event(BundledReport.PublishedName, new { certificateHash = Hash("certificate.json"), printed = new { csv = Hash("report.csv"), docx = Hash("report.docx"), html = Hash("report.html"), pdf = Hash("report.pdf") } }));
        await ledger.Sealer.Seal();
        var parts = new List<(string, byte[])> { ("report.json", files["report.json"]), ("report-withdrawn.jsonl", []) };
        foreach (var (of, stored) in new[] { "frozen", "published" }.Zip((await ledger.StoredAsync()).Where(e => e.Stream == ReportStream)))
        {
            parts.Add(($"{of}.leaf", CanonicalEncoding.Leaf(stored)));
            parts.Add(($"{of}.tlog-proof", Encoding.UTF8.GetBytes((await ledger.Log.Receipt(stored.Position))!)));
        }
        return [.. parts, .. files.Skip(1).Select(f => (f.Key, f.Value))];
    }

    /// <summary>The event that a flipped bit of a bundle belongs to; null when it belongs to a part as a whole.</summary>
    private static int? EventAt(byte[] bundle, string part, int from, int at, byte bit)
    {
        if (part is not ("hashes" or "leaves.jsonl")) return null;
        var (content, size) = (from + 512, Convert.ToInt32(Encoding.ASCII.GetString(bundle, from + 124, 11), 8));
        if (at < content || at >= content + size) return null;
        if (part == "hashes") return (at - content) / Merkle.HashBytes is var hash && hash != 1 ? hash : null;
        return bundle[at] != '\n' && (bundle[at] ^ bit) != '\n' ? bundle.AsSpan(content, at - content).Count((byte)'\n') : null;
    }

    /// <summary>Where the parts of a bundle stand, each with its header and the zeros behind it.</summary>
    private static IEnumerable<(string Name, int From, int To)> Places(byte[] bundle)
    {
        var at = 0;
        while (bundle[at] != 0)
        {
            var name = Encoding.ASCII.GetString(bundle, at, 100).TrimEnd('\0');
            var size = Convert.ToInt32(Encoding.ASCII.GetString(bundle, at + 124, 11), 8);
            var next = at + 512 + (size + 511) / 512 * 512;
            yield return (name, at, next);
            at = next;
        }
        yield return ("its end", at, bundle.Length);
    }

    private static async Task<byte[]> Bundle(
        LedgerOfPromises ledger, int first, int end, string? note = null, List<(string Name, byte[] Content)>? report = null, int[]? confidential = null, int texts = int.MaxValue)
    {
        using var writer = AuditBundle.Begin();
        var (latest, stored) = ((await ledger.Log.Latest())!, await ledger.StoredAsync());
        for (var i = first; i < end; i++)
        {
            var leaf = CanonicalEncoding.Leaf(stored[i]);
            if (confidential?.Contains(i) == true)
            {
                writer.AddConfidential(Merkle.Leaf(leaf), stored[i].Position);
                continue;
            }
            writer.Add(Encoding.UTF8.GetString(leaf), stored[i].Position);
            foreach (var s in ProofEndpoint.Statements(stored[i], i))
                if (texts-- > 0) writer.Add(new BundleStatement(s.Index, s.Member, s.Salt, s.Text));
            foreach (var member in SaltedStatement.WithdrawnFrom(stored[i])) writer.Add(new WithdrawnStatement(i, member));
        }
        if (report is not null) writer.AddReport(report);
        using var bundle = new MemoryStream();
        writer.Finish(first, await ledger.Log.Around(first, end, latest.Size, default), note ?? latest.Note, [ledger.Keys.Signer.Verifier.ToString()], bundle);
        return bundle.ToArray();
    }
}
