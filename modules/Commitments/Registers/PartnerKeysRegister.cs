namespace EqualitiesPlatform.Commitments;

/// <summary>The keys with which a partner signs and signed.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Keys">All of them, the first first.</param>
public sealed record PartnerKeysRegister(string Id, long Version, PartnerId Partner, IReadOnlyList<KeyEntry> Keys) : IRegister<PartnerKeysRegister>
{
    /// <inheritdoc/>
    public static string Kind => PartnerKeysId.Kind;

    /// <summary>The key that counts now, if there is one.</summary>
    public KeyEntry? Current => Keys.LastOrDefault(k => k.Until is null);

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [Partner];

    /// <inheritdoc/>
    public static PartnerKeysRegister? Fold(PartnerKeysRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            SigningKeyRegistered e => With(document ?? new PartnerKeysRegister(recorded.Stream, 0, e.Partner, []), e.Key, recorded.RecordedOn, null),
            SigningKeyRotated e => With(document!, e.Key, recorded.RecordedOn, null),
            SigningKeyRevoked e => document! with { Keys = Ended(document.Keys, recorded.RecordedOn, e.Reason) },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    private static PartnerKeysRegister With(PartnerKeysRegister document, SigningKey key, DateOnly day, string? revoked) =>
        document with { Keys = [.. Ended(document.Keys, day, revoked), new KeyEntry(key.Fingerprint, key, day, null, null)] };

    private static IReadOnlyList<KeyEntry> Ended(IReadOnlyList<KeyEntry> keys, DateOnly day, string? revoked) =>
        [.. keys.Select(k => k.Until is null ? k with { Until = day, Revoked = revoked } : k)];
}

/// <summary>A key.</summary>
/// <param name="Fingerprint">SHA-256 over its SubjectPublicKeyInfo.</param>
/// <param name="From">The day of its registration.</param>
/// <param name="Until">The day on which it was rotated or revoked.</param>
/// <param name="Revoked">Why it was revoked, if it was.</param>
public sealed record KeyEntry(string Fingerprint, SigningKey Key, DateOnly From, DateOnly? Until, string? Revoked);
