extern alias cli;
using cli::EqualitiesPlatform.Cli.Audit;
using Equalities.Ledger.V1;
using Equalities.Options.V1;
using EqualitiesPlatform.Ledger.Sealing;
using Microsoft.Extensions.DependencyInjection;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>A statement that names somebody leaves the ledger, and the ledger stays what it was.</summary>
public sealed class WithdrawalTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private const string Naming = "A text that names somebody";
    private readonly LedgerHost _host = silo.Host;
    private readonly Actor _officer = Officer();

    [Fact]
    public async Task A_withdrawn_text_is_gone_everywhere_and_the_ledger_still_verifies()
    {
        var id = await _host.OpenAsync();
        await _host.SendAsync(new Count(id, 1, "harmless"), $"w1-{id}");
        await _host.SendAsync(new Count(id, 2, Naming), $"w2-{id}");
        var last = await _host.SendAsync(new Count(id, 3, Naming), $"w3-{id}");
        var kept = LogProof.Parse((await _host.Get<Receipts>().Of(last.Position)).Proof).Note;

        var proposed = await Endpoint().ProposeWithdrawal(Proposal(last.Stream, 3), new PlainCall(_officer));
        var withdrawal = StreamKey.IdOf(proposed.Receipt.Stream).ToString();
        (await FluentActions.Awaiting(() => Endpoint().ConfirmWithdrawal(new() { RequestId = $"no-{id}", WithdrawalId = withdrawal }, new PlainCall(_officer))).Should().ThrowAsync<LedgerException>())
            .Which.Failure.Reason.Should().Be("SAME_PERSON");
        await Endpoint().ConfirmWithdrawal(new() { RequestId = $"yes-{id}", WithdrawalId = withdrawal }, new PlainCall(Officer()));

        await Eventually.BecomesTrueAsync(async () => (await Endpoint().GetWithdrawal(new() { WithdrawalId = withdrawal }, new PlainCall(_officer))).Withdrawal.Stage == Equalities.Ledger.V1.WithdrawalStage.Completed, "the text is gone");
        var history = await _host.Reader.ReadStream(last.Stream);
        history.Select(e => e.Event).OfType<CounterCounted>().Select(e => e.Note).Should().Equal("harmless", Withdrawn.Words, Withdrawn.Words);
        history[^1].Event.Should().Be(new StatementWithdrawn(new Vocabulary.WithdrawalId(Guid.Parse(withdrawal)), 3, "note"));
        await _host.Registers.WaitFor(history[^1].Position);
        (await silo.Database.ScalarAsync<long>($"select count(*) from mt_doc_counterregister where data::text like '%{Naming}%'")).Should().Be(0);
        (await silo.Database.ScalarAsync<long>($"select count(*) from mt_events where data::text like '%{Naming}%' or headers::text like '%{Naming}%'")).Should().Be(0);
        (await silo.Database.ScalarAsync<string>($"select data ->> 'note' from mt_doc_counterregister where id = '{last.Stream}'")).Should().Be(Withdrawn.Words);

        await _host.Get<Receipts>().Of(history[^1].Position);
        (await LedgerCheck.Run(silo.Database.ConnectionString, "ledger", [], [kept])).Findings.Should().BeEmpty();
        (await _host.SendAsync(new Count(id, 4, "goes on"), $"w4-{id}")).Version.Should().Be(6);
        (await FluentActions.Awaiting(() => Endpoint().ProposeWithdrawal(Proposal(last.Stream, 3), new PlainCall(_officer))).Should().ThrowAsync<LedgerException>())
            .Which.Failure.Reason.Should().Be("ALREADY_WITHDRAWN");
    }

    [Fact]
    public async Task What_is_no_statement_can_not_be_withdrawn()
    {
        var id = await _host.OpenAsync();
        var counted = await _host.SendAsync(new Count(id, 1, "a note"), $"n1-{id}");
        async Task<string> Refused(ProposeWithdrawalRequest request) =>
            (await FluentActions.Awaiting(() => Endpoint().ProposeWithdrawal(request, new PlainCall(_officer))).Should().ThrowAsync<FieldsException>()).Which.Message;

        var other = Proposal(counted.Stream, 2);
        other.Member = "by";
        (await Refused(other)).Should().Contain("The statements of this event are note.");
        (await Refused(Proposal(counted.Stream, 1))).Should().Contain("holds no statement");
        (await Refused(new() { RequestId = "r", Stream = "nowhere" })).Should().ContainAll("stream", "reason", "member", "event_version");
        (await FluentActions.Awaiting(() => Endpoint().ProposeWithdrawal(Proposal(counted.Stream, 9), new PlainCall(_officer))).Should().ThrowAsync<LedgerException>())
            .Which.Failure.Kind.Should().Be(FailureKind.NotFound);
    }

    [Fact]
    public async Task What_the_platform_does_itself_raises_no_alarm()
    {
        var id = await _host.OpenAsync();
        var person = await _host.People.SignedIn("a-tenant", $"{id}");
        var counted = await _host.SendAsync(new Count(id, 1, "a note"), $"p1-{id}", actor: new Actor(person, Role.Administrator, null));
        await _host.CloseInEarlierShapeAsync(counted.Stream, counted.Version);
        var history = await _host.Reader.ReadStream(counted.Stream);
        var kept = LogProof.Parse((await _host.Get<Receipts>().Of(history[^1].Position)).Proof).Note;

        await _host.People.Erase(person);
        await _host.Registers.WaitFor(history[^1].Position);
        history[^1].Event.Should().Be(new CounterClosed("not said"), "an earlier shape is read as today's");
        await silo.Database.ExecuteAsync("vacuum full mt_events");

        (await LedgerCheck.Run(silo.Database.ConnectionString, "ledger", [], [kept])).Findings.Should().BeEmpty();
        (await silo.Database.ScalarAsync<string>($"select data ->> 'note' from mt_doc_counterregister where id = '{counted.Stream}'")).Should().Be("not said");
    }

    [Fact]
    public async Task A_kept_file_is_swept_when_no_event_names_it_and_stays_when_one_does()
    {
        var archive = _host.Get<Archive>();
        var (lost, named) = (await archive.Keep("printed for nothing"u8.ToArray(), default), await archive.Keep("printed for a publication"u8.ToArray(), default));
        await _host.SendAsync(new Count(await _host.OpenAsync(), 1, $"Printed: {named}"), $"a-{named}");

        (await archive.Sweep(TimeSpan.FromHours(1))).Should().Be(0, "it may still be under way");
        (await archive.Sweep(TimeSpan.Zero)).Should().Be(1);
        (await archive.Find(lost, default)).Should().BeNull();
        (await archive.Sweep(TimeSpan.Zero)).Should().Be(0);
        (await archive.Find(named, default)).Should().Equal("printed for a publication"u8.ToArray());
    }

    private static ProposeWithdrawalRequest Proposal(string stream, long version) =>
        new() { RequestId = $"{Guid.NewGuid()}", Stream = stream, EventVersion = version, Member = "note", Reason = "It names a member of the public" };

    private static Actor Officer() => new(new PersonId(Guid.NewGuid()), Role.GovernanceOfficer, null);

    private WithdrawalEndpoint Endpoint() => ActivatorUtilities.CreateInstance<WithdrawalEndpoint>(_host.Services);
}
