using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace EqualitiesPlatform.Issuer;

/// <summary>Where an issuer listens and keeps its installation.</summary>
/// <param name="Directory">Keys, certificates and settings: made when absent, used again when present.</param>
/// <param name="Port">The port on loopback; 0 takes any free one.</param>
public sealed record IssuerOptions(string Directory, int Port = 0)
{
    /// <summary>The clock of tokens and certificates. A test that needs an expired token sets it back.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>
/// A running identity issuer shaped like Microsoft Entra v2.0: a persona presents its name and the
/// installation's secret (grant client_credentials) and gets an access token for the platform.
/// Disposing stops it.
/// </summary>
public sealed class IssuerHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Installation installation;

    private IssuerHost(WebApplication app, Installation installation) => (this.app, this.installation) = (app, installation);

    /// <summary>Where it listens, with a closing slash: the platform's <c>AzureAd:Instance</c>.</summary>
    public string BaseUrl => Address(app.Services.GetRequiredService<IServer>());

    /// <summary>The one tenant: the platform's <c>AzureAd:TenantId</c>.</summary>
    public Guid TenantId => installation.TenantId;

    /// <summary>The platform's registration, audience of every token: <c>AzureAd:ClientId</c>.</summary>
    public Guid ClientId => installation.ClientId;

    /// <summary>The authority certificate that a caller must trust, as a PEM file.</summary>
    public string CaPath => installation.CaPath;

    /// <summary>Starts an issuer; when the task completes, it listens and its settings are on disk.</summary>
    /// <exception cref="IssuerCannotStart">The port or the directory is taken, or the installation can't be read.</exception>
    public static async Task<IssuerHost> StartAsync(IssuerOptions options)
    {
        var installation = Installation.Open(options.Directory, options.Time);
        var host = new IssuerHost(Build(options, installation), installation);
        try
        {
            await host.app.StartAsync();
            installation.Announce(host.BaseUrl);
            return host;
        }
        catch (Exception failure)
        {
            await host.DisposeAsync();
            if (failure is IOException { InnerException: AddressInUseException })
                throw new IssuerCannotStart($"Port {options.Port} is taken: set Issuer:Port to another, or to 0 for any free one.");
            throw;
        }
    }

    /// <summary>Gets a persona's access token over TLS, as any client does.</summary>
    /// <exception cref="HttpRequestException">The issuer refused; its answer is in the message.</exception>
    public async Task<string> TokenAsync(string persona)
    {
        using var client = new HttpClient(TrustingHandler());
        using var answer = await client.PostAsync($"{BaseUrl}{TenantId}/oauth2/v2.0/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = GrantTypes.ClientCredentials,
            ["client_id"] = persona,
            ["client_secret"] = installation.Secret,
            ["scope"] = Scope(installation),
        }));
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException(await answer.Content.ReadAsStringAsync(), null, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    /// <summary>The oid claim of a persona: the same person each time within one installation.</summary>
    public Guid PersonOf(string persona) => Personas.PersonOf(TenantId, persona);

    /// <summary>A handler that trusts this issuer's authority and no other, for a caller in the same process.</summary>
    public HttpMessageHandler TrustingHandler() => new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(CaPath) },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    /// <summary>Completes when the process is asked to stop.</summary>
    public Task WaitForShutdownAsync() => app.WaitForShutdownAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        installation.Dispose();
    }

    private static WebApplication Build(IssuerOptions options, Installation installation)
    {
        // An empty builder, so that no appsettings.json or ASPNETCORE_URLS of a neighbour is read.
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = typeof(IssuerHost).Assembly.GetName().Name });
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning)
            // A failed start is told once, in a sentence; the key ring below protects nothing.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.UseHttps(installation.ServerCertificate)));
        // ASP.NET makes a key ring at each start, needed or not: in this directory rather than in the user's home.
        builder.Services.AddDataProtection().PersistKeysToFileSystem(new DirectoryInfo(installation.Directory));
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            var personas = new Personas(installation.PersonasPath);
            server.EnableDegradedMode()
                .AllowClientCredentialsFlow()
                .DisableScopeValidation() // Check does it, after the secret.
                .SetConfigurationEndpointUris($"{installation.TenantId}/v2.0/.well-known/openid-configuration")
                .SetJsonWebKeySetEndpointUris($"{installation.TenantId}/discovery/v2.0/keys")
                .SetTokenEndpointUris($"{installation.TenantId}/oauth2/v2.0/token")
                .SetAccessTokenLifetime(TimeSpan.FromMinutes(60))
                .AddSigningKey(installation.SigningKey)
                // OpenIddict wants an encryption key even when nothing is encrypted.
                .AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)))
                .DisableAccessTokenEncryption()
                .AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(asked => Check(asked, installation, personas)))
                .AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(asked => Grant(asked, installation, personas)))
                .AddEventHandler<GenerateTokenContext>(handler => handler.UseInlineHandler(AsEntra)
                    .SetOrder(OpenIddictServerHandlers.Protection.GenerateIdentityModelToken.Descriptor.Order - 1))
                .UseAspNetCore();
        });
        // Read at the first request, when the port is known.
        builder.Services.AddOptions<OpenIddictServerOptions>().Configure<IServer>((server, listening) =>
        {
            server.Issuer = new Uri($"{Address(listening)}{installation.TenantId}/v2.0");
            server.TimeProvider = options.Time;
        });
        var app = builder.Build();
        app.UseAuthentication();
        return app;
    }

    private static string Address(IServer server)
    {
        var bound = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return $"https://localhost:{new Uri(bound).Port}/";
    }

    private static string Scope(Installation installation) => $"api://{installation.ClientId}/.default";

    /// <summary>The secret comes first, so that nobody without it learns which personas there are.</summary>
    private static ValueTask Check(ValidateTokenRequestContext asked, Installation installation, Personas personas)
    {
        if (!CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(asked.ClientSecret ?? ""), Encoding.UTF8.GetBytes(installation.Secret)))
            asked.Reject(Errors.InvalidClient, "The secret is not this installation's.");
        else if (asked.Request.Scope != Scope(installation))
            asked.Reject(Errors.InvalidScope, $"The scope must be {Scope(installation)}.");
        else if (personas.Find(asked.ClientId ?? "", out var fault) is null)
            asked.Reject(fault is null ? Errors.InvalidClient : Errors.ServerError, fault ?? $"There is no persona '{asked.ClientId}': {Personas.Known}");
        return ValueTask.CompletedTask;
    }

    /// <summary>Entra says "JWT" where OpenIddict says "at+jwt", and when a token's time begins.</summary>
    private static ValueTask AsEntra(GenerateTokenContext token)
    {
        token.SecurityTokenDescriptor.TokenType = "JWT";
        token.SecurityTokenDescriptor.NotBefore = token.SecurityTokenDescriptor.IssuedAt;
        return ValueTask.CompletedTask;
    }

    private static ValueTask Grant(HandleTokenRequestContext asked, Installation installation, Personas personas)
    {
        var name = asked.ClientId!;
        if (personas.Find(name, out _) is not { } persona)
        {
            // The file changed between the two readings.
            asked.Reject(Errors.InvalidClient, $"There is no persona '{name}': {Personas.Known}");
            return ValueTask.CompletedTask;
        }
        var person = Personas.PersonOf(installation.TenantId, name).ToString();
        var identity = new ClaimsIdentity(GrantTypes.ClientCredentials);
        identity.SetClaim(Claims.Subject, person)
            .SetClaim("oid", person)
            .SetClaim("tid", installation.TenantId.ToString())
            .SetClaim("ver", "2.0")
            .SetClaim(Claims.Name, persona.Office)
            .SetClaim(Claims.AuthorizedParty, name);
        // One role is still an array, as in Entra.
        identity.AddClaim(new Claim("roles", JsonSerializer.Serialize(persona.Roles), JsonClaimValueTypes.JsonArray));
        identity.SetResources(installation.ClientId.ToString());
        identity.SetDestinations(static _ => [Destinations.AccessToken]);
        asked.SignIn(new ClaimsPrincipal(identity));
        return ValueTask.CompletedTask;
    }
}

/// <summary>The issuer can't start; the message is a sentence for whoever started it.</summary>
public sealed class IssuerCannotStart(string sentence) : Exception(sentence);
