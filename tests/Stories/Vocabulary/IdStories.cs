using System.Text.Json;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Vocabulary;

public class IdStories
{
    private static readonly Guid Dns = new("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    private static readonly Guid Council = new("5f0c8a56-1c1f-4f53-9a0e-0a4b8f4b6c11");

    [Fact]
    public void A_name_gives_the_uuid_that_the_rfc_gives() =>
        NameBasedId.Of(Dns, "www.example.com").Should().Be(new Guid("2ed6657d-e927-568b-95e1-2665a8aea6a2"));

    [Fact]
    public void The_name_of_a_pack_id_is_its_kind_and_key() =>
        NameBasedId.Of<PartnerId>(Council, "police").Value.Should().Be(NameBasedId.Of(Council, "partner:police"));

    [Fact]
    public void One_key_in_two_kinds_gives_two_ids() =>
        NameBasedId.Of<PartnerId>(Council, "crc").Value.Should().NotBe(NameBasedId.Of<BodyId>(Council, "crc").Value);

    [Fact]
    public void An_id_prints_as_its_uuid_and_reads_back()
    {
        var id = PartnerId.From(Council);
        id.ToString().Should().Be("5f0c8a56-1c1f-4f53-9a0e-0a4b8f4b6c11");
        TypedId.TryParse<PartnerId>(id.ToString(), out var read).Should().BeTrue();
        read.Should().Be(id);
    }

    [Theory]
    [InlineData(null), InlineData(""), InlineData("police"), InlineData("00000000-0000-0000-0000-000000000000")]
    public void What_is_no_uuid_is_no_id(string? text) =>
        TypedId.TryParse<PartnerId>(text, out _).Should().BeFalse();

    [Fact]
    public void In_json_an_id_is_a_plain_string_and_may_be_a_key()
    {
        var answers = new Dictionary<PartnerId, CommitmentId> { [PartnerId.From(Council)] = CommitmentId.From(Dns) };
        var json = JsonSerializer.Serialize(answers);
        json.Should().Be("""{"5f0c8a56-1c1f-4f53-9a0e-0a4b8f4b6c11":"6ba7b810-9dad-11d1-80b4-00c04fd430c8"}""");
        JsonSerializer.Deserialize<Dictionary<PartnerId, CommitmentId>>(json).Should().Equal(answers);
    }

    [Fact]
    public void Every_id_says_what_kind_of_thing_it_names_and_no_two_say_the_same()
    {
        string[] kinds = [PartnerId.Kind, CommitmentId.Kind, ActionPlanId.Kind, ActionPlanItemId.Kind, BodyId.Kind,
            ObligationId.Kind, ReportId.Kind, PersonId.Kind, PackId.Kind];
        kinds.Should().OnlyHaveUniqueItems();
    }
}
