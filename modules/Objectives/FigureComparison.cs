using System.Runtime.CompilerServices;
using EqualitiesPlatform.Ledger.Replay;

namespace EqualitiesPlatform.Objectives;

/// <summary>The class of a change between two moments (Report 6.1: what changed since the last report).</summary>
public enum FigureChangeClass
{
    /// <summary>There was no figure.</summary>
    New = 1,
    /// <summary>It is known better.</summary>
    Revision,
    /// <summary>It was wrong.</summary>
    Correction,
    /// <summary>It is of another series, after the definition changed.</summary>
    Definition,
    /// <summary>There is a figure no more.</summary>
    Withdrawn,
}

/// <summary>A change of a figure between two moments.</summary>
internal sealed record FigureDifference(
    FigureChangeClass Change, MeasuredPeriod Period, string Cell, decimal? Before, decimal? After, string? Reason, string? Release, int Series, long Position)
{
    /// <summary>Where its period ends.</summary>
    public DateOnly EndsOn => Period.Last;
}

/// <summary>Compares what was known at two positions, sheet by sheet.</summary>
internal sealed class FigureComparison(FigureReader figures, EventReader reader)
{
    /// <summary>Every change between two positions, in the order of the sheets, periods and cells.</summary>
    public async IAsyncEnumerable<FigureDifference> Between(MeasureId measure, long from, long to, FigurePlace? after, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var sheet in await figures.Sheets(measure, to, ct))
        {
            if (after is not null && FigurePlace.Compare(sheet, after.Sheet) < 0) continue;
            var events = new List<RecordedEvent>();
            await foreach (var recorded in reader.Read(new EventRange(ToPosition: to, Stream: sheet.Stream), ct)) events.Add(recorded);
            if (events.Count == 0 || events[^1].Position <= from) continue;
            // The same cell of the series before is what a figure of a new definition stands beside.
            var other = sheet.Series > 1 ? await figures.Read(sheet with { Series = sheet.Series - 1 }, to, ct) : new FiguresOnRecord();
            foreach (var difference in Of(sheet.Series, events, from, other).OrderBy(d => d.Period).ThenBy(d => d.Cell, StringComparer.Ordinal))
                if (after is null || after.IsBefore(sheet, difference.Period, difference.Cell)) yield return difference;
        }
    }

    /// <summary>The changes on one sheet after a position.</summary>
    /// <param name="other">The figures of the series before.</param>
    internal static IEnumerable<FigureDifference> Of(int series, IReadOnlyList<RecordedEvent> events, long from, FiguresOnRecord other)
    {
        var (before, now) = (new FiguresOnRecord(), new FiguresOnRecord());
        var said = new Dictionary<(MeasuredPeriod Period, string Cell), (RecordedEvent Recorded, string? Reason, string? Release, bool Corrects)>();
        foreach (var recorded in events)
        {
            now.Apply(recorded);
            if (recorded.Position <= from)
            {
                before.Apply(recorded);
                continue;
            }
            var (touched, reason, release) = recorded.Event switch
            {
                ObservationsReported e => (e.Figures.Select(f => (f.Period, f.Cell)), null, e.Release),
                ObservationsRevised e => (e.Figures.Select(f => (f.Period, f.Cell)), e.Reason, e.Release),
                ObservationsCorrected e => (e.Figures.Select(f => (f.Period, f.Cell)), e.Reason, null),
                ObservationsWithdrawn e => (e.Figures.Select(f => (f.Period, f.Cell)), e.Reason, e.Release),
                _ => ([], null, null),
            };
            foreach (var at in touched) said[at] = (recorded, reason, release, recorded.Event is ObservationsCorrected);
        }
        foreach (var ((period, cell), (recorded, reason, release, corrects)) in said)
        {
            var (was, stands) = (before.Find(series, period, cell), now.Find(series, period, cell));
            FigureDifference Changed(FigureChangeClass change, decimal? first, decimal? then) => new(change, period, cell, first, then, reason, release, series, recorded.Position);
            if (was is null && stands is not null)
                yield return other.Find(series - 1, period, cell) is { } earlier ? Changed(FigureChangeClass.Definition, earlier.Value, stands.Value) : Changed(FigureChangeClass.New, null, stands.Value);
            else if (was is not null && stands is null) yield return Changed(FigureChangeClass.Withdrawn, was.Value, null);
            else if (was is not null && stands is not null && (was.Value, was.Numerator, was.Denominator) != (stands.Value, stands.Numerator, stands.Denominator))
                yield return Changed(corrects ? FigureChangeClass.Correction : FigureChangeClass.Revision, was.Value, stands.Value);
        }
    }
}
