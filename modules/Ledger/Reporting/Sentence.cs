using System.Text.Json;

namespace EqualitiesPlatform.Ledger.Reporting;

/// <summary>What an event says, as one sentence made from its name and its words, for whoever follows a figure to its events.</summary>
public static partial class Sentence
{
    /// <summary>The sentence: "Progress reported: status on track, percent 40."</summary>
    /// <param name="recorded">The event.</param>
    /// <param name="ids">Whether ids are said, for who follows them.</param>
    public static string Of(RecordedEvent recorded, bool ids = true)
    {
        var (name, says) = Parts(recorded, ids, Own(recorded));
        return $"{name}{(says.Count == 0 ? "" : ": ")}{string.Join(", ", says)}.";
    }

    /// <summary>The record that an event is of, which stands beside it wherever it is told.</summary>
    internal static string Own(RecordedEvent recorded) => recorded.Stream[(recorded.Stream.IndexOf('/') + 1)..];

    /// <summary>What happened, and each thing that the event says of it.</summary>
    /// <param name="recorded">The event.</param>
    /// <param name="ids">Whether ids are said.</param>
    /// <param name="silent">Members, and values, that are left out.</param>
    internal static (string Name, IReadOnlyList<string> Says) Parts(RecordedEvent recorded, bool ids = true, params IReadOnlyCollection<string> silent) =>
        (Label(recorded.Event.GetType().Name), [.. Members(JsonSerializer.SerializeToElement(recorded.Event, recorded.Event.GetType(), Catalogue.Json), ids, silent)]);
}
