namespace EqualitiesPlatform.Engagement;

/// <summary>A network as lists and screens show it; its members may see it.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Members">Every membership, the ended ones too, in the order of joining.</param>
/// <param name="CoChairs">Every pair of co-chairs, the first first; the last one chairs unless the chair is vacant.</param>
/// <param name="Planned">The meetings to come, by day.</param>
/// <param name="ChairVacant">Whether a co-chair's organisation left and nobody was elected since.</param>
public sealed record NetworkRegister(
    string Id, long Version, NetworkId Network, string? Key, string Name, string Purpose, bool Virtual, IReadOnlyList<string> Sectors,
    IReadOnlyList<Membership> Members, IReadOnlyList<CoChairsElected> CoChairs, bool ChairVacant, IReadOnlyList<NetworkMet> Meetings,
    IReadOnlyList<ContributionMade> Contributions, IReadOnlyList<JointActionAgreed> JointActions, IReadOnlyList<NetworkMeetingPlanned> Planned,
    IReadOnlyList<PriorityOnRecord> Priorities, int Leads) : IRegister<NetworkRegister>
{
    /// <inheritdoc/>
    public static string Kind => NetworkId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [.. Members.Where(m => m.LeftOn is null).Select(m => m.Organisation)];

    /// <summary>The sectors from which it has no member now.</summary>
    public IReadOnlyList<string> Gaps => [.. Sectors.Where(s => !Members.Any(m => m.LeftOn is null && m.Sector == s))];

    /// <summary>How many sectors those are, to filter by.</summary>
    public int GapCount => Gaps.Count;

    /// <inheritdoc/>
    public static NetworkRegister? Fold(NetworkRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            NetworkFounded e => new NetworkRegister(recorded.Stream, 0, e.Network, e.Key, e.Name, e.Purpose, e.Virtual, e.Sectors, [], [], false, [], [], [], [], [], 0),
            NetworkDescribed e => document! with { Name = e.Name, Purpose = e.Purpose, Virtual = e.Virtual, Sectors = e.Sectors },
            LeadJoined => document! with { Leads = document.Leads + 1 },
            LeadLeft => document! with { Leads = document.Leads - 1 },
            NetworkJoined e => document!.Without(e.Organisation, recorded.EffectiveOn) is var rest
                ? rest with { Members = [.. rest.Members, new Membership(e.Organisation, e.Sector, recorded.EffectiveOn, null)] } : null,
            NetworkLeft e => document!.Without(e.Organisation, recorded.EffectiveOn),
            CoChairsElected e => document! with { CoChairs = [.. document.CoChairs, e], ChairVacant = false },
            CoChairVacant => document! with { ChairVacant = true },
            NetworkMeetingPlanned e => document! with { Planned = [.. document.Planned.Where(p => p.On != e.On).Append(e).OrderBy(p => p.On)] },
            NetworkMeetingCalledOff e => document! with { Planned = [.. document.Planned.Where(p => p.On != e.On)] },
            NetworkMet e => document! with
            {
                Meetings = [.. document.Meetings.Append(e).OrderBy(m => m.EffectiveOn)], Planned = [.. document.Planned.Where(p => p.On != e.EffectiveOn)],
            },
            ContributionMade e => document! with { Contributions = [.. document.Contributions, e] },
            JointActionAgreed e => document! with { JointActions = [.. document.JointActions, e] },
            PriorityNamed e => document! with
            {
                Priorities = document.Priorities.Any(p => p.Named.Key == e.Key)
                    ? [.. document.Priorities.Select(p => p.Named.Key == e.Key ? p with { Named = e, Agreed = [] } : p)] : [.. document.Priorities, new(e, [], [])],
            },
            PriorityAgreed e => document!.With(e.Key, p => p with { Agreed = [.. p.Agreed, e.Organisation] }),
            AchievementLinked e => document!.With(e.Key, p => p with { Achievements = [.. p.Achievements, e.Achievement] }),
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    private NetworkRegister With(string priority, Func<PriorityOnRecord, PriorityOnRecord> next) =>
        this with { Priorities = [.. Priorities.Select(p => p.Named.Key == priority ? next(p) : p)] };

    private NetworkRegister Without(PartnerId organisation, DateOnly from) =>
        this with { Members = [.. Members.Select(m => m.Organisation == organisation && m.LeftOn is null ? m with { LeftOn = from } : m)] };
}

/// <summary>A membership of a network.</summary>
/// <param name="LeftOn">The day on which it ended, if it did.</param>
public sealed record Membership(PartnerId Organisation, string Sector, DateOnly JoinedOn, DateOnly? LeftOn);

/// <summary>A priority of a network.</summary>
/// <param name="Agreed">The members that agreed to its words.</param>
/// <param name="Achievements">What was achieved for it.</param>
public sealed record PriorityOnRecord(PriorityNamed Named, IReadOnlyList<PartnerId> Agreed, IReadOnlyList<AchievementId> Achievements);
