using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;

namespace EqualitiesPlatform.Cli;

/// <summary>
/// The way to one platform: calls any rpc of the descriptors. What is not available for a moment is asked again; a write
/// carries the same request id each time, so that it is recorded once.
/// </summary>
internal sealed class Connection(string server) : IDisposable
{
    private const int Attempts = 4;

    private readonly GrpcChannel _channel = Open(server);

    public string Server => server;

    /// <summary>One request, one answer.</summary>
    public async Task<IMessage> CallAsync(MethodDescriptor method, IMessage request, string token, TimeSpan timeout, Action<string> say, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var call = _channel.CreateCallInvoker().AsyncUnaryCall(Method(method, MethodType.Unary), null, Options(token, DateTime.UtcNow + timeout, cancel), request);
                return await call.ResponseAsync;
            }
            catch (RpcException failed) when (MayPass(failed) && attempt < Attempts)
            {
                await PauseAsync(attempt, say, cancel);
            }
        }
    }

    /// <summary>One request, many answers, as they come.</summary>
    public IAsyncEnumerable<IMessage> StreamAsync(MethodDescriptor method, IMessage request, string token, TimeSpan? timeout, CancellationToken cancel)
    {
        var call = _channel.CreateCallInvoker().AsyncServerStreamingCall(
            Method(method, MethodType.ServerStreaming), null, Options(token, timeout is null ? null : DateTime.UtcNow + timeout, cancel), request);
        return call.ResponseStream.ReadAllAsync(cancel);
    }

    /// <summary>One request, many answers of lines; each stands until the next comes.</summary>
    public IAsyncEnumerable<LinesPart> LinesAsync(MethodDescriptor method, LinesReader reader, IMessage request, string token, TimeSpan? timeout, CancellationToken cancel)
    {
        var answers = Marshallers.Create<LinesPart>((_, _) => throw new NotSupportedException(), context => reader.Read(context.PayloadAsReadOnlySequence()));
        var call = _channel.CreateCallInvoker().AsyncServerStreamingCall(
            new Method<IMessage, LinesPart>(MethodType.ServerStreaming, method.Service.FullName, method.Name, Requests, answers),
            null, Options(token, timeout is null ? null : DateTime.UtcNow + timeout, cancel), request);
        return call.ResponseStream.ReadAllAsync(cancel);
    }

    /// <summary>Many requests and many answers over one call.</summary>
    public AsyncDuplexStreamingCall<IMessage, IMessage> Duplex(MethodDescriptor method, string token, CancellationToken cancel) =>
        _channel.CreateCallInvoker().AsyncDuplexStreamingCall(Method(method, MethodType.DuplexStreaming), null, Options(token, null, cancel));

    /// <summary>Whether the same call may well succeed a moment later.</summary>
    public static bool MayPass(RpcException failed) =>
        failed.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted;

    /// <summary>Says that the platform is asked again, and waits: half a second, then twice as long each time.</summary>
    public static Task PauseAsync(int attempt, Action<string> say, CancellationToken cancel)
    {
        var pause = TimeSpan.FromMilliseconds(250 << attempt);
        say($"The platform is not available; trying again in {pause.TotalSeconds:0.#} s.");
        return Task.Delay(pause, cancel);
    }

    public void Dispose() => _channel.Dispose();

    private static GrpcChannel Open(string server)
    {
        if (!Uri.TryCreate(server, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new MistakeException($"\"{server}\" is not the address of a platform, such as http://localhost:5400.");
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
    }

    private static CallOptions Options(string token, DateTime? deadline, CancellationToken cancel) =>
        new(new Metadata { { "Authorization", $"Bearer {token}" } }, deadline, cancel);

    private static readonly Marshaller<IMessage> Requests = Marshallers.Create<IMessage>(message => message.ToByteArray(), _ => throw new NotSupportedException());

    private static Method<IMessage, IMessage> Method(MethodDescriptor method, MethodType type) => new(
        type, method.Service.FullName, method.Name,
        Requests,
        Marshallers.Create<IMessage>(_ => throw new NotSupportedException(), method.OutputType.Parser.ParseFrom));
}
