namespace EqualitiesPlatform.Commitments;

/// <summary>A partner as lists and screens show it.</summary>
/// <param name="Id">The stream's key.</param>
public sealed record PartnerRegister(
    string Id, long Version, PartnerId Partner, string? Key, string Name, OrganisationType Type, string? Sector, bool DutyApplies,
    IReadOnlyList<LeadEntry> Leads) : IRegister<PartnerRegister>
{
    /// <inheritdoc/>
    public static string Kind => PartnerId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [Partner];

    /// <inheritdoc/>
    public static PartnerRegister? Fold(PartnerRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            PartnerRegistered e => new PartnerRegister(recorded.Stream, 0, e.Partner, e.Key, e.Name, e.Type, e.Sector, e.DutyApplies, []),
            LeadAppointed e => document! with { Leads = [.. document.Leads, new LeadEntry(e.Lead, e.EffectiveOn, null)] },
            LeadStoodDown e => document! with { Leads = [.. document.Leads.Select(l => l.Lead == e.Lead && l.Until is null ? l with { Until = e.EffectiveOn } : l)] },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;
}

/// <summary>Who leads a partner's reporting, from when to when.</summary>
public sealed record LeadEntry(PersonId Lead, DateOnly From, DateOnly? Until);
