using System.Globalization;
using Equalities.Engagement.V1;
using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Ledger.Replay;
using Grpc.Core;
using Words = Equalities.Engagement.V1;

namespace EqualitiesPlatform.Engagement;

internal sealed class ConsultationEndpoint(Intake intake, PersonFiles files, People people, ConsultationTables tables, EventReader reader, Ledger.Registers registers, LedgerClock clock)
    : ConsultationService.ConsultationServiceBase
{
    private const int CalendarMonths = 3;

    public override Task<DraftConsultationResponse> DraftConsultation(DraftConsultationRequest r, ServerCallContext context) =>
        intake.Write<DraftConsultationResponse>(context, r, f => new DraftConsultation(
            f.NewId<ConsultationId>(r.Key), f.OptionalKey(r.Key), f.OwnOrPartner(r.OrganisationId), f.Text(r.Title, 200), f.Text(r.Purpose), f.Day(r.OpensOn), f.Day(r.ClosesOn),
            f.Keys(r.Channels), f.Groups(r.Groups)));

    public override Task<OpenConsultationResponse> OpenConsultation(OpenConsultationRequest r, ServerCallContext context) =>
        intake.Write<OpenConsultationResponse>(context, r, f => new OpenConsultation(Id(f, r.ConsultationId)));

    public override Task<ExtendConsultationResponse> ExtendConsultation(ExtendConsultationRequest r, ServerCallContext context) =>
        intake.Write<ExtendConsultationResponse>(context, r, f => new ExtendConsultation(Id(f, r.ConsultationId), f.Day(r.ClosesOn), f.Text(r.Reason)));

    public override Task<WithdrawConsultationResponse> WithdrawConsultation(WithdrawConsultationRequest r, ServerCallContext context) =>
        intake.Write<WithdrawConsultationResponse>(context, r, f => new WithdrawConsultation(Id(f, r.ConsultationId), f.Text(r.Reason)));

    public override Task<AskToPromoteResponse> AskToPromote(AskToPromoteRequest r, ServerCallContext context) =>
        intake.Write<AskToPromoteResponse>(context, r, f =>
        {
            if (r.PartnerIds.Count == 0) f.Violate("partner_ids", "Say which partners are asked.");
            return new AskToPromote(Id(f, r.ConsultationId), f.Partners(r.PartnerIds));
        });

    public override Task<PromoteConsultationResponse> PromoteConsultation(PromoteConsultationRequest r, ServerCallContext context) =>
        intake.Write<PromoteConsultationResponse>(context, r, f => new PromoteConsultation(
            Id(f, r.ConsultationId), f.OwnOrPartner(r.OrganisationId), f.Text(r.How), f.Groups(r.Groups), f.OptionalDay(r.EffectiveOn)));

    public override Task<AskForFormatResponse> AskForFormat(AskForFormatRequest r, ServerCallContext context) => files.Open<AskForFormatResponse>(
        context, r, f => (Person(f, r.Name, r.Contact, []), f.OptionalText(r.Note) ?? ""),
        (f, file, note) =>
        {
            var (id, request) = (Id(f, r.ConsultationId), f.NewId<FormatRequestId>(r.Key));
            var (format, language) = (f.Word<OtherFormat>(r.Format), f.OptionalText(r.Language, 100) ?? "");
            return mark => Task.FromResult<ICommand>(new AskForFormat(id, request, format, language, file, note, mark));
        });

    public override Task<SupplyFormatResponse> SupplyFormat(SupplyFormatRequest r, ServerCallContext context) =>
        intake.Write<SupplyFormatResponse>(context, r, f => new SupplyFormat(Id(f, r.ConsultationId), f.Id<FormatRequestId>(r.FormatRequest), f.OptionalDay(r.EffectiveOn)));

    public override Task<ReceiveResponseResponse> ReceiveResponse(ReceiveResponseRequest r, ServerCallContext context) => files.Open<ReceiveResponseResponse>(
        context, r, f => (Person(f, r.Name, r.Contact, f.Groups(r.Groups)), f.Text(r.Text)),
        (f, file, text) =>
        {
            var (id, response) = (Id(f, r.ConsultationId), f.NewId<ConsultationResponseId>(r.Key));
            var (channel, day) = (f.Key(r.Channel), f.OptionalDay(r.EffectiveOn));
            return mark => Task.FromResult<ICommand>(new ReceiveResponse(id, response, channel, file, text, mark, day));
        });

    public override Task<NameThemeResponse> NameTheme(NameThemeRequest r, ServerCallContext context) =>
        intake.Write<NameThemeResponse>(context, r, f => new NameTheme(Id(f, r.ConsultationId), f.Key(r.ThemeKey), f.Text(r.Said, 400)));

    public override Task<CodeResponseResponse> CodeResponse(CodeResponseRequest r, ServerCallContext context) =>
        intake.Write<CodeResponseResponse>(context, r, f => new CodeResponse(Id(f, r.ConsultationId), f.Id<ConsultationResponseId>(r.Response), f.Keys(r.Themes)));

    public override Task<AnswerThemeResponse> AnswerTheme(AnswerThemeRequest r, ServerCallContext context) =>
        intake.Write<AnswerThemeResponse>(context, r, f => new AnswerTheme(Id(f, r.ConsultationId), f.Key(r.ThemeKey), f.Text(r.Answer)));

    public override Task<FollowThemeResponse> FollowTheme(FollowThemeRequest r, ServerCallContext context) =>
        intake.Write<FollowThemeResponse>(context, r, async f =>
        {
            var to = f.Word<ChangedRecord>(r.To);
            var target = Target(f, to, r.TargetId);
            var follow = new FollowTheme(Id(f, r.ConsultationId), f.Key(r.ThemeKey), to, target.Id, f.OptionalText(r.Part, 100) ?? "", f.Text(r.Did), f.OptionalDay(r.EffectiveOn), false);
            f.Done();
            return follow with { OnRecord = await reader.Has(StreamKey.Of(target.Kind, target.Id), context.CancellationToken) };
        });

    public override Task<ReportConsultationResponse> ReportConsultation(ReportConsultationRequest r, ServerCallContext context) =>
        intake.Write<ReportConsultationResponse>(context, r, f => new ReportConsultation(Id(f, r.ConsultationId), f.Text(r.Summary)));

    public override Task<AskErasureResponse> AskErasure(AskErasureRequest r, ServerCallContext context) =>
        intake.Write<AskErasureResponse>(context, r, f => new AskErasure(Id(f, r.ConsultationId), f.Id<ConsultationResponseId>(r.Response)));

    public override async Task<EraseResponseResponse> EraseResponse(EraseResponseRequest r, ServerCallContext context)
    {
        var (id, response) = intake.Read(f => (Id(f, r.ConsultationId), f.Id<ConsultationResponseId>(r.Response)));
        var answer = await intake.Write<EraseResponseResponse>(context, r, _ => new EraseResponse(id, response));
        // At once, so that the answer says what is so; if this fails, the follow-up does it.
        await people.Erase((await Find(context, id)).Responses.First(known => known.Response == response).File);
        return answer;
    }

    public override Task<PublishConsultationCountsResponse> PublishConsultationCounts(PublishConsultationCountsRequest r, ServerCallContext context) =>
        intake.Write<PublishConsultationCountsResponse>(context, r, async f =>
        {
            var (id, which) = (Id(f, r.ConsultationId), f.Word<ConsultationTable>(r.Table));
            f.Done();
            var consultation = await Find(context, id);
            var (table, origin) = (await tables.Count(which, consultation.Consultation, long.MaxValue, context.CancellationToken))!.Value;
            return new PublishTable(f.Id<StatisticId>(ConsultationCounts.Statistic(which, consultation)), table, origin);
        });

    public override async Task<GetConsultationResponse> GetConsultation(GetConsultationRequest r, ServerCallContext context) =>
        new() { Consultation = Shown(await Find(context, intake.Read(f => Id(f, r.ConsultationId)))) };

    public override async Task<ListConsultationsResponse> ListConsultations(ListConsultationsRequest r, ServerCallContext context)
    {
        var page = await intake.List<ConsultationRegister>(context, r);
        return new() { Consultations = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    public override async Task<ReadResponsesResponse> ReadResponses(ReadResponsesRequest r, ServerCallContext context)
    {
        var consultation = await Find(context, intake.Read(f => Id(f, r.ConsultationId)));
        var after = PageTokens.Read(r.PageToken) is not { } token ? 0
            : int.TryParse(token, CultureInfo.InvariantCulture, out var read) && read >= 0 ? read : throw new FieldsException([("page_token", "This is not a page token of this list.")]);
        var size = PageSize.Of(r.PageSize);
        var response = new ReadResponsesResponse();
        foreach (var said in consultation.Responses.Skip(after).Take(size))
        {
            var person = await people.Find(said.File);
            response.Responses.Add(new Words.ConsultationResponse
            {
                Response = said.Response.ToString(), Channel = said.Channel, ReceivedOn = said.ReceivedOn.Shown(), Coded = said.Themes is not null, Themes = { said.Themes ?? [] },
                ErasureAsked = said.ErasureAsked, Erased = said.Erased, Text = (await people.Texts(said.File)).GetValueOrDefault(said.Text) ?? "", Name = person?.Name ?? "",
                Contact = person?.Contact ?? "", Groups = { person?.Groups ?? [] },
            });
        }
        if (consultation.Responses.Count > after + size) response.NextPageToken = PageTokens.Write((after + size).ToString(CultureInfo.InvariantCulture));
        return response;
    }

    public override async Task<ReadFormatRequestsResponse> ReadFormatRequests(ReadFormatRequestsRequest r, ServerCallContext context)
    {
        var response = new ReadFormatRequestsResponse();
        foreach (var asked in (await Find(context, intake.Read(f => Id(f, r.ConsultationId)))).Formats)
        {
            var person = await people.Find(asked.File);
            response.Requests.Add(new FormatRequester
            {
                Request = Shown(asked), Name = person?.Name ?? "", Contact = person?.Contact ?? "", Note = (await people.Texts(asked.File)).GetValueOrDefault(asked.Note) ?? "",
            });
        }
        return response;
    }

    public override async Task<ReadCalendarResponse> ReadCalendar(ReadCalendarRequest r, ServerCallContext context)
    {
        var (first, last) = intake.Read(f => (f.OptionalDay(r.From), f.OptionalDay(r.Until)));
        var from = first ?? LedgerClock.DayOf(clock.GetUtcNow());
        var until = last ?? from.AddMonths(CalendarMonths);
        if (until < from) throw new FieldsException([("until", "The last day comes before the first.")]);
        var entries = EngagementCalendar.Entries(
            await All<ConsultationRegister>($"opens_on <= {until.Shown()} AND closes_on >= {from.Shown()}", context.CancellationToken),
            await All<NetworkRegister>("", context.CancellationToken), from, until);
        return new()
        {
            Entries =
            {
                entries.Select(e => new Words.CalendarEntry
                {
                    Kind = Enum.Parse<Words.CalendarKind>(e.Kind.ToString()), RecordId = e.Record.ToString(), Title = e.Title, From = e.First.Shown(), Until = e.Last.Shown(),
                    OrganisationIds = { e.Organisations.Select(o => o.ToString()) }, Groups = { e.Groups },
                }),
            },
            Clashes =
            {
                EngagementCalendar.Clashes(entries).Select(c => new CalendarClash
                {
                    FirstId = c.First.ToString(), SecondId = c.Second.ToString(), From = c.From.Shown(), Until = c.Until.Shown(), Why = c.Why,
                }),
            },
        };
    }

    /// <summary>Every document of a list: who engages whom and when is no secret among partners.</summary>
    private async Task<IReadOnlyList<TDocument>> All<TDocument>(string filter, CancellationToken ct) where TDocument : class, IRegister<TDocument>
    {
        var (all, token) = (new List<TDocument>(), "");
        do
        {
            var page = await registers.List<TDocument>(new ListTerms(filter, int.MaxValue, token, 0, null), ct);
            all.AddRange(page.Items);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return all;
    }

    private static ConsultationId Id(Fields f, string id) => f.Id<ConsultationId>(id, "r.ConsultationId");

    private Task<ConsultationRegister> Find(ServerCallContext context, ConsultationId id) =>
        intake.Get<ConsultationRegister>(context, StreamKey.Of(ConsultationId.Kind, id.Value), "consultation");

    private static PersonRecord Person(Fields f, string name, string contact, IReadOnlyList<string> groups) =>
        new(f.OptionalText(name, 200, "r.Name"), f.OptionalText(contact, 500, "r.Contact"), Groups: groups);

    private static (string Kind, Guid Id) Target(Fields f, ChangedRecord to, string id) => to switch
    {
        ChangedRecord.PolicyVersion => (PolicyDocumentId.Kind, f.Id<PolicyDocumentId>(id, "r.TargetId").Value),
        ChangedRecord.Commitment => (CommitmentId.Kind, f.Id<CommitmentId>(id, "r.TargetId").Value),
        ChangedRecord.Measure => (MeasureId.Kind, f.Id<MeasureId>(id, "r.TargetId").Value),
        _ => (ActionPlanItemId.Kind, f.Id<ActionPlanItemId>(id, "r.TargetId").Value),
    };

    private static FormatRequest Shown(FormatOnRecord asked) => new()
    {
        Request = asked.Request.ToString(), Format = Enum.Parse<Words.OtherFormat>(asked.Format.ToString()), Language = asked.Language, AskedOn = asked.AskedOn.Shown(),
        DueOn = asked.DueOn.Shown(), Overdue = asked.Overdue, SuppliedOn = asked.SuppliedOn.Shown(), Days = asked.Days ?? 0,
    };

    private static Words.Consultation Shown(ConsultationRegister c) => new()
    {
        ConsultationId = c.Consultation.ToString(),
        Key = c.Key ?? "",
        OrganisationId = c.Organisation.ToString(),
        Title = c.Title,
        Purpose = c.Purpose,
        Stage = Enum.Parse<Words.ConsultationStage>(c.Stage.ToString()),
        OpensOn = c.OpensOn.Shown(),
        ClosesOn = c.ClosesOn.Shown(),
        Channels = { c.Channels },
        Groups = { c.Groups },
        AskedIds = { c.Asked.Select(a => a.ToString()) },
        Promotions = { c.Promotions.Select(p => new Promotion { OrganisationId = p.Partner.ToString(), On = p.EffectiveOn.Shown(), How = p.How, Groups = { p.Groups } }) },
        Formats = { c.Formats.Select(Shown) },
        ResponseCount = c.ResponseCount,
        UncodedCount = c.UncodedCount,
        Themes =
        {
            c.Themes.Select(t => new ConsultationTheme
            {
                ThemeKey = t.Theme, Said = t.Said, Answer = t.Answer ?? "",
                Changes =
                {
                    t.Followed.Select(d => new ThemeChange
                    {
                        To = Enum.Parse<Words.ChangedRecord>(d.To.ToString()), TargetId = d.Target.ToString(), Part = d.Part, Did = d.Did, On = d.EffectiveOn.Shown(),
                    }),
                },
            }),
        },
        Summary = c.Summary ?? "",
        ReportedOn = c.ReportedOn.Shown(),
        KeptUntil = c.KeptUntil.Shown(),
        Version = c.Version,
    };
}
