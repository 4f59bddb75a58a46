namespace EqualitiesPlatform.Commitments;

/// <summary>Whether a partner takes commitments now.</summary>
public enum PartnerReadiness
{
    /// <summary>It does.</summary>
    Ready,
    /// <summary>It is leaving, or has left.</summary>
    Leaving,
    /// <summary>There is no such partner.</summary>
    Unknown,
}

/// <summary>The partners as every silo knows them.</summary>
public interface IPartners
{
    /// <summary>Whether a partner takes commitments now.</summary>
    PartnerReadiness ReadinessOf(PartnerId? partner);
}
