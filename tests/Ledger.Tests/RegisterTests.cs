extern alias cli;
using cli::EqualitiesPlatform.Cli.Audit;
using Microsoft.Extensions.DependencyInjection;
namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>Registers, silo tables and follow-ups, on two silos.</summary>
public sealed class RegisterTests(RegisterTests.WithEverything silos) : IClassFixture<RegisterTests.WithEverything>
{
    private readonly LedgerHost _first = silos.First;
    private readonly LedgerHost _second = silos.Second;

    [Fact]
    public async Task One_thing_is_current_at_once_and_a_list_waits_for_the_position()
    {
        var owner = new PartnerId(Guid.NewGuid());
        var id = await _first.OpenAsync(owner: owner);
        var receipt = await _first.SendAsync(new Count(id, 5, "five"), $"five-{id}");

        (await _second.Registers.Find<CounterRegister>(Counters.Stream(id)))!.Should().BeEquivalentTo(new { Total = 5, receipt.Version });
        var listed = await _second.Registers.List<CounterRegister>(new("", 0, "", receipt.Position, owner));
        listed.Items.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Id = receipt.Stream, Total = 5, receipt.Version });
    }

    [Fact]
    public async Task Pages_go_through_everything_once_whatever_is_added_meanwhile()
    {
        var owner = new PartnerId(Guid.NewGuid());
        var ids = await Task.WhenAll(Enumerable.Range(0, 23).Select(_ => _first.OpenAsync(owner: owner)));
        var position = await _first.Positions.Final();
        var seen = new List<string>();
        var token = "";
        do
        {
            var page = await _second.Registers.List<CounterRegister>(new($"owner = {{{owner.ToString().ToUpperInvariant()}}}", 5, token, position, owner));
            seen.AddRange(page.Items.Select(i => i.Id));
            token = page.NextPageToken;
            await _first.OpenAsync(owner: owner);
        }
        while (token.Length > 0);

        seen.Should().BeInAscendingOrder(StringComparer.Ordinal).And.OnlyHaveUniqueItems().And.Contain(ids.Select(Counters.Stream));
    }

    [Theory]
    [InlineData("total >= 5 AND state = STILL_OPEN AND note : \"FIV\"", true)]
    [InlineData("total < 5.5 AND due = false AND due_on != 2014-01-01", true)]
    [InlineData("note = \"' or 1=1 --\"", false)]
    [InlineData("note : \"%\"", false)]
    public async Task Filters_say_what_they_mean(string filter, bool found)
    {
        var owner = new PartnerId(Guid.NewGuid());
        var id = await _first.OpenAsync(owner: owner);
        var receipt = await _first.SendAsync(new Count(id, 5, "Five? \"It's\" five"), $"filter-{id}");

        var page = await _first.Registers.List<CounterRegister>(new(filter, 0, "", receipt.Position, owner));
        page.Items.Should().HaveCount(found ? 1 : 0);
    }

    [Theory]
    [InlineData("total = five")]
    [InlineData("state = 'x'; drop table mt_events")]
    [InlineData("organisations = x")]
    [InlineData("due = perhaps")]
    [InlineData("owner = \"a' or\"")]
    [InlineData("note = \"a\0b\"")]
    [InlineData("state < STILL_OPEN")]
    [InlineData("state = 0")]
    [InlineData("state = STILL_OPEN,ALL_CLOSED")]
    [InlineData("due > false")]
    [InlineData("owner >= 5a7f0000-0000-4000-8000-000000000001")]
    [InlineData("total = 1,000")]
    public async Task Filters_that_mean_nothing_are_refused(string filter) =>
        await FluentActions.Awaiting(() => _first.Registers.List<CounterRegister>(new(filter, 0, "", 0, null))).Should().ThrowAsync<FieldsException>();

    [Theory]
    [InlineData("AGE=")]
    [InlineData("not base64!")]
    public async Task Page_tokens_that_no_list_gave_out_are_refused(string token) =>
        await FluentActions.Awaiting(() => _first.Registers.List<CounterRegister>(new("", 0, token, 0, null))).Should().ThrowAsync<FieldsException>();

    [Fact]
    public async Task A_change_of_a_table_is_acknowledged_when_both_silos_have_it()
    {
        for (var i = 0; i < 10; i++)
        {
            var id = await (i % 2 == 0 ? _first : _second).OpenAsync();
            foreach (var silo in new[] { _first, _second }) silo.Get<IOpenCounters>().Streams.Should().Contain(Counters.Stream(id));
        }
    }

    [Fact]
    public async Task A_follow_up_that_breaks_between_two_steps_repeats_and_never_doubles()
    {
        var (left, right) = (await _first.OpenAsync(), await _first.OpenAsync());
        silos.Follow.Breaks = 1;
        silos.Follow.Steps = (left, right);
        var closing = await _first.OpenAsync();
        await _first.SendAsync(new CloseCounter(closing), $"close-{closing}");

        await Eventually.BecomesTrueAsync(async () => (await _first.Reader.ReadStream(Counters.Stream(right))).Count == 2, "the second step is done", 30);
        silos.Follow.Breaks.Should().Be(0, "it broke once");
        (await _first.Reader.ReadStream(Counters.Stream(left))).Should().HaveCount(2);
    }

    [Fact]
    public async Task An_event_in_an_earlier_shape_reaches_a_follow_up_that_hears_what_it_has_become()
    {
        var (left, right) = (await _first.OpenAsync(), await _first.OpenAsync());
        silos.Follow.Steps = (left, right);
        await _first.CloseInEarlierShapeAsync(Counters.Stream(await _first.OpenAsync()), 1);

        foreach (var id in new[] { left, right })
            await Eventually.BecomesTrueAsync(async () => (await _first.Reader.ReadStream(Counters.Stream(id))).Count == 2, "it is followed", 30);
    }

    [Fact]
    public async Task Where_a_register_can_not_take_an_event_all_stop_and_are_not_ready()
    {
        await using var database = await OwnDatabase.CreateAsync();
        await using var host = await LedgerHost.StartAsync(database, ledger => ledger.AddRegister<BrittleRegister>());
        var id = await host.OpenAsync();
        var poison = await host.SendAsync(new Count(id, 666, "x"), "poison");
        var after = await host.SendAsync(new Count(await host.OpenAsync(), 1, "y"), "after");

        await FluentActions.Awaiting(() => host.Registers.WaitFor(after.Position)).Should().ThrowAsync<LedgerException>();
        var lag = host.Get<ProjectionLag>();
        var (recorded, reached) = await lag.ReadAsync(default);
        reached.Should().BeLessThan(poison.Position);
        lag.Late(recorded, reached, DateTimeOffset.UnixEpoch).Should().BeNull();
        lag.Late(recorded, reached, DateTimeOffset.UnixEpoch + ProjectionLag.Grace + TimeSpan.FromSeconds(1)).Should().NotBeNull("past its grace it is unready");

        var rebuild = host.Get<RegisterRebuild>();
        var asked = await rebuild.Ask(default);
        await Eventually.BecomesTrueAsync(async () => (await rebuild.Read(asked, default)).Done, "the rebuild ends", 30);
        (await rebuild.Read(asked, default)).Failure.Should().Be($"A register could not take the event at position {poison.Position} (InvalidOperationException).");
    }

    [Fact]
    public async Task Registers_and_follow_ups_whose_place_another_silo_has_moved_go_on_from_there()
    {
        await using var database = await OwnDatabase.CreateAsync();
        await using var host = await LedgerHost.StartAsync(database);
        var id = await host.OpenAsync();
        await host.Registers.WaitFor((await host.SendAsync(new Count(id, 1, "before"), "before")).Position);

        // As the silo that kept them before may, when it commits what it had begun.
        await database.ExecuteAsync("update mt_event_progression set last_seq_id = 1 where name like '%:All'");
        var after = await host.SendAsync(new Count(id, 1, "after"), "after");

        await Eventually.BecomesTrueAsync(async () => (await host.Get<ProjectionLag>().ReadAsync(default)).Reached == after.Position, "all have come to it", 30);
        (await host.Registers.List<CounterRegister>(new("total = 2", 0, "", 0, null))).Items.Should().ContainSingle();
    }

    [Fact]
    public async Task A_rebuild_that_a_silo_left_unfinished_is_begun_again_by_the_next()
    {
        await using var database = await OwnDatabase.CreateAsync();
        await using (var before = await LedgerHost.StartAsync(database)) await before.Registers.WaitFor((await before.SendAsync(new Count(await before.OpenAsync(), 7, "seven"), "seven")).Position);
        await database.ExecuteAsync("update mt_doc_counterregister set data = jsonb_set(data, array['total'], '70'); insert into ledger_rebuild (asked, streams, of_streams) values (now(), 1, 2)");

        await using var next = await LedgerHost.StartAsync(database);
        var rebuild = next.Get<RegisterRebuild>();
        await Eventually.BecomesTrueAsync(async () => await rebuild.Asked(default) is null, "the rebuild ends", 30);
        (await next.Registers.List<CounterRegister>(new("total = 7", 0, "", 0, null))).Items.Should().ContainSingle();
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(3)]
    public async Task Registers_made_anew_show_what_their_events_say_whatever_stood_there_and_whichever_silo_is_asked(int streamsAPass)
    {
        foreach (var silo in new[] { _first, _second }) silo.Get<RegisterRebuild>().StreamsAPass = streamsAPass;
        var (kept, lost) = (await _first.OpenAsync(), await _second.OpenAsync());
        await _first.SendAsync(new Count(kept, 7, "seven"), $"seven-{kept}");
        await _first.Registers.WaitFor(await _first.Positions.Final());
        var before = await _first.Registers.List<CounterRegister>(new($"total = 7", 500, "", 0, null));
        await silos.Database.ExecuteAsync(
            $"""
            update mt_doc_counterregister set data = jsonb_set(data, array['total'], '70') where id = '{Counters.Stream(kept)}';
            delete from mt_doc_counterregister where id = '{Counters.Stream(lost)}';
            """);

        foreach (var silo in new[] { _first, _second })
        {
            var rebuild = silo.Get<RegisterRebuild>();
            var asked = await rebuild.Ask(default);
            await Eventually.BecomesTrueAsync(
                async () =>
                {
                    if (silo == _second) (await _first.Registers.List<CounterRegister>(new("total = 7", 500, "", 0, null))).Items.Should().HaveCount(before.Items.Count, "lists are whole meanwhile");
                    return (await rebuild.Read(asked, default)).Done;
                },
                "the rebuild ends",
                30);
            var done = await rebuild.Read(asked, default);
            (done.Failure, done.Streams).Should().Be((null, done.OfStreams));
        }

        (await _second.Registers.List<CounterRegister>(new("total = 7", 500, "", 0, null))).Should().BeEquivalentTo(before);
        (await silos.Database.ScalarAsync<bool>($"select exists (select 1 from mt_doc_counterregister where id = '{Counters.Stream(lost)}')")).Should().BeTrue();
        // What comes after it follows as ever.
        var later = await _second.SendAsync(new Count(lost, 1, "later"), $"later-{lost}");
        await _first.Registers.WaitFor(later.Position);
        LedgerVerdict verdict = null!;
        await Eventually.BecomesTrueAsync(async () => (verdict = await LedgerCheck.Run(silos.Database.ConnectionString, "ledger", [], [])).Unsealed == 0, "all is sealed");
        verdict.Findings.Should().BeEmpty("registers that were made anew are no tampering");
    }

    /// <summary>Two silos with a table and a follow-up.</summary>
    public sealed class WithEverything : TwoSilos
    {
        internal AfterClosing Follow { get; } = new();

        internal override Action<LedgerBuilder> More => ledger =>
        {
            ledger.AddTable<OpenCounters, IOpenCounters>();
            ledger.Services.AddSingleton(Follow);
            ledger.AddFollowUp<AfterClosing>();
        };
    }

    internal interface IOpenCounters
    {
        IReadOnlySet<string> Streams { get; }
    }

    /// <summary>The counters that were ever opened.</summary>
    [Fact]
    public void A_table_may_be_asked_by_its_own_type_and_by_several_faces_and_is_one()
    {
        var services = new ServiceCollection();
        new LedgerBuilder(services).AddTable<OpenCounters, OpenCounters>().AddTable<OpenCounters, IOpenCounters>();
        using var provider = services.BuildServiceProvider();

        var table = provider.GetRequiredService<OpenCounters>();
        provider.GetRequiredService<IOpenCounters>().Should().BeSameAs(table);
        provider.GetServices<ISiloTable>().Should().Equal(table);
    }

    internal sealed class OpenCounters : ISiloTable, IOpenCounters
    {
        public IReadOnlySet<string> Streams { get; private set; } = new HashSet<string>();
        public IReadOnlyList<string> Kinds => [Counters.Kind];
        public void Rebuild(IReadOnlyList<RecordedEvent> events) => Streams = events.Select(e => e.Stream).ToHashSet();
    }

    /// <summary>After a closing it counts two others on; between the two it breaks, as often as it is told to, and then sends them in the other order.</summary>
    [Hears(typeof(CounterClosed))]
    internal sealed class AfterClosing : IFollowUp
    {
        public string Name => "after-closing";
        public int Breaks { get; set; }
        public (Guid Left, Guid Right)? Steps { get; set; }

        public ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
        {
            if (recorded.Event is not CounterClosed || Steps is not var (left, right)) return new([]);
            ICommand[] both = [new Count(left, 1, "closed"), new Count(right, 1, "closed")];
            if (Breaks == 0) return new(both.Reverse().ToArray());
            Breaks--;
            // The second step can't be addressed, which ends the page after the first is done.
            return new([both[0], new RaiseDue("nobodys-kind/5a7f0000-0000-4000-8000-000000000001")]);
        }
    }

    internal sealed record BrittleRegister(string Id, long Version) : IRegister<BrittleRegister>
    {
        public static string Kind => Counters.Kind;
        public IReadOnlyList<PartnerId> Organisations => [];
        public static BrittleRegister? Fold(BrittleRegister? document, RecordedEvent recorded) => recorded.Event is CounterCounted { By: 666 }
            ? throw new InvalidOperationException("It can't take this.")
            : new(recorded.Stream, recorded.Version);
    }
}
