using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace EqualitiesPlatform.Cli;

/// <summary>The whole command line: the verbs of the protos and the few that are made by hand.</summary>
internal sealed class Root
{
    /// <summary>Values may begin with @, and options have no short forms to bundle.</summary>
    private static readonly ParserConfiguration AsWritten = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    private readonly RootCommand _root = new("The record of a council's equalities promises: what partners commit to, how it goes, and the reports made of it.");
    private readonly Client _client;
    private readonly Dictionary<Command, string> _examples = [];

    public Root(Client client)
    {
        _client = client;
        foreach (var option in (Option[])[client.SignIns.Server, client.SignIns.Persona, client.SignIns.Token, client.Timeout, client.Json]) _root.Add(option);
        foreach (var command in client.SignIns.Verbs()) _root.Add(command);
        foreach (var verb in Verb.All)
        {
            var command = verb.Command(client);
            var group = Group(verb.Words, ProtoComments.Of(verb.Method.Service.FullName));
            group.Add(command);
            if (verb.Alone) verb.Onto(group, client);
            if (verb.Example.Length > 0) _examples[command] = verb.Example;
        }
        var bulk = new Bulk(client);
        Group(bulk.Words, bulk.GroupComment).Add(bulk.Command);
        _examples[bulk.Command] = bulk.Example;
        foreach (var (group, about, command, example) in new Audit.AuditVerbs(client).All())
        {
            Group(group.Length == 0 ? [command.Name] : [group, command.Name], about).Add(command);
            _examples[command] = example;
        }
        var play = new Play(this, client.SignIns);
        _root.Add(play.Command);
        _examples[play.Command] = "play build/demo-year.txt --out artifacts/demo";
        _examples[_root.Subcommands.First(c => c.Name == "sign-in")] = "sign-in --as capita-lead";
        Help();
    }

    /// <summary>Reads a line; nothing is done yet.</summary>
    public ParseResult Parse(IReadOnlyList<string> words) => _root.Parse(words, AsWritten);

    /// <summary>Does what a line says. A failure is thrown, for the caller to say or to expect.</summary>
    public async Task<int> InvokeAsync(ParseResult line, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        if (line.Action is ParseErrorAction && line.Errors.Count > 0)
            throw new MistakeException(string.Join('\n', line.Errors.Select(e => e.Message).Distinct())
                + $"\nSee: equalities {string.Concat(Path(line.CommandResult.Command).Select(w => w + " "))}--help");
        return await line.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false }, cancel);
    }

    /// <summary>Runs the program once: what went wrong is said on standard error, and is the exit code.</summary>
    public async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancel = default)
    {
        var line = Parse(args);
        try
        {
            return await InvokeAsync(line, output, error, cancel);
        }
        catch (Exception e) when (Failure.Of(e, _client.SignIns.ServerOf(line)) is { } failure)
        {
            failure.Say(error);
            return failure.ExitCode;
        }
        catch (Exception fault)
        {
            error.WriteLine($"This is a fault of the client, and not of what you asked. What to tell its makers:\n{fault}");
            return Failure.Other;
        }
    }

    /// <summary>The words that lead to a command.</summary>
    private static IEnumerable<string> Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? Path(parent).Append(command.Name) : [];

    private Command Group(string[] words, string comment)
    {
        Command at = _root;
        foreach (var word in words[..^1])
        {
            var next = at.Subcommands.FirstOrDefault(c => c.Name == word);
            if (next is null)
            {
                next = new Command(word, comment.Split(". ")[0].TrimEnd('.') + ".");
                next.SetAction(ShowHelp);
                at.Add(next);
            }
            at = next;
        }
        return at;
    }

    private void Help()
    {
        _root.SetAction(ShowHelp);
        foreach (var option in _root.Options)
            if (option is HelpOption help) help.Action = new HelpWithExamples(this);
            else if (option is VersionOption) option.Description = "Show the version.";
    }

    private int ShowHelp(ParseResult given) => new HelpWithExamples(this).Invoke(given);

    /// <summary>The usual help, and below it the verb's examples; for the whole program, the exit codes too.</summary>
    private sealed class HelpWithExamples(Root root) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult given)
        {
            new HelpAction().Invoke(given);
            var (command, output) = (given.CommandResult.Command, given.InvocationConfiguration.Output);
            string[] examples = command == root._root
                ? ["sign-in --as governance-officer", "commitments list --filter 'status = OFF_TRACK'", "commitments report --help"]
                : root._examples.TryGetValue(command, out var example) ? [example] : [];
            if (examples.Length > 0) output.WriteLine(examples.Length == 1 ? "Example:" : "Examples:");
            foreach (var line in examples) output.WriteLine($"  equalities {line}");
            if (command != root._root) return 0;
            output.WriteLine("\nExit codes:");
            foreach (var (code, meaning) in Failure.ExitCodes) output.WriteLine($"  {code}  {meaning}");
            return 0;
        }
    }
}
