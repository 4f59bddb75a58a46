using System.Security.Cryptography;
using System.Text.Json;

namespace EqualitiesPlatform.Ledger;

public static partial class CanonicalEncoding
{
    /// <summary>SHA-256 over the canonical form of a command: two payloads are the same when this is.</summary>
    internal static byte[] Digest(ICommand command)
    {
        var asked = JsonSerializer.SerializeToUtf8Bytes(command.Asked, command.Asked.GetType(), Catalogue.Json);
        var pen = Pen.Mine;
        pen.Text(command.GetType().Name, quoted: false);
        Value(pen, asked);
        return SHA256.HashData(pen.Written);
    }
}
