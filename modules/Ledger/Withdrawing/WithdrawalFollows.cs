using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Replay;
using Npgsql;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Something that keeps copies of texts beside the events, such as what was printed. Once a text is gone from its event,
/// it removes the copies that hold it; only then is the withdrawal complete.
/// </summary>
public interface IKeepsCopies
{
    /// <summary>Removes the copies that hold a withdrawn text; a second time finds none.</summary>
    Task RemoveWithdrawn(CancellationToken ct);
}

/// <summary>
/// Takes a text out of the ledger whose withdrawal was confirmed, and tells the record that held it; then its copies go.
/// The text and its salt go; the digest that the leaf is made of stays, and nothing is written unless the leaf is the same
/// afterwards.
/// </summary>
[Hears(typeof(WithdrawalConfirmed), typeof(StatementWithdrawn))]
internal sealed class WithdrawalFollows(LedgerDatabase database, EventReader reader, IEnumerable<IKeepsCopies> copies) : IFollowUp
{
    private const string Erase = "select headers, data from ledger_withdraw($1, $2)";

    public string Name => "withdrawal";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
    {
        switch (recorded.Event)
        {
            case WithdrawalConfirmed confirmed:
                await EraseText(confirmed, ct);
                return [new NoteWithdrawal(confirmed.Of, new WithdrawalId(recorded.Id), confirmed.Version, confirmed.Member)];
            case StatementWithdrawn told:
                foreach (var kept in copies) await kept.RemoveWithdrawn(ct);
                return [new CompleteWithdrawal(told.Withdrawal)];
            default:
                return [];
        }
    }

    /// <summary>Erases the text wherever the record holds the very same one; a second time finds nothing to erase.</summary>
    private async Task EraseText(WithdrawalConfirmed confirmed, CancellationToken ct)
    {
        var history = await reader.StoredStream(confirmed.Of, ct);
        if (SaltedStatement.In(history.Single(e => e.Version == confirmed.Version)).FirstOrDefault(s => s.Member == confirmed.Member) is not { } named) return;
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        foreach (var stored in history)
        {
            var (now, leaf) = (stored, CanonicalEncoding.Leaf(stored));
            foreach (var statement in SaltedStatement.In(stored).Where(s => s.Text == named.Text))
            {
                await using var erase = new NpgsqlCommand(Erase, connection, transaction);
                foreach (var value in new object[] { stored.Position, statement.Member })
                    erase.Parameters.Add(new() { Value = value });
                await using var row = await erase.ExecuteReaderAsync(ct);
                await row.ReadAsync(ct);
                now = now with { Headers = row.GetFieldValue<byte[]>(0), Data = row.GetFieldValue<byte[]>(1) };
            }
            if (!CanonicalEncoding.Leaf(now).AsSpan().SequenceEqual(leaf))
                throw new InvalidOperationException($"Withdrawing a text of {stored.Stream} would change the leaf of its version {stored.Version}; nothing was withdrawn.");
        }
        // The state that was folded before holds the text as well.
        await using (var forget = new NpgsqlCommand("delete from ledger_snapshot where stream = $1", connection, transaction) { Parameters = { new() { Value = confirmed.Of } } })
            await forget.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
