using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using NSec.Cryptography;

namespace EqualitiesPlatform.Ledger;

/// <summary>With what organisations sign.</summary>
public enum SigningAlgorithm
{
    /// <summary>Ed25519 (RFC 8032), as OpenSSL's <c>pkeyutl -sign -rawin</c> makes it.</summary>
    Ed25519 = 1,

    /// <summary>ECDSA over P-256 with SHA-256, the signature in DER, as OpenSSL's <c>dgst -sha256 -sign</c> makes it.</summary>
    EcdsaP256,
}

/// <summary>An organisation's public key.</summary>
/// <param name="Algorithm">With what it signs.</param>
/// <param name="Spki">The SubjectPublicKeyInfo, DER in base64.</param>
[GenerateSerializer, Immutable]
public sealed record SigningKey(SigningAlgorithm Algorithm, string Spki)
{
    private const string NistP256 = "1.2.840.10045.3.1.7";

    /// <summary>SHA-256 over the SubjectPublicKeyInfo, in hexadecimal: the key's name.</summary>
    [JsonIgnore]
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(Spki)));

    /// <summary>Reads a public key from a PEM file or from its DER; null when it is none of these two kinds.</summary>
    public static SigningKey? Read(ReadOnlySpan<byte> file)
    {
        var der = file.ToArray();
        var text = Encoding.ASCII.GetString(file);
        if (PemEncoding.TryFind(text, out var pem) && text[pem.Label] == "PUBLIC KEY") der = Convert.FromBase64String(text[pem.Base64Data]);
        if (NSec.Cryptography.PublicKey.TryImport(SignatureAlgorithm.Ed25519, der, KeyBlobFormat.PkixPublicKey, out _))
            return new SigningKey(SigningAlgorithm.Ed25519, Convert.ToBase64String(der));
        try
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(der, out var read);
            return read == der.Length && ecdsa.ExportParameters(false).Curve is { IsNamed: true, Oid.Value: NistP256 }
                ? new SigningKey(SigningAlgorithm.EcdsaP256, Convert.ToBase64String(der))
                : null;
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            // A curve that this machine's library does not know is no P-256 either.
            return null;
        }
    }

    /// <summary>Whether this key made the signature over the text.</summary>
    public bool Signed(string text, ReadOnlySpan<byte> signature)
    {
        var signed = Encoding.UTF8.GetBytes(text);
        var der = Convert.FromBase64String(Spki);
        if (Algorithm is SigningAlgorithm.Ed25519)
            return SignatureAlgorithm.Ed25519.Verify(NSec.Cryptography.PublicKey.Import(SignatureAlgorithm.Ed25519, der, KeyBlobFormat.PkixPublicKey), signed, signature);
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(der, out _);
        return ecdsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
