using System.Security.Cryptography;
using System.Text.Json;
using Equalities.Commitments.V1;
using Equalities.Governance.V1;
using Equalities.Ledger.V1;
using Google.Rpc;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>The platform's whole API for a journey: its clients, and what every journey does with them.</summary>
internal sealed class JourneyCalls(PlatformFixture platform)
{
    public PartnerService.PartnerServiceClient Partners { get; } = new(platform.Channel);
    public CommitmentService.CommitmentServiceClient Commitments { get; } = new(platform.Channel);
    public StandingService.StandingServiceClient Standings { get; } = new(platform.Channel);
    public AttestationService.AttestationServiceClient Attestations { get; } = new(platform.Channel);
    public PlanItemService.PlanItemServiceClient PlanItems { get; } = new(platform.Channel);
    public ObligationService.ObligationServiceClient Obligations { get; } = new(platform.Channel);
    public PackService.PackServiceClient Packs { get; } = new(platform.Channel);
    public ReportService.ReportServiceClient Reports { get; } = new(platform.Channel);
    public HistoryService.HistoryServiceClient History { get; } = new(platform.Channel);
    public ClockService.ClockServiceClient Clock { get; } = new(platform.Channel);

    /// <summary>A request id that no other call of these tests has.</summary>
    public string NextId() => $"{Guid.NewGuid()}";

    public Task<CallOptions> As(string persona) => platform.As(persona);

    public async Task ClockTo(string day) => await Clock.AdvanceClockAsync(new() { To = $"{day}T09:00:00Z" }, await As("administrator"));

    public async Task Register(string partner, OrganisationType type = OrganisationType.Public)
    {
        var administrator = await As("administrator");
        await Partners.RegisterPartnerAsync(new() { RequestId = NextId(), Key = partner, Name = partner, Type = type }, administrator);
        await Appoint(partner);
    }

    public async Task Appoint(string partner) => await Partners.AppointLeadAsync(
        new() { RequestId = NextId(), PartnerId = partner, Subject = platform.SubjectOf($"{partner}-lead") }, await As("administrator"));

    /// <summary>A commitment that the partner's lead proposed and accepted.</summary>
    public async Task TakeOn(string partner, string commitment)
    {
        var lead = await As($"{partner}-lead");
        await Commitments.ProposeCommitmentAsync(new() { RequestId = NextId(), Key = commitment, Wording = $"Promise {commitment}", Source = "way:listen" }, lead);
        await Commitments.AcceptCommitmentAsync(new() { RequestId = NextId(), CommitmentId = commitment }, lead);
    }

    public async Task<Receipt> Report(
        string persona, string commitment, CommitmentStatus status, string effectiveOn = "", string period = "", string? requestId = null) =>
        (await Commitments.ReportProgressAsync(
            new()
            {
                RequestId = requestId ?? NextId(), CommitmentId = commitment, Status = status, Narrative = $"{commitment} is {status}", EffectiveOn = effectiveOn, Period = period,
            },
            await As(persona))).Receipt;

    public async Task<Commitment> CommitmentOf(string commitment) =>
        (await Commitments.GetCommitmentAsync(new() { CommitmentId = commitment }, await As("auditor"))).Commitment;

    public async Task<Partner> PartnerOf(string partner) => (await Partners.GetPartnerAsync(new() { PartnerId = partner }, await As("auditor"))).Partner;

    public async Task<IReadOnlyList<RecordedEvent>> HistoryOf(string stream) =>
        (await History.ReadStreamAsync(new() { Stream = stream, PageSize = 500 }, await As("auditor"))).Events;

    public async Task<IReadOnlyList<string>> Replayed()
    {
        using var call = History.Replay(new(), await As("auditor"));
        var lines = new List<string>();
        await foreach (var page in call.ResponseStream.ReadAllAsync()) lines.AddRange(page.Lines);
        return lines;
    }

    public async Task<VerifyResponse> Verified()
    {
        using var call = History.Verify(new(), await As("auditor"));
        VerifyResponse? last = null;
        await foreach (var said in call.ResponseStream.ReadAllAsync()) last = said;
        return last!;
    }

    public async Task<LoadedPack> Load(string pack)
    {
        var request = new LoadPackRequest { RequestId = NextId(), Pack = Google.Protobuf.ByteString.CopyFrom(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Packs", pack))) };
        using var call = Packs.LoadPack(request, await As("administrator"));
        LoadedPack? result = null;
        await foreach (var said in call.ResponseStream.ReadAllAsync()) result = said.Result ?? result;
        return result!;
    }

    /// <summary>The year-end report as JSON, with its bytes as they came.</summary>
    public async Task<IssuedReportBytes> YearEnd(IssueYearEndReportRequest request)
    {
        using var call = Reports.IssueYearEndReport(request, await As("governance-officer"));
        using var bytes = new MemoryStream();
        IssuedReport? issued = null;
        await foreach (var said in call.ResponseStream.ReadAllAsync())
        {
            said.Content.WriteTo(bytes);
            issued = said.Issued ?? issued;
        }
        var content = bytes.ToArray();
        Convert.ToHexStringLower(SHA256.HashData(content)).Should().Be(issued!.Sha256);
        return new IssuedReportBytes(content, issued);
    }

    public static async Task<Google.Rpc.Status> Fails(Func<Task> call, StatusCode code, string? reason = null)
    {
        var failure = (await FluentActions.Awaiting(call).Should().ThrowAsync<RpcException>()).Which;
        failure.StatusCode.Should().Be(code, failure.Status.Detail);
        var status = failure.GetRpcStatus()!;
        if (reason is not null) status.GetDetail<ErrorInfo>()!.Reason.Should().Be(reason);
        return status;
    }
}

/// <summary>A report as it was issued.</summary>
internal sealed record IssuedReportBytes(byte[] Bytes, IssuedReport Issued)
{
    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    public IReadOnlyDictionary<string, string> Figures => Json.GetProperty("sections").EnumerateArray()
        .SelectMany(s => s.GetProperty("figures").EnumerateArray())
        .ToDictionary(f => f.GetProperty("key").GetString()!, f => f.GetProperty("value").GetString()!);

    /// <summary>The keys of the figures that head a section.</summary>
    public IReadOnlyList<string> Headlines => [.. Json.GetProperty("sections").EnumerateArray()
        .SelectMany(s => s.GetProperty("parts").EnumerateArray())
        .Where(p => p.GetProperty("part").GetString() == "headlines")
        .SelectMany(p => p.GetProperty("figureKeys").EnumerateArray())
        .Select(f => f.GetString()!)];
}
