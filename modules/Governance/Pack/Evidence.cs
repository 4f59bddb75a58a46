namespace EqualitiesPlatform.Governance;

/// <summary>
/// What the records of a year can show of what partners were asked to do (Report 7): a pack says at each of its
/// recommendations which of these speak for it. It becomes the policy value <c>recommendations.KEY.evidence</c>.
/// </summary>
internal enum Evidence
{
    /// <summary>Networks met.</summary>
    NetworkMeetings = 1,
    /// <summary>Members brought something to a network.</summary>
    Contributions,
    /// <summary>Members agreed to a priority.</summary>
    PrioritiesAgreed,
    /// <summary>Members agreed to do something together.</summary>
    JointActions,
    /// <summary>Partners promoted a consultation.</summary>
    Promotions,
    /// <summary>Partners adopted the policy.</summary>
    Adoptions,
    /// <summary>Datasets were offered.</summary>
    DatasetsOffered,
    /// <summary>Datasets had a new version.</summary>
    DatasetVersions,
    /// <summary>Sharing was agreed.</summary>
    SharingAgreements,
    /// <summary>A dataset was used in commissioning.</summary>
    DatasetUses,
    /// <summary>Assessments were signed off.</summary>
    AssessmentsSignedOff,
    /// <summary>Mitigations were agreed.</summary>
    MitigationsAgreed,
    /// <summary>Decisions showed due regard.</summary>
    DueRegardShown,
    /// <summary>Achievements were recorded.</summary>
    Achievements,
}

/// <summary>The policy values that say which evidence speaks for which recommendation.</summary>
internal static class EvidenceValues
{
    /// <summary>The value's name for a recommendation.</summary>
    public static string NameFor(string recommendation) => $"recommendations.{recommendation}.evidence";

    /// <summary>The evidence for a recommendation, as values say; a word that this release does not know says nothing.</summary>
    public static IReadOnlyList<Evidence> For(IReadOnlyDictionary<string, string> values, string recommendation) =>
        [.. values.GetValueOrDefault(NameFor(recommendation), "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(PackWord.All<Evidence>().ContainsKey).Select(word => PackWord.All<Evidence>()[word])];
}
