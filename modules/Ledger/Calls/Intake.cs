using Equalities.Ledger.V1;
using EqualitiesPlatform.Ledger.Replay;
using Google.Protobuf;
using Grpc.Core;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// How an endpoint takes a request. For a write: read the fields into a command, all bad ones at once; resolve the
/// occasion, with the actor from the token; send; answer with the receipt. Every write request has <c>request_id</c>
/// and may have <c>expected_version</c>; every write response has <c>receipt</c>.
/// </summary>
public sealed class Intake(Dispatch dispatch, Registers registers, IPolicy policy, EventReader reader)
{
    /// <summary>Takes a write.</summary>
    /// <exception cref="FieldsException">Fields that can't be read.</exception>
    /// <exception cref="LedgerException">The command was not done, or that isn't known.</exception>
    public Task<TResponse> Write<TResponse>(ServerCallContext context, IMessage request, Func<WriteFields, ICommand> read)
        where TResponse : IMessage, new() =>
        Write<TResponse>(context, request, fields => Task.FromResult(read(fields)));

    /// <summary>Takes a write whose command needs to be looked up for; fields are done with before that.</summary>
    /// <exception cref="FieldsException">Fields that can't be read.</exception>
    /// <exception cref="LedgerException">The command was not done, or that isn't known.</exception>
    public async Task<TResponse> Write<TResponse>(ServerCallContext context, IMessage request, Func<WriteFields, Task<ICommand>> read)
        where TResponse : IMessage, new()
    {
        var caller = Caller.Of(context);
        var fields = new WriteFields(request, policy.Namespace, caller.Actor, context.Method);
        var command = await read(fields);
        var misnamed = await fields.Misnamed(reader, context.CancellationToken);

        var occasion = dispatch.OccasionOf(caller.Actor, fields.RequestId, caller.Correlation);
        var response = new TResponse();
        response.Descriptor.FindFieldByName("receipt").Accessor.SetValue(
            response, Shown(await dispatch.Send(command, new Envelope(occasion, context.Method, fields.ExpectedVersion, misnamed))));
        return response;
    }

    /// <summary>Reads the fields of a request that writes nothing.</summary>
    /// <exception cref="FieldsException">Fields that can't be read.</exception>
    public T Read<T>(Func<Fields, T> read)
    {
        var fields = new Fields(policy.Namespace);
        var value = read(fields);
        fields.Done();
        return value;
    }

    /// <summary>One thing as it is now, for a caller: not found, or, for a caller limited to an organisation, not theirs.</summary>
    /// <exception cref="LedgerException">NotFound or NotYours.</exception>
    public async Task<TDocument> Get<TDocument>(ServerCallContext context, string stream, string what)
        where TDocument : class, IRegister<TDocument>
    {
        var document = await registers.Find<TDocument>(stream, ct: context.CancellationToken);
        Caller.Of(context).Demand(document?.Organisations);
        if (document is null) throw new LedgerException(FailureKind.NotFound, "NOT_FOUND", $"There is no such {what}.");
        AccessLog.Note(context, document.Id, document.Version);
        return document;
    }

    /// <summary>A page of a list, within what its caller may see. The request has the five standard fields of a list.</summary>
    /// <param name="also">A further filter that goes with the caller's own.</param>
    /// <param name="seenBy">Only what one of these may see; null for everything.</param>
    /// <exception cref="FieldsException">A filter, page size or page token that can't be read.</exception>
    public async Task<Page<TDocument>> List<TDocument>(ServerCallContext context, IMessage request, string also = "", IReadOnlyList<Guid>? seenBy = null)
        where TDocument : class, IRegister<TDocument>
    {
        T Field<T>(string name) => (T)request.Descriptor.FindFieldByName(name).Accessor.GetValue(request);
        var page = await registers.List<TDocument>(
            new ListTerms(
                ListFilter.Both(Field<string>("filter"), also), Field<int>("page_size"), Field<string>("page_token"), Field<long>("at_least_position"),
                Caller.Of(context).Actor.Organisation, seenBy),
            context.CancellationToken);
        foreach (var document in page.Items) AccessLog.Note(context, document.Id, document.Version);
        return page;
    }

    private static Receipt Shown(WriteReceipt receipt) =>
        new() { Stream = receipt.Stream, Version = receipt.Version, Position = receipt.Position };
}
