using System.Text.RegularExpressions;

namespace EqualitiesPlatform.House.Tests;

/// <summary>The tests that docs/security.md names exist.</summary>
public partial class SecurityTests
{
    [Fact]
    public void Every_test_that_is_named_as_a_safeguard_exists()
    {
        var tests = Directory.EnumerateFiles(House.At("tests"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .ToLookup(f => Path.GetFileNameWithoutExtension(f), File.ReadAllText);
        var named = Named().Matches(File.ReadAllText(House.At("docs", "security.md")));
        named.Count.Should().BeGreaterThan(20);
        foreach (var name in named.Select(m => (Class: m.Groups["class"].Value, Test: m.Groups["test"].Value)).Distinct())
        {
            tests.Contains(name.Class).Should().BeTrue("{0} is named", name.Class);
            if (name.Test.Length > 0) string.Concat(tests[name.Class]).Should().MatchRegex($@"public (async Task|Task|void) {name.Test}", "{0}.{1} is named", name.Class, name.Test);
        }
    }

    [GeneratedRegex("`(?<class>[A-Z][A-Za-z]+(Tests|Stories))(\\.(?<test>[A-Z][A-Za-z_]+))?`")]
    private static partial Regex Named();
}
