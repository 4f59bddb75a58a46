using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Ledger.Replay;

/// <summary>Histories in words: what an event tells, and what became of a record between two moments.</summary>
internal sealed partial class Narrative(IAffiliations affiliations)
{
    // What changes with every event tells nothing, and what a record is called does not change it.
    private static readonly string[] Silent = ["version", "id", "organisations"];

    /// <summary>An event as a line of a story: when, what, by whom, and from when it holds where that is another day.</summary>
    public string Line(RecordedEvent recorded)
    {
        var (name, says) = Sentence.Parts(recorded);
        var holds = recorded.EffectiveOn == recorded.RecordedOn ? "" : $" (holds from {Day(recorded.EffectiveOn)})";
        return Named($"{Day(recorded.RecordedOn)} · {recorded.Stream} · {name} by {Who(recorded)}{holds}{(says.Count == 0 ? "" : ": ")}{string.Join(", ", says)}.");
    }

    /// <summary>A line of a story for an event that the reader may not see.</summary>
    public static string Withheld(long position) => string.Create(CultureInfo.InvariantCulture, $"Position {position} · a confidential event.");

    /// <summary>
    /// What is different in a record after some position and after a later one, a sentence each, with the event that made
    /// it what it then was: "Status: at risk → on track; progress reported by the partner lead of Capita on 12 July 2013."
    /// </summary>
    public IReadOnlyList<string> Between(IReadOnlyList<RecordedEvent> history, long from, long to, Func<IRegister?, RecordedEvent, IRegister?> step)
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
               select Named($"{member}: {Shown(was)} → {Shown(present)}; {LowerFirst(Sentence.Parts(cause).Name)} by {Who(cause)} on {Day(cause.RecordedOn)} (position {cause.Position})."),
        ];
    }

    private static string Shown(string words) => words.Length == 0 ? "nothing" : words;

    private string Who(RecordedEvent recorded)
    {
        var actor = recorded.Occasion.Actor;
        var role = $"the {Sentence.Spaced(actor.Role.ToString()).ToLowerInvariant()}";
        return actor.Organisation is { } own ? $"{role} of {own}" : role;
    }

    private static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    private static string LowerFirst(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    /// <summary>A text with the names of organisations in the place of their ids, where they are known.</summary>
    private string Named(string text) => Id().Replace(text, id => affiliations.NameOf(new PartnerId(Guid.Parse(id.Value))) ?? id.Value);

    private static SortedDictionary<string, string> Said(IRegister? record)
    {
        var said = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (record is null) return said;
        foreach (var member in JsonSerializer.SerializeToElement(record, record.GetType(), Catalogue.Json).EnumerateObject())
            if (!Silent.Contains(member.Name)) Say(said, Label(member.Name), member.Value);
        return said;
    }

    private static void Say(SortedDictionary<string, string> said, string label, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
            foreach (var member in value.EnumerateObject()) Say(said, $"{label}, {Label(member.Name).ToLowerInvariant()}", member.Value);
        else if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().Any(v => v.ValueKind == JsonValueKind.Object))
            foreach (var (item, i) in value.EnumerateArray().Select((item, i) => (item, i)))
                said[$"{label}, no. {(i + 1).ToString(CultureInfo.InvariantCulture)}"] = Sentence.Words(item);
        else if (Sentence.Words(value) is { Length: > 0 } words)
            said[label] = words;
    }

    private static string Label(string member)
    {
        var words = Sentence.Spaced(member).ToLowerInvariant();
        return words.Length == 0 ? member : char.ToUpperInvariant(words[0]) + words[1..];
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id();
}
