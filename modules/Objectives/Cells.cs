using System.Globalization;

namespace EqualitiesPlatform.Objectives;

/// <summary>
/// Breakdown cells, as events hold them: <c>breakdown=category</c> pairs in the order of the breakdowns' keys, joined by
/// semicolons, and nothing for the whole.
/// </summary>
public static class Cells
{
    /// <summary>The cell of the whole.</summary>
    public const string Whole = "";

    internal const char Between = ';';

    /// <summary>The cell of some categories.</summary>
    public static string Of(IEnumerable<(string Breakdown, string Category)> parts) =>
        string.Join(Between, parts.OrderBy(p => p.Breakdown, StringComparer.Ordinal).Select(p => $"{p.Breakdown}={p.Category}"));

    /// <summary>The categories of a cell, by breakdown.</summary>
    public static IReadOnlyList<(string Breakdown, string Category)> Parts(string cell) =>
        cell.Length == 0 ? [] : [.. cell.Split(Between).Select(p => p.Split('=', 2)).Select(p => (p[0], p[1]))];

    /// <summary>The cell with one breakdown taken out of it.</summary>
    public static string Without(string cell, string breakdown) => Of(Parts(cell).Where(p => p.Breakdown != breakdown));

    /// <summary>As a sentence says it: "the whole", or "age 16-24, sex female".</summary>
    public static string Shown(string cell) =>
        cell.Length == 0 ? "the whole" : string.Join(", ", Parts(cell).Select(p => $"{p.Breakdown} {p.Category}"));

    /// <summary>A number as events and answers write it, with as many decimals as it was given: no thousands, no exponent.</summary>
    internal static string Shown(this decimal value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The same for one that may be missing.</summary>
    internal static string Shown(this decimal? value) => value?.Shown() ?? "";

    /// <summary>A text as a category's key: small letters, digits and hyphens.</summary>
    internal static string KeyOf(string label)
    {
        var key = string.Concat(label.Normalize(System.Text.NormalizationForm.FormD)
            .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark)
            .Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-'));
        while (key.Contains("--", StringComparison.Ordinal)) key = key.Replace("--", "-", StringComparison.Ordinal);
        return key.Trim('-') is { Length: > 0 } readable ? readable : "category-" + Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(label))[..Math.Min(16, label.Length * 2)];
    }
}
