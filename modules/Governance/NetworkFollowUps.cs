using EqualitiesPlatform.Cases;
using EqualitiesPlatform.Engagement;
using EqualitiesPlatform.Ledger.Replay;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// A network that the policy pack establishes is founded with the members and co-chairs that the pack names, and follows
/// what the pack says of it later (Report 5.2, 7.3). Who joined or left by themselves stays so: only whom a pack names anew
/// joins, and nobody leaves because a pack names them no more.
/// </summary>
[Hears(typeof(NetworkEstablished), typeof(PolicySetInForce))]
internal sealed class NetworksFollowThePack(Registers registers, EventReader reader) : IFollowUp
{
    public string Name => "networks-follow-the-pack";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
    {
        // The sectors that a network wants stand among the policy values, and may change by themselves.
        if (recorded.Event is not (NetworkEstablished or PolicySetInForce)
            || await registers.Find<PackRegister>(recorded.Stream, recorded.Position, ct) is not { } pack) return [];
        NetworkId IdOf(string key) => NameBasedId.Of<NetworkId>(pack.Namespace, key);
        var established = recorded.Event as NetworkEstablished;
        ICommand[] described =
        [
            .. pack.Networks.Where(n => established is null || established.Key == n.Key).Select(n => new DescribeNetwork(
                IdOf(n.Key), n.Key, n.Name, n.Purpose, n.Virtual,
                (pack.Policy?.Values.GetValueOrDefault(NetworkValues.SectorsOf(n.Key)) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))),
        ];
        if (established is null) return described;
        var before = (await reader.ReadStream(recorded.Stream, recorded.Position - 1, ct)).Select(e => e.Event).OfType<NetworkEstablished>().LastOrDefault(n => n.Key == established.Key);
        return [.. described, .. Membership(IdOf(established.Key), established, before, pack.Namespace, pack.Policy?.Values)];
    }

    /// <summary>Who joins a network, and who chairs it, by what a pack says of it now and said before.</summary>
    internal static IEnumerable<ICommand> Membership(
        NetworkId network, NetworkEstablished now, NetworkEstablished? before, Guid council, IReadOnlyDictionary<string, string>? values)
    {
        var sectors = NetworkValues.SectorsOfMembers(now.Key, council, values ?? new Dictionary<string, string>());
        foreach (var member in now.Members.Except(before?.Members ?? [])) yield return new JoinNetwork(network, member, sectors.GetValueOrDefault(member) ?? "members");
        if (now.CoChairs is [var first, var second] && !now.CoChairs.SequenceEqual(before?.CoChairs ?? [])) yield return new ElectCoChairs(network, first, second, null);
    }
}

/// <summary>
/// Who is in a team that cases are assigned to belongs to the network of lead officers that the pack names (Report 5.2), and
/// to none that it named before. The network knows pseudonyms and no team, so that it tells nobody who works on what.
/// </summary>
[Hears(typeof(PolicySetInForce), typeof(TeamJoined), typeof(TeamLeft), typeof(NetworkFounded))]
internal sealed class CaseLeadsAreMembers(EventReader reader, IPolicy policy) : IFollowUp
{
    public string Name => "case-leads-are-members";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
    {
        // A pack that names another network says so before this silo knows it as the policy in force.
        var values = recorded.Event is PolicySetInForce set ? set.Values : policy.Current.Values;
        var network = Named(values);
        return recorded.Event switch
        {
            PolicySetInForce => [.. await Former(), .. await Everybody()],
            TeamJoined e when network is { } joined => [new JoinAsLead(joined, e.Member)],
            TeamLeft e when network is { } left && !(await LeadsAt(recorded.Position, ct)).Contains(e.Member) => [new LeaveAsLead(left, e.Member)],
            NetworkFounded e when e.Network == network => await Everybody(),
            _ => [],
        };

        async Task<ICommand[]> Everybody() => network is { } named ? [.. (await LeadsAt(recorded.Position, ct)).Select(lead => new JoinAsLead(named, lead))] : [];

        async Task<ICommand[]> Former()
        {
            var before = (await reader.ReadStream(recorded.Stream, recorded.Position - 1, ct)).Select(e => e.Event).OfType<PolicySetInForce>().LastOrDefault();
            return before is null || Named(before.Values) is not { } former || former == network ? []
                : [.. Members(await reader.ReadStream(StreamKey.Of(NetworkId.Kind, former.Value), ct: ct)).Select(lead => new LeaveAsLead(former, lead))];
        }
    }

    /// <summary>Everybody who is in one team at least after these events, in the order in which they came.</summary>
    internal static IReadOnlyList<PersonId> Leads(IEnumerable<RecordedEvent> teams)
    {
        var seats = new List<(string Team, PersonId Member)>();
        foreach (var e in teams)
            if (e.Event is TeamJoined joined) seats.Add((e.Stream, joined.Member));
            else if (e.Event is TeamLeft left) seats.Remove((e.Stream, left.Member));
        return [.. seats.Select(s => s.Member).Distinct()];
    }

    /// <summary>The lead officers who are members of a network after its events.</summary>
    internal static IReadOnlyList<PersonId> Members(IEnumerable<RecordedEvent> network)
    {
        var members = new List<PersonId>();
        foreach (var e in network)
            if (e.Event is LeadJoined joined) members.Add(joined.Lead);
            else if (e.Event is LeadLeft left) members.Remove(left.Lead);
        return members;
    }

    private NetworkId? Named(IReadOnlyDictionary<string, string> values) =>
        values.GetValueOrDefault(NetworkValues.CaseLeads) is { Length: > 0 } key ? NameBasedId.Of<NetworkId>(policy.Namespace, key) : null;

    private async Task<IReadOnlyList<PersonId>> LeadsAt(long position, CancellationToken ct)
    {
        var events = new List<RecordedEvent>();
        await foreach (var e in reader.Read(new EventRange(ToPosition: position, Kinds: [CaseTeamId.Kind]), ct)) events.Add(e);
        return Leads(events);
    }
}

/// <summary>The policy values that say more of networks than the pack's entries for them.</summary>
internal static class NetworkValues
{
    /// <summary>The key of the network of lead officers.</summary>
    public const string CaseLeads = "networks.case-leads";

    /// <summary>The name of the sectors from which a network wants members.</summary>
    public static string SectorsOf(string network) => $"networks.{network}.sectors";

    /// <summary>The name of the sector for which a partner is a member.</summary>
    public static string SectorOf(string network, string partner) => $"{MembersOf(network)}{partner}";

    /// <summary>For which sector each member of a network is there.</summary>
    public static IReadOnlyDictionary<PartnerId, string> SectorsOfMembers(string network, Guid council, IReadOnlyDictionary<string, string> values) => values
        .Where(v => v.Key.StartsWith(MembersOf(network), StringComparison.Ordinal))
        .ToDictionary(v => NameBasedId.Of<PartnerId>(council, v.Key[MembersOf(network).Length..]), v => v.Value);

    private static string MembersOf(string network) => $"networks.{network}.members.";
}
