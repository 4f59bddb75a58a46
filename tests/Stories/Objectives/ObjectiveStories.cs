using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Objectives;

public class ObjectiveStories
{
    private static readonly ObjectiveId Objective = new(Guid.Parse("00000000-0000-7000-8000-0000000000a1"));
    private static readonly DateOnly April = new(2013, 4, 1);
    private static readonly ObjectiveStated First = new(Objective, "seo", 1, "Fair access for all", "Communities", null, April);

    [Fact]
    public void It_is_stated_and_another_wording_is_another_version()
    {
        Story<StrategicObjective>.Given().When(new StateObjective(Objective, "seo", "Fair access for all", "Communities", null, April)).Then(First);
        Story<StrategicObjective>.Given(First).When(new StateObjective(Objective, "seo", "Fair access for all", "Communities", null, April)).ThenNothing();
        Story<StrategicObjective>.Given(First).When(new StateObjective(Objective, "seo", "Fair access, and good relations", "Communities", "2013 to 2016", new DateOnly(2013, 11, 1)))
            .Then(new ObjectiveStated(Objective, "seo", 2, "Fair access, and good relations", "Communities", "2013 to 2016", new DateOnly(2013, 11, 1)));
    }

    [Fact]
    public void It_goes_to_another_office()
    {
        Story<StrategicObjective>.Given(First).When(new HandObjective(Objective, "Policy", new DateOnly(2013, 6, 1))).Then(new ObjectiveHanded("Communities", "Policy", new DateOnly(2013, 6, 1)));
        Story<StrategicObjective>.Given(First).When(new HandObjective(Objective, "Communities", April)).ThenNothing();
    }

    [Fact]
    public void Nothing_is_said_of_a_day_before_its_version() =>
        Story<StrategicObjective>.Given(First).When(new HandObjective(Objective, "Policy", new DateOnly(2013, 3, 31))).ThenRefused("BEFORE_THE_VERSION");

    [Fact]
    public void It_is_closed_once_and_for_all()
    {
        var closed = new ObjectiveClosed("A new one is stated", new DateOnly(2014, 3, 31));
        Story<StrategicObjective>.Given(First).When(new CloseObjective(Objective, "A new one is stated", new DateOnly(2014, 3, 31))).Then(closed);
        Story<StrategicObjective>.Given(First, closed).When(new CloseObjective(Objective, "Again", new DateOnly(2014, 3, 31))).ThenNothing();
        Story<StrategicObjective>.Given(First, closed).When(new HandObjective(Objective, "Policy", new DateOnly(2014, 4, 1))).ThenRefused("OBJECTIVE_CLOSED");
    }

    [Fact]
    public void What_was_never_stated_can_not_be_closed() =>
        Story<StrategicObjective>.Given().When(new CloseObjective(Objective, "No", April)).ThenRefused("OBJECTIVE_UNKNOWN");

    [Fact]
    public void The_register_shows_the_version_that_holds()
    {
        object[] events = [First, new ObjectiveHanded("Communities", "Policy", April), new ObjectiveClosed("Done", new DateOnly(2014, 3, 31))];
        var shown = events.Select(Recorded.As(ObjectiveId.Kind, Objective.Value)).Aggregate((ObjectiveRegister?)null, ObjectiveRegister.Fold)!;
        (shown.Number, shown.Owner, shown.ClosedOn, shown.Version).Should().Be((1, "Policy", new DateOnly(2014, 3, 31), 3));
    }
}
