using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Messaging;
using Orleans.Runtime;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>Orleans' own providers, one call for each query in orleans.sql.</summary>
public sealed class ClusterTablesTests
{
    private static readonly DateTime Noon = new(2013, 4, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Membership_changes_go_through_one_at_a_time_and_read_back_as_written()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        using var silo = await UnstartedAsync(database);
        var table = silo.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true);
        await table.InitializeMembershipTableAsync(true);
        var (one, two) = (Silo(11_111), Silo(11_112));

        var empty = await table.ReadAllAsync();
        empty.Members.Should().BeEmpty();
        (await table.InsertRowAsync(one, empty.Version.Next())).Should().BeTrue();
        (await table.InsertRowAsync(two, empty.Version.Next())).Should().BeFalse("the version has moved on");
        var joined = await table.ReadAllAsync();
        joined.Version.Version.Should().Be(1);
        (await table.InsertRowAsync(one, joined.Version.Next())).Should().BeFalse("that silo is in the table");
        var rivals = await Task.WhenAll(Enumerable.Range(0, 6).Select(port => table.InsertRowAsync(Silo(12_000 + port), joined.Version.Next())));
        rivals.Count(won => won).Should().Be(1);
        (await table.ReadAllAsync()).Members.Should().HaveCount(2);

        var before = await table.ReadRowAsync(one.SiloAddress);
        one.Status = SiloStatus.Dead;
        one.AddSuspector(two.SiloAddress, Noon);
        var etag = before.Members.Single().Item2;
        (await table.UpdateRowAsync(one, etag, before.Version.Next())).Should().BeTrue();
        (await table.UpdateRowAsync(one, etag, before.Version.Next())).Should().BeFalse("the version has moved on");
        (await table.UpdateRowAsync(two, etag, (await table.ReadAllAsync()).Version.Next())).Should().BeFalse("that silo never joined");
        one.IAmAliveTime = Noon.AddMinutes(1);
        await table.UpdateIAmAliveAsync(one);

        var read = (await table.ReadRowAsync(one.SiloAddress)).Members.Single().Item1;
        read.Should().BeEquivalentTo(one, options => options
            .Including(silo => silo.SiloAddress).Including(silo => silo.SiloName).Including(silo => silo.HostName)
            .Including(silo => silo.Status).Including(silo => silo.ProxyPort).Including(silo => silo.StartTime)
            .Including(silo => silo.IAmAliveTime).Including(silo => silo.SuspectTimes));
        (await table.ReadRowAsync(two.SiloAddress)).Members.Should().BeEmpty();

        await table.CleanupDefunctSiloEntriesAsync(Noon.AddSeconds(30));
        (await table.ReadAllAsync()).Members.Should().HaveCount(2, "the dead silo was alive after that");
        await table.CleanupDefunctSiloEntriesAsync(Noon.AddDays(1));
        (await table.ReadAllAsync()).Members.Should().ContainSingle().Which.Item1.Status.Should().Be(SiloStatus.Active);

        await table.DeleteMembershipTableEntriesAsync(PostgresCluster.ClusterId);
        (await database.ScalarAsync<long>("SELECT count(*) FROM orleansmembership")).Should().Be(0);
    }

    [Fact]
    public async Task Only_active_silos_with_a_gateway_are_gateways()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        using var silo = await UnstartedAsync(database);
        var table = silo.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true);
        foreach (var (port, proxy, status) in new[] { (1, 0, SiloStatus.Active), (2, 30_002, SiloStatus.Dead), (3, 30_003, SiloStatus.Active) })
        {
            var entry = Silo(port);
            (entry.ProxyPort, entry.Status) = (proxy, status);
            (await table.InsertRowAsync(entry, (await table.ReadAllAsync()).Version.Next())).Should().BeTrue();
        }

        using var client = new HostBuilder().UseOrleansClient(orleans => orleans
            .Configure<Orleans.Configuration.ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (PostgresCluster.ClusterId, PostgresCluster.ServiceId))
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", database.ConnectionString))).Build();
        var gateways = client.Services.GetRequiredService<IGatewayListProvider>();
        await gateways.InitializeGatewayListProvider();

        (await gateways.GetGateways()).Should().ContainSingle().Which.Port.Should().Be(30_003);
    }

    [Fact]
    public async Task Reminders_are_kept_by_grain_and_by_hash_and_removed_at_their_version_only()
    {
        await using var database = await ClusterDatabase.CreateAsync();
        using var silo = await UnstartedAsync(database);
        var table = silo.Services.GetRequiredService<IReminderTable>();
        await table.StartAsync();
        var grains = Enumerable.Range(0, 12).Select(number => GrainId.Create("wake", $"g{number}")).ToArray();
        foreach (var grain in grains)
            await table.UpsertRow(new() { GrainId = grain, ReminderName = "due", StartAt = Noon, Period = TimeSpan.FromDays(60) });

        var first = (await table.ReadRow(grains[0], "due"))!;
        first.StartAt.Should().Be(Noon);
        first.Period.Should().Be(TimeSpan.FromDays(60));
        var later = await table.UpsertRow(new() { GrainId = grains[0], ReminderName = "due", StartAt = Noon.AddHours(1), Period = TimeSpan.FromHours(1) });
        (await table.ReadRows(grains[0])).Reminders.Should().ContainSingle().Which.StartAt.Should().Be(Noon.AddHours(1));
        (await table.ReadRow(grains[0], "other")).Should().BeNull();

        // Whatever the cut, a range and its complement share the ring without gap or overlap.
        foreach (var (from, to) in new[] { (0u, 0x8000_0000u), (0x4000_0000u, 0xC000_0000u), (grains[3].GetUniformHashCode(), 7u) })
        {
            var within = (await table.ReadRows(from, to)).Reminders.Select(reminder => reminder.GrainId);
            var without = (await table.ReadRows(to, from)).Reminders.Select(reminder => reminder.GrainId);
            within.Concat(without).Should().BeEquivalentTo(grains);
        }

        (await table.RemoveRow(grains[0], "due", first.ETag!)).Should().BeFalse("it was set anew since");
        (await table.RemoveRow(grains[0], "due", later!)).Should().BeTrue();
        (await table.ReadRows(grains[0])).Reminders.Should().BeEmpty();
        await table.TestOnlyClearTable();
        (await table.ReadRows(0, 0)).Reminders.Should().BeEmpty();
    }

    private static async Task<IHost> UnstartedAsync(ClusterDatabase database)
    {
        await ClusterSchema.ApplyAsync(database.Source, default);
        return new HostBuilder().UseOrleans(silo => silo.UsePostgresCluster(database.ConnectionString)).Build();
    }

    private static MembershipEntry Silo(int port) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, port, 1),
        SiloName = $"silo {port}",
        HostName = "localhost",
        Status = SiloStatus.Active,
        ProxyPort = 30_000,
        StartTime = Noon,
        IAmAliveTime = Noon,
    };
}
