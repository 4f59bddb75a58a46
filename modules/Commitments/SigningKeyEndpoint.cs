using Equalities.Commitments.V1;
using Google.Protobuf;
using Grpc.Core;
using SigningKey = EqualitiesPlatform.Ledger.SigningKey;
using Words = Equalities.Commitments.V1;

namespace EqualitiesPlatform.Commitments;

internal sealed class SigningKeyEndpoint(Intake intake, Registers registers) : SigningKeyService.SigningKeyServiceBase
{
    public override Task<RegisterSigningKeyResponse> RegisterSigningKey(RegisterSigningKeyRequest r, ServerCallContext context) =>
        intake.Write<RegisterSigningKeyResponse>(context, r, f => new RegisterSigningKey(f.OwnOr(r.PartnerId), Key(f, r.PublicKey)));

    public override Task<RotateSigningKeyResponse> RotateSigningKey(RotateSigningKeyRequest r, ServerCallContext context) =>
        intake.Write<RotateSigningKeyResponse>(context, r, async f =>
        {
            var (partner, key) = (f.OwnOr(r.PartnerId), Key(f, r.PublicKey));
            f.Done();
            var keys = await registers.Find<PartnerKeysRegister>(Stream(partner), ct: context.CancellationToken);
            return new RotateSigningKey(
                partner, key, r.Signature.ToBase64(), keys?.Current?.Key.Signed(PartnerKeys.HandOver(partner, key), r.Signature.Span) == true);
        });

    public override Task<RevokeSigningKeyResponse> RevokeSigningKey(RevokeSigningKeyRequest r, ServerCallContext context) =>
        intake.Write<RevokeSigningKeyResponse>(context, r, f => new RevokeSigningKey(f.OwnOr(r.PartnerId), f.Text(r.Fingerprint, 64), f.Text(r.Reason)));

    public override Task<GetHandOverResponse> GetHandOver(GetHandOverRequest r, ServerCallContext context)
    {
        var (partner, key) = intake.Read(f => (f.Id<PartnerId>(r.PartnerId), Key(f, r.PublicKey)));
        Caller.Of(context).Demand([partner]);
        return Task.FromResult(new GetHandOverResponse { Lines = { Texts.Lines(PartnerKeys.HandOver(partner, key)) } });
    }

    public override async Task<GetSigningKeysResponse> GetSigningKeys(GetSigningKeysRequest r, ServerCallContext context)
    {
        var partner = intake.Read(f => f.Id<PartnerId>(r.PartnerId));
        return new() { SigningKeys = Shown(await intake.Get<PartnerKeysRegister>(context, Stream(partner), "signing key of this partner")) };
    }

    public override async Task<ListSigningKeysResponse> ListSigningKeys(ListSigningKeysRequest r, ServerCallContext context)
    {
        var page = await intake.List<PartnerKeysRegister>(context, r);
        return new() { SigningKeys = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    private static string Stream(PartnerId partner) => StreamKey.Of(PartnerKeysId.Kind, partner.Value);

    private static SigningKey Key(Fields f, ByteString file)
    {
        if (SigningKey.Read(file.Span) is { } key) return key;
        f.Violate("public_key", "This is no public key of Ed25519 or P-256: give the file that `openssl pkey -pubout` writes.");
        return new SigningKey(default, "");
    }

    private static SigningKeys Shown(PartnerKeysRegister keys) => new()
    {
        PartnerId = keys.Partner.ToString(),
        Fingerprint = keys.Current?.Fingerprint ?? "",
        Keys =
        {
            keys.Keys.Select(k => new Words.SigningKey
            {
                Fingerprint = k.Fingerprint, Algorithm = Enum.Parse<Words.SigningAlgorithm>(k.Key.Algorithm.ToString()), Spki = k.Key.Spki,
                From = k.From.Shown(), Until = k.Until.Shown(), Revoked = k.Revoked ?? "",
            }),
        },
        Version = keys.Version,
    };
}
