namespace EqualitiesPlatform.Commitments;

// A partner organisation: public, private, voluntary or community; a delivery unit of the council; or the council
// itself (Policy, "How" and "Partners"; Report 2.3, 7). How one follows another, and how one leaves, is in
// PartnerSuccession.cs; both are one record with one history.

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

/// <summary>End somebody's lead of the partner's reporting from a day on; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record StandDownLead(PartnerId Partner, PersonId Lead, DateOnly? Until) : IPartnerCommand;

/// <summary>Appoint somebody who contributes to the partner's reporting beside its lead from a day on; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record AppointContributor(PartnerId Partner, PersonId Contributor, DateOnly? From) : IPartnerCommand;

/// <summary>End somebody's part in the partner's reporting from a day on; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record StandDownContributor(PartnerId Partner, PersonId Contributor, DateOnly? Until) : IPartnerCommand;

/// <summary>Record that the organisation goes by another name, from a day on; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record RenamePartner(PartnerId Partner, string Name, DateOnly? EffectiveOn) : IPartnerCommand;

/// <summary>Adopt a version of the council's Policy, from a day on; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record AdoptPolicy(PartnerId Partner, string PolicyVersion, DateOnly? EffectiveOn) : IPartnerCommand;

/// <summary>Say where the partner's own equalities policy is, and which day it bears.</summary>
[GenerateSerializer, Immutable]
public sealed record LinkOwnPolicy(PartnerId Partner, string Url, DateOnly DatedOn) : IPartnerCommand;

/// <summary>Record how the link was found, on a day; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record CheckOwnPolicy(PartnerId Partner, OwnPolicyCheck Found, DateOnly? EffectiveOn) : IPartnerCommand;

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

/// <summary>Somebody leads it no more from a day on.</summary>
[RecordedBy<Partner>("commitments.lead-stood-down.v1")]
public sealed record LeadStoodDown(PersonId Lead, DateOnly EffectiveOn) : IEffective;

/// <summary>Somebody contributes to the partner's reporting from a day on.</summary>
[RecordedBy<Partner>("commitments.contributor-appointed.v1")]
public sealed record ContributorAppointed(PersonId Contributor, DateOnly EffectiveOn) : IEffective;

/// <summary>Somebody contributes no more from a day on.</summary>
[RecordedBy<Partner>("commitments.contributor-stood-down.v1")]
public sealed record ContributorStoodDown(PersonId Contributor, DateOnly EffectiveOn) : IEffective;

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

/// <summary>What deciding about a partner needs to know.</summary>
/// <param name="Leads">Who leads its reporting, and since when.</param>
/// <param name="Contributors">Who contributes to it, and since when.</param>
/// <param name="OwnPolicy">The link to its own policy, once there is one.</param>
internal sealed record Partner(
    PartnerId? Id, PartnerRegistered? Registered, string Name, IReadOnlyDictionary<PersonId, DateOnly> Leads,
    IReadOnlyDictionary<PersonId, DateOnly> Contributors, string? PolicyVersion,
    OwnPolicyLinked? OwnPolicy, PartnerStage Stage, bool IsSucceeded) : IAggregate<Partner>
{
    public static string Kind => PartnerId.Kind;

    public static Partner Unborn { get; } = new(null, null, "", new Dictionary<PersonId, DateOnly>(), new Dictionary<PersonId, DateOnly>(), null, null, PartnerStage.Active, false);

    public bool BelongsTo(PartnerId organisation) => Id == organisation;

    public static Decision Decide(Partner state, ICommand command, Occasion occasion) => command switch
    {
        RegisterPartner c => Register(state, c),
        _ when state.Id is null => Decision.Refuse("PARTNER_UNKNOWN", "There is no such partner; register it first."),
        ConcludeLeaving when state.Stage is PartnerStage.Left => Decision.AlreadySo,
        BeginLeaving when state.Stage is not PartnerStage.Active => Decision.AlreadySo,
        StandDownLead c => StandDown(state.Leads, c.Lead, c.Until, occasion, day => new LeadStoodDown(c.Lead, day))
            ?? Decision.Refuse("NOT_LEADING", "This person does not lead the partner's reporting."),
        StandDownContributor c => StandDown(state.Contributors, c.Contributor, c.Until, occasion, day => new ContributorStoodDown(c.Contributor, day))
            ?? Decision.Refuse("NOT_CONTRIBUTING", "This person does not contribute to the partner's reporting."),
        _ when state.Stage is PartnerStage.Left => Decision.Refuse("PARTNER_HAS_LEFT", "This partner has left; its record is kept as it is."),
        AppointLead c => Appoint(state.Leads, c.Lead, c.From, occasion, day => new LeadAppointed(c.Lead, day)),
        AppointContributor c => Appoint(state.Contributors, c.Contributor, c.From, occasion, day => new ContributorAppointed(c.Contributor, day)),
        RenamePartner c => state.Name == c.Name
            ? Decision.AlreadySo
            : occasion.InFuture(c.EffectiveOn) ?? Decision.Take(new PartnerRenamed(c.Name, c.EffectiveOn ?? occasion.Today)),
        AdoptPolicy c => state.PolicyVersion == c.PolicyVersion
            ? Decision.AlreadySo
            : occasion.InFuture(c.EffectiveOn) ?? Decision.Take(new PolicyAdopted(c.PolicyVersion, c.EffectiveOn ?? occasion.Today)),
        LinkOwnPolicy c => state.OwnPolicy is { } linked && linked.Url == c.Url && linked.DatedOn == c.DatedOn
            ? Decision.AlreadySo
            : occasion.InFuture(c.DatedOn) ?? Decision.Take(new OwnPolicyLinked(c.Url, c.DatedOn, occasion.Today)),
        CheckOwnPolicy c => state.OwnPolicy is null
            ? Decision.Refuse("NO_OWN_POLICY", "This partner has not said where its own equalities policy is; there is no link to check.")
            : occasion.InFuture(c.EffectiveOn) ?? Decision.Take(new OwnPolicyChecked(state.OwnPolicy.Url, c.Found, c.EffectiveOn ?? occasion.Today)),
        _ => PartnerSuccession.Decide(state, command, occasion),
    };

    public static Partner Evolve(Partner state, object @event) => @event switch
    {
        PartnerRegistered e => state with { Id = e.Partner, Registered = e, Name = e.Name },
        LeadAppointed e => state with { Leads = With(state.Leads, e.Lead, e.EffectiveOn) },
        LeadStoodDown e => state with { Leads = Without(state.Leads, e.Lead) },
        ContributorAppointed e => state with { Contributors = With(state.Contributors, e.Contributor, e.EffectiveOn) },
        ContributorStoodDown e => state with { Contributors = Without(state.Contributors, e.Contributor) },
        PartnerRenamed e => state with { Name = e.Name },
        PolicyAdopted e => state with { PolicyVersion = e.PolicyVersion },
        OwnPolicyLinked e => state with { OwnPolicy = e },
        PartnerMerged or PartnerSplit => state with { Stage = PartnerStage.Leaving, IsSucceeded = true, Leads = Unborn.Leads, Contributors = Unborn.Contributors },
        PartnerBeganLeaving => state with { Stage = PartnerStage.Leaving },
        PartnerLeft => state with { Stage = PartnerStage.Left },
        _ => state,
    };

    private static Decision Register(Partner state, RegisterPartner c)
    {
        var registered = new PartnerRegistered(c.Partner, c.Key, c.Name, c.Type, c.Sector, c.DutyApplies);
        return state.Registered is null ? Decision.Take(registered)
            : state.Registered == registered ? Decision.AlreadySo
            : Decision.Refuse("PARTNER_ALREADY_REGISTERED", "This partner is registered already, with other particulars.");
    }

    private static Dictionary<PersonId, DateOnly> With(IReadOnlyDictionary<PersonId, DateOnly> appointed, PersonId person, DateOnly from) => new(appointed) { [person] = from };

    private static Dictionary<PersonId, DateOnly> Without(IReadOnlyDictionary<PersonId, DateOnly> appointed, PersonId person) =>
        appointed.Where(a => a.Key != person).ToDictionary();

    private static Decision Appoint(IReadOnlyDictionary<PersonId, DateOnly> appointed, PersonId person, DateOnly? from, Occasion occasion, Func<DateOnly, object> fact) =>
        !appointed.TryGetValue(person, out var since) ? Decision.Take(fact(from ?? occasion.Today))
        : since == from || (from is null && since <= occasion.Today) ? Decision.AlreadySo
        : Decision.Refuse("APPOINTED_FROM_ANOTHER_DAY", $"They are appointed from {since.Shown()} already; stand them down first to appoint them from another day.");

    private static Decision? StandDown(IReadOnlyDictionary<PersonId, DateOnly> appointed, PersonId person, DateOnly? until, Occasion occasion, Func<DateOnly, object> fact) =>
        !appointed.TryGetValue(person, out var since) ? null
        : (until ?? occasion.Today) < since
            ? Decision.Refuse("STOOD_DOWN_BEFORE_APPOINTED", $"They were appointed from {since.Shown()}; it can't end before that.")
            : Decision.Take(fact(until ?? occasion.Today));
}
