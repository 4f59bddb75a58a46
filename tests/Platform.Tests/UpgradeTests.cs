using System.IO.Compression;
using Equalities.Commitments.V1;
using Equalities.Ledger.V1;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>
/// A database as an earlier release left it, in Dumps/VERSION.sql.gz: its tables, and the first weeks of a council's year.
/// A release whose tables change adds its own, and none is ever changed.
/// </summary>
public sealed class UpgradeTests
{
    public static TheoryData<string> Releases => [.. Directory.EnumerateFiles(Dumps, "*.sql.gz").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Releases))]
    public async Task A_ledger_of_an_earlier_release_is_migrated_and_serves_seals_and_verifies(string release)
    {
        var platform = new PlatformFixture { Dump = await Sql(release) };
        var kept = Path.GetTempFileName();
        try
        {
            await platform.PrepareAsync();
            var (events, last) = (await Scalar<long>("select count(*) from mt_events"), await Scalar<long>("select max(seq_id) from mt_events"));
            await File.WriteAllTextAsync(kept, await Scalar<string>("select note from ledger_checkpoint order by size desc limit 1"));
            (await platform.MigrateAsync()).Should().Be(0, platform.Log);
            (await platform.MigrateAsync()).Should().Be(0, "a second time changes nothing");
            (await Scalar<long>("select count(*) from mt_events")).Should().Be(events, "a migration adds and takes away no event");
            await platform.StartAsync();

            var calls = new JourneyCalls(platform);
            var auditor = await calls.As("auditor");
            var commitments = await calls.Commitments.ListCommitmentsAsync(new() { PageSize = 500, AtLeastPosition = last }, auditor);
            commitments.Commitments.Should().HaveCountGreaterThan(10).And.Contain(c => c.Key == "capita-local-jobs" && c.Stage == CommitmentStage.Accepted);
            (await calls.Verified()).Findings.Should().BeEmpty("the registers are what the events of then add up to");

            await calls.Appoint("capita");
            var reported = await calls.Report("capita-lead", "capita-local-jobs", CommitmentStatus.OnTrack);
            var proof = await new ProofService.ProofServiceClient(platform.Channel).GetReceiptAsync(new() { Stream = reported.Stream, Version = reported.Version }, auditor);
            proof.Proof.Should().StartWith("c2sp.org/tlog-proof@v1");
            var (code, said) = await Programs.Client(new Dictionary<string, string> { ["ConnectionStrings__Ledger"] = platform.Database.ConnectionString }, "ledger", "verify", "--checkpoint", kept);
            code.Should().Be(0, said);
            said.Should().Contain("all is as it was sealed");
        }
        finally
        {
            File.Delete(kept);
            await platform.DisposeAsync();
        }

        async Task<T> Scalar<T>(string sql)
        {
            await using var command = platform.Database.CreateCommand(sql);
            return (T)(await command.ExecuteScalarAsync())!;
        }
    }

    private static string Dumps => Path.Combine(AppContext.BaseDirectory, "Dumps");

    private static async Task<string> Sql(string release)
    {
        await using var packed = new GZipStream(File.OpenRead(Path.Combine(Dumps, release)), CompressionMode.Decompress);
        using var text = new StreamReader(packed);
        return await text.ReadToEndAsync();
    }
}
