using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Vocabulary;

public class MeasuredPeriodStories
{
    [Theory]
    [InlineData("2013-14", "2013-04-01", "2014-03-31", "2013-14")]
    [InlineData("2013/14", "2013-04-01", "2014-03-31", "2013-14")]
    [InlineData("2011-12", "2011-04-01", "2012-03-31", "2011-12")]
    [InlineData("2013-2014", "2013-04-01", "2014-03-31", "2013-14")]
    [InlineData("2013-14 Q4", "2014-01-01", "2014-03-31", "2013-14 Q4")]
    [InlineData("Q2 2013/14", "2013-07-01", "2013-09-30", "2013-14 Q2")]
    [InlineData("2013-14 H2", "2013-10-01", "2014-03-31", "2013-14 H2")]
    [InlineData("2011", "2011-01-01", "2011-12-31", "2011")]
    [InlineData("2011 Q1", "2011-01-01", "2011-03-31", "2010-11 Q4")]
    [InlineData("2007/08 to 2008/09", "2007-04-01", "2009-03-31", "2007-08 to 2008-09")]
    [InlineData("2012-2014", "2012-01-01", "2014-12-31", "2012 to 2014")]
    [InlineData("2012 – 2014", "2012-01-01", "2014-12-31", "2012 to 2014")]
    [InlineData("2013Q1", "2013-01-01", "2013-03-31", "2012-13 Q4")]
    [InlineData("2013-Q3", "2013-07-01", "2013-09-30", "2013-14 Q2")]
    [InlineData("Q3 2013", "2013-07-01", "2013-09-30", "2013-14 Q2")]
    [InlineData("Quarter 1 2014", "2014-01-01", "2014-03-31", "2013-14 Q4")]
    [InlineData("2013.0", "2013-01-01", "2013-12-31", "2013")]
    [InlineData("FY 2013/14", "2013-04-01", "2014-03-31", "2013-14")]
    [InlineData("Apr to Jun 2013", "2013-04-01", "2013-06-30", "2013-14 Q1")]
    [InlineData("Dec-Feb 2014", "2013-12-01", "2014-02-28", "2013-12-01 to 2014-02-28")]
    [InlineData("2013 Apr-Jun", "2013-04-01", "2013-06-30", "2013-14 Q1")]
    [InlineData("Year ending 31 March 2014", "2013-04-01", "2014-03-31", "2013-14")]
    [InlineData("year ending Dec 2013", "2013-01-01", "2013-12-31", "2013")]
    [InlineData("Apr-13", "2013-04-01", "2013-04-30", "April 2013")]
    [InlineData("May 2013", "2013-05-01", "2013-05-31", "May 2013")]
    [InlineData("Apr 2018-Mar 2019", "2018-04-01", "2019-03-31", "2018-19")]
    [InlineData("April 2012 to March 2013", "2012-04-01", "2013-03-31", "2012-13")]
    [InlineData("January 2013/December 2013", "2013-01-01", "2013-12-31", "2013")]
    [InlineData("2015 - 17", "2015-01-01", "2017-12-31", "2015 to 2017")]
    [InlineData("2015-17", "2015-01-01", "2017-12-31", "2015 to 2017")]
    [InlineData("1999 to 01", "1999-01-01", "2001-12-31", "1999 to 2001")]
    [InlineData("2010/11 - 12/13", "2010-04-01", "2013-03-31", "2010-11 to 2012-13")]
    [InlineData("2013/14 - 14/15", "2013-04-01", "2015-03-31", "2013-14 to 2014-15")]
    [InlineData("31 March 2014", "2014-03-31", "2014-03-31", "2014-03-31 to 2014-03-31")]
    [InlineData("2013-05-03 to 2013-06-02", "2013-05-03", "2013-06-02", "2013-05-03 to 2013-06-02")]
    public void It_is_read_as_others_write_it_and_printed_one_way(string written, string first, string last, string printed)
    {
        var period = MeasuredPeriod.Parse(written);
        (period.First, period.Last).Should().Be((DateOnly.Parse(first), DateOnly.Parse(last)));
        period.ToString().Should().Be(printed);
        MeasuredPeriod.Parse(printed).Should().Be(period);
    }

    [Theory]
    [InlineData(""), InlineData("2013-05"), InlineData("2014 to 2012"), InlineData("last year"), InlineData("0012"), InlineData("1850"), InlineData("0001-01-01"), InlineData("2013 Q5"), InlineData("2013 - 14"), InlineData("2010/11 - 13"), InlineData("2010 - 12/13"), InlineData("2008-11"), InlineData("2013 - 05"), InlineData("31/03/2014"), InlineData(null)]
    public void What_is_no_period_is_refused(string? written) => MeasuredPeriod.TryParse(written, null, out _).Should().BeFalse();

    [Fact]
    public void It_knows_what_came_before()
    {
        MeasuredPeriod.Parse("2013-14 Q1").Previous.Should().Be(MeasuredPeriod.Parse("2012-13 Q4"));
        MeasuredPeriod.Parse("2013-14 Q1").YearBefore.Should().Be(MeasuredPeriod.Parse("2012-13 Q1"));
        MeasuredPeriod.Parse("2012 to 2014").Previous.Should().Be(MeasuredPeriod.Parse("2009 to 2011"));
        MeasuredPeriod.Parse("2011").Year.Should().Be(FinancialYear.Parse("2011-12"));
    }
}
