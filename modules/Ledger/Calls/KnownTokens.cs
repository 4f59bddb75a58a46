using System.Collections.Concurrent;
using System.Security.Claims;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Whom valid tokens signed in, each for at most 60 seconds and never past its expiry. Only what the identity provider
/// said is kept: who leads what, and whether they were stood down, is asked of the ledger in each call. Asked for by the
/// header that bears a token, and kept by the token: one that is written in many ways takes one place.
/// </summary>
internal sealed class KnownTokens(TimeProvider time)
{
    private const string Scheme = "Bearer ";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, (ClaimsPrincipal SignedIn, DateTimeOffset Until, DateTimeOffset Expiry)> _valid = new(StringComparer.Ordinal);

    /// <summary>Whom a token signs in, with claims of their own, so that nothing one call adds is seen by another; null when it is not known to be valid.</summary>
    public ClaimsPrincipal? Find(string header) => Known(header, out var known) && time.GetUtcNow() < known.Until ? Copy(known.SignedIn) : null;

    /// <summary>Whether a token was valid when it was last checked, and has not expired since; it may have to be checked again.</summary>
    public bool HasMet(string header) => Known(header, out var known) && time.GetUtcNow() < known.Expiry;

    /// <summary>Keeps whom a token signed in that was checked just now, in full.</summary>
    public void Keep(string header, ClaimsPrincipal signedIn, DateTimeOffset expiry)
    {
        var token = TokenIn(header);
        if (token.IsEmpty) return;
        var longest = time.GetUtcNow() + Longest;
        if (_valid.Count >= Most) _valid.Clear();
        _valid[token.ToString()] = (Copy(signedIn), expiry < longest ? expiry : longest, expiry);
    }

    private bool Known(string header, out (ClaimsPrincipal SignedIn, DateTimeOffset Until, DateTimeOffset Expiry) known) =>
        _valid.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(TokenIn(header), out known);

    private static ReadOnlySpan<char> TokenIn(string header) =>
        header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header.AsSpan(Scheme.Length).Trim() : [];

    // A principal's own copy shares its identities.
    private static ClaimsPrincipal Copy(ClaimsPrincipal principal) => new(principal.Identities.Select(i => i.Clone()));
}
