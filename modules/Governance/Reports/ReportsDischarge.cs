using EqualitiesPlatform.Ledger.Replay;

namespace EqualitiesPlatform.Governance;

/// <summary>A published report meets the obligations that a report of its kind discharges (Report 6; Policy, Difference).</summary>
[Hears(typeof(ReportPublished))]
internal sealed class PublishedReportsDischargeObligations(EventReader reader) : IFollowUp
{
    private const string Stated = "governance.obligation-stated.v1";

    public string Name => "published-reports-discharge-obligations";

    public async ValueTask<IReadOnlyList<ICommand>> After(RecordedEvent recorded, CancellationToken ct)
    {
        if (recorded.Event is not ReportPublished published || ReportRule.Of(published.Kind).Discharges is not { } discharges) return [];
        var report = (await reader.ReadStream(recorded.Stream, recorded.Position, ct)).Select(e => e.Event).Aggregate(Report.Unborn, Report.Evolve);
        // The report that it restates has met them.
        if (report.Prepared is not { } prepared || report.Restates is not null) return [];
        var obligations = new Dictionary<ObligationId, ObligationStated>();
        await foreach (var e in reader.Read(new EventRange(ToPosition: recorded.Position, StoredNames: [Stated]), ct))
            if (e.Event is ObligationStated stated) obligations[stated.Obligation] = stated;
        return
        [
            .. from o in obligations.Values
               where o.DischargedBy == discharges && (o.To == prepared.Body || o.To == "public")
               let due = DueFor(o, prepared.Year)
               where due is not null
               select new MeetObligation(o.Obligation, discharges, $"{ReportRule.Of(published.Kind).Title} {prepared.Year}, report {prepared.Key ?? prepared.Report.ToString()}", recorded.RecordedOn, due!.On),
        ];
    }

    private static DueDay? DueFor(ObligationStated obligation, FinancialYear year) =>
        obligation.Rule.DueFrom(obligation.BindsFrom).TakeWhile(d => d.On <= year.Last.AddYears(2))
            .FirstOrDefault(d => ReportingPeriod.TryParse(d.For, null, out var period) && period.Year == year);
}
