using Equalities.Objectives.V1;
using Grpc.Core;
using Shown = Equalities.Objectives.V1;

namespace EqualitiesPlatform.Objectives;

internal sealed class ObjectiveEndpoint(Intake intake) : ObjectiveService.ObjectiveServiceBase
{
    public override Task<StateObjectiveResponse> StateObjective(StateObjectiveRequest r, ServerCallContext context) =>
        intake.Write<StateObjectiveResponse>(context, r, f => new StateObjective(
            f.Id<ObjectiveId>(r.ObjectiveId), KeyOf(r.ObjectiveId), f.Text(r.Statement), f.Text(r.Owner, 200), f.OptionalText(r.CorporatePlan, 200), f.Day(r.EffectiveOn)));

    public override Task<HandObjectiveResponse> HandObjective(HandObjectiveRequest r, ServerCallContext context) =>
        intake.Write<HandObjectiveResponse>(context, r, f => new HandObjective(f.Id<ObjectiveId>(r.ObjectiveId), f.Text(r.Owner, 200), f.Day(r.EffectiveOn)));

    public override Task<CloseObjectiveResponse> CloseObjective(CloseObjectiveRequest r, ServerCallContext context) =>
        intake.Write<CloseObjectiveResponse>(context, r, f => new CloseObjective(f.Id<ObjectiveId>(r.ObjectiveId), f.Text(r.Reason), f.Day(r.EffectiveOn)));

    public override async Task<GetObjectiveResponse> GetObjective(GetObjectiveRequest r, ServerCallContext context)
    {
        var id = intake.Read(f => f.Id<ObjectiveId>(r.ObjectiveId));
        return new() { Objective = Showing(await intake.Get<ObjectiveRegister>(context, StreamKey.Of(ObjectiveId.Kind, id.Value), "objective")) };
    }

    public override async Task<ListObjectivesResponse> ListObjectives(ListObjectivesRequest r, ServerCallContext context)
    {
        var page = await intake.List<ObjectiveRegister>(context, r);
        return new() { Objectives = { page.Items.Select(Showing) }, NextPageToken = page.NextPageToken };
    }

    /// <summary>What was given as an id is the thing's key when it is no UUID.</summary>
    internal static string? KeyOf(string id) => Guid.TryParse(id, out _) ? null : id;

    private static Shown.Objective Showing(ObjectiveRegister objective) => new()
    {
        ObjectiveId = objective.Objective.ToString(),
        Key = objective.Key ?? "",
        Number = objective.Number,
        Statement = objective.Statement,
        Owner = objective.Owner,
        CorporatePlan = objective.CorporatePlan ?? "",
        Since = objective.Since.Shown(),
        ClosedOn = objective.ClosedOn.Shown(),
        Version = objective.Version,
    };
}
