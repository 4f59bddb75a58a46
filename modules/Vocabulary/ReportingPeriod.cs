using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Orleans;

namespace EqualitiesPlatform.Vocabulary;

/// <summary>How long a reporting period is.</summary>
[GenerateSerializer, JsonConverter(typeof(KebabCaseEnum<PeriodLength>))]
public enum PeriodLength
{
    /// <summary>Three months.</summary>
    Quarter = 1,
    /// <summary>Six months.</summary>
    HalfYear,
    /// <summary>The financial year.</summary>
    Year,
}

/// <summary>
/// The stretch of a financial year that a partner's update or a figure speaks for (Policy, Partners, bullet 3),
/// printed "2013-14 Q2", "2013-14 H1" or "2013-14". A number that the length has not is refused.
/// </summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(PrintedForm<ReportingPeriod>))]
public readonly record struct ReportingPeriod : IParsable<ReportingPeriod>, IComparable<ReportingPeriod>
{
    /// <summary>One period of a financial year; the first has number 1.</summary>
    public ReportingPeriod(FinancialYear year, PeriodLength length, int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, PerYear(length));
        (Year, Length, Number) = (year, length, number);
    }

    /// <summary>The financial year it is part of.</summary>
    [Id(0)] public FinancialYear Year { get; }

    /// <summary>Quarter, half or year.</summary>
    [Id(1)] public PeriodLength Length { get; }

    /// <summary>Which one in its year, from 1.</summary>
    [Id(2)] public int Number { get; }

    /// <summary>Its first day.</summary>
    public DateOnly First => Year.First.AddMonths((Number - 1) * Months);

    /// <summary>Its last day.</summary>
    public DateOnly Last => Year.First.AddMonths(Number * Months).AddDays(-1);

    /// <summary>The period of the same length that follows, perhaps in the next financial year.</summary>
    public ReportingPeriod Next =>
        Number < PerYear(Length) ? new(Year, Length, Number + 1) : new(Year.Next, Length, 1);

    /// <summary>Whether the day lies in the period.</summary>
    public bool Contains(DateOnly day) => First <= day && day <= Last;

    /// <summary>The period of some length that a day lies in.</summary>
    public static ReportingPeriod Containing(DateOnly day, PeriodLength length)
    {
        var year = FinancialYear.Containing(day);
        var month = (day.Month + 8) % 12;
        return new(year, length, month / (12 / PerYear(length)) + 1);
    }

    /// <summary>How many periods of a length a year has.</summary>
    public static int PerYear(PeriodLength length) => length switch
    {
        PeriodLength.Quarter => 4,
        PeriodLength.HalfYear => 2,
        PeriodLength.Year => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(length)),
    };

    /// <summary>The period written "2013-14 Q2", "2013-14 H1" or "2013-14".</summary>
    public static ReportingPeriod Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var period)
            ? period
            : throw new FormatException($"'{s}' is not a reporting period such as 2013-14 Q2, 2013-14 H1 or 2013-14.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ReportingPeriod result)
    {
        result = default;
        if (s is not { Length: 7 or 10 } || !FinancialYear.TryParse(s[..7], provider, out var year))
            return false;
        (PeriodLength, int)? part = s[7..] switch
        {
            "" => (PeriodLength.Year, 1),
            [' ', 'Q', >= '1' and <= '4' and var number] => (PeriodLength.Quarter, number - '0'),
            [' ', 'H', >= '1' and <= '2' and var number] => (PeriodLength.HalfYear, number - '0'),
            _ => null,
        };
        if (part is not var (length, which))
            return false;
        result = new(year, length, which);
        return true;
    }

    /// <summary>In order of the first day, the shorter first.</summary>
    public int CompareTo(ReportingPeriod other) => (First, Last).CompareTo((other.First, other.Last));

    /// <inheritdoc/>
    public override string ToString() => Length switch
    {
        PeriodLength.Quarter => $"{Year} Q{Number}",
        PeriodLength.HalfYear => $"{Year} H{Number}",
        _ => Year.ToString(),
    };

    private int Months => 12 / PerYear(Length);
}
