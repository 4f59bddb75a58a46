namespace EqualitiesPlatform.Commitments;

/// <summary>What several aggregates refuse for the same reason, in the same words.</summary>
internal static class Refusals
{
    /// <summary>Refuses what would put something new on a partner that doesn't take it.</summary>
    public static Decision? NotReady(PartnerReadiness readiness) => readiness switch
    {
        PartnerReadiness.Leaving => Decision.Refuse("PARTNER_LEAVING", "This partner is leaving, or has left, and takes nothing new."),
        PartnerReadiness.Unknown => Decision.Refuse("PARTNER_UNKNOWN", "There is no such partner; register it first."),
        _ => null,
    };
}
