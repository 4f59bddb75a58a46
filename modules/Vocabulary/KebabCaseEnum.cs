using System.Text.Json;
using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Vocabulary;

/// <summary>Writes the words of a closed list in kebab-case and never as numbers, so that the order in code may change.</summary>
public sealed class KebabCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
