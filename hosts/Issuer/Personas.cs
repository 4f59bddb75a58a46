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
/// The offices that sign in here: those of the council, a lead and a contributor for any partner key, and what the
/// installation's personas.json adds or puts in their place. The file is read at each request. An office may have
/// several holders, told apart by a number: governance-officer-2 is another person than governance-officer.
/// </summary>
internal sealed partial class Personas(string file)
{
    /// <summary>What to call oneself, for whoever asked with another name.</summary>
    public static string Known =>
        "use " + string.Join(", ", Offices.Keys) + " (one of several: governance-officer-2), a partner's key with -lead or -contributor (capita-lead), or a name in personas.json.";

    private static readonly Dictionary<string, Persona> Offices = new()
    {
        ["governance-officer"] = new(["GovernanceOfficer"], "Governance officer"),
        ["auditor"] = new(["Auditor"], "Auditor"),
        ["administrator"] = new(["Administrator"], "Administrator"),
        ["reviewer"] = new(["Reviewer"], "Reviewer"),
        ["case-officer"] = new(["CaseOfficer"], "Case officer"),
        ["customer-services-officer"] = new(["CustomerServices"], "Customer Services"),
        ["network-member"] = new(["NetworkMember"], "Network member"),
        ["elected-member"] = new(["ElectedMember"], "Elected member"),
        ["committee-clerk"] = new(["CommitteeClerk"], "Committee clerk"),
        ["engagement-officer"] = new(["EngagementOfficer"], "Engagement officer"),
        ["assessor"] = new(["Assessor"], "Assessor"),
        ["decision-maker"] = new(["DecisionMaker"], "Decision-maker"),
    };

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
        var office = Holder().Replace(name, "");
        return Offices.GetValueOrDefault(office) ?? (OfPartner().Match(name) is { Success: true } of
            ? of.Groups["part"].Value is "lead"
                ? new(["PartnerLead"], $"Partner lead, {of.Groups["partner"].Value}")
                : new(["PartnerContributor"], $"Partner contributor, {of.Groups["partner"].Value}")
            : null);
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

    [GeneratedRegex("^(?<partner>[a-z0-9]+(-[a-z0-9]+)*)-(?<part>lead|contributor)\\z")]
    private static partial Regex OfPartner();

    [GeneratedRegex("-[0-9]+\\z")]
    private static partial Regex Holder();
}
