using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>The short form of build/chaos: two silos in trouble for some seconds.</summary>
public sealed class TroubleTests
{
    [Fact]
    public async Task Through_some_seconds_of_trouble_what_two_silos_acknowledge_stands_once_and_in_order()
    {
        var place = Directory.CreateTempSubdirectory("equalities-trouble-");
        var summary = Path.Combine(place.FullName, "summary.json");
        var dll = typeof(TroubleTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Chaos").Value!;
        using var chaos = Process.Start(new ProcessStartInfo("dotnet", [dll, "--brief", "--seconds", "5", "--silos", "2", "--seed", "4", "--results", summary])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var said = await Task.WhenAll(chaos.StandardOutput.ReadToEndAsync(), chaos.StandardError.ReadToEndAsync());
            await chaos.WaitForExitAsync();
            chaos.ExitCode.Should().Be(0, "it said: {0}", string.Concat(said));
            using var told = JsonDocument.Parse(await File.ReadAllTextAsync(summary));
            told.RootElement.GetProperty("acknowledged").GetInt32().Should().BePositive();
            told.RootElement.GetProperty("faults").GetArrayLength().Should().BePositive();
        }
        finally
        {
            if (!chaos.HasExited) chaos.Kill(entireProcessTree: true);
            place.Delete(recursive: true);
        }
    }
}
