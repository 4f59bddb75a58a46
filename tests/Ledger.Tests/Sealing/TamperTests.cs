extern alias cli;
using cli::EqualitiesPlatform.Cli.Audit;
using System.Diagnostics;
using EqualitiesPlatform.Ledger.Sealing;
using Npgsql;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>What an intruder with the database in their hands may try, and what is no intrusion.</summary>
public sealed class TamperTests
{
    [Fact]
    public Task An_edited_payload_is_named_with_its_member() => Tampered(
        """update mt_events set data = jsonb_set(data, '{amount}', '99') where seq_id = 2""",
        ("edited", 2, "edited in its payload: amount is now 99"));

    [Fact]
    public Task An_edited_statement_is_named_with_its_member() => Tampered(
        """update mt_events set data = jsonb_set(data, '{wording}', '"We promised nothing."') where seq_id = 5""",
        ("edited", 5, "edited in its payload: wording"));

    [Fact]
    public Task A_text_passed_off_as_withdrawn_is_named() => Tampered(
        """
        update mt_events set data = jsonb_set(data, '{wording}', '"We promised nothing."'),
          headers = jsonb_set(headers, '{occasion,withdrawn}', jsonb_build_object('wording', encode(sha256(decode(headers->'occasion'->'salts'->>'wording', 'hex') || convert_to(data->>'wording', 'UTF8')), 'hex')))
        where seq_id = 5
        """,
        ("edited", 5, "edited in its payload: wording"));

    [Fact]
    public Task Edited_metadata_is_named_with_its_member() => Tampered(
        """update mt_events set headers = jsonb_set(headers, '{occasion,role}', '"Auditor"') where seq_id = 3""",
        ("edited", 3, "edited in its occasion: role is now \"Auditor\""));

    [Fact]
    public Task An_event_deleted_at_the_tail_is_named() => Tampered(
        "delete from mt_events where seq_id = 24", ("deleted", 24, "at the end of the ledger"));

    [Fact]
    public Task An_event_deleted_in_the_middle_is_named() => Tampered(
        "delete from mt_events where seq_id = 10", ("deleted", 10, "with later events still there"));

    [Fact]
    public Task Two_swapped_events_are_named_both() => Tampered(
        """
        update mt_events set seq_id = -3 where seq_id = 3;
        update mt_events set seq_id = 3 where seq_id = 8;
        update mt_events set seq_id = 8 where seq_id = -3
        """,
        ("swapped", 3, "the event that was sealed at position 8"), ("swapped", 8, "the event that was sealed at position 3"));

    [Fact]
    public Task A_backdated_event_is_named() => Tampered(
        "update mt_events set timestamp = timestamp - interval '1 day' where seq_id = 4",
        ("redated", 4, "recorded is now \"2013-06-30T12:00:00.000000Z\""));

    [Fact]
    public Task A_backdated_event_does_not_hide_behind_a_header_of_the_old_time() => Tampered(
        """
        update mt_events set timestamp = timestamp - interval '1 day',
          headers = jsonb_set(headers, '{occasion,recorded}', '"2013-07-01T12:00:00.000000Z"') where seq_id = 4
        """,
        ("edited", 4, "occasion.recorded"), ("redated", 4, "recorded is now \"2013-06-30"));

    [Fact]
    public async Task An_inserted_event_is_named()
    {
        await using var ledger = await LedgerOfPromises.CreateAsync();
        await ledger.PromiseAsync(2);
        await ledger.Database.ScalarAsync<long>("select nextval('mt_events_sequence')");
        await ledger.PromiseAsync(2, from: 10);
        await ledger.Sealer.Seal();
        await ledger.Database.ExecuteAsync(
            """
            insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, headers, is_archived)
            select 5, gen_random_uuid(), stream_id, 3, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, headers, false from mt_events where seq_id = 2
            """);

        Matches(await Check(ledger), ("inserted", 5, "was inserted"));
    }

    [Fact]
    public async Task A_renamed_stream_is_named_event_by_event()
    {
        await using var ledger = await Sealed();
        var (old, other) = ((await ledger.StoredAsync())[0].Stream, LedgerOfPromises.Stream(999));
        await ledger.Database.ExecuteAsync(
            $"""
            insert into mt_streams (id, version) values ('{other}', 2);
            update mt_events set stream_id = '{other}' where stream_id = '{old}'
            """);

        var verdict = await Check(ledger);

        verdict.Findings.Select(f => f.Kind).Should().Equal("renamed", "renamed");
        verdict.Findings.Should().OnlyContain(f => f.Sentence.Contains(other));
    }

    [Fact]
    public async Task An_event_whose_sealed_hash_was_edited_to_fit_it_is_named_still()
    {
        await using var ledger = await Sealed();
        await ledger.Database.ExecuteAsync("""update mt_events set data = jsonb_set(data, '{amount}', '99') where seq_id = 2""");
        var forged = Merkle.Leaf(CanonicalEncoding.Leaf((await ledger.StoredAsync())[1]));
        await ledger.Database.ExecuteAsync($"update ledger_leaf set hash = '\\x{Convert.ToHexStringLower(forged)}' where position = 2");

        Matches(await Check(ledger), ("log-edited", null, "Leaves 0 to 11 are not those"), ("edited", 2, "amount is now 99"));
    }

    [Fact]
    public async Task A_checkpoint_that_was_edited_is_no_longer_signed()
    {
        await using var ledger = await Sealed();
        await ledger.Database.ExecuteAsync("update ledger_checkpoint set note = replace(note, E'\\n12\\n', E'\\n13\\n') where size = 12");

        (await Check(ledger)).Findings.Should().ContainSingle().Which.Kind.Should().Be("unsigned");
    }

    [Fact]
    public async Task A_restored_backup_is_found_out_by_a_checkpoint_that_was_kept()
    {
        await using var ledger = await Sealed();
        var kept = (await ledger.Log.Latest())!.Note;
        await ledger.Database.ExecuteAsync("delete from mt_events where seq_id > 12; delete from mt_streams where id not in (select stream_id from mt_events); delete from ledger_leaf where index >= 12; delete from ledger_checkpoint where size > 12; delete from ledger_request");

        (await Check(ledger)).Findings.Should().BeEmpty("by itself it is a good ledger");
        Matches(await Check(ledger, kept), ("rolled-back", null, "speaks of 24 leaves, and the ledger has 12"));
        await ledger.PromiseAsync(10, from: 500);
        await ledger.AnotherSealer().Seal();
        Matches(await Check(ledger, kept), ("forked", null, "was rewritten"));
    }

    [Fact]
    public async Task A_log_rewritten_and_signed_with_the_stolen_key_is_caught_by_witnesses_alone()
    {
        await using var ledger = await Sealed();
        using var folder = new Folder();
        var witness = new Witness(folder.Path, "auditor.example");
        var cosigned = witness.Take((await ledger.Log.Latest())!.Note, [], Keys(ledger), LedgerOfPromises.Noon);
        await ledger.Database.ExecuteAsync("""update mt_events set data = jsonb_set(data, '{amount}', '99') where seq_id = 2; truncate ledger_leaf, ledger_node, ledger_checkpoint""");
        await ledger.AnotherSealer().Seal();

        (await Check(ledger)).Findings.Should().BeEmpty("the thief has the key");
        Matches(await Check(ledger, cosigned), ("split-view", null, "of 24 leaves"), ("forked", null, "was rewritten"));
        var rewritten = (await ledger.Log.Latest())!;
        witness.Invoking(w => w.Take(rewritten.Note, [], Keys(ledger), LedgerOfPromises.Noon)).Should().Throw<WitnessException>().WithMessage("Split view*");
        await ledger.PromiseAsync(3, from: 700);
        await ledger.AnotherSealer().Seal();
        var proof = await ledger.Log.Consistency(24, 30);
        var later = (await ledger.Log.Latest())!.Note;
        witness.Invoking(w => w.Take(later, proof, Keys(ledger), LedgerOfPromises.Noon)).Should().Throw<WitnessException>().WithMessage("Forked*");
        witness.Last.Should().Be(cosigned, "it remembers what it saw");
    }

    [Fact]
    public async Task A_witness_follows_a_log_that_only_grows_and_its_cosignature_is_good()
    {
        await using var ledger = await Sealed();
        using var folder = new Folder();
        new Witness(folder.Path, "auditor.example").Take((await ledger.Log.Latest())!.Note, [], Keys(ledger), LedgerOfPromises.Noon);
        await ledger.PromiseAsync(50, from: 700);
        await ledger.Sealer.Seal();
        var witness = new Witness(folder.Path, "auditor.example");

        var cosigned = witness.Take((await ledger.Log.Latest())!.Note, await ledger.Log.Consistency(witness.Size, 124), Keys(ledger), LedgerOfPromises.Noon);

        var note = SignedNote.Parse(cosigned);
        note.SignedBy([NoteVerifier.Parse(witness.PublicKey)]).Should().ContainSingle();
        NoteVerifier.SecondsOf(note.Signatures[1].Signature).Should().Be((ulong)LedgerOfPromises.Noon.ToUnixTimeSeconds());
        (note with { Text = note.Text.Replace("124", "125") }).Invoking(n => n.SignedBy([NoteVerifier.Parse(witness.PublicKey)])).Should().Throw<FormatException>();
    }

    [Fact]
    public async Task Two_views_of_one_log_are_told_apart()
    {
        await using var one = await Sealed();
        await using var two = await Sealed(from: 100);

        Matches(await Check(one, (await two.Log.Latest())!.Note), ("split-view", null, "of 24 leaves"), ("forked", null, "24 leaves"));
    }

    [Fact]
    public async Task What_is_no_tampering_raises_no_alarm()
    {
        await using var ledger = await Sealed();
        var kept = (await ledger.Log.Latest())!.Note;
        (await Check(ledger, kept)).Should().BeEquivalentTo(new { Events = 24, Checkpoints = 3, Unsealed = 0, Findings = Array.Empty<LedgerFinding>() });

        // A person erased, registers dropped, a statement withdrawn, tables written anew, and an event on its way.
        await ledger.Database.ExecuteAsync("delete from ledger_person; delete from ledger_person_key; delete from mt_event_progression");
        await ledger.Database.ExecuteAsync(
            """
            update mt_events set data = jsonb_set(data, '{wording}', '""'),
              headers = jsonb_set(headers #- '{occasion,salts,wording}', '{occasion,withdrawn}', jsonb_build_object('wording', encode(sha256(decode(headers->'occasion'->'salts'->>'wording', 'hex') || convert_to(data->>'wording', 'UTF8')), 'hex')))
            where seq_id = 5
            """);
        foreach (var table in new[] { "mt_events", "ledger_leaf" }) await ledger.Database.ExecuteAsync($"vacuum full {table}");
        (await Check(ledger, kept)).Findings.Should().BeEmpty();
        await ledger.PromiseAsync(1, from: 800);
        (await Check(ledger, kept)).Should().BeEquivalentTo(new { Events = 24, Unsealed = 2, Findings = Array.Empty<LedgerFinding>() });

        var server = new NpgsqlConnectionStringBuilder(ledger.Database.ConnectionString);
        await Shell($"pg_dump -n {ledger.Database.Schema} > dump.sql && psql -qXc 'drop schema {ledger.Database.Schema} cascade' && psql -qX -v ON_ERROR_STOP=1 -f dump.sql && rm dump.sql", server);
        (await Check(ledger, kept)).Findings.Should().BeEmpty("a dump and restore keeps every byte that counts");
    }

    private static async Task Tampered(string sql, params (string Kind, long? Position, string Words)[] expected)
    {
        await using var ledger = await Sealed();
        await ledger.Database.ExecuteAsync(sql);
        Matches(await Check(ledger), expected);
    }

    private static void Matches(LedgerVerdict verdict, params (string Kind, long? Position, string Words)[] expected)
    {
        verdict.Findings.Select(f => (f.Kind, f.Position)).Should().Equal(expected.Select(e => (e.Kind, e.Position)), "these are the findings: {0}", string.Join(" | ", verdict.Findings.Select(f => f.Sentence)));
        foreach (var (finding, words) in verdict.Findings.Zip(expected.Select(e => e.Words))) finding.Sentence.Should().Contain(words);
    }

    /// <summary>24 events, sealed twelve and twelve. One stream after the other, so that positions are known.</summary>
    private static async Task<LedgerOfPromises> Sealed(int from = 0)
    {
        var ledger = await LedgerOfPromises.CreateAsync();
        for (var i = 0; i < 12; i++)
        {
            await ledger.PromiseAsync(1, from + i);
            if (i is 5 or 11) await ledger.Sealer.Seal();
        }
        return ledger;
    }

    private static string[] Keys(LedgerOfPromises ledger) => [ledger.Keys.Signer.Verifier.ToString()];

    [Fact]
    public async Task A_user_that_may_only_read_checks_the_ledger_and_finds_what_was_done_to_it()
    {
        await using var ledger = await Sealed();
        var (schema, reader) = (ledger.Database.Schema, $"{ledger.Database.Schema}_reader");
        await ledger.Database.ExecuteAsync(
            $"create role {reader} login password 'reads'; grant usage on schema {schema} to {reader}; grant select on all tables in schema {schema} to {reader}; revoke all on ledger_person, ledger_person_key, ledger_person_text from {reader}");
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(ledger.Database.ConnectionString) { Username = reader, Password = "reads", Pooling = false }.ConnectionString;
            Task<LedgerVerdict> Read() => LedgerCheck.Run(connection, schema, Keys(ledger), []);
            (await Read()).Should().BeEquivalentTo(new { Events = 24, Checkpoints = 2, Findings = Array.Empty<LedgerFinding>() });
            await ledger.Database.ExecuteAsync("""update mt_events set data = jsonb_set(data, '{amount}', '99') where seq_id = 2""");
            Matches(await Read(), ("edited", 2, "edited in its payload: amount is now 99"));
        }
        finally
        {
            await ledger.Database.ExecuteAsync($"drop owned by {reader}; drop role {reader}");
        }
    }

    private static Task<LedgerVerdict> Check(LedgerOfPromises ledger, params string[] kept) =>
        LedgerCheck.Run(ledger.Database.ConnectionString, ledger.Database.Schema, Keys(ledger), kept);

    private static async Task Shell(string command, NpgsqlConnectionStringBuilder server)
    {
        using var folder = new Folder();
        var start = new ProcessStartInfo("bash", ["-c", command]) { WorkingDirectory = folder.Path, RedirectStandardError = true };
        foreach (var (name, value) in new[] { ("PGHOST", server.Host), ("PGPORT", $"{server.Port}"), ("PGUSER", server.Username), ("PGPASSWORD", server.Password), ("PGDATABASE", server.Database) })
            if (value is not null) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var complaints = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0, complaints);
    }
}

/// <summary>A folder that goes with the test.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("equalities-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
