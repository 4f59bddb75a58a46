using System.Collections.Frozen;
using System.Reflection;
using System.Threading.Channels;
using Equalities.Ledger.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;

namespace EqualitiesPlatform.Ledger;

/// <summary>The endpoints that take writes, so that a bulk call can hand each item to the very code that a call alone reaches.</summary>
internal sealed class WriteEndpoints
{
    private readonly FrozenDictionary<string, Target> _targets;

    public WriteEndpoints(Rpcs rpcs, IEnumerable<Assembly> modules)
    {
        var endpoints = modules.Distinct().SelectMany(m => m.GetTypes()).Where(t => t is { IsClass: true, IsAbstract: false } && t.Name.EndsWith("Endpoint", StringComparison.Ordinal)).ToArray();
        _targets = rpcs.All
            .Where(rpc => rpcs.AccessTo(Path(rpc))?.Writes == true && !rpc.IsClientStreaming && !rpc.IsServerStreaming)
            .ToFrozenDictionary(Path, rpc => new Target(endpoints.Single(e => e.BaseType?.Name == rpc.Service.Name + "Base"), rpc));
    }

    /// <summary>The endpoint of an rpc that writes, by path; null when there is none.</summary>
    public Target? Find(string path) => _targets.GetValueOrDefault(path);

    private static string Path(MethodDescriptor rpc) => $"/{rpc.Service.FullName}/{rpc.Name}";

    internal sealed class Target(Type endpoint, MethodDescriptor rpc)
    {
        private readonly ObjectFactory _create = ActivatorUtilities.CreateFactory(endpoint, []);
        private readonly MethodInvoker _invoke = MethodInvoker.Create(endpoint.GetMethod(rpc.Name, [rpc.InputType.ClrType, typeof(ServerCallContext)])!);
        private readonly FieldDescriptor _receipt = rpc.OutputType.FindFieldByName("receipt");
        private readonly PropertyInfo _result = typeof(Task<>).MakeGenericType(rpc.OutputType.ClrType).GetProperty("Result")!;

        public IMessage Parse(ByteString request) => rpc.InputType.Parser.ParseFrom(request);

        public async Task<Receipt> Call(IServiceProvider services, IMessage request, ServerCallContext context)
        {
            var answer = (Task)_invoke.Invoke(_create(services, null), request, context)!;
            await answer;
            return (Receipt)_receipt.Accessor.GetValue((IMessage)_result.GetValue(answer)!);
        }
    }
}

internal sealed class BulkEndpoint(WriteEndpoints endpoints, Gate gate, IServiceProvider services) : BulkService.BulkServiceBase
{
    private const int InFlight = 512;
    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    public override async Task Send(IAsyncStreamReader<SendRequest> requestStream, IServerStreamWriter<SendResponse> responseStream, ServerCallContext context)
    {
        var answers = Channel.CreateBounded<SendResponse>(InFlight);
        using var room = new SemaphoreSlim(InFlight);
        var answering = Answer();
        try
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                await room.WaitAsync(context.CancellationToken);
                _ = Take(requestStream.Current);
            }
            for (var i = 0; i < InFlight; i++) await room.WaitAsync(context.CancellationToken);
        }
        finally
        {
            answers.Writer.TryComplete();
            await answering;
        }

        async Task Take(SendRequest item)
        {
            var answer = await Do(item, context);
            await answers.Writer.WriteAsync(answer, context.CancellationToken);
            room.Release();
        }

        async Task Answer()
        {
            await foreach (var answer in answers.Reader.ReadAllAsync(context.CancellationToken))
            {
                // Answers that wait behind this one go out with it.
                responseStream.WriteOptions = answers.Reader.TryPeek(out _) ? Buffered : WriteOptions.Default;
                await responseStream.WriteAsync(answer, context.CancellationToken);
            }
        }
    }

    private async Task<SendResponse> Do(SendRequest item, ServerCallContext context)
    {
        var path = item.Rpc.StartsWith('/') ? item.Rpc : "/" + item.Rpc;
        var alone = new ItemContext(context, path);
        try
        {
            var endpoint = endpoints.Find(path) ?? throw new FieldsException([("rpc", $"{item.Rpc} is not an rpc that writes, such as equalities.commitments.v1.CommitmentService/ReportProgress.")]);
            await gate.Admit(alone);
            return new SendResponse { Item = item.Item, Receipt = await endpoint.Call(services, endpoint.Parse(item.Request), alone) };
        }
        catch (InvalidProtocolBufferException)
        {
            return Failed(item, gate.Translated(new FieldsException([("request", "These bytes are not the rpc's request.")]), alone));
        }
        catch (Exception e)
        {
            return Failed(item, gate.Translated(e, alone));
        }
    }

    private static SendResponse Failed(SendRequest item, RpcException e)
    {
        var status = e.GetRpcStatus();
        var answer = new SendResponse
        {
            Item = item.Item,
            Code = (int)e.StatusCode,
            Message = e.Status.Detail,
            Reason = status?.GetDetail<ErrorInfo>()?.Reason ?? "",
        };
        foreach (var violation in status?.GetDetail<BadRequest>()?.FieldViolations ?? [])
            answer.Violations.Add(new SendFieldViolation { Field = violation.Field, Description = violation.Description });
        return answer;
    }

    /// <summary>One item's call: as the call that carries it, under the item's own rpc.</summary>
    private sealed class ItemContext(ServerCallContext carrier, string path) : ServerCallContext
    {
        // Who signed in stands in the HTTP context, which gRPC looks for under this name where a context is not its own.
        private readonly Dictionary<object, object> _userState = new(carrier.UserState) { ["__HttpContext"] = carrier.GetHttpContext() };

        protected override string MethodCore => path;
        protected override string HostCore => carrier.Host;
        protected override string PeerCore => carrier.Peer;
        protected override DateTime DeadlineCore => carrier.Deadline;
        protected override Metadata RequestHeadersCore => carrier.RequestHeaders;
        protected override CancellationToken CancellationTokenCore => carrier.CancellationToken;
        protected override Metadata ResponseTrailersCore { get; } = [];
        protected override Grpc.Core.Status StatusCore { get; set; }
        protected override WriteOptions? WriteOptionsCore { get; set; }
        protected override AuthContext AuthContextCore => carrier.AuthContext;
        protected override IDictionary<object, object> UserStateCore => _userState;
        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();
        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
    }
}
