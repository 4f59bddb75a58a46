using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Commitments;

// How a partner stands: against each expectation (Policy, "Partners", bullets 1 to 5), and what it answered to each
// recommendation (Report 7.1 to 7.5). What the expectations and recommendations are, the pack says.

/// <summary>A command about how a partner stands.</summary>
public interface IPartnerStandingCommand : ICommand
{
    /// <summary>The partner.</summary>
    PartnerId Partner { get; }

    string ICommand.Stream => StreamKey.Of("partner-standing", Partner.Value);
}

/// <summary>Attest how the partner stands against an expectation, from a day on; today when no day is given.</summary>
/// <param name="Readiness">Whether there is such a partner: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record AttestExpectation(
    PartnerId Partner, string Expectation, ExpectationStatus Status, string Evidence, DateOnly? EffectiveOn,
    [property: JsonIgnore] PartnerReadiness Readiness = PartnerReadiness.Ready) : IPartnerStandingCommand, IOpens
{
    PartnerId IOpens.Organisation => Partner;
}

/// <summary>Except the partner from an expectation until a day; governance's word.</summary>
/// <param name="Readiness">Whether there is such a partner: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record GrantException(
    PartnerId Partner, string Expectation, string Reason, DateOnly ExpiresOn, [property: JsonIgnore] PartnerReadiness Readiness = PartnerReadiness.Ready)
    : IPartnerStandingCommand;

/// <summary>Take an exception back before its time; governance's word.</summary>
[GenerateSerializer, Immutable]
public sealed record RevokeException(PartnerId Partner, string Expectation, string Reason) : IPartnerStandingCommand;

/// <summary>Answer a recommendation; the partner's word.</summary>
[GenerateSerializer, Immutable]
public sealed record AnswerRecommendation(
    PartnerId Partner, string Recommendation, RecommendationAnswer Answer, string Reason, IReadOnlyList<CommitmentId> Commitments)
    : IPartnerStandingCommand, IOpens
{
    PartnerId IOpens.Organisation => Partner;
}

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
/// <param name="Exceptions">The exceptions in force, with their last days.</param>
/// <param name="Answers">The last answer to each recommendation.</param>
internal sealed record PartnerStanding(
    PartnerId? Partner, IReadOnlyDictionary<string, DateOnly> Exceptions, IReadOnlyDictionary<string, RecommendationAnswered> Answers)
    : IAggregate<PartnerStanding>
{
    public static string Kind => "partner-standing";

    public static PartnerStanding Unborn { get; } = new(null, new Dictionary<string, DateOnly>(), new Dictionary<string, RecommendationAnswered>());

    public DateOnly? WakesOn => Exceptions.Count == 0 ? null : Exceptions.Values.Min().AddDays(1);

    public bool BelongsTo(PartnerId organisation) => Partner == organisation;

    public static Decision Decide(PartnerStanding state, ICommand command, Occasion occasion)
    {
        var lapsed = state.Exceptions.Where(x => x.Value < occasion.Today).OrderBy(x => x.Value).ThenBy(x => x.Key, StringComparer.Ordinal)
            .Select(x => new ExceptionLapsed(x.Key, x.Value.AddDays(1))).ToArray();
        if (command is RaiseDue) return Decision.Take(lapsed);
        var decision = Answer(lapsed.Aggregate(state, Evolve), command, occasion);
        return decision is Decision.Taken { Events.Count: > 0 } taken ? Decision.Take([.. lapsed, .. taken.Events]) : decision;
    }

    public static PartnerStanding Evolve(PartnerStanding state, object @event) => @event switch
    {
        ExpectationAttested e => state with { Partner = e.Partner },
        ExceptionGranted e => state with { Partner = e.Partner, Exceptions = new Dictionary<string, DateOnly>(state.Exceptions) { [e.Expectation] = e.ExpiresOn } },
        ExceptionRevoked e => Without(state, e.Expectation),
        ExceptionLapsed e => Without(state, e.Expectation),
        RecommendationAnswered e => state with
        {
            Partner = e.Partner,
            Answers = new Dictionary<string, RecommendationAnswered>(state.Answers) { [e.Recommendation] = e },
        },
        _ => state,
    };

    private static Decision Answer(PartnerStanding state, ICommand command, Occasion occasion) => command switch
    {
        AttestExpectation c => c.Status is ExpectationStatus.NotStated
            ? Decision.Refuse("STATUS_NOT_SAID", "Say whether the expectation is met, partly met or not met; silence needs no words.")
            : Known(c.Readiness) ?? occasion.InFuture(c.EffectiveOn) ?? Decision.Take(
                new ExpectationAttested(c.Partner, c.Expectation, c.Status, c.Evidence, c.EffectiveOn ?? occasion.Today)),
        GrantException c => c.ExpiresOn < occasion.Today
            ? Decision.Refuse("EXCEPTION_ALREADY_EXPIRED", $"An exception lasts until today, {occasion.Today.Shown()}, at least.")
            : Known(c.Readiness) ?? Decision.Take(new ExceptionGranted(c.Partner, c.Expectation, c.Reason, c.ExpiresOn, occasion.Today)),
        RevokeException c => state.Exceptions.ContainsKey(c.Expectation)
            ? Decision.Take(new ExceptionRevoked(c.Expectation, c.Reason))
            : Decision.Refuse("NO_EXCEPTION", "The partner has no exception from this expectation."),
        AnswerRecommendation c => Answer(state, c),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "How a partner stands does not know this command."),
    };

    private static Decision Answer(PartnerStanding state, AnswerRecommendation c) =>
        c.Answer is RecommendationAnswer.Declined && c.Commitments.Count > 0
            ? Decision.Refuse("DECLINED_WITH_COMMITMENTS", "No commitments follow from a recommendation that is declined; modify it instead.")
        : state.Answers.TryGetValue(c.Recommendation, out var last) && last.Answer == c.Answer && last.Reason == c.Reason && last.Commitments.SequenceEqual(c.Commitments)
            ? Decision.AlreadySo
        : Decision.Take(new RecommendationAnswered(c.Partner, c.Recommendation, c.Answer, c.Reason, c.Commitments));

    // Also of a partner that is leaving it can be said how it stands.
    private static Decision? Known(PartnerReadiness readiness) => readiness is PartnerReadiness.Unknown ? Refusals.NotReady(readiness) : null;

    private static PartnerStanding Without(PartnerStanding state, string expectation) =>
        state with { Exceptions = state.Exceptions.Where(x => x.Key != expectation).ToDictionary() };
}
