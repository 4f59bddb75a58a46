using System.CommandLine;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EqualitiesPlatform.Cli;

/// <summary>
/// Plays a scenario, each line through the same verbs as a user's. Request ids follow from the file, so that playing it
/// twice records nothing twice; the first failure that was not expected ends it.
/// </summary>
internal sealed partial class Play
{
    private readonly Root _root;
    private readonly SignIns _signIns;
    private readonly Argument<string> _file = new("file") { Description = "The scenario: one command a line, each after \"as PERSONA\"; \"show\" before that prints its answer, \"keep NAME=FIELD\" keeps a field of it, \"=> REASON\" after it expects a refusal, \"=>? REASON\" allows one; # remarks, ## headings." };
    private readonly Option<string> _out = new("--out") { HelpName = "folder", Description = "Where ${out} points; the summary is written there too." };
    private readonly Option<string[]> _var = new("--var") { HelpName = "name=value", Description = "What ${name} stands for." };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Show every line and its answer." };

    public Play(Root root, SignIns signIns)
    {
        (_root, _signIns) = (root, signIns);
        Command = new Command("play", "Play a scenario: a file of commands, in order, once.") { _file, _out, _var, _verbose };
        Command.SetAction(RunAsync);
    }

    public Command Command { get; }

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancel)
    {
        var file = given.GetRequiredValue(_file);
        var folder = Path.GetFullPath(given.GetValue(_out) ?? ".");
        var values = (given.GetValue(_var) ?? []).Append($"out={folder}").Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v.Length == 2 ? v[1] : throw new MistakeException("--var is given as name=value."));
        var chapters = Scenario.Read(Text(file));
        var (output, summary, whole) = (given.InvocationConfiguration.Output, new StringBuilder(), Stopwatch.StartNew());
        void Tell(string line)
        {
            output.WriteLine(line);
            summary.AppendLine(line);
        }

        var widest = chapters.Max(c => (int?)c.Heading.Length) ?? 0;
        var (steps, refused) = (0, 0);
        foreach (var chapter in chapters)
        {
            var clock = Stopwatch.StartNew();
            var shown = new StringBuilder();
            foreach (var step in chapter.Steps)
            {
                if (given.GetValue(_verbose)) output.WriteLine($"{Path.GetFileName(file)}:{step.Line}  {step.Text}");
                var answer = await PlayAsync(step, file, given, values, cancel);
                if (given.GetValue(_verbose)) output.Write(answer);
                else if (step.Shown) shown.Append(shown.Length > 0 ? "\n" : "").Append(answer);
                steps++;
                if (step is { Refusal.Length: > 0, Perhaps: false }) refused++;
            }
            Tell($"{chapter.Heading.PadRight(widest)}  {Count(chapter.Steps.Count, "step"),9}  {clock.Elapsed.TotalSeconds,6:0.0} s".TrimStart());
            if (shown.Length > 0) Tell($"\n{shown.ToString().TrimEnd()}\n");
        }
        Tell($"Played {Count(steps, "step")} in {Count(chapters.Count, "chapter")}, {refused} of them refused as expected, in {whole.Elapsed.TotalSeconds:0} s.");
        if (given.GetValue(_out) is not null)
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "summary.txt"), summary.ToString(), cancel);
        }
        return 0;
    }

    private async Task<string> PlayAsync(Step step, string file, ParseResult given, Dictionary<string, string> values, CancellationToken cancel)
    {
        using var said = new StringWriter();
        Failure? failure;
        try
        {
            var words = new List<string>();
            foreach (var word in step.Words) words.Add(await FilledAsync(word, values, cancel));
            if (step.Persona.Length > 0) words.AddRange(["--as", await FilledAsync(step.Persona, values, cancel)]);
            words.AddRange(["--server", _signIns.ServerOf(given)]);
            if (step.Kept.Length > 0) words.Add("--json");
            var line = _root.Parse(words);
            if (line.CommandResult.Command.Options.Any(o => o.Name == "--request-id") && !words.Contains("--request-id"))
                line = _root.Parse([.. words, "--request-id", step.RequestId(file)]);
            var code = await _root.InvokeAsync(line, said, said, cancel);
            if (code == 0 && step.Kept.Split('=') is [var name, var field])
                values[name] = JsonDocument.Parse(said.ToString()).RootElement.GetProperty(field).ToString();
            failure = code == 0 ? null : new Failure(code, said.ToString().TrimEnd(), "", []);
        }
        catch (Exception e) when (e is not OperationCanceledException && Failure.Of(e, _signIns.ServerOf(given)) is not null)
        {
            failure = Failure.Of(e, _signIns.ServerOf(given));
            failure!.Say(said);
        }
        if (step.Perhaps && failure is null) return said.ToString();
        if (step.Refusal.Length == 0 ? failure is null : failure?.Reason == step.Refusal) return said.ToString();
        throw new PlayStoppedException(failure is null
            ? new Failure(Failure.Other, $"{file}:{step.Line}: this should have been refused with {step.Refusal}, and was not.\n  {step.Text}", "", [])
            : failure with { Sentence = $"{file}:{step.Line}: {failure.Sentence}\n  {step.Text}{(step.Refusal.Length > 0 ? $"\n  It should have been refused with {step.Refusal}." : "")}" });
    }

    /// <summary>A word with its <c>${name}</c>, <c>${oid:persona}</c> and <c>${sha256:file in the results}</c> filled in.</summary>
    private async Task<string> FilledAsync(string word, Dictionary<string, string> values, CancellationToken cancel)
    {
        var filled = new StringBuilder();
        var at = 0;
        foreach (Match hole in Hole().Matches(word))
        {
            var name = hole.Groups[1].Value;
            filled.Append(word, at, hole.Index - at).Append(name.StartsWith("oid:", StringComparison.Ordinal)
                ? SignIns.Said(await _signIns.OfPersonaAsync(name[4..], cancel), "oid")
                : name.StartsWith("sha256:", StringComparison.Ordinal)
                ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text(Path.Combine(values.GetValueOrDefault("out") ?? "", name[7..])))))
                : values.GetValueOrDefault(name) ?? throw new MistakeException($"Nothing is said of ${{{name}}}: add --var {name}=…"));
            at = hole.Index + hole.Length;
        }
        return filled.Append(word, at, word.Length - at).ToString();
    }

    /// <summary>What a file says.</summary>
    public static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new MistakeException($"The file {file} can't be read: {(unreadable is FileNotFoundException or DirectoryNotFoundException ? "there is none." : unreadable.Message)}");
        }
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";

    [GeneratedRegex(@"\$\{([^}]+)\}")]
    private static partial Regex Hole();
}
