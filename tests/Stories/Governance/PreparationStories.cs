using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Governance;

public class PreparationStories
{
    private static readonly ReportId Report = new(new Guid("00000000-0000-7000-8000-0000000000a1"));
    private static readonly PreparationName Name = new(Report, 40);
    private static readonly DateOnly Day = new(2014, 5, 12);

    private static readonly StartPreparation Start = new(Report, "", 40);
    private static readonly FinishPreparation Finish = new(Name.Id, 39, "hash", 12, 0);
    private static readonly FailPreparation Fail = new(Name.Id, "NOT_FOUND", "The report was not prepared yet at that position.");
    private static readonly CancelPreparation Cancel = new(Name.Id);

    private static readonly TakeUpPreparation TakeUp = new(Name.Id);

    private static readonly PreparationStarted Started = new(Report, 40);
    private static readonly PreparationFinished Finished = new(39, "hash", 12, 0);
    private static readonly PreparationFailed Failed = new("NOT_FOUND", "The report was not prepared yet at that position.");
    private static readonly PreparationCancelled Cancelled = new();

    private static GovernanceStory<Preparation> After(params object[] events) => GovernanceStory<Preparation>.Given(events, Day);

    [Fact]
    public void A_preparation_is_begun_once_and_found_again()
    {
        After().When(Start).Then(Started);
        After(Started).When(Start).ThenNothing();
        After(Started, Finished).When(Start).ThenNothing();
        ((ICommand)Start).Stream.Should().Be(Name.Stream, "the name says what it computes, and its record follows from the name");
    }

    [Fact]
    public void It_ends_in_one_way_and_the_first_word_counts()
    {
        After(Started).When(Finish).Then(Finished);
        After(Started).When(Fail).Then(Failed);
        After(Started).When(Cancel).Then(Cancelled);
        After(Started, Finished).When(Cancel).ThenNothing();
        After(Started, Cancelled).When(Finish).ThenNothing();
        After(Started, Finished).When(Fail).ThenNothing();
    }

    [Fact]
    public void What_was_cancelled_or_failed_can_be_begun_again()
    {
        After(Started, Cancelled).When(Start).Then(Started);
        After(Started, Failed).When(Start).Then(Started);
        After(Started, Failed, Started).When(Finish).Then(Finished);
    }

    [Fact]
    public void What_has_ended_is_taken_off_the_list_and_can_be_begun_again()
    {
        var discard = new DiscardPreparation(Name.Id);
        After(Started).When(discard).ThenRefused("PREPARATION_RUNS");
        foreach (var ended in new object[] { Finished, Failed, Cancelled }) After(Started, ended).When(discard).Then(new PreparationDiscarded());
        After(Started, Finished, new PreparationDiscarded()).When(discard).ThenRefused("PREPARATION_UNKNOWN");
        After(Started, Finished, new PreparationDiscarded()).When(Start).Then(Started);
    }

    [Fact]
    public void It_is_on_record_how_often_the_work_was_begun()
    {
        After(Started).When(TakeUp).Then(new PreparationTakenUp(1));
        After(Started, new PreparationTakenUp(1)).When(TakeUp).Then(new PreparationTakenUp(2));
        After(Started, new PreparationTakenUp(1), Finished).When(TakeUp).ThenNothing();
        After(Started, new PreparationTakenUp(2), Cancelled, Started).When(TakeUp).Then(new PreparationTakenUp(1));
    }

    [Fact]
    public void What_was_never_begun_is_not_known() => After().When(Cancel).ThenRefused("PREPARATION_UNKNOWN");

    [Fact]
    public void The_register_says_how_it_ended_and_what_came_of_it()
    {
        PreparationRegister Shown(params object[] events) => PackStandings.Register<PreparationRegister>(PreparationId.Kind, Name.Id.Value, events);
        (Shown(Started).Stage, Shown(Started).Name).Should().Be((PreparationStage.Running, Name));
        (Shown(Started, Finished).Stage, Shown(Started, Finished).Finished).Should().Be((PreparationStage.Done, Finished));
        (Shown(Started, Failed).Stage, Shown(Started, Failed).Error).Should().Be((PreparationStage.Failed, Failed.Sentence));
        (Shown(Started).Times, Shown(Started, new PreparationTakenUp(2)).Times).Should().Be((0, 2));
        Shown(Started, Cancelled).Stage.Should().Be(PreparationStage.Cancelled);
        var again = Shown(Started, Failed, Started);
        (again.Stage, again.Error, again.EndedAt).Should().Be((PreparationStage.Running, "", null));
    }

    [Fact]
    public void A_name_is_read_back()
    {
        PreparationName.Parse(Name.ToString()).Should().Be(Name);
        PreparationName.Parse("reports/x/preparations/1").Should().BeNull();
        PreparationName.Parse($"reports/{Report}/preparations/-1").Should().BeNull();
    }
}
