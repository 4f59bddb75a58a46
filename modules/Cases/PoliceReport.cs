namespace EqualitiesPlatform.Cases;

// What a hate-crime report has beside the life of every case: what was reported, and whether the police may be told
// (third-party reporting is practice; Policy, "Achieve" 1). Without consent the police are told nothing.

/// <summary>Note whether the police may be told.</summary>
[GenerateSerializer, Immutable]
internal sealed record RecordConsent(CaseId Case, PoliceConsent Consent) : ICaseCommand;

/// <summary>Note that the police were told.</summary>
[GenerateSerializer, Immutable]
internal sealed record ReportToPolice(CaseId Case, TextId Text, string Mark) : ICaseCommand;

/// <summary>Whether the police may be told.</summary>
internal enum PoliceConsent
{
    /// <summary>They may.</summary>
    Given = 1,
    /// <summary>They may not.</summary>
    Refused,
    /// <summary>Nobody has asked yet, so they may not.</summary>
    NotAsked,
}

/// <summary>What was reported.</summary>
internal enum IncidentKind
{
    /// <summary>Something that the law may call a crime.</summary>
    Crime = 1,
    /// <summary>An incident that is no crime, and was felt as hate.</summary>
    NonCrimeIncident,
}

/// <summary>What a hate-crime report speaks of.</summary>
[RecordedBy<Case>("cases.incident-reported.v1")]
internal sealed record IncidentReported(IncidentKind Incident);

/// <summary>Whether the police may be told was recorded; the last holds.</summary>
[RecordedBy<Case>("cases.consent-recorded.v1")]
internal sealed record ConsentRecorded(PoliceConsent Consent);

/// <summary>The police were told, with consent.</summary>
/// <param name="Text">How, and under which reference, in the erasable store.</param>
[RecordedBy<Case>("cases.reported-to-police.v1")]
internal sealed record ReportedToPolice(TextId Text) : ISaysOfSomebody;

/// <summary>What only a hate-crime report has.</summary>
internal static class PoliceReport
{
    public static Decision Decide(Case state, ICommand command) => (state.Of, command) switch
    {
        (not CaseKind.HateCrimeReport, _) => Decision.Refuse("NOT_A_HATE_CRIME_REPORT", "Only a hate-crime report goes to the police, with consent."),
        (_, RecordConsent c) => state.Consent == c.Consent ? Decision.AlreadySo : Decision.Take(new ConsentRecorded(c.Consent)),
        (_, ReportToPolice) when state.Consent is not PoliceConsent.Given =>
            Decision.Refuse("NO_CONSENT", "Whoever this report is about has not agreed that the police are told; record their consent first."),
        (_, ReportToPolice c) => Decision.Take(new ReportedToPolice(c.Text)),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A hate-crime report does not know this command."),
    };
}
