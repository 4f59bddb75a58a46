namespace EqualitiesPlatform.Engagement;

// What people say in a consultation (Policy, "How" W5). Events hold a response's pseudonym, its channel and the themes
// that an officer read in it; the words, who said them and the groups they belong to stand in the erasable store. They are
// erased when somebody asks and another officer confirms, and all of them when they were kept for as long as the pack
// allows (practice: retention schedules).

/// <summary>Take a response in, received on a day; today when no day is given.</summary>
/// <param name="File">The pseudonym of who said it.</param>
/// <param name="Text">What was said.</param>
/// <param name="Mark">Tells a retry from another response: a digest under the file's own key.</param>
[GenerateSerializer, Immutable]
public sealed record ReceiveResponse(
    ConsultationId Consultation, ConsultationResponseId Response, string Channel, PersonId File, TextId Text, string Mark, DateOnly? EffectiveOn) : IConsultationCommand;

/// <summary>Say which themes a response speaks of, in the place of what was said before; none when it speaks of none.</summary>
[GenerateSerializer, Immutable]
public sealed record CodeResponse(ConsultationId Consultation, ConsultationResponseId Response, IReadOnlyList<string> Themes) : IConsultationCommand;

/// <summary>Ask that a response be erased, because who said it wants that or it should not have been taken down.</summary>
[GenerateSerializer, Immutable]
public sealed record AskErasure(ConsultationId Consultation, ConsultationResponseId Response) : IConsultationCommand;

/// <summary>Erase a response whose erasure somebody else asked for.</summary>
[GenerateSerializer, Immutable]
public sealed record EraseResponse(ConsultationId Consultation, ConsultationResponseId Response) : IConsultationCommand;

/// <summary>Note that files' keys are gone; sent by a follow-up.</summary>
[GenerateSerializer, Immutable]
public sealed record NoteErasedResponses(ConsultationId Consultation, IReadOnlyList<PersonId> Files) : IConsultationCommand;

/// <summary>A response came in.</summary>
/// <param name="File">The pseudonym of who said it.</param>
/// <param name="Text">What was said, in the erasable store.</param>
[RecordedBy<Consultation>("engagement.response-received.v1")]
public sealed record ResponseReceived(ConsultationResponseId Response, string Channel, PersonId File, TextId Text, DateOnly EffectiveOn) : IEffective;

/// <summary>An officer read it for themes.</summary>
[RecordedBy<Consultation>("engagement.response-coded.v1")]
public sealed record ResponseCoded(ConsultationResponseId Response, IReadOnlyList<string> Themes);

/// <summary>Somebody asked that it be erased.</summary>
[RecordedBy<Consultation>("engagement.response-erasure-asked.v1")]
public sealed record ResponseErasureAsked(ConsultationResponseId Response);

/// <summary>Somebody else confirmed it.</summary>
[RecordedBy<Consultation>("engagement.response-erasure-confirmed.v1")]
public sealed record ResponseErasureConfirmed(ConsultationResponseId Response, PersonId File);

/// <summary>Everything that is about people in it was kept for as long as it may be.</summary>
/// <param name="Files">Whom it is about.</param>
[RecordedBy<Consultation>("engagement.responses-kept-long-enough.v1")]
public sealed record ResponsesKeptLongEnough(IReadOnlyList<PersonId> Files, DateOnly EffectiveOn) : IEffective;

/// <summary>These files' keys are gone: what is about these people can't be read any more, by anybody.</summary>
[RecordedBy<Consultation>("engagement.responses-erased.v1")]
public sealed record ResponsesErased(IReadOnlyList<PersonId> Files);

/// <summary>What is decided about the responses to a consultation.</summary>
internal static class Responding
{
    public static Decision Decide(Consultation state, ICommand command, Occasion occasion) => command switch
    {
        ReceiveResponse c => Receive(state, c, occasion),
        CodeResponse c => Code(state, c),
        _ => Decision.AlreadySo,
    };

    public static Decision Erase(Consultation state, ICommand command, Occasion occasion) => command switch
    {
        NoteErasedResponses c => Decision.Take(new ResponsesErased(c.Files)),
        AskErasure c => Of(state, c.Response) is not { } response ? NoSuch()
            : response.Erased || response.ErasureAskedBy is not null ? Decision.AlreadySo
            : Decision.Take(new ResponseErasureAsked(c.Response)),
        EraseResponse c => Of(state, c.Response) switch
        {
            null => NoSuch(),
            { Erased: true } => Decision.AlreadySo,
            { ErasureAskedBy: null } => Decision.Refuse("ERASURE_NOT_ASKED", "Nobody has asked to erase this response; ask, and have somebody else erase it."),
            { ErasureAskedBy: var by } when by == occasion.Actor.Person => Decision.Refuse("SAME_PERSON", "Somebody else than who asked for an erasure does it."),
            { File: var file } => Decision.Take(new ResponseErasureConfirmed(c.Response, file)),
        },
        _ => Decision.AlreadySo,
    };

    public static Consultation Evolve(Consultation state, object @event, Actor by) => @event switch
    {
        ResponseReceived e => With(state, e.Response, new(e.File, null, null, false)),
        ResponseCoded e => Of(state, e.Response) is { } known ? With(state, e.Response, known with { Themes = e.Themes }) : state,
        ResponseErasureAsked e => Of(state, e.Response) is { } known ? With(state, e.Response, known with { ErasureAskedBy = by.Person }) : state,
        ResponseErasureConfirmed e => Of(state, e.Response) is { } known ? With(state, e.Response, known with { Erased = true }) : state,
        ResponsesKeptLongEnough => state with { Emptied = true, Responses = state.Responses.ToDictionary(r => r.Key, r => r.Value with { Erased = true }) },
        _ => state,
    };

    private static Decision Receive(Consultation state, ReceiveResponse c, Occasion occasion)
    {
        if (state.Responses.ContainsKey(c.Response)) return Decision.Refuse("RESPONSE_EXISTS", "A response with this key was taken in before.");
        if (state.Stage is ConsultationStage.Reported || state.Emptied)
            return Decision.Refuse("CONSULTATION_REPORTED", "What this consultation came to is reported already; a later response can't be counted in it.");
        if (!state.Drafted!.Channels.Contains(c.Channel)) return Decision.Refuse("CHANNEL_UNKNOWN", $"This consultation has the channels {string.Join(", ", state.Drafted.Channels)}.");
        return state.Outside(c.EffectiveOn, occasion) ?? Decision.Take(new ResponseReceived(c.Response, c.Channel, c.File, c.Text, c.EffectiveOn ?? occasion.Today));
    }

    private static Decision Code(Consultation state, CodeResponse c)
    {
        if (Of(state, c.Response) is not { } response) return NoSuch();
        if (state.Stage is ConsultationStage.Reported) return Decision.Refuse("CONSULTATION_REPORTED", "What this consultation came to is reported; what responses were read as stands.");
        if (response.Erased) return Decision.Refuse("RESPONSE_ERASED", "This response was erased; nobody can read it any more.");
        if (c.Themes.FirstOrDefault(t => !state.Themes.ContainsKey(t)) is { } unknown) return Consultation.Unknown(unknown);
        string[] themes = [.. c.Themes.Distinct()];
        return response.Themes?.SequenceEqual(themes) == true ? Decision.AlreadySo : Decision.Take(new ResponseCoded(c.Response, themes));
    }

    private static Consultation.Response? Of(Consultation state, ConsultationResponseId response) => state.Responses.GetValueOrDefault(response);

    private static Consultation With(Consultation state, ConsultationResponseId id, Consultation.Response response) =>
        state with { Responses = Consultation.With(state.Responses, id, response) };

    private static Decision NoSuch() => Decision.Refuse("RESPONSE_UNKNOWN", "There is no such response to this consultation.");
}

/// <summary>Files that are to be erased lose their keys, also when whoever confirmed it got no answer.</summary>
[Hears(typeof(ResponseErasureConfirmed), typeof(ResponsesKeptLongEnough))]
internal sealed class ResponsesAreErased(People people) : IFollowUp
{
    public string Name => "responses-are-erased";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
    {
        IReadOnlyList<PersonId> files = recorded.Event switch
        {
            ResponseErasureConfirmed e => [e.File],
            ResponsesKeptLongEnough e => e.Files,
            _ => [],
        };
        foreach (var file in files) await people.Erase(file);
        return files.Count == 0 ? [] : [new NoteErasedResponses(new ConsultationId(recorded.Id), files)];
    }
}
