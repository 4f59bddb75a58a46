using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EqualitiesPlatform.Disclosure;

namespace EqualitiesPlatform.Engagement;

/// <summary>The tables in which responses to a consultation are counted for others to see.</summary>
internal enum ConsultationTable
{
    /// <summary>By the channel on which they came.</summary>
    ByChannel = 1,
    /// <summary>By the groups to which people told that they belong.</summary>
    ByGroup,
    /// <summary>By the themes that officers read in them.</summary>
    ByTheme,
}

/// <summary>Counts the responses to a consultation (Policy, "How" W2, W5).</summary>
internal static class ConsultationCounts
{
    /// <summary>The source of the tables that are counted here.</summary>
    public const string Source = "engagement";

    /// <summary>A table of a consultation's responses.</summary>
    /// <param name="told">For <see cref="ConsultationTable.ByGroup"/>: to which groups the person of a file told that they belong.</param>
    public static CountTable Table(ConsultationTable table, ConsultationRegister consultation, Func<PersonId, IReadOnlyList<string>> told) => table switch
    {
        ConsultationTable.ByChannel => Counted(table, consultation, "responses by channel",
            new("channel", "Channel", Classification.WithTotal("channel", "1", [.. consultation.Channels.Select(c => new Category(c, AssessedGroups.Printed(c)))])),
            consultation.Responses.Select(r => r.Channel)),
        // One person may tell of several groups, and speak of several themes: these counts make no total.
        ConsultationTable.ByGroup => Groups(table, consultation, [.. consultation.Responses.Select(r => told(r.File))]),
        _ => Counted(table, consultation, "responses by theme",
            new("theme", "Theme", new Classification("theme", "1", [.. consultation.Themes.Select(t => new Category(t.Theme, t.Said)), new("no-theme", "None of these")])),
            consultation.Responses.Where(r => r.Themes is not null).SelectMany(r => r.Themes is { Count: > 0 } some ? some : ["no-theme"])),
    };

    /// <summary>Of what a table was counted: the consultation's events.</summary>
    public static TableOrigin Origin(ConsultationRegister consultation, IReadOnlyList<RecordedEvent> events) => new(
        Source, FinancialYear.Containing(consultation.ClosesOn), events[^1].Position,
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(events.Select(e => $"{e.Position} {JsonSerializer.Serialize(e.Event, e.Event.GetType(), Catalogue.Json)}\n"))))));

    /// <summary>The key of the statistic that a table belongs to.</summary>
    public static string Statistic(ConsultationTable table, ConsultationRegister consultation) =>
        $"{Before}{consultation.Key ?? consultation.Consultation.ToString()}{After(table)}";

    /// <summary>The consultation, by id or key, and the table that a statistic's key names; null when it is another's.</summary>
    public static (string Consultation, ConsultationTable Table)? Named(string statistic)
    {
        foreach (var table in Enum.GetValues<ConsultationTable>())
            if (statistic.StartsWith(Before, StringComparison.Ordinal) && statistic.EndsWith(After(table), StringComparison.Ordinal) && statistic.Length > Before.Length + After(table).Length)
                return (statistic[Before.Length..^After(table).Length], table);
        return null;
    }

    private const string Before = "consultation-";

    private static string After(ConsultationTable table) => $"-{JsonNamingPolicy.KebabCaseLower.ConvertName(table.ToString())}";

    private static CountTable Groups(ConsultationTable table, ConsultationRegister consultation, IReadOnlyList<IReadOnlyList<string>> told)
    {
        // What a group is called can give somebody away too: a group that the consultation does not ask by name is counted without it.
        string[] named = [.. AssessedGroups.Characteristics.Union(consultation.Groups)];
        Category[] groups = [.. named.Select(g => new Category(Key(g), AssessedGroups.Printed(g))), new("another-group", "Another group"), new("not-told", "Told of none")];
        return Counted(table, consultation, "responses by group", new("group", "Group", new Classification("group", "2010", groups)),
            told.SelectMany(some => some.Count > 0 ? some.Select(g => named.Contains(g) ? Key(g) : "another-group").Distinct() : ["not-told"]));

        static string Key(string group) => group.Replace(':', '-');
    }

    private static CountTable Counted(ConsultationTable table, ConsultationRegister consultation, string title, TableDimension dimension, IEnumerable<string> each) => new(
        Statistic(table, consultation), $"{consultation.Title}: {title}", consultation.ClosesOn, [dimension],
        [.. each.GroupBy(c => c).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new TableCell([g.Key], g.LongCount()))]);
}
