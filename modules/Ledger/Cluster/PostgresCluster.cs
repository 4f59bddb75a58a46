using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Configuration;
using Orleans.Reminders;
using Orleans.Runtime;

namespace EqualitiesPlatform.Ledger;

/// <summary>Joins a silo to the others that use the same database; one silo alone needs nothing more.</summary>
internal static class PostgresCluster
{
    public const string ClusterId = "equalities";
    public const string ServiceId = "equalities-platform";

    private const string Npgsql = "Npgsql";

    private static readonly string[] OrleansClocks =
    [
        TimeProviderNames.Grains, TimeProviderNames.Messaging, TimeProviderNames.SystemTimers,
        TimeProviderNames.Membership, TimeProviderNames.ActivationManagement,
        TimeProviderNames.GrainDirectory, ReminderTimeProviderNames.Reminders,
    ];

    /// <summary>Membership and reminders in PostgreSQL.</summary>
    /// <param name="silo">The silo to configure.</param>
    /// <param name="connectionString">Its search_path names the schema that holds the tables of <see cref="ClusterSchema"/>.</param>
    /// <param name="address">Where the other silos reach this one: an IP address, or a name of this machine.</param>
    /// <param name="siloPort">The port for that; 0 takes a free one.</param>
    /// <param name="gatewayPort">Where Orleans clients reach it; 0 takes a free port.</param>
    public static ISiloBuilder UsePostgresCluster(
        this ISiloBuilder silo, string connectionString, string address = "127.0.0.1", int siloPort = 0, int gatewayPort = 0)
    {
        var advertised = IPAddress.TryParse(address, out var given) ? given : Dns.GetHostAddresses(address, AddressFamily.InterNetwork)[0];
        (siloPort, gatewayPort) = FillIn(siloPort, gatewayPort);

        // The council's clock may be set forward by months; probes, timeouts and reminders must not notice.
        foreach (var area in OrleansClocks)
            silo.Services.AddKeyedSingleton(area, TimeProvider.System);

        return silo
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (ClusterId, ServiceId))
            .ConfigureEndpoints(advertised, siloPort, gatewayPort, listenOnAnyHostAddress: !IPAddress.IsLoopback(advertised))
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Npgsql, connectionString))
            .UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (Npgsql, connectionString))
            .Configure<ClusterMembershipOptions>(options =>
            {
                // A silo that fell silent is out after three probes. Orleans lengthens each one up to
                // the longest allowed, four times the first unless told otherwise: 24 s where 8 s will do.
                options.ProbeTimeout = TimeSpan.FromSeconds(2);
                options.MinProbeTimeout = TimeSpan.FromSeconds(1);
                options.MaxProbeTimeout = TimeSpan.FromSeconds(2.5);
                options.NumMissedProbesLimit = 3;
                options.TableRefreshTimeout = TimeSpan.FromSeconds(5);

                // After all silos died at once, one that returns on another port has to wait until the
                // rows they left are stale, some 15 s in all; on the same port it replaces its own at once.
                options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(3);
                options.NumMissedTableIAmAliveLimit = 3;
            });
    }

    /// <summary>
    /// Keeps the registers current on one silo of all, and tells readiness whether they are.
    /// Marten's daemon must be <c>ExternallyManaged</c>.
    /// </summary>
    public static IServiceCollection AddProjectionLease(this IServiceCollection services, LeaseTerms terms)
    {
        // Machine time, not the council's clock: a lease is about silence on the wire.
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ProjectionLease>(provider, terms, TimeProvider.System));
        services.AddHostedService(provider => provider.GetRequiredService<ProjectionLease>());
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ProjectionLag>(provider, TimeProvider.System));
        services.AddHealthChecks().AddCheck<ProjectionLag>("registers", tags: ["ready"]);
        return services;
    }

    private static (int Silo, int Gateway) FillIn(int siloPort, int gatewayPort)
    {
        // Both listeners are open at once, so that the two numbers differ.
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (siloPort == 0 ? PortOf(first) : siloPort, gatewayPort == 0 ? PortOf(second) : gatewayPort);

        static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
