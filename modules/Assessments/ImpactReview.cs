namespace EqualitiesPlatform.Assessments;

// What a proposal did in fact is reviewed (Policy, "How" W3; Report 2.1: the Duty goes on after the decision): by a day
// that the decision sets, of which somebody is reminded before it comes. How long before is set by the pack (practice).

/// <summary>Record a review of what the proposal did in fact, and when to look again, if at all.</summary>
[GenerateSerializer, Immutable]
public sealed record ReviewImpact(ImpactAssessmentId Assessment, string Findings, DateOnly? NextOn) : IImpactAssessmentCommand;

/// <summary>A review is due by a day, and will be reminded of.</summary>
/// <param name="DueOn">The last day for it.</param>
/// <param name="RemindOn">The day on which it is reminded of.</param>
[RecordedBy<ImpactAssessment>("assessments.impact-review-set.v1")]
public sealed record ImpactReviewSet(DateOnly DueOn, DateOnly RemindOn);

/// <summary>A review falls due soon: whose it is, is reminded. Once for each day that was set.</summary>
[RecordedBy<ImpactAssessment>("assessments.impact-review-falling-due.v1")]
public sealed record ImpactReviewFallingDue(DateOnly DueOn, DateOnly EffectiveOn) : IEffective;

/// <summary>The day by which the effects were to be reviewed passed without a review.</summary>
[RecordedBy<ImpactAssessment>("assessments.impact-review-missed.v1")]
public sealed record ImpactReviewMissed(DateOnly DueOn, DateOnly EffectiveOn) : IEffective;

/// <summary>What the proposal did in fact was reviewed.</summary>
[RecordedBy<ImpactAssessment>("assessments.impact-reviewed.v1")]
public sealed record ImpactReviewed([property: Statement] string Findings, DateOnly? NextOn);

/// <summary>The next review of what a proposal did.</summary>
/// <param name="RemindOn">The day on which it is reminded of; none once it was.</param>
/// <param name="Missed">Whether its day passed without it.</param>
internal sealed record ImpactReview(DateOnly DueOn, DateOnly? RemindOn, bool Missed)
{
    /// <summary>The next day on which there is something to raise.</summary>
    public DateOnly? WakesOn => Missed ? null : RemindOn ?? DueOn.AddDays(1);

    /// <summary>A review by a day; none for no day.</summary>
    public static ImpactReview? On(DateOnly? dueOn) => dueOn is { } day ? new(day, null, false) : null;

    /// <summary>That a review is due by a day, and when it is reminded of.</summary>
    public static object[] Set(DateOnly? dueOn, Occasion occasion) =>
        dueOn is { } day ? [new ImpactReviewSet(day, day.AddDays(-occasion.Policy.Number("assessments.review-remind-days", 14)))] : [];

    public static Decision Decide(ImpactAssessment state, ReviewImpact c, Occasion occasion)
    {
        if (state.Decided is null) return Decision.Refuse("NOT_DECIDED", "There is nothing to review before the proposal is decided.");
        return c.NextOn <= occasion.Today
            ? Decision.Refuse("DUE_IN_PAST", $"The next review is after today, {occasion.Today:yyyy-MM-dd}.")
            : Decision.Take([new ImpactReviewed(c.Findings, c.NextOn), .. Set(c.NextOn, occasion)]);
    }

    public static ImpactReview? After(ImpactReview? review, object @event) => @event switch
    {
        ImpactReviewSet e => new(e.DueOn, e.RemindOn, false),
        ImpactReviewFallingDue => review! with { RemindOn = null },
        ImpactReviewMissed => review! with { Missed = true },
        ImpactReviewed e => On(e.NextOn),
        _ => review,
    };

    /// <summary>What is due by a day: a reminder, or, once it is too late for one, that it was missed.</summary>
    public object[] DueBy(DateOnly today) =>
        Missed ? []
        : DueOn < today ? [new ImpactReviewMissed(DueOn, DueOn.AddDays(1))]
        : RemindOn is { } day && day <= today ? [new ImpactReviewFallingDue(DueOn, day)]
        : [];
}
