namespace EqualitiesPlatform.Governance;

/// <summary>A policy document as lists and screens show it, with all its versions.</summary>
public sealed record PolicyDocumentRegister(
    string Id, long Version, PolicyDocumentId Document, string? Key, string Title, bool ForPartners, IReadOnlyList<PolicyVersionEntry> Versions,
    PolicyDocumentId? ReviewedWith, ObligationId? ReviewObligation, DateOnly? UnderReviewSince, DateOnly? ReviewedOn, ReviewOutcome? ReviewOutcome,
    IReadOnlyList<AdoptionEntry> Adoptions) : IRegister<PolicyDocumentRegister>
{
    /// <inheritdoc/>
    public static string Kind => PolicyDocumentId.Kind;

    /// <summary>The version in force, if one is.</summary>
    public string? InForce => Versions.FirstOrDefault(v => v.Stage is PolicyVersionStage.Published)?.Version;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <inheritdoc/>
    public static PolicyDocumentRegister? Fold(PolicyDocumentRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            PolicyVersionDrafted e => (document ?? new PolicyDocumentRegister(
                recorded.Stream, 0, e.Document, e.Key, e.Title, e.ForPartners, [], null, null, null, null, null, []))
                with { Versions = [.. document?.Versions ?? [], new PolicyVersionEntry(e.Version, PolicyVersionStage.Draft, e.Reference)] },
            PolicyVersionRevised e => document!.With(e.Version, v => v with { Reference = e.Reference, Changes = [.. v.Changes, e.Change] }),
            PolicyConsultationOpened e => document!.With(e.Version, v => v with { Stage = PolicyVersionStage.Consultation, Consultation = e.Consultation, ClosesOn = e.ClosesOn }),
            PolicyVersionApproved e => document!.With(e.Version, v => v with { Stage = PolicyVersionStage.Approved, Body = e.Body, Minute = e.Minute, ApprovedOn = e.EffectiveOn, Unconsulted = e.Unconsulted }),
            PolicyVersionPublished e => document!.With(e.Version, v => v with { Stage = PolicyVersionStage.Published, Reference = e.Page, PublishedOn = e.EffectiveOn }),
            PolicyVersionSuperseded e => document!.With(e.Version, v => v with { Stage = PolicyVersionStage.Superseded, SupersededOn = e.EffectiveOn }),
            PolicyVersionDropped e => document!.With(e.Version, v => v with { Stage = PolicyVersionStage.Dropped, Changes = [.. v.Changes, e.Reason] }),
            PolicyReviewTied e => document! with { ReviewedWith = e.With, ReviewObligation = e.Obligation },
            PolicyReviewBegun e => document! with { UnderReviewSince = e.EffectiveOn },
            PolicyReviewConcluded e => document! with { UnderReviewSince = null, ReviewedOn = e.EffectiveOn, ReviewOutcome = e.Outcome },
            PolicyAdoptionNoted e => document! with
            {
                Adoptions = [.. document.Adoptions.Where(a => a.Partner != e.Partner), new AdoptionEntry(e.Partner, e.Version, e.EffectiveOn)],
            },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    private PolicyDocumentRegister With(string version, Func<PolicyVersionEntry, PolicyVersionEntry> change) =>
        this with { Versions = [.. Versions.Select(v => v.Version == version ? change(v) : v)] };
}

/// <summary>A version of a policy document.</summary>
public sealed record PolicyVersionEntry(string Version, PolicyVersionStage Stage, string Reference)
{
    /// <summary>What was changed in the draft, and why; the first first.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>Which consultation it was put to.</summary>
    public string? Consultation { get; init; }

    /// <summary>Its last day.</summary>
    public DateOnly? ClosesOn { get; init; }

    /// <summary>Why nobody was consulted, where nobody was.</summary>
    public string? Unconsulted { get; init; }

    /// <summary>The body that approved it.</summary>
    public BodyId? Body { get; init; }

    /// <summary>That body's minute.</summary>
    public string? Minute { get; init; }

    /// <summary>The day of the approval.</summary>
    public DateOnly? ApprovedOn { get; init; }

    /// <summary>The day of the publication.</summary>
    public DateOnly? PublishedOn { get; init; }

    /// <summary>The day on which another took its place.</summary>
    public DateOnly? SupersededOn { get; init; }
}

/// <summary>A partner's adoption of a version.</summary>
public sealed record AdoptionEntry(PartnerId Partner, string Version, DateOnly On);
