using EqualitiesPlatform.Ledger.Append;
using Marten;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace EqualitiesPlatform.Ledger;

/// <summary>Brings the database to this release's tables before anything else starts; one silo at a time.</summary>
internal sealed class LedgerSchema(IDocumentStore store, LedgerDatabase database) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.Unbounded.OpenConnectionAsync(cancellationToken);
        await Run(connection, $"select pg_advisory_lock({database.Migration})", cancellationToken);
        try
        {
            await Run(connection, $"create schema if not exists {database.Schema}", cancellationToken);
            await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync(JasperFx.AutoCreate.CreateOrUpdate);
            await Run(connection, LedgerSql.Tables, cancellationToken);
            await Run(connection, Sealing.SealingSql.Tables, cancellationToken);
        }
        finally
        {
            await Run(connection, $"select pg_advisory_unlock({database.Migration})", CancellationToken.None);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
