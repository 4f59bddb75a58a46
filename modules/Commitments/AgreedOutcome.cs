using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Commitments;

// The outcome of a commitment on which both sides agree (Policy, "How" W4): agreed only while both hold the same
// wording, to the letter, and never by one person for both sides.

/// <summary>A command about the outcome of a commitment.</summary>
public interface IAgreedOutcomeCommand : ICommand
{
    /// <summary>The commitment.</summary>
    CommitmentId Commitment { get; }

    string ICommand.Stream => StreamKey.Of("agreed-outcome", Commitment.Value);
}

/// <summary>Put a wording forward for one's own side.</summary>
/// <param name="Partner">Who holds the commitment: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record WordOutcome(CommitmentId Commitment, string Wording, [property: JsonIgnore] PartnerId Partner) : IAgreedOutcomeCommand, IOpens
{
    PartnerId IOpens.Organisation => Partner;
}

/// <summary>Agree, for one's own side, to the wording that the other side put forward, which is said again to be sure.</summary>
[GenerateSerializer, Immutable]
public sealed record AgreeOutcome(CommitmentId Commitment, string Wording) : IAgreedOutcomeCommand;

/// <summary>Let the outcome follow its commitment to another partner; sent by a follow-up.</summary>
[GenerateSerializer, Immutable]
public sealed record PassOnOutcome(CommitmentId Commitment, PartnerId To) : IAgreedOutcomeCommand;

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

/// <summary>What deciding about an agreed outcome needs to know: the wording that each side holds, and who said so.</summary>
internal sealed record AgreedOutcome(PartnerId? Partner, string? Councils, string? Partners, PersonId CouncilsBy, PersonId PartnersBy) : IAggregate<AgreedOutcome>
{
    public static string Kind => "agreed-outcome";

    public static AgreedOutcome Unborn { get; } = new(null, null, null, default, default);

    /// <summary>Whether both sides hold the same wording.</summary>
    public bool IsAgreed => Councils is not null && string.Equals(Councils, Partners, StringComparison.Ordinal);

    public bool BelongsTo(PartnerId organisation) => Partner == organisation;

    public static Decision Decide(AgreedOutcome state, ICommand command, Occasion occasion)
    {
        var side = occasion.Actor.Organisation is not null ? Side.Partner : Side.Council;
        return command switch
        {
            WordOutcome c when c.Wording == state.HeldBy(side) => Decision.AlreadySo,
            WordOutcome c => Settled(state, new OutcomeWorded(c.Commitment, state.Partner ?? c.Partner, side, c.Wording), side, occasion),
            _ when state.Partner is null => Decision.Refuse("OUTCOME_UNKNOWN", "No outcome was worded for this commitment; word it first."),
            AgreeOutcome c when c.Wording == state.HeldBy(side) => Decision.AlreadySo,
            AgreeOutcome c => state.HeldBy(Other(side)) is not { } offered
                ? Decision.Refuse("NOTHING_TO_AGREE", "The other side has not put a wording forward.")
                : c.Wording != offered
                    ? Decision.Refuse("WORDING_DIFFERS", "This is not, to the letter, what the other side put forward; read it again, or put this forward instead.")
                    : Settled(state, new OutcomeWordingTaken(side, c.Wording), side, occasion),
            PassOnOutcome c => state.Partner == c.To ? Decision.AlreadySo : Decision.Take(new OutcomePassedOn(state.Partner.Value, c.To)),
            _ => Decision.Refuse("COMMAND_UNKNOWN", "An agreed outcome does not know this command."),
        };
    }

    public static AgreedOutcome Evolve(AgreedOutcome state, object @event) => @event switch
    {
        OutcomeWorded e => (state with { Partner = e.Partner }).Holding(e.By, e.Wording),
        OutcomeWordingTaken e => state.Holding(e.By, e.Wording),
        OutcomePassedOn e => state with { Partner = e.To },
        _ => state,
    };

    public static AgreedOutcome Evolve(AgreedOutcome state, object @event, Actor by) => (Evolve(state, @event), @event) switch
    {
        (var next, OutcomeWorded { By: Side.Council } or OutcomeWordingTaken { By: Side.Council }) => next with { CouncilsBy = by.Person },
        (var next, OutcomeWorded or OutcomeWordingTaken) => next with { PartnersBy = by.Person },
        var (next, _) => next,
    };

    private static Decision Settled(AgreedOutcome state, object held, Side side, Occasion occasion) => (state.IsAgreed, Evolve(state, held)) switch
    {
        (_, { IsAgreed: true }) when (side is Side.Council ? state.PartnersBy : state.CouncilsBy) == occasion.Actor.Person
            => Decision.Refuse("SAME_PERSON", "You put this wording forward for the other side; somebody else agrees to it for yours."),
        (true, { IsAgreed: false }) => Decision.Take(held, new OutcomeReopened(side)),
        (_, { IsAgreed: true } agreed) => Decision.Take(held, new OutcomeAgreed(agreed.Councils!)),
        _ => Decision.Take(held),
    };

    private static Side Other(Side side) => side is Side.Council ? Side.Partner : Side.Council;

    private string? HeldBy(Side side) => side is Side.Council ? Councils : Partners;

    private AgreedOutcome Holding(Side side, string wording) => side is Side.Council ? this with { Councils = wording } : this with { Partners = wording };
}
