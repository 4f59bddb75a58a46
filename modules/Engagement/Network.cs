using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Engagement;

// A network of partners and communities (Policy, "How" W7; Report 5.2, 7.1, 7.3): who belongs to it and for which sector,
// who chairs it, when it met and who came, what members brought, what they put first and what they will do together. Who
// can lead a case belongs to the network of lead officers.

/// <summary>A command to a network.</summary>
public interface INetworkCommand : ICommand
{
    /// <summary>The network.</summary>
    NetworkId Network { get; }

    string ICommand.Stream => StreamKey.Of(NetworkId.Kind, Network.Value);
}

/// <summary>Found a network.</summary>
/// <param name="Virtual">Whether it works without meetings.</param>
/// <param name="Sectors">The sectors that it wants members from, such as faith, youth, schools.</param>
[GenerateSerializer, Immutable]
public sealed record FoundNetwork(NetworkId Network, string? Key, string Name, string Purpose, bool Virtual, IReadOnlyList<string> Sectors) : INetworkCommand;

/// <summary>Let a network be as the policy pack describes it, founded by it or not; sent by a follow-up.</summary>
[GenerateSerializer, Immutable]
public sealed record DescribeNetwork(NetworkId Network, string Key, string Name, string Purpose, bool Virtual, IReadOnlyList<string> Sectors) : INetworkCommand;

/// <summary>Take somebody to whom cases can be assigned into a network of lead officers; sent by a follow-up.</summary>
[GenerateSerializer, Immutable]
public sealed record JoinAsLead(NetworkId Network, PersonId Lead) : INetworkCommand;

/// <summary>Let somebody go to whom cases are assigned no more; sent by a follow-up.</summary>
[GenerateSerializer, Immutable]
public sealed record LeaveAsLead(NetworkId Network, PersonId Lead) : INetworkCommand;

/// <summary>Let an organisation join, for a sector; it may join again after it left.</summary>
[GenerateSerializer, Immutable]
public sealed record JoinNetwork(NetworkId Network, PartnerId Organisation, string Sector) : INetworkCommand;

/// <summary>Let an organisation leave.</summary>
[GenerateSerializer, Immutable]
public sealed record LeaveNetwork(NetworkId Network, PartnerId Organisation, string Reason) : INetworkCommand;

/// <summary>Elect the two co-chairs, of two organisations, from a day on; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record ElectCoChairs(NetworkId Network, PartnerId First, PartnerId Second, DateOnly? EffectiveOn) : INetworkCommand;

/// <summary>Plan a meeting on a day to come, so that others see it in the calendar.</summary>
[GenerateSerializer, Immutable]
public sealed record PlanNetworkMeeting(NetworkId Network, DateOnly On, string Topic) : INetworkCommand;

/// <summary>Call a planned meeting off.</summary>
[GenerateSerializer, Immutable]
public sealed record CallOffNetworkMeeting(NetworkId Network, DateOnly On) : INetworkCommand;

/// <summary>Record a meeting: what was on the agenda, and which organisations were there, in which roles.</summary>
[GenerateSerializer, Immutable]
public sealed record RecordNetworkMeeting(
    NetworkId Network, DateOnly HeldOn, IReadOnlyList<string> Agenda, IReadOnlyList<Attendance> Present) : INetworkCommand;

/// <summary>Record what a member brought to the network, on a day; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record Contribute(NetworkId Network, PartnerId Organisation, string Contribution, DateOnly? EffectiveOn) : INetworkCommand;

/// <summary>Agree what members will do together; it becomes a plan item.</summary>
[GenerateSerializer, Immutable]
public sealed record AgreeJointAction(
    NetworkId Network, string Key, string Text, PartnerId Owner, IReadOnlyList<PartnerId> Supporting, DateOnly DueOn) : INetworkCommand;

/// <summary>Name a priority that members are to agree for a year, or word it anew; who agreed to other words has to agree again.</summary>
[GenerateSerializer, Immutable]
public sealed record NamePriority(NetworkId Network, string Key, FinancialYear Year, string Text) : INetworkCommand;

/// <summary>Agree to a priority, for a member.</summary>
[GenerateSerializer, Immutable]
public sealed record AgreePriority(NetworkId Network, string Key, PartnerId Organisation) : INetworkCommand;

/// <summary>Link an achievement to the priority that it serves.</summary>
/// <param name="OnRecord">Whether there is such an achievement: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record LinkAchievement(NetworkId Network, string Key, AchievementId Achievement, [property: JsonIgnore] bool OnRecord) : INetworkCommand;

/// <summary>Who was at a meeting: an organisation and the office that came, never a name.</summary>
[GenerateSerializer, Immutable]
public sealed record Attendance(PartnerId Organisation, string Office);

/// <summary>A network was founded.</summary>
[RecordedBy<Network>("engagement.network-founded.v1")]
public sealed record NetworkFounded(
    NetworkId Network, string? Key, [property: Statement] string Name, [property: Statement] string Purpose, bool Virtual, IReadOnlyList<string> Sectors);

/// <summary>The policy pack describes the network otherwise than before.</summary>
[RecordedBy<Network>("engagement.network-described.v1")]
public sealed record NetworkDescribed([property: Statement] string Name, [property: Statement] string Purpose, bool Virtual, IReadOnlyList<string> Sectors);

/// <summary>A lead officer is a member, under a pseudonym; lead officers come and go with the teams that cases are assigned to.</summary>
[RecordedBy<Network>("engagement.lead-joined.v1")]
public sealed record LeadJoined(PersonId Lead);

/// <summary>A lead officer is a member no more.</summary>
[RecordedBy<Network>("engagement.lead-left.v1")]
public sealed record LeadLeft(PersonId Lead);

/// <summary>An organisation joined.</summary>
[RecordedBy<Network>("engagement.network-joined.v1")]
public sealed record NetworkJoined(PartnerId Organisation, string Sector);

/// <summary>An organisation left.</summary>
[RecordedBy<Network>("engagement.network-left.v1")]
public sealed record NetworkLeft(PartnerId Organisation, [property: Statement] string Reason);

/// <summary>Two co-chairs were elected, and succeed the ones before.</summary>
[RecordedBy<Network>("engagement.co-chairs-elected.v1")]
public sealed record CoChairsElected(PartnerId First, PartnerId Second, DateOnly EffectiveOn) : IEffective;

/// <summary>A co-chair's organisation left the network, and nobody chairs in its place yet.</summary>
[RecordedBy<Network>("engagement.co-chair-vacant.v1")]
public sealed record CoChairVacant(PartnerId Organisation);

/// <summary>A meeting was planned, or given another topic.</summary>
[RecordedBy<Network>("engagement.network-meeting-planned.v1")]
public sealed record NetworkMeetingPlanned(DateOnly On, [property: Statement] string Topic);

/// <summary>A planned meeting was called off.</summary>
[RecordedBy<Network>("engagement.network-meeting-called-off.v1")]
public sealed record NetworkMeetingCalledOff(DateOnly On);

/// <summary>The network met.</summary>
[RecordedBy<Network>("engagement.network-met.v1")]
public sealed record NetworkMet(IReadOnlyList<string> Agenda, IReadOnlyList<Attendance> Present, DateOnly EffectiveOn) : IEffective;

/// <summary>A member brought something.</summary>
[RecordedBy<Network>("engagement.contribution-made.v1")]
public sealed record ContributionMade(PartnerId Organisation, [property: Statement] string Contribution, DateOnly EffectiveOn) : IEffective;

/// <summary>Members agreed to do something together.</summary>
/// <param name="Item">The plan item that it becomes.</param>
[RecordedBy<Network>("engagement.joint-action-agreed.v1")]
public sealed record JointActionAgreed(
    NetworkId Network, string Key, [property: Statement] string Text, PartnerId Owner, IReadOnlyList<PartnerId> Supporting, DateOnly DueOn,
    ActionPlanItemId Item);

/// <summary>A priority was named, or worded anew; nobody has agreed to it yet.</summary>
[RecordedBy<Network>("engagement.priority-named.v1")]
public sealed record PriorityNamed(string Key, FinancialYear Year, [property: Statement] string Text);

/// <summary>A member agreed to a priority.</summary>
[RecordedBy<Network>("engagement.priority-agreed.v1")]
public sealed record PriorityAgreed(string Key, PartnerId Organisation);

/// <summary>An achievement serves a priority.</summary>
[RecordedBy<Network>("engagement.achievement-linked.v1")]
public sealed record AchievementLinked(string Key, AchievementId Achievement);

/// <summary>What deciding about a network needs to know.</summary>
internal sealed record Network(
    NetworkFounded? Founded, IReadOnlyDictionary<PartnerId, string> Members, (PartnerId First, PartnerId Second)? CoChairs, IReadOnlyList<DateOnly> Met,
    IReadOnlyDictionary<DateOnly, string> Planned, IReadOnlyList<JointActionAgreed> Actions,
    IReadOnlyDictionary<string, Network.Priority> Priorities, IReadOnlyList<PersonId> Leads) : IAggregate<Network>
{
    /// <summary>A priority, with who agreed to its words and what was achieved for it.</summary>
    internal sealed record Priority(FinancialYear Year, string Text, IReadOnlyList<PartnerId> Agreed, IReadOnlyList<AchievementId> Achieved);

    public static string Kind => NetworkId.Kind;

    public static Network Unborn { get; } = new(
        null, new Dictionary<PartnerId, string>(), null, [], new Dictionary<DateOnly, string>(), [], new Dictionary<string, Priority>(), []);

    public bool BelongsTo(PartnerId organisation) => Members.ContainsKey(organisation);

    public static Decision Decide(Network state, ICommand command, Occasion occasion) => command switch
    {
        FoundNetwork c => Found(state, c),
        DescribeNetwork c => Describe(state, c),
        _ when state.Founded is null => Decision.Refuse("NETWORK_UNKNOWN", "There is no such network; found it first."),
        JoinNetwork c => state.Members.GetValueOrDefault(c.Organisation) == c.Sector ? Decision.AlreadySo : Decision.Take(new NetworkJoined(c.Organisation, c.Sector)),
        LeaveNetwork c => Leave(state, c),
        ElectCoChairs c => Elect(state, c, occasion),
        PlanNetworkMeeting c => Plan(state, c, occasion),
        CallOffNetworkMeeting c => state.Planned.ContainsKey(c.On) ? Decision.Take(new NetworkMeetingCalledOff(c.On)) : Decision.AlreadySo,
        RecordNetworkMeeting c => Meet(state, c, occasion),
        Contribute c => occasion.NamesAnother(c.Organisation) ?? state.NotMembers([c.Organisation]) ?? occasion.InFuture(c.EffectiveOn)
            ?? Decision.Take(new ContributionMade(c.Organisation, c.Contribution, c.EffectiveOn ?? occasion.Today)),
        AgreeJointAction c => Agree(state, c, occasion),
        NamePriority c => state.Priorities.GetValueOrDefault(c.Key) is { } named && (named.Year, named.Text) == (c.Year, c.Text)
            ? Decision.AlreadySo : Decision.Take(new PriorityNamed(c.Key, c.Year, c.Text)),
        AgreePriority c => Prioritise(state, c.Key, priority => occasion.NamesAnother(c.Organisation) ?? state.NotMembers([c.Organisation])
            ?? (priority.Agreed.Contains(c.Organisation) ? Decision.AlreadySo : Decision.Take(new PriorityAgreed(c.Key, c.Organisation)))),
        LinkAchievement c => Prioritise(state, c.Key, priority =>
            priority.Achieved.Contains(c.Achievement) ? Decision.AlreadySo
            : c.OnRecord ? Decision.Take(new AchievementLinked(c.Key, c.Achievement))
            : Decision.Refuse("ACHIEVEMENT_UNKNOWN", "There is no such achievement; record it first.")),
        JoinAsLead c => state.Leads.Contains(c.Lead) ? Decision.AlreadySo : Decision.Take(new LeadJoined(c.Lead)),
        LeaveAsLead c => state.Leads.Contains(c.Lead) ? Decision.Take(new LeadLeft(c.Lead)) : Decision.AlreadySo,
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A network does not know this command."),
    };

    public static Network Evolve(Network state, object @event) => @event switch
    {
        NetworkFounded e => state with { Founded = e },
        NetworkDescribed e => state with { Founded = state.Founded! with { Name = e.Name, Purpose = e.Purpose, Virtual = e.Virtual, Sectors = e.Sectors } },
        LeadJoined e => state with { Leads = [.. state.Leads, e.Lead] },
        LeadLeft e => state with { Leads = [.. state.Leads.Where(l => l != e.Lead)] },
        NetworkJoined e => state with { Members = new Dictionary<PartnerId, string>(state.Members) { [e.Organisation] = e.Sector } },
        NetworkLeft e => state with { Members = state.Members.Where(m => m.Key != e.Organisation).ToDictionary() },
        CoChairsElected e => state with { CoChairs = (e.First, e.Second) },
        CoChairVacant => state with { CoChairs = null },
        NetworkMeetingPlanned e => state with { Planned = new Dictionary<DateOnly, string>(state.Planned) { [e.On] = e.Topic } },
        NetworkMeetingCalledOff e => state with { Planned = state.Planned.Where(p => p.Key != e.On).ToDictionary() },
        NetworkMet e => state with { Met = [.. state.Met, e.EffectiveOn], Planned = state.Planned.Where(p => p.Key != e.EffectiveOn).ToDictionary() },
        JointActionAgreed e => state with { Actions = [.. state.Actions, e] },
        PriorityNamed e => state.With(e.Key, new Priority(e.Year, e.Text, [], state.Priorities.GetValueOrDefault(e.Key)?.Achieved ?? [])),
        PriorityAgreed e when state.Priorities.TryGetValue(e.Key, out var known) => state.With(e.Key, known with { Agreed = [.. known.Agreed, e.Organisation] }),
        AchievementLinked e when state.Priorities.TryGetValue(e.Key, out var known) => state.With(e.Key, known with { Achieved = [.. known.Achieved, e.Achievement] }),
        _ => state,
    };

    private static Decision Prioritise(Network state, string key, Func<Priority, Decision> decide) =>
        state.Priorities.TryGetValue(key, out var priority) ? decide(priority) : Decision.Refuse("PRIORITY_UNKNOWN", $"There is no priority {key}; name it first.");

    private Network With(string key, Priority priority) => this with { Priorities = new Dictionary<string, Priority>(Priorities) { [key] = priority } };

    private static Decision Found(Network state, FoundNetwork c)
    {
        var founded = new NetworkFounded(c.Network, c.Key, c.Name, c.Purpose, c.Virtual, c.Sectors);
        return state.Founded is not { } known ? Decision.Take(founded)
            : Same(known, founded) ? Decision.AlreadySo
            : Decision.Refuse("NETWORK_ALREADY_FOUNDED", "This network was founded already, with other particulars.");
    }

    private static Decision Describe(Network state, DescribeNetwork c)
    {
        var founded = new NetworkFounded(c.Network, c.Key, c.Name, c.Purpose, c.Virtual, c.Sectors);
        return state.Founded is not { } known ? Decision.Take(founded)
            : Same(known, founded) ? Decision.AlreadySo
            : Decision.Take(new NetworkDescribed(c.Name, c.Purpose, c.Virtual, c.Sectors));
    }

    private static bool Same(NetworkFounded one, NetworkFounded other) => one with { Sectors = [] } == other with { Sectors = [] } && one.Sectors.SequenceEqual(other.Sectors);

    private static Decision Leave(Network state, LeaveNetwork c)
    {
        if (!state.Members.ContainsKey(c.Organisation)) return Decision.AlreadySo;
        var left = new NetworkLeft(c.Organisation, c.Reason);
        return state.CoChairs is var (first, second) && (first == c.Organisation || second == c.Organisation)
            ? Decision.Take(left, new CoChairVacant(c.Organisation))
            : Decision.Take(left);
    }

    private static Decision Elect(Network state, ElectCoChairs c, Occasion occasion)
    {
        if (c.First == c.Second) return Decision.Refuse("SAME_ORGANISATION", "The two co-chairs come from two organisations.");
        if ((state.NotMembers([c.First, c.Second]) ?? occasion.InFuture(c.EffectiveOn)) is { } refused) return refused;
        return state.CoChairs == (c.First, c.Second)
            ? Decision.AlreadySo
            : Decision.Take(new CoChairsElected(c.First, c.Second, c.EffectiveOn ?? occasion.Today));
    }

    private static Decision Plan(Network state, PlanNetworkMeeting c, Occasion occasion) =>
        state.Founded!.Virtual ? WithoutMeetings()
        : state.Planned.GetValueOrDefault(c.On) == c.Topic ? Decision.AlreadySo
        : c.On < occasion.Today ? Decision.Refuse("MEETING_IN_PAST", "A meeting is planned for today or a day to come; record one that was held.")
        : Decision.Take(new NetworkMeetingPlanned(c.On, c.Topic));

    private static Decision WithoutMeetings() => Decision.Refuse("NETWORK_IS_VIRTUAL", "This network works without meetings.");

    private static Decision Meet(Network state, RecordNetworkMeeting c, Occasion occasion)
    {
        if (state.Founded!.Virtual) return WithoutMeetings();
        if (state.Met.Contains(c.HeldOn)) return Decision.Refuse("MEETING_ALREADY_RECORDED", $"The meeting of {c.HeldOn.Shown()} is on record already.");
        return state.NotMembers(c.Present.Select(a => a.Organisation)) ?? occasion.InFuture(c.HeldOn)
            ?? Decision.Take(new NetworkMet(c.Agenda, c.Present, c.HeldOn));
    }

    private static Decision Agree(Network state, AgreeJointAction c, Occasion occasion)
    {
        var agreed = new JointActionAgreed(
            c.Network, c.Key, c.Text, c.Owner, c.Supporting, c.DueOn, ActionPlanItemId.From(NameBasedId.Of(c.Network.Value, $"joint-action:{c.Key}")));
        if (state.Actions.FirstOrDefault(a => a.Key == c.Key) is { } known)
            return known with { Supporting = [] } == agreed with { Supporting = [] } && known.Supporting.SequenceEqual(c.Supporting) ? Decision.AlreadySo
                : Decision.Refuse("JOINT_ACTION_ALREADY_AGREED", "A joint action with this key was agreed already; it is a plan item by now and changes there.");
        return state.NotMembers([c.Owner, .. c.Supporting])
            ?? (c.DueOn < occasion.Today ? Decision.Refuse("DUE_IN_PAST", $"A joint action is due today, {occasion.Today.Shown()}, or later.") : Decision.Take(agreed));
    }

    private Decision? NotMembers(IEnumerable<PartnerId> organisations) =>
        organisations.All(Members.ContainsKey) ? null : Decision.Refuse("NOT_A_MEMBER", "An organisation that is named here is not a member of the network; let it join first.");
}
