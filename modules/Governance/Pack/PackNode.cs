using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace EqualitiesPlatform.Governance;

/// <summary>A value of the file that knows where it stands, so that a mistake can be shown there.</summary>
internal sealed record PackNode(JsonValueKind Kind, int Offset, string Text)
{
    public List<KeyValuePair<PackNode, PackNode>> Fields { get; } = [];

    public List<PackNode> Items { get; } = [];

    /// <summary>The file as a tree; null, and one mistake, when it is no JSON.</summary>
    public static PackNode? Parse(ReadOnlySpan<byte> file, PackMistakes mistakes)
    {
        if (FirstByteThatIsNotText(file) is { } bad)
        {
            mistakes.Add(bad, "", PackMistakeKind.NotJson, "The file is not UTF-8 text from here on. Save it with the encoding UTF-8.");
            return null;
        }
        // Packs are written by hand: comments and a comma too many do no harm.
        var reader = new Utf8JsonReader(file, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        try
        {
            reader.Read();
            var root = Value(ref reader);
            reader.Read();
            return root;
        }
        catch (JsonException fault)
        {
            var reason = fault.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
            mistakes.Add(OffsetOf(file, fault), "", PackMistakeKind.NotJson,
                $"The file is not JSON from here on: {reason} Mend this first; the rest is checked after that.");
            return null;
        }
    }

    private static PackNode Value(ref Utf8JsonReader reader)
    {
        var offset = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var map = new PackNode(JsonValueKind.Object, offset, "");
                while (reader.Read() && reader.TokenType is not JsonTokenType.EndObject)
                {
                    var name = new PackNode(JsonValueKind.String, (int)reader.TokenStartIndex, TextOf(ref reader));
                    reader.Read();
                    map.Fields.Add(new(name, Value(ref reader)));
                }
                return map;
            case JsonTokenType.StartArray:
                var list = new PackNode(JsonValueKind.Array, offset, "");
                while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
                    list.Items.Add(Value(ref reader));
                return list;
            case JsonTokenType.Number:
                return new(JsonValueKind.Number, offset, Encoding.UTF8.GetString(reader.ValueSpan));
            case JsonTokenType.True:
                return new(JsonValueKind.True, offset, "true");
            case JsonTokenType.False:
                return new(JsonValueKind.False, offset, "false");
            case JsonTokenType.Null:
                return new(JsonValueKind.Null, offset, "null");
            default:
                return new(JsonValueKind.String, offset, TextOf(ref reader));
        }
    }

    /// <summary>Half of a surrogate pair, written as an escape, is no text; it is kept as written and refused as a control character.</summary>
    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "\0";
        }
    }

    private static int? FirstByteThatIsNotText(ReadOnlySpan<byte> file)
    {
        if (Utf8.IsValid(file))
            return null;
        var offset = 0;
        while (Rune.DecodeFromUtf8(file[offset..], out _, out var length) is System.Buffers.OperationStatus.Done)
            offset += length;
        return offset;
    }

    private static int OffsetOf(ReadOnlySpan<byte> file, JsonException fault)
    {
        var offset = 0;
        for (var line = 0L; line < fault.LineNumber; line++)
            offset += file[offset..].IndexOf((byte)'\n') + 1;
        return Math.Min(offset + (int)(fault.BytePositionInLine ?? 0), file.Length);
    }
}
