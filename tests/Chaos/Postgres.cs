using System.Buffers.Binary;
using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace EqualitiesPlatform.Chaos;

/// <summary>
/// The PostgreSQL under torment, seen from beside the silos. Its processes are killed and its disk filled only where it
/// is a cluster of this run alone, made by build/chaos.
/// </summary>
internal sealed class Postgres : IAsyncDisposable
{
    private readonly string _server;
    private readonly string? _database;
    private readonly string? _cluster = Environment.GetEnvironmentVariable("EQUALITIES_CHAOS_CLUSTER");
    private readonly string? _smallDisk = Environment.GetEnvironmentVariable("EQUALITIES_CHAOS_SMALL_DISK");

    // Until the server is back. Whoever asks it before makes it work, and takes from what it needs to come back.
    private volatile Task _back = Task.CompletedTask;

    private Postgres(string server, string? database)
    {
        (_server, _database) = (server, database);
        Port = new NpgsqlConnectionStringBuilder(server).Port;
    }

    public int Port { get; }

    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server) { Port = Port, Database = _database ?? new NpgsqlConnectionStringBuilder(_server).Database }.ConnectionString;

    /// <summary>Whether the server may be killed.</summary>
    public bool IsOwn => _cluster is { Length: > 0 };

    /// <summary>Whether its events lie on a disk that can be filled.</summary>
    public bool HasSmallDisk => _smallDisk is { Length: > 0 };

    /// <summary>The database that the connection string names, of a cluster of our own; else a new one beside it.</summary>
    public static async Task<Postgres> Open()
    {
        var server = Environment.GetEnvironmentVariable("ConnectionStrings__Ledger") ?? throw new InvalidOperationException("ConnectionStrings__Ledger is not set: start this with build/chaos.");
        var postgres = new Postgres(server, null);
        if (postgres.IsOwn) return postgres;
        var database = $"chaos_{Guid.NewGuid():N}";
        await postgres.Execute($"create database {database}");
        return new Postgres(server, database);
    }

    /// <summary>Puts the events on the small disk; before there are many.</summary>
    public async Task MoveToSmallDisk()
    {
        await Execute($"create tablespace small location '{_smallDisk}'");
        await Execute("alter table ledger.mt_events set tablespace small");
    }

    public Task Execute(string sql) => Ask(sql, command => command.ExecuteNonQueryAsync());

    public Task<T> Scalar<T>(string sql) => Ask(sql, async command => (T)(await command.ExecuteScalarAsync())!);

    private Task<T> Ask<T>(string sql, Func<NpgsqlCommand, Task<T>> how) => Patiently(async connection =>
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await how(command);
    });

    /// <summary>Asks again, from the beginning, while the server is away: another trouble may have killed it.</summary>
    private async Task<T> Patiently<T>(Func<NpgsqlConnection, Task<T>> ask)
    {
        for (var since = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await _back;
                await using var connection = await Connect();
                return await ask(connection);
            }
            catch (NpgsqlException e) when (e is not PostgresException { IsTransient: false } && Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(120))
            {
                await Task.Delay(200);
            }
        }
    }

    /// <summary>A connection that is kept between questions: a new one is a process of the server, which costs it more than they do.</summary>
    private async Task<NpgsqlConnection> Connect()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { ApplicationName = "chaos", CommandTimeout = 120 }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Ends the silos' sessions.</summary>
    public Task<long> EndSessions() => Scalar<long>(
        "select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and application_name <> 'chaos'");

    /// <summary>Ends the session by which a silo is the one that projects.</summary>
    public Task<long> EndLeadership() => Scalar<long>(
        """
        select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and application_name = 'equalities projection lease' and pid in (select pid from pg_locks where locktype = 'advisory' and granted)
        """);

    /// <summary>
    /// Kills the server with all its processes, as a power cut would, and starts it again at once, as a service manager
    /// would. Says when it was killed; it takes connections again when this ends.
    /// </summary>
    public async Task<long> KillAndStart()
    {
        var server = (await Script($"cluster_pid '{_cluster}'")).Trim();
        var command = (await File.ReadAllTextAsync($"/proc/{server}/cmdline")).TrimEnd('\0').Split('\0');
        var output = File.ResolveLinkTarget($"/proc/{server}/fd/2", returnFinalTarget: false)!.FullName;
        var data = File.ResolveLinkTarget($"/proc/{server}/cwd", returnFinalTarget: false)!.FullName;
        // It makes no more of them while they are counted: one that is left alone would wait for ever for one that is gone.
        await Run("kill", "-STOP", server);
        string[] all = [server, .. (await Run("ps", "-o", "pid=", "--ppid", server)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
        var owner = (await Run("stat", "-c", "%u %g", $"/proc/{server}")).Split();
        string[] lent = owner[0] == (await Run("id", "-u")).Trim() ? [] : ["setpriv", $"--reuid={owner[0]}", $"--regid={owner[1]}", "--clear-groups"];

        var back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _back = back.Task;
        // Some may have ended by themselves.
        await Run("sh", "-c", $"kill -KILL {string.Join(' ', all)} 2>&1 || true");
        var killed = Stopwatch.GetTimestamp();
        Process Started() => Process.Start(new ProcessStartInfo(
            "sh", ["-c", "cd / && exec setsid env -i PATH=/usr/bin:/bin LC_ALL=C TZ=UTC \"$@\" >>\"$0\" 2>&1 </dev/null", output, .. lent, .. command]))!;
        try
        {
            for (var process = Started(); !IsReady(data, after: server); await Task.Delay(10))
            {
                if (Stopwatch.GetElapsedTime(killed) > TimeSpan.FromSeconds(120)) throw new TimeoutException("PostgreSQL has not come back in 120 s.");
                // It does not start beside what is still left of the last.
                if (!process.HasExited) continue;
                process.Dispose();
                process = Started();
            }
            return killed;
        }
        finally
        {
            back.SetResult();
        }
    }

    /// <summary>Whether a server after another takes connections, as it writes itself: to be asked would cost it a process each time.</summary>
    private static bool IsReady(string data, string after)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(data, "postmaster.pid")) is [var id, _, _, _, _, _, _, var state, ..] && id != after && state.Trim() == "ready";
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Fills the disk of the events, and makes room again.</summary>
    public async Task FillDisk(TimeSpan duration)
    {
        var mounted = Path.GetDirectoryName(_smallDisk!)!;
        for (var attempt = 1; ; attempt++)
        {
            var used = long.Parse((await Run("df", "--output=used,size", "-B1024", _smallDisk!)).Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], null);
            try
            {
                await Run("mount", "-o", $"remount,size={used + 64 * attempt}k", mounted);
                break;
            }
            catch (InvalidOperationException) when (attempt < 20)
            {
                // It can't be made smaller than what is written meanwhile.
            }
        }
        await Task.Delay(duration);
        await Run("mount", "-o", $"remount,size={Environment.GetEnvironmentVariable("EQUALITIES_CHAOS_SMALL_DISK_SIZE")}", mounted);
    }

    /// <summary>An append that has drawn a position and does not get on; it is given up in the end.</summary>
    public Task HoldAnAppend(TimeSpan duration) => Patiently(async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync();
        var finality = BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("equalities:finality:ledger")));
        await using (var draw = new NpgsqlCommand($"select pg_advisory_xact_lock_shared({finality}), nextval('ledger.mt_events_sequence')", connection, transaction))
            await draw.ExecuteNonQueryAsync();
        await Task.Delay(duration);
        await transaction.RollbackAsync();
        return true;
    });

    /// <summary>The greatest position, and the least that everything which follows the ledger has reached; Marten keeps marks of its own beside.</summary>
    public Task<(long Recorded, long Reached)> Progress() => Ask(
        "select coalesce((select max(seq_id) from ledger.mt_events), 0), coalesce((select min(last_seq_id) from ledger.mt_event_progression where name like '%:All'), 0)",
        async command =>
        {
            await using var row = await command.ExecuteReaderAsync();
            await row.ReadAsync();
            return (row.GetInt64(0), row.GetInt64(1));
        });

    /// <summary>All streams of one kind, event by event. Operations are asked for one kind of event, and write what they find due before it.</summary>
    public async Task<IReadOnlyList<Entry>> Ledger(string kind, string operations, string askedFor)
    {
        await using var connection = await Connect();
        await using var command = new NpgsqlCommand("select seq_id, stream_id, version, headers -> 'occasion' ->> 'request', type from ledger.mt_events where stream_id like $1 order by seq_id", connection)
        {
            Parameters = { new() { Value = kind + "/%" } },
        };
        await using var rows = await command.ExecuteReaderAsync();
        var entries = new List<Entry>();
        while (await rows.ReadAsync())
        {
            var (request, type) = (rows.GetString(3), rows.GetString(4));
            var isOperation = request.StartsWith(operations, StringComparison.Ordinal);
            entries.Add(new Entry(rows.GetInt64(0), rows.GetString(1), rows.GetInt64(2), isOperation ? request : "", type, FellDue: isOperation && type != askedFor));
        }
        return entries;
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null) await new Postgres(_server, null).Execute($"drop database {_database} with (force)");
    }

    private static Task<string> Script(string line)
    {
        var scripts = typeof(Postgres).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Scripts").Value!;
        return Run("bash", "-c", $"source '{scripts}/lib.sh'; {line}");
    }

    private static async Task<string> Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {output}");
    }
}
