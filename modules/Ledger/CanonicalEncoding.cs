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
        var pen = Pen.Mine;
        Write(pen, stored, leaf: false);
        return Encoding.UTF8.GetString(pen.Written);
    }

    /// <summary>
    /// The bytes of an event's leaf: as the line, without the position, and with SHA-256(salt ‖ text) in the place of
    /// every statement and without the salts, so that a withdrawn statement leaves the leaf as it was. A member
    /// <c>statements</c> names the members that stand as digests. What is a statement follows from the salts stored
    /// with the event, so that a leaf can be made again without the types of any release.
    /// </summary>
    public static byte[] Leaf(StoredEvent stored)
    {
        var pen = Pen.Mine;
        Write(pen, stored, leaf: true);
        return pen.Written.ToArray();
    }

    /// <summary>A line of a history for an event that the reader may not see: its leaf hash, and its position.</summary>
    public static string Withheld(long position, ReadOnlySpan<byte> leafHash) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"leaf":"{{Convert.ToHexStringLower(leafHash)}}","position":{{position}}}""");

    /// <summary>Any JSON value in canonical form.</summary>
    public static string Of(JsonElement value)
    {
        var pen = Pen.Mine;
        Value(pen, JsonMarshal.GetRawUtf8Value(value));
        return Encoding.UTF8.GetString(pen.Written);
    }

    /// <summary>Any JSON value in canonical form, behind what was written before.</summary>
    public static void Append(IBufferWriter<byte> text, JsonElement value)
    {
        var pen = Pen.Mine;
        Value(pen, JsonMarshal.GetRawUtf8Value(value));
        text.Write(pen.Written);
    }

    /// <summary>SHA-256(salt ‖ text) in hexadecimal digits: what stands in a leaf for a statement.</summary>
    /// <param name="salt">The salt, in hexadecimal digits.</param>
    /// <param name="statement">The text, hashed in UTF-8.</param>
    public static string StatementDigest(string salt, string statement) => StatementDigest(salt, Encoding.UTF8.GetBytes(statement));

    private static string StatementDigest(string salt, ReadOnlySpan<byte> statement) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(salt), .. statement]));

    // What stands beside an occasion, by name; in a leaf there is no position, and what stand as digests are named.
    private static readonly byte[][] OfLine = [.. new[] { "correlation", "data", "name", "position", "recorded", "stream", "version" }.Select(n => Encoding.UTF8.GetBytes(n))];
    private static readonly byte[][] OfLeaf = [.. OfLine.Where(n => !n.AsSpan().SequenceEqual("position"u8))];
    private static readonly byte[][] OfLeafWithStatements = [.. OfLeaf[..^2], "statements"u8.ToArray(), .. OfLeaf[^2..]];

    private static void Write(Pen pen, StoredEvent stored, bool leaf)
    {
        var headers = stored.Headers.Span;
        var data = stored.Data.Span;
        var content = Members(pen, data);
        var occasion = Occasion(pen, headers);
        var own = !leaf ? OfLine : Digested(pen, headers, occasion, data, content) ? OfLeafWithStatements : OfLeaf;
        foreach (ref var member in pen[occasion])
            // A header may not stand in for what is stored beside it, such as an earlier instant.
            if (IsOne(own, member.NameIn(headers))) member.Name = [.. "occasion."u8, .. member.NameIn(headers)];
        Sort(pen[content], data);
        Sort(pen[occasion], headers);

        var (o, h) = (0, 0);
        var first = true;
        while (o < own.Length || h < pen[occasion].Length)
        {
            var next = h < pen[occasion].Length ? pen[occasion][h] : default;
            var isOwn = h == pen[occasion].Length || (o < own.Length && Compare(own[o], next.NameIn(headers)) < 0);
            if (!isOwn) h++;
            if (!isOwn && leaf && IsOfDigests(next.NameIn(headers))) continue;
            pen.Put(first ? "{"u8 : ","u8);
            first = false;
            pen.Put("\""u8);
            if (isOwn) pen.Put(own[o]);
            else if (next.Name is null) pen.Put(next.NameIn(headers));
            else pen.Escaped(next.Name);
            pen.Put("\":"u8);
            if (isOwn) Own(pen, own[o++], stored, data, content);
            else Value(pen, headers[next.Value]);
        }
        pen.Put("}"u8);
    }

    private static bool IsOfDigests(ReadOnlySpan<byte> name) => name.SequenceEqual("salts"u8) || name.SequenceEqual("withdrawn"u8);

    private static bool IsOne(byte[][] names, ReadOnlySpan<byte> name)
    {
        foreach (var one in names)
            if (name.SequenceEqual(one)) return true;
        return false;
    }

    private static void Own(Pen pen, ReadOnlySpan<byte> name, StoredEvent stored, ReadOnlySpan<byte> data, Range content)
    {
        switch (name)
        {
            case [(byte)'c', ..]: pen.Text(stored.Correlation); break;
            case [(byte)'d', ..]: Object(pen, data, content); break;
            case [(byte)'n', ..]: pen.Text(stored.StoredName); break;
            case [(byte)'p', ..]: pen.Whole(stored.Position); break;
            case [(byte)'r', ..]: pen.Instant(stored.RecordedAt); break;
            case [(byte)'v', ..]: pen.Whole(stored.Version); break;
            case [(byte)'s', (byte)'t', (byte)'r', ..]: pen.Text(stored.Stream); break;
            default: Statements(pen, data, content); break;
        }
    }

    /// <summary>The names of the members that stand as digests, as a list.</summary>
    private static void Statements(Pen pen, ReadOnlySpan<byte> data, Range content)
    {
        var first = true;
        foreach (var member in pen[content])
        {
            if (member.Instead is null) continue;
            pen.Put(first ? "[\""u8 : ",\""u8);
            first = false;
            pen.Escaped(member.NameIn(data));
            pen.Put("\""u8);
        }
        pen.Put("]"u8);
    }

    /// <summary>The members of the occasion in an event's headers.</summary>
    private static Range Occasion(Pen pen, ReadOnlySpan<byte> headers)
    {
        var json = new Utf8JsonReader(headers);
        json.Read();
        Range? occasion = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = occasion is null && json.ValueSpan.SequenceEqual("occasion"u8);
            json.Read();
            if (isIt) occasion = Members(pen, ref json);
            else json.Skip();
        }
        json.Read();
        return occasion ?? throw new KeyNotFoundException("The headers of an event hold no occasion.");
    }

    /// <summary>Puts digests in the place of an event's statements, of those that were withdrawn too; whether it has any.</summary>
    private static bool Digested(Pen pen, ReadOnlySpan<byte> headers, Range occasion, ReadOnlySpan<byte> data, Range content)
    {
        var any = false;
        foreach (var withdrawn in (ReadOnlySpan<bool>)[false, true])
            foreach (var header in pen[occasion])
            {
                if (!header.NameIn(headers).SequenceEqual(withdrawn ? "withdrawn"u8 : "salts"u8)) continue;
                var value = headers[header.Value];
                foreach (var said in pen[Members(pen, value)])
                {
                    var name = said.NameIn(value);
                    foreach (ref var member in pen[content])
                    {
                        if (!member.NameIn(data).SequenceEqual(name) || data[member.Value] is not [(byte)'"', ..] text) continue;
                        // Only where no text stands any more: otherwise any text could stand under an honest digest.
                        if (withdrawn && text.Length > 2) continue;
                        var words = Encoding.UTF8.GetString(Unescaped(value[said.Value]));
                        member.Instead = withdrawn ? words : StatementDigest(words, Unescaped(text));
                        any = true;
                    }
                }
            }
        return any;
    }

    private static void Value(Pen pen, ReadOnlySpan<byte> value)
    {
        switch (value[0])
        {
            case (byte)'{':
                var members = Members(pen, value);
                Sort(pen[members], value);
                Object(pen, value, members);
                pen.Close(members);
                break;
            case (byte)'[':
                pen.Put("["u8);
                var first = true;
                var json = new Utf8JsonReader(value);
                json.Read();
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    if (!first) pen.Put(","u8);
                    first = false;
                    Value(pen, value[Skipped(ref json)]);
                }
                pen.Put("]"u8);
                break;
            case (byte)'"' when value.Contains((byte)'\\'):
                pen.Put("\""u8);
                pen.Escaped(Unescaped(value));
                pen.Put("\""u8);
                break;
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                Number(pen, value);
                break;
            default:
                // A text without an escape can be written in one way only, and this is it; so can true, false and null.
                pen.Put(value);
                break;
        }
    }

    private static void Object(Pen pen, ReadOnlySpan<byte> value, Range members)
    {
        pen.Put("{"u8);
        for (var i = 0; i < pen[members].Length; i++)
        {
            var member = pen[members][i];
            pen.Put(i == 0 ? "\""u8 : ",\""u8);
            if (member.Name is null) pen.Put(member.NameIn(value));
            else pen.Escaped(member.Name);
            pen.Put("\":"u8);
            if (member.Instead is null) Value(pen, value[member.Value]);
            else pen.Text(member.Instead);
        }
        pen.Put("}"u8);
    }

    /// <summary>A member of an object: where its name, without quotes, and its value stand in the object's text.</summary>
    private struct Member
    {
        public Range Named;
        public Range Value;

        /// <summary>Its name, where it can't be read off the text.</summary>
        public byte[]? Name;

        /// <summary>What is written in the place of its value.</summary>
        public string? Instead;

        public readonly ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> text) => Name ?? text[Named];
    }

    /// <exception cref="JsonException">The text is no JSON.</exception>
    /// <exception cref="InvalidOperationException">It is no object.</exception>
    private static Range Members(Pen pen, ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        json.Read();
        var members = Members(pen, ref json);
        // Nothing may stand behind it.
        json.Read();
        return members;
    }

    private static Range Members(Pen pen, ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw new InvalidOperationException("This is not a JSON object.");
        var first = pen.Opened;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ref var member = ref pen.Open();
            var start = (int)json.TokenStartIndex + 1;
            member.Named = start..(start + json.ValueSpan.Length);
            member.Name = json.ValueIsEscaped ? Unescaped(ref json) : null;
            member.Instead = null;
            json.Read();
            member.Value = Skipped(ref json);
        }
        return first..pen.Opened;
    }

    private static Range Skipped(ref Utf8JsonReader json)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return start..(int)json.BytesConsumed;
    }

    /// <summary>Puts members in ordinal order by their names; they are few, and come almost in order.</summary>
    private static void Sort(Span<Member> members, ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < members.Length; i++)
        {
            var (member, at) = (members[i], i);
            for (; at > 0 && Compare(members[at - 1].NameIn(text), member.NameIn(text)) > 0; at--) members[at] = members[at - 1];
            members[at] = member;
        }
    }

    private static int Compare(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        // In UTF-8 and in UTF-16 the order is the same as long as both are ASCII.
        Ascii.IsValid(one) && Ascii.IsValid(other)
            ? one.SequenceCompareTo(other)
            : string.CompareOrdinal(Encoding.UTF8.GetString(one), Encoding.UTF8.GetString(other));

    private static byte[] Unescaped(ReadOnlySpan<byte> quoted)
    {
        var json = new Utf8JsonReader(quoted);
        json.Read();
        return Unescaped(ref json);
    }

    private static byte[] Unescaped(ref Utf8JsonReader json)
    {
        var text = new byte[json.ValueSpan.Length];
        return text[..json.CopyString(text)];
    }

    private static void Number(Pen pen, ReadOnlySpan<byte> raw)
    {
        if (raw.Length <= 18 && !raw.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            pen.Put(raw);
            return;
        }
        var json = new Utf8JsonReader(raw);
        json.Read();
        pen.Text((json.GetDecimal() / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture), quoted: false);
    }
}
