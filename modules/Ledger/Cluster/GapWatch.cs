using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Replay;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Leads the projections past positions that were drawn by an append which came to nothing. Marten waits for them as
/// long as an append might live, and longer while anybody has any transaction open; the lock of finality tells at once
/// that nothing will ever stand there.
/// </summary>
internal sealed class GapWatch(LedgerDatabase database, Positions positions)
{
    private long _stood = -1;

    /// <summary>Moves Marten's high-water mark to what is final, when it has not moved since the last time and there is more.</summary>
    public async Task Tend(CancellationToken ct)
    {
        var (mark, recorded) = await Read(ct);
        if (mark == _stood && mark < recorded && await positions.FinalNow(ct) is { } final && final > mark) await Move(final, ct);
        _stood = mark;
    }

    private async Task<(long Mark, long Recorded)> Read(CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            "select coalesce((select last_seq_id from mt_event_progression where name = 'HighWaterMark'), 0), coalesce((select max(seq_id) from mt_events), 0)");
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    private async Task Move(long to, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            "update mt_event_progression set last_seq_id = $1, last_updated = transaction_timestamp() where name = 'HighWaterMark' and last_seq_id < $1");
        command.Parameters.Add(new() { Value = to });
        await command.ExecuteNonQueryAsync(ct);
    }
}
