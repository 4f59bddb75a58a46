namespace EqualitiesPlatform.Governance;

/// <summary>A preparation as lists and screens show it.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="UpTo">The final position that it goes up to.</param>
/// <param name="Stage">Whether it runs, and how it ended.</param>
/// <param name="StartedAt">When it was begun, the last time.</param>
/// <param name="Times">How often the work was begun; more than once where a silo was lost that did it.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Finished">What came of it.</param>
/// <param name="Error">Why it failed; empty when it did not.</param>
public sealed record PreparationRegister(
    string Id, long Version, ReportId Report, long UpTo, PreparationStage Stage, DateTimeOffset StartedAt, int Times, DateTimeOffset? EndedAt, PreparationFinished? Finished, string Error)
    : IRegister<PreparationRegister>
{
    /// <inheritdoc/>
    public static string Kind => PreparationId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <summary>What it computes.</summary>
    internal PreparationName Name => new(Report, UpTo);

    /// <inheritdoc/>
    public static PreparationRegister? Fold(PreparationRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            PreparationStarted e => new PreparationRegister(recorded.Stream, 0, e.Report, e.UpTo, PreparationStage.Running, recorded.RecordedAt, 0, null, null, ""),
            PreparationTakenUp e => document! with { Times = e.Times },
            PreparationFinished e => document!.Ended(PreparationStage.Done, recorded) with { Finished = e },
            PreparationCancelled => document!.Ended(PreparationStage.Cancelled, recorded),
            PreparationDiscarded => null,
            PreparationFailed e => document!.Ended(PreparationStage.Failed, recorded) with { Error = e.Sentence },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    private PreparationRegister Ended(PreparationStage stage, RecordedEvent recorded) => this with { Stage = stage, EndedAt = recorded.RecordedAt };
}
