using System.Globalization;
using Equalities.Options.V1;
using EqualitiesPlatform.Ledger.Reporting;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Status = Google.Rpc.Status;

namespace EqualitiesPlatform.Ledger;

/// <summary>Failures as google.rpc.Status: a code, a sentence that a person can act on, and details for programs.</summary>
internal static class Statuses
{
    public const string Domain = "equalities-platform";

    /// <summary>The status of a failure that is expected; null for one that is not.</summary>
    public static RpcException? Of(Exception e) => e switch
    {
        FieldsException fields => Unfit(fields),
        LedgerException ledger => Of(ledger.Failure),
        InvalidProtocolBufferException => Unreadable(),
        _ when Append.LedgerDatabase.IsAway(e) => Of(Append.LedgerDatabase.Away(e).Failure),
        _ => null,
    };

    public static RpcException NotSignedIn() =>
        Rich(Code.Unauthenticated, "A valid access token is needed.", Reason("NO_VALID_TOKEN"));

    public static RpcException NotAllowed(params IReadOnlyCollection<Role> admitted) => Rich(
        Code.PermissionDenied,
        "Your roles do not allow this." + (admitted.Count == 0 ? "" : $" It is for: {string.Join(", ", admitted.Select(r => Sentence.Spaced(r.ToString()).ToLowerInvariant()))}."),
        Reason("ROLE_NOT_ALLOWED"));

    public static RpcException OfNoOrganisation() =>
        Rich(Code.PermissionDenied, "Your roles do not allow this: no partner's record names you as its lead or contributor today.", Reason("ROLE_NOT_ALLOWED"));

    public static RpcException Unreadable() =>
        Rich(Code.InvalidArgument, "These bytes are not a request of this rpc.", Reason("REQUEST_UNREADABLE"));

    public static RpcException TooLarge() =>
        Rich(Code.ResourceExhausted, "The request is larger than the platform takes.", Reason("REQUEST_TOO_LARGE"));

    public static RpcException TooFast(TimeSpan retryIn) =>
        Rich(Code.ResourceExhausted, "You call faster than one caller may; wait a moment.", Reason("TOO_MANY_CALLS"), RetryIn(retryIn));

    public static RpcException TooManyAtOnce(TimeSpan retryIn) =>
        Rich(Code.ResourceExhausted, "You have as many calls under way as one caller may; wait until one is answered.", Reason("TOO_MANY_CALLS_AT_ONCE"), RetryIn(retryIn));

    public static RpcException TooManyFromAddress(TimeSpan retryIn) =>
        Rich(Code.ResourceExhausted, "Too many calls without a token that is known come from your address; wait a moment.", Reason("TOO_MANY_CALLS_FROM_ADDRESS"), RetryIn(retryIn));

    public static RpcException Internal(string trace) =>
        Rich(Code.Internal, $"Something went wrong on our side. Tell us this trace: {trace}");

    private static RpcException Of(Failure failure) => failure.Kind switch
    {
        FailureKind.Refused => Rich(Code.FailedPrecondition, failure.Sentence, Reason(failure.Reason)),
        FailureKind.NotYours => Rich(Code.PermissionDenied, failure.Sentence, Reason(failure.Reason)),
        FailureKind.LostRace => Rich(Code.Aborted, failure.Sentence, Reason(failure.Reason)),
        FailureKind.NotFound => Rich(Code.NotFound, failure.Sentence, Reason(failure.Reason), new ResourceInfo { Description = failure.Sentence }),
        FailureKind.Misnamed => Unfit(new FieldsException([.. failure.Fields!.Select(f => (f, failure.Sentence))]), Reason(failure.Reason)),
        FailureKind.Busy => Rich(Code.ResourceExhausted, failure.Sentence, Reason(failure.Reason), RetryIn(TimeSpan.FromMilliseconds(200))),
        _ => Rich(Code.Unavailable, failure.Sentence, Reason(failure.Reason), RetryIn(TimeSpan.FromSeconds(1))),
    };

    private static RpcException Unfit(FieldsException fields, params IMessage[] also) => Rich(
        Code.InvalidArgument, "Some fields need another value: " + fields.Message,
        [new BadRequest { FieldViolations = { fields.Violations.Select(v => new BadRequest.Types.FieldViolation { Field = v.Field, Description = v.Sentence }) } }, .. also]);

    private static ErrorInfo Reason(string reason) => new() { Reason = reason, Domain = Domain };

    private static RetryInfo RetryIn(TimeSpan delay) => new() { RetryDelay = Duration.FromTimeSpan(delay) };

    private static RpcException Rich(Code code, string sentence, params IMessage[] details) =>
        new Status { Code = (int)code, Message = sentence, Details = { details.Select(Any.Pack) } }.ToRpcException();

    /// <summary>The same as the answer to a call that never reached an endpoint: HTTP 200 and the status in its only headers.</summary>
    public static void Refuse(this Microsoft.AspNetCore.Http.HttpResponse response, RpcException refusal)
    {
        var status = refusal.GetRpcStatus()!;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = status.Code.ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(status.Message);
        response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray());
    }
}
