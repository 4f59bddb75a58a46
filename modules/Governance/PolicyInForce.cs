namespace EqualitiesPlatform.Governance;

/// <summary>Which council's ledger it is and which policy is in force, in every silo's memory, from the facts in the ledger.</summary>
internal sealed class PolicyInForce : ISiloTable, IPolicy
{
    private sealed record Known(CouncilNamed? Council, PolicyValues Values);

    private Known _known = new(null, PolicyValues.None);

    public IReadOnlyList<string> Kinds => [PolicyPack.Kind];

    public PolicyValues Current => _known.Values;

    /// <summary>Before any pack is loaded no key leads to an id of any council.</summary>
    public Guid Namespace => _known.Council?.Namespace ?? Guid.Empty;

    /// <summary>The council whose pack was loaded, if any was.</summary>
    public CouncilNamed? Council => _known.Council;

    public void Rebuild(IReadOnlyList<RecordedEvent> events)
    {
        // In recorded order, the greatest effective day is current, and of one day the later recorded.
        var policy = events.Select(e => e.Event).OfType<PolicySetInForce>().OrderBy(p => p.EffectiveOn).LastOrDefault();
        _known = new Known(
            events.Select(e => e.Event).OfType<CouncilNamed>().LastOrDefault(),
            policy is null ? PolicyValues.None : new PolicyValues(policy.Version, policy.Values));
    }
}
