using Equalities.Commitments.V1;
using Grpc.Core;
using Words = Equalities.Commitments.V1;

namespace EqualitiesPlatform.Commitments;

internal sealed class CommitmentEndpoint(Intake intake, Watches watches, IPartners partners) : CommitmentService.CommitmentServiceBase
{
    public override Task<ProposeCommitmentResponse> ProposeCommitment(ProposeCommitmentRequest r, ServerCallContext context) =>
        intake.Write<ProposeCommitmentResponse>(context, r, f =>
        {
            var partner = f.OwnOr(r.PartnerId);
            return new ProposeCommitment(
                f.NewId<CommitmentId>(r.Key), f.OptionalKey(r.Key), partner, f.Text(r.Wording), f.Reference(r.Source), f.References(r.Serves),
                f.OptionalDay(r.DueOn), partners.ReadinessOf(partner));
        });

    public override Task<ConfirmCommitmentResponse> ConfirmCommitment(ConfirmCommitmentRequest r, ServerCallContext context) =>
        intake.Write<ConfirmCommitmentResponse>(context, r, f => new ConfirmCommitment(f.Id<CommitmentId>(r.CommitmentId)));

    public override Task<AcceptCommitmentResponse> AcceptCommitment(AcceptCommitmentRequest r, ServerCallContext context) =>
        intake.Write<AcceptCommitmentResponse>(context, r, f => new AcceptCommitment(
            f.Id<CommitmentId>(r.CommitmentId), partners.ReadinessOf(Caller.Of(context).Actor.Organisation)));

    public override Task<DeclineCommitmentResponse> DeclineCommitment(DeclineCommitmentRequest r, ServerCallContext context) =>
        intake.Write<DeclineCommitmentResponse>(context, r, f => new DeclineCommitment(f.Id<CommitmentId>(r.CommitmentId), f.Text(r.Reason)));

    public override Task<ModifyCommitmentResponse> ModifyCommitment(ModifyCommitmentRequest r, ServerCallContext context) =>
        intake.Write<ModifyCommitmentResponse>(context, r, f => new ModifyCommitment(
            f.Id<CommitmentId>(r.CommitmentId), f.Text(r.Wording), f.OptionalDay(r.DueOn), f.Text(r.Reason)));

    public override Task<ReportProgressResponse> ReportProgress(ReportProgressRequest r, ServerCallContext context) =>
        intake.Write<ReportProgressResponse>(context, r, f => new ReportProgress(
            f.Id<CommitmentId>(r.CommitmentId), f.Word<CommitmentStatus>(r.Status), f.Text(r.Narrative), r.HasPercent ? f.Whole(r.Percent, 0, 100) : null,
            f.OptionalText(r.Evidence), r.Period.Length == 0 ? null : f.Period(r.Period), f.OptionalDay(r.EffectiveOn)));

    public override Task<ReportNilResponse> ReportNil(ReportNilRequest r, ServerCallContext context) =>
        intake.Write<ReportNilResponse>(context, r, f => new ReportNil(f.Id<CommitmentId>(r.CommitmentId), f.Period(r.Period)));

    public override Task<MoveDueDateResponse> MoveDueDate(MoveDueDateRequest r, ServerCallContext context) =>
        intake.Write<MoveDueDateResponse>(context, r, f => new MoveDueDate(f.Id<CommitmentId>(r.CommitmentId), f.Day(r.To), f.Text(r.Reason)));

    public override Task<ReassignOwnerResponse> ReassignOwner(ReassignOwnerRequest r, ServerCallContext context) =>
        intake.Write<ReassignOwnerResponse>(context, r, f => new ReassignOwner(
            f.Id<CommitmentId>(r.CommitmentId), f.Text(r.Office, 200), f.OptionalDay(r.EffectiveOn)));

    public override Task<TransferCommitmentResponse> TransferCommitment(TransferCommitmentRequest r, ServerCallContext context) =>
        intake.Write<TransferCommitmentResponse>(context, r, f =>
        {
            var to = f.Id<PartnerId>(r.ToId);
            return new TransferCommitment(
                f.Id<CommitmentId>(r.CommitmentId), to, f.Text(r.Reason), f.OptionalDay(r.EffectiveOn), null, partners.ReadinessOf(to));
        });

    public override Task<DisputeCommitmentResponse> DisputeCommitment(DisputeCommitmentRequest r, ServerCallContext context) =>
        intake.Write<DisputeCommitmentResponse>(context, r, f => new DisputeCommitment(f.Id<CommitmentId>(r.CommitmentId), f.Text(r.Statement)));

    public override Task<SettleDisputeResponse> SettleDispute(SettleDisputeRequest r, ServerCallContext context) =>
        intake.Write<SettleDisputeResponse>(context, r, f => new SettleDispute(f.Id<CommitmentId>(r.CommitmentId), f.Text(r.Settlement)));

    public override Task<AssessCommitmentResponse> AssessCommitment(AssessCommitmentRequest r, ServerCallContext context) =>
        intake.Write<AssessCommitmentResponse>(context, r, f => new AssessCommitment(
            f.Id<CommitmentId>(r.CommitmentId), f.Word<CommitmentStatus>(r.Status), f.Text(r.Assessment), f.OptionalDay(r.EffectiveOn)));

    public override Task<ReplyToAssessmentResponse> ReplyToAssessment(ReplyToAssessmentRequest r, ServerCallContext context) =>
        intake.Write<ReplyToAssessmentResponse>(context, r, f => new ReplyToAssessment(f.Id<CommitmentId>(r.CommitmentId), f.Text(r.Reply)));

    public override Task<ConcludeAssessmentResponse> ConcludeAssessment(ConcludeAssessmentRequest r, ServerCallContext context) =>
        intake.Write<ConcludeAssessmentResponse>(context, r, f => new ConcludeAssessment(
            f.Id<CommitmentId>(r.CommitmentId), f.Word<CommitmentStatus>(r.Status), f.Text(r.FinalView)));

    public override Task<CompleteCommitmentResponse> CompleteCommitment(CompleteCommitmentRequest r, ServerCallContext context) =>
        intake.Write<CompleteCommitmentResponse>(context, r, f => new CompleteCommitment(
            f.Id<CommitmentId>(r.CommitmentId), f.Text(r.Evidence), f.OptionalDay(r.EffectiveOn)));

    public override Task<WithdrawCommitmentResponse> WithdrawCommitment(WithdrawCommitmentRequest r, ServerCallContext context) =>
        intake.Write<WithdrawCommitmentResponse>(context, r, f => new WithdrawCommitment(f.Id<CommitmentId>(r.CommitmentId), f.Text(r.Reason)));

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

    public override Task WatchCommitments(
        WatchCommitmentsRequest r, IServerStreamWriter<WatchCommitmentsResponse> responseStream, ServerCallContext context) =>
        watches.Serve<CommitmentRegister, WatchCommitmentsResponse>(context, r, responseStream, c => new()
        {
            Position = c.Position, Changed = { c.Changed.Select(Shown) }, GoneIds = { c.Gone },
        });

    private static Words.Commitment Shown(CommitmentRegister commitment)
    {
        var shown = new Words.Commitment
        {
            CommitmentId = commitment.Commitment.ToString(),
            Key = commitment.Key ?? "",
            PartnerId = commitment.Partner.ToString(),
            FormerPartnerIds = { commitment.FormerPartners.Select(p => p.ToString()) },
            Office = commitment.Office ?? "",
            Wording = commitment.Wording,
            Source = commitment.Source,
            Serves = { commitment.Serves },
            Stage = Enum.Parse<Words.CommitmentStage>(commitment.Stage.ToString()),
            StageReason = commitment.StageReason ?? "",
            Accepted = commitment.AcceptedOn is not null,
            AcceptedOn = commitment.AcceptedOn.Shown(),
            Status = Shown(commitment.Status),
            StatusOn = commitment.StatusOn.Shown(),
            Narrative = commitment.Narrative ?? "",
            Evidence = commitment.Evidence ?? "",
            FirstDueOn = commitment.FirstDueOn.Shown(),
            DueOn = commitment.DueOn.Shown(),
            SlippageDays = commitment.SlippageDays,
            LastUpdateOn = commitment.LastUpdateOn.Shown(),
            AwaitedPeriod = commitment.AwaitedPeriod ?? "",
            UpdateDueOn = commitment.UpdateDueOn.Shown(),
            Misses = { commitment.Misses.Select(Shown) },
            Dispute = commitment.Dispute ?? "",
            Settlement = commitment.Settlement ?? "",
            Assessment = commitment.Assessment is { } assessment ? Shown(assessment) : null,
            Version = commitment.Version,
        };
        if (commitment.Percent is { } percent) shown.Percent = percent;
        return shown;
    }

    private static Words.CommitmentStatus Shown(CommitmentStatus? status) =>
        status is { } said ? Enum.Parse<Words.CommitmentStatus>(said.ToString()) : Words.CommitmentStatus.Unspecified;

    private static MissedUpdate Shown(MissEntry miss) => new()
    {
        Period = miss.Period, DueOn = miss.DueOn.Shown(), EscalatedOn = miss.EscalatedOn.Shown(), NamedOn = miss.NamedOn.Shown(), UpdatedOn = miss.UpdatedOn.Shown(),
    };

    private static Assessment Shown(AssessmentEntry assessment) => new()
    {
        Status = Shown(assessment.Status), Assessment_ = assessment.Assessment, AssessedOn = assessment.AssessedOn.Shown(), ReplyBy = assessment.ReplyBy.Shown(),
        Reply = assessment.Reply ?? "", FinalStatus = Shown(assessment.FinalStatus), FinalView = assessment.FinalView ?? "",
    };
}
