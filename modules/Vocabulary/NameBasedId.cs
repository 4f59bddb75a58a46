using System.Security.Cryptography;
using System.Text;

namespace EqualitiesPlatform.Vocabulary;

/// <summary>Ids that follow from a name: the same name gives the same id on every machine (UUID version 5, RFC 9562).</summary>
public static class NameBasedId
{
    /// <summary>The UUID of a name within a namespace.</summary>
    public static Guid Of(Guid ns, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        byte[] named = [.. ns.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)];
        var uuid = SHA1.HashData(named).AsSpan(0, 16);
        uuid[6] = (byte)(uuid[6] & 0x0F | 0x50);
        uuid[8] = (byte)(uuid[8] & 0x3F | 0x80);
        return new Guid(uuid, bigEndian: true);
    }

    /// <summary>The id of what a council's policy pack calls by this key: the name is "kind:key".</summary>
    public static TId Of<TId>(Guid council, string key) where TId : struct, ITypedId<TId> =>
        TId.From(Of(council, $"{TId.Kind}:{key}"));
}
