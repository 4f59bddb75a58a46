using System.Text;
using EqualitiesPlatform.Ledger.Replay;

namespace EqualitiesPlatform.Ledger.Sealing;

/// <summary>The proof that one event is in the sealed log; it is checked with neither the platform nor its database.</summary>
/// <param name="Position">The event's position.</param>
/// <param name="Proof">Inclusion proof and signed checkpoint, in the form of C2SP tlog-proof.</param>
/// <param name="Leaf">The event's leaf, of whose UTF-8 bytes the proof speaks: statements stand in it as digests.</param>
public sealed record EventReceipt(long Position, string Proof, string Leaf);

/// <summary>
/// Receipts for recorded events. An issued report embeds the receipt for its freeze: ask for it with the position that
/// the freeze was acknowledged with, and keep it, since a later one leads to a later checkpoint and so has other bytes.
/// </summary>
public sealed class Receipts(SealedLog log, EventReader reader)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The receipt for the event at a position; waits until the event is sealed, which takes part of a second.</summary>
    /// <exception cref="LedgerException">
    /// NotFound: no event has this position. Refused, TOO_FEW_WITNESSES: the ledger asks fewer witnesses. Unavailable, NOT_SEALED_YET:
    /// five seconds did not do.
    /// </exception>
    public async Task<EventReceipt> Of(long position, CancellationToken ct = default) => await Of(position, 0, ct);

    /// <inheritdoc cref="Of(long, CancellationToken)"/>
    /// <param name="position">The event's position.</param>
    /// <param name="cosignatures">How many witnesses must have cosigned the checkpoint.</param>
    public async Task<EventReceipt> Of(long position, int cosignatures, CancellationToken ct = default)
    {
        await foreach (var stored in reader.Stored(new EventRange(Positions: [position]), ct)) return await Of(stored, cosignatures, ct);
        throw new LedgerException(FailureKind.NotFound, "NOT_FOUND", "There is no such event.");
    }

    /// <summary>How many witnesses cosigned the checkpoint of a receipt.</summary>
    public static int Cosignatures(string proof)
    {
        var note = SignedNote.Parse(LogProof.Parse(proof).Note);
        var log = Checkpoint.Parse(note.Text).Origin;
        return note.Signatures.Count(s => s.Name != log);
    }

    internal async Task<EventReceipt> Of(StoredEvent stored, int cosignatures, CancellationToken ct)
    {
        if (cosignatures > 0 && (await log.Witnesses(ct)).Count is var witnesses && witnesses < cosignatures)
            throw new LedgerException(FailureKind.Refused, "TOO_FEW_WITNESSES", $"Cosignatures demanded: {cosignatures}; witnesses that the ledger asks: {witnesses}.");
        // The sealer may be another silo's; it comes by several times a second.
        using var timer = new PeriodicTimer(SealingLease.Tick / 4);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            if (await log.Receipt(stored.Position, cosignatures, ct) is { } proof)
                return new EventReceipt(stored.Position, proof, Encoding.UTF8.GetString(CanonicalEncoding.Leaf(stored)));
            if (System.Diagnostics.Stopwatch.GetElapsedTime(started) > Patience)
                throw new LedgerException(FailureKind.Unavailable, "NOT_SEALED_YET",
                    cosignatures > 0 ? $"The event is recorded, and {cosignatures} witnesses have not cosigned it yet; ask again in a moment." : "The event is recorded, and not sealed yet; ask again in a moment.");
            await timer.WaitForNextTickAsync(ct);
        }
    }
}
