using System.CommandLine;
using System.Text;
using System.Text.Json;
using Equalities.Governance.V1;
using Equalities.Ledger.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Npgsql;

namespace EqualitiesPlatform.Cli.Audit;

/// <summary>The verbs by which the ledger is checked without trusting the platform; most of them don't even ask it.</summary>
internal sealed class AuditVerbs(Client client)
{
    private const int Wrong = Failure.Refused;

    /// <summary>The verbs, each with the word before it and an example.</summary>
    public IEnumerable<(string Group, string About, Command Command, string Example)> All()
    {
        yield return ("audit", "Audit bundles.", Bundle(), "audit bundle --report crc-2013-14 --out ledger.bundle");
        yield return ("audit", "Audit bundles.", Verify(), "audit verify ledger.bundle");
        yield return ("ledger", "The ledger's own database.", Check(), "ledger verify --database 'Host=127.0.0.1;Database=equalities;Username=auditor'");
        yield return ("witness", "A witness of the ledger: keeps what it saw, and cosigns only what continues it.", Watch(), "witness take --folder witness --name auditor.example");
        yield return ("witness", "A witness of the ledger: keeps what it saw, and cosigns only what continues it.", Serve(), "witness serve --folder witness --name auditor.example --listen http://127.0.0.1:7400/ --key ledger.example.gov.uk+0a1b2c3d+AXh5…");
    }

    private Command Bundle()
    {
        var from = new Option<long>("--from") { HelpName = "position", Description = "The first position; left out, the ledger's beginning." };
        var to = new Option<long>("--to") { HelpName = "position", Description = "The last position; left out, the last that is sealed." };
        var report = new Option<string>("--report") { HelpName = "id", Description = "A frozen report that goes with the events, by id or key: its files, and the receipts of what froze and published it." };
        var output = new Option<string>("--out") { HelpName = "file", Required = true, Description = "Where to write the bundle." };
        var cosignatures = new Option<int>("--cosignatures") { HelpName = "number", Description = "How many witnesses must have cosigned the checkpoint." };
        var command = new Command("bundle", "Write events and their proofs to one file, to be verified offline.") { from, to, report, cosignatures, output };
        command.SetAction(async (given, cancel) =>
        {
            var run = await client.RunAsync(given, cancel);
            var request = new ReadLeavesRequest { FromPosition = given.GetValue(from), ToPosition = given.GetValue(to), Cosignatures = given.GetValue(cosignatures) };
            using var writer = AuditBundle.Begin();
            ReadLeavesResponse? head = null;
            await foreach (var message in run.StreamAsync(Method("ReadLeaves"), request))
            {
                var leaves = (ReadLeavesResponse)message;
                head ??= leaves;
                var confidential = 0;
                for (var i = 0; i < leaves.Leaves.Count; i++)
                    if (leaves.Leaves[i].Length > 0) writer.Add(leaves.Leaves[i], leaves.Positions[i]);
                    else writer.AddConfidential(leaves.Confidential[confidential++].ToByteArray(), leaves.Positions[i]);
                foreach (var s in leaves.Statements) writer.Add(new BundleStatement(s.Index, s.Member, s.Salt, s.Text));
                foreach (var w in leaves.Withdrawn) writer.Add(new WithdrawnStatement(w.Index, w.Member));
            }
            if (given.GetValue(report) is { Length: > 0 } named) writer.AddReport(await ReportParts(run, named, given.GetValue(cosignatures)));
            using (var file = File.Create(given.GetValue(output)!))
                writer.Finish(head!.FirstIndex, head.Around.Select(h => h.ToByteArray()), head.Note, head.PublicKeys, file);
            return await Said(given, AuditBundle.Verify(given.GetValue(output)!, [], []));
        });
        return command;
    }

    /// <summary>The parts of a report: what froze and published it, and the files whose hashes those two events hold.</summary>
    private static async Task<IReadOnlyList<(string, byte[])>> ReportParts(Run run, string report, int cosignatures)
    {
        var stream = $"report/{report}";
        var record = ((ReadStreamResponse)await run.CallAsync(Method(HistoryServiceReflection.Descriptor, "ReadStream"), new ReadStreamRequest { Stream = stream, PageSize = 500 })).Events;
        if (record.LastOrDefault(e => e.StoredName is BundledReport.FrozenName or "governance.report-returned.v1") is not { StoredName: BundledReport.FrozenName } frozen)
            throw new MistakeException($"The report {report} is not frozen, so nothing is on record that its files could be held to.");
        var again = (ReissueReportResponse)await run.CallAsync(Method(ReportServiceReflection.Descriptor, "ReissueReport"), new ReissueReportRequest { ReportId = report });
        var withdrawn = again.Withdrawn.Select(w => new WithdrawnInReport(w.Stream, w.Version, w.Member));
        List<(string, byte[])> parts =
        [
            (BundledReport.Body, await File(ReportFormat.Json)),
            (BundledReport.WithdrawnTexts, Encoding.UTF8.GetBytes(string.Concat(withdrawn.Select(w => JsonSerializer.Serialize(w, JsonSerializerOptions.Web) + "\n")))),
        ];
        await Receipt(frozen, BundledReport.Frozen);
        if (record.FirstOrDefault(e => e.StoredName == BundledReport.PublishedName) is not { } published) return parts;
        await Receipt(published, BundledReport.Published);
        parts.Add((BundledReport.Certificate, await File(ReportFormat.Certificate)));
        foreach (var form in BundledReport.Forms) parts.Add((BundledReport.Form(form), await File(Enum.Parse<ReportFormat>(form, ignoreCase: true))));
        if (again.Forms.FirstOrDefault(f => f.Name == "pdf") is { Now.Length: > 0 }) parts.Add((BundledReport.Pdf, await File(ReportFormat.Pdf)));
        return parts;

        async Task Receipt(RecordedEvent recorded, string of)
        {
            var receipt = (GetReceiptResponse)await run.CallAsync(
                Method(ProofServiceReflection.Descriptor, "GetReceipt"), new GetReceiptRequest { Stream = recorded.Stream, Version = recorded.Version, Cosignatures = cosignatures });
            parts.Add((BundledReport.Leaf(of), receipt.Leaf.ToByteArray()));
            parts.Add((BundledReport.Proof(of), Encoding.UTF8.GetBytes(receipt.Proof)));
        }

        async Task<byte[]> File(ReportFormat format)
        {
            using var content = new MemoryStream();
            await foreach (var message in run.StreamAsync(Method(ReportServiceReflection.Descriptor, "IssueReport"), new IssueReportRequest { ReportId = report, Format = format }))
                ((IssueReportResponse)message).Content.WriteTo(content);
            return content.ToArray();
        }
    }

    private static Command Verify()
    {
        var file = new Argument<string>("file") { Description = "The bundle." };
        var keys = Keys();
        var witnesses = new Option<string[]>("--witness") { HelpName = "public key", Description = "A witness that must have cosigned the checkpoint; may be given several times." };
        var cosigned = new Option<int?>("--cosigned") { HelpName = "number", Description = "How many of the witnesses must have; left out, all of them." };
        var command = new Command("verify", "Verify a bundle, with no server and no database.") { file, keys, witnesses, cosigned };
        command.SetAction((given, _) => Said(given, AuditBundle.Verify(Found(given.GetValue(file)!), given.GetValue(keys) ?? [], given.GetValue(witnesses) ?? [], given.GetValue(cosigned))));
        return command;
    }

    private static Command Check()
    {
        var database = new Option<string>("--database") { HelpName = "connection", Description = "The ledger's database, as a user that may read; left out, ConnectionStrings__Ledger." };
        var schema = new Option<string>("--schema") { DefaultValueFactory = _ => "ledger", Description = "The schema that holds the ledger." };
        var keys = Keys();
        var kept = new Option<string[]>("--checkpoint") { HelpName = "file", Description = "A checkpoint that was kept elsewhere, such as a witness's." };
        var command = new Command("verify", "Read the ledger's database directly, compute every leaf and root again, and name what was tampered with.") { database, schema, keys, kept };
        command.SetAction(async (given, cancel) =>
        {
            var connection = given.GetValue(database) ?? Environment.GetEnvironmentVariable("ConnectionStrings__Ledger") ?? throw new MistakeException("Name the ledger's database with --database.");
            var output = given.InvocationConfiguration.Output;
            try
            {
                var verdict = await LedgerCheck.Run(connection, given.GetValue(schema)!, given.GetValue(keys) ?? [], [.. (given.GetValue(kept) ?? []).Select(f => File.ReadAllText(Found(f)))], cancel);
                foreach (var finding in verdict.Findings) await output.WriteLineAsync(finding.Sentence);
                await output.WriteLineAsync($"{verdict.Events} sealed events and {verdict.Checkpoints} checkpoints compared, {verdict.Unsealed} events not sealed yet: "
                    + (verdict.Findings.Count == 0 ? "all is as it was sealed." : $"{verdict.Findings.Count} findings."));
                return verdict.Findings.Count == 0 ? 0 : Wrong;
            }
            catch (Exception e) when (e is NpgsqlException or ArgumentException)
            {
                throw new MistakeException($"The ledger's database can't be read: {e.Message}");
            }
        });
        return command;
    }

    private Command Watch()
    {
        var folder = new Option<string>("--folder") { Required = true, Description = "Where the witness keeps its key and what it saw." };
        var name = new Option<string>("--name") { Required = true, Description = "The witness's name: a URL without a scheme." };
        var keys = Keys();
        var command = new Command("take", "Take the ledger's latest checkpoint, check that it continues the last one seen, and cosign it. Run it now and then.") { folder, name, keys };
        command.SetAction(async (given, cancel) =>
        {
            var run = await client.RunAsync(given, cancel);
            var witness = new Witness(given.GetValue(folder)!, given.GetValue(name)!);
            var latest = (LatestCheckpointResponse)await run.CallAsync(Method("LatestCheckpoint"), new LatestCheckpointRequest());
            var output = given.InvocationConfiguration.Output;
            try
            {
                var proof = witness.Size == 0 || witness.Size >= latest.Size
                    ? []
                    : ((ConsistencyProofResponse)await run.CallAsync(Method("ConsistencyProof"), new ConsistencyProofRequest { OldSize = witness.Size, Size = latest.Size })).Hashes.Select(h => h.ToByteArray()).ToArray();
                var trusted = given.GetValue(keys) is { Length: > 0 } named ? named : [.. latest.PublicKeys];
                await output.WriteAsync(witness.Take(latest.Note, proof, trusted, TimeProvider.System.GetUtcNow()));
                return 0;
            }
            catch (Exception e) when (e is WitnessException or FormatException)
            {
                await output.WriteLineAsync(e.Message);
                return Wrong;
            }
        });
        return command;
    }

    private static Command Serve()
    {
        var folder = new Option<string>("--folder") { Required = true, Description = "Where the witness keeps its key and what it saw." };
        var name = new Option<string>("--name") { Required = true, Description = "The witness's name: a URL without a scheme." };
        var listen = new Option<string>("--listen") { Required = true, HelpName = "address", Description = "Where to listen, such as http://127.0.0.1:7400/." };
        var keys = new Option<string[]>("--key") { Required = true, HelpName = "public key", Description = "The ledger's published public key." };
        var command = new Command("serve", "Be a witness over HTTP (C2SP tlog-witness): the ledger sends its checkpoints, and gets a cosignature for what continues the last.") { folder, name, listen, keys };
        command.SetAction(async (given, cancel) =>
        {
            await new WitnessHost(new Witness(given.GetValue(folder)!, given.GetValue(name)!), given.GetValue(keys)!, given.InvocationConfiguration.Output).RunAsync(given.GetValue(listen)!, cancel);
            return 0;
        });
        return command;
    }

    private static Option<string[]> Keys() => new("--key") { HelpName = "public key", Description = "The ledger's published public key; left out, the key that comes with it is believed." };

    private static MethodDescriptor Method(string name) => Method(ProofServiceReflection.Descriptor, name);

    private static MethodDescriptor Method(FileDescriptor file, string name) => file.Services[0].FindMethodByName(name);

    private static string Found(string file) => File.Exists(file) ? file : throw new MistakeException($"There is no file {file}.");

    private static async Task<int> Said(ParseResult given, BundleVerdict verdict)
    {
        var output = given.InvocationConfiguration.Output;
        foreach (var finding in verdict.Findings) await output.WriteLineAsync(finding);
        if (verdict.Report is { } report)
        {
            await output.WriteLineAsync($"The report {report.Stream}: {report.Files} {(report.Files == 1 ? "file" : "files")}, frozen with the content hash {report.ContentHash}"
                + (report.Withdrawn.Count == 0 ? (verdict.Holds ? "; each is what was recorded." : ".") : $"; {report.Withdrawn.Count} texts in it were withdrawn since, so that they can't have the recorded hashes:"));
            foreach (var text in report.Withdrawn) await output.WriteLineAsync($"  {text.Member} in version {text.Version} of {text.Stream}");
            if (report.LacksPdf)
                await output.WriteLineAsync("  The PDF that was printed with the publication is not in the bundle" + (report.Withdrawn.Count > 0 ? ": it goes when a text in it is withdrawn." : "."));
        }
        var kept = (verdict.Confidential, verdict.Withdrawn) switch
        {
            (0, 0) => "",
            (var some, 0) => $" ({some} events are confidential and stand as their hashes)",
            (0, var gone) => $" ({gone} texts were withdrawn)",
            var (some, gone) => $" ({some} events are confidential and stand as their hashes; {gone} texts were withdrawn)",
        };
        await output.WriteLineAsync($"{verdict.Leaves} events and {verdict.Statements} texts{kept}, in the log {verdict.Origin} of {verdict.Size} leaves: {(verdict.Holds ? "verified." : "NOT verified.")}");
        foreach (var key in verdict.Keys) await output.WriteLineAsync($"Key: {key}");
        if (verdict.Cosigned.Count > 0) await output.WriteLineAsync($"Cosigned by: {string.Join(", ", verdict.Cosigned)}");
        return verdict.Holds ? 0 : Wrong;
    }
}
