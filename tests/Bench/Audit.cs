using System.Diagnostics;
using System.Globalization;
using Equalities.Ledger.V1;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Sealing;
using Grpc.Core;

namespace EqualitiesPlatform.Bench;

/// <summary>What auditors wait for: sealing, receipts, replays into a file, bundles and their verification.</summary>
internal static class Audit
{
    private static readonly Method<GetReceiptRequest, GetReceiptResponse> ReceiptCall =
        Rpc.Method<GetReceiptRequest, GetReceiptResponse>(MethodType.Unary, "equalities.ledger.v1.ProofService", "GetReceipt");

    /// <summary>With a million events and more in the ledger.</summary>
    public static async Task Proofs(Measures measures, int seconds)
    {
        if (await Growth.Count() < Growth.Stock) await Growth.Stocked();
        measures.Add("sealing of the whole log anew", await Sealing(), "events/s");
        var (lags, rate) = await Growth.Lags(seconds, async () => (long)(await Surroundings.Sql("select coalesce(max(position), 0) from ledger.ledger_leaf"))!);
        measures.Add("sealing lag at half load, p50", lags[lags.Count / 2], "ms");
        measures.Add("sealing lag at half load, p95", lags[(int)(0.95 * (lags.Count - 1))], "ms");
        measures.Add("half load", rate, "/s");
        await Receipts(measures);
        measures.AtMost("receipt at 10,000,000 leaves", GreatReceipt(), "bytes", 4_096);

        var folder = Directory.CreateTempSubdirectory("equalities-bench-");
        try
        {
            string At(string file) => Path.Combine(folder.FullName, file);
            var count = await Growth.Count();
            var (copy, replay) = (await Growth.Copy(), await Client("history", "replay", "--out", At("history.jsonl"), "--as", "auditor"));
            measures.AtLeast("replay over gRPC into a file of JSON Lines", count / replay, "events/s", 100_000);
            measures.Add("replay over gRPC into a file : COPY", copy / replay, "ratio");
            measures.Add("audit bundle, verified as it is written", count / await Client("audit", "bundle", "--out", At("ledger.bundle"), "--as", "auditor"), "events/s");
            var verification = await Client("audit", "verify", At("ledger.bundle"));
            measures.Add("verification", count / verification, "events/s");
            measures.AtMost("verification of a million events from a bundle", verification * 1_000_000 / count, "s", 30);
            measures.Add("bundle", new FileInfo(At("ledger.bundle")).Length / 1e6 / count * 1_000_000, "MB/million events");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The log is thrown away and made from the events again, as after a loss of its tables.</summary>
    private static async Task<double> Sealing()
    {
        var platform = await PlatformProcess.Stop();
        await Surroundings.Sql("truncate ledger.ledger_leaf, ledger.ledger_node, ledger.ledger_checkpoint");
        platform.Start();
        var began = (Sealed: 0L, At: 0L);
        var count = await Growth.Count();
        while (true)
        {
            var done = (long)(await Surroundings.Sql("select count(*) from ledger.ledger_checkpoint where size > 0"))! == 0
                ? 0
                : (long)(await Surroundings.Sql("select max(size) from ledger.ledger_checkpoint"))!;
            if (began.At == 0 && done > 0) began = (done, Stopwatch.GetTimestamp());
            if (done >= count)
            {
                var rate = (done - began.Sealed) / Stopwatch.GetElapsedTime(began.At).TotalSeconds;
                await Growth.FirstWrite(); // What is measured next needs it ready.
                return rate;
            }
            await Task.Delay(20);
        }
    }

    /// <summary>From the acknowledgement of a write to its receipt, one after the other.</summary>
    private static async Task Receipts(Measures measures)
    {
        using var issuer = Surroundings.IssuerClient();
        using var channel = Rpc.Connect(Surroundings.Platform);
        var lead = Workload.Leads()[0];
        var options = new CallOptions(Rpc.Bearer(await Surroundings.Token(issuer, lead.Persona)));
        List<double> times = [];
        var bytes = 0;
        for (var i = 0; i < 200; i++)
        {
            var written = await channel.CreateCallInvoker().AsyncUnaryCall(Workload.Report, null, options, Workload.Update(lead.Commitments[i % lead.Commitments.Count]));
            var acknowledged = Stopwatch.GetTimestamp();
            var receipt = await channel.CreateCallInvoker().AsyncUnaryCall(
                ReceiptCall, null, options, new GetReceiptRequest { Stream = written.Receipt.Stream, Position = written.Receipt.Position });
            times.Add(Stopwatch.GetElapsedTime(acknowledged).TotalMilliseconds);
            bytes = Math.Max(bytes, receipt.Proof.Length);
        }
        times.Sort();
        measures.Add("acknowledgement to receipt, p50", times[times.Count / 2], "ms");
        measures.AtMost("acknowledgement to receipt, p99", times[(int)(0.99 * (times.Count - 1))], "ms", 2_000);
        measures.Add("receipt", bytes, "bytes");
    }

    /// <summary>How long a receipt is when the log has ten million leaves: of the leaf whose proof is longest.</summary>
    private static int GreatReceipt()
    {
        const int size = 10_000_000;
        using var signer = new NoteSigner("ledger.example.gov.uk", NoteKeyKind.Ed25519, new byte[32]);
        var proof = new LogProof(0, [.. Merkle.Inclusion(0, size).Select(_ => Merkle.EmptyRoot)], new Checkpoint(signer.Verifier.Name, size, Merkle.EmptyRoot).Signed(signer));
        return proof.ToString().Length;
    }

    /// <summary>Seconds that the command line client takes for something.</summary>
    public static async Task<double> Client(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Surroundings.Client);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        (start.Environment["EQUALITIES_SERVER"], start.Environment["EQUALITIES_ISSUER_DIR"]) = (Surroundings.Platform, Path.Combine(Surroundings.State, "issuer"));
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? Stopwatch.GetElapsedTime(began).TotalSeconds : throw new InvalidOperationException($"{string.Join(' ', arguments)} failed: {said}");
    }
}
