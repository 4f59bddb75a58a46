using EqualitiesPlatform.Ledger.Append;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>Snapshots of long streams: made on the way, never needed, never trusted beyond their build.</summary>
public sealed class SnapshotTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private static readonly string Shape = SnapshotForm<Counter>.Shape!;
    private readonly LedgerHost _host = silo.Host;
    private readonly ILedgerStore _store = silo.Host.Get<ILedgerStore>();

    [Fact]
    public async Task A_long_stream_is_loaded_from_its_snapshot_and_the_events_after_it()
    {
        var (id, stream) = await LongStream();
        (await _store.Read(stream, Shape)).Snapshot.Should().BeNull("nobody has replayed it yet");

        (await Keeper(stream).Execute(new Count(id, 1, "the eighth"), On("first"))).Receipt!.Version.Should().Be(8);

        await Eventually.BecomesTrueAsync(async () => (await _store.Read(stream, Shape)).Snapshot is not null, "the replay left a snapshot");
        var loaded = await _store.Read(stream, Shape);
        loaded.Snapshot!.Version.Should().Be(7);
        loaded.Events.Should().ContainSingle().Which.Version.Should().Be(8);
        var replayed = (await _store.Read(stream, null)).Events.Aggregate(Counter.Unborn, (state, e) => Counter.Evolve(state, e.Event));
        loaded.Events.Aggregate(SnapshotForm<Counter>.Read(loaded.Snapshot.State), (state, e) => Counter.Evolve(state, e.Event)).Should().Be(replayed);
        (await Keeper(stream).Execute(new Count(id, 1, "the ninth"), On("second", expected: 8))).Receipt!.Version.Should().Be(9);
    }

    [Fact]
    public async Task A_snapshot_of_another_build_is_passed_over_and_replaced()
    {
        var (id, stream) = await LongStream();
        await _store.Keep(new Snapshot(stream, 7, "another", SnapshotForm<Counter>.Write(Counter.Unborn with { Closed = true })));

        (await Keeper(stream).Execute(new Count(id, 1, "goes on"), On("third"))).Receipt!.Version.Should().Be(8);

        await Eventually.BecomesTrueAsync(async () => (await _store.Read(stream, Shape)).Snapshot is not null, "a snapshot of this build has taken its place");
    }

    [Fact]
    public async Task A_snapshot_that_is_damaged_is_passed_over()
    {
        var (id, stream) = await LongStream();
        await _store.Keep(new Snapshot(stream, 7, Shape, """{"total": "many"}"""));

        (await Keeper(stream).Execute(new Count(id, 1, "goes on"), On("fourth", expected: 7))).Receipt!.Version.Should().Be(8);
    }

    [Fact]
    public async Task An_older_snapshot_never_takes_the_place_of_a_newer()
    {
        var (_, stream) = await LongStream();
        await _store.Keep(new Snapshot(stream, 7, Shape, SnapshotForm<Counter>.Write(Counter.Unborn with { Total = 7 })));
        await _store.Keep(new Snapshot(stream, 5, Shape, SnapshotForm<Counter>.Write(Counter.Unborn with { Total = 5 })));
        (await _store.Read(stream, Shape)).Snapshot!.Version.Should().Be(7);
    }

    [Theory]
    [InlineData(typeof(Counter), true)]
    [InlineData(typeof(WithAnything), false)]
    [InlineData(typeof(WithAParent), false)]
    [InlineData(typeof(WithAHiddenField), false)]
    public void Only_what_comes_back_whole_is_kept(Type state, bool restorable) => SnapshotForm.IsRestorable(state, []).Should().Be(restorable);

    private sealed record WithAnything(IReadOnlyDictionary<string, object> All);

    private record Parent(int One);

    private sealed record WithAParent(Parent Parent);

    private sealed record WithAHiddenField(int One)
    {
        private readonly int _hidden = One + 1;
        public int Hidden => _hidden;
    }

    private async Task<(Guid Id, string Stream)> LongStream()
    {
        var id = await _host.OpenAsync();
        for (var n = 0; n < 6; n++) await _host.SendAsync(new Count(id, 1, $"{n}"), $"{id}-{n}");
        return (id, Counters.Stream(id));
    }

    private StreamKeeper<Counter> Keeper(string stream) =>
        new(new GrainLedger(_host.Writer, _store, _host.Get<Catalogue>()) { ReplayWithout = 5 }, stream);

    private Envelope On(string request, long? expected = null) => new(_host.Dispatch.OccasionOf(LedgerHost.Somebody, $"{request}-{Guid.NewGuid()}", "a-correlation"), "Tests/Write", expected);
}
