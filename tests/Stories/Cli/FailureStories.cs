extern alias cli;
using cli::EqualitiesPlatform.Cli;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace EqualitiesPlatform.Stories.Cli;

public sealed class FailureStories
{
    [Theory]
    [InlineData(StatusCode.FailedPrecondition, 1)]
    [InlineData(StatusCode.InvalidArgument, 2)]
    [InlineData(StatusCode.Unauthenticated, 3)]
    [InlineData(StatusCode.PermissionDenied, 3)]
    [InlineData(StatusCode.NotFound, 4)]
    [InlineData(StatusCode.Aborted, 5)]
    [InlineData(StatusCode.Unavailable, 6)]
    [InlineData(StatusCode.DeadlineExceeded, 6)]
    [InlineData(StatusCode.ResourceExhausted, 6)]
    [InlineData(StatusCode.Internal, 7)]
    public void The_exit_code_tells_what_kind_of_failure_it_was(StatusCode status, int code)
    {
        Failure.Of(new RpcException(new Grpc.Core.Status(status, "")))!.ExitCode.Should().Be(code);
        Failure.ExitCodes.Select(c => c.Code).Should().Contain(code);
    }

    [Fact]
    public void Wrong_fields_are_named_as_they_are_typed() =>
        Said(Rich(Code.InvalidArgument, "Some fields need another value: …", new BadRequest
        {
            FieldViolations =
            {
                new BadRequest.Types.FieldViolation { Field = "due_on", Description = "This is needed." },
                new BadRequest.Types.FieldViolation { Field = "serves[1]", Description = "\"x\" is not a reference." },
                new BadRequest.Types.FieldViolation { Field = "status", Description = "Say which: ON_TRACK, OFF_TRACK, by UUID." },
            },
        })).Should().Be("""
            Some options need another value:
              --due-on          This is needed.
              --serves (no. 2)  "x" is not a reference.
              --status          Say which: on-track, off-track, by UUID.

            """);

    [Fact]
    public void Mistakes_in_a_file_are_told_with_their_places() =>
        Said(Rich(Code.InvalidArgument, "Some fields need another value: …", new BadRequest
        {
            FieldViolations =
            {
                new BadRequest.Types.FieldViolation { Field = "aims[0].key", Description = "line 7, column 12: This is needed." },
                new BadRequest.Types.FieldViolation { Field = "pack", Description = "line 120, column 1: There is no end." },
            },
        })).Should().Be("""
            The file has 2 mistakes:
              Line  Column  Field        Mistake
                 7      12  aims[0].key  This is needed.
               120       1  pack         There is no end.

            """);

    [Fact]
    public void A_refusal_is_told_with_its_reason() =>
        Said(Rich(Code.FailedPrecondition, "The commitment was withdrawn.", new ErrorInfo { Reason = "COMMITMENT_WITHDRAWN", Domain = "d" }))
            .Should().Be("The commitment was withdrawn.\n  Reason: COMMITMENT_WITHDRAWN\n");

    [Fact]
    public void After_an_uncertain_write_the_request_id_is_told() =>
        Said(new UncertainException("0198-id", new RpcException(new Grpc.Core.Status(StatusCode.DeadlineExceeded, ""))))
            .Should().Contain("--request-id 0198-id");

    [Fact]
    public void A_fault_of_the_program_is_not_dressed_up() => Failure.Of(new InvalidOperationException("x")).Should().BeNull();

    [Theory]
    [InlineData(2, "commitments", "reprot")]
    [InlineData(2, "commitments", "report", "--status", "splendid", "--token", "t")]
    [InlineData(2, "commitments", "list", "--server", "nonsense", "--token", "t")]
    [InlineData(2, "commitments", "list", "--timeout", "0", "--token", "t")]
    [InlineData(3, "commitments", "list")]
    [InlineData(2, "sign-in")]
    [InlineData(2, "play", "no-such-file.txt")]
    [InlineData(0, "commitments", "report", "--help")]
    [InlineData(0)]
    public async Task What_can_be_known_beforehand_needs_no_platform(int code, params string[] words)
    {
        using var client = new Client(name => name == "EQUALITIES_HOME" ? "/nowhere" : null);
        var (output, error) = (new StringWriter(), new StringWriter());

        (await new Root(client).RunAsync(words, output, error)).Should().Be(code);

        (code == 0 ? output : error).ToString().Should().NotBeEmpty();
        (code == 0 ? error : output).ToString().Should().BeEmpty();
    }

    private static RpcException Rich(Code code, string sentence, IMessage detail) =>
        new Status { Code = (int)code, Message = sentence, Details = { Any.Pack(detail) } }.ToRpcException();

    private static string Said(Exception e)
    {
        var said = new StringWriter { NewLine = "\n" };
        Failure.Of(e)!.Say(said);
        return said.ToString();
    }
}
