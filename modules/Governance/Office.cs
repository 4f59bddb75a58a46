using System.Collections.Frozen;
using Equalities.Options.V1;

namespace EqualitiesPlatform.Governance;

// Who holds an office of the council from when to when: the three named reviewers (Policy, "Difference"), case officers,
// Customer Services, members of networks and the others that a token may name (rules, Sign-in). Who leads or contributes
// for a partner stands in the partner's own record.

/// <summary>A command about an office.</summary>
public interface IOfficeCommand : ICommand
{
    /// <summary>The office: its id follows from the role and the seat.</summary>
    OfficeId Office { get; }

    string ICommand.Stream => StreamKey.Of(OfficeId.Kind, Office.Value);
}

/// <summary>Appoint somebody to an office from a day on; today when no day is given.</summary>
/// <param name="Role">The role in which its holders act.</param>
/// <param name="Seat">Which of the role's offices, where each is somebody's own: for a reviewer, their key in the pack.</param>
[GenerateSerializer, Immutable]
public sealed record AppointToOffice(OfficeId Office, Role Role, string? Seat, PersonId Holder, DateOnly? From) : IOfficeCommand;

/// <summary>End somebody's office from a day on; today when no day is given. Who was never appointed can be stood down, too.</summary>
[GenerateSerializer, Immutable]
public sealed record StandDownFromOffice(OfficeId Office, Role Role, string? Seat, PersonId Holder, DateOnly? Until) : IOfficeCommand;

/// <summary>Somebody holds the office from a day on.</summary>
[RecordedBy<Office>("governance.appointed-to-office.v1")]
public sealed record AppointedToOffice(OfficeId Office, Role Role, string? Seat, PersonId Holder, DateOnly EffectiveOn) : IEffective;

/// <summary>Somebody holds the office no more from a day on.</summary>
[RecordedBy<Office>("governance.stood-down-from-office.v1")]
public sealed record StoodDownFromOffice(OfficeId Office, Role Role, string? Seat, PersonId Holder, DateOnly EffectiveOn) : IEffective;

/// <summary>That somebody holds an office, or held it.</summary>
/// <param name="From">The first day; null for somebody who acted by their token alone until they were stood down.</param>
/// <param name="Until">The first day on which they hold it no more, if there is one.</param>
public sealed record OfficeHolding(PersonId Holder, DateOnly? From, DateOnly? Until)
{
    /// <summary>Whether they hold it on a day.</summary>
    public bool On(DateOnly day) => (From is null || From <= day) && (Until is null || day < Until);

    /// <summary>Whether they hold it on a day because they were appointed to it.</summary>
    public bool AppointedOn(DateOnly day) => From is not null && On(day);

    /// <summary>All holdings of an office after one more event.</summary>
    internal static IReadOnlyList<OfficeHolding> After(IReadOnlyList<OfficeHolding> holdings, object @event) => @event switch
    {
        AppointedToOffice e => [.. holdings, new(e.Holder, e.EffectiveOn, null)],
        StoodDownFromOffice e when holdings.LastOrDefault(h => h.Holder == e.Holder) is { } last => [.. holdings.Where(h => h != last), last with { Until = e.EffectiveOn }],
        StoodDownFromOffice e => [.. holdings, new(e.Holder, null, e.EffectiveOn)],
        _ => holdings,
    };
}

/// <summary>What deciding about an office needs to know.</summary>
internal sealed record Office(IReadOnlyList<OfficeHolding> Holdings) : IAggregate<Office>
{
    public static string Kind => OfficeId.Kind;

    public static Office Unborn { get; } = new([]);

    /// <summary>Offices are the council's own.</summary>
    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(Office state, ICommand command, Occasion occasion) => command switch
    {
        AppointToOffice c when c.Holder == occasion.Actor.Person => OwnOffice(),
        StandDownFromOffice c when c.Holder == occasion.Actor.Person => OwnOffice(),
        AppointToOffice c => Appoint(state.Holdings, c, c.From ?? occasion.Today),
        StandDownFromOffice c => StandDown(state.Last(c.Holder), c, c.Until ?? occasion.Today),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "An office does not know this command."),
    };

    public static Office Evolve(Office state, object @event) => new(OfficeHolding.After(state.Holdings, @event));

    private OfficeHolding? Last(PersonId person) => Holdings.LastOrDefault(h => h.Holder == person);

    private static Decision Appoint(IReadOnlyList<OfficeHolding> holdings, AppointToOffice c, DateOnly from)
    {
        if (holdings.LastOrDefault(h => h.Holder == c.Holder) is { From: { } since } held && (held.Until is null || from < held.Until))
            return held.Until is null && (since == from || (c.From is null && since <= from))
                ? Decision.AlreadySo
                : Decision.Refuse("APPOINTED_FROM_ANOTHER_DAY", held.Until is { } until
                    ? $"They hold this office from {since.Shown()} until {until.Shown()}; appoint them from that day on."
                    : $"They are appointed from {since.Shown()} already; stand them down first to appoint them from another day.");
        if (c.Seat is not null && holdings.FirstOrDefault(h => h.Holder != c.Holder && h.From is not null && (h.Until is null || from < h.Until)) is { } other)
            return Decision.Refuse("OFFICE_HELD",
                $"Somebody else holds this office from {other.From.Shown()}{(other.Until is { } end ? $" until {end.Shown()}" : "")}; it has one holder at a time, so stand them down first.");
        return Decision.Take(new AppointedToOffice(c.Office, c.Role, c.Seat, c.Holder, from));
    }

    private static Decision StandDown(OfficeHolding? held, StandDownFromOffice c, DateOnly until) =>
        held?.Until <= until ? Decision.AlreadySo
        : until < held?.From ? Decision.Refuse("STOOD_DOWN_BEFORE_APPOINTED", $"They were appointed from {held.From.Shown()}; it can't end before that.")
        : Decision.Take(new StoodDownFromOffice(c.Office, c.Role, c.Seat, c.Holder, until));

    private static Decision OwnOffice() => Decision.Refuse("OWN_OFFICE", "Nobody appoints themselves, or stands themselves down; another administrator does it.");
}

/// <summary>Who holds which office, as every silo has it in memory.</summary>
internal sealed class Offices : ISiloTable, IOffices
{
    // Of every office alike: the id must not hang on a pack, which may be loaded after the first appointment.
    private static readonly Guid Namespace = new("e6d34b00-37ac-48a5-a5b0-f12c63987059");

    private FrozenDictionary<(PersonId, Role), (string? Seat, OfficeHolding Holding)[]> _held = FrozenDictionary<(PersonId, Role), (string?, OfficeHolding)[]>.Empty;

    public IReadOnlyList<string> Kinds => [OfficeId.Kind];

    /// <summary>The office of a role and a seat.</summary>
    public static OfficeId IdOf(Role role, string? seat) => NameBasedId.Of<OfficeId>(Namespace, seat is null ? $"{role}" : $"{role}/{seat}");

    public bool Admits(PersonId person, Role role, DateOnly day) => !_held.TryGetValue((person, role), out var held) || held.Any(h => h.Holding.On(day));

    /// <summary>Whether somebody is appointed to a reviewer's seat on a day.</summary>
    public bool Reviews(PersonId person, string seat, DateOnly day) =>
        _held.TryGetValue((person, Role.Reviewer), out var held) && held.Any(h => h.Seat == seat && h.Holding.AppointedOn(day));

    public void Rebuild(IReadOnlyList<RecordedEvent> events) =>
        _held = events.GroupBy(e => e.Stream)
            .Select(stream => stream.Aggregate((OfficeRegister?)null, OfficeRegister.Fold)).OfType<OfficeRegister>()
            .SelectMany(office => office.Holdings.Select(holding => (office, holding)))
            .GroupBy(h => (h.holding.Holder, h.office.Role)).ToFrozenDictionary(g => g.Key, g => g.Select(h => (h.office.Seat, h.holding)).ToArray());
}
