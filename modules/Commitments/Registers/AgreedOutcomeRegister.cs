namespace EqualitiesPlatform.Commitments;

/// <summary>The outcome of a commitment, with the wording that each side holds.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="CouncilsWording">What the council's side holds.</param>
/// <param name="PartnersWording">What the partner's side holds.</param>
/// <param name="AgreedOn">The day since which both hold the same.</param>
/// <param name="TimesReopened">How often an agreed wording was changed.</param>
public sealed record AgreedOutcomeRegister(
    string Id, long Version, CommitmentId Commitment, PartnerId Partner, string? CouncilsWording, string? PartnersWording, bool Agreed, DateOnly? AgreedOn,
    int TimesReopened) : IRegister<AgreedOutcomeRegister>
{
    /// <inheritdoc/>
    public static string Kind => "agreed-outcome";

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [Partner];

    /// <inheritdoc/>
    public static AgreedOutcomeRegister? Fold(AgreedOutcomeRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            OutcomeWorded e => (document ?? new AgreedOutcomeRegister(recorded.Stream, 0, e.Commitment, e.Partner, null, null, false, null, 0)).Holding(e.By, e.Wording),
            OutcomeWordingTaken e => document!.Holding(e.By, e.Wording),
            OutcomeAgreed => document! with { Agreed = true, AgreedOn = recorded.RecordedOn },
            OutcomeReopened => document! with { Agreed = false, AgreedOn = null, TimesReopened = document.TimesReopened + 1 },
            OutcomePassedOn e => document! with { Partner = e.To },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    private AgreedOutcomeRegister Holding(Side side, string wording) =>
        side is Side.Council ? this with { CouncilsWording = wording } : this with { PartnersWording = wording };
}
