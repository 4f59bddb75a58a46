using System.Net.Sockets;
using Npgsql;

namespace EqualitiesPlatform.Ledger.Append;

/// <summary>
/// The ledger's connections: every one is bounded on the server, so that a silo that freezes or is cut off lets go of
/// what it held.
/// </summary>
public sealed class LedgerDatabase : IAsyncDisposable
{
    /// <summary>How long a statement, or an idle transaction, may last on the server.</summary>
    internal const int PatienceMilliseconds = 4000;

    private readonly Openings _openings = new(TimeProvider.System);

    internal LedgerDatabase(string connectionString, string schema)
    {
        Schema = schema;
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            SearchPath = schema,
            ApplicationName = "equalities-platform",
            Timeout = 5,
        };
        // Together below the hundred connections that PostgreSQL gives unless told otherwise.
        var most = settings.MaxPoolSize;
        settings.MaxPoolSize = Math.Min(most, 20);
        // Whole ledgers come through it: a few waits for a hundred events, and not one for every six.
        Unbounded = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { ReadBufferSize = 128 * 1024 });
        var projecting = EndIdleTransactions(settings.ConnectionString);
        // What is projected can be projected again, from where its own progress says: a crash of the server may undo the
        // last of it, both together, and nobody needs to wait for its disk.
        var derived = new NpgsqlConnectionStringBuilder(projecting)
        {
            NoResetOnClose = true, // Nothing is left behind: settings and locks are a transaction's own here.
            MaxAutoPrepare = 20,
        };
        derived.Options += " -c synchronous_commit=off";
        Projecting = NpgsqlDataSource.Create(derived.ConnectionString);
        // A server that is frozen or cut off ends nothing: then this end gives up.
        var bounded = new NpgsqlConnectionStringBuilder(WithSetting(projecting, "statement_timeout", PatienceMilliseconds))
        {
            CommandTimeout = 2 * PatienceMilliseconds / 1000,
            MaxPoolSize = Math.Min(most, 40),
            NoResetOnClose = true,
            MaxAutoPrepare = 20, // Loading a stream is planned once for a connection, and not for each stream.
        };
        Source = NpgsqlDataSource.Create(bounded.ConnectionString);
        // Each stream of a batch is looked up by its index, by one plan for all batches: left to itself, the planner
        // plans each batch anew, and reads all streams there are for a large one.
        bounded.MaxPoolSize = 2;
        bounded.MaxAutoPrepare = 8;
        bounded.AutoPrepareMinUsages = 2;
        bounded.Options += " -c enable_seqscan=off -c enable_mergejoin=off -c jit=off -c plan_cache_mode=force_generic_plan";
        Appending = NpgsqlDataSource.Create(bounded.ConnectionString);
    }

    /// <summary>
    /// The advisory lock that every append holds shared before it draws positions; see <see cref="Replay.Positions"/>.
    /// Advisory locks are the database's, not the schema's: two ledgers side by side don't wait for each other.
    /// </summary>
    internal long Finality => ClusterSchema.AdvisoryKey("finality:" + Schema);

    /// <summary>A connection string whose sessions lose a transaction that they leave idle, and with it the rows that it locks.</summary>
    internal static string EndIdleTransactions(string connectionString) =>
        WithSetting(connectionString, "idle_in_transaction_session_timeout", PatienceMilliseconds);

    /// <summary>A connection string with one more setting of the server, in milliseconds.</summary>
    internal static string WithSetting(string connectionString, string setting, int milliseconds)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        builder.Options = $"{builder.Options} -c {setting}={milliseconds}".TrimStart();
        return builder.ConnectionString;
    }

    /// <summary>The PostgreSQL schema that holds the ledger.</summary>
    public string Schema { get; }

    /// <summary>For appends and short reads.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>For the append writer alone: its statement is prepared once.</summary>
    internal NpgsqlDataSource Appending { get; }

    /// <summary>A connection of <see cref="Source"/> for a call, when its turn has come.</summary>
    internal Task<NpgsqlConnection> Open(CancellationToken ct = default) => _openings.Open(Source.OpenConnectionAsync, ct);

    /// <summary>A connection of <see cref="Appending"/>.</summary>
    internal Task<NpgsqlConnection> OpenToAppend() => _openings.OpenAtOnce(Appending.OpenConnectionAsync);

    /// <summary>For replays, which last as long as their reader wants.</summary>
    public NpgsqlDataSource Unbounded { get; }

    /// <summary>For Marten: statements may be long, idle transactions not.</summary>
    internal NpgsqlDataSource Projecting { get; }

    /// <summary>
    /// Whether an exception means that the database is away, or did not answer in time. What it answers to a statement
    /// that it does not take (classes 22, 23, 42 and others) would be the same at every retry, and is not meant.
    /// </summary>
    internal static bool IsAway(Exception e) => e is PostgresException answered
        ? answered.SqlState[..2] is "08" or "25" or "28" or "3D" or "40" or "53" or "55" or "57" or "58"
        : e is NpgsqlException or TimeoutException or SocketException or IOException;

    /// <summary>
    /// When the server has ended one connection it has likely ended those that lie idle, too: better to open new ones
    /// than to have one call after the other find that out.
    /// </summary>
    internal void ForgetIdleConnections()
    {
        foreach (var source in new[] { Source, Appending, Unbounded, Projecting }) source.Clear();
    }

    internal static LedgerException Away(Exception e) =>
        new(FailureKind.Unavailable, "LEDGER_UNAVAILABLE", "The ledger's database does not answer; send the request again with the same request id.", e);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Appending.DisposeAsync();
        await Unbounded.DisposeAsync();
        await Projecting.DisposeAsync();
    }
}
