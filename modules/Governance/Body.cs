namespace EqualitiesPlatform.Governance;

// A committee, board or cabinet: what it is called and was called, what it is for, who sits on it and when it meets
// (Report, heading, 5.1, 5.2, 6). Seats are held by offices and organisations, never by persons.

/// <summary>A command to a body.</summary>
public interface IBodyCommand : ICommand
{
    /// <summary>The body.</summary>
    BodyId Body { get; }

    string ICommand.Stream => StreamKey.Of(BodyId.Kind, Body.Value);
}

/// <summary>Form a body, or bring what is on record of it to what is said here; other names than before become aliases.</summary>
[GenerateSerializer, Immutable]
public sealed record FormBody(
    BodyId Body, string Key, string Name, IReadOnlyList<string> Aliases, BodyKind Kind, BodyId? Parent) : IBodyCommand;

/// <summary>Rename a body from a day on, today when none is given; the old name stays an alias.</summary>
[GenerateSerializer, Immutable]
public sealed record RenameBody(BodyId Body, string Name, DateOnly? EffectiveOn) : IBodyCommand;

/// <summary>Set what the body is for, from a day on, today when none is given.</summary>
[GenerateSerializer, Immutable]
public sealed record SetTermsOfReference(BodyId Body, string Terms, string? Minute, DateOnly? EffectiveOn) : IBodyCommand;

/// <summary>Seat an office on the body from a day on, today when none is given.</summary>
[GenerateSerializer, Immutable]
public sealed record SeatMember(BodyId Body, string Office, SeatRole Role, PartnerId? Organisation, DateOnly? EffectiveOn) : IBodyCommand;

/// <summary>End an office's seat on a day, today when none is given.</summary>
[GenerateSerializer, Immutable]
public sealed record EndSeat(BodyId Body, string Office, DateOnly? EffectiveOn) : IBodyCommand;

/// <summary>Set the days of a financial year on which the body meets; its meetings are called, moved and cancelled by that.</summary>
[GenerateSerializer, Immutable]
public sealed record SetCalendar(BodyId Body, FinancialYear Year, IReadOnlyList<DateOnly> Days) : IBodyCommand;

/// <summary>What somebody is on a body.</summary>
public enum SeatRole
{
    /// <summary>In the chair.</summary>
    Chair = 1,
    /// <summary>In the chair together with another.</summary>
    CoChair,
    /// <summary>In the chair when the chair is away.</summary>
    ViceChair,
    /// <summary>A member.</summary>
    Member,
    /// <summary>Gives advice, and has no vote.</summary>
    Adviser,
}

/// <summary>A body is on record.</summary>
/// <param name="Parent">The body above it, if any.</param>
[RecordedBy<Body>("governance.body-formed.v1")]
public sealed record BodyFormed(BodyId Body, string Key, string Name, IReadOnlyList<string> Aliases, BodyKind Kind, BodyId? Parent);

/// <summary>It is called otherwise from a day on; the name before stays an alias.</summary>
[RecordedBy<Body>("governance.body-renamed.v1")]
public sealed record BodyRenamed(string From, string To, DateOnly EffectiveOn) : IEffective;

/// <summary>It is known by another name, too.</summary>
[RecordedBy<Body>("governance.body-alias-learnt.v1")]
public sealed record BodyAliasLearnt(string Alias);

/// <summary>It stands under another body, or under none.</summary>
[RecordedBy<Body>("governance.body-placed-under.v1")]
public sealed record BodyPlacedUnder(BodyId? Parent);

/// <summary>What it is for is set.</summary>
/// <param name="Minute">The minute that says so, if there is one.</param>
[RecordedBy<Body>("governance.terms-of-reference-set.v1")]
public sealed record TermsOfReferenceSet([property: Statement] string Terms, string? Minute, DateOnly EffectiveOn) : IEffective;

/// <summary>An office sits on it from a day on.</summary>
/// <param name="Organisation">Whose office it is, where it is a partner's.</param>
[RecordedBy<Body>("governance.member-seated.v1")]
public sealed record MemberSeated(string Office, SeatRole Role, PartnerId? Organisation, DateOnly EffectiveOn) : IEffective;

/// <summary>An office's seat ended; the day is the first without it.</summary>
[RecordedBy<Body>("governance.seat-ended.v1")]
public sealed record SeatEnded(string Office, DateOnly EffectiveOn) : IEffective;

/// <summary>The days on which it meets in a financial year are set.</summary>
/// <param name="Key">The body's key, from which its meetings' keys are made.</param>
/// <param name="Days">The days, in order.</param>
/// <param name="Dropped">Days that stood in the calendar before.</param>
[RecordedBy<Body>("governance.calendar-set.v1")]
public sealed record CalendarSet(BodyId Body, string Key, FinancialYear Year, IReadOnlyList<DateOnly> Days, IReadOnlyList<DateOnly> Dropped);

/// <summary>What deciding about a body needs to know.</summary>
internal sealed record Body(
    BodyFormed? Formed, string Name, IReadOnlyList<string> Aliases, BodyId? Parent, TermsOfReferenceSet? Terms,
    IReadOnlyDictionary<string, MemberSeated> Seats, IReadOnlyDictionary<FinancialYear, IReadOnlyList<DateOnly>> Calendar) : IAggregate<Body>
{
    public static string Kind => BodyId.Kind;

    public static Body Unborn { get; } = new(
        null, "", [], null, null, new Dictionary<string, MemberSeated>(), new Dictionary<FinancialYear, IReadOnlyList<DateOnly>>());

    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(Body state, ICommand command, Occasion occasion) => command switch
    {
        FormBody c when state.Formed is null => Decision.Take(new BodyFormed(c.Body, c.Key, c.Name, c.Aliases, c.Kind, c.Parent)),
        FormBody c when state.Formed!.Kind != c.Kind =>
            Decision.Refuse("BODY_KIND_FIXED", "A cabinet, committee, board or group does not become another; form a new body."),
        FormBody c => Decision.Take([
            .. c.Name == state.Name ? Array.Empty<object>() : [new BodyRenamed(state.Name, c.Name, occasion.Today)],
            .. c.Aliases.Where(a => a != c.Name && a != state.Name && !state.Aliases.Contains(a)).Select(a => new BodyAliasLearnt(a)),
            .. c.Parent == state.Parent ? Array.Empty<object>() : [new BodyPlacedUnder(c.Parent)],
        ]),
        _ when state.Formed is null => Decision.Refuse("BODY_UNKNOWN", "There is no such body; it comes with the policy pack, or is formed first."),
        RenameBody c => c.Name == state.Name
            ? Decision.AlreadySo
            : occasion.InFuture(c.EffectiveOn) ?? Decision.Take(new BodyRenamed(state.Name, c.Name, c.EffectiveOn ?? occasion.Today)),
        SetTermsOfReference c => occasion.InFuture(c.EffectiveOn) ?? Set(state, new(c.Terms, c.Minute, c.EffectiveOn ?? occasion.Today)),
        SeatMember c => occasion.InFuture(c.EffectiveOn) ?? Seat(state, new(c.Office, c.Role, c.Organisation, c.EffectiveOn ?? occasion.Today)),
        EndSeat c => occasion.InFuture(c.EffectiveOn) ?? End(state, new(c.Office, c.EffectiveOn ?? occasion.Today)),
        SetCalendar c => Meet(state, state.Formed, c),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A body does not know this command."),
    };

    public static Body Evolve(Body state, object @event) => @event switch
    {
        BodyFormed e => state with { Formed = e, Name = e.Name, Aliases = e.Aliases, Parent = e.Parent },
        BodyRenamed e => state with { Name = e.To, Aliases = [.. state.Aliases.Where(a => a != e.To && a != e.From), e.From] },
        BodyAliasLearnt e => state with { Aliases = [.. state.Aliases, e.Alias] },
        BodyPlacedUnder e => state with { Parent = e.Parent },
        TermsOfReferenceSet e => state with { Terms = e },
        MemberSeated e => state with { Seats = new Dictionary<string, MemberSeated>(state.Seats) { [e.Office] = e } },
        SeatEnded e => state with { Seats = state.Seats.Where(s => s.Key != e.Office).ToDictionary() },
        CalendarSet e => state with { Calendar = new Dictionary<FinancialYear, IReadOnlyList<DateOnly>>(state.Calendar) { [e.Year] = e.Days } },
        _ => state,
    };

    private static Decision Set(Body state, TermsOfReferenceSet set) =>
        state.Terms is { } before && before with { EffectiveOn = set.EffectiveOn } == set ? Decision.AlreadySo : Decision.Take(set);

    private static Decision Seat(Body state, MemberSeated seated) => state.Seats.GetValueOrDefault(seated.Office) switch
    {
        null => Decision.Take(seated),
        var sits when sits.Role == seated.Role && sits.Organisation == seated.Organisation => Decision.AlreadySo,
        var sits => Decision.Refuse("SEAT_HELD", $"This office has sat here as {PackWord.Of(sits.Role)} since {sits.EffectiveOn.Shown()}; end that seat first."),
    };

    private static Decision End(Body state, SeatEnded ended) => state.Seats.GetValueOrDefault(ended.Office) switch
    {
        null => Decision.Refuse("NOT_SEATED", "This office has no seat here; the offices that have one are listed with the body."),
        var sits when ended.EffectiveOn < sits.EffectiveOn =>
            Decision.Refuse("ENDS_BEFORE_IT_BEGAN", $"This seat began on {sits.EffectiveOn.Shown()}; it can end on that day or later."),
        _ => Decision.Take(ended),
    };

    private static Decision Meet(Body state, BodyFormed formed, SetCalendar c)
    {
        if (c.Days.Any(d => !c.Year.Contains(d)))
            return Decision.Refuse("DAY_OUTSIDE_YEAR", $"{c.Year} runs from {c.Year.First.Shown()} to {c.Year.Last.Shown()}; set other days in their own year.");
        DateOnly[] days = [.. c.Days.Distinct().Order()];
        var before = state.Calendar.GetValueOrDefault(c.Year) ?? [];
        return before.SequenceEqual(days)
            ? Decision.AlreadySo
            : Decision.Take(new CalendarSet(c.Body, formed.Key, c.Year, days, [.. before.Except(days)]));
    }
}
