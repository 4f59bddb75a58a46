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

    /// <summary>Answers as they come.</summary>
    public IAsyncEnumerable<IMessage> StreamAsync(MethodDescriptor method, IMessage request) => Connection.StreamAsync(method, request, Token, Timeout, Cancel);
}
