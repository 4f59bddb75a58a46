using System.Diagnostics;
using System.Text.Json;
using Npgsql;

namespace EqualitiesPlatform.Bench;

/// <summary>What build/bench has started, found through the environment it sets.</summary>
internal static class Surroundings
{
    /// <summary>The folder of the running issuer and platform.</summary>
    public static string State => Setting("EQUALITIES_BENCH_STATE");

    /// <summary>Where pgbench and psql are.</summary>
    public static string PostgresBin => Setting("EQUALITIES_BENCH_PG_BIN");

    /// <summary>The postmaster's process.</summary>
    public static int Postmaster => int.Parse(Setting("EQUALITIES_BENCH_POSTMASTER"), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The ledger's database.</summary>
    public static NpgsqlConnectionStringBuilder Database => new(Setting("ConnectionStrings__Ledger"));

    /// <summary>The platform's gRPC address.</summary>
    public static string Platform => Endpoint("EQUALITIES_SERVER");

    /// <summary>The platform's process, as build/lib.sh keeps it.</summary>
    public static int PlatformProcess => int.Parse(File.ReadAllText(PlatformPidFile).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The file that holds it.</summary>
    public static string PlatformPidFile => Path.Combine(State, "platform.pid");

    /// <summary>The command line client.</summary>
    public static string Client => Setting("EQUALITIES_BENCH_CLIENT");

    /// <summary>An access token of a persona from the local issuer.</summary>
    public static async Task<string> Token(HttpClient client, string persona)
    {
        var folder = Path.Combine(State, "issuer");
        using var settings = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "settings.json")));
        string Issued(string name) => settings.RootElement.GetProperty(name).GetString()!;
        using var answer = await client.PostAsync($"{Issued("instance")}{Issued("tenantId")}/oauth2/v2.0/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = persona,
            ["client_secret"] = (await File.ReadAllTextAsync(Path.Combine(folder, "secret"))).Trim(),
            ["scope"] = $"api://{Issued("clientId")}/.default",
        }));
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    /// <summary>A client that trusts the local issuer's authority.</summary>
    public static HttpClient IssuerClient()
    {
        var authority = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificateFromFile(Path.Combine(State, "issuer", "ca.pem"));
        return new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new()
            {
                CertificateChainPolicy = new()
                {
                    TrustMode = System.Security.Cryptography.X509Certificates.X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { authority },
                    RevocationMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck,
                },
            },
        });
    }

    /// <summary>Runs SQL from a text.</summary>
    public static async Task<object?> Sql(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Database.ConnectionString) { CommandTimeout = 600 }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Starts this program again in another mode.</summary>
    public static ProcessStartInfo Again(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(Surroundings).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    private static string Endpoint(string name) =>
        File.ReadLines(Path.Combine(State, "endpoints")).Single(l => l.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..];

    private static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set: start this with build/bench.");
}
