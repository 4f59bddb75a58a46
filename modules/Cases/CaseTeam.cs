using System.Collections.Frozen;

namespace EqualitiesPlatform.Cases;

// A team of the Inter-Agency Staff Network (Report 5.2): it has no meetings, it picks cases up. Who is in it sees its cases.

/// <summary>A command about a team.</summary>
internal interface ICaseTeamCommand : ICommand
{
    /// <summary>The team.</summary>
    CaseTeamId Team { get; }

    string ICommand.Stream => StreamKey.Of(CaseTeamId.Kind, Team.Value);
}

/// <summary>Take somebody into a team, which begins with the first.</summary>
[GenerateSerializer, Immutable]
internal sealed record JoinTeam(CaseTeamId Team, string Key, PersonId Member) : ICaseTeamCommand;

/// <summary>Let somebody leave a team.</summary>
[GenerateSerializer, Immutable]
internal sealed record LeaveTeam(CaseTeamId Team, PersonId Member) : ICaseTeamCommand;

/// <summary>Somebody joined a team.</summary>
[RecordedBy<CaseTeam>("cases.team-joined.v1")]
public sealed record TeamJoined(CaseTeamId Team, string Key, PersonId Member);

/// <summary>Somebody left a team.</summary>
[RecordedBy<CaseTeam>("cases.team-left.v1")]
public sealed record TeamLeft(PersonId Member);

/// <summary>Who is in a team.</summary>
internal sealed record CaseTeam(IReadOnlyList<PersonId> Members) : IAggregate<CaseTeam>
{
    public static string Kind => CaseTeamId.Kind;

    public static CaseTeam Unborn { get; } = new([]);

    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(CaseTeam state, ICommand command, Occasion occasion) => command switch
    {
        JoinTeam c => state.Members.Contains(c.Member) ? Decision.AlreadySo : Decision.Take(new TeamJoined(c.Team, c.Key, c.Member)),
        LeaveTeam c => state.Members.Contains(c.Member) ? Decision.Take(new TeamLeft(c.Member)) : Decision.AlreadySo,
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A team does not know this command."),
    };

    public static CaseTeam Evolve(CaseTeam state, object @event) => @event switch
    {
        TeamJoined e => new([.. state.Members, e.Member]),
        TeamLeft e => new([.. state.Members.Where(m => m != e.Member)]),
        _ => state,
    };
}

/// <summary>Who is in which team, as every silo has it in memory.</summary>
internal interface ICaseTeams
{
    /// <summary>The teams that somebody is in.</summary>
    IReadOnlyList<CaseTeamId> Of(PersonId person);
}

internal sealed class CaseTeams : ISiloTable, ICaseTeams
{
    private FrozenDictionary<PersonId, CaseTeamId[]> _teams = FrozenDictionary<PersonId, CaseTeamId[]>.Empty;

    public IReadOnlyList<string> Kinds => [CaseTeam.Kind];

    public IReadOnlyList<CaseTeamId> Of(PersonId person) => _teams.GetValueOrDefault(person) ?? [];

    public void Rebuild(IReadOnlyList<RecordedEvent> events) =>
        _teams = events.GroupBy(e => e.Stream)
            .SelectMany(stream => stream.Aggregate(CaseTeam.Unborn, (team, e) => CaseTeam.Evolve(team, e.Event)).Members.Select(m => (Member: m, Team: new CaseTeamId(StreamKey.IdOf(stream.Key)))))
            .GroupBy(m => m.Member).ToFrozenDictionary(g => g.Key, g => g.Select(m => m.Team).ToArray());
}
