using System.Collections;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace EqualitiesPlatform.Cli;

/// <summary>
/// One field of a request as an option, named after it in kebab-case: texts, numbers, words of an enum, files for bytes,
/// JSON for messages. What is not given is not set, so that the request says no more than the user did.
/// </summary>
internal sealed class FieldOption
{
    private readonly FieldDescriptor _field;

    public FieldOption(FieldDescriptor field)
    {
        _field = field;
        Option = field switch
        {
            { IsRepeated: true } => new Option<string[]>(Name, Aliases()),
            { FieldType: FieldType.Bool } => new Option<bool?>(Name, Aliases()),
            _ => new Option<string>(Name, Aliases()),
        };
        Option.Description = Description();
        Option.HelpName = HelpName(field);
        if (Words().Any()) Option.CompletionSources.Add(_ => Words().Select(w => new System.CommandLine.Completions.CompletionItem(w)));
    }

    /// <summary>The option.</summary>
    public Option Option { get; }

    /// <summary>The field's name in the proto.</summary>
    public string FieldName => _field.Name;

    private string Name => NameOf(_field.Name);

    /// <summary>What a field is called on the command line.</summary>
    public static string NameOf(string field) => "--" + field.Replace('_', '-');

    /// <summary>A field's path in a failure, such as <c>serves[0]</c>, in words that the user typed.</summary>
    public static string NameOfPath(string path)
    {
        var steps = path.Split('.').Select(s => Regex.Match(s, @"^(?<name>[^\[]*)(?:\[(?<at>\d+)\])?")).ToList();
        return string.Join(", ", steps.Select((s, i) =>
            (i == 0 ? NameOf(s.Groups["name"].Value) : s.Groups["name"].Value.Replace('_', ' '))
            + (s.Groups["at"].Success ? $" (no. {int.Parse(s.Groups["at"].Value, CultureInfo.InvariantCulture) + 1})" : "")));
    }

    /// <summary>How an enum's value is said: its name without the enum's, in kebab-case.</summary>
    public static string Word(EnumValueDescriptor value)
    {
        var prefix = Regex.Replace(value.EnumDescriptor.Name, "(?<=[a-z0-9])(?=[A-Z])", "_").ToUpperInvariant() + "_";
        return (value.Name.StartsWith(prefix, StringComparison.Ordinal) ? value.Name[prefix.Length..] : value.Name).Replace('_', '-').ToLowerInvariant();
    }

    /// <summary>A sentence of the platform's, with the words of enums as they are typed here.</summary>
    public static string AsTyped(string sentence) =>
        Regex.Replace(sentence, @"\b[A-Z][A-Z0-9_]+\b", m => EnumWords.Value.Contains(m.Value) ? m.Value.Replace('_', '-').ToLowerInvariant() : m.Value);

    private static readonly Lazy<HashSet<string>> EnumWords = new(() =>
        [.. Verb.All.SelectMany(v => v.Method.InputType.Fields.InFieldNumberOrder()).Where(f => f.FieldType == FieldType.Enum)
            .SelectMany(f => f.EnumType.Values).Where(v => v.Number != 0).Select(v => Word(v).Replace('-', '_').ToUpperInvariant())]);

    /// <summary>Sets the field from what the user gave, here or as the verb's plain argument.</summary>
    public void Read(ParseResult given, string? plain, IMessage request, List<FieldMistake> mistakes)
    {
        var result = given.GetResult(Option);
        if (_field.FieldType == FieldType.Bool && !_field.IsRepeated)
        {
            if (given.GetValue((Option<bool?>)Option) is { } yes) _field.Accessor.SetValue(request, yes);
            return;
        }
        var texts = result?.Tokens.Select(t => t.Value).ToList() ?? [];
        if (plain is not null && texts.Count > 0 && !_field.IsRepeated)
            mistakes.Add(new(_field.Name, $"Give it once: {plain} or {texts[0]}, with or without {Name}."));
        else if (plain is not null)
            texts.Insert(0, plain);
        try
        {
            foreach (var text in texts)
                if (_field.IsRepeated) ((IList)_field.Accessor.GetValue(request)).Add(Value(text));
                else _field.Accessor.SetValue(request, Value(text));
        }
        catch (MistakeException wrong)
        {
            mistakes.Add(new(_field.Name, wrong.Message));
        }
    }

    private object Value(string text) => _field.FieldType switch
    {
        FieldType.String => text,
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => Number<int>(text),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Number<long>(text),
        FieldType.UInt32 or FieldType.Fixed32 => Number<uint>(text),
        FieldType.UInt64 or FieldType.Fixed64 => Number<ulong>(text),
        FieldType.Double => Number<double>(text),
        FieldType.Float => Number<float>(text),
        FieldType.Bool => text is "true" or "yes" || (text is "false" or "no" ? false : throw new MistakeException($"\"{text}\" is neither yes nor no.")),
        FieldType.Enum => Enum.ToObject(_field.EnumType.ClrType, EnumValue(text).Number),
        FieldType.Bytes => FileBytes(text),
        FieldType.Message => Message(text),
        _ => throw new MistakeException("The command line can't say this."),
    };

    private static T Number<T>(string text) where T : IParsable<T> =>
        T.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw new MistakeException($"\"{text}\" is not a number that fits here.");

    private EnumValueDescriptor EnumValue(string text) =>
        _field.EnumType.Values.FirstOrDefault(v => v.Number != 0 && (Word(v) == text.ToLowerInvariant().Replace('_', '-').Replace(' ', '-') || v.Name == text))
        ?? throw new MistakeException($"\"{text}\" is not one of {string.Join(", ", Words())}.");

    private static ByteString FileBytes(string path)
    {
        try
        {
            return ByteString.CopyFrom(File.ReadAllBytes(path));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new MistakeException($"The file {path} can't be read: {(unreadable is FileNotFoundException or DirectoryNotFoundException ? "there is none" : unreadable.Message)}.");
        }
    }

    private IMessage Message(string json)
    {
        try
        {
            return JsonParser.Default.Parse(json, _field.MessageType);
        }
        catch (Exception unreadable) when (unreadable is InvalidProtocolBufferException or InvalidJsonException)
        {
            var fields = string.Join(", ", _field.MessageType.Fields.InFieldNumberOrder().Select(f => f.JsonName));
            throw new MistakeException($"This should be JSON with the fields {fields}. {unreadable.Message}");
        }
    }

    private IEnumerable<string> Words() =>
        _field.FieldType == FieldType.Enum ? _field.EnumType.Values.Where(v => v.Number != 0).Select(Word) : [];

    private string[] Aliases() => _field.Name switch
    {
        "known_at" when _field.ContainingType.FindFieldByName("position") is not null => ["--time"],
        "as_at" => ["--on"],
        var name when name.EndsWith("_position", StringComparison.Ordinal) => [NameOf(name[..^"_position".Length])],
        _ => [],
    };

    /// <summary>What the field means, as the proto says.</summary>
    public string Description()
    {
        var comment = ProtoComments.Of(_field.FullName);
        if (_field.IsRepeated) comment += " May be given several times.";
        if (_field.Name == "request_id") return comment + " A fresh one is made when it is left out.";
        if (_field.FieldType == FieldType.Message && comment.Length > 0)
            return $"{comment} JSON with {string.Join(", ", _field.MessageType.Fields.InFieldNumberOrder().Select(f => f.JsonName))}.";
        return Words().Any() ? $"{comment.TrimEnd('.')}: {string.Join(", ", Words())}." : comment;
    }

    private static string HelpName(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String when field.Name.EndsWith("_id", StringComparison.Ordinal) => "id",
        FieldType.String when field.Name.EndsWith("_on", StringComparison.Ordinal) => "day",
        FieldType.String => "text",
        FieldType.Enum => "word",
        FieldType.Bytes => "file",
        FieldType.Message => "json",
        FieldType.Bool => "yes",
        _ => "number",
    };
}
