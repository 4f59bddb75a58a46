using System.Text.Json;

namespace EqualitiesPlatform.Vocabulary;

/// <summary>
/// Whom a proposal may touch and a consultation may hear: the nine protected characteristics, <c>characteristic:age</c>, and any other group that the
/// council looks after, <c>group:young-adults</c> (Policy, "Who", "Difference").
/// </summary>
public static class AssessedGroups
{
    private const string Characteristic = "characteristic";

    /// <summary>The nine, in the order of the Act.</summary>
    public static IReadOnlyList<string> Characteristics { get; } =
        [.. Enum.GetValues<ProtectedCharacteristic>().Select(c => $"{Characteristic}:{JsonNamingPolicy.KebabCaseLower.ConvertName(c.ToString())}")];

    /// <summary>What is wrong with a reference to a group, for the caller; null when nothing is.</summary>
    public static string? Wrong(string reference) =>
        Characteristics.Contains(reference) || reference.StartsWith("group:", StringComparison.Ordinal) ? null
            : reference.StartsWith($"{Characteristic}:", StringComparison.Ordinal)
                ? $"There is no such protected characteristic; there are {string.Join(", ", Characteristics)}."
                : "Give a protected characteristic, such as characteristic:age, or another group, such as group:young-adults.";

    /// <summary>As reports print it: "Gender reassignment", "Young adults".</summary>
    public static string Printed(string reference)
    {
        var words = reference[(reference.IndexOf(':') + 1)..].Replace('-', ' ');
        return $"{char.ToUpperInvariant(words[0])}{words[1..]}";
    }

    /// <summary>Characteristics first, in the order of the Act, then the others by name.</summary>
    public static IOrderedEnumerable<T> InOrder<T>(this IEnumerable<T> things, Func<T, string> group) =>
        things.OrderBy(t => Characteristics.ToList().IndexOf(group(t)) is >= 0 and var at ? at : int.MaxValue).ThenBy(group, StringComparer.Ordinal);
}
