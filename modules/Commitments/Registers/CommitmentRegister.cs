namespace EqualitiesPlatform.Commitments;

/// <summary>A commitment as lists and screens show it.</summary>
public sealed record CommitmentRegister : IRegister<CommitmentRegister>
{
    /// <inheritdoc/>
    public static string Kind => CommitmentId.Kind;

    /// <inheritdoc/>
    public required string Id { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <summary>The commitment.</summary>
    public required CommitmentId Commitment { get; init; }

    /// <summary>Its key, if it has one.</summary>
    public string? Key { get; init; }

    /// <summary>Who holds it now.</summary>
    public required PartnerId Partner { get; init; }

    /// <summary>Who held it before, the first first.</summary>
    public IReadOnlyList<PartnerId> FormerPartners { get; init; } = [];

    /// <summary>The office that owns it, once said.</summary>
    public string? Office { get; init; }

    /// <summary>What is promised.</summary>
    public required string Wording { get; init; }

    /// <summary>What it comes from.</summary>
    public required string Source { get; init; }

    /// <summary>What else it serves.</summary>
    public IReadOnlyList<string> Serves { get; init; } = [];

    /// <summary>How far it has come between the two sides.</summary>
    public required CommitmentStage Stage { get; init; }

    /// <summary>Why it was declined, modified or withdrawn.</summary>
    public string? StageReason { get; init; }

    /// <summary>Whether anything may still come of it.</summary>
    public bool Open => Stage is CommitmentStage.AwaitingConfirmation or CommitmentStage.Proposed or CommitmentStage.Accepted;

    /// <summary>The day on which the partner took it on.</summary>
    public DateOnly? AcceptedOn { get; init; }

    /// <summary>As the report with the greatest effective day says; the later recorded wins a tie.</summary>
    public CommitmentStatus Status { get; init; } = CommitmentStatus.NotStarted;

    /// <summary>The day from which that holds.</summary>
    public DateOnly? StatusOn { get; init; }

    /// <summary>What the partner said with it.</summary>
    public string? Narrative { get; init; }

    /// <summary>How much is done, in percent, if reported.</summary>
    public int? Percent { get; init; }

    /// <summary>Where it can be seen, if said.</summary>
    public string? Evidence { get; init; }

    /// <summary>The day by which it was to be done as the partner accepted it, or as first set after.</summary>
    public DateOnly? FirstDueOn { get; init; }

    /// <summary>The day by which it is to be done now.</summary>
    public DateOnly? DueOn { get; init; }

    /// <summary>How many days the due day has moved since; negative when it came nearer.</summary>
    public int SlippageDays => FirstDueOn is { } first && DueOn is { } due ? due.DayNumber - first.DayNumber : 0;

    /// <summary>The day on which the last update was recorded, nil returns among them.</summary>
    public DateOnly? LastUpdateOn { get; init; }

    /// <summary>The period whose update is awaited, such as 2013-14 Q2.</summary>
    public string? AwaitedPeriod { get; init; }

    /// <summary>The last day on which that update is in time.</summary>
    public DateOnly? UpdateDueOn { get; init; }

    /// <summary>Every period whose update was missed, the oldest first.</summary>
    public IReadOnlyList<MissEntry> Misses { get; init; } = [];

    /// <summary>How many updates were missed.</summary>
    public int MissedUpdates => Misses.Count;

    /// <summary>How many misses the report names.</summary>
    public int NamedMisses => Misses.Count(m => m.NamedOn is not null);

    /// <summary>What the partner disputes, or disputed last.</summary>
    public string? Dispute { get; init; }

    /// <summary>How that was settled.</summary>
    public string? Settlement { get; init; }

    /// <summary>Whether a dispute is open.</summary>
    public bool Disputed => Dispute is not null && Settlement is null;

    /// <summary>The last assessment, with the reply and the final view.</summary>
    public AssessmentEntry? Assessment { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [Partner];

    /// <inheritdoc/>
    public static CommitmentRegister? Fold(CommitmentRegister? document, RecordedEvent recorded) =>
        (recorded.Event is CommitmentProposed e ? Proposed(recorded.Stream, e) : document?.After(recorded)) is { } next
            ? next with { Version = recorded.Version }
            : null;

    private static CommitmentRegister Proposed(string stream, CommitmentProposed e) => new()
    {
        Id = stream, Version = 0, Commitment = e.Commitment, Key = e.Key, Partner = e.Partner, Wording = e.Wording, Source = e.Source, Serves = e.Serves,
        Stage = e.AwaitsConfirmation ? CommitmentStage.AwaitingConfirmation : CommitmentStage.Proposed, FirstDueOn = e.DueOn, DueOn = e.DueOn,
    };

    private CommitmentRegister After(RecordedEvent recorded) => recorded.Event switch
    {
        CommitmentConfirmed => this with { Stage = CommitmentStage.Proposed },
        CommitmentAccepted e => this with { Stage = CommitmentStage.Accepted, AcceptedOn = e.EffectiveOn, FirstDueOn = DueOn },
        CommitmentDeclined e => this with { Stage = CommitmentStage.Declined, StageReason = e.Reason },
        CommitmentModified e => this with { Stage = CommitmentStage.AwaitingConfirmation, Wording = e.Wording, DueOn = e.DueOn ?? DueOn, StageReason = e.Reason },
        DueDateMoved e => this with { DueOn = e.To, FirstDueOn = FirstDueOn ?? e.To },
        OwnerReassigned e => this with { Office = e.Office },
        CommitmentTransferred e => this with { Partner = e.To, FormerPartners = [.. FormerPartners, e.From], Office = null },
        CommitmentCompleted e => Closed(CommitmentStatus.Completed, e.EffectiveOn) with { Stage = CommitmentStage.Completed, Evidence = e.Evidence },
        CommitmentWithdrawn e => Closed(CommitmentStatus.Withdrawn, e.EffectiveOn) with { Stage = CommitmentStage.Withdrawn, StageReason = e.Reason },
        UpdateExpected e => this with { AwaitedPeriod = e.Period.ToString(), UpdateDueOn = e.DueOn },
        UpdateMissed e => this with { Misses = [.. Misses, new MissEntry(e.Period.ToString(), e.DueOn, null, null, null)] },
        MissEscalated e => Missed(e.Period, m => m with { EscalatedOn = e.EffectiveOn }),
        MissNamedForReport e => Missed(e.Period, m => m with { NamedOn = e.EffectiveOn }),
        NilReported e => Updated(e.Period, recorded.RecordedOn),
        ProgressReported e => (StatusOn is null || e.EffectiveOn >= StatusOn
            ? this with { Status = e.Status, StatusOn = e.EffectiveOn, Narrative = e.Narrative, Percent = e.Percent, Evidence = e.Evidence }
            : this).Updated(e.Period, recorded.RecordedOn),
        CommitmentDisputed e => this with { Dispute = e.Statement, Settlement = null },
        DisputeSettled e => this with { Settlement = e.Settlement },
        CommitmentAssessed e => this with { Assessment = new AssessmentEntry(e.Status, e.Assessment, e.EffectiveOn, e.ReplyBy, null, null, null) },
        AssessmentReplied e => this with { Assessment = Assessment! with { Reply = e.Reply } },
        AssessmentConcluded e => this with { Assessment = Assessment! with { FinalStatus = e.Status, FinalView = e.FinalView } },
        _ => this,
    };

    private CommitmentRegister Closed(CommitmentStatus status, DateOnly day) =>
        this with { Status = status, StatusOn = day, AwaitedPeriod = null, UpdateDueOn = null };

    private CommitmentRegister Updated(ReportingPeriod period, DateOnly day) =>
        Missed(period, m => m.UpdatedOn is null ? m with { UpdatedOn = day } : m) with { LastUpdateOn = day };

    private CommitmentRegister Missed(ReportingPeriod period, Func<MissEntry, MissEntry> change) =>
        this with { Misses = [.. Misses.Select(m => m.Period == period.ToString() ? change(m) : m)] };
}

/// <summary>A missed update, and how far the miss climbed.</summary>
/// <param name="Period">Such as 2013-14 Q2.</param>
/// <param name="DueOn">The last day on which the update would have been in time.</param>
/// <param name="EscalatedOn">The day on which the miss went to the organisation.</param>
/// <param name="NamedOn">The day from which the report names the partner.</param>
/// <param name="UpdatedOn">The day on which the update came after all; the miss stays.</param>
public sealed record MissEntry(string Period, DateOnly DueOn, DateOnly? EscalatedOn, DateOnly? NamedOn, DateOnly? UpdatedOn);

/// <summary>An assessment by governance, with the partner's reply and the final view.</summary>
public sealed record AssessmentEntry(
    CommitmentStatus Status, string Assessment, DateOnly AssessedOn, DateOnly ReplyBy, string? Reply, CommitmentStatus? FinalStatus, string? FinalView);
