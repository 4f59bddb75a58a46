using System.CommandLine;
using System.Reflection;
using Equalities.Options.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace EqualitiesPlatform.Cli;

/// <summary>
/// One rpc as a verb, made from its descriptor: its path, summary and example stand beside it in the proto, its options
/// are the request's fields. So a new rpc is a new verb without a line here.
/// </summary>
internal sealed class Verb
{
    private static readonly string[] Envelope = ["request_id", "expected_version", "page_size", "page_token", "filter", "at_least_position"];

    private readonly MethodDescriptor _method;
    private readonly Equalities.Options.V1.Verb _said;
    private readonly List<FieldOption> _fields;
    private readonly List<(FieldDescriptor Field, Argument<string> Argument)> _plain;
    private readonly Option<bool> _all = new("--all") { Description = "Follow the pages to the end." };
    private readonly Option<string> _out = new("--out") { HelpName = "file", Description = "Write what comes to this file." };

    private Verb(MethodDescriptor method, Equalities.Options.V1.Verb said)
    {
        (_method, _said) = (method, said);
        _fields = [.. method.InputType.Fields.InFieldNumberOrder().Select(f => new FieldOption(f))];
        _plain =
        [
            .. Plain(method.InputType, said).Select(field => (field, new Argument<string>(field.Name.Replace('_', '-'))
            {
                Arity = ArgumentArity.ZeroOrOne,
                Description = $"{ProtoComments.Of(field.FullName)} The same as {FieldOption.NameOf(field.Name)}.",
            })),
        ];
    }

    /// <summary>Every verb that the protos declare.</summary>
    public static IReadOnlyList<Verb> All { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetTypes()
            .Select(t => t.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static))
            .Where(p => p?.PropertyType == typeof(FileDescriptor))
            .SelectMany(p => ((FileDescriptor)p!.GetValue(null)!).Services)
            .SelectMany(s => s.Methods)
            .Where(m => !m.IsClientStreaming || Upload.FileOf(m) is not null)
            .Select(m => (Method: m, Said: Said(m)))
            .Where(v => v.Said is not null)
            .OrderBy(v => v.Said!.Path, StringComparer.Ordinal)
            .Select(v => new Verb(v.Method, v.Said!)),
    ];

    /// <summary>What an rpc says of its verb; nothing when it has none.</summary>
    public static Equalities.Options.V1.Verb? Said(MethodDescriptor method) => method.GetOptions()?.GetExtension(OptionsExtensions.Verb);

    public string[] Words => _said.Path.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    public string Example => _said.Example;
    public MethodDescriptor Method => _method;

    private bool Writes => _method.GetOptions()?.GetExtension(OptionsExtensions.Access)?.Writes == true;

    /// <summary>The answer's list, when the rpc gives pages.</summary>
    public FieldDescriptor? Items => _method.OutputType.FindFieldByName("next_page_token") is null
        ? null
        : _method.OutputType.Fields.InFieldNumberOrder().FirstOrDefault(f => f.IsRepeated && f.FieldType == FieldType.Message);

    /// <summary>Whether the words before its last alone mean it too.</summary>
    public bool Alone => _said.Alone;

    /// <summary>The verb as a command.</summary>
    public Command Command(Client client) => Onto(new Command(Words[^1], _said.Summary), client);

    /// <summary>A command that does what the verb does.</summary>
    public Command Onto(Command command, Client client)
    {
        foreach (var (_, argument) in _plain) command.Add(argument);
        foreach (var field in _fields.OrderBy(f => Envelope.Contains(f.FieldName))) command.Add(field.Option);
        if (Items is not null) command.Add(_all);
        if (Content.Has(_method)) command.Add(_out);
        command.SetAction((given, cancel) => RunAsync(client, given, cancel));
        return command;
    }

    /// <summary>
    /// The fields that may be given without their names: the noun's own id (<c>commitments report ID</c>), a stream or a
    /// figure, or else the first field of its own, when the proto's example says it so.
    /// </summary>
    private static IReadOnlyList<FieldDescriptor> Plain(MessageDescriptor request, Equalities.Options.V1.Verb said)
    {
        var words = said.Path.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var noun = Singular(words[0]).Replace('-', '_');
        var fields = request.Fields.InFieldNumberOrder().Where(f => !f.IsRepeated && f.FieldType is FieldType.String or FieldType.Bytes && !Envelope.Contains(f.Name)).ToList();
        var shown = said.Example.StartsWith(said.Path + " ", StringComparison.Ordinal) && !said.Example[(said.Path.Length + 1)..].StartsWith('-');
        FieldDescriptor?[] plain =
        [
            fields.FirstOrDefault(f => f.Name == noun + "_id" || f.Name.EndsWith($"_{noun}_id", StringComparison.Ordinal)),
            fields.FirstOrDefault(f => f.Name is "stream" or "figure"),
        ];
        return plain.Any(f => f is not null) ? [.. plain.OfType<FieldDescriptor>()] : shown ? [.. fields.Take(1)] : [];
    }

    /// <summary>One of several, in English as the verbs have it.</summary>
    internal static string Singular(string noun) => noun switch
    {
        _ when noun.EndsWith("ies", StringComparison.Ordinal) => noun[..^3] + "y",
        _ when noun.EndsWith('s') && !noun.EndsWith("ss", StringComparison.Ordinal) => noun[..^1],
        _ => noun,
    };

    private async Task<int> RunAsync(Client client, ParseResult given, CancellationToken cancel)
    {
        var request = Request(given);
        var run = await client.RunAsync(given, cancel);
        if (Items is { } items) return await ListAsync(run, request, items, given.GetValue(_all));
        var requestId = "";
        if (Writes && request.Descriptor.FindFieldByName("request_id") is { } id)
        {
            requestId = (string)id.Accessor.GetValue(request);
            if (requestId.Length == 0) id.Accessor.SetValue(request, requestId = Guid.CreateVersion7().ToString());
        }
        try
        {
            if (Watch.Is(_method)) return await Watch.RunAsync(run, _method, request);
            if (Upload.FileOf(_method) is { } file) return await Upload.RunAsync(run, _method, request, file, given.GetValue((Option<string>)_fields.First(f => f.FieldName == file.Name).Option));
            if (_method.IsServerStreaming) return await Content.StreamAsync(run, _method, request, given.GetValue(_out));
            var answer = await run.CallAsync(_method, request);
            if (given.GetResult(_out) is not null) return Content.Write(run, answer, given.GetValue(_out));
            await run.NameAsync([answer]);
            run.Screen.Show(answer);
            return Content.ExitCode(answer);
        }
        catch (RpcException failed) when (requestId.Length > 0 && (Connection.MayPass(failed) || failed.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled))
        {
            throw new UncertainException(requestId, failed);
        }
    }

    /// <summary>The request that a line comes to.</summary>
    public IMessage Request(ParseResult given)
    {
        var request = _method.InputType.Parser.ParseFrom(ByteString.Empty);
        var mistakes = new List<FieldMistake>();
        // A file that is sent in pieces is not read into the request.
        foreach (var field in _fields.Where(f => f.FieldName != Upload.FileOf(_method)?.Name))
            field.Read(given, _plain.FirstOrDefault(p => p.Field.Name == field.FieldName) is { Argument: { } argument } ? given.GetValue(argument) : null, request, mistakes);
        return mistakes.Count == 0 ? request : throw new FieldMistakesException(mistakes);
    }

    private async Task<int> ListAsync(Run run, IMessage request, FieldDescriptor items, bool all)
    {
        var (token, next, size) = (request.Descriptor.FindFieldByName("page_token")!, _method.OutputType.FindFieldByName("next_page_token")!, request.Descriptor.FindFieldByName("page_size"));
        if (all && size is not null && size.Accessor.GetValue(request) is 0) size.Accessor.SetValue(request, 500);
        // What this run has written is seen by its own lists.
        if (request.Descriptor.FindFieldByName("at_least_position") is { } atLeast && atLeast.Accessor.GetValue(request) is 0L)
            atLeast.Accessor.SetValue(request, run.Client.LastPosition);
        var rows = new List<IMessage>();
        IMessage? head = null;
        string left;
        do
        {
            var page = await run.CallAsync(_method, request);
            rows.AddRange(((System.Collections.IList)items.Accessor.GetValue(page)).Cast<IMessage>());
            left = (string)next.Accessor.GetValue(page);
            token.Accessor.SetValue(request, left);
            items.Accessor.Clear(page);
            next.Accessor.Clear(page);
            head ??= page;
            if (all) run.Screen.Progress($"{rows.Count} so far");
        }
        while (all && left.Length > 0);
        if (all) run.Screen.Progress("");
        await run.NameAsync(rows);
        run.Screen.List(items, rows, head);
        if (left.Length > 0) run.Screen.Remark($"There are more: add --all, or --page-token {left}");
        return 0;
    }
}
