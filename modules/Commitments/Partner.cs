namespace EqualitiesPlatform.Commitments;

// A partner organisation: public, private, voluntary or community; a delivery unit of the council; or the council
// itself (Policy, "How" and "Partners"; Report 2.3, 7).

/// <summary>A command to a partner's record.</summary>
public interface IPartnerCommand : ICommand
{
    /// <summary>The partner.</summary>
    PartnerId Partner { get; }

    string ICommand.Stream => StreamKey.Of(PartnerId.Kind, Partner.Value);
}

/// <summary>Enter an organisation as a partner.</summary>
[GenerateSerializer, Immutable]
public sealed record RegisterPartner(
    PartnerId Partner, string? Key, string Name, OrganisationType Type, string? Sector, bool DutyApplies) : IPartnerCommand;

/// <summary>Appoint somebody to lead the partner's reporting from a day on; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record AppointLead(PartnerId Partner, PersonId Lead, DateOnly? From) : IPartnerCommand;

/// <summary>End somebody's lead of the partner's reporting after a day; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record StandDownLead(PartnerId Partner, PersonId Lead, DateOnly? Until) : IPartnerCommand;

/// <summary>What sort of organisation a partner is.</summary>
public enum OrganisationType
{
    /// <summary>The council itself.</summary>
    Council = 1,
    /// <summary>A delivery unit of the council.</summary>
    DeliveryUnit,
    /// <summary>Another public body.</summary>
    Public,
    /// <summary>A company.</summary>
    Private,
    /// <summary>A voluntary or community organisation.</summary>
    VoluntaryAndCommunity,
}

/// <summary>An organisation is a partner from now on.</summary>
[RecordedBy<Partner>("commitments.partner-registered.v1")]
public sealed record PartnerRegistered(PartnerId Partner, string? Key, string Name, OrganisationType Type, string? Sector, bool DutyApplies);

/// <summary>Somebody leads the partner's reporting from a day on.</summary>
[RecordedBy<Partner>("commitments.lead-appointed.v1")]
public sealed record LeadAppointed(PersonId Lead, DateOnly EffectiveOn) : IEffective;

/// <summary>Somebody leads it no more after a day.</summary>
[RecordedBy<Partner>("commitments.lead-stood-down.v1")]
public sealed record LeadStoodDown(PersonId Lead, DateOnly EffectiveOn) : IEffective;

/// <summary>The organisation goes by another name from a day on; the record and its history stay one.</summary>
[RecordedBy<Partner>("commitments.partner-renamed.v1")]
public sealed record PartnerRenamed(string Name, DateOnly EffectiveOn) : IEffective;

/// <summary>The partner adopted a version of the council's Policy (Policy, "Partners", bullet 1).</summary>
[RecordedBy<Partner>("commitments.policy-adopted.v1")]
public sealed record PolicyAdopted(string PolicyVersion, DateOnly EffectiveOn) : IEffective;

/// <summary>The partner's own equalities policy is found here; whatever was linked before is replaced.</summary>
/// <param name="DatedOn">The day that the policy itself bears.</param>
[RecordedBy<Partner>("commitments.own-policy-linked.v1")]
public sealed record OwnPolicyLinked(string Url, DateOnly DatedOn, DateOnly EffectiveOn) : IEffective;

/// <summary>How the link to the partner's own policy was found on a day.</summary>
public enum OwnPolicyCheck
{
    /// <summary>It opens, and shows a policy in force.</summary>
    Current = 1,
    /// <summary>It opens nothing, or something else.</summary>
    Broken,
    /// <summary>It shows a policy whose time has passed.</summary>
    Expired,
}

/// <summary>Somebody followed the link to the partner's own policy.</summary>
[RecordedBy<Partner>("commitments.own-policy-checked.v1")]
public sealed record OwnPolicyChecked(string Url, OwnPolicyCheck Found, DateOnly EffectiveOn) : IEffective;

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

/// <summary>What deciding about a partner needs to know.</summary>
internal sealed record Partner(PartnerId? Id, PartnerRegistered? Registered, IReadOnlyDictionary<PersonId, DateOnly> Leads) : IAggregate<Partner>
{
    public static string Kind => PartnerId.Kind;

    public static Partner Unborn { get; } = new(null, null, new Dictionary<PersonId, DateOnly>());

    public bool BelongsTo(PartnerId organisation) => Id == organisation;

    public static Decision Decide(Partner state, ICommand command, Occasion occasion) => command switch
    {
        RegisterPartner c => Register(state, c),
        _ when state.Id is null => Decision.Refuse("PARTNER_UNKNOWN", "There is no such partner; register it first."),
        AppointLead c => state.Leads.ContainsKey(c.Lead)
            ? Decision.AlreadySo
            : Decision.Take(new LeadAppointed(c.Lead, c.From ?? occasion.Today)),
        StandDownLead c => !state.Leads.TryGetValue(c.Lead, out var since)
            ? Decision.Refuse("NOT_LEADING", "This person does not lead the partner's reporting.")
            : c.Until < since
                ? Decision.Refuse("STOOD_DOWN_BEFORE_APPOINTED", $"They were appointed from {since:yyyy-MM-dd}; the lead can't end before that.")
                : Decision.Take(new LeadStoodDown(c.Lead, c.Until ?? occasion.Today)),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A partner does not know this command."),
    };

    public static Partner Evolve(Partner state, object @event) => @event switch
    {
        PartnerRegistered e => state with { Id = e.Partner, Registered = e },
        LeadAppointed e => state with { Leads = new Dictionary<PersonId, DateOnly>(state.Leads) { [e.Lead] = e.EffectiveOn } },
        LeadStoodDown e => state with { Leads = state.Leads.Where(l => l.Key != e.Lead).ToDictionary() },
        _ => state,
    };

    private static Decision Register(Partner state, RegisterPartner c)
    {
        var registered = new PartnerRegistered(c.Partner, c.Key, c.Name, c.Type, c.Sector, c.DutyApplies);
        return state.Registered is null ? Decision.Take(registered)
            : state.Registered == registered ? Decision.AlreadySo
            : Decision.Refuse("PARTNER_ALREADY_REGISTERED", "This partner is registered already, with other particulars.");
    }
}
