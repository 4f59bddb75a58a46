using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>Makes other tokens from a good one: other claims under the issuer's own key, other keys, other signatures.</summary>
public sealed class Forge(string good, string issuersKey)
{
    /// <summary>The good token's three parts, decoded.</summary>
    public IReadOnlyList<byte[]> Parts { get; } = [.. good.Split('.').Select(p => Base64Url.DecodeFromChars(p))];

    /// <summary>A token with some claims changed, signed as the issuer signs.</summary>
    public string Signed(Action<JsonObject> change)
    {
        using var key = RSA.Create();
        key.ImportFromPem(issuersKey);
        return Signed(change, key);
    }

    /// <summary>A token with some claims changed, signed with any key.</summary>
    public string Signed(Action<JsonObject> change, RSA key) =>
        Sealed(Parts[0], Changed(change), signed => key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    /// <summary>The good claims under the header of another algorithm.</summary>
    public string WithAlgorithm(string algorithm, Func<byte[], byte[]> sign)
    {
        var header = JsonNode.Parse(Parts[0])!.AsObject();
        header["alg"] = algorithm;
        return Sealed(Encoding.UTF8.GetBytes(header.ToJsonString()), Parts[1], sign);
    }

    /// <summary>Other claims under the good token's signature.</summary>
    public string Tampered(Action<JsonObject> change) => Sealed(Parts[0], Changed(change), _ => Parts[2]);

    /// <summary>The issuer's public key as anybody can have it, for those who would take it for a shared secret.</summary>
    public byte[] PublicKey
    {
        get
        {
            using var key = RSA.Create();
            key.ImportFromPem(issuersKey);
            return Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem());
        }
    }

    /// <summary>Three parts as a token.</summary>
    public static string Joined(params IEnumerable<byte[]> parts) => string.Join('.', parts.Select(p => Base64Url.EncodeToString(p)));

    private static string Sealed(byte[] header, byte[] claims, Func<byte[], byte[]> sign)
    {
        var signed = Joined(header, claims);
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private byte[] Changed(Action<JsonObject> change)
    {
        var claims = JsonNode.Parse(Parts[1])!.AsObject();
        change(claims);
        return Encoding.UTF8.GetBytes(claims.ToJsonString());
    }
}
