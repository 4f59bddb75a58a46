using System.Security.Cryptography;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;
using Equalities.Options.V1;

namespace EqualitiesPlatform.Stories.Commitments;

public class PositionStories
{
    private static readonly PartnerId Capita = new(new Guid("00000000-0000-0000-0000-0000000000a1"));
    private static readonly FinancialYear Year = new(2013);
    private static readonly DateOnly Day = new(2014, 3, 31);
    private const string Digest = "3f9a";

    // Frozen on 2 April 2014, to be answered within 14 days.
    private static readonly PositionFrozen Frozen = new(Capita, Year, Day, 40, Digest, new(2014, 4, 16));
    private static readonly PositionAttested Attested = new(Capita, Year, Digest, null);
    private static readonly PositionSigned Signed = new(Capita, Year, Digest, "key-1", "c2ln");
    private static readonly PositionUnanswered Unanswered = new(Capita, Year, new(2014, 4, 16), new(2014, 4, 17));
    private static readonly AttestPosition Sign = new(Capita, Year, Digest, null, "c2ln", new Signing("key-1", true));

    private static Story<YearEndAttestation> Given(params object[] events) => Story<YearEndAttestation>.Given(events).On(2014, 4, 2).By(Role.PartnerLead, Capita);

    [Fact]
    public void A_position_is_frozen_and_asked_about_until_a_day()
    {
        var freeze = new FreezePosition(Capita, Year, Day, 40, Digest);
        Given().When(freeze).Then(Frozen);
        Given(Frozen).When(freeze with { Position = 44 }).ThenNothing();
        Given(Frozen, Attested).When(freeze with { Position = 50, Sha256 = "41c0" }).Then(Frozen with { Position = 50, Sha256 = "41c0" });
        Given().Under(("positions.answer-days", "7")).When(freeze).Then(Frozen with { AnswerBy = new(2014, 4, 9) });
    }

    [Fact]
    public void What_is_said_is_said_of_what_was_shown()
    {
        Given(Frozen).When(new AttestPosition(Capita, Year, "other", null)).ThenRefused("POSITION_NOT_AS_FROZEN");
        Given(Frozen).When(new AnswerPosition(Capita, Year, "other", "No")).ThenRefused("POSITION_NOT_AS_FROZEN");
        Given(Frozen).When(new AttestPosition(Capita, Year, Digest, null)).Then(Attested);
        Given(Frozen).When(new AnswerPosition(Capita, Year, Digest, "By letter")).Then(new PositionAnswered(Capita, Year, Digest, "By letter"));
    }

    [Fact]
    public void Silence_is_told_from_a_nil_return()
    {
        var raise = new RaiseDue(YearEndAttestationId.Stream(Capita, Year));
        Given(Frozen).On(2014, 4, 16).When(raise).ThenNothing();
        Given(Frozen).On(2014, 4, 17).When(raise).Then(Unanswered);
        Given(Frozen, Unanswered).On(2014, 5, 17).When(raise).ThenNothing();
        Given(Frozen, Attested).On(2014, 5, 17).When(raise).ThenNothing();
        Given(Frozen).On(2014, 4, 10).When(new ReturnNilPosition(Capita, Year, Digest)).Then(new PositionNilReturned(Capita, Year, Digest));
        Given(Frozen, new PositionNilReturned(Capita, Year, Digest)).When(new ReturnNilPosition(Capita, Year, Digest)).ThenNothing();
        Given(Frozen).State.WakesOn.Should().Be(new DateOnly(2014, 4, 17));
    }

    [Fact]
    public void What_is_said_too_late_does_not_undo_the_silence() =>
        Given(Frozen).On(2014, 4, 20).When(new AttestPosition(Capita, Year, Digest, null)).Then(Unanswered, Attested);

    [Fact]
    public void An_attestation_is_signed_with_the_partners_key_where_there_is_one()
    {
        Given(Frozen).When(Sign).Then(Attested, Signed);
        Given(Frozen, Attested).When(Sign).Then(Signed);
        Given(Frozen, Attested, Signed).When(Sign).ThenNothing();
        Given(Frozen).When(Sign with { Signature = null }).ThenRefused("SIGNATURE_NEEDED");
        Given(Frozen).When(Sign with { Signing = new Signing("key-1", false) }).ThenRefused("SIGNATURE_INVALID");
        Given(Frozen).When(Sign with { Signing = new Signing(null, false) }).ThenRefused("NO_KEY");
    }

    [Fact]
    public void The_council_assesses_the_partner_replies_and_the_final_view_follows()
    {
        var assessed = new PositionAssessed(Capita, Year, "Two of three were kept");
        var concluded = new PositionConcluded(Capita, Year, "The reply stands");
        Given().By(Role.GovernanceOfficer).When(new AssessPosition(Capita, Year, "Two of three were kept")).Then(assessed);
        Given(assessed).By(Role.GovernanceOfficer).When(new AssessPosition(Capita, Year, "Two of three were kept")).ThenNothing();
        Given(assessed).By(Role.GovernanceOfficer).When(new ConcludePosition(Capita, Year, "The reply stands")).Then(concluded);
        Given(assessed, concluded).By(Role.GovernanceOfficer).When(new ConcludePosition(Capita, Year, "The reply stands")).ThenNothing();
        Given().By(Role.GovernanceOfficer).When(new ConcludePosition(Capita, Year, "Nothing")).ThenRefused("NOTHING_TO_CONCLUDE");
    }

    [Fact]
    public void The_register_tells_asked_silent_and_said_apart()
    {
        PositionAnswer Answer(params object[] events) => Shown(events).Answer;
        Answer(new PositionAssessed(Capita, Year, "x")).Should().Be(PositionAnswer.NotAsked);
        Answer(Frozen).Should().Be(PositionAnswer.Awaited);
        Answer(Frozen, Unanswered).Should().Be(PositionAnswer.NoAnswer);
        Answer(Frozen, new PositionNilReturned(Capita, Year, Digest)).Should().Be(PositionAnswer.NilReturned);
        Answer(Frozen, new PositionAnswered(Capita, Year, Digest, "No")).Should().Be(PositionAnswer.Answered);
        Shown(Frozen, Attested, Signed, new PositionConcluded(Capita, Year, "Well")).Should().BeEquivalentTo(new { SignedBy = "key-1", FinalView = "Well", Attested = true, Renewals = 0 });
        Shown(Frozen, Attested, Signed, Frozen with { Sha256 = "41c0" }).Answer.Should().Be(PositionAnswer.Awaited, "another position was shown since");
    }

    private static YearEndAttestationRegister Shown(params object[] events) => events
        .Select(Recorded.As("year-end-attestation", StreamKey.IdOf(YearEndAttestationId.Stream(Capita, Year))))
        .Aggregate((YearEndAttestationRegister?)null, YearEndAttestationRegister.Fold)!;
}

public class SigningKeyStories
{
    private static readonly PartnerId Capita = new(new Guid("00000000-0000-0000-0000-0000000000a1"));

    // Any base64 will do here: what a key can do is told below.
    private static readonly SigningKey First = new(SigningAlgorithm.Ed25519, "AAAA");
    private static readonly SigningKey Second = new(SigningAlgorithm.EcdsaP256, "BBBB");
    private static readonly SigningKeyRegistered Registered = new(Capita, First.Fingerprint, First);
    private static readonly SigningKeyRotated Rotated = new(Capita, First.Fingerprint, Second.Fingerprint, Second, "c2ln");
    private static readonly SigningKeyRevoked Revoked = new(First.Fingerprint, "Stolen");

    private static Story<PartnerKeys> Given(params object[] events) => Story<PartnerKeys>.Given(events);

    [Fact]
    public void A_partner_has_one_key_at_a_time()
    {
        Given().When(new RegisterSigningKey(Capita, First)).Then(Registered);
        Given(Registered).When(new RegisterSigningKey(Capita, First)).ThenNothing();
        Given(Registered).When(new RegisterSigningKey(Capita, Second)).ThenRefused("KEY_IN_USE");
    }

    [Fact]
    public void The_present_key_hands_over_to_the_next()
    {
        var rotate = new RotateSigningKey(Capita, Second, "c2ln", true);
        Given(Registered).When(rotate).Then(Rotated);
        Given(Registered, Rotated).When(rotate).ThenNothing();
        Given(Registered).When(rotate with { Endorsed = false }).ThenRefused("KEY_NOT_ENDORSED");
        Given().When(rotate).ThenRefused("NO_KEY");
        Given(Registered, Rotated).When(new RotateSigningKey(Capita, First, "c2ln", true)).ThenRefused("KEY_USED_BEFORE");
    }

    [Fact]
    public void A_revoked_key_counts_no_more_and_never_again()
    {
        Given(Registered).When(new RevokeSigningKey(Capita, First.Fingerprint, "Stolen")).Then(Revoked);
        Given(Registered, Revoked).When(new RevokeSigningKey(Capita, First.Fingerprint, "Stolen")).ThenNothing();
        Given(Registered).When(new RevokeSigningKey(Capita, "unknown", "Stolen")).ThenRefused("KEY_UNKNOWN");
        Given(Registered, Revoked).When(new RegisterSigningKey(Capita, First)).ThenRefused("KEY_USED_BEFORE");
        Given(Registered, Revoked).When(new RegisterSigningKey(Capita, Second)).Then(new SigningKeyRegistered(Capita, Second.Fingerprint, Second));
    }

    [Fact]
    public void The_register_says_which_key_counts_and_why_one_does_not()
    {
        PartnerKeysRegister Shown(params object[] events) => events.Select(Recorded.As(PartnerKeysId.Kind, Capita.Value)).Aggregate((PartnerKeysRegister?)null, PartnerKeysRegister.Fold)!;
        Shown(Registered, Rotated).Current!.Fingerprint.Should().Be(Second.Fingerprint);
        var revoked = Shown(Registered, Revoked);
        revoked.Current.Should().BeNull();
        revoked.Keys.Should().ContainSingle().Which.Revoked.Should().Be("Stolen");
    }

    [Fact]
    public void Both_kinds_of_keys_are_read_as_openssl_writes_them_and_know_their_signatures()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var ed25519 = NSec.Cryptography.Key.Create(NSec.Cryptography.SignatureAlgorithm.Ed25519);
        var keys = new (SigningKey? Key, byte[] Signature)[]
        {
            (SigningKey.Read(System.Text.Encoding.ASCII.GetBytes(p256.ExportSubjectPublicKeyInfoPem())), p256.SignData("text"u8.ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
            (SigningKey.Read(ed25519.PublicKey.Export(NSec.Cryptography.KeyBlobFormat.PkixPublicKeyText)), NSec.Cryptography.SignatureAlgorithm.Ed25519.Sign(ed25519, "text"u8)),
        };
        keys.Select(k => k.Key!.Algorithm).Should().Equal(SigningAlgorithm.EcdsaP256, SigningAlgorithm.Ed25519);
        foreach (var (key, signature) in keys)
        {
            key!.Signed("text", signature).Should().BeTrue();
            key.Signed("texts", signature).Should().BeFalse();
            key.Signed("text", []).Should().BeFalse();
            SigningKey.Read(Convert.FromBase64String(key.Spki)).Should().Be(key, "DER is read as PEM is");
        }
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        SigningKey.Read(p384.ExportSubjectPublicKeyInfo()).Should().BeNull();
        using var spelled = ECDsa.Create(p256.ExportExplicitParameters(false));
        SigningKey.Read(spelled.ExportSubjectPublicKeyInfo()).Should().BeNull("a curve is named, and never spelled out by who gives the key");
        SigningKey.Read("no key at all"u8).Should().BeNull();
    }

    [Fact]
    public void A_key_with_any_bit_turned_or_cut_anywhere_is_read_or_is_none()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var ed25519 = NSec.Cryptography.Key.Create(NSec.Cryptography.SignatureAlgorithm.Ed25519);
        byte[][] files =
        [
            p256.ExportSubjectPublicKeyInfo(), System.Text.Encoding.ASCII.GetBytes(p256.ExportSubjectPublicKeyInfoPem()),
            ed25519.PublicKey.Export(NSec.Cryptography.KeyBlobFormat.PkixPublicKey), ed25519.PublicKey.Export(NSec.Cryptography.KeyBlobFormat.PkixPublicKeyText),
        ];
        var bent = files.SelectMany(file => Enumerable.Range(0, 8 * file.Length).Select(bit =>
        {
            var turned = file.ToArray();
            turned[bit / 8] ^= (byte)(1 << (bit % 8));
            return turned;
        }).Concat(Enumerable.Range(0, file.Length).Select(end => file[..end])));
        foreach (var file in bent)
        {
            var read = () => SigningKey.Read(file)?.Signed("text", "no signature"u8);
            read.Should().NotThrow(Convert.ToHexString(file)).Which.Should().NotBe(true);
        }
    }
}
