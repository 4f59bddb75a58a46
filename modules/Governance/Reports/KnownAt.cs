using System.Globalization;
using EqualitiesPlatform.Ledger.Replay;

namespace EqualitiesPlatform.Governance;

/// <summary>What was known, as callers say it: a position, a day to its end in the United Kingdom, or an instant.</summary>
internal sealed class KnownAt(Positions positions)
{
    /// <summary>The final position that is meant; all that is final now, for an empty text.</summary>
    /// <exception cref="FieldsException">It can't be read, or has not come yet.</exception>
    public async Task<long> Position(string text, CancellationToken ct)
    {
        if (text.Length == 0) return await positions.Final(ct);
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            var final = await positions.Final(ct);
            return position <= final ? position
                : throw new FieldsException([("known_at", $"The ledger is final up to position {final}; {position} has not come yet.")]);
        }
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? await positions.KnownAt(LedgerClock.EndOf(day), ct)
            : await positions.KnownAt(Instants.Read(text, "known_at"), ct);
    }
}

/// <summary>Reads what only reports ask for.</summary>
internal static class ReportFields
{
    /// <summary>The effective cut-off of a report on a year; its last day when none is given.</summary>
    public static DateOnly CutOff(this Fields fields, string asAt, FinancialYear year)
    {
        var day = fields.OptionalDay(asAt, "r.AsAt");
        if (year == default) return default;
        if (day < year.First) fields.Violate("as_at", $"{year} begins on {year.First:yyyy-MM-dd}; a report on it can't be as at a day before that.");
        return day ?? year.Last;
    }
}
