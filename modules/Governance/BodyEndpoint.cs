using Equalities.Governance.V1;
using Grpc.Core;
using Words = Equalities.Governance.V1;

namespace EqualitiesPlatform.Governance;

internal sealed class BodyEndpoint(Intake intake, LedgerClock clock) : BodyService.BodyServiceBase
{
    private const int LongestName = 200;

    public override Task<FormBodyResponse> FormBody(FormBodyRequest r, ServerCallContext context) =>
        intake.Write<FormBodyResponse>(context, r, f => new FormBody(
            f.NewId<BodyId>(f.Key(r.Key), "r.Key"), r.Key, f.Text(r.Name, LongestName), [.. r.Aliases.Select((a, i) => f.Text(a, LongestName, $"r.Aliases[{i}]"))],
            f.Word<BodyKind>(r.Kind), f.OptionalId<BodyId>(r.ParentId)));

    public override Task<RenameBodyResponse> RenameBody(RenameBodyRequest r, ServerCallContext context) =>
        intake.Write<RenameBodyResponse>(context, r, f => new RenameBody(f.Id<BodyId>(r.BodyId), f.Text(r.Name, LongestName), f.OptionalDay(r.EffectiveOn)));

    public override Task<SetTermsOfReferenceResponse> SetTermsOfReference(SetTermsOfReferenceRequest r, ServerCallContext context) =>
        intake.Write<SetTermsOfReferenceResponse>(context, r, f => new SetTermsOfReference(
            f.Id<BodyId>(r.BodyId), f.Text(r.Terms), f.OptionalText(r.Minute, LongestName), f.OptionalDay(r.EffectiveOn)));

    public override Task<SeatMemberResponse> SeatMember(SeatMemberRequest r, ServerCallContext context) =>
        intake.Write<SeatMemberResponse>(context, r, f => new SeatMember(
            f.Id<BodyId>(r.BodyId), f.Text(r.Office, LongestName), f.Word<SeatRole>(r.Role), f.OptionalPartner(r.OrganisationId), f.OptionalDay(r.EffectiveOn)));

    public override Task<EndSeatResponse> EndSeat(EndSeatRequest r, ServerCallContext context) =>
        intake.Write<EndSeatResponse>(context, r, f => new EndSeat(f.Id<BodyId>(r.BodyId), f.Text(r.Office, LongestName), f.OptionalDay(r.EffectiveOn)));

    public override Task<SetCalendarResponse> SetCalendar(SetCalendarRequest r, ServerCallContext context) =>
        intake.Write<SetCalendarResponse>(context, r, f => new SetCalendar(
            f.Id<BodyId>(r.BodyId), f.Year(r.Year), [.. r.Days.Select((d, i) => f.Day(d, $"r.Days[{i}]"))]));

    public override async Task<GetBodyResponse> GetBody(GetBodyRequest r, ServerCallContext context)
    {
        var (id, asAt) = intake.Read(f => (f.Id<BodyId>(r.BodyId), f.OptionalDay(r.AsAt)));
        var body = await intake.Get<BodyRegister>(context, StreamKey.Of(BodyId.Kind, id.Value), "body");
        return new() { Body = Shown(body, asAt ?? Today) };
    }

    public override async Task<ListBodiesResponse> ListBodies(ListBodiesRequest r, ServerCallContext context)
    {
        var page = await intake.List<BodyRegister>(context, r);
        return new() { Bodies = { page.Items.Select(b => Shown(b, Today)) }, NextPageToken = page.NextPageToken };
    }

    private DateOnly Today => LedgerClock.DayOf(clock.GetUtcNow());

    private static BodyRecord Shown(BodyRegister body, DateOnly day) => new()
    {
        BodyId = body.Body.ToString(),
        Key = body.Key,
        Name = body.NameOn(day),
        Aliases = { body.AliasesOn(day) },
        Kind = Enum.Parse<Words.BodyKind>(body.BodyKind.ToString()),
        ParentId = body.Parent?.ToString() ?? "",
        Terms = body.TermsOn(day)?.Terms ?? "",
        TermsMinute = body.TermsOn(day)?.Minute ?? "",
        Seats =
        {
            body.SeatsOn(day).Select(s => new Seat
            {
                Office = s.Office, Role = Enum.Parse<Words.SeatRole>(s.Role.ToString()), OrganisationId = s.Organisation?.ToString() ?? "",
                From = s.From.Shown(), Until = s.Until.Shown(),
            }),
        },
        Calendars = { body.Calendars.OrderBy(c => c.Year, StringComparer.Ordinal).Select(c => new Calendar { Year = c.Year, Days = { c.Days.Select(d => d.Shown()) } }) },
        Version = body.Version,
    };
}
