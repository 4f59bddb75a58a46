using Equalities.Ledger.V1;
using Equalities.Options.V1;

namespace EqualitiesPlatform.Ledger.Tests;

/// <summary>The access log: what is noted is written, once, with who and when; and who opened what before when.</summary>
public sealed class AccessLogTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private readonly AccessLog _log = silo.Host.Get<AccessLog>();
    private readonly PlainCall _call = new(new Actor(new PersonId(Guid.NewGuid()), Role.DecisionMaker, null));

    private PersonId Person => Caller.Of(_call).Actor.Person;

    [Fact]
    public async Task What_a_call_notes_is_written_once_in_the_order_of_reading()
    {
        AccessLog.Follow(_call, new Access { LoggedRead = ReadPurpose.Confidential });
        AccessLog.Note(_call, "concern/1", 3);
        AccessLog.Note(_call, "assessment/1", 2, ReadPurpose.Decision);
        await _log.Write(_call, new ReplayRequest());
        await _log.Write(_call, new ReplayRequest());

        var entries = await Mine();
        entries.Select(e => (e.Purpose, e.Subject, e.Version)).Should().Equal((ReadPurpose.Decision, "assessment/1", 2), (ReadPurpose.Confidential, "concern/1", 3));
        entries.Should().OnlyContain(e => e.Role == "DecisionMaker" && e.OrganisationId == "" && e.ReadAt.EndsWith('Z'));
        (await Mine("purpose = DECISION")).Should().ContainSingle();
        (await Mine("version < 3 AND subject : assessment AND on >= 2000-01-01")).Should().ContainSingle();
        (await Mine("on < 2000-01-01")).Should().BeEmpty();
    }

    [Fact]
    public async Task An_rpc_that_leaves_a_trace_and_reads_no_record_leaves_what_it_was_asked_for()
    {
        AccessLog.Follow(_call, new Access { LoggedRead = ReadPurpose.History, LoggedScope = { "from_position", "to_position", "kinds" } });
        await _log.Write(_call, new ReplayRequest { FromPosition = 7, Kinds = { "partner", "plan" }, StoredNames = { "not.in-scope.v1" } });
        await _log.Write(_call, new ReplayRequest { FromPosition = 7 });

        (await Mine()).Should().ContainSingle().Which.Subject.Should().Be("from_position=7 kinds=partner,plan");
    }

    [Fact]
    public async Task A_record_that_leaves_no_trace_leaves_none()
    {
        AccessLog.Note(_call, "partner/1", 1);
        await _log.Write(_call, new ReplayRequest());
        (await Mine()).Should().BeEmpty();
    }

    [Fact]
    public async Task It_says_which_version_somebody_had_opened_last_before_an_instant()
    {
        var earlier = silo.Host.Clock.GetUtcNow();
        foreach (var version in new[] { 3, 4 })
        {
            AccessLog.Note(_call, "assessment/2", version, ReadPurpose.Decision);
            await _log.Write(_call, null);
        }
        var later = silo.Host.Clock.GetUtcNow().AddSeconds(1);

        (await _log.LastOpened(Person, "assessment/2", later)).Should().Be(4);
        (await _log.LastOpened(Person, "assessment/2", earlier)).Should().Be(0, "that was before");
        (await _log.LastOpened(Person, "assessment/1", later)).Should().Be(0, "that is another one");
        (await _log.LastOpened(new PersonId(Guid.NewGuid()), "assessment/2", later)).Should().Be(0, "that is somebody else");
    }

    private Task<IReadOnlyList<AccessLogEntry>> Mine(string filter = "") =>
        _log.Page(long.MaxValue, ListFilter.Parse<AccessLog.Line>($"person_id = {Person}{(filter.Length > 0 ? " AND " : "")}{filter}", Guid.Empty), 100, default);
}
