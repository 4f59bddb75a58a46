using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Governance;

public class AchievementStories
{
    private static readonly AchievementId Id = new(new Guid("00000000-0000-0000-0000-0000000000f1"));
    private static readonly PartnerId Capita = new(new Guid("00000000-0000-0000-0000-0000000000a1"));
    private static readonly PartnerId Schools = new(new Guid("00000000-0000-0000-0000-0000000000a2"));
    private static readonly DateOnly Day = new(2014, 1, 14);

    private static readonly AchievementRecorded OnRecord = new(Id, "forms", Capita, "Forms for everyone", "Tested with users", "Test reports", ["aim:a8"], true, Day);
    private static readonly RecordAchievement Record = new(Id, "forms", Capita, "Forms for everyone", "Tested with users", "Test reports", ["aim:a8"], true, null);
    private static readonly AchievementShared Shared = new("partners", "Network, 12 February", Day);
    private static readonly PracticeAdopted Adopted = new(Schools, "Admission forms are tested", Day);

    private static GovernanceStory<Achievement> On(DateOnly today, params object[] events) => GovernanceStory<Achievement>.Given(events, today);

    [Fact]
    public void An_achievement_is_recorded_and_can_be_put_in_other_words()
    {
        On(Day).When(Record).Then(OnRecord);
        On(Day.AddDays(1), OnRecord).When(Record).ThenNothing();
        On(Day, OnRecord).When(Record with { Title = "Nineteen forms for everyone" }).Then(OnRecord with { Title = "Nineteen forms for everyone" });
        On(Day, OnRecord).When(Record with { Partner = Schools }).ThenRefused("ACHIEVEMENT_OF_ANOTHER");
        On(Day).When(Record with { EffectiveOn = Day.AddDays(1) }).ThenRefused("EFFECTIVE_IN_FUTURE");
    }

    [Fact]
    public void It_is_shared_and_taken_up_by_others()
    {
        On(Day, OnRecord).When(new ShareAchievement(Id, "partners", "Network, 12 February", null)).Then(Shared);
        On(Day, OnRecord, Shared).When(new ShareAchievement(Id, "partners", "Network, 12 February", null)).ThenNothing();
        On(Day, OnRecord).When(new AdoptPractice(Id, Schools, "Admission forms are tested", null)).Then(Adopted);
        On(Day, OnRecord, Adopted).When(new AdoptPractice(Id, Schools, "Admission forms are tested", null)).ThenNothing();
        On(Day, OnRecord).When(new AdoptPractice(Id, Capita, "Our own", null)).ThenRefused("OWN_PRACTICE");
        On(Day).When(new ShareAchievement(Id, "public", "x", null)).ThenRefused("ACHIEVEMENT_UNKNOWN");
    }

    [Fact]
    public void What_was_taken_back_stays_so()
    {
        var retracted = new AchievementRetracted("Not finished");
        On(Day, OnRecord).When(new RetractAchievement(Id, "Not finished")).Then(retracted);
        On(Day, OnRecord, retracted).When(new RetractAchievement(Id, "Not finished")).ThenNothing();
        On(Day, OnRecord, retracted).When(new ShareAchievement(Id, "public", "x", null)).ThenRefused("ACHIEVEMENT_RETRACTED");
    }

    [Fact]
    public void The_report_counts_what_was_achieved_in_the_year_and_leaves_out_what_was_taken_back()
    {
        var history = ReportHistory.OfLittleton();
        var trust = ReportHistory.Id<PartnerId>("trust");
        AchievementRecorded Of(string key, string day) => new(ReportHistory.Id<AchievementId>(key), key, trust, $"About {key}", "So", "Seen", [], key == "ramps", DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture));
        history.Record("2014-01-14", "achievement", "ramps", Of("ramps", "2014-01-14"));
        history.Record("2014-01-20", "achievement", "ramps", new AchievementShared("public", "the page", new(2014, 1, 20)));
        history.Record("2014-02-01", "achievement", "ramps", new PracticeAdopted(ReportHistory.Id<PartnerId>("bus"), "On buses", new(2014, 2, 1)));
        history.Record("2014-01-14", "achievement", "signs", Of("signs", "2014-01-14"));
        history.Record("2014-02-14", "achievement", "signs", new AchievementRetracted("Not so"));
        history.Record("2014-01-14", "achievement", "before", Of("before", "2013-03-31"));
        var figures = history.Report().Figures.ToDictionary(f => f.Key, f => f.Value);
        (figures["achievements.total"], figures["achievements.best-practice"], figures["achievements.shared"], figures["achievements.adopted"]).Should().Be(("1", "1", "1", "1"));
        figures["achievements.adopted.ramps"].Should().Be("1");
    }

    [Fact]
    public void The_register_says_with_whom_and_by_whom()
    {
        var shown = PackStandings.Register<AchievementRegister>(AchievementId.Kind, Id.Value, OnRecord, Shared, Adopted, new AchievementRetracted("Not so"));
        (shown.TimesShared, shown.TimesAdopted, shown.Retracted).Should().Be((1, 1, "Not so"));
    }
}
