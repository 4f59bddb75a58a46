using System.Runtime.CompilerServices;
using System.Text;
using Equalities.Objectives.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.VisualBasic.FileIO;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>
/// Releases that others publish, which load without editing. The files themselves are taken from where
/// EQUALITIES_SHARED_DATA says, or from shared/data beside the repository or further up; without them, files of the same
/// shapes are made up.
/// </summary>
public sealed partial class JourneysOfMeasuresTests
{
    [Fact]
    public Task An_indicator_of_the_sustainable_development_goals_comes_in_and_goes_out() => ARelease(
        "sdg", Release("ons-sdg-16-b-1.csv") ?? Indicator(), value: 12, valuesARow: 1,
        new()
        {
            ["Type of hate crime"] = "sdg-strand", ["Age"] = "sdg-age", ["Sex"] = "sdg-sex", ["Disability status"] = "sdg-disability", ["Ethnicity"] = "sdg-ethnicity",
            ["Household income"] = "sdg-income", ["Urban or rural"] = "sdg-urban",
        },
        columns => $$"""
        {"period":"Year","value":"Value","missing":[""],"breakdowns":[{{columns}}],
         "constants":{"GeoCode":"","Observation status":"Normal Value","Unit multiplier":"Units","Unit measure":"Percentage (%)"} }
        """);

    [Fact]
    public Task A_census_table_with_a_column_for_each_group_comes_in_and_goes_out() => ARelease(
        "census", Release("census-2011-ethnicity.csv") ?? Census(), value: 3, valuesARow: 24,
        new() { ["geography"] = "census-authority" },
        columns => $$"""
        {"period":"date","breakdowns":[{{columns}}],"constants":{"Rural Urban":"Total"},
         "ignore":["LAD16NM","CSP16CD","CSP16NM","PFA16CD","PFA16NM","FID"],
         "wide":{"is":"census-group","columns":"^Ethnic Group: (.+); measures: Value$","total":["All categories: Ethnic group"],"new_categories":true,"write":"Ethnic Group: {}; measures: Value"} }
        """,
        "census-group");

    // In, in again, out, and in again; and a copy with four broken rows.
    private async Task ARelease(string measure, string[] lines, int value, int valuesARow, Dictionary<string, string> breakdowns, Func<string, string> mappingOf, params string[] wide)
    {
        var mapping = mappingOf(string.Join(',', breakdowns.Select(b => $$"""{"column":"{{b.Key}}","is":"{{b.Value}}","new_categories":true}""")));
        var officer = await _calls.As("governance-officer");
        string[] classifications = [.. breakdowns.Values, .. wide];
        foreach (var classification in classifications)
            await _classifications.PublishClassificationAsync(
                new() { RequestId = _calls.NextId(), ClassificationId = classification, Title = classification, By = BreakdownBy.Other }, officer);
        await _measures.DefineMeasureAsync(
            new()
            {
                RequestId = _calls.NextId(), MeasureId = measure, Title = measure, Meaning = "As it was published", Unit = "units", Polarity = Polarity.Contextual, Frequency = Frequency.Occasional,
                YearEnd = YearEnd.Last, Source = "A public release", Owner = "Community Safety", Breakdown = { classifications }, PartsOverlap = true,
            },
            officer);
        var file = string.Join('\n', lines) + "\n";
        // Each row ends with what it must have, but where there is no figure.
        var figures = lines.Skip(1).Count(l => !l.EndsWith(',')) * valuesARow;

        var first = await Import(measure, file, mapping: mapping);
        first.Findings.Should().BeEmpty();
        (first.Result.Added, first.Result.Written, first.Result.WithoutValue).Should().Be((figures, figures, (lines.Length - 1) * valuesARow - figures));
        var again = (await Import(measure, file, mapping: mapping)).Result;
        (again.Unchanged, again.Written).Should().Be((figures, 0));

        var exported = await Exported(measure, mapping);
        var (published, returned) = (Rows(file).FindAll(row => row.Values.Last().Length > 0), Rows(exported));
        string[] shared = [.. published[0].Keys.Intersect(returned[0].Keys).Order(StringComparer.Ordinal)];
        shared.Should().HaveCountGreaterThan(valuesARow);
        string Shared(Dictionary<string, string> row) => string.Join('|', shared.Select(c => c is "Year" or "date" ? row[c].Replace('/', '-') : row[c]));
        returned.Select(Shared).Should().BeEquivalentTo(published.Select(Shared));
        (await Import(measure, exported, mapping: mapping)).Result.Should().Match<ImportResult>(r => r.Unchanged == figures && r.Written == 0);

        string[] broken = [.. lines, lines[4]];
        string With(string line, int at, string word) => string.Join(',', line.Split(',').Select((cell, i) => i == at ? word : cell));
        (broken[1], broken[2], broken[3]) = (With(broken[1], value, "n/k"), With(broken[2], 0, "some day"), broken[3][..broken[3].LastIndexOf(',')]);
        var refused = await Import(measure, string.Join('\n', broken) + "\n", mapping: mapping);
        refused.Findings.Select(f => f.Line).Distinct().Order().Should().Equal(2, 3, 4, broken.Length);
        (refused.Result.Refused.Count, refused.Result.Written).Should().Be((1, 0));
    }

    private async Task<string> Exported(string measure, string mapping)
    {
        using var call = _exchange.ExportObservations(new() { MeasureId = measure, Format = FigureFormat.Csv, Mapping = ByteString.CopyFromUtf8(mapping) }, await _calls.As("governance-officer"));
        using var bytes = new MemoryStream();
        await foreach (var piece in call.ResponseStream.ReadAllAsync()) piece.Content.WriteTo(bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static List<Dictionary<string, string>> Rows(string csv)
    {
        using var parser = new TextFieldParser(new StringReader(csv)) { Delimiters = [","], HasFieldsEnclosedInQuotes = true, TrimWhiteSpace = false };
        var (headings, rows) = (parser.ReadFields()!, new List<Dictionary<string, string>>());
        while (parser.ReadFields() is { } cells) rows.Add(headings.Zip(cells).ToDictionary(c => c.First, c => c.Second));
        return rows;
    }

    private static string[]? Release(string name, [CallerFilePath] string here = "")
    {
        if (Environment.GetEnvironmentVariable("EQUALITIES_SHARED_DATA") is { Length: > 0 } named)
            return Path.Combine(named, name) is var there && File.Exists(there) ? File.ReadAllLines(there) : null;
        for (var folder = new FileInfo(here).Directory!.Parent!.Parent!.Parent; folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "shared", "data", name) is var file && File.Exists(file))
                return File.ReadAllLines(file);
        return null;
    }

    private static string[] Indicator() =>
    [
        "Year,Type of hate crime,Age,Sex,Disability status,Ethnicity,Household income,Urban or rural,GeoCode,Observation status,Unit multiplier,Unit measure,Value",
        .. from period in Enumerable.Range(0, 3)
           from cell in new[] { "Race,,,,,,", "Religion,,,,,,", ",,,,,,", ",16 to 24,Male,,,,", ",16 to 24,,,,,", ",,,,,\"Less than 10,000\",", ",,,,,,Rural" }.Select((c, i) => (Of: c, i))
           select $"{2007 + 2 * period}/{8 + 2 * period:00} to {2008 + 2 * period}/{9 + 2 * period:00},{cell.Of},,Normal Value,Units,Percentage (%),0.{period + 1}{cell.i}19541258202612{period + 1}",
        "2015/16 to 2017/18,,16 to 24,Female,,,,,,Normal Value,Units,Percentage (%),",
    ];

    private static string[] Census() =>
    [
        "date,geography,Rural Urban," + string.Join(',', Enumerable.Range(0, 23).Select(g => $"Group {g}").Prepend("All categories: Ethnic group").Select(g => $"Ethnic Group: {g}; measures: Value")) + ",LAD16NM,CSP16CD,CSP16NM,PFA16CD,PFA16NM,FID",
        .. Enumerable.Range(0, 12).Select(a => $"2011,{(a == 9 ? "\"Authority, City of\"" : $"Authority {a}")},Total," + string.Join(',', Enumerable.Range(0, 24).Select(g => 90_000 / (1 + g) + a)) + $",Authority {a},E{a},Partnership {a},P{a},Force {a},{a}"),
    ];
}
