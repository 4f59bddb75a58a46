namespace EqualitiesPlatform.Governance;

/// <summary>
/// What holds of several facts about one thing: the one with the greatest effective date, and of two from the same day
/// the one recorded later (rules: Two dates). A fold offers it only what holds by the report's cut-off.
/// </summary>
internal sealed class Latest<T>
{
    private RecordedEvent? _recorded;

    /// <summary>Whether anything holds.</summary>
    public bool Any => _recorded is not null;

    /// <summary>What holds.</summary>
    public T Value { get; private set; } = default!;

    /// <summary>The event that says so.</summary>
    public RecordedEvent Event => _recorded!;

    /// <summary>The position of the event that says so, if any.</summary>
    public IEnumerable<long> Positions => _recorded is null ? [] : [_recorded.Position];

    /// <summary>Takes the next fact, in recorded order.</summary>
    public void Offer(RecordedEvent recorded, T value)
    {
        if (_recorded is not null && recorded.EffectiveOn < _recorded.EffectiveOn) return;
        (_recorded, Value) = (recorded, value);
    }
}
