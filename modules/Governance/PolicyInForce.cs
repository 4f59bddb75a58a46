namespace EqualitiesPlatform.Governance;

/// <summary>Which council's ledger it is and which policy is in force, in every silo's memory, from the facts in the ledger.</summary>
internal sealed class PolicyInForce : ISiloTable, IPolicy
{
    private sealed record Known(CouncilNamed? Council, PolicyValues Values, IReadOnlyList<ReportReviewer> Reviewers);

    private Known _known = new(null, PolicyValues.None, []);

    public IReadOnlyList<string> Kinds => [PolicyPack.Kind];

    public PolicyValues Current => _known.Values;

    /// <summary>Before any pack is loaded no key leads to an id of any council.</summary>
    public Guid Namespace => _known.Council?.Namespace ?? Guid.Empty;

    /// <summary>The council whose pack was loaded, if any was.</summary>
    public CouncilNamed? Council => _known.Council;

    /// <summary>The offices that review progress, as the pack names them (Policy, Difference).</summary>
    public IReadOnlyList<ReportReviewer> Reviewers => _known.Reviewers;

    public void Rebuild(IReadOnlyList<RecordedEvent> events)
    {
        // In recorded order, the greatest effective day is current, and of one day the later recorded.
        var policy = events.Select(e => e.Event).OfType<PolicySetInForce>().OrderBy(p => p.EffectiveOn).LastOrDefault();
        _known = new Known(
            events.Select(e => e.Event).OfType<CouncilNamed>().LastOrDefault(),
            policy is null ? PolicyValues.None : new PolicyValues(policy.Version, policy.Values),
            [.. Listed(events)]);
    }

    private static IEnumerable<ReportReviewer> Listed(IReadOnlyList<RecordedEvent> events)
    {
        var said = events.Select(e => e.Event).OfType<ReviewerEstablished>().GroupBy(r => r.Key).ToDictionary(r => $"reviewer:{r.Key}", r => r.Last());
        return (events.Select(e => e.Event).OfType<PackContentsListed>().LastOrDefault()?.Entries ?? [])
            .Where(entry => said.ContainsKey(entry.Ref)).Select(entry => new ReportReviewer(said[entry.Ref].Key, said[entry.Ref].Office));
    }
}
