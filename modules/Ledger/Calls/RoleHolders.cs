using System.Security.Claims;
using Equalities.Options.V1;

namespace EqualitiesPlatform.Ledger;

/// <summary>Somebody signed in, and the role that they act in.</summary>
public sealed record RoleHolder(PersonId Person, Role Role);

/// <summary>Who acts in which role: what their token carries, unless the ledger says that they hold it no more.</summary>
public sealed class RoleHolders(People people, IOffices offices, SiloTables tables, LedgerClock clock)
{
    /// <summary>Somebody signed in, in the first of the roles that they hold today; null when they hold none of them.</summary>
    /// <exception cref="LedgerException">Unavailable: this silo can't know who holds what.</exception>
    public async Task<RoleHolder?> In(IEnumerable<Role> roles, ClaimsPrincipal principal)
    {
        if (principal.FindFirstValue("oid") is not { } subject) return null;
        PersonId? person = null;
        foreach (var role in roles)
        {
            if (!principal.IsInRole(role.ToString())) continue;
            person ??= await people.SignedIn(TenantOf(principal), subject);
            tables.DemandTrust();
            if (offices.Admits(person.Value, role, LedgerClock.DayOf(clock.GetUtcNow()))) return new(person.Value, role);
        }
        return null;
    }

    /// <summary>The tenant that a token was issued for; empty when it says none.</summary>
    internal static string TenantOf(ClaimsPrincipal principal) => principal.FindFirstValue("tid") ?? "";
}
