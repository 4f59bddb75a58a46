using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Engagement;
using EqualitiesPlatform.Objectives;

namespace EqualitiesPlatform.Governance;

/// <summary>Tells an import of figures which file a version of a shared dataset is, if its organisation may open it today.</summary>
internal sealed class SharedDatasets(Registers registers, LedgerClock clock) : ISharedDatasets
{
    public async Task<string> HashOf(SharedDatasetId dataset, string version, PartnerId? organisation, CancellationToken ct)
    {
        var found = await registers.Find<SharedDatasetRegister>(StreamKey.Of(SharedDatasetId.Kind, dataset.Value), ct: ct);
        var today = LedgerClock.DayOf(clock.GetUtcNow());
        PartnerId[] takers = organisation is { } own ? [own]
            : [.. (await registers.List<PartnerRegister>(new("type = COUNCIL", 1, "", 0, null), ct)).Items.Select(p => p.Partner)];
        if (found is null || !takers.Any(taker => found.IsOpenTo(taker, today)))
            throw new LedgerException(new Failure(FailureKind.Refused, "NOT_SHARED", "No agreement that holds today lets you see such a dataset, so figures can't be taken from it."));
        return found.Versions.LastOrDefault(v => v.Added.Version == version)?.Added.Sha256
            ?? throw new LedgerException(new Failure(
                FailureKind.Refused, "VERSION_UNKNOWN", $"The dataset has no version {version}; it has {string.Join(", ", found.Versions.Select(v => v.Added.Version))}."));
    }
}

/// <summary>A dataset hears which measure took figures from it, so that the way of a figure can be gone from both ends (Report 7.3).</summary>
[Hears(typeof(FiguresTaken))]
internal sealed class DatasetsHearOfFigures : IFollowUp
{
    public string Name => "datasets-hear-of-figures";

    public ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct) => new(recorded.Event is FiguresTaken e
        ? [new NoteFiguresTaken(e.Source.Dataset, e.Source.Version, new MeasureId(recorded.Id), e.Organisation)]
        : []);
}
