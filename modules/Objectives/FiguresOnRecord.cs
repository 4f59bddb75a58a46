namespace EqualitiesPlatform.Objectives;

/// <summary>A figure as it stands, with the event that says so.</summary>
/// <param name="Changes">How often it was revised or corrected.</param>
/// <param name="Release">The release that it came from last.</param>
/// <param name="Position">The position of the event that gave it its value.</param>
public sealed record FigureOnRecord(
    int Series, MeasuredPeriod Period, string Cell, decimal Value, decimal? Numerator, decimal? Denominator, ObservationStatus Status, int Changes, string? Release,
    DateOnly RecordedOn, long Position)
{
    /// <summary>Where its period ends.</summary>
    public DateOnly EndsOn => Period.Last;

    /// <summary>As progress is reckoned from it.</summary>
    public MeasuredFigure Measured => new(Period, Value, Numerator, Denominator, Status, Position);
}

/// <summary>The figures of sheets as their events add up to, in the order in which they were recorded.</summary>
public sealed class FiguresOnRecord
{
    private readonly Dictionary<(int Series, MeasuredPeriod Period, string Cell), FigureOnRecord> _standing = [];

    /// <summary>The standing figures, in no order.</summary>
    public IReadOnlyCollection<FigureOnRecord> All => _standing.Values;

    /// <summary>The figure of a cell, if one stands.</summary>
    public FigureOnRecord? Find(int series, MeasuredPeriod period, string cell) => _standing.GetValueOrDefault((series, period, cell));

    /// <summary>Takes the next event of a sheet.</summary>
    public void Apply(RecordedEvent recorded)
    {
        switch (recorded.Event)
        {
            case ObservationsReported e:
                foreach (var f in e.Figures)
                    _standing[(e.Sheet.Series, f.Period, f.Cell)] = new FigureOnRecord(
                        e.Sheet.Series, f.Period, f.Cell, f.Value, f.Numerator, f.Denominator, f.Status, 0, e.Release, recorded.RecordedOn, recorded.Position);
                break;
            case ObservationsMadeFinal e:
                foreach (var f in e.Figures)
                    if (Find(e.Sheet.Series, f.Period, f.Cell) is { } was)
                        _standing[(e.Sheet.Series, f.Period, f.Cell)] = was with { Status = ObservationStatus.Final, Release = e.Release ?? was.Release };
                break;
            case ObservationsRevised e: Change(e.Sheet, e.Figures, e.Release, recorded); break;
            case ObservationsCorrected e: Change(e.Sheet, e.Figures, null, recorded); break;
            case ObservationsWithdrawn e:
                foreach (var f in e.Figures) _standing.Remove((e.Sheet.Series, f.Period, f.Cell));
                break;
        }
    }

    private void Change(SheetId sheet, IReadOnlyList<ChangedObservation> figures, string? release, RecordedEvent recorded)
    {
        foreach (var f in figures)
        {
            var was = Find(sheet.Series, f.Period, f.Cell);
            _standing[(sheet.Series, f.Period, f.Cell)] = new FigureOnRecord(
                sheet.Series, f.Period, f.Cell, f.Value, f.Numerator, f.Denominator, f.Status, (was?.Changes ?? 0) + 1, release ?? was?.Release, recorded.RecordedOn, recorded.Position);
        }
    }
}
