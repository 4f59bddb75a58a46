using System.Collections.Concurrent;
using System.Diagnostics;
using Equalities.Bench.V1;
using Equalities.Ledger.V1;
using Google.Protobuf;
using Grpc.Core;

namespace EqualitiesPlatform.Bench;

/// <summary>What to drive, for how long.</summary>
/// <param name="Path">unary and bulk go to the product, plain to its peer.</param>
/// <param name="Rate">Commands a second at most, spread evenly; 0 for as many as get answers.</param>
/// <param name="Streams">How many streams are drawn from.</param>
internal sealed record LoadTerms(string Path, string Server, int ServerProcess, int InFlight, int Seconds, int WarmUp, int Connections, int Rate, int Streams)
{
    public static LoadTerms From(Arguments arguments) => new(
        arguments.Text("path", "unary"), arguments.Text("server", ""), arguments.Number("server-process", 0),
        arguments.Number("in-flight", 256), arguments.Number("seconds", 10), arguments.Number("warm-up", 3),
        arguments.Number("connections", 8), arguments.Number("rate", 0),
        arguments.Number("streams", Workload.Streams));
}

/// <summary>What came of a load.</summary>
/// <param name="Rate">Commands a second that were acknowledged.</param>
/// <param name="Errors">How many failed, by gRPC code.</param>
/// <param name="ServerMicroseconds">Processor time a command.</param>
internal sealed record LoadResult(
    long Commands, double Rate, double P50, double P95, double P99, IReadOnlyDictionary<string, int> Errors,
    double ServerMicroseconds, double PostgresMicroseconds, double DriverMicroseconds, double ServerMegabytes)
{
    /// <summary>All of it together.</summary>
    public double Microseconds => ServerMicroseconds + PostgresMicroseconds + DriverMicroseconds;
}

/// <summary>
/// Keeps N commands in flight from the 50 leads, each with their own token, over a few shared connections, on streams
/// drawn evenly, one event a command, each with a fresh request id.
/// </summary>
internal static class Load
{
    private static readonly Method<ReportRequest, ReportResponse> PlainReport =
        Rpc.Method<ReportRequest, ReportResponse>(MethodType.Unary, "equalities.bench.v1.PlainService", "Report");

    private static readonly Method<SendRequest, SendResponse> Send =
        Rpc.Method<SendRequest, SendResponse>(MethodType.DuplexStreaming, "equalities.ledger.v1.BulkService", "Send");

    private sealed class Count
    {
        public volatile bool Measuring;
        public volatile bool Stopping;
        public readonly ConcurrentDictionary<string, int> Errors = new();
        private readonly ConcurrentBag<List<long>> _latencies = [];

        public List<long> Own()
        {
            var own = new List<long>(65_536);
            _latencies.Add(own);
            return own;
        }

        public long[] Sorted()
        {
            var all = _latencies.SelectMany(l => l).ToArray();
            Array.Sort(all);
            return all;
        }

        public void Failed(string code)
        {
            if (Measuring) Errors.AddOrUpdate(code, 1, (_, n) => n + 1);
        }
    }

    public static async Task<LoadResult> Drive(LoadTerms terms)
    {
        using var issuer = Surroundings.IssuerClient();
        var leads = Workload.Leads(terms.Streams).ToArray();
        var tokens = await Task.WhenAll(leads.Select(l => Surroundings.Token(issuer, l.Persona)));
        var channels = Enumerable.Range(0, terms.Connections).Select(_ => Rpc.Connect(terms.Server)).ToArray();
        var count = new Count();

        // Caller c has every leads.Length-th place of those in flight.
        var places = Enumerable.Range(0, terms.InFlight).GroupBy(i => i % leads.Length);
        var calling = (terms.Path == "bulk"
            ? places.Select(g => Stream(channels[g.Key % channels.Length].CreateCallInvoker(), leads[g.Key], tokens[g.Key], g.Count(), count))
            : places.SelectMany(g => g.Select(i => Unary(terms, channels[i % channels.Length].CreateCallInvoker(), leads[g.Key], tokens[g.Key], count)))).ToArray();

        await Task.Delay(TimeSpan.FromSeconds(terms.WarmUp));
        var started = Stopwatch.GetTimestamp();
        var (server, postgres, driver) = Used(terms);
        count.Measuring = true;
        await Task.Delay(TimeSpan.FromSeconds(terms.Seconds));
        count.Measuring = false;
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var (serverAfter, postgresAfter, driverAfter) = Used(terms);
        var memory = ProcessTimes.ResidentMegabytes(terms.ServerProcess);
        count.Stopping = true;
        await Task.WhenAll(calling);
        foreach (var channel in channels) channel.Dispose();

        var latencies = count.Sorted();
        double Percentile(double share) => latencies.Length == 0 ? 0 : latencies[(int)(share * (latencies.Length - 1))] * 1000.0 / Stopwatch.Frequency;
        double Each(double before, double after) => latencies.Length == 0 ? 0 : (after - before) / latencies.Length;
        return new LoadResult(
            latencies.Length, latencies.Length / elapsed, Percentile(0.5), Percentile(0.95), Percentile(0.99), count.Errors,
            Each(server, serverAfter), Each(postgres, postgresAfter), Each(driver, driverAfter), memory);
    }

    private static (double, double, double) Used(LoadTerms terms) =>
        (ProcessTimes.Of(terms.ServerProcess), ProcessTimes.OfFamily(Surroundings.Postmaster), ProcessTimes.Of(Environment.ProcessId));

    private static async Task Unary(LoadTerms terms, CallInvoker calls, Lead lead, string token, Count count)
    {
        var latencies = count.Own();
        var options = new CallOptions(Rpc.Bearer(token));
        var pace = terms.Rate == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)terms.InFlight / terms.Rate);
        if (pace > TimeSpan.Zero) await Task.Delay(pace * Random.Shared.NextDouble());
        while (!count.Stopping)
        {
            var stream = lead.Commitments[Random.Shared.Next(lead.Commitments.Count)];
            var began = Stopwatch.GetTimestamp();
            try
            {
                if (terms.Path == "plain") await calls.AsyncUnaryCall(PlainReport, null, options, new ReportRequest { Stream = stream, Status = "OnTrack", Narrative = Workload.Narrative, Percent = 66 });
                else await calls.AsyncUnaryCall(Workload.Report, null, options, Workload.Update(stream));
                if (count.Measuring) latencies.Add(Stopwatch.GetTimestamp() - began);
            }
            catch (RpcException e)
            {
                count.Failed(e.StatusCode.ToString());
                await Task.Delay(50); // A server that refuses at once would be asked without end.
            }
            if (pace > Stopwatch.GetElapsedTime(began)) await Task.Delay(pace - Stopwatch.GetElapsedTime(began));
        }
    }

    private static async Task Stream(CallInvoker calls, Lead lead, string token, int inFlight, Count count)
    {
        var latencies = count.Own();
        var began = new long[inFlight];
        var open = 0;
        using var call = calls.AsyncDuplexStreamingCall(Send, null, new CallOptions(Rpc.Bearer(token)));
        for (var place = 0; place < inFlight; place++) await Ask(place);
        while (open > 0 && await call.ResponseStream.MoveNext(default))
        {
            var answer = call.ResponseStream.Current;
            open--;
            if (answer.Code != 0) count.Failed(((StatusCode)answer.Code).ToString());
            else if (count.Measuring) latencies.Add(Stopwatch.GetTimestamp() - began[answer.Item]);
            if (!count.Stopping) await Ask((int)answer.Item);
        }
        await call.RequestStream.CompleteAsync();
        while (await call.ResponseStream.MoveNext(default)) { }

        async Task Ask(int place)
        {
            open++;
            began[place] = Stopwatch.GetTimestamp();
            await call.RequestStream.WriteAsync(new SendRequest
            {
                Item = place,
                Rpc = Workload.Commitments + "/ReportProgress",
                Request = Workload.Update(lead.Commitments[Random.Shared.Next(lead.Commitments.Count)]).ToByteString(),
            });
        }
    }
}
