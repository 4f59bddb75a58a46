namespace EqualitiesPlatform.Governance;

/// <summary>A report as lists and screens show it.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Stage">How far it has come.</param>
/// <param name="Restates">The report that it restates.</param>
/// <param name="UpTo">The position at which it was frozen; 0 while it is prepared.</param>
/// <param name="ContentHash">The hash of its body; empty while it is prepared.</param>
/// <param name="Reviewers">The reviewers that sign it off, with the day on which they did.</param>
public sealed record ReportRegister(
    string Id, long Version, ReportId Report, string? Key, ReportKind Kind, string Body, FinancialYear Year, DateOnly AsAt, PartnerId? Partner,
    ReportStage Stage, ReportId? Restates, long UpTo, string ContentHash, IReadOnlyList<ReportSignOff> Reviewers,
    string? Minute, ReportOutcome? Outcome, DateOnly? PublishedOn, string CertificateHash, int EarlyReaders) : IRegister<ReportRegister>
{
    static string IRegister<ReportRegister>.Kind => ReportId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => Partner is { } partner ? [partner] : [];

    /// <inheritdoc/>
    public static ReportRegister? Fold(ReportRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            ReportPrepared e => new ReportRegister(
                recorded.Stream, 0, e.Report, e.Key, e.Kind, e.Body, e.Year, e.AsAt, e.Partner, ReportStage.Prepared, null, 0, "", [], null, null, null, "", 0),
            ReportRestates e => document! with { Restates = e.Restated },
            ReportFrozen e => document! with
            {
                Stage = ReportStage.Frozen, UpTo = e.UpTo, ContentHash = e.ContentHash, Reviewers = [.. e.Reviewers.Select(r => new ReportSignOff(r.Key, r.Office, null))],
            },
            ReportReturned => document! with { Stage = ReportStage.Prepared, UpTo = 0, ContentHash = "", Reviewers = [] },
            ReportSignedOff e => document! with { Reviewers = [.. document.Reviewers.Select(r => r.Reviewer == e.Reviewer ? r with { SignedOffOn = recorded.RecordedOn } : r)] },
            ReportSubmitted => document! with { Stage = ReportStage.Submitted },
            ReportConsidered e => document! with
            {
                Stage = e.Outcome is ReportOutcome.Deferred ? ReportStage.Submitted : ReportStage.Considered, Minute = e.Minute, Outcome = e.Outcome,
            },
            ReportPublished e => document! with { Stage = ReportStage.Published, PublishedOn = recorded.RecordedOn, CertificateHash = e.CertificateHash },
            ReportEarlyAccessGiven => document! with { EarlyReaders = document.EarlyReaders + 1 },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;
}

/// <summary>A reviewer's office, and the day on which it signed off; none while it has not.</summary>
public sealed record ReportSignOff(string Reviewer, string Office, DateOnly? SignedOffOn);

/// <summary>How far a report has come.</summary>
public enum ReportStage
{
    /// <summary>It is being prepared, and has a live preview.</summary>
    Prepared = 1,
    /// <summary>Its body is frozen, and reviewers sign it off.</summary>
    Frozen,
    /// <summary>It was submitted to the body that it is for.</summary>
    Submitted,
    /// <summary>The body has considered it.</summary>
    Considered,
    /// <summary>It is published.</summary>
    Published,
}
