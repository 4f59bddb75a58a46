using System.Text.RegularExpressions;
using Equalities.Options.V1;

namespace EqualitiesPlatform.House.Tests;

/// <summary>The commands that the documents print exist.</summary>
public partial class CommandsTests
{
    private static readonly string[] HandMade = ["sign-in", "sign-out", "whoami", "token", "play", "audit", "ledger", "witness"];

    public static TheoryData<string, string> Printed
    {
        get
        {
            var printed = new TheoryData<string, string>();
            foreach (var document in Directory.EnumerateFiles(House.At("docs"), "*.md").Append(House.At("README.md")).Order(StringComparer.Ordinal))
                foreach (var line in Block().Matches(File.ReadAllText(document)).SelectMany(b => b.Groups[1].Value.Split('\n')).Select(l => l.Trim()).Where(l => l.StartsWith("build/", StringComparison.Ordinal)))
                    printed.Add(Path.GetFileName(document), line);
            return printed;
        }
    }

    [Theory]
    [MemberData(nameof(Printed))]
    public void A_printed_command_exists(string document, string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        File.Exists(House.At(words[0])).Should().BeTrue("{0} prints {1}", document, words[0]);
        if (words[0] != "build/equalities" || words[1].StartsWith('-') || HandMade.Contains(words[1])) return;
        var said = line["build/equalities ".Length..] + " ";
        House.Rpcs.Select(r => r.GetOptions().GetExtension(OptionsExtensions.Verb).Path)
            .Any(verb => said.StartsWith(verb + " ", StringComparison.Ordinal)).Should().BeTrue("{0} prints {1}", document, line);
    }

    [Fact]
    public void The_documents_print_commands() => Printed.Should().NotBeEmpty();

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
