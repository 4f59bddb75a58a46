using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Equalities.Options.V1;

namespace EqualitiesPlatform.Ledger;

/// <summary>One kind of event, as the catalogue knows it.</summary>
/// <param name="StoredName">Its stored name.</param>
/// <param name="Type">Its type in this build.</param>
/// <param name="Kind">The kind of aggregate that records it.</param>
/// <param name="Statements">The JSON names of its properties that hold an organisation's statement.</param>
public sealed record EventEntry(string StoredName, Type Type, string Kind, IReadOnlyList<string> Statements)
{
    /// <summary>The type's name as Marten keeps it beside the event.</summary>
    internal string DotNetName { get; } = $"{Type.FullName}, {Type.Assembly.GetName().Name}";

    /// <summary>The shape that came after this one; null for the shape that is recorded today.</summary>
    public Type? Next { get; } = Type.GetInterfaces().FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEarlierShape<>))?.GetGenericArguments()[0];
}

/// <summary>
/// All stored names of the modules in this process, and the one JSON form in which events, commands and registers
/// are written.
/// </summary>
public sealed class Catalogue
{
    private readonly FrozenDictionary<string, EventEntry> _byName;
    private readonly FrozenDictionary<Type, EventEntry> _byType;
    private readonly FrozenDictionary<string, Type> _grains;
    private readonly FrozenDictionary<string, IReadOnlyList<Role>> _confidential;

    internal Catalogue(IEnumerable<Assembly> modules, IEnumerable<AggregateRegistration> aggregates)
    {
        var entries = modules.Distinct().SelectMany(Entries).ToArray();
        if (entries.GroupBy(e => e.StoredName).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InvalidOperationException($"The stored name {twice.Key} is used by {string.Join(" and ", twice.Select(e => e.Type.FullName))}.");
        foreach (var entry in entries) DemandNext(entry, entries);
        _byName = entries.ToFrozenDictionary(e => e.StoredName);
        _byType = entries.ToFrozenDictionary(e => e.Type);
        _grains = aggregates.ToFrozenDictionary(a => a.Kind, a => a.Grain);
        _confidential = aggregates.Where(a => a.SeenBy.Count > 0).ToFrozenDictionary(a => a.Kind, a => a.SeenBy, StringComparer.Ordinal);
    }

    /// <summary>How events, commands and registers are written as JSON: camel case, enums and ids as words.</summary>
    public static JsonSerializerOptions Json { get; } = Configure(new JsonSerializerOptions());

    /// <summary>Every event, by stored name.</summary>
    public IEnumerable<EventEntry> Events => _byName.Values.OrderBy(e => e.StoredName, StringComparer.Ordinal);

    /// <summary>The kinds of aggregate.</summary>
    public IEnumerable<string> Kinds => _grains.Keys.Order(StringComparer.Ordinal);

    internal static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DictionaryKeyPolicy = null;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter());
        options.Converters.Add(new InstantConverter());
        return options;
    }

    /// <summary>The events that one kind of aggregate records.</summary>
    public IEnumerable<EventEntry> EventsOf(string kind) => Events.Where(e => e.Kind == kind);

    /// <exception cref="InvalidOperationException">It is an earlier shape, which is only ever read.</exception>
    internal EventEntry EntryOf(object @event) => @event is IEarlierShape
        ? throw new InvalidOperationException($"{@event.GetType().Name} is an earlier shape of an event, and is only read.")
        : _byType[@event.GetType()];

    /// <summary>An event in the shape that it has in this build, through all the shapes between.</summary>
    internal static object Today(object @event)
    {
        while (@event is IEarlierShape earlier) @event = earlier.Next();
        return @event;
    }

    /// <summary>The type that events of a stored name come to be in this build.</summary>
    internal Type TypeToday(EventEntry entry) => entry.Next is { } next ? TypeToday(_byType[next]) : entry.Type;

    /// <summary>Whether what a stream holds is confidential, so that it leaves the platform as leaf hashes only.</summary>
    internal bool IsConfidential(string stream) => _confidential.ContainsKey(StreamKey.KindOf(stream));

    /// <summary>Whether somebody in a role may read a stream's history, where their role reads histories at all.</summary>
    internal bool Sees(Role role, string stream) =>
        !_confidential.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(stream.AsSpan(0, stream.IndexOf('/')), out var roles) || roles.Contains(role);

    /// <exception cref="LedgerException">NotYours, CONFIDENTIAL: the stream is not for the caller's role, whether there is one or not.</exception>
    internal string Seen(Caller caller, string stream) => Sees(caller.Actor.Role, stream)
        ? stream
        : throw new LedgerException(FailureKind.NotYours, "CONFIDENTIAL", $"The history of a {StreamKey.KindOf(stream)} is confidential, and your role does not read it.");

    internal string? KindThatRecords(string storedName) => _byName.GetValueOrDefault(storedName)?.Kind;

    internal bool Knows(string kind) => _grains.ContainsKey(kind);

    internal Type GrainOf(string stream) => _grains[StreamKey.KindOf(stream)];

    /// <summary>An event read back as the type it has in this build.</summary>
    /// <exception cref="InvalidOperationException">The stored name is not in the catalogue.</exception>
    public RecordedEvent Read(StoredEvent stored)
    {
        if (!_byName.TryGetValue(stored.StoredName, out var entry))
            throw new InvalidOperationException($"The ledger holds an event named {stored.StoredName}, which this release does not know.");
        var occasion = OccasionHeaders.Parse(stored.Headers);
        return new RecordedEvent(
            stored.Position, stored.Stream, stored.Version, stored.StoredName, stored.RecordedAt,
            occasion, stored.Correlation, Today(Withdrawn.Shown(JsonSerializer.Deserialize(stored.Data.Span, entry.Type, Json)!, occasion)));
    }

    /// <summary>An earlier shape leads to one that the same kind of aggregate records, by the same name and the version after its own.</summary>
    private static void DemandNext(EventEntry entry, EventEntry[] entries)
    {
        if (entry.Next is not { } next) return;
        var (name, version) = Versioned(entry.StoredName);
        if (entries.FirstOrDefault(e => e.Type == next) is not { } becomes || becomes.Kind != entry.Kind || Versioned(becomes.StoredName) != (name, version + 1))
            throw new InvalidOperationException($"{entry.StoredName} is an earlier shape, and its next is not {name}.v{version + 1}.");
    }

    private static (string Name, int Version) Versioned(string storedName) =>
        storedName.LastIndexOf(".v", StringComparison.Ordinal) is > 0 and var at && int.TryParse(storedName.AsSpan(at + 2), out var version)
            ? (storedName[..at], version)
            : (storedName, 1);

    private static IEnumerable<EventEntry> Entries(Assembly module) =>
        from type in module.GetTypes()
        from attribute in type.GetCustomAttributes(false).OfType<IRecordedBy>()
        select new EventEntry(attribute.StoredName, type, attribute.Kind, Statements(type));

    /// <exception cref="InvalidOperationException">Something is marked as a statement that is no text, and so could not stand as a digest.</exception>
    internal static string[] Statements(Type type) =>
        [.. type.GetProperties()
            .Where(p => p.IsDefined(typeof(StatementAttribute)) || type.GetConstructors()
                .SelectMany(c => c.GetParameters())
                .Any(a => a.Name == p.Name && a.IsDefined(typeof(StatementAttribute), false)))
            .Select(p => p.PropertyType == typeof(string)
                ? JsonNamingPolicy.CamelCase.ConvertName(p.Name)
                : throw new InvalidOperationException($"{type.FullName}.{p.Name} is marked as a statement and is no text: only a text enters the leaf as a digest."))
            .Order(StringComparer.Ordinal)];

    /// <summary>Instants are written in UTC with six decimals, always.</summary>
    private sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(CanonicalEncoding.Instant(value));
    }
}

internal sealed record AggregateRegistration(string Kind, Type State, Type Grain, IReadOnlyList<Role> SeenBy);
