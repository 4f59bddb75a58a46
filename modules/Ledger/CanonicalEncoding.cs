using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

// The offline verifier is compiled from this very file too: it uses nothing but the BCL and StoredEvent.
namespace EqualitiesPlatform.Ledger;

/// <summary>
/// The one byte form of a stored event, for histories, and for the leaves that proofs are made of: JSON without
/// white space, keys in ordinal order, numbers without exponent or trailing zeros, instants in UTC with six decimals,
/// strings with no escapes but those that JSON demands. It is made from what is stored, never from the type that an
/// event has today. (PostgreSQL's jsonb keeps neither key order nor spacing, so its own text won't do.)
/// </summary>
public static partial class CanonicalEncoding
{
    /// <summary>An instant in its fixed form, such as 2014-03-31T22:59:59.123456Z.</summary>
    public static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A line of a history: the whole event with its position.</summary>
    public static string Line(StoredEvent stored)
    {
        var text = Cleared();
        Write(text, stored, leaf: false);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    /// <summary>
    /// The bytes of an event's leaf: as the line, without the position, and with SHA-256(salt ‖ text) in the place of
    /// every statement and without the salts, so that a withdrawn statement leaves the leaf as it was. A member
    /// <c>statements</c> names the members that stand as digests. What is a statement follows from the salts stored
    /// with the event, so that a leaf can be made again without the types of any release.
    /// </summary>
    public static byte[] Leaf(StoredEvent stored)
    {
        var text = Cleared();
        Write(text, stored, leaf: true);
        return text.WrittenSpan.ToArray();
    }

    /// <summary>A line of a history for an event that the reader may not see: its leaf hash, and its position.</summary>
    public static string Withheld(long position, ReadOnlySpan<byte> leafHash) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"leaf":"{{Convert.ToHexStringLower(leafHash)}}","position":{{position}}}""");

    /// <summary>Any JSON value in canonical form.</summary>
    public static string Of(JsonElement value)
    {
        var text = Cleared();
        Append(text, JsonMarshal.GetRawUtf8Value(value));
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    /// <summary>Any JSON value in canonical form, behind what was written before.</summary>
    public static void Append(ArrayBufferWriter<byte> text, JsonElement value) => Append(text, JsonMarshal.GetRawUtf8Value(value));

    /// <summary>SHA-256(salt ‖ text) in hexadecimal digits: what stands in a leaf for a statement.</summary>
    /// <param name="salt">The salt, in hexadecimal digits.</param>
    /// <param name="statement">The text, hashed in UTF-8.</param>
    public static string StatementDigest(string salt, string statement) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(salt), .. Encoding.UTF8.GetBytes(statement)]));

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(c => (char)c), '"', '\\']);

    // Histories and leaves are written by the million; the buffer of a thread serves them all.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    private static ArrayBufferWriter<byte> Cleared()
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(4096);
        buffer.ResetWrittenCount();
        return buffer;
    }

    private static void Write(ArrayBufferWriter<byte> text, StoredEvent stored, bool leaf)
    {
        using var headers = new Utf8(stored.Headers);
        using var data = new Utf8(stored.Data);
        var occasion = Occasion(headers.Bytes);
        var digests = leaf && (stored.Headers.Contains("\"salts\"", StringComparison.Ordinal) || stored.Headers.Contains("\"withdrawn\"", StringComparison.Ordinal)) ? Digests(stored) : null;
        List<string> own = ["correlation", "data", "name", "recorded", "stream", "version"];
        if (!leaf) own.Add("position");
        if (digests is not null) own.Add("statements");
        var members = new List<(string Name, Range? Value)>(16);
        foreach (var name in own) members.Add((name, null));
        foreach (var header in Members(occasion))
        {
            var name = header.NameIn(occasion);
            if (!leaf || name is not ("salts" or "withdrawn"))
                // A header may not stand in for what is stored beside it, such as an earlier instant.
                members.Add((own.Contains(name) ? "occasion." + name : name, header.Value));
        }
        members.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));

        var first = true;
        foreach (var (name, header) in members)
        {
            text.Write(first ? "{"u8 : ","u8);
            first = false;
            Text(text, name);
            text.Write(":"u8);
            if (header is { } value) Append(text, occasion[value]);
            else Own(text, name, stored, data.Bytes, digests);
        }
        text.Write("}"u8);
    }

    private static void Own(ArrayBufferWriter<byte> text, string name, StoredEvent stored, ReadOnlySpan<byte> data, SortedDictionary<string, string>? digests)
    {
        switch (name)
        {
            case "correlation": Text(text, stored.Correlation); break;
            case "name": Text(text, stored.StoredName); break;
            case "recorded": Text(text, Instant(stored.RecordedAt)); break;
            case "stream": Text(text, stored.Stream); break;
            case "version": Whole(text, stored.Version); break;
            case "position": Whole(text, stored.Position); break;
            case "statements": AppendNames(text, digests!.Keys); break;
            default: AppendObject(text, data, digests); break;
        }
    }

    /// <summary>The occasion in an event's headers.</summary>
    private static ReadOnlySpan<byte> Occasion(ReadOnlySpan<byte> headers)
    {
        foreach (var member in Members(headers))
            if (headers[member.Name].SequenceEqual("occasion"u8)) return headers[member.Value];
        throw new KeyNotFoundException("The headers of an event hold no occasion.");
    }

    /// <summary>The digests of an event's statements by member, of those that were withdrawn too; null when it has none.</summary>
    private static SortedDictionary<string, string>? Digests(StoredEvent stored)
    {
        using var parsed = JsonDocument.Parse(stored.Headers);
        using var content = JsonDocument.Parse(stored.Data);
        var (headers, data) = (parsed.RootElement.GetProperty("occasion"), content.RootElement);
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (headers.TryGetProperty("salts", out var salts))
            foreach (var salt in salts.EnumerateObject())
                if (data.TryGetProperty(salt.Name, out var text) && text.ValueKind == JsonValueKind.String)
                    digests[salt.Name] = StatementDigest(salt.Value.GetString()!, text.GetString()!);
        if (headers.TryGetProperty("withdrawn", out var withdrawn))
            foreach (var digest in withdrawn.EnumerateObject())
                // Only where no text stands any more: otherwise any text could stand under an honest digest.
                if (data.TryGetProperty(digest.Name, out var text) && text.ValueKind == JsonValueKind.String && text.GetString() == "")
                    digests[digest.Name] = digest.Value.GetString()!;
        return digests.Count == 0 ? null : digests;
    }

    private static void AppendNames(ArrayBufferWriter<byte> text, IEnumerable<string> names)
    {
        var first = true;
        foreach (var name in names)
        {
            text.Write(first ? "["u8 : ","u8);
            first = false;
            Text(text, name);
        }
        text.Write("]"u8);
    }

    private static void Append(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> value)
    {
        switch (value[0])
        {
            case (byte)'{':
                AppendObject(text, value, null);
                break;
            case (byte)'[':
                text.Write("["u8);
                var first = true;
                var json = new Utf8JsonReader(value);
                json.Read();
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    if (!first) text.Write(","u8);
                    first = false;
                    Append(text, value[Value(ref json)]);
                }
                text.Write("]"u8);
                break;
            case (byte)'"':
                // Without an escape there is one way only to write it, and this is it.
                if (value.Contains((byte)'\\')) Text(text, Unescaped(value));
                else text.Write(value);
                break;
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                Number(text, value);
                break;
            default:
                text.Write(value);
                break;
        }
    }

    private static void AppendObject(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> value, SortedDictionary<string, string>? instead)
    {
        var members = Members(value);
        Sort(members, value);
        text.Write("{"u8);
        var first = true;
        foreach (var member in members)
        {
            if (!first) text.Write(","u8);
            first = false;
            if (member.Escaped)
            {
                Text(text, member.NameIn(value));
            }
            else
            {
                text.Write("\""u8);
                text.Write(value[member.Name]);
                text.Write("\""u8);
            }
            text.Write(":"u8);
            if (instead is not null && instead.TryGetValue(member.NameIn(value), out var other)) Text(text, other);
            else Append(text, value[member.Value]);
        }
        text.Write("}"u8);
    }

    /// <summary>A member of an object: where its name, without quotes, and its value stand in the object's text.</summary>
    private readonly record struct Member(Range Name, Range Value, bool Escaped)
    {
        public string NameIn(ReadOnlySpan<byte> text) => Escaped ? Unescaped(text[(Name.Start.Value - 1)..(Name.End.Value + 1)]) : Encoding.UTF8.GetString(text[Name]);
    }

    /// <exception cref="JsonException">The text is no JSON.</exception>
    /// <exception cref="InvalidOperationException">It is no object.</exception>
    private static List<Member> Members(ReadOnlySpan<byte> text)
    {
        var members = new List<Member>(8);
        var json = new Utf8JsonReader(text);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) throw new InvalidOperationException("This is not a JSON object.");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)json.TokenStartIndex + 1;
            var (name, escaped) = (start..(start + json.ValueSpan.Length), json.ValueIsEscaped);
            json.Read();
            members.Add(new Member(name, Value(ref json), escaped));
        }
        // Nothing may stand behind it.
        json.Read();
        return members;
    }

    private static Range Value(ref Utf8JsonReader json)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return start..(int)json.BytesConsumed;
    }

    /// <summary>Puts members in ordinal order by their names; they are few, and come almost in order.</summary>
    private static void Sort(List<Member> members, ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < members.Count; i++)
        {
            var (member, at) = (members[i], i);
            while (at > 0 && IsAfter(members[at - 1], member, text)) at--;
            if (at == i) continue;
            members.RemoveAt(i);
            members.Insert(at, member);
        }
    }

    private static bool IsAfter(Member one, Member other, ReadOnlySpan<byte> text) =>
        // In UTF-8 and in UTF-16 the order is the same as long as both are ASCII.
        !one.Escaped && !other.Escaped && Ascii.IsValid(text[one.Name]) && Ascii.IsValid(text[other.Name])
            ? text[one.Name].SequenceCompareTo(text[other.Name]) > 0
            : string.CompareOrdinal(one.NameIn(text), other.NameIn(text)) > 0;

    private static string Unescaped(ReadOnlySpan<byte> quoted)
    {
        var json = new Utf8JsonReader(quoted);
        json.Read();
        return json.GetString()!;
    }

    private static void Number(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> raw)
    {
        if (raw.Length <= 18 && !raw.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            text.Write(raw);
            return;
        }
        var json = new Utf8JsonReader(raw);
        json.Read();
        Encoding.UTF8.GetBytes((json.GetDecimal() / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture), text);
    }

    /// <summary>A text in UTF-8, in a rented array.</summary>
    private readonly ref struct Utf8 : IDisposable
    {
        private readonly byte[] _rented;

        public Utf8(string text)
        {
            _rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
            Bytes = _rented.AsSpan(0, Encoding.UTF8.GetBytes(text, _rented));
        }

        public ReadOnlySpan<byte> Bytes { get; }

        public void Dispose() => ArrayPool<byte>.Shared.Return(_rented);
    }

    private static void Whole(ArrayBufferWriter<byte> text, long number)
    {
        number.TryFormat(text.GetSpan(20), out var written, provider: CultureInfo.InvariantCulture);
        text.Advance(written);
    }

    private static void Text(ArrayBufferWriter<byte> text, ReadOnlySpan<char> value)
    {
        text.Write("\""u8);
        for (int at; (at = value.IndexOfAny(Escaped)) >= 0; value = value[(at + 1)..])
        {
            Encoding.UTF8.GetBytes(value[..at], text);
            var c = value[at];
            text.Write(c switch
            {
                '"' => "\\\""u8,
                '\\' => "\\\\"u8,
                '\b' => "\\b"u8,
                '\f' => "\\f"u8,
                '\n' => "\\n"u8,
                '\r' => "\\r"u8,
                '\t' => "\\t"u8,
                _ => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")),
            });
        }
        Encoding.UTF8.GetBytes(value, text);
        text.Write("\""u8);
    }
}
