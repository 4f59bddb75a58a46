using EqualitiesPlatform.Cases;
using EqualitiesPlatform.Engagement;
using EqualitiesPlatform.Ledger.Replay;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// A network that the policy pack establishes is founded, and follows what the pack says of it later (Report 5.2, 7.3).
/// Who belongs to it is no part of this: organisations join on days of their own.
/// </summary>
internal sealed class NetworksFollowThePack(Registers registers) : IFollowUp
{
    public string Name => "networks-follow-the-pack";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
    {
        // The sectors that a network wants stand among the policy values, and may change by themselves.
        if (recorded.Event is not (NetworkEstablished or PolicySetInForce)
            || await registers.Find<PackRegister>(recorded.Stream, recorded.Position, ct) is not { } pack) return [];
        return [.. pack.Networks.Where(n => recorded.Event is not NetworkEstablished e || e.Key == n.Key).Select(n => new DescribeNetwork(
            NameBasedId.Of<NetworkId>(pack.Namespace, n.Key), n.Key, n.Name, n.Purpose, n.Virtual,
            (pack.Policy?.Values.GetValueOrDefault(NetworkValues.SectorsOf(n.Key)) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
    }
}

/// <summary>
/// Who is in a team that cases are assigned to belongs to the network of lead officers that the pack names (Report 5.2). The
/// network knows pseudonyms and no team, so that it tells nobody who works on what.
/// </summary>
internal sealed class CaseLeadsAreMembers(EventReader reader, IPolicy policy) : IFollowUp
{
    public string Name => "case-leads-are-members";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
    {
        // A pack that names another network says so before this silo knows it as the policy in force.
        var values = recorded.Event is PolicySetInForce set ? set.Values : policy.Current.Values;
        if (values.GetValueOrDefault(NetworkValues.CaseLeads) is not { Length: > 0 } key) return [];
        var network = NameBasedId.Of<NetworkId>(policy.Namespace, key);
        return recorded.Event switch
        {
            TeamJoined e => [new JoinAsLead(network, e.Member)],
            TeamLeft e when !(await LeadsAt(recorded.Position, ct)).Contains(e.Member) => [new LeaveAsLead(network, e.Member)],
            NetworkFounded e when e.Network == network => await Everybody(),
            PolicySetInForce => await Everybody(),
            _ => [],
        };

        async Task<ICommand[]> Everybody() => [.. (await LeadsAt(recorded.Position, ct)).Select(lead => new JoinAsLead(network, lead))];
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
}
