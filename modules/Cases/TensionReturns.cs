namespace EqualitiesPlatform.Cases;

// What a partner says each week of tensions in one ward (Report 5.1; weekly returns are practice). That there was none,
// that nothing can be said, and that nothing was said are three facts.

/// <summary>A command about a partner's weekly returns for a ward.</summary>
internal interface ITensionReturnsCommand : ICommand
{
    /// <summary>Whose returns, for which ward.</summary>
    TensionReturnsId Returns { get; }

    string ICommand.Stream => StreamKey.Of(TensionReturnsId.Kind, Returns.Value);
}

/// <summary>Expect a return each week, from the week of a day on.</summary>
[GenerateSerializer, Immutable]
internal sealed record ExpectReturns(TensionReturnsId Returns, PartnerId Partner, Ward Ward, DateOnly From) : ITensionReturnsCommand;

/// <summary>Expect none any more.</summary>
[GenerateSerializer, Immutable]
internal sealed record StopReturns(TensionReturnsId Returns) : ITensionReturnsCommand;

/// <summary>Say how it was in a week; said again, the last holds.</summary>
/// <param name="Week">The week's Monday.</param>
/// <param name="Tensions">How many tensions were seen; more than none only when some were.</param>
[GenerateSerializer, Immutable]
internal sealed record SubmitReturn(TensionReturnsId Returns, PartnerId Partner, DateOnly Week, TensionReturn Return, int Tensions) : ITensionReturnsCommand, IOpens
{
    PartnerId IOpens.Organisation => Partner;
}

/// <summary>What a return says. That none came is no return, and stands as missed.</summary>
internal enum TensionReturn
{
    /// <summary>The partner looked, and there was no tension.</summary>
    NoTension = 1,
    /// <summary>The partner has nothing to say: it did not look, or can't tell.</summary>
    NilReturn,
    /// <summary>There were tensions.</summary>
    Tensions,
}

/// <summary>Returns are expected of a partner for a ward.</summary>
[RecordedBy<TensionReturns>("cases.returns-expected.v1")]
internal sealed record ReturnsExpected(PartnerId Partner, Ward Ward, DateOnly From);

/// <summary>A week's return is awaited.</summary>
/// <param name="Week">The week's Monday.</param>
/// <param name="DueOn">The last day in time.</param>
[RecordedBy<TensionReturns>("cases.return-awaited.v1")]
internal sealed record ReturnAwaited(DateOnly Week, DateOnly DueOn);

/// <summary>A week's return came.</summary>
/// <param name="Late">Whether it had been missed by then; the miss stays on record.</param>
[RecordedBy<TensionReturns>("cases.return-submitted.v1")]
internal sealed record ReturnSubmitted(DateOnly Week, TensionReturn Return, int Tensions, bool Late);

/// <summary>A week's return was due and did not come. Once a week, and for good.</summary>
[RecordedBy<TensionReturns>("cases.return-missed.v1")]
internal sealed record ReturnMissed(DateOnly Week, DateOnly DueOn, DateOnly EffectiveOn) : IEffective;

/// <summary>No returns are expected any more.</summary>
[RecordedBy<TensionReturns>("cases.returns-stopped.v1")]
internal sealed record ReturnsStopped;

/// <summary>What deciding about weekly returns needs to know.</summary>
/// <param name="Said">What each week's return says, as it holds.</param>
internal sealed record TensionReturns(
    PartnerId? Partner, DateOnly From, ReturnAwaited? Awaited, IReadOnlyDictionary<DateOnly, ReturnSubmitted> Said, IReadOnlyList<DateOnly> Missed) : IAggregate<TensionReturns>
{
    public static string Kind => TensionReturnsId.Kind;

    public static TensionReturns Unborn { get; } = new(null, default, null, new Dictionary<DateOnly, ReturnSubmitted>(), []);

    public bool BelongsTo(PartnerId organisation) => Partner == organisation;

    public DateOnly? WakesOn => Awaited?.DueOn.AddDays(1);

    /// <summary>The Monday of a day's week.</summary>
    public static DateOnly WeekOf(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));

    public static Decision Decide(TensionReturns state, ICommand command, Occasion occasion) => command switch
    {
        ExpectReturns when state.Awaited is not null => Decision.AlreadySo,
        ExpectReturns c => Decision.Take(new ReturnsExpected(c.Partner, c.Ward, WeekOf(c.From)), Await(WeekOf(c.From), occasion)),
        _ when state.Partner is null => Decision.Refuse("RETURNS_NOT_EXPECTED", "No weekly returns are expected of this partner for this ward."),
        StopReturns => state.Awaited is null ? Decision.AlreadySo : Decision.Take(new ReturnsStopped()),
        SubmitReturn c => Submit(state, c, occasion),
        RaiseDue => Decision.Take(Due(state, occasion)),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "Weekly returns do not know this command."),
    };

    public static TensionReturns Evolve(TensionReturns state, object @event) => @event switch
    {
        ReturnsExpected e => state with { Partner = e.Partner, From = e.From },
        ReturnAwaited e => state with { Awaited = e },
        ReturnSubmitted e => state with { Said = new Dictionary<DateOnly, ReturnSubmitted>(state.Said) { [e.Week] = e } },
        ReturnMissed e => state with { Missed = [.. state.Missed, e.Week] },
        ReturnsStopped => state with { Awaited = null },
        _ => state,
    };

    private static Decision Submit(TensionReturns state, SubmitReturn c, Occasion occasion)
    {
        if (c.Week > occasion.Today) return Decision.Refuse("WEEK_NOT_BEGUN", $"The week of {c.Week.Shown()} has not begun.");
        if (c.Week < state.From) return Decision.Refuse("WEEK_NOT_EXPECTED", $"Returns are expected from the week of {state.From.Shown()} on.");
        if (c.Return is TensionReturn.Tensions != c.Tensions > 0)
            return Decision.Refuse("TENSIONS_UNCOUNTED", "Say how many tensions there were when there were some, and no number when there were none.");
        var said = new ReturnSubmitted(c.Week, c.Return, c.Tensions, state.Missed.Contains(c.Week));
        if (state.Said.GetValueOrDefault(c.Week) == said) return Decision.AlreadySo;
        return state.Awaited?.Week == c.Week ? Decision.Take(said, Await(c.Week.AddDays(7), occasion)) : Decision.Take(said);
    }

    private static List<object> Due(TensionReturns state, Occasion occasion)
    {
        var taken = new List<object>();
        for (var awaited = state.Awaited; awaited is not null && awaited.DueOn < occasion.Today; awaited = Await(awaited.Week.AddDays(7), occasion))
        {
            // A week that was reported on before it was awaited is not missed.
            if (!state.Said.ContainsKey(awaited.Week)) taken.Add(new ReturnMissed(awaited.Week, awaited.DueOn, awaited.DueOn.AddDays(1)));
            taken.Add(Await(awaited.Week.AddDays(7), occasion));
        }
        return taken;
    }

    // Due some working days after the Monday that follows the week.
    private static ReturnAwaited Await(DateOnly week, Occasion occasion) =>
        new(week, occasion.Policy.WorkingDays().After(week.AddDays(7), occasion.Policy.Number("cases.returns.due-days", 2)));
}
