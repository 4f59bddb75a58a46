namespace EqualitiesPlatform.Commitments;

/// <summary>A partner as lists and screens show it.</summary>
public sealed record PartnerRegister : IRegister<PartnerRegister>
{
    /// <inheritdoc/>
    public static string Kind => PartnerId.Kind;

    /// <inheritdoc/>
    public required string Id { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <summary>The partner.</summary>
    public required PartnerId Partner { get; init; }

    /// <summary>Its key, if it has one.</summary>
    public string? Key { get; init; }

    /// <summary>The name it goes by now.</summary>
    public required string Name { get; init; }

    /// <summary>The names it went by before, the oldest first.</summary>
    public IReadOnlyList<string> FormerNames { get; init; } = [];

    /// <summary>What sort of organisation it is.</summary>
    public required OrganisationType Type { get; init; }

    /// <summary>The sector it works in.</summary>
    public string? Sector { get; init; }

    /// <summary>Whether the Public Sector Equality Duty applies to it.</summary>
    public required bool DutyApplies { get; init; }

    /// <summary>Whether it is here to stay.</summary>
    public PartnerStage Stage { get; init; } = PartnerStage.Active;

    /// <summary>The ledger's position from which on it takes nothing new; null while it is here to stay.</summary>
    public long? ClosedAt { get; init; }

    /// <summary>Who leads its reporting, and who did.</summary>
    public IReadOnlyList<LeadEntry> Leads { get; init; } = [];

    /// <summary>Who contributes to its reporting beside them, and who did.</summary>
    public IReadOnlyList<LeadEntry> Contributors { get; init; } = [];

    /// <summary>The version of the council's Policy that it adopted last.</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>The day on which it did.</summary>
    public DateOnly? PolicyAdoptedOn { get; init; }

    /// <summary>Where its own equalities policy is.</summary>
    public string? OwnPolicyUrl { get; init; }

    /// <summary>The day that its own policy bears.</summary>
    public DateOnly? OwnPolicyDatedOn { get; init; }

    /// <summary>How the link was found when it was last checked.</summary>
    public OwnPolicyCheck? OwnPolicyFound { get; init; }

    /// <summary>The day of that check.</summary>
    public DateOnly? OwnPolicyCheckedOn { get; init; }

    /// <summary>Who became whom: the organisations that follow it, and those that it follows.</summary>
    public IReadOnlyList<SuccessionEntry> Successions { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [Partner];

    /// <summary>The organisation that has taken its place, if one has.</summary>
    public PartnerId? Heir() =>
        Successions.Where(s => s.IsSuccessor && s.Succession is not Succession.ServiceTransfer).Select(s => (PartnerId?)s.Other).FirstOrDefault();

    /// <inheritdoc/>
    public static PartnerRegister? Fold(PartnerRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            PartnerRegistered e => new PartnerRegister
            {
                Id = recorded.Stream, Version = 0, Partner = e.Partner, Key = e.Key, Name = e.Name, Type = e.Type, Sector = e.Sector, DutyApplies = e.DutyApplies,
            },
            LeadAppointed e => document! with { Leads = [.. document.Leads, new LeadEntry(e.Lead, e.EffectiveOn, null)] },
            LeadStoodDown e => document! with { Leads = Ended(document.Leads, e.EffectiveOn, e.Lead) },
            ContributorAppointed e => document! with { Contributors = [.. document.Contributors, new LeadEntry(e.Contributor, e.EffectiveOn, null)] },
            ContributorStoodDown e => document! with { Contributors = Ended(document.Contributors, e.EffectiveOn, e.Contributor) },
            PartnerRenamed e => document! with { Name = e.Name, FormerNames = [.. document.FormerNames, document.Name] },
            PolicyAdopted e => document! with { PolicyVersion = e.PolicyVersion, PolicyAdoptedOn = e.EffectiveOn },
            OwnPolicyLinked e => document! with { OwnPolicyUrl = e.Url, OwnPolicyDatedOn = e.DatedOn, OwnPolicyFound = null, OwnPolicyCheckedOn = null },
            OwnPolicyChecked e => document! with { OwnPolicyFound = e.Found, OwnPolicyCheckedOn = e.EffectiveOn },
            PartnerMerged e => document!.Ending(e.EffectiveOn).Followed(Succession.Merger, e.EffectiveOn, e.Into).Leaving(recorded),
            PartnerSplit e => document!.Ending(e.EffectiveOn).Followed(Succession.Split, e.EffectiveOn, [.. e.Shares.Select(s => s.Partner)]).Leaving(recorded),
            ServiceTransferred e => document!.Followed(Succession.ServiceTransfer, e.EffectiveOn, e.To),
            SuccessionReceived e => document! with
            {
                Successions = [.. document.Successions, new SuccessionEntry(e.Succession, e.From, IsSuccessor: false, e.EffectiveOn)],
            },
            PartnerBeganLeaving => document!.Leaving(recorded),
            PartnerLeft => document! with { Stage = PartnerStage.Left },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    private PartnerRegister Leaving(RecordedEvent recorded) => this with { Stage = PartnerStage.Leaving, ClosedAt = ClosedAt ?? recorded.Position };

    private PartnerRegister Ending(DateOnly day) => this with { Leads = Ended(Leads, day), Contributors = Ended(Contributors, day) };

    private static IReadOnlyList<LeadEntry> Ended(IReadOnlyList<LeadEntry> entries, DateOnly day, PersonId? whose = null) =>
        [.. entries.Select(e => e.Until is null && (whose is null || e.Lead == whose) ? e with { Until = day } : e)];

    private PartnerRegister Followed(Succession succession, DateOnly day, params PartnerId[] by) =>
        this with { Successions = [.. Successions, .. by.Select(p => new SuccessionEntry(succession, p, IsSuccessor: true, day))] };
}

/// <summary>Who leads a partner's reporting, or contributes to it, from when to when.</summary>
public sealed record LeadEntry(PersonId Lead, DateOnly From, DateOnly? Until);

/// <summary>Another organisation that follows this one, or that this one follows.</summary>
public sealed record SuccessionEntry(Succession Succession, PartnerId Other, bool IsSuccessor, DateOnly On);
