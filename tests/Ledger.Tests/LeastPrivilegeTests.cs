using EqualitiesPlatform.Ledger.Append;
using Npgsql;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>What the role that the platform works under may do in the database, and which database a release starts on.</summary>
public sealed class LeastPrivilegeTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private readonly string _application = new NpgsqlConnectionStringBuilder(silo.Database.ApplicationConnectionString) { SearchPath = "ledger", Pooling = false }.ConnectionString;

    [Fact]
    public async Task It_may_add_to_every_record_and_change_or_remove_none()
    {
        var records = await silo.Database.ScalarAsync<string[]>(
            "select array_agg(tablename::text order by tablename) from pg_tables where schemaname = 'ledger' and tablename <> all($1) and tablename not like 'mt\\_doc\\_%'",
            (object)LedgerSql.Changeable.Select(c => c.Table).ToArray());
        records.Should().Contain(["mt_events", "ledger_request", "ledger_access", "ledger_leaf", "ledger_checkpoint"]);
        var allowed = new List<string>();
        foreach (var table in records)
        {
            var column = await silo.Database.ScalarAsync<string>("select attname::text from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum desc limit 1", table);
            foreach (var sql in new[] { $"update {table} set {column} = {column}", $"delete from {table}", $"truncate {table}", $"drop table {table}", $"alter table {table} disable trigger all" })
                if (await Failure(sql) is var state and not PostgresErrorCodes.InsufficientPrivilege) allowed.Add($"{sql}: {state}");
        }
        allowed.Should().BeEmpty();
    }

    [Theory]
    [InlineData("delete from mt_streams")]
    [InlineData("truncate mt_streams")]
    [InlineData("select setval('mt_events_sequence', 1)")]
    [InlineData("create table ledger.mine (x int)")]
    [InlineData("create or replace function ledger.mine() returns int language sql as 'select 1'")]
    [InlineData("select ledger_withdraw(1, 'wording')")]
    [InlineData("update orleansquery set querytext = 'select 1'")]
    [InlineData("insert into ledger_schema values ('mine', '')")]
    [InlineData("grant update on mt_events to current_user")]
    [InlineData("alter default privileges in schema ledger grant update on tables to public; create table ledger.mine (x int)")]
    public async Task It_may_not(string sql)
    {
        // A grant of what one does not hold is a warning and no error: what counts is that nothing was granted.
        if (sql.StartsWith("grant", StringComparison.Ordinal)) await Failure(sql);
        else (await Failure(sql)).Should().Be(PostgresErrorCodes.InsufficientPrivilege);
        (await Failure("update mt_events set version = version")).Should().Be(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Outside_development_it_starts_only_on_tables_of_its_release_and_under_a_role_that_can_change_no_record()
    {
        await using var database = await OwnDatabase.CreateAsync();
        async Task<string> Refusal(string connection) => (await FluentActions.Awaiting(() => LedgerHost.StartAsync(database, environment: "Production", migrate: false, connection: connection))
            .Should().ThrowAsync<LedgerSchemaException>()).Which.Message;

        (await Refusal(database.ConnectionString)).Should().Contain("build/migrate", "there is no table yet");
        await using (await LedgerHost.StartAsync(database)) { }
        await using (await LedgerHost.StartAsync(database, environment: "Production", migrate: false)) { }
        (await Refusal(database.ConnectionString)).Should().Contain("may change what is recorded");
        await database.ExecuteAsync("update ledger_schema set digest = 'of another release'");
        (await Refusal(database.ApplicationConnectionString)).Should().Contain("build/migrate");
    }

    [Fact]
    public async Task A_start_on_tables_of_its_release_and_a_migration_leave_writers_alone()
    {
        await using var database = await OwnDatabase.CreateAsync();
        await using var serving = await LedgerHost.StartAsync(database);
        var counter = await serving.OpenAsync();

        // Where an append stands that has changed streams and comes to due days next.
        await using var writer = await database.Source.OpenConnectionAsync();
        await using var append = await writer.BeginTransactionAsync();
        await Execute("update mt_streams set version = version");
        await using (await LedgerHost.StartAsync(database).WaitAsync(TimeSpan.FromSeconds(60))) { }

        var migration = serving.Services.MigrateLedger();
        await Eventually.BecomesTrueAsync(async () => await database.ScalarAsync<bool>("select exists (select 1 from pg_locks where not granted and relation = 'mt_streams'::regclass)"), "the migration waits for the append");
        await Execute("set local lock_timeout = '5s'; update ledger_wake set due = due");
        await append.CommitAsync();
        await migration;
        await serving.SendAsync(new Count(counter, 1, "after"), "after");

        async Task Execute(string sql)
        {
            await using var command = new NpgsqlCommand(sql, writer, append);
            await command.ExecuteNonQueryAsync();
        }
    }

    private async Task<string?> Failure(string sql)
    {
        await using var connection = new NpgsqlConnection(_application);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        try
        {
            await command.ExecuteNonQueryAsync();
            return null;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }
}
