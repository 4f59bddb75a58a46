using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// The one byte form of a stored event, for histories, and for the leaves that proofs are made of: JSON without
/// white space, keys in ordinal order, numbers without exponent or trailing zeros, instants in UTC with six decimals,
/// strings with no escapes but those that JSON demands. It is made from what is stored, never from the type that an
/// event has today. (PostgreSQL's jsonb keeps neither key order nor spacing, so its own text won't do.)
/// </summary>
public static class CanonicalEncoding
{
    /// <summary>An instant in its fixed form, such as 2014-03-31T22:59:59.123456Z.</summary>
    public static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A line of a history: the whole event with its position.</summary>
    public static string Line(StoredEvent stored) => Write(stored, null);

    /// <summary>
    /// The bytes of an event's leaf: as the line, without the position, and with SHA-256(salt ‖ text) in the place of
    /// every statement and without the salts, so that a withdrawn statement leaves the leaf as it was.
    /// </summary>
    public static byte[] Leaf(StoredEvent stored, EventEntry entry) => Encoding.UTF8.GetBytes(Write(stored, entry));

    /// <summary>Any JSON value in canonical form.</summary>
    public static string Of(JsonElement value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    /// <summary>SHA-256 over the canonical form of a command: two payloads are the same when this is.</summary>
    internal static byte[] Digest(ICommand command) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(
            command.GetType().Name + Of(JsonSerializer.SerializeToElement(command, command.GetType(), Catalogue.Json))));

    private static string Write(StoredEvent stored, EventEntry? leafOf)
    {
        using var parsed = JsonDocument.Parse(stored.Headers);
        var headers = OccasionHeaders.In(parsed.RootElement);
        using var data = JsonDocument.Parse(stored.Data);
        var salts = headers.TryGetProperty("salts", out var found) ? found : default;
        var members = new SortedDictionary<string, Action<StringBuilder>>(StringComparer.Ordinal)
        {
            ["correlation"] = t => Text(t, stored.Correlation),
            ["name"] = t => Text(t, stored.StoredName),
            ["recorded"] = t => Text(t, Instant(stored.RecordedAt)),
            ["stream"] = t => Text(t, stored.Stream),
            ["version"] = t => t.Append(stored.Version),
            ["data"] = t => AppendObject(t, data.RootElement, (name, value) =>
                leafOf is not null && leafOf.Statements.Contains(name) && value.ValueKind == JsonValueKind.String
                    ? Hashed(salts.GetProperty(name).GetString()!, value.GetString()!)
                    : null),
        };
        if (leafOf is null) members["position"] = t => t.Append(stored.Position);
        foreach (var header in headers.EnumerateObject())
            if (leafOf is null || header.Name != "salts")
                members[header.Name] = t => Append(t, header.Value);

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

    private static string Hashed(string salt, string statement) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(salt), .. Encoding.UTF8.GetBytes(statement)]));

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, value, (_, _) => null);
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

    private static void AppendObject(StringBuilder text, JsonElement value, Func<string, JsonElement, string?> instead)
    {
        text.Append('{');
        var first = true;
        foreach (var member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
        {
            if (!first) text.Append(',');
            first = false;
            Text(text, member.Name);
            text.Append(':');
            if (instead(member.Name, member.Value) is { } other) Text(text, other);
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
