using Equalities.Commitments.V1;
using Grpc.Core;
using Words = Equalities.Commitments.V1;

namespace EqualitiesPlatform.Commitments;

internal sealed class PartnerEndpoint(Intake intake, People people, IPartners partners) : PartnerService.PartnerServiceBase
{
    public override Task<RegisterPartnerResponse> RegisterPartner(RegisterPartnerRequest r, ServerCallContext context) =>
        intake.Write<RegisterPartnerResponse>(context, r, f => new RegisterPartner(
            f.NewId<PartnerId>(r.Key), f.OptionalKey(r.Key), f.Text(r.Name, 200), f.Word<OrganisationType>(r.Type), f.OptionalText(r.Sector, 200), r.DutyApplies));

    public override Task<AppointLeadResponse> AppointLead(AppointLeadRequest r, ServerCallContext context) =>
        intake.Write<AppointLeadResponse>(context, r, async f =>
        {
            var (partner, subject, from) = (f.Id<PartnerId>(r.PartnerId), f.Subject(r.Subject), f.OptionalDay(r.From));
            // Nobody is entered in the people store for a request that can't be read.
            f.Done();
            return (ICommand)new AppointLead(partner, await people.SignedIn(Caller.Of(context).Tenant, subject), from);
        });

    public override Task<StandDownLeadResponse> StandDownLead(StandDownLeadRequest r, ServerCallContext context) =>
        intake.Write<StandDownLeadResponse>(context, r, async f =>
        {
            var (partner, subject, until) = (f.Id<PartnerId>(r.PartnerId), f.Subject(r.Subject), f.OptionalDay(r.Until));
            f.Done();
            // Somebody whom nobody has met leads nothing, as the partner's record will say.
            return (ICommand)new StandDownLead(partner, await people.Met(Caller.Of(context).Tenant, subject) ?? default, until);
        });

    public override Task<AppointContributorResponse> AppointContributor(AppointContributorRequest r, ServerCallContext context) =>
        intake.Write<AppointContributorResponse>(context, r, async f =>
        {
            var (partner, subject, from) = (f.OwnOr(r.PartnerId), f.Subject(r.Subject), f.OptionalDay(r.From));
            f.Done();
            return (ICommand)new AppointContributor(partner, await people.SignedIn(Caller.Of(context).Tenant, subject), from);
        });

    public override Task<StandDownContributorResponse> StandDownContributor(StandDownContributorRequest r, ServerCallContext context) =>
        intake.Write<StandDownContributorResponse>(context, r, async f =>
        {
            var (partner, subject, until) = (f.OwnOr(r.PartnerId), f.Subject(r.Subject), f.OptionalDay(r.Until));
            f.Done();
            return (ICommand)new StandDownContributor(partner, await people.Met(Caller.Of(context).Tenant, subject) ?? default, until);
        });

    public override Task<RenamePartnerResponse> RenamePartner(RenamePartnerRequest r, ServerCallContext context) =>
        intake.Write<RenamePartnerResponse>(context, r, f => new RenamePartner(f.Id<PartnerId>(r.PartnerId), f.Text(r.Name, 200), f.OptionalDay(r.EffectiveOn)));

    public override Task<AdoptPolicyResponse> AdoptPolicy(AdoptPolicyRequest r, ServerCallContext context) =>
        intake.Write<AdoptPolicyResponse>(context, r, f => new AdoptPolicy(f.OwnOr(r.PartnerId), f.Text(r.PolicyVersion, 100), f.OptionalDay(r.EffectiveOn)));

    public override Task<LinkOwnPolicyResponse> LinkOwnPolicy(LinkOwnPolicyRequest r, ServerCallContext context) =>
        intake.Write<LinkOwnPolicyResponse>(context, r, f => new LinkOwnPolicy(f.OwnOr(r.PartnerId), f.WebAddress(r.Url), f.Day(r.DatedOn)));

    public override Task<CheckOwnPolicyResponse> CheckOwnPolicy(CheckOwnPolicyRequest r, ServerCallContext context) =>
        intake.Write<CheckOwnPolicyResponse>(context, r, f => new CheckOwnPolicy(
            f.Id<PartnerId>(r.PartnerId), f.Word<OwnPolicyCheck>(r.Found), f.OptionalDay(r.EffectiveOn)));

    public override Task<MergePartnerResponse> MergePartner(MergePartnerRequest r, ServerCallContext context) =>
        intake.Write<MergePartnerResponse>(context, r, f => new MergePartner(
            f.Id<PartnerId>(r.PartnerId), f.Id<PartnerId>(r.IntoId), f.Text(r.Reason), f.OptionalDay(r.EffectiveOn), Readiness(f.Id<PartnerId>(r.IntoId))));

    public override Task<SplitPartnerResponse> SplitPartner(SplitPartnerRequest r, ServerCallContext context) =>
        intake.Write<SplitPartnerResponse>(context, r, f =>
        {
            var shares = r.Shares.Select((s, i) => new PartnerShare(
                f.Id<PartnerId>(s.PartnerId, $"r.Shares[{i}].PartnerId"), f.Ids<CommitmentId>(s.CommitmentIds, $"r.Shares[{i}].CommitmentIds"))).ToArray();
            return new SplitPartner(
                f.Id<PartnerId>(r.PartnerId), shares, f.Text(r.Reason), f.OptionalDay(r.EffectiveOn), Readiness([.. shares.Select(s => s.Partner)]));
        });

    public override Task<TransferServiceResponse> TransferService(TransferServiceRequest r, ServerCallContext context) =>
        intake.Write<TransferServiceResponse>(context, r, f => new TransferService(
            f.Id<PartnerId>(r.PartnerId), f.Id<PartnerId>(r.ToId), f.Text(r.Service, 200), f.Ids<CommitmentId>(r.CommitmentIds), f.Text(r.Reason),
            f.OptionalDay(r.EffectiveOn), Readiness(f.Id<PartnerId>(r.ToId))));

    public override Task<BeginLeavingResponse> BeginLeaving(BeginLeavingRequest r, ServerCallContext context) =>
        intake.Write<BeginLeavingResponse>(context, r, f => new BeginLeaving(f.OwnOr(r.PartnerId), f.Text(r.Reason)));

    public override async Task<GetPartnerResponse> GetPartner(GetPartnerRequest r, ServerCallContext context)
    {
        var id = intake.Read(f => f.Id<PartnerId>(r.PartnerId));
        return new() { Partner = Shown(await intake.Get<PartnerRegister>(context, StreamKey.Of(PartnerId.Kind, id.Value), "partner")) };
    }

    public override async Task<ListPartnersResponse> ListPartners(ListPartnersRequest r, ServerCallContext context)
    {
        var page = await intake.List<PartnerRegister>(context, r);
        return new() { Partners = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    // The least ready of several stands for all.
    private PartnerReadiness Readiness(params PartnerId[] successors) =>
        successors.Select(p => partners.ReadinessOf(p)).DefaultIfEmpty(PartnerReadiness.Ready).Max();

    private static Words.Partner Shown(PartnerRegister partner) => new()
    {
        PartnerId = partner.Partner.ToString(),
        Key = partner.Key ?? "",
        Name = partner.Name,
        FormerNames = { partner.FormerNames },
        Type = Enum.Parse<Words.OrganisationType>(partner.Type.ToString()),
        Sector = partner.Sector ?? "",
        DutyApplies = partner.DutyApplies,
        Stage = Enum.Parse<Words.PartnerStage>(partner.Stage.ToString()),
        Leads = partner.Leads.Count(l => l.Until is null),
        Contributors = partner.Contributors.Count(c => c.Until is null),
        PolicyVersion = partner.PolicyVersion ?? "",
        PolicyAdoptedOn = partner.PolicyAdoptedOn.Shown(),
        OwnPolicyUrl = partner.OwnPolicyUrl ?? "",
        OwnPolicyDatedOn = partner.OwnPolicyDatedOn.Shown(),
        OwnPolicyFound = partner.OwnPolicyFound is { } found ? Enum.Parse<Words.OwnPolicyCheck>(found.ToString()) : default,
        OwnPolicyCheckedOn = partner.OwnPolicyCheckedOn.Shown(),
        Successions =
        {
            partner.Successions.Select(s => new SuccessionNote
            {
                Succession = Enum.Parse<Words.Succession>(s.Succession.ToString()), OtherId = s.Other.ToString(), IsSuccessor = s.IsSuccessor, On = s.On.Shown(),
            }),
        },
        Version = partner.Version,
    };
}
