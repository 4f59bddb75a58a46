using System.Globalization;

namespace EqualitiesPlatform.Objectives;

/// <summary>Something that is wrong with a file.</summary>
/// <param name="Line">The line, from 1; 0 for the file as a whole.</param>
/// <param name="Column">The column's heading, when it is about one.</param>
/// <param name="Reason">What is wrong, and what to do.</param>
/// <param name="Whole">Whether nothing of the file can be taken for it.</param>
internal sealed record Finding(int Line, string Column, string Reason, bool Whole = false);

/// <summary>
/// What is found again and again: the first rows are told one by one, and the rest of them in one sentence with their
/// lines, so that a file that is wrong throughout says so once.
/// </summary>
internal sealed class Repetitions
{
    private const int OneByOne = 10, MostSentences = 1_000, MostRanges = 100;

    private readonly Dictionary<(string Column, string Reason), (int Told, List<int> More)> _said = [];

    /// <summary>Whether a finding is held back to be told with others.</summary>
    public bool Holds(Finding finding)
    {
        var key = (finding.Column, finding.Reason);
        if (finding.Line == 0 || (!_said.ContainsKey(key) && _said.Count == MostSentences)) return false;
        var (told, more) = _said.TryGetValue(key, out var said) ? said : _said[key] = (0, []);
        if (told == OneByOne) more.Add(finding.Line);
        else _said[key] = (told + 1, more);
        return told == OneByOne;
    }

    /// <summary>All that is held back, a sentence at a time: a finding for as many lines as can be read at once.</summary>
    public IReadOnlyList<Finding> Rest()
    {
        Finding[] rest = [.. _said.Where(s => s.Value.More.Count > 0)
            .SelectMany(s => Ranges(s.Value.More).Chunk(MostRanges).Select(lines => new Finding(lines[0].From, s.Key.Column, $"{s.Key.Reason} {More(lines)}")))];
        _said.Clear();
        return rest;
    }

    private static List<(int From, int To)> Ranges(List<int> lines)
    {
        var ranges = new List<(int From, int To)>();
        foreach (var line in lines.Order())
        {
            if (ranges is [.., var (from, to)] && to + 1 == line) ranges[^1] = (from, line);
            else ranges.Add((line, line));
        }
        return ranges;
    }

    private static string More(IReadOnlyList<(int From, int To)> ranges)
    {
        var lines = ranges.Sum(r => r.To - r.From + 1);
        return string.Create(CultureInfo.InvariantCulture,
            $"And {lines:N0} more of the same, in {(lines == 1 ? "line" : "lines")} {string.Join(", ", ranges.Select(r => r.From == r.To ? $"{r.From}" : $"{r.From} to {r.To}"))}.");
    }
}
