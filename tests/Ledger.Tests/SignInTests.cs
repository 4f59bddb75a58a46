using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EqualitiesPlatform.Ledger.Tests;

public sealed class SignInTests
{
    [Fact]
    public void Signing_in_needs_nothing_of_the_ledger_so_that_other_hosts_check_tokens_alike()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureAd:Instance"] = "https://localhost:1/", ["AzureAd:TenantId"] = "5a7f0000-0000-4000-8000-000000000001", ["AzureAd:ClientId"] = "5a7f0000-0000-4000-8000-000000000002",
        }).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration);
        services.AddSignIn(configuration);
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(JwtBearerDefaults.AuthenticationScheme)
            .TokenHandlers.Should().NotBeEmpty().And.AllBeOfType<TokenCache>();
    }
}
