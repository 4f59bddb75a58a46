using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Reporting;
using Equalities.Options.V1;
using Marten;

namespace EqualitiesPlatform.Ledger.Replay;

/// <summary>Histories in words: what an event tells, and what became of a record between two moments.</summary>
internal sealed partial class Narrative(IAffiliations affiliations, AnyRegister registers, Catalogue catalogue, LedgerDatabase database, IDocumentStore store)
{
    // What says in a record what it is.
    private static readonly string[] Titles = ["title", "name", "wording", "text", "statement"];

    /// <summary>An event as a line of a story: when, what, by whom, and from when it holds where that is another day; ids as they are, for <see cref="Named"/>.</summary>
    /// <param name="recorded">The event.</param>
    /// <param name="ofOne">Whether the story is that record's alone, so that no line need name it.</param>
    public static string Line(RecordedEvent recorded, bool ofOne)
    {
        var (name, says) = Sentence.Parts(recorded, ids: true, "key", "effectiveOn", Sentence.Own(recorded));
        var holds = recorded.EffectiveOn == recorded.RecordedOn ? "" : $" (holds from {Sentence.Day(recorded.EffectiveOn)})";
        var of = ofOne ? "" : $"{recorded.Stream} · ";
        return $"{Sentence.Day(recorded.RecordedOn)} · {of}{name}{By(recorded)}{holds}{(says.Count == 0 ? "" : ": ")}{string.Join(", ", says)}.";
    }

    /// <summary>A line of a story for an event that the reader may not see.</summary>
    public static string Withheld(long position) => string.Create(CultureInfo.InvariantCulture, $"Position {position} · a confidential event.");

    /// <summary>What one record's story begins with: the record, and what it is.</summary>
    public string Heading(string stream, IReadOnlyList<RecordedEvent> history)
    {
        var record = registers.Fold(StreamKey.KindOf(stream), history);
        var title = record is null ? default
            : JsonSerializer.SerializeToElement(record, record.GetType(), Catalogue.Json).EnumerateObject().FirstOrDefault(m => Titles.Contains(m.Name) && m.Value.ValueKind == JsonValueKind.String);
        return title.Value.ValueKind == JsonValueKind.String ? $"{stream}: {Sentence.Words(title.Value, "title")}" : stream;
    }

    /// <summary>
    /// What is different in a record after some position and after a later one, a sentence each, with the event that made
    /// it what it then was: "Status: at risk → on track; progress reported by the partner lead of Capita on 12 July 2013."
    /// </summary>
    public static IReadOnlyList<string> Between(IReadOnlyList<RecordedEvent> history, long from, long to, Func<IRegister?, RecordedEvent, IRegister?> step)
    {
        IRegister? record = null;
        var (before, now) = (new SortedDictionary<string, string>(StringComparer.Ordinal), new SortedDictionary<string, string>(StringComparer.Ordinal));
        var causes = new Dictionary<string, RecordedEvent>(StringComparer.Ordinal);
        foreach (var recorded in history.Where(e => e.Position <= to))
        {
            record = step(record, recorded);
            if (recorded.Position <= from)
            {
                before = now = Said(record);
                continue;
            }
            var next = Said(record);
            foreach (var member in now.Keys.Union(next.Keys))
                if (now.GetValueOrDefault(member) != next.GetValueOrDefault(member)) causes[member] = recorded;
            now = next;
        }
        return
        [
            .. from member in before.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
               let was = before.GetValueOrDefault(member, "")
               let present = now.GetValueOrDefault(member, "")
               where was != present
               let cause = causes[member]
               select $"{member}: {Shown(was)} → {Shown(present)}; {LowerFirst(Sentence.Parts(cause).Name)}{By(cause)} on {Sentence.Day(cause.RecordedOn)} (position {cause.Position}).",
        ];
    }

    /// <summary>
    /// Lines with the names of organisations, and the keys of other records that the reader may know of, in the place of
    /// their ids; ids that name nothing, such as a person's, are cut short.
    /// </summary>
    public async Task<IReadOnlyList<string>> Named(IReadOnlyList<string> lines, Role reader, CancellationToken ct)
    {
        var keys = await Keys([.. lines.SelectMany(l => Id().Matches(l)).Select(m => m.Groups["id"].Value).Distinct()], reader, ct);
        return
        [
            .. lines.Select(line => Id().Replace(line, m =>
            {
                var (kind, id) = (m.Groups["kind"].Value, m.Groups["id"].Value);
                return kind.Length > 0 ? kind + keys.GetValueOrDefault(id, id)
                    : affiliations.NameOf(new PartnerId(Guid.Parse(id))) ?? keys.GetValueOrDefault(id) ?? $"{id[..8]}…";
            })),
        ];
    }

    private async Task<Dictionary<string, string>> Keys(string[] ids, Role reader, CancellationToken ct)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        var from = registers.All.Where(r => catalogue.Sees(reader, $"{r.Kind}/")).Select(r => r.Keys(store.Options, "$1")).OfType<string>().ToList();
        if (ids.Length == 0 || from.Count == 0) return keys;
        await using var command = database.Source.CreateCommand(string.Join(" union all ", from));
        command.Parameters.Add(new() { Value = ids });
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) keys[rows.GetString(0)[(rows.GetString(0).IndexOf('/') + 1)..]] = rows.GetString(1);
        return keys;
    }

    private static string Shown(string words) => words.Length == 0 ? "nothing" : words;

    private static string By(RecordedEvent recorded)
    {
        var actor = recorded.Occasion.Actor;
        if (actor.Role == Role.Platform) return ", noted by the platform";
        var role = $" by the {Sentence.Spaced(actor.Role.ToString()).ToLowerInvariant()}";
        return actor.Organisation is { } own ? $"{role} of {own}" : role;
    }

    private static string LowerFirst(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    private static SortedDictionary<string, string> Said(IRegister? record)
    {
        var said = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (record is null) return said;
        foreach (var (label, words) in Sentence.Facts(JsonSerializer.SerializeToElement(record, record.GetType(), Catalogue.Json))) said[label] = words;
        return said;
    }

    [GeneratedRegex("(?<kind>[a-z-]+/)?(?<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")]
    private static partial Regex Id();
}
