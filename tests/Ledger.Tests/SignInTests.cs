using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace EqualitiesPlatform.Ledger.Tests;

public sealed class SignInTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_valid_token_is_checked_once_for_many_calls_and_a_refused_one_each_time()
    {
        await using var host = await SigningIn();
        using var caller = new HttpClient { BaseAddress = new Uri(host.Urls.Single()) };

        foreach (var _ in Enumerable.Range(0, 3)) (await Answer(caller, "good")).Should().Be((HttpStatusCode.OK, "somebody, with 0 claims added"));
        Checks.Of(host, "good").Should().Be(1);

        foreach (var _ in Enumerable.Range(0, 3)) (await Answer(caller, "bad")).Should().Be((HttpStatusCode.OK, "nobody, with 0 claims added"));
        Checks.Of(host, "bad").Should().Be(3);
        (await Answer(caller, null)).Should().Be((HttpStatusCode.OK, "nobody, with 0 claims added"));
    }

    [Fact]
    public async Task A_crowd_with_one_new_token_waits_for_one_check()
    {
        await using var host = await SigningIn();
        using var caller = new HttpClient { BaseAddress = new Uri(host.Urls.Single()) };

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Answer(caller, "good")));

        answers.Should().AllBeEquivalentTo((HttpStatusCode.OK, "somebody, with 0 claims added"));
        Checks.Of(host, "good").Should().BeInRange(1, Environment.ProcessorCount);
    }

    [Theory]
    [InlineData(3600, 59, true, true)]
    [InlineData(3600, 61, false, true)]
    [InlineData(30, 29, true, true)]
    [InlineData(30, 31, false, false)]
    public void A_token_is_known_for_a_minute_and_never_past_its_expiry(int expiresAfter, int askedAfter, bool known, bool met)
    {
        var time = new FakeTimeProvider(Now);
        var tokens = new KnownTokens(time);
        tokens.Keep("Bearer one", Somebody(), Now.AddSeconds(expiresAfter));

        time.Advance(TimeSpan.FromSeconds(askedAfter));

        (tokens.Find("Bearer one") is not null).Should().Be(known);
        tokens.HasMet("Bearer one").Should().Be(met);
        (tokens.Find("bearer   one ") is not null).Should().Be(known, "it is the same token");
        tokens.Find("Bearer another").Should().BeNull();
        tokens.HasMet("").Should().BeFalse();
    }

    private static ClaimsPrincipal Somebody() => new(new ClaimsIdentity([new Claim("oid", "somebody")], "a test"));

    private static async Task<(HttpStatusCode, string)> Answer(HttpClient caller, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        using var response = await caller.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The sign-in alone: it needs nothing of the ledger, so that other hosts check tokens alike.</summary>
    private static async Task<WebApplication> SigningIn()
    {
        // Not an empty one: this one would add the framework's own authentication, which checks each time.
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureAd:Instance"] = "https://localhost:1/", ["AzureAd:TenantId"] = "5a7f0000-0000-4000-8000-000000000001", ["AzureAd:ClientId"] = "5a7f0000-0000-4000-8000-000000000002",
        });
        builder.Services.AddSignIn(builder.Configuration);
        builder.Services.AddSingleton<Checks>();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).PostConfigure<Checks>((options, checks) =>
        {
            options.TokenHandlers.Clear();
            options.TokenHandlers.Add(checks);
        });
        var host = builder.Build();
        host.UseSignIn();
        host.MapGet("/", (HttpContext call) =>
        {
            var (who, added) = (call.User.FindFirstValue("oid") ?? "nobody", call.User.FindAll("added").Count());
            call.User.Identities.First().AddClaim(new Claim("added", "by a call"));
            return $"{who}, with {added} claims added";
        });
        await host.StartAsync();
        return host;
    }

    /// <summary>Counts how often each token is checked in full.</summary>
    private sealed class Checks : TokenHandler
    {
        private readonly List<string> _checked = [];

        public static int Of(WebApplication host, string token) => host.Services.GetRequiredService<Checks>()._checked.Count(t => t == token);

        public override Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
        {
            lock (_checked) _checked.Add(token);
            return Task.FromResult(token == "good"
                ? new TokenValidationResult { IsValid = true, ClaimsIdentity = Somebody().Identities.Single(), SecurityToken = new Token() }
                : new TokenValidationResult { IsValid = false, Exception = new SecurityTokenException("Refused.") });
        }
    }

    private sealed class Token : SecurityToken
    {
        public override string Id => "";
        public override string Issuer => "";
        public override SecurityKey SecurityKey => null!;
        public override SecurityKey SigningKey { get; set; } = null!;
        public override DateTime ValidFrom => Now.UtcDateTime;
        public override DateTime ValidTo => new(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    }
}
