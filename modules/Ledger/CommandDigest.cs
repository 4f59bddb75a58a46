using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EqualitiesPlatform.Ledger;

public static partial class CanonicalEncoding
{
    /// <summary>SHA-256 over the canonical form of a command: two payloads are the same when this is.</summary>
    internal static byte[] Digest(ICommand command) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(
            command.GetType().Name + Of(JsonSerializer.SerializeToElement(command.Asked, command.Asked.GetType(), Catalogue.Json))));
}
