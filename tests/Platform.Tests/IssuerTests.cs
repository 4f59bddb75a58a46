using EqualitiesPlatform.Issuer;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>The local issuer: what one installation has, no other has, and none runs in production.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class IssuerTests
{
    [Fact]
    public async Task Each_installation_has_keys_secrets_and_an_authority_of_its_own_which_only_its_owner_reads()
    {
        var places = new[] { Directory.CreateTempSubdirectory("equalities-issuer-"), Directory.CreateTempSubdirectory("equalities-issuer-") };
        try
        {
            foreach (var place in places)
                await using (var issuer = await IssuerHost.StartAsync(new IssuerOptions(place.FullName)))
                    issuer.BaseUrl.Should().StartWith("https://");
            foreach (var file in new[] { "secret", "signing-key.pem", "server-key.pem", "ca.pem", "settings.json" })
            {
                var contents = places.Select(place => File.ReadAllText(Path.Combine(place.FullName, file))).ToArray();
                contents[0].Should().NotBe(contents[1], "{0} is made afresh", file);
                if (file is not "ca.pem")
                    File.GetUnixFileMode(Path.Combine(places[0].FullName, file)).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite, "{0} is its owner's", file);
            }
        }
        finally
        {
            foreach (var place in places) place.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("--ASPNETCORE_ENVIRONMENT=Production")]
    [InlineData("--ASPNETCORE_ENVIRONMENT=Staging")]
    public void It_starts_in_development_only(string environment)
    {
        var place = Path.Combine(Path.GetTempPath(), $"equalities-issuer-{Guid.NewGuid():N}");
        var ended = typeof(IssuerHost).Assembly.EntryPoint!.Invoke(null, [new[] { environment, $"--Issuer:Directory={place}", "--Issuer:Port=0" }]);
        ended.Should().Be(1);
        Directory.Exists(place).Should().BeFalse("it makes nothing where it does not start");
    }
}
