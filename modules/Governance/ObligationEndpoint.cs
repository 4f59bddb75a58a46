using Equalities.Governance.V1;
using Grpc.Core;
using Words = Equalities.Governance.V1;

namespace EqualitiesPlatform.Governance;

internal sealed class ObligationEndpoint(Intake intake, Watches watches, LedgerClock clock) : ObligationService.ObligationServiceBase
{
    private const int LongestReference = 300;

    public override Task<MeetObligationResponse> MeetObligation(MeetObligationRequest r, ServerCallContext context) =>
        intake.Write<MeetObligationResponse>(context, r, f => new MeetObligation(
            f.Id<ObligationId>(r.ObligationId), f.Word<PublicationKind>(r.Publication), f.Text(r.Reference, LongestReference),
            f.OptionalDay(r.PublishedOn), f.OptionalDay(r.DueOn)));

    public override Task<SetOffObligationResponse> SetOffObligation(SetOffObligationRequest r, ServerCallContext context) =>
        intake.Write<SetOffObligationResponse>(context, r, f => new SetOffObligation(
            f.Id<ObligationId>(r.ObligationId), f.Text(r.Happening, LongestReference), f.OptionalDay(r.HappenedOn)));

    public override async Task<GetObligationResponse> GetObligation(GetObligationRequest r, ServerCallContext context)
    {
        var (id, asAt) = intake.Read(f => (f.Id<ObligationId>(r.ObligationId), f.OptionalDay(r.AsAt)));
        var obligation = await intake.Get<ObligationRegister>(context, StreamKey.Of(ObligationId.Kind, id.Value), "obligation");
        return new() { Obligation = Shown(obligation, obligation.AsAt(asAt ?? Today)) };
    }

    public override async Task<ListObligationsResponse> ListObligations(ListObligationsRequest r, ServerCallContext context)
    {
        var (asAt, state) = intake.Read(f => (f.OptionalDay(r.AsAt), f.OptionalWord<DueDayState>(r.State)));
        var page = await intake.List<ObligationRegister>(context, r);
        return new()
        {
            Obligations =
            {
                from obligation in page.Items
                let days = obligation.AsAt(asAt ?? Today).Where(d => state is null || d.State == state).ToArray()
                where state is null || days.Length > 0
                select Shown(obligation, days),
            },
            NextPageToken = page.NextPageToken,
        };
    }

    public override Task WatchObligations(
        WatchObligationsRequest r, IServerStreamWriter<WatchObligationsResponse> responseStream, ServerCallContext context) =>
        watches.Serve<ObligationRegister, WatchObligationsResponse>(context, r, responseStream, c => new()
        {
            Position = c.Position, Changed = { c.Changed.Select(o => Shown(o, o.AsAt(Today))) }, GoneIds = { c.Gone },
        });

    private DateOnly Today => LedgerClock.DayOf(clock.GetUtcNow());

    private static Words.Obligation Shown(ObligationRegister obligation, IReadOnlyList<(DueDayRecord Day, DueDayState State)> days) => new()
    {
        ObligationId = obligation.Obligation.ToString(),
        Key = obligation.Key,
        Text = obligation.Text,
        From = obligation.From,
        To = obligation.To,
        Rule = obligation.Rule.InWords(),
        OwnerOffice = obligation.OwnerOffice ?? "",
        DischargedBy = Enum.Parse<Words.PublicationKind>(obligation.DischargedBy.ToString()),
        Citation = obligation.Citation.ToString(),
        BindsFrom = obligation.BindsFrom.Shown(),
        DueDays =
        {
            days.Select(d => new Words.DueDay
            {
                DueOn = d.Day.DueOn.Shown(),
                For = d.Day.For,
                State = Enum.Parse<Words.DueDayState>(d.State.ToString()),
                MissedOn = d.Day.MissedOn.Shown(),
                MetOn = d.Day.MetOn.Shown(),
                Reference = d.Day.Reference ?? "",
            }),
        },
        KeptBy = obligation.KeptBy ?? "",
        KeptOn = obligation.KeptOn.Shown(),
        Version = obligation.Version,
    };
}
