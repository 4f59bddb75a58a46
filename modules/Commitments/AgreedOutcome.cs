namespace EqualitiesPlatform.Commitments;

// The outcome of a commitment on which both sides agree (Policy, "How" W4): agreed only while both hold the same
// wording, to the letter.

/// <summary>The sides of an agreement.</summary>
public enum Side
{
    /// <summary>The council.</summary>
    Council = 1,
    /// <summary>The partner.</summary>
    Partner,
}

/// <summary>A side put a wording forward, and so holds it.</summary>
[RecordedBy<AgreedOutcome>("commitments.outcome-worded.v1")]
public sealed record OutcomeWorded(CommitmentId Commitment, PartnerId Partner, Side By, [property: Statement] string Wording);

/// <summary>A side took over the wording that the other had put forward.</summary>
[RecordedBy<AgreedOutcome>("commitments.outcome-wording-taken.v1")]
public sealed record OutcomeWordingTaken(Side By, [property: Statement] string Wording);

/// <summary>Both sides hold the same wording: the outcome is agreed.</summary>
[RecordedBy<AgreedOutcome>("commitments.outcome-agreed.v1")]
public sealed record OutcomeAgreed([property: Statement] string Wording);

/// <summary>A side changed the wording of an agreed outcome, which is not agreed any more.</summary>
[RecordedBy<AgreedOutcome>("commitments.outcome-reopened.v1")]
public sealed record OutcomeReopened(Side By);

/// <summary>The commitment went to another partner, and its outcome with it.</summary>
[RecordedBy<AgreedOutcome>("commitments.outcome-passed-on.v1")]
public sealed record OutcomePassedOn(PartnerId From, PartnerId To);

/// <summary>What deciding about an agreed outcome needs to know.</summary>
internal sealed record AgreedOutcome(PartnerId? Partner) : IAggregate<AgreedOutcome>
{
    public static string Kind => "agreed-outcome";

    public static AgreedOutcome Unborn { get; } = new((PartnerId?)null);

    public bool BelongsTo(PartnerId organisation) => Partner == organisation;

    public static Decision Decide(AgreedOutcome state, ICommand command, Occasion occasion) =>
        Decision.Refuse("COMMAND_UNKNOWN", "This record does not know this command.");

    public static AgreedOutcome Evolve(AgreedOutcome state, object @event) => state;
}
