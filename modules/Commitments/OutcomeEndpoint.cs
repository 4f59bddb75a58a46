using Equalities.Commitments.V1;
using Grpc.Core;

namespace EqualitiesPlatform.Commitments;

internal sealed class OutcomeEndpoint(Intake intake) : OutcomeService.OutcomeServiceBase
{
    public override async Task<WordOutcomeResponse> WordOutcome(WordOutcomeRequest r, ServerCallContext context)
    {
        var id = intake.Read(f => f.Id<CommitmentId>(r.CommitmentId));
        var commitment = await intake.Get<CommitmentRegister>(context, StreamKey.Of(CommitmentId.Kind, id.Value), "commitment");
        return await intake.Write<WordOutcomeResponse>(context, r, f => new WordOutcome(id, f.Text(r.Wording), commitment.Partner));
    }

    public override Task<AgreeOutcomeResponse> AgreeOutcome(AgreeOutcomeRequest r, ServerCallContext context) =>
        intake.Write<AgreeOutcomeResponse>(context, r, f => new AgreeOutcome(f.Id<CommitmentId>(r.CommitmentId), f.Text(r.Wording)));

    public override async Task<GetOutcomeResponse> GetOutcome(GetOutcomeRequest r, ServerCallContext context)
    {
        var id = intake.Read(f => f.Id<CommitmentId>(r.CommitmentId));
        return new() { Outcome = Shown(await intake.Get<AgreedOutcomeRegister>(context, StreamKey.Of(AgreedOutcomeRegister.Kind, id.Value), "outcome")) };
    }

    public override async Task<ListOutcomesResponse> ListOutcomes(ListOutcomesRequest r, ServerCallContext context)
    {
        var page = await intake.List<AgreedOutcomeRegister>(context, r);
        return new() { Outcomes = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    private static Equalities.Commitments.V1.Outcome Shown(AgreedOutcomeRegister outcome) => new()
    {
        CommitmentId = outcome.Commitment.ToString(),
        PartnerId = outcome.Partner.ToString(),
        CouncilsWording = outcome.CouncilsWording ?? "",
        PartnersWording = outcome.PartnersWording ?? "",
        Agreed = outcome.Agreed,
        AgreedOn = outcome.AgreedOn.Shown(),
        TimesReopened = outcome.TimesReopened,
        Version = outcome.Version,
    };
}
