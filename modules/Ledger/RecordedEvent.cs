using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Equalities.Options.V1;

namespace EqualitiesPlatform.Ledger;

/// <summary>An event with its occasion, read as the type it has in this build.</summary>
/// <param name="Position">Its global position.</param>
/// <param name="Stream">Its stream's key.</param>
/// <param name="Version">Its version in the stream, from 1, gapless.</param>
/// <param name="StoredName">Its stored name.</param>
/// <param name="RecordedAt">When it was recorded, by the platform's clock.</param>
/// <param name="Occasion">The rest of its occasion.</param>
/// <param name="Correlation">What ties it to its cause.</param>
/// <param name="Event">The event.</param>
public sealed record RecordedEvent(
    long Position, string Stream, long Version, string StoredName, DateTimeOffset RecordedAt,
    OccasionHeaders Occasion, string Correlation, object Event)
{
    /// <summary>The day from which the fact holds.</summary>
    public DateOnly EffectiveOn => Occasion.EffectiveOn;

    /// <summary>The day on which it was recorded, in the United Kingdom.</summary>
    public DateOnly RecordedOn => LedgerClock.DayOf(RecordedAt);

    /// <summary>The kind of aggregate it belongs to.</summary>
    public string Kind => StreamKey.KindOf(Stream);

    /// <summary>The id of the aggregate it belongs to.</summary>
    public Guid Id => StreamKey.IdOf(Stream);
}

/// <summary>An event's occasion, as it is stored beside the event.</summary>
/// <param name="EffectiveOn">The day from which the fact holds.</param>
/// <param name="Actor">Who acted.</param>
/// <param name="RequestId">The caller's id for the request.</param>
/// <param name="Policy">The version of the policy in force.</param>
/// <param name="Withdrawn">The members of the event whose texts were withdrawn.</param>
public sealed record OccasionHeaders(DateOnly EffectiveOn, Actor Actor, string RequestId, string Policy, IReadOnlyList<string>? Withdrawn = null)
{
    // One member holds all: Marten reads a nested object as it stands, but takes single texts that look like dates for dates.
    private const string Member = "occasion";

    // What a thread writes them with: there is one of these for every event.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _mine;

    internal static string Write(DateOnly effectiveOn, Occasion occasion, IReadOnlyDictionary<string, string>? salts)
    {
        var written = _mine ??= new ArrayBufferWriter<byte>(4096);
        written.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(written))
        {
            json.WriteStartObject();
            json.WriteStartObject(Member);
            json.WriteString("effective", effectiveOn.Shown());
            json.WriteString("person", occasion.Actor.Person.Value);
            json.WriteString("role", occasion.Actor.Role.ToString());
            json.WriteString("request", occasion.RequestId);
            json.WriteString("policy", occasion.Policy.Version);
            if (occasion.Actor.Organisation is { } organisation) json.WriteString("organisation", organisation.Value);
            if (salts is { Count: > 0 })
            {
                json.WriteStartObject("salts");
                foreach (var (name, salt) in salts) json.WriteString(name, salt);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(written.WrittenSpan);
    }

    /// <summary>Whether a member's text was withdrawn.</summary>
    internal bool HasWithdrawn(string member) => Withdrawn?.Contains(member) == true;

    internal static JsonElement In(JsonElement headers) => headers.GetProperty(Member);

    /// <exception cref="KeyNotFoundException">The headers hold no occasion, or it is not whole.</exception>
    internal static OccasionHeaders Parse(ReadOnlyMemory<byte> headers)
    {
        var json = new Utf8JsonReader(headers.Span);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = json.ValueTextEquals(Member);
            json.Read();
            if (isIt) return Parse(ref json);
            json.Skip();
        }
        throw new KeyNotFoundException("The headers of an event hold no occasion.");
    }

    internal static OccasionHeaders Parse(IReadOnlyDictionary<string, object> headers)
    {
        var json = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value((JsonElement)headers[Member]));
        json.Read();
        return Parse(ref json);
    }

    // Histories are read by the million: in one pass, and without a document.
    private static OccasionHeaders Parse(ref Utf8JsonReader json)
    {
        (DateOnly? effective, Guid? person, Role? role, PartnerId? organisation) = (null, null, null, null);
        string? request = null, policy = null;
        List<string>? withdrawn = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            if (Is(ref json, "effective"u8)) effective = DateOnly.ParseExact(json.GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
            else if (Is(ref json, "person"u8)) person = json.GetGuid();
            else if (Is(ref json, "role"u8)) role = Enum.Parse<Role>(json.GetString()!);
            else if (Is(ref json, "organisation"u8)) organisation = new PartnerId(json.GetGuid());
            else if (Is(ref json, "request"u8)) request = json.GetString();
            else if (Is(ref json, "policy"u8)) policy = json.GetString();
            else if (Is(ref json, "withdrawn"u8)) withdrawn = NamesIn(ref json);
            else json.Skip();
        T Whole<T>(T? value, string name) where T : struct => value ?? throw new KeyNotFoundException($"The occasion of an event has no {name}.");
        return new OccasionHeaders(
            Whole(effective, nameof(effective)), new Actor(new PersonId(Whole(person, nameof(person))), Whole(role, nameof(role)), organisation),
            request ?? throw new KeyNotFoundException("The occasion of an event has no request."), policy ?? throw new KeyNotFoundException("The occasion of an event has no policy."), withdrawn);
    }

    /// <summary>Whether a member has this name; if so, its value comes next.</summary>
    private static bool Is(ref Utf8JsonReader json, ReadOnlySpan<byte> name) => json.ValueTextEquals(name) && json.Read();

    private static List<string> NamesIn(ref Utf8JsonReader json)
    {
        var names = new List<string>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            names.Add(json.GetString()!);
            json.Read();
            json.Skip();
        }
        return names;
    }
}

/// <summary>What stands in the place of a statement that was withdrawn.</summary>
public static class Withdrawn
{
    /// <summary>The words that readers see.</summary>
    public const string Words = "text withdrawn";

    /// <summary>An event as it is read: with these words where a text was withdrawn.</summary>
    internal static object Shown(object @event, OccasionHeaders occasion) => With(@event, occasion, _ => Words);

    /// <summary>A recorded event with other words where a text was withdrawn, so that it can be seen where it is printed.</summary>
    /// <param name="words">The words for a member of the event.</param>
    public static RecordedEvent Marked(RecordedEvent recorded, Func<string, string> words) =>
        recorded.Occasion.Withdrawn is null ? recorded : recorded with { Event = With(recorded.Event, recorded.Occasion, words) };

    private static object With(object @event, OccasionHeaders occasion, Func<string, string> words)
    {
        if (occasion.Withdrawn is not { Count: > 0 } members) return @event;
        var json = JsonSerializer.SerializeToNode(@event, @event.GetType(), Catalogue.Json)!.AsObject();
        foreach (var member in members) json[member] = words(member);
        return json.Deserialize(@event.GetType(), Catalogue.Json)!;
    }
}
