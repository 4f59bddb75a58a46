using Equalities.Cases.V1;
using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Ledger.Replay;
using Grpc.Core;

namespace EqualitiesPlatform.Cases;

internal sealed class CaseCountEndpoint(Intake intake, CaseTables tables, Positions positions, Registers registers) : CaseCountService.CaseCountServiceBase
{
    public override Task<PublishCaseCountsResponse> PublishCaseCounts(PublishCaseCountsRequest r, ServerCallContext context) =>
        intake.Write<PublishCaseCountsResponse>(context, r, async f =>
        {
            var (which, year) = (f.Word<CaseTable>(r.Table), f.Year(r.Year));
            var statistic = f.Id<StatisticId>(which is CaseTable.ByCharacteristic ? $"case-characteristics-{r.Year}" : $"cases-{r.Year}", "r.Year");
            f.Done();
            var before = await registers.Find<PublicationRegister>(StreamKey.Of(StatisticId.Kind, statistic.Value), ct: context.CancellationToken);
            var (table, origin, readings) = await tables.Count(
                which, year, await positions.Final(context.CancellationToken), (before?.Tables ?? []).Select(t => t.Table), context.CancellationToken);
            return new PublishTable(statistic, table, origin, null, readings);
        });
}
