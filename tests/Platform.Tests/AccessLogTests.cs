using Equalities.Commitments.V1;
using Equalities.Ledger.V1;
using Equalities.Options.V1;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>Reads that leave a trace, as auditors find them afterwards.</summary>
[Collection(nameof(Guarded))]
public sealed class AccessLogTests(PlatformFixture platform)
{
    private readonly HistoryService.HistoryServiceClient _history = new(platform.Channel);
    private readonly AccessLogService.AccessLogServiceClient _reads = new(platform.Channel);

    [Fact]
    public async Task Who_reads_a_history_stands_in_the_access_log_before_the_first_answer()
    {
        var administrator = await platform.As("administrator");
        var stream = (await new PartnerService.PartnerServiceClient(platform.Channel).RegisterPartnerAsync(
            new() { RequestId = "register-watched", Name = "watched", Type = OrganisationType.Private }, administrator)).Receipt.Stream;
        var officer = await platform.As("governance-officer");
        await _history.ReadStreamAsync(new() { Stream = stream }, officer);
        using (var replay = _history.Replay(new() { FromPosition = 3, Kinds = { "partner" } }, officer))
            (await replay.ResponseStream.MoveNext(default)).Should().BeTrue();
        await FluentActions.Awaiting(async () => await _history.ReadStreamAsync(new() { Stream = stream }, administrator)).Should().ThrowAsync<RpcException>();

        (await Entries($"subject = {stream}")).Should().ContainSingle("a refused read reads nothing")
            .Which.Should().BeEquivalentTo(new { Purpose = ReadPurpose.History, Role = "GovernanceOfficer", Rpc = "equalities.ledger.v1.HistoryService/ReadStream" });
        (await Entries("subject = \"from_position=3 kinds=partner\"")).Should().ContainSingle()
            .Which.Rpc.Should().Be("equalities.ledger.v1.HistoryService/Replay");
    }

    [Fact]
    public async Task The_access_log_is_read_in_pages_newest_first()
    {
        var officer = await platform.As("governance-officer");
        for (var position = 1001; position <= 1005; position++)
            await _history.Replay(new() { FromPosition = position, Kinds = { "action-plan" } }, officer).ResponseStream.MoveNext(default);
        var seen = new List<string>();
        var request = new ReadAccessLogRequest { PageSize = 2, Filter = "subject : \"kinds=action-plan\" AND purpose = HISTORY" };
        do
        {
            var page = await _reads.ReadAccessLogAsync(request, await platform.As("auditor"));
            page.Entries.Count.Should().BeLessThanOrEqualTo(2);
            seen.AddRange(page.Entries.Select(e => e.Subject));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        seen.Should().Equal(Enumerable.Range(1001, 5).Reverse().Select(position => $"from_position={position} kinds=action-plan"));
    }

    private async Task<IReadOnlyList<AccessLogEntry>> Entries(string filter) =>
        (await _reads.ReadAccessLogAsync(new() { Filter = filter }, await platform.As("auditor"))).Entries;
}
