using Equalities.Commitments.V1;
using Grpc.Core;

namespace EqualitiesPlatform.Commitments;

internal sealed class AttestationEndpoint(Intake intake) : AttestationService.AttestationServiceBase
{
    public override Task<AttestPositionResponse> AttestPosition(AttestPositionRequest r, ServerCallContext context) =>
        intake.Write<AttestPositionResponse>(context, r, f => new AttestPosition(
            f.OwnOr(r.PartnerId), f.Year(r.Year), f.Text(r.PositionShown, 200), f.OptionalText(r.Statement)));

    public override Task<AnswerPositionResponse> AnswerPosition(AnswerPositionRequest r, ServerCallContext context) =>
        intake.Write<AnswerPositionResponse>(context, r, f => new AnswerPosition(
            f.OwnOr(r.PartnerId), f.Year(r.Year), f.Text(r.PositionShown, 200), f.Text(r.Reply)));

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
        PositionShown = attestation.PositionShown,
        Statement = attestation.Statement ?? "",
        SaidOn = attestation.SaidOn.Shown(),
        Renewals = attestation.Renewals,
        Version = attestation.Version,
    };
}
