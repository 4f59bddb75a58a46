using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Equalities.Options.V1;
using EqualitiesPlatform.Ledger.Append;
using EqualitiesPlatform.Ledger.Replay;
using EqualitiesPlatform.Ledger.Sealing;
using EqualitiesPlatform.Vocabulary;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>A ledger in a schema of its own, written through the real append path and sealed by the real sealer, with no silo.</summary>
internal sealed class LedgerOfPromises : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2013, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly IHost _host;
    private int _requests;

    private LedgerOfPromises(ClusterDatabase database, IHost host) => (Database, _host) = (database, host);

    public ClusterDatabase Database { get; }
    public SealedLog Log => Get<SealedLog>();
    public Sealer Sealer => Get<Sealer>();
    public CheckpointKeys Keys => Get<CheckpointKeys>();

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>A second sealer, which knows nothing of the first.</summary>
    public Sealer AnotherSealer() => ActivatorUtilities.CreateInstance<Sealer>(_host.Services);

    public static async Task<LedgerOfPromises> CreateAsync()
    {
        var database = await ClusterDatabase.CreateAsync();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Ledger"] = database.ConnectionString,
            ["Ledger:Schema"] = database.Schema,
            ["Ledger:InstallationKey"] = Convert.ToBase64String(new byte[32]),
            ["Ledger:LogOrigin"] = "ledger.example.gov.uk",
            ["Ledger:CheckpointKey"] = Convert.ToBase64String(SHA256.HashData("a key for tests"u8)),
        });
        builder.AddLedger();
        var host = builder.Build();
        await host.Services.MigrateLedger();
        await host.Services.GetRequiredService<AppendWriter>().StartAsync(default);
        return new LedgerOfPromises(database, host);
    }

    /// <summary>Promises in so many streams, a statement in each, and a report of progress on each.</summary>
    public async Task PromiseAsync(int streams, int from = 0)
    {
        await Task.WhenAll(Enumerable.Range(from, streams).Select(i => AppendAsync(Stream(i), 0, Promise($"We will help {i} families – “all” of them."), Progress(i))));
    }

    public static string Stream(int number) => $"commitment/{new Guid(number, 0, 0, new byte[8])}";

    public static PendingEvent Promise(string wording)
    {
        var salts = new Dictionary<string, string> { ["wording"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) };
        return Event("commitments.promise-made.v1", new { wording, target = 12.50m }, salts);
    }

    public static PendingEvent Progress(int amount) => Event("commitments.progress-reported.v1", new { amount, status = "on-track" }, null);

    public async Task<WriteReceipt> AppendAsync(string stream, long version, params PendingEvent[] events)
    {
        var done = await Get<IAppendWriter>().Append(new PendingWrite(
            stream, version, events, Guid.Empty, "PromiseService/Make", $"r{Interlocked.Increment(ref _requests)}",
            SHA256.HashData(Encoding.UTF8.GetBytes(stream)), Noon, "c0ffee", null));
        return ((Append.Append.Done)done).Receipt;
    }

    public async Task<IReadOnlyList<StoredEvent>> StoredAsync()
    {
        var events = new List<StoredEvent>();
        await foreach (var e in Get<EventReader>().Stored(new EventRange())) events.Add(e);
        return events;
    }

    public Task<string> FingerprintAsync() => Database.ScalarAsync<string>(
        """
        select (select md5(string_agg(index || ':' || position || ':' || encode(hash, 'hex') || encode(marks, 'hex'), ',' order by index)) from ledger_leaf)
          || coalesce((select md5(string_agg(level || ':' || index || ':' || encode(hash, 'hex'), ',' order by level, index)) from ledger_node), '')
        """);

    public async ValueTask DisposeAsync()
    {
        await Get<AppendWriter>().StopAsync(default);
        await ((IAsyncDisposable)_host).DisposeAsync();
        await Database.DisposeAsync();
    }

    private static PendingEvent Event(string name, object data, Dictionary<string, string>? salts)
    {
        var occasion = new Occasion(Noon, new DateOnly(2013, 7, 1), new Actor(new PersonId(new Guid(7, 7, 7, new byte[8])), Role.PartnerLead, null), "r", "c0ffee", PolicyValues.None);
        return new PendingEvent(
            Guid.CreateVersion7(Noon), name, "Tests.Promise, Tests",
            OccasionHeaders.Write(new DateOnly(2013, 6, 30), occasion, salts), JsonSerializer.Serialize(data, Catalogue.Json));
    }
}
