using System.Security.Cryptography;
using System.Text;
using EqualitiesPlatform.Ledger.Append;
using Marten;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace EqualitiesPlatform.Ledger;

/// <summary>The database does not suit this release, or its role may do more than it should; the sentence says what to do.</summary>
public sealed class LedgerSchemaException(string sentence) : Exception(sentence);

/// <summary>
/// The tables, and who may do what with them. They belong to one role, that of <c>ConnectionStrings:Migration</c>, and
/// the application works under another, that of <c>ConnectionStrings:Ledger</c>, which may add to them and change or
/// remove only what is no record: see <see cref="LedgerSql.Changeable"/>. In development the tables are brought up to
/// date at a start that finds others; elsewhere only by <c>build/migrate</c>, and a start checks that they are.
/// </summary>
internal sealed class LedgerSchema(IServiceProvider services, IConfiguration configuration, IHostEnvironment environment) : IHostedService
{
    private readonly string _schema = configuration["Ledger:Schema"] ?? new LedgerOptions().Schema;

    private NpgsqlConnectionStringBuilder Application => new(configuration.GetConnectionString("Ledger")) { SearchPath = _schema };

    private NpgsqlConnectionStringBuilder Owner => new(configuration.GetConnectionString("Migration") ?? Application.ConnectionString)
    {
        SearchPath = _schema, ApplicationName = "equalities-platform migration", Timeout = 5, CommandTimeout = 0, MaxPoolSize = 4,
    };

    private string Role => Application.Username ?? Owner.Username!;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!environment.IsDevelopment()) await DemandCurrent(cancellationToken);
        else if (!await IsCurrent(cancellationToken)) await Migrate(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sees that the database answers, and, outside development, that it suits this release.</summary>
    /// <exception cref="LedgerSchemaException">It does not.</exception>
    /// <exception cref="NpgsqlException">It does not answer.</exception>
    public async Task Check(CancellationToken ct = default)
    {
        if (!environment.IsDevelopment())
        {
            await DemandCurrent(ct);
            return;
        }
        await using var connection = new NpgsqlConnection(Owner.ConnectionString);
        await connection.OpenAsync(ct);
    }

    /// <summary>Brings the tables to this release, one process at a time, and gives the application's role what it needs.</summary>
    public async Task Migrate(CancellationToken ct = default)
    {
        await using var source = NpgsqlDataSource.Create(Owner.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(ct);
        var turn = ClusterSchema.AdvisoryKey("migration:" + _schema);
        await Run(connection, $"select pg_advisory_lock({turn})", ct);
        try
        {
            await Run(connection, $"create schema if not exists {_schema}", ct);
            using var store = Store(source);
            await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync(JasperFx.AutoCreate.CreateOrUpdate);
            foreach (var statement in LedgerSql.Tables) await Run(connection, statement, ct);
            await Run(connection, Sealing.SealingSql.Tables, ct);
            await ClusterSchema.ApplyAsync(source, ct);
            if (Role != Owner.Username) await Grant(connection, Role, ct);
            await using var note = new NpgsqlCommand(
                "insert into ledger_schema (role, digest) values ($1, $2) on conflict (role) do update set digest = excluded.digest", connection);
            note.Parameters.Add(new() { Value = Role });
            note.Parameters.Add(new() { Value = Digest(store) });
            await note.ExecuteNonQueryAsync(ct);
        }
        finally
        {
            await Run(connection, $"select pg_advisory_unlock({turn})", CancellationToken.None);
        }
    }

    private async Task<bool> IsCurrent(CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(Owner.ConnectionString);
        using var store = Store(source);
        await using var command = source.CreateCommand("select digest from ledger_schema where role = $1 and exists (select from pg_roles where rolname = $1)");
        command.Parameters.Add(new() { Value = Role });
        try
        {
            return await command.ExecuteScalarAsync(ct) is string digest && digest == Digest(store);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return false;
        }
    }

    private async Task DemandCurrent(CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(Application.ConnectionString);
        using var store = Store(source);
        await using var command = source.CreateCommand(
            $"""
            select (select digest from ledger_schema where role = current_user),
                   exists (select 1 from pg_class c where c.relnamespace = '{_schema}'::regnamespace and c.relkind in ('r', 'p')
                           and c.relname <> all($1) and c.relname not like 'mt\_doc\_%'
                           and (pg_has_role(c.relowner, 'usage') or has_table_privilege(c.oid, 'update, delete, truncate')))
            """);
        command.Parameters.Add(new() { Value = LedgerSql.Changeable.Select(c => c.Table).ToArray() });
        try
        {
            await using var row = await command.ExecuteReaderAsync(ct);
            await row.ReadAsync(ct);
            if (row.GetBoolean(1))
                throw new LedgerSchemaException($"The database's role {Application.Username} may change what is recorded: give the platform a role of its own in ConnectionStrings__Ledger, and run build/migrate under the role that owns the tables.");
            if (await row.IsDBNullAsync(0, ct) || row.GetString(0) != Digest(store)) throw NotCurrent();
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.InsufficientPrivilege)
        {
            throw NotCurrent();
        }
    }

    private static LedgerSchemaException NotCurrent() =>
        new("The database's tables are not those of this release: run build/migrate, with ConnectionStrings__Migration naming the role that owns them.");

    private DocumentStore Store(NpgsqlDataSource source) => new(LedgerModule.Store(services, source, _schema));

    private static string Digest(IDocumentStore store) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        [store.Storage.ToDatabaseScript(), .. LedgerSql.Tables, Sealing.SealingSql.Tables, ClusterSchema.Script, .. LedgerSql.Changeable.Select(c => c.ToString())]))));

    private async Task Grant(NpgsqlConnection connection, string role, CancellationToken ct)
    {
        var quoted = new NpgsqlCommandBuilder().QuoteIdentifier(role);
        await Enter(connection, role, ct);
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand($"select tablename::text from pg_tables where schemaname = '{_schema}'", connection))
        await using (var rows = await list.ExecuteReaderAsync(ct))
            while (await rows.ReadAsync(ct)) tables.Add(rows.GetString(0));
        var changes = LedgerSql.Changeable.Where(c => tables.Contains(c.Table))
            .Concat(tables.Where(t => t.StartsWith("mt_doc_", StringComparison.Ordinal)).Select(t => (Table: t, May: "update, delete, truncate")));
        await Run(connection, string.Join(";\n",
        [
            $"revoke all on all tables in schema {_schema} from {quoted}",
            $"grant usage on schema {_schema} to {quoted}",
            $"grant select, insert on all tables in schema {_schema} to {quoted}",
            $"revoke insert on ledger_schema, orleansquery from {quoted}",
            $"grant usage, select on all sequences in schema {_schema} to {quoted}",
            $"grant execute on all functions in schema {_schema} to {quoted}",
            .. changes.Select(c => $"grant {c.May} on {c.Table} to {quoted}"),
        ]), ct);
    }

    // A database of one's own has only the role that made it; in a council's, its administrators make both.
    private async Task Enter(NpgsqlConnection connection, string role, CancellationToken ct)
    {
        await using var look = new NpgsqlCommand(
            "select case when not exists (select 1 from pg_roles where rolname = $1) then format('create role %I login password %L', $1::text, $2::text) end", connection);
        look.Parameters.Add(new() { Value = role });
        look.Parameters.Add(new() { Value = Application.Password ?? "" });
        if (await look.ExecuteScalarAsync(ct) is not string create) return;
        try
        {
            await Run(connection, create, ct);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new LedgerSchemaException($"There is no role {role}, and {Owner.Username} may not make it: have the database's administrator do so.");
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation)
        {
            // Another database of the same server was first.
        }
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
