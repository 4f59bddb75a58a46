namespace EqualitiesPlatform.Assessments;

/// <summary>The assessment of a proposal as lists and screens show it; the organisation whose proposal it is may see it.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Edition">How often what there is to read was signed off or begun anew: 1 until a signed assessment changes.</param>
/// <param name="Relevant">What the screen found; nothing before it.</param>
/// <param name="Stage">How far it has come.</param>
/// <param name="DueRegard">Whether the decision shows due regard; nothing before a decision.</param>
/// <param name="Flagged">Whether a decision on it was ever taken without due regard; this is never taken back.</param>
/// <param name="OpenedVersion">The version that the decision-maker had opened; 0 for none.</param>
/// <param name="ReviewMissed">Whether the review's day passed without it.</param>
/// <param name="ReviewFallingDue">Whether it was reminded of a review that is due and not there yet.</param>
public sealed record ImpactAssessmentRegister(
    string Id, long Version, ImpactAssessmentId Assessment, string? Key, ProposalKind Proposal, string Title, string Summary, PartnerId Organisation,
    string BudgetYear, AssessmentStage Stage, int Edition, bool? Relevant, string? Reasons, IReadOnlyList<EffectAssessed> Effects,
    IReadOnlyList<MitigationEntry> Mitigations, IReadOnlyList<ConsultationCited> Cited, bool Signed, ProposalOutcome? Outcome, string? Regard,
    DateOnly? DecidedOn, DueRegard? DueRegard, DueRegardGap? Gap, long OpenedVersion, DateOnly? ReviewOn, bool ReviewMissed,
    IReadOnlyList<ReviewEntry> Reviews, string? WithdrawnBecause, bool Flagged, bool ReviewFallingDue = false) : IRegister<ImpactAssessmentRegister>
{
    /// <inheritdoc/>
    public static string Kind => ImpactAssessmentId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [Organisation];

    /// <inheritdoc/>
    public static ImpactAssessmentRegister? Fold(ImpactAssessmentRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            AssessmentOpened e => new ImpactAssessmentRegister(
                recorded.Stream, 0, e.Assessment, e.Key, e.Kind, e.Title, e.Summary, e.Organisation, e.BudgetYear.ToString(), AssessmentStage.Opened, 1,
                null, null, [], [], [], false, null, null, null, null, null, 0, null, false, [], null, false),
            UnassessedDecisionRecorded e => new ImpactAssessmentRegister(
                recorded.Stream, 0, e.Assessment, e.Key, e.Kind, e.Title, e.Summary, e.Organisation, e.BudgetYear.ToString(), AssessmentStage.Decided, 1,
                null, null, [], [], [], false, e.Outcome, e.Source, e.EffectiveOn, Assessments.DueRegard.Missing, DueRegardGap.NoAssessment, 0,
                e.ReviewOn, false, [], null, true),
            ProposalScreened e => document! with { Relevant = e.Relevant, Reasons = e.Reasons, Stage = Later(document.Stage, AssessmentStage.Screened) },
            EffectAssessed e => document! with { Effects = [.. document.Effects.Where(k => k.Group != e.Group || k.Ward != e.Ward), e] },
            MitigationAgreed e => document! with { Mitigations = [.. document.Mitigations, new MitigationEntry(e.Key, e.Text, e.Owner, e.DueOn, e.Groups, e.Item, null, false)] },
            MitigationCompleted e => document!.With(e.Key, m => m with { CompletedOn = e.EffectiveOn, Overdue = false }),
            MitigationOverdue e => document!.With(e.Key, m => m with { Overdue = true }),
            ConsultationCited e => document! with { Cited = [.. document.Cited, e] },
            AssessmentSigned => document! with { Signed = true },
            AssessmentSignedOff => document! with { Stage = Later(document.Stage, AssessmentStage.SignedOff) },
            AssessmentReopened => document! with
            {
                Signed = false, Edition = document.Edition + 1,
                Stage = document.Stage is AssessmentStage.SignedOff ? AssessmentStage.Screened : document.Stage,
            },
            ProposalDecided e => document! with
            {
                Stage = AssessmentStage.Decided, Outcome = e.Outcome, Regard = e.DueRegard, DecidedOn = recorded.RecordedOn, ReviewOn = e.ReviewOn, ReviewMissed = false, ReviewFallingDue = false,
            },
            DueRegardShown e => document! with { DueRegard = Assessments.DueRegard.Shown, Gap = null, OpenedVersion = e.Version },
            DueRegardMissing e => document! with { DueRegard = Assessments.DueRegard.Missing, Gap = e.Gap, OpenedVersion = 0, Flagged = true },
            ImpactReviewFallingDue => document! with { ReviewFallingDue = true },
            ImpactReviewMissed => document! with { ReviewMissed = true },
            ImpactReviewed e => document! with { ReviewOn = e.NextOn, ReviewMissed = false, ReviewFallingDue = false, Reviews = [.. document.Reviews, new ReviewEntry(recorded.RecordedOn, e.Findings)] },
            ProposalWithdrawn e => document! with { Stage = AssessmentStage.Withdrawn, WithdrawnBecause = e.Reason, ReviewFallingDue = false },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    private ImpactAssessmentRegister With(string key, Func<MitigationEntry, MitigationEntry> change) =>
        this with { Mitigations = [.. Mitigations.Select(m => m.Key == key ? change(m) : m)] };

    private static AssessmentStage Later(AssessmentStage one, AssessmentStage other) => one > other ? one : other;
}

/// <summary>A mitigation of a proposal.</summary>
/// <param name="Item">The plan item that it became.</param>
/// <param name="CompletedOn">The day on which it was in place, if it is.</param>
public sealed record MitigationEntry(
    string Key, string Text, PartnerId Owner, DateOnly DueOn, IReadOnlyList<string> Groups, ActionPlanItemId Item, DateOnly? CompletedOn, bool Overdue);

/// <summary>A review of what a proposal did.</summary>
public sealed record ReviewEntry(DateOnly On, string Findings);

/// <summary>How far an assessment has come.</summary>
public enum AssessmentStage
{
    /// <summary>Opened, not screened yet.</summary>
    Opened = 1,
    /// <summary>Screened, and being made.</summary>
    Screened,
    /// <summary>Signed off by two persons.</summary>
    SignedOff,
    /// <summary>The proposal was decided.</summary>
    Decided,
    /// <summary>The proposal was withdrawn.</summary>
    Withdrawn,
}

/// <summary>Whether a decision shows due regard.</summary>
public enum DueRegard
{
    /// <summary>The decision-maker had opened the signed assessment as it stood.</summary>
    Shown = 1,
    /// <summary>They had not.</summary>
    Missing,
}
