using System.Text.Json;
using System.Text.Json.Nodes;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Reporting;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.House.Tests;

/// <summary>
/// Reports of earlier releases, over ledgers that are kept as they were stored, issued again by this one. Each folder of
/// <c>Golden</c> holds a ledger and the reports that were frozen on it. When a report differs here, a section was changed
/// that frozen reports name: give the change a version of its own and leave the earlier one registered.
/// </summary>
public class GoldenTests
{
    private static readonly JsonSerializerOptions Indented = new(Catalogue.Json) { WriteIndented = true };
    private static readonly string Folder = House.At("tests", "House.Tests", "Golden");
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();
    private static readonly ReportTemplates Templates = new(House.Sections);

    private static readonly string[] Kept = [.. Directory.EnumerateDirectories(Folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Ledgers => [.. Kept];

    [Theory]
    [MemberData(nameof(Ledgers))]
    public void A_report_of_an_earlier_release_is_issued_again_with_the_same_bytes(string ledger)
    {
        var events = Events(ledger);
        var reports = Reports(ledger);
        reports.Should().NotBeEmpty();
        foreach (var report in reports) Printed(report, events).Should().BeEquivalentTo(report);
    }

    [Theory]
    [MemberData(nameof(Ledgers))]
    public void Every_figure_of_it_comes_to_the_same_from_its_own_events_alone(string ledger)
    {
        var events = Events(ledger).ToDictionary(e => e.Position);
        foreach (var report in Reports(ledger))
        {
            // A later version of a section may mend its lineage; an earlier one stays as it was printed.
            var current = Templates.Current(report.Order.Kind).Sections;
            var figures = ReportComposition.Compose(report.Order, Templates, events.Values).Sections
                .Where(s => current.Intersect(report.Order.Template.Sections).Any(name => name.StartsWith(s.Key + "@", StringComparison.Ordinal))).SelectMany(s => s.Figures).ToArray();
            figures.Should().HaveCountGreaterThan(50);
            foreach (var figure in figures)
                ReportComposition.Compose(report.Order, Templates, figure.Positions.Select(p => events[p])).Figures
                    .Where(f => f.Key == figure.Key).Select(f => f.Value).Should().Equal([figure.Value], "{0} names what determines it", figure.Key);
        }
    }

    [Fact]
    public void Every_earlier_version_of_a_section_and_every_earlier_form_is_held_to_what_it_printed()
    {
        var frozen = Kept.SelectMany(Reports).Select(r => r.Order.Template).ToArray();
        var sections = House.Sections.ToArray();
        frozen.SelectMany(t => t.Sections).Should().Contain(sections.Where(s => sections.Any(o => o.Key == s.Key && o.Version > s.Version)).Select(s => $"{s.Key}@{s.Version}"));
        frozen.Select(t => t.Form).Should().Contain(Enumerable.Range(1, ReportTemplates.Form - 1));
    }

    // A new ledger is a folder with a history, such as the demo's; with EQUALITIES_NEW_GOLDEN its report is frozen beside it.
    private static Frozen[] Reports(string ledger)
    {
        var file = Path.Combine(Folder, ledger, "reports.json");
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("EQUALITIES_NEW_GOLDEN") == "1")
        {
            var events = Events(ledger);
            var scope = new ReportScope("crc", new FinancialYear(2013), new DateOnly(2014, 3, 31), events[^1].Position);
            File.WriteAllText(file, JsonSerializer.Serialize<Frozen[]>([Printed(new Frozen(new ReportOrder(ReportKind.YearEnd, scope, Templates.Current(ReportKind.YearEnd)), Nothing), events)], Indented) + "\n");
        }
        return JsonSerializer.Deserialize<Frozen[]>(File.ReadAllText(file), Catalogue.Json)!;
    }

    private static Frozen Printed(Frozen report, IReadOnlyList<RecordedEvent> events)
    {
        var document = ReportComposition.Compose(report.Order, Templates, events);
        return report with { Sha256 = new Dictionary<string, string>(ReportForms.Hashes(document, null)) { ["json"] = document.ContentHash } };
    }

    private static IReadOnlyList<RecordedEvent> Events(string ledger) =>
        [.. File.ReadLines(Path.Combine(Folder, ledger, "history.jsonl")).Select(line => House.Catalogue.Read(Stored(JsonNode.Parse(line)!.AsObject())))];

    // A line of a history as it was stored: what stands beside the event is its occasion.
    private static StoredEvent Stored(JsonObject line)
    {
        string[] own = ["position", "stream", "version", "name", "recorded", "correlation", "data"];
        var occasion = new JsonObject(line.Where(m => !own.Contains(m.Key)).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));
        return new StoredEvent(
            (long)line["position"]!, (string)line["stream"]!, (long)line["version"]!, (string)line["name"]!,
            DateTimeOffset.Parse((string)line["recorded"]!, System.Globalization.CultureInfo.InvariantCulture), (string)line["correlation"]!,
            JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["occasion"] = occasion }), JsonSerializer.SerializeToUtf8Bytes(line["data"]));
    }

    /// <summary>A report, with SHA-256 of its forms.</summary>
    private sealed record Frozen(ReportOrder Order, IReadOnlyDictionary<string, string> Sha256);
}
