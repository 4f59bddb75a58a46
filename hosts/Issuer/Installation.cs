using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace EqualitiesPlatform.Issuer;

/// <summary>
/// What one installation of the issuer keeps in its directory: its authority and server certificates,
/// signing key, secret and ids. What is missing is made; what is there is used again, so that tokens
/// and persons outlive a restart. One issuer at a time may have it open.
/// </summary>
internal sealed class Installation : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everyone = Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The platform's AzureAd section, as it stands in settings.json.</summary>
    private sealed record Settings(string Instance, Guid TenantId, Guid ClientId);

    private readonly FileStream taken;

    private Installation(string directory, TimeProvider time)
    {
        Directory = Path.GetFullPath(directory);
        // A directory inside is a sign of somebody's home or project, whose mode is not ours to change.
        if (System.IO.Directory.Exists(Directory) && System.IO.Directory.EnumerateDirectories(Directory).Any())
            throw new IssuerCannotStart($"{directory} holds other directories: give the issuer one of its own with Issuer:Directory.");
        System.IO.Directory.CreateDirectory(Directory);
        File.SetUnixFileMode(Directory, Owner | UnixFileMode.UserExecute);
        taken = Take();
        try
        {
            File.Delete(ReadyPath);
            var settings = File.Exists(SettingsPath)
                ? JsonSerializer.Deserialize<Settings>(File.ReadAllText(SettingsPath), JsonSerializerOptions.Web)!
                : new Settings("", Guid.NewGuid(), Guid.NewGuid());
            (TenantId, ClientId) = (settings.TenantId, settings.ClientId);
            Secret = Kept("secret", () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
            var rsa = RSA.Create();
            rsa.ImportFromPem(Kept("signing-key.pem", () =>
            {
                using var made = RSA.Create(2048);
                return made.ExportPkcs8PrivateKeyPem();
            }));
            SigningKey = new RsaSecurityKey(rsa)
            {
                // The usual cache is one for the process, by key id: a second issuer would sign with this one's disposed key.
                CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
            };
            ServerCertificate = Certificate(time.GetUtcNow());
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    public string Directory { get; }
    public Guid TenantId { get; }
    public Guid ClientId { get; }
    public string Secret { get; }
    public RsaSecurityKey SigningKey { get; }
    public X509Certificate2 ServerCertificate { get; }
    public string CaPath => In("ca.pem");
    public string PersonasPath => In("personas.json");
    private string SettingsPath => In("settings.json");
    private string ReadyPath => In("ready");

    /// <summary>Opens the installation in a directory, or makes one.</summary>
    public static Installation Open(string directory, TimeProvider time)
    {
        try
        {
            return new Installation(directory, time);
        }
        catch (Exception broken) when (broken is JsonException or CryptographicException or ArgumentException)
        {
            throw new IssuerCannotStart($"The installation in {directory} can't be read ({broken.Message}): delete the directory, and a new one is made.");
        }
    }

    /// <summary>Tells on disk where the issuer listens: settings first, since whoever sees "ready" reads them.</summary>
    public void Announce(string baseUrl)
    {
        Write(SettingsPath, JsonSerializer.Serialize(new Settings(baseUrl, TenantId, ClientId), JsonSerializerOptions.Web), Owner);
        Write(ReadyPath, baseUrl, Owner);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(ReadyPath);
        ServerCertificate.Dispose();
        SigningKey.Rsa.Dispose();
        taken.Dispose();
    }

    private FileStream Take()
    {
        try
        {
            return new FileStream(In("lock"), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = Owner,
            });
        }
        catch (IOException)
        {
            throw new IssuerCannotStart($"Another issuer is running in {Directory}: stop it, or set Issuer:Directory to another.");
        }
    }

    private X509Certificate2 Certificate(DateTimeOffset now)
    {
        var (certificate, key) = (In("server.pem"), In("server-key.pem"));
        if (File.Exists(CaPath) && File.Exists(certificate) && File.Exists(key))
        {
            var kept = X509Certificate2.CreateFromPemFile(certificate, key);
            if (kept.NotAfter.ToUniversalTime() > now.UtcDateTime.AddDays(1)) return kept;
            kept.Dispose();
        }
        var from = now.AddDays(-1);
        var until = now.AddYears(5);
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=Equalities local issuer authority", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        caRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        caRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(caRequest.PublicKey, false));
        using var ca = caRequest.CreateSelfSigned(from, until);

        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(ca, true, false));
        using var signed = request.Create(ca, from, until, RandomNumberGenerator.GetBytes(16));

        // The authority's key is kept nowhere: what trusts ca.pem can trust this one certificate only.
        Write(key, serverKey.ExportPkcs8PrivateKeyPem(), Owner);
        Write(certificate, signed.ExportCertificatePem(), Owner);
        Write(CaPath, ca.ExportCertificatePem(), Everyone);
        return X509Certificate2.CreateFromPemFile(certificate, key);
    }

    private string Kept(string name, Func<string> make)
    {
        if (!File.Exists(In(name))) Write(In(name), make(), Owner);
        return File.ReadAllText(In(name)).Trim();
    }

    private string In(string name) => Path.Combine(Directory, name);

    /// <summary>Whole or not at all: a reader never sees half a file, nor one with a wider mode.</summary>
    private static void Write(string path, string text, UnixFileMode mode)
    {
        var draft = path + ".new";
        File.Delete(draft);
        using (var file = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
        using (var writer = new StreamWriter(file))
            writer.WriteLine(text);
        File.Move(draft, path, overwrite: true);
    }
}
