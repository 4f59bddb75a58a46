using EqualitiesPlatform.Cases;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;
using static EqualitiesPlatform.Stories.Cases.CaseStories;

namespace EqualitiesPlatform.Stories.Cases;

/// <summary>What only one kind of case has: the grades of a tension, the adjustment for a barrier, the police and a hate-crime report.</summary>
public class KindStories
{
    private const string Mark = "mark";

    private static GradeTension Grade(string level, TensionBasis basis = TensionBasis.Evidenced) => new(Id, basis, level, Text, Mark);

    private static readonly ClockSet LookAgainBy = new(CaseClock.Review, new(2013, 5, 8), new(2013, 5, 10), new(2013, 5, 15));

    [Fact]
    public void A_tension_is_graded_escalates_and_calms()
    {
        object[] watched = [.. Assigned(CaseKind.Tension), new TensionGraded("usual", TensionBasis.Evidenced, "watched", 2, Text), LookAgainBy];
        Story<Case>.Given(Assigned(CaseKind.Tension)).When(Grade("watched")).Then(new TensionGraded("usual", TensionBasis.Evidenced, "watched", 2, Text), LookAgainBy);
        Story<Case>.Given(watched).When(Grade("watched")).ThenNothing();
        Story<Case>.Given(watched).When(Grade("high")).Then(
            new TensionEscalated("usual", TensionBasis.Evidenced, "watched", "high", 4, Text), new ClockKept(CaseClock.Review, new(2013, 5, 8), false), LookAgainBy);
        Story<Case>.Given(watched).When(Grade("calm", TensionBasis.Potential)).Events[0].Should().Be(new TensionCalmed("usual", TensionBasis.Potential, "watched", "calm", 1, Text));
        Story<Case>.Given(watched).When(Grade("watched", TensionBasis.Experienced)).Events[0].Should().Be(new TensionGraded("usual", TensionBasis.Experienced, "watched", 2, Text));
        Story<Case>.Given(watched).When(Grade("terrible")).ThenRefused("LEVEL_UNKNOWN");
        Story<Case>.Given(Assigned()).When(Grade("watched")).ThenRefused("NOT_A_TENSION");
    }

    [Fact]
    public void A_new_scale_begins_anew_and_a_level_has_its_own_review()
    {
        object[] watched = [.. Assigned(CaseKind.Tension), new TensionGraded("usual", TensionBasis.Evidenced, "watched", 2, Text)];
        var graded = Story<Case>.Given(watched)
            .Under(("cases.tension-scale", "new"), ("cases.tension-scale.new.levels", "low high"), ("cases.clock.tension.high.review", "1"))
            .When(Grade("high")).Events;
        graded.Should().Equal(
            new TensionGraded("new", TensionBasis.Evidenced, "high", 2, Text), new ClockSet(CaseClock.Review, new(2013, 5, 2), new(2013, 5, 6), new(2013, 5, 9)));
    }

    [Fact]
    public void What_was_learned_from_a_tension_is_written_down_also_when_it_is_over()
    {
        Story<Case>.Given([.. Assigned(CaseKind.Tension), new CaseResolved(CaseOutcome.PutRight, Text)]).When(new RecordLesson(Id, Text, Mark)).Then(new LessonRecorded(Text));
        Story<Case>.Given(Assigned()).When(new RecordLesson(Id, Text, Mark)).ThenRefused("NOT_A_TENSION");
    }

    [Fact]
    public void An_adjustment_is_agreed_provided_and_looked_at_again()
    {
        var barrier = Assigned(CaseKind.Barrier);
        // Sixty working days from Wednesday 1 May are twelve weeks: Wednesday 24 July.
        var again = new ClockSet(CaseClock.AdjustmentReview, new(2013, 7, 24), new(2013, 7, 26), new(2013, 7, 31));
        Story<Case>.Given(barrier).When(new ProvideAdjustment(Id, Text, Mark)).ThenRefused("NO_ADJUSTMENT_AGREED");
        Story<Case>.Given(barrier).When(new AgreeAdjustment(Id, Text, Mark)).Then(new AdjustmentAgreed(Text));
        Story<Case>.Given([.. barrier, new AdjustmentAgreed(Text)]).When(new ReviewAdjustment(Id, true, Text, Mark)).ThenRefused("ADJUSTMENT_NOT_PROVIDED");
        Story<Case>.Given([.. barrier, new AdjustmentAgreed(Text)]).When(new ProvideAdjustment(Id, Text, Mark)).Then(new AdjustmentProvided(Text), again);
        object[] closed = [.. barrier, new AdjustmentAgreed(Text), new AdjustmentProvided(Text), again, new CaseResolved(CaseOutcome.PutRight, Text), new CaseClosed()];
        Story<Case>.Given(closed).On(2013, 7, 25).When(new RaiseDue("case")).Then(new ClockBreached(CaseClock.AdjustmentReview, new(2013, 7, 24), new(2013, 7, 25)));
        Story<Case>.Given(closed).When(new ReviewAdjustment(Id, true, Text, Mark)).Then(new AdjustmentReviewed(true, Text), new ClockKept(CaseClock.AdjustmentReview, new(2013, 7, 24), false));
        Story<Case>.Given(closed).When(new ReviewAdjustment(Id, false, Text, Mark)).Events.Should().Contain(again);
        Story<Case>.Given(Assigned()).When(new AgreeAdjustment(Id, Text, Mark)).ThenRefused("NOT_A_BARRIER");
    }

    [Fact]
    public void The_police_are_told_with_consent_and_not_without()
    {
        var report = Assigned(CaseKind.HateCrimeReport);
        Story<Case>.Given([.. report, new ConsentRecorded(PoliceConsent.NotAsked)]).When(new ReportToPolice(Id, Text, Mark)).ThenRefused("NO_CONSENT");
        Story<Case>.Given([.. report, new ConsentRecorded(PoliceConsent.Refused)]).When(new RecordConsent(Id, PoliceConsent.Given)).Then(new ConsentRecorded(PoliceConsent.Given));
        Story<Case>.Given([.. report, new ConsentRecorded(PoliceConsent.Given)]).When(new RecordConsent(Id, PoliceConsent.Given)).ThenNothing();
        Story<Case>.Given([.. report, new ConsentRecorded(PoliceConsent.Given)]).When(new ReportToPolice(Id, Text, Mark)).Then(new ReportedToPolice(Text));
        Story<Case>.Given([.. report, new ConsentRecorded(PoliceConsent.Given), new ConsentRecorded(PoliceConsent.Refused)]).When(new ReportToPolice(Id, Text, Mark)).ThenRefused("NO_CONSENT");
        Story<Case>.Given(Assigned()).When(new RecordConsent(Id, PoliceConsent.Given)).ThenRefused("NOT_A_HATE_CRIME_REPORT");
    }

    [Fact]
    public void A_barrier_counts_when_a_case_of_it_is_taken_up() =>
        Story<Case>.Given(Received(CaseKind.Barrier), new BarrierReported(Step.Barrier, Step.Key), new CaseAcknowledged()).When(new TriageCase(Id, CasePriority.Standard))
            .Events.Should().Contain(new BarrierFound(Step.Barrier, Step.Key, Id));

    [Fact]
    public void A_barrier_met_three_times_is_put_forward_once()
    {
        (string, string)[] policy = [("cases.barrier.plan", "equalities-policy"), ("cases.barrier.owner", "council")];
        var met = Enumerable.Range(1, 4).Select(n => new BarrierMet(Step.Barrier, Step.Key, new CaseId(new Guid(n, 0, 0, new byte[8])), n)).ToArray();
        CountBarrier Count(int n) => new(Step.Barrier, Step.Key, met[n - 1].Case);
        var item = NameBasedId.Of<ActionPlanItemId>(Step.Barrier.Value, "barrier");
        Story<EqualitiesPlatform.Cases.Barrier>.Given(met[0]).Under(policy).When(Count(2)).Then(met[1]);
        Story<EqualitiesPlatform.Cases.Barrier>.Given(met[0], met[1]).Under(policy).When(Count(2)).ThenNothing();
        var forward = new BarrierPutForward(Step.Barrier, Step.Key, 3, item, "equalities-policy", "council", new(2013, 7, 30));
        Story<EqualitiesPlatform.Cases.Barrier>.Given(met[0], met[1]).Under(policy).When(Count(3)).Then(met[2], forward);
        Story<EqualitiesPlatform.Cases.Barrier>.Given(met[0], met[1]).When(Count(3)).Then(met[2]);
        Story<EqualitiesPlatform.Cases.Barrier>.Given(met[0], met[1], met[2], forward).Under(policy).When(Count(4)).Then(met[3]);
    }

    [Fact]
    public async Task What_is_put_forward_is_proposed_as_an_item_of_the_plan()
    {
        var forward = new BarrierPutForward(Step.Barrier, Step.Key, 3, NameBasedId.Of<ActionPlanItemId>(Step.Barrier.Value, "barrier"), "equalities-policy", "council", new(2013, 7, 30));
        var proposed = await new BarriersBecomeItems(new PolicyInForce()).After(Recorded.As("barrier", Step.Barrier.Value)(forward, 0), default);
        proposed.Should().ContainSingle().Which.Should().BeOfType<ProposePlanItem>().Which.Should().Match<ProposePlanItem>(p => p.Item == forward.Item && p.DueOn == forward.DueOn && p.Text == "Take the barrier “hendon library step” away, which people meet again and again");
    }

    [Fact]
    public async Task What_follows_from_a_case_elsewhere()
    {
        var follow = new CasesFollow();
        (await follow.After(Recorded.As("case", Id.Value)(new CaseMerged(Other), 0), default)).Should().Equal(new TakeDuplicate(Other, Id));
        (await follow.After(Recorded.As("case", Id.Value)(new BarrierFound(Step.Barrier, Step.Key, Id), 0), default)).Should().Equal(new CountBarrier(Step.Barrier, Step.Key, Id));
        (await follow.After(Recorded.As("case", Id.Value)(new RetentionEnded(Somebody, new(2015, 5, 2)), 0), default)).Should().Equal(new CallForErasure(Somebody, Id));
        (await follow.After(Recorded.As("case", Id.Value)(new CaseClosed(), 0), default)).Should().BeEmpty();
    }
}
