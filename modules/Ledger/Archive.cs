using EqualitiesPlatform.Ledger.Append;
using NpgsqlTypes;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// Files that were given out and can't be made again to the byte, each under its SHA-256 in hexadecimal, which an event
/// names. They are added and read, and never changed.
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
            await using var command = _database.Source.CreateCommand("insert into ledger_archive (sha256, content) values ($1, $2) on conflict do nothing");
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
