using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace EqualitiesPlatform.Issuer;

/// <summary>Somebody who can sign in: an office and its roles, never a person's name.</summary>
internal sealed record Persona(
    [property: JsonPropertyName("roles")] string[] Roles,
    [property: JsonPropertyName("name")] string Office);

/// <summary>
/// The offices that sign in here: three of the council, a lead for any partner key, and what the
/// installation's personas.json adds or puts in their place. The file is read at each request.
/// </summary>
internal sealed partial class Personas(string file)
{
    /// <summary>What to call oneself, for whoever asked with another name.</summary>
    public const string Known =
        "use governance-officer, auditor, administrator, a partner's key with -lead (capita-lead), or a name in personas.json.";

    private static readonly JsonSerializerOptions Strict = new()
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>The persona of that name; none when there is no such name, or the file has a fault.</summary>
    public Persona? Find(string name, out string? fault)
    {
        fault = null;
        try
        {
            if (File.Exists(file)
                && JsonSerializer.Deserialize<Dictionary<string, Persona>>(File.ReadAllText(file), Strict)?.GetValueOrDefault(name) is { } written)
                return written;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            fault = $"personas.json can't be read: {unreadable.Message}";
            return null;
        }
        return name switch
        {
            "governance-officer" => new(["GovernanceOfficer"], "Governance officer"),
            "auditor" => new(["Auditor"], "Auditor"),
            "administrator" => new(["Administrator"], "Administrator"),
            _ when PartnerLead().Match(name) is { Success: true } lead => new(["PartnerLead"], $"Partner lead, {lead.Groups["partner"].Value}"),
            _ => null,
        };
    }

    /// <summary>The person behind a persona, a UUIDv5 (RFC 9562) of tenant and name: signing in again gives the same.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "A UUIDv5 is made with SHA-1; nothing is kept secret by it.")]
    public static Guid PersonOf(Guid tenant, string name)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData([.. tenant.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)], hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    [GeneratedRegex("^(?<partner>[a-z0-9]+(-[a-z0-9]+)*)-lead\\z")]
    private static partial Regex PartnerLead();
}
