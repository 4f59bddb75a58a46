using Equalities.Commitments.V1;
using Grpc.Core;
using Words = Equalities.Commitments.V1;

namespace EqualitiesPlatform.Commitments;

internal sealed class AttestationEndpoint(Intake intake, Registers registers) : AttestationService.AttestationServiceBase
{
    private const int LongestDigest = 200;

    public override Task<AttestPositionResponse> AttestPosition(AttestPositionRequest r, ServerCallContext context) =>
        intake.Write<AttestPositionResponse>(context, r, async f =>
        {
            var (partner, year, shown) = (f.OwnOr(r.PartnerId), f.Year(r.Year), f.Text(r.PositionShown, LongestDigest));
            var statement = f.OptionalText(r.Statement);
            if (r.Signature.Length > 200) f.Violate("signature", "A signature has some 64 to 72 bytes.");
            f.Done();
            var keys = await registers.Find<PartnerKeysRegister>(StreamKey.Of(PartnerKeysId.Kind, partner.Value), ct: context.CancellationToken);
            return new AttestPosition(
                partner, year, shown, statement, r.Signature.IsEmpty ? null : r.Signature.ToBase64(),
                new Signing(keys?.Current?.Fingerprint, keys?.Current?.Key.Signed(YearEndAttestationId.ToSign(partner, year, shown), r.Signature.Span) == true));
        });

    public override Task<AnswerPositionResponse> AnswerPosition(AnswerPositionRequest r, ServerCallContext context) =>
        intake.Write<AnswerPositionResponse>(context, r, f => new AnswerPosition(
            f.OwnOr(r.PartnerId), f.Year(r.Year), f.Text(r.PositionShown, LongestDigest), f.Text(r.Reply)));

    public override Task<ReturnNilPositionResponse> ReturnNilPosition(ReturnNilPositionRequest r, ServerCallContext context) =>
        intake.Write<ReturnNilPositionResponse>(context, r, f => new ReturnNilPosition(
            f.OwnOr(r.PartnerId), f.Year(r.Year), f.Text(r.PositionShown, LongestDigest)));

    public override Task<AssessPositionResponse> AssessPosition(AssessPositionRequest r, ServerCallContext context) =>
        intake.Write<AssessPositionResponse>(context, r, f => new AssessPosition(f.Id<PartnerId>(r.PartnerId), f.Year(r.Year), f.Text(r.Assessment)));

    public override Task<ConcludePositionResponse> ConcludePosition(ConcludePositionRequest r, ServerCallContext context) =>
        intake.Write<ConcludePositionResponse>(context, r, f => new ConcludePosition(f.Id<PartnerId>(r.PartnerId), f.Year(r.Year), f.Text(r.FinalView)));

    public override async Task<GetAttestationResponse> GetAttestation(GetAttestationRequest r, ServerCallContext context)
    {
        var stream = intake.Read(f => (Partner: f.Id<PartnerId>(r.PartnerId), Year: f.Year(r.Year)));
        return new()
        {
            Attestation = Shown(await intake.Get<YearEndAttestationRegister>(context, YearEndAttestationId.Stream(stream.Partner, stream.Year), "attestation")),
        };
    }

    public override async Task<ListAttestationsResponse> ListAttestations(ListAttestationsRequest r, ServerCallContext context)
    {
        var page = await intake.List<YearEndAttestationRegister>(context, r);
        return new() { Attestations = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    private static Attestation Shown(YearEndAttestationRegister attestation) => new()
    {
        PartnerId = attestation.Partner.ToString(),
        Year = attestation.Year,
        Attested = attestation.Attested,
        PositionShown = attestation.PositionShown ?? "",
        Statement = attestation.Statement ?? "",
        SaidOn = attestation.SaidOn.Shown(),
        Renewals = attestation.Renewals,
        Version = attestation.Version,
        Answer = Enum.Parse<Words.PositionAnswer>(attestation.Answer.ToString()),
        FrozenSha256 = attestation.Frozen?.Sha256 ?? "",
        FrozenOn = attestation.FrozenOn.Shown(),
        AnswerBy = attestation.Frozen?.AnswerBy.Shown() ?? "",
        SignedBy = attestation.SignedBy ?? "",
        Signature = attestation.Signature ?? "",
        Assessment = attestation.Assessment ?? "",
        FinalView = attestation.FinalView ?? "",
    };
}
