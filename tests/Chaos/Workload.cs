using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Equalities.Commitments.V1;
using Equalities.Ledger.V1;
using Equalities.Options.V1;
using Google.Rpc;
using EqualitiesPlatform.Issuer;
using Grpc.Core;

namespace EqualitiesPlatform.Chaos;

/// <summary>
/// Leads who report on their commitments through any silo, a few hot ones and many cold, and send again with the same
/// request id whatever was not answered, as late as they are told to. What they saw is kept.
/// </summary>
internal sealed class Workload(IssuerHost issuer, IReadOnlyList<Silo> silos, int seed, int leads, int cold)
{
    private const int LoopsEach = 4;

    // No record of a council's grows for ever.
    private const int HotFor = 500;
    private const int Probes = 12;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<Attempt> _attempts = new();
    private readonly ConcurrentQueue<Attempt> _probing = new();
    private readonly ConcurrentQueue<Sight> _sights = new();
    private readonly ConcurrentDictionary<string, long> _seen = new();
    private readonly List<Lead> _leads = [];
    private Lead _prober = null!;
    private int _operations;
    private int _acknowledged;
    private volatile bool _stopping;
    private volatile bool _resting;

    /// <summary>How operations of this run are named, and their requests.</summary>
    public string Prefix { get; } = $"trouble-{seed}-";

    public IReadOnlyCollection<Attempt> Attempts => [.. _attempts, .. _probing];

    /// <summary>Those on the streams that are watched: a few of very many.</summary>
    public IReadOnlyCollection<Attempt> Probing => _probing;

    /// <summary>Acknowledgements so far, one for each retry that got its receipt again.</summary>
    public int Acknowledged => _acknowledged;

    public IReadOnlyCollection<Sight> Sights => _sights;

    /// <summary>The streams that are written to all the time, spread over the silos, to see when service is back.</summary>
    public IReadOnlyList<string> Probed => [.. _prober.Commitments.Take(Probes).Select(c => $"commitment/{c}")];

    private sealed record Lead(CallOptions Call, IReadOnlyList<string> Commitments)
    {
        private int _chosen;

        /// <summary>As often as not the one that is hot for now, else any.</summary>
        public string Choose(Random random) =>
            Commitments[random.Next(2) == 0 ? Interlocked.Increment(ref _chosen) / HotFor % Commitments.Count : random.Next(Commitments.Count)];
    }

    /// <summary>Makes partners, leads and accepted commitments.</summary>
    public async Task Prepare()
    {
        for (var l = 0; l < leads; l++) _leads.Add(await NewLead($"chaos-{l}", 1 + cold));
        _prober = await NewLead("chaos-prober", Probes + 1);
    }

    /// <summary>Calls until told to stop, and then until every operation has its answer or its caller has lost patience.</summary>
    public async Task Run(CancellationToken stop)
    {
        using var registration = stop.Register(() => _stopping = true);
        var loops = _leads.SelectMany((lead, l) => Enumerable.Range(0, LoopsEach).Select(n => Loop(lead, new Random(HashCode.Combine(seed, l, n)))));
        var probes = Enumerable.Range(0, Probes).Select(p => Probe(_prober.Commitments[p], p));
        await Task.WhenAll(loops.Concat(probes).ToArray());
    }

    /// <summary>Lets the callers rest while the registers are far behind, so that a slow machine is not only busy with that.</summary>
    public async Task KeepPace(Postgres postgres, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var (recorded, reached) = await postgres.Progress();
            _resting = recorded - reached > 2_000;
            await Task.Delay(500, CancellationToken.None);
        }
    }

    /// <summary>One more event, in a stream that nothing else touches.</summary>
    public string SpareStream => $"commitment/{_prober.Commitments[Probes]}";

    public Task ReportOnSpare() => Operate(_prober, _prober.Commitments[Probes], new Random(0), expected: null);

    /// <summary>What every silo's clock says in the end, as set by an administrator, who asks again while a silo has not seen it.</summary>
    public async Task AdvanceClock(TimeSpan by)
    {
        var administrator = Options(await issuer.TokenAsync("administrator"));
        string? to = null;
        for (var patience = Stopwatch.StartNew(); ;)
        {
            // One of them may be starting again.
            var ready = await Task.WhenAll(silos.Select(s => s.IsReady()));
            var clock = new ClockService.ClockServiceClient(silos[Math.Max(0, Array.IndexOf(ready, true))].Channel);
            try
            {
                to ??= (DateTimeOffset.Parse((await clock.ReadClockAsync(new ReadClockRequest(), administrator)).Now, CultureInfo.InvariantCulture) + by)
                    .UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
                await clock.AdvanceClockAsync(new AdvanceClockRequest { To = to }, administrator);
                return;
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable && patience.Elapsed < MostPatience)
            {
                await Task.Delay(ProbePause);
            }
        }
    }

    /// <summary>How far the register of commitments has come with each stream, once it has seen a position.</summary>
    public async Task<IReadOnlyList<Registered>> Registers(long position)
    {
        var commitments = new CommitmentService.CommitmentServiceClient(silos[0].Channel);
        var auditor = Options(await issuer.TokenAsync("auditor"));
        var registered = new List<Registered>();
        var page = new ListCommitmentsRequest { PageSize = 500, AtLeastPosition = position };
        do
        {
            var answer = await commitments.ListCommitmentsAsync(page, auditor);
            registered.AddRange(answer.Commitments.Select(c => new Registered($"commitment/{c.CommitmentId}", c.Version)));
            page.PageToken = answer.NextPageToken;
        }
        while (page.PageToken.Length > 0);
        return registered;
    }

    /// <summary>What the product's own verification finds, replaying everything beside its registers.</summary>
    public async Task<IReadOnlyList<string>> Verify()
    {
        using var call = new HistoryService.HistoryServiceClient(silos[0].Channel).Verify(new VerifyRequest(), Options(await issuer.TokenAsync("auditor")));
        var findings = new List<string>();
        await foreach (var progress in call.ResponseStream.ReadAllAsync()) findings.AddRange(progress.Findings);
        return findings;
    }

    private async Task Loop(Lead lead, Random random)
    {
        while (!_stopping)
        {
            var commitment = lead.Choose(random);
            await Operate(lead, commitment, random, random.Next(5) == 0 && _seen.TryGetValue(commitment, out var seen) ? seen : null);
            if (random.Next(10) == 0) await Look(lead, commitment, random);
            while (_resting && !_stopping) await Task.Delay(100);
        }
    }

    private async Task Probe(string commitment, int place)
    {
        var random = new Random(HashCode.Combine(seed, "probe", place));
        while (!_stopping)
        {
            await Operate(_prober, commitment, random, expected: null);
            await Task.Delay(100);
        }
    }

    private async Task Operate(Lead lead, string commitment, Random random, long? expected)
    {
        var request = new ReportProgressRequest
        {
            RequestId = $"{Prefix}{Interlocked.Increment(ref _operations)}", CommitmentId = commitment, Status = CommitmentStatus.OnTrack,
            Narrative = "The ramp at the second entrance is built; the third follows.", Percent = random.Next(101),
        };
        if (expected is { } version) request.ExpectedVersion = version;
        Silo Any() => silos[random.Next(silos.Count)];
        // Some callers send at once to two.
        var twin = random.Next(20) == 0 ? Send(lead, request, Any()) : null;
        var patience = Stopwatch.StartNew();
        while (await Send(lead, request, Any()) is { } pause && patience.Elapsed < MostPatience)
            // Who watches for the return of service does not wait as politely.
            await Task.Delay((lead == _prober ? ProbePause : pause) * (0.5 + random.NextDouble()));
        if (twin is not null) await twin;
    }

    /// <summary>One attempt; null when it has an answer that no retry would change, else how long to wait before the next.</summary>
    private async Task<TimeSpan?> Send(Lead lead, ReportProgressRequest request, Silo silo)
    {
        var stream = $"commitment/{request.CommitmentId}";
        long? expected = request.HasExpectedVersion ? request.ExpectedVersion : null;
        var began = Stopwatch.GetTimestamp();
        void Ended(Ending ending, Receipt? receipt = null) => (lead == _prober ? _probing : _attempts).Enqueue(new Attempt(
            request.RequestId, stream, expected, began, Stopwatch.GetTimestamp(), ending, receipt?.Version ?? 0, receipt?.Position ?? 0));
        try
        {
            var receipt = (await new CommitmentService.CommitmentServiceClient(silo.Channel).ReportProgressAsync(request, lead.Call.WithDeadline(DateTime.UtcNow + Deadline))).Receipt;
            Ended(Ending.Acknowledged, receipt);
            Interlocked.Increment(ref _acknowledged);
            _seen[request.CommitmentId] = receipt.Version;
            return null;
        }
        catch (RpcException e)
        {
            var notDone = e.StatusCode is StatusCode.Aborted or StatusCode.FailedPrecondition or StatusCode.InvalidArgument or StatusCode.PermissionDenied
                or StatusCode.Unauthenticated or StatusCode.NotFound or StatusCode.ResourceExhausted;
            Ended(notDone ? Ending.NotDone : Ending.Unknown);
            if (e.StatusCode == StatusCode.Aborted) _seen.TryRemove(request.CommitmentId, out _);
            if (notDone && e.StatusCode != StatusCode.ResourceExhausted) return null;
            return e.GetRpcStatus()?.GetDetail<RetryInfo>()?.RetryDelay.ToTimeSpan() ?? Soon;
        }
    }

    private async Task Look(Lead lead, string commitment, Random random)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var seen = await new CommitmentService.CommitmentServiceClient(silos[random.Next(silos.Count)].Channel).GetCommitmentAsync(
                new GetCommitmentRequest { CommitmentId = commitment }, lead.Call.WithDeadline(DateTime.UtcNow + Deadline));
            _sights.Enqueue(new Sight($"commitment/{commitment}", began, seen.Commitment.Version));
        }
        catch (RpcException)
        {
            // Nothing was seen.
        }
    }

    private async Task<Lead> NewLead(string key, int commitments)
    {
        var administrator = Options(await issuer.TokenAsync("administrator"));
        var lead = Options(await issuer.TokenAsync($"{key}-lead"));
        var partners = new PartnerService.PartnerServiceClient(silos[0].Channel);
        var partner = IdIn((await Done(() => partners.RegisterPartnerAsync(
            new RegisterPartnerRequest { RequestId = $"{key}-register", Name = key, Type = OrganisationType.Public }, administrator))).Receipt);
        await Done(() => partners.AppointLeadAsync(new AppointLeadRequest { RequestId = $"{key}-appoint", PartnerId = partner, Subject = $"{issuer.PersonOf($"{key}-lead")}" }, administrator));
        return new Lead(lead, await Task.WhenAll(Enumerable.Range(0, commitments).Select(async n =>
        {
            var service = new CommitmentService.CommitmentServiceClient(silos[n % silos.Count].Channel);
            var commitment = IdIn((await Done(() => service.ProposeCommitmentAsync(
                new ProposeCommitmentRequest { RequestId = $"{key}-propose-{n}", Wording = $"Make entrance {n + 1} step-free", Source = "aim:a1" }, lead))).Receipt);
            await Done(() => service.AcceptCommitmentAsync(new AcceptCommitmentRequest { RequestId = $"{key}-accept-{n}", CommitmentId = commitment }, lead));
            return commitment;
        })));
    }

    /// <summary>Sends again, with the same request id, what a machine that is busy elsewhere did not answer.</summary>
    private static async Task<T> Done<T>(Func<AsyncUnaryCall<T>> call)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && attempt < 60)
            {
                await Task.Delay(1000);
            }
        }
    }

    private static CallOptions Options(string token) => new([new Metadata.Entry("authorization", $"Bearer {token}")]);

    private static string IdIn(Receipt receipt) => receipt.Stream[(receipt.Stream.IndexOf('/') + 1)..];
}
