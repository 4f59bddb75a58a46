namespace EqualitiesPlatform.Ledger;

/// <summary>
/// The platform's "now" and "today". It is the system's clock, but for an offset that an administrator may set in
/// development, shared by all silos, so that a past year can be played with its deadlines passing honestly.
/// Tokens and TLS keep the system's clock.
/// </summary>
public sealed class LedgerClock(TimeProvider system) : TimeProvider
{
    private static readonly TimeZoneInfo UnitedKingdom = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");
    private long _offsetTicks;

    /// <summary>How far the platform's clock stands from the system's.</summary>
    public TimeSpan Offset
    {
        get => new(Volatile.Read(ref _offsetTicks));
        internal set => Volatile.Write(ref _offsetTicks, value.Ticks);
    }

    /// <summary>Now, to the microsecond that PostgreSQL keeps.</summary>
    public override DateTimeOffset GetUtcNow()
    {
        var now = system.GetUtcNow() + Offset;
        return new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
    }

    /// <summary>The day in the United Kingdom at an instant.</summary>
    public static DateOnly DayOf(DateTimeOffset instant) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, UnitedKingdom).DateTime);

    /// <summary>The last microsecond of a day in the United Kingdom.</summary>
    public static DateTimeOffset EndOf(DateOnly day)
    {
        var midnight = day.AddDays(1).ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, UnitedKingdom.GetUtcOffset(midnight)).ToUniversalTime().AddMicroseconds(-1);
    }
}
