using Equalities.Cases.V1;
using Grpc.Core;
using Words = Equalities.Cases.V1;

namespace EqualitiesPlatform.Cases;

internal sealed class CaseTeamEndpoint(Intake intake, People people) : CaseTeamService.CaseTeamServiceBase
{
    public override Task<JoinTeamResponse> JoinTeam(JoinTeamRequest r, ServerCallContext context) => intake.Write<JoinTeamResponse>(context, r, async f =>
    {
        var (team, key, subject) = (f.Id<CaseTeamId>(r.Team), f.Key(r.Team), f.Subject(r.Subject));
        f.Done();
        return new JoinTeam(team, key, await people.SignedIn(Caller.Of(context).Tenant, subject));
    });

    public override Task<LeaveTeamResponse> LeaveTeam(LeaveTeamRequest r, ServerCallContext context) => intake.Write<LeaveTeamResponse>(context, r, async f =>
    {
        var (team, subject) = (f.Id<CaseTeamId>(r.Team), f.Subject(r.Subject));
        f.Done();
        return new LeaveTeam(team, await people.SignedIn(Caller.Of(context).Tenant, subject));
    });

    public override async Task<ListTeamsResponse> ListTeams(ListTeamsRequest r, ServerCallContext context)
    {
        var page = await intake.List<CaseTeamRegister>(context, r);
        return new()
        {
            Teams = { page.Items.Select(t => new Words.CaseTeam { TeamId = t.Team.ToString(), Key = t.Key, MemberIds = { t.Members.Select(m => m.ToString()) }, Version = t.Version }) },
            NextPageToken = page.NextPageToken,
        };
    }

    public override async Task<ListBarriersResponse> ListBarriers(ListBarriersRequest r, ServerCallContext context)
    {
        var page = await intake.List<BarrierRegister>(context, r);
        return new()
        {
            Barriers =
            {
                page.Items.Select(b => new BarrierOnRecord
                {
                    BarrierId = b.Barrier.ToString(), Key = b.Key, Times = b.Times, LastMetOn = b.LastMetOn.Shown(), PlanItemId = b.PlanItem?.ToString() ?? "",
                }),
            },
            NextPageToken = page.NextPageToken,
        };
    }
}
