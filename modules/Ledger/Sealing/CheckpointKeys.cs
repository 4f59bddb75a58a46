using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace EqualitiesPlatform.Ledger.Sealing;

/// <summary>The settings of sealing, beside the ledger's own under <c>Ledger</c>.</summary>
public sealed class SealingOptions
{
    /// <summary>The log's name in its checkpoints: a URL without a scheme, the same for ever.</summary>
    public string LogOrigin { get; set; } = "equalities.local/ledger";

    /// <summary>The private key that signs checkpoints: 32 bytes in base64. A secret.</summary>
    public string CheckpointKey { get; set; } = "";

    /// <summary>A file that holds the private key instead.</summary>
    public string CheckpointKeyFile { get; set; } = "";

    /// <summary>The public keys that signed before the present one, in the form name+id+key.</summary>
    public string[] FormerCheckpointKeys { get; set; } = [];

    /// <summary>The witnesses that are asked to cosign: each the address of one and its public key, such as "https://witness.example/ name+id+key".</summary>
    public string[] Witnesses { get; set; } = [];
}

/// <summary>The key that signs checkpoints, and those that did before it.</summary>
internal sealed class CheckpointKeys : IDisposable
{
    public CheckpointKeys(string origin, ReadOnlySpan<byte> seed, IEnumerable<string>? former = null)
    {
        Signer = new NoteSigner(origin, NoteKeyKind.Ed25519, seed);
        Known = [Signer.Verifier, .. (former ?? []).Select(NoteVerifier.Parse)];
    }

    public string Origin => Signer.Verifier.Name;

    public NoteSigner Signer { get; }

    /// <summary>The public keys by which this log's checkpoints may be known.</summary>
    public IReadOnlyList<NoteVerifier> Known { get; }

    public static CheckpointKeys From(IServiceProvider services) => From(
        services.GetRequiredService<IOptions<SealingOptions>>().Value,
        services.GetRequiredService<IOptions<LedgerOptions>>().Value,
        services.GetRequiredService<IHostEnvironment>());

    /// <exception cref="OptionsValidationException">The settings make no key.</exception>
    internal static CheckpointKeys From(SealingOptions options, LedgerOptions ledger, IHostEnvironment environment)
    {
        try
        {
            return new CheckpointKeys(options.LogOrigin, Seed(options, ledger, environment), options.FormerCheckpointKeys);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new OptionsValidationException("Ledger", typeof(SealingOptions), [e.Message]);
        }
    }

    public void Dispose() => Signer.Dispose();

    private static byte[] Seed(SealingOptions options, LedgerOptions ledger, IHostEnvironment environment)
    {
        var text = options.CheckpointKeyFile.Length > 0 ? File.ReadAllText(options.CheckpointKeyFile).Trim() : options.CheckpointKey;
        var seed = new byte[48];
        if (text.Length > 0)
            return Convert.TryFromBase64String(text, seed, out var length) && length == 32
                ? seed[..32]
                : throw new FormatException("Ledger__CheckpointKey, or the file that Ledger__CheckpointKeyFile names, signs the ledger's checkpoints: 32 random bytes in base64, from `openssl rand -base64 32`.");
        // All silos of a development installation come to the same key, and nobody has one more secret to keep.
        return environment.IsDevelopment() && ledger.InstallationKeyBytes is { } installation
            ? HKDF.DeriveKey(HashAlgorithmName.SHA256, installation, 32, info: Encoding.UTF8.GetBytes("equalities checkpoint key"))
            : throw new FormatException("Set Ledger__CheckpointKey or Ledger__CheckpointKeyFile: the key that signs the ledger's checkpoints, 32 random bytes in base64, from `openssl rand -base64 32`.");
    }
}
