using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using EqualitiesPlatform.Issuer;
using Grpc.Core;
using Grpc.Net.Client;
using Npgsql;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>
/// The platform as its users meet it: a process of its own with its own database on the server that
/// ConnectionStrings__Ledger names, a local issuer, and a gRPC channel. A class that takes it as its class fixture has
/// it started once; its clients are made from <see cref="Channel"/> and call with <c>await As("capita-lead")</c>.
/// </summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _server = Environment.GetEnvironmentVariable("ConnectionStrings__Ledger")
        ?? throw new InvalidOperationException("ConnectionStrings__Ledger must name a PostgreSQL database for these tests.");
    private readonly string _name = $"platform_{Guid.NewGuid():N}";
    private readonly string _installationKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly DirectoryInfo _issuerPlace = Directory.CreateTempSubdirectory("equalities-issuer-");
    private readonly ConcurrentDictionary<string, Task<string>> _tokens = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly HttpClient _health = new();
    private Process? _process;
    private NpgsqlDataSource? _database;
    private (int Grpc, int Health) _ports;

    /// <summary>The issuer, for a person's oid or a token of one's own.</summary>
    public IssuerHost Issuer { get; private set; } = null!;

    /// <summary>The way in, the same over restarts.</summary>
    public GrpcChannel Channel { get; private set; } = null!;

    /// <summary>The platform's database, as its administrator sees it; the ledger's schema is on the search path.</summary>
    public NpgsqlDataSource Database => _database!;

    /// <summary>What the client needs to know in its environment.</summary>
    public IReadOnlyDictionary<string, string> ForTheClient => new Dictionary<string, string>
    {
        ["EQUALITIES_SERVER"] = $"http://127.0.0.1:{_ports.Grpc}",
        ["EQUALITIES_ISSUER_DIR"] = _issuerPlace.FullName,
        ["EQUALITIES_HOME"] = _issuerPlace.FullName + "-client",
    };

    /// <summary>The database, as the platform and the scripts of build/ are told of it.</summary>
    public IReadOnlyDictionary<string, string> ForItsOperator => new Dictionary<string, string>
    {
        ["ConnectionStrings__Ledger"] = new NpgsqlConnectionStringBuilder(_server) { Database = _name, MaxPoolSize = 20, Username = $"{_name}_application", Password = _name }.ConnectionString,
        ["ConnectionStrings__Migration"] = new NpgsqlConnectionStringBuilder(_server) { Database = _name }.ConnectionString,
    };

    /// <summary>What the process has printed.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>Where gRPC listens, for a client of another kind.</summary>
    public Uri Address => new($"http://127.0.0.1:{_ports.Grpc}");

    /// <summary>Where health, the public log and the dashboard are.</summary>
    public Uri HealthAddress => new($"http://127.0.0.1:{_ports.Health}");

    /// <summary>A certificate for localhost, by the issuer's authority, and its key.</summary>
    public (string File, string KeyFile) Certificate => (Path.Combine(_issuerPlace.FullName, "server.pem"), Path.Combine(_issuerPlace.FullName, "server-key.pem"));

    /// <summary>Starts a platform with some settings of its own that it can't start with, and gives what it says of them.</summary>
    public async Task<string> FailToStartAsync(params (string Name, string Value)[] settings)
    {
        using var process = Run(FreePorts(), settings);
        using var limit = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode == 1 ? Log : throw new InvalidOperationException($"It ended with {process.ExitCode}:\n{Log}");
    }

    /// <summary>Makes tokens that are not what they should be.</summary>
    public async Task<Forge> ForgeAsync(string persona) =>
        new((await As(persona)).Headers!.GetValue("authorization")!["Bearer ".Length..], await File.ReadAllTextAsync(Path.Combine(_issuerPlace.FullName, "signing-key.pem")));

    /// <summary>Options for a call by a persona: administrator, governance-officer, auditor, or a partner's key and -lead.</summary>
    public async Task<CallOptions> As(string persona) => With(await _tokens.GetOrAdd(persona, Issuer.TokenAsync));

    /// <summary>Options for a call with any token.</summary>
    public static CallOptions With(string token) =>
        new([new Metadata.Entry("authorization", $"Bearer {token}")], DateTime.UtcNow + Patience);

    /// <summary>The id by which the issuer knows a persona.</summary>
    public string SubjectOf(string persona) => Issuer.PersonOf(persona).ToString();

    /// <summary>Starts the platform, and waits until it is ready.</summary>
    public async Task StartAsync()
    {
        _process = Run(_ports);
        await UntilAsync(() => IsReadyAsync(_process, _ports.Health), "the platform is ready");
    }

    /// <summary>Starts a second silo on the same database, with some settings of its own, and waits until it is ready; disposing stops it.</summary>
    public async Task<SecondSilo> StartSecondAsync(params (string Name, string Value)[] settings)
    {
        var ports = FreePorts();
        var process = Run(ports, settings);
        var second = new SecondSilo(process, GrpcChannel.ForAddress($"http://127.0.0.1:{ports.Grpc}"), ports.Grpc);
        try
        {
            await UntilAsync(() => IsReadyAsync(process, ports.Health), "the second silo is ready");
            return second;
        }
        catch
        {
            await second.DisposeAsync();
            throw;
        }
    }

    private Process Run((int Grpc, int Health) ports, params (string Name, string Value)[] settings) => Run(ports, settings, []);

    private Process Run((int Grpc, int Health) ports, (string Name, string Value)[] settings, params string[] arguments)
    {
        var dll = typeof(PlatformFixture).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Platform").Value!;
        var start = new ProcessStartInfo("dotnet", [dll, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Platform__GrpcPort"] = $"{ports.Grpc}",
            ["Platform__HealthPort"] = $"{ports.Health}",
            ["Platform__Dashboard"] = "true",
            ["AzureAd__Instance"] = Issuer.BaseUrl,
            ["AzureAd__TenantId"] = $"{Issuer.TenantId}",
            ["AzureAd__ClientId"] = $"{Issuer.ClientId}",
            ["SSL_CERT_FILE"] = Issuer.CaPath,
            ["Ledger__InstallationKey"] = _installationKey,
            // All that these tests forge comes from one address.
            ["Ledger__StrangerCallsPerSecond"] = "100000",
            ["Ledger__StrangerCallBurst"] = "100000",
        })
            start.Environment[name] = value;
        foreach (var (name, value) in ForItsOperator) start.Environment[name] = value;
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Stops the platform as its operator does, and waits until it is gone.</summary>
    public Task StopAsync() => EndAsync(_process!);

    internal static async Task EndAsync(Process process)
    {
        using (var term = Process.Start("kill", ["-TERM", $"{process.Id}"])) await term.WaitForExitAsync();
        using var limit = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(limit.Token);
    }

    /// <summary>Kills the platform on the spot, as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Takes the database away from the platform, as when its server is down.</summary>
    public async Task TakeDatabaseAwayAsync()
    {
        await OnServerAsync($"alter database {_name} allow_connections false");
        await OnServerAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{_name}'");
    }

    /// <summary>Gives the database back.</summary>
    public Task GiveDatabaseBackAsync() => OnServerAsync($"alter database {_name} allow_connections true");

    /// <summary>The database as pg_dump writes it out, for its server's administrator.</summary>
    public async Task<string> DumpAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(_server);
        var start = new ProcessStartInfo("pg_dump", ["--inserts", _name]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new[] { ("PGHOST", server.Host), ("PGPORT", $"{server.Port}"), ("PGUSER", server.Username), ("PGPASSWORD", server.Password) })
            start.Environment[name] = value;
        using var dump = Process.Start(start)!;
        var (written, faults) = (dump.StandardOutput.ReadToEndAsync(), dump.StandardError.ReadToEndAsync());
        await dump.WaitForExitAsync();
        return dump.ExitCode == 0 ? await written : throw new InvalidOperationException(await faults);
    }

    private async Task<bool> IsReadyAsync(Process process, int port)
    {
        if (process.HasExited) throw new InvalidOperationException($"The platform ended:\n{Log}");
        try
        {
            using var answer = await _health.GetAsync($"http://127.0.0.1:{port}/readyz");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The one place where these tests wait: for a condition, for a bounded time.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? Patience);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (!await condition()) await tick.WaitForNextTickAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"After {(patience ?? Patience).TotalSeconds} s it still was not so that {what}.");
        }
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await PrepareAsync();
        await StartAsync();
    }

    /// <summary>The database that it begins on, as SQL; an empty one without.</summary>
    public string? Dump { get; init; }

    /// <summary>Makes everything that the platform needs; it does not run yet.</summary>
    public async Task PrepareAsync()
    {
        await OnServerAsync($"create database {_name}");
        if (Dump is not null) await OnServerAsync(Dump, _name);
        _database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_server) { Database = _name, SearchPath = "ledger", MaxPoolSize = 5, PersistSecurityInfo = true }.ConnectionString);
        Issuer = await IssuerHost.StartAsync(new IssuerOptions(_issuerPlace.FullName));
        _ports = FreePorts();
        Channel = GrpcChannel.ForAddress($"http://127.0.0.1:{_ports.Grpc}");
    }

    /// <summary>Runs the migration, as build/migrate does, and gives its exit code.</summary>
    public async Task<int> MigrateAsync()
    {
        using var process = Run(_ports, [], "migrate");
        using var limit = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_process is { HasExited: false }) await KillAsync();
        _process?.Dispose();
        Channel?.Dispose();
        _health.Dispose();
        if (Issuer is not null) await Issuer.DisposeAsync();
        _issuerPlace.Delete(recursive: true);
        if (_database is not null) await _database.DisposeAsync();
        await DropAsync();
    }

    /// <summary>Loses the database with the platform's role, as when its server is gone, and gives an empty one in its place.</summary>
    public async Task LoseDatabaseAsync()
    {
        await DropAsync();
        await OnServerAsync($"create database {_name}");
        _database!.Clear();
    }

    private async Task DropAsync()
    {
        await OnServerAsync($"drop database {_name} with (force)");
        await OnServerAsync($"drop role if exists {_name}_application");
    }

    private async Task OnServerAsync(string sql, string? database = null)
    {
        var server = new NpgsqlConnectionStringBuilder(_server) { Pooling = false };
        if (database is not null) server.Database = database;
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static (int Grpc, int Health) FreePorts()
    {
        // Both are open at once, so that they differ.
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}

/// <summary>Another silo of the same platform.</summary>
public sealed record SecondSilo(Process Process, GrpcChannel Channel, int Port) : IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        // It takes its leave of the other silo, which would else wait for it until it is taken for dead.
        await PlatformFixture.EndAsync(Process);
        Process.Dispose();
    }
}
