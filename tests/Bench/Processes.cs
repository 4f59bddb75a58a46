using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EqualitiesPlatform.Bench;

/// <summary>The plain peer in a process of its own, with the platform's own settings.</summary>
internal sealed class PlainPeer(Process process, string server) : IDisposable
{
    public string Server => server;

    public int Process => process.Id;

    public static async Task<PlainPeer> Start()
    {
        var port = FreePort();
        var start = Surroundings.Again("plain", "--port", port.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in PlatformProcess.Environment(Surroundings.PlatformProcess)) start.Environment[name] = value;
        var peer = new PlainPeer(System.Diagnostics.Process.Start(start)!, $"http://127.0.0.1:{port}");
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return peer;
            }
            catch (SocketException) when (patience.Elapsed < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(100);
            }
        }
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>The platform that build/bench started, stopped and started again as it was.</summary>
internal sealed record PlatformProcess(string Folder, string[] Command, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>Stops the running one; it knows how to start again.</summary>
    public static async Task<PlatformProcess> Stop()
    {
        var process = Surroundings.PlatformProcess;
        var stopped = new PlatformProcess(
            new FileInfo($"/proc/{process}/cwd").LinkTarget!, CommandOf(process), Environment(process));
        using var kill = Process.Start("kill", ["-TERM", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        while (StateOf(process) is not (null or 'Z')) await Task.Delay(50);
        return stopped;
    }

    /// <summary>Starts it; it is not ready yet.</summary>
    public void Start()
    {
        var log = Path.Combine(Surroundings.State, "logs", "platform-again.log");
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = Folder };
        foreach (var argument in (string[])["-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log, .. Command]) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in Settings) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var stat = File.ReadAllText($"/proc/{process.Id}/stat");
        File.WriteAllText(Surroundings.PlatformPidFile, $"{process.Id} {stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19]}\n");
    }

    /// <summary>The command with which a process was started.</summary>
    public static string[] CommandOf(int process) => Zeroed($"/proc/{process}/cmdline");

    /// <summary>The environment with which a process was started.</summary>
    public static Dictionary<string, string> Environment(int process) =>
        Zeroed($"/proc/{process}/environ").Select(s => s.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);

    private static char? StateOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string[] Zeroed(string file) => Encoding.UTF8.GetString(File.ReadAllBytes(file)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
}
