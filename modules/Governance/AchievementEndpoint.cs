using Equalities.Governance.V1;
using Grpc.Core;
using Words = Equalities.Governance.V1;

namespace EqualitiesPlatform.Governance;

internal sealed class AchievementEndpoint(Intake intake) : AchievementService.AchievementServiceBase
{
    private const int LongestReference = 300;

    public override Task<RecordAchievementResponse> RecordAchievement(RecordAchievementRequest r, ServerCallContext context) =>
        intake.Write<RecordAchievementResponse>(context, r, f => new RecordAchievement(
            f.NewId<AchievementId>(r.Key), f.OptionalKey(r.Key), f.OwnOrPartner(r.PartnerId), f.Text(r.Title, 200), f.Text(r.Account), f.Text(r.Evidence),
            f.References(r.Serves), r.BestPractice, f.OptionalDay(r.EffectiveOn)));

    public override Task<ShareAchievementResponse> ShareAchievement(ShareAchievementRequest r, ServerCallContext context) =>
        intake.Write<ShareAchievementResponse>(context, r, f => new ShareAchievement(
            f.Id<AchievementId>(r.AchievementId), f.Text(r.With, 100), f.Text(r.Reference, LongestReference), f.OptionalDay(r.EffectiveOn)));

    public override Task<AdoptPracticeResponse> AdoptPractice(AdoptPracticeRequest r, ServerCallContext context) =>
        intake.Write<AdoptPracticeResponse>(context, r, f => new AdoptPractice(
            f.Id<AchievementId>(r.AchievementId), f.Partner(r.ById), f.Text(r.How), f.OptionalDay(r.EffectiveOn)));

    public override Task<RetractAchievementResponse> RetractAchievement(RetractAchievementRequest r, ServerCallContext context) =>
        intake.Write<RetractAchievementResponse>(context, r, f => new RetractAchievement(f.Id<AchievementId>(r.AchievementId), f.Text(r.Reason)));

    public override async Task<GetAchievementResponse> GetAchievement(GetAchievementRequest r, ServerCallContext context)
    {
        var id = intake.Read(f => f.Id<AchievementId>(r.AchievementId));
        return new() { Achievement = Shown(await intake.Get<AchievementRegister>(context, StreamKey.Of(AchievementId.Kind, id.Value), "achievement")) };
    }

    public override async Task<ListAchievementsResponse> ListAchievements(ListAchievementsRequest r, ServerCallContext context)
    {
        var page = await intake.List<AchievementRegister>(context, r);
        return new() { Achievements = { page.Items.Select(Shown) }, NextPageToken = page.NextPageToken };
    }

    private static Words.Achievement Shown(AchievementRegister achievement) => new()
    {
        AchievementId = achievement.Achievement.ToString(),
        Key = achievement.Key ?? "",
        PartnerId = achievement.Partner.ToString(),
        Title = achievement.Title,
        Account = achievement.Account,
        Evidence = achievement.Evidence,
        Serves = { achievement.Serves },
        BestPractice = achievement.BestPractice,
        AchievedOn = achievement.AchievedOn.Shown(),
        SharedWith = { achievement.SharedWith.Select(s => new Sharing { With = s.With, Reference = s.Reference, On = s.On.Shown() }) },
        AdoptedBy = { achievement.AdoptedBy.Select(a => new PracticeAdoption { ById = a.By.ToString(), How = a.How, On = a.On.Shown() }) },
        Retracted = achievement.Retracted ?? "",
        Version = achievement.Version,
    };
}
