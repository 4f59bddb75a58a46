using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Engagement;

// A consultation from its draft to what came of it (Policy, "How" W5, "Difference" 1; Report 4.1, 4.2, 7.2): when it is
// open and on which channels, who promotes it, what people say by theme, and what was done about it. What a respondent
// said, and who they are, stands in the erasable store: ConsultationResponses.cs; other formats: OtherFormats.cs.

/// <summary>A command to a consultation.</summary>
public interface IConsultationCommand : ICommand
{
    /// <summary>The consultation.</summary>
    ConsultationId Consultation { get; }

    string ICommand.Stream => StreamKey.Of(ConsultationId.Kind, Consultation.Value);
}

/// <summary>Draft a consultation, or change the draft.</summary>
/// <param name="Organisation">Who consults.</param>
/// <param name="OpensOn">The day from which it may be opened.</param>
/// <param name="ClosesOn">The last day on which it is open.</param>
/// <param name="Channels">How people can answer, such as online, paper, meeting.</param>
/// <param name="Groups">Whom it should hear above all, such as <c>characteristic:age</c>; none for everybody.</param>
[GenerateSerializer, Immutable]
public sealed record DraftConsultation(
    ConsultationId Consultation, string? Key, PartnerId Organisation, string Title, string Purpose, DateOnly OpensOn, DateOnly ClosesOn,
    IReadOnlyList<string> Channels, IReadOnlyList<string> Groups) : IConsultationCommand, IOpens;

/// <summary>Open it; it closes by itself after its last day.</summary>
[GenerateSerializer, Immutable]
public sealed record OpenConsultation(ConsultationId Consultation) : IConsultationCommand;

/// <summary>Keep it open for longer.</summary>
[GenerateSerializer, Immutable]
public sealed record ExtendConsultation(ConsultationId Consultation, DateOnly ClosesOn, string Reason) : IConsultationCommand;

/// <summary>Withdraw a draft, or a consultation that is open.</summary>
[GenerateSerializer, Immutable]
public sealed record WithdrawConsultation(ConsultationId Consultation, string Reason) : IConsultationCommand;

/// <summary>Ask partners to promote it (Report 7.2).</summary>
[GenerateSerializer, Immutable]
public sealed record AskToPromote(ConsultationId Consultation, IReadOnlyList<PartnerId> Partners) : IConsultationCommand;

/// <summary>Record how a partner that was asked promoted it, on a day; today when no day is given.</summary>
/// <param name="Groups">Whom the partner reached.</param>
[GenerateSerializer, Immutable]
public sealed record PromoteConsultation(
    ConsultationId Consultation, PartnerId Partner, string How, IReadOnlyList<string> Groups, DateOnly? EffectiveOn) : IConsultationCommand;

/// <summary>Name a theme that runs through the responses, or word it anew: "you said".</summary>
[GenerateSerializer, Immutable]
public sealed record NameTheme(ConsultationId Consultation, string Theme, string Said) : IConsultationCommand;

/// <summary>Answer a theme.</summary>
[GenerateSerializer, Immutable]
public sealed record AnswerTheme(ConsultationId Consultation, string Theme, string Answer) : IConsultationCommand;

/// <summary>Record what changed because of a theme: "we did".</summary>
/// <param name="Part">The version of a policy; empty for anything else.</param>
/// <param name="OnRecord">Whether there is such a record: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record FollowTheme(
    ConsultationId Consultation, string Theme, ChangedRecord To, Guid Target, string Part, string Did, DateOnly? EffectiveOn,
    [property: JsonIgnore] bool OnRecord) : IConsultationCommand;

/// <summary>Report what it came to: every response is coded and every theme answered.</summary>
[GenerateSerializer, Immutable]
public sealed record ReportConsultation(ConsultationId Consultation, string Summary) : IConsultationCommand;

/// <summary>How far a consultation has come.</summary>
public enum ConsultationStage
{
    /// <summary>It is drafted.</summary>
    Draft = 1,
    /// <summary>People can answer.</summary>
    Open,
    /// <summary>Its last day has passed.</summary>
    Closed,
    /// <summary>What it came to is reported.</summary>
    Reported,
    /// <summary>It was withdrawn.</summary>
    Withdrawn,
}

/// <summary>What a theme can change.</summary>
public enum ChangedRecord
{
    /// <summary>A version of a policy.</summary>
    PolicyVersion = 1,
    /// <summary>A partner's commitment.</summary>
    Commitment,
    /// <summary>A performance measure.</summary>
    Measure,
    /// <summary>An item of an action plan.</summary>
    PlanItem,
}

/// <summary>A consultation was drafted, or its draft changed.</summary>
[RecordedBy<Consultation>("engagement.consultation-drafted.v1")]
public sealed record ConsultationDrafted(
    ConsultationId Consultation, string? Key, PartnerId Organisation, [property: Statement] string Title, [property: Statement] string Purpose, DateOnly OpensOn,
    DateOnly ClosesOn, IReadOnlyList<string> Channels, IReadOnlyList<string> Groups);

/// <summary>It was opened.</summary>
[RecordedBy<Consultation>("engagement.consultation-opened.v1")]
public sealed record ConsultationOpened(DateOnly ClosesOn, DateOnly EffectiveOn) : IEffective;

/// <summary>It stays open for longer.</summary>
[RecordedBy<Consultation>("engagement.consultation-extended.v1")]
public sealed record ConsultationExtended(DateOnly ClosesOn, [property: Statement] string Reason);

/// <summary>It was withdrawn.</summary>
/// <param name="KeptUntil">The last day on which what is about people is kept.</param>
[RecordedBy<Consultation>("engagement.consultation-withdrawn.v1")]
public sealed record ConsultationWithdrawn([property: Statement] string Reason, DateOnly KeptUntil);

/// <summary>Its last day has passed.</summary>
/// <param name="KeptUntil">The last day on which what is about people is kept.</param>
/// <param name="EffectiveOn">Its last day.</param>
[RecordedBy<Consultation>("engagement.consultation-closed.v1")]
public sealed record ConsultationClosed(DateOnly KeptUntil, DateOnly EffectiveOn) : IEffective;

/// <summary>A partner was asked to promote it.</summary>
[RecordedBy<Consultation>("engagement.promotion-asked.v1")]
public sealed record PromotionAsked(PartnerId Partner);

/// <summary>A partner promoted it.</summary>
[RecordedBy<Consultation>("engagement.consultation-promoted.v1")]
public sealed record ConsultationPromoted(PartnerId Partner, [property: Statement] string How, IReadOnlyList<string> Groups, DateOnly EffectiveOn) : IEffective;

/// <summary>A theme was named, or worded anew.</summary>
[RecordedBy<Consultation>("engagement.theme-named.v1")]
public sealed record ThemeNamed(string Theme, [property: Statement] string Said);

/// <summary>A theme was answered.</summary>
[RecordedBy<Consultation>("engagement.theme-answered.v1")]
public sealed record ThemeAnswered(string Theme, [property: Statement] string Answer);

/// <summary>Something changed because of a theme.</summary>
[RecordedBy<Consultation>("engagement.theme-followed.v1")]
public sealed record ThemeFollowed(string Theme, ChangedRecord To, Guid Target, string Part, [property: Statement] string Did, DateOnly EffectiveOn) : IEffective;

/// <summary>What it came to was reported.</summary>
[RecordedBy<Consultation>("engagement.consultation-reported.v1")]
public sealed record ConsultationReported([property: Statement] string Summary);

/// <summary>What deciding about a consultation needs to know.</summary>
/// <param name="KeptUntil">The last day on which what is about people is kept; none while it runs.</param>
/// <param name="Emptied">Whether that day has passed.</param>
internal sealed record Consultation(
    ConsultationDrafted? Drafted, ConsultationStage Stage, DateOnly OpenedOn, DateOnly ClosesOn, IReadOnlyList<PartnerId> Asked,
    IReadOnlyList<ConsultationPromoted> Promoted, IReadOnlyDictionary<string, Consultation.Theme> Themes, IReadOnlyList<ThemeFollowed> Followed,
    IReadOnlyDictionary<ConsultationResponseId, Consultation.Response> Responses, IReadOnlyDictionary<FormatRequestId, Consultation.Format> Formats,
    DateOnly? KeptUntil, bool Emptied) : IAggregate<Consultation>
{
    private const int MonthsKept = 24;

    /// <summary>A theme, and its answer when it has one.</summary>
    internal sealed record Theme(string Said, string? Answer);

    /// <summary>A response, and how far its erasure has come.</summary>
    internal sealed record Response(PersonId File, IReadOnlyList<string>? Themes, PersonId? ErasureAskedBy, bool Erased);

    /// <summary>A request for another format.</summary>
    internal sealed record Format(PersonId File, DateOnly AskedOn, DateOnly DueOn, bool Overdue, bool Supplied);

    public static string Kind => ConsultationId.Kind;

    public static Consultation Unborn { get; } = new(
        null, default, default, default, [], [], new Dictionary<string, Theme>(), [], new Dictionary<ConsultationResponseId, Response>(),
        new Dictionary<FormatRequestId, Format>(), null, false);

    public bool BelongsTo(PartnerId organisation) => Drafted?.Organisation == organisation || Asked.Contains(organisation);

    public DateOnly? WakesOn => new[]
    {
        Stage is ConsultationStage.Open ? ClosesOn.AddDays(1) : null, Emptied || Files.Count == 0 ? null : KeptUntil?.AddDays(1), OtherFormats.WakesOn(this),
    }.Min();

    public static Decision Decide(Consultation state, ICommand command, Occasion occasion) => command switch
    {
        DraftConsultation c => Draft(state, c),
        _ when state.Drafted is null => Decision.Refuse("CONSULTATION_UNKNOWN", "There is no such consultation; draft it first."),
        RaiseDue => Decision.Take(state.DueBy(occasion)),
        AskErasure or EraseResponse or NoteErasedResponses => Responding.Erase(state, command, occasion),
        SupplyFormat c => OtherFormats.Supply(state, c, occasion),
        _ when state.Stage is ConsultationStage.Withdrawn => command is WithdrawConsultation ? Decision.AlreadySo : Decision.Refuse("CONSULTATION_WITHDRAWN", "This consultation was withdrawn."),
        OpenConsultation => Open(state, occasion),
        ExtendConsultation c => Extend(state, c, occasion),
        WithdrawConsultation c => state.Stage is ConsultationStage.Draft or ConsultationStage.Open
            ? Decision.Take(new ConsultationWithdrawn(c.Reason, Until(occasion.Today, occasion)))
            : Decision.Refuse("CONSULTATION_CLOSED", "This consultation is closed; what people said in it stands."),
        AskToPromote c => state.Stage is ConsultationStage.Draft or ConsultationStage.Open
            ? Decision.Take([.. c.Partners.Distinct().Except(state.Asked).Select(p => new PromotionAsked(p))])
            : Decision.Refuse("CONSULTATION_CLOSED", "This consultation is closed; nobody can promote it any more."),
        PromoteConsultation c => Promote(state, c, occasion),
        AskForFormat c => OtherFormats.Ask(state, c, occasion),
        ReceiveResponse or CodeResponse => Responding.Decide(state, command, occasion),
        _ when state.Stage is ConsultationStage.Draft => Decision.Refuse("CONSULTATION_NOT_OPEN", "This consultation was not opened yet."),
        FollowTheme c => Follow(state, c, occasion),
        _ when state.Stage is ConsultationStage.Reported => command is ReportConsultation
            ? Decision.AlreadySo
            : Decision.Refuse("CONSULTATION_REPORTED", "What this consultation came to is reported; themes can still be followed by what was done."),
        NameTheme c => state.Themes.GetValueOrDefault(c.Theme)?.Said == c.Said ? Decision.AlreadySo : Decision.Take(new ThemeNamed(c.Theme, c.Said)),
        AnswerTheme c => !state.Themes.TryGetValue(c.Theme, out var theme) ? Unknown(c.Theme)
            : theme.Answer == c.Answer ? Decision.AlreadySo : Decision.Take(new ThemeAnswered(c.Theme, c.Answer)),
        ReportConsultation c => Report(state, c),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A consultation does not know this command."),
    };

    public static Consultation Evolve(Consultation state, object @event) => Evolve(state, @event, Actor.Platform);

    public static Consultation Evolve(Consultation state, object @event, Actor by) => @event switch
    {
        ConsultationDrafted e => state with { Drafted = e, Stage = ConsultationStage.Draft, ClosesOn = e.ClosesOn },
        ConsultationOpened e => state with { Stage = ConsultationStage.Open, OpenedOn = e.EffectiveOn, ClosesOn = e.ClosesOn },
        ConsultationExtended e => state with { ClosesOn = e.ClosesOn },
        ConsultationWithdrawn e => state with { Stage = ConsultationStage.Withdrawn, KeptUntil = e.KeptUntil },
        ConsultationClosed e => state with { Stage = ConsultationStage.Closed, KeptUntil = e.KeptUntil },
        PromotionAsked e => state with { Asked = [.. state.Asked, e.Partner] },
        ConsultationPromoted e => state with { Promoted = [.. state.Promoted, e] },
        ThemeNamed e => state with { Themes = With(state.Themes, e.Theme, new(e.Said, state.Themes.GetValueOrDefault(e.Theme)?.Answer)) },
        ThemeAnswered e when state.Themes.TryGetValue(e.Theme, out var theme) => state with { Themes = With(state.Themes, e.Theme, theme with { Answer = e.Answer }) },
        ThemeFollowed e => state with { Followed = [.. state.Followed, e] },
        ConsultationReported => state with { Stage = ConsultationStage.Reported },
        FormatAskedFor or FormatSupplied or FormatOverdue => state with { Formats = OtherFormats.Evolve(state.Formats, @event) },
        _ => Responding.Evolve(state, @event, by),
    };

    /// <summary>A dictionary with one value in its place.</summary>
    internal static Dictionary<TKey, TValue> With<TKey, TValue>(IReadOnlyDictionary<TKey, TValue> known, TKey key, TValue value) where TKey : notnull =>
        new(known) { [key] = value };

    /// <summary>Refuses a day that is in the future, or on which it was not open.</summary>
    internal Decision? Outside(DateOnly? day, Occasion occasion) => occasion.InFuture(day)
        ?? ((day ?? occasion.Today) is var on && (Stage is ConsultationStage.Draft || on < OpenedOn || on > ClosesOn)
            ? Decision.Refuse("CONSULTATION_NOT_OPEN", $"This consultation was not open on {on.Shown()}.")
            : null);

    internal static Decision Unknown(string theme) => Decision.Refuse("THEME_UNKNOWN", $"There is no theme {theme}; name it first.");

    private static Decision Draft(Consultation state, DraftConsultation c)
    {
        var drafted = new ConsultationDrafted(c.Consultation, c.Key, c.Organisation, c.Title, c.Purpose, c.OpensOn, c.ClosesOn, c.Channels, c.Groups);
        if (state.Drafted is { } known && known with { Channels = [], Groups = [] } == drafted with { Channels = [], Groups = [] }
            && known.Channels.SequenceEqual(c.Channels) && known.Groups.SequenceEqual(c.Groups)) return Decision.AlreadySo;
        if (state.Drafted is { } first && (state.Stage is not ConsultationStage.Draft || first.Organisation != c.Organisation))
            return Decision.Refuse("CONSULTATION_NOT_A_DRAFT", "This consultation is past its draft, or another organisation's; draft one under another key.");
        return c.ClosesOn < c.OpensOn ? Decision.Refuse("CLOSES_BEFORE_OPENING", "A consultation closes on the day it opens, or later.") : Decision.Take(drafted);
    }

    private static Decision Open(Consultation state, Occasion occasion) => state switch
    {
        { Stage: not ConsultationStage.Draft } => Decision.AlreadySo,
        { Drafted.Channels: [] } => Decision.Refuse("NO_CHANNEL", "Nobody could answer this consultation; say in the draft how people can."),
        _ when state.Drafted!.OpensOn > occasion.Today => Decision.Refuse("OPENS_LATER", $"This consultation opens on {state.Drafted.OpensOn.Shown()}; change the draft to open it sooner."),
        _ when state.Drafted!.ClosesOn < occasion.Today => Decision.Refuse("CLOSES_IN_PAST", $"Its last day, {state.Drafted.ClosesOn.Shown()}, has passed; give the draft a later one."),
        _ => Decision.Take(new ConsultationOpened(state.Drafted.ClosesOn, occasion.Today)),
    };

    private static Decision Extend(Consultation state, ExtendConsultation c, Occasion occasion) =>
        state.Stage is not ConsultationStage.Open || state.ClosesOn < occasion.Today ? Decision.Refuse("CONSULTATION_NOT_OPEN", "Only a consultation that is open can stay open for longer.")
        : c.ClosesOn == state.ClosesOn ? Decision.AlreadySo
        : c.ClosesOn < state.ClosesOn ? Decision.Refuse("CLOSES_SOONER", $"People were told that they can answer until {state.ClosesOn.Shown()}; a consultation closes on that day or later.")
        : Decision.Take(new ConsultationExtended(c.ClosesOn, c.Reason));

    private static Decision Promote(Consultation state, PromoteConsultation c, Occasion occasion)
    {
        if (occasion.NamesAnother(c.Partner) is { } refusal) return refusal;
        if (!state.Asked.Contains(c.Partner)) return Decision.Refuse("NOT_ASKED", "This organisation was not asked to promote the consultation; ask it first.");
        var promoted = new ConsultationPromoted(c.Partner, c.How, c.Groups, c.EffectiveOn ?? occasion.Today);
        return state.Outside(c.EffectiveOn, occasion)
            ?? (state.Promoted.Any(p => p with { Groups = [] } == promoted with { Groups = [] } && p.Groups.SequenceEqual(c.Groups)) ? Decision.AlreadySo : Decision.Take(promoted));
    }

    private static Decision Follow(Consultation state, FollowTheme c, Occasion occasion)
    {
        if (!state.Themes.ContainsKey(c.Theme)) return Unknown(c.Theme);
        if (c.To is ChangedRecord.PolicyVersion != c.Part.Length > 0) return Decision.Refuse("VERSION_UNSAID", "Say which version of a policy changed; nothing else has versions.");
        if (!c.OnRecord) return Decision.Refuse("TARGET_UNKNOWN", "What is said to have changed is not on record; give the id or the key of a policy, commitment, measure or plan item.");
        return occasion.InFuture(c.EffectiveOn)
            ?? (state.Followed.Any(f => (f.Theme, f.To, f.Target, f.Part, f.Did) == (c.Theme, c.To, c.Target, c.Part, c.Did)) ? Decision.AlreadySo
                : Decision.Take(new ThemeFollowed(c.Theme, c.To, c.Target, c.Part, c.Did, c.EffectiveOn ?? occasion.Today)));
    }

    private static Decision Report(Consultation state, ReportConsultation c) => state switch
    {
        { Stage: ConsultationStage.Open } => Decision.Refuse("CONSULTATION_STILL_OPEN", $"People can answer until {state.ClosesOn.Shown()}; report what it came to after that."),
        _ when state.Responses.Values.Any(r => r is { Themes: null, Erased: false }) => Decision.Refuse("RESPONSES_UNCODED", "Some responses were not read for themes yet; code each of them, if only with no theme."),
        _ when state.Themes.Any(t => t.Value.Answer is null) => Decision.Refuse("THEME_UNANSWERED", $"The theme {state.Themes.First(t => t.Value.Answer is null).Key} has no answer yet."),
        _ => Decision.Take(new ConsultationReported(c.Summary)),
    };

    private IReadOnlyList<object> DueBy(Occasion occasion) =>
    [
        .. OtherFormats.DueBy(this, occasion.Today),
        .. Stage is ConsultationStage.Open && ClosesOn < occasion.Today ? [new ConsultationClosed(Until(ClosesOn, occasion), ClosesOn)] : Array.Empty<object>(),
        .. KeptUntil is { } until && until < occasion.Today && !Emptied && Files.Count > 0 ? [new ResponsesKeptLongEnough(Files, until.AddDays(1))] : Array.Empty<object>(),
    ];

    /// <summary>The files of everybody who answered or asked for a format.</summary>
    private IReadOnlyList<PersonId> Files => [.. Responses.Values.Where(r => !r.Erased).Select(r => r.File), .. Formats.Values.Select(f => f.File)];

    private static DateOnly Until(DateOnly from, Occasion occasion) => from.AddMonths(occasion.Policy.Number("engagement.retention", MonthsKept));
}
