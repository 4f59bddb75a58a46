extern alias cli;
using cli::EqualitiesPlatform.Cli.Audit;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using EqualitiesPlatform.Ledger.Sealing;
using Xunit.Abstractions;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>A bundle as large as a council's ledger becomes, with no database: 1,000,000 events with EQUALITIES_LONG=1, fewer otherwise.</summary>
public sealed class VerificationPaceTests(ITestOutputHelper output)
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("EQUALITIES_LONG") == "1";
    private static readonly int Events = Long ? 1_000_000 : 5_000;

    [Fact]
    public void Events_of_a_large_bundle_are_verified_fast_and_a_changed_one_is_named()
    {
        using var folder = new Folder();
        var file = Path.Combine(folder.Path, "ledger.bundle");
        using var signer = new NoteSigner("ledger.example.gov.uk", NoteKeyKind.Ed25519, SHA256.HashData("a key for tests"u8));
        Write(file, signer);

        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        var began = Stopwatch.GetTimestamp();
        var verdict = AuditBundle.Verify(file, [signer.Verifier.ToString()], []);
        var (took, used) = (Stopwatch.GetElapsedTime(began), Process.GetCurrentProcess().TotalProcessorTime - processor);

        output.WriteLine($"{Events:N0} events, {new FileInfo(file).Length / 1e6:N0} MB: {took.TotalSeconds:N1} s, {used.TotalSeconds:N1} s of processor time");
        verdict.Findings.Should().BeEmpty();
        verdict.Should().Match<BundleVerdict>(v => v.Leaves == Events && v.Statements == Events && v.Size == Events);
        // Neighbours on the machine take time away, and other tests in this process use some: the lesser is ours.
        if (Long) (took < used ? took : used).Should().BeLessThan(TimeSpan.FromSeconds(30));

        var bytes = File.ReadAllBytes(file);
        var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\"percent\":{Events / 2},"));
        bytes[at + 10] ^= 1;
        AuditBundle.Verify(new MemoryStream(bytes), [], []).Findings.Should().Contain(f => f.Contains($"Leaf {Events / 2} (commitment/{Id(Events / 2)}, version 1) is not what its hash"));
    }

    private static void Write(string file, NoteSigner signer)
    {
        using var writer = AuditBundle.Begin();
        var tree = new GrowingTree();
        for (var i = 0; i < Events; i++)
        {
            var (salt, narrative) = (Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(i))[..16]), $"{i} people have started, and “all” of them stay – so far.");
            var leaf = Encoding.UTF8.GetString(CanonicalEncoding.Leaf(new StoredEvent(
                i + 1, $"commitment/{Id(i)}", 1, "commitments.progress-reported.v1", LedgerOfPromises.Noon.AddSeconds(i), "4bf92f3577b34da6a3ce929d0e0e4736",
                $$$"""{"occasion":{"role":"PartnerLead","person":"{{{Id(7)}}}","policy":"barnet-2013","request":"{{{Id(i + 1)}}}","effective":"2013-06-30","organisation":"{{{Id(9)}}}","salts":{"narrative":"{{{salt}}}"} } }""",
                $$"""{"status":"OnTrack","percent":{{i}},"narrative":"{{narrative}}","effectiveOn":"2013-06-30"}""")));
            tree.Add(Merkle.Leaf(Encoding.UTF8.GetBytes(leaf)));
            writer.Add(leaf, i + 1);
            writer.Add(new BundleStatement(i, "narrative", salt, narrative));
        }
        using var bundle = File.Create(file);
        writer.Finish(0, [], new Checkpoint(signer.Verifier.Name, tree.Size, tree.Root).Signed(signer), [signer.Verifier.ToString()], bundle);
    }

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}
