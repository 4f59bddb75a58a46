using System.Globalization;
using Equalities.Options.V1;

namespace EqualitiesPlatform.Ledger;

/// <summary>Who acts: a person by a random id, in a role, for an organisation. Never a name.</summary>
/// <param name="Person">The person's id in the people store; empty for the platform itself.</param>
/// <param name="Role">The role in which the person acts.</param>
/// <param name="Organisation">The organisation they act for, when their role is limited to one.</param>
[GenerateSerializer, Immutable]
public sealed record Actor(PersonId Person, Role Role, PartnerId? Organisation)
{
    /// <summary>The platform's own hand: clocks and follow-ups.</summary>
    public static readonly Actor Platform = new(new PersonId(Guid.Empty), Role.Platform, null);
}

/// <summary>
/// The circumstances in which a command is decided, resolved before the grain is called; every event carries them.
/// </summary>
/// <param name="RecordedAt">The platform clock's instant, in UTC, to the microsecond.</param>
/// <param name="Today">The same instant's day in the United Kingdom.</param>
/// <param name="Actor">Who acts.</param>
/// <param name="RequestId">The caller's id for the request.</param>
/// <param name="Correlation">What ties together the commands that follow from one cause.</param>
/// <param name="Policy">The policy values in force.</param>
[GenerateSerializer, Immutable]
public sealed record Occasion(
    DateTimeOffset RecordedAt, DateOnly Today, Actor Actor, string RequestId, string Correlation, PolicyValues Policy)
{
    /// <summary>Refuses a day that lies in the future; null for today, a day before, and none.</summary>
    public Decision? InFuture(DateOnly? day) => day > Today
        ? Decision.Refuse("EFFECTIVE_IN_FUTURE", $"This can be said as at today, {Today.Shown()}, or a day before.")
        : null;

    /// <summary>Refuses an actor who acts for one organisation and names another; null for everybody else.</summary>
    public Decision? NamesAnother(PartnerId organisation) => Actor.Organisation is { } own && own != organisation
        ? Decision.Refuse("NOT_YOUR_ORGANISATION", "You may say this of your own organisation, and of no other.")
        : null;
}

/// <summary>The values of the policy in force: ladders, graces, thresholds. Events store what was resolved from them.</summary>
/// <param name="Version">The policy pack's version, empty before the first pack.</param>
/// <param name="Values">Values by dotted name, as text.</param>
[GenerateSerializer, Immutable]
public sealed record PolicyValues(string Version, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Before any pack is loaded: every value is its default.</summary>
    public static readonly PolicyValues None = new("", new Dictionary<string, string>());

    /// <summary>A whole number by name, or its default.</summary>
    public int Number(string name, int otherwise) =>
        Values.TryGetValue(name, out var text) && int.TryParse(text, out var number) ? number : otherwise;

    /// <summary>A word by name, or its default.</summary>
    public string Word(string name, string otherwise) => Values.GetValueOrDefault(name, otherwise);

    /// <summary>The calendar of working days.</summary>
    public WorkingDays WorkingDays() => new(Word("calendar.bank-holidays", "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(d => DateOnly.ParseExact(d, "yyyy-MM-dd", CultureInfo.InvariantCulture)).ToHashSet());
}

/// <summary>Where the policy in force comes from; the module that owns the pack replaces the default.</summary>
public interface IPolicy
{
    /// <summary>The values in force now.</summary>
    PolicyValues Current { get; }

    /// <summary>The namespace of the ids that follow from the pack's keys.</summary>
    Guid Namespace { get; }
}

internal sealed class NoPolicy : IPolicy
{
    public PolicyValues Current => PolicyValues.None;
    public Guid Namespace => Guid.Empty;
}

/// <summary>
/// The acknowledgement of a write: given once its events are durable, and given again, the same, to every retry.
/// </summary>
/// <param name="Stream">The stream's key.</param>
/// <param name="Version">The stream's version after the write.</param>
/// <param name="Position">The global position of the stream's event at that version.</param>
[GenerateSerializer, Immutable]
public sealed record WriteReceipt(string Stream, long Version, long Position);

/// <summary>What a write says of itself beside the command.</summary>
/// <param name="Occasion">The occasion.</param>
/// <param name="Rpc">The rpc's short name, the scope of its request ids.</param>
/// <param name="ExpectedVersion">The stream version that the caller insists on, if any.</param>
/// <param name="Misnamed">The fields of the request that name an organisation which is not on record.</param>
[GenerateSerializer, Immutable]
public sealed record Envelope(Occasion Occasion, string Rpc, long? ExpectedVersion = null, IReadOnlyList<string>? Misnamed = null);

/// <summary>What came of a write, as it crosses between grains and silos.</summary>
[GenerateSerializer, Immutable]
public sealed record Outcome(WriteReceipt? Receipt, Failure? Failure)
{
    internal static Outcome Of(WriteReceipt receipt) => new(receipt, null);
    internal static Outcome Of(FailureKind kind, string reason, string sentence) => new(null, new(kind, reason, sentence));
}

/// <summary>Why a write was not done.</summary>
/// <param name="Fields">The fields of the request that it is about; none when it is about no field.</param>
[GenerateSerializer, Immutable]
public sealed record Failure(FailureKind Kind, string Reason, string Sentence, IReadOnlyList<string>? Fields = null)
{
    internal const string NoSuchOrganisation = "There is no such organisation on record; partners list shows those there are.";
}

/// <summary>The kinds of failure, as callers must tell them apart.</summary>
public enum FailureKind
{
    /// <summary>The rules of the domain do not allow it now.</summary>
    Refused,

    /// <summary>The caller may not touch this, or it does not exist; the two are not told apart.</summary>
    NotYours,

    /// <summary>Another write came first.</summary>
    LostRace,

    /// <summary>Too much is queued; try again in a moment.</summary>
    Busy,

    /// <summary>The database is away, and the write may or may not have been done; retry with the same request id.</summary>
    Unavailable,

    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>The request names something beside its record that does not exist.</summary>
    Misnamed,
}

/// <summary>A failure on its way to the caller.</summary>
public sealed class LedgerException(Failure failure, Exception? inner = null) : Exception(failure.Sentence, inner)
{
    /// <summary>The failure.</summary>
    public Failure Failure => failure;

    internal LedgerException(FailureKind kind, string reason, string sentence, Exception? inner = null)
        : this(new Failure(kind, reason, sentence), inner) { }
}
