using System.Globalization;
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
    public static string Line(StoredEvent stored) => Write(stored, leaf: false);

    /// <summary>
    /// The bytes of an event's leaf: as the line, without the position, and with SHA-256(salt ‖ text) in the place of
    /// every statement and without the salts, so that a withdrawn statement leaves the leaf as it was. A member
    /// <c>statements</c> names the members that stand as digests. What is a statement follows from the salts stored
    /// with the event, so that a leaf can be made again without the types of any release.
    /// </summary>
    public static byte[] Leaf(StoredEvent stored) => Encoding.UTF8.GetBytes(Write(stored, leaf: true));

    /// <summary>Any JSON value in canonical form.</summary>
    public static string Of(JsonElement value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    private static string Write(StoredEvent stored, bool leaf)
    {
        using var parsed = JsonDocument.Parse(stored.Headers);
        var headers = parsed.RootElement.GetProperty("occasion");
        using var data = JsonDocument.Parse(stored.Data);
        var digests = leaf ? Digests(headers, data.RootElement) : [];
        var members = new SortedDictionary<string, Action<StringBuilder>>(StringComparer.Ordinal)
        {
            ["correlation"] = t => Text(t, stored.Correlation),
            ["name"] = t => Text(t, stored.StoredName),
            ["recorded"] = t => Text(t, Instant(stored.RecordedAt)),
            ["stream"] = t => Text(t, stored.Stream),
            ["version"] = t => t.Append(stored.Version),
            ["data"] = t => AppendObject(t, data.RootElement, digests),
        };
        if (!leaf) members["position"] = t => t.Append(stored.Position);
        if (digests.Count > 0) members["statements"] = t => AppendNames(t, digests.Keys);
        foreach (var header in headers.EnumerateObject())
            if (!leaf || header.Name is not ("salts" or "withdrawn"))
                // A header may not stand in for what is stored beside it, such as an earlier instant.
                members[members.ContainsKey(header.Name) ? "occasion." + header.Name : header.Name] = t => Append(t, header.Value);

        var text = new StringBuilder(stored.Data.Length + 512).Append('{');
        foreach (var (name, write) in members)
        {
            if (text.Length > 1) text.Append(',');
            Text(text, name);
            text.Append(':');
            write(text);
        }
        return text.Append('}').ToString();
    }

    /// <summary>The digests of an event's statements by member, of those that were withdrawn too.</summary>
    private static SortedDictionary<string, string> Digests(JsonElement headers, JsonElement data)
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
        return digests;
    }

    /// <summary>SHA-256(salt ‖ text) in hexadecimal digits: what stands in a leaf for a statement.</summary>
    /// <param name="salt">The salt, in hexadecimal digits.</param>
    /// <param name="statement">The text, hashed in UTF-8.</param>
    public static string StatementDigest(string salt, string statement) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(salt), .. Encoding.UTF8.GetBytes(statement)]));

    private static void AppendNames(StringBuilder text, IEnumerable<string> names)
    {
        text.Append('[');
        foreach (var name in names)
        {
            if (text[^1] != '[') text.Append(',');
            Text(text, name);
        }
        text.Append(']');
    }

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, value, null);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                var first = true;
                foreach (var item in value.EnumerateArray())
                {
                    if (!first) text.Append(',');
                    first = false;
                    Append(text, item);
                }
                text.Append(']');
                break;
            case JsonValueKind.String:
                Text(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(Number(value.GetDecimal()));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void AppendObject(StringBuilder text, JsonElement value, SortedDictionary<string, string>? instead)
    {
        text.Append('{');
        var first = true;
        foreach (var member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
        {
            if (!first) text.Append(',');
            first = false;
            Text(text, member.Name);
            text.Append(':');
            if (instead is not null && instead.TryGetValue(member.Name, out var other)) Text(text, other);
            else Append(text, member.Value);
        }
        text.Append('}');
    }

    private static string Number(decimal number) =>
        (number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    private static void Text(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        text.Append('"');
    }
}
