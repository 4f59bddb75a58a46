using Equalities.Cases.V1;
using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Ledger.Replay;
using Grpc.Core;

namespace EqualitiesPlatform.Cases;

internal sealed class CaseCountEndpoint(Intake intake, People people, EventReader reader, Positions positions) : CaseCountService.CaseCountServiceBase
{
    public override Task<PublishCaseCountsResponse> PublishCaseCounts(PublishCaseCountsRequest r, ServerCallContext context) =>
        intake.Write<PublishCaseCountsResponse>(context, r, async f =>
        {
            var (which, year) = (f.Word<CaseTable>(r.Table), f.Year(r.Year));
            var statistic = f.Id<StatisticId>(which is CaseTable.ByCharacteristic ? $"case-characteristics-{r.Year}" : $"cases-{r.Year}", "r.Year");
            f.Done();
            var events = new List<RecordedEvent>();
            await foreach (var e in reader.Read(new EventRange(ToPosition: await positions.Final(context.CancellationToken), Kinds: [Case.Kind]), context.CancellationToken)) events.Add(e);
            var (cases, knownAt, digest) = CaseCounts.Of(year, events);
            var told = new Dictionary<PersonId, IReadOnlyList<ProtectedCharacteristic>>();
            if (which is CaseTable.ByCharacteristic)
                foreach (var file in cases.Select(c => c.File)) told[file] = (await people.Find(file))?.Characteristics ?? [];
            return new PublishTable(statistic, CaseCounts.Table(which, year, cases, file => told[file]), new TableOrigin(CaseCounts.Source, year, knownAt, digest));
        });
}
