using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace EqualitiesPlatform.Ledger.Sealing;

/// <summary>
/// Four bytes for every member of a leaf, kept beside its hash. They prove nothing: when a leaf no longer has the hash
/// that was sealed, they tell which of its members is another than it was.
/// </summary>
internal static class LeafMarks
{
    private const int MarkBytes = 4;

    /// <summary>The marks of a leaf's members, in their order.</summary>
    public static byte[] Of(ReadOnlySpan<byte> leaf)
    {
        var marks = new List<byte>(128);
        foreach (var (_, _, mark) in Members(leaf))
            for (var shift = 24; shift >= 0; shift -= 8) marks.Add((byte)(mark >> shift));
        return [.. marks];
    }

    /// <summary>The members, with their values, whose marks are not among those that were sealed; and how many of those are gone.</summary>
    public static (IReadOnlyList<(string Member, string Value)> Changed, int Missing) Compare(ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> marks)
    {
        var known = new Dictionary<uint, int>();
        for (var i = 0; i + MarkBytes <= marks.Length; i += MarkBytes)
        {
            var mark = BinaryPrimitives.ReadUInt32BigEndian(marks[i..]);
            known[mark] = known.GetValueOrDefault(mark) + 1;
        }
        var changed = new List<(string, string)>();
        foreach (var (member, value, mark) in Members(leaf))
            if (known.GetValueOrDefault(mark) > 0) known[mark]--;
            else changed.Add((member, Encoding.UTF8.GetString(leaf[value])));
        return (changed, Math.Max(0, known.Values.Sum() - changed.Count));
    }

    private static List<(string Member, Range Value, uint Mark)> Members(ReadOnlySpan<byte> leaf)
    {
        var members = new List<(string, Range, uint)>(16);
        var reader = new Utf8JsonReader(leaf);
        var inData = false;
        reader.Read();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                inData = false;
                continue;
            }
            var name = (inData ? "data." : "") + reader.GetString();
            reader.Read();
            if (name == "data" && reader.TokenType == JsonTokenType.StartObject)
            {
                inData = true;
                continue;
            }
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var value = start..(int)reader.BytesConsumed;
            members.Add((name, value, Mark(name, leaf[value])));
        }
        return members;
    }

    /// <summary>FNV-1a, for its brevity: nothing rests on it.</summary>
    private static uint Mark(string name, ReadOnlySpan<byte> value)
    {
        var hash = 2166136261u;
        foreach (var letter in name) hash = (hash ^ letter) * 16777619u;
        foreach (var octet in value) hash = (hash ^ octet) * 16777619u;
        return hash;
    }
}
