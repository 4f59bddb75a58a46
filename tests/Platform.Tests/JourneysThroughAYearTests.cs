using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Equalities.Commitments.V1;
using Equalities.Governance.V1;
using Equalities.Ledger.V1;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>A small council's year as its partner leads, its governance officer and its auditor see it.</summary>
public sealed partial class JourneysThroughAYearTests(SmallCouncil council) : IClassFixture<SmallCouncil>
{
    // What it counts, counted again from nothing but the events that are named as being behind it.
    private static readonly Dictionary<string, Func<Behind, int>> Recounts = new()
    {
        ["commitments.total"] = e => e.Of("commitment-proposed").Count(),
        ["commitments.on-course"] = e => e.Statuses().Count(s => s is "Completed" or "OnTrack"),
        ["commitments.in-doubt"] = e => e.Statuses().Count(s => s is "AtRisk" or "OffTrack"),
        ["commitments.not-started"] = e => e.Statuses().Count(s => s is "NotStarted"),
        ["commitments.missed"] = e => e.Of("update-missed").Count(),
        ["commitments.late"] = e => e.Of("progress-reported", "nil-reported").Count(x => x.Data.GetProperty("late").GetBoolean()),
        ["commitments.nil"] = e => e.Of("nil-reported").Count(),
        ["commitments.named"] = e => e.Of("miss-named-for-report").Count(),
        ["positions.attested"] = e => e.Of("position-attested").Count(),
        ["positions.answered"] = e => e.Of("position-answered").Count(),
        ["positions.nil"] = e => e.Of("position-nil-returned").Count(),
        ["positions.no-answer"] = e => e.Of("position-unanswered").Count(),
        ["positions.not-asked"] = e => e.Of("partner-registered").Count() - e.Of("position-attested").Count(),
        ["achievements.total"] = e => e.Of("achievement-recorded").Count(),
        ["achievements.best-practice"] = e => e.Of("achievement-recorded").Count(x => x.Data.GetProperty("bestPractice").GetBoolean()),
        ["achievements.shared"] = e => e.Of("achievement-shared").Count(),
        ["achievements.adopted"] = e => e.Of("practice-adopted").Count(),
        ["expectations.met"] = e => e.Of("expectation-attested").Count(x => x.Text("status") == "Met"),
        ["expectations.partly-met"] = e => e.Of("expectation-attested").Count(x => x.Text("status") == "PartlyMet"),
        ["expectations.not-met"] = e => e.Of("expectation-attested").Count(x => x.Text("status") == "NotMet"),
        ["expectations.not-stated"] = e => e.Pairs() - e.Of("expectation-attested").Count(),
        ["expectations.excepted"] = e => e.Of("exception-granted").Count(),
        ["expectations.expired"] = e => e.Of("exception-granted").Count(),
        ["recommendations.accepted"] = e => e.Of("recommendation-answered").Count(x => x.Text("answer") == "Accepted"),
        ["recommendations.modified"] = e => e.Of("recommendation-answered").Count(x => x.Text("answer") == "Modified"),
        ["recommendations.declined"] = e => e.Of("recommendation-answered").Count(x => x.Text("answer") == "Declined"),
        ["recommendations.unanswered"] = e => e.Pairs() - e.Of("recommendation-answered").Count(),
        ["plans.items"] = e => e.Of("plan-item-proposed").Count(),
        ["plans.completed"] = e => e.Of("plan-item-completed").Count(),
        ["plans.late"] = e => e.Of("plan-item-proposed").Count(x =>
            e.Of("plan-item-completed").All(done => done.Stream != x.Stream) && string.CompareOrdinal(e.Due(x), "2022-03-31") < 0),
        ["plans.slipped"] = e => e.Of("plan-item-proposed").Count(x => string.CompareOrdinal(e.Due(x), x.Text("dueOn")) > 0),
        ["plans.milestones-missed"] = e => e.Of("milestone-missed").Count(),
        ["plans.carried-forward"] = e => e.Of("plan-item-carried-forward").Count(),
        ["cases.returns.no-tension"] = e => e.Of("return-submitted").Count(x => x.Text("return") == "NoTension"),
        ["cases.returns.tensions"] = e => e.Of("return-submitted").Count(x => x.Text("return") == "Tensions"),
        ["cases.returns.nil"] = e => e.Of("return-submitted").Count(x => x.Text("return") == "NilReturn"),
        ["cases.returns.none"] = e => e.Of("return-missed").Count(m => e.Of("return-submitted").All(s => s.Stream != m.Stream || s.Text("week") != m.Text("week"))),
        ["meetings.called"] = e => e.Of("meeting-called").Count(),
        ["meetings.papers"] = e => e.Of("paper-tabled").Count(),
        ["meetings.minuted"] = e => e.Of("recommendation-minuted").Count(),
        ["meetings.agreed"] = e => e.Of("recommendation-minuted").Count(x => x.Text("outcome") is "Agreed" or "Amended"),
        ["meetings.unanswered"] = e => e.Of("answer-to-minute-heard").Count(x => x.Text("answer") == "Asked"),
        ["networks.meetings"] = e => e.Of("network-met").Count(),
        ["networks.contributions"] = e => e.Of("contribution-made").Count(),
        ["networks.joint-actions"] = e => e.Of("joint-action-agreed").Count(),
        ["promises.unserved.way"] = e => e.Unserved(),
        ["promises.unserved.expectation"] = e => e.Unserved(),
        ["promises.unserved.recommendation"] = e => e.Unserved(),
        ["obligations.met"] = e => e.Of("obligation-met").Count(x => !x.Data.GetProperty("late").GetBoolean()),
        ["obligations.met-late"] = e => e.Of("obligation-met").Count(x => x.Data.GetProperty("late").GetBoolean()),
        ["obligations.missed"] = e => e.Of("obligation-missed").Count(),
        // Owed for the year: the review for each half, and the figures each January.
        ["obligations.due"] = e => 3 - e.Of("obligation-met").Count() - e.Of("obligation-missed").Count(),
    };

    private readonly JourneyCalls _calls = new(council.Platform);

    [Fact]
    public async Task The_report_says_what_was_counted_by_hand()
    {
        var figures = (await ReportThen()).Figures;
        var byHand = new Dictionary<string, string>
        {
            ["commitments.total"] = "3",
            // ask-first was completed on 1 March, count-visitors was last on track; 1 + 1.
            ["commitments.on-course"] = "2",
            // open-evenings: at risk on 10 January.
            ["commitments.in-doubt"] = "1",
            ["commitments.not-started"] = "0",
            // count-visitors on 15 July for Q1, which came on the 19th, and on 15 January for Q3, which never came; 1 + 1.
            ["commitments.missed"] = "2",
            ["commitments.late"] = "1",
            ["commitments.nil"] = "1",
            // Named 28 days after the due day: Q3, due on 14 January, on 11 February. Q1 came before 11 August.
            ["commitments.named"] = "1",
            ["commitments.updates-missed.count-visitors"] = "2",
            ["commitments.updates-missed.open-evenings"] = "0",
            // Escalated 14 days after the due day: Q3 on 28 January. Q1 came before 28 July.
            ["commitments.updates-escalated.count-visitors"] = "1",
            ["commitments.attestation.library-trust"] = "Attested on 1 April 2022",
            ["commitments.attestation.council"] = "No answer",
            // 2 partners × 2 recommendations = 4 pairs; one accepted, one declined; 4 - 1 - 1.
            ["recommendations.accepted"] = "1",
            ["recommendations.declined"] = "1",
            ["recommendations.unanswered"] = "2",
            // 2 partners × 2 expectations = 4 pairs; one attested; 4 - 1.
            ["expectations.partly-met"] = "1",
            ["expectations.not-stated"] = "3",
            ["plans.items"] = "2",
            ["plans.completed"] = "1",
            ["plans.late"] = "1",
            ["plans.slipped"] = "1",
            // From 31 December to 15 March: 31 in January + 28 in February + 15.
            ["plans.slippage.ramp"] = "74 days",
            // From 15 March to the cut-off on 31 March.
            ["plans.days-late.ramp"] = "16 days",
            // Commitments and items serve listen and measure; nothing serves publish, and nothing the 2 expectations and 2 recommendations.
            ["promises.unserved.way"] = "1",
            ["promises.unserved.expectation"] = "2",
            ["promises.unserved.recommendation"] = "2",
            // Three days are owed: 14 October passed, 31 January was met on the 20th, 14 April is to come.
            ["obligations.met"] = "1",
            ["obligations.met-late"] = "0",
            ["obligations.missed"] = "1",
            ["obligations.due"] = "1",
        };
        figures.Where(f => byHand.ContainsKey(f.Key)).ToDictionary().Should().BeEquivalentTo(byHand);
    }

    [Fact]
    public async Task Loading_the_same_pack_again_records_nothing()
    {
        var before = await StreamsOfThePack();
        var again = await _calls.Load("small-council.json");
        again.Counts.Should().OnlyContain(c => c.Added == 0 && c.Changed == 0 && c.Refused == 0);
        (await StreamsOfThePack()).Should().Equal(before);
    }

    [Fact]
    public async Task What_is_backdated_moves_a_status_only_where_it_is_the_latest_and_no_report_of_an_earlier_position()
    {
        var then = await ReportThen();
        var status = await _calls.CommitmentOf("open-evenings");

        await _calls.Report("library-trust-lead", "open-evenings", CommitmentStatus.OffTrack, "2021-09-30");
        var moved = await _calls.CommitmentOf("open-evenings");
        (moved.Status, moved.StatusOn).Should().Be((CommitmentStatus.AtRisk, "2022-01-10"), "a report from January stands over one from September");
        moved.Version.Should().BeGreaterThan(status.Version);

        await _calls.Report("library-trust-lead", "open-evenings", CommitmentStatus.OnTrack, "2022-02-01");
        moved = await _calls.CommitmentOf("open-evenings");
        (moved.Status, moved.StatusOn).Should().Be((CommitmentStatus.OnTrack, "2022-02-01"));

        var still = await ReportThen();
        still.Bytes.Should().Equal(then.Bytes);
        still.Issued.Should().Be(then.Issued);
        var now = (await _calls.YearEnd(Request(null))).Figures;
        (now["commitments.on-course"], now["commitments.in-doubt"]).Should().Be(("3", "0"), "what holds from 1 February is known by now");
    }

    [Fact]
    public async Task A_partner_lead_reports_late_once_and_the_miss_stays()
    {
        var stream = $"commitment/{(await _calls.CommitmentOf("count-visitors")).CommitmentId}";
        var events = await _calls.HistoryOf(stream);
        events.Select(e => e.Version).Should().Equal(Enumerable.Range(1, events.Count).Select(i => (long)i));
        var missed = events.First(e => e.StoredName == "commitments.update-missed.v1");
        var late = events.First(e => e.StoredName == "commitments.progress-reported.v1");
        late.Version.Should().BeGreaterThan(missed.Version);
        (missed.EffectiveOn, late.EffectiveOn, late.Role).Should().Be(("2021-07-15", "2021-06-30", "PartnerLead"));
        late.CanonicalJson.Should().Contain("\"late\":true");

        var again = await _calls.Report("library-trust-lead", "count-visitors", CommitmentStatus.OnTrack, "2021-06-30", "2021-22 Q1", "first-count");
        (again.Version, again.Position).Should().Be((late.Version, late.Position), "a retry nine months later is the same request");
        var register = await _calls.CommitmentOf("count-visitors");
        register.Misses.Select(m => (m.Period, m.UpdatedOn)).Should().Equal(("2021-22 Q1", "2021-07-19"), ("2021-22 Q3", ""));
        await JourneyCalls.Fails(
            () => _calls.Report("library-trust-lead", "count-visitors", CommitmentStatus.OffTrack, "2021-06-30", "2021-22 Q1", "first-count"),
            StatusCode.FailedPrecondition, "REQUEST_ID_REUSED");
    }

    [Fact]
    public async Task A_governance_officer_finds_behind_every_headline_the_events_that_count_up_to_it()
    {
        var report = await ReportThen();
        report.Headlines.Should().BeEquivalentTo(Recounts.Keys);
        var lines = (await _calls.Replayed()).Select(line => new Told(JsonDocument.Parse(line).RootElement)).ToDictionary(t => t.Position);
        foreach (var headline in report.Headlines)
        {
            var explained = await _calls.Reports.ExplainFigureAsync(
                new() { Body = "audit-committee", Year = "2021-22", KnownAt = $"{council.YearPlayed}", Figure = headline, PageSize = 500 },
                await _calls.As("governance-officer"));
            explained.Value.Should().Be(report.Figures[headline]);
            explained.Events.Should().HaveCount(explained.Count);
            Sha256(string.Join('\n', explained.Events.Select(e => e.Position))).Should().Be(explained.Digest);
            $"{Recounts[headline](new Behind([.. explained.Events.Select(e => lines[e.Position])]))}".Should().Be(explained.Value, "{0} is {1}", headline, explained.Formula);
        }
    }

    [Fact]
    public async Task An_auditor_replays_what_each_record_shows_and_verifies_it()
    {
        var lines = await _calls.Replayed();
        var told = lines.Select(line => (Line: line, Told: new Told(JsonDocument.Parse(line).RootElement))).ToArray();
        told.Select(t => t.Told.Position).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        foreach (var stream in told.GroupBy(t => t.Told.Stream))
            (await _calls.HistoryOf(stream.Key)).Select(e => e.CanonicalJson).Take(stream.Count()).Should().Equal(stream.Select(s => s.Line));

        var verified = await _calls.Verified();
        verified.Done.Should().BeTrue();
        verified.Findings.Should().BeEmpty();
        verified.Events.Should().BeGreaterThanOrEqualTo(lines.Count);
    }

    [Fact]
    public async Task An_auditor_writes_nothing()
    {
        var auditor = await _calls.As("auditor");
        await Refused(_calls.Commitments.ReportProgressAsync(new() { RequestId = "a", CommitmentId = "ask-first" }, auditor).ResponseAsync);
        await Refused(_calls.Commitments.ConfirmCommitmentAsync(new() { RequestId = "a", CommitmentId = "ask-first" }, auditor).ResponseAsync);
        await Refused(_calls.Partners.MergePartnerAsync(new() { RequestId = "a", PartnerId = "council", IntoId = "library-trust" }, auditor).ResponseAsync);
        await Refused(_calls.PlanItems.CompletePlanItemAsync(new() { RequestId = "a", ItemId = "ramp" }, auditor).ResponseAsync);
        await Refused(_calls.Obligations.MeetObligationAsync(new() { RequestId = "a", ObligationId = "yearly-figures" }, auditor).ResponseAsync);
        await Refused(_calls.Clock.AdvanceClockAsync(new() { To = "2030-01-01T00:00:00Z" }, auditor).ResponseAsync);
        using var load = _calls.Packs.LoadPack(new() { RequestId = "a" }, auditor);
        await Refused(load.ResponseStream.MoveNext(CancellationToken.None));

        static Task Refused(Task call) => JourneyCalls.Fails(() => call, StatusCode.PermissionDenied, "ROLE_NOT_ALLOWED");
    }

    private Task<IssuedReportBytes> ReportThen() => _calls.YearEnd(Request(council.YearPlayed));

    private static IssueYearEndReportRequest Request(long? knownAt) =>
        new() { Body = "audit-committee", Year = "2021-22", KnownAt = $"{knownAt}", Format = ReportFormat.Json };

    // Other tests report on commitments meanwhile; what a pack loads is none of their reports.
    private async Task<IReadOnlyList<string>> StreamsOfThePack() =>
        [.. (await _calls.Replayed()).Where(line => new Told(JsonDocument.Parse(line).RootElement).Name != "commitments.progress-reported.v1")];

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private sealed record Told(JsonElement Event)
    {
        public long Position => Event.GetProperty("position").GetInt64();
        public string Stream => Event.GetProperty("stream").GetString()!;
        public string Name => Event.GetProperty("name").GetString()!;
        public JsonElement Data => Event.GetProperty("data");
        public string Text(string member) => Data.GetProperty(member).GetString()!;
    }

    private sealed record Behind(IReadOnlyList<Told> Events)
    {
        public IEnumerable<Told> Of(params string[] names) => Events.Where(e => names.Any(n => e.Name.EndsWith($".{n}.v1", StringComparison.Ordinal)));

        public int Pairs() => Of("partner-registered").Count() * Of("statement-established").Count();

        public IEnumerable<string> Statuses() =>
            from one in Of("commitment-proposed")
            let last = Of("progress-reported", "commitment-completed", "commitment-withdrawn").Where(e => e.Stream == one.Stream)
                .OrderBy(e => e.Text("effectiveOn"), StringComparer.Ordinal).ThenBy(e => e.Position).LastOrDefault()
            select last is null ? "NotStarted" : last.Name.EndsWith(".commitment-completed.v1", StringComparison.Ordinal) ? "Completed" : last.Text("status");

        public string Due(Told item) => Of("plan-item-moved").LastOrDefault(m => m.Stream == item.Stream)?.Text("to") ?? item.Text("dueOn");

        public int Unserved()
        {
            var served = Of("commitment-proposed").Select(c => c.Text("source"))
                .Concat(Of("commitment-proposed", "plan-item-proposed").SelectMany(c => c.Data.GetProperty("serves").EnumerateArray().Select(s => s.GetString()!)))
                .Select(reference => reference[(reference.IndexOf(':') + 1)..]).ToHashSet();
            return Of("statement-established").Count(s => !served.Contains(s.Text("key")));
        }
    }
}
