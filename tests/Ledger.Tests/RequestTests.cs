using EqualitiesPlatform.Ledger.Append;
using Equalities.Options.V1;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>Request ids and expected versions through the grains of two silos.</summary>
public sealed class RequestTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private readonly LedgerHost _first = silos.First;
    private readonly LedgerHost _second = silos.Second;

    [Fact]
    public async Task One_request_sent_fifty_times_at_once_through_two_silos_is_one_event_and_fifty_equal_receipts()
    {
        var id = await _first.OpenAsync();
        var receipts = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? _first : _second).SendAsync(new Count(id, 3, "once"), "fifty")));

        receipts.Distinct().Should().ContainSingle().Which.Version.Should().Be(2);
        (await EventsOf(id)).Should().HaveCount(2);
    }

    [Fact]
    public async Task A_retry_after_a_restart_gets_the_first_receipt_though_the_stream_moved_on()
    {
        await using var database = await OwnDatabase.CreateAsync();
        Guid id;
        WriteReceipt first, nothing;
        await using (var before = await LedgerHost.StartAsync(database))
        {
            id = await before.OpenAsync();
            first = await before.SendAsync(new Count(id, 1, "one"), "r-one");
            nothing = await before.SendAsync(new Count(id, 0, "nothing"), "r-nothing");
            await before.SendAsync(new Count(id, 2, "two"), "r-two");
            nothing.Should().Be(first, "it stands where the last event left it");
        }
        await using var after = await LedgerHost.StartAsync(database);
        (await after.SendAsync(new Count(id, 1, "one"), "r-one")).Should().Be(first);
        (await after.SendAsync(new Count(id, 0, "nothing"), "r-nothing")).Should().Be(nothing);
        (await after.Reader.ReadStream(Counters.Stream(id))).Should().HaveCount(3);
    }

    [Fact]
    public async Task A_retry_is_answered_even_when_the_command_would_be_refused_by_now()
    {
        var id = await _first.OpenAsync();
        var receipt = await _first.SendAsync(new Count(id, 1, "one"), "before-closing");
        await _first.SendAsync(new CloseCounter(id), "closing");

        (await _second.SendAsync(new Count(id, 1, "one"), "before-closing")).Should().Be(receipt);
        (await _second.SendAsync(new Count(id, 1, "one"), "before-closing", expected: 1)).Should().Be(receipt, "its version was right when it was sent first");
        (await _first.FailAsync(new Count(id, 1, "one"), "after-closing")).Reason.Should().Be("COUNTER_CLOSED");
    }

    [Fact]
    public async Task A_request_id_used_for_something_else_is_refused()
    {
        var (id, other) = (await _first.OpenAsync(), await _first.OpenAsync());
        await _first.SendAsync(new Count(id, 1, "one"), "reused");

        foreach (var command in new ICommand[] { new Count(id, 2, "one"), new Count(id, 1, "One"), new Count(other, 1, "one"), new Count(id, 0, "one"), new CloseCounter(id), new OpenCounter(id, default, null) })
            (await _second.FailAsync(command, "reused")).Should().BeEquivalentTo(new { Kind = FailureKind.Refused, Reason = "REQUEST_ID_REUSED" }, command.ToString());
        (await EventsOf(id)).Should().HaveCount(2);
    }

    [Fact]
    public async Task Request_ids_are_scoped_to_caller_and_rpc()
    {
        var id = await _first.OpenAsync();
        var another = LedgerHost.Somebody with { Person = new PersonId(Guid.NewGuid()) };
        await _first.SendAsync(new Count(id, 1, "one"), "scoped");
        await _first.SendAsync(new Count(id, 2, "two"), "scoped", actor: another);
        await _first.SendAsync(new Count(id, 3, "three"), "scoped", rpc: "Tests/Other");

        (await EventsOf(id)).Should().HaveCount(4);
    }

    [Fact]
    public async Task A_refusal_keeps_nothing_and_the_same_id_may_succeed_later()
    {
        var id = Guid.NewGuid();
        (await _first.FailAsync(new Count(id, 1, "early"), "early")).Reason.Should().Be("COUNTER_NOT_OPEN");
        (await silos.Database.ScalarAsync<long>("select count(*) from ledger_request where request = 'early'")).Should().Be(0);
        await _first.SendAsync(new OpenCounter(id, default, null), $"open-{id}");

        (await _second.SendAsync(new Count(id, 1, "early"), "early")).Version.Should().Be(2);
    }

    [Fact]
    public async Task Somebody_limited_to_an_organisation_is_checked_again_at_a_retry()
    {
        var own = new PartnerId(Guid.NewGuid());
        var id = await _first.OpenAsync(owner: own);
        var lead = LedgerHost.Somebody with { Role = Role.PartnerLead, Organisation = own };
        await _first.SendAsync(new Count(id, 1, "mine"), "lead", actor: lead);

        var moved = lead with { Organisation = new PartnerId(Guid.NewGuid()) };
        (await _first.FailAsync(new Count(id, 1, "mine"), "lead", actor: moved)).Kind.Should().Be(FailureKind.NotYours);
        (await _first.FailAsync(new Count(Guid.NewGuid(), 1, "x"), "unborn", actor: lead)).Should().Be(await _first.FailAsync(new Count(id, 1, "x"), "not mine", actor: moved));
    }

    [Fact]
    public async Task An_insisted_version_that_is_not_so_is_a_lost_race_and_never_retried()
    {
        var id = await _first.OpenAsync();
        await BehindTheGrain(id, 1);
        (await _first.FailAsync(new Count(id, 1, "x"), "insists-1", expected: 1)).Kind.Should().Be(FailureKind.LostRace);
        (await _first.FailAsync(new Count(id, 1, "x"), "insists-7", expected: 7)).Kind.Should().Be(FailureKind.LostRace);
        (await EventsOf(id)).Should().HaveCount(2);

        await BehindTheGrain(id, 2);
        (await _first.SendAsync(new Count(id, 1, "x"), "insists-3", expected: 3)).Version.Should().Be(4, "the caller knew better than the grain");
    }

    [Fact]
    public async Task Without_an_insisted_version_a_lost_race_is_decided_again_while_legal()
    {
        var id = await _first.OpenAsync();
        await BehindTheGrain(id, 1);
        (await _first.SendAsync(new Count(id, 1, "x"), "again")).Version.Should().Be(3);

        await _second.Writer.Append(_second.Pending(Counters.Stream(id), 3, Guid.NewGuid().ToString(), new CounterClosed()));
        (await _first.FailAsync(new Count(id, 1, "x"), "too late")).Reason.Should().Be("COUNTER_CLOSED");
    }

    [Fact]
    public async Task A_grain_that_was_overtaken_does_not_refuse_on_what_is_no_longer_so()
    {
        var id = Guid.NewGuid();
        await _first.FailAsync(new Count(id, 1, "x"), "activates it unborn");
        var owner = new PartnerId(Guid.NewGuid());
        await _second.Writer.Append(_second.Pending(Counters.Stream(id), 0, Guid.NewGuid().ToString(), new CounterOpened(owner, null)));

        var lead = LedgerHost.Somebody with { Role = Role.PartnerLead, Organisation = owner };
        (await _first.SendAsync(new Count(id, 1, "x"), "it is open now", actor: lead)).Version.Should().Be(2);
    }

    [Fact]
    public async Task Many_writers_on_one_record_are_acknowledged_with_versions_of_their_own()
    {
        var id = await _first.OpenAsync();
        var receipts = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => (i % 2 == 0 ? _first : _second).SendAsync(new Count(id, 1, $"{i}"), $"many-{i}")));

        receipts.Select(r => r.Version).Should().BeEquivalentTo(Enumerable.Range(2, 60));
        var events = await EventsOf(id);
        receipts.Should().OnlyContain(r => events.Single(e => e.Version == r.Version).Position == r.Position);
    }

    [Fact]
    public async Task Sessions_ended_while_many_write_cost_nothing_that_was_acknowledged_and_double_nothing()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _first.OpenAsync()));
        async Task<WriteReceipt> Persist(Guid id, int i)
        {
            WriteReceipt? receipt = null;
            await Eventually.BecomesTrueAsync(async () =>
            {
                try
                {
                    receipt = await (i % 2 == 0 ? _first : _second).SendAsync(new Count(id, 1, $"{i}"), $"persist-{id}-{i}");
                    return true;
                }
                catch (LedgerException e) when (e.Failure.Kind is FailureKind.Unavailable or FailureKind.LostRace)
                {
                    return false;
                }
            }, "the write succeeds");
            return receipt!;
        }

        var sent = 0;
        var writing = ids.Select(id => Task.Run(async () =>
        {
            var receipts = new List<WriteReceipt>();
            for (var i = 0; i < 25; i++)
            {
                receipts.Add(await Persist(id, i));
                Interlocked.Increment(ref sent);
            }
            return receipts;
        })).ToArray();
        foreach (var share in new[] { 40, 100 })
        {
            await Eventually.BecomesTrueAsync(() => Volatile.Read(ref sent) >= share, "they are writing");
            await silos.Database.EndSessionsAsync();
        }

        foreach (var (id, receipts) in ids.Zip(await Task.WhenAll(writing)))
        {
            receipts.Select(r => r.Version).Should().Equal(Enumerable.Range(2, 25).Select(v => (long)v));
            IReadOnlyList<RecordedEvent> events = [];
            await Eventually.BecomesTrueAsync(async () =>
            {
                try
                {
                    events = await EventsOf(id);
                    return true;
                }
                catch (LedgerException e) when (e.Failure.Kind == FailureKind.Unavailable)
                {
                    return false;
                }
            }, "a connection that was not ended is found");
            events.Select(e => e.Version).Should().Equal(Enumerable.Range(1, 26).Select(v => (long)v));
        }
    }

    private Task<IReadOnlyList<RecordedEvent>> EventsOf(Guid id) => _first.Reader.ReadStream(Counters.Stream(id));

    private async Task BehindTheGrain(Guid id, long version) =>
        (await _second.Writer.Append(_second.Pending(Counters.Stream(id), version, Guid.NewGuid().ToString(), new CounterCounted(1, "behind")))).Should().BeOfType<Append.Append.Done>();
}
