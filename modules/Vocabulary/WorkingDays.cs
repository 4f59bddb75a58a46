namespace EqualitiesPlatform.Vocabulary;

/// <summary>Counts working days: Monday to Friday but for bank holidays, which are data.</summary>
/// <param name="Holidays">The days on which nobody works though it is no weekend.</param>
public sealed record WorkingDays(IReadOnlySet<DateOnly> Holidays)
{
    /// <summary>Whether a day is a working day.</summary>
    public bool Works(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !Holidays.Contains(day);

    /// <summary>
    /// The day some working days after a day. A day that is none itself counts as the next one that is; so 0 means the same
    /// day, or the first working day after a weekend or holiday.
    /// </summary>
    public DateOnly After(DateOnly day, int workingDays)
    {
        while (!Works(day)) day = day.AddDays(1);
        for (var left = workingDays; left > 0; left--)
            do day = day.AddDays(1);
            while (!Works(day));
        return day;
    }

    /// <summary>How many working days after a day it was, counted from the first day that is one; 0 for the same day or one before.</summary>
    public int Between(DateOnly from, DateOnly until)
    {
        var days = 0;
        for (var day = After(from, 0).AddDays(1); day <= until; day = day.AddDays(1))
            if (Works(day)) days++;
        return days;
    }
}
