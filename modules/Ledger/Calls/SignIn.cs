using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Identity.Web;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Tokens, checked by Microsoft.Identity.Web as in production. A refusal reaches a gRPC client as a gRPC status with
/// details, never as a bare HTTP one.
/// </summary>
public static class SignIn
{
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
            options.TokenValidationParameters.RoleClaimType = "roles";
            options.TokenValidationParameters.NameClaimType = "oid";
            options.Events ??= new JwtBearerEvents();
            options.Events.OnChallenge = context =>
            {
                context.HandleResponse();
                return Refuse(context.HttpContext, Statuses.NotSignedIn());
            };
        });
        services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options =>
        {
            var checking = options.TokenHandlers.ToArray();
            options.TokenHandlers.Clear();
            foreach (var handler in checking) options.TokenHandlers.Add(new TokenCache(handler, TimeProvider.System));
        });
        services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.RequireAuthenticatedUser());
    }

    /// <summary>The policy of every endpoint: a valid token. Who may call what stands beside each rpc.</summary>
    public const string Policy = "valid-token";

    private static Task Refuse(HttpContext context, RpcException refusal)
    {
        var status = Statuses.Plain(refusal);
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = status.Code.ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(status.Message);
        context.Response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray());
        return Task.CompletedTask;
    }
}
