using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Ledger;

/// <summary>The state of a stream at a version, kept so that a long stream need not be replayed; the events remain what counts.</summary>
/// <param name="Shape">Of what build the state is; see <see cref="SnapshotForm{TState}.Shape"/>.</param>
/// <param name="State">The state as JSON.</param>
internal sealed record Snapshot(string Stream, long Version, string Shape, string State);

/// <summary>A stream as it is loaded: the events after its snapshot, or all there are.</summary>
internal sealed record Loaded(Snapshot? Snapshot, IReadOnlyList<RecordedEvent> Events);

/// <summary>How the states of one kind of aggregate are kept and restored.</summary>
internal static class SnapshotForm<TState> where TState : class, IAggregate<TState>
{
    private static readonly JsonSerializerOptions Json = new(Catalogue.Json) { IgnoreReadOnlyProperties = true };

    /// <summary>
    /// Changes whenever the code changes that folds events or gives the state its shape, so that no snapshot of another
    /// release is ever taken for one of this. Null when the state can't be restored whole from JSON: such a stream is
    /// replayed.
    /// </summary>
    public static string? Shape { get; } = SnapshotForm.IsRestorable(typeof(TState), [])
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ',
            new[] { typeof(TState), typeof(Snapshot), typeof(PartnerId) }.Select(type => type.Assembly.ManifestModule.ModuleVersionId).Distinct()))))[..16]
        : null;

    public static string Write(TState state) => JsonSerializer.Serialize(state, Json);

    public static TState Read(string state) => JsonSerializer.Deserialize<TState>(state, Json)!;

    /// <summary>The state in a snapshot; null when it can't be read, and the stream has to be replayed.</summary>
    public static TState? TryRead(Snapshot snapshot)
    {
        try
        {
            return Read(snapshot.State);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What can be kept and restored.</summary>
internal static class SnapshotForm
{
    private static readonly Type[] Lists = [typeof(IReadOnlyList<>), typeof(IReadOnlyCollection<>), typeof(IEnumerable<>), typeof(List<>), typeof(HashSet<>)];
    private static readonly Type[] Dictionaries = [typeof(IReadOnlyDictionary<,>), typeof(Dictionary<,>)];
    private static readonly Type[] Plain = [typeof(string), typeof(decimal), typeof(Guid), typeof(DateOnly), typeof(DateTimeOffset), typeof(TimeSpan)];

    /// <summary>Whether a value of exactly this type is the same after it was written as JSON and read back.</summary>
    /// <param name="within">The types that are being looked at already, of which this one is part.</param>
    public static bool IsRestorable(Type type, HashSet<Type> within)
    {
        if (Nullable.GetUnderlyingType(type) is { } value) return IsRestorable(value, within);
        if (type.IsPrimitive || type.IsEnum || Plain.Contains(type) || type.IsDefined(typeof(JsonConverterAttribute), false) || !within.Add(type)) return true;
        if (type.IsArray) return IsRestorable(type.GetElementType()!, within);
        if (type.IsGenericType)
        {
            var parts = type.GetGenericArguments();
            if (Lists.Contains(type.GetGenericTypeDefinition())) return IsRestorable(parts[0], within);
            if (Dictionaries.Contains(type.GetGenericTypeDefinition())) return IsKey(parts[0]) && IsRestorable(parts[1], within);
        }
        // A subclass would come back as its parent, and a field that no property shows would not come back at all.
        if (type.IsInterface || type.IsAbstract || !(type.IsSealed || type.IsValueType) || type.GetConstructors() is not [var constructor]) return false;
        var given = constructor.GetParameters().Select(p => p.Name!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var shown = type.GetProperties().Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return given.IsSubsetOf(shown) && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).All(field =>
            field.Name.StartsWith('<') && type.GetProperty(field.Name[1..field.Name.IndexOf('>')]) is { GetMethod.IsPublic: true } property
            && (property.SetMethod is { IsPublic: true } || given.Contains(property.Name))
            && !property.IsDefined(typeof(JsonIgnoreAttribute))
            && IsRestorable(property.PropertyType, within));
    }

    private static bool IsKey(Type type) =>
        type == typeof(string) || type == typeof(int) || type == typeof(Guid) || type == typeof(DateOnly)
        || type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITypedId<>));
}
