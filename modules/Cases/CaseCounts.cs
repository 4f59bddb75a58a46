using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EqualitiesPlatform.Disclosure;

namespace EqualitiesPlatform.Cases;

/// <summary>The tables in which cases are counted for others to see. Cases themselves are shown to nobody who does not work on them.</summary>
internal enum CaseTable
{
    /// <summary>By kind of case and quarter.</summary>
    ByKindAndQuarter = 1,
    /// <summary>By ward.</summary>
    ByWard,
    /// <summary>Community tensions, by the highest level that each reached.</summary>
    ByTensionLevel,
    /// <summary>Hate-crime reports, by what was reported.</summary>
    ByIncident,
    /// <summary>By the protected characteristics of which somebody told.</summary>
    ByCharacteristic,
}

/// <summary>A case as it is counted.</summary>
/// <param name="Level">The highest level that a tension reached.</param>
internal sealed record CountedCase(CaseKind Of, Ward Ward, DateOnly ReceivedOn, PersonId File, string? Scale, string? Level, int Rank, IncidentKind? Incident, bool Merged);

/// <summary>Counts the cases that came in during a year, each once: one that goes on in another is counted there.</summary>
internal static class CaseCounts
{
    /// <summary>The source of the tables that are counted here.</summary>
    public const string Source = "cases";

    private const string LevelPart = "tension:", NotGraded = "not-graded", NoTension = "no-tension", NoReport = "no-report";

    /// <summary>The cases of a year, from the events of all cases in order, with where the last of these events stands and a digest of them.</summary>
    public static (IReadOnlyList<CountedCase> Cases, long KnownAt, string Digest) Of(FinancialYear year, IEnumerable<RecordedEvent> events)
    {
        var cases = new Dictionary<string, CountedCase>(StringComparer.Ordinal);
        var (knownAt, behind) = (0L, new StringBuilder());
        foreach (var e in events)
        {
            var before = cases.GetValueOrDefault(e.Stream);
            var after = e.Event switch
            {
                CaseReceived r => new CountedCase(r.Of, r.Ward, e.RecordedOn, r.File, null, null, 0, null, false),
                IncidentReported i => before! with { Incident = i.Incident },
                TensionGraded g => before!.Reaching(g.Scale, g.Level, g.Rank),
                TensionEscalated g => before!.Reaching(g.Scale, g.Level, g.Rank),
                CaseMerged => before! with { Merged = true },
                _ => before,
            };
            if (after is null || after == before) continue;
            cases[e.Stream] = after;
            knownAt = e.Position;
            behind.Append(e.Position).Append(' ').Append(JsonSerializer.Serialize(e.Event, e.Event.GetType(), Catalogue.Json)).Append('\n');
        }
        return ([.. cases.Values.Where(c => !c.Merged && year.Contains(c.ReceivedOn))], knownAt, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(behind.ToString()))));
    }

    /// <summary>Which of these tables a published one is; null when it is none.</summary>
    public static CaseTable? Which(ProtectedTable published) => string.Join(' ', published.Dimensions.Select(d => d.Classification.Key)) switch
    {
        "case-kind quarter" => CaseTable.ByKindAndQuarter,
        "ward" => CaseTable.ByWard,
        "tension-level" => CaseTable.ByTensionLevel,
        "incident" => CaseTable.ByIncident,
        "protected-characteristic" => CaseTable.ByCharacteristic,
        _ => null,
    };

    /// <summary>The levels that tensions reached, from the lowest, and those that tables of the same cases told apart before.</summary>
    public static IReadOnlyList<string> LevelsOf(IReadOnlyList<CountedCase> cases, IEnumerable<ProtectedTable> before) =>
    [
        .. cases.Where(c => c.Of is CaseKind.Tension && c.Level is not null).OrderBy(c => c.Scale, StringComparer.Ordinal).ThenBy(c => c.Rank).Select(c => c.Level!)
            .Concat(before.SelectMany(LevelsIn)).Distinct(),
    ];

    /// <summary>How the tables of the same cases that were published before are read: by the parts that kinds, levels and incidents share.</summary>
    public static IReadOnlyList<EarlierReading> Readings(IReadOnlyList<string> levels)
    {
        var parts = new Parts(levels);
        // In the first tables each of the three was a dimension of its own. A level that a table has not was reached by nobody
        // then: who reached it since was of another level, or of none, and is read with those of none.
        EarlierReading[] read =
        [
            new("kind", "case-kind", "kind", Enum.GetValues<CaseKind>().ToDictionary(k => Key(k), parts.Of)),
            new("kind", "tension-level", "kind", parts.ByLevel.ToDictionary(), NotGraded),
            new("kind", "incident", "kind", parts.ByIncident.ToDictionary()),
        ];
        return [.. read, .. read[1..].Select(r => r with { Dimension = r.Classification is "incident" ? "incident" : "level" })];
    }

    private static IEnumerable<string> LevelsIn(ProtectedTable published) => published.Dimensions.SelectMany(d => d.Classification.Categories
        .SelectMany(c => c.Parts ?? []).Where(p => p.StartsWith(LevelPart, StringComparison.Ordinal)).Select(p => p[LevelPart.Length..])
        .Concat(d.Classification is { Key: "tension-level", Version: "1" } first ? first.Categories.Select(c => c.Key).Where(k => k is not ("total" or NotGraded or NoTension)) : []));

    /// <summary>
    /// What kinds, levels and incidents are made of. They tell the same cases apart, coarser and finer: by their parts the three
    /// are protected together, so that what one keeps back can't be had from what the others show.
    /// </summary>
    private sealed record Parts(IReadOnlyList<string> Levels)
    {
        public IReadOnlyList<string> Of(CaseKind kind) => kind switch
        {
            CaseKind.Tension => [.. Levels.Select(l => LevelPart + l), Key(kind)],
            CaseKind.HateCrimeReport => [.. Enum.GetValues<IncidentKind>().Select(i => Key(i))],
            _ => [Key(kind)],
        };

        public IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> ByLevel =>
            [.. Levels.Select(l => KeyValuePair.Create(l, (IReadOnlyList<string>)[LevelPart + l])), new(NotGraded, [Key(CaseKind.Tension)]), new(NoTension, AllBut(CaseKind.Tension))];

        public IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> ByIncident =>
            [.. Enum.GetValues<IncidentKind>().Select(i => KeyValuePair.Create(Key(i), (IReadOnlyList<string>)[Key(i)])), new(NoReport, AllBut(CaseKind.HateCrimeReport))];

        private string[] AllBut(CaseKind kind) => [.. Enum.GetValues<CaseKind>().Where(k => k != kind).SelectMany(Of)];
    }

    /// <summary>A table of these cases.</summary>
    /// <param name="levels">The levels of tensions that it tells apart: <see cref="LevelsOf"/>.</param>
    /// <param name="told">For <see cref="CaseTable.ByCharacteristic"/>: of which characteristics the person of a file told.</param>
    public static CountTable Table(
        CaseTable table, FinancialYear year, IReadOnlyList<CountedCase> cases, IReadOnlyList<string> levels, Func<PersonId, IReadOnlyList<ProtectedCharacteristic>>? told = null)
    {
        var asAt = year.Last;
        var parts = new Parts(levels);
        return table switch
        {
            CaseTable.ByKindAndQuarter => Counted($"cases-{year}", "Cases by kind and quarter", asAt,
                [Kinds("Kind of case", "case-kind", Enum.GetValues<CaseKind>().Select(k => new Category(Key(k), Spaced(k), Parts: parts.Of(k)))), Dimension("quarter", "Quarter", "quarter", year.Quarters.Select((_, i) => ($"q{i + 1}", $"Quarter {i + 1}")))],
                cases.Select(c => new[] { Key(c.Of), $"q{year.Quarters.ToList().FindIndex(q => q.First <= c.ReceivedOn && c.ReceivedOn <= q.Last) + 1}" })),
            CaseTable.ByWard => Counted($"cases-{year}", "Cases by ward", asAt,
                [Dimension("ward", "Ward", "ward", cases.Select(c => (Key(c.Ward), c.Ward.Name)).DistinctBy(w => w.Item1).OrderBy(w => w.Item1, StringComparer.Ordinal))],
                cases.Select(c => new[] { Key(c.Ward) })),
            CaseTable.ByTensionLevel => Counted($"cases-{year}", "Community tensions by the highest level they reached", asAt,
                [Kinds("Highest level", "tension-level", parts.ByLevel.Select(l => new Category(l.Key, l.Key switch { NotGraded => "Not graded", NoTension => "Other cases", _ => l.Key }, Parts: l.Value)))],
                cases.Select(c => new[] { c.Of is CaseKind.Tension ? c.Level ?? NotGraded : NoTension })),
            CaseTable.ByIncident => Counted($"cases-{year}", "Hate-crime reports by what was reported", asAt,
                [Kinds("What was reported", "incident", parts.ByIncident.Select(i => new Category(i.Key, i.Key is NoReport ? "Other cases" : Spaced(Enum.GetValues<IncidentKind>().First(k => Key(k) == i.Key)), Parts: i.Value)))],
                cases.Select(c => new[] { c.Incident is { } incident ? Key(incident) : NoReport })),
            _ => Counted($"case-characteristics-{year}", "Characteristics of which people told", asAt,
                // One person may tell of several: the counts overlap and make no total. How many told of none is no count here:
                // with the number of all cases it would say how many told of any, and so what small counts must add up to.
                [new TableDimension("characteristic", "Characteristic", new Classification("protected-characteristic", "2010",
                    [.. Enum.GetValues<ProtectedCharacteristic>().Select(p => new Category(Key(p), Spaced(p)))]))],
                cases.SelectMany(c => told!(c.File).Distinct().Select(p => new[] { Key(p) }))),
        };
    }

    private static CountTable Counted(string statistic, string title, DateOnly asAt, IReadOnlyList<TableDimension> dimensions, IEnumerable<string[]> each) => new(
        statistic, title, asAt, dimensions, [.. each.GroupBy(at => string.Join(' ', at)).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new TableCell(g.First(), g.LongCount()))]);

    private static TableDimension Dimension(string key, string label, string classification, IEnumerable<(string Key, string Label)> categories) =>
        new(key, label, Classification.WithTotal(classification, "1", [.. categories.Select(c => new Category(c.Key, c.Label))]));

    private static TableDimension Kinds(string label, string classification, IEnumerable<Category> categories) => new("kind", label, Classification.WithTotal(classification, "3", [.. categories]));

    private static CountedCase Reaching(this CountedCase c, string scale, string level, int rank) =>
        c.Scale == scale && c.Rank >= rank ? c : c with { Scale = scale, Level = level, Rank = rank };

    private static string Key<T>(T word) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString());

    private static string Key(Ward ward) => string.Join('-', ward.Name.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => new string([.. w.Where(char.IsAsciiLetterOrDigit)])));

    private static string Spaced<T>(T word) where T : struct, Enum => Ledger.Reporting.Sentence.Spaced(word.ToString());
}
