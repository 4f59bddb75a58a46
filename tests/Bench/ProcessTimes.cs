using System.Globalization;

namespace EqualitiesPlatform.Bench;

/// <summary>What processes have used, as Linux counts it.</summary>
internal static class ProcessTimes
{
    private const double MicrosecondsPerTick = 1_000_000.0 / 100;

    /// <summary>The processor time of one process so far, in microseconds.</summary>
    public static double Of(int process) => Stat(process) is { } stat ? (Number(stat, 11) + Number(stat, 12)) * MicrosecondsPerTick : 0;

    /// <summary>The processor time of a process, its children and the children it has buried.</summary>
    public static double OfFamily(int parent)
    {
        var own = Stat(parent) is { } stat ? (Number(stat, 11) + Number(stat, 12) + Number(stat, 13) + Number(stat, 14)) * MicrosecondsPerTick : 0;
        return own + Children(parent).Sum(Of);
    }

    /// <summary>The processor time of the processes that this one started and that have ended.</summary>
    public static double OfBuried() => Stat(Environment.ProcessId) is { } stat ? (Number(stat, 13) + Number(stat, 14)) * MicrosecondsPerTick : 0;

    /// <summary>The memory that a process has resident, in MB.</summary>
    public static double ResidentMegabytes(int process) =>
        File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)) is var line
            ? double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024
            : 0;

    /// <summary>The machine's load average of the last minute.</summary>
    public static double LoadAverage => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    private static IEnumerable<int> Children(int parent) =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where name.All(char.IsAsciiDigit)
        let process = int.Parse(name, CultureInfo.InvariantCulture)
        where Stat(process) is { } stat && Number(stat, 1) == parent
        select process;

    // The fields after the name, which may hold spaces itself: state, parent, …
    private static string[]? Stat(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // It has just ended.
        }
    }

    private static long Number(string[] stat, int index) => long.Parse(stat[index], CultureInfo.InvariantCulture);
}
