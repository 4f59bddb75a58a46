namespace EqualitiesPlatform.Governance;

// A policy document over its versions: drafted, consulted on, approved by a body with its minute, published, superseded by
// the next. It is reviewed when another is, as the Policy is with the Corporate Plan (Policy, Difference, paragraph 3), and
// partners adopt a version of it (Policy, Partners, bullet 1).

/// <summary>A command to a policy document.</summary>
public interface IPolicyDocumentCommand : ICommand
{
    /// <summary>The document.</summary>
    PolicyDocumentId Document { get; }

    string ICommand.Stream => StreamKey.Of(PolicyDocumentId.Kind, Document.Value);
}

/// <summary>Draft a version; the first begins the document.</summary>
/// <param name="ForPartners">Whether partners are asked to adopt it, as with the Equalities Policy itself.</param>
/// <param name="Reference">Where the draft can be found.</param>
[GenerateSerializer, Immutable]
public sealed record DraftPolicyVersion(
    PolicyDocumentId Document, string? Key, string Title, bool ForPartners, string Version, string Reference) : IPolicyDocumentCommand;

/// <summary>Revise a draft, saying what has changed and why.</summary>
[GenerateSerializer, Immutable]
public sealed record RevisePolicyVersion(PolicyDocumentId Document, string Version, string Reference, string Change) : IPolicyDocumentCommand;

/// <summary>Put a draft to consultation until a day.</summary>
/// <param name="Consultation">Which consultation: its title or address.</param>
[GenerateSerializer, Immutable]
public sealed record ConsultOnPolicyVersion(PolicyDocumentId Document, string Version, string Consultation, DateOnly ClosesOn) : IPolicyDocumentCommand;

/// <summary>Record that a body approved a draft.</summary>
/// <param name="Unconsulted">Why nobody was consulted, where nobody was.</param>
[GenerateSerializer, Immutable]
public sealed record ApprovePolicyVersion(
    PolicyDocumentId Document, string Version, BodyId Body, string Minute, DateOnly? EffectiveOn, string? Unconsulted) : IPolicyDocumentCommand;

/// <summary>Publish an approved version; the one before it is superseded.</summary>
[GenerateSerializer, Immutable]
public sealed record PublishPolicyVersion(PolicyDocumentId Document, string Version, string Address, DateOnly? EffectiveOn) : IPolicyDocumentCommand;

/// <summary>Drop a version that was never published.</summary>
[GenerateSerializer, Immutable]
public sealed record DropPolicyVersion(PolicyDocumentId Document, string Version, string Reason) : IPolicyDocumentCommand;

/// <summary>Tie the document's review to that of another, and say which obligation that sets off.</summary>
[GenerateSerializer, Immutable]
public sealed record TiePolicyReview(PolicyDocumentId Document, PolicyDocumentId With, ObligationId Obligation) : IPolicyDocumentCommand;

/// <summary>Begin a review of the document; what is tied to it falls due.</summary>
[GenerateSerializer, Immutable]
public sealed record BeginPolicyReview(PolicyDocumentId Document, string Occasion, DateOnly? EffectiveOn) : IPolicyDocumentCommand;

/// <summary>Conclude the review; that discharges the obligation which it was tied to.</summary>
[GenerateSerializer, Immutable]
public sealed record ConcludePolicyReview(PolicyDocumentId Document, ReviewOutcome Outcome, string Reference, DateOnly? EffectiveOn) : IPolicyDocumentCommand;

/// <summary>Take note that a partner adopted a version; sent by a follow-up.</summary>
[GenerateSerializer, Immutable]
public sealed record NotePolicyAdoption(PolicyDocumentId Document, PartnerId Partner, string Version, DateOnly EffectiveOn) : IPolicyDocumentCommand;

/// <summary>What came of a review.</summary>
public enum ReviewOutcome
{
    /// <summary>The document stays as it is.</summary>
    Kept = 1,
    /// <summary>Another version will be drafted.</summary>
    ToBeRevised,
    /// <summary>The document is given up.</summary>
    GivenUp,
}

/// <summary>A version was drafted.</summary>
[RecordedBy<PolicyDocument>("governance.policy-version-drafted.v1")]
public sealed record PolicyVersionDrafted(PolicyDocumentId Document, string? Key, string Title, bool ForPartners, string Version, string Reference);

/// <summary>A draft was revised.</summary>
[RecordedBy<PolicyDocument>("governance.policy-version-revised.v1")]
public sealed record PolicyVersionRevised(string Version, string Reference, [property: Statement] string Change);

/// <summary>A draft was put to consultation.</summary>
[RecordedBy<PolicyDocument>("governance.policy-consultation-opened.v1")]
public sealed record PolicyConsultationOpened(string Version, string Consultation, DateOnly ClosesOn);

/// <summary>A body approved a version.</summary>
/// <param name="Unconsulted">Why nobody was consulted, where nobody was.</param>
[RecordedBy<PolicyDocument>("governance.policy-version-approved.v1")]
public sealed record PolicyVersionApproved(
    string Version, BodyId Body, string Minute, [property: Statement] string? Unconsulted, DateOnly EffectiveOn) : IEffective;

/// <summary>A version was published.</summary>
[RecordedBy<PolicyDocument>("governance.policy-version-published.v1")]
public sealed record PolicyVersionPublished(string Version, string Page, DateOnly EffectiveOn) : IEffective;

/// <summary>A version was superseded by the next.</summary>
[RecordedBy<PolicyDocument>("governance.policy-version-superseded.v1")]
public sealed record PolicyVersionSuperseded(string Version, string By, DateOnly EffectiveOn) : IEffective;

/// <summary>A version was dropped before it was published.</summary>
[RecordedBy<PolicyDocument>("governance.policy-version-dropped.v1")]
public sealed record PolicyVersionDropped(string Version, [property: Statement] string Reason);

/// <summary>The document is reviewed when another is.</summary>
/// <param name="Obligation">What falls due then.</param>
[RecordedBy<PolicyDocument>("governance.policy-review-tied.v1")]
public sealed record PolicyReviewTied(PolicyDocumentId With, ObligationId Obligation);

/// <summary>A review began.</summary>
[RecordedBy<PolicyDocument>("governance.policy-review-begun.v1")]
public sealed record PolicyReviewBegun(string Title, string Occasion, DateOnly EffectiveOn) : IEffective;

/// <summary>A review was concluded.</summary>
/// <param name="Obligation">What it discharges, if it was tied.</param>
[RecordedBy<PolicyDocument>("governance.policy-review-concluded.v1")]
public sealed record PolicyReviewConcluded(ReviewOutcome Outcome, string Reference, ObligationId? Obligation, DateOnly EffectiveOn) : IEffective;

/// <summary>A partner adopted a version.</summary>
[RecordedBy<PolicyDocument>("governance.policy-adoption-noted.v1")]
public sealed record PolicyAdoptionNoted(PartnerId Partner, string Version, DateOnly EffectiveOn) : IEffective;

/// <summary>How far a version has come.</summary>
public enum PolicyVersionStage
{
    /// <summary>It is a draft.</summary>
    Draft = 1,
    /// <summary>The draft was put to consultation.</summary>
    Consultation,
    /// <summary>A body approved it.</summary>
    Approved,
    /// <summary>It is published and in force.</summary>
    Published,
    /// <summary>Another took its place.</summary>
    Superseded,
    /// <summary>It was dropped.</summary>
    Dropped,
}

/// <summary>What deciding about a policy document needs to know.</summary>
internal sealed record PolicyDocument(
    PolicyVersionDrafted? First, IReadOnlyDictionary<string, PolicyDocument.Known> Versions, PolicyReviewTied? Tied, PolicyReviewBegun? UnderReview,
    PolicyReviewConcluded? Reviewed, IReadOnlyDictionary<PartnerId, string> Adoptions) : IAggregate<PolicyDocument>
{
    /// <summary>What is known of a version.</summary>
    internal sealed record Known(PolicyVersionStage Stage, string Reference, PolicyConsultationOpened? Consultation);

    public static string Kind => PolicyDocumentId.Kind;

    public static PolicyDocument Unborn { get; } = new(null, new Dictionary<string, Known>(), null, null, null, new Dictionary<PartnerId, string>());

    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(PolicyDocument state, ICommand command, Occasion occasion) => command switch
    {
        DraftPolicyVersion c => Draft(state, c),
        _ when state.First is null => Decision.Refuse("POLICY_UNKNOWN", "There is no such policy document; draft its first version."),
        RevisePolicyVersion c => state.Of(c.Version) switch
        {
            { Stage: PolicyVersionStage.Draft or PolicyVersionStage.Consultation } known => known.Reference == c.Reference
                ? Decision.AlreadySo
                : Decision.Take(new PolicyVersionRevised(c.Version, c.Reference, c.Change)),
            var other => NotADraft(other),
        },
        ConsultOnPolicyVersion c => state.Of(c.Version) switch
        {
            { Consultation: { } open } when open == new PolicyConsultationOpened(c.Version, c.Consultation, c.ClosesOn) => Decision.AlreadySo,
            { Stage: PolicyVersionStage.Draft or PolicyVersionStage.Consultation } => c.ClosesOn < occasion.Today
                ? Decision.Refuse("CLOSED_BEFORE_IT_OPENED", "A consultation closes today or later.")
                : Decision.Take(new PolicyConsultationOpened(c.Version, c.Consultation, c.ClosesOn)),
            var other => NotADraft(other),
        },
        ApprovePolicyVersion c => occasion.InFuture(c.EffectiveOn) ?? Approve(state, c, c.EffectiveOn ?? occasion.Today),
        PublishPolicyVersion c => occasion.InFuture(c.EffectiveOn) ?? Publish(state, c, c.EffectiveOn ?? occasion.Today),
        DropPolicyVersion c => state.Of(c.Version) switch
        {
            { Stage: PolicyVersionStage.Dropped } => Decision.AlreadySo,
            { Stage: PolicyVersionStage.Published or PolicyVersionStage.Superseded } =>
                Decision.Refuse("VERSION_PUBLISHED", "This version was published; it is superseded by the next, and not dropped."),
            null => NotADraft(null),
            _ => Decision.Take(new PolicyVersionDropped(c.Version, c.Reason)),
        },
        TiePolicyReview c => c.With == c.Document
            ? Decision.Refuse("TIED_TO_ITSELF", "A document's review can be tied to that of another document.")
            : state.Tied == new PolicyReviewTied(c.With, c.Obligation) ? Decision.AlreadySo : Decision.Take(new PolicyReviewTied(c.With, c.Obligation)),
        BeginPolicyReview c => state.UnderReview is not null
            ? Decision.AlreadySo
            : occasion.InFuture(c.EffectiveOn) ?? Decision.Take(new PolicyReviewBegun(state.First.Title, c.Occasion, c.EffectiveOn ?? occasion.Today)),
        ConcludePolicyReview c => occasion.InFuture(c.EffectiveOn) ?? Conclude(state, c, c.EffectiveOn ?? occasion.Today),
        NotePolicyAdoption c => state.Adoptions.GetValueOrDefault(c.Partner) == c.Version
            ? Decision.AlreadySo
            : state.Of(c.Version) is { Stage: PolicyVersionStage.Approved or PolicyVersionStage.Published or PolicyVersionStage.Superseded }
                ? Decision.Take(new PolicyAdoptionNoted(c.Partner, c.Version, c.EffectiveOn))
                : Decision.Refuse("VERSION_NOT_APPROVED", "This version was not approved, or there is none of this name; it can't be adopted."),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A policy document does not know this command."),
    };

    public static PolicyDocument Evolve(PolicyDocument state, object @event) => @event switch
    {
        PolicyVersionDrafted e => (state with { First = state.First ?? e }).With(e.Version, _ => new(PolicyVersionStage.Draft, e.Reference, null)),
        PolicyVersionRevised e => state.With(e.Version, v => v with { Reference = e.Reference }),
        PolicyConsultationOpened e => state.With(e.Version, v => v with { Stage = PolicyVersionStage.Consultation, Consultation = e }),
        PolicyVersionApproved e => state.With(e.Version, v => v with { Stage = PolicyVersionStage.Approved }),
        PolicyVersionPublished e => state.With(e.Version, v => v with { Stage = PolicyVersionStage.Published, Reference = e.Page }),
        PolicyVersionSuperseded e => state.With(e.Version, v => v with { Stage = PolicyVersionStage.Superseded }),
        PolicyVersionDropped e => state.With(e.Version, v => v with { Stage = PolicyVersionStage.Dropped }),
        PolicyReviewTied e => state with { Tied = e },
        PolicyReviewBegun e => state with { UnderReview = e },
        PolicyReviewConcluded e => state with { UnderReview = null, Reviewed = e },
        PolicyAdoptionNoted e => state with { Adoptions = new Dictionary<PartnerId, string>(state.Adoptions) { [e.Partner] = e.Version } },
        _ => state,
    };

    private static Decision Draft(PolicyDocument state, DraftPolicyVersion c) => state.Of(c.Version) switch
    {
        null => Decision.Take(new PolicyVersionDrafted(c.Document, c.Key, c.Title, c.ForPartners, c.Version, c.Reference)),
        { Stage: PolicyVersionStage.Draft } known when known.Reference == c.Reference => Decision.AlreadySo,
        _ => Decision.Refuse("VERSION_EXISTS", "There is a version of this name already; revise it while it is a draft, or draft the next."),
    };

    private static Decision Approve(PolicyDocument state, ApprovePolicyVersion c, DateOnly on) => state.Of(c.Version) switch
    {
        { Stage: PolicyVersionStage.Approved or PolicyVersionStage.Published } => Decision.AlreadySo,
        { Stage: PolicyVersionStage.Consultation, Consultation: { } open } when on <= open.ClosesOn =>
            Decision.Refuse("CONSULTATION_OPEN", $"The consultation is open until {open.ClosesOn.Shown()}; approve the version after that."),
        { Stage: PolicyVersionStage.Draft } when c.Unconsulted is null =>
            Decision.Refuse("NOT_CONSULTED", "Nobody was consulted on this draft: put it to consultation, or say why nobody was."),
        { Stage: PolicyVersionStage.Draft or PolicyVersionStage.Consultation } known => Decision.Take(new PolicyVersionApproved(
            c.Version, c.Body, c.Minute, known.Consultation is null ? c.Unconsulted : null, on)),
        var other => NotADraft(other),
    };

    private static Decision Publish(PolicyDocument state, PublishPolicyVersion c, DateOnly on) => state.Of(c.Version)?.Stage switch
    {
        PolicyVersionStage.Published => Decision.AlreadySo,
        PolicyVersionStage.Approved => Decision.Take([
            .. state.Versions.Where(v => v.Value.Stage is PolicyVersionStage.Published).Select(v => new PolicyVersionSuperseded(v.Key, c.Version, on)),
            new PolicyVersionPublished(c.Version, c.Address, on),
        ]),
        _ => Decision.Refuse("VERSION_NOT_APPROVED", "This version was not approved, or there is none of this name; a body approves it first."),
    };

    private static Decision Conclude(PolicyDocument state, ConcludePolicyReview c, DateOnly on)
    {
        var concluded = new PolicyReviewConcluded(c.Outcome, c.Reference, state.Tied?.Obligation, on);
        return state.UnderReview is { } begun
            ? on < begun.EffectiveOn
                ? Decision.Refuse("ENDS_BEFORE_IT_BEGAN", $"This review began on {begun.EffectiveOn.Shown()}; it can end on that day or later.")
                : Decision.Take(concluded)
            : state.Reviewed?.Reference == c.Reference ? Decision.AlreadySo
            : Decision.Refuse("NOT_UNDER_REVIEW", "The document is not under review; begin a review first.");
    }

    private static Decision NotADraft(Known? known) => known is null
        ? Decision.Refuse("VERSION_UNKNOWN", "There is no version of this name; the versions are listed with the document.")
        : Decision.Refuse("NOT_A_DRAFT", $"This version is {PackWord.Of(known.Stage)}; only a draft changes.");

    private Known? Of(string version) => Versions.GetValueOrDefault(version);

    private PolicyDocument With(string version, Func<Known, Known> change) =>
        this with { Versions = new Dictionary<string, Known>(Versions) { [version] = change(Of(version) ?? new(PolicyVersionStage.Draft, "", null)) } };
}
