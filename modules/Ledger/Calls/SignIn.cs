using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Identity.Web;
using Microsoft.IdentityModel.Tokens;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Tokens, checked by Microsoft.Identity.Web as in production. A refusal reaches a gRPC client as a gRPC status with
/// details, never as a bare HTTP one.
/// </summary>
public static class SignIn
{
    // An Entra token with many groups and roles has some 8 KB.
    private const int LongestToken = 16 * 1024;

    /// <summary>Adds the sign-in, from the configuration's AzureAd section.</summary>
    public static void AddSignIn(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddMicrosoftIdentityWebApi(configuration, "AzureAd");
        services.AddOptions<MicrosoftIdentityOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Validate(o => o is { Instance.Length: > 0, TenantId.Length: > 0, ClientId.Length: > 0 }, "Set AzureAd__Instance, AzureAd__TenantId and AzureAd__ClientId to the identity provider of the council.")
            .ValidateOnStart();
        // A valid token without a role reaches the gate, which refuses it as forbidden rather than as unknown.
        services.Configure<MicrosoftIdentityOptions>(JwtBearerDefaults.AuthenticationScheme, options => options.AllowWebApiToBeAuthorizedByACL = true);
        services.Configure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options =>
        {
            options.MapInboundClaims = false;
            options.SaveToken = false; // Nobody asks for it again.
            // What Entra signs with. Never what a token asks for.
            options.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.RsaSha256];
            options.TokenValidationParameters.RoleClaimType = "roles";
            options.TokenValidationParameters.NameClaimType = "oid";
            foreach (var handler in options.TokenHandlers) handler.MaximumTokenSizeInBytes = LongestToken;
            options.Events ??= new JwtBearerEvents();
            options.Events.OnChallenge = context =>
            {
                context.HandleResponse();
                var log = context.HttpContext.RequestServices.GetRequiredService<ILogger<Gate>>();
                log.LogWarning("{Path} was refused: no valid token ({Fault})", context.HttpContext.GetEndpoint()?.DisplayName, context.AuthenticateFailure?.GetType().Name ?? "none was sent");
                context.Response.Refuse(Statuses.NotSignedIn());
                return Task.CompletedTask;
            };
        });
        services.AddSingleton(_ => new KnownTokens(TimeProvider.System));
        services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.RequireAuthenticatedUser());
    }

    /// <summary>Signs callers in, in the place of the framework's own authentication; before the authorization.</summary>
    public static void UseSignIn(this IApplicationBuilder app)
    {
        // The web application adds the framework's own, before everything, where this does not say that it is there.
        app.Properties["__AuthenticationMiddlewareSet"] = true;
        var known = app.ApplicationServices.GetRequiredService<KnownTokens>();
        // The first checks fetch the provider's keys, and hold a thread each meanwhile: a crowd at a cold start would hold
        // every thread, also those that the fetching needs, until it times out and all are refused.
        var turns = new SemaphoreSlim(Environment.ProcessorCount);
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            var header = context.Request.Headers.Authorization.ToString();
            if (header.Length == 0) return next(context);
            // Checking costs more than all the rest of a call.
            if (known.Find(header) is not { } signedIn) return Checked(header, context, next);
            context.User = signedIn;
            return next(context);
        });

        async Task Checked(string header, HttpContext context, RequestDelegate next)
        {
            await turns.WaitAsync(context.RequestAborted);
            try
            {
                if (known.Find(header) is { } since) context.User = since;
                else if (await context.AuthenticateAsync() is { Succeeded: true, Properties.ExpiresUtc: { } expiry } result) known.Keep(header, context.User = result.Principal, expiry);
            }
            finally
            {
                turns.Release();
            }
            await next(context);
        }
    }

    /// <summary>The policy of every endpoint: a valid token. Who may call what stands beside each rpc.</summary>
    public const string Policy = "valid-token";
}
