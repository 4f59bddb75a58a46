using System.CommandLine;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace EqualitiesPlatform.Cli;

/// <summary>What all verbs of one process share: the sign-ins, the connections, and how far its own writes have come.</summary>
internal sealed class Client(Func<string, string?> environment) : IDisposable
{
    private readonly Dictionary<string, Connection> _connections = [];

    public SignIns SignIns { get; } = new(environment);
    public Option<int?> Timeout { get; } = new("--timeout") { Recursive = true, HelpName = "seconds", Description = "How long one call may take: 30 seconds; streams may take as long as they need." };
    public Option<bool> Json { get; } = new("--json") { Recursive = true, Description = "Answer in JSON, for scripts; lists have a line an item." };

    /// <summary>The greatest position that a receipt told.</summary>
    public long LastPosition { get; set; }

    /// <summary>One use of a verb: where to, as whom, shown where.</summary>
    public async Task<Run> RunAsync(ParseResult given, CancellationToken cancel)
    {
        var server = SignIns.ServerOf(given);
        if (!_connections.TryGetValue(server, out var connection)) _connections[server] = connection = new Connection(server);
        if (given.GetValue(Timeout) is < 1) throw new MistakeException("--timeout is a number of seconds, 1 or more.");
        return new Run(this, connection, await SignIns.TokenAsync(given, cancel), given.GetValue(Timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            new Screen(given.InvocationConfiguration.Output, given.InvocationConfiguration.Error, given.GetValue(Json)), given.InvocationConfiguration.Output, cancel);
    }

    public void Dispose()
    {
        foreach (var connection in _connections.Values) connection.Dispose();
        SignIns.Dispose();
    }
}

/// <summary>One use of a verb.</summary>
internal sealed record Run(Client Client, Connection Connection, string Token, TimeSpan? Timeout, Screen Screen, TextWriter Output, CancellationToken Cancel)
{
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Calls, and remembers the position of a receipt.</summary>
    public async Task<IMessage> CallAsync(MethodDescriptor method, IMessage request)
    {
        var answer = await Connection.CallAsync(method, request, Token, Timeout ?? UsualTimeout, Screen.Remark, Cancel);
        if (answer.Descriptor.FindFieldByName("receipt")?.Accessor.GetValue(answer) is Equalities.Ledger.V1.Receipt receipt)
            Client.LastPosition = Math.Max(Client.LastPosition, receipt.Position);
        return answer;
    }

    /// <summary>
    /// Looks up what the things are called whose ids stand in some answers, in the lists that the protos declare of them;
    /// what can't be looked up keeps its id.
    /// </summary>
    public async Task NameAsync(IReadOnlyList<IMessage> answers)
    {
        if (!Screen.ForPeople) return;
        var types = new HashSet<MessageDescriptor>();
        void Into(MessageDescriptor type)
        {
            if (!types.Add(type)) return;
            foreach (var field in type.Fields.InFieldNumberOrder().Where(f => f.FieldType == FieldType.Message)) Into(field.MessageType);
        }
        foreach (var answer in answers) Into(answer.Descriptor);
        // What a list is of has its own id first, and its key beside it.
        var ids = types.SelectMany(t => t.Fields.InFieldNumberOrder().Where(f => f.Index > 0 || f.IsRepeated || ListerOf(f.Name)?.Items!.MessageType != t).Select(f => f.Name))
            .Where(n => n.EndsWith("_id", StringComparison.Ordinal) || n.EndsWith("_ids", StringComparison.Ordinal)).Select(n => n.TrimEnd('s'))
            .Concat(answers.SelectMany(Screen.NamedWithin)).Distinct();
        var names = new Dictionary<string, string>();
        foreach (var id in ids)
        {
            if (ListerOf(id) is not { Items: { } items } lister) continue;
            try
            {
                var request = lister.Method.InputType.Parser.ParseFrom(ByteString.Empty);
                request.Descriptor.FindFieldByName("page_size")?.Accessor.SetValue(request, 500);
                var page = await Connection.CallAsync(lister.Method, request, Token, UsualTimeout, _ => { }, Cancel);
                foreach (var item in ((System.Collections.IList)items.Accessor.GetValue(page)).Cast<IMessage>())
                    if (item.Descriptor.FindFieldByName("key").Accessor.GetValue(item) is string { Length: > 0 } key)
                        names[(string)item.Descriptor.FindFieldByNumber(1).Accessor.GetValue(item)] = key;
            }
            catch (Grpc.Core.RpcException)
            {
                // Names are a courtesy: who may not read that list sees the id.
            }
        }
        Screen.Names = names;
    }

    /// <summary>The verb whose list tells the keys of what a field holds the id of.</summary>
    private static Verb? ListerOf(string id) => Verb.All.FirstOrDefault(v =>
        v.Items?.MessageType.FindFieldByNumber(1)?.Name == (id == "organisation_id" ? "partner_id" : id) && v.Items.MessageType.FindFieldByName("key") is not null);

    /// <summary>Answers of lines, as they come; each stands until the next comes.</summary>
    public IAsyncEnumerable<LinesPart> LinesAsync(MethodDescriptor method, LinesReader reader, IMessage request) => Connection.LinesAsync(method, reader, request, Token, Timeout, Cancel);

    /// <summary>Answers as they come.</summary>
    public IAsyncEnumerable<IMessage> StreamAsync(MethodDescriptor method, IMessage request) => Connection.StreamAsync(method, request, Token, Timeout, Cancel);
}
