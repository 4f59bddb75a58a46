using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EqualitiesPlatform.Bench;

/// <summary>Calls without generated clients, whose messages would stand twice beside the modules' own.</summary>
internal static class Rpc
{
    public static Method<TRequest, TResponse> Method<TRequest, TResponse>(MethodType type, string service, string name)
        where TRequest : class, IMessage<TRequest>, new() where TResponse : class, IMessage<TResponse>, new() =>
        new(type, service, name, Form<TRequest>(), Form<TResponse>());

    /// <summary>A plain HTTP/2 connection.</summary>
    public static GrpcChannel Connect(string server) => GrpcChannel.ForAddress(server, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan },
    });

    public static Metadata Bearer(string token) => new() { { "authorization", "Bearer " + token } };

    private static Marshaller<T> Form<T>() where T : class, IMessage<T>, new()
    {
        var parser = new MessageParser<T>(() => new T());
        return new(
            (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
    }
}
