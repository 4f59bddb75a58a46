namespace EqualitiesPlatform.Engagement;

/// <summary>A consultation as lists and screens show it: pseudonyms and days, and nothing about anybody.</summary>
/// <param name="Id">The stream's key.</param>
/// <param name="OpensOn">The day on which it opened, or is to open.</param>
/// <param name="Emptied">Whether what was about people was kept for as long as it may be.</param>
public sealed record ConsultationRegister(
    string Id, long Version, ConsultationId Consultation, string? Key, PartnerId Organisation, string Title, string Purpose, ConsultationStage Stage, DateOnly OpensOn,
    DateOnly ClosesOn, IReadOnlyList<string> Channels, IReadOnlyList<string> Groups, IReadOnlyList<PartnerId> Asked, IReadOnlyList<ConsultationPromoted> Promotions,
    IReadOnlyList<FormatOnRecord> Formats, IReadOnlyList<ResponseOnRecord> Responses, IReadOnlyList<ThemeOnRecord> Themes, string? Summary, DateOnly? ReportedOn,
    DateOnly? KeptUntil, bool Emptied) : IRegister<ConsultationRegister>
{
    /// <inheritdoc/>
    public static string Kind => ConsultationId.Kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartnerId> Organisations => [Organisation, .. Asked.Where(a => a != Organisation)];

    /// <summary>How many responses came in.</summary>
    public int ResponseCount => Responses.Count;

    /// <summary>How many of them were not read for themes yet, and can be.</summary>
    public int UncodedCount => Responses.Count(r => r is { Themes: null, Erased: false });

    /// <summary>How many formats somebody waits for.</summary>
    public int FormatsWaiting => Formats.Count(f => f.SuppliedOn is null);

    /// <summary>How many formats were not there in time.</summary>
    public int FormatsOverdue => Formats.Count(f => f.Overdue);

    /// <summary>How many partners were asked to promote it, and did nothing that is on record.</summary>
    public int PromotionsOwed => Asked.Count(a => !Promotions.Any(p => p.Partner == a));

    /// <inheritdoc/>
    public static ConsultationRegister? Fold(ConsultationRegister? document, RecordedEvent recorded) =>
        (recorded.Event switch
        {
            ConsultationDrafted e => new ConsultationRegister(
                recorded.Stream, 0, e.Consultation, e.Key, e.Organisation, e.Title, e.Purpose, ConsultationStage.Draft, e.OpensOn, e.ClosesOn, e.Channels, e.Groups,
                document?.Asked ?? [], [], [], [], [], null, null, null, false),
            ConsultationOpened e => document! with { Stage = ConsultationStage.Open, OpensOn = e.EffectiveOn, ClosesOn = e.ClosesOn },
            ConsultationExtended e => document! with { ClosesOn = e.ClosesOn },
            ConsultationWithdrawn e => document! with { Stage = ConsultationStage.Withdrawn, KeptUntil = e.KeptUntil },
            ConsultationClosed e => document! with { Stage = ConsultationStage.Closed, KeptUntil = e.KeptUntil },
            ConsultationReported e => document! with { Stage = ConsultationStage.Reported, Summary = e.Summary, ReportedOn = recorded.RecordedOn },
            PromotionAsked e => document! with { Asked = [.. document.Asked, e.Partner] },
            ConsultationPromoted e => document! with { Promotions = [.. document.Promotions, e] },
            FormatAskedFor e => document! with { Formats = [.. document.Formats, new(e.Request, e.Format, e.Language, e.File, e.Note, e.EffectiveOn, e.DueOn, false, null, null)] },
            FormatSupplied e => document!.With(e.Request, f => f with { SuppliedOn = e.EffectiveOn, Days = e.Days, Overdue = f.Overdue || e.Late }),
            FormatOverdue e => document!.With(e.Request, f => f with { Overdue = true }),
            ResponseReceived e => document! with { Responses = [.. document.Responses, new(e.Response, e.Channel, e.File, e.Text, e.EffectiveOn, null, false, false)] },
            ResponseCoded e => document!.With(e.Response, r => r with { Themes = e.Themes }),
            ResponseErasureAsked e => document!.With(e.Response, r => r with { ErasureAsked = true }),
            ResponseErasureConfirmed e => document!.With(e.Response, r => r with { Erased = true }),
            ResponsesKeptLongEnough => document! with { Emptied = true, Responses = [.. document.Responses.Select(r => r with { Erased = true })] },
            ThemeNamed e => document! with
            {
                Themes = document.Themes.Any(t => t.Theme == e.Theme)
                    ? [.. document.Themes.Select(t => t.Theme == e.Theme ? t with { Said = e.Said } : t)]
                    : [.. document.Themes, new(e.Theme, e.Said, null, [])],
            },
            ThemeAnswered e => document!.With(e.Theme, t => t with { Answer = e.Answer }),
            ThemeFollowed e => document!.With(e.Theme, t => t with { Followed = [.. t.Followed, e] }),
            _ => document,
        }) is { } next ? next with { Version = recorded.Version } : null;

    private ConsultationRegister With(FormatRequestId id, Func<FormatOnRecord, FormatOnRecord> next) =>
        this with { Formats = [.. Formats.Select(f => f.Request == id ? next(f) : f)] };

    private ConsultationRegister With(ConsultationResponseId id, Func<ResponseOnRecord, ResponseOnRecord> next) =>
        this with { Responses = [.. Responses.Select(r => r.Response == id ? next(r) : r)] };

    private ConsultationRegister With(string theme, Func<ThemeOnRecord, ThemeOnRecord> next) =>
        this with { Themes = [.. Themes.Select(t => t.Theme == theme ? next(t) : t)] };
}

/// <summary>A request for another format.</summary>
/// <param name="Days">How many working days it took, once it is supplied.</param>
public sealed record FormatOnRecord(
    FormatRequestId Request, OtherFormat Format, string Language, PersonId File, TextId Note, DateOnly AskedOn, DateOnly DueOn, bool Overdue, DateOnly? SuppliedOn,
    int? Days);

/// <summary>A response.</summary>
/// <param name="Themes">The themes that it speaks of; null while nobody has read it for themes.</param>
public sealed record ResponseOnRecord(
    ConsultationResponseId Response, string Channel, PersonId File, TextId Text, DateOnly ReceivedOn, IReadOnlyList<string>? Themes, bool ErasureAsked, bool Erased);

/// <summary>A theme: what people said, what they were answered, and what was done.</summary>
public sealed record ThemeOnRecord(string Theme, string Said, string? Answer, IReadOnlyList<ThemeFollowed> Followed);
