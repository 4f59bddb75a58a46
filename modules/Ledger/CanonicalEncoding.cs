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

    /// <summary>Any JSON value in canonical form.</summary>
    public static string Of(JsonElement value)
    {
        var text = Cleared();
        Append(text, value);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

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
        using var parsed = JsonDocument.Parse(stored.Headers);
        var headers = parsed.RootElement.GetProperty("occasion");
        using var data = JsonDocument.Parse(stored.Data);
        var digests = leaf ? Digests(headers, data.RootElement) : null;
        List<string> own = ["correlation", "name", "recorded", "stream", "version", "data"];
        if (!leaf) own.Add("position");
        if (digests is not null) own.Add("statements");
        var members = new List<(string Name, JsonElement? Header)>(16);
        foreach (var name in own) members.Add((name, null));
        foreach (var header in headers.EnumerateObject())
            if (!leaf || header.Name is not ("salts" or "withdrawn"))
                // A header may not stand in for what is stored beside it, such as an earlier instant.
                members.Add((own.Contains(header.Name) ? "occasion." + header.Name : header.Name, header.Value));
        members.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));

        var first = true;
        foreach (var (name, header) in members)
        {
            text.Write(first ? "{"u8 : ","u8);
            first = false;
            Text(text, name);
            text.Write(":"u8);
            if (header is { } value) Append(text, value);
            else Own(text, name, stored, data.RootElement, digests);
        }
        text.Write("}"u8);
    }

    private static void Own(ArrayBufferWriter<byte> text, string name, StoredEvent stored, JsonElement data, SortedDictionary<string, string>? digests)
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

    /// <summary>The digests of an event's statements by member, of those that were withdrawn too; null when it has none.</summary>
    private static SortedDictionary<string, string>? Digests(JsonElement headers, JsonElement data)
    {
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

    private static void Append(ArrayBufferWriter<byte> text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, value, null);
                break;
            case JsonValueKind.Array:
                text.Write("["u8);
                var first = true;
                foreach (var item in value.EnumerateArray())
                {
                    if (!first) text.Write(","u8);
                    first = false;
                    Append(text, item);
                }
                text.Write("]"u8);
                break;
            case JsonValueKind.String:
                var raw = JsonMarshal.GetRawUtf8Value(value);
                // Without an escape there is one way only to write it, and this is it.
                if (raw.Contains((byte)'\\')) Text(text, value.GetString()!);
                else text.Write(raw);
                break;
            case JsonValueKind.Number:
                Number(text, value);
                break;
            default:
                text.Write(JsonMarshal.GetRawUtf8Value(value));
                break;
        }
    }

    private static void AppendObject(ArrayBufferWriter<byte> text, JsonElement value, SortedDictionary<string, string>? instead)
    {
        var members = new List<(string Name, JsonElement Value)>(value.GetPropertyCount());
        foreach (var member in value.EnumerateObject())
        {
            // Kept in order as they come: they are few.
            var (name, at) = (member.Name, members.Count);
            while (at > 0 && string.CompareOrdinal(members[at - 1].Name, name) > 0) at--;
            members.Insert(at, (name, member.Value));
        }
        text.Write("{"u8);
        var first = true;
        foreach (var (name, member) in members)
        {
            if (!first) text.Write(","u8);
            first = false;
            Text(text, name);
            text.Write(":"u8);
            if (instead is not null && instead.TryGetValue(name, out var other)) Text(text, other);
            else Append(text, member);
        }
        text.Write("}"u8);
    }

    private static void Number(ArrayBufferWriter<byte> text, JsonElement number)
    {
        var raw = JsonMarshal.GetRawUtf8Value(number);
        if (raw.Length <= 18 && !raw.ContainsAnyExceptInRange((byte)'0', (byte)'9')) text.Write(raw);
        else Encoding.UTF8.GetBytes((number.GetDecimal() / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture), text);
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
