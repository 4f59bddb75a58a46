using Equalities.Commitments.V1;
using Grpc.Core;
using Words = Equalities.Commitments.V1;

namespace EqualitiesPlatform.Commitments;

internal sealed class PlanEndpoint(Intake intake) : PlanService.PlanServiceBase
{
    public override Task<ProposePlanResponse> ProposePlan(ProposePlanRequest r, ServerCallContext context) =>
        intake.Write<ProposePlanResponse>(context, r, f => new ProposeActionPlan(
            f.NewId<ActionPlanId>(r.Key), f.OptionalKey(r.Key), f.Text(r.Title, 200), [.. r.Aliases.Select((a, i) => f.Text(a, 200, $"r.Aliases[{i}]"))]));

    public override Task<DraftPlanVersionResponse> DraftPlanVersion(DraftPlanVersionRequest r, ServerCallContext context) =>
        intake.Write<DraftPlanVersionResponse>(context, r, f => new DraftPlanVersion(f.Id<ActionPlanId>(r.PlanId), f.Year(r.Year)));

    public override Task<ApprovePlanVersionResponse> ApprovePlanVersion(ApprovePlanVersionRequest r, ServerCallContext context) =>
        intake.Write<ApprovePlanVersionResponse>(context, r, f => new ApprovePlanVersion(
            f.Id<ActionPlanId>(r.PlanId), f.Year(r.Year), f.Key(r.BodyKey), f.Text(r.Minute, 200), f.OptionalDay(r.ApprovedOn)));

    public override Task<PublishPlanVersionResponse> PublishPlanVersion(PublishPlanVersionRequest r, ServerCallContext context) =>
        intake.Write<PublishPlanVersionResponse>(context, r, f => new PublishPlanVersion(
            f.Id<ActionPlanId>(r.PlanId), f.Year(r.Year), f.OptionalDay(r.PublishedOn)));

    public override Task<ClosePlanYearResponse> ClosePlanYear(ClosePlanYearRequest r, ServerCallContext context) =>
        intake.Write<ClosePlanYearResponse>(context, r, f => new ClosePlanYear(f.Id<ActionPlanId>(r.PlanId), f.Year(r.Year)));

    public override async Task<GetPlanResponse> GetPlan(GetPlanRequest r, ServerCallContext context)
    {
        var id = intake.Read(f => f.Id<ActionPlanId>(r.PlanId));
        return new() { Plan = Shown(await intake.Get<ActionPlanRegister>(context, StreamKey.Of(ActionPlanId.Kind, id.Value), "action plan")) };
    }

    public override async Task<ListPlansResponse> ListPlans(ListPlansRequest r, ServerCallContext context)
    {
        var page = await intake.List<ActionPlanRegister>(context, r);
        return new() { Plans = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    private static Plan Shown(ActionPlanRegister plan) => new()
    {
        PlanId = plan.Plan.ToString(),
        Key = plan.Key ?? "",
        Title = plan.Title,
        Aliases = { plan.Aliases },
        Years = { plan.Years.Select(Shown) },
        Version = plan.Version,
    };

    private static Words.PlanYear Shown(PlanYearEntry year) => new()
    {
        Year = year.Year.ToString(),
        Stage = Enum.Parse<Words.PlanStage>(year.Stage.ToString()),
        DraftedOn = year.DraftedOn.Shown(),
        ApprovedBy = year.ApprovedBy ?? "",
        Minute = year.Minute ?? "",
        ApprovedOn = year.ApprovedOn.Shown(),
        PublishedOn = year.PublishedOn.Shown(),
        ClosedOn = year.ClosedOn.Shown(),
        Items = year.Items,
    };
}
