namespace EqualitiesPlatform.Cases;

/// <summary>A partner's weekly returns for a ward.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="AwaitedWeek">The week whose return is awaited, by its Monday.</param>
/// <param name="Missing">How many weeks have no return.</param>
/// <param name="Weeks">The weeks so far, oldest first.</param>
internal sealed record TensionReturnsRegister(
    string Id, long Version, TensionReturnsId Returns, PartnerId Partner, string Ward, DateOnly From, DateOnly? AwaitedWeek, DateOnly? DueOn, int Missing,
    IReadOnlyList<WeekEntry> Weeks) : IRegister<TensionReturnsRegister>
{
    /// <inheritdoc/>
    public static string Kind => TensionReturnsId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [Partner];

    /// <inheritdoc/>
    public static TensionReturnsRegister? Fold(TensionReturnsRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            ReturnsExpected e => (document ?? new(recorded.Stream, 0, new(recorded.Id), e.Partner, e.Ward.Name, e.From, null, null, 0, [])) with { From = e.From },
            ReturnAwaited e => document! with { AwaitedWeek = e.Week, DueOn = e.DueOn },
            ReturnSubmitted e => document!.With(e.Week, w => w with { Return = e.Return, Tensions = e.Tensions, SubmittedOn = recorded.RecordedOn }),
            ReturnMissed e => document!.With(e.Week, w => w with { Missed = true }),
            ReturnsStopped => document! with { AwaitedWeek = null, DueOn = null },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    private TensionReturnsRegister With(DateOnly week, Func<WeekEntry, WeekEntry> change)
    {
        WeekEntry[] weeks = [.. Weeks.Where(w => w.Week != week).Append(change(Weeks.FirstOrDefault(w => w.Week == week) ?? new(week, null, 0, null, false))).OrderBy(w => w.Week)];
        return this with { Weeks = weeks, Missing = weeks.Count(w => w.Return is null) };
    }
}

/// <summary>A week.</summary>
/// <param name="Week">Its Monday.</param>
/// <param name="Return">What the partner said; nothing for no return.</param>
/// <param name="Missed">Whether it had not come when it was due.</param>
internal sealed record WeekEntry(DateOnly Week, TensionReturn? Return, int Tensions, DateOnly? SubmittedOn, bool Missed);
