using Equalities.Governance.V1;
using EqualitiesPlatform.Commitments;
using Grpc.Core;

namespace EqualitiesPlatform.Governance;

internal sealed class DashboardEndpoint(Intake intake, Watches watches, Registers registers, Dashboard dashboard) : DashboardService.DashboardServiceBase
{
    public override Task<GetDashboardResponse> GetDashboard(GetDashboardRequest r, ServerCallContext context) =>
        intake.Read(f => f.Word<DashboardBy>(r.By)) switch
        {
            DashboardBy.Expectation => Counted<PartnerStandingRegister>(DashboardBy.Expectation, r.AtLeastPosition, context),
            DashboardBy.Plan => Counted<ActionPlanItemRegister>(DashboardBy.Plan, r.AtLeastPosition, context),
            DashboardBy.Obligation => Counted<ObligationRegister>(DashboardBy.Obligation, r.AtLeastPosition, context),
            var by => Counted<CommitmentRegister>(by, r.AtLeastPosition, context),
        };

    public override Task WatchDashboard(WatchDashboardRequest r, IServerStreamWriter<WatchDashboardResponse> responseStream, ServerCallContext context) =>
        intake.Read(f => f.Word<DashboardBy>(r.By)) switch
        {
            DashboardBy.Expectation => Watched<PartnerStandingRegister>(DashboardBy.Expectation, r.AfterPosition, responseStream, context),
            DashboardBy.Plan => Watched<ActionPlanItemRegister>(DashboardBy.Plan, r.AfterPosition, responseStream, context),
            DashboardBy.Obligation => Watched<ObligationRegister>(DashboardBy.Obligation, r.AfterPosition, responseStream, context),
            var by => Watched<CommitmentRegister>(by, r.AfterPosition, responseStream, context),
        };

    private async Task<GetDashboardResponse> Counted<TDocument>(DashboardBy by, long atLeast, ServerCallContext context) where TDocument : class, IRegister<TDocument>
    {
        if (atLeast > 0) await registers.WaitFor(atLeast, context.CancellationToken);
        var position = await registers.Reached(context.CancellationToken);
        return new() { Position = position, Rows = { (await dashboard.Count(by, Caller.Of(context).Actor.Organisation, context.CancellationToken)).Select(Shown) } };
    }

    private async Task Watched<TDocument>(DashboardBy by, long after, IServerStreamWriter<WatchDashboardResponse> answers, ServerCallContext context)
        where TDocument : class, IRegister<TDocument>
    {
        var known = new Dictionary<string, DashboardCounts>();
        async Task<WatchDashboardResponse> Step(long position, bool anything)
        {
            var step = new WatchDashboardResponse { Position = position };
            if (!anything) return step;
            var now = (await dashboard.Count(by, Caller.Of(context).Actor.Organisation, context.CancellationToken)).ToDictionary(row => row.Subject);
            step.Changed.AddRange(now.Values.Where(row => !row.Same(known.GetValueOrDefault(row.Subject))).Select(Shown));
            step.GoneIds.AddRange(known.Keys.Except(now.Keys));
            known = now;
            return step;
        }

        if (after == 0)
        {
            after = await registers.Reached(context.CancellationToken);
            await answers.WriteAsync(await Step(after, anything: true), context.CancellationToken);
        }
        await watches.Serve<TDocument, WatchDashboardResponse>(
            context, new WatchTerms("", Math.Max(1, after), Caller.Of(context).Actor.Organisation), answers, c => Step(c.Position, c.Changed.Count + c.Gone.Count > 0));
    }

    private static DashboardRow Shown(DashboardCounts row) => new()
    {
        Subject = row.Subject,
        Name = row.Name,
        Total = row.Total,
        Counts = { row.Counts.Select(c => new DashboardCount { State = c.State, Count = c.Count }) },
        Attention = row.Attention,
    };
}
