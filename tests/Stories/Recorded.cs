using EqualitiesPlatform.Ledger;

namespace EqualitiesPlatform.Stories;

/// <summary>Events as the ledger would have recorded them, for what folds them.</summary>
internal static class Recorded
{
    /// <summary>The events of one stream, in order, all recorded on 1 May 2013.</summary>
    public static Func<object, int, RecordedEvent> As(string kind, Guid id) => (e, i) => new RecordedEvent(
        i + 1, StreamKey.Of(kind, id), i + 1, e.GetType().Name, new DateTimeOffset(2013, 5, 1, 12, 0, 0, TimeSpan.Zero),
        new OccasionHeaders((e as IEffective)?.EffectiveOn ?? new DateOnly(2013, 5, 1), Actor.Platform, "story", ""), "story", e);
}
