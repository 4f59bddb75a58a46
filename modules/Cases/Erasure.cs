namespace EqualitiesPlatform.Cases;

// How a case's file is erased: proposed by one person and confirmed by another, or fallen due because the case has been
// closed for as long as the pack allows, and then proposed and confirmed all the same. What is erased is the file's key
// (practice: retention schedules).

/// <summary>A command about the erasure of a file.</summary>
internal interface IErasureCommand : ICommand
{
    /// <summary>The pseudonym of whom the file is about.</summary>
    PersonId Person { get; }

    string ICommand.Stream => StreamKey.Of(Erasure.Kind, Person.Value);
}

/// <summary>Note that a file has been kept for as long as it may; sent by a follow-up.</summary>
[GenerateSerializer, Immutable]
internal sealed record CallForErasure(PersonId Person, CaseId Case) : IErasureCommand;

/// <summary>Propose to erase a file.</summary>
/// <param name="CaseOpen">Whether work on its case goes on: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
internal sealed record ProposeErasure(PersonId Person, CaseId Case, ErasureReason Reason, [property: System.Text.Json.Serialization.JsonIgnore] bool CaseOpen) : IErasureCommand;

/// <summary>Take a proposal back.</summary>
[GenerateSerializer, Immutable]
internal sealed record WithdrawErasure(PersonId Person) : IErasureCommand;

/// <summary>Erase a file that somebody else proposed to erase.</summary>
/// <param name="CaseOpen">Whether work on its case goes on: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
internal sealed record EraseSubject(PersonId Person, [property: System.Text.Json.Serialization.JsonIgnore] bool CaseOpen) : IErasureCommand;

/// <summary>Note that the file's key is gone; sent by a follow-up.</summary>
[GenerateSerializer, Immutable]
internal sealed record NoteErased(PersonId Person) : IErasureCommand;

/// <summary>Why a file is erased.</summary>
internal enum ErasureReason
{
    /// <summary>It was kept for as long as the retention rule allows.</summary>
    RetentionEnded = 1,
    /// <summary>Whom it is about asked for it.</summary>
    SubjectAsked,
    /// <summary>It should not have been taken down.</summary>
    TakenDownWrongly,
}

/// <summary>How far an erasure has come.</summary>
internal enum ErasureState
{
    /// <summary>The retention rule calls for it.</summary>
    Due = 1,
    /// <summary>Somebody proposed it.</summary>
    Proposed,
    /// <summary>Somebody else confirmed it.</summary>
    Confirmed,
    /// <summary>The key is gone.</summary>
    Erased,
    /// <summary>The proposal was taken back.</summary>
    Withdrawn,
}

/// <summary>A file has been kept for as long as it may.</summary>
[RecordedBy<Erasure>("cases.erasure-called-for.v1")]
internal sealed record ErasureCalledFor(PersonId Person, CaseId Case);

/// <summary>Somebody proposed to erase a file.</summary>
[RecordedBy<Erasure>("cases.erasure-proposed.v1")]
internal sealed record ErasureProposed(PersonId Person, CaseId Case, ErasureReason Reason, PersonId By);

/// <summary>The proposal was taken back.</summary>
[RecordedBy<Erasure>("cases.erasure-withdrawn.v1")]
internal sealed record ErasureWithdrawn;

/// <summary>Another person confirmed it.</summary>
[RecordedBy<Erasure>("cases.erasure-confirmed.v1")]
internal sealed record ErasureConfirmed(PersonId Person);

/// <summary>The file's key is gone: what is about this person can't be read any more, by anybody.</summary>
[RecordedBy<Erasure>("cases.subject-erased.v1")]
internal sealed record SubjectErased(PersonId Person);

/// <summary>What deciding about an erasure needs to know.</summary>
internal sealed record Erasure(ErasureState? State, PersonId? ProposedBy) : IAggregate<Erasure>
{
    public static string Kind => "erasure";

    public static Erasure Unborn { get; } = new(null, null);

    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(Erasure state, ICommand command, Occasion occasion) => command switch
    {
        CallForErasure c => state.State is null or ErasureState.Withdrawn ? Decision.Take(new ErasureCalledFor(c.Person, c.Case)) : Decision.AlreadySo,
        NoteErased c => state.State is ErasureState.Confirmed ? Decision.Take(new SubjectErased(c.Person)) : Decision.AlreadySo,
        _ when state.State is ErasureState.Confirmed or ErasureState.Erased => command is EraseSubject
            ? Decision.AlreadySo
            : Decision.Refuse("ERASED", "This file was erased, which nobody can undo."),
        ProposeErasure { CaseOpen: true } or EraseSubject { CaseOpen: true } => Decision.Refuse("CASE_OPEN", "Work on this case goes on; resolve it first."),
        ProposeErasure c => state.State is ErasureState.Proposed ? Decision.AlreadySo : Decision.Take(new ErasureProposed(c.Person, c.Case, c.Reason, occasion.Actor.Person)),
        _ when state.State is not ErasureState.Proposed => Decision.Refuse("ERASURE_NOT_PROPOSED", "Nobody has proposed to erase this file; propose it, and have somebody else confirm."),
        WithdrawErasure => Decision.Take(new ErasureWithdrawn()),
        EraseSubject when occasion.Actor.Person == state.ProposedBy => Decision.Refuse("SAME_PERSON", "Somebody else than who proposed an erasure confirms it."),
        EraseSubject c => Decision.Take(new ErasureConfirmed(c.Person)),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "An erasure does not know this command."),
    };

    public static Erasure Evolve(Erasure state, object @event) => @event switch
    {
        ErasureCalledFor => new(ErasureState.Due, null),
        ErasureProposed e => new(ErasureState.Proposed, e.By),
        ErasureWithdrawn => new(ErasureState.Withdrawn, null),
        ErasureConfirmed => state with { State = ErasureState.Confirmed },
        SubjectErased => state with { State = ErasureState.Erased },
        _ => state,
    };
}
