using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Commitments;

// The key with which a partner signs what it attests to: registered, rotated to the next, revoked when it is lost or
// known to others (practice: signatures of public bodies). Private keys never come here.

/// <summary>A command about a partner's signing keys.</summary>
public interface IPartnerKeysCommand : ICommand, IOpens
{
    /// <summary>The partner.</summary>
    PartnerId Partner { get; }

    string ICommand.Stream => StreamKey.Of(PartnerKeysId.Kind, Partner.Value);

    PartnerId IOpens.Organisation => Partner;
}

/// <summary>Where the record of a partner's keys stands: under the partner's own id.</summary>
public static class PartnerKeysId
{
    /// <summary>The kind of the record.</summary>
    public const string Kind = "partner-keys";
}

/// <summary>Register the partner's key.</summary>
[GenerateSerializer, Immutable]
public sealed record RegisterSigningKey(PartnerId Partner, SigningKey Key) : IPartnerKeysCommand;

/// <summary>Go over to another key, which the present one has signed.</summary>
/// <param name="Endorsed">Whether the present key made the signature: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record RotateSigningKey(PartnerId Partner, SigningKey Key, string Signature, [property: JsonIgnore] bool Endorsed) : IPartnerKeysCommand;

/// <summary>Revoke a key: nothing that it signs from now on counts.</summary>
[GenerateSerializer, Immutable]
public sealed record RevokeSigningKey(PartnerId Partner, string Fingerprint, string Reason) : IPartnerKeysCommand;

/// <summary>The partner signs with this key from now on.</summary>
/// <param name="Fingerprint">SHA-256 over the SubjectPublicKeyInfo.</param>
[RecordedBy<PartnerKeys>("commitments.signing-key-registered.v1")]
public sealed record SigningKeyRegistered(PartnerId Partner, string Fingerprint, SigningKey Key);

/// <summary>The partner signs with this key from now on, and with the one before no longer.</summary>
/// <param name="Signature">The earlier key's signature over the new one, in base64.</param>
[RecordedBy<PartnerKeys>("commitments.signing-key-rotated.v1")]
public sealed record SigningKeyRotated(PartnerId Partner, string From, string Fingerprint, SigningKey Key, string Signature);

/// <summary>A key counts no more.</summary>
[RecordedBy<PartnerKeys>("commitments.signing-key-revoked.v1")]
public sealed record SigningKeyRevoked(string Fingerprint, [property: Statement] string Reason);

/// <summary>What deciding about a partner's keys needs to know.</summary>
internal sealed record PartnerKeys(PartnerId? Partner, string? Current, IReadOnlyList<string> Known) : IAggregate<PartnerKeys>
{
    public static string Kind => PartnerKeysId.Kind;

    public static PartnerKeys Unborn { get; } = new(null, null, []);

    public bool BelongsTo(PartnerId organisation) => Partner == organisation;

    /// <summary>What the earlier key signs to hand over to the next.</summary>
    public static string HandOver(PartnerId partner, SigningKey next) => $"equalities signing key\npartner {partner}\nkey {next.Fingerprint}\n";

    public static Decision Decide(PartnerKeys state, ICommand command, Occasion occasion) => command switch
    {
        RegisterSigningKey c when c.Key.Fingerprint == state.Current => Decision.AlreadySo,
        RotateSigningKey c when c.Key.Fingerprint == state.Current => Decision.AlreadySo,
        _ when ((command as RegisterSigningKey)?.Key ?? (command as RotateSigningKey)?.Key) is { } key && state.Known.Contains(key.Fingerprint) =>
            Decision.Refuse("KEY_USED_BEFORE", "This key was the partner's before; make a new one."),
        RegisterSigningKey c => state.Current is null
            ? Decision.Take(new SigningKeyRegistered(c.Partner, c.Key.Fingerprint, c.Key))
            : Decision.Refuse("KEY_IN_USE", "The partner has a key; rotate it, or revoke it first when it is lost."),
        RotateSigningKey when state.Current is null => Decision.Refuse("NO_KEY", "The partner has no key to rotate; register one."),
        RotateSigningKey c => c.Endorsed
            ? Decision.Take(new SigningKeyRotated(c.Partner, state.Current, c.Key.Fingerprint, c.Key, c.Signature))
            : Decision.Refuse("KEY_NOT_ENDORSED", "The present key has not signed the new one; sign the text that `signing-keys hand-over` gives."),
        RevokeSigningKey c when !state.Known.Contains(c.Fingerprint) => Decision.Refuse("KEY_UNKNOWN", "The partner never had a key with this fingerprint."),
        RevokeSigningKey c => c.Fingerprint == state.Current
            ? Decision.Take(new SigningKeyRevoked(c.Fingerprint, c.Reason))
            : Decision.AlreadySo,
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A partner's keys do not know this command."),
    };

    public static PartnerKeys Evolve(PartnerKeys state, object @event) => @event switch
    {
        SigningKeyRegistered e => new(e.Partner, e.Fingerprint, [.. state.Known, e.Fingerprint]),
        SigningKeyRotated e => new(e.Partner, e.Fingerprint, [.. state.Known, e.Fingerprint]),
        SigningKeyRevoked => state with { Current = null },
        _ => state,
    };
}
