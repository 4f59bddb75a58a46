using System.Collections.Frozen;

namespace EqualitiesPlatform.Commitments;

/// <summary>Who leads which partner, who contributes to which, and which partners are leaving, in every silo's memory, from the facts in the ledger.</summary>
internal sealed class Affiliations : ISiloTable, IAffiliations, IPartners
{
    private Table _table = Table.Of([]);

    public IReadOnlyList<string> Kinds => [PartnerId.Kind];

    public void Rebuild(IReadOnlyList<RecordedEvent> events) =>
        _table = Table.Of([.. events.GroupBy(e => e.Stream)
            .Select(stream => stream.Aggregate((PartnerRegister?)null, PartnerRegister.Fold))
            .OfType<PartnerRegister>()]);

    // No partner's record can refuse somebody who leads another: the one appointed to last is theirs then, and every
    // silo says the same.
    public PartnerId? LedBy(PersonId person, DateOnly day) => Of(_table.Leads, person, day);

    public PartnerId? ContributedToBy(PersonId person, DateOnly day) => Of(_table.Contributors, person, day);

    private static PartnerId? Of(FrozenDictionary<PersonId, (PartnerId Partner, LeadEntry Lead)[]> entries, PersonId person, DateOnly day) =>
        entries.TryGetValue(person, out var leads)
            ? leads.Where(l => l.Lead.From <= day && (l.Lead.Until is null || day < l.Lead.Until))
                .OrderByDescending(l => l.Lead.From).ThenBy(l => l.Partner.Value).Select(l => (PartnerId?)l.Partner).FirstOrDefault()
            : null;

    public PartnerReadiness ReadinessOf(PartnerId? partner) =>
        partner is { } known && _table.Stages.TryGetValue(known, out var stage)
            ? stage is PartnerStage.Active ? PartnerReadiness.Ready : PartnerReadiness.Leaving
            : PartnerReadiness.Unknown;

    public string? NameOf(PartnerId organisation) => _table.Names.GetValueOrDefault(organisation);

    private sealed record Table(
        FrozenDictionary<PersonId, (PartnerId Partner, LeadEntry Lead)[]> Leads,
        FrozenDictionary<PersonId, (PartnerId Partner, LeadEntry Lead)[]> Contributors,
        FrozenDictionary<PartnerId, PartnerStage> Stages,
        FrozenDictionary<PartnerId, string> Names)
    {
        public static Table Of(IReadOnlyList<PartnerRegister> partners) => new(
            ByPerson(partners, p => p.Leads), ByPerson(partners, p => p.Contributors),
            partners.ToFrozenDictionary(p => p.Partner, p => p.Stage), partners.ToFrozenDictionary(p => p.Partner, p => p.Name));

        private static FrozenDictionary<PersonId, (PartnerId, LeadEntry)[]> ByPerson(IReadOnlyList<PartnerRegister> partners, Func<PartnerRegister, IReadOnlyList<LeadEntry>> entries) =>
            partners.SelectMany(p => entries(p).Select(entry => (p.Partner, Lead: entry))).GroupBy(e => e.Lead.Lead).ToFrozenDictionary(g => g.Key, g => g.ToArray());
    }
}
