using Equalities.Governance.V1;
using Grpc.Core;
using Words = Equalities.Governance.V1;

namespace EqualitiesPlatform.Governance;

internal sealed class PolicyDocumentEndpoint(Intake intake) : PolicyDocumentService.PolicyDocumentServiceBase
{
    private const int LongestName = 200;
    private const int LongestReference = 300;

    public override Task<DraftPolicyVersionResponse> DraftPolicyVersion(DraftPolicyVersionRequest r, ServerCallContext context) =>
        intake.Write<DraftPolicyVersionResponse>(context, r, f => new DraftPolicyVersion(
            f.OptionalId<PolicyDocumentId>(r.DocumentId) ?? f.NewId<PolicyDocumentId>(r.Key), f.OptionalKey(r.Key), f.Text(r.Title, LongestName), r.ForPartners,
            f.Text(r.Version, 100), f.Text(r.Reference, LongestReference)));

    public override Task<RevisePolicyVersionResponse> RevisePolicyVersion(RevisePolicyVersionRequest r, ServerCallContext context) =>
        intake.Write<RevisePolicyVersionResponse>(context, r, f => new RevisePolicyVersion(
            Document(f, r.DocumentId), f.Text(r.Version, 100), f.Text(r.Reference, LongestReference), f.Text(r.Change)));

    public override Task<ConsultOnPolicyVersionResponse> ConsultOnPolicyVersion(ConsultOnPolicyVersionRequest r, ServerCallContext context) =>
        intake.Write<ConsultOnPolicyVersionResponse>(context, r, f => new ConsultOnPolicyVersion(
            Document(f, r.DocumentId), f.Text(r.Version, 100), f.Text(r.Consultation, LongestReference), f.Day(r.ClosesOn)));

    public override async Task<ApprovePolicyVersionResponse> ApprovePolicyVersion(ApprovePolicyVersionRequest r, ServerCallContext context)
    {
        var body = intake.Read(f => f.Id<BodyId>(r.BodyId));
        await intake.Get<BodyRegister>(context, StreamKey.Of(BodyId.Kind, body.Value), "body");
        return await intake.Write<ApprovePolicyVersionResponse>(context, r, f => new ApprovePolicyVersion(
            Document(f, r.DocumentId), f.Text(r.Version, 100), body, f.Text(r.Minute, LongestReference), f.OptionalDay(r.EffectiveOn), f.OptionalText(r.Unconsulted)));
    }

    public override Task<PublishPolicyVersionResponse> PublishPolicyVersion(PublishPolicyVersionRequest r, ServerCallContext context) =>
        intake.Write<PublishPolicyVersionResponse>(context, r, f => new PublishPolicyVersion(
            Document(f, r.DocumentId), f.Text(r.Version, 100), f.Text(r.Address, LongestReference), f.OptionalDay(r.EffectiveOn)));

    public override Task<DropPolicyVersionResponse> DropPolicyVersion(DropPolicyVersionRequest r, ServerCallContext context) =>
        intake.Write<DropPolicyVersionResponse>(context, r, f => new DropPolicyVersion(Document(f, r.DocumentId), f.Text(r.Version, 100), f.Text(r.Reason)));

    public override Task<TiePolicyReviewResponse> TiePolicyReview(TiePolicyReviewRequest r, ServerCallContext context) =>
        intake.Write<TiePolicyReviewResponse>(context, r, f => new TiePolicyReview(
            Document(f, r.DocumentId), f.Id<PolicyDocumentId>(r.WithId), f.Id<ObligationId>(r.ObligationId)));

    public override Task<BeginPolicyReviewResponse> BeginPolicyReview(BeginPolicyReviewRequest r, ServerCallContext context) =>
        intake.Write<BeginPolicyReviewResponse>(context, r, f => new BeginPolicyReview(Document(f, r.DocumentId), f.Text(r.Occasion, LongestName), f.OptionalDay(r.EffectiveOn)));

    public override Task<ConcludePolicyReviewResponse> ConcludePolicyReview(ConcludePolicyReviewRequest r, ServerCallContext context) =>
        intake.Write<ConcludePolicyReviewResponse>(context, r, f => new ConcludePolicyReview(
            Document(f, r.DocumentId), f.Word<ReviewOutcome>(r.Outcome), f.Text(r.Reference, LongestReference), f.OptionalDay(r.EffectiveOn)));

    public override async Task<GetPolicyDocumentResponse> GetPolicyDocument(GetPolicyDocumentRequest r, ServerCallContext context)
    {
        var id = intake.Read(f => f.Id<PolicyDocumentId>(r.DocumentId));
        return new() { Document = Shown(await intake.Get<PolicyDocumentRegister>(context, StreamKey.Of(PolicyDocumentId.Kind, id.Value), "policy document")) };
    }

    public override async Task<ListPolicyDocumentsResponse> ListPolicyDocuments(ListPolicyDocumentsRequest r, ServerCallContext context)
    {
        var page = await intake.List<PolicyDocumentRegister>(context, r);
        return new() { Documents = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    private static PolicyDocumentId Document(Fields f, string documentId) => f.Id<PolicyDocumentId>(documentId, "r.DocumentId");

    private static Words.PolicyDocument Shown(PolicyDocumentRegister document) => new()
    {
        DocumentId = document.Document.ToString(),
        Key = document.Key ?? "",
        Title = document.Title,
        ForPartners = document.ForPartners,
        InForce = document.InForce ?? "",
        Versions =
        {
            document.Versions.Select(v => new PolicyVersion
            {
                Version = v.Version, Stage = Enum.Parse<Words.PolicyVersionStage>(v.Stage.ToString()), Reference = v.Reference, Changes = { v.Changes },
                Consultation = v.Consultation ?? "", ClosesOn = v.ClosesOn.Shown(), Unconsulted = v.Unconsulted ?? "", BodyId = v.Body?.ToString() ?? "",
                Minute = v.Minute ?? "", ApprovedOn = v.ApprovedOn.Shown(), PublishedOn = v.PublishedOn.Shown(), SupersededOn = v.SupersededOn.Shown(),
            }),
        },
        ReviewedWithId = document.ReviewedWith?.ToString() ?? "",
        ReviewObligationId = document.ReviewObligation?.ToString() ?? "",
        UnderReviewSince = document.UnderReviewSince.Shown(),
        ReviewedOn = document.ReviewedOn.Shown(),
        ReviewOutcome = document.ReviewOutcome is { } outcome ? Enum.Parse<Words.ReviewOutcome>(outcome.ToString()) : Words.ReviewOutcome.Unspecified,
        Adoptions = { document.Adoptions.Select(a => new Adoption { PartnerId = a.Partner.ToString(), Version = a.Version, On = a.On.Shown() }) },
        RecordVersion = document.Version,
    };
}
