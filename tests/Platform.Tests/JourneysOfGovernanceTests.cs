using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Equalities.Commitments.V1;
using Equalities.Governance.V1;
using Equalities.Ledger.V1;
using Google.Protobuf;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>What a committee clerk, a partner lead and a governance officer do between and at meetings.</summary>
public sealed class JourneysOfGovernanceTests(GovernedCouncil council) : IClassFixture<GovernedCouncil>
{
    private readonly JourneyCalls _calls = new(council.Platform);
    private readonly BodyService.BodyServiceClient _bodies = new(council.Platform.Channel);
    private readonly MeetingService.MeetingServiceClient _meetings = new(council.Platform.Channel);
    private readonly PositionService.PositionServiceClient _positions = new(council.Platform.Channel);
    private readonly SigningKeyService.SigningKeyServiceClient _keys = new(council.Platform.Channel);
    private readonly PolicyDocumentService.PolicyDocumentServiceClient _policies = new(council.Platform.Channel);
    private readonly AchievementService.AchievementServiceClient _achievements = new(council.Platform.Channel);
    private readonly DashboardService.DashboardServiceClient _dashboards = new(council.Platform.Channel);

    [Fact]
    public async Task A_clerk_clerks_a_meeting_and_what_it_agrees_is_asked_of_partners_who_answer()
    {
        var clerk = await _calls.As("committee-clerk");
        // The pack established the committee; it has a record of its own.
        await PlatformFixture.UntilAsync(async () => (await _bodies.ListBodiesAsync(new(), clerk)).Bodies.Any(b => b.Key == "audit-committee"), "the body is formed");
        var today = await Today();
        await _bodies.SeatMemberAsync(new() { RequestId = _calls.NextId(), BodyId = "audit-committee", Office = "Chair of the trustees", Role = SeatRole.Member, OrganisationId = "library-trust" }, clerk);
        (await _bodies.GetBodyAsync(new() { BodyId = "audit-committee" }, clerk)).Body.Seats.Should().ContainSingle().Which.From.Should().Be(today);

        var called = (await _meetings.CallMeetingAsync(new() { RequestId = _calls.NextId(), BodyId = "audit-committee", On = today, Place = "Town hall" }, clerk)).Receipt;
        var meeting = $"audit-committee-{today}";
        using var watch = _meetings.WatchMeetings(new() { AfterPosition = called.Position }, await _calls.As("auditor"));
        var paper = new TablePaperRequest
        {
            RequestId = _calls.NextId(), MeetingId = meeting, Item = 5, Title = "Who visits", ReportOf = "Leader", Summary = "What was counted", InputRequested = "To agree", Contact = "Policy officer",
            Paragraphs = { new PaperParagraph { Number = "1.1", Text = "We counted" } },
            Recommendations =
            {
                new PaperRecommendation { Text = "Note the count" },
                new PaperRecommendation { Text = "Count visitors by group", PartnerIds = { "library-trust", "council" }, DueOn = "2031-03-31" },
            },
        };
        var wrong = paper.Clone();
        wrong.Recommendations[1].PartnerIds.Add(Guid.NewGuid().ToString());
        wrong.Paragraphs[0].Text = "";
        (await JourneyCalls.Fails(() => _meetings.TablePaperAsync(wrong, clerk).ResponseAsync, StatusCode.InvalidArgument)).Message
            .Should().Contain("recommendations[1].partner_ids[2]").And.Contain("paragraphs[0].text");
        await _meetings.TablePaperAsync(paper, clerk);
        await _meetings.PublishAgendaAsync(new() { RequestId = _calls.NextId(), MeetingId = meeting }, clerk);
        await _meetings.RecordAttendanceAsync(new()
        {
            RequestId = _calls.NextId(), MeetingId = meeting,
            Attendees = { new Attendee { Office = "Chair of the trustees", OrganisationId = "library-trust", Attendance = Attendance.Present } },
        }, clerk);
        await Minute(meeting, 1, MinutedOutcome.Noted);
        await Minute(meeting, 2, MinutedOutcome.Agreed);

        var reference = $"minute:{meeting}-i5-r2";
        await PlatformFixture.UntilAsync(
            async () => (await _calls.Commitments.ListCommitmentsAsync(new() { Filter = $"source = \"{reference}\"" }, await _calls.As("auditor"))).Commitments.Count == 2, "both partners are asked");
        await _calls.Commitments.AcceptCommitmentAsync(new() { RequestId = _calls.NextId(), CommitmentId = $"{meeting}-i5-r2-library-trust" }, await _calls.As("library-trust-lead"));
        await _calls.Commitments.DeclineCommitmentAsync(new() { RequestId = _calls.NextId(), CommitmentId = $"{meeting}-i5-r2-council", Reason = "Nobody visits us" }, await _calls.As("council-lead"));
        await PlatformFixture.UntilAsync(async () => (await _meetings.GetMeetingAsync(new() { MeetingId = meeting }, clerk)).Meeting.OpenAnswers == 0, "the meeting hears both");

        var shown = (await _meetings.GetMeetingAsync(new() { MeetingId = meeting }, clerk)).Meeting;
        shown.Undecided.Should().Be(0);
        shown.Papers.Single().Recommendations[1].Answers.Select(a => (a.Answer, a.Reason)).Should().BeEquivalentTo([(MinuteAnswer.Accepted, ""), (MinuteAnswer.Declined, "Nobody visits us")]);
        (await _calls.CommitmentOf($"{meeting}-i5-r2-library-trust")).Should().BeEquivalentTo(new { Wording = "Count visitors by group", Source = reference, DueOn = "2031-03-31" });

        // A clerk's colleague who watched has seen it come; the last that they are told is how it stands.
        var told = new List<Equalities.Governance.V1.Meeting>();
        while (told.Count == 0 || told[^1].OpenAnswers > 0 || told[^1].Undecided > 0)
        {
            (await watch.ResponseStream.MoveNext()).Should().BeTrue();
            told.AddRange(watch.ResponseStream.Current.Changed);
        }
        told[^1].Should().Be(shown);
        await JourneyCalls.Fails(() => _meetings.ListMeetingsAsync(new(), clerk.WithHeaders([])).ResponseAsync, StatusCode.Unauthenticated);
    }

    [Fact]
    public async Task A_position_is_frozen_signed_as_shown_and_comes_out_the_same_whatever_is_recorded_after()
    {
        var (officer, lead) = (await _calls.As("governance-officer"), await _calls.As("library-trust-lead"));
        await _positions.FreezePositionAsync(new() { RequestId = _calls.NextId(), PartnerId = "library-trust", Year = "2021-22" }, officer);
        var position = await _positions.GetPositionAsync(new() { PartnerId = "library-trust", Year = "2021-22" }, lead);
        var statement = string.Concat(position.Lines.Select(line => line + "\n"));
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(statement))).Should().Be(position.Sha256);
        statement.Should().Contain("Position statement of").And.Contain("(count-visitors)").And.Contain("1 given").And.Contain("no answer");
        var another = await _calls.As("council-lead");
        await JourneyCalls.Fails(() => _positions.GetPositionAsync(new() { PartnerId = "library-trust", Year = "2021-22" }, another).ResponseAsync, StatusCode.PermissionDenied, "NOT_YOURS");

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await _keys.RegisterSigningKeyAsync(new() { RequestId = _calls.NextId(), PublicKey = ByteString.CopyFromUtf8(key.ExportSubjectPublicKeyInfoPem()) }, lead);
        var attest = new AttestPositionRequest { RequestId = _calls.NextId(), Year = "2021-22", PositionShown = position.Sha256 };
        await JourneyCalls.Fails(() => _calls.Attestations.AttestPositionAsync(attest, lead).ResponseAsync, StatusCode.FailedPrecondition, "SIGNATURE_NEEDED");
        var toSign = string.Concat((await _positions.GetPositionToSignAsync(new() { PartnerId = "library-trust", Year = "2021-22" }, lead)).Lines.Select(line => line + "\n"));
        attest.Signature = ByteString.CopyFrom(Signature(next, toSign));
        await JourneyCalls.Fails(() => _calls.Attestations.AttestPositionAsync(attest, lead).ResponseAsync, StatusCode.FailedPrecondition, "SIGNATURE_INVALID");
        attest.Signature = ByteString.CopyFrom(Signature(key, toSign));
        await _calls.Attestations.AttestPositionAsync(attest, lead);

        var handOver = new GetHandOverRequest { PartnerId = "library-trust", PublicKey = ByteString.CopyFromUtf8(next.ExportSubjectPublicKeyInfoPem()) };
        var text = string.Concat((await _keys.GetHandOverAsync(handOver, lead)).Lines.Select(line => line + "\n"));
        await _keys.RotateSigningKeyAsync(new() { RequestId = _calls.NextId(), PublicKey = handOver.PublicKey, Signature = ByteString.CopyFrom(Signature(key, text)) }, lead);
        (await _keys.GetSigningKeysAsync(new() { PartnerId = "library-trust" }, lead)).SigningKeys.Keys.Select(k => k.Until.Length > 0).Should().Equal(true, false);

        await _calls.Attestations.AssessPositionAsync(new() { RequestId = _calls.NextId(), PartnerId = "library-trust", Year = "2021-22", Assessment = "Counting came late" }, officer);
        await _calls.Attestations.ConcludePositionAsync(new() { RequestId = _calls.NextId(), PartnerId = "library-trust", Year = "2021-22", FinalView = "It came" }, officer);
        (await _calls.Attestations.GetAttestationAsync(new() { PartnerId = "library-trust", Year = "2021-22" }, lead)).Attestation.Should().BeEquivalentTo(
            new { Answer = PositionAnswer.Attested, FrozenSha256 = position.Sha256, Assessment = "Counting came late", FinalView = "It came", Signature = attest.Signature.ToBase64() });

        await _calls.Report("library-trust-lead", "count-visitors", CommitmentStatus.AtRisk);
        (await _positions.GetPositionAsync(new() { PartnerId = "library-trust", Year = "2021-22" }, lead)).Should().Be(position);
        var figures = (await _calls.YearEnd(new() { Body = "audit-committee", Year = "2021-22", Format = ReportFormat.Json })).Figures;
        figures["positions.word.library-trust"].Should().StartWith("Attested on");
        figures["positions.word.council"].Should().Be("Not asked");
    }

    [Fact]
    public async Task A_policy_is_reviewed_when_the_plan_is_and_that_discharges_the_obligation()
    {
        var officer = await _calls.As("governance-officer");
        async Task Draft(string key, bool forPartners) => await _policies.DraftPolicyVersionAsync(
            new() { RequestId = _calls.NextId(), Key = key, Title = $"The {key}", ForPartners = forPartners, Version = "2021", Reference = "draft" }, officer);
        await Draft("the-plan", false);
        await Draft("the-policy", true);
        await _policies.TiePolicyReviewAsync(new() { RequestId = _calls.NextId(), DocumentId = "the-policy", WithId = "the-plan", ObligationId = "policy-review" }, officer);
        await _policies.BeginPolicyReviewAsync(new() { RequestId = _calls.NextId(), DocumentId = "the-plan", Occasion = "a new council" }, officer);
        async Task<Obligation> Obligation() => (await _calls.Obligations.GetObligationAsync(new() { ObligationId = "policy-review" }, officer)).Obligation;
        await PlatformFixture.UntilAsync(async () => (await Obligation()).DueDays.Count == 1, "the review of the policy falls due");
        await _policies.BeginPolicyReviewAsync(new() { RequestId = _calls.NextId(), DocumentId = "the-policy", Occasion = "with the plan" }, officer);
        await _policies.ConcludePolicyReviewAsync(new() { RequestId = _calls.NextId(), DocumentId = "the-policy", Outcome = ReviewOutcome.Kept, Reference = "Item 3" }, officer);
        await PlatformFixture.UntilAsync(async () => (await Obligation()).DueDays.Single().State == DueDayState.Met, "the review meets the obligation");
        (await Obligation()).DueDays.Single().Reference.Should().Be("Item 3");

        await _policies.ApprovePolicyVersionAsync(new() { RequestId = _calls.NextId(), DocumentId = "the-policy", Version = "2021", BodyId = "audit-committee", Minute = "item 7", Unconsulted = "Only names changed" }, officer);
        await _policies.PublishPolicyVersionAsync(new() { RequestId = _calls.NextId(), DocumentId = "the-policy", Version = "2021", Address = "the page" }, officer);
        await _calls.Partners.AdoptPolicyAsync(new() { RequestId = _calls.NextId(), PolicyVersion = "2021" }, await _calls.As("library-trust-lead"));
        await PlatformFixture.UntilAsync(
            async () => (await _policies.GetPolicyDocumentAsync(new() { DocumentId = "the-policy" }, officer)).Document.Adoptions.Count == 1, "the adoption is noted");
    }

    [Fact]
    public async Task A_board_sees_counts_in_no_time_and_hears_of_the_rows_that_change()
    {
        var (officer, lead) = (await _calls.As("governance-officer"), await _calls.As("library-trust-lead"));
        await _calls.TakeOn("library-trust", "dashboard-promise");
        var reported = await _calls.Report("library-trust-lead", "dashboard-promise", CommitmentStatus.OnTrack);
        DashboardRow RowOf(GetDashboardResponse answer, string subject) => answer.Rows.Single(r => r.Subject == subject);

        var partners = await _dashboards.GetDashboardAsync(new() { By = DashboardBy.Partner, AtLeastPosition = reported.Position }, officer);
        var clock = Stopwatch.StartNew();
        partners = await _dashboards.GetDashboardAsync(new() { By = DashboardBy.Partner }, officer);
        clock.ElapsedMilliseconds.Should().BeLessThan(2_000, "it reads registers and folds nothing");
        var listed = (await _calls.Commitments.ListCommitmentsAsync(new() { Filter = "partner = library-trust", PageSize = 500 }, officer)).Commitments;
        RowOf(partners, "library-trust").Total.Should().Be(listed.Count);
        RowOf(partners, "library-trust").Counts.Single(c => c.State == "on-track").Count.Should().Be(listed.Count(c => c.Stage == CommitmentStage.Accepted && c.Status == CommitmentStatus.OnTrack && c.Dispute.Length == 0));
        (await _dashboards.GetDashboardAsync(new() { By = DashboardBy.Partner }, lead)).Rows.Select(r => r.Subject).Should().Equal("library-trust");
        RowOf(await _dashboards.GetDashboardAsync(new() { By = DashboardBy.Source }, officer), "way:measure").Total.Should().BePositive();
        (await _dashboards.GetDashboardAsync(new() { By = DashboardBy.Expectation }, officer)).Rows.Should().OnlyContain(r => r.Total >= 2, "each partner stands somewhere against each");
        RowOf(await _dashboards.GetDashboardAsync(new() { By = DashboardBy.Plan }, officer), "access-plan 2021-22").Total.Should().Be(2, "ramp and large-print");
        (await _dashboards.GetDashboardAsync(new() { By = DashboardBy.Obligation }, officer)).Rows.Should().Contain(r => r.Subject == "yearly-figures");

        using var watch = _dashboards.WatchDashboard(new() { By = DashboardBy.Partner }, officer);
        (await watch.ResponseStream.MoveNext()).Should().BeTrue();
        watch.ResponseStream.Current.Changed.Should().Equal(partners.Rows);
        var off = await _calls.Report("library-trust-lead", "dashboard-promise", CommitmentStatus.OffTrack);
        do (await watch.ResponseStream.MoveNext()).Should().BeTrue();
        while (watch.ResponseStream.Current.Changed.Count == 0);
        watch.ResponseStream.Current.Position.Should().BeGreaterThanOrEqualTo(off.Position);
        var told = watch.ResponseStream.Current.Changed.Should().ContainSingle().Which;
        told.Attention.Should().Be(RowOf(partners, "library-trust").Attention + 1);
        using var later = _dashboards.WatchDashboard(new() { By = DashboardBy.Partner, AfterPosition = reported.Position }, officer);
        do (await later.ResponseStream.MoveNext()).Should().BeTrue();
        while (later.ResponseStream.Current.Changed.Count == 0);
        later.ResponseStream.Current.Changed.Should().Equal([told], "who goes on is told what has changed since, and nothing else");
    }

    [Fact]
    public async Task A_partner_records_what_worked_and_another_takes_it_up()
    {
        var (officer, lead) = (await _calls.As("governance-officer"), await _calls.As("library-trust-lead"));
        await _achievements.RecordAchievementAsync(
            new() { RequestId = _calls.NextId(), Key = "quiet-hour", Title = "A quiet hour", Account = "Each Tuesday", Evidence = "The diary", Serves = { "way:listen" }, BestPractice = true }, lead);
        await _achievements.ShareAchievementAsync(new() { RequestId = _calls.NextId(), AchievementId = "quiet-hour", With = "partners", Reference = "A letter" }, lead);
        await JourneyCalls.Fails(
            async () => await _achievements.ShareAchievementAsync(new() { RequestId = _calls.NextId(), AchievementId = "quiet-hour", With = "public", Reference = "x" }, await _calls.As("council-lead")),
            StatusCode.PermissionDenied, "NOT_YOURS");
        await _achievements.AdoptPracticeAsync(new() { RequestId = _calls.NextId(), AchievementId = "quiet-hour", ById = "council", How = "At the desk" }, officer);
        (await _achievements.GetAchievementAsync(new() { AchievementId = "quiet-hour" }, lead)).Achievement.AdoptedBy.Should().ContainSingle().Which.How.Should().Be("At the desk");
    }

    private async Task Minute(string meeting, int recommendation, MinutedOutcome outcome) => await _meetings.MinuteRecommendationAsync(
        new() { RequestId = _calls.NextId(), MeetingId = meeting, Item = 5, Recommendation = recommendation, Outcome = outcome, Minute = $"The committee: {outcome}" }, await _calls.As("committee-clerk"));

    private async Task<string> Today() => (await _calls.Clock.ReadClockAsync(new(), await _calls.As("administrator"))).Today;

    private static byte[] Signature(ECDsa key, string text) => key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
}

/// <summary>A council of two partners in March 2022, one of which has taken a commitment on and reported on it.</summary>
public sealed class GovernedCouncil : IAsyncLifetime
{
    /// <summary>The platform, with a database of its own.</summary>
    public PlatformFixture Platform { get; } = new();

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await Platform.InitializeAsync();
        var calls = new JourneyCalls(Platform);
        await calls.ClockTo("2022-03-01");
        (await calls.Load("small-council.json")).Refused.Should().BeEmpty();
        await calls.Appoint("council");
        await calls.Appoint("library-trust");
        await calls.Commitments.ConfirmCommitmentAsync(new() { RequestId = calls.NextId(), CommitmentId = "count-visitors" }, await calls.As("governance-officer"));
        await calls.Commitments.AcceptCommitmentAsync(new() { RequestId = calls.NextId(), CommitmentId = "count-visitors" }, await calls.As("library-trust-lead"));
        await calls.Report("library-trust-lead", "count-visitors", CommitmentStatus.OnTrack);
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Platform.DisposeAsync();
}
