using System.Security.Cryptography;
using System.Text;

namespace EqualitiesPlatform.Cli;

/// <summary>One line of a scenario: who says what, and the refusal that is meant to follow, if one is.</summary>
/// <param name="Line">The line's number in the file, from 1.</param>
/// <param name="Text">The line as it stands.</param>
/// <param name="Occurrence">Which of several lines with this very text it is, from 1.</param>
/// <param name="Persona">Who says it; nobody in particular when empty.</param>
/// <param name="Words">The verb and its options.</param>
/// <param name="Shown">Whether what comes of it belongs in the summary.</param>
/// <param name="Refusal">The reason with which it should be refused; empty when it should succeed.</param>
/// <param name="Kept">What of its answer later lines may say as ${name}: name=field; nothing when empty.</param>
/// <param name="Perhaps">Whether it may succeed too: a second play finds some records in other hands.</param>
internal sealed record Step(int Line, string Text, int Occurrence, string Persona, IReadOnlyList<string> Words, bool Shown, string Refusal, bool Perhaps = false, string Kept = "")
{
    /// <summary>
    /// The request id of this step: from the file's name and the line's own text, so that playing a file again repeats
    /// its requests instead of making new ones, and a line put in elsewhere changes no other's.
    /// </summary>
    public string RequestId(string file)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{Path.GetFileName(file)}\n{Text}\n{Occurrence}"));
        // A UUID of the sort that RFC 9562 leaves to whoever makes it (version 8).
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString();
    }
}

/// <summary>A part of a scenario, under a heading.</summary>
internal sealed record Chapter(string Heading, IReadOnlyList<Step> Steps);

/// <summary>
/// A scenario's text: lines of the command line, each with <c>as PERSONA</c> in front; <c>show</c> before that puts what
/// comes of it into the summary; <c>keep NAME=FIELD</c> keeps a field of its answer for later lines; <c>=&gt; REASON</c> behind it says that it will be refused. Lines that begin with # are
/// remarks, with ## headings; a backslash at the end joins the next line.
/// </summary>
internal static class Scenario
{
    public static IReadOnlyList<Chapter> Read(string text)
    {
        var chapters = new List<(string Heading, List<Step> Steps)> { ("", []) };
        var occurrences = new Dictionary<string, int>();
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var number = i + 1;
            var line = lines[i].Trim();
            while (line.EndsWith('\\') && i + 1 < lines.Length) line = $"{line[..^1].TrimEnd()} {lines[++i].Trim()}";
            if (line.StartsWith("## ", StringComparison.Ordinal)) chapters.Add((line[3..].Trim(), []));
            else if (line.Length > 0 && line[0] != '#')
                chapters[^1].Steps.Add(StepOf(number, line, occurrences[line] = occurrences.GetValueOrDefault(line) + 1));
        }
        return [.. chapters.Where(c => c.Steps.Count > 0 || c.Heading.Length > 0).Select(c => new Chapter(c.Heading, c.Steps))];
    }

    /// <summary>The words of a line as a shell has them: quotes keep spaces, and inside double quotes \" is a quote.</summary>
    public static IReadOnlyList<string> Words(string line)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (word is not null) words.Add(word.ToString());
                word = null;
                continue;
            }
            word ??= new StringBuilder();
            if (quote == '\0' && c is '\'' or '"') quote = c;
            else if (c == quote && quote != '\0') quote = '\0';
            else if (quote == '"' && c == '\\' && i + 1 < line.Length && line[i + 1] is '"' or '\\') word.Append(line[++i]);
            else word.Append(c);
        }
        if (quote != '\0') throw new MistakeException($"A {(quote == '"' ? "double" : "single")} quote is opened and not closed.");
        if (word is not null) words.Add(word.ToString());
        return words;
    }

    private static Step StepOf(int number, string line, int occurrence)
    {
        try
        {
            var words = Words(line).ToList();
            var shown = words[0] == "show";
            if (shown) words.RemoveAt(0);
            var kept = "";
            if (words.Count > 2 && words[0] == "keep")
            {
                kept = words[1].Contains('=') ? words[1] : throw new MistakeException("keep is said as keep NAME=FIELD.");
                words.RemoveRange(0, 2);
            }
            var refusal = "";
            var perhaps = words.Count > 2 && words[^2] == "=>?";
            if (perhaps || (words.Count > 2 && words[^2] == "=>"))
            {
                refusal = words[^1];
                words.RemoveRange(words.Count - 2, 2);
            }
            var persona = "";
            if (words.Count > 1 && words[0] == "as")
            {
                persona = words[1];
                words.RemoveRange(0, 2);
            }
            if (words.Count == 0) throw new MistakeException("There is no verb here.");
            return new Step(number, line, occurrence, persona, words, shown, refusal, perhaps, kept);
        }
        catch (MistakeException mistake)
        {
            throw new MistakeException($"Line {number}: {mistake.Message}");
        }
    }
}
