using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using Orleans;

namespace EqualitiesPlatform.Vocabulary;

/// <summary>
/// A council's financial year, 1 April to 31 March, printed "2013-14": what the year-end reporting covers (Report 6.1).
/// Years 1900-01 to 2999-00 exist; others are refused.
/// </summary>
[GenerateSerializer, Immutable, JsonConverter(typeof(PrintedForm<FinancialYear>))]
public readonly record struct FinancialYear : IParsable<FinancialYear>, IComparable<FinancialYear>
{
    private const int Earliest = 1900, Latest = 2999;

    /// <summary>The financial year that begins on 1 April of this year.</summary>
    public FinancialYear(int startYear)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(startYear, Earliest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(startYear, Latest);
        StartYear = startYear;
    }

    /// <summary>The calendar year of its first day.</summary>
    [Id(0)] public int StartYear { get; }

    /// <summary>1 April.</summary>
    public DateOnly First => new(StartYear, 4, 1);

    /// <summary>31 March of the year after.</summary>
    public DateOnly Last => new(StartYear + 1, 3, 31);

    /// <summary>The financial year that follows.</summary>
    public FinancialYear Next => new(StartYear + 1);

    /// <summary>The year as one reporting period.</summary>
    public ReportingPeriod Whole => new(this, PeriodLength.Year, 1);

    /// <summary>April to June, July to September, October to December, January to March.</summary>
    public IReadOnlyList<ReportingPeriod> Quarters => Periods(PeriodLength.Quarter);

    /// <summary>The year cut into periods of one length, in order.</summary>
    public IReadOnlyList<ReportingPeriod> Periods(PeriodLength length)
    {
        var year = this;
        return [.. Enumerable.Range(1, ReportingPeriod.PerYear(length)).Select(number => new ReportingPeriod(year, length, number))];
    }

    /// <summary>Whether the day lies in the year.</summary>
    public bool Contains(DateOnly day) => First <= day && day <= Last;

    /// <summary>The financial year that a day lies in.</summary>
    public static FinancialYear Containing(DateOnly day) => new(day.Month >= 4 ? day.Year : day.Year - 1);

    /// <summary>The year written "2013-14".</summary>
    public static FinancialYear Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var year) ? year : throw new FormatException($"'{s}' is not a financial year such as 2013-14.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out FinancialYear result)
    {
        result = default;
        if (s is not { Length: 7 } || s[4] != '-'
            || !int.TryParse(s.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            || start is < Earliest or > Latest)
            return false;
        var year = new FinancialYear(start);
        if (year.ToString() != s)
            return false;
        result = year;
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(FinancialYear other) => StartYear.CompareTo(other.StartYear);

    /// <summary>As councils write it: "2013-14".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{StartYear:D4}-{(StartYear + 1) % 100:D2}");
}
