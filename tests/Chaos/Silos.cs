using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using EqualitiesPlatform.Issuer;
using Grpc.Net.Client;
using Npgsql;

namespace EqualitiesPlatform.Chaos;

/// <summary>One silo as a process, with its own way to PostgreSQL.</summary>
internal sealed class Silo : IDisposable
{
    private static readonly HttpClient Health = new() { Timeout = TimeSpan.FromSeconds(2) };

    private readonly ProcessStartInfo _start;
    private readonly int _healthPort;
    private Process? _process;

    public Silo(int number, IssuerHost issuer, string database, Func<int> server, string installationKey, string log)
    {
        Number = number;
        Proxy = new Proxy(server);
        (var grpc, _healthPort) = (FreePort(), FreePort());
        Channel = GrpcChannel.ForAddress($"http://127.0.0.1:{grpc}", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, ConnectTimeout = TimeSpan.FromSeconds(1) },
        });
        var dll = Environment.GetEnvironmentVariable("EQUALITIES_CHAOS_PLATFORM") ?? typeof(Silo).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Platform").Value!;
        _start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log, "dotnet", dll]);
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Platform__GrpcPort"] = $"{grpc}",
            ["Platform__HealthPort"] = $"{_healthPort}",
            ["AzureAd__Instance"] = issuer.BaseUrl,
            ["AzureAd__TenantId"] = $"{issuer.TenantId}",
            ["AzureAd__ClientId"] = $"{issuer.ClientId}",
            ["SSL_CERT_FILE"] = issuer.CaPath,
            ["Ledger__InstallationKey"] = installationKey,
            ["Ledger__CallsPerSecond"] = "100000",
            ["Ledger__CallBurst"] = "100000",
            ["Logging__Console__FormatterName"] = "simple",
            ["Logging__Console__FormatterOptions__TimestampFormat"] = "HH:mm:ss.fff ",
            ["ConnectionStrings__Ledger"] = new NpgsqlConnectionStringBuilder(database) { Host = "127.0.0.1", Port = Proxy.Port, MaxPoolSize = 20 }.ConnectionString,
        })
            _start.Environment[name] = value;
    }

    public int Number { get; }

    public Proxy Proxy { get; }

    public GrpcChannel Channel { get; }

    /// <summary>Whether somebody has it stopped on purpose, and will start it again.</summary>
    public bool IsHeldBack { get; set; }

    public bool Runs => _process is { HasExited: false };

    public void Start() => _process = Process.Start(_start);

    /// <summary>Until the process that runs now has ended; the next may have begun by then.</summary>
    public Task Ended() => _process!.WaitForExitAsync();

    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process!.Id}"]);
        kill.WaitForExit();
    }

    public async Task<bool> IsReady()
    {
        try
        {
            using var answer = await Health.GetAsync($"http://127.0.0.1:{_healthPort}/readyz");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        IsHeldBack = true;
        if (Runs) Kill();
        _process?.Dispose();
        Channel.Dispose();
        Proxy.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>All silos, and the service manager that starts again whatever ended.</summary>
internal sealed class Silos : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watching;

    public Silos(int count, IssuerHost issuer, Postgres postgres, string logs)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        All = [.. Enumerable.Range(1, count).Select(n => new Silo(n, issuer, postgres.ConnectionString, () => postgres.Port, key, Path.Combine(logs, $"silo-{n}.log")))];
        foreach (var silo in All) silo.Start();
        _watching = Watch();
    }

    public IReadOnlyList<Silo> All { get; }

    public int Restarts { get; private set; }

    /// <summary>Until every silo says that it is ready.</summary>
    public async Task Ready()
    {
        var patience = Stopwatch.StartNew();
        while (!(await Task.WhenAll(All.Select(s => s.IsReady()))).All(ready => ready))
        {
            if (patience.Elapsed > Patience) throw new TimeoutException($"After {Patience.TotalSeconds} s not every silo is ready.");
            await Task.Delay(100);
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _watching.Wait();
        foreach (var silo in All) silo.Dispose();
        _stopping.Dispose();
    }

    private async Task Watch()
    {
        while (!_stopping.IsCancellationRequested)
        {
            foreach (var silo in All.Where(s => !s.Runs && !s.IsHeldBack))
            {
                silo.Start();
                Restarts++;
            }
            await Task.Delay(200, CancellationToken.None);
        }
    }
}
