using Equalities.Commitments.V1;
using Equalities.Ledger.V1;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>A council loses the server of its database, and has the ledger back by build/backup and build/restore.</summary>
public sealed class BackupTests : IAsyncLifetime
{
    private readonly PlatformFixture _platform = new();
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("equalities-backup-");

    public Task InitializeAsync() => _platform.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _platform.DisposeAsync();
        _place.Delete(recursive: true);
    }

    [Fact]
    public async Task A_lost_ledger_is_restored_verified_and_served_and_knows_every_request_again()
    {
        var calls = new JourneyCalls(_platform);
        await calls.Load("small-council.json");
        await calls.Register("museum");
        await calls.TakeOn("museum", "touch-tours");
        var reported = await calls.Report("museum-lead", "touch-tours", CommitmentStatus.OnTrack, requestId: "before-the-loss");
        var proofs = new ProofService.ProofServiceClient(_platform.Channel);
        await proofs.GetReceiptAsync(new() { Stream = reported.Stream, Version = reported.Version }, await calls.As("auditor"));
        var (certificate, key) = (In("certificate.pem"), In("key.pem"));
        (await Programs.Run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=backup", "-days", "2", "-keyout", key, "-out", certificate])).Code.Should().Be(0);

        await Does("Backed up to", "backup", "--out", In("plain"));
        await Does("up to checkpoint", "backup", "--out", In("encrypted"), "--encrypt-to", certificate);
        await Refuses("a backup is never written over another", "backup", "--out", In("plain"));
        await Refuses("restore into an empty one", "restore", In("plain"));
        (await File.ReadAllBytesAsync(In("plain/ledger.dump"))).AsSpan().IndexOf("PGDMP"u8).Should().Be(0, "so a dump begins");
        (await File.ReadAllBytesAsync(In("encrypted/ledger.dump.cms"))).AsSpan().IndexOf("PGDMP"u8).Should().Be(-1, "nobody without the key sees even that");

        await _platform.StopAsync();
        await _platform.LoseDatabaseAsync();
        await Refuses("is encrypted", "restore", In("encrypted"));
        await Refuses("is damaged: nothing was restored", "restore", Damaged("plain", "ledger.dump"));
        await Does("all is as it was sealed", "restore", In("encrypted"), "--decrypt-with", key);
        await _platform.StartAsync();

        (await calls.Report("museum-lead", "touch-tours", CommitmentStatus.OnTrack, requestId: "before-the-loss")).Should().Be(reported, "it was done, and is not done again");
        var next = await calls.Report("museum-lead", "touch-tours", CommitmentStatus.AtRisk);
        next.Version.Should().Be(reported.Version + 1);
        next.Position.Should().BeGreaterThan(reported.Position);
        (await calls.Verified()).Findings.Should().BeEmpty();
        await proofs.GetReceiptAsync(new() { Stream = next.Stream, Version = next.Version }, await calls.As("auditor"));
        var (code, said) = await Programs.Client(_platform.ForItsOperator, "ledger", "verify", "--checkpoint", In("plain/checkpoint"));
        code.Should().Be(0, "what came after goes on from what was backed up: {0}", said);

        await _platform.StopAsync();
        await _platform.LoseDatabaseAsync();
        await Does("all is as it was sealed", "restore", In("plain"));
    }

    private string In(string name) => Path.Combine(_place.FullName, name);

    private string Damaged(string backup, string file)
    {
        var copy = Directory.CreateDirectory(In("damaged"));
        foreach (var one in Directory.EnumerateFiles(In(backup))) File.Copy(one, Path.Combine(copy.FullName, Path.GetFileName(one)));
        using var damaged = File.Open(Path.Combine(copy.FullName, file), FileMode.Open);
        damaged.Seek(damaged.Length / 2, SeekOrigin.Begin);
        var octet = damaged.ReadByte();
        damaged.Seek(-1, SeekOrigin.Current);
        damaged.WriteByte((byte)~octet);
        return copy.FullName;
    }

    private async Task Does(string words, string script, params string[] arguments)
    {
        var (code, said) = await Script(script, arguments);
        code.Should().Be(0, "{0}", said);
        said.Should().Contain(words);
    }

    private async Task Refuses(string words, string script, params string[] arguments)
    {
        var (code, said) = await Script(script, arguments);
        code.Should().Be(1, "{0}", said);
        said.Should().Contain(words);
    }

    private Task<(int Code, string Said)> Script(string name, string[] arguments) => Programs.Run(Programs.InTree("build", name), arguments, _platform.ForItsOperator);
}
