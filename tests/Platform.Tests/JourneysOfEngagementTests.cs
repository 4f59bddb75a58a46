using Equalities.Assessments.V1;
using Equalities.Disclosure.V1;
using Equalities.Engagement.V1;
using Equalities.Governance.V1;
using Equalities.Ledger.V1;
using Equalities.Options.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>Engagement as an engagement officer, a partner's lead, Customer Services and an auditor see it.</summary>
[Collection(nameof(Visitors))]
public sealed class JourneysOfEngagementTests(PlatformFixture platform) : IAsyncLifetime
{
    private readonly JourneyCalls _calls = new(platform);
    private readonly ConsultationService.ConsultationServiceClient _consultations = new(platform.Channel);

    public async Task InitializeAsync() => await _calls.Load("small-council.json");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_consultation_is_promoted_answered_and_followed_and_forgets_who_answered()
    {
        string[] canaries = ["Canary Bluefeather", "bluefeather@canary.example", "the canary cannot read the form", "a canary waits for large print"];
        var (engaging, services, auditor) = (await _calls.As("engagement-officer"), await _calls.As("customer-services-officer"), await _calls.As("auditor"));
        await _calls.Appoint("library-trust");
        var lead = await _calls.As("library-trust-lead");
        var today = await Today();

        await _consultations.DraftConsultationAsync(
            new()
            {
                RequestId = _calls.NextId(), Key = "parks", OrganisationId = "council", Title = "Parks", Purpose = "Who uses them", OpensOn = today.ToString("o"),
                ClosesOn = today.AddDays(20).ToString("o"), Channels = { "paper", "online" }, Groups = { "characteristic:age" },
            },
            engaging);
        await JourneyCalls.Fails(async () => await _consultations.GetConsultationAsync(new() { ConsultationId = "parks" }, lead), StatusCode.PermissionDenied, "NOT_YOURS");
        await _consultations.AskToPromoteAsync(new() { RequestId = _calls.NextId(), ConsultationId = "parks", PartnerIds = { "library-trust" } }, engaging);
        await _consultations.OpenConsultationAsync(new() { RequestId = _calls.NextId(), ConsultationId = "parks" }, engaging);
        await _consultations.PromoteConsultationAsync(
            new() { RequestId = _calls.NextId(), ConsultationId = "parks", How = "A poster in each library", Groups = { "characteristic:age" } }, lead);

        // A citizen rings Customer Services.
        await _consultations.AskForFormatAsync(
            new()
            {
                RequestId = _calls.NextId(), ConsultationId = "parks", Key = "parks-print", Format = OtherFormat.LargePrint, Name = canaries[0], Contact = canaries[1], Note = canaries[3],
            },
            services);
        var waiting = (await _consultations.ReadFormatRequestsAsync(new() { ConsultationId = "parks" }, services)).Requests.Should().ContainSingle().Subject;
        (waiting.Name, waiting.Contact, waiting.Note).Should().Be((canaries[0], canaries[1], canaries[3]));
        await _consultations.SupplyFormatAsync(new() { RequestId = _calls.NextId(), ConsultationId = "parks", FormatRequest = "parks-print" }, services);
        var response = new ReceiveResponseRequest
        {
            RequestId = _calls.NextId(), ConsultationId = "parks", Key = "parks-1", Channel = "paper", Text = canaries[2], Name = canaries[0], Contact = canaries[1],
            Groups = { "characteristic:disability", "group:canary-keepers" },
        };
        var receipt = (await _consultations.ReceiveResponseAsync(response, services)).Receipt;
        (await _consultations.ReceiveResponseAsync(response, services)).Receipt.Should().Be(receipt, "sent twice, it came in once");
        for (var i = 2; i <= 12; i++)
            await _consultations.ReceiveResponseAsync(
                new() { RequestId = _calls.NextId(), ConsultationId = "parks", Key = $"parks-{i}", Channel = i % 2 == 0 ? "online" : "paper", Text = $"Benches, says number {i}" }, engaging);
        await JourneyCalls.Fails(
            async () => await _consultations.ReceiveResponseAsync(new() { RequestId = _calls.NextId(), ConsultationId = "parks", Channel = "pigeon", Text = "A canary nobody keeps" }, engaging),
            StatusCode.FailedPrecondition, "CHANNEL_UNKNOWN");

        var read = await _consultations.ReadResponsesAsync(new() { ConsultationId = "parks", PageSize = 5 }, engaging);
        read.Responses.Select(r => r.Text).Should().HaveCount(5).And.StartWith(canaries[2]);
        read.Responses[0].Groups.Should().Equal("characteristic:disability", "group:canary-keepers");
        (await _consultations.ReadResponsesAsync(new() { ConsultationId = "parks", PageSize = 50, PageToken = read.NextPageToken }, engaging)).Responses.Should().HaveCount(7);
        await JourneyCalls.Fails(async () => await _consultations.ReadResponsesAsync(new() { ConsultationId = "parks" }, auditor), StatusCode.PermissionDenied, "ROLE_NOT_ALLOWED");

        // The last day passes, and the consultation closes by itself.
        await _calls.ClockTo(today.AddDays(21).ToString("o"));
        await PlatformFixture.UntilAsync(async () => (await Parks(auditor)).Stage == ConsultationStage.Closed, "the consultation closes");
        await _consultations.NameThemeAsync(new() { RequestId = _calls.NextId(), ConsultationId = "parks", ThemeKey = "benches", Said = "There are too few benches" }, engaging);
        for (var i = 1; i <= 12; i++)
            await _consultations.CodeResponseAsync(new() { RequestId = _calls.NextId(), ConsultationId = "parks", Response = $"parks-{i}", Themes = { i == 1 ? [] : ["benches"] } }, engaging);
        await _consultations.AnswerThemeAsync(new() { RequestId = _calls.NextId(), ConsultationId = "parks", ThemeKey = "benches", Answer = "Each park gets two more" }, engaging);
        await _consultations.FollowThemeAsync(
            new() { RequestId = _calls.NextId(), ConsultationId = "parks", ThemeKey = "benches", To = ChangedRecord.PlanItem, TargetId = "ramp", Did = "The item says benches now" }, engaging);
        await _consultations.ReportConsultationAsync(new() { RequestId = _calls.NextId(), ConsultationId = "parks", Summary = "Benches, above all" }, engaging);
        var counted = 0L;
        foreach (var table in new[] { ConsultationTable.ByChannel, ConsultationTable.ByTheme, ConsultationTable.ByGroup })
            counted = (await _consultations.PublishConsultationCountsAsync(new() { RequestId = _calls.NextId(), ConsultationId = "parks", Table = table }, engaging)).Receipt.Position;
        var published = (await new TableService.TableServiceClient(platform.Channel).ListTablesAsync(new() { PageSize = 500, AtLeastPosition = counted }, auditor)).Statistics.SelectMany(s => s.Tables).Where(t => t.Title.StartsWith("Parks:", StringComparison.Ordinal));
        published.Select(t => t.Title).Should().BeEquivalentTo("Parks: responses by channel", "Parks: responses by theme", "Parks: responses by group");

        foreach (var which in new[] { "by-channel", "by-theme", "by-group" })
            (await new TableService.TableServiceClient(platform.Channel).CheckTableAsync(new() { StatisticId = $"consultation-parks-{which}" }, auditor)).Should()
                .Match<CheckTableResponse>(c => c.Findings.Count == 0 && c.Cells > 0 && c.Verdict.Contains("as it was published"), "{0} is counted again from its events", which);

        var shown = await Parks(lead);
        shown.Promotions.Should().ContainSingle().Which.How.Should().Be("A poster in each library");
        shown.Formats.Should().ContainSingle().Which.Should().Match<FormatRequest>(f => f.Days == 0 && !f.Overdue);
        shown.Themes.Should().ContainSingle().Which.Changes.Should().ContainSingle().Which.Did.Should().Be("The item says benches now");

        await _consultations.AskErasureAsync(new() { RequestId = _calls.NextId(), ConsultationId = "parks", Response = "parks-1" }, services);
        await _consultations.EraseResponseAsync(new() { RequestId = _calls.NextId(), ConsultationId = "parks", Response = "parks-1" }, engaging);
        var gone = (await _consultations.ReadResponsesAsync(new() { ConsultationId = "parks" }, engaging)).Responses[0];
        (gone.Erased, gone.Text, gone.Name, gone.Contact, gone.Groups.Count).Should().Be((true, "", "", "", 0));

        // Two years later everything else about people goes by itself.
        await _calls.ClockTo(today.AddYears(2).AddDays(22).ToString("o"));
        await PlatformFixture.UntilAsync(
            async () => (await _calls.HistoryOf(receipt.Stream)).Count(e => e.StoredName == "engagement.responses-erased.v1") == 2, "the responses are erased");
        (await _consultations.ReadResponsesAsync(new() { ConsultationId = "parks" }, engaging)).Responses.Should().HaveCount(12).And.OnlyContain(r => r.Erased && r.Text == "");
        (await _consultations.ReadFormatRequestsAsync(new() { ConsultationId = "parks" }, services)).Requests.Should().ContainSingle().Which.Name.Should().BeEmpty();
        (await _calls.Verified()).Findings.Should().BeEmpty();
        var everywhere = string.Join('\n', [await platform.DumpAsync(), .. await _calls.Replayed(), platform.Log]);
        everywhere.Should().Contain(gone.Response, "the search finds what is there");
        foreach (var canary in (string[])[.. canaries, "canary-keepers", "Benches, says number", "A canary nobody keeps"])
        {
            everywhere.Should().NotContainEquivalentOf(canary);
            everywhere.Should().NotContainEquivalentOf(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(canary)), "bytes are dumped as hex");
        }
    }

    [Fact]
    public async Task An_organisation_that_is_not_on_record_is_refused_wherever_it_is_named()
    {
        const string unknown = "no-such-organisation";
        string[] services = [nameof(NetworkService), nameof(ConsultationService), nameof(InsightService), nameof(AssessmentService), nameof(AchievementService), "PlanItemService", "BodyService"];
        string[] names = ["organisation_id", "owner_id", "first_id", "second_id", "by_id", "partner_id", "partner_ids", "supporting_ids", "recipient_ids", "present"];
        (Role Role, string Persona)[] callers = [(Role.GovernanceOfficer, "governance-officer"), (Role.Assessor, "assessor"), (Role.CommitteeClerk, "committee-clerk")];
        var walked = new List<string>();
        foreach (var rpc in AnyRpc.All.Where(rpc => rpc.Writes && services.Contains(rpc.Descriptor.Service.Name)))
            foreach (var field in rpc.Descriptor.InputType.Fields.InFieldNumberOrder().Where(f => names.Contains(f.Name)))
            {
                var request = rpc.Filled(new Dictionary<string, string>());
                if (!field.IsRepeated) field.Accessor.SetValue(request, unknown);
                else ((System.Collections.IList)field.Accessor.GetValue(request)).Add(field.Name == "present" ? new Present { OrganisationId = unknown, Office = "Chair" } : unknown);
                var failure = await rpc.Call(platform.Channel, request.ToByteArray(), await _calls.As(callers.First(c => rpc.Roles.Contains(c.Role)).Persona));
                var named = field.Name == "present" ? "present[0].organisation_id" : field.IsRepeated ? $"{field.Name}[0]" : field.Name;
                failure!.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Should().Contain(v => v.Field == named && v.Description.StartsWith("There is no such organisation on record"), "{0} names one", rpc.Name);
                walked.Add($"{rpc.Name} {field.Name}");
            }
        walked.Should().HaveCountGreaterThan(20, string.Join(", ", walked));
    }

    [Fact]
    public async Task A_dataset_is_open_while_an_agreement_holds_and_to_nobody_after()
    {
        var insight = new InsightService.InsightServiceClient(platform.Channel);
        foreach (var partner in new[] { "council", "library-trust" }) await _calls.Appoint(partner);
        var (owner, reader, today) = (await _calls.As("council-lead"), await _calls.As("library-trust-lead"), await Today());
        var hash = new string('a', 64);
        await insight.OfferDatasetAsync(new() { RequestId = _calls.NextId(), Key = "needs", Title = "Needs by ward", Description = "Who asked for help" }, owner);
        await insight.AddDatasetVersionAsync(new() { RequestId = _calls.NextId(), DatasetId = "needs", Version = "q1", Sha256 = hash, Place = "Shelf 7", Quality = "Two wards are estimated" }, owner);
        await Closed();

        // Nobody is told whether an organisation is on record before it is known whose dataset this is; its owner is.
        await JourneyCalls.Fails(() => Agree("first", today, today, "libary-trust", reader), StatusCode.PermissionDenied, "NOT_YOURS");
        (await JourneyCalls.Fails(() => Agree("first", today, today, "libary-trust", owner), StatusCode.InvalidArgument, "ORGANISATION_UNKNOWN"))
            .GetDetail<BadRequest>()!.FieldViolations.Should().ContainSingle().Which.Field.Should().Be("recipient_ids[0]");

        await Agree("first", today, today.AddDays(3));
        var opened = await insight.OpenDatasetAsync(new() { DatasetId = "needs" }, reader);
        (opened.Place, opened.Version.Sha256, opened.Version.Quality).Should().Be(("Shelf 7", hash, "Two wards are estimated"));
        await insight.UseDatasetAsync(new() { RequestId = _calls.NextId(), DatasetId = "needs", Version = "q1", Use = "A reading room in the west" }, reader);
        await FiguresAreTaken();
        var receipt = (await insight.EndSharingAsync(new() { RequestId = _calls.NextId(), DatasetId = "needs", AgreementKey = "first", Reason = "A newer one comes" }, owner)).Receipt;
        await Closed();

        await Agree("second", today, today.AddDays(3));
        await insight.OpenDatasetAsync(new() { DatasetId = "needs", Version = "q1" }, reader);
        await _calls.ClockTo(today.AddDays(4).ToString("o"));
        await Closed();
        await PlatformFixture.UntilAsync(
            async () => (await insight.ListDatasetsAsync(new() { Filter = "agreement_count = 0 AND use_count = 1", AtLeastPosition = receipt.Position }, owner)).Datasets.Count == 1, "the agreement lapses");

        // What is shared under an agreement becomes figures by the import, which is given the very file, and both ends know it.
        async Task FiguresAreTaken()
        {
            const string file = "Period,Value\n2020-21 Q1,5\n2020-21 Q2,7\n";
            var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(file)));
            await insight.AddDatasetVersionAsync(new() { RequestId = _calls.NextId(), DatasetId = "needs", Version = "figures", Sha256 = sha256, Place = "Shelf 8", Quality = "All counted" }, owner);
            var measures = new Equalities.Objectives.V1.MeasureService.MeasureServiceClient(platform.Channel);
            await measures.DefineMeasureAsync(
                new()
                {
                    RequestId = _calls.NextId(), MeasureId = "asked-for-help", Title = "Asked for help", Meaning = "Households", Unit = "households", Polarity = Equalities.Objectives.V1.Polarity.Contextual,
                    Frequency = Equalities.Objectives.V1.Frequency.Quarterly, YearEnd = Equalities.Objectives.V1.YearEnd.Sum, Source = "A desk", Owner = "Libraries", ReporterId = "library-trust",
                },
                await _calls.As("governance-officer"));
            (await FluentActions.Awaiting(() => Import("Period,Value\n2020-21 Q1,6\n", "figures")).Should().ThrowAsync<RpcException>()).Which.Status.Detail.Should().Contain("not the file of version figures");
            (await FluentActions.Awaiting(() => Import(file, "q9")).Should().ThrowAsync<RpcException>()).Which.Status.Detail.Should().Contain("no version q9");
            (await Import(file, "figures")).Written.Should().Be(2);
            (await Import(file, "figures")).Written.Should().Be(0);

            var (dataset, measure) = ((await insight.GetDatasetAsync(new() { DatasetId = "needs" }, reader)).Dataset, (await measures.GetMeasureAsync(new() { MeasureId = "asked-for-help" }, reader)).Measure);
            measure.TakenFrom.Should().ContainSingle().Which.Should().Match<Equalities.Objectives.V1.FigureSource>(
                s => s.DatasetId == dataset.DatasetId && s.DatasetVersion == "figures" && s.Sha256 == sha256 && s.OrganisationId != "");
            await PlatformFixture.UntilAsync(async () => (await insight.GetDatasetAsync(new() { DatasetId = "needs" }, reader)).Dataset.Figures.Count == 1, "the dataset hears of it");
            (await insight.GetDatasetAsync(new() { DatasetId = "needs" }, reader)).Dataset.Figures[0].MeasureId.Should().Be(measure.MeasureId);
        }

        async Task<Equalities.Objectives.V1.ImportResult> Import(string file, string version)
        {
            using var call = new Equalities.Objectives.V1.ExchangeService.ExchangeServiceClient(platform.Channel).ImportObservations(reader);
            await call.RequestStream.WriteAsync(
                new() { RequestId = _calls.NextId(), MeasureId = "asked-for-help", DatasetId = "needs", DatasetVersion = version, File = Google.Protobuf.ByteString.CopyFromUtf8(file) });
            await call.RequestStream.CompleteAsync();
            Equalities.Objectives.V1.ImportResult? result = null;
            await foreach (var said in call.ResponseStream.ReadAllAsync()) result = said.Result ?? result;
            return result!;
        }

        Task Agree(string key, DateOnly from, DateOnly until, string recipient = "library-trust", CallOptions? by = null) => insight.AgreeSharingAsync(
            new()
            {
                RequestId = _calls.NextId(), DatasetId = "needs", AgreementKey = key, Purpose = "Where books are needed", Basis = "Counts only", HoldsFrom = from.ToString("o"),
                HoldsUntil = until.ToString("o"), RecipientIds = { recipient },
            },
            by ?? owner).ResponseAsync;

        async Task Closed()
        {
            foreach (var call in new Func<Task>[]
            {
                async () => await insight.OpenDatasetAsync(new() { DatasetId = "needs" }, reader), async () => await insight.GetDatasetAsync(new() { DatasetId = "needs" }, reader),
                async () => await _calls.History.ReadStreamAsync(new() { Stream = await Stream() }, reader),
                async () => await insight.UseDatasetAsync(new() { RequestId = _calls.NextId(), DatasetId = "needs", Version = "q1", Use = "Anything" }, reader),
            })
                (await FluentActions.Awaiting(call).Should().ThrowAsync<RpcException>()).Which.StatusCode.Should().BeOneOf(StatusCode.PermissionDenied, StatusCode.FailedPrecondition);
        }

        async Task<string> Stream() => $"shared-dataset/{(await insight.GetDatasetAsync(new() { DatasetId = "needs" }, owner)).Dataset.DatasetId}";
    }

    [Fact]
    public async Task A_network_is_chaired_by_two_organisations_and_what_it_agrees_becomes_an_item_of_a_plan()
    {
        var (officer, networks) = (await _calls.As("engagement-officer"), new NetworkService.NetworkServiceClient(platform.Channel));
        await _calls.Appoint("library-trust");
        var coChair = await _calls.As("library-trust-lead");
        var today = await Today();
        await networks.FoundNetworkAsync(new() { RequestId = _calls.NextId(), Key = "neighbours", Name = "Neighbours", Purpose = "To meet", Sectors = { "libraries", "faith" } }, officer);
        foreach (var member in new[] { "council", "library-trust" })
            await networks.JoinNetworkAsync(new() { RequestId = _calls.NextId(), NetworkId = "neighbours", OrganisationId = member, Sector = "libraries" }, officer);
        await networks.ElectCoChairsAsync(new() { RequestId = _calls.NextId(), NetworkId = "neighbours", FirstId = "council", SecondId = "library-trust" }, officer);
        await networks.PlanNetworkMeetingAsync(new() { RequestId = _calls.NextId(), NetworkId = "neighbours", HeldOn = today.AddDays(7).ToString("o"), Topic = "Reading together" }, officer);
        await networks.RecordNetworkMeetingAsync(
            new()
            {
                RequestId = _calls.NextId(), NetworkId = "neighbours", HeldOn = today.ToString("o"), Agenda = { "Getting to know each other" },
                Present = { new Present { OrganisationId = "council", Office = "Co-chair" }, new Present { OrganisationId = "library-trust", Office = "Co-chair" } },
            },
            officer);
        await networks.ContributeAsync(new() { RequestId = _calls.NextId(), NetworkId = "neighbours", Contribution = "Who reads what" }, coChair);
        await networks.NamePriorityAsync(new() { RequestId = _calls.NextId(), NetworkId = "neighbours", PriorityKey = "evenings", Year = "2031-32", Text = "Open in the evening" }, officer);
        await networks.AgreePriorityAsync(new() { RequestId = _calls.NextId(), NetworkId = "neighbours", PriorityKey = "evenings" }, coChair);
        (await FluentActions.Awaiting(() => networks.AgreePriorityAsync(new() { RequestId = _calls.NextId(), NetworkId = "neighbours", PriorityKey = "evenings", OrganisationId = "council" }, coChair).ResponseAsync)
            .Should().ThrowAsync<RpcException>("nobody agrees for another organisation")).Which.StatusCode.Should().Be(StatusCode.FailedPrecondition);
        await JourneyCalls.Fails(
            async () => await networks.LinkAchievementAsync(new() { RequestId = _calls.NextId(), NetworkId = "neighbours", PriorityKey = "evenings", AchievementId = "late-shelves" }, officer),
            StatusCode.FailedPrecondition, "ACHIEVEMENT_UNKNOWN");
        await new AchievementService.AchievementServiceClient(platform.Channel).RecordAchievementAsync(
            new() { RequestId = _calls.NextId(), Key = "late-shelves", Title = "Open late", Account = "Two evenings a week", Evidence = "The opening hours" }, coChair);
        await networks.LinkAchievementAsync(new() { RequestId = _calls.NextId(), NetworkId = "neighbours", PriorityKey = "evenings", AchievementId = "late-shelves" }, officer);
        var agreed = await networks.AgreeJointActionAsync(
            new() { RequestId = _calls.NextId(), NetworkId = "neighbours", Key = "read", Text = "Read together on Sundays", OwnerId = "library-trust", SupportingIds = { "council" }, DueOn = today.AddDays(60).ToString("o") },
            officer);

        var network = (await networks.GetNetworkAsync(new() { NetworkId = "neighbours" }, coChair)).Network;
        network.Gaps.Should().Equal("faith");
        network.Contributions.Should().ContainSingle();
        network.Priorities.Should().ContainSingle().Which.Should().Match<NetworkPriority>(p => p.Year == "2031-32" && p.AgreedIds.Count == 1 && p.AchievementIds.Count == 1);
        var item = network.JointActions.Should().ContainSingle().Subject.ItemId;
        await PlatformFixture.UntilAsync(async () =>
        {
            try
            {
                return (await _calls.PlanItems.GetPlanItemAsync(new() { ItemId = item }, await _calls.As("auditor"))).Item.Text == "Read together on Sundays";
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.NotFound)
            {
                return false;
            }
        }, "the joint action is proposed into a plan");
        await PlatformFixture.UntilAsync(
            async () => (await _consultations.ReadCalendarAsync(new() { Until = today.AddDays(10).ToString("o") }, coChair)).Entries.Select(e => e.Title).Where(t => t.StartsWith("Neighbours", StringComparison.Ordinal))
                .SequenceEqual(["Neighbours: Getting to know each other", "Neighbours: Reading together"]),
            "the calendar shows both meetings");
        (await networks.LeaveNetworkAsync(new() { RequestId = _calls.NextId(), NetworkId = "neighbours", OrganisationId = "library-trust", Reason = "They merged" }, officer)).Receipt.Version.Should().BeGreaterThan(agreed.Receipt.Version);
        (await networks.GetNetworkAsync(new() { NetworkId = "neighbours" }, officer)).Network.ChairVacant.Should().BeTrue();
    }

    [Fact]
    public async Task An_auditor_replays_what_a_decision_rested_on_and_the_impact_before_and_after_a_withdrawal()
    {
        var assessments = new AssessmentService.AssessmentServiceClient(platform.Channel);
        var (assessor, officer, maker, auditor) = (await _calls.As("assessor"), await _calls.As("governance-officer"), await _calls.As("decision-maker"), await _calls.As("auditor"));
        foreach (var key in new[] { "fares", "hours" })
        {
            await assessments.OpenAssessmentAsync(
                new() { RequestId = _calls.NextId(), Key = key, Kind = ProposalKind.Budget, Title = key, Summary = "It saves money", OrganisationId = "council", BudgetYear = "2041-42" }, assessor);
            await assessments.ScreenProposalAsync(new() { RequestId = _calls.NextId(), AssessmentId = key, Relevance = Relevance.Relevant, Reasons = "People depend on it" }, assessor);
            await assessments.AssessEffectAsync(
                new()
                {
                    RequestId = _calls.NextId(), AssessmentId = key, Groups = { "characteristic:age" }, Direction = EffectDirection.Negative,
                    Size = key == "fares" ? EffectSize.Large : EffectSize.Small, Evidence = "A count",
                },
                assessor);
        }
        string[] others = [.. new[] { "disability", "gender-reassignment", "marriage-and-civil-partnership", "pregnancy-and-maternity", "race", "religion-or-belief", "sex", "sexual-orientation" }.Select(c => $"characteristic:{c}")];
        await assessments.AssessEffectAsync(
            new() { RequestId = _calls.NextId(), AssessmentId = "hours", Groups = { others }, Direction = EffectDirection.Neutral, Size = EffectSize.None, Evidence = "A count" }, assessor);
        await assessments.SignAssessmentAsync(new() { RequestId = _calls.NextId(), AssessmentId = "hours" }, assessor);
        var signed = (await assessments.SignAssessmentAsync(new() { RequestId = _calls.NextId(), AssessmentId = "hours" }, officer)).Receipt;
        await assessments.GetAssessmentAsync(new() { AssessmentId = "hours" }, maker);
        await assessments.DecideProposalAsync(
            new() { RequestId = _calls.NextId(), AssessmentId = "hours", Outcome = ProposalOutcome.GoesAhead, DueRegard = "Older people were weighed", ReviewOn = "2042-01-31" }, maker);
        var unread = (await assessments.DecideProposalAsync(
            new() { RequestId = _calls.NextId(), AssessmentId = "fares", Outcome = ProposalOutcome.GoesAhead, DueRegard = "Not read", ReviewOn = "2042-01-31" }, maker)).Receipt;

        // The auditor's timeline: signed at a version, opened at that version, decided on it; the other one was opened by nobody.
        var timeline = await _calls.HistoryOf(signed.Stream);
        timeline.Select(e => e.StoredName).Should().ContainInOrder("assessments.assessment-signed-off.v1", "assessments.proposal-decided.v1", "assessments.due-regard-shown.v1");
        var reads = (await new AccessLogService.AccessLogServiceClient(platform.Channel).ReadAccessLogAsync(new() { Filter = $"subject = {signed.Stream} AND purpose = DECISION" }, auditor)).Entries;
        reads.Should().ContainSingle().Which.Should().Match<AccessLogEntry>(e => e.Version == signed.Version && e.Role == "DecisionMaker");
        var replayed = await assessments.ReadDueRegardAsync(new() { AssessmentId = "hours" }, auditor);
        (replayed.DueRegard, replayed.OpenedVersion).Should().Be((DueRegard.Shown, signed.Version));
        replayed.Steps.Where(s => s.ByDecisionMaker).Select(s => (s.Opening, s.RecordVersion - signed.Version)).Should().Equal((true, 0), (false, 1), (false, 2), (false, 3));
        replayed.Steps.TakeWhile(s => !s.Opening).Should().OnlyContain(s => s.RecordVersion <= signed.Version).And.HaveCount((int)signed.Version);
        replayed.Steps.Single(s => s.What.StartsWith("Proposal decided", StringComparison.Ordinal)).What.Should().Contain("Older people were weighed");
        (await assessments.ListAssessmentsAsync(new() { Filter = "due_regard = MISSING AND budget_year = 2041-42", AtLeastPosition = Math.Max(unread.Position, timeline[^1].Position) }, auditor)).Assessments.Select(a => a.Key).Should().Equal("fares");

        // A third decision was taken with no assessment at all: it is in the register of coverage, and flagged like the other.
        var found = (await assessments.RecordUnassessedDecisionAsync(
            new()
            {
                RequestId = _calls.NextId(), Key = "kiosks", Kind = ProposalKind.Budget, Title = "Fewer kiosks", Summary = "It saves money", OrganisationId = "council", BudgetYear = "2041-42",
                Outcome = ProposalOutcome.GoesAhead, Source = "A minute",
            },
            officer)).Receipt;
        (await assessments.ListAssessmentsAsync(new() { Filter = "flagged = true AND budget_year = 2041-42", AtLeastPosition = found.Position }, auditor)).Assessments
            .Select(a => (a.Key, a.Stage, a.Gap)).Should().BeEquivalentTo([("fares", AssessmentStage.Decided, DueRegardGap.NotAssessed), ("kiosks", AssessmentStage.Decided, DueRegardGap.NoAssessment)]);

        // A large loss weighs -3 and a small one -1, so age stands at -4 in two proposals, and at -1 in one.
        var before = await Age(0);
        (before.Net, before.Losses, before.HitMoreThanOnce).Should().Be((-4, 2, true));
        var position = (await assessments.GetCumulativeImpactAsync(new() { BudgetYear = "2041-42" }, auditor)).Position;
        await assessments.WithdrawProposalAsync(new() { RequestId = _calls.NextId(), AssessmentId = "fares", Reason = "Too many depend on it" }, assessor);
        (await Age(0)).Should().Match<ImpactCell>(c => c.Net == -1 && c.Losses == 1 && !c.HitMoreThanOnce);
        (await Age(position)).Should().Be(before, "what was known then is known for ever");

        async Task<ImpactCell> Age(long knownAt) => (await assessments.GetCumulativeImpactAsync(new() { BudgetYear = "2041-42", KnownAt = knownAt }, auditor)).Cells.Single(c => c.Group == "characteristic:age");
    }

    private async Task<Consultation> Parks(CallOptions caller) => (await _consultations.GetConsultationAsync(new() { ConsultationId = "parks" }, caller)).Consultation;

    private async Task<DateOnly> Today() =>
        DateOnly.Parse((await _calls.Clock.ReadClockAsync(new(), await _calls.As("auditor"))).Today, System.Globalization.CultureInfo.InvariantCulture);
}
