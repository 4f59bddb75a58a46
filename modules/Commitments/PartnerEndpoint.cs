using Equalities.Commitments.V1;
using Grpc.Core;
using Words = Equalities.Commitments.V1;

namespace EqualitiesPlatform.Commitments;

internal sealed class PartnerEndpoint(Intake intake, People people) : PartnerService.PartnerServiceBase
{
    public override Task<RegisterPartnerResponse> RegisterPartner(RegisterPartnerRequest r, ServerCallContext context) =>
        intake.Write<RegisterPartnerResponse>(context, r, f => new RegisterPartner(
            f.NewId<PartnerId>(r.Key), f.OptionalKey(r.Key), f.Text(r.Name, 200), f.Word<OrganisationType>(r.Type), f.OptionalText(r.Sector, 200), r.DutyApplies));

    public override async Task<AppointLeadResponse> AppointLead(AppointLeadRequest r, ServerCallContext context)
    {
        var lead = await Person(r.Subject, context);
        return await intake.Write<AppointLeadResponse>(context, r, f => new AppointLead(
            f.Id<PartnerId>(r.PartnerId), f.Known(lead, r.Subject), f.OptionalDay(r.From)));
    }

    public override async Task<StandDownLeadResponse> StandDownLead(StandDownLeadRequest r, ServerCallContext context)
    {
        var lead = await Person(r.Subject, context);
        return await intake.Write<StandDownLeadResponse>(context, r, f => new StandDownLead(
            f.Id<PartnerId>(r.PartnerId), f.Known(lead, r.Subject), f.OptionalDay(r.Until)));
    }

    public override async Task<ListPartnersResponse> ListPartners(ListPartnersRequest r, ServerCallContext context)
    {
        var page = await intake.List<PartnerRegister>(context, r);
        return new ListPartnersResponse { Partners = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    private async Task<PersonId?> Person(string subject, ServerCallContext context) =>
        Guid.TryParse(subject, out var id) ? await people.SignedIn(Caller.Of(context).Tenant, id.ToString("D")) : null;

    private static Words.Partner Shown(PartnerRegister partner) => new()
    {
        PartnerId = partner.Partner.ToString(),
        Key = partner.Key ?? "",
        Name = partner.Name,
        Type = Enum.Parse<Words.OrganisationType>(partner.Type.ToString()),
        Sector = partner.Sector ?? "",
        DutyApplies = partner.DutyApplies,
        Version = partner.Version,
    };
}
