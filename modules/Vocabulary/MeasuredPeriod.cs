using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Orleans;

namespace EqualitiesPlatform.Vocabulary;

/// <summary>
/// The stretch of time that a figure is about, from its first day to its last. Beside the reporting periods of financial
/// years it can be whatever those who publish figures use: calendar years, months, and several years
/// taken together. Printed "2013-14 Q2", "2013-14", "2013", "May 2013", "2007-08 to 2008-09", "2012 to 2014",
/// and otherwise as two days, "2013-05-03 to 2013-06-02".
/// </summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(PrintedForm<MeasuredPeriod>))]
public readonly partial record struct MeasuredPeriod : IParsable<MeasuredPeriod>, IComparable<MeasuredPeriod>
{
    /// <summary>A period from day to day, both within it.</summary>
    public MeasuredPeriod(DateOnly first, DateOnly last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        (First, Last) = (first, last);
    }

    /// <summary>Its first day.</summary>
    [Id(0)] public DateOnly First { get; }

    /// <summary>Its last day.</summary>
    [Id(1)] public DateOnly Last { get; }

    /// <summary>The financial year that its last day lies in, which is the year that a figure about it counts to.</summary>
    public FinancialYear Year => FinancialYear.Containing(Last);

    /// <summary>How many months it takes, when it is made of whole months; 0 when it is not.</summary>
    public int Months => First.Day == 1 && Last.AddDays(1).Day == 1 ? (Last.AddDays(1).Year - First.Year) * 12 + Last.AddDays(1).Month - First.Month : 0;

    /// <summary>The period of the same length just before it.</summary>
    public MeasuredPeriod Previous => Months > 0
        ? new(First.AddMonths(-Months), First.AddDays(-1))
        : new(First.AddDays(First.DayNumber - Last.DayNumber - 1), First.AddDays(-1));

    /// <summary>The same stretch a year before.</summary>
    public MeasuredPeriod YearBefore => new(First.AddYears(-1), Last.AddDays(1).AddYears(-1).AddDays(-1));

    /// <summary>A reporting period of a financial year.</summary>
    public static implicit operator MeasuredPeriod(ReportingPeriod period) => new(period.First, period.Last);

    /// <summary>A calendar year.</summary>
    public static MeasuredPeriod Calendar(int year) => new(new DateOnly(year, 1, 1), new DateOnly(year, 12, 31));

    /// <summary>
    /// The period written in one of the forms of this type, or as others write it: "2013/14", "2013-2014" (the financial year),
    /// "Q2 2013/14", "2012-2014", "2012 - 14" (calendar years; never two that follow each other, which could be a financial
    /// year), "2010/11 - 12/13", "May 2013", "Apr 2018-Mar 2019", "31 March 2014".
    /// </summary>
    public static MeasuredPeriod Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var period) ? period : throw new FormatException($"'{s}' is not a period such as 2013-14, 2013-14 Q2, 2013 or 2012 to 2014.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MeasuredPeriod result)
    {
        // Its year has to be a financial year that there is.
        if (TryRead(s, out result) && result.First.Year >= 1901 && result.Last.Year <= 2998) return true;
        result = default;
        return false;
    }

    private static bool TryRead([NotNullWhen(true)] string? s, out MeasuredPeriod result)
    {
        result = default;
        if (string.IsNullOrWhiteSpace(s) || s.Length > 60) return false;
        var text = Gaps().Replace(s.Trim().Replace('\u2013', '-').Replace('\u2014', '-'), " ");
        if (One(text) is { } one)
        {
            result = one;
            return true;
        }
        var ends = Shortened(text) ?? (text.Split([" to ", " - "], 2, StringSplitOptions.TrimEntries) is [var from, var to] ? (from, to)
            : Years().Match(text) is { Success: true } years ? (years.Groups[1].Value, years.Groups[2].Value)
            : MonthsApart().Match(text) is { Success: true } months ? (months.Groups[1].Value, months.Groups[2].Value)
            : ("", ""));
        if (One(ends.Item1) is not { } first || One(ends.Item2) is not { } last || last.Last < first.First) return false;
        result = new(first.First, last.Last);
        return true;
    }

    // The end without its century: "2015 - 17", "2010/11 - 12/13". Not "2008-11", which could be a November.
    private static (string From, string To)? Shortened(string text)
    {
        if (ShortEnds().Match(text) is not { Success: true } match) return null;
        var (from, to) = (match.Groups["from"].Value, match.Groups["to"].Value);
        var (start, end) = (int.Parse(from.AsSpan(0, 4), CultureInfo.InvariantCulture), int.Parse(to.AsSpan(0, 2), CultureInfo.InvariantCulture));
        if (!text.Contains(' ', StringComparison.Ordinal) && end <= 12) return null;
        end += start / 100 * 100;
        if (end < start) end += 100;
        var financial = match.Groups["half"].Length > 0;
        return financial != (to.Length > 2) || end - start > 20 || (!financial && end - start < 2) ? null : (from, $"{end}{to[2..]}");
    }

    /// <inheritdoc/>
    public int CompareTo(MeasuredPeriod other) => (First, Last).CompareTo((other.First, other.Last));

    /// <inheritdoc/>
    public override string ToString()
    {
        if (Plain(First, Last) is { } plain) return plain;
        if (First is { Month: 1, Day: 1 } && Last is { Month: 12, Day: 31 }) return string.Create(CultureInfo.InvariantCulture, $"{First.Year:D4} to {Last.Year:D4}");
        if (First is { Month: 4, Day: 1 } && Last is { Month: 3, Day: 31 }) return $"{FinancialYear.Containing(First)} to {FinancialYear.Containing(Last)}";
        return $"{Day(First)} to {Day(Last)}";
    }

    private static string? Plain(DateOnly first, DateOnly last)
    {
        var months = new MeasuredPeriod(first, last).Months;
        if (months == 12 && first.Month == 1) return first.Year.ToString("D4", CultureInfo.InvariantCulture);
        if (months is 3 or 6 or 12 && (first.Month - 4 + 12) % months == 0 && first.Year is >= 1900 and < 2999)
            return ReportingPeriod.Containing(last, months switch { 3 => PeriodLength.Quarter, 6 => PeriodLength.HalfYear, _ => PeriodLength.Year }).ToString();
        // Not "2013-05": "2011-12" would be a December and a financial year.
        return months == 1 ? first.ToString("MMMM yyyy", CultureInfo.InvariantCulture) : null;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static MeasuredPeriod? One(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || DateOnly.TryParseExact(text, ["d MMMM yyyy", "d MMM yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out day)) return new(day, day);
        if (Month(text) is { } month) return new(month, month.AddMonths(1).AddDays(-1));
        if (Endings().Match(text) is { Success: true } ending && Month($"{ending.Groups[1].Value} {ending.Groups[2].Value}") is { } lastMonth)
            return new(lastMonth.AddMonths(-11), lastMonth.AddMonths(1).AddDays(-1));
        // "Dec to Feb 2014" began the year before.
        if (Stretches().Match(text) is { Success: true } range && Month($"{range.Groups["to"].Value} {range.Groups["year"].Value}") is { } end && Month($"{range.Groups["from"].Value} {range.Groups["year"].Value}") is { } start)
            return new(start > end ? start.AddYears(-1) : start, end.AddMonths(1).AddDays(-1));
        if (Calendars().Match(text) is { Success: true } calendar && int.Parse(calendar.Groups["year"].ValueSpan, CultureInfo.InvariantCulture) is >= 1900 and < 2999 and var year)
            return calendar.Groups["quarter"].Value is { Length: 1 } quarter ? Quarter(new DateOnly(year, 1, 1), quarter[0] - '0') : Calendar(year);
        if (Financials().Match(text) is not { Success: true } financial) return null;
        if (!FinancialYear.TryParse($"{financial.Groups["year"].Value}-{financial.Groups["end"].Value}", null, out var of)) return null;
        var part = financial.Groups["part"].Value + financial.Groups["head"].Value;
        return part switch
        {
            "" => of.Whole,
            ['Q' or 'q', var number] => Quarter(of.First, number - '0'),
            ['H' or 'h', '1'] => new(of.First, of.First.AddMonths(6).AddDays(-1)),
            ['H' or 'h', '2'] => new(of.First.AddMonths(6), of.Last),
            _ => null,
        };
    }

    private static DateOnly? Month(string text) =>
        DateOnly.TryParseExact(text, ["MMM yyyy", "MMMM yyyy", "yyyy MMM", "yyyy MMMM", "MMM-yyyy", "MMM-yy", "MMM yy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) ? month : null;

    private static MeasuredPeriod Quarter(DateOnly start, int number) => new(start.AddMonths(3 * number - 3), start.AddMonths(3 * number).AddDays(-1));

    [GeneratedRegex(@"^(?:(?<year>\d{4})(?:\.0)?(?:[ -]?[Qq](?<quarter>[1-4]))?|(?:[Qq]|[Qq]uarter )(?<quarter>[1-4])[ -](?<year>\d{4}))$")]
    private static partial Regex Calendars();

    [GeneratedRegex(@"^(?:FY ?)?(?:(?<head>[Qq][1-4]|[Hh][12]) )?(?<year>\d{4})[-/](?:20|19)?(?<end>\d{2})(?: (?<part>[Qq][1-4]|[Hh][12]))?$")]
    private static partial Regex Financials();

    [GeneratedRegex(@"^(?:year|12 months|YE) (?:ending |ended |to )?(?:\d{1,2} )?([a-z]{3,9}) (\d{4})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Endings();

    [GeneratedRegex(@"^(?:(?<from>[a-z]{3,9}) ?(?:-|to) ?(?<to>[a-z]{3,9}) (?<year>\d{4})|(?<year>\d{4}) (?<from>[a-z]{3,9}) ?(?:-|to) ?(?<to>[a-z]{3,9}))$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Stretches();

    [GeneratedRegex(@"^(\d{4}) ?- ?(\d{4})$")]
    private static partial Regex Years();

    [GeneratedRegex(@"^([a-z]{3,9} \d{4}) ?[-/] ?([a-z]{3,9} \d{4})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MonthsApart();

    [GeneratedRegex(@"^(?<from>\d{4}(?<half>[/-]\d{2})?) ?(?: to | - |-) ?(?<to>\d{2}(?:[/-]\d{2})?)$")]
    private static partial Regex ShortEnds();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Gaps();
}
