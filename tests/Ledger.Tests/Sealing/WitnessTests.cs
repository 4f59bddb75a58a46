extern alias cli;
using cli::EqualitiesPlatform.Cli.Audit;
using System.Net;
using System.Net.Sockets;
using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Sealing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>Witnesses, each a server of its own: what they cosign, and how a log that is not what it was shows itself to its own platform.</summary>
public sealed class WitnessTests
{
    [Fact]
    public async Task A_log_is_cosigned_by_its_witnesses_and_a_receipt_may_demand_so_many()
    {
        await using var ledger = await Sealed(6);
        using var folder = new Folder();
        await using var one = Witness.At(folder, "one.example", ledger);
        await using var two = Witness.At(folder, "two.example", ledger);

        await one.Asked();
        (await ledger.Get<Receipts>().Invoking(r => r.Of(3, cosignatures: 2)).Should().ThrowAsync<LedgerException>()).Which.Failure
            .Should().Be(new Failure(FailureKind.Refused, "TOO_FEW_WITNESSES", "Cosignatures demanded: 2; witnesses that the ledger asks: 1."));
        (await ledger.Log.Latest(cosignatures: 1))!.Size.Should().Be(12);
        (await ledger.Log.Latest(cosignatures: 2)).Should().BeNull();
        await two.Asked();
        var proof = LogProof.Parse((await ledger.Get<Receipts>().Of(3, cosignatures: 2)).Proof);
        proof.Check(CanonicalEncoding.Leaf((await ledger.StoredAsync())[2]), ledger.Keys.Known).Size.Should().Be(12);
        SignedNote.Parse(proof.Note).SignedBy([one.Key, two.Key]).Should().HaveCount(2);
        Receipts.Cosignatures(proof.ToString()).Should().Be(2);

        await ledger.PromiseAsync(3, from: 50);
        await ledger.Sealer.Seal();
        (await ledger.Log.Latest(cosignatures: 2))!.Size.Should().Be(12, "nobody has cosigned more yet");
        await one.Asked();
        (await ledger.Log.Witnesses()).Should().SatisfyRespectively(
            w => w.Should().Match<WitnessStanding>(s => s.Name == "one.example" && s.Size == 18 && s.Problem == ""),
            w => w.Should().Match<WitnessStanding>(s => s.Name == "two.example" && s.Size == 12 && s.Problem == ""));
    }

    [Fact]
    public async Task A_restored_backup_is_named_by_the_witness_that_saw_more_and_a_fork_when_it_has_grown_again()
    {
        await using var ledger = await Sealed(6);
        using var folder = new Folder();
        await using var witness = Witness.At(folder, "auditor.example", ledger);
        await witness.Asked();
        await ledger.PromiseAsync(4, from: 50);
        await ledger.Sealer.Seal();
        await witness.Asked();
        await ledger.Database.ExecuteAsync("delete from mt_events where seq_id > 12; delete from mt_streams where id not in (select stream_id from mt_events); delete from ledger_leaf where index >= 12; delete from ledger_checkpoint where size > 12; delete from ledger_cosignature where size > 12; delete from ledger_request");

        await witness.Asked();
        (await Problem(ledger)).Should().Be("Rolled back: auditor.example saw this log with 20 leaves, and it has 12. It was cut off, or restored from an older backup.");
        await ledger.PromiseAsync(10, from: 90);
        await ledger.AnotherSealer().Seal();
        await witness.Asked();
        (await Problem(ledger)).Should().Be("Forked: auditor.example saw 20 leaves that this log of 32 does not continue.");
    }

    [Fact]
    public async Task A_split_view_is_named_and_a_witness_that_comes_back_is_at_peace()
    {
        await using var ledger = await Sealed(6);
        await using var other = await Sealed(6, from: 300);
        using var folder = new Folder();
        await using var witness = Witness.At(folder, "auditor.example", other);
        await witness.Asked();

        await witness.Asked(ledger);
        (await Problem(ledger)).Should().Be("Forked: auditor.example saw another log of 12 leaves than this one.");
        await witness.DisposeAsync();
        await witness.Asked(ledger);
        (await Problem(ledger)).Should().StartWith("auditor.example can't be reached");
        using var fresh = new Folder();
        await using var back = Witness.At(fresh, "auditor.example", ledger);
        await back.Asked();
        (await Problem(ledger)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("nonsense", 400)]
    [InlineData("old 3\n\n{note}", 409)]
    [InlineData("old 99\n\n{note}", 400)]
    [InlineData("old 0\nnot-a-hash\n\n{note}", 400)]
    [InlineData("old 0\n\n{unsigned}", 403)]
    [InlineData("old 0\n\n{stranger}", 404)]
    [InlineData("old 0\n\n{note}", 200)]
    public async Task A_witness_answers_as_the_specification_says(string request, int status)
    {
        await using var ledger = await Sealed(2);
        using var folder = new Folder();
        var note = (await ledger.Log.Latest())!.Note;
        using var stranger = new NoteSigner("other.example", NoteKeyKind.Ed25519, new byte[32]);
        var text = request.Replace("{note}", note).Replace("{unsigned}", note[..note.IndexOf('—')] + "— x AAAAAAAA\n")
            .Replace("{stranger}", new Checkpoint("other.example", 1, new byte[32]).Signed(stranger));

        await using var witness = Witness.At(folder, "auditor.example", ledger);
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(witness.Address, "add-checkpoint"), new StringContent(text));
        ((int)answer.StatusCode).Should().Be(status);
        (await http.GetStringAsync(new Uri(witness.Address, "key"))).Should().Be($"{witness.Key}\n");
    }

    [Fact]
    public void The_address_of_a_witness_is_read_strictly()
    {
        using var key = new NoteSigner("auditor.example", NoteKeyKind.Cosignature, new byte[32]);
        WitnessAddress.Parse($"https://witness.example/ {key.Verifier}").Address.AbsoluteUri.Should().Be("https://witness.example/add-checkpoint");
        foreach (var wrong in new[] { "", "https://witness.example/", $"ftp://witness.example/ {key.Verifier}", "https://witness.example/ no-key" })
            FluentActions.Invoking(() => WitnessAddress.Parse(wrong)).Should().Throw<OptionsValidationException>();
    }

    private static async Task<string> Problem(LedgerOfPromises ledger) => (await ledger.Log.Witnesses()).Single().Problem;

    private static async Task<LedgerOfPromises> Sealed(int streams, int from = 0)
    {
        var ledger = await LedgerOfPromises.CreateAsync();
        for (var i = 0; i < streams; i++) await ledger.PromiseAsync(1, from + i);
        await ledger.Sealer.Seal();
        return ledger;
    }

    /// <summary>A witness that serves at an address of its own, and the ledger's side that asks it.</summary>
    private sealed class Witness(Uri address, NoteVerifier key, LedgerOfPromises ledger, Task serving, CancellationTokenSource stop) : IAsyncDisposable
    {
        public Uri Address => address;
        public NoteVerifier Key => key;

        public static Witness At(Folder folder, string name, LedgerOfPromises ledger)
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            var address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
            free.Stop();
            var witness = new cli::EqualitiesPlatform.Cli.Audit.Witness(Path.Combine(folder.Path, name), name);
            var stop = new CancellationTokenSource();
            var serving = new WitnessHost(witness, [ledger.Keys.Signer.Verifier.ToString()], TextWriter.Null).RunAsync(address.ToString(), stop.Token);
            return new(address, NoteVerifier.Parse(witness.PublicKey), ledger, serving, stop);
        }

        public async Task Asked(LedgerOfPromises? by = null)
        {
            using var http = new HttpClient();
            var asking = by ?? ledger;
            using var lease = new WitnessLease(asking.Get<LedgerDatabase>(), asking.Log, Options.Create(new SealingOptions()), new LeaseTerms(asking.Database.ConnectionString), NullLogger<WitnessLease>.Instance);
            await lease.Ask(http, WitnessAddress.Parse($"{address} {key}"), default);
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await serving;
        }
    }
}
