using System.Text.Json;
using EqualitiesPlatform.Vocabulary;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace EqualitiesPlatform.Stories.Vocabulary;

public class WordStories
{
    private static readonly Serializer Orleans =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    public static TheoryData<object, string> Values => new()
    {
        { FinancialYear.Parse("2013-14"), "\"2013-14\"" },
        { ReportingPeriod.Parse("2013-14 Q2"), "\"2013-14 Q2\"" },
        { ReportingPeriod.Parse("2013-14"), "\"2013-14\"" },
        { ProtectedCharacteristic.MarriageAndCivilPartnership, "\"marriage-and-civil-partnership\"" },
        { DutyAim.FosterGoodRelations, "\"foster-good-relations\"" },
        { new Ward("Colindale"), "\"Colindale\"" },
        { new Citation(CitationSource.Policy, "How, bullet 4"), """{"Source":"Policy","At":"How, bullet 4"}""" },
        { new Citation(CitationSource.Practice, ""), """{"Source":"practice","At":""}""" },
        { PartnerId.From(new Guid("5f0c8a56-1c1f-4f53-9a0e-0a4b8f4b6c11")), "\"5f0c8a56-1c1f-4f53-9a0e-0a4b8f4b6c11\"" },
        { new PersonId(new Guid("5f0c8a56-1c1f-4f53-9a0e-0a4b8f4b6c11")), "\"5f0c8a56-1c1f-4f53-9a0e-0a4b8f4b6c11\"" },
    };

    [Theory, MemberData(nameof(Values))]
    public void A_value_survives_json_and_stands_there_as_people_write_it(object value, string json)
    {
        JsonSerializer.Serialize(value, value.GetType()).Should().Be(json);
        JsonSerializer.Deserialize(json, value.GetType()).Should().Be(value);
    }

    [Theory, MemberData(nameof(Values))]
    public void A_value_survives_the_way_from_silo_to_silo(object value, string _) =>
        Orleans.Deserialize<object>(Orleans.SerializeToArray(value)).Should().Be(value);

    [Theory]
    [InlineData(typeof(FinancialYear), "\"2013-15\""), InlineData(typeof(ReportingPeriod), "\"2013-14 Q5\"")]
    [InlineData(typeof(DutyAim), "1"), InlineData(typeof(PartnerId), "\"police\""), InlineData(typeof(FinancialYear), "2013")]
    public void Json_that_is_no_such_value_is_refused(Type type, string json) =>
        FluentActions.Invoking(() => JsonSerializer.Deserialize(json, type)).Should().Throw<JsonException>();

    [Fact]
    public void The_act_protects_nine_characteristics_and_the_duty_has_three_aims()
    {
        Enum.GetValues<ProtectedCharacteristic>().Should().HaveCount(9);
        Enum.GetValues<DutyAim>().Should().HaveCount(3);
    }

    [Theory]
    [InlineData(CitationSource.Policy, "How, bullet 4", "Policy, How, bullet 4")]
    [InlineData(CitationSource.Report, "6.1", "Report 6.1")]
    [InlineData(CitationSource.Practice, "", "practice")]
    public void A_citation_prints_as_reports_quote_it(CitationSource source, string at, string printed) =>
        new Citation(source, at).ToString().Should().Be(printed);
}
