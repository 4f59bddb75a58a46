using System.Text.Json;
using Equalities.Options.V1;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Governance;

/// <summary>Given what happened, when a command comes on a day, then these events follow, or it is refused.</summary>
internal sealed record GovernanceStory<TState>(TState State, Occasion Occasion, Decision? Decided = null) where TState : class, IAggregate<TState>
{
    public static GovernanceStory<TState> Given(IEnumerable<object> events, DateOnly today) =>
        new(events.Aggregate(TState.Unborn, TState.Evolve), new Occasion(
            new DateTimeOffset(today, new TimeOnly(12, 0), TimeSpan.Zero), today,
            new Actor(new PersonId(new Guid("00000000-0000-0000-0000-000000000001")), Role.Administrator, null), "request", "correlation", PolicyValues.None));

    public IReadOnlyList<object> Events => Decided.Should().BeOfType<Decision.Taken>().Which.Events;

    public GovernanceStory<TState> At(DateOnly today) => this with { Occasion = Occasion with { Today = today } };

    public GovernanceStory<TState> Under(params (string Name, string Value)[] values) =>
        this with { Occasion = Occasion with { Policy = new PolicyValues("1", values.ToDictionary(v => v.Name, v => v.Value)) } };

    public GovernanceStory<TState> When(ICommand command) => this with { Decided = TState.Decide(State, command, Occasion) };

    public GovernanceStory<TState> Taken() => this with { State = Events.Aggregate(State, TState.Evolve), Decided = null };

    public void Then(params object[] events) => Events.Select(Told).Should().Equal(events.Select(Told));

    public void ThenNothing() => Then();

    public void ThenRefused(string reason) => Decided.Should().BeOfType<Decision.Refused>().Which.Reason.Should().Be(reason);

    private static string Told(object @event) => $"{@event.GetType().Name} {JsonSerializer.Serialize(@event, @event.GetType(), Catalogue.Json)}";
}
