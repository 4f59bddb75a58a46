using System.Text;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Vocabulary;
using FsCheck.Xunit;

namespace EqualitiesPlatform.Stories.Objectives;

/// <summary>Files of figures as others publish them.</summary>
public class ImportStories
{
    private static readonly MeasureId Measure = new(Guid.Parse("00000000-0000-7000-8000-0000000000b1"));

    [Fact]
    public void A_swallowedfile_loads_without_editing()
    {
        var (figures, found, rows) = Read(
            "\uFEFFYear,Type,Sex,Unit,Value\r\n2007/08 to 2008/09,\"Race, or\nethnicity\",,Percentage,0.16\r\n2007/08 to 2008/09,,,Percentage,\"1,028.5\"\r\n",
            """{"period":"Year","value":"Value","breakdowns":[{"column":"Type","is":"strand","new_categories":true}]}""");
        found.Should().BeEmpty();
        figures.Select(f => (f.Line, f.Period.ToString(), f.Cell, f.Value)).Should().Equal(
            (2, "2007-08 to 2008-09", "strand=race-or-ethnicity", 0.16m), (4, "2007-08 to 2008-09", "", 1028.5m));
        rows.LeftOut.Should().Equal("Sex", "Unit");
        rows.Added.Single().Categories.Should().Equal(new Category("race-or-ethnicity", "Race, or\nethnicity"));
    }

    [Fact]
    public void A_wide_file_has_a_figure_in_each_of_its_columns()
    {
        var (figures, found, _) = Read(
            "date;geography;Group: All; Group: Race;Group: Disability\n2011;Barnet;10;4;6\n",
            """{"period":"date","ignore":["geography"],"wide":{"is":"strand","columns":"^Group: (.+)$","total":["All"]}}""");
        found.Should().BeEmpty();
        figures.Select(f => (f.Cell, f.Value)).Should().Equal(("", 10m), ("strand=race", 4m), ("strand=disability", 6m));
    }

    [Fact]
    public void Each_bad_row_is_told_with_its_line_its_column_and_why()
    {
        var (figures, found, _) = Read("Period,strand,Value\n2013,Race,12\n2013,Rase,3\nsome day,Race,4\n2012,Race,\n2012,Disability,n/k\n2012,Race\n2011,Race,1.234.5\n");
        figures.Should().ContainSingle();
        found.Select(f => (f.Line, f.Column)).Should().Equal((3, "strand"), (4, "Period"), (5, "Value"), (6, "Value"), (7, ""), (8, "Value"));
        found[0].Reason.Should().Contain("is it \"race\"?");
        found.Should().OnlyContain(f => f.Reason.EndsWith('.') || f.Reason.EndsWith('?'));
    }

    [Fact]
    public void What_is_wrong_in_every_row_is_told_row_by_row_at_first_and_then_once()
    {
        var repeated = new Repetitions();
        var told = Enumerable.Range(2, 1_000).Where(line => line != 500).Where(line => !repeated.Holds(new Finding(line, "Period", "2031 is not over."))).ToArray();
        repeated.Holds(new Finding(7, "Value", "This is no number.")).Should().BeFalse("it is another sentence");
        repeated.Holds(new Finding(0, "Type", "Is it the same?", Whole: true)).Should().BeFalse();
        told.Should().Equal(Enumerable.Range(2, 10));
        repeated.Rest().Should().Equal(new Finding(12, "Period", "2031 is not over. And 989 more of the same, in lines 12 to 499, 501 to 1001."));
        repeated.Rest().Should().BeEmpty();
    }

    [Fact]
    public void A_quotation_mark_that_is_not_closed_is_told_where_it_opens()
    {
        var (figures, found, _) = Read("Period,strand,Value\n2013,Race,1\n2012,\"Race,2\n2011,Race,3\n");
        figures.Should().ContainSingle();
        found.Should().ContainSingle().Which.Should().Match<Finding>(f => f.Line == 3 && f.Reason.Contains("is a quotation mark not closed?"));
        var (rest, swallowed, _) = Read("Period,strand,Value\n2013,Race,1\n2012,\"Race,2\n" + string.Concat(Enumerable.Repeat("2011,Race,3\n", 20_000)));
        rest.Should().ContainSingle();
        swallowed.Should().ContainSingle().Which.Should().Match<Finding>(f => f.Line == 3 && f.Whole);
    }

    [Fact]
    public void No_line_is_left_unsaid_however_many_are_bad_and_however_far_apart()
    {
        var repeated = new Repetitions();
        for (var line = 2; line < 2_002; line += 2) repeated.Holds(new Finding(line, "Value", "There is no value."));
        var rest = repeated.Rest();
        rest.Should().HaveCount(10, "a hundred at a time");
        rest.SelectMany(f => f.Reason[(f.Reason.IndexOf("lines", StringComparison.Ordinal) + 6)..^1].Split(", ")).Select(int.Parse).Should().Equal(Enumerable.Range(11, 990).Select(i => 2 * i));
    }

    [Fact]
    public void What_stands_for_no_figure_is_no_figure()
    {
        var (figures, found, rows) = Read("Period,strand,Value,Note\n2013,Race,..,Missing\n2013,Disability,,Normal\n2012,Race,5,Normal\n",
            """{"missing":["..",""],"status":{"column":"Note","skip":["Missing"]}}""");
        found.Should().BeEmpty();
        (figures.Count, rows.WithoutValue).Should().Be((1, 2));
    }

    [Fact]
    public void A_column_that_nobody_explained_is_not_dropped_in_silence()
    {
        var (_, found, _) = Read("Period,strand,Area,Value\n2013,Race,A,1\n2013,Race,B,2\n2013,Race,C,3\n");
        found.Should().ContainSingle().Which.Should().Match<Finding>(f => f.Whole && f.Column == "Area" && f.Line == 3);
    }

    [Fact]
    public void A_heading_that_was_renamed_is_asked_about()
    {
        var (_, found, _) = Read("Period,Types of crime,Value\n2013,Race,1\n", """{"breakdowns":[{"column":"Type of crime","is":"strand"}]}""");
        found.Should().ContainSingle().Which.Reason.Should().Contain("Is it \"Types of crime\" now?");
    }

    [Fact]
    public void Of_a_file_with_several_series_one_is_taken()
    {
        var (figures, found, rows) = Read("Year,Units,Series,strand,GeoCode,Value\n2014/15,Rate,A,,E1,1.5\n2014/15,Rate,A,Race,E2,1.25\n2014/15,Number,A,,E1,150\n",
            """{"only":{"Units":"rate"},"ignore":["GeoCode"]}""");
        found.Should().BeEmpty();
        figures.Select(f => (f.Cell, f.Value)).Should().Equal(("", 1.5m), ("strand=race", 1.25m));
        (rows.Rows, rows.LeftOutRows).Should().Be((3, 1));
        Read("Year,Units,Value\n2014/15,Rate,1\n", """{"only":{"Units":"Share"}}""").Found.Should().ContainSingle().Which.Reason.Should().Contain("No row says \"Share\" under \"Units\"");
    }

    [Fact]
    public void Titles_above_and_notes_below_are_left_out_when_the_mapping_says_so()
    {
        const string file = "Hate crime, by strand; a title\n\nYear;strand;Value\n2013;Race;1.204,5\n2013;Disability;[c]\n;;\nSource: a survey;;\n[c] kept back\n";
        var (figures, found, rows) = Read(file, """{"headings_at":3,"notes":true,"decimal":",","missing":["[c]"]}""");
        found.Should().BeEmpty();
        figures.Should().ContainSingle(f => f.Value == 1204.5m && f.Line == 4);
        (rows.Rows, rows.LeftOutRows, rows.WithoutValue).Should().Be((4, 2, 1));
        Read(file, """{"headings_at":3,"decimal":","}""").Found.Select(f => (f.Line, f.Column)).Should().Equal([(5, "Value"), (7, "Year"), (7, "Value"), (8, "")]);
    }

    [Theory]
    [InlineData("[c]")]
    [InlineData("x")]
    [InlineData("-")]
    [InlineData("..")]
    [InlineData(":")]
    [InlineData("n/a")]
    public void A_mark_that_stands_where_there_is_no_figure_is_told_with_how_to_say_so(string mark)
    {
        Read($"Period,strand,Value\n2013,Race,{mark}\n").Found.Should().ContainSingle().Which.Reason.Should().Contain($"\"missing\": [\"{mark}\"]");
        Read($"Period,strand,Value\n2013,Race,{mark}\n", $$"""{"missing":["{{mark}}"]}""").Found.Should().BeEmpty();
    }

    [Fact]
    public void A_constant_is_held_to_be_one() =>
        Read("Period,strand,Unit,Value\n2013,Race,people,1\n2012,Race,crimes,2\n", """{"constants":{"Unit":"people"}}""").Found
            .Should().ContainSingle().Which.Column.Should().Be("Unit");

    [Theory]
    [InlineData("1234.5", '.', "1234.5")]
    [InlineData(" 1,234,567.89 ", '.', "1234567.89")]
    [InlineData("1.234,5", ',', "1234.5")]
    [InlineData("1 234", '.', "1234")]
    [InlineData("\u22125", '.', "-5")]
    [InlineData("12%", '.', "12")]
    [InlineData("\u20130.4", '.', "-0.4")]
    [InlineData(".5", '.', "0.5")]
    [InlineData("1.2e-3", '.', "0.0012")]
    [InlineData("0.050195412582026123", '.', "0.050195412582026123")]
    [InlineData("1,23", '.', null)]
    [InlineData("12,3456", '.', null)]
    [InlineData("1,234,56", '.', null)]
    [InlineData("1.2.3", '.', null)]
    [InlineData("", '.', null)]
    [InlineData("-", '.', null)]
    [InlineData("five", '.', null)]
    [InlineData("1e400", '.', null)]
    public void A_number_is_read_as_it_was_meant_or_not_at_all(string text, char mark, string? number) =>
        CsvNumber.Read(text, mark).Should().Be(number is null ? null : decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void An_encoding_is_known_by_its_mark_or_by_what_the_bytes_can_be()
    {
        CsvText.EncodingOf(new MemoryStream([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("a,é")]), null).Should().Be(Encoding.Unicode);
        CsvText.EncodingOf(new MemoryStream("a,é"u8.ToArray()), null).Should().Be(Encoding.UTF8);
        var old = CsvText.EncodingOf(new MemoryStream([0x61, 0x2c, 0xe9, 0x92]), null);
        old.GetString([0xe9, 0x92]).Should().Be("é’");
        // Without a mark, UTF-16 is known by its zeros.
        CsvText.EncodingOf(new MemoryStream(Encoding.Unicode.GetBytes("Year,é")), null).Should().Be(Encoding.Unicode);
        CsvText.EncodingOf(new MemoryStream(Encoding.BigEndianUnicode.GetBytes("Year,é")), null).Should().Be(Encoding.BigEndianUnicode);
        FluentActions.Invoking(() => CsvText.EncodingOf(new MemoryStream([0x61, 0x2c, 0xe9, 0x92]), "utf-8")).Should().Throw<FieldsException>();
    }

    [Theory]
    [InlineData("{\"perod\":\"Year\"}")]
    [InlineData("{\"period\":\"Year\",\"fixed_period\":\"2011\"}")]
    [InlineData("{\"wide\":{\"is\":\"strand\",\"columns\":\"((\"}}")]
    [InlineData("{\"decimal\":\"'\"}")]
    [InlineData("{\"encoding\":\"ebcdic\"}")]
    [InlineData("{\"periods\":{\"201314\":\"some day\"}}")]
    [InlineData("{\"period\":\"Year\",\"wide\":{\"is\":\"period\"}}")]
    [InlineData("[")]
    public void A_mapping_that_can_not_be_meant_is_refused(string mapping) =>
        FluentActions.Invoking(() => FigureMapping.Read(Encoding.UTF8.GetBytes(mapping))).Should().Throw<FieldsException>().Which.Violations.Should().ContainSingle(v => v.Field == "mapping");

    [Fact]
    public void Parts_that_do_not_make_their_total_are_told_at_the_totals_line()
    {
        var totals = new PartsAndTotals(Terms);
        foreach (var (line, cell, value) in new[] { (2, "", 11m), (3, "strand=race", 4m), (4, "strand=disability", 6m) }) totals.Add(Figure(line, cell, value));
        totals.Findings().Should().ContainSingle().Which.Should().Match<Finding>(f => f.Line == 2 && f.Reason.Contains("make 10, and this says 11"));
        var rounded = new PartsAndTotals(Terms);
        foreach (var (line, cell, value) in new[] { (2, "", 10.1m), (3, "strand=race", 4.04m), (4, "strand=disability", 6.05m) }) rounded.Add(Figure(line, cell, value));
        rounded.Findings().Should().BeEmpty("each of 10.1, 4.04 and 6.05 was rounded by itself");
        var whole = new PartsAndTotals(Terms);
        foreach (var (line, cell, value) in new[] { (2, "", 11m), (3, "strand=race", 4m) }) whole.Add(Figure(line, cell, value));
        whole.Findings().Should().BeEmpty("a part is missing, so nothing can be said");
    }

    /// <summary>Parts that were made by dividing a total always make it again.</summary>
    [Property(MaxTest = 200)]
    public bool The_sum_of_the_parts_is_the_whole(ushort one, ushort other, bool whole)
    {
        var totals = new PartsAndTotals(Terms);
        totals.Add(Figure(2, "strand=race", one));
        totals.Add(Figure(3, "", one + other + (whole ? 0 : 1)));
        totals.Add(Figure(4, "strand=disability", other));
        return totals.Findings().Any() != whole;
    }

    [Fact]
    public void A_category_under_another_label_is_known_by_its_figures()
    {
        var (before, now) = (new Sketches(), new Sketches());
        for (var year = 2001; year < 2014; year++)
        {
            before.Add(MeasuredPeriod.Calendar(year), "strand=race", year * 3);
            now.Add(MeasuredPeriod.Calendar(year), "strand=race-or-ethnicity", year == 2013 ? 1 : year * 3);
            now.Add(MeasuredPeriod.Calendar(year), "strand=age", year);
        }
        before.Renamed(now, Words).Should().ContainSingle().Which.Should().Be((("strand", "race"), "12 of 13 places that were compared", "race-or-ethnicity"));
        before.Renamed(before, Words).Should().BeEmpty();
    }

    [Fact]
    public void A_category_under_another_label_is_known_by_its_words_when_its_figures_were_revised_too()
    {
        var (before, now) = (new Sketches(), new Sketches());
        for (var year = 2001; year < 2014; year++)
        {
            before.Add(MeasuredPeriod.Calendar(year), "strand=race", year * 3);
            now.Add(MeasuredPeriod.Calendar(year), "strand=race-or-ethnicity", year * 4);
            now.Add(MeasuredPeriod.Calendar(year), "strand=age", year);
        }
        before.Renamed(now, Words).Should().ContainSingle().Which.Should().Be((("strand", "race"), "0 of 13 places that were compared", "race-or-ethnicity"));
        before.Renamed(now, (_, category) => category == "race" ? "Faith" : category).Should().BeEmpty("nothing speaks for it");
    }

    [Theory]
    [InlineData("White British", "White: British", true)]
    [InlineData("Race", "Race or ethnicity", true)]
    [InlineData("Sexual orientation", "Sexual Orientation (all)", true)]
    [InlineData("Male", "Men", false)]
    [InlineData("Disability", "Religion", false)]
    public void Labels_read_alike_or_do_not(string one, string other, bool alike) => Sketches.Alike(one, other).Should().Be(alike);

    [Fact]
    public async Task A_file_with_a_column_for_each_period_comes_in_and_goes_out()
    {
        const string mapping = """{"breakdowns":[{"column":"Strand","is":"strand","total":["All"]}],"ignore":["Code"],"missing":["-"],"wide":{"is":"period","columns":"^(\\d{4}/\\d{2})$"}}""";
        const string file = "Code,Strand,2011/12,2012/13\nE1,All,10,11\nE2,Race,4,-\n";
        var (figures, found, rows) = Read(file, mapping);
        found.Should().BeEmpty();
        figures.Select(f => (f.Line, f.Period.ToString(), f.Cell, f.Value)).Should().Equal((2, "2011-12", "", 10m), (2, "2012-13", "", 11m), (3, "2011-12", "strand=race", 4m));
        rows.WithoutValue.Should().Be(1);
        FigureOnRecord[] known = [.. figures.Select(f => new FigureOnRecord(1, f.Period, f.Cell, f.Value, null, null, ObservationStatus.Final, 0, null, new(2013, 5, 1), 1))];
        var written = await Written(known, mapping.Replace("\"ignore\"", "\"constants\":{\"Code\":\"E\"},\"ignore\""));
        written.Should().Be("Strand,Code,2011/12,2012/13\nAll,E,10,11\nRace,E,4,-\n");
        Read(written, mapping).Figures.Select(f => (f.Period, f.Cell, f.Value)).Should().Equal(figures.Select(f => (f.Period, f.Cell, f.Value)));
        Read("Code,Strand,2011/12,2011/13\n", mapping).Found.Select(f => (f.Line, f.Column)).Should().Equal((1, "2011/13"));
        // Without an expression, all columns that are headed by a period are.
        Read("Strand,2011,2012,Rank\nRace,4,5,1\n", """{"wide":{"is":"period"}}""").Figures.Select(f => (f.Cell, f.Value)).Should().Equal(("strand=race", 4m), ("strand=race", 5m));
        Read("Strand,2011,2011\nRace,4,5\n", """{"wide":{"is":"period"}}""").Found.Should().ContainSingle().Which.Reason.Should().Contain("means the same period");
    }

    [Fact]
    public async Task A_period_in_words_of_the_publishers_own_is_read_and_written_as_the_mapping_says()
    {
        const string mapping = """{"period":"time_period","periods":{"201314":"2013-14","Baseline":"2009-09-01 to 2010-08-31"}}""";
        const string file = "time_period,strand,Value,Status\nBaseline,,10,Final\n201314,,11,Final\n";
        var (figures, found, _) = Read(file, mapping);
        found.Should().BeEmpty();
        figures.Select(f => f.Period.ToString()).Should().Equal("2009-09-01 to 2010-08-31", "2013-14");
        FigureOnRecord[] known = [.. figures.Select(f => new FigureOnRecord(1, f.Period, f.Cell, f.Value, null, null, ObservationStatus.Final, 0, null, new(2013, 5, 1), 1))];
        (await Written(known, mapping)).Should().Be(file);
        Read("time_period,strand,Value\n201415,,11\n", mapping).Found.Should().ContainSingle().Which.Reason.Should().Contain("under periods");
    }

    [Fact]
    public void Flags_behind_a_number_do_not_matter_when_the_mapping_says_so()
    {
        const string file = "Period,strand,Value\n2013,Race,12.5 [r]\n2012,Race,\"1,204*\"\n2011,Race,<5\n";
        Read(file).Found.Select(f => f.Reason[(f.Reason.IndexOf("mapping: ", StringComparison.Ordinal) + 9)..]).Should().Equal("\"flags\": [\"[r]\"].", "\"flags\": [\"*\"].", "\"missing\": [\"<5\"].");
        var (figures, found, rows) = Read(file, """{"flags":["[r]","*"],"missing":["<5"]}""");
        found.Should().BeEmpty();
        figures.Select(f => f.Value).Should().Equal(12.5m, 1204m);
        rows.WithoutValue.Should().Be(1);
    }

    [Fact]
    public void Columns_that_do_not_matter_are_left_out_by_name_by_pattern_or_all_together()
    {
        const string file = "Period,strand,Value,Value - conf,Rank,Rank\n2013,Race,1,0.1,1,3\n2012,Race,2,0.2,2,4\n";
        foreach (var ignore in (string[])["\"* - conf\",\"Rank\"", "\"*\""])
        {
            var (figures, found, rows) = Read(file, $$"""{"ignore":[{{ignore}}]}""");
            found.Should().BeEmpty();
            figures.Should().HaveCount(2);
            rows.LeftOut.Should().Equal("Value - conf", "Rank");
        }
        Read(file, """{"ignore":["Value*"]}""").Found.Select(f => (f.Line, f.Column)).Should().Equal([(3, "Rank"), (3, "Rank")]);
        Read("Period,strand,Value,value\n2013,Race,1,2\n").Found.Should().ContainSingle().Which.Reason.Should().Contain("twice");
        // A wide layout takes what its expression says, but what is left out by name.
        Read("Year,Code,All,Race\n2013,E1,3,1\n", """{"ignore":["Code","*"],"wide":{"is":"strand","columns":"^(.+)$","total":["all"]}}""").Figures.Select(f => f.Cell).Should().Equal("", "strand=race");
    }

    [Fact]
    public void A_rate_that_comes_with_one_of_its_two_numbers_stands_alone_and_one_that_is_kept_back_is_none()
    {
        var rate = new MeasureTerms(Terms.Register with { Definition = Terms.Register.Definition with { Numerator = "reports", Denominator = "people", Per = 1000 } }, Terms.Breakdowns);
        var (figures, found, rows) = Read("Period,strand,Value,Numerator,Denominator\n2013,Race,26,\"1,300\",\"50,000\"\n2012,Race,25,,\"50,000\"\n2011,Race,?,34,?\n2010,Race,,34,\n", """{"missing":["?"]}""", rate);
        figures.Select(f => (f.Value, f.Numerator)).Should().Equal((26m, 1300m), (25m, null));
        (rows.WithoutValue, found.Select(f => f.Line).Distinct().Single()).Should().Be((1, 5));
    }

    [Fact]
    public void A_word_that_may_stand_for_the_whole_is_told_with_how_to_say_so() =>
        Read("Period,strand,Value\n2013,All strands,1\n").Found.Should().ContainSingle().Which.Reason.Should().Contain("\"total\": [\"All strands\"]");

    [Fact]
    public async Task What_goes_out_comes_in_again_as_it_was()
    {
        const string mapping = """{"period":"Year","value":"Rate","breakdowns":[{"column":"Type of crime","is":"strand","total":[""]}],"constants":{"Unit":"a, \"unit\""},"decimal":","}""";
        FigureOnRecord[] known =
        [
            new(1, MeasuredPeriod.Parse("2011-12"), "", 1234.50m, null, null, ObservationStatus.Final, 0, null, new(2013, 5, 1), 1),
            new(1, MeasuredPeriod.Parse("2011-12"), "strand=race", 0.25m, null, null, ObservationStatus.Final, 0, null, new(2013, 5, 1), 1),
        ];
        var file = await Written(known, mapping);
        file.Should().Be("Year,Type of crime,Unit,Rate\n2011-12,,\"a, \"\"unit\"\"\",\"1234,50\"\n2011-12,Race,\"a, \"\"unit\"\"\",\"0,25\"\n");
        var (figures, found, _) = Read(file, mapping);
        found.Should().BeEmpty();
        figures.Select(f => (f.Period, f.Cell, f.Value)).Should().Equal(known.Select(f => (f.Period, f.Cell, f.Value)));
    }

    [Fact]
    public async Task A_wide_file_goes_out_wide()
    {
        const string mapping = """{"period":"date","wide":{"is":"strand","columns":"^Group: (.+)$","write":"Group: {}","total":["All"]}}""";
        FigureOnRecord Of(string cell, decimal value) => new(1, MeasuredPeriod.Parse("2011"), cell, value, null, null, ObservationStatus.Final, 0, null, new(2013, 5, 1), 1);
        var file = await Written([Of("strand=disability", 6), Of("", 10), Of("strand=race", 4)], mapping);
        file.Should().Be("date,Group: All,Group: Race,Group: Disability\n2011,10,4,6\n");
        Read(file, mapping).Figures.Should().HaveCount(3);
    }

    [Fact]
    public async Task The_metadata_of_a_csv_names_each_column()
    {
        var metadata = await Metadata("{}");
        metadata.GetProperty("url").GetString().Should().Be("figures.csv");
        Columns(metadata, "titles").Should().Equal("Period", "strand", "Value", "Status");
        // Names are unique whatever the headings are, and what stands for no figure is said.
        var awkward = await Metadata("""{"period":"Rate (%)","value":"Rate %","missing":["[x]"]}""");
        Columns(awkward, "name").Should().Equal("rate", "strand", "rate_2");
        Columns(awkward, "null").Should().Equal("", "", "[x]");
        Columns(await Metadata("""{"wide":{"is":"period"}}"""), "titles").Should().Equal("strand", "2011", "2012");
    }

    [Fact]
    public async Task Parquet_is_written()
    {
        using var stream = new MemoryStream();
        FigureOnRecord[] known = [new(1, MeasuredPeriod.Parse("2011"), "strand=race", 4, null, null, ObservationStatus.Final, 0, null, new(2013, 5, 1), 1)];
        await new FigureExport(Terms, new FigureMapping()).Parquet(known.ToAsyncEnumerable(), stream, _ => { }, default);
        Encoding.ASCII.GetString(stream.ToArray()[..4]).Should().Be("PAR1");
        Encoding.ASCII.GetString(stream.ToArray()[^4..]).Should().Be("PAR1");
    }

    internal static MeasureTerms Terms
    {
        get
        {
            var definition = new MeasureDefinition("Hate crime", "m", "reports", null, null, 1, Polarity.Contextual, Frequency.Yearly, YearEnd.Sum, "Police", "Safety", ["strand"], true);
            var measure = new object[] { new MeasureDefined(Measure, "hate-crime", null, definition, null, null, []) }
                .Select(Recorded.As(MeasureId.Kind, Measure.Value)).Aggregate((MeasureRegister?)null, MeasureRegister.Fold)!;
            var strand = new ClassificationId(Guid.Parse("00000000-0000-7000-8000-0000000000c1"));
            var classification = new object[] { new ClassificationPublished(strand, "strand", 1, "Strand", BreakdownBy.Other, [new("race", "Race"), new("disability", "Disability")], new(2013, 4, 1)) }
                .Select(Recorded.As(ClassificationId.Kind, strand.Value)).Aggregate((ClassificationRegister?)null, ClassificationRegister.Fold)!;
            return new MeasureTerms(measure, [new BreakdownTerms("strand", strand, classification, null)]);
        }
    }

    private static async Task<string> Written(IReadOnlyList<FigureOnRecord> figures, string mapping)
    {
        using var text = new StringWriter();
        await new FigureExport(Terms, FigureMapping.Read(Encoding.UTF8.GetBytes(mapping))).Csv(figures.ToAsyncEnumerable(), text, _ => { }, default);
        return text.ToString();
    }

    private static async Task<System.Text.Json.JsonElement> Metadata(string mapping)
    {
        FigureOnRecord[] known = [.. new[] { "2012", "2011" }.Select(year => new FigureOnRecord(1, MeasuredPeriod.Parse(year), "", 1, null, null, ObservationStatus.Final, 0, null, new(2013, 5, 1), 1))];
        return System.Text.Json.JsonDocument.Parse(await new FigureExport(Terms, FigureMapping.Read(Encoding.UTF8.GetBytes(mapping))).Metadata("figures.csv", known.ToAsyncEnumerable(), default)).RootElement;
    }

    private static IEnumerable<string?> Columns(System.Text.Json.JsonElement metadata, string property) =>
        metadata.GetProperty("tableSchema").GetProperty("columns").EnumerateArray().Select(c => c.GetProperty(property).GetString());

    private static string Words(string breakdown, string category) => category.Replace('-', ' ');

    private static FileFigure Figure(int line, string cell, decimal value) => new(line, MeasuredPeriod.Parse("2011"), cell, value, null, null, ObservationStatus.Final);

    private static (IReadOnlyList<FileFigure> Figures, IReadOnlyList<Finding> Found, FigureRows Rows) Read(string file, string mapping = "{}", MeasureTerms? terms = null)
    {
        var found = new List<Finding>();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        var encoding = CsvText.EncodingOf(stream, null);
        var laidOut = FigureMapping.Read(Encoding.UTF8.GetBytes(mapping));
        using var csv = CsvText.Open(stream, encoding, CsvText.DelimiterOf(stream, encoding, laidOut.HeadingsAt ?? 1));
        var rows = new FigureRows(laidOut, terms ?? Terms, ObservationStatus.Final, new Dictionary<(string, string), string>(), true, found.Add);
        return ([.. rows.Read(csv).SelectMany(row => row)], found, rows);
    }
}
