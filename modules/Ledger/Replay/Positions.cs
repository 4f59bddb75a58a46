using System.Globalization;
using EqualitiesPlatform.Ledger.Append;
using Npgsql;

namespace EqualitiesPlatform.Ledger.Replay;

/// <summary>
/// Final positions. Positions are drawn before their transactions commit, so the greatest one that can be seen may
/// still have a smaller one come after it. Every append holds a lock shared before it draws; whoever holds that lock
/// alone for a moment knows that none is under way, and that what can be seen then is all there will ever be.
/// </summary>
public sealed class Positions(LedgerDatabase database)
{
    /// <summary>The greatest position, now final: nothing can be recorded at or below it any more.</summary>
    /// <exception cref="LedgerException">Unavailable: an append stayed open for longer than the ledger waits.</exception>
    public async Task<long> Final(CancellationToken ct = default)
    {
        try
        {
            await using var connection = await database.Source.OpenConnectionAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await using (var alone = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection, transaction))
            {
                alone.Parameters.Add(new() { Value = database.Finality });
                await alone.ExecuteNonQueryAsync(ct);
            }
            return await Scalar(connection, "select coalesce(max(seq_id), 0) from mt_events", null, ct);
        }
        catch (Exception e) when (LedgerDatabase.IsAway(e))
        {
            throw LedgerDatabase.Away(e);
        }
    }

    /// <summary>
    /// As <see cref="Final"/>, but where an append is held open this gives up soon, and the other appends don't wait
    /// behind it. Null when it is not known.
    /// </summary>
    internal async Task<long?> FinalNow(CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        try
        {
            await using var alone = new NpgsqlCommand($"set local lock_timeout = '100ms'; select pg_advisory_xact_lock({database.Finality})", connection, transaction);
            await alone.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return null;
        }
        return await Scalar(connection, "select coalesce(max(seq_id), 0) from mt_events", null, ct);
    }

    /// <summary>
    /// What was known at an instant: the greatest position before the first event that was recorded later, and no
    /// greater than what is final now.
    /// </summary>
    public async Task<long> KnownAt(DateTimeOffset instant, CancellationToken ct = default)
    {
        var final = await Final(ct);
        await using var connection = await database.Unbounded.OpenConnectionAsync(ct);
        var first = await Scalar(connection, "select coalesce(min(seq_id), 0) from mt_events where timestamp > $1", instant.ToUniversalTime(), ct);
        return first == 0 ? final : Math.Min(first - 1, final);
    }

    /// <summary>What was known, as callers say it: at a position, on a day (to its end), at an instant; now when nothing is said.</summary>
    /// <exception cref="FieldsException">It is none of these, or a position that has not come yet.</exception>
    public async Task<long> Known(string text, string field, CancellationToken ct = default)
    {
        if (text.Length == 0) return await Final(ct);
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            var final = await Final(ct);
            return position <= final ? position
                : throw new FieldsException([(field, $"The ledger is final up to position {final}; {position} has not come yet.")]);
        }
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? await KnownAt(LedgerClock.EndOf(day), ct)
            : await KnownAt(Instants.Read(text, field), ct);
    }

    private static async Task<long> Scalar(NpgsqlConnection connection, string sql, object? parameter, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (parameter is not null) command.Parameters.Add(new() { Value = parameter });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
