using Equalities.Governance.V1;
using EqualitiesPlatform.Ledger.Replay;
using Grpc.Core;
using Words = Equalities.Governance.V1;

namespace EqualitiesPlatform.Governance;

internal sealed class PreparationEndpoint(Intake intake, Registers registers, ReportPress press, ReportPreparations preparations, Positions positions)
    : PreparationService.PreparationServiceBase
{
    public override async Task<StartPreparationResponse> StartPreparation(StartPreparationRequest r, ServerCallContext context)
    {
        var response = await intake.Write<StartPreparationResponse>(context, r, async f =>
        {
            var (ct, id) = (context.CancellationToken, f.Id<ReportId>(r.ReportId));
            f.Done();
            // Up to the position of the freezing, where there is one: a frozen report is prepared as it was frozen.
            var order = await press.Order(id, await press.Record(id, ct), await positions.Known(r.KnownAt, "known_at", ct), ct);
            return new StartPreparation(id, r.KnownAt, order.Scope.Position);
        });
        // By the receipt: a request that is sent again finds what it began, however far the ledger has come since.
        var operation = (await registers.Find<PreparationRegister>(response.Receipt.Stream, ct: context.CancellationToken))!;
        await preparations.Of(operation.Name).Keep();
        response.Operation = await Now(operation.Name, context);
        return response;
    }

    public override async Task<GetOperationResponse> GetOperation(GetOperationRequest r, ServerCallContext context) =>
        new() { Operation = await Now(Name(r.Name), context) };

    public override async Task<ListOperationsResponse> ListOperations(ListOperationsRequest r, ServerCallContext context)
    {
        var page = await intake.List<PreparationRegister>(context, r);
        return new() { Operations = { await Task.WhenAll(page.Items.Select(Shown)) }, NextPageToken = page.NextPageToken };
    }

    public override async Task WaitOperation(WaitOperationRequest r, IServerStreamWriter<WaitOperationResponse> responseStream, ServerCallContext context)
    {
        var name = Name(r.Name);
        var operation = await Now(name, context);
        while (!operation.Done)
        {
            await preparations.Of(name).Keep();
            await foreach (var state in preparations.Watch(name, context.CancellationToken))
                if (state.Stage is PreparationStage.Running) await responseStream.WriteAsync(Said(Shown(await OnRecord(name, context), state)));
            operation = await Now(name, context);
        }
        await responseStream.WriteAsync(Said(operation));
    }

    public override async Task<CancelOperationResponse> CancelOperation(CancelOperationRequest r, ServerCallContext context)
    {
        var name = Name(r.Name);
        var response = await intake.Write<CancelOperationResponse>(context, r, _ => new CancelPreparation(name.Id));
        response.Operation = await Now(name, context);
        if (response.Operation.Stage is Words.PreparationStage.Cancelled) await preparations.Of(name).Cancel();
        return response;
    }

    public override Task<DeleteOperationResponse> DeleteOperation(DeleteOperationRequest r, ServerCallContext context)
    {
        var name = Name(r.Name);
        return intake.Write<DeleteOperationResponse>(context, r, _ => new DiscardPreparation(name.Id));
    }

    private PreparationName Name(string name) => intake.Read(f =>
    {
        var parsed = PreparationName.Parse(f.Text(name));
        if (parsed is null) f.Violate("name", "This is not the name of a preparation, such as reports/0198d3a0-0000-7000-8000-000000000000/preparations/4711.");
        return parsed!;
    });

    private async Task<Operation> Now(PreparationName name, ServerCallContext context) => await Shown(await OnRecord(name, context));

    private Task<PreparationRegister> OnRecord(PreparationName name, ServerCallContext context) => intake.Get<PreparationRegister>(context, name.Stream, "preparation");

    private async Task<Operation> Shown(PreparationRegister preparation) =>
        Shown(preparation, preparation.Stage is PreparationStage.Running ? await preparations.Of(preparation.Name).Look() : null);

    private static Operation Shown(PreparationRegister preparation, PreparationState? under) => new()
    {
        Name = preparation.Name.ToString(),
        ReportId = preparation.Report.ToString(),
        Done = preparation.Stage is not PreparationStage.Running,
        Stage = Enum.Parse<Words.PreparationStage>(preparation.Stage.ToString()),
        Progress = new()
        {
            Events = preparation.Finished?.Events ?? under?.Events ?? 0,
            Position = preparation.Finished is null ? under?.Position ?? 0 : preparation.UpTo,
            UpTo = preparation.UpTo,
        },
        Error = preparation.Error,
        Prepared = preparation.Finished is not { } body ? null : new() { ContentHash = body.ContentHash, Figures = body.Figures, Changed = body.Changed },
        StartedAt = CanonicalEncoding.Instant(preparation.StartedAt),
        EndedAt = preparation.EndedAt is { } ended ? CanonicalEncoding.Instant(ended) : "",
        Attempt = preparation.Times,
        Version = preparation.Version,
    };

    private static WaitOperationResponse Said(Operation operation) =>
        new() { Events = operation.Progress.Events, Position = operation.Progress.Position, Attempt = operation.Attempt, Operation = operation };
}
