using Equalities.Options.V1;
using Grpc.Core;

namespace EqualitiesPlatform.Ledger;

/// <summary>Who calls, as the token and the ledger say; put beside the call by <see cref="Gate"/>.</summary>
/// <param name="Actor">The person, in the role in which this rpc is called.</param>
/// <param name="Tenant">The identity provider's tenant that signed them in.</param>
/// <param name="Correlation">The trace that the call belongs to.</param>
public sealed record Caller(Actor Actor, string Tenant, string Correlation)
{
    /// <summary>The caller of a call that has passed the gate.</summary>
    public static Caller Of(ServerCallContext context) =>
        context.UserState.TryGetValue(typeof(Caller), out var caller)
            ? (Caller)caller
            : throw new InvalidOperationException("The call has not passed the gate.");

    /// <summary>Refuses a caller who is limited to an organisation what isn't theirs, whether it exists or not.</summary>
    /// <exception cref="LedgerException">NotYours.</exception>
    public void Demand(IReadOnlyList<PartnerId>? organisations)
    {
        if (Actor.Organisation is { } own && organisations?.Contains(own) != true)
            throw new LedgerException(FailureKind.NotYours, "NOT_YOURS", "You may only see your own organisation's records.");
    }
}

/// <summary>Which organisation a person acts for on a day; the module that keeps partners replaces the default.</summary>
public interface IAffiliations
{
    /// <summary>The organisation that a person leads on a day, if any.</summary>
    PartnerId? LedBy(PersonId person, DateOnly day);

    /// <summary>What an organisation is called now; null when it is not known.</summary>
    string? NameOf(PartnerId organisation) => null;

    /// <summary>The organisation to whose reporting a person contributes on a day, if any.</summary>
    PartnerId? ContributedToBy(PersonId person, DateOnly day);
}

internal sealed class NoAffiliations : IAffiliations
{
    public PartnerId? LedBy(PersonId person, DateOnly day) => null;
    public PartnerId? ContributedToBy(PersonId person, DateOnly day) => null;
}

/// <summary>Who may act in which role on a day; the module that keeps offices replaces the default.</summary>
public interface IOffices
{
    /// <summary>
    /// Whether somebody whose token carries a role may act in it on a day: unless they were appointed to it or stood down
    /// from it, and do not hold it on this day.
    /// </summary>
    bool Admits(PersonId person, Role role, DateOnly day);
}

internal sealed class NoOffices : IOffices
{
    public bool Admits(PersonId person, Role role, DateOnly day) => true;
}

/// <summary>Roles that are limited to one organisation.</summary>
internal static class Roles
{
    public static bool OwnOrganisationOnly(Role role) => role is Role.PartnerLead or Role.PartnerContributor;
}
