using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Governance;

/// <summary>When an obligation falls due.</summary>
public abstract record ObligationRule
{
    private ObligationRule()
    {
    }

    /// <summary>The days on which it falls due for a financial year, in order; none where the calendar does not decide.</summary>
    public abstract IReadOnlyList<DateOnly> DueFor(FinancialYear year);

    /// <summary>Holds on every day, such as a page that is kept up to date.</summary>
    public sealed record Always : ObligationRule
    {
        /// <inheritdoc/>
        public override IReadOnlyList<DateOnly> DueFor(FinancialYear year) => [];
    }

    /// <summary>Some days after the end of each quarter, half or financial year; due for the year whose period ended.</summary>
    /// <param name="Length">The period.</param>
    /// <param name="DueDays">Days after its last day; 0 is the last day.</param>
    public sealed record EachPeriod(PeriodLength Length, int DueDays) : ObligationRule
    {
        /// <inheritdoc/>
        public override IReadOnlyList<DateOnly> DueFor(FinancialYear year) =>
            [.. year.Periods(Length).Select(period => period.Last.AddDays(DueDays))];
    }

    /// <summary>On one day of the calendar, every year or every few years.</summary>
    /// <param name="Month">The month.</param>
    /// <param name="Day">The day of the month.</param>
    /// <param name="Interval">Years from one to the next.</param>
    /// <param name="Since">The calendar year of the first, from which the interval counts.</param>
    public sealed record EachYear(int Month, int Day, int Interval, int? Since) : ObligationRule
    {
        /// <inheritdoc/>
        public override IReadOnlyList<DateOnly> DueFor(FinancialYear year)
        {
            var day = new DateOnly(Month >= 4 ? year.StartYear : year.StartYear + 1, Month, Day);
            var since = Since ?? day.Year;
            return day.Year >= since && (day.Year - since) % Interval == 0 ? [day] : [];
        }
    }

    /// <summary>Once.</summary>
    /// <param name="Day">The day.</param>
    public sealed record Once(DateOnly Day) : ObligationRule
    {
        /// <inheritdoc/>
        public override IReadOnlyList<DateOnly> DueFor(FinancialYear year) => year.Contains(Day) ? [Day] : [];
    }

    /// <summary>Some days after something happened outside the calendar, such as a reported tension (Report 5.1).</summary>
    /// <param name="Happening">What sets it off, in words.</param>
    /// <param name="Days">Days to answer it.</param>
    public sealed record After(string Happening, int Days) : ObligationRule
    {
        /// <inheritdoc/>
        public override IReadOnlyList<DateOnly> DueFor(FinancialYear year) => [];
    }
}
