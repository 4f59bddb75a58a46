using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Equalities.Options.V1;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Reporting;
using Mono.Cecil;

namespace EqualitiesPlatform.House.Tests;

/// <summary>The documents that are made from the code.</summary>
public partial class DocsTests
{
    private const string Made = "<!-- Made from the code by build/docs; do not edit. -->\n\n";

    [Fact]
    public void The_house_map_is_current()
    {
        var text = new StringBuilder("# The house\n\n" + Made + "An arrow says: may know.\n\n```mermaid\nflowchart TD\n");
        foreach (var project in Projects("modules").Concat(Projects("hosts")))
            foreach (var reference in References(project))
                text.Append($"  {Path.GetFileNameWithoutExtension(project)} --> {reference}\n");
        text.Append("```\n\n| module | aggregates | registers | rpcs |\n|---|---|---|---|\n");
        foreach (var assembly in House.Assemblies)
        {
            var rpcs = House.Rpcs.Where(r => r.File.Package.Split('.')[1] == ModuleOf(assembly.GetName().Name!).ToLowerInvariant()).GroupBy(r => r.Service.Name);
            text.Append($"| {ModuleOf(assembly.GetName().Name!)} | {Joined(House.Aggregates.Where(a => a.State.Assembly == assembly).Select(a => a.State.Name))} ")
                .Append($"| {Joined(House.Registers.Where(r => r.Document.Assembly == assembly).Select(r => r.Name))} ")
                .Append($"| {Joined(rpcs.Select(s => $"{s.Key}: {string.Join(", ", s.Select(r => r.Name))}"), "<br>")} |\n");
        }
        Generated.Check(House.At("docs", "house.md"), text.ToString());
    }

    [Fact]
    public void The_event_catalogue_is_current()
    {
        var readers = Readers();
        var text = new StringBuilder("# Events\n\n" + Made + "What the ledger can hold, who records it, and who reads it. Stored names are for ever. A name that ends\nin a later version than .v1 has earlier shapes; they are listed too, are read as the next one, and are never recorded again.\n");
        foreach (var module in House.Catalogue.Events.GroupBy(e => e.StoredName.Split('.')[0]))
        {
            text.Append($"\n## {char.ToUpperInvariant(module.Key[0])}{module.Key[1..]}\n");
            foreach (var kind in module.GroupBy(e => e.Kind))
            {
                text.Append($"\n### {kind.Key}\n\n{SourceOf(House.Aggregates.Single(a => a.Kind == kind.Key).State)}\n\n| stored name | what it says | holds | read by |\n|---|---|---|---|\n");
                foreach (var entry in kind)
                    text.Append($"| `{entry.StoredName}` | {Summary(entry.Type)}{(entry.Next is { } next ? $" Read as `{House.Catalogue.Events.Single(e => e.Type == next).StoredName}`." : "")} | {Joined(entry.Type.GetProperties().Where(p => p.GetMethod!.IsPublic && p.Name != "EqualityContract").Select(p => p.Name + (entry.Statements.Contains(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(p.Name)) ? " (statement)" : "")))} | {Joined(readers.GetValueOrDefault(entry.Type.FullName!, []))} |\n");
            }
        }
        Generated.Check(House.At("docs", "events.md"), text.ToString());
    }

    [Fact]
    public void A_follow_up_says_that_it_hears_what_its_code_tells_apart()
    {
        // Looked up in a history once something else was heard.
        Type[] lookedUp = [typeof(Governance.ObligationStated), typeof(Engagement.LeadJoined), typeof(Engagement.LeadLeft)];
        var followUps = House.Types.Where(t => t.IsClass && t.IsAssignableTo(typeof(IFollowUp))).ToArray();
        followUps.Should().HaveCountGreaterThan(20);
        foreach (var followUp in followUps)
            followUp.GetCustomAttributes(false).OfType<HearsAttribute>().Single().Events.Should().BeEquivalentTo(
                House.Catalogue.Events.Select(e => e.Type).Except(lookedUp).IntersectBy(Mentioned(followUp), e => e.FullName!), "{0} is asked after nothing else", followUp.Name);
    }

    [Fact]
    public void The_authorisation_matrix_is_current()
    {
        Role[] roles = [.. Enum.GetValues<Role>().Where(r => r is not (Role.Unspecified or Role.Platform))];
        var text = new StringBuilder("# Who may call what\n\n" + Made)
            .Append("An rpc that is not in this table, or has no mark for a role, is refused to it. A call without a valid token is refused everywhere but\nhealth and reflection. *own*: only for the organisation that the caller leads; an unknown id and another organisation's are refused alike.\n*trace*: what the access log says that it was read for.\n\n")
            .Append($"| rpc | writes | trace | {string.Join(" | ", roles)} |\n|---|---|---|{string.Concat(roles.Select(_ => "---|"))}\n");
        foreach (var rpc in House.Rpcs)
        {
            var access = rpc.GetOptions().GetExtension(OptionsExtensions.Access);
            text.Append($"| {rpc.Service.Name}/{rpc.Name} | {(access.Writes ? "yes" : "")} | {(access.LoggedRead == ReadPurpose.Unspecified ? "" : access.LoggedRead.ToString().ToLowerInvariant())} | {string.Join(" | ", roles.Select(r => !access.Roles.Contains(r) ? "" : Roles.OwnOrganisationOnly(r) ? "own" : "yes"))} |\n");
        }
        text.Append("\n## Fields that only some see\n\nWhoever else may call the rpc gets the answer without them.\n\n| field | seen by |\n|---|---|\n");
        foreach (var field in House.Rpcs.Select(r => r.File).Distinct().SelectMany(f => f.MessageTypes).SelectMany(m => m.Fields.InDeclarationOrder()))
            if (Veil.SeenByOf(field) is { } seenBy) text.Append($"| {field.ContainingType.Name}.{field.Name} | {Joined(seenBy.Roles.Select(r => r.ToString()))} |\n");
        Generated.Check(House.At("docs", "authorisation.md"), text.ToString());
    }

    private static IEnumerable<string> Projects(string folder) => Directory.EnumerateFiles(House.At(folder), "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(project).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!)).Order(StringComparer.Ordinal);

    private static string ModuleOf(string assembly) => assembly["EqualitiesPlatform.".Length..];

    private static string Joined(IEnumerable<string> words, string with = ", ") => string.Join(with, words);

    /// <summary>Who reads each event: registers, tables, follow-ups and sections, by the types that their code mentions.</summary>
    private static Dictionary<string, string[]> Readers()
    {
        var readers = House.Registers.Select(r => r.Document).Concat(House.Types.Where(t => t.IsClass && (t.IsAssignableTo(typeof(ISiloTable)) || t.IsAssignableTo(typeof(IFollowUp)) || t.IsAssignableTo(typeof(ISectionFold)))));
        var found = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var reader in readers)
            foreach (var mentioned in Mentioned(reader))
            {
                if (!found.TryGetValue(mentioned, out var names)) found[mentioned] = names = new(StringComparer.Ordinal);
                names.Add((reader.DeclaringType ?? reader).Name);
            }
        return found.ToDictionary(f => f.Key, f => f.Value.ToArray());
    }

    private static string[] Mentioned(Type by)
    {
        using var module = ModuleDefinition.ReadModule(by.Assembly.Location);
        return [.. Nested(module.GetType(by.FullName!.Replace('+', '/'))).SelectMany(t => t.Methods).Where(m => m.HasBody).SelectMany(m => m.Body.Instructions).Select(i => i.Operand).OfType<TypeReference>().Select(t => t.FullName)];
    }

    private static IEnumerable<TypeDefinition> Nested(TypeDefinition type) => type.NestedTypes.SelectMany(Nested).Prepend(type);

    private static string Summary(Type type)
    {
        var xml = XDocument.Load(Path.ChangeExtension(type.Assembly.Location, ".xml"));
        var summary = xml.Descendants("member").FirstOrDefault(m => (string?)m.Attribute("name") == "T:" + type.FullName)?.Element("summary");
        summary.Should().NotBeNull("{0} says what it is", type.Name);
        return Spaces().Replace(string.Concat(summary!.Nodes().Select(n => n is XElement e ? (e.Attribute("cref")?.Value.Split('.')[^1] ?? e.Value) : n.ToString())), " ").Trim();
    }

    /// <summary>The comment that begins the aggregate's file: what it is, with its source in the documents.</summary>
    private static string SourceOf(Type state)
    {
        var file = House.Sources(Path.Combine("modules", state.Assembly.GetName().Name!.Split('.')[^1])).Single(f => Regex.IsMatch(File.ReadAllText(f), $@"\brecord {state.Name}\b"));
        var comment = string.Join(' ', File.ReadAllLines(file).SkipWhile(l => !l.StartsWith("//", StringComparison.Ordinal)).TakeWhile(l => l.StartsWith("// ", StringComparison.Ordinal)).Select(l => l[3..]));
        comment.Should().MatchRegex(@"\((Policy|Report|practice|rules)", "{0} begins with a comment that cites its source", Path.GetFileName(file));
        return comment;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
