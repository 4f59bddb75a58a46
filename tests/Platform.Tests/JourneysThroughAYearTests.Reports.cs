using System.Text;
using Equalities.Commitments.V1;
using Equalities.Governance.V1;
using Equalities.Ledger.V1;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>The life of the year's report, as its governance officers, its three reviewers and a committee clerk live it.</summary>
public sealed partial class JourneysThroughAYearTests
{
    private static readonly int LaterEvents = Environment.GetEnvironmentVariable("EQUALITIES_LONG") == "1" ? 10_000 : 300;

    [Fact]
    public async Task A_report_is_frozen_signed_off_considered_and_published_and_stays_the_same_to_the_byte()
    {
        var life = Life;
        var (officer, second, clerk) = (await _calls.As("governance-officer"), await _calls.As("governance-officer-2"), await _calls.As("committee-clerk"));
        await life.PrepareReportAsync(
            new() { RequestId = _calls.NextId(), Key = "the-year", Kind = ReportKind.YearEnd, Body = "audit-committee", Year = "2021-22" }, officer);
        await life.AttachReportFileAsync(
            new()
            {
                RequestId = _calls.NextId(), ReportId = "the-year", Slot = ReportSlot.Finance, FileName = "outturn.csv", Office = "Finance",
                File = Google.Protobuf.ByteString.CopyFromUtf8("Line,Outturn\nRamps,120\n"),
            },
            officer);
        var preview = (await Issue("the-year", "governance-officer")).Figures;
        preview.Should().Contain("commitments.total", "3").And.Contain("finance.cell.1.2", "120");
        await APreparationGoesOnByItself("the-year");

        await JourneyCalls.Fails(() => life.FreezeReportAsync(new() { RequestId = _calls.NextId(), ReportId = "the-year" }, officer).ResponseAsync, StatusCode.FailedPrecondition, "SAME_PERSON");
        var request = new FreezeReportRequest { RequestId = _calls.NextId(), ReportId = "the-year" };
        var frozen = (await life.FreezeReportAsync(request, second)).Receipt;
        (await life.FreezeReportAsync(request, second)).Receipt.Should().Be(frozen, "a retry is the same request, however far the ledger has come");

        var body = await Issue("the-year", "reviewer");
        var hash = (await life.GetReportAsync(new() { ReportId = "the-year" }, officer)).Report.ContentHash;
        body.Issued.Sha256.Should().Be(hash, "the hash of a report is the SHA-256 of its JSON, and anybody can check it");
        await JourneyCalls.Fails(() => SignOff("the-year", "reviewer", "mayor", hash), StatusCode.FailedPrecondition, "NOT_APPOINTED");
        foreach (var (persona, seat) in new[] { ("reviewer", "mayor"), ("reviewer-2", "lead-member"), ("reviewer-3", "director") })
            await new OfficeService.OfficeServiceClient(council.Platform.Channel).AppointToOfficeAsync(
                new() { RequestId = _calls.NextId(), Role = Equalities.Options.V1.Role.Reviewer, Seat = seat, Subject = council.Platform.SubjectOf(persona) }, await _calls.As("administrator"));
        await SignOff("the-year", "reviewer", "mayor", hash);
        await JourneyCalls.Fails(() => SignOff("the-year", "reviewer", "lead-member", hash), StatusCode.FailedPrecondition, "SAME_PERSON");
        await JourneyCalls.Fails(() => SignOff("the-year", "reviewer-2", "lead-member", new string('0', 64)), StatusCode.FailedPrecondition, "CONTENT_DIFFERS");
        await SignOff("the-year", "reviewer-2", "lead-member", hash);
        var missing = await JourneyCalls.Fails(() => life.SubmitReportAsync(new() { RequestId = _calls.NextId(), ReportId = "the-year" }, officer).ResponseAsync, StatusCode.FailedPrecondition, "SIGN_OFF_MISSING");
        missing.Message.Should().Contain("Director").And.NotContain("Mayor");
        await SignOff("the-year", "reviewer-3", "director", hash);
        await life.SubmitReportAsync(new() { RequestId = _calls.NextId(), ReportId = "the-year" }, officer);
        await JourneyCalls.Fails(() => life.PublishReportAsync(new() { RequestId = _calls.NextId(), ReportId = "the-year" }, officer).ResponseAsync, StatusCode.FailedPrecondition, "NOT_CONSIDERED");
        await Issue("the-year", "committee-clerk");
        await life.ConsiderReportAsync(
            new() { RequestId = _calls.NextId(), ReportId = "the-year", Outcome = ReportOutcome.Noted, Minute = "Audit Committee, 1 April 2022, item 4", Text = "With thanks" }, clerk);
        await JourneyCalls.Fails(() => life.PublishReportAsync(new() { RequestId = _calls.NextId(), ReportId = "the-year" }, second).ResponseAsync, StatusCode.FailedPrecondition, "SAME_PERSON");
        var demanding = await JourneyCalls.Fails(() => life.PublishReportAsync(new() { RequestId = _calls.NextId(), ReportId = "the-year", Cosignatures = 2 }, officer).ResponseAsync, StatusCode.FailedPrecondition, "TOO_FEW_WITNESSES");
        demanding.Message.Should().Contain("Cosignatures demanded: 2; witnesses that the ledger asks: 0.");
        await life.PublishReportAsync(new() { RequestId = _calls.NextId(), ReportId = "the-year" }, officer);
        await JourneyCalls.Fails(() => life.PublishReportAsync(new() { RequestId = _calls.NextId(), ReportId = "the-year", Cosignatures = 1 }, officer).ResponseAsync, StatusCode.FailedPrecondition, "PUBLISHED_ALREADY");

        var (page, certificate) = (await Issue("the-year", "auditor", ReportFormat.Html), await Issue("the-year", "auditor", ReportFormat.Certificate));
        var certified = Encoding.UTF8.GetString(certificate.Bytes);
        certified.Should().Contain("By the Mayor").And.Contain("With thanks").And.Contain("Committee clerk").And.Contain("Reviewer").And.Contain("c2sp.org/tlog-proof");
        Encoding.UTF8.GetString(page.Bytes).Should().Contain("Who was given it before its publication").And.Contain(hash);
        var published = (await life.GetReportAsync(new() { ReportId = "the-year" }, officer)).Report;
        (published.Stage, published.CertificateHash, published.EarlyReaders).Should().Be((ReportStage.Published, certificate.Issued.Sha256, 2));

        for (var i = 0; i < LaterEvents; i++)
            await _calls.Standings.AttestExpectationAsync(
                new() { RequestId = _calls.NextId(), Expectation = "expectation:open-doors", Status = i % 2 == 0 ? ExpectationStatus.Met : ExpectationStatus.NotMet, Evidence = $"Seen {i}" },
                await _calls.As("council-lead"));
        await RebuildAllRegisters();

        var again = await _calls.Reports.ReissueReportAsync(new() { ReportId = "the-year" }, await _calls.As("auditor"));
        again.Findings.Should().BeEmpty();
        (again.Same, again.FrozenHash, again.ContentHash, again.CertificateHash).Should().Be((true, hash, hash, certificate.Issued.Sha256));
        again.Forms.Should().Contain(f => f.Name == "html" && f.Now == page.Issued.Sha256);
        again.Forms.Should().Contain(f => f.Name == "pdf" && f.Now == f.Published);
        var pdf = await Issue("the-year", "auditor", ReportFormat.Pdf);
        pdf.Issued.Sha256.Should().Be(again.Forms.Single(f => f.Name == "pdf").Published, "the PDF is the one that was printed with the publication");
        (await Issue("the-year", "auditor", ReportFormat.Html)).Bytes.Should().Equal(page.Bytes);
        (await Issue("the-year", "auditor")).Bytes.Should().Equal(body.Bytes);

        await FiguresRestOnTheirEvents("the-year", body);
        await LateFactsGoToARestatement(hash);
        await AWithdrawnTextIsTheOneDifferenceAndIsListed("the-year");
    }

    private async Task AWithdrawnTextIsTheOneDifferenceAndIsListed(string report)
    {
        var withdrawals = new WithdrawalService.WithdrawalServiceClient(council.Platform.Channel);
        var considered = (await _calls.HistoryOf($"report/{report}")).Single(e => e.StoredName == "governance.report-considered.v1");
        var proposed = await withdrawals.ProposeWithdrawalAsync(
            new() { RequestId = _calls.NextId(), Stream = considered.Stream, EventVersion = considered.Version, Member = "text", Reason = "It names somebody" }, await _calls.As("governance-officer"));
        var withdrawal = proposed.Receipt.Stream[(proposed.Receipt.Stream.IndexOf('/') + 1)..];
        var before = (await _calls.Reports.ReissueReportAsync(new() { ReportId = report }, await _calls.As("auditor"))).Forms.Single(f => f.Name == "pdf");
        (await InArchive(before.Now)).Should().Be(1);
        // The platform dies between the confirmation and what follows from it.
        await Execute("create function not_yet() returns trigger language plpgsql as $$ begin raise exception 'not yet'; end $$; create trigger not_yet before delete on ledger_archive for each row execute function not_yet()");
        await withdrawals.ConfirmWithdrawalAsync(new() { RequestId = _calls.NextId(), WithdrawalId = withdrawal }, await _calls.As("governance-officer-2"));
        await PlatformFixture.UntilAsync(
            async () => (await _calls.HistoryOf(considered.Stream)).Any(e => e.StoredName == "ledger.statement-withdrawn.v1"), "the text is gone from the event");
        (await InArchive(before.Now)).Should().Be(1);
        await council.Platform.KillAsync();
        await Execute("drop trigger not_yet on ledger_archive; drop function not_yet()");
        await council.Platform.StartAsync();
        await PlatformFixture.UntilAsync(
            async () => (await withdrawals.GetWithdrawalAsync(new() { WithdrawalId = withdrawal }, await _calls.As("auditor"))).Withdrawal.Stage == WithdrawalStage.Completed, "the text is gone");

        var again = await _calls.Reports.ReissueReportAsync(new() { ReportId = report }, await _calls.As("auditor"));
        again.Findings.Should().BeEmpty();
        (again.Same, again.FrozenHash == again.ContentHash).Should().Be((false, true), "the certificate printed it, and the body did not");
        again.CertificateHash.Should().NotBe(again.PublishedCertificate);
        again.Withdrawn.Should().Equal(new WithdrawnReportText
        {
            Stream = considered.Stream, Version = considered.Version, Member = "text", StoredName = considered.StoredName, Position = considered.Position,
        });
        Encoding.UTF8.GetString((await Issue(report, "auditor", ReportFormat.Html)).Bytes).Should().Contain("text withdrawn").And.NotContain("With thanks");

        var kept = again.Forms.Single(f => f.Name == "pdf");
        (kept.Published.Length, kept.Now, kept.Note.Contains("removed when a text in it was withdrawn", StringComparison.Ordinal)).Should().Be((64, "", true));
        (await InArchive(kept.Published)).Should().Be(0);
        var printed = await Issue(report, "auditor", ReportFormat.Pdf);
        (printed.Bytes.Length > 0, printed.Issued.Sha256 == kept.Published, printed.Issued.Note.Contains("printed now", StringComparison.Ordinal)).Should().Be((true, false, true));
    }

    private async Task<long> InArchive(string sha256)
    {
        await using var count = council.Platform.Database.CreateCommand("select count(*) from ledger_archive where sha256 = $1");
        count.Parameters.Add(new() { Value = sha256 });
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private async Task Execute(string sql)
    {
        await using var command = council.Platform.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task APreparationGoesOnByItself(string report)
    {
        var (client, officer) = (new PreparationService.PreparationServiceClient(council.Platform.Channel), await _calls.As("governance-officer"));
        var request = new StartPreparationRequest { RequestId = _calls.NextId(), ReportId = report };
        var started = await client.StartPreparationAsync(request, officer);
        var name = started.Operation.Name;
        using var wait = client.WaitOperation(new() { Name = name }, officer);
        Operation? last = null;
        await foreach (var said in wait.ResponseStream.ReadAllAsync()) last = said.Operation;
        (last!.Done, last.Stage, last.Prepared.Changed, last.Attempt).Should().Be((true, PreparationStage.Done, 0, 1));
        last.Progress.Position.Should().Be(last.Progress.UpTo);
        (await client.StartPreparationAsync(new() { RequestId = _calls.NextId(), ReportId = report, KnownAt = $"{last.Progress.UpTo}" }, officer)).Operation.Should().Be(last, "the same name is the same preparation");
        var again = await client.StartPreparationAsync(request, officer);
        (again.Receipt, again.Operation).Should().Be((started.Receipt, last), "a retry finds what it began, however far the ledger has come");
        (await client.CancelOperationAsync(new() { RequestId = _calls.NextId(), Name = name }, officer)).Operation.Stage.Should().Be(PreparationStage.Done, "what is done is not undone");
        (await client.ListOperationsAsync(new() { Filter = "stage = DONE", AtLeastPosition = again.Receipt.Position + 1 }, await _calls.As("auditor"))).Operations.Should().Contain(last);
        await JourneyCalls.Fails(async () => await client.StartPreparationAsync(request, await _calls.As("auditor")), StatusCode.PermissionDenied);
        await JourneyCalls.Fails(
            () => client.GetOperationAsync(new() { Name = $"{name}0" }, officer).ResponseAsync, StatusCode.NotFound);
        var off = (await client.DeleteOperationAsync(new() { RequestId = _calls.NextId(), Name = name }, officer)).Receipt;
        (await client.ListOperationsAsync(new() { AtLeastPosition = off.Position }, officer)).Operations.Should().NotContain(o => o.Name == name);
        await JourneyCalls.Fails(() => client.GetOperationAsync(new() { Name = name }, officer).ResponseAsync, StatusCode.NotFound);
        (await client.StartPreparationAsync(new() { RequestId = _calls.NextId(), ReportId = report, KnownAt = $"{last.Progress.UpTo}" }, officer)).Operation.Name.Should().Be(name, "it is begun again");
        await JourneyCalls.Fails(() => client.GetOperationAsync(new() { Name = "a preparation" }, officer).ResponseAsync, StatusCode.InvalidArgument);
        await JourneyCalls.Fails(() => client.GetOperationAsync(new() { Name = name[..^1] + "x" }, officer).ResponseAsync, StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task A_partner_lead_reads_their_own_position_statement_and_no_other()
    {
        var officer = await _calls.As("governance-officer");
        foreach (var partner in new[] { "library-trust", "council" })
            await Life.PrepareReportAsync(
                new() { RequestId = _calls.NextId(), Key = $"position-{partner}", Kind = ReportKind.PositionStatement, Body = "audit-committee", Year = "2021-22", PartnerId = partner }, officer);
        await JourneyCalls.Fails(
            () => Life.PrepareReportAsync(new() { RequestId = _calls.NextId(), Kind = ReportKind.PositionStatement, Body = "audit-committee", Year = "2021-22" }, officer).ResponseAsync, StatusCode.InvalidArgument);
        var own = (await Issue("position-library-trust", "library-trust-lead")).Figures;
        own.Keys.Should().Contain("commitments.status.count-visitors").And.NotContain(k => k.Contains("ask-first", StringComparison.Ordinal));
        await JourneyCalls.Fails(() => Issue("position-council", "library-trust-lead"), StatusCode.PermissionDenied, "NOT_YOURS");
        await JourneyCalls.Fails(() => Issue("there-is-none", "library-trust-lead"), StatusCode.PermissionDenied, "NOT_YOURS");
        (await Life.GetReportAsync(new() { ReportId = "position-library-trust" }, await _calls.As("library-trust-lead"))).Report.Stage.Should().Be(ReportStage.Prepared);
    }

    [Fact]
    public async Task A_pdf_has_the_tags_that_a_screen_reader_follows()
    {
        using var call = _calls.Reports.IssueYearEndReport(new() { Body = "audit-committee", Year = "2021-22", KnownAt = $"{council.YearPlayed}", Format = ReportFormat.Pdf }, await _calls.As("governance-officer"));
        using var bytes = new MemoryStream();
        await foreach (var said in call.ResponseStream.ReadAllAsync()) said.Content.WriteTo(bytes);
        var pdf = Encoding.Latin1.GetString(bytes.ToArray());
        pdf.Should().StartWith("%PDF-").And.Contain("/MarkInfo").And.Contain("/StructTreeRoot").And.Contain("/Lang");
    }

    private async Task FiguresRestOnTheirEvents(string report, IssuedReportBytes body)
    {
        var auditor = await _calls.As("auditor");
        var check = await _calls.Reports.CheckFiguresAsync(new() { ReportId = report }, auditor);
        check.Findings.Should().BeEmpty();
        check.Figures.Should().Be(body.Figures.Count);
        var explained = await _calls.Reports.ExplainFigureAsync(new() { ReportId = report, Figure = "commitments.missed" }, auditor);
        (explained.Value, explained.FromItsEventsAlone).Should().Be(("2", "2"));
    }

    private async Task LateFactsGoToARestatement(string hash)
    {
        var (life, officer, second) = (Life, await _calls.As("governance-officer"), await _calls.As("governance-officer-2"));
        await life.PrepareRestatementAsync(new() { RequestId = _calls.NextId(), Restates = "the-year", Key = "the-year-restated", Reason = "The council had not counted its doors." }, officer);
        await _calls.Standings.AttestExpectationAsync(
            new() { RequestId = _calls.NextId(), Expectation = "expectation:open-doors", Status = ExpectationStatus.Met, Evidence = "All doors", EffectiveOn = "2022-03-30" }, await _calls.As("council-lead"));
        await JourneyCalls.Fails(() => life.FreezeReportAsync(new() { RequestId = _calls.NextId(), ReportId = "the-year-restated" }, second).ResponseAsync, StatusCode.FailedPrecondition, "CHANGES_UNCLASSED");
        var changes = await _calls.Reports.ShowChangesAsync(new() { ReportId = "the-year-restated" }, officer);
        changes.Changes.Should().Contain(c => c.Figure == "expectations.met" && c.Before == "0" && c.After == "1" && c.Suggested == ChangeClass.Revision);
        changes.Unclassed.Should().Be(changes.Changes.Count);
        foreach (var part in changes.Changes.Select(c => c.Figure.Split('.')[0]).Distinct())
            await life.ClassReportChangeAsync(new() { RequestId = _calls.NextId(), ReportId = "the-year-restated", Figures = { part }, Class = ChangeClass.Revision, Why = $"{part}: told late" }, officer);
        await life.FreezeReportAsync(new() { RequestId = _calls.NextId(), ReportId = "the-year-restated" }, second);
        var restated = Encoding.UTF8.GetString((await Issue("the-year-restated", "auditor", ReportFormat.Html)).Bytes);
        restated.Should().Contain("Every figure that changed").And.Contain("expectations: told late").And.Contain(hash);
    }

    private ReportLifeService.ReportLifeServiceClient Life { get; } = new(council.Platform.Channel);

    // A report on record, with its bytes as they came.
    private async Task<IssuedReportBytes> Issue(string report, string persona, ReportFormat format = ReportFormat.Json)
    {
        using var call = _calls.Reports.IssueReport(new() { ReportId = report, Format = format }, await _calls.As(persona));
        using var bytes = new MemoryStream();
        IssuedReport? issued = null;
        await foreach (var said in call.ResponseStream.ReadAllAsync())
        {
            said.Content.WriteTo(bytes);
            issued = said.Issued ?? issued;
        }
        var content = bytes.ToArray();
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)).Should().Be(issued!.Sha256);
        return new IssuedReportBytes(content, issued);
    }

    private async Task SignOff(string report, string persona, string reviewer, string hash) => await Life.SignOffReportAsync(
        new() { RequestId = _calls.NextId(), ReportId = report, Reviewer = reviewer, ContentHash = hash }, await _calls.As(persona));

    // As an operator does it: the platform stops, its registers go, and it starts again and projects every event anew.
    private async Task RebuildAllRegisters()
    {
        await council.Platform.StopAsync();
        await using (var find = council.Platform.Database.CreateCommand("select string_agg(format('truncate ledger.%I', tablename), '; ') from pg_tables where schemaname = 'ledger' and tablename like 'mt_doc_%'"))
        await using (var empty = council.Platform.Database.CreateCommand((string)(await find.ExecuteScalarAsync())! + "; delete from mt_event_progression where name = 'registers:All'"))
            await empty.ExecuteNonQueryAsync();
        await council.Platform.StartAsync();
    }
}
