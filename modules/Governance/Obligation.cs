namespace EqualitiesPlatform.Governance;

// A duty to tell somebody something, with its due days and the publications that discharge it (Policy, Difference;
// Report 2.1, 5.1, 6). A due day that passed without one stays on record for ever, also when it is met late.

/// <summary>A command to an obligation.</summary>
public interface IObligationCommand : ICommand
{
    /// <summary>The obligation.</summary>
    ObligationId Obligation { get; }

    string ICommand.Stream => StreamKey.Of(ObligationId.Kind, Obligation.Value);
}

/// <summary>State an obligation, or state it anew with other words or another rule.</summary>
[GenerateSerializer, Immutable]
public sealed record StateObligation(
    ObligationId Obligation, string Key, string Text, string From, string To, ObligationRule Rule, string? OwnerOffice,
    PublicationKind DischargedBy, Citation Citation) : IObligationCommand;

/// <summary>
/// Meet an obligation by a publication: of today when no day is given, and for the earliest due day that is not met yet
/// when none is named.
/// </summary>
[GenerateSerializer, Immutable]
public sealed record MeetObligation(
    ObligationId Obligation, PublicationKind Publication, string Reference, DateOnly? PublishedOn, DateOnly? DueOn) : IObligationCommand;

/// <summary>Say that what sets the obligation off has happened; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record SetOffObligation(ObligationId Obligation, string Happening, DateOnly? HappenedOn) : IObligationCommand;

/// <summary>An obligation is stated: who tells whom what, when, and what discharges it.</summary>
/// <param name="From">Who tells: the key of a partner, body or network, or council, partners or networks.</param>
/// <param name="To">Who is told: likewise, or public.</param>
/// <param name="Rule">When it falls due.</param>
/// <param name="OwnerOffice">The office that sees to it, where one is named.</param>
/// <param name="DischargedBy">What shows that it was done.</param>
/// <param name="NoticeDays">How many days before a due day the office is reminded.</param>
/// <param name="GraceDays">How many days after a due day it counts as missed only then.</param>
/// <param name="BindsFrom">The first day of its rule: what ended before, or fell due before, is not owed.</param>
[RecordedBy<Obligation>("governance.obligation-stated.v1")]
public sealed record ObligationStated(
    ObligationId Obligation, string Key, string Text, string From, string To, ObligationRule Rule, string? OwnerOffice,
    PublicationKind DischargedBy, Citation Citation, int NoticeDays, int GraceDays, DateOnly BindsFrom);

/// <summary>What sets the obligation off has happened, and it falls due some days later (Report 2.1, 5.1).</summary>
/// <param name="Happening">What happened, as a reference to it.</param>
/// <param name="DueOn">The day on which it falls due.</param>
/// <param name="EffectiveOn">The day on which it happened.</param>
[RecordedBy<Obligation>("governance.obligation-set-off.v1")]
public sealed record ObligationSetOff(string Happening, DateOnly DueOn, DateOnly EffectiveOn) : IEffective;

/// <summary>The owner was reminded that it falls due.</summary>
/// <param name="DueOn">The day on which it falls due.</param>
/// <param name="For">The period it is owed for, such as 2013-14 or 2013-14 Q1, or what set it off.</param>
[RecordedBy<Obligation>("governance.obligation-falling-due.v1")]
public sealed record ObligationFallingDue(DateOnly DueOn, string For);

/// <summary>It fell due and nothing had discharged it; on record once for the due day, and never erased.</summary>
/// <param name="DueOn">The day on which it fell due.</param>
/// <param name="For">The period it is owed for, or what set it off.</param>
/// <param name="EffectiveOn">The first day after the due day and its grace.</param>
[RecordedBy<Obligation>("governance.obligation-missed.v1")]
public sealed record ObligationMissed(DateOnly DueOn, string For, DateOnly EffectiveOn) : IEffective;

/// <summary>A publication met it.</summary>
/// <param name="DueOn">The due day it was met for.</param>
/// <param name="For">The period it was owed for, or what set it off.</param>
/// <param name="Publication">What sort of publication.</param>
/// <param name="Reference">Where it can be found: a title, a minute, an address.</param>
/// <param name="Late">Whether it came after the due day.</param>
/// <param name="EffectiveOn">The day of the publication.</param>
[RecordedBy<Obligation>("governance.obligation-met.v1")]
public sealed record ObligationMet(
    DateOnly DueOn, string For, PublicationKind Publication, string Reference, bool Late, DateOnly EffectiveOn) : IEffective;

/// <summary>A publication shows that an obligation which always holds was kept on a day (Policy, Difference, paragraph 4).</summary>
/// <param name="Publication">What sort of publication.</param>
/// <param name="Reference">Where it can be found.</param>
/// <param name="EffectiveOn">The day.</param>
[RecordedBy<Obligation>("governance.obligation-kept.v1")]
public sealed record ObligationKept(PublicationKind Publication, string Reference, DateOnly EffectiveOn) : IEffective;

/// <summary>What deciding about an obligation needs to know.</summary>
internal sealed record Obligation(
    ObligationStated? Stated, IReadOnlyList<DueDay> SetOff, IReadOnlyDictionary<DueDay, Obligation.Mark> Marks, ObligationKept? Kept)
    : IAggregate<Obligation>
{
    /// <summary>What is on record for a due day.</summary>
    internal sealed record Mark(bool Noticed, bool Missed, string? MetBy)
    {
        public static readonly Mark None = new(false, false, null);
        public bool Settled => Missed || MetBy is not null;
    }

    public static string Kind => ObligationId.Kind;

    public static Obligation Unborn { get; } = new(null, [], new Dictionary<DueDay, Mark>(), null);

    public bool BelongsTo(PartnerId organisation) => false;

    /// <summary>The next day on which somebody must be reminded or a miss recorded.</summary>
    public DateOnly? WakesOn => Stated is null ? null : NextNotices().Concat(NextMisses()).Min(day => (DateOnly?)day);

    public static Decision Decide(Obligation state, ICommand command, Occasion occasion) => command switch
    {
        StateObligation c => State(state, c, occasion),
        _ when state.Stated is null => Decision.Refuse("OBLIGATION_UNKNOWN", "There is no such obligation; it comes with the policy pack."),
        MeetObligation c => Meet(state, state.Stated, c, occasion),
        SetOffObligation c => Happen(state, state.Stated, c, occasion),
        RaiseDue => Decision.Take([.. state.DueBy(occasion.Today)]),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "An obligation does not know this command."),
    };

    public static Obligation Evolve(Obligation state, object @event) => @event switch
    {
        ObligationStated e => state with { Stated = e },
        ObligationSetOff e => state with { SetOff = [.. state.SetOff, new DueDay(e.DueOn, e.Happening)] },
        ObligationFallingDue e => state.With(new(e.DueOn, e.For), m => m with { Noticed = true }),
        ObligationMissed e => state.With(new(e.DueOn, e.For), m => m with { Missed = true }),
        ObligationMet e => state.With(new(e.DueOn, e.For), m => m with { MetBy = e.Reference }),
        // What was asked for is shown; a miss before that stays.
        ObligationKept e => state with
        {
            Kept = state.Kept is { } shown && shown.EffectiveOn > e.EffectiveOn ? shown : e,
            Marks = state.Marks.Where(m => m.Value.Settled).ToDictionary(),
        },
        _ => state,
    };

    private static Decision State(Obligation state, StateObligation c, Occasion occasion)
    {
        // A new rule binds from today; other words change nothing about what is owed.
        var bindsFrom = state.Stated is { } before && before.Rule == c.Rule ? before.BindsFrom : occasion.Today;
        var stated = new ObligationStated(
            c.Obligation, c.Key, c.Text, c.From, c.To, c.Rule, c.OwnerOffice, c.DischargedBy, c.Citation,
            occasion.Policy.Number("obligations.remind-days", 14), occasion.Policy.Number("obligations.grace-days", 0), bindsFrom);
        return state.Stated == stated ? Decision.AlreadySo : Decision.Take([.. state.DueBy(occasion.Today), stated]);
    }

    private static Decision Meet(Obligation state, ObligationStated stated, MeetObligation c, Occasion occasion)
    {
        var on = c.PublishedOn ?? occasion.Today;
        if (on > occasion.Today)
            return Decision.Refuse("PUBLISHED_IN_FUTURE", $"A publication counts from its day on: today, {occasion.Today:yyyy-MM-dd}, or before.");
        if (c.Publication != stated.DischargedBy)
            return Decision.Refuse("WRONG_PUBLICATION", $"This obligation is discharged by: {PackWord.Of(stated.DischargedBy)}. {PackWord.Of(c.Publication)} does not meet it.");
        if (stated.Rule is ObligationRule.Always or ObligationRule.KeptWithin)
        {
            var kept = new ObligationKept(c.Publication, c.Reference, on);
            return state.Kept == kept ? Decision.AlreadySo : Decision.Take([.. state.DueBy(on).OfType<ObligationMissed>(), kept]);
        }

        if (c.DueOn is null && state.Marks.Values.Any(m => m.MetBy == c.Reference)) return Decision.AlreadySo;
        var unmet = state.DueDays().Where(d => state.MarkOf(d).MetBy is null);
        if (c.DueOn is not { } dueOn)
            return unmet.FirstOrDefault() is { } next
                ? MeetFor(state, stated, c, next, on)
                : Decision.Refuse("NOTHING_DUE", "Nothing is due under this obligation, now or later.");

        var thatDay = state.DueDays().TakeWhile(d => d.On <= dueOn).Where(d => d.On == dueOn).ToArray();
        if (thatDay.Length == 0)
            return Decision.Refuse("NOT_DUE_THEN", $"This obligation does not fall due on {dueOn:yyyy-MM-dd}; its due days are listed with it.");
        if (thatDay.FirstOrDefault(d => state.MarkOf(d).MetBy is null) is { } day) return MeetFor(state, stated, c, day, on);
        return thatDay.Any(d => state.MarkOf(d).MetBy == c.Reference)
            ? Decision.AlreadySo
            : Decision.Refuse("ALREADY_MET", $"What fell due on {dueOn:yyyy-MM-dd} was met already, by {state.MarkOf(thatDay[0]).MetBy}.");
    }

    private static Decision MeetFor(Obligation state, ObligationStated stated, MeetObligation c, DueDay day, DateOnly on)
    {
        var met = new ObligationMet(day.On, day.For, c.Publication, c.Reference, on > day.On, on);
        // The clock may come late; what is met after its grace was missed first, whoever says it first.
        return on >= state.FirstMissed(day) && !state.MarkOf(day).Missed
            ? Decision.Take(new ObligationMissed(day.On, day.For, state.FirstMissed(day)), met)
            : Decision.Take(met);
    }

    private static Decision Happen(Obligation state, ObligationStated stated, SetOffObligation c, Occasion occasion)
    {
        var on = c.HappenedOn ?? occasion.Today;
        if (stated.Rule is not ObligationRule.After after)
            return Decision.Refuse("CALENDAR_DECIDES", "This obligation falls due by the calendar; nothing that happens sets it off.");
        if (on > occasion.Today)
            return Decision.Refuse("HAPPENED_IN_FUTURE", $"Say what has happened: today, {occasion.Today:yyyy-MM-dd}, or before.");
        var day = new DueDay(on.AddDays(after.Days), c.Happening);
        return state.SetOff.Contains(day) ? Decision.AlreadySo : Decision.Take(new ObligationSetOff(c.Happening, day.On, on));
    }

    /// <summary>Every day on which it falls due, in order: an endless row where the calendar decides.</summary>
    private IEnumerable<DueDay> DueDays() =>
        Stated is null ? []
        : Stated.Rule is ObligationRule.KeptWithin within ? within.DueSince(Kept?.EffectiveOn ?? Stated.BindsFrom)
        : Stated.Rule is ObligationRule.After ? SetOff.OrderBy(d => d.On) : Stated.Rule.DueFrom(Stated.BindsFrom);

    private IEnumerable<object> DueBy(DateOnly today) => Stated is null ? [] : DueDays()
        .TakeWhile(d => d.On <= today.AddDays(Stated.NoticeDays)).Where(d => !MarkOf(d).Settled)
        .Select(d => Raised(d, today)).OfType<object>();

    private object? Raised(DueDay day, DateOnly today) =>
        today >= FirstMissed(day) ? new ObligationMissed(day.On, day.For, FirstMissed(day))
        : MarkOf(day).Noticed ? null
        : new ObligationFallingDue(day.On, day.For);

    private IEnumerable<DateOnly> NextNotices() => DueDays().Where(d => MarkOf(d) == Mark.None).Take(1).Select(d => d.On.AddDays(-Stated!.NoticeDays));

    private IEnumerable<DateOnly> NextMisses() => Marks.Where(m => m.Value.Noticed && !m.Value.Settled).Select(m => FirstMissed(m.Key));

    private DateOnly FirstMissed(DueDay day) => day.On.AddDays(Stated!.GraceDays + 1);

    private Mark MarkOf(DueDay day) => Marks.GetValueOrDefault(day, Mark.None);

    private Obligation With(DueDay day, Func<Mark, Mark> marked) =>
        this with { Marks = new Dictionary<DueDay, Mark>(Marks) { [day] = marked(MarkOf(day)) } };
}
