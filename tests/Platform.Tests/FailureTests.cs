using Equalities.Commitments.V1;
using Equalities.Ledger.V1;
using Google.Rpc;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>The platform over gRPC when things break: the database away, the process killed, a record that can't be read.</summary>
public sealed class FailureTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private readonly PartnerService.PartnerServiceClient _partners = new(platform.Channel);
    private readonly CommitmentService.CommitmentServiceClient _commitments = new(platform.Channel);
    private readonly HistoryService.HistoryServiceClient _history = new(platform.Channel);

    [Fact]
    public async Task Without_a_token_nobody_is_let_in_and_without_the_role_nobody_acts()
    {
        await Fails(() => _commitments.ListCommitmentsAsync(new()).ResponseAsync, StatusCode.Unauthenticated, "NO_VALID_TOKEN");
        await Fails(() => _commitments.ListCommitmentsAsync(new(), PlatformFixture.With("not.a.token")).ResponseAsync, StatusCode.Unauthenticated, "NO_VALID_TOKEN");
        var auditor = await platform.As("auditor");
        await Fails(() => _partners.RegisterPartnerAsync(Partner("refused"), auditor).ResponseAsync, StatusCode.PermissionDenied, "ROLE_NOT_ALLOWED");
    }

    [Fact]
    public async Task While_the_database_is_away_it_says_unavailable_and_when_to_retry_and_the_retry_writes_once()
    {
        var administrator = await platform.As("administrator");
        var request = Partner("away-for-a-while");
        await _partners.RegisterPartnerAsync(Partner("before"), administrator);
        await platform.TakeDatabaseAwayAsync();
        try
        {
            (await Fails(() => _partners.RegisterPartnerAsync(request, administrator).ResponseAsync, StatusCode.Unavailable))
                .GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan().Should().BePositive();
            await Fails(async () => await _partners.ListPartnersAsync(new(), await platform.As("auditor")), StatusCode.Unavailable);
        }
        finally
        {
            await platform.GiveDatabaseBackAsync();
        }

        var receipt = await UntilDone(async () => (await _partners.RegisterPartnerAsync(request, administrator)).Receipt);
        (await _partners.RegisterPartnerAsync(request, administrator)).Receipt.Should().Be(receipt);
        receipt.Version.Should().Be(1);
        (await HistoryOf(receipt.Stream)).Should().ContainSingle();
    }

    [Fact]
    public async Task An_unexpected_failure_tells_its_trace_and_nothing_else()
    {
        var receipt = (await _partners.RegisterPartnerAsync(Partner("unreadable"), await platform.As("administrator"))).Receipt;
        await Execute($"update mt_events set data = '{{\"partner\": 5}}' where stream_id = '{receipt.Stream}'");
        try
        {
            var status = await Fails(async () => await HistoryOf(receipt.Stream), StatusCode.Internal);
            status.Message.Should().MatchRegex("^Something went wrong on our side. Tell us this trace: [0-9a-f]{32}$");
            status.Details.Should().BeEmpty();
            await PlatformFixture.UntilAsync(() => Task.FromResult(platform.Log.Contains(status.Message[^32..], StringComparison.Ordinal)), "the operator finds it by the trace");
        }
        finally
        {
            await Execute($"delete from mt_events where stream_id = '{receipt.Stream}'; delete from mt_streams where id = '{receipt.Stream}'");
        }
    }

    [Theory]
    [InlineData("name = \"x' or '1'='1\"")]
    [InlineData("name : \"%'; drop table mt_events; --\"")]
    [InlineData("name = \"?\"")]
    public async Task A_filter_with_SQL_in_a_value_is_only_a_value(string filter) =>
        (await _partners.ListPartnersAsync(new() { Filter = filter }, await platform.As("auditor"))).Partners.Should().BeEmpty();

    [Theory]
    [InlineData("name = 'x' or 1=1")]
    [InlineData("name; drop table mt_events")]
    [InlineData("d.data = 1")]
    [InlineData("name = \"a\u0000b\"")]
    [InlineData("duty_applies = perhaps")]
    public async Task A_filter_that_is_none_is_refused_with_its_field(string filter)
    {
        var auditor = await platform.As("auditor");
        (await Fails(() => _partners.ListPartnersAsync(new() { Filter = filter }, auditor).ResponseAsync, StatusCode.InvalidArgument))
            .GetDetail<BadRequest>()!.FieldViolations.Should().ContainSingle().Which.Field.Should().Be("filter");
    }

    [Fact]
    public async Task Nothing_that_it_records_says_who_somebody_is()
    {
        await LeadOf("canary");
        foreach (var column in new[] { "data::text || headers::text", "correlation_id" })
            foreach (var canary in new[] { platform.SubjectOf("canary-lead"), platform.SubjectOf("administrator"), $"{platform.Issuer.TenantId}", "Partner lead" })
                (await Scalar<long>($"select count(*) from mt_events where {column} ilike '%{canary}%'")).Should().Be(0);
        platform.Log.Should().NotContain(platform.SubjectOf("canary-lead"));
    }

    [Fact]
    public async Task Killed_between_two_updates_it_loses_nothing_that_it_acknowledged()
    {
        var lead = await LeadOf("survivor");
        var commitment = IdIn((await _commitments.ProposeCommitmentAsync(new() { RequestId = "propose", Wording = "Stay", Source = "aim:a1" }, lead)).Receipt);
        await _commitments.AcceptCommitmentAsync(new() { RequestId = "accept", CommitmentId = commitment }, lead);

        var acknowledged = new Dictionary<string, Receipt>();
        var enough = new TaskCompletionSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                var update = Update(i);
                try
                {
                    acknowledged[update.RequestId] = (await _commitments.ReportProgressAsync(update, lead)).Receipt;
                }
                catch (RpcException)
                {
                    return update;
                }
                finally
                {
                    if (i == 20) enough.SetResult();
                }
            }
        });
        await enough.Task;
        await platform.KillAsync();
        var unanswered = await writing;
        await platform.StartAsync();

        lead = await platform.As("survivor-lead");
        acknowledged[unanswered.RequestId] = await UntilDone(async () => (await _commitments.ReportProgressAsync(unanswered, lead)).Receipt);
        foreach (var (request, receipt) in acknowledged)
            (await _commitments.ReportProgressAsync(Update(int.Parse(request[7..])), lead)).Receipt.Should().Be(receipt);
        var history = await HistoryOf(acknowledged.First().Value.Stream);
        history.Where(e => e.StoredName == "commitments.progress-reported.v1").Select(e => (e.Version, e.Position)).Should().Equal(acknowledged.Values.Select(r => (r.Version, r.Position)));
        (await Verified()).Should().BeEmpty();

        ReportProgressRequest Update(int i) => new()
        {
            RequestId = $"update-{i}", CommitmentId = commitment, Status = CommitmentStatus.OnTrack, Narrative = $"Update {i}",
        };
    }

    private static RegisterPartnerRequest Partner(string name) =>
        new() { RequestId = $"register-{name}", Name = name, Type = OrganisationType.Private };

    private static string IdIn(Receipt receipt) => receipt.Stream[(receipt.Stream.IndexOf('/') + 1)..];

    private async Task<CallOptions> LeadOf(string partner)
    {
        var administrator = await platform.As("administrator");
        var registered = (await _partners.RegisterPartnerAsync(Partner(partner), administrator)).Receipt;
        await _partners.AppointLeadAsync(new() { RequestId = $"appoint-{partner}", PartnerId = IdIn(registered), Subject = platform.SubjectOf($"{partner}-lead") }, administrator);
        return await platform.As($"{partner}-lead");
    }

    private async Task<IReadOnlyList<RecordedEvent>> HistoryOf(string stream) =>
        (await _history.ReadStreamAsync(new() { Stream = stream, PageSize = 500 }, await platform.As("auditor"))).Events;

    private async Task<IReadOnlyList<string>> Verified()
    {
        using var call = _history.Verify(new(), await platform.As("auditor"));
        VerifyResponse? last = null;
        await foreach (var said in call.ResponseStream.ReadAllAsync()) last = said;
        last!.Done.Should().BeTrue();
        return last.Findings;
    }

    private static async Task<T> UntilDone<T>(Func<Task<T>> call)
    {
        T? result = default;
        await PlatformFixture.UntilAsync(async () =>
        {
            try
            {
                result = await call();
                return true;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                return false;
            }
        }, "the call succeeds");
        return result!;
    }

    private static async Task<Google.Rpc.Status> Fails(Func<Task> call, StatusCode code, string? reason = null)
    {
        var failure = (await FluentActions.Awaiting(call).Should().ThrowAsync<RpcException>()).Which;
        failure.StatusCode.Should().Be(code, failure.Status.Detail);
        var status = failure.GetRpcStatus()!;
        if (reason is not null) status.GetDetail<ErrorInfo>()!.Reason.Should().Be(reason);
        return status;
    }

    private async Task Execute(string sql)
    {
        await using var command = platform.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<T> Scalar<T>(string sql)
    {
        await using var command = platform.Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
