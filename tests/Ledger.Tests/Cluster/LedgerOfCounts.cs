using EqualitiesPlatform.Ledger.Append;
using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Aggregation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EqualitiesPlatform.Ledger.Tests;

internal sealed record Counted(int Amount);

internal sealed class Tally
{
    public string Id { get; set; } = "";

    public int Total { get; set; }
}

internal sealed partial class TallyProjection : SingleStreamProjection<Tally, string>
{
    /// <summary>While true, every event fails its register.</summary>
    public bool Broken { get; set; }

    public void Apply(Counted counted, Tally tally)
    {
        if (Broken)
            throw new InvalidOperationException("The register is broken on purpose.");
        tally.Total += counted.Amount;
    }
}

/// <summary>A silo as far as registers go: Marten with one register, and the lease.</summary>
internal sealed class RegisterSilo : IAsyncDisposable
{
    private readonly IHost host;

    public RegisterSilo(ClusterDatabase database, TimeProvider? clock = null, TimeSpan? silence = null)
    {
        var terms = new LeaseTerms(database.ConnectionString)
        {
            Beat = TimeSpan.FromMilliseconds(250),
            Silence = silence ?? TimeSpan.FromSeconds(2),
        };
        host = new HostBuilder().ConfigureServices(services =>
        {
            services.AddLogging();
            services.AddMarten(options =>
            {
                options.Connection(LedgerDatabase.EndIdleTransactions(database.ConnectionString));
                options.DatabaseSchemaName = database.Schema;
                options.AutoCreateSchemaObjects = AutoCreate.All;
                options.Events.StreamIdentity = StreamIdentity.AsString;
                options.Events.UseListenNotifyForEventAppends = true;
                options.Projections.Add(Register, ProjectionLifecycle.Async);
                options.Projections.Errors.SkipApplyErrors = false;
            }).AddAsyncDaemon(DaemonMode.ExternallyManaged);
            services.AddProjectionLease(terms);
            if (clock is not null)
                services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ProjectionLease>(provider, terms, clock));
        }).Build();
    }

    public TallyProjection Register { get; } = new();

    public IDocumentStore Store => host.Services.GetRequiredService<IDocumentStore>();

    public ProjectionLease Lease => host.Services.GetRequiredService<ProjectionLease>();

    public bool Holds => Lease.Daemon is not null;

    public Task StartAsync() => host.StartAsync();

    public Task StopAsync() => host.StopAsync();

    /// <summary>Adds one to each of the streams.</summary>
    public async Task CountAsync(int streams)
    {
        await using var session = Store.LightweightSession();
        foreach (var stream in Enumerable.Range(0, streams))
            session.Events.Append($"tally/{stream}", new Counted(1));
        await session.SaveChangesAsync();
    }

    /// <summary>Waits until the register says of each stream exactly what its events say.</summary>
    public Task BecomesExactAsync(int streams, int each) => Eventually.BecomesTrueAsync(
        async () =>
        {
            await using var session = Store.QuerySession();
            var tallies = await session.Query<Tally>().ToListAsync();
            tallies.Should().NotContain(tally => tally.Total > each, "an event counts once");
            return tallies.Count == streams && tallies.All(tally => tally.Total == each);
        },
        $"each of {streams} registers says {each}");

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}
