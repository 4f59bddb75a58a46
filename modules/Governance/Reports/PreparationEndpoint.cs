using Equalities.Governance.V1;
using EqualitiesPlatform.Ledger.Replay;
using Grpc.Core;
using Words = Equalities.Governance.V1;

namespace EqualitiesPlatform.Governance;

internal sealed class PreparationEndpoint(Intake intake, ReportPress press, ReportPreparations preparations, Positions positions) : PreparationService.PreparationServiceBase
{
    public override async Task<StartPreparationResponse> StartPreparation(StartPreparationRequest r, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var id = intake.Read(f => f.Id<ReportId>(r.ReportId));
        // Up to the position of the freezing, where there is one: a frozen report is prepared as it was frozen.
        var order = await press.Order(id, await press.Record(id, ct), await positions.Known(r.KnownAt, "known_at", ct), ct);
        var name = new PreparationName(id, order.Scope.Position);
        return new() { Operation = Shown(name, await preparations.Of(name).Begin()) };
    }

    public override async Task<GetOperationResponse> GetOperation(GetOperationRequest r, ServerCallContext context)
    {
        var name = Name(r.Name);
        return new() { Operation = Shown(name, await preparations.Of(name).Look() ?? throw Unknown()) };
    }

    public override async Task WaitOperation(WaitOperationRequest r, IServerStreamWriter<WaitOperationResponse> responseStream, ServerCallContext context)
    {
        var name = Name(r.Name);
        await press.Record(name.Report, context.CancellationToken);
        await foreach (var state in preparations.Watch(name, context.CancellationToken))
            await responseStream.WriteAsync(new() { Events = state.Events, Position = state.Position, Operation = Shown(name, state) });
    }

    public override async Task<CancelOperationResponse> CancelOperation(CancelOperationRequest r, ServerCallContext context)
    {
        var name = Name(r.Name);
        return new() { Operation = Shown(name, await preparations.Of(name).Cancel() ?? throw Unknown()) };
    }

    private PreparationName Name(string name) => intake.Read(f =>
    {
        var parsed = PreparationName.Parse(f.Text(name));
        if (parsed is null) f.Violate("name", "This is not the name of a preparation, such as reports/0198d3a0-0000-7000-8000-000000000000/preparations/4711.");
        return parsed!;
    });

    private static LedgerException Unknown() => new(new Failure(FailureKind.NotFound, "NOT_FOUND", "No preparation of this name has begun, or it ended long ago; start it, and what it computes is the same."));

    private static Operation Shown(PreparationName name, PreparationState state) => new()
    {
        Name = name.ToString(),
        Done = state.Stage is not PreparationStage.Running,
        Stage = Enum.Parse<Words.PreparationStage>(state.Stage.ToString()),
        Progress = new() { Events = state.Events, Position = state.Position, UpTo = name.Position },
        Error = state.Failure?.Sentence ?? "",
        Prepared = state.Prepared is not { } body ? null : new() { ContentHash = body.ContentHash, Figures = body.Figures, Changed = body.Changed.Count },
    };
}
