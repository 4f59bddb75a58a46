using EqualitiesPlatform.Ledger.Append;
using Equalities.Ledger.V1;
using Grpc.Core;

namespace EqualitiesPlatform.Ledger;

internal sealed class RegisterEndpoint(
    ProjectionLag lag, AnyRegister registers, RegisterRebuild rebuild, LedgerDatabase database, Marten.IDocumentStore store, Catalogue catalogue)
    : RegisterService.RegisterServiceBase
{
    private static readonly TimeSpan Pulse = TimeSpan.FromMilliseconds(500);

    public override async Task<ReadRegistersResponse> ReadRegisters(ReadRegistersRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var (recorded, reached) = await lag.ReadAsync(ct);
        var answer = new ReadRegistersResponse { RecordedPosition = recorded, ReachedPosition = reached };
        // How many cases there are is told by protected tables only.
        foreach (var register in registers.All.Where(r => catalogue.Sees(Caller.Of(context).Actor.Role, $"{r.Kind}/")).OrderBy(r => r.Name, StringComparer.Ordinal))
        {
            await using var count = database.Unbounded.CreateCommand($"select count(*) from {store.Options.Schema.For(register.Document)}");
            answer.Registers.Add(new RegisterState { Name = register.Name, Kind = register.Kind, Documents = (long)(await count.ExecuteScalarAsync(ct))! });
        }
        return answer;
    }

    public override async Task RebuildRegisters(
        RebuildRegistersRequest request, IServerStreamWriter<RebuildRegistersResponse> responseStream, ServerCallContext context)
    {
        var asked = await rebuild.Ask(context.CancellationToken);
        while (true)
        {
            var progress = await rebuild.Read(asked, context.CancellationToken);
            var answer = new RebuildRegistersResponse { Streams = progress.Streams, OfStreams = progress.OfStreams, Events = progress.Events, Done = progress.Done };
            if (progress.Failure is { } failure) answer.Findings.Add(failure);
            await responseStream.WriteAsync(answer, context.CancellationToken);
            if (progress.Done) return;
            await Task.Delay(Pulse, context.CancellationToken);
        }
    }
}
