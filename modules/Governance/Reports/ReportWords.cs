using System.Text.RegularExpressions;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// What a section says, with the events that it names in words: a committee reads “progress reported” where the section
/// writes ProgressReported, as `report explain` says it of each of them.
/// </summary>
internal static partial class ReportWords
{
    /// <summary>A section in words. What somebody said in it stays as it was said.</summary>
    public static SectionContent Of(SectionContent section) => section with
    {
        Introduction = [.. section.Introduction.Select(Of)],
        Figures = [.. section.Figures.Select(Of)],
    };

    /// <summary>A figure whose formula is in words.</summary>
    public static Figure Of(Figure figure) => figure with { Formula = Of(figure.Formula), Searched = figure.Searched is null ? null : Of(figure.Searched) };

    private static string Of(string text) => Event().Replace(text, name => $"“{Sentence.Spaced(name.Value).ToLowerInvariant()}”");

    [GeneratedRegex(@"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b")]
    private static partial Regex Event();
}
