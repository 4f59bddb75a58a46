using System.Reflection;
using System.Text.RegularExpressions;

namespace EqualitiesPlatform.Cli;

/// <summary>
/// The comments of the protos, by full name: descriptors leave them out, and they say best what a verb and its options
/// mean. So the protos are resources of this program, read when help is asked for.
/// </summary>
internal static partial class ProtoComments
{
    private static readonly Lazy<Dictionary<string, string>> All = new(() =>
    {
        var program = Assembly.GetExecutingAssembly();
        return program.GetManifestResourceNames().Where(n => n.EndsWith(".proto", StringComparison.Ordinal))
            .SelectMany(n => In(new StreamReader(program.GetManifestResourceStream(n)!).ReadToEnd()))
            .ToDictionary(c => c.Key, c => c.Value);
    });

    /// <summary>The comment of a field, message, rpc or service; nothing when it has none.</summary>
    public static string Of(string fullName) => All.Value.GetValueOrDefault(fullName, "");

    /// <summary>The comments of one proto's text.</summary>
    public static IReadOnlyDictionary<string, string> In(string proto)
    {
        var found = new Dictionary<string, string>();
        var within = new Stack<string>();
        var package = "";
        var comment = new List<string>();
        foreach (var line in proto.Split('\n').Select(l => l.Trim()))
        {
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                comment.Add(line.TrimStart('/').Trim());
                continue;
            }
            if (Package().Match(line) is { Success: true } named) package = named.Groups[1].Value;
            var declared = Declared().Match(line);
            var name = string.Join('.', [package, .. within.Reverse().Where(w => w.Length > 0), declared.Groups["name"].Value]);
            if (declared.Success && comment.Count > 0) found[name] = string.Join(' ', comment);
            comment.Clear();
            foreach (var brace in line.Where(c => c is '{' or '}'))
                if (brace == '{') within.Push(declared.Groups["scope"].Success ? declared.Groups["name"].Value : "");
                else if (within.Count > 0) within.Pop();
        }
        return found;
    }

    [GeneratedRegex(@"^package\s+([\w.]+)\s*;")]
    private static partial Regex Package();

    [GeneratedRegex(@"^(?:(?<scope>service|message|enum|rpc)\s+(?<name>\w+)|(?:repeated\s+|optional\s+)?[\w.<>]+(?:\s*,\s*[\w.]+>)?\s+(?<name>\w+)\s*=\s*\d+)")]
    private static partial Regex Declared();
}
