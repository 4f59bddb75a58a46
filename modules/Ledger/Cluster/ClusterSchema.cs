using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace EqualitiesPlatform.Ledger;

/// <summary>
/// The tables through which silos find each other and keep reminders, in the schema
/// that the connection's search_path names.
/// </summary>
internal static class ClusterSchema
{
    /// <summary>Brings the tables up to date. Any number of silos may do so at once.</summary>
    public static async Task ApplyAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);

        // IF NOT EXISTS alone still collides when two sessions create the same table at one moment.
        await using (var turn = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection, transaction))
        {
            turn.Parameters.Add(new() { Value = AdvisoryKey("cluster-schema") });
            await turn.ExecuteNonQueryAsync(cancellation);
        }

        await using (var script = new NpgsqlCommand(Script, connection, transaction))
            await script.ExecuteNonQueryAsync(cancellation);

        await transaction.CommitAsync(cancellation);
    }

    /// <summary>The advisory lock number for a purpose: the same on every silo and in every release.</summary>
    internal static long AdvisoryKey(string purpose) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("equalities:" + purpose)));

    /// <summary>The statements that make the tables, and what the providers read from them.</summary>
    public static string Script { get; } = Read();

    private static string Read()
    {
        using var stream = typeof(ClusterSchema).Assembly.GetManifestResourceStream("orleans.sql")
            ?? throw new InvalidOperationException("orleans.sql is not embedded in the Ledger assembly.");
        return new StreamReader(stream).ReadToEnd();
    }
}
