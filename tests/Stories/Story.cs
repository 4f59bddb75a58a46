using System.Text.Json;
using Equalities.Options.V1;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories;

/// <summary>
/// A story of one aggregate: given what happened, when somebody asks for something on a day, then this follows, or it is
/// refused for a reason. Events are compared by their stored form. Where states can be kept as snapshots, every decision is
/// made on one that was kept and restored.
/// </summary>
internal sealed class Story<TState> where TState : class, IAggregate<TState>
{
    private static readonly Actor Before = new(new PersonId(Guid.Parse("00000000-0000-7000-8000-000000000002")), Role.Platform, null);
    private readonly IReadOnlyList<object> _events;
    private DateOnly _today = new(2013, 5, 1);
    private Actor _actor = Actor.Platform;
    private PolicyValues _policy = PolicyValues.None;
    private ICommand? _command;

    private Story(IReadOnlyList<object> events) => _events = events;

    public static Story<TState> Given(params object[] events) => new(events);

    /// <summary>On a day; 1 May 2013 unless said.</summary>
    public Story<TState> On(int year, int month, int day)
    {
        _today = new DateOnly(year, month, day);
        return this;
    }

    /// <summary>By somebody in a role; the platform itself unless said.</summary>
    public Story<TState> By(Role role, PartnerId? organisation = null)
    {
        _actor = new Actor(new PersonId(Guid.Parse("00000000-0000-7000-8000-000000000001")), role, organisation);
        return this;
    }

    /// <summary>By the person of everything that happened before, in a role; else it was somebody else.</summary>
    public Story<TState> BySamePerson(Role role, PartnerId? organisation = null)
    {
        _actor = new Actor(Before.Person, role, organisation);
        return this;
    }

    /// <summary>With policy values; the defaults unless said.</summary>
    public Story<TState> Under(params (string Name, string Value)[] policy)
    {
        _policy = new PolicyValues("story", policy.ToDictionary(p => p.Name, p => p.Value));
        return this;
    }

    public Story<TState> When(ICommand command)
    {
        _command = command;
        return this;
    }

    public void Then(params object[] events) => Told(Events).Should().Equal(Told(events));

    /// <summary>Already so.</summary>
    public void ThenNothing() => Then();

    public void ThenRefused(string reason)
    {
        var refused = Decided.Should().BeOfType<Decision.Refused>().Subject;
        refused.Reason.Should().Be(reason);
        refused.Sentence.Should().EndWith(".");
    }

    /// <summary>The events that follow.</summary>
    public IReadOnlyList<object> Events => Decided.Should().BeOfType<Decision.Taken>().Subject.Events;

    /// <summary>The state after all.</summary>
    public TState State => (_command is null ? [] : Events).Aggregate(Standing(), (state, e) => TState.Evolve(state, e, _actor));

    private TState Standing() => _events.Aggregate(TState.Unborn, (state, e) => TState.Evolve(state, e, Before));

    private Decision Decided => TState.Decide(
        Restored(Standing()), _command!,
        new Occasion(new DateTimeOffset(_today, new TimeOnly(12, 0), TimeSpan.Zero), _today, _actor, "story", "story", _policy));

    private static TState Restored(TState state) =>
        SnapshotForm<TState>.Shape is null ? state : SnapshotForm<TState>.Read(SnapshotForm<TState>.Write(state));

    private static IEnumerable<string> Told(IEnumerable<object> events) =>
        events.Select(e => $"{e.GetType().Name} {JsonSerializer.Serialize(e, e.GetType(), Catalogue.Json)}");
}
