namespace EqualitiesPlatform.Objectives;

/// <summary>A monitor as it stands.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="Down">Whether it is watched no more.</param>
public sealed record MonitorRegister(
    string Id, long Version, MonitorId Monitor, string? Key, MonitorKind Kind, string Title, MeasureId Measure, MonitorTerms Terms, bool Down) : IRegister<MonitorRegister>
{
    /// <inheritdoc/>
    static string IRegister<MonitorRegister>.Kind => MonitorId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <inheritdoc/>
    public static MonitorRegister? Fold(MonitorRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            MonitorSetUp e => new MonitorRegister(recorded.Stream, 0, e.Monitor, document?.Key ?? e.Key, e.Terms.Kind, e.Terms.Title, e.Terms.Measure, e.Terms, false),
            MonitorStoodDown => document! with { Down = true },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;
}
