using System.Text.Json;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Reporting;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Ledger;

public sealed class SentenceStories
{
    [Fact]
    public void An_event_is_told_as_people_write_with_neither_its_own_id_nor_raw_days()
    {
        var id = Guid.Parse("0198d3a0-0000-7000-8000-000000000001");
        var proposed = new CommitmentProposed(new CommitmentId(id), "local-jobs", new PartnerId(id), "Offer 40 apprenticeships", "aim:a3", ["way:w4", "aim:a1"], new DateOnly(2014, 3, 31), true);

        Sentence.Of(Recorded.As("commitment", id)(proposed, 0), ids: false).Should().Be(
            "Commitment proposed: key local-jobs, wording “Offer 40 apprenticeships”, source aim a3, serves way w4 and aim a1, due on 31 March 2014, awaits confirmation.");
    }

    [Theory]
    [InlineData("\"2014-03-31\"", "31 March 2014")]
    [InlineData("\"2014-03-31T12:05:00Z\"", "31 March 2014 12:05 UTC")]
    [InlineData("\"2013-14 Q2\"", "2013-14 Q2")]
    [InlineData("\"2013-14\"", "2013-14")]
    [InlineData("\"OnTrack\"", "on track")]
    [InlineData("\"2014-03-99\"", "2014-03-99")]
    [InlineData("\"Met.\"", "“Met.”")]
    [InlineData("[\"a-b\",\"c-d\",\"e-f\"]", "a-b, c-d and e-f")]
    [InlineData("{\"late\":false,\"nilReturn\":false,\"breached\":true}", "not late, nil return no, breached")]
    [InlineData("{\"name\":\"Cabinet\",\"rule\":{\"_\":\"each-period\",\"dueDays\":91}}", "name “Cabinet”, rule (each-period, due days 91)")]
    [InlineData("[{\"text\":\"Open it.\"},{\"text\":\"Close it.\"}]", "(text “Open it.”; text “Close it.”)")]
    [InlineData("[{},{},{},{}]", "4")]
    [InlineData("\"Two\\nlines, and more\"", "“Two lines, and more”")]
    [InlineData("\"quarterly\"", "quarterly")]
    public void A_value_is_told_in_words(string json, string words) => Sentence.Words(JsonSerializer.Deserialize<JsonElement>(json)).Should().Be(words);

    [Fact]
    public void A_record_is_told_a_fact_a_line() => Sentence.Facts(JsonSerializer.Deserialize<JsonElement>(
            """{"id":"x/1","version":3,"dueOn":"2014-03-31","clock":{"awaited":"2013-14 Q4"},"misses":[{"period":"2013-14 Q1"}],"note":null}"""))
        .Should().Equal(("Due on", "31 March 2014"), ("Clock, awaited", "2013-14 Q4"), ("Misses, no. 1", "period 2013-14 Q1"));
}
