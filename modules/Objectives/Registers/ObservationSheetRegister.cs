namespace EqualitiesPlatform.Objectives;

/// <summary>A sheet of figures, in short: which there are, and how much happened on each. The figures are read from its history.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Number">0 for the whole and what is broken down one way; else one of those for what is crossed.</param>
/// <param name="Reported">How many figures were reported on it.</param>
/// <param name="Changed">How many were revised, corrected or withdrawn.</param>
/// <param name="LastRecordedOn">The day of the last of these.</param>
public sealed record ObservationSheetRegister(
    string Id, long Version, MeasureId Measure, int Series, string Year, int Number, PartnerId? Reporter, int Reported, int Changed, DateOnly LastRecordedOn) : IRegister<ObservationSheetRegister>
{
    /// <inheritdoc/>
    public static string Kind => "observation-sheet";

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => Reporter is { } reporter ? [reporter] : [];

    /// <summary>The sheet.</summary>
    internal SheetId Sheet => new(Measure, Series, FinancialYear.Parse(Year), Number);

    /// <inheritdoc/>
    public static ObservationSheetRegister? Fold(ObservationSheetRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            ObservationsReported e => (document ?? new ObservationSheetRegister(
                recorded.Stream, 0, e.Sheet.Measure, e.Sheet.Series, e.Sheet.Year.ToString(), e.Sheet.Number, e.Reporter, 0, 0, default)) is var sheet
                ? sheet with { Reported = sheet.Reported + e.Figures.Count } : null,
            ObservationsRevised e => document! with { Changed = document.Changed + e.Figures.Count },
            ObservationsCorrected e => document! with { Changed = document.Changed + e.Figures.Count },
            ObservationsWithdrawn e => document! with { Changed = document.Changed + e.Figures.Count },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version, LastRecordedOn = recorded.RecordedOn } : null;
}
