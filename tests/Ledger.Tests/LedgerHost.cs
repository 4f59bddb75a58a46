using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Replay;
using Equalities.Options.V1;
using Marten;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans.Runtime;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>A database of its own on the real server that ConnectionStrings__Ledger names, gone with its tests.</summary>
internal sealed class OwnDatabase : IAsyncDisposable
{
    private readonly string _server;
    private readonly string _name = $"ledger_{Guid.NewGuid():N}";

    private OwnDatabase(string server)
    {
        _server = server;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = _name, MaxPoolSize = 20 }.ConnectionString;
        Source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ConnectionString) { SearchPath = "ledger" }.ConnectionString);
    }

    /// <summary>As the role that owns the tables, and everything else.</summary>
    public string ConnectionString { get; }

    /// <summary>As the role that the platform works under; it is made with the tables.</summary>
    public string ApplicationConnectionString =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Username = $"{_name}_application", Password = _name }.ConnectionString;

    public NpgsqlDataSource Source { get; }

    public static async Task<OwnDatabase> CreateAsync()
    {
        var database = new OwnDatabase(Environment.GetEnvironmentVariable("ConnectionStrings__Ledger")
            ?? throw new InvalidOperationException("ConnectionStrings__Ledger must name a PostgreSQL database for these tests."));
        await database.OnServerAsync($"create database {database._name}");
        return database;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Ends every session of the platform, as a restart of the server would.</summary>
    public Task<long> EndSessionsAsync() => ScalarAsync<long>(
        "select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await OnServerAsync($"drop database {_name} with (force)");
        await OnServerAsync($"drop role if exists {_name}_application");
    }

    private async Task OnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>The ledger with its silo, as the platform hosts it, and with counters for its only module.</summary>
internal sealed class LedgerHost : IAsyncDisposable
{
    private static readonly string InstallationKey = Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
    private readonly IHost _host;

    private LedgerHost(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;
    public AppendWriter Writer => Get<AppendWriter>();
    public Dispatch Dispatch => Get<Dispatch>();
    public EventReader Reader => Get<EventReader>();
    public Positions Positions => Get<Positions>();
    public Registers Registers => Get<Registers>();
    public People People => Get<People>();
    public LedgerClock Clock => Get<LedgerClock>();
    public IDocumentStore Store => Get<IDocumentStore>();

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    public static async Task<LedgerHost> StartAsync(OwnDatabase database, Action<LedgerBuilder>? more = null, string environment = "Development", bool migrate = true, string? connection = null, params IReadOnlyList<Role> seenBy)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Ledger"] = connection ?? database.ApplicationConnectionString,
            ["ConnectionStrings:Migration"] = database.ConnectionString,
            ["Ledger:InstallationKey"] = InstallationKey,
            ["Ledger:CheckpointKey"] = InstallationKey,
        });
        var ledger = builder.AddLedger()
            .AddModule(typeof(Counter).Assembly)
            .AddAggregate<Counter, ICounterGrain>(seenBy)
            .AddRegister<CounterRegister>();
        more?.Invoke(ledger);
        builder.AddSilo();
        var host = new LedgerHost(builder.Build());
        try
        {
            if (migrate && environment != Environments.Development) await host.Services.MigrateLedger();
            await host._host.StartAsync();
            return host;
        }
        catch
        {
            // The silo never came to run, and can't be stopped.
            if (host._host is IAsyncDisposable unstarted) await unstarted.DisposeAsync();
            throw;
        }
    }

    /// <summary>Two silos that know of each other.</summary>
    public static async Task<(LedgerHost, LedgerHost)> StartTwoAsync(OwnDatabase database, Action<LedgerBuilder>? more = null)
    {
        var first = await StartAsync(database, more);
        var second = await StartAsync(database, more);
        foreach (var host in new[] { first, second })
            await Eventually.BecomesTrueAsync(
                async () => (await host.Get<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Count == 2, "a silo sees two");
        return (first, second);
    }

    /// <summary>Somebody who acts for the council.</summary>
    public static Actor Somebody { get; } = new(new PersonId(new Guid("5a7f0000-0000-4000-8000-000000000001")), Role.Administrator, null);

    public Task<WriteReceipt> SendAsync(ICommand command, string request, long? expected = null, Actor? actor = null, string rpc = "Tests/Write") =>
        Dispatch.Send(command, new Envelope(Dispatch.OccasionOf(actor ?? Somebody, request, "a-correlation"), rpc, expected));

    /// <summary>Sends, and gives the failure.</summary>
    public async Task<Failure> FailAsync(ICommand command, string request, long? expected = null, Actor? actor = null, string rpc = "Tests/Write") =>
        (await FluentActions.Awaiting(() => SendAsync(command, request, expected, actor, rpc)).Should().ThrowAsync<LedgerException>()).Which.Failure;

    public async Task<Guid> OpenAsync(DateOnly? dueOn = null, PartnerId? owner = null)
    {
        var id = Guid.NewGuid();
        await SendAsync(new OpenCounter(id, owner ?? new PartnerId(Guid.NewGuid()), dueOn), $"open-{id}");
        return id;
    }

    /// <summary>A write past every grain, as another silo's grain would make it.</summary>
    public PendingWrite Pending(string stream, long expected, string request, params object[] events)
    {
        var occasion = Dispatch.OccasionOf(Somebody, request, "a-correlation");
        return new PendingWrite(
            stream, expected,
            [.. events.Select(e => new PendingEvent(
                Guid.CreateVersion7(), Get<Catalogue>().EntryOf(e).StoredName, $"{e.GetType().FullName}, {e.GetType().Assembly.GetName().Name}",
                OccasionHeaders.Write(occasion.Today, occasion, null), System.Text.Json.JsonSerializer.Serialize(e, e.GetType(), Catalogue.Json)))],
            occasion.Actor.Person.Value, "Tests/Write", request, [1, 2, 3], occasion.RecordedAt, occasion.Correlation, null);
    }

    /// <summary>Closes a counter as an earlier release did, in the shape that the event had then.</summary>
    public Task CloseInEarlierShapeAsync(string stream, long expected)
    {
        var pending = Pending(stream, expected, Guid.NewGuid().ToString(), new CounterClosed());
        return Writer.Append(pending with { Events = [pending.Events[0] with { StoredName = "tests.counter-closed.v1", Data = "{}", DotNetName = $"{typeof(CounterClosedV1).FullName}, {typeof(CounterClosedV1).Assembly.GetName().Name}" }] });
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable host) await host.DisposeAsync();
    }
}

/// <summary>One silo and its database, for the tests of a class.</summary>
public class OneSilo : IAsyncLifetime
{
    internal OwnDatabase Database { get; private set; } = null!;
    internal LedgerHost Host { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Database = await OwnDatabase.CreateAsync();
        Host = await LedgerHost.StartAsync(Database);
    }

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>Two silos on one database, for the tests of a class.</summary>
public class TwoSilos : IAsyncLifetime
{
    internal OwnDatabase Database { get; private set; } = null!;
    internal LedgerHost First { get; private set; } = null!;
    internal LedgerHost Second { get; private set; } = null!;
    internal virtual Action<LedgerBuilder>? More => null;

    public async Task InitializeAsync()
    {
        Database = await OwnDatabase.CreateAsync();
        (First, Second) = await LedgerHost.StartTwoAsync(Database, More);
    }

    public async Task DisposeAsync()
    {
        await Task.WhenAll(First.DisposeAsync().AsTask(), Second.DisposeAsync().AsTask());
        await Database.DisposeAsync();
    }
}
