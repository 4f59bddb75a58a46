using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using NJsonSchema;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;

namespace EqualitiesPlatform.House.Tests;

/// <summary>The settings as the code has them, and the files that a council's operations team takes over.</summary>
public partial class DeploymentTests
{
    private sealed record Setting(string Name, string Meaning, string Otherwise);

    [Fact]
    public void The_configuration_reference_is_current()
    {
        var text = new StringBuilder(
            "# Configuration\n\n<!-- Made from the code by build/docs; do not edit. -->\n\n"
            + "As environment variables; a wrong or missing one stops the start with a sentence. Beside these, `ConnectionStrings__Ledger`\n"
            + "names the PostgreSQL database, `ConnectionStrings__Migration` the same as the role that owns the tables (for `build/migrate`,\n"
            + "and at start in Development), `AzureAd__Instance`, `AzureAd__TenantId` and `AzureAd__ClientId` the identity provider, as\n"
            + "Microsoft.Identity.Web reads them, and `OTEL_EXPORTER_OTLP_ENDPOINT` where traces, metrics and logs go.\n\n"
            + "| setting | meaning | unless set |\n|---|---|---|\n");
        foreach (var setting in Settings) text.Append(CultureInfo.InvariantCulture, $"| `{setting.Name}` | {setting.Meaning} | {setting.Otherwise} |\n");
        Generated.Check(House.At("docs", "configuration.md"), text.ToString());
    }

    [Fact]
    public void What_is_deployed_sets_only_what_the_platform_reads()
    {
        string[] others = ["ConnectionStrings__Ledger", "ConnectionStrings__Migration", "AzureAd__Instance", "AzureAd__TenantId", "AzureAd__ClientId"];
        var known = Settings.Select(s => s.Name).Concat(others).ToHashSet();
        var set = Directory.EnumerateFiles(House.At("deploy"), "*", SearchOption.AllDirectories)
            .SelectMany(file => Variable().Matches(File.ReadAllText(file)).Select(m => m.Value)).Distinct().ToArray();
        set.Should().NotBeEmpty().And.BeSubsetOf(known);
    }

    [Fact]
    public async Task The_chart_keeps_to_its_schema_and_its_parts_fit_together()
    {
        var values = Json(File.ReadAllText(House.At("deploy", "helm", "values.yaml")));
        var schema = await JsonSchema.FromJsonAsync(File.ReadAllText(House.At("deploy", "helm", "values.schema.json")));
        schema.Validate(values).Should().BeEmpty();
        schema.Validate(values.Replace("\"silos\": \"3\"", "\"silos\": \"none\"").Replace("\"silos\": 3", "\"silos\": \"none\"")).Should().NotBeEmpty("the schema says what is wrong");

        using var parsed = JsonDocument.Parse(values);
        var resources = Directory.EnumerateFiles(House.At("deploy", "helm", "templates"), "*.yaml")
            .SelectMany(file => Documents(Rendered(File.ReadAllText(file), parsed.RootElement))).ToDictionary(d => Text(d, "kind"));
        resources.Keys.Should().BeEquivalentTo("Deployment", "Service", "PodDisruptionBudget", "Job");
        var deployment = resources["Deployment"];
        var labels = At(deployment, "spec", "template", "metadata", "labels").ToString();
        At(deployment, "spec", "selector", "matchLabels").ToString().Should().Be(labels);
        At(resources["Service"], "spec", "selector").ToString().Should().Be(labels);
        At(resources["PodDisruptionBudget"], "spec", "selector", "matchLabels").ToString().Should().Be(labels);
        var silo = (YamlMappingNode)((YamlSequenceNode)At(deployment, "spec", "template", "spec", "containers")).Children.Single();
        var ports = ((YamlSequenceNode)At(silo, "ports")).Children.Select(p => Text(p, "name")).ToArray();
        foreach (var probe in new[] { "startupProbe", "readinessProbe", "livenessProbe" })
            ports.Should().Contain(Text(At(silo, probe, "httpGet"), "port"));
        ports.Should().Contain(Text(((YamlSequenceNode)At(resources["Service"], "spec", "ports")).Children.Single(), "targetPort"));
        ((YamlSequenceNode)At(silo, "env")).Children.Select(e => Text(e, "name")).Should().Contain("Ledger__Sample").And.Contain("Ledger__SiloAddress").And.OnlyHaveUniqueItems();
    }

    [Fact]
    public void The_three_silos_of_the_Compose_file_differ_by_their_name_alone()
    {
        var services = At(Documents(File.ReadAllText(House.At("deploy", "compose.yaml"))).Single(), "services");
        foreach (var name in new[] { "silo-1", "silo-2", "silo-3" })
        {
            var silo = At(services, name);
            Text(silo, "hostname").Should().Be(name);
            Text(At(silo, "environment"), "Ledger__SiloAddress").Should().Be(name);
            File.ReadAllText(House.At("deploy", "nginx.conf")).Should().Contain($"server {name}:5400 ");
        }
    }

    /// <summary>Every property of every options class, in the order of the files.</summary>
    private static IReadOnlyList<Setting> Settings { get; } =
    [
        .. from file in House.Sources("modules", "hosts/Platform")
           let source = File.ReadAllText(file)
           from options in OptionsClass().Matches(source)
           from property in OptionProperty().Matches(options.Groups["body"].Value)
           where property.Groups["name"].Value != "ConnectionString"
           let array = property.Groups["type"].Value.EndsWith("[]", StringComparison.Ordinal)
           select new Setting(
               $"{SectionOf(options.Groups["class"].Value)}__{property.Groups["name"].Value}{(array ? "__0" : "")}",
               property.Groups["summary"].Value.Trim() + (array ? " More as `__1`, `__2` and so on." : ""),
               property.Groups["value"].Value.Trim().TrimEnd(';').Replace("_", "").Trim('"') is { Length: > 0 } value && value != "[]" ? $"`{value}`" : property.Groups["type"].Value is "int" ? "`0`" : "—"),
    ];

    private static string SectionOf(string options) =>
        House.Sources("modules", "hosts/Platform").Select(File.ReadAllText)
            .Select(source => Regex.Match(source, $@"AddOptions<{options}>\(\).{{0,200}}?(?:BindConfiguration|GetSection)\(""(\w+)""\)", RegexOptions.Singleline))
            .FirstOrDefault(m => m.Success)?.Groups[1].Value ?? options[..^"Options".Length];

    /// <summary>A template as Helm would render it, for the few of its words that these templates use.</summary>
    private static string Rendered(string template, JsonElement values)
    {
        var text = Regex.Replace(template, @"\s*\{\{-? (range|end)\b[^}]*\}\}", "");
        return Regex.Replace(text, @"\{\{ (?<what>[^ }]+)(?: \| (?<how>\w+))? \}\}", m => m.Groups["what"].Value switch
        {
            ".Release.Name" => "a-release",
            "$name" => "Ledger__Sample",
            "$value" => "\"sample\"",
            var value when value.StartsWith(".Values.", StringComparison.Ordinal) => m.Groups["how"].Value is "quote" or "toJson" ? Value(value).GetRawText() : Value(value).ToString(),
            var other => throw new InvalidOperationException($"These tests don't know how Helm renders {other}."),
        });

        JsonElement Value(string path) => path[".Values.".Length..].Split('.').Aggregate(values, (at, name) => at.GetProperty(name));
    }

    /// <summary>YAML as JSON, with numbers and truth values as such.</summary>
    private static string Json(string yaml) =>
        new SerializerBuilder().JsonCompatible().Build().Serialize(new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(yaml)!);

    private static IEnumerable<YamlMappingNode> Documents(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents.Select(d => (YamlMappingNode)d.RootNode);
    }

    private static YamlNode At(YamlNode node, params string[] path) => path.Aggregate(node, (at, name) => at[name]);

    private static string Text(YamlNode node, string name) => ((YamlScalarNode)node[name]).Value!;

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+__[A-Z][A-Za-z]+\b")]
    private static partial Regex Variable();

    [GeneratedRegex(@"public sealed class (?<class>\w+Options)\b\s*\{(?<body>.*?)\n\}", RegexOptions.Singleline)]
    private static partial Regex OptionsClass();

    [GeneratedRegex(@"/// <summary>(?<summary>[^\n]*)</summary>\s*public (?<type>\S+) (?<name>\w+) \{ get; set; \}(?: = (?<value>[^\n]*))?")]
    private static partial Regex OptionProperty();
}
