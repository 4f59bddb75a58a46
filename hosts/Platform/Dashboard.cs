using System.Net.Http.Headers;
using System.Text;
using Equalities.Options.V1;
using EqualitiesPlatform.Ledger;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Orleans.Dashboard;

namespace EqualitiesPlatform.Platform;

/// <summary>
/// The Orleans Dashboard: silos, and how often and how fast grains are called. It is for administrators, stands beside
/// the health checks and not on the port of gRPC, and shows neither logs nor what a grain holds: an administrator need
/// not see what a case says.
/// </summary>
internal static class Dashboard
{
    public const string Root = "/orleans";
    private const string Policy = "dashboard";
    private const string HoldsState = "GrainState";

    /// <summary>Adds the dashboard, where <see cref="PlatformOptions.Dashboard"/> asks for it.</summary>
    public static void AddDashboard(this WebApplicationBuilder builder)
    {
        if (!IsOn(builder.Configuration)) return;
        builder.UseOrleans(silo => silo.AddDashboard(dashboard => dashboard.HideTrace = true));
        builder.Services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy
            .RequireAuthenticatedUser()
            .RequireAssertion(async asked => asked.Resource is HttpContext { Request: var request } http
                && HttpProtocol.IsHttp11(request.Protocol) && request.Path.Value?.Contains(HoldsState, StringComparison.OrdinalIgnoreCase) == false
                && await http.RequestServices.GetRequiredService<RoleHolders>().In([Role.Administrator], asked.User) is not null));
        builder.Services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options =>
        {
            var (received, challenge) = (options.Events.OnMessageReceived, options.Events.OnChallenge);
            options.Events.OnMessageReceived = context =>
            {
                if (IsFor(context.Request)) context.Token = Password(context.Request.Headers.Authorization);
                return received(context);
            };
            options.Events.OnChallenge = context =>
            {
                if (!IsFor(context.Request)) return challenge(context);
                context.HandleResponse();
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"An administrator's access token as the password\", charset=\"UTF-8\"";
                return Task.CompletedTask;
            };
        });
    }

    /// <summary>Maps the dashboard, where it was added.</summary>
    public static void MapDashboard(this WebApplication app)
    {
        if (IsOn(app.Configuration)) app.MapOrleansDashboard(Root).RequireAuthorization(Policy);
    }

    private static bool IsOn(IConfiguration configuration) => configuration.GetValue("Platform:Dashboard", false);

    private static bool IsFor(HttpRequest request) => request.Path.StartsWithSegments(Root, StringComparison.Ordinal);

    /// <summary>The password of a browser's own sign-in window; null for a bearer token, which is read as ever.</summary>
    private static string? Password(string? authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header) || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) return null;
        var given = new byte[header.Parameter?.Length ?? 0];
        return Convert.TryFromBase64String(header.Parameter ?? "", given, out var length) && Encoding.UTF8.GetString(given, 0, length).Split(':', 2) is [_, var password] ? password : null;
    }
}
