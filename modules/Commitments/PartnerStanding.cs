namespace EqualitiesPlatform.Commitments;

// How a partner stands: against each expectation (Policy, "Partners", bullets 1 to 5), and what it answered to each
// recommendation (Report 7.1 to 7.5). What the expectations and recommendations are, the pack says.

/// <summary>How a partner stands against an expectation.</summary>
public enum ExpectationStatus
{
    /// <summary>Nobody has said anything yet.</summary>
    NotStated = 1,
    /// <summary>It is met.</summary>
    Met,
    /// <summary>Some of it is met.</summary>
    PartlyMet,
    /// <summary>It is not met.</summary>
    NotMet,
}

/// <summary>What a partner says to a recommendation.</summary>
public enum RecommendationAnswer
{
    /// <summary>It will do so.</summary>
    Accepted = 1,
    /// <summary>It will not.</summary>
    Declined,
    /// <summary>It will do something of the kind.</summary>
    Modified,
}

/// <summary>It was attested how the partner stands against an expectation, from a day on.</summary>
/// <param name="Expectation">Such as expectation:p3.</param>
[RecordedBy<PartnerStanding>("commitments.expectation-attested.v1")]
public sealed record ExpectationAttested(
    PartnerId Partner, string Expectation, ExpectationStatus Status, [property: Statement] string Evidence, DateOnly EffectiveOn) : IEffective;

/// <summary>The partner is excepted from an expectation for a time.</summary>
/// <param name="ExpiresOn">The last day of the exception.</param>
[RecordedBy<PartnerStanding>("commitments.exception-granted.v1")]
public sealed record ExceptionGranted(
    PartnerId Partner, string Expectation, [property: Statement] string Reason, DateOnly ExpiresOn, DateOnly EffectiveOn) : IEffective;

/// <summary>The exception was taken back before its time.</summary>
[RecordedBy<PartnerStanding>("commitments.exception-revoked.v1")]
public sealed record ExceptionRevoked(string Expectation, [property: Statement] string Reason);

/// <summary>The exception's time has passed, and the expectation holds again.</summary>
/// <param name="EffectiveOn">The first day on which it holds no more.</param>
[RecordedBy<PartnerStanding>("commitments.exception-lapsed.v1")]
public sealed record ExceptionLapsed(string Expectation, DateOnly EffectiveOn) : IEffective;

/// <summary>The partner answered a recommendation.</summary>
/// <param name="Recommendation">Such as recommendation:r7-2.</param>
/// <param name="Commitments">The commitments that follow from the answer.</param>
[RecordedBy<PartnerStanding>("commitments.recommendation-answered.v1")]
public sealed record RecommendationAnswered(
    PartnerId Partner, string Recommendation, RecommendationAnswer Answer, [property: Statement] string Reason, IReadOnlyList<CommitmentId> Commitments);

/// <summary>What deciding about how a partner stands needs to know.</summary>
internal sealed record PartnerStanding(PartnerId? Partner) : IAggregate<PartnerStanding>
{
    public static string Kind => "partner-standing";

    public static PartnerStanding Unborn { get; } = new((PartnerId?)null);

    public bool BelongsTo(PartnerId organisation) => Partner == organisation;

    public static Decision Decide(PartnerStanding state, ICommand command, Occasion occasion) =>
        Decision.Refuse("COMMAND_UNKNOWN", "This record does not know this command.");

    public static PartnerStanding Evolve(PartnerStanding state, object @event) => state;
}
