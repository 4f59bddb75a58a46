using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>How far a preparation has come.</summary>
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

/// <summary>What a preparation computes: one report, up to one position. Its name says it all, so it can begin again anywhere.</summary>
/// <param name="Report">The report.</param>
/// <param name="Position">The final position.</param>
internal sealed record PreparationName(ReportId Report, long Position)
{
    /// <summary>The name, such as reports/0198…/preparations/4711.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"reports/{Report}/preparations/{Position}");

    /// <summary>A name read back; null when it is none.</summary>
    public static PreparationName? Parse(string name) =>
        name.Split('/') is ["reports", var report, "preparations", var position] && TypedId.TryParse<ReportId>(report, out var id)
        && long.TryParse(position, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var at)
            ? new(id, at)
            : null;
}

/// <summary>Prepares one report up to one position, on one silo, while callers come and go.</summary>
internal interface IReportPreparationGrain : IGrainWithStringKey
{
    /// <summary>Begins, unless it runs or is done; a preparation that was cancelled, failed or lost its silo begins again.</summary>
    Task<PreparationState> Begin();

    /// <summary>How far it is; null when it never began here.</summary>
    Task<PreparationState?> Look();

    /// <summary>Ends it, unless it is done.</summary>
    Task<PreparationState?> Cancel();
}

internal sealed class ReportPreparationGrain(ReportPress press) : Grain, IReportPreparationGrain
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private PreparationState? _state;
    private CancellationTokenSource? _cancel;
    private Task _running = Task.CompletedTask;

    public Task<PreparationState> Begin()
    {
        if (_state is null or { Stage: PreparationStage.Cancelled or PreparationStage.Failed })
        {
            _cancel = new CancellationTokenSource();
            _state = new(PreparationStage.Running, 0, 0, null, null);
            _running = Prepare(PreparationName.Parse(this.GetPrimaryKeyString())!, _cancel.Token);
            DelayDeactivation(Kept);
        }
        return Task.FromResult(_state);
    }

    public Task<PreparationState?> Look() => Task.FromResult(_state);

    public async Task<PreparationState?> Cancel()
    {
        if (_cancel is not null) await _cancel.CancelAsync();
        await _running;
        return _state;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_cancel is not null) await _cancel.CancelAsync();
    }

    // The composition runs beside the grain, which answers meanwhile; its outcome comes back to the grain's own turn.
    private async Task Prepare(PreparationName name, CancellationToken ct)
    {
        try
        {
            var prepared = await Task.Run(() => Compose(name, ct), ct);
            _state = _state! with { Stage = PreparationStage.Done, Prepared = prepared };
        }
        catch (OperationCanceledException)
        {
            _state = _state! with { Stage = PreparationStage.Cancelled };
        }
        catch (LedgerException e)
        {
            _state = _state! with { Stage = PreparationStage.Failed, Failure = e.Failure };
        }
        catch (FieldsException e)
        {
            _state = _state! with { Stage = PreparationStage.Failed, Failure = new(FailureKind.Refused, "NOT_TO_BE_PREPARED", e.Message) };
        }
    }

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
