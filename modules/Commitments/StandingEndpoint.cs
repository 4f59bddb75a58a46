using Equalities.Commitments.V1;
using Grpc.Core;
using Words = Equalities.Commitments.V1;

namespace EqualitiesPlatform.Commitments;

internal sealed class StandingEndpoint(Intake intake, IPartners partners) : StandingService.StandingServiceBase
{
    public override Task<AttestExpectationResponse> AttestExpectation(AttestExpectationRequest r, ServerCallContext context) =>
        intake.Write<AttestExpectationResponse>(context, r, f =>
        {
            var partner = f.OwnOr(r.PartnerId);
            return new AttestExpectation(
                partner, f.Reference(r.Expectation, "expectation"), f.Word<ExpectationStatus>(r.Status), f.Text(r.Evidence), f.OptionalDay(r.EffectiveOn),
                partners.ReadinessOf(partner));
        });

    public override Task<GrantExceptionResponse> GrantException(GrantExceptionRequest r, ServerCallContext context) =>
        intake.Write<GrantExceptionResponse>(context, r, f =>
        {
            var partner = f.Id<PartnerId>(r.PartnerId);
            return new GrantException(partner, f.Reference(r.Expectation, "expectation"), f.Text(r.Reason), f.Day(r.ExpiresOn), partners.ReadinessOf(partner));
        });

    public override Task<RevokeExceptionResponse> RevokeException(RevokeExceptionRequest r, ServerCallContext context) =>
        intake.Write<RevokeExceptionResponse>(context, r, f => new RevokeException(
            f.Id<PartnerId>(r.PartnerId), f.Reference(r.Expectation, "expectation"), f.Text(r.Reason)));

    public override Task<AnswerRecommendationResponse> AnswerRecommendation(AnswerRecommendationRequest r, ServerCallContext context) =>
        intake.Write<AnswerRecommendationResponse>(context, r, f => new AnswerRecommendation(
            f.OwnOr(r.PartnerId), f.Reference(r.Recommendation, "recommendation"), f.Word<RecommendationAnswer>(r.Answer), f.Text(r.Reason),
            f.Ids<CommitmentId>(r.CommitmentIds)));

    public override async Task<GetStandingResponse> GetStanding(GetStandingRequest r, ServerCallContext context)
    {
        var partner = intake.Read(f => f.Id<PartnerId>(r.PartnerId));
        return new() { Standing = Shown(await intake.Get<PartnerStandingRegister>(context, StreamKey.Of(PartnerStandingRegister.Kind, partner.Value), "standing")) };
    }

    public override async Task<ListStandingsResponse> ListStandings(ListStandingsRequest r, ServerCallContext context)
    {
        var page = await intake.List<PartnerStandingRegister>(context, r);
        return new() { Standings = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    public override async Task<ListRecommendationAnswersResponse> ListRecommendationAnswers(ListRecommendationAnswersRequest r, ServerCallContext context)
    {
        var page = await intake.List<PartnerStandingRegister>(context, r);
        return new()
        {
            Answers = { page.Items.Select(p => new PartnerAnswers { PartnerId = p.Partner.ToString(), Answers = { p.Answers.Select(Shown) } }) },
            NextPageToken = page.NextPageToken,
        };
    }

    private static Standing Shown(PartnerStandingRegister standing) => new()
    {
        PartnerId = standing.Partner.ToString(),
        Expectations =
        {
            standing.Expectations.Select(e => new ExpectationStanding
            {
                Expectation = e.Expectation,
                Status = Enum.Parse<Words.ExpectationStatus>(e.Status.ToString()),
                StatusOn = e.StatusOn.Shown(),
                Evidence = e.Evidence ?? "",
                LastAttestedOn = e.LastAttestedOn.Shown(),
                ExceptionReason = e.ExceptionReason ?? "",
                ExceptedUntil = e.ExceptedUntil.Shown(),
            }),
        },
        Answers = { standing.Answers.Select(Shown) },
        Version = standing.Version,
    };

    private static AnsweredRecommendation Shown(RecommendationEntry answer) => new()
    {
        Recommendation = answer.Recommendation,
        Answer = Enum.Parse<Words.RecommendationAnswer>(answer.Answer.ToString()),
        Reason = answer.Reason,
        CommitmentIds = { answer.Commitments.Select(c => c.ToString()) },
        AnsweredOn = answer.AnsweredOn.Shown(),
    };
}
