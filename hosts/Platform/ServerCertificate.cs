using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace EqualitiesPlatform.Platform;

/// <summary>
/// The certificate under which gRPC is served, from PEM files: the certificate, with those that vouch for it after it,
/// and its key. Files that were renewed are taken at the next handshake; files that can't be read then leave the
/// certificate as it is.
/// </summary>
internal sealed class ServerCertificate(string file, string keyFile, ILogger log)
{
    private readonly Lock _one = new();
    private (DateTime Written, SslStreamCertificateContext Context) _current = Read(file, keyFile);

    /// <summary>How a connection is secured: TLS 1.2 or 1.3, and HTTP/2 over it.</summary>
    public TlsHandshakeCallbackOptions Handshake => new()
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Current(),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
        }),
    };

    /// <summary>What is wrong with the files, as a sentence; null when nothing is.</summary>
    public static string? Fault(string file, string keyFile)
    {
        try
        {
            Read(file, keyFile);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return $"Platform__CertificateFile and Platform__CertificateKeyFile are PEM files of a certificate and its key: {e.Message}";
        }
    }

    private SslStreamCertificateContext Current()
    {
        lock (_one)
        {
            try
            {
                if (File.GetLastWriteTimeUtc(file) != _current.Written) _current = Read(file, keyFile);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                log.LogWarning(e, "The renewed certificate can't be read; the one before it is used on");
            }
            return _current.Context;
        }
    }

    private static (DateTime, SslStreamCertificateContext) Read(string file, string keyFile)
    {
        var written = File.GetLastWriteTimeUtc(file);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(file);
        return (written, SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(file, keyFile), [.. chain.Skip(1)], offline: true));
    }
}
