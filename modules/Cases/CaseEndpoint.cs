using System.Globalization;
using Equalities.Cases.V1;
using Equalities.Options.V1;
using EqualitiesPlatform.Ledger.Replay;
using EqualitiesPlatform.Ledger.Reporting;
using Google.Protobuf;
using Grpc.Core;
using Words = Equalities.Cases.V1;

namespace EqualitiesPlatform.Cases;

internal sealed class CaseEndpoint(Intake intake, PersonFiles files, People people, Registers registers, EventReader reader, Watches watches, ICaseTeams teams, IPolicy policy, LedgerClock clock) : CaseService.CaseServiceBase
{
    private const int MostMerges = 20;

    public override Task<ReceiveCaseResponse> ReceiveCase(ReceiveCaseRequest r, ServerCallContext context) => files.Open<ReceiveCaseResponse>(
        context, r,
        f => (new PersonRecord(f.OptionalText(r.Name, 200), f.OptionalText(r.Contact, 500), Characteristics(f, r.Characteristics)), f.Text(r.Account)),
        (f, file, account) =>
        {
            var member = Member(f, r, context);
            var (id, of, ward) = (f.NewId<CaseId>(r.Key), f.Word<CaseKind>(r.Kind), Wards.Read(f, policy.Current, r.Ward));
            var (source, day) = (f.OptionalPartner(r.SourceId), f.OptionalDay(r.HappenedOn));
            var nature = f.OptionalWord<BarrierNature>(r.BarrierNature);
            var barrier = f.OptionalId<BarrierId>(r.Barrier) is { } known ? new BarrierNamed(known, f.Key(r.Barrier), nature) : null;
            if (barrier is null && nature is not null) f.Violate("barrier_nature", "Say which barrier it is of.");
            var (consent, incident) = (f.OptionalWord<PoliceConsent>(r.Consent), f.OptionalWord<IncidentKind>(r.Incident));
            return async mark => new ReceiveCase(id, of, ward, file, account, mark, await member(), source, day, barrier, consent, incident);
        });

    public override Task<AcknowledgeCaseResponse> AcknowledgeCase(AcknowledgeCaseRequest r, ServerCallContext context) =>
        intake.Write<AcknowledgeCaseResponse>(context, r, f => new AcknowledgeCase(f.Id<CaseId>(r.CaseId)));

    public override Task<TriageCaseResponse> TriageCase(TriageCaseRequest r, ServerCallContext context) =>
        intake.Write<TriageCaseResponse>(context, r, f => new TriageCase(f.Id<CaseId>(r.CaseId), f.Word<CasePriority>(r.Priority)));

    public override Task<AssignCaseResponse> AssignCase(AssignCaseRequest r, ServerCallContext context) => intake.Write<AssignCaseResponse>(context, r, async f =>
    {
        var (id, team, subject) = (f.Id<CaseId>(r.CaseId), f.Id<CaseTeamId>(r.Team), f.Subject(r.LeadSubject));
        f.Done();
        var lead = await people.SignedIn(Caller.Of(context).Tenant, subject);
        return new AssignCase(id, team, lead, teams.Of(lead).Contains(team));
    });

    public override Task<RecordActionResponse> RecordAction(RecordActionRequest r, ServerCallContext context) =>
        Worded<RecordActionResponse>(context, r, r.CaseId, r.Text, (id, text, mark, _) => new RecordAction(id, text, mark));

    public override Task<AddNoteResponse> AddNote(AddNoteRequest r, ServerCallContext context) =>
        Worded<AddNoteResponse>(context, r, r.CaseId, r.Text, (id, text, mark, _) => new AddNote(id, text, mark));

    public override Task<ReviewCaseResponse> ReviewCase(ReviewCaseRequest r, ServerCallContext context) =>
        Worded<ReviewCaseResponse>(context, r, r.CaseId, r.Text, (id, text, mark, _) => new ReviewCase(id, text, mark));

    public override Task<HandOffCaseResponse> HandOffCase(HandOffCaseRequest r, ServerCallContext context) =>
        Worded<HandOffCaseResponse>(context, r, r.CaseId, r.Text, (id, text, mark, f) => new HandOffCase(id, f.Partner(r.ToId), text, mark));

    public override Task<ResolveCaseResponse> ResolveCase(ResolveCaseRequest r, ServerCallContext context) =>
        Worded<ResolveCaseResponse>(context, r, r.CaseId, r.Text, (id, text, mark, f) => new ResolveCase(id, f.Word<CaseOutcome>(r.Outcome), text, mark));

    public override Task<GiveFeedbackResponse> GiveFeedback(GiveFeedbackRequest r, ServerCallContext context) =>
        Worded<GiveFeedbackResponse>(context, r, r.CaseId, r.Text, (id, text, mark, _) => new GiveFeedback(id, text, mark));

    public override Task<CloseCaseResponse> CloseCase(CloseCaseRequest r, ServerCallContext context) =>
        intake.Write<CloseCaseResponse>(context, r, f => new CloseCase(f.Id<CaseId>(r.CaseId)));

    public override Task<ReopenCaseResponse> ReopenCase(ReopenCaseRequest r, ServerCallContext context) =>
        Worded<ReopenCaseResponse>(context, r, r.CaseId, r.Text, (id, text, mark, _) => new ReopenCase(id, text, mark));

    public override async Task<MergeCaseResponse> MergeCase(MergeCaseRequest r, ServerCallContext context)
    {
        await Seen(context, intake.Read(f => f.Id<CaseId>(r.IntoId)));
        return await intake.Write<MergeCaseResponse>(context, r, f => new MergeCase(f.Id<CaseId>(r.CaseId), f.Id<CaseId>(r.IntoId)));
    }

    public override Task<LinkCaseResponse> LinkCase(LinkCaseRequest r, ServerCallContext context) =>
        intake.Write<LinkCaseResponse>(context, r, async f =>
        {
            var (id, to) = (f.Id<CaseId>(r.CaseId), f.Word<CaseLinkKind>(r.To));
            var link = Link(f, to, r.TargetId);
            f.Done();
            var kind = to switch { CaseLinkKind.Commitment => CommitmentId.Kind, CaseLinkKind.PlanItem => ActionPlanItemId.Kind, _ => CaseId.Kind };
            return new LinkCase(id, link, await reader.Has(StreamKey.Of(kind, link.Id), context.CancellationToken));
        });

    public override Task<UnlinkCaseResponse> UnlinkCase(UnlinkCaseRequest r, ServerCallContext context) =>
        intake.Write<UnlinkCaseResponse>(context, r, f => new UnlinkCase(f.Id<CaseId>(r.CaseId), Link(f, f.Word<CaseLinkKind>(r.To), r.TargetId)));

    public override Task<GradeTensionResponse> GradeTension(GradeTensionRequest r, ServerCallContext context) =>
        Worded<GradeTensionResponse>(context, r, r.CaseId, r.Text, (id, text, mark, f) => new GradeTension(id, f.Word<TensionBasis>(r.Basis), f.Key(r.Level), text, mark));

    public override Task<RecordLessonResponse> RecordLesson(RecordLessonRequest r, ServerCallContext context) =>
        Worded<RecordLessonResponse>(context, r, r.CaseId, r.Text, (id, text, mark, _) => new RecordLesson(id, text, mark));

    public override Task<AgreeAdjustmentResponse> AgreeAdjustment(AgreeAdjustmentRequest r, ServerCallContext context) =>
        Worded<AgreeAdjustmentResponse>(context, r, r.CaseId, r.Text, (id, text, mark, _) => new AgreeAdjustment(id, text, mark));

    public override Task<ProvideAdjustmentResponse> ProvideAdjustment(ProvideAdjustmentRequest r, ServerCallContext context) =>
        Worded<ProvideAdjustmentResponse>(context, r, r.CaseId, r.Text, (id, text, mark, _) => new ProvideAdjustment(id, text, mark));

    public override Task<ReviewAdjustmentResponse> ReviewAdjustment(ReviewAdjustmentRequest r, ServerCallContext context) =>
        Worded<ReviewAdjustmentResponse>(context, r, r.CaseId, r.Text, (id, text, mark, _) => new ReviewAdjustment(id, r.Serves, text, mark));

    public override async Task<RecordConsentResponse> RecordConsent(RecordConsentRequest r, ServerCallContext context)
    {
        await Seen(context, intake.Read(f => f.Id<CaseId>(r.CaseId)));
        return await intake.Write<RecordConsentResponse>(context, r, f => new RecordConsent(f.Id<CaseId>(r.CaseId), f.Word<PoliceConsent>(r.Consent)));
    }

    public override Task<ReportToPoliceResponse> ReportToPolice(ReportToPoliceRequest r, ServerCallContext context) =>
        Worded<ReportToPoliceResponse>(context, r, r.CaseId, r.Text, (id, text, mark, _) => new ReportToPolice(id, text, mark));

    public override async Task<GetCaseResponse> GetCase(GetCaseRequest r, ServerCallContext context)
    {
        var found = await Seen(context, intake.Read(f => f.Id<CaseId>(r.CaseId)));
        var response = new GetCaseResponse { Case = Shown(found) };
        var person = await people.Find(found.File);
        response.Person = new CasePerson
        {
            Name = person?.Name ?? "", Contact = person?.Contact ?? "", Erased = person is null,
            Characteristics = { person?.Characteristics?.Select(c => KebabCase(c)) ?? [] },
        };
        response.Account = (await people.Texts(found.File)).GetValueOrDefault(found.Account) ?? "";
        return response;
    }

    public override async Task<ListCasesResponse> ListCases(ListCasesRequest r, ServerCallContext context)
    {
        var actor = Caller.Of(context).Actor;
        var page = await intake.List<CaseRegister>(context, r, Only(r.Worklist), SeenBy(r.Worklist, actor));
        return new() { Cases = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    public override Task WatchCases(WatchCasesRequest r, IServerStreamWriter<WatchCasesResponse> responseStream, ServerCallContext context)
    {
        var actor = Caller.Of(context).Actor;
        return watches.Serve<CaseRegister, WatchCasesResponse>(
            context, r, responseStream,
            c =>
            {
                foreach (var changed in c.Changed) AccessLog.Note(context, changed.Id, changed.Version);
                return new() { Position = c.Position, Changed = { c.Changed.Select(Shown) }, GoneIds = { c.Gone } };
            },
            Only(r.Worklist), () => SeenBy(r.Worklist, actor));
    }

    public override async Task<ReadTimelineResponse> ReadTimeline(ReadTimelineRequest r, ServerCallContext context)
    {
        var found = await Seen(context, intake.Read(f => f.Id<CaseId>(r.CaseId)));
        var after = PageTokens.Read(r.PageToken) is { } token
            ? long.TryParse(token, CultureInfo.InvariantCulture, out var version) ? version : throw new FieldsException([("page_token", "This is not a page token of this list.")])
            : 0;
        var size = PageSize.Of(r.PageSize);
        var events = (await reader.ReadStream(found.Id, ct: context.CancellationToken)).Where(e => e.Version > after).Take(size + 1).ToArray();
        var texts = await people.Texts(found.File);
        var response = new ReadTimelineResponse { Entries = { events.Take(size).Select(e => Entry(e, texts)) } };
        if (events.Length > size) response.NextPageToken = PageTokens.Write(events[size - 1].Version.ToString(CultureInfo.InvariantCulture));
        return response;
    }

    public override async Task<GetRaisedResponse> GetRaised(GetRaisedRequest r, ServerCallContext context)
    {
        var found = await intake.Get<CaseRegister>(context, StreamKey.Of(CaseId.Kind, intake.Read(f => f.Id<CaseId>(r.CaseId)).Value), "case");
        var actor = Caller.Of(context).Actor;
        if (actor.Role is Role.ElectedMember && found.RaisedFor != actor.Person) throw NotRaised();
        return new()
        {
            Case = await Raised(found, context.CancellationToken),
            Feedback = found.Feedback is { } feedback ? (await people.Texts(found.File)).GetValueOrDefault(feedback) ?? "" : "",
        };
    }

    public override async Task<ListRaisedResponse> ListRaised(ListRaisedRequest r, ServerCallContext context)
    {
        var actor = Caller.Of(context).Actor;
        var page = await intake.List<CaseRegister>(context, r, actor.Role is Role.ElectedMember ? $"raised_for = {actor.Person}" : "");
        var response = new ListRaisedResponse { NextPageToken = page.NextPageToken };
        foreach (var raised in page.Items) response.Cases.Add(await Raised(raised, context.CancellationToken));
        return response;
    }

    /// <summary>The filter of a worklist.</summary>
    private string Only(Worklist worklist) => worklist switch
    {
        Worklist.Mine or Worklist.Team => "open = true",
        Worklist.Due => $"next_due_on <= {LedgerClock.DayOf(clock.GetUtcNow()).Shown()}",
        Worklist.Breached => "breached = true",
        _ => "",
    };

    /// <summary>By whom the cases of a worklist are seen; null for everybody's.</summary>
    private Guid[]? SeenBy(Worklist worklist, Actor actor) => (worklist, actor.Role) switch
    {
        (Worklist.Mine, _) => [actor.Person.Value],
        (Worklist.Team, _) => [.. teams.Of(actor.Person).Select(t => t.Value)],
        (_, Role.NetworkMember) => [actor.Person.Value, .. teams.Of(actor.Person).Select(t => t.Value)],
        _ => null,
    };

    /// <summary>A write with words, by somebody who may see the case.</summary>
    private async Task<TResponse> Worded<TResponse>(
        ServerCallContext context, IMessage request, string caseId, string text, Func<CaseId, TextId, string, WriteFields, ICommand> read)
        where TResponse : IMessage, new()
    {
        var id = intake.Read(f => f.Id<CaseId>(caseId, "r.CaseId"));
        var found = await Seen(context, id);
        return await files.Write<TResponse>(context, request, found.File, f => f.Text(text, expression: "r.Text"), (f, t, mark) => read(id, t, mark, f));
    }

    /// <summary>The case, for a caller who may see it: to a network member an unknown one is like another team's.</summary>
    private async Task<CaseRegister> Seen(ServerCallContext context, CaseId id)
    {
        var actor = Caller.Of(context).Actor;
        try
        {
            var found = await intake.Get<CaseRegister>(context, StreamKey.Of(CaseId.Kind, id.Value), "case");
            if (actor.Role is Role.NetworkMember && found.Lead != actor.Person && !(found.Team is { } team && teams.Of(actor.Person).Contains(team))) throw NotSeen();
            return found;
        }
        catch (LedgerException e) when (actor.Role is Role.NetworkMember && e.Failure.Kind is FailureKind.NotFound)
        {
            throw NotSeen();
        }
    }

    private static LedgerException NotSeen() => new(new Failure(FailureKind.NotYours, "NOT_YOURS", "You may only see cases that you lead, or that your team has."));

    private static LedgerException NotRaised() => new(new Failure(FailureKind.NotYours, "NOT_YOURS", "You may only see how the cases stand that you raised."));

    private Func<Task<PersonId?>> Member(WriteFields f, ReceiveCaseRequest r, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        if (caller.Actor.Role is Role.ElectedMember)
        {
            if (r.MemberSubject.Length > 0) f.Violate("member_subject", "You raise it yourself; leave this out.");
            return () => Task.FromResult<PersonId?>(caller.Actor.Person);
        }
        if (r.MemberSubject.Length == 0) return () => Task.FromResult<PersonId?>(null);
        var subject = f.Subject(r.MemberSubject);
        return async () => await people.SignedIn(caller.Tenant, subject);
    }

    private static ProtectedCharacteristic[] Characteristics(WriteFields f, IReadOnlyList<string> said) => [.. said.Select((word, i) =>
    {
        if (Enum.GetValues<ProtectedCharacteristic>().FirstOrDefault(c => KebabCase(c) == word) is var found and not 0) return found;
        f.Violate($"characteristics[{i}]", $"A protected characteristic is one of {string.Join(", ", Enum.GetValues<ProtectedCharacteristic>().Select(KebabCase))}.");
        return default;
    })];

    private static CaseLink Link(WriteFields f, CaseLinkKind to, string id) => new(to, to switch
    {
        CaseLinkKind.Commitment => f.Id<CommitmentId>(id, "r.TargetId").Value,
        CaseLinkKind.PlanItem => f.Id<ActionPlanItemId>(id, "r.TargetId").Value,
        _ => f.Id<CaseId>(id, "r.TargetId").Value,
    });

    private static string KebabCase(ProtectedCharacteristic c) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(c.ToString());

    private static TimelineEntry Entry(Ledger.RecordedEvent e, IReadOnlyDictionary<TextId, string> texts)
    {
        var text = e.Event is ISaysOfSomebody said ? said.Text : (TextId?)null;
        return new()
        {
            Position = e.Position,
            RecordedAt = CanonicalEncoding.Instant(e.RecordedAt),
            What = Sentence.Of(e, ids: false),
            Text = text is { } id ? texts.GetValueOrDefault(id) ?? "" : "",
            Erased = text is { } gone && !texts.ContainsKey(gone),
            Role = e.Occasion.Actor.Role.ToString(),
            ById = e.Occasion.Actor.Person.ToString(),
        };
    }

    /// <summary>How a case stands for who raised it: of one that goes on in another, how that stands.</summary>
    private async Task<RaisedCase> Raised(CaseRegister raised, CancellationToken ct)
    {
        var c = raised;
        for (var hops = 0; hops < MostMerges && c.MergedInto is { } into && await registers.Find<CaseRegister>(StreamKey.Of(CaseId.Kind, into.Value), ct: ct) is { } next; hops++) c = next;
        return new()
        {
            CaseId = raised.Case.ToString(), Kind = Said<Words.CaseKind>(raised.Type), State = Said<Words.CaseState>(c.State), Open = c.Open, ReceivedOn = raised.ReceivedOn.Shown(),
            AcknowledgedOn = (raised.AcknowledgedOn ?? c.AcknowledgedOn).Shown(), HandedOff = c.HandedOffTo is not null, Outcome = Said<Words.CaseOutcome>(c.Outcome),
            ResolvedOn = c.ResolvedOn.Shown(), FeedbackOn = raised.FeedbackOn.Shown(), GoesOnElsewhere = c != raised,
        };
    }

    private static Words.Case Shown(CaseRegister c) => new()
    {
        CaseId = c.Case.ToString(),
        Kind = Said<Words.CaseKind>(c.Type),
        State = Said<Words.CaseState>(c.State),
        Open = c.Open,
        Ward = c.Ward,
        ReceivedOn = c.ReceivedOn.Shown(),
        HappenedOn = c.HappenedOn.Shown(),
        PersonId = c.File.ToString(),
        RaisedForId = c.RaisedFor?.ToString() ?? "",
        SourceId = c.Source?.ToString() ?? "",
        Priority = Said<Words.CasePriority>(c.Priority),
        TeamId = c.Team?.ToString() ?? "",
        LeadId = c.Lead?.ToString() ?? "",
        HandedOffToId = c.HandedOffTo?.ToString() ?? "",
        Outcome = Said<Words.CaseOutcome>(c.Outcome),
        AcknowledgedOn = c.AcknowledgedOn.Shown(),
        ResolvedOn = c.ResolvedOn.Shown(),
        FeedbackOn = c.FeedbackOn.Shown(),
        FeedbackOwed = c.FeedbackOwed,
        ClosedOn = c.ClosedOn.Shown(),
        TimesReopened = c.TimesReopened,
        MergedIntoId = c.MergedInto?.ToString() ?? "",
        DuplicateIds = { c.Duplicates.Select(d => d.ToString()) },
        Links = { c.Links.Select(l => new Words.CaseLinked { To = Said<Words.CaseLinkKind>(l.To), Id = l.Id.ToString() }) },
        Barrier = c.Barrier ?? "",
        BarrierNature = Said<Words.BarrierNature>(c.Nature),
        Adjustment = Said<Words.AdjustmentStage>(c.Adjustment),
        Scale = c.Scale ?? "",
        Basis = Said<Words.TensionBasis>(c.Basis),
        Level = c.Grade ?? "",
        Incident = Said<Words.IncidentKind>(c.Incident),
        Consent = Said<Words.PoliceConsent>(c.Consent),
        PoliceToldOn = c.PoliceToldOn.Shown(),
        Clocks = { c.Clocks.Select(k => new RunningClock { Clock = Said<Words.CaseClock>(k.Clock), DueOn = k.DueOn.Shown(), Reached = Said<Words.BreachRung>(k.Reached) }) },
        NextDueOn = c.NextDueOn.Shown(),
        Breached = c.Breached,
        Breaches = c.Breaches,
        Version = c.Version,
    };

    private static TWord Said<TWord>(Enum? word) where TWord : struct, Enum => word is null ? default : Enum.Parse<TWord>(word.ToString());
}
