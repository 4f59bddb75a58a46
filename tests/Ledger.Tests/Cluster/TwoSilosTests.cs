using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;

namespace EqualitiesPlatform.Ledger.Tests;

public sealed class TwoSilosTests
{
    [Fact]
    public async Task Two_silos_meet_in_PostgreSQL_and_a_reminder_asked_for_on_one_fires()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        await ClusterSchema.ApplyAsync(database.Source, default);
        using var first = Silo(database);
        using var second = Silo(database);
        await Task.WhenAll(first.StartAsync(), second.StartAsync());

        foreach (var silo in new[] { first, second })
        {
            var known = silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
            await Eventually.BecomesTrueAsync(
                async () => (await known.GetHosts(onlyActive: true)).Count == 2, "a silo sees two");
        }

        var bell = first.Services.GetRequiredService<IGrainFactory>().GetGrain<IBellGrain>("one");
        await bell.SetAsync();
        var heard = second.Services.GetRequiredService<IGrainFactory>().GetGrain<IBellGrain>("one");
        await Eventually.BecomesTrueAsync(async () => await heard.RungAsync() >= 1, "the reminder fired", seconds: 60);

        await Task.WhenAll(first.StopAsync(), second.StopAsync());
        (await database.ScalarAsync<long>("SELECT count(*) FROM orleansmembership WHERE status = 6")).Should().Be(2, "both left as dead");
    }

    // The council's clock stands still here, and reminders fire all the same.
    private static IHost Silo(ClusterDatabase database) => new HostBuilder()
        .ConfigureServices(services => services.AddSingleton<TimeProvider>(new FakeTimeProvider(new(2013, 4, 1, 0, 0, 0, TimeSpan.Zero))))
        .UseOrleans(silo => silo.UsePostgresCluster(database.ConnectionString))
        .Build();
}

internal interface IBellGrain : IGrainWithStringKey
{
    Task SetAsync();

    Task<int> RungAsync();
}

internal sealed class BellGrain : Grain, IBellGrain, IRemindable
{
    private int rung;

    public Task SetAsync() => this.RegisterOrUpdateReminder("ring", TimeSpan.FromMilliseconds(200), TimeSpan.FromMinutes(1));

    public Task<int> RungAsync() => Task.FromResult(rung);

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        rung++;
        return Task.CompletedTask;
    }
}
