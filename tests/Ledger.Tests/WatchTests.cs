namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>Watches of a register, as they are followed and gone on with.</summary>
public sealed class WatchTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private readonly LedgerHost _host = silo.Host;
    private readonly PartnerId _owner = new(Guid.NewGuid());

    [Fact]
    public async Task It_tells_the_whole_first_and_then_what_changes()
    {
        var id = await _host.OpenAsync(owner: _owner);
        var second = await _host.OpenAsync(owner: _owner);
        await using var watch = await WatchAsync("", 0, _owner, upTo: await _host.Positions.Final());
        (await watch.NextAsync()).Changed.Select(c => c.Id).Should().BeEquivalentTo([Counters.Stream(id), Counters.Stream(second)]);

        await _host.OpenAsync();
        var receipt = await _host.SendAsync(new Count(id, 5, "five"), $"count-{id}");
        var told = await watch.NextAsync();
        told.Changed.Should().ContainSingle().Which.Should().BeEquivalentTo(new { receipt.Version, Total = 5, Id = Counters.Stream(id) });
        told.Position.Should().BeGreaterThanOrEqualTo(receipt.Position);
        told.Gone.Should().BeEmpty();
    }

    [Fact]
    public async Task What_matches_no_longer_is_gone_and_what_never_matched_is_not_told()
    {
        var id = await _host.OpenAsync(owner: _owner);
        await _host.OpenAsync(owner: _owner);
        var start = await _host.SendAsync(new Count(id, 7, "seven"), $"seven-{id}");
        await using var watch = await WatchAsync("total = 7 AND state = STILL_OPEN", 0, _owner, start.Position);
        (await watch.NextAsync()).Changed.Should().ContainSingle();

        await _host.SendAsync(new CloseCounter(id), $"close-{id}");
        var told = await watch.NextAsync();
        told.Changed.Should().BeEmpty();
        told.Gone.Should().Equal(id.ToString());
    }

    [Fact]
    public async Task It_goes_on_from_a_position_as_if_it_had_never_stopped()
    {
        var id = await _host.OpenAsync(owner: _owner);
        var start = await _host.Positions.Final();
        for (var i = 1; i <= 3; i++) await _host.SendAsync(new Count(id, i, "on"), $"on-{i}-{id}");
        var fresh = await _host.OpenAsync(owner: _owner);
        var end = await _host.Positions.Final();

        var totals = new List<int>();
        foreach (var _ in new[] { 1, 2 })
        {
            await using var watch = await WatchAsync("", start, _owner, end);
            (await watch.NextAsync()).Should().BeEquivalentTo(new { Position = start, Changed = Array.Empty<CounterRegister>() });
            var told = await watch.NextAsync();
            told.Changed.Select(c => c.Id).Should().Equal(Counters.Stream(id), Counters.Stream(fresh));
            totals.Add(told.Changed[0].Total);
        }
        totals.Should().Equal(6, 6);
    }

    [Fact]
    public async Task Many_changes_come_in_steps_and_each_step_can_be_gone_on_from()
    {
        var start = await _host.Positions.Final();
        var ids = await Task.WhenAll(Enumerable.Range(0, 230).Select(_ => _host.OpenAsync(owner: _owner)));
        var end = await _host.Positions.Final();
        var told = new List<string>();
        for (var after = start; told.Count < ids.Length;)
        {
            await using var watch = await WatchAsync("", after, _owner, end);
            await watch.NextAsync();
            var step = await watch.NextAsync();
            told.AddRange(step.Changed.Select(c => c.Id));
            after = step.Position;
        }
        told.Should().OnlyHaveUniqueItems().And.BeEquivalentTo(ids.Select(Counters.Stream));
    }

    [Theory]
    [InlineData("total = five", 0)]
    [InlineData("total = five", 1)]
    [InlineData("", -1)]
    public async Task What_can_not_be_watched_is_refused_before_anything_is_told(string filter, long after) =>
        await FluentActions.Awaiting(() => Follow(filter, after, null).MoveNextAsync().AsTask()).Should().ThrowAsync<FieldsException>();

    private IAsyncEnumerator<RegisterChanges<CounterRegister>> Follow(string filter, long after, PartnerId? owner) =>
        _host.Get<Watches>().Follow<CounterRegister>(new(filter, after, owner)).GetAsyncEnumerator();

    private async Task<Followed> WatchAsync(string filter, long after, PartnerId owner, long upTo)
    {
        await _host.Registers.WaitFor(upTo);
        return new Followed(Follow(filter, after, owner));
    }

    private sealed class Followed(IAsyncEnumerator<RegisterChanges<CounterRegister>> steps) : IAsyncDisposable
    {
        public async Task<RegisterChanges<CounterRegister>> NextAsync()
        {
            (await steps.MoveNextAsync()).Should().BeTrue();
            return steps.Current;
        }

        public ValueTask DisposeAsync() => steps.DisposeAsync();
    }
}
