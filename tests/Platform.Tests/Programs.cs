using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>Programs beside the platform: its client, the scripts of build/, and what looks at their results.</summary>
internal static class Programs
{
    /// <summary>Runs the client of this build.</summary>
    public static Task<(int Code, string Said)> Client(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        Run("dotnet", [typeof(Programs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Cli").Value!, .. arguments], environment);

    /// <summary>Runs a program to its end, some minutes at most.</summary>
    public static async Task<(int Code, string Said)> Run(string program, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        try
        {
            var (said, complained) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, program == "chromium" ? await said : await said + await complained);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>A file of this tree.</summary>
    public static string InTree(params string[] path) => Path.GetFullPath(Path.Combine([Here(), "..", "..", .. path]));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
