using System.Net;
using Equalities.Commitments.V1;
using Equalities.Ledger.V1;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>How callers reach the platform: TLS, and how much and how long one of them may ask for.</summary>
[Collection(nameof(Guarded))]
public sealed class TransportTests(PlatformFixture platform)
{
    [Fact]
    public async Task With_a_certificate_gRPC_is_served_over_TLS_only_and_within_limits()
    {
        var (file, key) = platform.Certificate;
        await using var secured = await platform.StartSecondAsync(
            ("Platform__CertificateFile", file), ("Platform__CertificateKeyFile", key), ("Ledger__CallsAtOnce", "3"), ("Ledger__LongestCallSeconds", "1"));
        var auditor = await platform.As("auditor");
        using var http = new HttpClient(platform.Issuer.TrustingHandler()) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using (var answer = await http.GetAsync($"https://localhost:{secured.Port}/"))
            answer.Headers.Server.Should().BeEmpty();
        (await FluentActions.Awaiting(async () => await new ClockService.ClockServiceClient(secured.Channel).ReadClockAsync(new(), auditor)).Should().ThrowAsync<RpcException>("it is plain HTTP/2"))
            .Which.StatusCode.Should().BeOneOf(StatusCode.Unavailable, StatusCode.Internal);

        using var channel = GrpcChannel.ForAddress($"https://localhost:{secured.Port}", new GrpcChannelOptions { HttpClient = http });
        await new ClockService.ClockServiceClient(channel).ReadClockAsync(new(), auditor);

        // None of these is answered before its time is up: no register ever comes so far.
        var partners = new PartnerService.PartnerServiceClient(channel);
        var failures = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            (await FluentActions.Awaiting(async () => await partners.ListPartnersAsync(new() { AtLeastPosition = long.MaxValue }, auditor)).Should().ThrowAsync<RpcException>()).Which));
        failures.Count(f => f.StatusCode == StatusCode.DeadlineExceeded).Should().Be(3, "so many may be under way, and each is ended after a second");
        var refused = failures.Where(f => f.StatusCode == StatusCode.ResourceExhausted).ToArray();
        refused.Should().HaveCount(5);
        refused[0].GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason.Should().Be("TOO_MANY_CALLS_AT_ONCE");
        refused[0].GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan().Should().BePositive();

        // A call's place is free a moment after its caller was told of its end.
        await PlatformFixture.UntilAsync(async () =>
        {
            try
            {
                await new ClockService.ClockServiceClient(channel).ReadClockAsync(new(), auditor);
                return true;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                return false;
            }
        }, "the places of calls that ended are free again");
    }

    [Fact]
    public async Task Beyond_loopback_it_does_not_start_without_TLS_unless_told_so_in_words()
    {
        (await platform.FailToStartAsync(("Platform__Address", "0.0.0.0"))).Should().Contain("Platform__PlainTextBeyondLoopback=true");
        (await platform.FailToStartAsync(("Platform__CertificateFile", "/nowhere.pem"), ("Platform__CertificateKeyFile", "/nowhere.pem"))).Should().Contain("PEM files");
        await using var told = await platform.StartSecondAsync(("Platform__Address", "0.0.0.0"), ("Platform__PlainTextBeyondLoopback", "true"));
        await new ClockService.ClockServiceClient(told.Channel).ReadClockAsync(new(), await platform.As("auditor"));
    }
}
