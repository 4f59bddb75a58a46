using Equalities.Engagement.V1;
using EqualitiesPlatform.Ledger.Replay;
using Grpc.Core;
using Words = Equalities.Engagement.V1;

namespace EqualitiesPlatform.Engagement;

internal sealed class NetworkEndpoint(Intake intake, EventReader reader) : NetworkService.NetworkServiceBase
{
    public override Task<FoundNetworkResponse> FoundNetwork(FoundNetworkRequest r, ServerCallContext context) =>
        intake.Write<FoundNetworkResponse>(context, r, f => new FoundNetwork(
            f.NewId<NetworkId>(r.Key), f.OptionalKey(r.Key), f.Text(r.Name, 200), f.Text(r.Purpose), r.Virtual, f.Keys(r.Sectors)));

    public override Task<JoinNetworkResponse> JoinNetwork(JoinNetworkRequest r, ServerCallContext context) =>
        intake.Write<JoinNetworkResponse>(context, r, f => new JoinNetwork(f.Id<NetworkId>(r.NetworkId), f.Partner(r.OrganisationId), f.Key(r.Sector)));

    public override Task<LeaveNetworkResponse> LeaveNetwork(LeaveNetworkRequest r, ServerCallContext context) =>
        intake.Write<LeaveNetworkResponse>(context, r, f => new LeaveNetwork(f.Id<NetworkId>(r.NetworkId), f.Partner(r.OrganisationId), f.Text(r.Reason)));

    public override Task<ElectCoChairsResponse> ElectCoChairs(ElectCoChairsRequest r, ServerCallContext context) =>
        intake.Write<ElectCoChairsResponse>(context, r, f => new ElectCoChairs(
            f.Id<NetworkId>(r.NetworkId), f.Partner(r.FirstId), f.Partner(r.SecondId), f.OptionalDay(r.EffectiveOn)));

    public override Task<PlanNetworkMeetingResponse> PlanNetworkMeeting(PlanNetworkMeetingRequest r, ServerCallContext context) =>
        intake.Write<PlanNetworkMeetingResponse>(context, r, f => new PlanNetworkMeeting(f.Id<NetworkId>(r.NetworkId), f.Day(r.HeldOn), f.Text(r.Topic, 200)));

    public override Task<CallOffNetworkMeetingResponse> CallOffNetworkMeeting(CallOffNetworkMeetingRequest r, ServerCallContext context) =>
        intake.Write<CallOffNetworkMeetingResponse>(context, r, f => new CallOffNetworkMeeting(f.Id<NetworkId>(r.NetworkId), f.Day(r.HeldOn)));

    public override Task<RecordNetworkMeetingResponse> RecordNetworkMeeting(RecordNetworkMeetingRequest r, ServerCallContext context) =>
        intake.Write<RecordNetworkMeetingResponse>(context, r, f =>
        {
            if (r.Agenda.Count == 0) f.Violate("agenda", "Say what was on the agenda.");
            if (r.Present.Count == 0) f.Violate("present", "Say which organisations were there, and in which office.");
            return new RecordNetworkMeeting(
                f.Id<NetworkId>(r.NetworkId), f.Day(r.HeldOn), [.. r.Agenda.Select((a, i) => f.Text(a, 200, $"r.Agenda[{i}]"))],
                [.. r.Present.Select((p, i) => new Attendance(
                    f.Partner(p.OrganisationId, $"r.Present[{i}].OrganisationId"), f.Text(p.Office, 100, $"r.Present[{i}].Office")))]);
        });

    public override Task<ContributeResponse> Contribute(ContributeRequest r, ServerCallContext context) =>
        intake.Write<ContributeResponse>(context, r, f => new Contribute(
            f.Id<NetworkId>(r.NetworkId), f.OwnOrPartner(r.OrganisationId), f.Text(r.Contribution), f.OptionalDay(r.EffectiveOn)));

    public override Task<AgreeJointActionResponse> AgreeJointAction(AgreeJointActionRequest r, ServerCallContext context) =>
        intake.Write<AgreeJointActionResponse>(context, r, f => new AgreeJointAction(
            f.Id<NetworkId>(r.NetworkId), f.Key(r.Key), f.Text(r.Text), f.Partner(r.OwnerId), f.Partners(r.SupportingIds), f.Day(r.DueOn)));

    public override Task<NamePriorityResponse> NamePriority(NamePriorityRequest r, ServerCallContext context) =>
        intake.Write<NamePriorityResponse>(context, r, f => new NamePriority(f.Id<NetworkId>(r.NetworkId), f.Key(r.PriorityKey), f.Year(r.Year), f.Text(r.Text)));

    public override Task<AgreePriorityResponse> AgreePriority(AgreePriorityRequest r, ServerCallContext context) =>
        intake.Write<AgreePriorityResponse>(context, r, f => new AgreePriority(f.Id<NetworkId>(r.NetworkId), f.Key(r.PriorityKey), f.OwnOrPartner(r.OrganisationId)));

    public override Task<LinkAchievementResponse> LinkAchievement(LinkAchievementRequest r, ServerCallContext context) =>
        intake.Write<LinkAchievementResponse>(context, r, async f =>
        {
            var (network, priority, achievement) = (f.Id<NetworkId>(r.NetworkId), f.Key(r.PriorityKey), f.Id<AchievementId>(r.AchievementId));
            f.Done();
            return new LinkAchievement(network, priority, achievement, await reader.Has(StreamKey.Of(AchievementId.Kind, achievement.Value), context.CancellationToken));
        });

    public override async Task<GetNetworkResponse> GetNetwork(GetNetworkRequest r, ServerCallContext context)
    {
        var id = intake.Read(f => f.Id<NetworkId>(r.NetworkId));
        return new() { Network = Shown(await intake.Get<NetworkRegister>(context, StreamKey.Of(NetworkId.Kind, id.Value), "network")) };
    }

    public override async Task<ListNetworksResponse> ListNetworks(ListNetworksRequest r, ServerCallContext context)
    {
        var page = await intake.List<NetworkRegister>(context, r);
        return new() { Networks = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    private static Words.Network Shown(NetworkRegister n) => new()
    {
        NetworkId = n.Network.ToString(),
        Key = n.Key ?? "",
        Name = n.Name,
        Purpose = n.Purpose,
        Virtual = n.Virtual,
        Sectors = { n.Sectors },
        Gaps = { n.Gaps },
        Members =
        {
            n.Members.Select(m => new NetworkMember
            {
                OrganisationId = m.Organisation.ToString(), Sector = m.Sector, JoinedOn = m.JoinedOn.Shown(), LeftOn = m.LeftOn.Shown(),
            }),
        },
        CoChairs = { n.CoChairs.Select(c => new CoChairs { FirstId = c.First.ToString(), SecondId = c.Second.ToString(), From = c.EffectiveOn.Shown() }) },
        ChairVacant = n.ChairVacant,
        Meetings =
        {
            n.Meetings.Select(m => new NetworkMeeting
            {
                HeldOn = m.EffectiveOn.Shown(), Agenda = { m.Agenda },
                Present = { m.Present.Select(p => new Present { OrganisationId = p.Organisation.ToString(), Office = p.Office }) },
            }),
        },
        Contributions =
        {
            n.Contributions.Select(c => new Contribution { OrganisationId = c.Organisation.ToString(), On = c.EffectiveOn.Shown(), Text = c.Contribution }),
        },
        JointActions =
        {
            n.JointActions.Select(a => new JointAction
            {
                Key = a.Key, Text = a.Text, OwnerId = a.Owner.ToString(), SupportingIds = { a.Supporting.Select(s => s.ToString()) }, DueOn = a.DueOn.Shown(),
                ItemId = a.Item.ToString(),
            }),
        },
        Planned = { n.Planned.Select(p => new PlannedMeeting { HeldOn = p.On.Shown(), Topic = p.Topic }) },
        Priorities =
        {
            n.Priorities.Select(p => new NetworkPriority
            {
                PriorityKey = p.Named.Key, Year = p.Named.Year.ToString(), Text = p.Named.Text, AgreedIds = { p.Agreed.Select(a => a.ToString()) },
                AchievementIds = { p.Achievements.Select(a => a.ToString()) },
            }),
        },
        Leads = n.Leads,
        Version = n.Version,
    };
}
