using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Governance;

// The preparation of a report as an operation on record (Report 6.1; practice): begun, and ended in one way. What is
// computed is for a grain, which may die with its silo; what stands here is what another silo goes by to take it up.

/// <summary>A command to a preparation.</summary>
public interface IPreparationCommand : ICommand
{
    /// <summary>The preparation.</summary>
    PreparationId Preparation { get; }

    string ICommand.Stream => StreamKey.Of(PreparationId.Kind, Preparation.Value);
}

/// <summary>Begin to prepare a report up to a final position; again, where it was cancelled or failed.</summary>
/// <param name="KnownAt">The position, day or instant that the caller named.</param>
/// <param name="UpTo">The position that it comes to: looked up, and no part of what was sent.</param>
[GenerateSerializer, Immutable]
public sealed record StartPreparation(ReportId Report, string KnownAt, [property: JsonIgnore] long UpTo) : IPreparationCommand
{
    /// <inheritdoc/>
    [JsonIgnore] public PreparationId Preparation => new PreparationName(Report, UpTo).Id;
}

/// <summary>The platform's word that a silo begins the work, from the first event on.</summary>
[GenerateSerializer, Immutable]
public sealed record TakeUpPreparation(PreparationId Preparation) : IPreparationCommand;

/// <summary>End a preparation before it is done.</summary>
[GenerateSerializer, Immutable]
public sealed record CancelPreparation(PreparationId Preparation) : IPreparationCommand;

/// <summary>Take a preparation that has ended off the list: nobody asks for what came of it any more.</summary>
[GenerateSerializer, Immutable]
public sealed record DiscardPreparation(PreparationId Preparation) : IPreparationCommand;

/// <summary>The platform's word that the report is prepared.</summary>
[GenerateSerializer, Immutable]
public sealed record FinishPreparation(PreparationId Preparation, long Events, string ContentHash, int Figures, int Changed) : IPreparationCommand;

/// <summary>The platform's word that the report can't be prepared as it stands.</summary>
[GenerateSerializer, Immutable]
public sealed record FailPreparation(PreparationId Preparation, string Reason, string Sentence) : IPreparationCommand;

/// <summary>Whether a preparation runs, and how it ended.</summary>
public enum PreparationStage
{
    /// <summary>It runs.</summary>
    Running = 1,
    /// <summary>It is done.</summary>
    Done,
    /// <summary>It was cancelled.</summary>
    Cancelled,
    /// <summary>It failed.</summary>
    Failed,
}

/// <summary>A preparation was begun; until it has ended, some silo goes on with it.</summary>
/// <param name="UpTo">The final position up to which the ledger is read.</param>
[RecordedBy<Preparation>("governance.preparation-started.v1")]
public sealed record PreparationStarted(ReportId Report, long UpTo);

/// <summary>A silo began the work: the first, or another one after the one was lost that did it.</summary>
/// <param name="Times">How often it was begun by now, since the preparation was started.</param>
[RecordedBy<Preparation>("governance.preparation-taken-up.v1")]
public sealed record PreparationTakenUp(int Times);

/// <summary>The report is prepared.</summary>
/// <param name="Events">How many events were read.</param>
/// <param name="ContentHash">SHA-256 of the body's JSON form.</param>
/// <param name="Figures">How many figures it has.</param>
/// <param name="Changed">How many figures of a restatement differ from the report that it restates.</param>
[RecordedBy<Preparation>("governance.preparation-finished.v1")]
public sealed record PreparationFinished(long Events, string ContentHash, int Figures, int Changed);

/// <summary>The preparation was ended before it was done.</summary>
[RecordedBy<Preparation>("governance.preparation-cancelled.v1")]
public sealed record PreparationCancelled;

/// <summary>Nobody asks for what came of the preparation any more; its history stays.</summary>
[RecordedBy<Preparation>("governance.preparation-discarded.v1")]
public sealed record PreparationDiscarded;

/// <summary>The report could not be prepared as it stood.</summary>
[RecordedBy<Preparation>("governance.preparation-failed.v1")]
public sealed record PreparationFailed(string Reason, string Sentence);

/// <summary>What deciding about a preparation needs to know.</summary>
internal sealed record Preparation(PreparationStage? Stage, int Times) : IAggregate<Preparation>
{
    public static string Kind => PreparationId.Kind;

    public static Preparation Unborn { get; } = new(null, 0);

    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(Preparation state, ICommand command, Occasion occasion) => command switch
    {
        StartPreparation c => state.Stage is PreparationStage.Running or PreparationStage.Done
            ? Decision.AlreadySo
            : Decision.Take(new PreparationStarted(c.Report, c.UpTo)),
        _ when state.Stage is null => Decision.Refuse("PREPARATION_UNKNOWN", "No preparation of this name was ever begun; start it."),
        DiscardPreparation => state.Stage is PreparationStage.Running
            ? Decision.Refuse("PREPARATION_RUNS", "It still runs: wait for its end, or cancel it first.")
            : Decision.Take(new PreparationDiscarded()),
        // What has ended stays as it ended: the first word of its end counts.
        TakeUpPreparation or CancelPreparation or FinishPreparation or FailPreparation when state.Stage is not PreparationStage.Running => Decision.AlreadySo,
        TakeUpPreparation => Decision.Take(new PreparationTakenUp(state.Times + 1)),
        CancelPreparation => Decision.Take(new PreparationCancelled()),
        FinishPreparation c => Decision.Take(new PreparationFinished(c.Events, c.ContentHash, c.Figures, c.Changed)),
        FailPreparation c => Decision.Take(new PreparationFailed(c.Reason, c.Sentence)),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A preparation does not know this command."),
    };

    public static Preparation Evolve(Preparation state, object @event) => @event switch
    {
        PreparationStarted => new(PreparationStage.Running, 0),
        PreparationTakenUp e => state with { Times = e.Times },
        PreparationFinished => state with { Stage = PreparationStage.Done },
        PreparationCancelled => state with { Stage = PreparationStage.Cancelled },
        PreparationFailed => state with { Stage = PreparationStage.Failed },
        PreparationDiscarded => Unborn,
        _ => state,
    };
}
