namespace EqualitiesPlatform.Cases;

// The clocks of a case (Report 5.1: a response "quickly"; the days are practice and set by the pack): when it is to be
// acknowledged, answered and reviewed, and when an adjustment is looked at again. Days are working days.

/// <summary>What a case waits for.</summary>
internal enum CaseClock
{
    /// <summary>That who raised it hears that it came in.</summary>
    Acknowledge = 1,
    /// <summary>That something is done.</summary>
    FirstResponse,
    /// <summary>That it is looked at again.</summary>
    Review,
    /// <summary>That somebody looks whether an adjustment still serves.</summary>
    AdjustmentReview,
}

/// <summary>Who hears of a breach, one after the other while nothing is done. The lead hears of it by the breach itself.</summary>
internal enum BreachRung
{
    /// <summary>The lead.</summary>
    Lead = 1,
    /// <summary>The whole team.</summary>
    Team,
    /// <summary>The case officers.</summary>
    CaseOfficers,
}

/// <summary>A clock was set, in the place of one that ran for the same.</summary>
/// <param name="DueOn">The last day that is in time.</param>
/// <param name="TeamOn">The day on which a breach goes to the team.</param>
/// <param name="CaseOfficersOn">The day on which a breach goes to the case officers.</param>
[RecordedBy<Case>("cases.clock-set.v1")]
internal sealed record ClockSet(CaseClock Clock, DateOnly DueOn, DateOnly TeamOn, DateOnly CaseOfficersOn);

/// <summary>What a clock waited for was done.</summary>
/// <param name="Late">Whether its day had passed; the breach stays on record.</param>
[RecordedBy<Case>("cases.clock-kept.v1")]
internal sealed record ClockKept(CaseClock Clock, DateOnly DueOn, bool Late);

/// <summary>A clock's day passed, and nothing was done. Once for each day that was set.</summary>
/// <param name="EffectiveOn">The first day on which it was late.</param>
[RecordedBy<Case>("cases.clock-breached.v1")]
internal sealed record ClockBreached(CaseClock Clock, DateOnly DueOn, DateOnly EffectiveOn) : IEffective;

/// <summary>A breach went up a rung.</summary>
[RecordedBy<Case>("cases.breach-escalated.v1")]
internal sealed record BreachEscalated(CaseClock Clock, DateOnly DueOn, BreachRung To, DateOnly EffectiveOn) : IEffective;

/// <summary>The clocks that run for a case: one of each at most.</summary>
internal sealed record CaseClocks(IReadOnlyList<CaseClocks.Running> All)
{
    public static readonly CaseClocks None = new([]);

    /// <summary>A clock that runs.</summary>
    /// <param name="Reached">How far a breach has climbed; nobody while it is in time.</param>
    public sealed record Running(ClockSet Set, BreachRung? Reached)
    {
        /// <summary>The next step and its day; none when everybody has heard.</summary>
        public (DateOnly On, object Event)? Next => Reached switch
        {
            null => (Set.DueOn.AddDays(1), new ClockBreached(Set.Clock, Set.DueOn, Set.DueOn.AddDays(1))),
            BreachRung.Lead => (Set.TeamOn, new BreachEscalated(Set.Clock, Set.DueOn, BreachRung.Team, Set.TeamOn)),
            BreachRung.Team => (Set.CaseOfficersOn, new BreachEscalated(Set.Clock, Set.DueOn, BreachRung.CaseOfficers, Set.CaseOfficersOn)),
            _ => null,
        };
    }

    /// <summary>The next day on which something is due.</summary>
    public DateOnly? WakesOn => All.Select(c => c.Next?.On).Min();

    /// <summary>The steps that are due by a day, in the order of their days.</summary>
    public IReadOnlyList<object> DueBy(DateOnly today)
    {
        var taken = new List<object>();
        var clocks = this;
        while (clocks.All.Select(c => c.Next).Where(n => n?.On <= today).MinBy(n => n!.Value.On) is { } step)
        {
            taken.Add(step.Event);
            clocks = clocks.After(step.Event);
        }
        return taken;
    }

    /// <summary>A clock is set, by what the policy says for such a case.</summary>
    public IEnumerable<object> Set(Case state, CaseClock clock, Occasion occasion) => [Terms(state, clock, occasion)];

    /// <summary>A clock that runs is set again where that makes it due sooner.</summary>
    public IEnumerable<object> Sooner(Case state, CaseClock clock, Occasion occasion) =>
        All.FirstOrDefault(c => c.Set.Clock == clock) is { Reached: null } running && Terms(state, clock, occasion) is var terms && terms.DueOn < running.Set.DueOn ? [terms] : [];

    /// <summary>What a clock waited for is done; nothing when it does not run.</summary>
    public IEnumerable<object> Keep(CaseClock clock, Occasion occasion) =>
        All.FirstOrDefault(c => c.Set.Clock == clock) is { } running ? [new ClockKept(clock, running.Set.DueOn, occasion.Today > running.Set.DueOn)] : [];

    public CaseClocks After(object @event) => @event switch
    {
        ClockSet e => new([.. All.Where(c => c.Set.Clock != e.Clock), new Running(e, null)]),
        ClockKept e => new([.. All.Where(c => c.Set.Clock != e.Clock)]),
        ClockBreached e => Climbed(e.Clock, BreachRung.Lead),
        BreachEscalated e => Climbed(e.Clock, e.To),
        _ => this,
    };

    private CaseClocks Climbed(CaseClock clock, BreachRung to) => new([.. All.Select(c => c.Set.Clock == clock ? c with { Reached = to } : c)]);

    private static ClockSet Terms(Case state, CaseClock clock, Occasion occasion)
    {
        var calendar = occasion.Policy.WorkingDays();
        var due = calendar.After(occasion.Today, CasePolicy.Days(occasion.Policy, clock, state));
        return new ClockSet(
            clock, due, calendar.After(due, occasion.Policy.Number("cases.escalate.team", 2)), calendar.After(due, occasion.Policy.Number("cases.escalate.case-officers", 5)));
    }
}
