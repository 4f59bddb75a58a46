extern alias cli;
using cli::Equalities.Commitments.V1;
using cli::EqualitiesPlatform.Cli;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace EqualitiesPlatform.Stories.Cli;

public sealed class VerbStories
{
    private static readonly Root Root = new(new Client(_ => null));

    public static TheoryData<string> Paths => [.. Verb.All.Select(v => string.Join(' ', v.Words))];

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_verbs_example_can_be_typed_as_it_stands(string path)
    {
        var verb = Verb.All.Single(v => string.Join(' ', v.Words) == path);

        var line = Root.Parse(Scenario.Words(verb.Example));

        line.Errors.Should().BeEmpty();
        verb.Example.Should().StartWith(path);
        line.CommandResult.Command.Name.Should().Be(verb.Words[^1]);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_option_of_a_verb_says_what_it_means(string path)
    {
        var verb = Verb.All.Single(v => string.Join(' ', v.Words) == path);

        verb.Method.InputType.Fields.InFieldNumberOrder().Where(f => ProtoComments.Of(f.FullName).Length == 0)
            .Select(f => f.FullName).Should().BeEmpty();
    }

    [Fact]
    public void A_line_becomes_the_request_that_its_proto_describes()
    {
        var request = (ReportProgressRequest)Request(
            "commitments report", "capita-access-audit", "--status", "on-track", "--narrative", "@two of -- three", "--percent", "66");

        request.Should().Be(new ReportProgressRequest
        {
            CommitmentId = "capita-access-audit",
            Status = CommitmentStatus.OnTrack,
            Narrative = "@two of -- three",
            Percent = 66,
        });
    }

    [Fact]
    public void A_noun_alone_means_the_verb_that_says_so()
    {
        var line = Root.Parse(["obligations", "--on", "2014-07-01", "--state", "missed"]);
        line.Errors.Should().BeEmpty();
        var verb = Verb.All.Single(v => v.Words is ["obligations", "list"]);
        verb.Alone.Should().BeTrue();
        ((cli::Equalities.Governance.V1.ListObligationsRequest)verb.Request(line)).Should().Be(
            new cli::Equalities.Governance.V1.ListObligationsRequest { AsAt = "2014-07-01", State = cli::Equalities.Governance.V1.DueDayState.Missed });
    }

    [Fact]
    public void What_is_not_given_is_not_said()
    {
        var request = (ReportProgressRequest)Request("commitments report", "--commitment-id", "x", "--status", "OFF_TRACK");

        request.HasPercent.Should().BeFalse();
        request.HasExpectedVersion.Should().BeFalse();
        request.Status.Should().Be(CommitmentStatus.OffTrack);
    }

    [Fact]
    public void A_zero_that_is_given_is_said()
    {
        var request = (ReportProgressRequest)Request("commitments report", "x", "--percent", "0", "--expected-version", "0");

        request.HasPercent.Should().BeTrue();
        request.HasExpectedVersion.Should().BeTrue();
    }

    [Fact]
    public void An_option_that_may_be_repeated_keeps_its_order()
    {
        var request = (ProposeCommitmentRequest)Request("commitments propose", "--serves", "way:w4", "--serves", "aim:a1");

        request.Serves.Should().Equal("way:w4", "aim:a1");
    }

    [Theory]
    [InlineData(new[] { "--duty-applies" }, true)]
    [InlineData(new[] { "--duty-applies", "false" }, false)]
    [InlineData(new string[0], false)]
    public void A_yes_needs_no_value(string[] words, bool expected) =>
        ((RegisterPartnerRequest)Request("partners register", words)).DutyApplies.Should().Be(expected);

    [Fact]
    public void All_mistakes_of_a_line_are_told_at_once()
    {
        var reading = () => Request("commitments report", "a", "--commitment-id", "b", "--status", "splendid", "--percent", "many");

        reading.Should().Throw<FieldMistakesException>().Which.Mistakes.Select(m => m.Field)
            .Should().BeEquivalentTo("commitment_id", "status", "percent");
    }

    [Theory]
    [InlineData("commitments", "commitment")]
    [InlineData("bodies", "body")]
    [InlineData("progress", "progress")]
    [InlineData("history", "history")]
    public void The_noun_of_a_verb_names_the_id_that_needs_no_option(string noun, string one) => Verb.Singular(noun).Should().Be(one);

    [Fact]
    public void Comments_are_read_from_a_proto_by_full_name()
    {
        var comments = ProtoComments.In("""
            package a.v1;
            // Says things.
            service S {
              // Says
              // one.
              rpc One(Q) returns (R) {
                option (x) = { path: "p" };
              }
            }
            // A question.
            message Q {
              // The inner part.
              message Inner {
                // Deep.
                string deep = 1;
              }
              // Values by name.
              map<string, string> values = 2;
              string silent = 3;
            }
            """);

        comments.Should().Equal(new Dictionary<string, string>
        {
            ["a.v1.S"] = "Says things.",
            ["a.v1.S.One"] = "Says one.",
            ["a.v1.Q"] = "A question.",
            ["a.v1.Q.Inner"] = "The inner part.",
            ["a.v1.Q.Inner.deep"] = "Deep.",
            ["a.v1.Q.values"] = "Values by name.",
        });
    }

    private static IMessage Request(string path, params string[] words)
    {
        var line = Root.Parse([.. path.Split(' '), .. words]);
        line.Errors.Should().BeEmpty();
        return Verb.All.Single(v => string.Join(' ', v.Words) == path).Request(line);
    }
}
