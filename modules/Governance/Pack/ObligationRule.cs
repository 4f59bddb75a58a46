using System.Globalization;
using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Governance;

/// <summary>A day on which something is owed.</summary>
/// <param name="On">The day.</param>
/// <param name="For">The period it is owed for, such as 2013-14 or 2013-14 Q1, or what set it off.</param>
public sealed record DueDay(DateOnly On, string For);

/// <summary>When an obligation falls due.</summary>
// The word that tells the rules apart sorts before every other member, as PostgreSQL and our canonical form order
// them, because it must be read first.
[GenerateSerializer, Immutable, JsonPolymorphic(TypeDiscriminatorPropertyName = "_")]
[JsonDerivedType(typeof(Always), "always")]
[JsonDerivedType(typeof(KeptWithin), "kept-within")]
[JsonDerivedType(typeof(EachPeriod), "each-period")]
[JsonDerivedType(typeof(EachYear), "each-year")]
[JsonDerivedType(typeof(Once), "once")]
[JsonDerivedType(typeof(After), "after")]
public abstract record ObligationRule
{
    private ObligationRule()
    {
    }

    /// <summary>
    /// Every due day that the calendar sets, in order, of periods that end on this day or later and of days from this
    /// day on. The row may be endless.
    /// </summary>
    public IEnumerable<DueDay> DueFrom(DateOnly day)
    {
        for (var year = FinancialYear.Containing(day); year.StartYear < LastYear(day); year = year.Next)
            foreach (var due in OwedFor(year, day))
                yield return due;
    }

    /// <summary>When it falls due, as people say it.</summary>
    public string InWords() => this switch
    {
        EachPeriod { DueDays: 0 } each => $"on the last day of every {Word(each.Length)}",
        EachPeriod each => $"{CountOf(each.DueDays)} after every {Word(each.Length)}",
        EachYear { Interval: 1 } each => $"every {DayOf(each)}",
        EachYear each => $"every {each.Interval} years on {DayOf(each)}, from {each.Since}",
        Once once => $"once, on {once.Day.Shown()}",
        After after => $"{CountOf(after.Days)} after {after.Happening}",
        KeptWithin kept => $"always, and shown to be kept every {CountOf(kept.Days)}",
        _ => "always",
    };

    private static string CountOf(int days) => days == 1 ? "1 day" : $"{days} days";

    private static string DayOf(EachYear each) => new DateOnly(2000, each.Month, each.Day).ToString("d MMMM", CultureInfo.InvariantCulture);

    private static string Word(PeriodLength length) => length is PeriodLength.Year ? "financial year" : PackWord.Of(length);

    /// <summary>What is owed for a financial year when the rule binds from a day on.</summary>
    private protected virtual IEnumerable<DueDay> OwedFor(FinancialYear year, DateOnly from) =>
        DueFor(year).Where(due => due >= from).Select(due => new DueDay(due, year.ToString()));

    // A row that is looked through to the end must have one.
    private protected virtual int LastYear(DateOnly from) => from.Year + 200;

    /// <summary>The days on which it falls due for a financial year, in order; none where the calendar does not decide.</summary>
    public abstract IReadOnlyList<DateOnly> DueFor(FinancialYear year);

    /// <summary>Holds on every day, such as a page that is kept up to date.</summary>
    [GenerateSerializer, Immutable]
    public sealed record Always : ObligationRule
    {
        private protected override int LastYear(DateOnly from) => 0;

        /// <inheritdoc/>
        public override IReadOnlyList<DateOnly> DueFor(FinancialYear year) => [];
    }

    /// <summary>Holds on every day, and must be shown to be kept every so many days.</summary>
    /// <param name="Days">Days from one showing to the next.</param>
    [GenerateSerializer, Immutable]
    public sealed record KeptWithin(int Days) : ObligationRule
    {
        private protected override int LastYear(DateOnly from) => 0;

        /// <inheritdoc/>
        public override IReadOnlyList<DateOnly> DueFor(FinancialYear year) => [];

        /// <summary>The due days that follow when it was last shown on a day; each that passes is followed by the next.</summary>
        public IEnumerable<DueDay> DueSince(DateOnly shown)
        {
            for (var day = shown.AddDays(Days); day.Year < shown.Year + 200; day = day.AddDays(Days))
                yield return new DueDay(day, $"the {CountOf(Days)} to {day.Shown()}");
        }
    }

    /// <summary>Some days after the end of each quarter, half or financial year; due for the year whose period ended.</summary>
    /// <param name="Length">The period.</param>
    /// <param name="DueDays">Days after its last day; 0 is the last day.</param>
    [GenerateSerializer, Immutable]
    public sealed record EachPeriod(PeriodLength Length, int DueDays) : ObligationRule
    {
        /// <inheritdoc/>
        public override IReadOnlyList<DateOnly> DueFor(FinancialYear year) =>
            [.. year.Periods(Length).Select(period => period.Last.AddDays(DueDays))];

        private protected override IEnumerable<DueDay> OwedFor(FinancialYear year, DateOnly from) =>
            year.Periods(Length).Where(period => period.Last >= from).Select(period => new DueDay(period.Last.AddDays(DueDays), period.ToString()));
    }

    /// <summary>On one day of the calendar, every year or every few years.</summary>
    /// <param name="Month">The month.</param>
    /// <param name="Day">The day of the month.</param>
    /// <param name="Interval">Years from one to the next.</param>
    /// <param name="Since">The calendar year of the first, from which the interval counts.</param>
    [GenerateSerializer, Immutable]
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
    [GenerateSerializer, Immutable]
    public sealed record Once(DateOnly Day) : ObligationRule
    {
        /// <inheritdoc/>
        public override IReadOnlyList<DateOnly> DueFor(FinancialYear year) => year.Contains(Day) ? [Day] : [];

        private protected override int LastYear(DateOnly from) => Day.Year + 1;
    }

    /// <summary>Some days after something happened outside the calendar, such as a reported tension (Report 5.1).</summary>
    /// <param name="Happening">What sets it off, in words.</param>
    /// <param name="Days">Days to answer it.</param>
    [GenerateSerializer, Immutable]
    public sealed record After(string Happening, int Days) : ObligationRule
    {
        /// <inheritdoc/>
        public override IReadOnlyList<DateOnly> DueFor(FinancialYear year) => [];
    }
}
