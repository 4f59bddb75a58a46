using Equalities.Cases.V1;
using Grpc.Core;
using Words = Equalities.Cases.V1;

namespace EqualitiesPlatform.Cases;

internal sealed class TensionReturnEndpoint(Intake intake, IPolicy policy) : TensionReturnService.TensionReturnServiceBase
{
    public override Task<ExpectReturnsResponse> ExpectReturns(ExpectReturnsRequest r, ServerCallContext context) => intake.Write<ExpectReturnsResponse>(context, r, f =>
    {
        var (partner, ward, from) = (f.Partner(r.PartnerId), Wards.Read(f, policy.Current, r.Ward), f.Day(r.FromOn));
        return new ExpectReturns(IdOf(partner, ward.Name), partner, ward, from);
    });

    public override Task<StopReturnsResponse> StopReturns(StopReturnsRequest r, ServerCallContext context) =>
        intake.Write<StopReturnsResponse>(context, r, f => new StopReturns(IdOf(f.Id<PartnerId>(r.PartnerId), Wards.Known(f, policy.Current, r.Ward))));

    public override Task<SubmitReturnResponse> SubmitReturn(SubmitReturnRequest r, ServerCallContext context) => intake.Write<SubmitReturnResponse>(context, r, f =>
    {
        var partner = f.OwnOr(r.PartnerId);
        return new SubmitReturn(
            IdOf(partner, Wards.Known(f, policy.Current, r.Ward)), partner, TensionReturns.WeekOf(f.Day(r.WeekOn)), f.Word<TensionReturn>(r.Return), f.Whole(r.Tensions, 0, 1000));
    });

    public override async Task<ListReturnsResponse> ListReturns(ListReturnsRequest r, ServerCallContext context)
    {
        var page = await intake.List<TensionReturnsRegister>(context, r);
        return new()
        {
            Returns =
            {
                page.Items.Select(t => new ReturnsOnRecord
                {
                    PartnerId = t.Partner.ToString(), Ward = t.Ward, FromOn = t.From.Shown(), AwaitedWeekOn = t.AwaitedWeek.Shown(), DueOn = t.DueOn.Shown(), Missing = t.Missing,
                    Weeks =
                    {
                        t.Weeks.Select(w => new ReturnOfWeek
                        {
                            WeekOn = w.Week.Shown(), Return = w.Return is { } said ? Enum.Parse<Words.TensionReturn>(said.ToString()) : default, Tensions = w.Tensions,
                            SubmittedOn = w.SubmittedOn.Shown(), Missed = w.Missed,
                        }),
                    },
                    Version = t.Version,
                }),
            },
            NextPageToken = page.NextPageToken,
        };
    }

    private static TensionReturnsId IdOf(PartnerId partner, string ward) => new(NameBasedId.Of(partner.Value, $"tension-returns:{ward}"));
}
