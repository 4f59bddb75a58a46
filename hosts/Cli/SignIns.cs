using System.Buffers.Text;
using System.CommandLine;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace EqualitiesPlatform.Cli;

/// <summary>Nobody is signed in, or the issuer would not have it.</summary>
internal sealed class NotSignedInException(string sentence) : Exception(sentence);

/// <summary>What sign-in keeps for later calls, in a file that only its owner reads.</summary>
internal sealed record SignedIn(string? Server, string? Persona, string? IssuerDirectory, string? Token);

/// <summary>
/// Who calls, and where: from the options, else the environment, else what <c>equalities sign-in</c> kept. A persona's
/// token comes from the local issuer (development and demonstrations); a council's own comes as text.
/// </summary>
internal sealed class SignIns(Func<string, string?> environment) : IDisposable
{
    private const string DefaultServer = "http://localhost:5400";

    private sealed record IssuerSettings(string Instance, Guid TenantId, Guid ClientId);

    private readonly Dictionary<string, string> _tokens = [];
    private HttpClient? _issuer;

    public Option<string> Server { get; } = new("--server") { Recursive = true, HelpName = "url", Description = $"The platform (EQUALITIES_SERVER; else the one signed in to; else {DefaultServer})." };
    public Option<string> Persona { get; } = new("--as") { Recursive = true, HelpName = "persona", Description = "Act as this persona of the local issuer, such as governance-officer or capita-lead." };
    public Option<string> Token { get; } = new("--token") { Recursive = true, HelpName = "token", Description = "An access token (EQUALITIES_TOKEN)." };

    private string Path => System.IO.Path.Combine(
        environment("EQUALITIES_HOME") ?? System.IO.Path.Combine(environment("XDG_CONFIG_HOME") ?? System.IO.Path.Combine(environment("HOME") ?? ".", ".config"), "equalities"),
        "signed-in.json");

    private SignedIn Kept()
    {
        try
        {
            return JsonSerializer.Deserialize<SignedIn>(File.ReadAllText(Path), JsonSerializerOptions.Web) ?? new(null, null, null, null);
        }
        catch (Exception absent) when (absent is IOException or JsonException or UnauthorizedAccessException)
        {
            return new(null, null, null, null);
        }
    }

    /// <summary>The platform's address.</summary>
    public string ServerOf(ParseResult given) => given.GetValue(Server) ?? environment("EQUALITIES_SERVER") ?? Kept().Server ?? DefaultServer;

    /// <summary>The caller's token.</summary>
    public async Task<string> TokenAsync(ParseResult given, CancellationToken cancel)
    {
        if (given.GetValue(Persona) is { } persona) return await OfPersonaAsync(persona, cancel);
        if ((given.GetValue(Token) ?? environment("EQUALITIES_TOKEN")) is { } token) return token;
        var kept = Kept();
        if (kept.Persona is null)
            return kept.Token ?? throw new NotSignedInException("Nobody is signed in. Sign in first: equalities sign-in --as governance-officer (or --token TOKEN).");
        if (kept.Token is { } cached && Lasts(cached)) return cached;
        var fresh = await OfPersonaAsync(kept.Persona, cancel);
        Keep(kept with { Token = fresh });
        return fresh;
    }

    /// <summary>A persona's token from the local issuer; one fetch serves until it ends.</summary>
    public async Task<string> OfPersonaAsync(string persona, CancellationToken cancel)
    {
        if (_tokens.TryGetValue(persona, out var token) && Lasts(token)) return token;
        var directory = IssuerDirectory();
        try
        {
            var settings = JsonSerializer.Deserialize<IssuerSettings>(await File.ReadAllTextAsync(System.IO.Path.Combine(directory, "settings.json"), cancel), JsonSerializerOptions.Web)!;
            _issuer ??= new HttpClient(Trusting(System.IO.Path.Combine(directory, "ca.pem")));
            using var answer = await _issuer.PostAsync($"{settings.Instance}{settings.TenantId}/oauth2/v2.0/token", new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = persona,
                ["client_secret"] = (await File.ReadAllTextAsync(System.IO.Path.Combine(directory, "secret"), cancel)).Trim(),
                ["scope"] = $"api://{settings.ClientId}/.default",
            }), cancel);
            var said = await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
            if (!answer.IsSuccessStatusCode)
                throw new NotSignedInException($"The local issuer does not sign in {persona}: {(said.TryGetProperty("error_description", out var why) ? why.GetString() : answer.ReasonPhrase)}");
            return _tokens[persona] = said.GetProperty("access_token").GetString()!;
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException or JsonException or System.Security.Cryptography.CryptographicException)
        {
            throw new NotSignedInException($"The local issuer's directory {directory} can't be read: {away.Message}");
        }
        catch (HttpRequestException away)
        {
            throw new NotSignedInException($"The local issuer of {directory} does not answer ({away.Message}). Is it running? (build/start starts it.)");
        }
    }

    /// <summary>The verbs about signing in.</summary>
    public IEnumerable<Command> Verbs()
    {
        var signIn = new Command("sign-in", "Stay signed in, as a persona of the local issuer or with a token.");
        signIn.SetAction(async (given, cancel) =>
        {
            var persona = given.GetValue(Persona);
            var token = persona is null
                ? given.GetValue(Token) ?? environment("EQUALITIES_TOKEN") ?? throw new MistakeException("Say who signs in: --as PERSONA, or --token TOKEN.")
                : await OfPersonaAsync(persona, cancel);
            Keep(new(ServerOf(given), persona, persona is null ? null : IssuerDirectory(), token));
            given.InvocationConfiguration.Output.WriteLine($"Signed in as {Said(token, "name") ?? persona ?? "the token's owner"}, for {ServerOf(given)}.");
            return 0;
        });
        var signOut = new Command("sign-out", "Forget the sign-in that was kept.");
        signOut.SetAction(given =>
        {
            File.Delete(Path);
            given.InvocationConfiguration.Output.WriteLine("Signed out.");
            return 0;
        });
        var whoami = new Command("whoami", "Say who is signed in, and where.");
        whoami.SetAction(async (given, cancel) =>
        {
            var token = await TokenAsync(given, cancel);
            var output = given.InvocationConfiguration.Output;
            output.WriteLine($"Name    {Said(token, "name") ?? "unknown"}");
            output.WriteLine($"Roles   {Said(token, "roles") ?? "none"}");
            output.WriteLine($"Person  {Said(token, "oid") ?? "unknown"}");
            output.WriteLine($"Until   {(Ends(token) is { } end ? end.ToString("yyyy-MM-dd HH:mm 'UTC'", null) : "unknown")}");
            output.WriteLine($"Server  {ServerOf(given)}");
            return 0;
        });
        var print = new Command("token", "Print an access token, for other clients.");
        print.SetAction(async (given, cancel) =>
        {
            given.InvocationConfiguration.Output.WriteLine(await TokenAsync(given, cancel));
            return 0;
        });
        return [signIn, signOut, whoami, print];
    }

    /// <summary>What a token says of itself; nothing when it can't be read here, which is the platform's business.</summary>
    public static string? Said(string token, string claim)
    {
        if (token.Split('.') is not [_, var payload, _] || !Base64Url.IsValid(payload)) return null;
        try
        {
            var claims = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(payload));
            if (!claims.TryGetProperty(claim, out var value)) return null;
            return value.ValueKind == JsonValueKind.Array ? string.Join(", ", value.EnumerateArray()) : value.ToString();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Dispose() => _issuer?.Dispose();

    private static DateTimeOffset? Ends(string token) => long.TryParse(Said(token, "exp"), out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static bool Lasts(string token) => Ends(token) is { } end && end > DateTimeOffset.UtcNow.AddMinutes(1);

    private string IssuerDirectory() =>
        System.IO.Path.GetFullPath(environment("EQUALITIES_ISSUER_DIR") ?? Kept().IssuerDirectory
        ?? throw new NotSignedInException("Personas need the local issuer: set EQUALITIES_ISSUER_DIR to its directory (build/start prints it)."));

    private static SocketsHttpHandler Trusting(string authority) => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(authority) },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    private void Keep(SignedIn signedIn)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var draft = Path + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(draft, options))
            JsonSerializer.Serialize(file, signedIn, JsonSerializerOptions.Web);
        File.Move(draft, Path, overwrite: true);
    }
}
