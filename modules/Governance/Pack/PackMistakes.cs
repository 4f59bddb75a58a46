using System.Text;

namespace EqualitiesPlatform.Governance;

/// <summary>Gathers mistakes by their place in the file and tells the line of each in one walk at the end.</summary>
internal sealed class PackMistakes
{
    private const int MostSuggestions = 100, MostWords = 500;

    private readonly List<(int Offset, string Path, PackMistakeKind Kind, string Sentence)> found = [];
    private int suggestions;

    public void Add(int offset, string path, PackMistakeKind kind, string sentence) => found.Add((offset, path, kind, sentence));

    public bool None => found.Count is 0;

    /// <summary>" Did you mean 'x'?" for the nearest word, or the words themselves when they are few, or nothing.</summary>
    public string Suggest(string written, IEnumerable<string> words)
    {
        // A file full of nonsense should not cost a comparison of everything with everything.
        if (++suggestions > MostSuggestions || words.Take(MostWords + 1).ToList() is not { Count: <= MostWords } known)
            return "";
        var nearest = known
            .Where(word => Math.Abs(word.Length - written.Length) <= 3)
            .Select(word => (Word: word, Distance: Distance(written.ToLowerInvariant(), word.ToLowerInvariant())))
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Word, StringComparer.Ordinal)
            .FirstOrDefault();
        if (nearest.Word is not null && nearest.Distance <= Math.Clamp(written.Length / 3, 1, 3))
            return $" Did you mean '{nearest.Word}'?";
        return known.Count is > 0 and <= 16 ? $" It can be {string.Join(", ", known)}." : "";
    }

    public IReadOnlyList<PackMistake> InOrder(ReadOnlySpan<byte> file)
    {
        var told = new List<PackMistake>(found.Count);
        int at = 0, line = 1, column = 1;
        foreach (var (offset, path, kind, sentence) in found.OrderBy(mistake => mistake.Offset))
        {
            while (at < offset)
            {
                Rune.DecodeFromUtf8(file[at..], out _, out var length);
                (line, column) = file[at] is (byte)'\n' ? (line + 1, 1) : (line, column + 1);
                at += length;
            }
            told.Add(new PackMistake(line, column, path, kind, sentence));
        }
        return told;
    }

    /// <summary>How many letters to change, add, drop or swap to make one word of the other.</summary>
    private static int Distance(string a, string b)
    {
        var steps = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            for (var j = 0; j <= b.Length; j++)
            {
                if (i is 0 || j is 0)
                {
                    steps[i, j] = i + j;
                    continue;
                }
                var change = a[i - 1] == b[j - 1] ? 0 : 1;
                steps[i, j] = Math.Min(Math.Min(steps[i - 1, j] + 1, steps[i, j - 1] + 1), steps[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    steps[i, j] = Math.Min(steps[i, j], steps[i - 2, j - 2] + 1);
            }
        return steps[a.Length, b.Length];
    }
}
