using System.Text.RegularExpressions;
using Google.Rpc;
using Grpc.Core;

namespace EqualitiesPlatform.Cli;

/// <summary>What went wrong, in one sentence that the user can act on.</summary>
internal class MistakeException(string sentence) : Exception(sentence);

/// <summary>A field that was given wrongly, and why.</summary>
internal sealed record FieldMistake(string Field, string Sentence);

/// <summary>A request that can't be made from what was given: every field at once.</summary>
internal sealed class FieldMistakesException(IReadOnlyList<FieldMistake> mistakes) : MistakeException("Some options need another value:")
{
    public IReadOnlyList<FieldMistake> Mistakes => mistakes;
}

/// <summary>A call that failed after the platform may have acted: the same request id makes it safe to send again.</summary>
internal sealed class UncertainException(string requestId, RpcException inner) : Exception(inner.Message, inner)
{
    public string RequestId => requestId;
}

/// <summary>A scenario that stopped, with what stopped it.</summary>
internal sealed class PlayStoppedException(Failure failure) : Exception(failure.Sentence)
{
    public Failure Failure => failure;
}

/// <summary>A failure as people and scripts see it: plain sentences, a reason, an exit code.</summary>
internal sealed partial record Failure(int ExitCode, string Sentence, string Reason, IReadOnlyList<FieldMistake> Fields)
{
    public const int Refused = 1, BadInput = 2, NotAllowed = 3, NotFound = 4, LostRace = 5, Unavailable = 6, Other = 7;

    /// <summary>What the exit codes mean, for help.</summary>
    public static readonly IReadOnlyList<(int Code, string Meaning)> ExitCodes =
    [
        (0, "done"),
        (Refused, "refused: the rules do not allow it, or a verification found something"),
        (BadInput, "the command or a value in it can't be understood"),
        (NotAllowed, "not signed in, or not allowed"),
        (NotFound, "there is no such thing"),
        (LostRace, "somebody else was faster: look again, then decide"),
        (Unavailable, "not available now: try again"),
        (Other, "anything else"),
    ];

    /// <summary>The failure that an exception tells of; null when it is a fault of this program.</summary>
    public static Failure? Of(Exception e, string server = "") => e switch
    {
        PlayStoppedException stopped => stopped.Failure,
        FieldMistakesException fields => new(BadInput, fields.Message, "", fields.Mistakes),
        MistakeException mistake => new(BadInput, mistake.Message, "", []),
        NotSignedInException notSignedIn => new(NotAllowed, notSignedIn.Message, "NOT_SIGNED_IN", []),
        UncertainException uncertain when Of(uncertain.InnerException!, server) is { } inner => inner with
        {
            Sentence = $"{inner.Sentence}\nIt may have been recorded nevertheless. To send it again safely, add: --request-id {uncertain.RequestId}",
        },
        RpcException rpc => Of(rpc, server),
        OperationCanceledException => new(130, "Stopped.", "", []),
        _ => null,
    };

    /// <summary>Writes it as plain sentences.</summary>
    public void Say(TextWriter error)
    {
        var places = Fields.Select(f => Place().Match(f.Sentence)).ToList();
        if (places.Count > 0 && places.TrueForAll(p => p.Success))
        {
            SayMistakes(error, places);
            return;
        }
        error.WriteLine(Sentence);
        var widest = Fields.Select(f => FieldOption.NameOfPath(f.Field).Length).DefaultIfEmpty().Max();
        foreach (var field in Fields) error.WriteLine($"  {FieldOption.NameOfPath(field.Field).PadRight(widest)}  {field.Sentence}");
        if (ExitCode is Refused or BadInput && Reason.Length > 0) error.WriteLine($"  Reason: {Reason}");
    }

    /// <summary>The mistakes of a file that was sent: each with its place in it.</summary>
    private void SayMistakes(TextWriter error, List<Match> places)
    {
        error.WriteLine(places.Count == 1 ? "The file has a mistake:" : $"The file has {places.Count} mistakes:");
        string[][] rows = [["Line", "Column", "Field", "Mistake"], .. Fields.Select((f, i) => (string[])[places[i].Groups["line"].Value, places[i].Groups["column"].Value, f.Field, places[i].Groups["sentence"].Value])];
        var widths = Enumerable.Range(0, 3).Select(c => rows.Max(r => r[c].Length)).ToList();
        foreach (var row in rows)
            error.WriteLine($"  {row[0].PadLeft(widths[0])}  {row[1].PadLeft(widths[1])}  {row[2].PadRight(widths[2])}  {row[3]}");
    }

    [GeneratedRegex(@"^line (?<line>\d+), column (?<column>\d+): (?<sentence>.*)$", RegexOptions.Singleline)]
    private static partial Regex Place();

    private static Failure Of(RpcException rpc, string server)
    {
        var status = rpc.GetRpcStatus();
        var reason = status?.GetDetail<ErrorInfo>()?.Reason ?? "";
        var fields = status?.GetDetail<BadRequest>()?.FieldViolations.Select(v => new FieldMistake(v.Field, v.Field == "filter" ? v.Description : FieldOption.AsTyped(v.Description))).ToList() ?? [];
        var code = rpc.StatusCode switch
        {
            StatusCode.FailedPrecondition => Refused,
            StatusCode.InvalidArgument or StatusCode.OutOfRange => BadInput,
            StatusCode.Unauthenticated or StatusCode.PermissionDenied => NotAllowed,
            StatusCode.NotFound => NotFound,
            StatusCode.Aborted or StatusCode.AlreadyExists => LostRace,
            StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted => Unavailable,
            StatusCode.Cancelled => 130,
            _ => Other,
        };
        var sentence = (rpc.StatusCode, status) switch
        {
            (_, { Message.Length: > 0 }) when fields.Count > 0 => "Some options need another value:",
            (StatusCode.Unauthenticated, _) => "The platform does not accept this sign-in. Sign in again: equalities sign-in --as governance-officer",
            (_, { Message.Length: > 0 }) => status.Message,
            (StatusCode.Unavailable, _) => $"The platform{(server.Length > 0 ? $" at {server}" : "")} can't be reached. Is it running? (build/start starts it.)",
            (StatusCode.DeadlineExceeded, _) => "The platform did not answer in time. Try again, or give it longer with --timeout.",
            (StatusCode.Cancelled, _) => "Stopped.",
            (StatusCode.Unimplemented, _) => "The platform does not know this verb: it may be older or newer than this program.",
            _ => rpc.Status.Detail.Length > 0 ? rpc.Status.Detail : $"The call failed: {rpc.StatusCode}.",
        };
        return new(code, sentence, reason, fields);
    }
}
