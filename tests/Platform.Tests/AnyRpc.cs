using System.Reflection;
using System.Security.Cryptography;
using Equalities.Options.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>An rpc as its descriptor tells it, called with any bytes.</summary>
public sealed class AnyRpc(MethodDescriptor descriptor)
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create<byte[]>(b => b, b => b);

    /// <summary>Every rpc of the platform's protos.</summary>
    public static IReadOnlyList<AnyRpc> All { get; } =
    [
        .. typeof(AnyRpc).Assembly.GetTypes()
            .Select(t => t.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)).Where(p => p?.PropertyType == typeof(FileDescriptor))
            .Select(p => (FileDescriptor)p!.GetValue(null)!)
            .SelectMany(f => f.Services).SelectMany(s => s.Methods).OrderBy(m => m.FullName, StringComparer.Ordinal).Select(m => new AnyRpc(m)),
    ];

    /// <summary>What the proto says.</summary>
    public MethodDescriptor Descriptor => descriptor;

    /// <summary>The roles that may call it.</summary>
    public IReadOnlyList<Role> Roles { get; } = [.. descriptor.GetOptions()?.GetExtension(OptionsExtensions.Access)?.Roles ?? []];

    /// <summary>Whether it writes.</summary>
    public bool Writes { get; } = descriptor.GetOptions()?.GetExtension(OptionsExtensions.Access)?.Writes ?? false;

    /// <summary>Whether every answer of it stands in the access log.</summary>
    public bool LeavesATrace { get; } = (descriptor.GetOptions()?.GetExtension(OptionsExtensions.Access)?.LoggedRead ?? default) != default;

    /// <summary>Its service and name, as in the matrix.</summary>
    public string Name => $"{descriptor.Service.Name}/{descriptor.Name}";

    /// <summary>Its path.</summary>
    public string Path => $"/{descriptor.Service.FullName}/{descriptor.Name}";

    /// <summary>Whether its answers have no end.</summary>
    private bool IsWatch => descriptor.InputType.FindFieldByName("after_position") is not null;

    /// <summary>Calls it with one message, reads all it answers (of a watch, the first), and tells how it ended; null when it went well. What it answers is given to <paramref name="read"/>.</summary>
    public async Task<RpcException?> Call(ChannelBase channel, byte[] request, CallOptions options, Action<byte[]>? read = null)
    {
        var invoker = channel.CreateCallInvoker();
        var method = new Method<byte[], byte[]>(
            (descriptor.IsClientStreaming, descriptor.IsServerStreaming) switch
            {
                (false, false) => MethodType.Unary,
                (false, true) => MethodType.ServerStreaming,
                (true, true) => MethodType.DuplexStreaming,
                _ => throw new NotSupportedException($"{Name} streams in a way that these tests do not call yet."),
            },
            descriptor.Service.FullName, descriptor.Name, Bytes, Bytes);
        try
        {
            switch (method.Type)
            {
                case MethodType.Unary:
                    var answer = await invoker.AsyncUnaryCall(method, null, options, request);
                    read?.Invoke(answer);
                    break;
                case MethodType.ServerStreaming:
                    using (var call = invoker.AsyncServerStreamingCall(method, null, options, request))
                        while (await call.ResponseStream.MoveNext())
                        {
                            read?.Invoke(call.ResponseStream.Current);
                            if (IsWatch) break;
                        }
                    break;
                default:
                    using (var call = invoker.AsyncDuplexStreamingCall(method, null, options))
                    {
                        // Refused before it is written, it says so when it is read.
                        await call.RequestStream.WriteAsync(request).ContinueWith(_ => { }, TaskScheduler.Default);
                        await call.RequestStream.CompleteAsync().ContinueWith(_ => { }, TaskScheduler.Default);
                        await foreach (var _ in call.ResponseStream.ReadAllAsync()) { }
                    }
                    break;
            }
            return null;
        }
        catch (RpcException e)
        {
            return e;
        }
    }

    /// <summary>A request that can be read, with every field that the caller must give; ids by the field's name.</summary>
    public IMessage Filled(IReadOnlyDictionary<string, string> ids) => Filled(descriptor.InputType, ids);

    /// <summary>The fields of its request that name something on record.</summary>
    public IEnumerable<string> Ids(IReadOnlyDictionary<string, string> known) =>
        descriptor.InputType.Fields.InFieldNumberOrder().Where(f => !f.IsRepeated).Select(f => f.Name).Where(known.ContainsKey);

    private static readonly byte[] PublicKey = ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfo();

    private static IMessage Filled(MessageDescriptor type, IReadOnlyDictionary<string, string> ids)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InFieldNumberOrder().Where(f => !f.IsRepeated && !f.HasPresence || f.FieldType == FieldType.Message && !f.IsRepeated))
            if (Value(field, ids) is { } value) field.Accessor.SetValue(message, value);
        if (type.FindFieldByName("groups") is { IsRepeated: true, FieldType: FieldType.String } groups)
            ((System.Collections.IList)groups.Accessor.GetValue(message)).Add("characteristic:age");
        return message;
    }

    private static object? Value(FieldDescriptor field, IReadOnlyDictionary<string, string> ids) => field.FieldType switch
    {
        FieldType.Message => Filled(field.MessageType, ids),
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, field.EnumType.Values.First(v => v.Number > 0).Number),
        FieldType.Int32 => field.Name == "milestone" ? 1 : null,
        FieldType.Bytes => field.Name == "public_key" ? ByteString.CopyFrom(PublicKey) : null,
        FieldType.Int64 => field.Name switch { "position" => 1_000_000L, "from_position" => 1L, _ => null },
        FieldType.String => field.Name switch
        {
            var name when ids.TryGetValue(name, out var id) => id,
            "request_id" or "subject" or "person_id" or "response" or "format_request" => Guid.NewGuid().ToString(),
            "page_token" or "filter" or "key" or "known_at" or "as_at" or "effective_on" or "from" or "until" or "since" or "from_time" or "to_time" => null,
            "year" or "budget_year" => "2013-14",
            "mitigation_key" or "theme_key" or "agreement_key" or "priority_key" => "any-key",
            "period" => "2013-14 Q1",
            "sha256" => new string('0', 64),
            "holds_from" or "holds_until" => "2031-03-31",
            "url" => "https://example.org/policy",
            "expectation" => "expectation:p3",
            "recommendation" => "recommendation:r7-2",
            "source" => "way:w4",
            var name when name == "to" || name.EndsWith("_on", StringComparison.Ordinal) => "2031-03-31",
            _ => "Text",
        },
        _ => null,
    };
}
