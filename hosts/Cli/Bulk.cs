using System.CommandLine;
using System.Text.Json;
using Equalities.Ledger.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace EqualitiesPlatform.Cli;

/// <summary>
/// Many writes from a file of JSON Lines, each <c>{"verb": "commitments report", "request": {…}}</c>, over one call. Each
/// waits for the answer to the one before, so that a record's writes keep their order; request ids that are left out
/// follow from the file, so that sending it again records nothing twice.
/// </summary>
internal sealed class Bulk
{
    private readonly Client _client;
    private readonly MethodDescriptor _method = BulkServiceReflection.Descriptor.Services.Single().FindMethodByName("Send");
    private readonly Argument<string> _file = new("file") { Description = "Lines of {\"verb\": \"commitments report\", \"request\": {\"commitmentId\": \"…\", …}}." };

    public Bulk(Client client)
    {
        _client = client;
        var said = Verb.Said(_method)!;
        (Words, Example) = (said.Path.Split(' '), said.Example);
        Command = new Command(Words[^1], said.Summary) { _file };
        Command.SetAction(RunAsync);
    }

    public Command Command { get; }
    public string[] Words { get; }
    public string Example { get; }
    public string GroupComment => ProtoComments.Of(_method.Service.FullName);

    /// <summary>The writes of a file; every line that can't be read is told at once.</summary>
    public static IReadOnlyList<SendRequest> Read(string file, string text)
    {
        var (writes, mistakes, seen) = (new List<SendRequest>(), new List<string>(), new Dictionary<string, int>());
        foreach (var (line, number) in text.ReplaceLineEndings("\n").Split('\n').Select((l, i) => (l.Trim(), i + 1)).Where(l => l.Item1.Length > 0))
        {
            seen[line] = seen.GetValueOrDefault(line) + 1;
            try
            {
                var write = JsonSerializer.Deserialize<JsonElement>(line);
                var named = write.ValueKind == JsonValueKind.Object && write.TryGetProperty("verb", out var said) ? said.ToString() : "";
                var verb = Verb.All.FirstOrDefault(v => string.Join(' ', v.Words) == named)
                    ?? throw new MistakeException($"\"{named}\" is not a verb, such as commitments report.");
                var request = JsonParser.Default.Parse(write.TryGetProperty("request", out var fields) ? fields.GetRawText() : "{}", verb.Method.InputType);
                if (request.Descriptor.FindFieldByName("request_id") is { } id && id.Accessor.GetValue(request) is "")
                    id.Accessor.SetValue(request, new Step(number, line, seen[line], "", [], false, "").RequestId(file));
                writes.Add(new SendRequest { Item = number, Rpc = $"{verb.Method.Service.FullName}/{verb.Method.Name}", Request = request.ToByteString() });
            }
            catch (Exception wrong) when (wrong is JsonException or InvalidProtocolBufferException or InvalidJsonException or MistakeException)
            {
                mistakes.Add($"{file}:{number}: {wrong.Message}");
            }
        }
        return mistakes.Count == 0 ? writes : throw new MistakeException(string.Join('\n', mistakes));
    }

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancel)
    {
        var file = given.GetRequiredValue(_file);
        var writes = Read(file, Play.Text(file));
        var run = await _client.RunAsync(given, cancel);
        var failed = 0;
        using var call = run.Connection.Duplex(_method, run.Token, cancel);
        for (var i = 0; i < writes.Count; i++)
        {
            await call.RequestStream.WriteAsync(writes[i], cancel);
            if (!await call.ResponseStream.MoveNext(cancel))
                throw new RpcException(new Status(StatusCode.Unavailable, "The platform ended the call early. Send the file again: nothing is recorded twice."));
            var answer = (SendResponse)call.ResponseStream.Current;
            if (answer.Code != 0)
            {
                failed++;
                run.Screen.Remark($"{file}:{answer.Item}: {answer.Message}{string.Concat(answer.Violations.Select(v => $"\n  {v.Field}: {v.Description}"))}");
            }
            run.Screen.Progress($"{i + 1} of {writes.Count}");
        }
        await call.RequestStream.CompleteAsync();
        run.Screen.Progress("");
        run.Output.WriteLine($"Sent {writes.Count} writes: {writes.Count - failed} recorded, {failed} not.");
        return failed == 0 ? 0 : Failure.Refused;
    }
}
