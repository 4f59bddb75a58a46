namespace EqualitiesPlatform.Commitments;

/// <summary>A partner's row in the matrix of expectations, with its answers to the recommendations.</summary>
public sealed record PartnerStandingRegister : IRegister<PartnerStandingRegister>
{
    /// <inheritdoc/>
    public static string Kind => "partner-standing";

    /// <inheritdoc/>
    public required string Id { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <summary>The partner.</summary>
    public required PartnerId Partner { get; init; }

    /// <summary>How it stands against each expectation of which something was said, in the order of their keys.</summary>
    public IReadOnlyList<ExpectationEntry> Expectations { get; init; } = [];

    /// <summary>Its last answer to each recommendation that it answered, in the order of their keys.</summary>
    public IReadOnlyList<RecommendationEntry> Answers { get; init; } = [];

    /// <summary>How many expectations it meets.</summary>
    public int Met => Count(ExpectationStatus.Met);

    /// <summary>How many it meets in part.</summary>
    public int PartlyMet => Count(ExpectationStatus.PartlyMet);

    /// <summary>How many it does not meet.</summary>
    public int NotMet => Count(ExpectationStatus.NotMet);

    /// <summary>From how many it is excepted now.</summary>
    public int Excepted => Expectations.Count(e => e.ExceptedUntil is not null);

    /// <summary>How many recommendations it answered.</summary>
    public int Answered => Answers.Count;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [Partner];

    /// <inheritdoc/>
    public static PartnerStandingRegister? Fold(PartnerStandingRegister? document, RecordedEvent recorded)
    {
        var row = document ?? new PartnerStandingRegister { Id = recorded.Stream, Version = 0, Partner = new PartnerId(recorded.Id) };
        return (recorded.Event switch
        {
            ExpectationAttested e => row.With(e.Expectation, x => x.StatusOn is null || e.EffectiveOn >= x.StatusOn
                ? x with { Status = e.Status, StatusOn = e.EffectiveOn, Evidence = e.Evidence, LastAttestedOn = recorded.RecordedOn }
                : x with { LastAttestedOn = recorded.RecordedOn }),
            ExceptionGranted e => row.With(e.Expectation, x => x with { ExceptionReason = e.Reason, ExceptedUntil = e.ExpiresOn }),
            ExceptionRevoked e => row.With(e.Expectation, x => x with { ExceptionReason = null, ExceptedUntil = null }),
            ExceptionLapsed e => row.With(e.Expectation, x => x with { ExceptionReason = null, ExceptedUntil = null }),
            RecommendationAnswered e => row with
            {
                Answers = [.. row.Answers.Where(a => a.Recommendation != e.Recommendation)
                    .Append(new RecommendationEntry(e.Recommendation, e.Answer, e.Reason, e.Commitments, recorded.RecordedOn))
                    .OrderBy(a => a.Recommendation, StringComparer.Ordinal)],
            },
            _ => row,
        }) with { Version = recorded.Version };
    }

    private int Count(ExpectationStatus status) => Expectations.Count(e => e.Status == status);

    private PartnerStandingRegister With(string expectation, Func<ExpectationEntry, ExpectationEntry> change)
    {
        var entry = Expectations.FirstOrDefault(x => x.Expectation == expectation) ?? new ExpectationEntry(expectation, ExpectationStatus.NotStated, null, null, null, null, null);
        return this with { Expectations = [.. Expectations.Where(x => x.Expectation != expectation).Append(change(entry)).OrderBy(x => x.Expectation, StringComparer.Ordinal)] };
    }
}

/// <summary>How a partner stands against one expectation.</summary>
/// <param name="Expectation">Such as expectation:p3.</param>
/// <param name="StatusOn">The day from which the status holds.</param>
/// <param name="LastAttestedOn">The day on which something was last attested.</param>
/// <param name="ExceptedUntil">The last day of the exception, while one is in force.</param>
public sealed record ExpectationEntry(
    string Expectation, ExpectationStatus Status, DateOnly? StatusOn, string? Evidence, DateOnly? LastAttestedOn, string? ExceptionReason, DateOnly? ExceptedUntil);

/// <summary>A partner's answer to one recommendation.</summary>
/// <param name="Recommendation">Such as recommendation:r7-2.</param>
public sealed record RecommendationEntry(
    string Recommendation, RecommendationAnswer Answer, string Reason, IReadOnlyList<CommitmentId> Commitments, DateOnly AnsweredOn);
