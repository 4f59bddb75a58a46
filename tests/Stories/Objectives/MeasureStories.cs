using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Objectives;

public class MeasureStories
{
    private static readonly MeasureId Measure = new(Guid.Parse("00000000-0000-7000-8000-0000000000b1"));
    private static readonly PartnerId Police = new(Guid.Parse("00000000-0000-7000-8000-0000000000d1"));
    private static readonly MeasuredPeriod Year = FinancialYear.Parse("2013-14").Whole;
    private static readonly MeasureDefinition Definition = new(
        "Hate crime reported", "Crimes reported as hate crime", "reports", null, null, 1, Polarity.HigherIsBetter, Frequency.Quarterly, YearEnd.Sum, "Police", "Safety", ["strand"], true);
    private static readonly MeasureDefined Defined = new(Measure, "hate-crime", null, Definition, Police, "People said they want to be believed", ["aim:a1"]);

    [Fact]
    public void It_is_defined_once()
    {
        var define = new DefineMeasure(Measure, "hate-crime", null, Definition, Police, "People said they want to be believed", ["aim:a1"]);
        Story<Measure>.Given().When(define).Then(Defined);
        Story<Measure>.Given(Defined).When(define).ThenNothing();
        Story<Measure>.Given(Defined).When(define with { Definition = Definition with { Unit = "crimes" } }).ThenRefused("MEASURE_DEFINED");
    }

    [Fact]
    public void It_says_once_from_which_shared_dataset_figures_were_taken()
    {
        var source = new DatasetSource(new SharedDatasetId(Guid.Parse("00000000-0000-7000-8000-0000000000c1")), "q1", new string('a', 64));
        var taken = new FiguresTaken(source, "2014 edition", Police);
        Story<Measure>.Given(Defined).When(new TakeFigures(Measure, source, "2014 edition", Police)).Then(taken);
        Story<Measure>.Given(Defined, taken).When(new TakeFigures(Measure, source, "2014 edition", Police)).ThenNothing();
        Story<Measure>.Given(Defined, taken).When(new TakeFigures(Measure, source with { Version = "q2" }, null, null)).Then(new FiguresTaken(source with { Version = "q2" }, null, null));
    }

    [Fact]
    public void Another_definition_begins_another_series_with_its_own_baseline_and_targets()
    {
        var day = new DateOnly(2014, 4, 1);
        var redefined = new MeasureRedefined(2, Definition with { Meaning = "Incidents too" }, "Incidents count", day);
        Story<Measure>.Given(Defined).When(new RedefineMeasure(Measure, Definition with { Meaning = "Incidents too" }, "Incidents count", day)).Then(redefined);
        Story<Measure>.Given(Defined).When(new RedefineMeasure(Measure, Definition with { Breakdowns = ["strand"] }, "No change", day)).ThenNothing();
        Story<Measure>.Given(Defined, new TargetSet(1, Year, 240, null, null), redefined).When(new SetTarget(Measure, Year, 300, null)).Then(new TargetSet(2, Year, 300, null, null));
    }

    [Fact]
    public void A_rate_has_two_halves_and_does_not_add_up()
    {
        Story<Measure>.Given().When(new DefineMeasure(Measure, null, null, Definition with { Numerator = "reports" }, null, null, [])).ThenRefused("HALF_A_RATE");
        var rate = Definition with { Numerator = "reports", Denominator = "people", Per = 1000 };
        Story<Measure>.Given().When(new DefineMeasure(Measure, null, null, rate, null, null, [])).ThenRefused("RATES_DO_NOT_ADD");
        Story<Measure>.Given().When(new DefineMeasure(Measure, null, null, rate with { YearEnd = YearEnd.Mean }, null, null, [])).ThenRefused("RATES_DO_NOT_ADD");
        Story<Measure>.Given().When(new DefineMeasure(Measure, null, null, rate with { YearEnd = YearEnd.Mean, PartsMakeTotal = false }, null, null, [])).Events.Should().ContainSingle();
    }

    [Fact]
    public void It_is_measured_from_a_baseline()
    {
        Story<Measure>.Given(Defined).When(new SetBaseline(Measure, Year, 214)).Then(new BaselineSet(1, Year, 214));
        Story<Measure>.Given(Defined, new BaselineSet(1, Year, 214)).When(new SetBaseline(Measure, Year, 214)).ThenNothing();
    }

    [Fact]
    public void A_target_is_moved_with_a_reason_only()
    {
        var set = new TargetSet(1, Year, 240, null, null);
        Story<Measure>.Given(Defined).When(new SetTarget(Measure, Year, 240, null)).Then(set);
        Story<Measure>.Given(Defined, set).When(new SetTarget(Measure, Year, 240, null)).ThenNothing();
        Story<Measure>.Given(Defined, set).When(new SetTarget(Measure, Year, 260, null)).ThenRefused("TARGET_NEEDS_REASON");
        Story<Measure>.Given(Defined, set).When(new SetTarget(Measure, Year, 260, "More sites take reports")).Then(new TargetSet(1, Year, 260, 240, "More sites take reports"));
    }

    [Fact]
    public void Its_rule_for_red_amber_and_green_is_data()
    {
        Story<Measure>.Given(Defined).When(new SetRagRule(Measure, new RagRule(0, 10))).Then(new RagRuleSet(new RagRule(0, 10)));
        Story<Measure>.Given(Defined, new RagRuleSet(new RagRule(0, 10))).When(new SetRagRule(Measure, new RagRule(0, 10))).ThenNothing();
        Story<Measure>.Given(Defined).When(new SetRagRule(Measure, new RagRule(10, 5))).ThenRefused("RULE_UPSIDE_DOWN");
        Story<Measure>.Given(Defined with { Definition = Definition with { Polarity = Polarity.Contextual } }).When(new SetRagRule(Measure, new RagRule(0, 10))).ThenRefused("NOT_RATED");
    }

    [Fact]
    public void What_is_known_of_its_quality_is_noted()
    {
        Story<Measure>.Given(Defined).When(new NoteQuality(Measure, "Recording changed")).Then(new QualityNoted("Recording changed"));
        Story<Measure>.Given(Defined, new QualityNoted("Recording changed")).When(new NoteQuality(Measure, "Recording changed")).ThenNothing();
    }

    [Fact]
    public void Percentages_by_group_are_cited_from_where_their_source_published_them_and_counts_are_not()
    {
        var year = FinancialYear.Parse("2013-14");
        var share = Defined with { Definition = Definition with { Unit = "per cent", Numerator = null, Denominator = null, Breakdowns = ["sex"] } };
        var cite = new CiteGroups(Measure, "sex", year, "A survey, July 2014");
        var cited = new GroupsCited("sex", year, "A survey, July 2014");
        Story<Measure>.Given(share).When(cite).Then(cited);
        Story<Measure>.Given(share, cited).When(cite).ThenNothing();
        Story<Measure>.Given(share, cited).When(cite with { PublishedAt = "A survey, corrected" }).Then(cited with { PublishedAt = "A survey, corrected" });
        Story<Measure>.Given(share).When(cite with { Breakdown = "age" }).ThenRefused("BREAKDOWN_UNKNOWN");
        Story<Measure>.Given(share with { Definition = share.Definition with { Unit = "people" } }).When(cite).ThenRefused("COUNTS_ARE_PROTECTED");
    }

    [Fact]
    public void Others_own_and_report_it_from_a_day_on()
    {
        var day = new DateOnly(2013, 10, 1);
        Story<Measure>.Given(Defined).When(new HandMeasure(Measure, "Safety", null, day)).Then(new MeasureHanded("Safety", null, day));
        Story<Measure>.Given(Defined).When(new HandMeasure(Measure, "Safety", Police, day)).ThenNothing();
    }

    [Fact]
    public void A_closed_measure_stays_as_it_is()
    {
        Story<Measure>.Given(Defined).When(new CloseMeasure(Measure, "Not collected")).Then(new MeasureClosed("Not collected"));
        Story<Measure>.Given(Defined, new MeasureClosed("x")).When(new CloseMeasure(Measure, "Not collected")).ThenNothing();
        Story<Measure>.Given(Defined, new MeasureClosed("x")).When(new SetBaseline(Measure, Year, 1)).ThenRefused("MEASURE_CLOSED");
        Story<Measure>.Given().When(new CloseMeasure(Measure, "x")).ThenRefused("MEASURE_UNKNOWN");
    }

    [Fact]
    public void The_register_forgets_the_targets_of_another_series()
    {
        object[] events = [Defined, new BaselineSet(1, Year, 214), new TargetSet(1, Year, 240, null, null), new RagRuleSet(new RagRule(0, 5)), new MeasureRedefined(2, Definition, "r", new DateOnly(2014, 4, 1))];
        var shown = events.Select(Recorded.As(MeasureId.Kind, Measure.Value)).Aggregate((MeasureRegister?)null, MeasureRegister.Fold)!;
        (shown.Series, shown.Baseline, shown.Targets.Count, shown.Rule).Should().Be((2, null, 0, new RagRule(0, 5)));
        shown.Organisations.Should().Equal(Police);
    }

    [Theory]
    [InlineData(null, "30", "400", 7.5)]
    [InlineData("7.5", "30", "400", 7.5)]
    [InlineData("8", "30", "400", 8)]
    public void A_rate_follows_from_its_two_numbers_or_fits_them_as_it_is_rounded(string? value, string over, string under, double amount)
    {
        var wrong = new List<string>();
        Rate.Amount(value is null ? null : decimal.Parse(value), decimal.Parse(over), decimal.Parse(under), (f, s) => wrong.Add(f + s)).Should().Be((decimal)amount);
        wrong.Should().BeEmpty();
    }

    [Theory]
    [InlineData("7.6", "30", "400", "value")]
    [InlineData("7.5", "30", null, "denominator")]
    [InlineData("7.5", "30", "0", "denominator")]
    [InlineData(null, null, null, "value")]
    public void A_rate_that_does_not_fit_is_refused(string? value, string? over, string? under, string field)
    {
        var wrong = new List<string>();
        Rate.Amount(value is null ? null : decimal.Parse(value), over is null ? null : decimal.Parse(over), under is null ? null : decimal.Parse(under), (f, _) => wrong.Add(f));
        wrong.Should().Equal(field);
    }

    private static MeasureTerms Rate => new(
        new object[] { Defined with { Definition = Definition with { Numerator = "n", Denominator = "d", Per = 100, PartsMakeTotal = false, YearEnd = YearEnd.Last } } }
            .Select(Recorded.As(MeasureId.Kind, Measure.Value)).Aggregate((MeasureRegister?)null, MeasureRegister.Fold)!, []);
}
