using System.Text.Json;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Reporting;
using EqualitiesPlatform.Vocabulary;
using FsCheck.Xunit;

namespace EqualitiesPlatform.Stories.Governance;

public class ReportStories
{
    /// <summary>Littleton's year, in which every figure below can be counted by hand.</summary>
    internal static ReportHistory Littleton()
    {
        var h = ReportHistory.OfLittleton();
        // The Trust: opens late (on track, then at risk), with one late update, one nil return and one miss; agreed outcome.
        Propose(h, "evenings", "trust", "Open late", "way:w1", "2013-12-31");
        h.Record("2013-04-10", "commitment", "evenings", new CommitmentAccepted(new DateOnly(2013, 4, 10)));
        Progress(h, "evenings", "2013-07-10", CommitmentStatus.OnTrack, 1, false, "2013-06-30");
        h.Record("2013-10-15", "commitment", "evenings", new UpdateMissed(Q(2), new DateOnly(2013, 10, 14), new DateOnly(2013, 10, 15)));
        Progress(h, "evenings", "2013-10-20", CommitmentStatus.AtRisk, 2, true, "2013-09-30");
        h.Record("2014-01-10", "commitment", "evenings", new NilReported(Q(3), false));
        h.Record("2014-01-12", "commitment", "evenings", new DueDateMoved(new DateOnly(2013, 12, 31), new DateOnly(2014, 1, 30), "Builders came late"));
        // Recorded last but effective in May, so it is the last but one that holds: the status stays at risk.
        Progress(h, "evenings", "2014-02-01", CommitmentStatus.OffTrack, 1, false, "2013-05-31");
        h.Record("2013-05-01", "agreed-outcome", "evenings", new OutcomeWorded(ReportHistory.Id<CommitmentId>("evenings"), ReportHistory.Id<PartnerId>("trust"), Side.Council, "Open until 9"));
        h.Record("2013-05-02", "agreed-outcome", "evenings", new OutcomeAgreed("Open until 9"));
        // The Bus Company: one declined, one withdrawn, one escalated and named.
        Propose(h, "ramps", "bus", "Ramps on buses", "way:w2", "2014-03-31");
        h.Record("2013-04-11", "commitment", "ramps", new CommitmentDeclined("No money"));
        Propose(h, "drivers", "bus", "Train drivers", "way:w2", "2014-03-31");
        h.Record("2013-04-12", "commitment", "drivers", new CommitmentAccepted(new DateOnly(2013, 4, 12)));
        h.Record("2013-07-15", "commitment", "drivers", new UpdateMissed(Q(1), new DateOnly(2013, 7, 14), new DateOnly(2013, 7, 15)));
        h.Record("2013-07-28", "commitment", "drivers", new MissEscalated(Q(1), new DateOnly(2013, 7, 28)));
        h.Record("2013-08-11", "commitment", "drivers", new MissNamedForReport(Q(1), new DateOnly(2013, 8, 11)));
        // Standing: the Trust met P1 with an exception that ran out at Christmas; the Bus Company said nothing.
        h.Record("2013-09-30", "partner-standing", "trust", new ExpectationAttested(ReportHistory.Id<PartnerId>("trust"), "expectation:p1", ExpectationStatus.PartlyMet, "Register", new DateOnly(2013, 9, 30)));
        h.Record("2013-10-01", "partner-standing", "trust", new ExceptionGranted(ReportHistory.Id<PartnerId>("trust"), "expectation:p1", "Moving", new DateOnly(2013, 12, 25), new DateOnly(2013, 10, 1)));
        h.Record("2013-10-02", "partner-standing", "trust", new RecommendationAnswered(ReportHistory.Id<PartnerId>("trust"), "recommendation:r1", RecommendationAnswer.Accepted, "Gladly", [ReportHistory.Id<CommitmentId>("evenings")]));
        // The plan: one item 31 days late after a move of 10 days, its one milestone missed; one carried in from last year.
        Item(h, "lifts", 2013, "2014-02-18", ["way:w3"]);
        h.Record("2013-04-20", "action-plan-item", "lifts", new PlanItemConfirmed(new DateOnly(2013, 4, 20)));
        h.Record("2014-01-06", "action-plan-item", "lifts", new MilestoneMissed(1, new DateOnly(2014, 1, 5), new DateOnly(2014, 1, 6)));
        h.Record("2014-02-01", "action-plan-item", "lifts", new PlanItemMoved(new DateOnly(2014, 2, 18), new DateOnly(2014, 2, 28), 10, 10, "Parts"));
        Item(h, "signs", 2012, "2013-03-31", []);
        h.Record("2013-04-21", "action-plan-item", "signs", new PlanItemCarriedForward(ReportHistory.Id<ActionPlanId>("plan"), new FinancialYear(2012), new FinancialYear(2013), []));
        h.Record("2013-06-30", "action-plan-item", "signs", new PlanItemCompleted("Up", new DateOnly(2013, 6, 30)));
        // Obligations: quarterly; the first met late after a miss, the second in time, two still to come by the year's end.
        h.Record("2013-04-01", "obligation", "quarterly", new ObligationStated(
            ReportHistory.Id<ObligationId>("quarterly"), "quarterly", "The quarter", "council", "crc", new ObligationRule.EachPeriod(PeriodLength.Quarter, 14), null,
            PublicationKind.PartnerUpdate, new Citation(CitationSource.Report, "6.1"), 7, 0, new DateOnly(2013, 4, 1)));
        h.Record("2013-07-15", "obligation", "quarterly", new ObligationMissed(new DateOnly(2013, 7, 14), "2013-14 Q1", new DateOnly(2013, 7, 15)));
        h.Record("2013-07-20", "obligation", "quarterly", new ObligationMet(new DateOnly(2013, 7, 14), "2013-14 Q1", PublicationKind.PartnerUpdate, "Paper 1", true, new DateOnly(2013, 7, 20)));
        h.Record("2013-10-10", "obligation", "quarterly", new ObligationMet(new DateOnly(2013, 10, 14), "2013-14 Q2", PublicationKind.PartnerUpdate, "Paper 2", false, new DateOnly(2013, 10, 10)));
        // After the year: the Trust attests.
        h.Record("2014-04-08", "year-end-attestation", "trust", new PositionAttested(ReportHistory.Id<PartnerId>("trust"), ReportHistory.Year, "v1", "So it is"));
        return h;
    }

    [Theory]
    [InlineData("commitments.total", "3")]
    [InlineData("commitments.on-course", "0")]
    [InlineData("commitments.in-doubt", "1")]
    [InlineData("commitments.not-started", "1")]
    [InlineData("commitments.missed", "2")]
    [InlineData("commitments.late", "1")]
    [InlineData("commitments.nil", "1")]
    [InlineData("commitments.named", "1")]
    [InlineData("commitments.status.evenings", "At risk")]
    [InlineData("commitments.status.ramps", "Declined")]
    [InlineData("commitments.status.drivers", "Not started")]
    [InlineData("commitments.last-update.evenings", "10 January 2014, nil return for 2013-14 Q3")]
    [InlineData("commitments.last-update.drivers", "No update")]
    [InlineData("commitments.updates-given.evenings", "3")]
    [InlineData("commitments.updates-missed.evenings", "1")]
    [InlineData("commitments.updates-escalated.drivers", "1")]
    [InlineData("commitments.due.evenings", "30 January 2014, slippage 30 days")]
    [InlineData("commitments.outcome.evenings", "Agreed by both sides")]
    [InlineData("commitments.outcome.drivers", "No outcome worded")]
    [InlineData("commitments.partner-held.bus", "2")]
    [InlineData("commitments.partner-missed.bus", "1")]
    [InlineData("commitments.attestation.trust", "Attested on 8 April 2014")]
    [InlineData("commitments.attestation.bus", "No answer")]
    [InlineData("expectations.standing.trust.p1", "Partly met, 30 Sep 2013; exception expired 25 Dec 2013")]
    [InlineData("expectations.standing.bus.p1", "Not stated")]
    [InlineData("expectations.expired", "1")]
    [InlineData("expectations.not-stated", "1")]
    [InlineData("recommendations.answer.trust.r1", "Accepted, 2 Oct 2013")]
    [InlineData("recommendations.unanswered", "1")]
    [InlineData("plans.items", "2")]
    [InlineData("plans.slippage.lifts", "10 days")]
    [InlineData("plans.days-late.lifts", "31 days")]
    [InlineData("plans.days-late.signs", "91 days")]
    [InlineData("plans.milestone.lifts.1", "Missed on 5 January 2014")]
    [InlineData("plans.milestones-missed", "1")]
    [InlineData("plans.carried-from.signs", "2012-13, recorded on 21 April 2013")]
    [InlineData("plans.late", "1")]
    [InlineData("promises.serving.way:w1", "1")]
    [InlineData("promises.serving.way:w2", "1")]
    [InlineData("promises.serving.way:w3", "1")]
    [InlineData("promises.unserved.way", "0")]
    [InlineData("promises.unserved.expectation", "1")]
    [InlineData("obligations.met", "1")]
    [InlineData("obligations.met-late", "1")]
    [InlineData("obligations.missed", "0")]
    [InlineData("obligations.due", "2")]
    public void Littletons_figures_are_what_a_hand_counts(string key, string value) =>
        Littleton().Report().Figures.Single(f => f.Key == key).Value.Should().Be(value);

    [Fact]
    public void A_cut_off_in_the_year_takes_what_holds_by_then_however_late_it_was_recorded()
    {
        // On 30 June only the update of that day holds beside the backdated one of May; the miss in July does not.
        var figures = Littleton().Report("2013-06-30").Figures.ToDictionary(f => f.Key, f => f.Value);
        figures["commitments.status.evenings"].Should().Be("On track");
        figures["commitments.missed"].Should().Be("0");
        figures["obligations.due"].Should().Be("4");
    }

    [Fact]
    public void What_is_recorded_later_changes_no_report_at_an_earlier_position()
    {
        var h = Littleton();
        for (var position = 1; position <= h.Events.Count; position++)
            ReportHistory.Report(h.Events, "2014-03-31", position).ToJson()
                .Should().Be(ReportHistory.Report(h.Events.Take(position), "2014-03-31", position).ToJson());
    }

    [Fact]
    public void The_order_in_which_sections_are_registered_does_not_matter()
    {
        var h = Littleton();
        ReportHistory.Report(h.Events, "2014-03-31", h.Events.Count, reversed: true).ToJson().Should().Be(h.Report().ToJson());
    }

    [Fact]
    public void An_absence_says_what_was_searched() =>
        Littleton().Report().Figures.Where(f => f.Value is "No update" or "No answer" or "Not stated").Should().NotBeEmpty().And.OnlyContain(f => f.Searched!.Contains("none found"));

    [Fact]
    public void Every_figure_that_a_part_shows_is_in_the_report_once()
    {
        var report = Littleton().Report();
        report.Figures.Select(f => f.Key).Should().OnlyHaveUniqueItems();
        using var json = JsonDocument.Parse(report.ToJson());
        var shown = Members(json.RootElement, "figureKey").Concat(Members(json.RootElement, "figureKeys")).ToArray();
        shown.Should().NotBeEmpty().And.BeSubsetOf(report.Figures.Select(f => f.Key));
    }

    [Fact]
    public void Every_figure_comes_to_the_same_from_the_events_alone_that_it_names()
    {
        var h = Littleton();
        foreach (var figure in h.Report().Figures)
        {
            var alone = ReportHistory.Report(h.Events.Where(e => figure.Positions.Contains(e.Position)), "2014-03-31", h.Events.Count);
            alone.Figures.Where(f => f.Key == figure.Key).Select(f => f.Value).Should().Equal([figure.Value], "{0} names what determines it", figure.Key);
        }
    }

    [Fact]
    public void The_page_names_every_statement_with_its_source_and_explains_every_figure()
    {
        var report = Littleton().Report();
        var page = System.Text.Encoding.UTF8.GetString(ReportHtml.Of(report));
        page.Should().Contain("W1: Work in way 1").And.Contain("P1: Keep the law").And.Contain("7.1: Take part").And.Contain("Report 7.1").And.Contain(report.ContentHash);
        foreach (var figure in report.Figures) page.Should().Contain($"id=\"figure-{figure.Key.Replace(':', '-')}\"");
    }

    [Fact]
    public void What_a_partner_wrote_cannot_break_the_page()
    {
        var h = ReportHistory.OfLittleton();
        Propose(h, "evil", "trust", "<script>alert(\"1\")</script>", "way:w1", "2014-03-31");
        System.Text.Encoding.UTF8.GetString(ReportHtml.Of(h.Report())).Should().NotContain("<script").And.Contain("&lt;script&gt;");
    }

    /// <summary>Whatever happened, leaving out one event changes exactly the figures that name it.</summary>
    [Property(MaxTest = 60)]
    public void Leaving_out_one_event_changes_exactly_the_figures_that_name_it((byte What, byte Which, byte When, bool Other)[] steps)
    {
        var h = ReportHistory.OfLittleton();
        Propose(h, "c0", "trust", "C0", "way:w1", "2014-01-31");
        Propose(h, "c1", "bus", "C1", "way:w2", null);
        Item(h, "i0", 2013, "2014-01-31", ["way:w1"]);
        Item(h, "i1", 2012, "2013-03-31", ["way:w3"]);
        foreach (var step in steps) Happen(h, step.What, step.Which % 2, new DateOnly(2013, 4, 1).AddDays(step.When * 2), step.Other);

        var whole = h.Report().Figures.ToDictionary(f => f.Key, Told);
        foreach (var left in h.Events)
        {
            var without = ReportHistory.Report(h.Events.Where(e => e != left), "2014-03-31", h.Events.Count).Figures.ToDictionary(f => f.Key, Told);
            var changed = whole.Where(f => without.GetValueOrDefault(f.Key) != f.Value).Select(f => f.Key).Concat(without.Keys.Except(whole.Keys));
            var named = h.Report().Figures.Where(f => f.Positions.Contains(left.Position)).Select(f => f.Key);
            changed.Should().BeEquivalentTo(named, "that is what leaving out {0} at {1} changes", left.StoredName, left.Position);
        }
    }

    private static string Told(Figure f) => $"{f.Key}|{f.Label}|{f.Formula}|{f.Value}|{f.Searched}|{f.Digest}";

    private static void Happen(ReportHistory h, int what, int which, DateOnly effective, bool other)
    {
        const string Day = "2014-02-01";
        var (c, partner, next) = ($"c{which}", ReportHistory.Id<PartnerId>(which == 0 ? "trust" : "bus"), ReportHistory.Id<PartnerId>(other ? "trust" : "bus"));
        var (standing, item, year) = (which == 0 ? "trust" : "bus", $"i{which}", ReportHistory.Year);
        var status = other ? CommitmentStatus.OnTrack : CommitmentStatus.AtRisk;
        (string Kind, string Key, object Event)[] all =
        [
            ("commitment", c, new CommitmentConfirmed()),
            ("commitment", c, new CommitmentAccepted(effective)),
            ("commitment", c, new CommitmentDeclined("No")),
            ("commitment", c, new CommitmentModified("Other", other ? effective : null, "So")),
            ("commitment", c, new DueDateMoved(null, effective, "Later")),
            ("commitment", c, new CommitmentTransferred(partner, next, "Service moved", effective)),
            ("commitment", c, new ProgressReported(status, "Going", null, null, Q(1 + which), other, effective)),
            ("commitment", c, new NilReported(Q(3), other)),
            ("commitment", c, new UpdateMissed(Q(2), effective, effective)),
            ("commitment", c, new MissEscalated(Q(2), effective)),
            ("commitment", c, new MissNamedForReport(Q(2), effective)),
            ("commitment", c, other ? new CommitmentCompleted("Done", effective) : new CommitmentWithdrawn("Dropped", effective)),
            ("commitment", c, new CommitmentAssessed(status, "Seen", effective, effective)),
            ("commitment", c, other ? new AssessmentReplied("No") : new AssessmentConcluded(status, "Yes")),
            ("commitment", c, other ? new CommitmentDisputed("Not so") : new DisputeSettled("So")),
            ("agreed-outcome", c, new OutcomeWorded(ReportHistory.Id<CommitmentId>(c), partner, other ? Side.Council : Side.Partner, "Words")),
            ("agreed-outcome", c, other ? new OutcomeAgreed("Words") : new OutcomeReopened(Side.Partner)),
            ("partner-standing", standing, new ExpectationAttested(partner, "expectation:p1", other ? ExpectationStatus.Met : ExpectationStatus.NotMet, "Seen", effective)),
            ("partner-standing", standing, new ExceptionGranted(partner, "expectation:p1", "For a time", effective.AddDays(60), effective)),
            ("partner-standing", standing, other ? new ExceptionRevoked("expectation:p1", "No") : new ExceptionLapsed("expectation:p1", effective)),
            ("partner-standing", standing, new RecommendationAnswered(partner, "recommendation:r1", other ? RecommendationAnswer.Accepted : RecommendationAnswer.Declined, "So", [])),
            ("year-end-attestation", standing, other ? new PositionAttested(partner, year, "1", null) : new PositionAnswered(partner, year, "1", "Not quite")),
            ("partner", standing, other ? new PartnerRenamed("Another name", effective) : new PartnerLeft(effective)),
            ("action-plan", "plan", other ? new PlanVersionApproved(year, "crc", "Minute", effective) : new PlanVersionDrafted(year)),
            ("action-plan-item", item, new PlanItemConfirmed(effective)),
            ("action-plan-item", item, new PlanItemProgressReported(status, "Going", null, effective)),
            ("action-plan-item", item, other ? new PlanItemCompleted("Done", effective) : new PlanItemWithdrawn("Dropped")),
            ("action-plan-item", item, new PlanItemMoved(effective, effective.AddDays(9), 9, 9, "Late")),
            ("action-plan-item", item, other ? new MilestoneMet(1, effective, 3, effective) : new MilestoneMissed(1, new DateOnly(2014, 1, 5), effective)),
            ("action-plan-item", item, new MilestoneMoved(1, effective, new DateOnly(2014, 1, 5), 0, 0, "So")),
            ("action-plan-item", item, new PlanItemCarriedForward(ReportHistory.Id<ActionPlanId>("plan"), new FinancialYear(other ? 2012 : 2013), new FinancialYear(other ? 2013 : 2014), [])),
            ("obligation", "o", new ObligationStated(ReportHistory.Id<ObligationId>("o"), "o", "Tell", "council", "crc", new ObligationRule.EachPeriod(PeriodLength.HalfYear, 14), null,
                PublicationKind.PartnerUpdate, new Citation(CitationSource.Report, other ? "6.1" : "6.2"), 7, 0, new DateOnly(2013, 4, 1))),
            ("obligation", "o", other ? new ObligationMet(new DateOnly(2013, 10, 14), "2013-14 H1", PublicationKind.PartnerUpdate, "Paper", other, effective)
                : new ObligationMissed(new DateOnly(2013, 10, 14), "2013-14 H1", effective)),
            ("policy-pack", "littleton", new StatementEstablished(StatementKind.Way, "w3", "W3", other ? "Work anew" : "Work so", new Citation(CitationSource.Policy, "3"))),
            ("policy-pack", "littleton", new PackContentsListed([new ListedEntry(other ? "way:w1" : "way:w3", new Citation(CitationSource.Policy, "1"))])),
        ];
        var (kind, key, happened) = all[what % all.Length];
        h.Record(Day, kind, key, happened);
    }

    private static void Propose(ReportHistory h, string key, string partner, string wording, string source, string? due) =>
        h.Record("2013-04-05", "commitment", key, new CommitmentProposed(
            ReportHistory.Id<CommitmentId>(key), key, ReportHistory.Id<PartnerId>(partner), wording, source, [], due is null ? null : DateOnly.ParseExact(due, "yyyy-MM-dd"), false));

    private static void Progress(ReportHistory h, string key, string day, CommitmentStatus status, int quarter, bool late, string effective) =>
        h.Record(day, "commitment", key, new ProgressReported(status, "As told", null, null, Q(quarter), late, DateOnly.ParseExact(effective, "yyyy-MM-dd")));

    private static void Item(ReportHistory h, string key, int year, string due, string[] serves) =>
        h.Record("2013-04-06", "action-plan-item", key, new PlanItemProposed(
            ReportHistory.Id<ActionPlanItemId>(key), key, ReportHistory.Id<ActionPlanId>("plan"), new FinancialYear(year), $"Do {key}", ReportHistory.Id<PartnerId>("trust"), [],
            DateOnly.ParseExact(due, "yyyy-MM-dd"), [new PlannedMilestone("First step", new DateOnly(2014, 1, 5))], serves, []));

    private static ReportingPeriod Q(int number) => new(ReportHistory.Year, PeriodLength.Quarter, number);

    private static IEnumerable<string> Members(JsonElement json, string name) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(m => m.Name != name ? Members(m.Value, name)
            : m.Value.ValueKind == JsonValueKind.Array ? m.Value.EnumerateArray().Select(v => v.GetString()!) : [m.Value.GetString()!]),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(v => Members(v, name)),
        _ => [],
    };
}
