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

    [Fact]
    public void No_line_of_a_log_is_told_which_record_it_is_about()
    {
        var said = new[] { "modules", "hosts" }.SelectMany(folder => Directory.EnumerateFiles(House.At(folder), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal)).SelectMany(f => Logged().Matches(File.ReadAllText(f)).Select(m => m.Value)).ToArray();
        said.Length.Should().BeGreaterThan(20);
        said.Where(line => NamesARecord().IsMatch(line)).Should().BeEmpty("which record it is may be confidential: its kind says enough");
    }

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\((?s:.*?)\);")]
    private static partial Regex Logged();

    [GeneratedRegex(@"\{(Stream|Case|Barrier|Team|Erasure|Subject)\}|(?<!KindOf\([a-z]+)\.Stream\b")]
    private static partial Regex NamesARecord();

    [GeneratedRegex("`(?<class>[A-Z][A-Za-z]+(Tests|Stories))(\\.(?<test>[A-Z][A-Za-z_]+))?`")]
    private static partial Regex Named();
}
