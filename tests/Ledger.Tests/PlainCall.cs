using Grpc.Core;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>The circumstances of a call that has passed the gate, by an actor or by nobody.</summary>
internal sealed class PlainCall : ServerCallContext
{
    public PlainCall(Actor? actor = null)
    {
        if (actor is not null) UserState[typeof(Caller)] = new Caller(actor, "a-tenant", "a-correlation");
    }

    protected override string MethodCore => "";
    protected override string HostCore => "";
    protected override string PeerCore => "";
    protected override DateTime DeadlineCore => DateTime.MaxValue;
    protected override Metadata RequestHeadersCore { get; } = [];
    protected override CancellationToken CancellationTokenCore => default;
    protected override Metadata ResponseTrailersCore { get; } = [];
    protected override Status StatusCore { get; set; }
    protected override WriteOptions? WriteOptionsCore { get; set; }
    protected override AuthContext AuthContextCore { get; } = new("", []);
    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();
    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
