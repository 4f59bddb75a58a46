using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EqualitiesPlatform.Ledger.Append;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace EqualitiesPlatform.Ledger.Tests;

public sealed class OpeningsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Openings _openings;
    private Func<Task<int>> _database = () => Task.FromResult(1);
    private int _asked;

    public OpeningsTests() => _openings = new Openings(_clock);

    [Fact]
    public async Task After_a_few_failures_nobody_asks_for_half_a_second_and_then_one_alone()
    {
        _database = () => throw new NpgsqlException("Connection refused");
        for (var i = 0; i < 50; i++) await Fails();
        _asked.Should().Be(4, "the fifth knows that it would fail");

        _clock.Advance(TimeSpan.FromMilliseconds(400));
        await Fails();
        _asked.Should().Be(4, "the server is left alone");

        _clock.Advance(TimeSpan.FromMilliseconds(101));
        var answer = new TaskCompletionSource<int>();
        _database = () => answer.Task;
        var first = Open();
        for (var i = 0; i < 50; i++) await Fails();
        _asked.Should().Be(5, "one alone asks while the others fail at once");

        answer.SetException(new NpgsqlException("the database system is starting up"));
        await first.Awaiting(f => f).Should().ThrowAsync<NpgsqlException>();
        await Fails();
        _asked.Should().Be(5, "its failure holds for the next half second");
    }

    [Fact]
    public async Task Everybody_asks_again_once_one_has_been_let_in()
    {
        _database = () => throw new NpgsqlException("Connection refused");
        for (var i = 0; i < 5; i++) await Fails();
        _clock.Advance(TimeSpan.FromMilliseconds(501));
        _database = () => Task.FromResult(7);

        for (var i = 0; i < 50; i++) (await Open()).Should().Be(7);
        _asked.Should().Be(54);
    }

    [Fact]
    public async Task Four_are_opened_at_a_time_and_the_others_wait_for_their_turn()
    {
        var answers = new ConcurrentQueue<TaskCompletionSource<int>>();
        _database = () =>
        {
            var answer = new TaskCompletionSource<int>();
            answers.Enqueue(answer);
            return answer.Task;
        };
        var all = Enumerable.Range(0, 10).Select(_ => Open()).ToArray();
        _asked.Should().Be(4);

        for (var done = 1; done <= 10; done++)
        {
            await Until(() => !answers.IsEmpty);
            answers.TryDequeue(out var answer);
            _asked.Should().BeLessThanOrEqualTo(3 + done);
            answer!.SetResult(done);
        }
        (await Task.WhenAll(all)).Should().BeEquivalentTo(Enumerable.Range(1, 10));
    }

    [Fact]
    public async Task Who_waits_no_longer_gives_up_the_turn()
    {
        using var stopping = new CancellationTokenSource();
        async ValueTask<int> Never(CancellationToken ct)
        {
            await Task.Delay(Timeout.Infinite, ct);
            return 0;
        }
        var waiting = Enumerable.Range(0, 10).Select(_ => _openings.Open(Never, stopping.Token)).ToArray();

        await stopping.CancelAsync();

        foreach (var one in waiting) await one.Awaiting(o => o).Should().ThrowAsync<OperationCanceledException>();
        (await Open()).Should().Be(1, "nobody gave up because the database was away");
    }

    [Fact]
    public async Task A_refusal_that_would_be_the_same_at_every_retry_keeps_nobody_from_asking()
    {
        _database = () => throw new PostgresException("no such table", "ERROR", "ERROR", PostgresErrorCodes.UndefinedTable);
        for (var i = 0; i < 20; i++) await Fails();
        _asked.Should().Be(20);
    }

    [Fact]
    public async Task What_fails_so_is_told_to_callers_as_a_database_that_is_away()
    {
        _database = () => throw new NpgsqlException("Connection refused");
        for (var i = 0; i < 4; i++) await Fails();
        LedgerDatabase.IsAway(await Fails()).Should().BeTrue();
        _asked.Should().Be(4);
    }

    [Fact]
    public async Task A_silo_s_calls_leave_a_database_alone_that_refuses_them()
    {
        using var refusing = new TcpListener(IPAddress.Loopback, 0);
        refusing.Start();
        var refused = 0;
        var refuse = Task.Run(async () =>
        {
            while (true)
            {
                using var caller = await refusing.AcceptTcpClientAsync();
                Interlocked.Increment(ref refused);
            }
        });
        await using var database = new LedgerDatabase($"Host=127.0.0.1;Port={((IPEndPoint)refusing.LocalEndpoint).Port};Username=nobody;Database=none", "ledger");
        var store = new PostgresStore(database, new Catalogue([], []), NullLogger<PostgresStore>.Instance);
        var tables = new SiloTables([new TableOfCounters()], database, null!, null!, null!, null!, null!, NullLogger<SiloTables>.Instance);
        async Task Asks(Func<Task> ask)
        {
            var failure = await Record.ExceptionAsync(ask);
            (failure is LedgerException || LedgerDatabase.IsAway(failure!)).Should().BeTrue();
        }
        async Task Writer()
        {
            for (var batch = 0; batch < 100; batch++) await Asks(() => store.Append([]));
        }

        await Task.WhenAll(Enumerable.Range(0, 100).SelectMany(_ => new[] { Asks(() => store.Read("counter/1", null)), Asks(() => store.Standing([])), Asks(() => tables.Refresh()) }).Append(Writer()));

        // Npgsql tries each twice, with encryption and without; and a busy machine may take some half seconds.
        refused.Should().BeInRange(4, 40, "400 times somebody asked");
        refusing.Stop();
        await refuse.Awaiting(r => r).Should().ThrowAsync<SocketException>();
    }

    private Task<int> Open() => _openings.Open(_ =>
    {
        Interlocked.Increment(ref _asked);
        return new ValueTask<int>(_database());
    });

    private async Task<Exception> Fails() => (await this.Awaiting(_ => Open()).Should().ThrowAsync<NpgsqlException>()).Which;

    private sealed class TableOfCounters : ISiloTable
    {
        public IReadOnlyList<string> Kinds => ["counter"];

        public void Rebuild(IReadOnlyList<RecordedEvent> events) => throw new InvalidOperationException("There are none to read.");
    }

    private static async Task Until(Func<bool> condition)
    {
        for (var patience = System.Diagnostics.Stopwatch.StartNew(); !condition() && patience.Elapsed < TimeSpan.FromSeconds(10);) await Task.Yield();
        condition().Should().BeTrue();
    }
}
