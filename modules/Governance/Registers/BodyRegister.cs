namespace EqualitiesPlatform.Governance;

/// <summary>A body as lists and screens show it, with all its names, terms and seats by their days.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Names">What it is and was called, each from a day on.</param>
/// <param name="OtherNames">Names that it is known by besides.</param>
/// <param name="BodyKind">Cabinet, committee, board or group.</param>
/// <param name="Parent">The body above it.</param>
/// <param name="TermsSet">What it is and was for, each from a day on.</param>
/// <param name="Seats">Who sits and sat on it.</param>
/// <param name="Calendars">When it meets, by year.</param>
public sealed record BodyRegister(
    string Id, long Version, BodyId Body, string Key, IReadOnlyList<NameEntry> Names, IReadOnlyList<string> OtherNames, BodyKind BodyKind, BodyId? Parent,
    IReadOnlyList<TermsEntry> TermsSet, IReadOnlyList<SeatEntry> Seats, IReadOnlyList<CalendarEntry> Calendars) : IRegister<BodyRegister>
{
    /// <inheritdoc/>
    public static string Kind => BodyId.Kind;

    /// <summary>Its name, of all that are on record the one from the latest day.</summary>
    public string Name => NameOn(DateOnly.MaxValue);

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <summary>What it was called on a day.</summary>
    public string NameOn(DateOnly day) => (Names.Where(n => n.From <= day).OrderBy(n => n.From).LastOrDefault() ?? Names[0]).Name;

    /// <summary>Every other name that it has or had.</summary>
    public IEnumerable<string> AliasesOn(DateOnly day) => Names.Select(n => n.Name).Concat(OtherNames).Distinct().Where(n => n != NameOn(day));

    /// <summary>What it was for on a day, if that was set.</summary>
    public TermsEntry? TermsOn(DateOnly day) => TermsSet.Where(t => t.From <= day).OrderBy(t => t.From).LastOrDefault();

    /// <summary>Who sat on it on a day.</summary>
    public IEnumerable<SeatEntry> SeatsOn(DateOnly day) => Seats.Where(s => s.From <= day && (s.Until is null || day < s.Until));

    /// <inheritdoc/>
    public static BodyRegister? Fold(BodyRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            BodyFormed e => new BodyRegister(
                recorded.Stream, 0, e.Body, e.Key, [new(e.Name, recorded.RecordedOn)], e.Aliases, e.Kind, e.Parent, [], [], []),
            BodyRenamed e => document! with { Names = [.. document.Names, new(e.To, e.EffectiveOn)] },
            BodyAliasLearnt e => document! with { OtherNames = [.. document.OtherNames, e.Alias] },
            BodyPlacedUnder e => document! with { Parent = e.Parent },
            TermsOfReferenceSet e => document! with { TermsSet = [.. document.TermsSet, new(e.Terms, e.Minute, e.EffectiveOn)] },
            MemberSeated e => document! with { Seats = [.. document.Seats, new(e.Office, e.Role, e.Organisation, e.EffectiveOn, null)] },
            SeatEnded e => document! with { Seats = [.. document.Seats.Select(s => s.Office == e.Office && s.Until is null ? s with { Until = e.EffectiveOn } : s)] },
            CalendarSet e => document! with { Calendars = [.. document.Calendars.Where(c => c.Year != e.Year.ToString()), new(e.Year.ToString(), e.Days)] },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;
}

/// <summary>A name from a day on.</summary>
public sealed record NameEntry(string Name, DateOnly From);

/// <summary>Terms of reference from a day on.</summary>
public sealed record TermsEntry(string Terms, string? Minute, DateOnly From);

/// <summary>A seat from a day to a day; the last is the first without it.</summary>
public sealed record SeatEntry(string Office, SeatRole Role, PartnerId? Organisation, DateOnly From, DateOnly? Until);

/// <summary>The days of a year's meetings.</summary>
public sealed record CalendarEntry(string Year, IReadOnlyList<DateOnly> Days);
