using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Answers for requests that fail before the gate, while gRPC reads them: bytes that are no message, or one too large.
/// Left alone they would come back as UNKNOWN or INTERNAL, as if the fault were ours.
/// </summary>
public static class Unread
{
    /// <summary>Adds the answers; before the endpoints.</summary>
    public static void UseAnswersToUnread(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        await next(context);
        if (context.Response.HasStarted || context.Items.ContainsKey(typeof(Unread))) return;
        if (Answer(context.Response.Headers["grpc-status"]) is { } refusal) context.Response.Refuse(refusal);
    });

    /// <summary>Notes that a call has its answer from elsewhere: its request could be read, and what fails now is the gate's to tell, or it was turned away unread.</summary>
    internal static void Reached(HttpContext context) => context.Items[typeof(Unread)] = true;

    private static RpcException? Answer(string? status) => status switch
    {
        "2" or "13" => Statuses.Unreadable(),
        "8" => Statuses.TooLarge(),
        _ => null,
    };
}
