using EqualitiesPlatform.Assessments;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Assessments;

/// <summary>The worked example of docs/cumulative-impact.md, whose figures were found by hand.</summary>
public class CumulativeImpactStories
{
    private static readonly FinancialYear Year = FinancialYear.Parse("2014-15");
    private static readonly DateOnly May = new(2013, 5, 1);
    private static readonly PartnerId Council = new(Guid.Parse("0198a000-0000-7000-8000-0000000000e3"));
    private static readonly Guid Libraries = Guid.Parse("0198a000-0000-7000-8000-0000000000f1");
    private static readonly Guid Transport = Guid.Parse("0198a000-0000-7000-8000-0000000000f2");
    private static readonly Guid Jobs = Guid.Parse("0198a000-0000-7000-8000-0000000000f3");
    private static readonly Ward BurntOak = new("Burnt Oak");

    private static readonly (Guid Stream, object Event)[] Proposed =
    [
        Opened(Libraries), Effect(Libraries, "characteristic:age", null, EffectDirection.Negative, EffectSize.Medium, 400),
        (Libraries, new MitigationAgreed(new ImpactAssessmentId(Libraries), "delivery", "Bring books", Council, May, ["characteristic:age"], default)),
        Opened(Transport), Effect(Transport, "characteristic:age", null, EffectDirection.Negative, EffectSize.Large, 250),
        Effect(Transport, "characteristic:disability", null, EffectDirection.Negative, EffectSize.Medium, 180),
        Opened(Jobs), Effect(Jobs, "characteristic:age", null, EffectDirection.Unknown, EffectSize.None, null),
        Effect(Jobs, "characteristic:race", BurntOak, EffectDirection.Positive, EffectSize.Medium, null),
        Effect(Jobs, "group:young-adults", null, EffectDirection.Positive, EffectSize.Large, null),
    ];

    [Fact]
    public void The_live_proposals_add_up_by_group_and_ward()
    {
        var impact = After(Proposed);
        Figures(impact).Should().Equal(
            ("characteristic:age", "", -5, 2, 1, 650), ("characteristic:age", "Burnt Oak", -5, 2, 1, 650),
            ("characteristic:disability", "", -2, 1, 0, 180), ("characteristic:disability", "Burnt Oak", -2, 1, 0, 180),
            ("characteristic:race", "Burnt Oak", 2, 0, 0, 0),
            ("group:young-adults", "", 3, 0, 0, 0), ("group:young-adults", "Burnt Oak", 3, 0, 0, 0));
        impact.Cells[0].Positions.Should().Equal([1, 2, 4, 5], "what is unknown weighs nothing");
    }

    [Fact]
    public void A_withdrawal_and_a_mitigation_in_place_change_them_at_once()
    {
        var impact = After([.. Proposed, (Transport, new ProposalWithdrawn("Answers")), (Libraries, new MitigationCompleted("delivery", "Rounds", May))]);
        Figures(impact).Where(c => c.Ward == "").Should().Equal(("characteristic:age", "", -1, 1, 1, 400), ("group:young-adults", "", 3, 0, 0, 0));
        impact.Live.Select(p => p.Assessment.Value).Should().Equal(Libraries, Jobs);
    }

    [Fact]
    public void What_was_rejected_does_not_count_and_neither_does_another_year_or_what_holds_only_later()
    {
        var otherYear = Guid.Parse("0198a000-0000-7000-8000-0000000000f4");
        var impact = After(
        [
            .. Proposed, (Transport, new ProposalDecided(ProposalOutcome.Rejected, "No", null)),
            (otherYear, new AssessmentOpened(new ImpactAssessmentId(otherYear), null, ProposalKind.Policy, "t", "s", Council, Year.Next)),
            Effect(otherYear, "characteristic:sex", null, EffectDirection.Negative, EffectSize.Large, 1),
            (Libraries, new MitigationCompleted("delivery", "Rounds", May.AddDays(1))),
        ]);
        Figures(impact).Where(c => c.Ward == "").Should().Equal(("characteristic:age", "", -2, 1, 1, 400), ("group:young-adults", "", 3, 0, 0, 0));
    }

    [Fact]
    public void A_mitigation_that_two_proposals_name_is_shared_and_overdue_where_its_day_has_passed()
    {
        var impact = After(
        [
            .. Proposed,
            (Transport, new MitigationAgreed(new ImpactAssessmentId(Transport), "delivery", "Bring books", Council, May.AddDays(-1), ["characteristic:age"], default)),
        ]);
        impact.Mitigations.Should().ContainSingle().Which.Should().BeEquivalentTo(
            new SharedMitigation("delivery", "Bring books", 2, May, 1, 0, [1, 2, 3, 4, 5, 11]));
    }

    [Fact]
    public void A_decision_without_assessment_counts_once_an_effect_is_said_and_not_when_it_was_a_rejection()
    {
        (Guid, object) Found(ProposalOutcome outcome) => (Transport, new UnassessedDecisionRecorded(
            new ImpactAssessmentId(Transport), null, ProposalKind.Budget, "t", "s", Council, Year, outcome, "minute", null, May));
        var effect = Effect(Transport, "characteristic:age", null, EffectDirection.Negative, EffectSize.Large, null);
        After([Found(ProposalOutcome.GoesAhead)]).Live.Should().BeEmpty();
        Figures(After([Found(ProposalOutcome.GoesAhead), effect])).Should().Equal(("characteristic:age", "", -3, 1, 0, 0));
        After([Found(ProposalOutcome.Rejected), effect]).Live.Should().BeEmpty();
    }

    private static CumulativeImpact After(IEnumerable<(Guid Stream, object Event)> events)
    {
        var impact = new CumulativeImpact(Year, May);
        foreach (var (stream, i, e) in events.Select((s, i) => (s.Stream, i, s.Event))) impact.Apply(Recorded.As(ImpactAssessmentId.Kind, stream)(e, i));
        return impact;
    }

    private static IEnumerable<(string Group, string Ward, int Net, int Losses, int Unknown, int People)> Figures(CumulativeImpact impact) =>
        impact.Cells.Select(c => (c.Group, c.Ward?.Name ?? "", c.Net, c.Losses, c.Unknown, c.PeopleAtMost));

    private static (Guid, object) Opened(Guid id) =>
        (id, new AssessmentOpened(new ImpactAssessmentId(id), null, ProposalKind.Budget, "t", "s", Council, Year));

    private static (Guid, object) Effect(Guid id, string group, Ward? ward, EffectDirection direction, EffectSize size, int? people) =>
        (id, new EffectAssessed(group, ward, direction, size, people, "evidence"));
}
