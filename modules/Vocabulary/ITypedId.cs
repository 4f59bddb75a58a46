using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Vocabulary;

/// <summary>
/// The id of one kind of thing, so that a partner's id can never stand where a commitment's is meant.
/// Printed, and in JSON, it is the UUID alone; no id is the empty UUID unless nobody set it.
/// </summary>
/// <typeparam name="TSelf">The id type itself.</typeparam>
public interface ITypedId<TSelf> where TSelf : struct, ITypedId<TSelf>
{
    /// <summary>What the id names, in kebab-case: the head of stream keys and of name-based ids.</summary>
    static abstract string Kind { get; }

    /// <summary>The id that holds this UUID.</summary>
    static abstract TSelf From(Guid value);

    /// <summary>The UUID.</summary>
    Guid Value { get; }
}

/// <summary>Reads typed ids as people and programs write them.</summary>
public static class TypedId
{
    /// <summary>The id written as a UUID; false when the text is none, or is the empty one.</summary>
    public static bool TryParse<TId>([NotNullWhen(true)] string? text, out TId id) where TId : struct, ITypedId<TId>
    {
        var read = Guid.TryParse(text, out var value) && value != Guid.Empty;
        id = read ? TId.From(value) : default;
        return read;
    }
}

/// <summary>Writes any typed id as a plain string, also where it is the key of a map.</summary>
public sealed class TypedIdJson<TId> : JsonConverter<TId> where TId : struct, ITypedId<TId>
{
    /// <inheritdoc/>
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TId.From(reader.GetGuid());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);

    /// <inheritdoc/>
    public override TId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Guid.TryParse(reader.GetString(), out var value)
            ? TId.From(value)
            : throw new JsonException($"A key should be the UUID of a {TId.Kind}.");

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString()!);
}
