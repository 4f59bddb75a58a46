using System.Reflection;
using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Replay;
using EqualitiesPlatform.Ledger.Sealing;
using Equalities.Ledger.V1;
using Equalities.Options.V1;
using Google.Protobuf.Reflection;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans.Providers;
using Orleans.Serialization.Configuration;

namespace EqualitiesPlatform.Ledger;

/// <summary>The Ledger's door.</summary>
public static class LedgerModule
{
    /// <summary>The name of the meter under which the ledger measures itself.</summary>
    public const string Meter = "EqualitiesPlatform.Ledger";

    internal static FileDescriptor[] Protos => [HistoryServiceReflection.Descriptor, ClockServiceReflection.Descriptor, BulkServiceReflection.Descriptor, ProofServiceReflection.Descriptor, AccessLogServiceReflection.Descriptor, WithdrawalServiceReflection.Descriptor, RegisterServiceReflection.Descriptor];

    /// <summary>Adds the ledger on the database of <c>ConnectionStrings:Ledger</c>; modules add themselves to what it returns.</summary>
    public static LedgerBuilder AddLedger(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<LedgerOptions>().Configure<IConfiguration>((options, configuration) =>
            {
                configuration.GetSection("Ledger").Bind(options);
                options.ConnectionString = configuration.GetConnectionString("Ledger") ?? "";
            })
            .Validate(o => IsConnectionString(o.ConnectionString), "Set ConnectionStrings__Ledger to the PostgreSQL database of the ledger, such as Host=…;Database=…;Username=…;Password=….")
            .Validate(o => LedgerOptions.IsSchemaName(o.Schema), "Ledger__Schema is the name of a PostgreSQL schema: small letters, digits and underscores.")
            .Validate(o => o.InstallationKeyBytes is { Length: 32 }, "Ledger__InstallationKey wraps the keys of the people store: 32 random bytes in base64, from `openssl rand -base64 32`.")
            .Validate(o => o.SiloAddress.Length > 0 && o.SiloPort is >= 0 and < 65536 && o.GatewayPort is >= 0 and < 65536, "Ledger__SiloAddress is an address of this machine; Ledger__SiloPort and Ledger__GatewayPort are port numbers, 0 for any free one.")
            .Validate(o => o.CallsPerSecond >= 10 && o.CallBurst >= o.CallsPerSecond / 10, "Ledger__CallsPerSecond is at least 10, and Ledger__CallBurst at least a tenth of it.")
            .Validate(o => o.StrangerCallsPerSecond >= 10 && o.StrangerCallBurst >= o.StrangerCallsPerSecond / 10, "Ledger__StrangerCallsPerSecond is at least 10, and Ledger__StrangerCallBurst at least a tenth of it.")
            .Validate(o => o.CallsAtOnce >= 1 && o.LongestCallSeconds >= 1 && o.LongestStreamSeconds >= 1, "Ledger__CallsAtOnce, Ledger__LongestCallSeconds and Ledger__LongestStreamSeconds are at least 1.")
            .ValidateOnStart();

        var ledger = new LedgerBuilder(services);
        ledger.AddOwn();

        services.AddSingleton(_ => new Catalogue(ledger.Assemblies, ledger.Aggregates));
        services.AddSingleton(_ => new Rpcs(ledger.Protos));
        services.AddSingleton(s => new WriteEndpoints(s.GetRequiredService<Rpcs>(), ledger.Assemblies));
        services.AddSingleton<IEnumerable<RegisterRegistration>>(_ => ledger.RegisterRegistrations);
        services.AddSingleton(_ => new HeardEvents(ledger.Heard));
        services.AddSingleton(s => new LedgerDatabase(s.Options().ConnectionString, s.Options().Schema));
        services.AddSingleton(_ => new LedgerClock(TimeProvider.System));
        services.AddSingleton<EventReader>();
        services.AddSingleton<Narrative>();
        services.AddSingleton<Positions>();
        services.AddSingleton<Registers>();
        services.AddSingleton<AnyRegister>();
        services.AddSingleton<RegisterRebuild>();
        services.AddSingleton<GapWatch>();
        services.AddSingleton<Dispatch>();
        services.AddSingleton<Intake>();
        services.AddSingleton<PersonFiles>();
        services.AddSingleton(s => new People(
            s.GetRequiredService<LedgerDatabase>(), s.Options().InstallationKeyBytes!, () => s.GetRequiredService<SiloTables>().RefreshEverywhere()));
        services.TryAddSingleton<IPolicy, NoPolicy>();
        services.TryAddSingleton<IAffiliations, NoAffiliations>();
        services.TryAddSingleton<IOffices, NoOffices>();
        services.AddSingleton(s => new Pace(s.Options().CallsPerSecond, s.Options().CallBurst, s.Options().CallsAtOnce));
        services.AddSingleton(s => new Doorstep(
            s.GetRequiredService<KnownTokens>(), s.Options().StrangerCallsPerSecond, s.Options().StrangerCallBurst, s.GetRequiredService<ILogger<Doorstep>>()));
        services.AddSingleton(s => new AccessLog(s.GetRequiredService<LedgerDatabase>(), s.GetRequiredService<LedgerClock>()));
        services.AddSingleton(s => new Archive(s.GetRequiredService<LedgerDatabase>()));
        services.AddSingleton<Veil>();
        services.AddSingleton<RoleHolders>();
        services.AddSingleton<Gate>();
        services.AddSingleton(s => new Tallies(s.GetRequiredService<LedgerDatabase>()));
        services.AddSingleton<Tides>();
        services.AddHostedService(s => s.GetRequiredService<Tides>());
        services.AddSingleton(s => new Watches(
            s.GetRequiredService<Registers>(), s.GetRequiredService<EventReader>(), s.GetRequiredService<LedgerDatabase>(), s.GetRequiredService<IPolicy>(),
            s.GetRequiredService<Tides>(), s.GetRequiredService<Gate>(), TimeProvider.System));
        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<Gate>();
            grpc.MaxReceiveMessageSize = 8 * 1024 * 1024;
        });

        services.AddMarten(s => Store(s, s.GetRequiredService<LedgerDatabase>().Projecting, s.Options().Schema)).AddAsyncDaemon(DaemonMode.ExternallyManaged);
        // In this order: the tables first, then what reads them.
        services.AddSingleton<LedgerSchema>();
        services.AddHostedService(s => s.GetRequiredService<LedgerSchema>());
        services.AddSingleton<ILedgerStore, PostgresStore>();
        services.AddSingleton<AppendWriter>();
        services.AddSingleton<IAppendWriter>(s => s.GetRequiredService<AppendWriter>());
        services.AddHostedService(s => s.GetRequiredService<AppendWriter>());
        services.AddSingleton(s => new GrainLedger(
            s.GetRequiredService<IAppendWriter>(), s.GetRequiredService<ILedgerStore>(), s.GetRequiredService<Catalogue>()));
        services.AddSingleton<SiloTables>();
        services.AddKeyedSingleton<IControllable>(SiloTables.ControlName, (s, _) => s.GetRequiredService<SiloTables>());
        services.AddHostedService(s => s.GetRequiredService<SiloTables>());
        // Orleans takes no type from another silo that it was not told of.
        services.Configure<TypeManifestOptions>(types => types.AddAllowedType(typeof(SiloTables)));
        services.AddHostedService<ClockworkWinder>();
        services.AddHostedService<LooseEnds>();
        services.AddProjectionLease(new LeaseTerms(Connection(builder)));
        services.AddSealing(new LeaseTerms(Connection(builder)));
        return ledger;
    }

    /// <summary>Adds what the ledger records itself.</summary>
    internal static LedgerBuilder AddOwn(this LedgerBuilder ledger) => ledger
        .AddModule(typeof(LedgerModule).Assembly, Protos)
        .AddAggregate<StatementWithdrawal, IStatementWithdrawalGrain>()
        .AddRegister<WithdrawalRegister>()
        .AddFollowUp<WithdrawalFollows>();

    /// <summary>Adds the silo, which finds the others through the ledger's database. Call it after <see cref="AddLedger"/>.</summary>
    public static void AddSilo(this IHostApplicationBuilder builder) => builder.UseOrleans(silo =>
    {
        var options = builder.Configuration.GetSection("Ledger").Get<LedgerOptions>() ?? new LedgerOptions();
        silo.UsePostgresCluster(Connection(builder), options.SiloAddress, options.SiloPort, options.GatewayPort);
    });

    // A connection string that is none is left to the options, which say so at start.
    private static string Connection(IHostApplicationBuilder builder) =>
        builder.Configuration.GetConnectionString("Ledger") is { } given && IsConnectionString(given)
            ? new NpgsqlConnectionStringBuilder(given) { SearchPath = builder.Configuration["Ledger:Schema"] ?? new LedgerOptions().Schema }.ConnectionString
            : "";

    private static bool IsConnectionString(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Sees whether the ledger's database answers, and, outside development, whether it suits this release.</summary>
    /// <exception cref="NpgsqlException">It does not answer.</exception>
    /// <exception cref="LedgerSchemaException">It does not suit.</exception>
    public static Task CheckLedger(this IServiceProvider services) => services.GetRequiredService<LedgerSchema>().Check();

    /// <summary>
    /// Brings the database's tables to this release under the role of <c>ConnectionStrings:Migration</c>, and lets the
    /// role of <c>ConnectionStrings:Ledger</c> add to them.
    /// </summary>
    /// <exception cref="NpgsqlException">The database does not answer, or refuses.</exception>
    /// <exception cref="LedgerSchemaException">The application's role is missing and can't be made.</exception>
    public static Task MigrateLedger(this IServiceProvider services) => services.GetRequiredService<LedgerSchema>().Migrate();

    /// <summary>Maps the ledger's endpoints.</summary>
    public static void MapLedger(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<HistoryEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<ClockEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<BulkEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<AccessLogEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<RegisterEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapGrpcService<WithdrawalEndpoint>().RequireAuthorization(SignIn.Policy);
        endpoints.MapSealing();
    }

    private static LedgerOptions Options(this IServiceProvider services) =>
        services.GetRequiredService<Microsoft.Extensions.Options.IOptions<LedgerOptions>>().Value;

    /// <summary>How Marten keeps the ledger, on connections of one role or the other.</summary>
    internal static StoreOptions Store(IServiceProvider services, NpgsqlDataSource connections, string schema)
    {
        var catalogue = services.GetRequiredService<Catalogue>();
        var options = new StoreOptions();
        options.Connection(connections);
        options.DatabaseSchemaName = schema;
        options.AutoCreateSchemaObjects = JasperFx.AutoCreate.None;
        options.UseSystemTextJsonForSerialization(configure: json => Catalogue.Configure(json));
        options.Events.StreamIdentity = StreamIdentity.AsString;
        options.Events.MetadataConfig.HeadersEnabled = true;
        options.Events.MetadataConfig.CorrelationIdEnabled = true;
        options.Events.UseListenNotifyForEventAppends = true;
        options.Events.IgnoreIndex(LedgerSql.KindIndex);
        foreach (var entry in catalogue.Events) options.Events.MapEventType(entry.Type, entry.StoredName);
        options.Projections.AsyncMode = DaemonMode.ExternallyManaged;
        // An append lives for less than this, so the daemon never steps over one that is still to commit.
        options.Projections.StaleSequenceThreshold = TimeSpan.FromMilliseconds(2 * LedgerDatabase.PatienceMilliseconds);
        // A register that cannot take an event stops there, and is not ready; it never goes on without it.
        options.Projections.Errors.SkipApplyErrors = false;
        options.Projections.Errors.SkipSerializationErrors = false;
        options.Projections.Errors.SkipUnknownEvents = false;
        var registers = services.GetRequiredService<AnyRegister>();
        foreach (var register in registers.All) register.Table(options);
        options.Projections.Add(new RegisterProjection(registers), ProjectionLifecycle.Async, RegisterProjection.Name, daemon => daemon.BatchSize = 2000);
        options.Events.Subscribe(new FollowUpSubscription(services, catalogue, services.GetRequiredService<HeardEvents>(), services.GetRequiredService<ILogger<FollowUpSubscription>>()));
        return options;
    }
}

/// <summary>The ledger's settings.</summary>
public sealed class LedgerOptions
{
    /// <summary>Where the database is; from <c>ConnectionStrings:Ledger</c>.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>The PostgreSQL schema that holds the ledger.</summary>
    public string Schema { get; set; } = "ledger";

    /// <summary>The key that wraps the keys of the people store: 32 bytes in base64. A secret.</summary>
    public string InstallationKey { get; set; } = "";

    /// <summary>Where the other silos reach this one: an IP address, or a name of this machine. They speak without TLS, on a network of their own.</summary>
    public string SiloAddress { get; set; } = "127.0.0.1";

    /// <summary>The port for the other silos; 0 takes a free one.</summary>
    public int SiloPort { get; set; }

    /// <summary>The port for Orleans clients, of which there are none yet; 0 takes a free one.</summary>
    public int GatewayPort { get; set; }

    /// <summary>How many calls a second one caller may make for long.</summary>
    public int CallsPerSecond { get; set; } = 2_000;

    /// <summary>How many calls one caller may make at once after a rest.</summary>
    public int CallBurst { get; set; } = 4_000;

    /// <summary>How many calls a second one address may make for long without a token that is known to be valid.</summary>
    public int StrangerCallsPerSecond { get; set; } = 200;

    /// <summary>How many such calls one address may make at once after a rest.</summary>
    public int StrangerCallBurst { get; set; } = 1_000;

    /// <summary>How many calls one caller may have under way at once.</summary>
    public int CallsAtOnce { get; set; } = 1_000;

    /// <summary>After how many seconds a call that answers once is ended, whatever deadline its caller set.</summary>
    public int LongestCallSeconds { get; set; } = 120;

    /// <summary>After how many seconds a call that streams is ended.</summary>
    public int LongestStreamSeconds { get; set; } = 3_600;

    internal byte[]? InstallationKeyBytes
    {
        get
        {
            var bytes = new byte[64];
            return Convert.TryFromBase64String(InstallationKey, bytes, out var length) ? bytes[..length] : null;
        }
    }

    internal static bool IsSchemaName(string name) =>
        name.Length is > 0 and < 50 && char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
}

/// <summary>What modules add themselves to.</summary>
public sealed class LedgerBuilder
{
    internal LedgerBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services of the process.</summary>
    public IServiceCollection Services { get; }

    internal List<Assembly> Assemblies { get; } = [];
    internal List<AggregateRegistration> Aggregates { get; } = [];
    internal List<FileDescriptor> Protos { get; } = [];
    internal List<RegisterRegistration> RegisterRegistrations { get; } = [];
    internal HashSet<Type> Heard { get; } = [];

    /// <summary>Adds a module: the assembly that holds its events, and the protos that hold its rpcs.</summary>
    public LedgerBuilder AddModule(Assembly assembly, params FileDescriptor[] protos)
    {
        Assemblies.Add(assembly);
        Protos.AddRange(protos);
        return this;
    }

    /// <summary>Adds a kind of aggregate with the grain that keeps it.</summary>
    /// <param name="seenBy">
    /// The roles that may read its history, where it is confidential: all others, and every bundle, get its leaf hashes
    /// only. None where it is for whoever reads histories.
    /// </param>
    public LedgerBuilder AddAggregate<TState, TGrain>(params IReadOnlyList<Role> seenBy) where TState : class, IAggregate<TState> where TGrain : IEventSourcedGrain
    {
        Aggregates.Add(new AggregateRegistration(TState.Kind, typeof(TState), typeof(TGrain), seenBy));
        return this;
    }

    /// <summary>Adds a register.</summary>
    public LedgerBuilder AddRegister<TDocument>() where TDocument : class, IRegister<TDocument>
    {
        RegisterRegistrations.Add(RegisterRegistration.Of<TDocument>());
        return this;
    }

    /// <summary>Adds a follow-up, which says by <see cref="HearsAttribute"/> what it hears.</summary>
    public LedgerBuilder AddFollowUp<TFollowUp>() where TFollowUp : class, IFollowUp
    {
        Services.TryAddSingleton<TFollowUp>();
        Services.AddSingleton<IFollowUp>(s => s.GetRequiredService<TFollowUp>());
        Heard.UnionWith(HearsAttribute.Of(typeof(TFollowUp)));
        return this;
    }

    /// <summary>Adds a section of the accountability reports.</summary>
    public LedgerBuilder AddSection<TSection>() where TSection : class, Reporting.ISection
    {
        Services.AddSingleton<Reporting.ISection, TSection>();
        return this;
    }

    /// <summary>
    /// Adds a table that every silo keeps in memory, under the face by which it is asked: another than itself, or its own
    /// type. A table with several faces is added once for each, and read once.
    /// </summary>
    public LedgerBuilder AddTable<TTable, TFace>() where TTable : class, ISiloTable, TFace where TFace : class
    {
        Services.TryAddSingleton<TTable>();
        Services.TryAddEnumerable(Microsoft.Extensions.DependencyInjection.ServiceDescriptor.Singleton<ISiloTable, TTable>(s => s.GetRequiredService<TTable>()));
        // Its own type must not lead to itself.
        if (typeof(TFace) != typeof(TTable)) Services.Replace(Microsoft.Extensions.DependencyInjection.ServiceDescriptor.Singleton<TFace>(s => s.GetRequiredService<TTable>()));
        return this;
    }
}
