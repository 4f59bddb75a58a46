using System.Globalization;
using System.Text.Json;

namespace EqualitiesPlatform.Bench;

/// <summary>One figure, beside what is asked of it.</summary>
internal sealed record Measure(string Name, double Value, string Unit, string Target, bool? Met);

/// <summary>What was measured, for people as a table and for programs as JSON.</summary>
internal sealed class Measures
{
    private readonly List<Measure> _all = [];

    /// <summary>A figure of which nothing is asked.</summary>
    public void Add(string name, double value, string unit) => _all.Add(new(name, value, unit, "", null));

    /// <summary>A figure that has to be at least so much.</summary>
    public void AtLeast(string name, double value, string unit, double least) =>
        _all.Add(new(name, value, unit, $"≥ {least.ToString(CultureInfo.InvariantCulture)}", value >= least));

    /// <summary>A figure that has to be at most so much.</summary>
    public void AtMost(string name, double value, string unit, double most) =>
        _all.Add(new(name, value, unit, $"≤ {most.ToString(CultureInfo.InvariantCulture)}", value <= most));

    /// <summary>Prints the table and writes the file.</summary>
    public void Tell(string file)
    {
        var width = _all.Max(m => m.Name.Length);
        Console.WriteLine();
        foreach (var m in _all)
            Console.WriteLine($"{m.Name.PadRight(width)}  {Shown(m.Value),12} {m.Unit,-10} {m.Target,-9} {(m.Met is { } met ? met ? "met" : "missed" : "")}".TrimEnd());
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, JsonSerializer.Serialize(
            _all.Select(m => new { measure = m.Name, value = Math.Round(m.Value, 3), unit = m.Unit, target = m.Target, met = m.Met }),
            new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Console.WriteLine($"Written to {file}");
    }

    /// <summary>The middle one; the mean of the two middle ones of an even number.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Shown(double value) => value.ToString(Math.Abs(value) >= 100 ? "#,0" : "0.00", CultureInfo.InvariantCulture);
}
