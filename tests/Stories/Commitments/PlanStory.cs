using System.Text.Json;
using Equalities.Options.V1;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Commitments;

/// <summary>Given what happened, when a command comes on a day, then these events follow, or it is refused.</summary>
internal sealed record PlanStory<TState>(TState State, DateOnly Today, Decision? Decided = null) where TState : class, IAggregate<TState>
{
    public static PlanStory<TState> Given(IEnumerable<object> events, DateOnly today) =>
        new(events.Aggregate(TState.Unborn, TState.Evolve), today);

    public PlanStory<TState> On(DateOnly today) => this with { Today = today };

    public PlanStory<TState> When(ICommand command) => this with { Decided = TState.Decide(State, command, OccasionOn(Today)) };

    public void Then(params object[] events) =>
        Decided.Should().BeOfType<Decision.Taken>().Which.Events.Select(Told).Should().Equal(events.Select(Told));

    public void ThenNothing() => Then();

    public void ThenRefused(string reason) => Decided.Should().BeOfType<Decision.Refused>().Which.Reason.Should().Be(reason);

    public static Occasion OccasionOn(DateOnly today) => new(
        new DateTimeOffset(today, new TimeOnly(12, 0), TimeSpan.Zero), today, new Actor(new PersonId(new Guid("00000000-0000-0000-0000-000000000001")), Role.GovernanceOfficer, null),
        "request", "correlation", PolicyValues.None);

    private static string Told(object @event) => $"{@event.GetType().Name} {JsonSerializer.Serialize(@event, @event.GetType(), Catalogue.Json)}";
}
