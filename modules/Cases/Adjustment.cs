namespace EqualitiesPlatform.Cases;

// The reasonable adjustment that answers a barrier (Policy, "How" W2, "Achieve" 8): agreed, provided, and looked at again
// after a time that the pack sets, also when the case is closed by then.

/// <summary>Agree an adjustment with whom it is for.</summary>
[GenerateSerializer, Immutable]
internal sealed record AgreeAdjustment(CaseId Case, TextId Text, string Mark) : ICaseCommand;

/// <summary>Say that the adjustment is there.</summary>
[GenerateSerializer, Immutable]
internal sealed record ProvideAdjustment(CaseId Case, TextId Text, string Mark) : ICaseCommand;

/// <summary>Say whether it serves.</summary>
[GenerateSerializer, Immutable]
internal sealed record ReviewAdjustment(CaseId Case, bool Serves, TextId Text, string Mark) : ICaseCommand;

/// <summary>What sort of barrier it is (Policy, "Achieve" 8).</summary>
internal enum BarrierNature
{
    /// <summary>Something built, placed or worded so that not everybody can use it.</summary>
    Physical = 1,
    /// <summary>How people are met.</summary>
    Attitudinal,
}

/// <summary>A barrier by its key: where it is, or what it is, and never who met it.</summary>
/// <param name="Nature">What sort it is, where that was said.</param>
[GenerateSerializer, Immutable]
internal sealed record BarrierNamed(BarrierId Barrier, string Key, BarrierNature? Nature)
{
    internal object[] Reported() => Nature is { } nature ? [new BarrierReported(Barrier, Key), new BarrierNatureSaid(nature)] : [new BarrierReported(Barrier, Key)];
}

/// <summary>How far an adjustment has come.</summary>
internal enum AdjustmentStage
{
    /// <summary>It was agreed.</summary>
    Agreed = 1,
    /// <summary>It is there.</summary>
    Provided,
    /// <summary>It was looked at again.</summary>
    Reviewed,
}

/// <summary>A barrier was reported.</summary>
/// <param name="Key">What the council calls it: where it is, or what it is.</param>
[RecordedBy<Case>("cases.barrier-reported.v1")]
internal sealed record BarrierReported(BarrierId Barrier, string Key);

/// <summary>It was said whether the barrier is physical or in attitude.</summary>
[RecordedBy<Case>("cases.barrier-nature-said.v1")]
internal sealed record BarrierNatureSaid(BarrierNature Nature);

/// <summary>The case was taken up, so that the barrier counts as met once more.</summary>
[RecordedBy<Case>("cases.barrier-found.v1")]
internal sealed record BarrierFound(BarrierId Barrier, string Key, CaseId Case);

/// <summary>An adjustment was agreed.</summary>
[RecordedBy<Case>("cases.adjustment-agreed.v1")]
internal sealed record AdjustmentAgreed(TextId Text) : ISaysOfSomebody;

/// <summary>The adjustment is there.</summary>
[RecordedBy<Case>("cases.adjustment-provided.v1")]
internal sealed record AdjustmentProvided(TextId Text) : ISaysOfSomebody;

/// <summary>The adjustment was looked at again.</summary>
/// <param name="Serves">Whether it does what it was agreed for.</param>
[RecordedBy<Case>("cases.adjustment-reviewed.v1")]
internal sealed record AdjustmentReviewed(bool Serves, TextId Text) : ISaysOfSomebody;

/// <summary>What only a barrier has.</summary>
internal static class Adjusting
{
    public static Decision Decide(Case state, ICommand command, Occasion occasion) => (state.Of, command) switch
    {
        (not CaseKind.Barrier, _) => Decision.Refuse("NOT_A_BARRIER", "Only a barrier is answered by an adjustment."),
        (_, AgreeAdjustment c) => Decision.Take(new AdjustmentAgreed(c.Text)),
        _ when state.Adjustment is null => Decision.Refuse("NO_ADJUSTMENT_AGREED", "No adjustment was agreed for this barrier; agree one first."),
        (_, ProvideAdjustment c) => Decision.Take(
            [new AdjustmentProvided(c.Text), .. state.Clocks.Keep(CaseClock.FirstResponse, occasion), .. state.Clocks.Set(state, CaseClock.AdjustmentReview, occasion)]),
        _ when state.Adjustment is AdjustmentStage.Agreed => Decision.Refuse("ADJUSTMENT_NOT_PROVIDED", "The adjustment was agreed and is not there yet; provide it first."),
        (_, ReviewAdjustment c) => Decision.Take(
        [
            new AdjustmentReviewed(c.Serves, c.Text), .. state.Clocks.Keep(CaseClock.AdjustmentReview, occasion),
            // One that does not serve is looked at again; one that does needs nobody.
            .. c.Serves ? [] : state.Clocks.Set(state, CaseClock.AdjustmentReview, occasion),
        ]),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "An adjustment does not know this command."),
    };
}
