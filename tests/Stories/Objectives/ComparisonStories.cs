using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Objectives;

public class ComparisonStories
{
    private static readonly MeasuredPeriod Year = MeasuredPeriod.Parse("2012-13");
    private static readonly SheetId Sheet = new(new MeasureId(Guid.Parse("00000000-0000-7000-8000-0000000000b1")), 1, Year.Year, 0);

    [Fact]
    public void Every_change_between_two_moments_is_of_a_class()
    {
        object[] events =
        [
            Reported(Sheet, ("", 10), ("s=a", 4), ("s=b", 6), ("s=c", 1)),
            new ObservationsRevised(Sheet, "r2", "Late", [Changed("", 11, 10)], Year.Last),
            new ObservationsCorrected(Sheet, "Wrong", [Changed("s=a", 5, 4)], Year.Last),
            new ObservationsWithdrawn(Sheet, "r2", "Gone", [new(Year, "s=b")], Year.Last),
            Reported(Sheet, ("s=d", 2)),
        ];
        Told(events, from: 1).Should().Equal("Revision : 10 11 Late", "Correction s=a: 4 5 Wrong", "Withdrawn s=b: 6  Gone", "New s=d:  2 ");
        Told(events, from: 5).Should().BeEmpty();
        Told(events, from: 0).Should().Equal("New :  11 Late", "New s=a:  5 Wrong", "New s=c:  1 ", "New s=d:  2 ");
    }

    [Fact]
    public void What_went_there_and_back_is_no_change() =>
        Told([Reported(Sheet, ("", 10)), new ObservationsRevised(Sheet, null, "r", [Changed("", 11, 10)], Year.Last), new ObservationsRevised(Sheet, null, "r", [Changed("", 10, 11)], Year.Last)], from: 1)
            .Should().BeEmpty();

    [Fact]
    public void A_figure_of_another_series_is_set_beside_the_one_before()
    {
        var before = new FiguresOnRecord();
        before.Apply(Recorded.As("observation-sheet", Guid.Empty)(Reported(Sheet, ("", 10)), 0));
        var next = Sheet with { Series = 2 };
        FigureComparison.Of(2, [Recorded.As("observation-sheet", Guid.Empty)(Reported(next, ("", 14), ("s=a", 3)), 1)], 1, before)
            .Select(d => (d.Change, d.Before, d.After)).Should().Equal((FigureChangeClass.Definition, 10m, 14m), (FigureChangeClass.New, null, 3m));
    }

    private static IEnumerable<string> Told(object[] events, long from) =>
        FigureComparison.Of(1, [.. events.Select(Recorded.As("observation-sheet", Guid.Empty))], from, new FiguresOnRecord())
            .OrderBy(d => d.Cell, StringComparer.Ordinal).Select(d => $"{d.Change} {d.Cell}: {d.Before} {d.After} {d.Reason}");

    private static ObservationsReported Reported(SheetId sheet, params (string Cell, decimal Value)[] figures) =>
        new(sheet, null, null, [.. figures.Select(f => new Observation(Year, f.Cell, f.Value, null, null, ObservationStatus.Final))], Year.Last);

    private static ChangedObservation Changed(string cell, decimal value, decimal was) => new(Year, cell, value, null, null, ObservationStatus.Revised, was);
}
