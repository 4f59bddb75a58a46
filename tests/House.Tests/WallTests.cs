using System.Xml.Linq;

namespace EqualitiesPlatform.House.Tests;

public class WallTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Vocabulary"] = [],
        ["Ledger"] = ["Vocabulary"],
        ["Disclosure"] = ["Ledger"],
        ["Commitments"] = ["Ledger"],
        ["Objectives"] = ["Disclosure"],
        ["Cases"] = ["Disclosure"],
        ["Engagement"] = ["Disclosure"],
        ["Assessments"] = ["Ledger"],
        ["Governance"] = ["Commitments", "Objectives", "Cases", "Engagement", "Assessments"],
    };

    [Fact]
    public void A_module_references_only_what_stands_below_its_walls()
    {
        foreach (var project in Directory.EnumerateFiles(House.At("modules"), "*.csproj", SearchOption.AllDirectories))
        {
            var module = Path.GetFileNameWithoutExtension(project);
            Allowed.Should().ContainKey(module, "every module has its place in the house");
            References(project).Should().BeSubsetOf(Allowed[module], "{0} may reference nothing else", module);
        }
    }

    [Fact]
    public void The_client_knows_the_platform_by_its_protos_alone() =>
        References(House.At("hosts", "Cli", "Cli.csproj")).Should().BeEmpty();

    [Fact]
    public void The_vocabulary_holds_values_only()
    {
        var packages = XDocument.Load(House.At("modules", "Vocabulary", "Vocabulary.csproj")).Descendants("PackageReference").Select(p => (string?)p.Attribute("Include"));
        packages.Should().BeSubsetOf(["Microsoft.Orleans.Sdk"]);
    }

    [Fact]
    public void States_grains_and_endpoints_stay_inside_their_module()
    {
        var inside = House.Aggregates.Select(a => a.State).Concat(House.Aggregates.Select(a => a.Grain))
            .Concat(House.Types.Where(t => t.Name.EndsWith("Endpoint", StringComparison.Ordinal) || t.Name.EndsWith("Grain", StringComparison.Ordinal)))
            .Where(t => !t.IsAbstract || !t.IsPublic).Where(t => t.Name is not "IEventSourcedGrain");
        inside.Where(t => t.IsPublic).Should().BeEmpty();
    }

    [Fact]
    public void Names_are_the_domains_own()
    {
        string[] banned = ["Manager", "Helper", "Util", "Common", "Core", "Base", "Dto", "Impl", "Processor", "Data", "Info", "Service"];
        House.Types
            .Where(t => banned.Any(word => t.Name.Split('`')[0].EndsWith(word, StringComparison.Ordinal)))
            .Where(t => t.DeclaringType is null)
            .Where(t => t.Name is not "TransferService") // Of a service that passes to another provider (Report 2.3).
            .Select(t => t.FullName).Should().BeEmpty();
    }

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(project).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!));
}
