using Equalities.Governance.V1;
using EqualitiesPlatform.Ledger.Replay;
using Grpc.Core;
using Words = Equalities.Governance.V1;

namespace EqualitiesPlatform.Governance;

internal sealed class ReportLifeEndpoint(Intake intake, ReportPress press, ReportPreparations preparations, Positions positions, PolicyInForce policy, Offices offices, LedgerClock clock) : ReportLifeService.ReportLifeServiceBase
{
    private const int LongestReference = 300;
    private const int MostWitnesses = 100;

    public override Task<PrepareReportResponse> PrepareReport(PrepareReportRequest r, ServerCallContext context) =>
        intake.Write<PrepareReportResponse>(context, r, f =>
        {
            var (id, kind, body, year) = (f.NewId<ReportId>(r.Key), f.Word<ReportKind>(r.Kind), f.Key(r.Body), f.Year(r.Year));
            var asAt = f.CutOff(r.AsAt, year);
            var partner = f.OptionalId<PartnerId>(r.PartnerId);
            if ((kind is ReportKind.PositionStatement) != (partner is not null))
                f.Violate("partner_id", kind is ReportKind.PositionStatement ? "Say whose position statement it is." : "Only a position statement is about one partner.");
            return new PrepareReport(id, f.OptionalKey(r.Key), kind, body, year, asAt, partner);
        });

    public override Task<PrepareRestatementResponse> PrepareRestatement(PrepareRestatementRequest r, ServerCallContext context) =>
        intake.Write<PrepareRestatementResponse>(context, r, async f =>
        {
            var (id, restates, reason) = (f.NewId<ReportId>(r.Key), f.Id<ReportId>(r.Restates), f.Text(r.Reason));
            f.Done();
            var before = (await press.Record(restates, context.CancellationToken)).Select(e => e.Event).Aggregate(Report.Unborn, Report.Evolve);
            return new PrepareRestatement(id, f.OptionalKey(r.Key), restates, reason, before is { Published: not null, Prepared: { } p, Frozen: { } frozen }
                ? new ReportBefore(p.Kind, p.Body, p.Year, p.AsAt, p.Partner, frozen.ContentHash)
                : null);
        });

    public override Task<AttachReportFileResponse> AttachReportFile(AttachReportFileRequest r, ServerCallContext context) =>
        intake.Write<AttachReportFileResponse>(context, r, f =>
        {
            var file = SuppliedFile.Read(r.File.ToByteArray(), f, "file");
            return new AttachReportFile(
                f.Id<ReportId>(r.ReportId), f.Word<ReportSlot>(r.Slot), f.Text(r.FileName, LongestReference), f.Text(r.Office, LongestReference), file.Sha256, file.Columns, file.Rows);
        });

    public override Task<ClassReportChangeResponse> ClassReportChange(ClassReportChangeRequest r, ServerCallContext context) =>
        intake.Write<ClassReportChangeResponse>(context, r, f =>
        {
            if (r.Figures.Count == 0) f.Violate("figures", "Name a figure by its key, or several by the beginning of their keys.");
            return new ClassReportChange(f.Id<ReportId>(r.ReportId), [.. r.Figures.Select((_, i) => f.Text(r.Figures[i], LongestReference))], f.Word<ChangeClass>(r.Class), f.Text(r.Why));
        });

    public override Task<FreezeReportResponse> FreezeReport(FreezeReportRequest r, ServerCallContext context) =>
        intake.Write<FreezeReportResponse>(context, r, async f =>
        {
            var (ct, id) = (context.CancellationToken, f.Id<ReportId>(r.ReportId));
            f.Done();
            var order = await press.Order(id, await press.Record(id, ct), await positions.Known(r.KnownAt, "known_at", ct), ct);
            var body = await preparations.Prepared(new PreparationName(id, order.Scope.Position), ct);
            return new FreezeReport(id, r.KnownAt,
                new ReportBody(body.Position, body.Template, body.ContentHash, body.Figures, ReportRule.Of(order.Kind).Reviewed ? policy.Reviewers : []), body.Changed);
        });

    public override Task<SignOffReportResponse> SignOffReport(SignOffReportRequest r, ServerCallContext context) =>
        intake.Write<SignOffReportResponse>(context, r, f => new SignOffReport(
            f.Id<ReportId>(r.ReportId), f.Key(r.Reviewer), f.Text(r.ContentHash, LongestReference), Appointed(context, r.Reviewer)));

    public override Task<ReturnReportResponse> ReturnReport(ReturnReportRequest r, ServerCallContext context) =>
        intake.Write<ReturnReportResponse>(context, r, f => new ReturnReport(f.Id<ReportId>(r.ReportId), f.Key(r.Reviewer), f.Text(r.Reason), Appointed(context, r.Reviewer)));

    public override Task<SubmitReportResponse> SubmitReport(SubmitReportRequest r, ServerCallContext context) =>
        intake.Write<SubmitReportResponse>(context, r, f => new SubmitReport(f.Id<ReportId>(r.ReportId)));

    public override Task<ConsiderReportResponse> ConsiderReport(ConsiderReportRequest r, ServerCallContext context) =>
        intake.Write<ConsiderReportResponse>(context, r, f => new ConsiderReport(
            f.Id<ReportId>(r.ReportId), f.Word<ReportOutcome>(r.Outcome), f.Text(r.Minute, LongestReference), f.OptionalText(r.Text), f.OptionalDay(r.ConsideredOn)));

    public override Task<PublishReportResponse> PublishReport(PublishReportRequest r, ServerCallContext context) =>
        intake.Write<PublishReportResponse>(context, r, async f =>
        {
            var (ct, id) = (context.CancellationToken, f.Id<ReportId>(r.ReportId));
            var cosignatures = f.Whole(r.Cosignatures, 0, MostWitnesses);
            f.Done();
            return new PublishReport(id, await press.Certified(id, await press.Record(id, ct), cosignatures, ct));
        });

    public override async Task<GetReportResponse> GetReport(GetReportRequest r, ServerCallContext context)
    {
        var id = intake.Read(f => f.Id<ReportId>(r.ReportId));
        return new() { Report = Shown(await intake.Get<ReportRegister>(context, StreamKey.Of(ReportId.Kind, id.Value), "report")) };
    }

    public override async Task<ListReportsResponse> ListReports(ListReportsRequest r, ServerCallContext context)
    {
        var page = await intake.List<ReportRegister>(context, r);
        return new() { Reports = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    private bool Appointed(ServerCallContext context, string reviewer) =>
        offices.Reviews(Caller.Of(context).Actor.Person, reviewer, LedgerClock.DayOf(clock.GetUtcNow()));

    private static Words.Report Shown(ReportRegister report) => new()
    {
        ReportId = report.Report.ToString(),
        Key = report.Key ?? "",
        Kind = Enum.Parse<Words.ReportKind>(report.Kind.ToString()),
        Body = report.Body,
        Year = report.Year.ToString(),
        AsAt = report.AsAt.Shown(),
        PartnerId = report.Partner?.ToString() ?? "",
        Stage = Enum.Parse<Words.ReportStage>(report.Stage.ToString()),
        Restates = report.Restates?.ToString() ?? "",
        UpTo = report.UpTo,
        ContentHash = report.ContentHash,
        Reviewers = { report.Reviewers.Select(r => new Words.ReportReviewer { Reviewer = r.Reviewer, Office = r.Office, SignedOffOn = r.SignedOffOn.Shown() }) },
        Minute = report.Minute ?? "",
        Outcome = report.Outcome is { } outcome ? Enum.Parse<Words.ReportOutcome>(outcome.ToString()) : Words.ReportOutcome.Unspecified,
        PublishedOn = report.PublishedOn.Shown(),
        CertificateHash = report.CertificateHash,
        EarlyReaders = report.EarlyReaders,
        Version = report.Version,
    };
}
