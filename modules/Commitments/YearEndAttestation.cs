namespace EqualitiesPlatform.Commitments;

// At the end of each financial year a partner's lead attests to its position, or answers it (Report 6.1).

/// <summary>The lead attested that the position is as it was shown; again, when the position has changed since.</summary>
/// <param name="PositionShown">What was shown: the position's version or digest, as printed on it.</param>
[RecordedBy<YearEndAttestation>("commitments.position-attested.v1")]
public sealed record PositionAttested(PartnerId Partner, FinancialYear Year, string PositionShown, [property: Statement] string? Statement);

/// <summary>The lead answered the position instead of attesting to it.</summary>
/// <param name="PositionShown">What was shown: the position's version or digest, as printed on it.</param>
[RecordedBy<YearEndAttestation>("commitments.position-answered.v1")]
public sealed record PositionAnswered(PartnerId Partner, FinancialYear Year, string PositionShown, [property: Statement] string Reply);

/// <summary>What deciding about a year-end attestation needs to know.</summary>
internal sealed record YearEndAttestation(PartnerId? Partner) : IAggregate<YearEndAttestation>
{
    public static string Kind => "year-end-attestation";

    public static YearEndAttestation Unborn { get; } = new((PartnerId?)null);

    public bool BelongsTo(PartnerId organisation) => Partner == organisation;

    public static Decision Decide(YearEndAttestation state, ICommand command, Occasion occasion) =>
        Decision.Refuse("COMMAND_UNKNOWN", "This record does not know this command.");

    public static YearEndAttestation Evolve(YearEndAttestation state, object @event) => state;
}
