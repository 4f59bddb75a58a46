using Equalities.Options.V1;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Reporting;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Governance;

public class ReportLifeStories
{
    private static readonly ReportId Id = new(new Guid("00000000-0000-7000-8000-0000000000a1"));
    private static readonly ReportId Late = new(new Guid("00000000-0000-7000-8000-0000000000a2"));
    private static readonly FinancialYear Year = new(2013);
    private static readonly DateOnly June = new(2014, 6, 18);
    private static readonly PersonId Anna = Person(1), Ben = Person(2), Leader = Person(3), Member = Person(4), Director = Person(5), Clerk = Person(6);

    private static readonly ReportReviewer[] Offices = [new("leader", "Leader"), new("member", "Lead Member"), new("director", "Director")];
    private static readonly ReportTemplate Template = new(1, ["commitments@1"]);
    private static readonly ReportBody Body = new(40, Template, "hash", 12, Offices);

    private static readonly PrepareReport Prepare = new(Id, "crc-2013-14", ReportKind.YearEnd, "crc", Year, Year.Last, null);
    private static readonly ReportPrepared Prepared = new(Id, "crc-2013-14", ReportKind.YearEnd, "crc", Year, Year.Last, null, Anna);
    private static readonly FreezeReport Freeze = new(Id, "", Body, []);
    private static readonly ReportFrozen Frozen = new(40, Template, "hash", 12, Offices, Ben);
    private static readonly ReportSignedOff ByLeader = new("leader", "Leader", "hash", Leader), ByMember = new("member", "Lead Member", "hash", Member), ByDirector = new("director", "Director", "hash", Director);
    private static readonly ReportSubmitted Submitted = new("crc");
    private static readonly ReportConsidered Noted = new("crc", ReportOutcome.Noted, "CRC, item 7", null, June);
    private static readonly CertifiedReport Certificate = new(8, "proof", "certificate", new Dictionary<string, string> { ["html"] = "page" });
    private static readonly ReportPublished Published = new(ReportKind.YearEnd, 8, "proof", "certificate", new Dictionary<string, string> { ["html"] = "page" }, Anna);

    private static readonly ReportRestates Restates = new(Id, "hash", "Two schools were late");
    private static readonly ReportPrepared PreparedLate = new(Late, null, ReportKind.YearEnd, "crc", Year, Year.Last, null, Anna);

    [Fact]
    public void A_report_is_prepared_once() => After().By(Anna).When(Prepare).Then(Prepared);

    [Fact]
    public void Preparing_the_same_report_again_says_nothing_new() => After(Prepared).By(Ben).When(Prepare).ThenNothing();

    [Fact]
    public void A_key_names_one_report_only() => After(Prepared).By(Anna).When(Prepare with { Body = "cabinet" }).ThenRefused("REPORT_EXISTS");

    [Fact]
    public void What_was_not_prepared_is_not_known() => After().By(Anna).When(Freeze).ThenRefused("REPORT_UNKNOWN");

    [Fact]
    public void Somebody_else_freezes_it() => After(Prepared).By(Ben).When(Freeze).Then(Frozen);

    [Fact]
    public void Who_prepared_it_does_not_freeze_it() => After(Prepared).By(Anna).When(Freeze).ThenRefused("SAME_PERSON");

    [Fact]
    public void A_frozen_report_is_frozen() => After(Prepared, Frozen).By(Ben).When(Freeze).ThenRefused("FROZEN_ALREADY");

    [Fact]
    public void A_report_that_is_reviewed_needs_reviewers() =>
        After(Prepared).By(Ben).When(Freeze with { Frozen = Body with { Reviewers = [] } }).ThenRefused("REVIEWERS_UNKNOWN");

    [Fact]
    public void Each_reviewer_signs_off_what_was_shown()
    {
        After(Prepared, Frozen).By(Leader).When(new SignOffReport(Id, "leader", "hash", true)).Then(ByLeader);
        After(Prepared, Frozen, ByLeader).By(Leader).When(new SignOffReport(Id, "leader", "hash", true)).ThenNothing();
        After(Prepared, Frozen).By(Leader).When(new SignOffReport(Id, "leader", "another", true)).ThenRefused("CONTENT_DIFFERS");
        After(Prepared).By(Leader).When(new SignOffReport(Id, "leader", "hash", true)).ThenRefused("NOT_FROZEN");
        After(Prepared, Frozen).By(Leader).When(new SignOffReport(Id, "mayor", "hash", true)).ThenRefused("NO_REVIEWER");
        After(Prepared, Frozen, ByLeader).By(Member).When(new SignOffReport(Id, "leader", "hash", true)).ThenRefused("SIGNED_OFF_ALREADY");
    }

    [Fact]
    public void Who_is_not_appointed_to_the_office_neither_signs_off_nor_returns()
    {
        After(Prepared, Frozen).By(Leader).When(new SignOffReport(Id, "leader", "hash", false)).ThenRefused("NOT_APPOINTED");
        After(Prepared, Frozen).By(Leader).When(new ReturnReport(Id, "leader", "A plan is missing", false)).ThenRefused("NOT_APPOINTED");
    }

    [Fact]
    public void Three_reviewers_are_three_persons_and_none_who_made_the_report()
    {
        After(Prepared, Frozen, ByLeader).By(Leader).When(new SignOffReport(Id, "member", "hash", true)).ThenRefused("SAME_PERSON");
        After(Prepared, Frozen).By(Anna).When(new SignOffReport(Id, "leader", "hash", true)).ThenRefused("SAME_PERSON");
        After(Prepared, Frozen).By(Ben).When(new SignOffReport(Id, "leader", "hash", true)).ThenRefused("SAME_PERSON");
    }

    [Fact]
    public void A_reviewer_gives_it_back_and_the_sign_offs_fall()
    {
        var returned = new ReportReturned("director", "Director", "A plan is missing");
        After(Prepared, Frozen, ByLeader).By(Director).When(new ReturnReport(Id, "director", "A plan is missing", true)).Then(returned);
        After(Prepared, Frozen, ByLeader, returned).By(Ben).When(Freeze).Then(Frozen);
        After(Prepared, Frozen, ByLeader, returned, Frozen).By(Leader).When(new SignOffReport(Id, "leader", "hash", true)).Then(ByLeader);
        After(Prepared, Frozen, ByLeader, ByMember, ByDirector, Submitted).By(Director).When(new ReturnReport(Id, "director", "Late", true)).ThenRefused("SUBMITTED_ALREADY");
    }

    [Fact]
    public void It_is_submitted_when_all_have_signed_off()
    {
        After(Prepared, Frozen, ByLeader, ByMember).By(Anna).When(new SubmitReport(Id)).ThenRefused("SIGN_OFF_MISSING");
        After(Prepared, Frozen, ByLeader, ByMember, ByDirector).By(Anna).When(new SubmitReport(Id)).Then(Submitted);
        After(Prepared, Frozen, ByLeader, ByMember, ByDirector, Submitted).By(Anna).When(new SubmitReport(Id)).ThenNothing();
    }

    [Fact]
    public void What_the_body_made_of_it_is_minuted()
    {
        var consider = new ConsiderReport(Id, ReportOutcome.Noted, "CRC, item 7", null, null);
        Signed().By(Clerk).When(consider).ThenRefused("NOT_SUBMITTED");
        Signed(Submitted).By(Clerk).When(consider).Then(Noted);
        Signed(Submitted, Noted).By(Clerk).When(consider).ThenNothing();
        Signed(Submitted, Noted).By(Clerk).When(consider with { Minute = "CRC, item 9" }).ThenRefused("CONSIDERED_ALREADY");
        Signed(Submitted).By(Clerk).When(consider with { ConsideredOn = June.AddDays(1) }).ThenRefused("CONSIDERED_IN_FUTURE");
        Signed(Submitted, Noted with { Outcome = ReportOutcome.Deferred }).By(Clerk).When(consider).Then(Noted);
    }

    [Fact]
    public void It_is_published_after_it_was_considered_and_by_another_than_froze_it()
    {
        var publish = new PublishReport(Id, Certificate);
        Signed().By(Anna).When(publish).ThenRefused("NOT_SUBMITTED");
        Signed(Submitted).By(Anna).When(publish).ThenRefused("NOT_CONSIDERED");
        Signed(Submitted, Noted with { Outcome = ReportOutcome.Deferred }).By(Anna).When(publish).ThenRefused("NOT_CONSIDERED");
        Signed(Submitted, Noted).By(Ben).When(publish).ThenRefused("SAME_PERSON");
        Signed(Submitted, Noted).By(Anna).When(publish).Then(Published);
        Signed(Submitted, Noted, Published).By(Anna).When(publish).ThenNothing();
    }

    [Fact]
    public void Who_was_given_it_early_is_on_record_once_and_nobody_after_its_publication()
    {
        var given = new ReportEarlyAccessGiven("hash", Leader);
        After(Prepared, Frozen).By(Leader).When(new NoteEarlyAccess(Id, "hash")).Then(given);
        After(Prepared, Frozen, given).By(Leader).When(new NoteEarlyAccess(Id, "hash")).ThenNothing();
        After(Prepared, Frozen, given).By(Member).When(new NoteEarlyAccess(Id, "hash")).Then(given with { To = Member });
        Signed(Submitted, Noted, Published).By(Leader).When(new NoteEarlyAccess(Id, "hash")).ThenNothing();
    }

    [Fact]
    public void A_published_report_is_restated()
    {
        var before = new ReportBefore(ReportKind.YearEnd, "crc", Year, Year.Last, null, "hash");
        var restate = new PrepareRestatement(Late, null, Id, "Two schools were late", before);
        After().By(Anna).When(restate).Then(PreparedLate, Restates);
        After(PreparedLate, Restates).By(Anna).When(restate).ThenNothing();
        After(PreparedLate).By(Anna).When(restate).ThenRefused("REPORT_EXISTS");
        After().By(Anna).When(restate with { Before = null }).ThenRefused("NOTHING_TO_RESTATE");
    }

    [Fact]
    public void Every_changed_figure_of_a_restatement_is_classed_before_it_is_frozen()
    {
        var freeze = new FreezeReport(Late, "", Body, ["commitments.total", "commitments.status.a", "plans.late"]);
        var first = new ReportChangeClassed(["commitments"], ChangeClass.Revision, "Late figures");
        var second = new ReportChangeClassed(["plans.late"], ChangeClass.Correction, "Counted twice");
        After(PreparedLate, Restates).By(Anna).When(new ClassReportChange(Late, ["commitments"], ChangeClass.Revision, "Late figures")).Then(first);
        After(PreparedLate, Restates, first).By(Anna).When(new ClassReportChange(Late, ["commitments"], ChangeClass.Revision, "Late figures")).ThenNothing();
        After(PreparedLate, Restates, first).By(Ben).When(freeze).ThenRefused("CHANGES_UNCLASSED");
        After(PreparedLate, Restates, first, second).By(Ben).When(freeze).Then(Frozen);
        After(Prepared).By(Anna).When(new ClassReportChange(Id, ["commitments"], ChangeClass.Revision, "So")).ThenRefused("NOT_A_RESTATEMENT");
        After(PreparedLate, Restates, first, second, Frozen).By(Anna).When(new ClassReportChange(Late, ["plans"], ChangeClass.Revision, "So")).ThenRefused("FROZEN_ALREADY");
    }

    [Fact]
    public void A_restatement_lists_every_changed_figure_with_its_class_and_why()
    {
        var h = ReportStories.Littleton();
        var order = ReportHistory.Order("2014-03-31", h.Events.Count);
        var before = h.Report();
        h.Record("2014-05-01", "commitment", "evenings", new EqualitiesPlatform.Commitments.ProgressReported(
            EqualitiesPlatform.Commitments.CommitmentStatus.OnTrack, "Open again", null, null, new ReportingPeriod(Year, PeriodLength.Quarter, 4), true, new DateOnly(2014, 3, 20)));
        var restated = ReportComposition.Compose(
            order with
            {
                Scope = order.Scope with { Position = h.Events.Count },
                Restates = new(order, before.ContentHash, "The Trust was late.", [new(["commitments.status"], ChangeClass.Revision, "A late report")]),
            },
            ReportHistory.Templates, h.Events);

        var (was, now) = (before.Figures.ToDictionary(f => f.Key, f => f.Value), restated.Figures.ToDictionary(f => f.Key, f => f.Value));
        var changed = was.Keys.Where(k => now[k] != was[k]).ToArray();
        changed.Should().Contain(["commitments.status.evenings", "commitments.on-course", "commitments.in-doubt", "commitments.late"]);
        restated.Changes.Select(c => c.Key).Should().BeEquivalentTo(changed);
        var rows = restated.Sections[^1].Parts.OfType<ReportTable>().Single().Rows;
        rows.Should().HaveCount(changed.Length);
        var status = rows.Single(r => r[0].Text == "evenings: status");
        status.Select(c => c.Text).Should().Equal("evenings: status", "At risk", "On track", "Revision", "A late report");
        rows.Single(r => r[0].Text == "At risk or off track")[3].Text.Should().Be("Not classed yet");
        System.Text.Encoding.UTF8.GetString(ReportHtml.Of(restated)).Should().Contain("What changed since the report that this restates").And.Contain(before.ContentHash);
    }

    [Fact]
    public void A_file_is_attached_until_the_report_is_frozen()
    {
        var attach = new AttachReportFile(Id, ReportSlot.Finance, "outturn.csv", "Finance", "abc", ["Line", "£000"], [["Grants", "120"]]);
        var attached = new ReportFileAttached(Id, ReportSlot.Finance, "outturn.csv", "Finance", "abc", ["Line", "£000"], [["Grants", "120"]]);
        After(Prepared).By(Anna).When(attach).Then(attached);
        After(Prepared, attached).By(Anna).When(attach).ThenNothing();
        After(Prepared, attached).By(Anna).When(attach with { Sha256 = "def" }).Then(attached with { Sha256 = "def" });
        After(Prepared, Frozen).By(Anna).When(attach).ThenRefused("FROZEN_ALREADY");
    }

    [Fact]
    public void An_attached_table_is_printed_with_its_hash_and_a_restatement_takes_it_over()
    {
        var h = ReportStories.Littleton();
        h.Record("2014-04-20", "report", "year", new ReportFileAttached(Id, ReportSlot.Finance, "outturn.csv", "Finance Department", "abc123", ["Line", "£000"], [["Grants", "120"], ["Adaptations", "45"]]));
        ReportDocument Over(params ReportId[] files)
        {
            var order = ReportHistory.Order("2014-03-31", h.Events.Count);
            return ReportComposition.Compose(order with { Scope = order.Scope with { Files = files } }, ReportHistory.Templates, h.Events);
        }
        var figures = Over(Late, Id).Figures.ToDictionary(f => f.Key, f => f.Value);
        (figures["finance.file"], figures["finance.cell.1.2"], figures["finance.cell.2.2"], figures["performance.file"]).Should().Be(("outturn.csv", "120", "45", "Not supplied"));
        Over(Id).Sections.Single(s => s.Key == "finance").Introduction.Single().Should().Contain("Finance Department").And.Contain("abc123");
        Over(Late).Figures.Single(f => f.Key == "finance.file").Value.Should().Be("Not supplied", "what is attached to another report is none of this one's");
    }

    [Fact]
    public void A_supplied_file_is_read_to_the_letter_or_refused_with_what_is_wrong()
    {
        SuppliedFile.Read("Line,£000\n\"Grants, all\",120\n"u8.ToArray(), new Fields(Guid.Empty), "file").Rows.Should().BeEquivalentTo([new[] { "Grants, all", "120" }]);
        foreach (var (text, wrong) in new[] { ("", "at most"), ("Line,£000\n", "a row at least"), ("Line\nGrants\n", "2 to 20 columns"), ("Line,£000\nGrants\n", "Line 2 has 1 cells"), ("Line,£000\n,5\n", "empty cell") })
        {
            var fields = new Fields(Guid.Empty);
            SuppliedFile.Read(System.Text.Encoding.UTF8.GetBytes(text), fields, "file");
            fields.Invoking(f => f.Done()).Should().Throw<FieldsException>().Which.Violations.Should().ContainSingle(v => v.Field == "file" && v.Sentence.Contains(wrong, StringComparison.Ordinal));
        }
        var bytes = new Fields(Guid.Empty);
        SuppliedFile.Read([0x4C, 0xFF, 0xFE], bytes, "file");
        bytes.Invoking(f => f.Done()).Should().Throw<FieldsException>().WithMessage("*not a CSV file*");
    }

    [Fact]
    public void A_position_statement_is_about_one_partner()
    {
        var h = ReportStories.Littleton();
        var scope = ReportHistory.Order("2014-03-31", h.Events.Count).Scope with { Partner = ReportHistory.Id<PartnerId>("trust") };
        var statement = ReportComposition.Compose(new ReportOrder(ReportKind.PositionStatement, scope, ReportHistory.Templates.Current(ReportKind.PositionStatement)), ReportHistory.Templates, h.Events);
        statement.Front.Title.Should().Be("Position statement");
        statement.Sections.Select(s => s.Key).Should().Equal("expectations", "commitments", "recommendations");
        var figures = statement.Figures.ToDictionary(f => f.Key, f => f.Value);
        figures.Should().Contain("commitments.total", "1").And.Contain("commitments.status.evenings", "At risk");
        figures.Keys.Should().NotContain(k => k.Contains("bus", StringComparison.Ordinal) || k.Contains("drivers", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ReportKind.NetworkAnnual)]
    [InlineData(ReportKind.PublicAnnual)]
    [InlineData(ReportKind.ActionPlanUpdate)]
    [InlineData(ReportKind.BoardPack)]
    public void Every_kind_has_a_title_and_sections_of_its_own(ReportKind kind)
    {
        var h = ReportStories.Littleton();
        var order = ReportHistory.Order("2014-03-31", h.Events.Count);
        var report = ReportComposition.Compose(order with { Kind = kind, Template = ReportHistory.Templates.Current(kind) }, ReportHistory.Templates, h.Events);
        report.Sections.Should().NotBeEmpty();
        report.Sections.Count.Should().BeLessThan(h.Report().Sections.Count);
        report.Front.Title.Should().NotBe(h.Report().Front.Title);
    }

    [Fact]
    public void A_report_that_nobody_reviews_goes_straight_to_its_readers()
    {
        var prepared = Prepared with { Kind = ReportKind.ActionPlanUpdate };
        var frozen = Frozen with { Reviewers = [] };
        After(prepared).By(Ben).When(Freeze with { Frozen = Body with { Reviewers = [] } }).Then(frozen);
        After(prepared, frozen).By(Leader).When(new SignOffReport(Id, "leader", "hash", true)).ThenRefused("NO_REVIEWER");
        After(prepared, frozen).By(Anna).When(new SubmitReport(Id)).Then(Submitted);
        After(prepared, frozen, Submitted).By(Anna).When(new PublishReport(Id, Certificate)).Then(Published with { Kind = ReportKind.ActionPlanUpdate });
    }

    [Fact]
    public void A_frozen_report_keeps_its_sections_when_a_later_release_has_others()
    {
        var h = ReportStories.Littleton();
        var order = ReportHistory.Order("2014-03-31", h.Events.Count);
        var later = new ReportTemplates([.. ReportHistory.Registered, new Newcomer(), new ObligationsAnew()]);
        later.Current(ReportKind.YearEnd).Sections.Should().Contain(["newcomer@1", "obligations@3"]).And.NotContain("obligations@2");
        ReportComposition.Compose(order, later, h.Events).ToJson().Should().Be(h.Report().ToJson());
        ReportComposition.Compose(order with { Template = later.Current(ReportKind.YearEnd) }, later, h.Events).ToJson().Should().NotBe(h.Report().ToJson());
        FluentActions.Invoking(() => ReportComposition.Begin(order with { Template = order.Template with { Sections = ["gone@1"] } }, later))
            .Should().Throw<LedgerException>().Which.Failure.Reason.Should().Be("TEMPLATE_UNKNOWN");
    }

    private static Told After(params object[] events) => new(events);

    private static Told Signed(params object[] events) => new([Prepared, Frozen, ByLeader, ByMember, ByDirector, .. events]);

    private static PersonId Person(int number) => new(new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]));

    /// <summary>A story in which it matters who acts.</summary>
    private sealed record Told(object[] Events)
    {
        private static readonly Occasion Day = new(
            new DateTimeOffset(June, new TimeOnly(12, 0), TimeSpan.Zero), June, Actor.Platform, "request", "correlation", PolicyValues.None);

        public Asked By(PersonId person) => new(Events.Aggregate(Report.Unborn, Report.Evolve), Day with { Actor = new Actor(person, Role.GovernanceOfficer, null) });
    }

    private sealed record Asked(Report State, Occasion Occasion)
    {
        public GovernanceStory<Report> When(ICommand command) => new GovernanceStory<Report>(State, Occasion).When(command);
    }

    private sealed class Newcomer : ISection
    {
        public string Key => "newcomer";

        public int Order => 5;

        public ISectionFold Begin(ReportScope scope) => new Empty(Key);
    }

    private sealed class ObligationsAnew : ISection
    {
        public string Key => "obligations";

        public int Order => 60;

        public int Version => 3;

        public ISectionFold Begin(ReportScope scope) => new Empty(Key);
    }

    private sealed class Empty(string key) : ISectionFold
    {
        public void Apply(RecordedEvent recorded) { }

        public SectionContent Complete() => new(key, "New", [], [], []);
    }
}
