using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EqualitiesPlatform.Ledger.Reporting;

/// <summary>What an event says, as one sentence made from its name and its words, for whoever follows a figure to its events.</summary>
public static class Sentence
{
    private const int LongestWords = 160;

    /// <summary>The sentence: "Progress reported: status on track, percent 40."</summary>
    /// <param name="ids">Whether ids are said, for who follows them.</param>
    public static string Of(RecordedEvent recorded, bool ids = true)
    {
        var (name, says) = Parts(recorded, ids);
        return $"{name}{(says.Count == 0 ? "" : ": ")}{string.Join(", ", says)}.";
    }

    /// <summary>What happened, and each thing that the event says of it.</summary>
    internal static (string Name, IReadOnlyList<string> Says) Parts(RecordedEvent recorded, bool ids = true)
    {
        var said = Members(JsonSerializer.SerializeToElement(recorded.Event, recorded.Event.GetType(), Catalogue.Json), ids).ToArray();
        var name = Spaced(recorded.Event.GetType().Name).ToLowerInvariant();
        return ($"{char.ToUpperInvariant(name[0])}{name[1..]}", said);
    }

    private static IEnumerable<string> Members(JsonElement value, bool ids) =>
        from member in value.EnumerateObject()
        let words = Words(member.Value)
        where words.Length > 0 && (ids || !Guid.TryParse(words, out _))
        select $"{Spaced(member.Name).ToLowerInvariant()} {words}";

    /// <summary>A word of the code as a reader reads it: "OnTrack" is "On track".</summary>
    public static string Spaced(string name)
    {
        var words = new StringBuilder(name.Length + 8);
        foreach (var c in name)
        {
            if (char.IsUpper(c) && words.Length > 0) words.Append(' ').Append(char.ToLowerInvariant(c));
            else words.Append(c);
        }
        return words.ToString();
    }

    /// <summary>A value in words; nothing when there is nothing to say.</summary>
    internal static string Words(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when Guid.TryParse(value.GetString(), out _) => value.GetString()!,
        JsonValueKind.String => Short(value.GetString()!),
        JsonValueKind.Number => value.GetDecimal().ToString(CultureInfo.InvariantCulture),
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Array when value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String) =>
            string.Join(" and ", value.EnumerateArray().Select(v => v.GetString())),
        JsonValueKind.Array => value.GetArrayLength().ToString(CultureInfo.InvariantCulture),
        JsonValueKind.Object => string.Join(", ", Members(value, ids: true)),
        _ => "",
    };

    private static string Short(string text)
    {
        // A code word such as OnTrack is read as words; a statement is quoted, and cut where it runs on.
        if (text.Length > 0 && char.IsUpper(text[0]) && text.All(char.IsLetter)) return Spaced(text).ToLowerInvariant();
        if (text.All(c => char.IsDigit(c) || c == '-' || c == ':')) return text;
        return text.Length <= LongestWords ? $"“{text}”" : $"“{text[..LongestWords].TrimEnd()}…”";
    }
}
