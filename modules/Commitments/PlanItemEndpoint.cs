using Equalities.Commitments.V1;
using Grpc.Core;
using Words = Equalities.Commitments.V1;

namespace EqualitiesPlatform.Commitments;

internal sealed class PlanItemEndpoint(Intake intake, EqualitiesPlatform.Ledger.Registers registers) : PlanItemService.PlanItemServiceBase
{
    public override async Task<ProposePlanItemResponse> ProposePlanItem(ProposePlanItemRequest r, ServerCallContext context)
    {
        var planless = await IsNoPlan(r.PlanId, context.CancellationToken);
        return await intake.Write<ProposePlanItemResponse>(context, r, f =>
        {
            if (planless) f.Violate("plan_id", "There is no such action plan; propose it first.");
            return new ProposePlanItem(
                f.NewId<ActionPlanItemId>(r.Key), f.OptionalKey(r.Key), f.Id<ActionPlanId>(r.PlanId), f.Year(r.Year), f.Text(r.Text), f.OwnOrPartner(r.OwnerId),
                f.Partners(r.SupportingIds), f.Day(r.DueOn),
                [.. r.Milestones.Select((m, i) => new PlannedMilestone(
                    f.Text(m.Text, expression: $"r.Milestones[{i}].Text"), f.Day(m.DueOn, $"r.Milestones[{i}].DueOn")))],
                f.References(r.Serves), f.Ids<CommitmentId>(r.CommitmentIds));
        });
    }

    public override Task<ConfirmPlanItemResponse> ConfirmPlanItem(ConfirmPlanItemRequest r, ServerCallContext context) =>
        intake.Write<ConfirmPlanItemResponse>(context, r, f => new ConfirmPlanItem(f.Id<ActionPlanItemId>(r.ItemId), f.OptionalDay(r.EffectiveOn)));

    public override Task<ReportPlanItemResponse> ReportPlanItem(ReportPlanItemRequest r, ServerCallContext context) =>
        intake.Write<ReportPlanItemResponse>(context, r, f => new ReportPlanItem(
            f.Id<ActionPlanItemId>(r.ItemId), f.Word<CommitmentStatus>(r.Status), f.Text(r.Narrative),
            r.HasPercent ? f.Whole(r.Percent, 0, 100) : null, f.OptionalDay(r.EffectiveOn)));

    public override Task<MeetMilestoneResponse> MeetMilestone(MeetMilestoneRequest r, ServerCallContext context) =>
        intake.Write<MeetMilestoneResponse>(context, r, f => new MeetMilestone(f.Id<ActionPlanItemId>(r.ItemId), r.Milestone, f.OptionalDay(r.MetOn)));

    public override Task<MoveMilestoneResponse> MoveMilestone(MoveMilestoneRequest r, ServerCallContext context) =>
        intake.Write<MoveMilestoneResponse>(context, r, f => new MoveMilestone(
            f.Id<ActionPlanItemId>(r.ItemId), r.Milestone, f.Day(r.DueOn), f.Text(r.Reason)));

    public override Task<MovePlanItemResponse> MovePlanItem(MovePlanItemRequest r, ServerCallContext context) =>
        intake.Write<MovePlanItemResponse>(context, r, f => new MovePlanItem(f.Id<ActionPlanItemId>(r.ItemId), f.Day(r.DueOn), f.Text(r.Reason)));

    public override Task<CompletePlanItemResponse> CompletePlanItem(CompletePlanItemRequest r, ServerCallContext context) =>
        intake.Write<CompletePlanItemResponse>(context, r, f => new CompletePlanItem(
            f.Id<ActionPlanItemId>(r.ItemId), f.Text(r.Narrative), f.OptionalDay(r.CompletedOn)));

    public override Task<WithdrawPlanItemResponse> WithdrawPlanItem(WithdrawPlanItemRequest r, ServerCallContext context) =>
        intake.Write<WithdrawPlanItemResponse>(context, r, f => new WithdrawPlanItem(f.Id<ActionPlanItemId>(r.ItemId), f.Text(r.Reason)));

    public override Task<LinkPlanItemResponse> LinkPlanItem(LinkPlanItemRequest r, ServerCallContext context) =>
        intake.Write<LinkPlanItemResponse>(context, r, f => new LinkPlanItem(f.Id<ActionPlanItemId>(r.ItemId), f.Id<CommitmentId>(r.CommitmentId)));

    public override Task<UnlinkPlanItemResponse> UnlinkPlanItem(UnlinkPlanItemRequest r, ServerCallContext context) =>
        intake.Write<UnlinkPlanItemResponse>(context, r, f => new UnlinkPlanItem(f.Id<ActionPlanItemId>(r.ItemId), f.Id<CommitmentId>(r.CommitmentId)));

    public override async Task<GetPlanItemResponse> GetPlanItem(GetPlanItemRequest r, ServerCallContext context)
    {
        var id = intake.Read(f => f.Id<ActionPlanItemId>(r.ItemId));
        return new() { Item = Shown(await intake.Get<ActionPlanItemRegister>(context, StreamKey.Of(ActionPlanItemId.Kind, id.Value), "item of an action plan")) };
    }

    public override async Task<ListPlanItemsResponse> ListPlanItems(ListPlanItemsRequest r, ServerCallContext context)
    {
        var page = await intake.List<ActionPlanItemRegister>(context, r);
        return new() { Items = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    /// <summary>Whether no plan has this id. A plan never goes away, so this may be asked before the item decides.</summary>
    private async Task<bool> IsNoPlan(string id, CancellationToken ct)
    {
        try
        {
            var plan = intake.Read(f => f.Id<ActionPlanId>(id));
            return await registers.Find<ActionPlanRegister>(StreamKey.Of(ActionPlanId.Kind, plan.Value), ct: ct) is null;
        }
        catch (FieldsException)
        {
            // It is read again with the other fields, so that the caller hears of all of them at once.
            return false;
        }
    }

    private static PlanItem Shown(ActionPlanItemRegister item)
    {
        var shown = new PlanItem
        {
            ItemId = item.Item.ToString(),
            Key = item.Key ?? "",
            PlanId = item.Plan.ToString(),
            Year = item.Year,
            Text = item.Text,
            OwnerId = item.Owner.ToString(),
            SupportingIds = { item.Supporting.Select(s => s.ToString()) },
            ConfirmedOn = item.ConfirmedOn.Shown(),
            Status = Enum.Parse<Words.CommitmentStatus>(item.Status.ToString()),
            StatusOn = item.StatusOn.Shown(),
            Narrative = item.Narrative ?? "",
            FirstDueOn = item.FirstDueOn.Shown(),
            DueOn = item.DueOn.Shown(),
            SlippageDays = item.SlippageDays,
            Overdue = item.Overdue,
            LapsedOn = { item.LapsedOn.Select(d => d.Shown()) },
            Milestones = { item.Milestones.Select(Shown) },
            Serves = { item.Serves },
            CommitmentIds = { item.Commitments.Select(c => c.ToString()) },
            CarriedForward = { item.CarriedForward.Select(Shown) },
            Version = item.Version,
        };
        if (item.Percent is { } percent) shown.Percent = percent;
        return shown;
    }

    private static Milestone Shown(MilestoneEntry milestone) => new()
    {
        Number = milestone.Number,
        Text = milestone.Text,
        FirstDueOn = milestone.FirstDueOn.Shown(),
        DueOn = milestone.DueOn.Shown(),
        SlippageDays = milestone.SlippageDays,
        MetOn = milestone.MetOn.Shown(),
        DaysLate = milestone.DaysLate,
        LapsedOn = { milestone.LapsedOn.Select(d => d.Shown()) },
    };

    private static CarriedForward Shown(CarriedForwardEntry carried) => new()
    {
        FromYear = carried.From.ToString(),
        ToYear = carried.To.ToString(),
        OpenMilestones = { carried.OpenMilestones },
        Position = carried.Position,
    };
}
