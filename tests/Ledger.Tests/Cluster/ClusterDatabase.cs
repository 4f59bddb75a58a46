using Npgsql;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>A schema of its own on the real server that ConnectionStrings__Ledger names, gone with the test.</summary>
internal sealed class ClusterDatabase : IAsyncDisposable
{
    private ClusterDatabase(string server, string schema)
    {
        Schema = schema;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { SearchPath = schema, ApplicationName = schema }.ConnectionString;
        Source = NpgsqlDataSource.Create(ConnectionString);
    }

    public string Schema { get; }

    public string ConnectionString { get; }

    public NpgsqlDataSource Source { get; }

    public static async Task<ClusterDatabase> CreateAsync()
    {
        var server = Environment.GetEnvironmentVariable("ConnectionStrings__Ledger")
            ?? throw new InvalidOperationException("ConnectionStrings__Ledger must name a PostgreSQL database for these tests.");
        var database = new ClusterDatabase(server, $"cluster_{Guid.NewGuid():N}");
        await database.ExecuteAsync($"CREATE SCHEMA {database.Schema}");
        return database;
    }

    public async Task<int> ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync($"DROP SCHEMA {Schema} CASCADE");
        await Source.DisposeAsync();
    }
}
