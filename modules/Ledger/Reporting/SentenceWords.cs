using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EqualitiesPlatform.Ledger.Reporting;

/// <summary>Values in words. The client says with the same words what it shows of a record.</summary>
public static partial class Sentence
{
    private const int LongestWords = 160;
    private const int MostItems = 3;
    private const int MostMembers = 12;
    private const int ShortHash = 12;

    // What things are called, which no reader takes for a word of the code.
    private static readonly string[] Names = ["name", "title", "label"];

    // What changes with every event tells nothing, and what a record is called does not change it.
    private static readonly string[] Envelope = ["version", "id", "organisations"];

    /// <summary>A day: "30 June 2013".</summary>
    public static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

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

    /// <summary>What a member is called in front of its value: "dueOn" is "Due on".</summary>
    public static string Label(string member)
    {
        var words = Spaced(member).ToLowerInvariant();
        return words.Length == 0 ? member : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>A value in words; nothing when there is nothing to say.</summary>
    public static string Words(JsonElement value, string member = "") => value.ValueKind switch
    {
        JsonValueKind.String when Names.Contains(member) => Quoted(value.GetString()!),
        JsonValueKind.String => Text(value.GetString()!),
        JsonValueKind.Number => value.GetDecimal().ToString(CultureInfo.InvariantCulture),
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Array when value.EnumerateArray().Any(v => v.ValueKind is JsonValueKind.Object or JsonValueKind.Array) => value.GetArrayLength() > MostItems
            ? value.GetArrayLength().ToString(CultureInfo.InvariantCulture)
            : $"({string.Join("; ", value.EnumerateArray().Select(v => Words(v)))})",
        JsonValueKind.Array => And([.. value.EnumerateArray().Select(v => Words(v))]),
        JsonValueKind.Object when value.EnumerateObject().Count() is > MostMembers and var many => many.ToString(CultureInfo.InvariantCulture),
        JsonValueKind.Object => string.Join(", ", Members(value, ids: true, silent: [])),
        _ => "",
    };

    /// <summary>What a record says, a label and words each; lists of more than words are told item by item.</summary>
    public static IEnumerable<(string Label, string Words)> Facts(JsonElement record) =>
        record.EnumerateObject().Where(m => !Envelope.Contains(m.Name)).SelectMany(m => Facts(Label(m.Name), m));

    private static IEnumerable<(string Label, string Words)> Facts(string label, JsonProperty of) => of.Value.ValueKind switch
    {
        JsonValueKind.Object => of.Value.EnumerateObject().SelectMany(m => Facts(m.Name == "_" ? label : $"{label}, {Label(m.Name).ToLowerInvariant()}", m)),
        JsonValueKind.Array when of.Value.EnumerateArray().Any(v => v.ValueKind == JsonValueKind.Object) =>
            of.Value.EnumerateArray().Select((item, i) => ($"{label}, no. {(i + 1).ToString(CultureInfo.InvariantCulture)}", Words(item))),
        _ => Words(of.Value, of.Name) is { Length: > 0 } words ? [(label, words)] : [],
    };

    private static IEnumerable<string> Members(JsonElement value, bool ids, IReadOnlyCollection<string> silent) =>
        from member in value.EnumerateObject()
        where !silent.Contains(member.Name)
        let words = Words(member.Value, member.Name)
        where words.Length > 0 && (ids || !IsId(member.Value)) && !silent.Contains(words)
        let label = Spaced(member.Name).ToLowerInvariant()
        select (member.Name, member.Value.ValueKind) switch
        {
            ("_", _) => words,
            (_, JsonValueKind.True) => label,
            (_, JsonValueKind.False) when !label.Contains(' ') => $"not {label}",
            (_, JsonValueKind.Object) => $"{label} ({words})",
            _ => $"{label} {words}",
        };

    private static bool IsId(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? value.GetArrayLength() > 0 && value.EnumerateArray().All(IsId)
        : value.ValueKind == JsonValueKind.String && Guid.TryParse(value.GetString(), out _);

    private static string And(string[] items) =>
        items.Length < 2 ? string.Concat(items) : $"{string.Join(", ", items[..^1])} and {items[^1]}";

    private static string Text(string text)
    {
        if (Guid.TryParse(text, out _)) return text;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return Day(day);
        if (Instant().IsMatch(text)) return $"{Day(DateOnly.ParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture))} {text[11..16]} UTC";
        // A code word such as OnTrack, a key or a reference is read as words; a statement is quoted, and cut where it runs on.
        if (text.Length > 0 && char.IsUpper(text[0]) && text.All(char.IsLetter)) return Spaced(text).ToLowerInvariant();
        if (Reference().IsMatch(text)) return text.Replace(':', ' ');
        if (Hash().IsMatch(text)) return $"{text[..ShortHash]}…";
        return Plain().IsMatch(text) ? text : Quoted(text);
    }

    private static string Quoted(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length == 0 ? "" : line.Length <= LongestWords ? $"“{line}”" : $"“{line[..LongestWords].TrimEnd()}…”";
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00)$")]
    private static partial Regex Instant();

    [GeneratedRegex("^[a-z-]+:[a-z0-9-]+$")]
    private static partial Regex Reference();

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Hash();

    // Numbers, periods, keys and addresses.
    [GeneratedRegex(@"^([\d:.-]+|\d{4}-\d\d [QH]\d|[a-z0-9]+(-[a-z0-9]+)*|https?://\S+)$")]
    private static partial Regex Plain();
}
