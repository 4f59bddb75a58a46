using EqualitiesPlatform.Ledger;
using System.Text.RegularExpressions;

namespace EqualitiesPlatform.House.Tests;

public partial class StoredNamesTests
{
    private static readonly string Committed = House.At("tests", "House.Tests", "stored-names.txt");

    [Fact]
    public void Stored_names_say_their_module_and_version()
    {
        foreach (var entry in House.Catalogue.Events)
        {
            entry.StoredName.Should().MatchRegex(Shape().ToString());
            var module = entry.Type.Assembly.GetName().Name!["EqualitiesPlatform.".Length..].ToLowerInvariant();
            entry.StoredName.Should().StartWith(module + ".");
        }
    }

    [Fact]
    public void Every_stored_name_is_committed_and_none_vanishes()
    {
        var names = House.Catalogue.Events.Select(e => e.StoredName).ToArray();
        Generated.Check(Committed, string.Join('\n', Known().Union(names).Order(StringComparer.Ordinal)) + "\n");
        Known().Except(names).Should().BeEmpty("a stored name is for ever: histories hold it");
    }

    [Fact]
    public void Event_names_are_sentences_in_the_past()
    {
        foreach (var entry in House.Catalogue.Events)
        {
            entry.Type.Name.Should().NotEndWith("Event").And.NotMatchRegex("Updated$");
            entry.Type.IsSealed.Should().BeTrue("{0} is a fact, not a family", entry.Type.Name);
        }
    }

    [Fact]
    public void Events_hold_no_personal_data()
    {
        string[] personal = ["email", "phone", "telephone", "forename", "surname", "firstname", "lastname", "address", "subject", "dateofbirth"];
        var suspicious = House.Catalogue.Events.SelectMany(e => e.Type.GetProperties().Select(p => (e.Type.Name, Property: p.Name)))
            .Where(p => personal.Contains(p.Property.ToLowerInvariant()));
        suspicious.Should().BeEmpty();
    }

    [Fact]
    public void Every_earlier_shape_has_a_stored_sample_that_reads_as_today()
    {
        foreach (var entry in House.Catalogue.Events.Where(e => e.Next is not null))
        {
            var sample = House.At("tests", "Stories", "Samples", entry.StoredName + ".json");
            File.Exists(sample).Should().BeTrue("{0} holds what a release stored and how it reads now: {{\"stored\": …, \"reads\": …}}", sample);
            using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(sample));
            var read = Catalogue.Today(System.Text.Json.JsonSerializer.Deserialize(json.RootElement.GetProperty("stored"), entry.Type, Catalogue.Json)!);
            CanonicalEncoding.Of(System.Text.Json.JsonSerializer.SerializeToElement(read, read.GetType(), Catalogue.Json)).Should().Be(CanonicalEncoding.Of(json.RootElement.GetProperty("reads")));
        }
    }

    private static string[] Known() => File.Exists(Committed) ? File.ReadAllLines(Committed).Where(l => l.Length > 0).ToArray() : [];

    [GeneratedRegex(@"^[a-z]+\.[a-z]+(-[a-z]+)*\.v[1-9][0-9]*$")]
    private static partial Regex Shape();
}
