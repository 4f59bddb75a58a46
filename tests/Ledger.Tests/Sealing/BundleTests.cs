extern alias cli;
using cli::EqualitiesPlatform.Cli.Audit;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
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

        verdict.Should().BeEquivalentTo(new BundleVerdict(40, 20, "ledger.example.gov.uk", 40, [key], []));
    }

    [Fact]
    public async Task A_bundle_of_a_part_of_the_ledger_verifies_too()
    {
        await using var ledger = await Sealed(20);
        foreach (var (first, end) in new[] { (0, 1), (7, 29), (39, 40), (16, 32) })
            AuditBundle.Verify(new MemoryStream(await Bundle(ledger, first, end)), [], []).Should().Match<BundleVerdict>(v => v.Holds && v.Leaves == end - first);
    }

    [Fact]
    public async Task A_bit_flipped_anywhere_in_a_bundle_is_found()
    {
        await using var ledger = await Sealed(3);
        var bundle = await Bundle(ledger, 0, 6);
        for (var at = 0; at < bundle.Length; at += 5)
        {
            var bit = (byte)(1 << at % 8);
            bundle[at] ^= bit;
            AuditBundle.Verify(new MemoryStream(bundle), [], []).Holds.Should().BeFalse("bit {0} of byte {1} is flipped", at % 8, at);
            bundle[at] ^= bit;
        }
        AuditBundle.Verify(new MemoryStream(bundle), [], []).Holds.Should().BeTrue();
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
        AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 0, 6, cosigned)), [], [witness.PublicKey, other.Verifier.ToString()], 1).Findings.Should().BeEmpty();
        AuditBundle.Verify(new MemoryStream(await Bundle(ledger, 0, 6, cosigned)), [], [witness.PublicKey, other.Verifier.ToString()], 2).Findings.Should().ContainSingle();
    }

    [Fact]
    public async Task The_independent_check_in_the_documents_works_as_it_is_written()
    {
        await using var ledger = await Sealed(20);
        var early = (await ledger.Log.Latest())!;
        await ledger.PromiseAsync(150, from: 100);
        await ledger.Sealer.Seal();
        var (late, stored) = ((await ledger.Log.Latest())!, await ledger.StoredAsync());
        using var folder = new Folder();
        void Put(string name, byte[] content) => File.WriteAllBytes(Path.Combine(folder.Path, name), content);
        Put("ledger.bundle", await Bundle(ledger, 0, 340));
        Put("receipt.tlog-proof", Encoding.UTF8.GetBytes((await ledger.Log.Receipt(stored[33].Position))!));
        Put("leaf", CanonicalEncoding.Leaf(stored[33]));
        Put("other-leaf", CanonicalEncoding.Leaf(stored[34]));
        Put("checkpoint.old", Encoding.UTF8.GetBytes(early.Note));
        Put("checkpoint.new", Encoding.UTF8.GetBytes(late.Note));
        Put("consistency", Encoding.UTF8.GetBytes(string.Concat((await ledger.Log.Consistency(early.Size, late.Size)).Select(h => Convert.ToBase64String(h) + "\n"))));
        Put("equalities", Encoding.UTF8.GetBytes($"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "equalities.dll")}' \"$@\"\n"));
        var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));
        var commands = string.Concat(Regex.Matches(await File.ReadAllTextAsync(Path.Combine(root, "docs/verify.md")), "```sh\n(.*?)```", RegexOptions.Singleline).Select(m => m.Groups[1].Value));
        commands.Should().Contain("go build").And.Contain("audit verify").And.Contain("sha256sum");

        var said = Run(folder.Path, root, ledger.Keys.Signer.Verifier.ToString(), $"set -e\n{commands}");

        said.Should().Contain("340 events make the signed root").And.Contain("leaf 33 is in the log of 340").And.Contain("the log of 340 continues the log of 40").And.Contain("340 events and 170 texts");
        Run(folder.Path, root, ledger.Keys.Signer.Verifier.ToString(), "! ./verify receipt \"$KEY\" receipt.tlog-proof other-leaf 2>&1").Should().Contain("NOT verified");
        Run(folder.Path, root, ledger.Keys.Signer.Verifier.ToString(), "sed -i 's/\"amount\":7,/\"amount\":8,/' bundle/leaves.jsonl; ! ./verify bundle \"$KEY\" bundle 2>&1").Should().Contain("the leaves do not make the signed root");
    }

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

    private static async Task<byte[]> Bundle(LedgerOfPromises ledger, int first, int end, string? note = null)
    {
        using var writer = AuditBundle.Begin();
        var (latest, stored) = ((await ledger.Log.Latest())!, await ledger.StoredAsync());
        for (var i = first; i < end; i++)
        {
            writer.Add(Encoding.UTF8.GetString(CanonicalEncoding.Leaf(stored[i])), stored[i].Position);
            foreach (var s in ProofEndpoint.Statements(stored[i], i)) writer.Add(new BundleStatement(s.Index, s.Member, s.Salt, s.Text));
        }
        using var bundle = new MemoryStream();
        writer.Finish(first, await ledger.Log.Around(first, end, latest.Size, default), note ?? latest.Note, [ledger.Keys.Signer.Verifier.ToString()], bundle);
        return bundle.ToArray();
    }
}
