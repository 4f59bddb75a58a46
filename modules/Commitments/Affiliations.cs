using System.Collections.Frozen;

namespace EqualitiesPlatform.Commitments;

/// <summary>Who leads which partner, in every silo's memory, from the facts in the ledger.</summary>
internal sealed class Affiliations : ISiloTable, IAffiliations
{
    private FrozenDictionary<PersonId, (PartnerId Partner, LeadEntry Lead)[]> _leads = FrozenDictionary<PersonId, (PartnerId, LeadEntry)[]>.Empty;

    public IReadOnlyList<string> Kinds => [PartnerId.Kind];

    public void Rebuild(IReadOnlyList<RecordedEvent> events) =>
        _leads = events.GroupBy(e => e.Stream)
            .Select(stream => stream.Aggregate((PartnerRegister?)null, PartnerRegister.Fold))
            .OfType<PartnerRegister>()
            .SelectMany(p => p.Leads.Select(lead => (p.Partner, Lead: lead)))
            .GroupBy(l => l.Lead.Lead)
            .ToFrozenDictionary(g => g.Key, g => g.ToArray());

    public PartnerId? LedBy(PersonId person, DateOnly day) =>
        _leads.TryGetValue(person, out var leads)
            ? leads.Where(l => l.Lead.From <= day && (l.Lead.Until is null || day < l.Lead.Until)).Select(l => (PartnerId?)l.Partner).FirstOrDefault()
            : null;
}
