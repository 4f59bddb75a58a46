using EqualitiesPlatform.Assessments;
using EqualitiesPlatform.Cases;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Engagement;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Reporting;
using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Vocabulary;
using Category = EqualitiesPlatform.Disclosure.Category;
using Classification = EqualitiesPlatform.Disclosure.Classification;
using Evidence = EqualitiesPlatform.Governance.Evidence;

namespace EqualitiesPlatform.Stories.Governance;

/// <summary>Cases, networks, consultations and assessments in a report: what each section says, and what each figure rests on.</summary>
public class PeopleSectionStories
{
    private static readonly NetworkId Together = ReportHistory.Id<NetworkId>("together");
    private static readonly PartnerId Trust = ReportHistory.Id<PartnerId>("trust"), Bus = ReportHistory.Id<PartnerId>("bus");
    private static readonly ConsultationId Early = ReportHistory.Id<ConsultationId>("early");
    private static readonly MeasureId Experienced = ReportHistory.Id<MeasureId>("experienced");
    private static readonly MeasureDefinition Survey = new(
        "Hate crime experienced", "What residents said", "incidents", null, null, 1, Polarity.Contextual, Frequency.Yearly, YearEnd.Last, "Survey", "Safety", [], true);

    [Fact]
    public void The_reporting_rate_of_hate_crime_is_told_from_published_counts_apart_from_what_happened()
    {
        var history = ReportHistory.OfLittleton();
        var (monitor, terms) = (ReportHistory.Id<MonitorId>("hate-crime"), new MonitorTerms(MonitorKind.HateCrimeReporting, "Hate crime", ReportHistory.Id<MeasureId>("reported"), null, [], null, Experienced, 10));
        var table = history.Record("2014-04-02", "statistic", "cases", Published(("crime", 9), ("non-crime-incident", 11)));
        Rows(history).Should().HaveCount(1, "nothing tells how much happens");

        var watched = history.Record("2013-04-02", "monitor", "hate-crime", new MonitorSetUp(monitor, "hate-crime", terms));
        var defined = history.Record("2013-04-02", "measure", "experienced", new MeasureDefined(Experienced, "experienced", null, Survey, null, null, []));
        var said = history.Record("2014-03-31", "observation-sheet", "experienced", new ObservationsReported(
            new SheetId(Experienced, 1, ReportHistory.Year, 0), null, null, [new(MeasuredPeriod.Parse("2013-14"), "", 80, null, null, ObservationStatus.Final)], new DateOnly(2014, 3, 31)));

        Rows(history).Select(r => r[1].Text).Should().Equal("20", "80", "25");
        Rows(history).Select(r => r[2].Text).Should().Equal("Not published", "No figure", "Not known");
        Rows(history).SelectMany(r => r).Should().NotContain(c => c.Status == "on-track" || c.Status == "off-track", "neither way is better by itself");
        Figure(history, new CasesSectionWithReporting(), "cases.reporting-rate.2013-14.experienced").Positions.Should().Equal(table, watched, defined, said);
        history.Record("2014-04-03", "statistic", "cases", Published(("crime", null), ("non-crime-incident", 11)));
        Rows(history)[0][1].Text.Should().Be("20", "what was published stays public");

        var kept = ReportHistory.OfLittleton();
        kept.Record("2014-04-02", "statistic", "cases", Published(("crime", null), ("non-crime-incident", 11)));
        Rows(kept)[0][1].Should().Be(new Cell("Kept back", null, "suppressed"));
        Complete(ReportHistory.OfLittleton(), new CasesSectionWithReporting()).Should().BeEquivalentTo(Complete(ReportHistory.OfLittleton(), new CasesSection()));
        history.Record("2014-01-01", "monitor", "hate-crime", new MonitorStoodDown("Watched elsewhere"));
        Rows(history).Should().HaveCount(1);
    }

    [Fact]
    public void Figures_that_came_from_a_shared_dataset_name_it_and_its_version()
    {
        var history = ReportHistory.OfLittleton();
        Complete(history, new EngagementSectionWithDatasets()).Parts.Should().NotContain(p => p.Key == "engagement.from-datasets");
        history.Record("2013-10-01", "shared-dataset", "needs", new DatasetOffered(ReportHistory.Id<SharedDatasetId>("needs"), "needs", Trust, "Needs by ward", "Who asked"));
        history.Record("2013-04-02", "measure", "experienced", new MeasureDefined(Experienced, "experienced", null, Survey, null, null, []));
        history.Record("2012-10-01", "shared-dataset", "needs", new DatasetFiguresTaken("old", Experienced, null));
        var taken = history.Record("2014-04-20", "shared-dataset", "needs", new DatasetFiguresTaken("q4", Experienced, null));

        var row = Complete(history, new EngagementSectionWithDatasets()).Parts.OfType<ReportTable>().Single(t => t.Key == "engagement.from-datasets").Rows.Should().ContainSingle("what came in before the year is no news").Subject;
        row.Select(c => c.Text).Should().Equal("Needs by ward", "q4", "Hate crime experienced", "The council", "20 Apr 2014");
        Figure(history, new EngagementSectionWithDatasets(), $"engagement.from-dataset.{taken}").Positions.Should().Equal(taken);
    }

    [Fact]
    public void Evidence_stands_under_the_recommendation_for_which_the_pack_names_it()
    {
        var history = ReportHistory.OfLittleton();
        history.Record("2013-04-01", "policy-pack", "littleton", new PackContentsListed([new("recommendation:r1", new Citation(CitationSource.Report, "7.1"))]));
        var met = history.Record("2013-10-23", "network", "together", new NetworkMet(["Data"], [], new DateOnly(2013, 10, 23)));
        Evidenced(history)[0].Select(c => c.Text).Should().Equal("7.1: Take part", "The policy pack names none", "");
        Evidenced(history).Should().HaveCount(1 + Enum.GetValues<Evidence>().Length);

        history.Record("2013-04-02", "policy-pack", "littleton", new PolicySetInForce(
            "2", "Policy", new Dictionary<string, string> { ["recommendations.r1.evidence"] = "contributions network-meetings of-another-release" }, new DateOnly(2013, 4, 2)));
        Evidenced(history).Take(3).Select(r => (r[0].Text, r[1].Text, r[2].Text)).Should().Equal(
            ("7.1: Take part", "Contributions to networks", "0"), ("and", "Meetings of networks", "1"), ("Asked of nobody by name", "Agreements to priorities", "0"));
        Figure(history, new EngagementSectionWithDatasets(), "engagement.evidence.network-meetings").Positions.Should().Equal(met);
        Figure(history, new EngagementSectionWithDatasets(), "engagement.evidence.contributions").Searched.Should().Contain("ContributionMade");
    }

    [Fact]
    public void A_council_that_asked_partners_for_nothing_still_reads_what_its_records_show()
    {
        var history = new ReportHistory();
        history.Record("2013-10-23", "network", "together", new ContributionMade(Trust, "Data", new DateOnly(2013, 10, 23)));
        Complete(history, new RecommendationsSectionWithCitations()).Should().Match<SectionContent>(s => s.Parts.Count == 0 && s.Introduction[0].Contains("names no recommendation"));
        var table = Complete(history, new EngagementSectionWithDatasets()).Parts.OfType<ReportTable>().Single();
        table.Columns.Should().Equal("Evidence", "Count");
        table.Rows.Should().HaveCount(Enum.GetValues<Evidence>().Length).And.Contain(r => r[0].Text == "Contributions to networks" && r[1].Text == "1");
    }

    [Fact]
    public void A_dataset_is_shown_with_whom_it_was_shared_in_the_year_and_what_it_was_used_for()
    {
        var history = ReportHistory.OfLittleton();
        var needs = ReportHistory.Id<SharedDatasetId>("needs");
        void Record(string day, object @event) => history.Record(day, "shared-dataset", "needs", @event);
        Record("2013-05-01", new DatasetOffered(needs, "needs", Trust, "Needs", "By ward"));
        Record("2013-05-02", new DatasetVersionAdded("q1", new string('0', 64), "A folder", "A sample"));
        Record("2013-05-03", new SharingAgreed("advice", "Advice where it is needed", "Counts", new(2013, 5, 3), new(2014, 12, 31), [Bus]));
        Record("2013-05-03", new SharingAgreed("old", "Something before", "Counts", new(2012, 5, 3), new(2013, 3, 31), [Bus]));
        Record("2013-06-01", new DatasetUsed(Bus, "q1", "A stop at the clinic", new(2013, 6, 1)));
        Record("2014-02-01", new SharingEnded("advice", "The clinic moved"));
        Datasets().Should().ContainSingle().Which.Select(c => c.Text).Should().Equal("Needs", "Library Trust", "q1: A sample", "Bus Company, until 1 Feb 2014: Advice where it is needed", "1", "Bus Company: A stop at the clinic");
        System.Text.Json.JsonSerializer.Serialize(Complete(history, new EngagementSectionWithDatasets()), Catalogue.Json).Should().NotContain("A folder", "where it lies is for who may see it");
        Figure(history, new EngagementSectionWithDatasets(), "engagement.uses.needs").Value.Should().Be("1");

        IReadOnlyList<IReadOnlyList<Cell>> Datasets() => Complete(history, new EngagementSectionWithDatasets()).Parts.OfType<ReportTable>().Single(t => t.Key == "engagement.datasets").Rows;
    }

    [Fact]
    public void Priorities_show_who_agreed_to_the_words_as_they_are()
    {
        var history = ReportHistory.OfLittleton();
        var founded = history.Record("2013-05-01", "network", "together", new NetworkFounded(Together, "together", "Together", "Joint action", false, ["faith"]));
        var joined = new[] { Trust, Bus }.Select(p => history.Record("2013-05-02", "network", "together", new NetworkJoined(p, "libraries"))).ToArray();
        history.Record("2013-06-01", "network", "together", new PriorityNamed("way-home", new FinancialYear(2013), "A safe way home"));
        history.Record("2013-06-02", "network", "together", new PriorityAgreed("way-home", Bus));
        var named = history.Record("2013-06-03", "network", "together", new PriorityNamed("way-home", new FinancialYear(2013), "A lit way home"));
        var agreed = history.Record("2013-06-04", "network", "together", new PriorityAgreed("way-home", Trust));
        history.Record("2013-06-05", "network", "together", new PriorityNamed("old", new FinancialYear(2012), "Something of last year"));
        history.Record("2013-06-06", "achievement", "lamps", new AchievementRecorded(ReportHistory.Id<AchievementId>("lamps"), "lamps", Trust, "Lamps", "Twelve lamps", "Photographs", [], false, new DateOnly(2013, 6, 6)));
        var achievement = history.Events[^1].Id;
        history.Record("2013-06-07", "network", "together", new AchievementLinked("way-home", new AchievementId(achievement)));

        var row = Complete(history, new NetworksSectionWithPriorities()).Parts.OfType<ReportTable>().Single(t => t.Key == "networks.priorities").Rows.Should().ContainSingle().Subject;
        row.Select(c => c.Text).Should().Equal("A lit way home", "Together", "2013-14", "1 of 2", "Bus Company", "Lamps");
        Figure(history, new NetworksSectionWithPriorities(), "networks.priority.way-home.together").Positions.Should().Equal([founded, .. joined, named, agreed]);
    }

    [Fact]
    public void A_network_of_lead_officers_has_members_and_no_meetings()
    {
        var (one, two) = (new PersonId(Guid.NewGuid()), new PersonId(Guid.NewGuid()));
        var history = ReportHistory.OfLittleton();
        var founded = history.Record("2013-05-01", "network", "staff", new NetworkFounded(ReportHistory.Id<NetworkId>("staff"), "staff", "Staff", "Pick cases up", false, []));
        history.Record("2013-05-01", "network", "staff", new NetworkDescribed("Staff Network", "Pick cases up", true, []));
        var stays = history.Record("2013-05-02", "network", "staff", new LeadJoined(one));
        history.Record("2013-05-02", "network", "staff", new LeadJoined(two));
        history.Record("2013-05-03", "network", "staff", new LeadLeft(two));

        var section = Complete(history, new NetworksSectionWithPriorities());
        var entries = section.Parts.OfType<ReportEntries>().Single();
        (entries.Heading, string.Join(", ", entries.Facts.Select(f => f.Term))).Should().Be(("Staff Network", "For, Lead officers, Meetings in the year"));
        section.Parts.OfType<ReportTable>().Should().BeEmpty();
        section.Figures.Single(f => f.Key == "networks.leads.staff").Should().Match<Figure>(f => f.Value == "1" && f.Positions.SequenceEqual(new[] { founded, stays }));
        System.Text.Json.JsonSerializer.Serialize(section, Catalogue.Json).Should().NotContain(one.ToString(), "a pseudonym is nothing for a report");
    }

    [Fact]
    public void Everything_that_is_quoted_names_the_events_that_say_it()
    {
        var history = AFullYear();
        foreach (var section in new ISection[] { new EngagementSectionWithCitations(), new NetworksSectionWithCitations(), new AssessmentsSectionInFull(), new RecommendationsSectionWithCitations() })
        {
            var content = Complete(history, section);
            foreach (var figure in content.Figures)
                Complete(history.Events.Where(e => figure.Positions.Contains(e.Position)), section).Figures.Where(f => f.Key == figure.Key).Select(f => f.Value).Should().Equal([figure.Value], "{0} names what determines it", figure.Key);
            var facts = content.Parts.OfType<ReportEntries>().SelectMany(e => e.Facts.Concat(e.Entries.SelectMany(n => n.Facts))).ToArray();
            facts.SelectMany(f => f.Said).Where(c => c.FigureKey is null).Select(c => c.Text).Distinct().Should().BeSubsetOf(["It works without meetings"]);
            var keys = content.Figures.ToDictionary(f => f.Key, f => f.Value);
            content.Parts.SelectMany(p => p is ReportTable table ? table.Rows.SelectMany(r => r) : []).Concat(facts.SelectMany(f => f.Said))
                .Where(c => c.FigureKey is not null).Should().OnlyContain(c => keys[c.FigureKey!] == c.Text);
        }
    }

    [Fact]
    public void Co_chairs_are_shown_with_those_before_them_and_with_the_place_that_is_vacant()
    {
        var history = ReportHistory.OfLittleton();
        void Record(string day, object @event) => history.Record(day, "network", "together", @event);
        Record("2013-05-01", new NetworkFounded(Together, "together", "Together", "Joint action", false, []));
        Chairs().Should().Equal("None elected");
        foreach (var member in new[] { Trust, Bus }) Record("2013-05-02", new NetworkJoined(member, "libraries"));
        Record("2013-05-03", new CoChairsElected(Trust, Bus, new DateOnly(2013, 5, 3)));
        Record("2014-01-03", new CoChairsElected(Bus, Trust, new DateOnly(2014, 1, 3)));
        Chairs().Should().Equal("Bus Company and Library Trust, since 3 January 2014", "Before: Library Trust and Bus Company, since 3 May 2013");
        Record("2014-02-01", new NetworkLeft(Bus, "No time"));
        Record("2014-02-01", new CoChairVacant(Bus));
        Chairs()[0].Should().Be("Library Trust; the other place is vacant since 1 February 2014");
        Chairs().Should().HaveCount(3);
        Record("2014-02-02", new NetworkLeft(Trust, "No time either"));
        Chairs()[0].Should().Be("Both places are vacant");

        string[] Chairs() => [.. Complete(history, new NetworksSectionWithCitations()).Parts.OfType<ReportEntries>().Single().Facts.Single(f => f.Term == "Co-chairs").Said.Select(c => c.Text)];
    }

    [Fact]
    public void Who_had_left_and_what_was_withdrawn_before_the_year_are_in_no_report_of_it()
    {
        var history = ReportHistory.OfLittleton();
        history.Record("2012-05-01", "network", "together", new NetworkFounded(Together, "together", "Together", "Joint action", false, []));
        foreach (var member in new[] { Trust, Bus }) history.Record("2012-05-02", "network", "together", new NetworkJoined(member, "libraries"));
        history.Record("2013-03-31", "network", "together", new NetworkLeft(Bus, "No time"));
        history.Record("2013-04-01", "network", "together", new NetworkLeft(Trust, "No time"));
        Complete(history, new NetworksSectionWithCitations()).Parts.OfType<ReportTable>().Single(t => t.Key == "networks.attendance").Rows
            .Select(r => (r[0].Text, r[2].Text)).Should().Equal(("Library Trust", "Left"));

        history.Record("2013-02-01", "consultation", "early", new ConsultationDrafted(Early, "early", Trust, "Early", "To hear", new(2013, 2, 1), new(2013, 6, 1), ["paper"], []));
        history.Record("2013-02-01", "consultation", "early", new ConsultationOpened(new(2013, 6, 1), new(2013, 2, 1)));
        Open().Should().Be("1");
        history.Record("2013-03-31", "consultation", "early", new ConsultationWithdrawn("Another way was found", new(2015, 3, 31)));
        Open().Should().BeNull();

        string? Open() => Complete(history, new EngagementSectionWithCitations()).Figures.SingleOrDefault(f => f.Key == "engagement.consultations")?.Value;
    }

    [Fact]
    public void A_proposal_is_told_from_its_screen_to_the_review_of_what_it_did()
    {
        var section = Complete(AFullYear(), new AssessmentsSectionInFull());
        section.Parts.OfType<ReportEntries>().Single().Entries.Single(e => e.Key == "assessments.hours").Facts.Select(f => $"{f.Term}: {string.Join(" | ", f.Said.Select(c => c.Text))}").Should().Equal(
            "What it would do: Close on Mondays", "Relevance: Relevant: Older people come",
            "Effects: Age: a medium loss for 400 people. A count | Disability, Race: no change. A count | Sex, in Weir: nobody can say yet. A count",
            "Mitigations: Bring books: Library Trust, by 31 January 2014; in place since 20 January 2014 | Tell everybody: Bus Company, by 1 February 2014; overdue",
            "What consultation showed: Late buses: Older people cannot come later", "Due regard in deciding: 3 February 2014: Older people were weighed", "Had been opened: Version 11 of the record",
            "Review of its effects: 1 March 2014: Fewer came | By 1 June 2014");
        Value("gains.2013-14.characteristic-race").Should().BeNull("what changes nothing has no row");
        (Value("losses.2013-14.characteristic-age"), Value("unknown.2013-14.characteristic-sex.weir"), Value("net.2013-14.characteristic-sex.weir"), Value("live.2013-14")).Should().Be(("2, hit more than once", "1", "0", "2"));
        section.Parts.OfType<ReportChart>().Single().Panels.SelectMany(p => p.Lines).SelectMany(l => l.Values).Where(v => v.Value is not null).Should().OnlyContain(v => v.Cell.FigureKey != null);

        string? Value(string name) => section.Figures.SingleOrDefault(f => f.Key == $"assessments.{name}")?.Value;
    }

    /// <summary>A year in which everything that these sections tell of has happened.</summary>
    private static ReportHistory AFullYear()
    {
        var history = ReportHistory.OfLittleton();
        void Of(string kind, string key, params (string Day, object Event)[] events)
        {
            foreach (var (day, e) in events) history.Record(day, kind, key, e);
        }

        var (needs, hours, fares, promise, item, lamps) = (
            ReportHistory.Id<SharedDatasetId>("needs"), ReportHistory.Id<ImpactAssessmentId>("hours"), ReportHistory.Id<ImpactAssessmentId>("fares"), ReportHistory.Id<CommitmentId>("promise"),
            ReportHistory.Id<ActionPlanItemId>("read"), ReportHistory.Id<AchievementId>("lamps"));
        Of("partner", "bus", ("2013-04-05", new PartnerRenamed("Bus Company", new DateOnly(2013, 4, 5))));
        Of("commitment", "promise", ("2013-04-06", new CommitmentProposed(promise, "promise", Bus, "Plain letters", "way:w1", [], null, false)));
        var committed = new CommitmentId(history.Events[^1].Id);
        Of("partner-standing", "bus", ("2013-04-07", new RecommendationAnswered(Bus, "recommendation:r1", RecommendationAnswer.Accepted, "It helps us", [committed])));
        Of("consultation", "early",
            ("2013-05-01", new ConsultationDrafted(Early, "early", Trust, "Late buses", "Who needs them", new(2013, 5, 1), new(2013, 6, 1), ["paper"], [])), ("2013-05-01", new PromotionAsked(Bus)),
            ("2013-05-01", new PromotionAsked(Trust)), ("2013-05-01", new ConsultationOpened(new(2013, 6, 1), new(2013, 5, 1))), ("2013-05-10", new ConsultationExtended(new(2013, 6, 8), "A holiday")),
            ("2013-05-11", new ConsultationPromoted(Bus, "On each bus", [], new(2013, 5, 11))),
            ("2013-05-12", new FormatAskedFor(ReportHistory.Id<FormatRequestId>("print"), OtherFormat.LargePrint, "", default, default, new(2013, 5, 26), new(2013, 5, 12))),
            ("2013-05-20", new FormatSupplied(ReportHistory.Id<FormatRequestId>("print"), 6, false, new(2013, 5, 20))),
            ("2013-05-12", new FormatAskedFor(ReportHistory.Id<FormatRequestId>("read"), OtherFormat.EasyRead, "", default, default, new(2013, 5, 26), new(2013, 5, 12))),
            ("2013-05-13", new ResponseReceived(ReportHistory.Id<ConsultationResponseId>("one"), "paper", default, default, new(2013, 5, 13))),
            ("2013-06-09", new ConsultationClosed(new(2015, 6, 8), new(2013, 6, 8))), ("2013-06-10", new ThemeNamed("late", "Nothing runs after ten")), ("2013-06-10", new ThemeNamed("dear", "It is dear")),
            ("2013-06-11", new ThemeAnswered("late", "Two run until midnight")), ("2013-06-12", new ThemeFollowed("late", ChangedRecord.Commitment, history.Events.Single(e => e.Event is CommitmentProposed).Id, "", "It says so", new(2013, 6, 12))),
            ("2013-06-13", new ConsultationReported("Late buses are needed")));
        Of("shared-dataset", "needs",
            ("2012-05-01", new DatasetOffered(needs, "needs", Trust, "Needs", "By ward")), ("2012-05-02", new DatasetVersionAdded("q1", new string('0', 64), "A folder", "A sample")),
            ("2012-05-03", new SharingAgreed("advice", "Advice", "Counts", new(2012, 5, 3), new(2014, 12, 31), [Bus])), ("2014-02-01", new SharingEnded("advice", "The clinic moved")));
        Of("shared-dataset", "stops",
            ("2013-05-01", new DatasetOffered(ReportHistory.Id<SharedDatasetId>("stops"), "stops", Bus, "Stops", "By hour")), ("2013-06-01", new DatasetUsed(Bus, "q1", "A stop at the clinic", new(2013, 6, 1))));
        Of("achievement", "lamps", ("2013-06-06", new AchievementRecorded(lamps, "lamps", Trust, "Lamps", "Twelve", "Photographs", [], false, new DateOnly(2013, 6, 6))));
        var lit = new AchievementId(history.Events[^1].Id);
        Of("action-plan-item", "read", ("2013-07-02", new PlanItemProposed(item, "read", ReportHistory.Id<ActionPlanId>("plan"), ReportHistory.Year, "Read together", Trust, [], new(2014, 3, 1), [], [], [])));
        var proposed = new ActionPlanItemId(history.Events[^1].Id);
        Of("action-plan-item", "read", ("2013-07-03", new PlanItemConfirmed(new DateOnly(2013, 7, 3))));
        Of("network", "together",
            ("2013-05-01", new NetworkFounded(Together, "together", "Together", "Joint action", true, [])), ("2013-05-01", new NetworkDescribed("Together", "Joint action", false, ["libraries", "faith"])),
            ("2013-05-02", new NetworkJoined(Trust, "libraries")), ("2013-05-02", new NetworkJoined(Bus, "transport")), ("2013-05-03", new CoChairsElected(Trust, Bus, new DateOnly(2013, 5, 3))),
            ("2013-05-04", new NetworkMet(["Lamps", "Books"], [new EqualitiesPlatform.Engagement.Attendance(Trust, "Chair"), new EqualitiesPlatform.Engagement.Attendance(Bus, "Driver")], new DateOnly(2013, 5, 4))),
            ("2013-05-05", new ContributionMade(Bus, "Where it is dark", new DateOnly(2013, 5, 5))), ("2013-06-01", new PriorityNamed("way-home", ReportHistory.Year, "A lit way home")),
            ("2013-06-02", new PriorityAgreed("way-home", Trust)), ("2013-06-07", new AchievementLinked("way-home", lit)), ("2013-06-08", new PriorityNamed("books", ReportHistory.Year, "More books")),
            ("2013-07-01", new JointActionAgreed(Together, "read", "Read together", Trust, [Bus], new(2014, 3, 1), proposed)),
            ("2013-08-01", new NetworkLeft(Bus, "No time")), ("2013-08-01", new CoChairVacant(Bus)));
        Of("network", "staff", ("2013-05-01", new NetworkFounded(ReportHistory.Id<NetworkId>("staff"), "staff", "Staff", "Pick cases up", true, [])), ("2013-05-02", new NetworkJoined(Trust, "libraries")));
        EffectAssessed Effect(string group, string? ward, EffectDirection direction, EffectSize size, int? people) => new($"characteristic:{group}", ward is null ? null : new Ward(ward), direction, size, people, "A count");
        Of("impact-assessment", "hours",
            ("2014-01-02", new AssessmentOpened(hours, "hours", ProposalKind.Budget, "Shorter hours", "Close on Mondays", Trust, ReportHistory.Year)), ("2014-01-03", new ProposalScreened(true, "Older people come")),
            ("2014-01-04", Effect("age", null, EffectDirection.Negative, EffectSize.Medium, 400)), ("2014-01-04", Effect("disability", null, EffectDirection.Neutral, EffectSize.None, null)),
            ("2014-01-04", Effect("race", null, EffectDirection.Neutral, EffectSize.None, null)), ("2014-01-04", Effect("sex", "Weir", EffectDirection.Unknown, EffectSize.None, null)),
            ("2014-01-05", new MitigationAgreed(hours, "delivery", "Bring books", Trust, new(2014, 1, 31), ["characteristic:age"], default)),
            ("2014-01-05", new MitigationAgreed(hours, "letter", "Tell everybody", Bus, new(2014, 2, 1), ["characteristic:age"], default)),
            ("2014-01-06", new ConsultationCited(Early, "Older people cannot come later")), ("2014-01-07", new AssessmentSigned(default)), ("2014-01-08", new AssessmentSignedOff(default)),
            ("2014-01-20", new MitigationCompleted("delivery", "Rounds", new(2014, 1, 20))), ("2014-02-03", new ProposalDecided(ProposalOutcome.GoesAhead, "Older people were weighed", new(2014, 3, 2))),
            ("2014-02-03", new DueRegardShown(11)), ("2014-02-03", new ImpactReviewSet(new(2014, 3, 2), new(2014, 2, 16))), ("2014-03-01", new ImpactReviewed("Fewer came", new(2014, 6, 1))),
            ("2014-03-01", new ImpactReviewSet(new(2014, 6, 1), new(2014, 5, 18))));
        Of("impact-assessment", "fares",
            ("2014-01-02", new AssessmentOpened(fares, "fares", ProposalKind.Budget, "Dearer fares", "Each ride costs more", Bus, ReportHistory.Year)), ("2014-01-03", new ProposalScreened(true, "Many ride")),
            ("2014-01-04", Effect("age", null, EffectDirection.Negative, EffectSize.Large, 250)), ("2014-02-04", new ProposalDecided(ProposalOutcome.Deferred, "Not yet", new(2014, 3, 1))),
            ("2014-02-04", new DueRegardMissing(DueRegardGap.NotAssessed)), ("2014-02-04", new ImpactReviewSet(new(2014, 3, 1), new(2014, 2, 15))), ("2014-03-02", new ImpactReviewMissed(new(2014, 3, 1), new(2014, 3, 2))));
        return history;
    }

    [Fact]
    public void Leads_are_who_is_in_one_team_at_least()
    {
        var (one, two) = (new PersonId(Guid.NewGuid()), new PersonId(Guid.NewGuid()));
        var history = new ReportHistory();
        void Join(string team, PersonId member) => history.Record("2013-05-01", "case-team", team, new TeamJoined(ReportHistory.Id<CaseTeamId>(team), team, member));
        Join("north", one);
        Join("south", one);
        Join("south", two);
        history.Record("2013-05-02", "case-team", "north", new TeamLeft(one));
        CaseLeadsAreMembers.Leads(history.Events).Should().Equal(one, two);
        history.Record("2013-05-03", "case-team", "south", new TeamLeft(one));
        CaseLeadsAreMembers.Leads(history.Events).Should().Equal(two);
    }

    [Fact]
    public void Who_leads_cases_leaves_the_network_that_the_pack_names_no_more()
    {
        var (one, two) = (new PersonId(Guid.NewGuid()), new PersonId(Guid.NewGuid()));
        var history = new ReportHistory();
        foreach (var e in new object[] { new LeadJoined(one), new LeadJoined(two), new LeadLeft(one), new NetworkJoined(Trust, "libraries") }) history.Record("2013-05-01", "network", "staff", e);
        CaseLeadsAreMembers.Members(history.Events).Should().Equal(two);
    }

    [Fact]
    public void Whom_a_pack_names_as_members_join_once_and_its_two_co_chairs_are_elected()
    {
        var council = Guid.NewGuid();
        PartnerId Partner(string key) => NameBasedId.Of<PartnerId>(council, key);
        var values = new Dictionary<string, string> { ["networks.together.members.trust"] = "libraries", ["networks.together.members.bus"] = "transport", ["networks.other.members.bus"] = "faith" };
        var now = new NetworkEstablished("together", "Together", [], "Joint action", false, null, [Partner("trust"), Partner("bus")], [Partner("trust"), Partner("bus")], new Citation(CitationSource.Practice, ""));
        IEnumerable<ICommand> Follow(NetworkEstablished? before) => NetworksFollowThePack.Membership(Together, now, before, council, values);

        Follow(null).Should().Equal(
            new JoinNetwork(Together, Partner("trust"), "libraries"), new JoinNetwork(Together, Partner("bus"), "transport"), new ElectCoChairs(Together, Partner("trust"), Partner("bus"), null));
        Follow(now with { Name = "Together as one" }).Should().BeEmpty("who left by themselves is not brought back by other words");
        Follow(now with { Members = [Partner("trust")], CoChairs = [] }).Should().Equal(
            new JoinNetwork(Together, Partner("bus"), "transport"), new ElectCoChairs(Together, Partner("trust"), Partner("bus"), null));
    }

    [Fact]
    public void A_decision_without_any_assessment_stands_in_the_report_whenever_it_came_to_light()
    {
        var parking = ReportHistory.Id<ImpactAssessmentId>("parking");
        var found = new UnassessedDecisionRecorded(parking, "parking", ProposalKind.Budget, "Dearer parking", "A higher charge", Trust, new FinancialYear(2014), ProposalOutcome.GoesAhead, "Item 8", null, new DateOnly(2014, 2, 25));
        var history = ReportHistory.OfLittleton();
        var position = history.Record("2014-05-01", "impact-assessment", "parking", found);

        var section = Complete(history, new AssessmentsSectionWithUnassessed());
        Value("without-assessment").Should().Be("1");
        (Value("opened"), Value("decided"), Value("due-regard-missing")).Should().Be(("0", "1", "1"));
        section.Figures.Single(f => f.Key == "assessments.due-regard.parking").Should().Match<Figure>(f => f.Value == "Not shown: no assessment" && f.Positions.SequenceEqual(new[] { position }));
        section.Parts.OfType<ReportTable>().Single().Rows.Single()[3].Text.Should().Be("None");

        string Value(string name) => section.Figures.Single(f => f.Key == $"assessments.{name}").Value;
    }

    private static TablePublished Published(params (string Incident, long? Count)[] rows)
    {
        Category[] categories = [.. rows.Select(r => new Category(r.Incident, r.Incident)), new Category("no-report", "Other cases"), new Category("total", "Total")];
        var table = new ProtectedTable(
            "cases-2013-14", "Hate-crime reports by what was reported", new DateOnly(2014, 3, 31), [new TableDimension("incident", "What was reported", new Classification("incident", "1", categories))],
            [.. categories.Select(c => Array.Find(rows, r => r.Incident == c.Key) is { Incident: not null, Count: { } count } ? new ProtectedCell(CellMark.Exact, count) : new ProtectedCell(CellMark.Suppressed, null))],
            DisclosureRule.Default);
        return new TablePublished(ReportHistory.Id<StatisticId>("cases"), 1, table, false, new TableOrigin(CaseCounts.Source, ReportHistory.Year, 9, "d"));
    }

    private static IReadOnlyList<IReadOnlyList<Cell>> Rows(ReportHistory history) =>
        Complete(history, new CasesSectionWithReporting()).Parts.OfType<ReportTable>().Single(t => t.Key == "cases.reporting").Rows;

    private static IReadOnlyList<IReadOnlyList<Cell>> Evidenced(ReportHistory history) => Complete(history, new EngagementSectionWithDatasets()).Parts.OfType<ReportTable>().Single().Rows;

    /// <summary>A figure, which comes to the same from its own events alone.</summary>
    private static Figure Figure(ReportHistory history, ISection section, string key)
    {
        var figure = Complete(history, section).Figures.Single(f => f.Key == key);
        Complete(history.Events.Where(e => figure.Positions.Contains(e.Position)), section).Figures.Where(f => f.Key == key).Select(f => f.Value).Should().Equal(figure.Value);
        return figure;
    }

    private static SectionContent Complete(ReportHistory history, ISection section) => Complete(history.Events, section);

    private static SectionContent Complete(IEnumerable<RecordedEvent> events, ISection section)
    {
        var fold = section.Begin(new ReportScope("crc", ReportHistory.Year, new DateOnly(2014, 3, 31), long.MaxValue));
        foreach (var recorded in events) fold.Apply(recorded);
        return fold.Complete();
    }
}
