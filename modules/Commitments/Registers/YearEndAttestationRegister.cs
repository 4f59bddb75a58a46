namespace EqualitiesPlatform.Commitments;

/// <summary>A partner's attestation of a year, or its answer.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Year">The financial year, such as 2013-14.</param>
/// <param name="Attested">Whether the last word was an attestation; else it was an answer.</param>
/// <param name="PositionShown">The position that the last word was about.</param>
/// <param name="Statement">What was said with it.</param>
/// <param name="SaidOn">The day of the last word.</param>
/// <param name="Renewals">How often there was another word before.</param>
public sealed record YearEndAttestationRegister(
    string Id, long Version, PartnerId Partner, string Year, bool Attested, string PositionShown, string? Statement, DateOnly SaidOn, int Renewals)
    : IRegister<YearEndAttestationRegister>
{
    /// <inheritdoc/>
    public static string Kind => "year-end-attestation";

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [Partner];

    /// <inheritdoc/>
    public static YearEndAttestationRegister? Fold(YearEndAttestationRegister? document, RecordedEvent recorded)
    {
        var renewals = document is null ? 0 : document.Renewals + 1;
        return recorded.Event switch
        {
            PositionAttested e => new(recorded.Stream, recorded.Version, e.Partner, e.Year.ToString(), true, e.PositionShown, e.Statement, recorded.RecordedOn, renewals),
            PositionAnswered e => new(recorded.Stream, recorded.Version, e.Partner, e.Year.ToString(), false, e.PositionShown, e.Reply, recorded.RecordedOn, renewals),
            _ => document,
        };
    }
}
