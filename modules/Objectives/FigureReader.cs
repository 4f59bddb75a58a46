using System.Runtime.CompilerServices;
using EqualitiesPlatform.Ledger.Replay;

namespace EqualitiesPlatform.Objectives;

/// <summary>Reads a measure's figures, sheet by sheet, so that as many as there are never stand in memory at once.</summary>
internal sealed class FigureReader(Registers registers, EventReader reader)
{
    private const int LargestPage = 500;

    /// <summary>The measure's sheets, by series, year and number, as known at a final position.</summary>
    public async Task<IReadOnlyList<SheetId>> Sheets(MeasureId measure, long position, CancellationToken ct)
    {
        await registers.WaitFor(position, ct);
        var (sheets, token) = (new List<SheetId>(), "");
        do
        {
            var page = await registers.List<ObservationSheetRegister>(new ListTerms($"measure = {measure}", LargestPage, token, 0, null), ct);
            sheets.AddRange(page.Items.Select(s => s.Sheet));
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return [.. sheets.OrderBy(s => s.Series).ThenBy(s => s.Year).ThenBy(s => s.Number)];
    }

    /// <summary>The figures of one sheet as known at a position.</summary>
    public async Task<FiguresOnRecord> Read(SheetId sheet, long position, CancellationToken ct)
    {
        var figures = new FiguresOnRecord();
        await foreach (var recorded in reader.Read(new EventRange(ToPosition: position, Stream: sheet.Stream), ct)) figures.Apply(recorded);
        return figures;
    }

    /// <summary>All the measure's figures as known at a position, by sheet, period and cell.</summary>
    public async IAsyncEnumerable<FigureOnRecord> Read(MeasureId measure, long position, FigurePlace? after = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        foreach (var sheet in await Sheets(measure, position, ct))
        {
            if (after is not null && FigurePlace.Compare(sheet, after.Sheet) < 0) continue;
            foreach (var figure in (await Read(sheet, position, ct)).All.OrderBy(f => f.Period).ThenBy(f => f.Cell, StringComparer.Ordinal))
                if (after is null || after.IsBefore(sheet, figure.Period, figure.Cell)) yield return figure;
        }
    }
}

/// <summary>Where a page of figures ended.</summary>
internal sealed record FigurePlace(SheetId Sheet, MeasuredPeriod Period, string Cell)
{
    public static FigurePlace At(MeasureId measure, int series, MeasuredPeriod period, string cell) => new(SheetId.Of(measure, series, period, cell), period, cell);

    public bool IsBefore(SheetId sheet, MeasuredPeriod period, string cell) =>
        Compare(Sheet, sheet) is var order && order != 0 ? order < 0
        : Period.CompareTo(period) is var periods && periods != 0 ? periods < 0
        : string.CompareOrdinal(Cell, cell) < 0;

    public static int Compare(SheetId one, SheetId other) => (one.Series, one.Year, one.Number).CompareTo((other.Series, other.Year, other.Number));

    public override string ToString() => $"{Sheet.Series}|{Period}|{Cell}";

    public static FigurePlace? Of(MeasureId measure, string token) => PageTokens.Read(token) is not { } text ? null
        : text.Split('|', 3) is [var series, var period, var cell] && int.TryParse(series, out var number) && MeasuredPeriod.TryParse(period, null, out var at)
            ? At(measure, number, at, cell)
            : throw new FieldsException([("page_token", "This is not a page token that this list gave out.")]);
}
