using Equalities.Governance.V1;
using EqualitiesPlatform.Commitments;
using Grpc.Core;
using Words = Equalities.Governance.V1;

namespace EqualitiesPlatform.Governance;

internal sealed class MeetingEndpoint(Intake intake, Watches watches) : MeetingService.MeetingServiceBase
{
    private const int LongestName = 200;
    private const int MostItems = 999;

    public override async Task<CallMeetingResponse> CallMeeting(CallMeetingRequest r, ServerCallContext context)
    {
        var (id, on) = intake.Read(f => (f.Id<BodyId>(r.BodyId), f.Day(r.On)));
        var body = await intake.Get<BodyRegister>(context, StreamKey.Of(BodyId.Kind, id.Value), "body");
        return await intake.Write<CallMeetingResponse>(context, r, f =>
        {
            var key = f.OptionalKey(r.Key) ?? MeetingKey.Of(body.Key, on);
            return new CallMeeting(f.NewId<MeetingId>(key), key, id, on, f.OptionalText(r.Place, LongestName));
        });
    }

    public override Task<MoveMeetingResponse> MoveMeeting(MoveMeetingRequest r, ServerCallContext context) =>
        intake.Write<MoveMeetingResponse>(context, r, f => new MoveMeeting(f.Id<MeetingId>(r.MeetingId), f.Day(r.On), f.Text(r.Reason)));

    public override Task<CancelMeetingResponse> CancelMeeting(CancelMeetingRequest r, ServerCallContext context) =>
        intake.Write<CancelMeetingResponse>(context, r, f => new CancelMeeting(f.Id<MeetingId>(r.MeetingId), f.Text(r.Reason)));

    public override Task<TablePaperResponse> TablePaper(TablePaperRequest r, ServerCallContext context) =>
        intake.Write<TablePaperResponse>(context, r, f => new TablePaper(f.Id<MeetingId>(r.MeetingId), new Paper(
            f.Whole(r.Item, 1, MostItems), f.Text(r.Title, LongestName), f.Text(r.ReportOf, LongestName), f.Text(r.Summary), f.Text(r.InputRequested),
            f.Text(r.Contact, LongestName),
            [.. r.Paragraphs.Select((p, i) => new PaperParagraph(f.Text(p.Number, 20, $"r.Paragraphs[{i}].Number"), f.Text(p.Text, expression: $"r.Paragraphs[{i}].Text")))],
            [.. r.Recommendations.Select((n, i) => Recommended(f, n, $"r.Recommendations[{i}]"))])));

    public override Task<WithdrawPaperResponse> WithdrawPaper(WithdrawPaperRequest r, ServerCallContext context) =>
        intake.Write<WithdrawPaperResponse>(context, r, f => new WithdrawPaper(f.Id<MeetingId>(r.MeetingId), f.Whole(r.Item, 1, MostItems), f.Text(r.Reason)));

    public override Task<PublishAgendaResponse> PublishAgenda(PublishAgendaRequest r, ServerCallContext context) =>
        intake.Write<PublishAgendaResponse>(context, r, f => new PublishAgenda(f.Id<MeetingId>(r.MeetingId)));

    public override Task<RecordAttendanceResponse> RecordAttendance(RecordAttendanceRequest r, ServerCallContext context) =>
        intake.Write<RecordAttendanceResponse>(context, r, f => new RecordAttendance(
            f.Id<MeetingId>(r.MeetingId),
            [.. r.Attendees.Select((a, i) => new Attendee(
                f.Text(a.Office, LongestName, $"r.Attendees[{i}].Office"), f.OptionalPartner(a.OrganisationId, $"r.Attendees[{i}].OrganisationId"),
                f.Word<Attendance>(a.Attendance, $"r.Attendees[{i}].Attendance")))]));

    public override Task<MinuteRecommendationResponse> MinuteRecommendation(MinuteRecommendationRequest r, ServerCallContext context) =>
        intake.Write<MinuteRecommendationResponse>(context, r, f => new MinuteRecommendation(
            f.Id<MeetingId>(r.MeetingId), f.Whole(r.Item, 1, MostItems), f.Whole(r.Recommendation, 1, MostItems), f.Word<MinutedOutcome>(r.Outcome),
            f.OptionalText(r.Wording), f.Text(r.Minute)));

    public override Task<ApproveMinutesResponse> ApproveMinutes(ApproveMinutesRequest r, ServerCallContext context) =>
        intake.Write<ApproveMinutesResponse>(context, r, f => new ApproveMinutes(f.Id<MeetingId>(r.MeetingId), f.Text(r.At, LongestName), f.OptionalDay(r.EffectiveOn)));

    public override Task<PublishMinutesResponse> PublishMinutes(PublishMinutesRequest r, ServerCallContext context) =>
        intake.Write<PublishMinutesResponse>(context, r, f => new PublishMinutes(f.Id<MeetingId>(r.MeetingId), f.Text(r.Reference, 300)));

    public override async Task<GetMeetingResponse> GetMeeting(GetMeetingRequest r, ServerCallContext context)
    {
        var id = intake.Read(f => f.Id<MeetingId>(r.MeetingId));
        return new() { Meeting = Shown(await intake.Get<MeetingRegister>(context, StreamKey.Of(MeetingId.Kind, id.Value), "meeting")) };
    }

    public override async Task<ListMeetingsResponse> ListMeetings(ListMeetingsRequest r, ServerCallContext context)
    {
        var page = await intake.List<MeetingRegister>(context, r);
        return new() { Meetings = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    public override Task WatchMeetings(WatchMeetingsRequest r, IServerStreamWriter<WatchMeetingsResponse> responseStream, ServerCallContext context) =>
        watches.Serve<MeetingRegister, WatchMeetingsResponse>(context, r, responseStream, c => new()
        {
            Position = c.Position, Changed = { c.Changed.Select(Shown) }, GoneIds = { c.Gone },
        });

    private static PaperRecommendation Recommended(WriteFields f, Words.PaperRecommendation said, string at) =>
        new(f.Text(said.Text, expression: $"{at}.Text"), f.Partners(said.PartnerIds, $"{at}.PartnerIds"), f.OptionalDay(said.DueOn, $"{at}.DueOn"));

    private static Words.Meeting Shown(MeetingRegister meeting) => new()
    {
        MeetingId = meeting.Meeting.ToString(),
        Key = meeting.Key,
        BodyId = meeting.Body.ToString(),
        On = meeting.On.Shown(),
        Place = meeting.Place ?? "",
        Stage = Enum.Parse<Words.MeetingStage>(meeting.Stage.ToString()),
        Papers = { meeting.Papers.Select(p => Shown(p, meeting)) },
        Attendees =
        {
            meeting.Attendees.Select(a => new Words.Attendee
            {
                Office = a.Office, OrganisationId = a.Organisation?.ToString() ?? "", Attendance = Enum.Parse<Words.Attendance>(a.Attendance.ToString()),
            }),
        },
        ApprovedAt = meeting.ApprovedAt ?? "",
        ApprovedOn = meeting.ApprovedOn.Shown(),
        MinutesReference = meeting.MinutesReference ?? "",
        MinutesDraft = meeting.MinutesDraft,
        Undecided = meeting.Undecided,
        OpenAnswers = meeting.OpenAnswers,
        Reason = meeting.Reason ?? "",
        Version = meeting.Version,
    };

    private static TabledPaper Shown(PaperTabled tabled, MeetingRegister meeting) => new()
    {
        Item = tabled.Paper.Item,
        Title = tabled.Paper.Title,
        ReportOf = tabled.Paper.ReportOf,
        Summary = tabled.Paper.Summary,
        InputRequested = tabled.Paper.InputRequested,
        Contact = tabled.Paper.Contact,
        Paragraphs = { tabled.Paper.Paragraphs.Select(p => new Words.PaperParagraph { Number = p.Number, Text = p.Text }) },
        Recommendations = { tabled.Paper.Recommendations.Select((n, i) => Shown(n, i + 1, tabled.Paper.Item, meeting)) },
        Edition = tabled.Edition,
        Late = tabled.Late,
    };

    private static MinutedRecommendation Shown(PaperRecommendation recommended, int number, int item, MeetingRegister meeting)
    {
        var minuted = meeting.Minutes.FirstOrDefault(m => m.Item == item && m.Recommendation == number);
        return new()
        {
            Number = number,
            Text = recommended.Text,
            PartnerIds = { recommended.Partners.Select(p => p.ToString()) },
            DueOn = recommended.DueOn.Shown(),
            Outcome = minuted is null ? Words.MinutedOutcome.Unspecified : Enum.Parse<Words.MinutedOutcome>(minuted.Outcome.ToString()),
            Wording = minuted?.Outcome is MinutedOutcome.Amended ? minuted.Wording : "",
            Minute = minuted?.Minute ?? "",
            Reference = minuted?.Reference ?? "",
            Answers =
            {
                meeting.Answers.Where(a => a.Heard.Item == item && a.Heard.Recommendation == number).Select(a => new PartnersAnswer
                {
                    PartnerId = a.Heard.Partner.ToString(), CommitmentId = a.Heard.Commitment.ToString(),
                    Answer = Enum.Parse<Words.MinuteAnswer>(a.Heard.Answer.ToString()), Reason = a.Heard.Reason ?? "", On = a.On.Shown(),
                }),
            },
        };
    }
}
