namespace EqualitiesPlatform.Commitments;

/// <summary>How a partner stands to its position of a year.</summary>
public enum PositionAnswer
{
    /// <summary>It was asked, and the day by which it should answer has not passed.</summary>
    Awaited = 1,
    /// <summary>It was asked, and said nothing by that day.</summary>
    NoAnswer,
    /// <summary>It attested to it.</summary>
    Attested,
    /// <summary>It answered it.</summary>
    Answered,
    /// <summary>It returned nil.</summary>
    NilReturned,
    /// <summary>It was not asked; the council has assessed it.</summary>
    NotAsked,
}

/// <summary>A partner's position of a year: what was frozen, what the partner said, what the council said.</summary>
public sealed record YearEndAttestationRegister : IRegister<YearEndAttestationRegister>
{
    /// <inheritdoc/>
    public static string Kind => "year-end-attestation";

    /// <inheritdoc/>
    public required string Id { get; init; }

    /// <inheritdoc/>
    public required long Version { get; init; }

    /// <summary>The partner.</summary>
    public required PartnerId Partner { get; init; }

    /// <summary>The financial year, such as 2013-14.</summary>
    public required string Year { get; init; }

    /// <summary>What was frozen last.</summary>
    public PositionFrozen? Frozen { get; init; }

    /// <summary>The day on which that was frozen.</summary>
    public DateOnly? FrozenOn { get; init; }

    /// <summary>How the partner stands to it.</summary>
    public PositionAnswer Answer { get; init; } = PositionAnswer.NotAsked;

    /// <summary>Whether the last word was an attestation.</summary>
    public bool Attested => Answer is PositionAnswer.Attested;

    /// <summary>The position that the last word was about.</summary>
    public string? PositionShown { get; init; }

    /// <summary>What was said with it.</summary>
    public string? Statement { get; init; }

    /// <summary>The day of the last word.</summary>
    public DateOnly? SaidOn { get; init; }

    /// <summary>How often there was another word before.</summary>
    public int Renewals { get; init; }

    /// <summary>The key that signed the attestation, if it is signed.</summary>
    public string? SignedBy { get; init; }

    /// <summary>That signature, in base64.</summary>
    public string? Signature { get; init; }

    /// <summary>The council's assessment.</summary>
    public string? Assessment { get; init; }

    /// <summary>The council's final view.</summary>
    public string? FinalView { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [Partner];

    /// <inheritdoc/>
    public static YearEndAttestationRegister? Fold(YearEndAttestationRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            PositionFrozen e => Of(document, recorded, e.Partner, e.Year) with { Frozen = e, FrozenOn = recorded.RecordedOn, Answer = PositionAnswer.Awaited },
            PositionAttested e => Of(document, recorded, e.Partner, e.Year).Said(PositionAnswer.Attested, e.PositionShown, e.Statement, recorded.RecordedOn),
            PositionSigned e => document! with { SignedBy = e.Fingerprint, Signature = e.Signature },
            PositionAnswered e => Of(document, recorded, e.Partner, e.Year).Said(PositionAnswer.Answered, e.PositionShown, e.Reply, recorded.RecordedOn),
            PositionNilReturned e => Of(document, recorded, e.Partner, e.Year).Said(PositionAnswer.NilReturned, e.PositionShown, null, recorded.RecordedOn),
            PositionUnanswered => document! with { Answer = PositionAnswer.NoAnswer },
            PositionAssessed e => Of(document, recorded, e.Partner, e.Year) with { Assessment = e.Assessment },
            PositionConcluded e => document! with { FinalView = e.FinalView },
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    private static YearEndAttestationRegister Of(YearEndAttestationRegister? document, RecordedEvent recorded, PartnerId partner, FinancialYear year) =>
        document ?? new YearEndAttestationRegister { Id = recorded.Stream, Version = 0, Partner = partner, Year = year.ToString() };

    private YearEndAttestationRegister Said(PositionAnswer answer, string shown, string? statement, DateOnly day) => this with
    {
        Answer = answer, PositionShown = shown, Statement = statement, SignedBy = null, Signature = null, Renewals = SaidOn is null ? 0 : Renewals + 1, SaidOn = day,
    };
}
