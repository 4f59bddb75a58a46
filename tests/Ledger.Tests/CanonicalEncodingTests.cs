using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Xunit;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>The one byte form of a stored event.</summary>
public sealed class CanonicalEncodingTests
{
    private static readonly StoredEvent Sample = new(
        7, "counter/5a7f0000-0000-4000-8000-000000000001", 2, "tests.counter-counted.v1",
        new DateTimeOffset(2014, 3, 31, 23, 59, 59, 123, 456, TimeSpan.FromHours(1)), "a-correlation",
        """{"occasion": {"role": "PartnerLead", "salts": {"note": "00ff"}, "effective": "2014-03-31", "person": "5a7f0000-0000-4000-8000-000000000002", "request": "r-1", "policy": ""}}"""u8.ToArray(),
        """{"note": "Größe \"10\" / line\nend \u0001 £", "by": 10.50}"""u8.ToArray());

    [Fact]
    public void One_event_has_these_bytes_forever() => CanonicalEncoding.Line(Sample).Should().Be(
        """{"correlation":"a-correlation","data":{"by":10.5,"note":"Größe \"10\" / line\nend \u0001 £"},"effective":"2014-03-31","name":"tests.counter-counted.v1","person":"5a7f0000-0000-4000-8000-000000000002","policy":"","position":7,"recorded":"2014-03-31T22:59:59.123456Z","request":"r-1","role":"PartnerLead","salts":{"note":"00ff"},"stream":"counter/5a7f0000-0000-4000-8000-000000000001","version":2}""");

    [Fact]
    public void Its_leaf_holds_the_statement_as_a_salted_digest_and_neither_text_nor_salt_nor_position()
    {
        byte[] salted = [0x00, 0xff, .. Encoding.UTF8.GetBytes("Größe \"10\" / line\nend \u0001 £")];
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(salted));
        Encoding.UTF8.GetString(CanonicalEncoding.Leaf(Sample)).Should().Be(
            $$"""{"correlation":"a-correlation","data":{"by":10.5,"note":"{{digest}}"},"effective":"2014-03-31","name":"tests.counter-counted.v1","person":"5a7f0000-0000-4000-8000-000000000002","policy":"","recorded":"2014-03-31T22:59:59.123456Z","request":"r-1","role":"PartnerLead","statements":["note"],"stream":"counter/5a7f0000-0000-4000-8000-000000000001","version":2}""");
    }

    [Fact]
    public void A_command_has_the_digest_that_a_ledger_keeps_of_it()
    {
        var written = """Count{"by":3,"id":"5a7f0000-0000-4000-8000-000000000001","note":"Größe \"10\" / line\nend £","stream":"counter/5a7f0000-0000-4000-8000-000000000001"}""";
        CanonicalEncoding.Digest(new Count(new Guid("5a7f0000-0000-4000-8000-000000000001"), 3, "Größe \"10\" / line\nend £"))
            .Should().Equal(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(written)), "an earlier release wrote it, and a retry must meet it");
    }

    [Theory]
    [InlineData("1", "1.0", "1e0", "0.1e1", "1.00000", "10e-1")]
    [InlineData("0", "-0", "0.0", "-0.00", "0e5")]
    [InlineData("-12.5", "-12.50", "-1.25e1")]
    [InlineData("100", "1E+2", "100.0")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335.0")]
    public void Equal_numbers_have_one_form(string canonical, params string[] others)
    {
        foreach (var number in others.Append(canonical)) Canonical(number).Should().Be(canonical);
    }

    [Property]
    public bool Encoding_again_changes_nothing_and_order_and_space_do_not_matter(NonNull<string>[] names, NonNull<string>[] texts, decimal number, bool yes)
    {
        var members = names.Select(n => Whole(n.Get)).Distinct().Zip(texts.Select(t => (JsonNode?)Whole(t.Get))).ToList();
        members.Add(("n\u0000umber" + members.Count, JsonValue.Create(number)));
        members.Add(("list" + members.Count, new JsonArray(yes, null, number, new JsonObject { ["b"] = 1, ["a"] = 2 })));
        members = [.. members.DistinctBy(m => m.Item1)];
        string Written(IEnumerable<(string, JsonNode?)> order, bool indented) =>
            new JsonObject(order.Select(m => KeyValuePair.Create(m.Item1, m.Item2?.DeepClone()))).ToJsonString(new() { WriteIndented = indented });

        var once = Canonical(Written(members, false));
        using var read = JsonDocument.Parse(once);
        return Canonical(once) == once
            && Canonical(Written(Enumerable.Reverse(members), true)) == once
            && members.All(m => m.Item2?.GetValueKind() != JsonValueKind.String || read.RootElement.GetProperty(m.Item1).GetString() == m.Item2.GetValue<string>())
            && read.RootElement.EnumerateObject().Select(p => p.Name).SequenceEqual(members.Select(m => m.Item1).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_statement_that_is_no_text_is_refused_before_anything_is_recorded()
    {
        Catalogue.Statements(typeof(CounterCounted)).Should().Equal("note");
        FluentActions.Invoking(() => Catalogue.Statements(typeof(Several))).Should().Throw<InvalidOperationException>().WithMessage("*Several.Notes is marked as a statement and is no text*");
    }

    private sealed record Several([property: Statement] IReadOnlyList<string> Notes);

    [Property]
    public bool A_number_keeps_its_value(decimal number) =>
        decimal.Parse(Canonical(number.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture) == number;

    private static string Canonical(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        return CanonicalEncoding.Of(parsed.RootElement);
    }

    // JSON can hold whole characters only.
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
