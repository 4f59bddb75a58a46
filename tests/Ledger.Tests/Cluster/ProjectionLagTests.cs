using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Subscriptions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace EqualitiesPlatform.Ledger.Tests;

public sealed class ProjectionLagTests
{
    [Fact]
    public async Task Registers_that_nobody_keeps_are_unready_after_the_grace_and_ready_when_they_caught_up()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        await using var silo = new RegisterSilo(database);
        var clock = new FakeTimeProvider();
        var lag = new ProjectionLag(silo.Store, clock);
        await silo.CountAsync(3);

        (await lag.ReadAsync(default)).Should().Be((3, 0), "a register that never ran has reached nothing");
        (await StatusAsync(lag)).Should().Be(HealthStatus.Healthy, "the grace begins now");
        clock.Advance(ProjectionLag.Grace);
        (await StatusAsync(lag)).Should().Be(HealthStatus.Healthy);
        clock.Advance(TimeSpan.FromSeconds(1));
        (await StatusAsync(lag)).Should().Be(HealthStatus.Unhealthy);

        await silo.StartAsync();
        await silo.BecomesExactAsync(3, 1);
        await Eventually.BecomesTrueAsync(async () => await lag.ReadAsync(default) == (3, 3), "the register has reached the end");
        (await StatusAsync(lag)).Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Registers_that_follow_steadily_are_ready_though_never_at_the_end()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        await using var silo = new RegisterSilo(database);
        var lag = new ProjectionLag(silo.Store, TimeProvider.System);
        var start = new DateTimeOffset(2013, 4, 1, 0, 0, 0, TimeSpan.Zero);

        foreach (var second in Enumerable.Range(0, 60))
            lag.Late(recorded: 100 + second * 10, reached: 90 + second * 10, start.AddSeconds(second)).Should().BeNull();
    }

    [Fact]
    public async Task What_follows_the_ledger_is_every_register_and_every_subscription()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        await using var store = DocumentStore.For(options =>
        {
            options.Connection(database.ConnectionString);
            options.Events.StreamIdentity = StreamIdentity.AsString;
            options.Projections.Add(new TallyProjection(), ProjectionLifecycle.Async);
            options.Events.Subscribe(new Listener());
        });

        ProjectionLag.ShardsOf(store).Select(shard => shard.Identity).Should().BeEquivalentTo("Tally:All", "listener:All");
    }

    private static async Task<HealthStatus> StatusAsync(ProjectionLag lag) =>
        (await lag.CheckHealthAsync(new HealthCheckContext())).Status;

    private sealed class Listener : SubscriptionBase
    {
        public Listener() => Name = "listener";

        public override Task<IChangeListener> ProcessEventsAsync(
            EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken cancellation) =>
            Task.FromResult(NullChangeListener.Instance);
    }
}
