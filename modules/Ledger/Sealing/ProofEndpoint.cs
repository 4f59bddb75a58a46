using EqualitiesPlatform.Ledger.Replay;
using Equalities.Ledger.V1;
using Google.Protobuf;
using Grpc.Core;

namespace EqualitiesPlatform.Ledger.Sealing;

internal sealed class ProofEndpoint(SealedLog log, Receipts receipts, CheckpointKeys keys, EventReader reader, Catalogue catalogue, AnyRegister registers, IPolicy policy)
    : ProofService.ProofServiceBase
{
    private const int LeavesAMessage = 500;
    private const int BytesAMessage = 512 * 1024;

    public override async Task<LatestCheckpointResponse> LatestCheckpoint(LatestCheckpointRequest request, ServerCallContext context)
    {
        var latest = await Latest(context, request.Cosignatures);
        return new()
        {
            Note = latest.Note,
            Size = latest.Size,
            PublicKeys = { keys.Known.Select(k => k.ToString()) },
            Witnesses =
            {
                (await log.Witnesses(context.CancellationToken)).Select(w => new Equalities.Ledger.V1.WitnessStanding
                {
                    Name = w.Name, Size = w.Size, SeenAt = CanonicalEncoding.Instant(w.At), Problem = w.Problem,
                }),
            },
        };
    }

    public override async Task<InclusionProofResponse> InclusionProof(InclusionProofRequest request, ServerCallContext context)
    {
        var size = await Size(request.Size, context);
        if (request.Index < 0 || request.Index >= size) throw new FieldsException([("index", $"The log of size {size} has leaves 0 to {size - 1}.")]);
        return new() { Size = size, Hashes = { Bytes(await log.Inclusion(request.Index, size, context.CancellationToken)) } };
    }

    public override async Task<ConsistencyProofResponse> ConsistencyProof(ConsistencyProofRequest request, ServerCallContext context)
    {
        var size = await Size(request.Size, context);
        if (request.OldSize < 0 || request.OldSize > size) throw new FieldsException([("old_size", $"It is 0 to {size}.")]);
        return new() { Size = size, Hashes = { Bytes(await log.Consistency(request.OldSize, size, context.CancellationToken)) } };
    }

    public override async Task<GetReceiptResponse> GetReceipt(GetReceiptRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        if (request.Version < 0 || request.Position < 0 || request.Version == 0 == (request.Position == 0))
            throw new FieldsException([("version", "Name the event by its version or by its position, from 1, and not by both.")]);
        var stream = catalogue.Seen(Caller.Of(context), StreamNames.Read(request.Stream, catalogue, policy));
        var history = await reader.StoredStream(stream, ct);
        if (Caller.Of(context) is { Actor.Organisation: not null } limited)
            limited.Demand(registers.Fold(StreamKey.KindOf(stream), history.Select(catalogue.Read))?.Organisations);
        var stored = history.FirstOrDefault(e => request.Version > 0 ? e.Version == request.Version : e.Position == request.Position)
            ?? throw new LedgerException(FailureKind.NotFound, "NOT_FOUND", "There is no such event.");

        AccessLog.Note(context, stream, stored.Version);
        var receipt = await receipts.Of(stored, request.Cosignatures, ct);
        var response = new GetReceiptResponse { Proof = receipt.Proof, Leaf = ByteString.CopyFromUtf8(receipt.Leaf), Position = stored.Position };
        response.Statements.AddRange(Statements(stored, LogProof.Parse(receipt.Proof).Index));
        return response;
    }

    public override async Task ReadLeaves(ReadLeavesRequest request, IServerStreamWriter<ReadLeavesResponse> responseStream, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var latest = await Latest(context, request.Cosignatures);
        var to = request.ToPosition == 0 ? long.MaxValue : request.ToPosition;
        var (first, end) = await log.IndexesOf(Math.Max(1, request.FromPosition), to, latest.Size, ct);
        if (first >= end) throw new LedgerException(FailureKind.NotFound, "NOTHING_SEALED", "No sealed event has a position in that range.");
        var message = new ReadLeavesResponse
        {
            FirstIndex = first,
            Note = latest.Note,
            Around = { Bytes(await log.Around(first, end, latest.Size, ct)) },
            PublicKeys = { keys.Known.Select(k => k.ToString()) },
        };
        var (index, bytes) = (first, 0);
        var sending = Task.CompletedTask;
        await foreach (var stored in reader.Stored(new EventRange(Math.Max(1, request.FromPosition), to, Take: (int)(end - first)), ct))
        {
            var leaf = CanonicalEncoding.Leaf(stored);
            message.Positions.Add(stored.Position);
            // What leaves the platform for good shows nobody what is confidential, and still proves it.
            if (catalogue.IsConfidential(stored.Stream))
            {
                message.Leaves.Add("");
                message.Confidential.Add(ByteString.CopyFrom(Merkle.Leaf(leaf)));
            }
            else
            {
                message.Leaves.Add(System.Text.Encoding.UTF8.GetString(leaf));
                message.Statements.AddRange(Statements(stored, index));
                message.Withdrawn.AddRange(SaltedStatement.WithdrawnFrom(stored).Select(member => new WithdrawnText { Index = index, Member = member }));
            }
            index++;
            bytes += leaf.Length;
            if (message.Leaves.Count < LeavesAMessage && bytes < BytesAMessage) continue;
            await sending;
            sending = responseStream.WriteAsync(message, ct);
            (message, bytes) = (new ReadLeavesResponse(), 0);
        }
        await sending;
        if (message.Leaves.Count > 0) await responseStream.WriteAsync(message, ct);
    }

    /// <summary>The texts that an event's leaf holds as digests, and that have not been withdrawn.</summary>
    internal static IEnumerable<Statement> Statements(StoredEvent stored, long index) =>
        SaltedStatement.In(stored).Select(s => new Statement { Index = index, Member = s.Member, Salt = s.Salt, Text = s.Text });

    private async Task<long> Size(long asked, ServerCallContext context)
    {
        var latest = (await Latest(context)).Size;
        if (asked < 0 || asked > latest) throw new FieldsException([("size", $"The log's size is {latest}; 0 means that.")]);
        return asked == 0 ? latest : asked;
    }

    private async Task<KeptCheckpoint> Latest(ServerCallContext context, int cosignatures = 0) =>
        await log.Latest(cosignatures, context.CancellationToken)
        ?? throw new LedgerException(FailureKind.NotFound, "NOTHING_SEALED", cosignatures > 0 ? $"No checkpoint carries the cosignatures of {cosignatures} witnesses." : "Nothing is sealed yet.");

    private static IEnumerable<ByteString> Bytes(IEnumerable<byte[]> hashes) => hashes.Select(ByteString.CopyFrom);
}
