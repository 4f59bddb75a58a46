extern alias cli;
using cli::EqualitiesPlatform.Cli;

namespace EqualitiesPlatform.Stories.Cli;

public sealed class ScenarioStories
{
    [Fact]
    public void A_scenario_is_read_in_chapters_of_steps()
    {
        var chapters = Scenario.Read("""
            # A remark.
            as administrator clock advance --to 2013-04-01T09:00:00Z
            ## Promises

            show as capita-lead commitments propose --key a \
              --wording 'It isn"t over'
            as capita-lead commitments accept a => ALREADY_DONE
            whoami =>? NOT_YOURS
            """);

        chapters.Select(c => (c.Heading, c.Steps.Count)).Should().Equal(("", 1), ("Promises", 3));
        chapters[1].Steps[0].Words.Should().Equal("commitments", "propose", "--key", "a", "--wording", "It isn\"t over");
        chapters[1].Steps.Select(s => (s.Line, s.Persona, s.Shown, s.Refusal)).Should().Equal(
            (5, "capita-lead", true, ""), (7, "capita-lead", false, "ALREADY_DONE"), (8, "", false, "NOT_YOURS"));
        chapters[1].Steps.Select(s => s.Perhaps).Should().Equal(false, false, true);
    }

    [Fact]
    public void A_line_can_keep_a_field_of_its_answer()
    {
        var step = Scenario.Read("keep digest=sha256 as capita-lead positions show capita").Single().Steps.Single();
        (step.Kept, step.Persona, step.Words.Count).Should().Be(("digest=sha256", "capita-lead", 3));
        FluentActions.Invoking(() => Scenario.Read("keep digest as capita-lead positions show capita")).Should().Throw<MistakeException>().WithMessage("*NAME=FIELD*");
    }

    [Theory]
    [InlineData("a  b\tc", new[] { "a", "b", "c" })]
    [InlineData("--n 'x y' \"p \\\"q\\\" 'r'\"", new[] { "--n", "x y", "p \"q\" 'r'" })]
    [InlineData("--filter 'status = OFF_TRACK'", new[] { "--filter", "status = OFF_TRACK" })]
    [InlineData("a '' b", new[] { "a", "", "b" })]
    [InlineData("a\\b", new[] { "a\\b" })]
    public void Words_are_split_as_a_shell_does(string line, string[] words) => Scenario.Words(line).Should().Equal(words);

    [Theory]
    [InlineData("commitments accept 'a")]
    [InlineData("as capita-lead")]
    [InlineData("show")]
    public void A_line_that_says_nothing_whole_is_refused_with_its_number(string line)
    {
        var reading = () => Scenario.Read("# one\n" + line);

        if (line == "as capita-lead") reading.Should().Throw<MistakeException>().WithMessage("Line 2: There is no verb here.");
        else reading.Should().Throw<MistakeException>().WithMessage("Line 2: *");
    }

    [Fact]
    public void Playing_a_file_again_repeats_its_request_ids()
    {
        const string text = "as a commitments accept x\nas a commitments accept x\nas a commitments accept y";

        var once = Ids(text, "year.txt");

        once.Should().OnlyHaveUniqueItems();
        Ids(text, "/elsewhere/year.txt").Should().Equal(once);
        Ids(text, "other.txt").Should().NotIntersectWith(once);
    }

    [Fact]
    public void A_line_put_in_changes_no_other_lines_request_id()
    {
        var before = Ids("as a commitments accept x\nas a commitments accept y", "f");

        Ids("as a commitments accept z\n## Later\nas a commitments accept x\nas a commitments accept y", "f").Should().ContainInOrder(before);
    }

    private static List<string> Ids(string text, string file) =>
        [.. Scenario.Read(text).SelectMany(c => c.Steps).Select(s => s.RequestId(file))];
}
