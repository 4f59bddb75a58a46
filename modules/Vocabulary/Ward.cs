using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans;

namespace EqualitiesPlatform.Vocabulary;

/// <summary>A ward of the council's area, by the name that residents know.</summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(WardJson))]
public readonly record struct Ward([property: Id(0)] string Name)
{
    /// <summary>The name alone.</summary>
    public override string ToString() => Name;

    private sealed class WardJson : JsonConverter<Ward>
    {
        public override Ward Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, Ward value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Name);

        public override Ward ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetString()!);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, Ward value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value.Name);
    }
}
