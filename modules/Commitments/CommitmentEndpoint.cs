using Equalities.Commitments.V1;
using Grpc.Core;
using Words = Equalities.Commitments.V1;

namespace EqualitiesPlatform.Commitments;

internal sealed class CommitmentEndpoint(Intake intake) : CommitmentService.CommitmentServiceBase
{
    public override Task<ProposeCommitmentResponse> ProposeCommitment(ProposeCommitmentRequest r, ServerCallContext context) =>
        intake.Write<ProposeCommitmentResponse>(context, r, f => new ProposeCommitment(
            f.NewId<CommitmentId>(r.Key), f.OptionalKey(r.Key), f.OwnOr(r.PartnerId), f.Text(r.Wording), "", f.References(r.Serves), f.OptionalDay(r.DueOn)));

    public override Task<AcceptCommitmentResponse> AcceptCommitment(AcceptCommitmentRequest r, ServerCallContext context) =>
        intake.Write<AcceptCommitmentResponse>(context, r, f => new AcceptCommitment(f.Id<CommitmentId>(r.CommitmentId)));

    public override Task<ReportProgressResponse> ReportProgress(ReportProgressRequest r, ServerCallContext context) =>
        intake.Write<ReportProgressResponse>(context, r, f => new ReportProgress(
            f.Id<CommitmentId>(r.CommitmentId), f.Word<CommitmentStatus>(r.Status), f.Text(r.Narrative),
            r.HasPercent ? f.Whole(r.Percent, 0, 100) : null, f.OptionalDay(r.EffectiveOn)));

    public override async Task<GetCommitmentResponse> GetCommitment(GetCommitmentRequest r, ServerCallContext context)
    {
        var id = intake.Read(f => f.Id<CommitmentId>(r.CommitmentId));
        return new() { Commitment = Shown(await intake.Get<CommitmentRegister>(context, StreamKey.Of(CommitmentId.Kind, id.Value), "commitment")) };
    }

    public override async Task<ListCommitmentsResponse> ListCommitments(ListCommitmentsRequest r, ServerCallContext context)
    {
        var page = await intake.List<CommitmentRegister>(context, r);
        return new() { Commitments = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    private static Words.Commitment Shown(CommitmentRegister commitment)
    {
        var shown = new Words.Commitment
        {
            CommitmentId = commitment.Commitment.ToString(),
            Key = commitment.Key ?? "",
            PartnerId = commitment.Partner.ToString(),
            Wording = commitment.Wording,
            Accepted = commitment.Accepted,
            Status = Enum.Parse<Words.CommitmentStatus>(commitment.Status.ToString()),
            StatusOn = commitment.StatusOn.Shown(),
            Narrative = commitment.Narrative ?? "",
            DueOn = commitment.DueOn.Shown(),
            Version = commitment.Version,
        };
        if (commitment.Percent is { } percent) shown.Percent = percent;
        return shown;
    }
}
