using System.Globalization;
using System.Net.Mail;
using System.Text.Json;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// One object of the pack while it is read. What is asked of it is the format: a field that nobody asked for is unknown.
/// A mistake is noted and reading goes on with a placeholder, which no one sees, since a pack with mistakes is not given out.
/// </summary>
internal sealed class PackObject
{
    public const int LongestText = 2_000, LongestName = 200, LongestKey = 80;

    private readonly PackMistakes mistakes;
    private readonly PackKeys keys;
    private readonly string path;
    private readonly PackNode node;
    private readonly Dictionary<string, PackNode> fields = [];
    private readonly List<string> asked = [];

    public PackObject(PackNode node, string path, PackMistakes mistakes, PackKeys keys)
    {
        (this.node, this.path, this.mistakes, this.keys) = (node, path, mistakes, keys);
        foreach (var (name, value) in node.Fields)
            if (!fields.TryAdd(name.Text, value))
                mistakes.Add(name.Offset, PathOf(name.Text), PackMistakeKind.Duplicate, $"'{name.Text}' is given twice here. Keep one.");
    }

    /// <summary>Whether the field is there.</summary>
    public bool Has(string field) => Find(field) is not null;

    /// <summary>A text that must be there and say something.</summary>
    public string Text(string field, int longest = LongestText) =>
        Required(field) is { } value ? TextOf(value, PathOf(field), longest) : "";

    /// <summary>A text that may be left out.</summary>
    public string? OptionalText(string field, int longest = LongestText) =>
        Find(field) is { } value ? TextOf(value, PathOf(field), longest) : null;

    /// <summary>The entry's own key, unique among its kind.</summary>
    public string Key(string kind)
    {
        if (Required("key") is not { } value)
            return "";
        var key = KeyOf(value, PathOf("key"));
        if (key is not "")
            keys.Declare(kind, key, value.Offset, PathOf("key"));
        return key;
    }

    /// <summary>The entry's name and its other names, none of which another of its kind has.</summary>
    public (string Name, IReadOnlyList<string> Aliases) Names(string kind, string field = "name")
    {
        var name = Text(field, LongestName);
        Claim(name, Find(field), PathOf(field));
        return (name, Each("aliases", (value, at) =>
        {
            var alias = TextOf(value, at, LongestName);
            Claim(alias, value, at);
            return alias;
        }));

        void Claim(string text, PackNode? value, string at)
        {
            if (text is not "" && value is not null)
                keys.Declare($"{kind} name", text.ToLowerInvariant(), value.Offset, at);
        }
    }

    /// <summary>The key of an entry of one of these kinds, or one of these words.</summary>
    public string Ref(string field, string[] kinds, params string[] words) =>
        Required(field) is { } value ? RefOf(value, PathOf(field), kinds, words) : "";

    /// <summary>A key that may be left out.</summary>
    public string? OptionalRef(string field, params string[] kinds) =>
        Find(field) is { } value ? RefOf(value, PathOf(field), kinds, []) : null;

    /// <summary>Keys of one kind, none of them twice.</summary>
    public IReadOnlyList<string> Refs(string field, string kind) =>
        Once(field, (value, at) => RefOf(value, at, [kind], []));

    /// <summary>Keys of one kind, none of them twice, each by itself or in an object that says more of it.</summary>
    public IReadOnlyList<T> RefsOrObjects<T>(string field, string kind, Func<string, T> alone, Func<PackObject, T> more) where T : class =>
        [.. Once(field, (value, at) => value.Kind is JsonValueKind.Object ? Inside(value, at, more) : alone(RefOf(value, at, [kind], []))).OfType<T>()];

    /// <summary>A word in kebab-case that is nobody's key; null when left out.</summary>
    public string? OptionalKey(string field) => Find(field) is { } value ? KeyOf(value, PathOf(field)) : null;

    /// <summary>A statement, written "aim:a1".</summary>
    public StatementRef Statement(string field) =>
        Required(field) is { } value ? StatementOf(value, PathOf(field)) : default;

    /// <summary>Statements, none of them twice.</summary>
    public IReadOnlyList<StatementRef> Statements(string field) => Once(field, StatementOf);

    /// <summary>One word of a closed list.</summary>
    public T Word<T>(string field) where T : struct, Enum => Word(field, PackWord.All<T>());

    /// <summary>One of these words.</summary>
    public T Word<T>(string field, IReadOnlyDictionary<string, T> words) where T : struct =>
        Required(field) is { } value ? WordOf(value, PathOf(field), words) : default;

    /// <summary>Words of a closed list, none of them twice.</summary>
    public IReadOnlyList<T> Words<T>(string field) where T : struct, Enum => Once(field, (value, at) => WordOf(value, at, PackWord.All<T>()));

    /// <summary>Words in kebab-case that are nobody's keys, none of them twice.</summary>
    public IReadOnlyList<string> Keys(string field) => Once(field, KeyOf);

    /// <summary>Yes or no.</summary>
    public bool Flag(string field) => Required(field) is { } value && FlagOf(value, PathOf(field));

    /// <summary>Yes or no; no when left out.</summary>
    public bool OptionalFlag(string field) => Find(field) is { } value && FlagOf(value, PathOf(field));

    /// <summary>A whole number from least to most.</summary>
    public int Number(string field, int least, int most) =>
        Required(field) is null ? 0 : OptionalNumber(field, least, most) ?? 0;

    /// <summary>A whole number from least to most; null when left out.</summary>
    public int? OptionalNumber(string field, int least, int most)
    {
        if (Find(field) is not { } value || !Is(value, JsonValueKind.Number, PathOf(field)))
            return null;
        if (int.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && least <= number && number <= most)
            return number;
        mistakes.Add(value.Offset, PathOf(field), PackMistakeKind.OutOfRange, $"{Shown(value.Text)} should be a whole number from {least} to {most}.");
        return null;
    }

    /// <summary>A day written 2014-03-31.</summary>
    public DateOnly Day(string field) => Required(field) is { } value ? DayOf(value, PathOf(field)) : default;

    /// <summary>Days, none of them twice.</summary>
    public IReadOnlyList<DateOnly> Days(string field) => Once(field, DayOf);

    /// <summary>Names, none of them twice.</summary>
    public IReadOnlyList<string> ListedNames(string field) => Once(field, (value, at) => TextOf(value, at, LongestName));

    /// <summary>A day of every year, written --03-31.</summary>
    public (int Month, int Day) DayOfYear(string field)
    {
        if (Required(field) is not { } value || TextOf(value, PathOf(field), LongestName) is not { Length: > 0 } text)
            return default;
        // 2013 has no 29 February, as three years in four have not.
        var known = DateOnly.TryParseExact($"2013{text.Replace("--", "-", StringComparison.Ordinal)}", "yyyy-MM-dd",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && text.Length is 7;
        return Dated(value, PathOf(field), known, (day.Month, day.Day), $"'{text}' is no day that every year has. Write 31 March as --03-31.");
    }

    /// <summary>A financial year written 2013-14.</summary>
    public FinancialYear Year(string field) => Required(field) is { } value && TextOf(value, PathOf(field), LongestName) is { Length: > 0 } text
        ? Dated(value, PathOf(field), FinancialYear.TryParse(text, null, out var year), year, $"'{text}' is no financial year. Write it as 2013-14.")
        : default;

    /// <summary>An e-mail address.</summary>
    public string Mailbox(string field)
    {
        var text = Text(field, LongestName);
        if (text is not "" && !(MailAddress.TryCreate(text, out var address) && address.Address == text))
            mistakes.Add(Find(field)!.Offset, PathOf(field), PackMistakeKind.BadMailbox, $"'{text}' is no e-mail address. Give the office's mailbox.");
        return text;
    }

    /// <summary>A UUID that may be left out.</summary>
    public Guid? OptionalUuid(string field)
    {
        if (OptionalText(field, LongestName) is not { Length: > 0 } text)
            return null;
        if (Guid.TryParseExact(text, "D", out var uuid) && uuid != Guid.Empty)
            return uuid;
        mistakes.Add(Find(field)!.Offset, PathOf(field), PackMistakeKind.BadUuid,
            $"'{text}' is no UUID. Write it as {Council.OfCouncils}, or leave it out.");
        return null;
    }

    /// <summary>Where the entry comes from; practice needs no place.</summary>
    public Citation Citation() => Nested("citation", cited =>
    {
        var source = cited.Word("source", Sources);
        return new Citation(source, source is CitationSource.Practice ? cited.OptionalText("at", LongestName) ?? "" : cited.Text("at", LongestName));
    }) ?? new Citation(default, "");

    /// <summary>An object that must be there.</summary>
    public T? Nested<T>(string field, Func<PackObject, T> read) where T : class =>
        Required(field) is { } value ? Inside(value, PathOf(field), read) : null;

    /// <summary>An object that may be left out.</summary>
    public T? OptionalNested<T>(string field, Func<PackObject, T> read) where T : class =>
        Find(field) is { } value ? Inside(value, PathOf(field), read) : null;

    /// <summary>A list of objects; empty when left out.</summary>
    public IReadOnlyList<T> List<T>(string field, Func<PackObject, T> read) where T : class =>
        [.. Each(field, (value, at) => Inside(value, at, read)).OfType<T>()];

    /// <summary>An object, or one word that stands for it.</summary>
    public T? WordOrNested<T>(string field, string word, T meaning, Func<PackObject, T> read) where T : class
    {
        if (Required(field) is not { } value)
            return null;
        return value.Kind is JsonValueKind.String
            ? WordOf(value, PathOf(field), new Dictionary<string, bool> { [word] = true }) ? meaning : null
            : Inside(value, PathOf(field), read);
    }

    /// <summary>Notes something wrong with a field that is there, or with the whole object.</summary>
    public void Wrong(string field, PackMistakeKind kind, string sentence) =>
        mistakes.Add(Find(field)?.Offset ?? node.Offset, PathOf(field), kind, sentence);

    /// <summary>Lets these fields be, whatever they hold.</summary>
    public void Forgive(params string[] others) => asked.AddRange(others);

    /// <summary>Notes every field that was not asked for.</summary>
    public void Close()
    {
        foreach (var (name, _) in node.Fields.DistinctBy(field => field.Key.Text).Where(field => !asked.Contains(field.Key.Text)))
            mistakes.Add(name.Offset, PathOf(name.Text), PackMistakeKind.UnknownField,
                $"There is no field '{Shown(name.Text)}' here.{mistakes.Suggest(name.Text, asked)}");
    }

    private static readonly IReadOnlyDictionary<string, CitationSource> Sources = new Dictionary<string, CitationSource>
    {
        ["Policy"] = CitationSource.Policy,
        ["Report"] = CitationSource.Report,
        ["practice"] = CitationSource.Practice,
    };

    private T? Inside<T>(PackNode value, string at, Func<PackObject, T> read) where T : class
    {
        if (!Is(value, JsonValueKind.Object, at))
            return null;
        var inner = new PackObject(value, at, mistakes, keys);
        var entry = read(inner);
        inner.Close();
        return entry;
    }

    private IReadOnlyList<T> Each<T>(string field, Func<PackNode, string, T> read) =>
        Find(field) is { } value && Is(value, JsonValueKind.Array, PathOf(field))
            ? [.. value.Items.Select((item, index) => read(item, $"{PathOf(field)}[{index}]"))]
            : [];

    private IReadOnlyList<T> Once<T>(string field, Func<PackNode, string, T> read)
    {
        var seen = new HashSet<string>();
        return Each(field, (value, at) =>
        {
            if (value.Kind is JsonValueKind.String && !seen.Add(value.Text))
                mistakes.Add(value.Offset, at, PackMistakeKind.Duplicate, $"'{Shown(value.Text)}' stands twice in this list. Keep one.");
            return read(value, at);
        });
    }

    private string RefOf(PackNode value, string at, string[] kinds, string[] words)
    {
        var key = KeyOf(value, at);
        if (key is not "")
            keys.Expect(kinds, words, key, key, value.Offset, at);
        return key;
    }

    private StatementRef StatementOf(PackNode value, string at)
    {
        var text = TextOf(value, at, LongestName);
        if (text is "")
            return default;
        var colon = text.IndexOf(':');
        var word = colon < 0 ? text : text[..colon];
        if (colon < 0 || !PackWord.All<StatementKind>().TryGetValue(word, out var kind))
        {
            mistakes.Add(value.Offset, at, PackMistakeKind.NotInList,
                $"'{Shown(text)}' names no statement. Write its kind and key, as in aim:a1.{mistakes.Suggest(word, PackWord.All<StatementKind>().Keys)}");
            return default;
        }
        var key = text[(colon + 1)..];
        keys.Expect([word], [], text, key, value.Offset, at);
        return new StatementRef(kind, key);
    }

    private string KeyOf(PackNode value, string at)
    {
        var text = TextOf(value, at, LongestKey);
        if (text is "" || IsKebabCase(text))
            return text;
        mistakes.Add(value.Offset, at, PackMistakeKind.BadKey,
            $"'{text}' is no key. Use small letters a to z, figures and single hyphens between them, as in communities-together.");
        return "";
    }

    private T WordOf<T>(PackNode value, string at, IReadOnlyDictionary<string, T> words) where T : struct
    {
        var text = TextOf(value, at, LongestName);
        if (!words.TryGetValue(text, out var meaning) && text is not "")
            mistakes.Add(value.Offset, at, PackMistakeKind.NotInList, $"'{text}' is not among the words for this.{mistakes.Suggest(text, words.Keys)}");
        return meaning;
    }

    private bool FlagOf(PackNode value, string at) =>
        value.Kind is JsonValueKind.True || value.Kind is not JsonValueKind.False && !Is(value, JsonValueKind.True, at);

    private DateOnly DayOf(PackNode value, string at) => TextOf(value, at, LongestName) is { Length: > 0 } text
        ? Dated(value, at, DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day), day, $"'{text}' is no day. Write it as 2014-03-31.")
        : default;

    private T Dated<T>(PackNode value, string at, bool known, T date, string sentence) where T : struct
    {
        if (!known)
            mistakes.Add(value.Offset, at, PackMistakeKind.BadDate, sentence);
        return date;
    }

    private string TextOf(PackNode value, string at, int longest)
    {
        if (!Is(value, JsonValueKind.String, at))
            return "";
        var text = value.Text.Trim();
        if (text is "")
            mistakes.Add(value.Offset, at, PackMistakeKind.EmptyText, "The text is empty. Write something, or leave the field out if it may be left out.");
        else if (text.Length > longest)
            mistakes.Add(value.Offset, at, PackMistakeKind.BadText, $"The text has {text.Length} characters; {longest} is the most here.");
        else if (text.Any(character => char.IsControl(character) && character is not '\n'))
            mistakes.Add(value.Offset, at, PackMistakeKind.BadText, "The text has a control character or half a character in it. Take it out.");
        else
            return text;
        return "";
    }

    private bool Is(PackNode value, JsonValueKind kind, string at)
    {
        if (value.Kind == kind)
            return true;
        mistakes.Add(value.Offset, at, PackMistakeKind.WrongType, $"Here should stand {Described(kind)}, but it is {Described(value.Kind)}."
            + (value.Kind is JsonValueKind.Null ? " Leave the field out instead." : ""));
        return false;
    }

    private PackNode? Required(string field)
    {
        if (Find(field) is { } value)
            return value;
        mistakes.Add(node.Offset, PathOf(field), PackMistakeKind.Missing, $"'{field}' is missing in what begins here. Add it.");
        return null;
    }

    private PackNode? Find(string field)
    {
        if (!asked.Contains(field))
            asked.Add(field);
        return fields.GetValueOrDefault(field);
    }

    private string PathOf(string field) => (path, field) switch
    {
        (_, "") => path,
        ("", _) => Shown(field),
        _ => $"{path}.{Shown(field)}",
    };

    /// <summary>A word of the file as a sentence may quote it: not endless, and nothing in it that a terminal would obey.</summary>
    private static string Shown(string text) =>
        new([.. (text.Length > LongestKey ? text[..LongestKey] + "…" : text).Select(character => char.IsControl(character) ? '?' : character)]);

    private static bool IsKebabCase(string text) =>
        text.Split('-').All(part => part.Length > 0 && part.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character)));

    private static string Described(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object in { }",
        JsonValueKind.Array => "a list in [ ]",
        JsonValueKind.String => "a text in double quotes",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
