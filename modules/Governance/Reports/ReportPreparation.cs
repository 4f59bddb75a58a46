using System.Globalization;
using EqualitiesPlatform.Ledger.Reporting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace EqualitiesPlatform.Governance;

/// <summary>How far the work on a preparation has come, on the silo that does it.</summary>
/// <param name="Stage">Whether it runs, and how it ended.</param>
/// <param name="Events">Events read.</param>
/// <param name="Position">The position of the last one.</param>
/// <param name="Prepared">What came of it.</param>
/// <param name="Failure">Why nothing came of it.</param>
[GenerateSerializer, Immutable]
public sealed record PreparationState(PreparationStage Stage, long Events, long Position, PreparedBody? Prepared, Failure? Failure);

/// <summary>A body, computed, and the figures of a restatement that changed in it.</summary>
[GenerateSerializer, Immutable]
public sealed record PreparedBody(long Position, ReportTemplate Template, string ContentHash, int Figures, IReadOnlyList<string> Changed);

/// <summary>What a preparation computes: one report, up to one position. Its name says it all, so it can begin again anywhere.</summary>
/// <param name="Report">The report.</param>
/// <param name="Position">The final position.</param>
internal sealed record PreparationName(ReportId Report, long Position)
{
    /// <summary>The id that follows from the name.</summary>
    public PreparationId Id => new(NameBasedId.Of(Report.Value, $"preparation:{Position.ToString(CultureInfo.InvariantCulture)}"));

    /// <summary>The key of its stream.</summary>
    public string Stream => StreamKey.Of(PreparationId.Kind, Id.Value);

    /// <summary>The name, such as reports/0198…/preparations/4711.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"reports/{Report}/preparations/{Position}");

    /// <summary>A name read back; null when it is none.</summary>
    public static PreparationName? Parse(string name) =>
        name.Split('/') is ["reports", var report, "preparations", var position] && TypedId.TryParse<ReportId>(report, out var id)
        && long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new(id, at)
            : null;
}

/// <summary>Prepares one report up to one position, on one silo, while callers come and go.</summary>
internal interface IReportPreparationGrain : IGrainWithStringKey
{
    /// <summary>Begins, unless it runs or is done.</summary>
    Task<PreparationState> Begin();

    /// <summary>
    /// Sees to a preparation that is on record as running: it runs, here from now on where its silo was lost, and a
    /// reminder asks for it again until its end is on record.
    /// </summary>
    Task Keep();

    /// <summary>How far it is; null when nothing of it is here.</summary>
    Task<PreparationState?> Look();

    /// <summary>Ends it, unless it is done.</summary>
    Task Cancel();
}

internal sealed class ReportPreparationGrain(ReportPress press, Registers registers, Dispatch dispatch, ILogger<ReportPreparationGrain> log)
    : Grain, IReportPreparationGrain, IRemindable
{
    private const string Reminder = "keep";
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private static readonly TimeSpan Reminded = TimeSpan.FromMinutes(1);

    private PreparationState? _state;
    private CancellationTokenSource? _cancel;
    private Task _running = Task.CompletedTask;

    private PreparationName Name => PreparationName.Parse(this.GetPrimaryKeyString())!;

    public Task<PreparationState> Begin()
    {
        if (_state is null or { Stage: PreparationStage.Cancelled or PreparationStage.Failed })
        {
            _cancel = new CancellationTokenSource();
            _state = new(PreparationStage.Running, 0, 0, null, null);
            _running = Prepare(_cancel.Token);
            DelayDeactivation(Kept);
        }
        return Task.FromResult(_state);
    }

    public async Task Keep()
    {
        if (await OnRecord() is not PreparationStage.Running)
        {
            if (await this.GetReminder(Reminder) is { } reminder) await this.UnregisterReminder(reminder);
            return;
        }
        await this.RegisterOrUpdateReminder(Reminder, Reminded, Reminded);
        // Done already for somebody who froze it, before it was on record.
        if (await Begin() is { Stage: PreparationStage.Done } done) await Tell(done);
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Keep();

    public Task<PreparationState?> Look() => Task.FromResult(_state);

    public async Task Cancel()
    {
        if (_cancel is not null) await _cancel.CancelAsync();
        await _running;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_cancel is not null) await _cancel.CancelAsync();
    }

    // The composition runs beside the grain, which answers meanwhile; its outcome comes back to the grain's own turn. Its
    // end is on record before it is told.
    private async Task Prepare(CancellationToken ct)
    {
        try
        {
            if (await OnRecord() is PreparationStage.Running) await Say(new TakeUpPreparation(Name.Id), "TakeUp");
            var prepared = await Task.Run(() => Compose(Name, ct), ct);
            var done = _state! with { Stage = PreparationStage.Done, Position = Name.Position, Prepared = prepared };
            await Tell(done);
            _state = done;
        }
        catch (OperationCanceledException)
        {
            _state = _state! with { Stage = PreparationStage.Cancelled };
        }
        catch (FieldsException e)
        {
            await Fail(new(FailureKind.Refused, "NOT_TO_BE_PREPARED", e.Message));
        }
        catch (LedgerException e) when (e.Failure.Kind is FailureKind.Refused or FailureKind.NotFound)
        {
            await Fail(e.Failure);
        }
        catch (Exception e)
        {
            // The database away, a silo lost: it stays on record as running, and is begun anew.
            log.LogWarning(e, "The preparation {Name} broke off", Name);
            _state = null;
        }
    }

    private async Task Fail(Failure failure)
    {
        var failed = _state! with { Stage = PreparationStage.Failed, Failure = failure };
        await Tell(failed);
        _state = failed;
    }

    // Nothing, where it was begun for a freezing and is no operation.
    private async Task Tell(PreparationState end)
    {
        if (await OnRecord() is not PreparationStage.Running) return;
        ICommand told = end is { Prepared: { } body }
            ? new FinishPreparation(Name.Id, end.Events, body.ContentHash, body.Figures, body.Changed.Count)
            : new FailPreparation(Name.Id, end.Failure!.Reason, end.Failure.Sentence);
        await Say(told, "End");
    }

    private Task Say(ICommand told, string what) => dispatch.SendAsPlatform(told, $"Preparation/{what}", Guid.CreateVersion7().ToString(), Name.ToString());

    private async Task<PreparationStage?> OnRecord() => (await registers.Find<PreparationRegister>(Name.Stream))?.Stage;

    private async Task<PreparedBody> Compose(PreparationName name, CancellationToken ct)
    {
        var record = await press.Record(name.Report, ct);
        // As it was frozen, where it was frozen at this position; else as it stood there.
        if (record.Select(e => e.Event).Aggregate(Report.Unborn, Report.Evolve).Frozen?.UpTo != name.Position)
            record = [.. record.TakeWhile(e => e.Position <= name.Position)];
        if (record.Count == 0) throw new LedgerException(new Failure(FailureKind.NotFound, "NOT_FOUND", "The report was not prepared yet at that position."));
        var order = await press.Order(name.Report, record, name.Position, ct);
        var document = await press.Compose(order, Read, ct);
        return new(order.Scope.Position, order.Template, document.ContentHash, document.Figures.Count(), [.. document.Changes.Select(c => c.Key)]);
    }

    private Task Read(Reading reading)
    {
        _state = _state! with { Events = reading.Events, Position = reading.Position };
        return Task.CompletedTask;
    }
}

/// <summary>A preparation that is on record is seen to, also when the silo died that recorded it.</summary>
[Hears(typeof(PreparationStarted))]
internal sealed class PreparationsGoOn(ReportPreparations preparations) : IFollowUp
{
    public string Name => "preparations-go-on";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
    {
        if (recorded.Event is PreparationStarted e) await preparations.Of(new(e.Report, e.UpTo)).Keep();
        return [];
    }
}

/// <summary>Begins preparations and waits for them.</summary>
internal sealed class ReportPreparations(IGrainFactory grains)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    public IReportPreparationGrain Of(PreparationName name) => grains.GetGrain<IReportPreparationGrain>(name.ToString());

    /// <summary>How a preparation comes on, until it has ended; it begins when it does not run, also on a silo that took it over.</summary>
    public async IAsyncEnumerable<PreparationState> Watch(PreparationName name, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Tick);
        for (PreparationState? told = null; ;)
        {
            var state = await Of(name).Look() ?? await Of(name).Begin();
            if (state != told) yield return told = state;
            if (state.Stage is not PreparationStage.Running) yield break;
            await timer.WaitForNextTickAsync(ct);
        }
    }

    /// <summary>A report's body, prepared.</summary>
    /// <exception cref="LedgerException">It failed, or was cancelled.</exception>
    public async Task<PreparedBody> Prepared(PreparationName name, CancellationToken ct)
    {
        await Of(name).Begin();
        PreparationState? last = null;
        await foreach (var state in Watch(name, ct)) last = state;
        return last!.Prepared ?? throw new LedgerException(last.Failure ?? new Failure(FailureKind.Refused, "PREPARATION_CANCELLED", "Somebody cancelled the preparation; begin it again."));
    }
}
