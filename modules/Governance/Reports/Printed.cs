using System.Globalization;
using System.Text.RegularExpressions;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>How reports print days, words and what they searched.</summary>
internal static partial class Printed
{
    public static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>A day in a narrow column.</summary>
    public static string ShortDay(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>An instant to the minute, in UTC: "12 May 2014, 09:00".</summary>
    public static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture);

    /// <summary>What the platform says of a day or a period, with days as people write them: "the 92 days to 1 January 2014".</summary>
    public static string DaysInWords(string said) => IsoDay().Replace(said, day => DateOnly.TryParseExact(day.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on) ? Day(on) : day.Value);

    public static string Days(int days) => days == 1 ? "1 day" : string.Create(CultureInfo.InvariantCulture, $"{days} days");

    /// <summary>A word of the code as a reader reads it.</summary>
    public static string Word<T>(T word) where T : struct, Enum => Sentence.Spaced(word.ToString());

    /// <summary>The same as a mark, such as off-track.</summary>
    public static string Mark<T>(T word) where T : struct, Enum => PackWord.Of(word);

    [GeneratedRegex(@"\b\d{4}-\d\d-\d\d\b")]
    private static partial Regex IsoDay();

    /// <summary>What was searched for something that is not there.</summary>
    public static string Searched(ReportScope scope, string where, string what) =>
        $"{where}, up to position {scope.Position.ToString(CultureInfo.InvariantCulture)} and effective by {Day(scope.AsAt)}, for {what}; none found.";
}

/// <summary>The figures of a section as they are made.</summary>
internal sealed class FigureList
{
    public List<Figure> All { get; } = [];

    public Figure Add(Figure figure)
    {
        All.Add(figure);
        return figure;
    }
}
