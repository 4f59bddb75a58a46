using System.Text.RegularExpressions;
using Equalities.Engagement.V1;
using Grpc.Core;
using Words = Equalities.Engagement.V1;

namespace EqualitiesPlatform.Engagement;

internal sealed partial class SharedDatasetEndpoint(Intake intake, Ledger.Registers registers, LedgerClock clock) : InsightService.InsightServiceBase
{
    public override Task<OfferDatasetResponse> OfferDataset(OfferDatasetRequest r, ServerCallContext context) =>
        intake.Write<OfferDatasetResponse>(context, r, f => new OfferDataset(
            f.NewId<SharedDatasetId>(r.Key), f.OptionalKey(r.Key), f.OwnOrPartner(r.OrganisationId), f.Text(r.Title, 200), f.Text(r.Description)));

    public override Task<AddDatasetVersionResponse> AddDatasetVersion(AddDatasetVersionRequest r, ServerCallContext context) =>
        intake.Write<AddDatasetVersionResponse>(context, r, f =>
        {
            if (!Hash().IsMatch(r.Sha256)) f.Violate("sha256", "Give the SHA-256 of the file, as sha256sum prints it: 64 hexadecimal digits in small letters.");
            return new AddDatasetVersion(f.Id<SharedDatasetId>(r.DatasetId), f.Text(r.Version, 100), r.Sha256, f.Text(r.Place, 400), f.Text(r.Quality));
        });

    public override Task<AgreeSharingResponse> AgreeSharing(AgreeSharingRequest r, ServerCallContext context) =>
        intake.Write<AgreeSharingResponse>(context, r, f => new AgreeSharing(
            f.Id<SharedDatasetId>(r.DatasetId), f.Key(r.AgreementKey), f.Text(r.Purpose), f.Text(r.Basis), f.Day(r.HoldsFrom), f.Day(r.HoldsUntil), f.Partners(r.RecipientIds)));

    public override Task<EndSharingResponse> EndSharing(EndSharingRequest r, ServerCallContext context) =>
        intake.Write<EndSharingResponse>(context, r, f => new EndSharing(f.Id<SharedDatasetId>(r.DatasetId), f.Key(r.AgreementKey), f.Text(r.Reason)));

    public override Task<UseDatasetResponse> UseDataset(UseDatasetRequest r, ServerCallContext context) =>
        intake.Write<UseDatasetResponse>(context, r, f => new UseDataset(
            f.Id<SharedDatasetId>(r.DatasetId), f.OwnOrPartner(r.OrganisationId), f.Text(r.Version, 100), f.Text(r.Use), f.OptionalDay(r.EffectiveOn)));

    public override async Task<OpenDatasetResponse> OpenDataset(OpenDatasetRequest r, ServerCallContext context)
    {
        var (id, version) = intake.Read(f => (f.Id<SharedDatasetId>(r.DatasetId), f.OptionalText(r.Version, 100)));
        var opened = (await Find(context, id)).Versions.LastOrDefault(v => version is null || v.Added.Version == version)
            ?? throw new LedgerException(new Failure(FailureKind.NotFound, "NOT_FOUND", "There is no such version of this dataset."));
        return new() { Version = Shown(opened), Place = opened.Added.Place };
    }

    public override async Task<GetDatasetResponse> GetDataset(GetDatasetRequest r, ServerCallContext context) =>
        new() { Dataset = Shown(await Find(context, intake.Read(f => f.Id<SharedDatasetId>(r.DatasetId)))) };

    public override async Task<ListDatasetsResponse> ListDatasets(ListDatasetsRequest r, ServerCallContext context)
    {
        var page = Caller.Of(context).Actor.Organisation is not { } own ? await intake.List<SharedDatasetRegister>(context, r)
            : await registers.List<SharedDatasetRegister>(new ListTerms(r.Filter, r.PageSize, r.PageToken, r.AtLeastPosition, null, [own.Value]), context.CancellationToken);
        return new() { Datasets = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    /// <summary>The dataset, for a caller who may see it today; to a partner an unknown one is like one that is not shared with them.</summary>
    private async Task<SharedDatasetRegister> Find(ServerCallContext context, SharedDatasetId id)
    {
        var dataset = await registers.Find<SharedDatasetRegister>(StreamKey.Of(SharedDatasetId.Kind, id.Value), ct: context.CancellationToken);
        if (Caller.Of(context).Actor.Organisation is { } own && dataset?.IsOpenTo(own, LedgerClock.DayOf(clock.GetUtcNow())) is not true)
            throw new LedgerException(new Failure(FailureKind.NotYours, "NOT_YOURS", "You may only see your own datasets, and those that an agreement lets you see today."));
        if (dataset is null) throw new LedgerException(new Failure(FailureKind.NotFound, "NOT_FOUND", "There is no such dataset."));
        AccessLog.Note(context, dataset.Id, dataset.Version);
        return dataset;
    }

    private static Words.DatasetVersion Shown(DatasetVersionOnRecord version) => new()
    {
        Version = version.Added.Version, Sha256 = version.Added.Sha256, Quality = version.Added.Quality, AddedOn = version.On.Shown(),
    };

    private static Words.SharedDataset Shown(SharedDatasetRegister d) => new()
    {
        DatasetId = d.Dataset.ToString(),
        Key = d.Key ?? "",
        OrganisationId = d.Organisation.ToString(),
        Title = d.Title,
        Description = d.Description,
        Versions = { d.Versions.Select(Shown) },
        Agreements =
        {
            d.Agreements.Select(a => new SharingAgreement
            {
                AgreementKey = a.Agreed.Agreement, Purpose = a.Agreed.Purpose, Basis = a.Agreed.Basis, HoldsFrom = a.Agreed.From.Shown(), HoldsUntil = a.Agreed.Until.Shown(),
                RecipientIds = { a.Agreed.Recipients.Select(p => p.ToString()) }, OverSince = a.OverSince.Shown(), Reason = a.Reason ?? "",
            }),
        },
        Uses = { d.Uses.Select(u => new DatasetUse { OrganisationId = u.Organisation.ToString(), Version = u.Version, Use = u.Use, On = u.EffectiveOn.Shown() }) },
        Figures =
        {
            (d.Figures ?? []).Select(f => new DatasetFigures
            {
                MeasureId = f.Taken.Measure.ToString(), Version = f.Taken.Version, OrganisationId = f.Taken.Organisation?.ToString() ?? "", On = f.On.Shown(),
            }),
        },
        Version = d.Version,
    };

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Hash();
}
