namespace EqualitiesPlatform.Governance;

/// <summary>An obligation as lists and screens show it, with what is on record for its due days.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="OnRecord">The due days of which something is on record.</param>
public sealed record ObligationRegister(
    string Id, long Version, ObligationId Obligation, string Key, string Text, string From, string To, ObligationRule Rule,
    string? OwnerOffice, PublicationKind DischargedBy, Citation Citation, DateOnly BindsFrom,
    IReadOnlyList<DueDayRecord> OnRecord, string? KeptBy, DateOnly? KeptOn) : IRegister<ObligationRegister>
{
    /// <inheritdoc/>
    public static string Kind => ObligationId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <summary>How many due days were missed, also those that were met late.</summary>
    public int Missed => OnRecord.Count(d => d.MissedOn is not null);

    /// <summary>How many due days were met, in time or late.</summary>
    public int Met => OnRecord.Count(d => d.MetOn is not null);

    /// <summary>How many missed due days are not met to this day.</summary>
    public int Outstanding => OnRecord.Count(d => d is { MissedOn: not null, MetOn: null });

    /// <inheritdoc/>
    public static ObligationRegister? Fold(ObligationRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            ObligationStated e => new ObligationRegister(
                recorded.Stream, 0, e.Obligation, e.Key, e.Text, e.From, e.To, e.Rule, e.OwnerOffice, e.DischargedBy, e.Citation, e.BindsFrom,
                document?.OnRecord ?? [], document?.KeptBy, document?.KeptOn),
            ObligationSetOff e => document!.With(e.DueOn, e.Happening, d => d with { SetOffOn = e.EffectiveOn }),
            ObligationFallingDue e => document!.With(e.DueOn, e.For, d => d),
            ObligationMissed e => document!.With(e.DueOn, e.For, d => d with { MissedOn = e.EffectiveOn }),
            ObligationMet e => document!.With(e.DueOn, e.For, d => d with { MetOn = e.EffectiveOn, MetLate = e.Late, Reference = e.Reference }),
            ObligationKept e => (document!.KeptOn is null || e.EffectiveOn >= document.KeptOn ? document with { KeptBy = e.Reference, KeptOn = e.EffectiveOn } : document)
                with { OnRecord = [.. document.OnRecord.Select(d => d is { MissedOn: null, MetOn: null } ? d with { MetOn = e.EffectiveOn, Reference = e.Reference } : d)] },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    /// <summary>
    /// Every due day up to the end of the financial year of a day, as it stood at that day, and beyond it what was set off
    /// or met by then.
    /// </summary>
    public IReadOnlyList<(DueDayRecord Day, DueDayState State)> AsAt(DateOnly day)
    {
        var last = FinancialYear.Containing(day).Last;
        return
        [
            .. OnRecord.Where(d => d.SetOffOn <= day || d.MetOn <= day || (d.SetOffOn is null && d.DueOn <= last))
                .Concat((Rule is ObligationRule.KeptWithin within ? within.DueSince(KeptOn is { } kept && kept <= day ? kept : BindsFrom) : Rule.DueFrom(BindsFrom))
                    .TakeWhile(d => d.On <= last)
                    .Where(d => !OnRecord.Any(r => r.Is(d))).Select(d => new DueDayRecord(d.On, d.For)))
                .OrderBy(d => d.DueOn).ThenBy(d => d.For, StringComparer.Ordinal)
                .Select(d => d.AsAt(day)).Select(d => (d, d.StateAt(day))),
        ];
    }

    private ObligationRegister With(DateOnly dueOn, string @for, Func<DueDayRecord, DueDayRecord> change)
    {
        var known = OnRecord.FirstOrDefault(d => d.Is(new DueDay(dueOn, @for)));
        return this with { OnRecord = [.. OnRecord.Where(d => d != known), change(known ?? new DueDayRecord(dueOn, @for))] };
    }
}

/// <summary>What is on record for one due day.</summary>
/// <param name="DueOn">The day.</param>
/// <param name="For">The period it is owed for, or what set it off.</param>
/// <param name="SetOffOn">The day on which that happened.</param>
/// <param name="MissedOn">The day from which it counted as missed.</param>
/// <param name="MetOn">The day of the publication that met it.</param>
/// <param name="MetLate">Whether that was after the due day.</param>
/// <param name="Reference">That publication.</param>
public sealed record DueDayRecord(
    DateOnly DueOn, string For, DateOnly? SetOffOn = null, DateOnly? MissedOn = null, DateOnly? MetOn = null, bool MetLate = false, string? Reference = null)
{
    internal bool Is(DueDay day) => day == new DueDay(DueOn, For);

    /// <summary>Without what came after a day.</summary>
    internal DueDayRecord AsAt(DateOnly day) => this with
    {
        MissedOn = MissedOn <= day ? MissedOn : null,
        MetOn = MetOn <= day ? MetOn : null,
        MetLate = MetOn <= day && MetLate,
        Reference = MetOn <= day ? Reference : null,
    };

    internal DueDayState StateAt(DateOnly day) =>
        MetOn is not null ? MetLate ? DueDayState.MetLate : DueDayState.Met
        : MissedOn is not null ? DueDayState.Missed
        : DueOn <= day ? DueDayState.Due
        : DueDayState.Ahead;
}

/// <summary>How a due day stands, as at a day.</summary>
public enum DueDayState
{
    /// <summary>It lies ahead.</summary>
    Ahead = 1,
    /// <summary>It has come, and neither was it met nor has its grace run out.</summary>
    Due,
    /// <summary>It passed, and nothing has met it.</summary>
    Missed,
    /// <summary>It was met in time.</summary>
    Met,
    /// <summary>It was met after the day; a miss stays on record beside it.</summary>
    MetLate,
}
