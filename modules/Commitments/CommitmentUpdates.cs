namespace EqualitiesPlatform.Commitments;

// A commitment's updates: what the partner says of it each period, and what follows when it says nothing (Policy,
// "Partners", bullet 3; the ladder is practice).

/// <summary>Report how it stands, from a day on; today when no day is given.</summary>
/// <param name="Period">The period that it is for; found from the day when it is left out.</param>
[GenerateSerializer, Immutable]
public sealed record ReportProgress(
    CommitmentId Commitment, CommitmentStatus Status, string Narrative, int? Percent, string? Evidence, ReportingPeriod? Period, DateOnly? EffectiveOn)
    : ICommitmentCommand;

/// <summary>Say that there is nothing to report for a period.</summary>
[GenerateSerializer, Immutable]
public sealed record ReportNil(CommitmentId Commitment, ReportingPeriod Period) : ICommitmentCommand;

/// <summary>An update falls to be given: the days of a period's ladder, as the policy in force had them.</summary>
/// <param name="RemindOn">The day on which the lead is reminded.</param>
/// <param name="DueOn">The last day on which the update is in time.</param>
/// <param name="EscalateOn">The day on which a miss goes to the organisation.</param>
/// <param name="NameOn">The day from which the report names the partner.</param>
[RecordedBy<Commitment>("commitments.update-expected.v1")]
public sealed record UpdateExpected(ReportingPeriod Period, DateOnly RemindOn, DateOnly DueOn, DateOnly EscalateOn, DateOnly NameOn);

/// <summary>Its progress was reported, as it stands from a day on.</summary>
/// <param name="Percent">How much is done, if reported.</param>
/// <param name="Evidence">Where it can be seen, if said.</param>
/// <param name="Period">The period that the update is for.</param>
/// <param name="Late">Whether the period's update had been missed by then; the miss stays on record.</param>
[RecordedBy<Commitment>("commitments.progress-reported.v1")]
public sealed record ProgressReported(
    CommitmentStatus Status, [property: Statement] string Narrative, int? Percent, [property: Statement] string? Evidence,
    ReportingPeriod Period, bool Late, DateOnly EffectiveOn) : IEffective;

/// <summary>There was nothing to report for a period: a fact, unlike silence.</summary>
/// <param name="Late">Whether the period's update had been missed by then; the miss stays on record.</param>
[RecordedBy<Commitment>("commitments.nil-reported.v1")]
public sealed record NilReported(ReportingPeriod Period, bool Late);

/// <summary>The lead was reminded that a period's update falls due.</summary>
[RecordedBy<Commitment>("commitments.update-reminded.v1")]
public sealed record UpdateReminded(ReportingPeriod Period, DateOnly DueOn, DateOnly EffectiveOn) : IEffective;

/// <summary>A period's update was due and did not come. Once a period, and for good.</summary>
/// <param name="EffectiveOn">The first day on which it was late.</param>
[RecordedBy<Commitment>("commitments.update-missed.v1")]
public sealed record UpdateMissed(ReportingPeriod Period, DateOnly DueOn, DateOnly EffectiveOn) : IEffective;

/// <summary>The miss went to the partner's organisation, above its lead.</summary>
[RecordedBy<Commitment>("commitments.miss-escalated.v1")]
public sealed record MissEscalated(ReportingPeriod Period, DateOnly EffectiveOn) : IEffective;

/// <summary>The report will name the partner for the miss.</summary>
[RecordedBy<Commitment>("commitments.miss-named-for-report.v1")]
public sealed record MissNamedForReport(ReportingPeriod Period, DateOnly EffectiveOn) : IEffective;

/// <summary>
/// The clock of a commitment's updates. It expects one period's update at a time, and lets each miss climb its own
/// ladder; every step has its day, is taken on that day or as soon after as somebody looks, and is taken once.
/// </summary>
/// <param name="Awaited">The period whose due day has not passed yet; none while the clock stands.</param>
/// <param name="Reminded">Whether the lead was reminded of it.</param>
/// <param name="Given">Periods from the awaited one on that have their update.</param>
/// <param name="Missed">Every period whose update was missed.</param>
/// <param name="Climbing">Misses with steps of the ladder before them.</param>
internal sealed record UpdateClock(
    UpdateExpected? Awaited, bool Reminded, IReadOnlyList<ReportingPeriod> Given, IReadOnlyList<ReportingPeriod> Missed, IReadOnlyList<UpdateClock.Miss> Climbing)
{
    public static readonly UpdateClock Stopped = new(null, false, [], [], []);

    /// <summary>A miss on its ladder.</summary>
    public sealed record Miss(UpdateExpected Expected, bool Escalated);

    /// <summary>The next day on which a step is due.</summary>
    public DateOnly? WakesOn => Steps(PolicyValues.None).Select(s => (DateOnly?)s.On).Min();

    /// <summary>The steps that are due by a day, in the order of their days.</summary>
    public IReadOnlyList<object> DueBy(DateOnly today, PolicyValues policy)
    {
        var taken = new List<object>();
        var clock = this;
        // A reminder is of no use once the update is overdue.
        while (clock.Steps(policy).Where(s => s.On <= today && !(s.Event is UpdateReminded reminder && reminder.DueOn < today)).MinBy(s => s.On) is { Event: { } step })
        {
            taken.Add(step);
            clock = clock.After(step);
        }
        return taken;
    }

    public UpdateClock After(object @event) => @event switch
    {
        UpdateExpected e => this with { Awaited = e, Reminded = false, Given = [.. Given.Where(p => p.First >= e.Period.First)] },
        UpdateReminded => this with { Reminded = true },
        UpdateMissed e => this with { Missed = [.. Missed, e.Period], Climbing = Awaited is null ? Climbing : [.. Climbing, new Miss(Awaited, false)] },
        MissEscalated e => this with { Climbing = [.. Climbing.Select(m => m.Expected.Period == e.Period ? m with { Escalated = true } : m)] },
        MissNamedForReport e => Climbed(e.Period),
        ProgressReported e => Answered(e.Period),
        NilReported e => Answered(e.Period),
        CommitmentCompleted or CommitmentWithdrawn => Stopped,
        _ => this,
    };

    /// <summary>The first period that is expected is the one in which the partner accepted.</summary>
    public static UpdateExpected FirstExpected(DateOnly acceptedOn, PolicyValues policy) =>
        Expected(ReportingPeriod.Containing(acceptedOn, Rhythm(policy)), policy);

    public static Decision Decide(Commitment state, ICommand command, Occasion occasion) => command switch
    {
        ReportProgress c => Report(state, c, occasion),
        ReportNil c => NotForPeriod(state, c.Period, occasion) ?? Decision.Take(new NilReported(c.Period, state.Clock.Missed.Contains(c.Period))),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "The clock of a commitment does not know this command."),
    };

    private static Decision Report(Commitment state, ReportProgress c, Occasion occasion)
    {
        if (c.Status is CommitmentStatus.Completed or CommitmentStatus.Withdrawn)
            return Decision.Refuse("STATUS_NOT_REPORTABLE", "A commitment is completed or withdrawn in so many words, with evidence or a reason; use that command.");
        var effective = c.EffectiveOn ?? occasion.Today;
        var period = c.Period ?? state.Clock.PeriodOf(effective);
        return Commitment.SinceAcceptance(state, effective, occasion) ?? NotForPeriod(state, period, occasion)
            ?? Decision.Take(new ProgressReported(c.Status, c.Narrative, c.Percent, c.Evidence, period, state.Clock.Missed.Contains(period), effective));
    }

    private static Decision? NotForPeriod(Commitment state, ReportingPeriod period, Occasion occasion) =>
        period.First > occasion.Today
            ? Decision.Refuse("PERIOD_NOT_BEGUN", $"{period} begins on {period.First.Shown()}; report on it from that day on.")
        : period.Last < state.AcceptedOn
            ? Decision.Refuse("PERIOD_BEFORE_ACCEPTANCE", $"{period} was over when the partner accepted this commitment on {state.AcceptedOn.Shown()}.")
        : period.Length != state.Clock.Awaited?.Period.Length && !state.Clock.Missed.Contains(period)
            ? Decision.Refuse("PERIOD_OF_ANOTHER_LENGTH", $"Updates of this commitment are for periods such as {state.Clock.Awaited?.Period}.")
        : null;

    // In the days after a period's end the update that is still awaited for it is the one that is meant.
    private ReportingPeriod PeriodOf(DateOnly effective) =>
        Awaited is { } awaited && !IsSettled && effective >= awaited.Period.First
            ? awaited.Period
            : ReportingPeriod.Containing(effective, Awaited?.Period.Length ?? PeriodLength.Quarter);

    private bool IsSettled => Awaited is { } awaited && (Given.Contains(awaited.Period) || Missed.Contains(awaited.Period));

    // A late update ends the ladder, and leaves the miss.
    private UpdateClock Answered(ReportingPeriod period) =>
        (period.First >= Awaited?.Period.First && !Given.Contains(period) ? this with { Given = [.. Given, period] } : this).Climbed(period);

    private UpdateClock Climbed(ReportingPeriod period) =>
        Climbing.Count == 0 ? this : this with { Climbing = [.. Climbing.Where(m => m.Expected.Period != period)] };

    private sealed record Step(DateOnly On, object Event);

    private IEnumerable<Step> Steps(PolicyValues policy)
    {
        if (Awaited is { } awaited)
        {
            var overdue = awaited.DueOn.AddDays(1);
            if (IsSettled) yield return new Step(overdue, Expected(ReportingPeriod.Containing(awaited.Period.Last.AddDays(1), Rhythm(policy)), policy));
            else yield return new Step(overdue, new UpdateMissed(awaited.Period, awaited.DueOn, overdue));
            if (!IsSettled && !Reminded) yield return new Step(awaited.RemindOn, new UpdateReminded(awaited.Period, awaited.DueOn, awaited.RemindOn));
        }
        foreach (var miss in Climbing)
            yield return miss.Escalated
                ? new Step(miss.Expected.NameOn, new MissNamedForReport(miss.Expected.Period, miss.Expected.NameOn))
                : new Step(miss.Expected.EscalateOn, new MissEscalated(miss.Expected.Period, miss.Expected.EscalateOn));
    }

    private static UpdateExpected Expected(ReportingPeriod period, PolicyValues policy)
    {
        var due = period.Last.AddDays(policy.Number("updates.due-days", 14));
        return new UpdateExpected(
            period, due.AddDays(-policy.Number("updates.remind-days", 7)), due,
            due.AddDays(policy.Number("updates.escalate-days", 14)), due.AddDays(policy.Number("updates.name-days", 28)));
    }

    private static PeriodLength Rhythm(PolicyValues policy) => policy.Word("updates.frequency", "quarterly") switch
    {
        "half-yearly" => PeriodLength.HalfYear,
        "yearly" => PeriodLength.Year,
        _ => PeriodLength.Quarter,
    };
}
