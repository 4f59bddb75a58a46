namespace EqualitiesPlatform.Governance;

/// <summary>
/// What holds of several facts about one thing. A fold offers it only what counts by the report's cut-off; the event that
/// won is kept beside the value, so that a figure can name it, and the ones that lost are not: they determine nothing.
/// </summary>
internal sealed class Latest<T>
{
    private RecordedEvent? _recorded;

    /// <summary>Whether anything holds.</summary>
    public bool Any => _recorded is not null;

    /// <summary>What holds.</summary>
    public T Value { get; private set; } = default!;

    /// <summary>The day from which it holds.</summary>
    public DateOnly On => _recorded!.EffectiveOn;

    /// <summary>The position of the event that says so; 0 when nothing holds.</summary>
    public long Position => _recorded?.Position ?? 0;

    /// <summary>The same, for a figure: none when nothing holds.</summary>
    public IEnumerable<long> Positions => _recorded is null ? [] : [_recorded.Position];

    /// <summary>Takes a fact with a day of its own: the greatest day holds, and of two from the same day the one recorded later.</summary>
    public void Offer(RecordedEvent recorded, T value)
    {
        if (_recorded is null || recorded.EffectiveOn >= _recorded.EffectiveOn) Replace(recorded, value);
    }

    /// <summary>Takes a step in a row of steps: the one recorded last holds.</summary>
    public void Replace(RecordedEvent recorded, T value) => (_recorded, Value) = (recorded, value);
}
