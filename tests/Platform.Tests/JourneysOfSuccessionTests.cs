using Equalities.Commitments.V1;
using Grpc.Core;

namespace EqualitiesPlatform.Platform.Tests;

/// <summary>Organisations merge, hand services over and leave, and what they promised goes on.</summary>
[Collection(nameof(Packed))]
public sealed class JourneysOfSuccessionTests(PlatformFixture platform) : IAsyncLifetime
{
    private readonly JourneyCalls _calls = new(platform);

    // Keys name things once a pack says whose they are.
    public Task InitializeAsync() => _calls.Load("small-council.json");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_commitments_of_a_merged_partner_keep_one_unbroken_history()
    {
        await _calls.Register("clinic");
        await _calls.Register("hospital");
        await _calls.TakeOn("clinic", "interpreters");
        await _calls.TakeOn("clinic", "quiet-hours");
        await _calls.Report("clinic-lead", "interpreters", CommitmentStatus.OnTrack);
        var before = await _calls.HistoryOf(await StreamOf("interpreters"));

        await _calls.Partners.MergePartnerAsync(
            new() { RequestId = _calls.NextId(), PartnerId = "clinic", IntoId = "hospital", Reason = "One trust from now on" }, await _calls.As("governance-officer"));
        await Until("clinic", PartnerStage.Left);

        var hospital = (await _calls.PartnerOf("hospital")).PartnerId;
        var clinic = (await _calls.PartnerOf("clinic")).PartnerId;
        foreach (var key in new[] { "interpreters", "quiet-hours" })
        {
            var commitment = await _calls.CommitmentOf(key);
            commitment.PartnerId.Should().Be(hospital);
            commitment.FormerPartnerIds.Should().Equal(clinic);
        }

        await _calls.Report("hospital-lead", "interpreters", CommitmentStatus.AtRisk);
        var after = await _calls.HistoryOf(await StreamOf("interpreters"));
        after.Take(before.Count).Should().Equal(before);
        after.Select(e => e.Version).Should().Equal(Enumerable.Range(1, after.Count).Select(i => (long)i));
        after.Skip(before.Count).Select(e => e.StoredName).Should().Equal("commitments.commitment-transferred.v1", "commitments.progress-reported.v1");

        // The clinic's lead went with it, and speaks for the hospital now; nobody speaks for the clinic any more.
        await _calls.Report("clinic-lead", "quiet-hours", CommitmentStatus.OnTrack);
        (await _calls.HistoryOf(await StreamOf("quiet-hours")))[^1].OrganisationId.Should().Be(hospital);
        await JourneyCalls.Fails(
            async () => await _calls.Partners.AppointLeadAsync(
                new() { RequestId = _calls.NextId(), PartnerId = "clinic", Subject = platform.SubjectOf("clinic-lead") }, await _calls.As("administrator")),
            StatusCode.FailedPrecondition, "PARTNER_HAS_LEFT");
    }

    [Fact]
    public async Task With_a_service_its_commitment_goes_and_the_new_lead_alone_reports_on_it()
    {
        await _calls.Register("caterer");
        await _calls.Register("kitchen");
        await _calls.TakeOn("caterer", "halal-meals");
        await _calls.TakeOn("caterer", "fair-pay");
        await _calls.Partners.TransferServiceAsync(
            new() { RequestId = _calls.NextId(), PartnerId = "caterer", ToId = "kitchen", Service = "School meals", CommitmentIds = { "halal-meals" }, Reason = "A new contract" },
            await _calls.As("governance-officer"));
        var kitchen = (await _calls.PartnerOf("kitchen")).PartnerId;
        await PlatformFixture.UntilAsync(async () => (await _calls.CommitmentOf("halal-meals")).PartnerId == kitchen, "the commitment went with its service");

        await _calls.Report("kitchen-lead", "halal-meals", CommitmentStatus.OnTrack);
        await JourneyCalls.Fails(() => _calls.Report("caterer-lead", "halal-meals", CommitmentStatus.OffTrack), StatusCode.PermissionDenied, "NOT_YOURS");
        await _calls.Report("caterer-lead", "fair-pay", CommitmentStatus.OnTrack);
        (await _calls.PartnerOf("caterer")).Stage.Should().Be(PartnerStage.Active);
    }

    [Fact]
    public async Task A_partner_that_is_leaving_takes_nothing_new_and_has_left_when_nothing_is_open()
    {
        await _calls.Register("charity");
        await _calls.TakeOn("charity", "helpline");
        var officer = await _calls.As("governance-officer");
        await _calls.Partners.BeginLeavingAsync(new() { RequestId = _calls.NextId(), PartnerId = "charity", Reason = "Its funds have ended" }, officer);
        (await _calls.PartnerOf("charity")).Stage.Should().Be(PartnerStage.Leaving);
        await JourneyCalls.Fails(
            () => _calls.Commitments.ProposeCommitmentAsync(
                new() { RequestId = _calls.NextId(), PartnerId = "charity", Wording = "One more thing", Source = "way:listen" }, officer).ResponseAsync,
            StatusCode.FailedPrecondition, "PARTNER_LEAVING");

        // Its lead still answers for what is open.
        await _calls.Report("charity-lead", "helpline", CommitmentStatus.OnTrack);
        await _calls.Commitments.CompleteCommitmentAsync(
            new() { RequestId = _calls.NextId(), CommitmentId = "helpline", Evidence = "Handed to the county" }, await _calls.As("charity-lead"));
        await Until("charity", PartnerStage.Left);
        (await _calls.HistoryOf($"partner/{(await _calls.PartnerOf("charity")).PartnerId}")).Count(e => e.StoredName == "commitments.partner-left.v1").Should().Be(1);
    }

    [Fact]
    public async Task A_partner_without_commitments_has_left_as_soon_as_it_leaves()
    {
        await _calls.Register("visitor");
        await _calls.Partners.BeginLeavingAsync(new() { RequestId = _calls.NextId(), PartnerId = "visitor", Reason = "It never began" }, await _calls.As("governance-officer"));
        await Until("visitor", PartnerStage.Left);
    }

    private async Task<string> StreamOf(string commitment) => $"commitment/{(await _calls.CommitmentOf(commitment)).CommitmentId}";

    private Task Until(string partner, PartnerStage stage) =>
        PlatformFixture.UntilAsync(async () => (await _calls.PartnerOf(partner)).Stage == stage, $"{partner} is {stage}");
}
