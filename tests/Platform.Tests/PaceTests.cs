using System.Net;
using System.Net.Sockets;
using Equalities.Ledger.V1;
using Google.Rpc;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>How fast one caller may call, and how fast those who have not said who they are.</summary>
[Collection(nameof(Guarded))]
public sealed class PaceTests(PlatformFixture platform)
{
    [Fact]
    public async Task Who_calls_too_fast_hears_when_to_try_again_and_nobody_else_is_held_up_also_by_a_flood_without_valid_tokens()
    {
        await using var slow = await platform.StartSecondAsync(("Ledger__CallsPerSecond", "10"), ("Ledger__CallBurst", "20"),
            ("Ledger__StrangerCallsPerSecond", "10"), ("Ledger__StrangerCallBurst", "20"), ("Platform__ConnectionsPerAddress", "8"));
        var clock = new ClockService.ClockServiceClient(slow.Channel);
        var (auditor, administrator) = (await platform.As("auditor"), await platform.As("administrator"));
        foreach (var caller in new[] { auditor, administrator }) await clock.ReadClockAsync(new(), caller);
        var calls = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            try
            {
                await clock.ReadClockAsync(new(), auditor);
                return null;
            }
            catch (RpcException e)
            {
                return e;
            }
        }));
        calls.Count(c => c is null).Should().BeGreaterOrEqualTo(19, "so many may come at once, and one has come");
        var refusals = calls.OfType<RpcException>().ToArray();
        refusals.Should().NotBeEmpty().And.OnlyContain(e => e.StatusCode == StatusCode.ResourceExhausted);
        refusals[0].GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason.Should().Be("TOO_MANY_CALLS");
        refusals[0].GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan().Should().BePositive().And.BeLessThan(TimeSpan.FromSeconds(10));

        await clock.ReadClockAsync(new(), administrator);

        var forged = PlatformFixture.With((await platform.ForgeAsync("auditor")).Tampered(c => c["roles"] = "Administrator"));
        var flood = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
            (await FluentActions.Awaiting(async () => await clock.ReadClockAsync(new(), i % 2 == 0 ? forged : new CallOptions())).Should().ThrowAsync<RpcException>()).Which));
        flood.Count(e => e.StatusCode == StatusCode.Unauthenticated).Should().BeGreaterThan(0).And.BeLessThan(120, "those that were let on to sign in");
        refusals = [.. flood.Where(e => e.StatusCode == StatusCode.ResourceExhausted)];
        refusals.Should().HaveCount(200 - flood.Count(e => e.StatusCode == StatusCode.Unauthenticated), "there is no third answer");
        refusals[0].GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason.Should().Be("TOO_MANY_CALLS_FROM_ADDRESS");
        refusals[0].GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan().Should().BePositive().And.BeLessThan(TimeSpan.FromSeconds(10));
        // Who has signed in goes past it.
        await clock.ReadClockAsync(new(), administrator);

        var connections = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 8; i++)
            {
                connections.Add(new TcpClient());
                try
                {
                    await connections[^1].ConnectAsync(IPAddress.Loopback, slow.Port);
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
                {
                    // One too many, and closed before its opener looked.
                }
            }
            await PlatformFixture.UntilAsync(() => Task.FromResult(connections.Exists(IsClosed)), "one connection too many is closed");
            connections.Exists(c => !IsClosed(c)).Should().BeTrue("the others stay");
        }
        finally
        {
            foreach (var connection in connections) connection.Dispose();
        }
        await clock.ReadClockAsync(new(), administrator);

        // Never open, or readable without anything to read: its other end is gone.
        static bool IsClosed(TcpClient client) => !client.Connected || (client.Client.Poll(0, SelectMode.SelectRead) && client.Available == 0);
    }
}
