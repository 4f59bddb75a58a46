using System.Text.RegularExpressions;

namespace EqualitiesPlatform.House.Tests;

public partial class StoryCoverageTests
{
    private static readonly string Stories = string.Join('\n', House.Sources("tests/Stories").Select(File.ReadAllText));

    [Fact]
    public void Every_event_has_a_story()
    {
        var untold = House.Catalogue.Events.Select(e => e.Type.Name).Where(name => !Regex.IsMatch(Stories, $@"\b{name}\b"));
        untold.Should().BeEmpty();
    }

    [Fact]
    public void Every_command_has_a_story()
    {
        var untold = House.Commands.Where(c => c.Namespace != "EqualitiesPlatform.Ledger").Select(c => c.Name).Where(name => !Regex.IsMatch(Stories, $@"\b{name}\b"));
        untold.Should().BeEmpty();
    }

    [Fact]
    public void Every_refusal_has_a_story()
    {
        var reasons = House.Sources("modules").SelectMany(f => Refusal().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value)).Distinct()
            .Where(reason => reason != "COMMAND_UNKNOWN");
        reasons.Where(reason => !Stories.Contains($"\"{reason}\"", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [GeneratedRegex(@"Refuse\(\s*""([A-Z][A-Z0-9_]+)""")]
    private static partial Regex Refusal();
}
