using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Commitments;

// How one organisation follows another, and how one leaves (Policy, "How"; Report 6.3). Both are two steps: the fact
// here, then, by follow-ups, what it means for each commitment; a partner has left when none of its own is open.

/// <summary>Record that the organisation went up in another, from a day on; today when no day is given.</summary>
/// <param name="Readiness">Whether the other takes commitments now: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record MergePartner(
    PartnerId Partner, PartnerId Into, string Reason, DateOnly? EffectiveOn, [property: JsonIgnore] PartnerReadiness Readiness = PartnerReadiness.Ready)
    : IPartnerCommand;

/// <summary>Record that the organisation became several, from a day on; today when no day is given.</summary>
/// <param name="Shares">The successors; the first takes what no share names.</param>
/// <param name="Readiness">Whether all successors take commitments now: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record SplitPartner(
    PartnerId Partner, IReadOnlyList<PartnerShare> Shares, string Reason, DateOnly? EffectiveOn,
    [property: JsonIgnore] PartnerReadiness Readiness = PartnerReadiness.Ready) : IPartnerCommand;

/// <summary>Record that a service passed to another provider with its commitments, from a day on; today when no day is given.</summary>
/// <param name="Readiness">Whether the other takes commitments now: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record TransferService(
    PartnerId Partner, PartnerId To, string Service, IReadOnlyList<CommitmentId> Commitments, string Reason, DateOnly? EffectiveOn,
    [property: JsonIgnore] PartnerReadiness Readiness = PartnerReadiness.Ready) : IPartnerCommand;

/// <summary>Tell the successor whom it follows; sent by a follow-up.</summary>
[GenerateSerializer, Immutable]
public sealed record ReceiveSuccession(PartnerId Partner, PartnerId From, Succession Succession, DateOnly EffectiveOn) : IPartnerCommand;

/// <summary>Begin to leave.</summary>
[GenerateSerializer, Immutable]
public sealed record BeginLeaving(PartnerId Partner, string Reason) : IPartnerCommand;

/// <summary>Leave, none of the partner's commitments being open; sent by the follow-up that has seen so.</summary>
[GenerateSerializer, Immutable]
public sealed record ConcludeLeaving(PartnerId Partner) : IPartnerCommand;

/// <summary>Whether a partner is here to stay.</summary>
public enum PartnerStage
{
    /// <summary>It is.</summary>
    Active = 1,
    /// <summary>It takes no new commitments, and will have left once none is open.</summary>
    Leaving,
    /// <summary>It has left.</summary>
    Left,
}

/// <summary>How one organisation follows another.</summary>
public enum Succession
{
    /// <summary>One goes up in the other.</summary>
    Merger = 1,
    /// <summary>One becomes several.</summary>
    Split,
    /// <summary>A service goes from one to the other; both live on.</summary>
    ServiceTransfer,
}

/// <summary>The organisation went up in another: its leads, and every commitment that is open, go there.</summary>
/// <param name="Leads">Who led its reporting then, and leads the successor's from that day on.</param>
[RecordedBy<Partner>("commitments.partner-merged.v1")]
public sealed record PartnerMerged(
    PartnerId Partner, PartnerId Into, IReadOnlyList<PersonId> Leads, [property: Statement] string Reason, DateOnly EffectiveOn) : IEffective;

/// <summary>A part of a split organisation with the commitments that go to it.</summary>
[GenerateSerializer, Immutable]
public sealed record PartnerShare(PartnerId Partner, IReadOnlyList<CommitmentId> Commitments);

/// <summary>The organisation became several; the first of them takes its leads and whatever no share names.</summary>
[RecordedBy<Partner>("commitments.partner-split.v1")]
public sealed record PartnerSplit(
    PartnerId Partner, IReadOnlyList<PartnerShare> Shares, IReadOnlyList<PersonId> Leads, [property: Statement] string Reason, DateOnly EffectiveOn) : IEffective;

/// <summary>A service passed to another provider, and these commitments with it (Policy, "How"; Report 6.3).</summary>
[RecordedBy<Partner>("commitments.service-transferred.v1")]
public sealed record ServiceTransferred(
    PartnerId Partner, PartnerId To, string Service, IReadOnlyList<CommitmentId> Commitments, [property: Statement] string Reason, DateOnly EffectiveOn) : IEffective;

/// <summary>Told to the successor: it follows another organisation, wholly or in part.</summary>
[RecordedBy<Partner>("commitments.succession-received.v1")]
public sealed record SuccessionReceived(PartnerId From, Succession Succession, DateOnly EffectiveOn) : IEffective;

/// <summary>The partner is leaving: it takes no new commitments, and has left once none is open.</summary>
[RecordedBy<Partner>("commitments.partner-began-leaving.v1")]
public sealed record PartnerBeganLeaving(PartnerId Partner, [property: Statement] string Reason, DateOnly EffectiveOn) : IEffective;

/// <summary>The partner has left; none of its commitments was open.</summary>
[RecordedBy<Partner>("commitments.partner-left.v1")]
public sealed record PartnerLeft(DateOnly EffectiveOn) : IEffective;

/// <summary>Decides about succession and leaving.</summary>
internal static class PartnerSuccession
{
    public static Decision Decide(Partner state, ICommand command, Occasion occasion) => command switch
    {
        ReceiveSuccession c => Decision.Take(new SuccessionReceived(c.From, c.Succession, c.EffectiveOn)),
        BeginLeaving c => Decision.Take(new PartnerBeganLeaving(c.Partner, c.Reason, occasion.Today)),
        ConcludeLeaving => state.Stage is PartnerStage.Leaving
            ? Decision.Take(new PartnerLeft(occasion.Today))
            : Decision.Refuse("NOT_LEAVING", "This partner is not leaving."),
        MergePartner c => Unfit(state, [c.Into], c.Readiness, c.EffectiveOn, occasion)
            ?? Decision.Take(new PartnerMerged(c.Partner, c.Into, Leads(state), c.Reason, c.EffectiveOn ?? occasion.Today)),
        SplitPartner c => Unfit(state, c.Shares.Select(s => s.Partner), c.Readiness, c.EffectiveOn, occasion) ?? Split(state, c, occasion),
        TransferService c => Unfit(state, [c.To], c.Readiness, c.EffectiveOn, occasion)
            ?? Decision.Take(new ServiceTransferred(c.Partner, c.To, c.Service, c.Commitments, c.Reason, c.EffectiveOn ?? occasion.Today)),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A partner does not know this command."),
    };

    private static Decision Split(Partner state, SplitPartner c, Occasion occasion) =>
        c.Shares.Select(s => s.Partner).Distinct().Count() < 2 || c.Shares.Select(s => s.Partner).Distinct().Count() < c.Shares.Count
            ? Decision.Refuse("SPLIT_NEEDS_TWO", "A partner splits into two others at least, each named once; for one, merge it.")
        : c.Shares.SelectMany(s => s.Commitments).GroupBy(id => id).Any(g => g.Count() > 1)
            ? Decision.Refuse("COMMITMENT_SHARED_TWICE", "A commitment goes to one successor only; it is named in two shares.")
        : Decision.Take(new PartnerSplit(c.Partner, c.Shares, Leads(state), c.Reason, c.EffectiveOn ?? occasion.Today));

    private static Decision? Unfit(Partner state, IEnumerable<PartnerId> successors, PartnerReadiness readiness, DateOnly? day, Occasion occasion) =>
        state.IsSucceeded
            ? Decision.Refuse("PARTNER_ALREADY_SUCCEEDED", "This partner has gone up in another, or split, already.")
        : successors.Contains(state.Id!.Value)
            ? Decision.Refuse("SUCCEEDS_ITSELF", "A partner can't follow itself; name another.")
        : Refusals.NotReady(readiness) ?? occasion.InFuture(day);

    private static PersonId[] Leads(Partner state) => [.. state.Leads.Keys.OrderBy(p => p.Value)];
}
