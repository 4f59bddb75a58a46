using EqualitiesPlatform.Ledger.Append;
using NpgsqlTypes;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Files that were given out and can't be made again to the byte, each under its SHA-256 in hexadecimal, which an event
/// names. They are never changed, and go for one reason only: a text in them was withdrawn. A file is loose until an event
/// is seen to name it, and swept away when none ever does.
/// </summary>
public sealed class Archive
{
    private readonly LedgerDatabase _database;

    internal Archive(LedgerDatabase database) => _database = database;

    /// <summary>Keeps a file, once.</summary>
    /// <exception cref="LedgerException">Unavailable.</exception>
    public async Task<string> Keep(byte[] content, CancellationToken ct)
    {
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        try
        {
            await using var command = _database.Source.CreateCommand("insert into ledger_archive (sha256, content, kept_after) values ($1, $2, (select coalesce(max(seq_id), 0) from mt_events)) on conflict do nothing");
            command.Parameters.Add(new() { Value = sha256 });
            command.Parameters.Add(new() { Value = content, NpgsqlDbType = NpgsqlDbType.Bytea });
            await command.ExecuteNonQueryAsync(ct);
            return sha256;
        }
        catch (Exception e) when (LedgerDatabase.IsAway(e))
        {
            throw LedgerDatabase.Away(e);
        }
    }

    /// <summary>Removes a file that holds what must not stand any more; its name stays in the event.</summary>
    public async Task Remove(string sha256, CancellationToken ct)
    {
        await using var command = _database.Source.CreateCommand("delete from ledger_archive where sha256 = $1");
        command.Parameters.Add(new() { Value = sha256 });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// Takes away the files that have been loose for so long and that no event names: whatever they were made for ended
    /// before it came into the ledger. Only what was recorded after a file was kept can name it. Gives how many.
    /// </summary>
    public async Task<int> Sweep(TimeSpan old, CancellationToken ct = default)
    {
        await using var command = _database.Unbounded.CreateCommand(
            """
            with loose as (
              select a.sha256, exists (select from mt_events where seq_id > a.kept_after and position(a.sha256 in data::text) > 0) as named
              from ledger_archive a where a.loose_since <= now() - $1
            ), settled as (update ledger_archive set loose_since = null where sha256 in (select sha256 from loose where named))
            delete from ledger_archive where sha256 in (select sha256 from loose where not named)
            """);
        command.Parameters.Add(new() { Value = old });
        return await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>A file that was kept; null when there is none.</summary>
    /// <exception cref="LedgerException">Unavailable.</exception>
    public async Task<byte[]?> Find(string sha256, CancellationToken ct)
    {
        try
        {
            await using var command = _database.Source.CreateCommand("select content from ledger_archive where sha256 = $1");
            command.Parameters.Add(new() { Value = sha256 });
            return (byte[]?)await command.ExecuteScalarAsync(ct);
        }
        catch (Exception e) when (LedgerDatabase.IsAway(e))
        {
            throw LedgerDatabase.Away(e);
        }
    }
}
