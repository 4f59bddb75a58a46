using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Objectives;

public class ProgressStories
{
    private static readonly FinancialYear Year = FinancialYear.Parse("2013-14");
    private static readonly MeasureDefinition Counted = new("t", "m", "reports", null, null, 1, Polarity.HigherIsBetter, Frequency.Quarterly, YearEnd.Sum, "s", "o", [], true);
    private static readonly RagRule Rule = new(0, 10);

    [Fact]
    public void A_years_count_is_the_sum_of_its_parts_and_forecast_by_the_run_rate()
    {
        var progress = Of(Counted, 60, ("2013-14 Q1", 10), ("2013-14 Q2", 16));
        (progress.Outturn.Value, progress.Whole, progress.Forecast.Value).Should().Be((26m, false, 52m));
        progress.Forecast.How.Should().Be("Run rate: 26 in 2 of 4 parts of the year, carried on evenly.");
    }

    [Fact]
    public void With_a_whole_year_before_the_forecast_takes_its_shape()
    {
        // Last year: 10 + 10 of 40 by now, so half of it; 30 so far makes 60.
        var progress = Of(Counted, 60, ("2012-13 Q1", 10), ("2012-13 Q2", 10), ("2012-13 Q3", 5), ("2012-13 Q4", 15), ("2013-14 Q1", 14), ("2013-14 Q2", 16));
        progress.Forecast.Value.Should().Be(60m);
        progress.Forecast.How.Should().StartWith("Last year's shape");
        progress.Direction.Should().Be(Direction.Improving);
        progress.DirectionSays.Should().Be("16 in 2013-14 Q2, after 10 in 2012-13 Q2.");
    }

    [Fact]
    public void A_figure_for_the_year_itself_is_its_outturn()
    {
        var progress = Of(Counted, 60, ("2013-14 Q1", 10), ("2013-14", 58));
        (progress.Outturn.Value, progress.Whole, progress.Forecast.Value, progress.Rag).Should().Be((58m, true, 58m, Rag.Amber));
        progress.RagSays.Should().Be("58 reports misses the target of 60 by 3.33 per cent (green within 0 per cent of the target, amber within 10).");
    }

    [Theory]
    [InlineData(Polarity.HigherIsBetter, 60, 60, Rag.Green)]
    [InlineData(Polarity.HigherIsBetter, 54, 60, Rag.Amber)]
    [InlineData(Polarity.HigherIsBetter, 53.9, 60, Rag.Red)]
    [InlineData(Polarity.LowerIsBetter, 66, 60, Rag.Amber)]
    [InlineData(Polarity.LowerIsBetter, 20, 60, Rag.Green)]
    [InlineData(Polarity.LowerIsBetter, 1, 0, Rag.Red)]
    [InlineData(Polarity.Contextual, 20, 60, Rag.NotRated)]
    public void Red_amber_and_green_follow_from_the_rule_and_the_polarity(Polarity polarity, double outturn, double target, Rag rag) =>
        MeasureProgress.Rate(polarity, Rule, (decimal)outturn, (decimal)target, "u").Rag.Should().Be(rag);

    [Fact]
    public void Without_rule_target_or_figure_nothing_is_rated()
    {
        MeasureProgress.Rate(Polarity.HigherIsBetter, null, 1, 1, "u").Rag.Should().Be(Rag.NotRated);
        MeasureProgress.Rate(Polarity.HigherIsBetter, Rule, 1, null, "u").Rag.Should().Be(Rag.NotRated);
        MeasureProgress.Rate(Polarity.HigherIsBetter, Rule, null, 1, "u").Rag.Should().Be(Rag.NotRated);
    }

    [Fact]
    public void A_part_of_a_year_does_not_stand_for_all_of_it()
    {
        var progress = Of(Counted, 60, ("2013-14 Q2", 16), ("2013-14 Q3", 20));
        (progress.Outturn.Value, progress.Whole, progress.Forecast.Value, progress.Rag).Should().Be((null, false, null, Rag.NotRated));
        progress.Outturn.How.Should().Be("The year's first figures are missing, so there is none for 2013-14; the last, for 2013-14 Q3, is 20.");
        progress.RagSays.Should().Be("There is no figure for the year.");
        progress.Forecast.How.Should().Be("Nothing is forecast from a year whose first figures are missing.");

        // Of a stock the last figure stands, and is carried on.
        var stock = Of(Counted with { YearEnd = YearEnd.Last }, 60, ("2013-14 Q2", 16), ("2013-14 Q3", 20));
        (stock.Outturn.Value, stock.Whole, stock.Forecast.Value, stock.Forecast.How).Should().Be((20m, false, 20m, "The last figure, carried on."));
        Of(Counted with { YearEnd = YearEnd.Last }, 60, ("2013-14 Q4", 20)).Whole.Should().BeTrue();
        // A calendar year is a year, though it is not the financial one.
        Of(Counted, 60, ("2013", 50)).Outturn.Value.Should().Be(50m);
    }

    [Fact]
    public void A_years_rate_is_that_of_its_numbers_together()
    {
        var rate = Counted with { Numerator = "n", Denominator = "d", Per = 100, YearEnd = YearEnd.Mean, PartsMakeTotal = false };
        // 10 of 100 and 30 of 100 and 20 of 200 and 0 of 100 are 60 of 500, which is 12 per cent; the mean of the rates would be 12.5.
        MeasuredFigure[] figures = [Rate("2013-14 Q1", 10, 100), Rate("2013-14 Q2", 30, 100), Rate("2013-14 Q3", 20, 200), Rate("2013-14 Q4", 0, 100)];
        MeasureProgress.Of(rate, null, [], figures, Year).Outturn.Value.Should().Be(12m);
    }

    [Fact]
    public void A_level_is_forecast_along_a_straight_line()
    {
        // 10, 12, 14, 16 up to the second quarter: two steps of 2 further on at the year's end.
        var progress = Of(Counted with { YearEnd = YearEnd.Last }, 60, ("2012-13 Q3", 10), ("2012-13 Q4", 12), ("2013-14 Q1", 14), ("2013-14 Q2", 16));
        (progress.Outturn.Value, progress.Forecast.Value).Should().Be((16m, 20m));
        Of(Counted with { YearEnd = YearEnd.Last }, 60, ("2013-14 Q1", 14), ("2013-14 Q2", 16)).Forecast.Value.Should().Be(16m);
    }

    [Fact]
    public void Neither_way_is_good_by_itself_for_a_contextual_measure()
    {
        Of(Counted with { Polarity = Polarity.Contextual }, 60, ("2012-13", 50), ("2013-14", 58)).Direction.Should().Be(Direction.Rising);
        Of(Counted with { Polarity = Polarity.LowerIsBetter }, 60, ("2012-13", 50), ("2013-14", 58)).Direction.Should().Be(Direction.Worsening);
        Of(Counted, 60, ("2012-13", 200), ("2013-14", 201)).Direction.Should().Be(Direction.Steady);
        Of(Counted, 60, ("2013-14", 58)).Direction.Should().Be(Direction.Unknown);
    }

    [Fact]
    public void What_ends_after_the_year_does_not_count() =>
        Of(Counted, 60, ("2014-15 Q1", 10)).Outturn.Value.Should().BeNull();

    private static MeasuredFigure Rate(string period, decimal over, decimal under) => new(MeasuredPeriod.Parse(period), over / under * 100, over, under, ObservationStatus.Final, 1);

    private static MeasureProgress Of(MeasureDefinition definition, decimal target, params (string Period, double Value)[] figures) => MeasureProgress.Of(
        definition, Rule, [new PeriodValue(Year.Whole, target)], figures.Select((f, i) => new MeasuredFigure(MeasuredPeriod.Parse(f.Period), (decimal)f.Value, null, null, ObservationStatus.Final, i + 1)), Year);
}
