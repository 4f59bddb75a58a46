extern alias cli;
using cli::EqualitiesPlatform.Cli.Audit;
using System.Security.Cryptography;
using System.Text;
using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Replay;
using EqualitiesPlatform.Ledger.Sealing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace EqualitiesPlatform.Ledger.Tests;

public sealed class SealerTests
{
    [Fact]
    public async Task Every_event_gets_one_leaf_in_the_order_of_positions_and_a_checkpoint_signs_the_root_of_all()
    {
        await using var ledger = await LedgerOfPromises.CreateAsync();
        await ledger.PromiseAsync(300);

        (await ledger.Sealer.Seal()).Should().Be(600);
        (await ledger.Sealer.Seal()).Should().Be(0, "everything is sealed");

        var tree = new GrowingTree();
        foreach (var stored in await ledger.StoredAsync()) tree.Add(Merkle.Leaf(CanonicalEncoding.Leaf(stored)));
        var latest = (await ledger.Log.Latest())!;
        Checkpoint.Open(latest.Note, ledger.Keys.Known).Should().BeEquivalentTo(new Checkpoint("ledger.example.gov.uk", 600, tree.Root));
        (await ledger.Database.ScalarAsync<long>("select count(*) from ledger_node")).Should().Be(2, "600 leaves fill two tiles of 256");
    }

    [Theory]
    [InlineData(7)]
    [InlineData(10)]
    public async Task More_than_fits_one_checkpoint_is_sealed_at_once_in_several(int most)
    {
        await using var ledger = await LedgerOfPromises.CreateAsync();
        await ledger.PromiseAsync(10);
        ledger.Sealer.BatchLimit = most;

        (await ledger.Sealer.Seal()).Should().Be(20);
        (await ledger.Database.ScalarAsync<string>("select string_agg(size::text, ' ' order by size) from ledger_checkpoint"))
            .Should().Be(most == 7 ? "7 14 20" : "10 20");
    }

    [Fact]
    public async Task An_append_held_open_holds_back_what_comes_after_it_and_nothing_before()
    {
        await using var ledger = await LedgerOfPromises.CreateAsync();
        await ledger.PromiseAsync(2);
        await using var held = await ledger.Database.Source.OpenConnectionAsync();
        await using var open = await held.BeginTransactionAsync();
        await Run(held, $"select pg_advisory_xact_lock_shared({ClusterSchema.AdvisoryKey("finality:" + ledger.Database.Schema)})");
        await Run(held,
            $"""
            insert into mt_streams (id, version) values ('{LedgerOfPromises.Stream(90)}', 1);
            insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, headers, is_archived)
            select nextval('mt_events_sequence'), gen_random_uuid(), '{LedgerOfPromises.Stream(90)}', 1, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, headers, false
            from mt_events where seq_id = 2
            """);
        await ledger.PromiseAsync(1, from: 100);

        (await ledger.Sealer.Seal()).Should().Be(4, "only what comes before the gap is sure to be final");
        await open.CommitAsync();
        (await ledger.Sealer.Seal()).Should().Be(3, "the append that was open and the two behind it");

        (await ledger.Database.ScalarAsync<bool>("select array_agg(position order by index) = array_agg(position order by position) from ledger_leaf")).Should().BeTrue();
    }

    [Fact]
    public async Task A_number_that_was_drawn_for_nothing_is_passed_over()
    {
        await using var ledger = await LedgerOfPromises.CreateAsync();
        await ledger.PromiseAsync(2);
        await ledger.Database.ScalarAsync<long>("select nextval('mt_events_sequence')");
        await ledger.PromiseAsync(2, from: 10);
        await ledger.Database.ScalarAsync<long>("select nextval('mt_events_sequence')");
        await ledger.PromiseAsync(2, from: 20);

        (await ledger.Sealer.Seal()).Should().Be(12);

        (await ledger.Database.ScalarAsync<string>("select string_agg(index || '@' || position, ' ' order by index) from ledger_leaf"))
            .Should().Be("0@1 1@2 2@3 3@4 4@6 5@7 6@8 7@9 8@11 9@12 10@13 11@14");
    }

    [Fact]
    public async Task Projections_wait_before_an_append_that_is_open_and_are_led_past_one_that_came_to_nothing()
    {
        await using var ledger = await LedgerOfPromises.CreateAsync();
        await ledger.PromiseAsync(2);
        await ledger.Database.ExecuteAsync("insert into mt_event_progression (name, last_seq_id) values ('HighWaterMark', 4)");
        await using var held = await ledger.Database.Source.OpenConnectionAsync();
        await using var open = await held.BeginTransactionAsync();
        await Run(held, $"select pg_advisory_xact_lock_shared({ClusterSchema.AdvisoryKey("finality:" + ledger.Database.Schema)}), nextval('mt_events_sequence')");
        await ledger.PromiseAsync(1, from: 10);
        var watch = ActivatorUtilities.CreateInstance<GapWatch>(ledger.Get<IServiceProvider>());
        async Task<long> Led(int times)
        {
            for (var i = 0; i < times; i++) await watch.Tend(default);
            return await ledger.Database.ScalarAsync<long>("select last_seq_id from mt_event_progression where name = 'HighWaterMark'");
        }

        (await Led(3)).Should().Be(4, "the fifth may still come");
        await open.RollbackAsync();
        (await Led(1)).Should().Be(7, "the fifth never comes");
        await ledger.PromiseAsync(1, from: 20);
        (await Led(1)).Should().Be(7, "the daemon has not had its time");
    }

    [Fact]
    public async Task Sealers_that_all_believe_they_lead_make_one_log()
    {
        await using var ledger = await LedgerOfPromises.CreateAsync();
        var rivals = Enumerable.Range(0, 4).Select(_ => ledger.AnotherSealer()).ToArray();
        var refused = 0;
        for (var round = 0; round < 8; round++)
        {
            await ledger.PromiseAsync(20, from: round * 20);
            await Task.WhenAll(rivals.Select(async sealer =>
            {
                try
                {
                    await sealer.Seal();
                }
                catch (SealedElsewhereException)
                {
                    Interlocked.Increment(ref refused);
                }
            }));
        }
        await ledger.AnotherSealer().Seal();

        refused.Should().BePositive("four sealed at once");
        var log = await ledger.FingerprintAsync();
        await ledger.Database.ExecuteAsync("truncate ledger_leaf, ledger_node, ledger_checkpoint");
        (await ledger.AnotherSealer().Seal()).Should().Be(320);
        (await ledger.FingerprintAsync()).Should().Be(log, "the log is the same as one sealer makes from the events alone");
    }

    [Fact]
    public async Task A_crash_at_any_statement_of_a_sealing_leaves_all_of_it_or_nothing()
    {
        await using var ledger = await LedgerOfPromises.CreateAsync();
        await ledger.PromiseAsync(150);
        await ledger.Sealer.Seal();
        await ledger.PromiseAsync(150, from: 200);
        var before = await ledger.FingerprintAsync();

        // Each table in turn refuses its rows, as if the sealer had died on the way to it.
        foreach (var table in new[] { "ledger_leaf", "ledger_node", "ledger_checkpoint" })
        {
            await ledger.Database.ExecuteAsync($"alter table {table} add constraint dies check (false) not valid");
            await ledger.AnotherSealer().Invoking(s => s.Seal()).Should().ThrowAsync<PostgresException>();
            (await ledger.FingerprintAsync()).Should().Be(before);
            await ledger.Database.ExecuteAsync($"alter table {table} drop constraint dies");
        }

        (await ledger.AnotherSealer().Seal()).Should().Be(300);
        var tree = new GrowingTree();
        foreach (var stored in await ledger.StoredAsync()) tree.Add(Merkle.Leaf(CanonicalEncoding.Leaf(stored)));
        (await ledger.Log.Latest())!.Root.Should().Equal(tree.Root);
    }

    [Fact]
    public async Task Receipts_and_consistency_proofs_lead_to_signed_checkpoints()
    {
        await using var ledger = await LedgerOfPromises.CreateAsync();
        await ledger.PromiseAsync(130);
        await ledger.Sealer.Seal();
        var early = (await ledger.Log.Latest())!;
        await ledger.PromiseAsync(400, from: 200);
        await ledger.Sealer.Seal();
        var late = (await ledger.Log.Latest())!;

        Merkle.IsConsistent(early.Size, early.Root, late.Size, late.Root, await ledger.Log.Consistency(early.Size, late.Size)).Should().BeTrue();
        var events = await ledger.StoredAsync();
        foreach (var stored in events.Where((_, i) => i % 37 == 0))
        {
            var receipt = LogProof.Parse((await ledger.Log.Receipt(stored.Position))!);
            receipt.Check(CanonicalEncoding.Leaf(stored), ledger.Keys.Known).Size.Should().Be(1060);
            receipt.Invoking(r => r.Check(CanonicalEncoding.Leaf(events[5]), ledger.Keys.Known))
                .Should().Throw<FormatException>().WithMessage("*for another event*");
        }
        (await ledger.Log.Receipt(events[^1].Position + 1)).Should().BeNull();
        var receipts = ledger.Get<Receipts>();
        var embedded = await receipts.Of(events[5].Position);
        LogProof.Parse(embedded.Proof).Check(Encoding.UTF8.GetBytes(embedded.Leaf), ledger.Keys.Known).Size.Should().Be(1060);
        (await receipts.Awaiting(r => r.Of(events[^1].Position + 1)).Should().ThrowAsync<LedgerException>()).Which.Failure.Kind.Should().Be(FailureKind.NotFound);
    }

    [Fact]
    public async Task A_log_goes_on_under_a_new_key_and_is_known_by_both()
    {
        await using var ledger = await LedgerOfPromises.CreateAsync();
        using var folder = new Folder();
        await ledger.PromiseAsync(10);
        await ledger.Sealer.Seal();
        var (early, old) = ((await ledger.Log.Latest())!, ledger.Keys.Signer.Verifier.ToString());
        var kept = LogProof.Parse((await ledger.Get<Receipts>().Of(3)).Proof);
        using var rotated = new CheckpointKeys(ledger.Keys.Origin, SHA256.HashData("the next key"u8), [old]);
        var now = rotated.Signer.Verifier.ToString();
        var witness = new Witness(folder.Path, "auditor.example");
        witness.Take(early.Note, [], [old], LedgerOfPromises.Noon);

        await ledger.PromiseAsync(10, from: 50);
        await new Sealer(ledger.Get<LedgerDatabase>(), ledger.Get<EventReader>(), ledger.Get<Positions>(), ledger.Log, rotated).Seal();

        var late = (await ledger.Log.Latest())!;
        Task<LedgerVerdict> Check(params string[] keys) => LedgerCheck.Run(ledger.Database.ConnectionString, ledger.Database.Schema, keys, [early.Note]);
        (await Check(old, now)).Should().BeEquivalentTo(new { Events = 40, Findings = Array.Empty<LedgerFinding>() });
        (await Check()).Findings.Should().BeEmpty("the ledger names both");
        (await Check(old)).Findings.Should().ContainSingle().Which.Sentence.Should().Contain("checkpoint of 40 leaves").And.Contain("no signature of a known key");
        (await ActivatorUtilities.CreateInstance<ProofEndpoint>(ledger.Get<IServiceProvider>(), rotated).LatestCheckpoint(new(), new PlainCall(LedgerHost.Somebody)))
            .PublicKeys.Should().Equal([now, old], "both are published");
        kept.Check(CanonicalEncoding.Leaf((await ledger.StoredAsync())[2]), rotated.Known).Size.Should().Be(20, "a receipt of before stays good");
        kept.Invoking(k => k.Check(CanonicalEncoding.Leaf(ledger.StoredAsync().Result[2]), [NoteVerifier.Parse(now)])).Should().Throw<FormatException>("the new key did not sign it");
        LogProof.Parse((await ledger.Get<Receipts>().Of(3)).Proof).Check(CanonicalEncoding.Leaf((await ledger.StoredAsync())[2]), [NoteVerifier.Parse(now)]).Size.Should().Be(40);
        SignedNote.Parse(witness.Take(late.Note, await ledger.Log.Consistency(20, 40), [old, now], LedgerOfPromises.Noon)).Signatures.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_log_that_falls_behind_makes_the_silo_unready_and_one_that_keeps_up_does_not()
    {
        await using var ledger = await LedgerOfPromises.CreateAsync();
        var (lag, since) = (ledger.Get<SealingLag>(), LedgerOfPromises.Noon);
        await ledger.PromiseAsync(3);

        (await lag.Read(default)).Should().Be((6, 0));
        lag.Health(6, 0, since).Status.Should().Be(HealthStatus.Healthy, "an event waits a moment");
        lag.Health(6, 0, since + ProjectionLag.Grace + TimeSpan.FromSeconds(1)).Should().Match<HealthCheckResult>(h => h.Status == HealthStatus.Unhealthy && h.Description == "sealed up to 0 of 6, 16 s behind");
        await ledger.Sealer.Seal();
        (await lag.Read(default)).Should().Be((6, 6));
        lag.Health(6, 6, since + ProjectionLag.Grace + TimeSpan.FromSeconds(2)).Status.Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task A_tile_is_the_hashes_that_stand_in_it()
    {
        await using var ledger = await LedgerOfPromises.CreateAsync();
        await ledger.PromiseAsync(300);
        await ledger.Sealer.Seal();
        var leaves = (await ledger.StoredAsync()).Select(e => Merkle.Leaf(CanonicalEncoding.Leaf(e))).ToArray();

        (await ledger.Log.Tile(0, 1, 256, default)).Should().Equal(leaves[256..512].SelectMany(h => h));
        (await ledger.Log.Tile(0, 2, 88, default)).Should().Equal(leaves[512..].SelectMany(h => h));
        var (one, two) = (new GrowingTree(), new GrowingTree());
        foreach (var leaf in leaves[..256]) one.Add(leaf);
        foreach (var leaf in leaves[256..512]) two.Add(leaf);
        (await ledger.Log.Tile(1, 0, 2, default)).Should().Equal([.. one.Root, .. two.Root]);
        (await ledger.Log.Tile(0, 2, 89, default)).Should().BeNull("the log is not that long");
        SealingModule.TilePath("x001/x234/067").Should().Be((1234067L, 256));
        SealingModule.TilePath("002.p/88").Should().Be((2L, 88));
        SealingModule.TilePath("2").Should().BeNull();
        SealingModule.TilePath("001/067").Should().BeNull();
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
