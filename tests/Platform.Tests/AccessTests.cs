using System.Net;
using System.Security.Cryptography;
using Equalities.Assessments.V1;
using Equalities.Cases.V1;
using Equalities.Commitments.V1;
using Equalities.Engagement.V1;
using Equalities.Governance.V1;
using Equalities.Ledger.V1;
using Equalities.Objectives.V1;
using Equalities.Options.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>Who may do what, as callers find it: every rpc as every role, own and other, and what stands beside each rpc.</summary>
[Collection(nameof(Guarded))]
public sealed class AccessTests(PlatformFixture platform)
{
    private readonly PartnerService.PartnerServiceClient _partners = new(platform.Channel);
    private readonly CommitmentService.CommitmentServiceClient _commitments = new(platform.Channel);

    [Fact]
    public void Every_rpc_says_who_may_call_it() =>
        AnyRpc.All.Where(rpc => rpc.Roles.Count == 0).Select(rpc => rpc.Name).Should().BeEmpty();

    [Fact]
    public async Task Every_rpc_admits_the_roles_it_names_and_no_one_else()
    {
        await LeadOf("walker");
        await LeadOf("stroller");
        var nobodys = (await platform.ForgeAsync("nobody-lead")).Signed(claims => claims.Remove("roles"));
        var callers = new (string Name, Role Role, CallOptions Options)[]
        {
            ("administrator", Role.Administrator, await platform.As("administrator")),
            ("governance officer", Role.GovernanceOfficer, await platform.As("governance-officer")),
            ("auditor", Role.Auditor, await platform.As("auditor")),
            ("reviewer", Role.Reviewer, await platform.As("reviewer")),
            ("case officer", Role.CaseOfficer, await platform.As("case-officer")),
            ("customer services officer", Role.CustomerServices, await platform.As("customer-services-officer")),
            ("network member", Role.NetworkMember, await platform.As("network-member")),
            ("elected member", Role.ElectedMember, await platform.As("elected-member")),
            ("committee clerk", Role.CommitteeClerk, await platform.As("committee-clerk")),
            ("engagement officer", Role.EngagementOfficer, await platform.As("engagement-officer")),
            ("assessor", Role.Assessor, await platform.As("assessor")),
            ("decision-maker", Role.DecisionMaker, await platform.As("decision-maker")),
            ("a partner's contributor", Role.PartnerContributor, await ContributorOf("walker")),
            ("contributor to nobody", Role.Unspecified, await platform.As("nobody-contributor")),
            ("a partner's lead", Role.PartnerLead, await platform.As("walker-lead")),
            ("another partner's lead", Role.PartnerLead, await platform.As("stroller-lead")),
            ("lead of nobody", Role.Unspecified, await platform.As("nobody-lead")),
            ("somebody without roles", Role.Unspecified, PlatformFixture.With(nobodys)),
        };
        var wrong = new List<string>();
        foreach (var rpc in AnyRpc.All)
        {
            foreach (var (name, role, options) in callers)
            {
                var failure = await rpc.Call(platform.Channel, [], options);
                var expected = rpc.Roles.Contains(role) ? "admitted" : "PermissionDenied ROLE_NOT_ALLOWED";
                if (Outcome(failure) != expected) wrong.Add($"{rpc.Name} as {name}: {Outcome(failure)}, not {expected} ({failure?.Status.Detail})");
            }
            var anonymous = await rpc.Call(platform.Channel, [], new CallOptions());
            if (Outcome(anonymous) != "Unauthenticated NO_VALID_TOKEN") wrong.Add($"{rpc.Name} without a token: {Outcome(anonymous)}");
        }
        wrong.Should().BeEmpty();

        static string Outcome(RpcException? failure) => failure?.StatusCode is StatusCode.PermissionDenied or StatusCode.Unauthenticated or StatusCode.Internal or StatusCode.Unknown
            ? $"{failure.StatusCode} {failure.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason}"
            : "admitted";
    }

    [Fact]
    public void A_bulk_call_is_open_to_whoever_may_write_anything() => AnyRpc.All.Single(rpc => rpc.Name == "BulkService/Send").Roles
        .Should().BeEquivalentTo(AnyRpc.All.Where(rpc => rpc.Writes && !rpc.Descriptor.IsClientStreaming && !rpc.Descriptor.IsServerStreaming).SelectMany(rpc => rpc.Roles).Distinct());

    [Fact]
    public async Task The_dashboard_is_for_administrators_beside_the_health_checks_and_tells_no_state()
    {
        using var client = new HttpClient();
        async Task<HttpStatusCode> Get(Uri at, string? authorization, Version? version = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, at) { Version = version ?? HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }
        async Task<string> Bearer(string persona) => (await platform.As(persona)).Headers!.GetValue("authorization")!;
        var (page, counters) = (new Uri(platform.HealthAddress, "/orleans/"), new Uri(platform.HealthAddress, "/orleans/DashboardCounters"));
        var administrator = await Bearer("administrator");
        var password = "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"anybody:{administrator["Bearer ".Length..]}"));

        foreach (var at in new[] { page, counters })
        {
            (await Get(at, null)).Should().Be(HttpStatusCode.Unauthorized);
            (await Get(at, "Bearer nothing")).Should().Be(HttpStatusCode.Unauthorized);
            (await Get(at, "Basic nothing")).Should().Be(HttpStatusCode.Unauthorized);
            foreach (var other in new[] { "auditor", "governance-officer", "case-officer", "council-lead" }) (await Get(at, await Bearer(other))).Should().Be(HttpStatusCode.Forbidden);
            (await Get(at, administrator)).Should().Be(HttpStatusCode.OK);
            (await Get(at, password)).Should().Be(HttpStatusCode.OK, "a browser sends it as a password");
            (await Get(new Uri(platform.Address, at.AbsolutePath), null, HttpVersion.Version20)).Should().Be(HttpStatusCode.Unauthorized);
            (await Get(new Uri(platform.Address, at.AbsolutePath), administrator, HttpVersion.Version20)).Should().Be(HttpStatusCode.Forbidden, "it is not on the port of gRPC");
        }
        var former = await Bearer("administrator-9");
        (await Get(page, former)).Should().Be(HttpStatusCode.OK);
        await new OfficeService.OfficeServiceClient(platform.Channel).StandDownFromOfficeAsync(
            new() { RequestId = "stand-down-administrator", Role = Role.Administrator, Subject = platform.SubjectOf("administrator-9") }, await platform.As("administrator"));
        (await Get(page, former)).Should().Be(HttpStatusCode.Forbidden, "the token is still valid and carries the role, but the ledger says otherwise");
        (await Get(new Uri(platform.HealthAddress, "/orleans/GrainState?grainId=1&grainType=case"), administrator)).Should().Be(HttpStatusCode.Forbidden, "what a grain holds may be confidential");
    }

    [Fact]
    public async Task A_lead_gets_at_their_own_and_hears_the_same_of_anothers_and_of_nothing()
    {
        var (own, lead) = await RecordsOf("owner");
        var (others, _) = await RecordsOf("neighbour");
        var nothing = own.ToDictionary(id => id.Key, id => id.Key switch
        {
            "plan_id" => id.Value,
            "stream" => $"commitment/{Guid.NewGuid()}",
            _ => Guid.NewGuid().ToString(),
        });
        var wrong = new List<string>();
        var walked = 0;
        // What follows a first message, journeys send.
        foreach (var rpc in AnyRpc.All.Where(r => r.Roles.Contains(Role.PartnerLead) && !r.Descriptor.IsClientStreaming && r.Ids(own).Any(name => name != "plan_id")))
        {
            walked++;
            var mine = await rpc.Call(platform.Channel, rpc.Filled(own).ToByteArray(), lead);
            if (mine?.StatusCode is not (null or StatusCode.FailedPrecondition or StatusCode.Aborted or StatusCode.NotFound))
                wrong.Add($"{rpc.Name} on their own: {mine.StatusCode} {mine.Status.Detail}");

            var anothers = await rpc.Call(platform.Channel, rpc.Filled(others).ToByteArray(), lead);
            var unknown = await rpc.Call(platform.Channel, rpc.Filled(nothing).ToByteArray(), lead);
            if (anothers?.StatusCode != StatusCode.PermissionDenied || anothers.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason != "NOT_YOURS")
                wrong.Add($"{rpc.Name} on another's: {anothers?.StatusCode} {anothers?.Status.Detail}");
            else if (!anothers.GetRpcStatus()!.Equals(unknown?.GetRpcStatus()))
                wrong.Add($"{rpc.Name} tells another's from nothing: {anothers.Status} {unknown?.Status}");
        }
        wrong.Should().BeEmpty();
        walked.Should().BeGreaterThan(25, "the walk is over the rpcs on records");
    }

    [Fact]
    public async Task In_bulk_a_lead_is_refused_what_they_are_refused_alone()
    {
        var (_, lead) = await RecordsOf("hauler");
        var (others, _) = await RecordsOf("bystander");
        var rpcs = AnyRpc.All.Where(r => r is { Writes: true, Descriptor: { IsServerStreaming: false } }).ToArray();
        var ids = others.ToDictionary();
        ids["measure_id"] = await MeasureOf(ids["partner_id"]);
        using var call = new BulkService.BulkServiceClient(platform.Channel).Send(lead);
        for (var i = 0; i < rpcs.Length; i++)
            await call.RequestStream.WriteAsync(new() { Item = i, Rpc = rpcs[i].Path, Request = rpcs[i].Filled(ids).ToByteString() });
        await call.RequestStream.CompleteAsync();
        var answers = new Dictionary<int, SendResponse>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync()) answers[(int)answer.Item] = answer;

        var wrong = new List<string>();
        for (var i = 0; i < rpcs.Length; i++)
        {
            var expected = !rpcs[i].Roles.Contains(Role.PartnerLead) ? "ROLE_NOT_ALLOWED" : "NOT_YOURS";
            if (answers[i].Code != (int)StatusCode.PermissionDenied || answers[i].Reason != expected)
                wrong.Add($"{rpcs[i].Name}: {answers[i].Code} {answers[i].Reason} {answers[i].Message}, not {expected}");
        }
        wrong.Should().BeEmpty();
    }

    [Fact]
    public async Task Who_was_stood_down_is_refused_at_once_on_every_silo()
    {
        await using var second = await platform.StartSecondAsync();
        var there = new CommitmentService.CommitmentServiceClient(second.Channel);
        var (partner, lead) = await LeadOf("leaver");
        await _commitments.ListCommitmentsAsync(new(), lead);
        await there.ListCommitmentsAsync(new(), lead);

        await _partners.StandDownLeadAsync(
            new() { RequestId = "stand-down-leaver", PartnerId = partner, Subject = platform.SubjectOf("leaver-lead") }, await platform.As("administrator"));

        foreach (var silo in new[] { _commitments, there })
            (await FluentActions.Awaiting(async () => await silo.ListCommitmentsAsync(new(), lead)).Should().ThrowAsync<RpcException>())
                .Which.StatusCode.Should().Be(StatusCode.PermissionDenied, "the token is still valid, but the ledger says otherwise");
        await OfficersStandDown(second);
    }

    /// <summary>An officer is stood down, whom nobody had appointed, and is appointed then.</summary>
    private async Task OfficersStandDown(SecondSilo second)
    {
        var administrator = await platform.As("administrator");
        var (officer, another) = (await platform.As("case-officer-9"), await platform.As("case-officer-8"));
        var offices = new OfficeService.OfficeServiceClient(platform.Channel);
        CaseService.CaseServiceClient[] silos = [new(platform.Channel), new(second.Channel)];
        foreach (var silo in silos) await silo.ListCasesAsync(new(), officer);

        var subject = platform.SubjectOf("case-officer-9");
        await offices.StandDownFromOfficeAsync(new() { RequestId = "stand-down-officer", Role = Role.CaseOfficer, Subject = subject }, administrator);
        foreach (var silo in silos)
        {
            (await FluentActions.Awaiting(async () => await silo.ListCasesAsync(new(), officer)).Should().ThrowAsync<RpcException>())
                .Which.StatusCode.Should().Be(StatusCode.PermissionDenied, "the token is still valid and carries the role, but the ledger says otherwise");
            await silo.ListCasesAsync(new(), another);
        }
        using var bulk = new BulkService.BulkServiceClient(second.Channel).Send(officer);
        (await FluentActions.Awaiting(() => bulk.ResponseStream.MoveNext(default)).Should().ThrowAsync<RpcException>()).Which.StatusCode.Should().Be(StatusCode.PermissionDenied);

        var appointed = (await offices.AppointToOfficeAsync(new() { RequestId = "appoint-officer", Role = Role.CaseOfficer, Subject = subject }, administrator)).Receipt;
        foreach (var silo in silos) await silo.ListCasesAsync(new(), officer);
        (await offices.ListOfficesAsync(new() { Filter = "role = CASE_OFFICER", AtLeastPosition = appointed.Position }, await platform.As("auditor")))
            .Offices.Should().ContainSingle().Which.Holdings.Select(h => (h.From.Length > 0, h.Until.Length > 0)).Should().Equal((false, true), (true, false));
        (await FluentActions.Awaiting(async () => await offices.StandDownFromOfficeAsync(
                new() { RequestId = "stand-down-self", Role = Role.Administrator, Subject = platform.SubjectOf("administrator") }, administrator)).Should().ThrowAsync<RpcException>())
            .Which.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason.Should().Be("OWN_OFFICE");
        (await FluentActions.Awaiting(async () => await offices.AppointToOfficeAsync(
                new() { RequestId = "appoint-wrong", Role = Role.PartnerLead, Seat = "leader", Subject = "somebody" }, administrator)).Should().ThrowAsync<RpcException>())
            .Which.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(v => v.Field).Should().BeEquivalentTo("role", "seat", "subject");
    }

    [Fact]
    public async Task A_contributor_reports_for_their_own_and_accepts_nothing()
    {
        var (own, lead) = await RecordsOf("helped");
        var (others, _) = await RecordsOf("unhelped");
        var contributor = await ContributorOf("helped");
        await _commitments.AcceptCommitmentAsync(new() { RequestId = "accept-helped", CommitmentId = own["commitment_id"] }, lead);
        await _commitments.ReportProgressAsync(
            new() { RequestId = "report-helped", CommitmentId = own["commitment_id"], Status = CommitmentStatus.OnTrack, Narrative = "It goes well" }, contributor);
        (await _commitments.ListCommitmentsAsync(new(), contributor)).Commitments.Should().OnlyContain(c => c.PartnerId == own["partner_id"]);
        foreach (var (call, reason) in new (Func<Task>, string)[]
        {
            (async () => await _commitments.ReportProgressAsync(new() { RequestId = "report-unhelped", CommitmentId = others["commitment_id"], Status = CommitmentStatus.OnTrack, Narrative = "Not mine" }, contributor), "NOT_YOURS"),
            (async () => await _commitments.AcceptCommitmentAsync(new() { RequestId = "accept-again", CommitmentId = own["commitment_id"] }, contributor), "ROLE_NOT_ALLOWED"),
        })
            (await FluentActions.Awaiting(call).Should().ThrowAsync<RpcException>()).Which.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason.Should().Be(reason);

        await _partners.StandDownContributorAsync(new() { RequestId = "stand-down-helper", Subject = platform.SubjectOf("helped-contributor") }, lead);
        (await FluentActions.Awaiting(async () => await _commitments.ListCommitmentsAsync(new(), contributor)).Should().ThrowAsync<RpcException>())
            .Which.StatusCode.Should().Be(StatusCode.PermissionDenied, "that holds from its acknowledgement on");
    }

    /// <summary>Somebody who contributes to a partner that has a lead.</summary>
    private async Task<CallOptions> ContributorOf(string partner)
    {
        await _partners.AppointContributorAsync(
            new() { RequestId = $"appoint-contributor-{partner}", Subject = platform.SubjectOf($"{partner}-contributor") }, await platform.As($"{partner}-lead"));
        return await platform.As($"{partner}-contributor");
    }

    /// <summary>A measure on which a partner reports.</summary>
    private async Task<string> MeasureOf(string reporter) => IdIn((await new MeasureService.MeasureServiceClient(platform.Channel).DefineMeasureAsync(
        new()
        {
            RequestId = $"measure-{reporter}", MeasureId = Guid.NewGuid().ToString(), Title = "Visits", Meaning = "Visits counted", Unit = "visits",
            Polarity = Polarity.HigherIsBetter, Frequency = Frequency.Quarterly, YearEnd = YearEnd.Sum, Source = "A count", Owner = "Libraries", ReporterId = reporter,
        },
        await platform.As("governance-officer"))).Receipt);

    private async Task<(string Partner, CallOptions Lead)> LeadOf(string partner)
    {
        var administrator = await platform.As("administrator");
        var registered = (await _partners.RegisterPartnerAsync(
            new() { RequestId = $"register-{partner}", Name = partner, Type = OrganisationType.Private }, administrator)).Receipt;
        var id = IdIn(registered);
        await _partners.AppointLeadAsync(new() { RequestId = $"appoint-{partner}", PartnerId = id, Subject = platform.SubjectOf($"{partner}-lead") }, administrator);
        return (id, await platform.As($"{partner}-lead"));
    }

    /// <summary>One of each record that a partner can have, by the field that names it.</summary>
    private async Task<(IReadOnlyDictionary<string, string> Ids, CallOptions Lead)> RecordsOf(string name)
    {
        var (partner, lead) = await LeadOf(name);
        var officer = await platform.As("governance-officer");
        var commitment = IdIn((await _commitments.ProposeCommitmentAsync(
            new() { RequestId = $"propose-{name}", PartnerId = partner, Wording = "Keep at it", Source = "way:w4", Serves = { "aim:a1" } }, officer)).Receipt);
        var plan = IdIn((await new PlanService.PlanServiceClient(platform.Channel).ProposePlanAsync(new() { RequestId = $"plan-{name}", Title = "A plan" }, officer)).Receipt);
        var item = IdIn((await new PlanItemService.PlanItemServiceClient(platform.Channel).ProposePlanItemAsync(
            new() { RequestId = $"item-{name}", PlanId = plan, Year = "2026-27", Text = "Do it", OwnerId = partner, DueOn = "2031-03-31" }, officer)).Receipt);
        await new OutcomeService.OutcomeServiceClient(platform.Channel).WordOutcomeAsync(
            new() { RequestId = $"outcome-{name}", CommitmentId = commitment, Wording = "It works" }, officer);
        await new StandingService.StandingServiceClient(platform.Channel).AttestExpectationAsync(
            new() { RequestId = $"attest-{name}", PartnerId = partner, Expectation = "expectation:p3", Status = ExpectationStatus.Met, Evidence = "Seen" }, officer);
        await new AttestationService.AttestationServiceClient(platform.Channel).AttestPositionAsync(
            new() { RequestId = $"position-{name}", PartnerId = partner, Year = "2013-14", PositionShown = "Position" }, lead);
        await new SigningKeyService.SigningKeyServiceClient(platform.Channel).RegisterSigningKeyAsync(
            new() { RequestId = $"key-{name}", PublicKey = ByteString.CopyFrom(ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfo()) }, lead);
        var achievement = IdIn((await new AchievementService.AchievementServiceClient(platform.Channel).RecordAchievementAsync(
            new() { RequestId = $"achievement-{name}", Title = "Done", Account = "So", Evidence = "Seen" }, lead)).Receipt);
        var networks = new NetworkService.NetworkServiceClient(platform.Channel);
        var network = IdIn((await networks.FoundNetworkAsync(new() { RequestId = $"network-{name}", Name = "A network", Purpose = "To meet", Sectors = { "faith" } }, officer)).Receipt);
        await networks.JoinNetworkAsync(new() { RequestId = $"join-{name}", NetworkId = network, OrganisationId = partner, Sector = "faith" }, officer);
        var assessment = IdIn((await new AssessmentService.AssessmentServiceClient(platform.Channel).OpenAssessmentAsync(
            new() { RequestId = $"assess-{name}", Kind = ProposalKind.Policy, Title = "A proposal", Summary = "It changes things", BudgetYear = "2013-14" }, lead)).Receipt);
        var consultation = IdIn((await new ConsultationService.ConsultationServiceClient(platform.Channel).DraftConsultationAsync(
            new() { RequestId = $"consult-{name}", Title = "A consultation", Purpose = "To hear", OpensOn = "2026-01-01", ClosesOn = "2031-03-31" }, lead)).Receipt);
        var dataset = IdIn((await new InsightService.InsightServiceClient(platform.Channel).OfferDatasetAsync(
            new() { RequestId = $"dataset-{name}", Title = "A dataset", Description = "Counts" }, lead)).Receipt);
        return (new Dictionary<string, string>
        {
            ["achievement_id"] = achievement, ["network_id"] = network, ["assessment_id"] = assessment, ["consultation_id"] = consultation, ["dataset_id"] = dataset, ["organisation_id"] = partner,
            ["partner_id"] = partner, ["owner_id"] = partner, ["commitment_id"] = commitment, ["plan_id"] = plan, ["item_id"] = item, ["stream"] = $"commitment/{commitment}",
        }, lead);
    }

    private static string IdIn(Receipt receipt) => receipt.Stream[(receipt.Stream.IndexOf('/') + 1)..];
}

/// <summary>The tests of who is let in share one platform.</summary>
[CollectionDefinition(nameof(Guarded))]
public sealed class Guarded : ICollectionFixture<PlatformFixture>;
