using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Assessments;

// What a proposal does to equality, before it is decided (Policy, "How" W1, W3; Report 2.1): is it relevant, whom does it
// touch and how, what is done about it, who signed that off, and what the decision-maker had read when they decided.

/// <summary>A command about the assessment of one proposal.</summary>
public interface IImpactAssessmentCommand : ICommand
{
    /// <summary>The assessment.</summary>
    ImpactAssessmentId Assessment { get; }

    string ICommand.Stream => StreamKey.Of(ImpactAssessmentId.Kind, Assessment.Value);
}

/// <summary>Open the assessment of a proposal.</summary>
/// <param name="Organisation">Whose proposal it is: a partner, or the council itself.</param>
/// <param name="BudgetYear">The financial year whose budget it belongs to.</param>
[GenerateSerializer, Immutable]
public sealed record OpenAssessment(
    ImpactAssessmentId Assessment, string? Key, ProposalKind Kind, string Title, string Summary, PartnerId Organisation, FinancialYear BudgetYear)
    : IImpactAssessmentCommand, IOpens;

/// <summary>Say whether the proposal is relevant to equality, and why.</summary>
[GenerateSerializer, Immutable]
public sealed record ScreenProposal(ImpactAssessmentId Assessment, bool Relevant, string Reasons) : IImpactAssessmentCommand;

/// <summary>Say what the proposal does to one group or several alike, in one ward or everywhere; said again, it replaces what was said.</summary>
/// <param name="Groups">Protected characteristics or other groups: characteristic:age, group:young-adults.</param>
/// <param name="People">How many people, when that is known.</param>
[GenerateSerializer, Immutable]
public sealed record AssessEffect(
    ImpactAssessmentId Assessment, IReadOnlyList<string> Groups, Ward? Ward, EffectDirection Direction, EffectSize Size, int? People, string Evidence) : IImpactAssessmentCommand;

/// <summary>Agree what will be done for groups that lose, by whom and by when. The same key in two proposals is the same mitigation.</summary>
[GenerateSerializer, Immutable]
public sealed record AgreeMitigation(
    ImpactAssessmentId Assessment, string Key, string Text, PartnerId Owner, DateOnly DueOn, IReadOnlyList<string> Groups) : IImpactAssessmentCommand;

/// <summary>Record that a mitigation is in place; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record CompleteMitigation(ImpactAssessmentId Assessment, string Key, string Evidence, DateOnly? CompletedOn) : IImpactAssessmentCommand;

/// <summary>The plan item that a mitigation became was completed; sent by a follow-up.</summary>
[GenerateSerializer, Immutable]
public sealed record CompletePlannedMitigation(
    ImpactAssessmentId Assessment, ActionPlanItemId Item, string Evidence, DateOnly CompletedOn) : IImpactAssessmentCommand;

/// <summary>Cite what a consultation showed about the proposal.</summary>
/// <param name="OnRecord">Whether there is such a consultation: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record CiteConsultation(ImpactAssessmentId Assessment, ConsultationId Consultation, string Finding, [property: JsonIgnore] bool OnRecord) : IImpactAssessmentCommand;

/// <summary>Sign the assessment off, as the first of two persons or as the second.</summary>
[GenerateSerializer, Immutable]
public sealed record SignAssessment(ImpactAssessmentId Assessment) : IImpactAssessmentCommand;

/// <summary>Decide on the proposal, with what due regard was had.</summary>
/// <param name="ReviewOn">The day by which its effects are reviewed; none for a proposal that does not go ahead.</param>
/// <param name="Opened">The version of this record that the caller last opened, 0 for none: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record DecideProposal(
    ImpactAssessmentId Assessment, ProposalOutcome Outcome, string DueRegard, DateOnly? ReviewOn, [property: JsonIgnore] long Opened) : IImpactAssessmentCommand;

/// <summary>Record a decision for which no assessment was ever opened, when it is found; it is flagged for ever.</summary>
/// <param name="Organisation">Whose decision it was: a partner's, or the council's own.</param>
/// <param name="Source">Where the decision stands, such as a minute.</param>
/// <param name="DecidedOn">The day on which it was taken; today when no day is given.</param>
/// <param name="ReviewOn">The day by which its effects are reviewed.</param>
[GenerateSerializer, Immutable]
public sealed record RecordUnassessedDecision(
    ImpactAssessmentId Assessment, string? Key, ProposalKind Kind, string Title, string Summary, PartnerId Organisation, FinancialYear BudgetYear,
    ProposalOutcome Outcome, string Source, DateOnly? DecidedOn, DateOnly? ReviewOn) : IImpactAssessmentCommand, IOpens;

/// <summary>Withdraw the proposal; what it would have done counts no more.</summary>
[GenerateSerializer, Immutable]
public sealed record WithdrawProposal(ImpactAssessmentId Assessment, string Reason) : IImpactAssessmentCommand;

/// <summary>What kind of proposal.</summary>
public enum ProposalKind
{
    /// <summary>A strategy.</summary>
    Strategy = 1,
    /// <summary>A policy.</summary>
    Policy,
    /// <summary>A programme of work.</summary>
    Programme,
    /// <summary>A saving or spending in a year's budget.</summary>
    Budget,
}

/// <summary>Which way a proposal touches a group.</summary>
public enum EffectDirection
{
    /// <summary>The group gains.</summary>
    Positive = 1,
    /// <summary>Nothing changes for it.</summary>
    Neutral,
    /// <summary>The group loses.</summary>
    Negative,
    /// <summary>Nobody can say yet.</summary>
    Unknown,
}

/// <summary>How much.</summary>
public enum EffectSize
{
    /// <summary>No effect, or not known: the size of what is neutral or unknown.</summary>
    None = 1,
    /// <summary>Small.</summary>
    Small,
    /// <summary>Medium.</summary>
    Medium,
    /// <summary>Large.</summary>
    Large,
}

/// <summary>What was decided on a proposal.</summary>
public enum ProposalOutcome
{
    /// <summary>It goes ahead.</summary>
    GoesAhead = 1,
    /// <summary>It goes ahead with changes.</summary>
    GoesAheadChanged,
    /// <summary>It is put off.</summary>
    Deferred,
    /// <summary>It does not go ahead.</summary>
    Rejected,
}

/// <summary>Why a decision does not show due regard.</summary>
public enum DueRegardGap
{
    /// <summary>There was nothing to read: neither a screen that found the proposal irrelevant nor a signed assessment.</summary>
    NotAssessed = 1,
    /// <summary>The decision-maker had opened no version.</summary>
    NeverOpened,
    /// <summary>The assessment had changed since they opened it.</summary>
    ChangedSinceOpened,
    /// <summary>No assessment had been opened at all.</summary>
    NoAssessment,
}

/// <summary>The assessment of a proposal was opened.</summary>
[RecordedBy<ImpactAssessment>("assessments.assessment-opened.v1")]
public sealed record AssessmentOpened(
    ImpactAssessmentId Assessment, string? Key, ProposalKind Kind, [property: Statement] string Title, [property: Statement] string Summary,
    PartnerId Organisation, FinancialYear BudgetYear);

/// <summary>The proposal was screened.</summary>
[RecordedBy<ImpactAssessment>("assessments.proposal-screened.v1")]
public sealed record ProposalScreened(bool Relevant, [property: Statement] string Reasons);

/// <summary>What the proposal does to one group was assessed; the last of them for a group and ward holds.</summary>
[RecordedBy<ImpactAssessment>("assessments.effect-assessed.v1")]
public sealed record EffectAssessed(
    string Group, Ward? Ward, EffectDirection Direction, EffectSize Size, int? People, [property: Statement] string Evidence);

/// <summary>A mitigation was agreed.</summary>
/// <param name="Item">The plan item that it becomes.</param>
[RecordedBy<ImpactAssessment>("assessments.mitigation-agreed.v1")]
public sealed record MitigationAgreed(
    ImpactAssessmentId Assessment, string Key, [property: Statement] string Text, PartnerId Owner, DateOnly DueOn, IReadOnlyList<string> Groups,
    ActionPlanItemId Item);

/// <summary>A mitigation is in place.</summary>
[RecordedBy<ImpactAssessment>("assessments.mitigation-completed.v1")]
public sealed record MitigationCompleted(string Key, [property: Statement] string Evidence, DateOnly EffectiveOn) : IEffective;

/// <summary>A mitigation's due day passed, and it was not in place.</summary>
[RecordedBy<ImpactAssessment>("assessments.mitigation-overdue.v1")]
public sealed record MitigationOverdue(string Key, DateOnly DueOn, DateOnly EffectiveOn) : IEffective;

/// <summary>What a consultation showed was cited.</summary>
[RecordedBy<ImpactAssessment>("assessments.consultation-cited.v1")]
public sealed record ConsultationCited(ConsultationId Consultation, [property: Statement] string Finding);

/// <summary>The first of two persons signed the assessment off.</summary>
[RecordedBy<ImpactAssessment>("assessments.assessment-signed.v1")]
public sealed record AssessmentSigned(PersonId By);

/// <summary>A second person signed too: the assessment is signed off.</summary>
[RecordedBy<ImpactAssessment>("assessments.assessment-signed-off.v1")]
public sealed record AssessmentSignedOff(PersonId By);

/// <summary>The assessment changed after somebody had signed it, so that it has to be signed again.</summary>
[RecordedBy<ImpactAssessment>("assessments.assessment-reopened.v1")]
public sealed record AssessmentReopened;

/// <summary>The proposal was decided.</summary>
[RecordedBy<ImpactAssessment>("assessments.proposal-decided.v1")]
public sealed record ProposalDecided(ProposalOutcome Outcome, [property: Statement] string DueRegard, DateOnly? ReviewOn);

/// <summary>A decision came to light for which no assessment had been opened; that it shows no due regard is never taken back.</summary>
/// <param name="Source">Where the decision stands.</param>
/// <param name="EffectiveOn">The day on which it was taken.</param>
[RecordedBy<ImpactAssessment>("assessments.unassessed-decision-recorded.v1")]
public sealed record UnassessedDecisionRecorded(
    ImpactAssessmentId Assessment, string? Key, ProposalKind Kind, [property: Statement] string Title, [property: Statement] string Summary,
    PartnerId Organisation, FinancialYear BudgetYear, ProposalOutcome Outcome, [property: Statement] string Source, DateOnly? ReviewOn, DateOnly EffectiveOn) : IEffective
{
    /// <summary>What was decided on, as an assessment would have begun.</summary>
    public AssessmentOpened AsOpened() => new(Assessment, Key, Kind, Title, Summary, Organisation, BudgetYear);
}

/// <summary>The decision-maker had opened the assessment as it stood; the access log has the reading.</summary>
/// <param name="Version">The version of this record that they had opened.</param>
[RecordedBy<ImpactAssessment>("assessments.due-regard-shown.v1")]
public sealed record DueRegardShown(long Version);

/// <summary>The decision was taken without the assessment as it stood; this is never taken back.</summary>
[RecordedBy<ImpactAssessment>("assessments.due-regard-missing.v1")]
public sealed record DueRegardMissing(DueRegardGap Gap);

/// <summary>The proposal was withdrawn.</summary>
[RecordedBy<ImpactAssessment>("assessments.proposal-withdrawn.v1")]
public sealed record ProposalWithdrawn([property: Statement] string Reason);

/// <summary>What deciding about an assessment needs to know.</summary>
/// <param name="Changed">The stream's version at which what there is to read last changed.</param>
/// <param name="Signed">Who signed first, since that change.</param>
/// <param name="Found">The decision that was taken without any assessment, if that is how the record began.</param>
internal sealed record ImpactAssessment(
    AssessmentOpened? Opened, long Version, long Changed, ProposalScreened? Screened, IReadOnlyList<EffectAssessed> Effects,
    IReadOnlyList<AgreedMitigation> Mitigations, IReadOnlyList<ConsultationCited> Cited, PersonId? Signed, bool SignedOff, ProposalDecided? Decided,
    ImpactReview? Review, bool Withdrawn, UnassessedDecisionRecorded? Found) : IAggregate<ImpactAssessment>
{
    public static string Kind => ImpactAssessmentId.Kind;

    public static ImpactAssessment Unborn { get; } = new(null, 0, 0, null, [], [], [], null, false, null, null, false, null);

    public bool BelongsTo(PartnerId organisation) => Opened?.Organisation == organisation;

    public DateOnly? WakesOn => Withdrawn || Opened is null ? null
        : Mitigations.Select(m => m.LapsesOn).Append(Review?.WakesOn).Min();

    public static Decision Decide(ImpactAssessment state, ICommand command, Occasion occasion) => command switch
    {
        OpenAssessment c => Open(state, c),
        RecordUnassessedDecision c => Find(state, c, occasion),
        _ when state.Opened is null => Decision.Refuse("ASSESSMENT_UNKNOWN", "There is no such assessment; open it first."),
        RaiseDue => state.Lapses(occasion.Today),
        WithdrawProposal when state.Withdrawn => Decision.AlreadySo,
        _ when state.Withdrawn => Decision.Refuse("PROPOSAL_WITHDRAWN", "The proposal was withdrawn; open another assessment for a new one."),
        WithdrawProposal c => Decision.Take(new ProposalWithdrawn(c.Reason)),
        CompleteMitigation c => state.Complete(state.Mitigations.FirstOrDefault(m => m.Agreed.Key == c.Key), c.Evidence, c.CompletedOn, occasion),
        CompletePlannedMitigation c => state.Complete(state.Mitigations.FirstOrDefault(m => m.Agreed.Item == c.Item), c.Evidence, c.CompletedOn, occasion),
        ReviewImpact c => ImpactReview.Decide(state, c, occasion),
        DecideProposal c => DecideOn(state, c, occasion),
        ScreenProposal c => new ProposalScreened(c.Relevant, c.Reasons) is var screened && screened == state.Screened ? Decision.AlreadySo : state.Changing(screened),
        _ when state.Screened is null => Decision.Refuse("NOT_SCREENED", "Say first whether the proposal is relevant to equality, and why."),
        AssessEffect c => Assess(state, c),
        AgreeMitigation c => Mitigate(state, c, occasion),
        CiteConsultation c => new ConsultationCited(c.Consultation, c.Finding) is var cited && state.Cited.Contains(cited) ? Decision.AlreadySo
            : c.OnRecord ? state.Changing(cited)
            : Decision.Refuse("CONSULTATION_UNKNOWN", "There is no such consultation; draft it first, or say as evidence of an effect what others found."),
        SignAssessment => Sign(state, occasion.Actor.Person),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "An assessment does not know this command."),
    };

    public static ImpactAssessment Evolve(ImpactAssessment before, object @event)
    {
        var state = before with { Version = before.Version + 1 };
        return @event switch
        {
            AssessmentOpened e => state.ToRead() with { Opened = e },
            UnassessedDecisionRecorded e => state.ToRead() with { Opened = e.AsOpened(), Found = e, Decided = new ProposalDecided(e.Outcome, e.Source, e.ReviewOn), Review = ImpactReview.On(e.ReviewOn) },
            ProposalScreened e => state.ToRead() with { Screened = e },
            EffectAssessed e => state.ToRead() with { Effects = [.. state.Effects.Where(known => !SameCell(known, e)), e] },
            MitigationAgreed e => state.ToRead() with { Mitigations = [.. state.Mitigations.Where(m => m.Agreed.Key != e.Key), new AgreedMitigation(e, false, false)] },
            MitigationCompleted e => state.With(e.Key, m => m with { Done = true }),
            MitigationOverdue e => state.With(e.Key, m => m with { Lapsed = true }),
            ConsultationCited e => state.ToRead() with { Cited = [.. state.Cited, e] },
            AssessmentSigned e => state with { Signed = e.By },
            AssessmentSignedOff => state with { SignedOff = true },
            AssessmentReopened => state with { Signed = null, SignedOff = false },
            ProposalDecided e => state with { Decided = e, Review = ImpactReview.On(e.ReviewOn) },
            ProposalWithdrawn => state with { Withdrawn = true },
            _ => state with { Review = ImpactReview.After(state.Review, @event) },
        };
    }

    private ImpactAssessment ToRead() => this with { Changed = Version };

    private ImpactAssessment With(string key, Func<AgreedMitigation, AgreedMitigation> change) =>
        this with { Mitigations = [.. Mitigations.Select(m => m.Agreed.Key == key ? change(m) : m)] };

    private static Decision Open(ImpactAssessment state, OpenAssessment c)
    {
        var opened = new AssessmentOpened(c.Assessment, c.Key, c.Kind, c.Title, c.Summary, c.Organisation, c.BudgetYear);
        return state.Opened is null ? Decision.Take(opened)
            : state.Opened == opened ? Decision.AlreadySo
            : Decision.Refuse("ASSESSMENT_ALREADY_OPENED", "This assessment was opened already, with other particulars; open another under another key.");
    }

    private static Decision Find(ImpactAssessment state, RecordUnassessedDecision c, Occasion occasion)
    {
        var found = new UnassessedDecisionRecorded(
            c.Assessment, c.Key, c.Kind, c.Title, c.Summary, c.Organisation, c.BudgetYear, c.Outcome, c.Source, c.ReviewOn, c.DecidedOn ?? state.Found?.EffectiveOn ?? occasion.Today);
        if (state.Found == found) return Decision.AlreadySo;
        return state.Opened is not null
            ? Decision.Refuse("ASSESSMENT_ALREADY_OPENED", "There is a record of this proposal already, so its decision is not one without any; decide on it there.")
            : occasion.InFuture(c.DecidedOn) ?? Decision.Take([found, .. ImpactReview.Set(c.ReviewOn, occasion)]);
    }

    private static Decision Assess(ImpactAssessment state, AssessEffect c)
    {
        if (c.Direction is EffectDirection.Positive or EffectDirection.Negative != c.Size is not EffectSize.None)
            return Decision.Refuse("SIZE_DOES_NOT_FIT", "A gain or a loss is small, medium or large; what is neutral or unknown has no size.");
        return state.Changing([.. c.Groups.Distinct()
            .Select(group => new EffectAssessed(group, c.Ward, c.Direction, c.Size, c.People, c.Evidence)).Where(effect => !state.Effects.Contains(effect))]);
    }

    private static Decision Mitigate(ImpactAssessment state, AgreeMitigation c, Occasion occasion)
    {
        if (c.Groups.FirstOrDefault(g => !state.Effects.Any(e => e.Group == g && e.Direction is EffectDirection.Negative)) is { } unhurt)
            return Decision.Refuse("NOTHING_TO_MITIGATE", $"No negative effect on {unhurt} has been assessed; assess it first, or leave it out.");
        var agreed = new MitigationAgreed(
            c.Assessment, c.Key, c.Text, c.Owner, c.DueOn, c.Groups, ActionPlanItemId.From(NameBasedId.Of(c.Assessment.Value, $"mitigation:{c.Key}")));
        if (state.Mitigations.FirstOrDefault(m => m.Agreed.Key == c.Key) is { } known)
            return Bare(known.Agreed) == Bare(agreed) && known.Agreed.Groups.SequenceEqual(agreed.Groups) ? Decision.AlreadySo
                : Decision.Refuse("MITIGATION_ALREADY_AGREED", "A mitigation with this key was agreed already, with other particulars; it is a plan item by now and changes there.");
        return c.DueOn < occasion.Today
            ? Decision.Refuse("DUE_IN_PAST", $"A mitigation is due today, {occasion.Today:yyyy-MM-dd}, or later.")
            : state.Changing(agreed);
    }

    private Decision Complete(AgreedMitigation? mitigation, string evidence, DateOnly? completedOn, Occasion occasion)
    {
        var on = completedOn ?? occasion.Today;
        return mitigation is null ? Decision.Refuse("MITIGATION_UNKNOWN", "The assessment has no such mitigation.")
            : mitigation.Done ? Decision.AlreadySo
            : occasion.InFuture(on) ?? Decision.Take(new MitigationCompleted(mitigation.Agreed.Key, evidence, on));
    }

    private static Decision Sign(ImpactAssessment state, PersonId by)
    {
        if (state.SignedOff) return Decision.AlreadySo;
        if (state.Signed == by)
            return Decision.Refuse("SAME_PERSON", "You signed this already; somebody else signs it as the second.");
        if (state.Screened!.Relevant && AssessedGroups.Characteristics.Where(c => !state.Effects.Any(e => e.Group == c)).ToArray() is { Length: > 0 } missing)
            return Decision.Refuse("EFFECTS_NOT_ASSESSED", $"The effect is not assessed yet on {string.Join(", ", missing)}; neutral and unknown are answers too.");
        return Decision.Take(state.Signed is null ? new AssessmentSigned(by) : new AssessmentSignedOff(by));
    }

    private static Decision DecideOn(ImpactAssessment state, DecideProposal c, Occasion occasion)
    {
        if (state.Decided is { Outcome: not ProposalOutcome.Deferred })
            return Decision.Refuse("ALREADY_DECIDED", "This proposal was decided; a decision stands as it was taken.");
        if (c.ReviewOn < occasion.Today)
            return Decision.Refuse("DUE_IN_PAST", $"Its effects are reviewed today, {occasion.Today:yyyy-MM-dd}, or later.");
        if (c.ReviewOn is null && c.Outcome is ProposalOutcome.GoesAhead or ProposalOutcome.GoesAheadChanged)
            return Decision.Refuse("REVIEW_NOT_SET", "A proposal that goes ahead has a day by which its effects are reviewed.");
        DueRegardGap? gap = !state.SignedOff ? DueRegardGap.NotAssessed
            : c.Opened == 0 ? DueRegardGap.NeverOpened
            : c.Opened < state.Changed ? DueRegardGap.ChangedSinceOpened
            : null;
        return Decision.Take(
        [
            new ProposalDecided(c.Outcome, c.DueRegard, c.ReviewOn),
            gap is { } why ? new DueRegardMissing(why) : new DueRegardShown(c.Opened),
            .. ImpactReview.Set(c.ReviewOn, occasion),
        ]);
    }

    /// <summary>Records changes to what there is to read, and that a signature before them counts no more.</summary>
    private Decision Changing(params object[] changes) =>
        Signed is null || changes.Length == 0 ? Decision.Take(changes) : Decision.Take([.. changes, new AssessmentReopened()]);

    private Decision Lapses(DateOnly today)
    {
        if (Withdrawn) return Decision.AlreadySo;
        return Decision.Take([
            .. Mitigations.Where(m => m.LapsesOn <= today).Select(m => new MitigationOverdue(m.Agreed.Key, m.Agreed.DueOn, m.Agreed.DueOn.AddDays(1))),
            .. Review?.DueBy(today) ?? [],
        ]);
    }

    private static bool SameCell(EffectAssessed one, EffectAssessed other) => one.Group == other.Group && one.Ward == other.Ward;

    private static MitigationAgreed Bare(MitigationAgreed agreed) => agreed with { Groups = [] };
}

/// <summary>A mitigation as agreed, and what became of it.</summary>
internal sealed record AgreedMitigation(MitigationAgreed Agreed, bool Done, bool Lapsed)
{
    /// <summary>The day on which it will be overdue, unless it is in place or that is on record already.</summary>
    public DateOnly? LapsesOn => Done || Lapsed ? null : Agreed.DueOn.AddDays(1);
}
