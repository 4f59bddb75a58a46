namespace EqualitiesPlatform.Ledger;

/// <summary>The wards that the pack lists: what cases, weekly returns and effects on people are of, under one name each.</summary>
public static class Wards
{
    private const int Longest = 100;

    /// <summary>The ward that a field names, however it is capitalised or spaced.</summary>
    public static Ward Read(Fields f, PolicyValues policy, string said)
    {
        var text = f.Text(said, Longest, "r.Ward");
        var listed = Listed(policy);
        if (Find(listed, text) is { } ward) return new Ward(ward);
        if (text.Length > 0)
            f.Violate("ward", listed.Count == 0 ? "The policy pack lists no wards, and this needs one; load a pack that lists them." : $"The policy pack does not list this ward. It lists {string.Join(", ", listed)}.");
        return default;
    }

    /// <summary>The ward that a field names, or none; any name where the pack lists no wards.</summary>
    public static Ward? Optional(Fields f, PolicyValues policy, string said) =>
        said.Length == 0 ? null : Listed(policy).Count == 0 ? f.OptionalText(said, Longest, "r.Ward") is { } named ? new Ward(named) : null : Read(f, policy, said);

    /// <summary>The ward that a field names where a record stands already; one that the pack has ceased to list is taken by its name.</summary>
    public static string Known(Fields f, PolicyValues policy, string said)
    {
        var text = f.Text(said, Longest, "r.Ward");
        return Find(Listed(policy), text) ?? text;
    }

    private static IReadOnlyList<string> Listed(PolicyValues policy) => policy.Word("wards", "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string? Find(IReadOnlyList<string> listed, string text) => listed.FirstOrDefault(ward => Letters(ward) == Letters(text));

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
