using System.Text.Json;

namespace EqualitiesPlatform.Engagement;

// Consultations in other formats, for whoever asks (Report 4.2; Policy, "Partners" P5: without a premium). How long each
// may take is practice and set by the pack, in working days. To whom it goes stands in the erasable store.

/// <summary>Ask for a consultation in another format, for somebody.</summary>
/// <param name="Language">The language of a translation; empty for any other format.</param>
/// <param name="File">The pseudonym of whom it is for.</param>
/// <param name="Note">How they want it.</param>
/// <param name="Mark">Tells a retry from another request: a digest under the file's own key.</param>
[GenerateSerializer, Immutable]
public sealed record AskForFormat(
    ConsultationId Consultation, FormatRequestId Request, OtherFormat Format, string Language, PersonId File, TextId Note, string Mark) : IConsultationCommand;

/// <summary>Note that somebody has the format that they asked for, since a day; today when no day is given.</summary>
[GenerateSerializer, Immutable]
public sealed record SupplyFormat(ConsultationId Consultation, FormatRequestId Request, DateOnly? EffectiveOn) : IConsultationCommand;

/// <summary>The formats that people ask for beside the usual one.</summary>
public enum OtherFormat
{
    /// <summary>Short sentences with pictures.</summary>
    EasyRead = 1,
    /// <summary>Large print.</summary>
    LargePrint,
    /// <summary>Read aloud.</summary>
    Audio,
    /// <summary>Braille.</summary>
    Braille,
    /// <summary>In British Sign Language.</summary>
    SignLanguage,
    /// <summary>In another language.</summary>
    Translation,
}

/// <summary>Somebody asked for another format.</summary>
/// <param name="Language">The language of a translation; empty for any other format.</param>
/// <param name="File">The pseudonym of whom it is for.</param>
/// <param name="Note">How they want it, in the erasable store.</param>
/// <param name="DueOn">The last day that is in time.</param>
[RecordedBy<Consultation>("engagement.format-asked-for.v1")]
public sealed record FormatAskedFor(
    FormatRequestId Request, OtherFormat Format, string Language, PersonId File, TextId Note, DateOnly DueOn, DateOnly EffectiveOn) : IEffective;

/// <summary>They have it.</summary>
/// <param name="Days">How many working days it took.</param>
/// <param name="Late">Whether its day had passed; that it was overdue stays on record.</param>
[RecordedBy<Consultation>("engagement.format-supplied.v1")]
public sealed record FormatSupplied(FormatRequestId Request, int Days, bool Late, DateOnly EffectiveOn) : IEffective;

/// <summary>The day by which they should have had it passed. Once for each request.</summary>
/// <param name="EffectiveOn">The first day on which it was late.</param>
[RecordedBy<Consultation>("engagement.format-overdue.v1")]
public sealed record FormatOverdue(FormatRequestId Request, DateOnly DueOn, DateOnly EffectiveOn) : IEffective;

/// <summary>What is decided about other formats of a consultation.</summary>
internal static class OtherFormats
{
    private const int UsualDays = 10;

    public static Decision Ask(Consultation state, AskForFormat c, Occasion occasion)
    {
        if (state.Formats.ContainsKey(c.Request)) return Decision.Refuse("FORMAT_ALREADY_ASKED", "A request with this key was taken in before.");
        if (c.Format is OtherFormat.Translation != c.Language.Length > 0) return Decision.Refuse("LANGUAGE_UNSAID", "Say into which language a translation goes; nothing else has one.");
        var days = occasion.Policy.Number($"engagement.formats.{JsonNamingPolicy.KebabCaseLower.ConvertName(c.Format.ToString())}", UsualDays);
        return state.Outside(null, occasion)
            ?? Decision.Take(new FormatAskedFor(c.Request, c.Format, c.Language, c.File, c.Note, occasion.Policy.WorkingDays().After(occasion.Today, days), occasion.Today));
    }

    public static Decision Supply(Consultation state, SupplyFormat c, Occasion occasion)
    {
        if (!state.Formats.TryGetValue(c.Request, out var format)) return Decision.Refuse("FORMAT_NOT_ASKED", "Nobody asked for this format; there is no such request.");
        if (format.Supplied) return Decision.AlreadySo;
        var on = c.EffectiveOn ?? occasion.Today;
        if (on < format.AskedOn) return Decision.Refuse("SUPPLIED_BEFORE_ASKED", $"It was asked for on {format.AskedOn.Shown()}, and came on that day or later.");
        return occasion.InFuture(c.EffectiveOn)
            ?? Decision.Take(new FormatSupplied(c.Request, occasion.Policy.WorkingDays().Between(format.AskedOn, on), on > format.DueOn, on));
    }

    public static DateOnly? WakesOn(Consultation state) =>
        state.Formats.Values.Where(f => f is { Overdue: false, Supplied: false }).Select(f => (DateOnly?)f.DueOn.AddDays(1)).Min();

    public static IEnumerable<object> DueBy(Consultation state, DateOnly today) => state.Formats
        .Where(f => f.Value is { Overdue: false, Supplied: false } && f.Value.DueOn < today)
        .Select(f => new FormatOverdue(f.Key, f.Value.DueOn, f.Value.DueOn.AddDays(1)));

    public static IReadOnlyDictionary<FormatRequestId, Consultation.Format> Evolve(IReadOnlyDictionary<FormatRequestId, Consultation.Format> formats, object @event) => @event switch
    {
        FormatAskedFor e => Consultation.With(formats, e.Request, new(e.File, e.EffectiveOn, e.DueOn, false, false)),
        FormatSupplied e when formats.TryGetValue(e.Request, out var format) => Consultation.With(formats, e.Request, format with { Supplied = true }),
        FormatOverdue e when formats.TryGetValue(e.Request, out var format) => Consultation.With(formats, e.Request, format with { Overdue = true }),
        _ => formats,
    };
}
