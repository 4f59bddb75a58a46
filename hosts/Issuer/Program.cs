using Microsoft.Extensions.Configuration;

namespace EqualitiesPlatform.Issuer;

/// <summary>
/// Runs the local identity issuer for development, demo and tests. It signs anybody in who knows the
/// installation's secret, so it starts in Development only; an unset environment means Production.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        try
        {
            await using var issuer = await IssuerHost.StartAsync(Options(configuration));
            Console.WriteLine($"The local issuer is listening on {issuer.BaseUrl}");
            await issuer.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception stopped) when (stopped is IssuerCannotStart or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(stopped.Message);
            return 1;
        }
    }

    private static IssuerOptions Options(IConfiguration configuration)
    {
        var environment = configuration["ASPNETCORE_ENVIRONMENT"] ?? configuration["DOTNET_ENVIRONMENT"] ?? "Production";
        if (!environment.Equals("Development", StringComparison.OrdinalIgnoreCase))
            throw new IssuerCannotStart(
                $"The local issuer runs in Development only, not in {environment}: use the council's own sign-in, or set ASPNETCORE_ENVIRONMENT to Development.");
        var port = configuration["Issuer:Port"] ?? "5443";
        if (!ushort.TryParse(port, out var number))
            throw new IssuerCannotStart($"Issuer:Port is '{port}', and a port is a number from 0 (any free one) to 65535.");
        return new(configuration["Issuer:Directory"] ?? Path.Combine(".run", "issuer"), number);
    }
}
