using Equalities.Ledger.V1;
using Google.Rpc;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>How fast one caller may call.</summary>
[Collection(nameof(Guarded))]
public sealed class PaceTests(PlatformFixture platform)
{
    [Fact]
    public async Task Who_calls_too_fast_hears_when_to_try_again_and_nobody_else_is_held_up()
    {
        await using var slow = await platform.StartSecondAsync(("Ledger__CallsPerSecond", "10"), ("Ledger__CallBurst", "20"));
        var clock = new ClockService.ClockServiceClient(slow.Channel);
        var auditor = await platform.As("auditor");
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
        calls.Count(c => c is null).Should().BeGreaterOrEqualTo(20, "so many may come at once");
        var refusals = calls.OfType<RpcException>().ToArray();
        refusals.Should().NotBeEmpty().And.OnlyContain(e => e.StatusCode == StatusCode.ResourceExhausted);
        refusals[0].GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason.Should().Be("TOO_MANY_CALLS");
        refusals[0].GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan().Should().BePositive().And.BeLessThan(TimeSpan.FromSeconds(10));

        await clock.ReadClockAsync(new(), await platform.As("administrator"));
    }
}
