namespace EqualitiesPlatform.Commitments;

// At the end of each financial year a partner's lead attests to its position, or answers it (Report 6.1).

/// <summary>A command about a partner's attestation of a year.</summary>
public interface IYearEndAttestationCommand : ICommand, IOpens
{
    /// <summary>The partner.</summary>
    PartnerId Partner { get; }

    /// <summary>The financial year.</summary>
    FinancialYear Year { get; }

    string ICommand.Stream => YearEndAttestationId.Stream(Partner, Year);

    PartnerId IOpens.Organisation => Partner;
}

/// <summary>Attest to the position as it was shown.</summary>
[GenerateSerializer, Immutable]
public sealed record AttestPosition(PartnerId Partner, FinancialYear Year, string PositionShown, string? Statement) : IYearEndAttestationCommand;

/// <summary>Answer the position as it was shown, instead of attesting to it.</summary>
[GenerateSerializer, Immutable]
public sealed record AnswerPosition(PartnerId Partner, FinancialYear Year, string PositionShown, string Reply) : IYearEndAttestationCommand;

/// <summary>The id of a partner's attestation of a year, which follows from both.</summary>
public static class YearEndAttestationId
{
    /// <summary>The stream's key.</summary>
    public static string Stream(PartnerId partner, FinancialYear year) =>
        StreamKey.Of("year-end-attestation", NameBasedId.Of(partner.Value, $"year-end-attestation:{year}"));
}

/// <summary>The lead attested that the position is as it was shown; again, when the position has changed since.</summary>
/// <param name="PositionShown">What was shown: the position's version or digest, as printed on it.</param>
[RecordedBy<YearEndAttestation>("commitments.position-attested.v1")]
public sealed record PositionAttested(PartnerId Partner, FinancialYear Year, string PositionShown, [property: Statement] string? Statement);

/// <summary>The lead answered the position instead of attesting to it.</summary>
/// <param name="PositionShown">What was shown: the position's version or digest, as printed on it.</param>
[RecordedBy<YearEndAttestation>("commitments.position-answered.v1")]
public sealed record PositionAnswered(PartnerId Partner, FinancialYear Year, string PositionShown, [property: Statement] string Reply);

/// <summary>What deciding about a year-end attestation needs to know.</summary>
/// <param name="Attested">The position that was attested to last, unless it was answered since.</param>
/// <param name="Answered">The last answer, unless the position was attested to since.</param>
internal sealed record YearEndAttestation(PartnerId? Partner, PositionAttested? Attested, PositionAnswered? Answered) : IAggregate<YearEndAttestation>
{
    public static string Kind => "year-end-attestation";

    public static YearEndAttestation Unborn { get; } = new(null, null, null);

    public bool BelongsTo(PartnerId organisation) => Partner == organisation;

    public static Decision Decide(YearEndAttestation state, ICommand command, Occasion occasion) => command switch
    {
        IYearEndAttestationCommand c when c.Year.First > occasion.Today =>
            Decision.Refuse("YEAR_NOT_BEGUN", $"{c.Year} begins on {c.Year.First.Shown()}; there is no position to speak of yet."),
        AttestPosition c => new PositionAttested(c.Partner, c.Year, c.PositionShown, c.Statement) is var attested && attested == state.Attested
            ? Decision.AlreadySo
            : Decision.Take(attested),
        AnswerPosition c => state.Attested?.PositionShown == c.PositionShown
            ? Decision.Refuse("POSITION_ALREADY_ATTESTED", "This very position was attested to; it can be answered once it has changed.")
            : new PositionAnswered(c.Partner, c.Year, c.PositionShown, c.Reply) is var answered && answered == state.Answered
                ? Decision.AlreadySo
                : Decision.Take(answered),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A year-end attestation does not know this command."),
    };

    public static YearEndAttestation Evolve(YearEndAttestation state, object @event) => @event switch
    {
        PositionAttested e => new(e.Partner, e, null),
        PositionAnswered e => new(e.Partner, null, e),
        _ => state,
    };
}
