namespace EqualitiesPlatform.Governance;

/// <summary>How far a meeting has come.</summary>
public enum MeetingStage
{
    /// <summary>It is called.</summary>
    Called = 1,
    /// <summary>Its agenda was published.</summary>
    AgendaPublished,
    /// <summary>Something of it is minuted.</summary>
    Minuted,
    /// <summary>Its minutes were approved.</summary>
    Approved,
    /// <summary>It was cancelled.</summary>
    Cancelled,
}

/// <summary>A meeting as lists and screens show it, with its papers, its minutes and what partners answered.</summary>
public sealed record MeetingRegister : IRegister<MeetingRegister>
{
    /// <inheritdoc/>
    public static string Kind => MeetingId.Kind;

    /// <inheritdoc/>
    public required string Id { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <summary>The meeting.</summary>
    public required MeetingId Meeting { get; init; }

    /// <summary>Its key.</summary>
    public required string Key { get; init; }

    /// <summary>The body that meets.</summary>
    public required BodyId Body { get; init; }

    /// <summary>The day.</summary>
    public required DateOnly On { get; init; }

    /// <summary>Where.</summary>
    public string? Place { get; init; }

    /// <summary>How far it has come.</summary>
    public MeetingStage Stage { get; init; } = MeetingStage.Called;

    /// <summary>Why it was moved or cancelled.</summary>
    public string? Reason { get; init; }

    /// <summary>The papers on its agenda.</summary>
    public IReadOnlyList<PaperTabled> Papers { get; init; } = [];

    /// <summary>Who attended.</summary>
    public IReadOnlyList<Attendee> Attendees { get; init; } = [];

    /// <summary>What became of recommendations.</summary>
    public IReadOnlyList<RecommendationMinuted> Minutes { get; init; } = [];

    /// <summary>How partners stand to what was agreed.</summary>
    public IReadOnlyList<AnswerEntry> Answers { get; init; } = [];

    /// <summary>Where the minutes were approved.</summary>
    public string? ApprovedAt { get; init; }

    /// <summary>When.</summary>
    public DateOnly? ApprovedOn { get; init; }

    /// <summary>Where the minutes can be found.</summary>
    public string? MinutesReference { get; init; }

    /// <summary>Whether what was published is a draft.</summary>
    public bool MinutesDraft { get; init; }

    /// <summary>How many recommendations have no outcome yet.</summary>
    public int Undecided => Papers.Sum(p => p.Paper.Recommendations.Count) - Minutes.Count;

    /// <summary>How many partners have not answered what was agreed.</summary>
    public int OpenAnswers => Minutes.Sum(m => m.Partners.Count) - Answers.Count(a => a.Heard.Answer is not MinuteAnswer.Asked);

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [];

    /// <inheritdoc/>
    public static MeetingRegister? Fold(MeetingRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            MeetingCalled e => new MeetingRegister { Id = recorded.Stream, Version = 0, Meeting = e.Meeting, Key = e.Key, Body = e.Body, On = e.On, Place = e.Place },
            MeetingMoved e => document! with { On = e.To, Reason = e.Reason },
            MeetingCancelled e => document! with { Stage = MeetingStage.Cancelled, Reason = e.Reason },
            PaperTabled e => document! with { Papers = [.. document.Papers.Where(p => p.Paper.Item != e.Paper.Item).Append(e).OrderBy(p => p.Paper.Item)] },
            PaperWithdrawn e => document! with { Papers = [.. document.Papers.Where(p => p.Paper.Item != e.Item)] },
            AgendaPublished => document! with { Stage = document.Stage is MeetingStage.Called ? MeetingStage.AgendaPublished : document.Stage },
            AttendanceRecorded e => document! with { Attendees = e.Attendees },
            RecommendationMinuted e => document! with { Stage = MeetingStage.Minuted, Minutes = [.. document.Minutes, e] },
            MinutesApproved e => document! with { Stage = MeetingStage.Approved, ApprovedAt = e.At, ApprovedOn = e.EffectiveOn },
            MinutesPublished e => document! with { MinutesReference = e.Reference, MinutesDraft = e.Draft },
            AnswerToMinuteHeard e => document! with
            {
                Answers = [.. document.Answers.Where(a => a.Heard.Commitment != e.Commitment), new AnswerEntry(e, recorded.RecordedOn)],
            },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;
}

/// <summary>How a partner stands to what was agreed, and since when.</summary>
public sealed record AnswerEntry(AnswerToMinuteHeard Heard, DateOnly On);
