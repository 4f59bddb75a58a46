using EqualitiesPlatform.Vocabulary;
using FsCheck.Xunit;

namespace EqualitiesPlatform.Stories.Vocabulary;

public class PeriodStories
{
    private static readonly FinancialYear YearOfPlay = FinancialYear.Parse("2013-14");

    [Fact]
    public void A_financial_year_runs_from_1_April_to_31_March()
    {
        YearOfPlay.First.Should().Be(new DateOnly(2013, 4, 1));
        YearOfPlay.Last.Should().Be(new DateOnly(2014, 3, 31));
        FinancialYear.Containing(new DateOnly(2013, 11, 18)).Should().Be(YearOfPlay);
    }

    [Theory]
    [InlineData("2013"), InlineData("2013-15"), InlineData("2013-2014"), InlineData("2013/14"), InlineData("13-14")]
    [InlineData("0001-02"), InlineData(" 2013-14"), InlineData(""), InlineData(null)]
    public void What_is_no_financial_year_is_refused(string? text) =>
        FinancialYear.TryParse(text, null, out _).Should().BeFalse();

    [Fact]
    public void The_turn_of_a_century_prints_two_noughts() =>
        FinancialYear.Parse("1999-00").Next.ToString().Should().Be("2000-01");

    [Fact]
    public void The_second_quarter_is_July_to_September()
    {
        var quarter = ReportingPeriod.Parse("2013-14 Q2");
        (quarter.First, quarter.Last).Should().Be((new DateOnly(2013, 7, 1), new DateOnly(2013, 9, 30)));
    }

    [Fact]
    public void The_second_half_ends_with_the_year() =>
        ReportingPeriod.Parse("2013-14 H2").Last.Should().Be(YearOfPlay.Last);

    [Fact]
    public void The_last_quarter_is_followed_by_the_first_of_the_next_year() =>
        ReportingPeriod.Parse("2013-14 Q4").Next.ToString().Should().Be("2014-15 Q1");

    [Theory]
    [InlineData("2013-14 Q5"), InlineData("2013-14 Q0"), InlineData("2013-14 H3"), InlineData("2013-14Q1")]
    [InlineData("2013-14 q1"), InlineData("2013-14 Q12"), InlineData("2013-14 "), InlineData("Q1 2013-14"), InlineData(null)]
    public void What_is_no_period_is_refused(string? text) =>
        ReportingPeriod.TryParse(text, null, out _).Should().BeFalse();

    [Fact]
    public void A_fifth_quarter_cannot_be_made() =>
        FluentActions.Invoking(() => new ReportingPeriod(YearOfPlay, PeriodLength.Quarter, 5))
            .Should().Throw<ArgumentOutOfRangeException>();

    [Property]
    public void A_year_reads_back_as_it_prints(ushort any)
    {
        var year = YearFrom(any);
        FinancialYear.Parse(year.ToString()).Should().Be(year);
    }

    [Property]
    public void Every_day_lies_in_exactly_one_year_quarter_and_half(ushort any)
    {
        var day = new DateOnly(1900, 4, 1).AddDays(any);
        var year = FinancialYear.Containing(day);
        year.Contains(day).Should().BeTrue();
        year.Next.Contains(day).Should().BeFalse();
        foreach (var length in Enum.GetValues<PeriodLength>())
            year.Periods(length).Where(period => period.Contains(day))
                .Should().ContainSingle().Which.Should().Be(ReportingPeriod.Containing(day, length));
    }

    [Property]
    public void The_periods_of_a_year_follow_one_another_without_a_gap(ushort any)
    {
        var year = YearFrom(any);
        foreach (var length in Enum.GetValues<PeriodLength>())
        {
            var periods = year.Periods(length);
            periods[0].First.Should().Be(year.First);
            periods[^1].Last.Should().Be(year.Last);
            foreach (var period in periods)
            {
                period.Next.First.Should().Be(period.Last.AddDays(1));
                ReportingPeriod.Parse(period.ToString()).Should().Be(period);
            }
        }
    }

    private static FinancialYear YearFrom(ushort any) => new(1900 + any % 1099);
}
