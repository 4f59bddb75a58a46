namespace EqualitiesPlatform.Governance;

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
