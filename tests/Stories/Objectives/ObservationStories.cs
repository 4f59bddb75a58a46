using Equalities.Options.V1;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Vocabulary;
using FsCheck.Xunit;

namespace EqualitiesPlatform.Stories.Objectives;

public class ObservationStories
{
    private static readonly MeasureId Measure = new(Guid.Parse("00000000-0000-7000-8000-0000000000b1"));
    private static readonly PartnerId Police = new(Guid.Parse("00000000-0000-7000-8000-0000000000d1"));
    private static readonly MeasuredPeriod Quarter = MeasuredPeriod.Parse("2012-13 Q4");
    private static readonly SheetId Sheet = SheetId.Of(Measure, 1, Quarter, Cells.Whole);

    [Fact]
    public void A_figure_is_reported_for_the_last_day_of_its_period() =>
        Story<ObservationSheet>.Given().By(Role.PartnerLead, Police).When(Report(Figure(61))).Then(Reported(Figure(61)));

    [Fact]
    public void The_same_figure_again_changes_nothing() =>
        Story<ObservationSheet>.Given(Reported(Figure(61))).When(Report(Figure(61.0m))).ThenNothing();

    [Fact]
    public void A_provisional_figure_becomes_final_as_it_was_or_as_it_is_known_now()
    {
        Story<ObservationSheet>.Given(Reported(Figure(61))).When(Report(Figure(61, ObservationStatus.Final)))
            .Then(new ObservationsMadeFinal(Sheet, "r2", [new(Quarter, "")], Quarter.Last));
        Story<ObservationSheet>.Given(Reported(Figure(61))).When(Report(Figure(63, ObservationStatus.Final)))
            .Then(new ObservationsRevised(Sheet, "r2", null, [new(Quarter, "", 63, null, null, ObservationStatus.Final, 61)], Quarter.Last));
    }

    [Fact]
    public void A_final_figure_is_not_reported_over()
    {
        var final = Reported(Figure(61, ObservationStatus.Final));
        Story<ObservationSheet>.Given(final).When(Report(Figure(63, ObservationStatus.Final))).ThenRefused("FIGURE_FINAL");
        Story<ObservationSheet>.Given(final).When(Report(Figure(61))).ThenNothing();
    }

    [Fact]
    public void A_final_figure_is_revised_with_a_reason()
    {
        var revised = new ObservationsRevised(Sheet, null, "Late reports", [new(Quarter, "", 63, null, null, ObservationStatus.Revised, 61)], Quarter.Last);
        Story<ObservationSheet>.Given(Reported(Figure(61, ObservationStatus.Final))).When(new ReviseObservations(Sheet, [Figure(63)], "Late reports", null)).Then(revised);
        Story<ObservationSheet>.Given(Reported(Figure(61, ObservationStatus.Final)), revised).When(new ReviseObservations(Sheet, [Figure(63)], "Late reports", null)).ThenNothing();
    }

    [Fact]
    public void A_correction_leaves_it_as_firm_as_it_was() =>
        Story<ObservationSheet>.Given(Reported(Figure(61))).When(new CorrectObservations(Sheet, [Figure(16)], "Digits swapped"))
            .Then(new ObservationsCorrected(Sheet, "Digits swapped", [new(Quarter, "", 16, null, null, ObservationStatus.Provisional, 61)], Quarter.Last));

    [Fact]
    public void A_withdrawn_figure_is_there_no_more_and_may_be_reported_anew()
    {
        var withdrawn = new ObservationsWithdrawn(Sheet, null, "Counted elsewhere", [new(Quarter, "")], Quarter.Last);
        Story<ObservationSheet>.Given(Reported(Figure(61))).When(new WithdrawObservations(Sheet, [new(Quarter, "")], "Counted elsewhere", null)).Then(withdrawn);
        Story<ObservationSheet>.Given(Reported(Figure(61)), withdrawn).When(new WithdrawObservations(Sheet, [new(Quarter, "")], "Counted elsewhere", null)).ThenNothing();
        Story<ObservationSheet>.Given(Reported(Figure(61)), withdrawn).When(Report(Figure(50))).Then(new ObservationsReported(Sheet, Police, "r2", [Figure(50)], Quarter.Last));
        Story<ObservationSheet>.Given(Reported(Figure(61)), withdrawn).When(new CorrectObservations(Sheet, [Figure(5)], "x")).ThenRefused("NOTHING_OBSERVED");
        Story<ObservationSheet>.Given().When(new WithdrawObservations(Sheet, [new(Quarter, "")], "x", null)).ThenRefused("NOTHING_OBSERVED");
    }

    [Fact]
    public void A_period_that_is_not_over_has_provisional_figures_that_hold_from_today()
    {
        var next = MeasuredPeriod.Parse("2013-14 Q1");
        Story<ObservationSheet>.Given().When(Report(new Observation(next, "", 20, null, null, ObservationStatus.Final))).ThenRefused("PERIOD_NOT_OVER");
        Story<ObservationSheet>.Given().When(Report(new Observation(next, "", 20, null, null, ObservationStatus.Provisional))).Events
            .Should().ContainSingle().Which.Should().BeOfType<ObservationsReported>().Which.EffectiveOn.Should().Be(new DateOnly(2013, 5, 1));
    }

    [Fact]
    public void Nothing_is_reported_on_a_closed_measure() =>
        Story<ObservationSheet>.Given().When(Report(Figure(1)) with { Closed = true }).ThenRefused("MEASURE_CLOSED");

    [Fact]
    public void Figures_of_several_periods_are_as_many_facts()
    {
        var earlier = new Observation(MeasuredPeriod.Parse("2012-13 Q3"), "", 5, null, null, ObservationStatus.Final);
        Story<ObservationSheet>.Given().When(Report(Figure(61), earlier, Figure(30) with { Cell = "sex=female" })).Events.Cast<ObservationsReported>()
            .Select(e => (e.EffectiveOn, e.Figures.Count)).Should().Equal((new DateOnly(2012, 12, 31), 1), (new DateOnly(2013, 3, 31), 2));
    }

    [Fact]
    public void Only_crossed_figures_lie_on_sheets_of_their_own()
    {
        SheetId.Of(Measure, 1, Quarter, "sex=female").Should().Be(Sheet);
        var crossed = Enumerable.Range(0, 400).Select(i => SheetId.Of(Measure, 1, Quarter, $"age={i};sex=female").Number).Distinct().Order();
        crossed.Should().Equal(Enumerable.Range(1, SheetId.Crossed));
        SheetId.Of(Measure, 1, Quarter, "age=16-24;sex=female").Number.Should().Be(10, "a figure stays on its sheet for ever");
    }

    [Fact]
    public void The_register_of_sheets_counts_what_happened()
    {
        object[] events =
        [
            Reported(Figure(61)), new ObservationsMadeFinal(Sheet, null, [new(Quarter, "")], Quarter.Last),
            new ObservationsCorrected(Sheet, "r", [new(Quarter, "", 16, null, null, ObservationStatus.Final, 61)], Quarter.Last),
        ];
        var shown = events.Select(Recorded.As("observation-sheet", Guid.NewGuid())).Aggregate((ObservationSheetRegister?)null, ObservationSheetRegister.Fold)!;
        (shown.Reported, shown.Changed, shown.Sheet).Should().Be((1, 1, Sheet));
    }

    /// <summary>Whatever happens later, what was known at a position is what was known then.</summary>
    [Property(MaxTest = 100)]
    public bool What_was_known_at_a_position_stays_so((byte Cell, byte Value, byte Kind)[] loads, byte at)
    {
        var events = new List<RecordedEvent>();
        var state = ObservationSheet.Unborn;
        string? then = null;
        foreach (var (cell, value, kind) in loads)
        {
            var figure = new Observation(Quarter, cell % 4 == 0 ? "" : $"sex={cell % 4}", value, null, null, kind % 2 == 0 ? ObservationStatus.Final : ObservationStatus.Provisional);
            ICommand command = (kind % 4) switch
            {
                0 or 1 => Report(figure),
                2 => new ReviseObservations(Sheet, [figure], "r", null),
                _ => new WithdrawObservations(Sheet, [new(Quarter, figure.Cell)], "w", null),
            };
            if (ObservationSheet.Decide(state, command, Occasion()) is Decision.Taken taken)
                foreach (var e in taken.Events)
                {
                    state = ObservationSheet.Evolve(state, e);
                    events.Add(Recorded.As("observation-sheet", Measure.Value)(e, events.Count));
                }
            if (events.Count <= at) then = Told(events);
        }
        return Told(events.Where(e => e.Position <= at)) == (then ?? Told([]))
            && state.Standing.OrderBy(s => s.Key.Cell, StringComparer.Ordinal).Select(s => (s.Key.Cell, s.Value.Value))
                .SequenceEqual(Known(events).Select(f => (f.Cell, f.Value)));
    }

    /// <summary>In whatever order cells come, the figures are the same.</summary>
    [Property(MaxTest = 100)]
    public bool The_order_in_which_figures_come_is_irrelevant(byte[] values, int seed)
    {
        Observation[] figures = [.. values.Select((v, i) => new Observation(Quarter, $"age={i}", v, null, null, ObservationStatus.Final))];
        Observation[] mixed = [.. figures.OrderBy(f => unchecked(f.Cell.GetHashCode(StringComparison.Ordinal) * (seed | 1)))];
        ObservationSheet After(IEnumerable<Observation[]> loads) => loads.Aggregate(ObservationSheet.Unborn, (state, load) =>
            ((Decision.Taken)ObservationSheet.Decide(state, Report(load), Occasion())).Events.Aggregate(state, ObservationSheet.Evolve));
        return After([figures]).Standing.ToHashSet().SetEquals(After(mixed.Chunk(3)).Standing);
    }

    private static IEnumerable<FigureOnRecord> Known(IEnumerable<RecordedEvent> events)
    {
        var figures = new FiguresOnRecord();
        foreach (var e in events) figures.Apply(e);
        return figures.All.OrderBy(f => f.Cell, StringComparer.Ordinal);
    }

    private static string Told(IEnumerable<RecordedEvent> events) => string.Join('|', Known(events));

    private static Occasion Occasion() => new(new DateTimeOffset(2013, 5, 1, 12, 0, 0, TimeSpan.Zero), new DateOnly(2013, 5, 1), Actor.Platform, "story", "story", PolicyValues.None);

    private static Observation Figure(decimal value, ObservationStatus status = ObservationStatus.Provisional) => new(Quarter, Cells.Whole, value, null, null, status);

    private static ReportObservations Report(params Observation[] figures) => new(Sheet, figures, "r2", Police);

    private static ObservationsReported Reported(Observation figure) => new(Sheet, Police, "r2", [figure], Quarter.Last);
}
