using Equalities.Cases.V1;
using Equalities.Engagement.V1;
using Equalities.Ledger.V1;
using Equalities.Options.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>Casework as Customer Services, a case officer, a network member, an elected member and an auditor see it.</summary>
[Collection(nameof(Visitors))]
public sealed class JourneysOfCasesTests(PlatformFixture platform) : IAsyncLifetime
{
    private readonly JourneyCalls _calls = new(platform);
    private readonly CaseService.CaseServiceClient _cases = new(platform.Channel);
    private readonly CaseTeamService.CaseTeamServiceClient _teams = new(platform.Channel);

    public async Task InitializeAsync()
    {
        await _calls.Load("small-council.json");
        foreach (var member in new[] { "network-member", "network-member-3" })
            await _teams.JoinTeamAsync(new() { RequestId = $"join-{member}", Team = "doorstep", Subject = platform.SubjectOf(member) }, await _calls.As("case-officer"));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_members_concern_goes_from_one_call_to_an_answer()
    {
        var (services, officer, lead, member, auditor) = (
            await _calls.As("customer-services-officer"), await _calls.As("case-officer"), await _calls.As("network-member"), await _calls.As("elected-member"), await _calls.As("auditor"));
        var intake = new ReceiveCaseRequest
        {
            RequestId = _calls.NextId(), Key = "c-1", Kind = CaseKind.Concern, Ward = "Weir", Account = "The hall has no ramp", Name = "A name to keep", Contact = "A number to keep",
            Characteristics = { "disability" }, MemberSubject = platform.SubjectOf("elected-member"),
        };
        var receipt = (await _cases.ReceiveCaseAsync(intake, services)).Receipt;
        (await _cases.ReceiveCaseAsync(intake, services)).Receipt.Should().Be(receipt, "sent twice, it came in once");
        intake.Account = "Something else";
        (await Refusal(() => _cases.ReceiveCaseAsync(intake, services))).Should().Be("REQUEST_ID_REUSED");

        (await _cases.ListRaisedAsync(new() { AtLeastPosition = receipt.Position, Filter = "open = true" }, member)).Cases
            .Should().ContainSingle(c => c.CaseId == IdIn(receipt)).Which.State.Should().Be(CaseState.Received);
        (await Refusal(async () => await _cases.GetRaisedAsync(new() { CaseId = "c-1" }, await _calls.As("elected-member-2")))).Should().Be("NOT_YOURS");

        await _cases.TriageCaseAsync(new() { RequestId = _calls.NextId(), CaseId = "c-1", Priority = CasePriority.Standard }, officer);
        (await Refusal(() => _cases.GetCaseAsync(new() { CaseId = "c-1" }, lead))).Should().Be("NOT_YOURS", "it is nobody's yet");
        (await Refusal(() => _cases.GetCaseAsync(new() { CaseId = "c-none" }, lead))).Should().Be("NOT_YOURS", "an unknown case is like another team's");
        (await Refusal(() => Assign("network-member-2"))).Should().Be("LEAD_NOT_IN_TEAM");
        var assigned = (await Assign("network-member")).Receipt;

        (await _cases.ListCasesAsync(new() { Worklist = Worklist.Mine, AtLeastPosition = assigned.Position }, lead)).Cases.Select(c => c.CaseId).Should().Contain(IdIn(receipt));
        (await _cases.ListCasesAsync(new() { Worklist = Worklist.Team }, await _calls.As("network-member-3"))).Cases.Select(c => c.CaseId).Should().Contain(IdIn(receipt));
        (await _cases.ListCasesAsync(new(), await _calls.As("network-member-2"))).Cases.Should().BeEmpty("they are in no team");
        var seen = await _cases.GetCaseAsync(new() { CaseId = "c-1" }, lead);
        seen.Account.Should().Be("The hall has no ramp");
        seen.Person.Should().Be(new CasePerson { Name = "A name to keep", Contact = "A number to keep", Characteristics = { "disability" } });

        await _cases.RecordActionAsync(new() { RequestId = _calls.NextId(), CaseId = "c-1", Text = "Measured the step" }, lead);
        (await JourneyCalls.Fails(
            async () => await _cases.HandOffCaseAsync(new() { RequestId = _calls.NextId(), CaseId = "c-1", ToId = "libary-trust", Text = "It is their hall" }, lead), StatusCode.InvalidArgument, "ORGANISATION_UNKNOWN"))
            .GetDetail<BadRequest>()!.FieldViolations.Should().ContainSingle().Which.Field.Should().Be("to_id");
        await _cases.HandOffCaseAsync(new() { RequestId = _calls.NextId(), CaseId = "c-1", ToId = "library-trust", Text = "It is their hall" }, lead);
        (await Refusal(() => _cases.CloseCaseAsync(new() { RequestId = _calls.NextId(), CaseId = "c-1" }, officer))).Should().Be("HANDED_OFF_IS_NOT_RESOLVED");
        (await _cases.GetRaisedAsync(new() { CaseId = "c-1" }, member)).Case.Should().Match<RaisedCase>(c => c.HandedOff && c.Open && c.ResolvedOn == "");
        using (var watch = _cases.WatchCases(new() { Worklist = Worklist.Mine }, lead))
        {
            long position = 0;
            while (await watch.ResponseStream.MoveNext() && !watch.ResponseStream.Current.Changed.Any(c => c.CaseId == IdIn(receipt))) { }
            while (position == 0 && (position = watch.ResponseStream.Current.Position) == 0 && await watch.ResponseStream.MoveNext()) { }
            await _cases.ResolveCaseAsync(new() { RequestId = _calls.NextId(), CaseId = "c-1", Outcome = CaseOutcome.PutRight, Text = "The trust laid a ramp" }, lead);
            using var resumed = _cases.WatchCases(new() { Worklist = Worklist.Mine, AfterPosition = position }, lead);
            foreach (var stream in new[] { watch.ResponseStream, resumed.ResponseStream })
                while (!stream.Current?.GoneIds.Contains(IdIn(receipt)) ?? true) (await stream.MoveNext()).Should().BeTrue("what is resolved leaves the worklist, also of a watch that goes on later");
        }
        (await Refusal(() => _cases.CloseCaseAsync(new() { RequestId = _calls.NextId(), CaseId = "c-1" }, officer))).Should().Be("FEEDBACK_OWED");
        await _cases.GiveFeedbackAsync(new() { RequestId = _calls.NextId(), CaseId = "c-1", Text = "There is a ramp now" }, services);
        await _cases.CloseCaseAsync(new() { RequestId = _calls.NextId(), CaseId = "c-1" }, officer);
        await _cases.ReceiveCaseAsync(
            new() { RequestId = _calls.NextId(), Key = "c-1-again", Kind = CaseKind.Concern, Ward = "Weir", Account = "The same hall", MemberSubject = platform.SubjectOf("elected-member-3") }, services);
        await _cases.MergeCaseAsync(new() { RequestId = _calls.NextId(), CaseId = "c-1-again", IntoId = "c-1" }, officer);
        (await _cases.GetRaisedAsync(new() { CaseId = "c-1-again" }, await _calls.As("elected-member-3"))).Should().Match<GetRaisedResponse>(
            r => r.Case.GoesOnElsewhere && r.Case.Outcome == CaseOutcome.PutRight && r.Case.State == CaseState.Closed && r.Feedback == "", "who raised it twice hears of the one in which it went on");
        var state = await _cases.GetRaisedAsync(new() { CaseId = "c-1" }, member);
        (state.Case.State, state.Case.Outcome, state.Feedback).Should().Be((CaseState.Closed, CaseOutcome.PutRight, "There is a ramp now"));

        var audited = await _cases.GetCaseAsync(new() { CaseId = "c-1" }, auditor);
        audited.Should().Match<GetCaseResponse>(a => a.Case.State == CaseState.Closed && a.Person == null && a.Account == "");
        var timeline = await _cases.ReadTimelineAsync(new() { CaseId = "c-1", PageSize = 500 }, auditor);
        timeline.Entries.Should().HaveCountGreaterThan(10).And.OnlyContain(e => e.Text == "" && !e.Erased);
        (await _cases.ReadTimelineAsync(new() { CaseId = "c-1", PageSize = 500 }, lead)).Entries.Select(e => e.Text).Should().Contain(["The hall has no ramp", "Measured the step", "It is their hall"]);

        await TheHistoryIsForAuditorsAndABundleHoldsHashesOnly(receipt);

        async Task<AssignCaseResponse> Assign(string persona) => await _cases.AssignCaseAsync(
            new() { RequestId = _calls.NextId(), CaseId = "c-1", Team = "doorstep", LeadSubject = platform.SubjectOf(persona) }, officer);
    }

    [Fact]
    public async Task Who_can_lead_a_case_belongs_to_the_network_that_the_pack_names_and_it_tells_nobodys_team()
    {
        var (officer, auditor, networks) = (await _calls.As("case-officer"), await _calls.As("auditor"), new NetworkService.NetworkServiceClient(platform.Channel));
        async Task<int> Leads() => (await networks.GetNetworkAsync(new() { NetworkId = "doorstep-staff" }, auditor)).Network.Leads;
        await PlatformFixture.UntilAsync(async () => await Leads() >= 2, "both members of the team are members of the network");
        var before = await Leads();

        await _teams.JoinTeamAsync(new() { RequestId = _calls.NextId(), Team = "night", Subject = platform.SubjectOf("network-member-2") }, officer);
        await PlatformFixture.UntilAsync(async () => await Leads() == before + 1, "a new one joins");
        await _teams.JoinTeamAsync(new() { RequestId = _calls.NextId(), Team = "dawn", Subject = platform.SubjectOf("network-member-2") }, officer);
        await _teams.LeaveTeamAsync(new() { RequestId = _calls.NextId(), Team = "night", Subject = platform.SubjectOf("network-member-2") }, officer);
        await _teams.LeaveTeamAsync(new() { RequestId = _calls.NextId(), Team = "dawn", Subject = platform.SubjectOf("network-member-2") }, officer);
        await PlatformFixture.UntilAsync(async () => await Leads() == before, "who is in no team any more leaves");

        var history = await _calls.History.ReadStreamAsync(new() { Stream = "network/doorstep-staff", PageSize = 500 }, await _calls.As("governance-officer"));
        history.Events.Count(e => e.StoredName == "engagement.lead-left.v1").Should().Be(1, "they were in another team when they left the first");
        history.Events.Should().OnlyContain(e => !e.CanonicalJson.Contains("dawn") && !e.CanonicalJson.Contains("case-team") && !e.CanonicalJson.Contains(platform.SubjectOf("network-member-2")));
        (await networks.GetNetworkAsync(new() { NetworkId = "street-talk" }, auditor)).Network.Gaps.Should().Equal("libraries", "schools");
    }

    private async Task TheHistoryIsForAuditorsAndABundleHoldsHashesOnly(Receipt received)
    {
        var (auditor, officer) = (await _calls.As("auditor"), await _calls.As("governance-officer"));
        var proofs = new ProofService.ProofServiceClient(platform.Channel);
        (await _calls.History.ReadStreamAsync(new() { Stream = received.Stream }, auditor)).Events[0].StoredName.Should().Be("cases.case-received.v1");
        var receipt = await proofs.GetReceiptAsync(new() { Stream = received.Stream, Version = 1 }, auditor);
        (await Refusal(() => _calls.History.ReadStreamAsync(new() { Stream = received.Stream }, officer))).Should().Be("CONFIDENTIAL");
        (await Refusal(() => _calls.History.ReadStreamAsync(new() { Stream = "case/there-is-none" }, officer))).Should().Be("CONFIDENTIAL", "an unknown case is like any other");
        (await Refusal(() => proofs.GetReceiptAsync(new() { Stream = received.Stream, Version = 1 }, officer))).Should().Be("CONFIDENTIAL");
        (await Refusal(() => Replayed(new() { Kinds = { "case" } }))).Should().Be("CONFIDENTIAL");
        (await Refusal(() => Replayed(new() { StoredNames = { "cases.case-received.v1" } }))).Should().Be("CONFIDENTIAL");

        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([0, .. receipt.Leaf.ToByteArray()]));
        var replayed = await Replayed(new());
        replayed.Should().Contain($$"""{"leaf":"{{hash}}","position":{{receipt.Position}}}""").And.NotContain(line => line.Contains("\"cases.case-", StringComparison.Ordinal));
        replayed.Should().HaveCount((await _calls.Replayed()).Count, "nothing is left out");
        (await Replayed(new() { Role = Equalities.Options.V1.Role.CaseOfficer })).Should().NotContain(line => line.StartsWith("{\"leaf\"", StringComparison.Ordinal), "choosing by role would tell the role");

        using var bundle = proofs.ReadLeaves(new(), auditor);
        var (hashes, named) = (new List<string>(), 0);
        await foreach (var leaves in bundle.ResponseStream.ReadAllAsync())
        {
            leaves.Leaves.Count(l => l.Length == 0).Should().Be(leaves.Confidential.Count);
            hashes.AddRange(leaves.Confidential.Select(h => Convert.ToHexStringLower(h.Span)));
            named += leaves.Leaves.Count(l => l.Contains("\"cases.case-", StringComparison.Ordinal));
        }
        hashes.Should().Contain(hash);
        named.Should().Be(0);

        async Task<List<string>> Replayed(ReplayRequest request)
        {
            using var call = _calls.History.Replay(request, officer);
            var lines = new List<string>();
            await foreach (var page in call.ResponseStream.ReadAllAsync()) lines.AddRange(page.Lines);
            return lines;
        }
    }

    [Fact]
    public async Task Words_that_came_to_nothing_are_kept_nowhere_and_the_request_can_be_put_right()
    {
        var officer = await _calls.As("case-officer");
        var before = await Rows();
        var intake = new ReceiveCaseRequest { RequestId = _calls.NextId(), Kind = CaseKind.Barrier, Ward = "Weir", Account = "Refused for want of a barrier" };
        (await Refusal(() => _cases.ReceiveCaseAsync(intake, officer))).Should().Be("BARRIER_UNNAMED");
        (await Rows()).Should().Be(before);
        intake.Barrier = "narrow-gate";
        var receipt = (await _cases.ReceiveCaseAsync(intake, officer)).Receipt;
        (await _cases.GetCaseAsync(new() { CaseId = IdIn(receipt) }, officer)).Account.Should().Be("Refused for want of a barrier");

        async Task<(long, long)> Rows()
        {
            await using var command = platform.Database.CreateCommand("select (select count(*) from ledger_person_text), (select count(*) from ledger_person_key) + (select count(*) from ledger_person_loose)");
            await using var row = await command.ExecuteReaderAsync();
            await row.ReadAsync();
            return (row.GetInt64(0), row.GetInt64(1));
        }
    }

    [Fact]
    public async Task A_ward_is_one_that_the_pack_lists()
    {
        var services = await _calls.As("customer-services-officer");
        var intake = new ReceiveCaseRequest { RequestId = _calls.NextId(), Kind = CaseKind.Concern, Ward = "Upper Weir", Account = "The lamp is out" };
        var status = await JourneyCalls.Fails(async () => await _cases.ReceiveCaseAsync(intake, services), StatusCode.InvalidArgument);
        status.GetDetail<BadRequest>()!.FieldViolations.Should().ContainSingle().Which.Should().Match<BadRequest.Types.FieldViolation>(
            v => v.Field == "ward" && v.Description.Contains("Weir, Mill Lane") && !v.Description.Contains("Upper"));
        intake.Ward = "mill lane";
        var receipt = (await _cases.ReceiveCaseAsync(intake, services)).Receipt;
        (await _cases.GetCaseAsync(new() { CaseId = IdIn(receipt) }, await _calls.As("case-officer"))).Case.Ward.Should().Be("Mill Lane", "however it is written, it is one ward");

        var (returns, officer) = (new TensionReturnService.TensionReturnServiceClient(platform.Channel), await _calls.As("case-officer"));
        await JourneyCalls.Fails(
            async () => await returns.ExpectReturnsAsync(new() { RequestId = _calls.NextId(), PartnerId = "library-trust", Ward = "Elsewhere", FromOn = "2022-01-03" }, officer), StatusCode.InvalidArgument);
        await returns.ExpectReturnsAsync(new() { RequestId = _calls.NextId(), PartnerId = "library-trust", Ward = "MILL-LANE", FromOn = "2022-01-03" }, officer);
        await returns.SubmitReturnAsync(
            new() { RequestId = _calls.NextId(), PartnerId = "library-trust", Ward = "mill lane", WeekOn = "2022-01-03", Return = TensionReturn.NilReturn }, officer);
        await returns.StopReturnsAsync(new() { RequestId = _calls.NextId(), PartnerId = "library-trust", Ward = "Mill Lane" }, officer);
    }

    [Fact]
    public async Task In_bulk_customer_services_take_cases_in_and_do_no_more_than_alone()
    {
        using var call = new BulkService.BulkServiceClient(platform.Channel).Send(await _calls.As("customer-services-officer"));
        for (var i = 0; i < 2; i++)
            await call.RequestStream.WriteAsync(new()
            {
                Item = i, Rpc = "equalities.cases.v1.CaseService/ReceiveCase",
                Request = new ReceiveCaseRequest { RequestId = _calls.NextId(), Kind = CaseKind.Concern, Ward = "Weir", Account = $"Told in a list, no. {i}" }.ToByteString(),
            });
        await call.RequestStream.WriteAsync(new()
        {
            Item = 2, Rpc = "equalities.cases.v1.CaseService/CloseCase", Request = new CloseCaseRequest { RequestId = _calls.NextId(), CaseId = Guid.NewGuid().ToString() }.ToByteString(),
        });
        await call.RequestStream.CompleteAsync();
        var answers = new Dictionary<long, SendResponse>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync()) answers[answer.Item] = answer;
        answers[0].Receipt.Stream.Should().StartWith("case/");
        answers[1].Receipt.Stream.Should().StartWith("case/").And.NotBe(answers[0].Receipt.Stream);
        answers[2].Reason.Should().Be("ROLE_NOT_ALLOWED");
    }

    [Fact]
    public async Task No_rpc_gives_a_case_out_to_those_who_have_no_business_with_it()
    {
        var officer = await _calls.As("case-officer");
        var stream = (await _cases.ReceiveCaseAsync(
            new()
            {
                RequestId = _calls.NextId(), Kind = CaseKind.Barrier, Ward = "Weir", Account = "Nobody else's business", Barrier = "high-counter", MemberSubject = platform.SubjectOf("elected-member"),
            },
            officer)).Receipt.Stream;
        var id = stream[(stream.IndexOf('/') + 1)..];
        await _cases.TriageCaseAsync(new() { RequestId = _calls.NextId(), CaseId = id, Priority = CasePriority.Standard }, officer);
        await _cases.AssignCaseAsync(new() { RequestId = _calls.NextId(), CaseId = id, Team = "doorstep", LeadSubject = platform.SubjectOf("network-member") }, officer);
        var person = (await _cases.GetCaseAsync(new() { CaseId = id }, officer)).Case.PersonId;
        await _calls.Register("walkers");
        var ids = new Dictionary<string, string> { ["case_id"] = id, ["stream"] = stream, ["target_id"] = id, ["person_id"] = person };

        var given = new SortedSet<string>(await GivenTo(Role.Auditor, "auditor"), StringComparer.Ordinal);
        given.Should().Contain(["CaseService/GetCase", "CaseService/ListCases", "HistoryService/Replay", "HistoryService/ReadStream"], "the walk finds what is given out");
        given.UnionWith(await GivenTo(Role.CaseOfficer, "case-officer"));
        given.UnionWith(await GivenTo(Role.NetworkMember, "network-member"));
        given.UnionWith(await GivenTo(Role.CustomerServices, "customer-services-officer"));
        given.UnionWith(await GivenTo(Role.ElectedMember, "elected-member"));
        await EachLeftATrace(given);
        foreach (var (role, persona) in new[]
        {
            (Role.GovernanceOfficer, "governance-officer"), (Role.Administrator, "administrator"), (Role.Reviewer, "reviewer"), (Role.CommitteeClerk, "committee-clerk"),
            (Role.EngagementOfficer, "engagement-officer"), (Role.Assessor, "assessor"), (Role.DecisionMaker, "decision-maker"), (Role.PartnerLead, "walkers-lead"),
            (Role.NetworkMember, "network-member-2"), (Role.ElectedMember, "elected-member-2"),
        })
            (await GivenTo(role, persona)).Should().BeEmpty("it is none of the {0}'s business", role);

        async Task EachLeftATrace(IReadOnlyCollection<string> given)
        {
            var reads = AnyRpc.All.Where(r => !r.Writes).ToArray();
            reads.Where(r => given.Contains(r.Name) && !r.LeavesATrace).Select(r => r.Name).Should().BeEmpty("whoever reads of a case stands in the access log");
            reads.Where(r => r.Path.StartsWith("/equalities.cases.v1.", StringComparison.Ordinal) && !r.LeavesATrace).Select(r => r.Name)
                .Should().Equal("TensionReturnService/ListReturns"); // What a partner says of a ward is no case.
            var log = new AccessLogService.AccessLogServiceClient(platform.Channel);
            var auditor = await _calls.As("auditor");
            foreach (var rpc in reads.Where(r => given.Contains(r.Name)))
                (await log.ReadAccessLogAsync(new() { Filter = $"rpc = \"{rpc.Path[1..]}\"", PageSize = 1 }, auditor)).Entries.Should().NotBeEmpty("{0} gave a case out", rpc.Name);
        }

        async Task<IReadOnlyList<string>> GivenTo(Role role, string persona)
        {
            var (options, given) = (await _calls.As(persona), new SortedSet<string>(StringComparer.Ordinal));
            foreach (var rpc in AnyRpc.All.Where(r => !r.Writes && r.Roles.Contains(role)))
                foreach (var request in new[] { [], rpc.Filled(ids).ToByteArray() })
                    await rpc.Call(platform.Channel, request, options, answer =>
                    {
                        var text = System.Text.Encoding.UTF8.GetString(answer);
                        if (text.Contains(id, StringComparison.Ordinal) || text.Contains(person, StringComparison.Ordinal)) given.Add(rpc.Name);
                    });
            return [.. given];
        }
    }

    [Fact]
    public async Task What_was_known_of_somebody_is_nowhere_after_they_are_erased_and_the_ledger_still_verifies()
    {
        string[] canaries = ["Canary Yellowfeather", "yellowfeather@canary.example", "the canary flew at noon", "a canary was heard", "canaries are told"];
        await using var collector = new Collector();
        await using var watched = await platform.StartSecondAsync(collector.Settings);
        CaseService.CaseServiceClient cases = new(watched.Channel);
        var (officer, second, erasures) = (await _calls.As("case-officer"), await _calls.As("case-officer-2"), new ErasureService.ErasureServiceClient(watched.Channel));
        var receipt = (await cases.ReceiveCaseAsync(
            new()
            {
                RequestId = _calls.NextId(), Key = "c-canary", Kind = CaseKind.HateCrimeReport, Ward = "Weir", Account = canaries[2], Name = canaries[0], Contact = canaries[1],
                Characteristics = { "religion-or-belief" }, Incident = IncidentKind.Crime, Consent = PoliceConsent.Refused,
            },
            await _calls.As("customer-services-officer"))).Receipt;
        await cases.TriageCaseAsync(new() { RequestId = _calls.NextId(), CaseId = "c-canary", Priority = CasePriority.Urgent }, officer);
        await cases.AssignCaseAsync(new() { RequestId = _calls.NextId(), CaseId = "c-canary", Team = "doorstep", LeadSubject = platform.SubjectOf("network-member") }, officer);
        (await Refusal(() => cases.ReportToPoliceAsync(new() { RequestId = _calls.NextId(), CaseId = "c-canary", Text = "Told" }, officer))).Should().Be("NO_CONSENT");
        await cases.RecordActionAsync(new() { RequestId = _calls.NextId(), CaseId = "c-canary", Text = canaries[3] }, await _calls.As("network-member"));
        (await Refusal(() => erasures.ProposeErasureAsync(new() { RequestId = _calls.NextId(), CaseId = "c-canary", Reason = ErasureReason.SubjectAsked }, officer))).Should().Be("CASE_OPEN");
        await cases.ResolveCaseAsync(new() { RequestId = _calls.NextId(), CaseId = "c-canary", Outcome = CaseOutcome.Advised, Text = canaries[4] }, officer);
        await cases.CloseCaseAsync(new() { RequestId = _calls.NextId(), CaseId = "c-canary" }, officer);

        var export = (await erasures.ExportSubjectAsync(new() { CaseId = "c-canary" }, officer)).Content.ToStringUtf8();
        canaries.Should().OnlyContain(c => export.Contains(c), "what is known is given to whom it is about");
        (await Refusal(() => erasures.EraseSubjectAsync(new() { RequestId = _calls.NextId(), CaseId = "c-canary" }, officer))).Should().Be("ERASURE_NOT_PROPOSED");
        await erasures.ProposeErasureAsync(new() { RequestId = _calls.NextId(), CaseId = "c-canary", Reason = ErasureReason.SubjectAsked }, officer);
        (await Refusal(() => erasures.EraseSubjectAsync(new() { RequestId = _calls.NextId(), CaseId = "c-canary" }, officer))).Should().Be("SAME_PERSON");
        var backup = await platform.DumpAsync();
        await erasures.EraseSubjectAsync(new() { RequestId = _calls.NextId(), CaseId = "c-canary" }, second);

        var erased = await cases.GetCaseAsync(new() { CaseId = "c-canary" }, officer);
        (erased.Account, erased.Person).Should().Be(("", new CasePerson { Erased = true }));
        (await cases.ReadTimelineAsync(new() { CaseId = "c-canary", PageSize = 500 }, officer)).Entries.Should().OnlyContain(e => e.Text == "").And.Contain(e => e.Erased);
        (await Refusal(() => erasures.ExportSubjectAsync(new() { CaseId = "c-canary" }, officer))).Should().Be("PERSON_NOT_FOUND");
        (await Refusal(() => cases.AddNoteAsync(new() { RequestId = _calls.NextId(), CaseId = "c-canary", Text = "Too late" }, officer))).Should().Be("PERSON_NOT_FOUND");
        await PlatformFixture.UntilAsync(
            async () => (await erasures.ListErasuresAsync(new() { Filter = $"case = {IdIn(receipt)} AND state = ERASED" }, officer)).Erasures.Count == 1, "the erasure is on record");
        (await _calls.Verified()).Findings.Should().BeEmpty();

        await PlatformFixture.UntilAsync(
            () => Task.FromResult(collector.Everything is var sent && sent.Contains("ErasureService/EraseSubject") && sent.Contains("/v1/logs") && sent.Contains("/v1/metrics")), "spans, logs and metrics have come");
        collector.Everything.Should().Contain("ledger_person_text", "statements to the database are in its spans");
        var everywhere = string.Join('\n', [await platform.DumpAsync(), .. await _calls.Replayed(), platform.Log, collector.Everything, await YearEndReport()]);
        everywhere.Should().Contain(erased.Case.PersonId, "the search finds what is there");
        backup.Should().Contain(erased.Case.PersonId, "it was taken while they were known");
        everywhere = $"{backup}\n{everywhere}"; // Sealed, it tells nothing to who has not the installation key.
        foreach (var canary in canaries)
        {
            everywhere.Should().NotContainEquivalentOf(canary);
            everywhere.Should().NotContainEquivalentOf(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(canary)), "bytes are dumped as hex");
            everywhere.Should().NotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(canary)).TrimEnd('=')[..^1]);
        }
        everywhere.Should().NotContain("religion-or-belief").And.NotContain("ReligionOrBelief");
        string.Join('\n', platform.Log, collector.Everything).Should().NotContain(IdIn(receipt), "who reads logs and traces learns of no case");
    }

    private async Task<string> YearEndReport()
    {
        using var call = new Equalities.Governance.V1.ReportService.ReportServiceClient(platform.Channel).IssueYearEndReport(
            new() { Body = "audit-committee", Year = "2021-22", AsAt = "2022-03-31", Format = Equalities.Governance.V1.ReportFormat.Json }, await _calls.As("governance-officer"));
        var content = new System.Text.StringBuilder();
        await foreach (var part in call.ResponseStream.ReadAllAsync()) content.Append(part.Content.ToStringUtf8());
        return content.ToString();
    }

    private static async Task<string> Refusal<T>(Func<AsyncUnaryCall<T>> call) => await Refusal(async () => await call());

    private static async Task<string> Refusal<T>(Func<Task<T>> call)
    {
        try
        {
            await call();
            return "";
        }
        catch (RpcException e)
        {
            return e.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? e.Status.Detail;
        }
    }

    private static string IdIn(Receipt receipt) => receipt.Stream[(receipt.Stream.IndexOf('/') + 1)..];
}

/// <summary>Tests that share one platform with a small council's pack.</summary>
[CollectionDefinition(nameof(Visitors))]
public sealed class Visitors : ICollectionFixture<PlatformFixture>;
