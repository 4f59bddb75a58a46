using Equalities.Governance.V1;
using Equalities.Options.V1;
using Grpc.Core;
using Words = Equalities.Governance.V1;

namespace EqualitiesPlatform.Governance;

internal sealed class OfficeEndpoint(Intake intake, People people, PolicyInForce policy) : OfficeService.OfficeServiceBase
{
    public override Task<AppointToOfficeResponse> AppointToOffice(AppointToOfficeRequest r, ServerCallContext context) =>
        intake.Write<AppointToOfficeResponse>(context, r, async f =>
        {
            var ((role, seat), subject, from) = (Seat(f, r.Role, r.Seat), f.Subject(r.Subject), f.OptionalDay(r.From));
            f.Done();
            return new AppointToOffice(Offices.IdOf(role, seat), role, seat, await people.SignedIn(Caller.Of(context).Tenant, subject), from);
        });

    public override Task<StandDownFromOfficeResponse> StandDownFromOffice(StandDownFromOfficeRequest r, ServerCallContext context) =>
        intake.Write<StandDownFromOfficeResponse>(context, r, async f =>
        {
            var ((role, seat), subject, until) = (Seat(f, r.Role, r.Seat), f.Subject(r.Subject), f.OptionalDay(r.Until));
            f.Done();
            // Also somebody who has not signed in yet: their token may be on its way.
            return new StandDownFromOffice(Offices.IdOf(role, seat), role, seat, await people.SignedIn(Caller.Of(context).Tenant, subject), until);
        });

    public override async Task<ListOfficesResponse> ListOffices(ListOfficesRequest r, ServerCallContext context)
    {
        var page = await intake.List<OfficeRegister>(context, r);
        return new() { Offices = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    private (Role Role, string? Seat) Seat(WriteFields f, Role said, string named)
    {
        var role = f.Word<Role>(said, "r.Role");
        if (role is Role.Platform) f.Violate("role", "Nobody holds the platform's own role.");
        if (role is Role.PartnerLead or Role.PartnerContributor) f.Violate("role", "Who leads or contributes for a partner stands in the partner's record: partners appoint-lead, partners appoint-contributor.");
        var seat = f.OptionalKey(named, "r.Seat");
        if (role is Role.Reviewer && policy.Reviewers.All(reviewer => reviewer.Key != seat))
            f.Violate("seat", policy.Reviewers.Count == 0
                ? "The policy pack names no reviewers; load one that does."
                : $"Say which reviewer: {string.Join(", ", policy.Reviewers.Select(reviewer => reviewer.Key))}.");
        if (role is not Role.Reviewer && seat is not null) f.Violate("seat", "Only reviewers have seats; leave this out.");
        return (role, seat);
    }

    private OfficeOnRecord Shown(OfficeRegister office) => new()
    {
        OfficeId = office.Office.ToString(),
        Role = office.Role,
        Seat = office.Seat ?? "",
        Title = policy.Reviewers.FirstOrDefault(reviewer => office.Role is Role.Reviewer && reviewer.Key == office.Seat)?.Office ?? "",
        Holdings = { office.Holdings.Select(h => new Words.OfficeHolding { PersonId = h.Holder.ToString(), From = h.From.Shown(), Until = h.Until.Shown() }) },
        Version = office.Version,
    };
}
