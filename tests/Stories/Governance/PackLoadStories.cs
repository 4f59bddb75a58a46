using System.Text;
using Equalities.Options.V1;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Stories.Governance;

public class PackLoadStories
{
    private static readonly DateOnly April = new(2013, 4, 1);

    private static string BarnetText => Encoding.UTF8.GetString(Repository.Bytes("modules/Governance/Pack/barnet.json"));

    private static Pack Barnet => Read(BarnetText);

    private static Pack Read(string text)
    {
        var reading = PackReader.Read(Encoding.UTF8.GetBytes(text));
        reading.Mistakes.Should().BeEmpty();
        return reading.Pack!;
    }

    [Fact]
    public void Everything_in_a_pack_that_was_never_loaded_is_new()
    {
        var load = new PackStandings().Plan(Barnet, April);
        load.Entries.Should().OnlyContain(e => e.Standing == Standing.Added);
        load.Entries.Should().HaveCount(load.Establish.Contents.Count);
        load.Steps.Should().HaveCount(13 + 13 + 2 + 13 + 15 + 11 + 1 + 3, "Barnet has 13 partners, 13 commitments, 2 plans with 7 and 6 items, 15 obligations, 11 classifications, the Objective and 3 measures");
    }

    [Fact]
    public void Loading_Barnets_pack_twice_sends_nothing_the_second_time()
    {
        var ledger = new PackStandings();
        ledger.Load(Barnet, April);
        var recorded = ledger.Recorded.Count;

        var again = ledger.Plan(Barnet, April.AddDays(400));
        again.Steps.Should().BeEmpty();
        again.Entries.Should().OnlyContain(e => e.Standing == Standing.Unchanged);
        ledger.Load(Barnet, April.AddDays(400));
        ledger.Recorded.Should().HaveCount(recorded);
    }

    [Fact]
    public void One_changed_word_sends_one_event_and_one_changed_obligation_one_command()
    {
        var ledger = new PackStandings();
        ledger.Load(Barnet, April);
        var changed = Read(BarnetText.Replace("Find and remove", "Seek and remove").Replace("A safe borough for", "A safe place for").Replace("\"The year's progress on the Objective\"", "\"Progress\""));

        var load = ledger.Plan(changed, April);
        load.Entries.Where(e => e.Standing is not Standing.Unchanged).Should().Equal(
            new LoadEntry("aim:a1", Standing.Changed), new LoadEntry("plan-item:access-to-services", Standing.Changed), new LoadEntry("obligation:annual-report", Standing.Changed));
        load.Steps.Select(s => s.Ref).Should().Equal("plan-item:access-to-services", "obligation:annual-report");
    }

    [Fact]
    public void Another_grace_states_every_obligation_anew()
    {
        var ledger = new PackStandings();
        ledger.Load(Barnet, April);
        var load = ledger.Plan(Read(BarnetText.Replace("\"updates.due-days\": 14,", "\"updates.due-days\": 14, \"obligations.grace-days\": 3,")), April);
        load.Entries.Where(e => e.Standing is Standing.Changed).Select(e => e.Kind).Distinct().Should().Equal("policy", "obligation");
        load.Steps.Should().HaveCount(15);
    }

    [Fact]
    public void What_the_pack_says_no_more_is_told_on_every_load_and_nothing_is_sent_for_it()
    {
        var ledger = new PackStandings();
        ledger.Load(Barnet, April);
        var without = Barnet with { Pledges = [.. Barnet.Pledges.Skip(1)], Obligations = [.. Barnet.Obligations.Skip(1)] };

        string[] gone = ["pledge:fair-decisions", "obligation:objective-to-crc"];
        for (var time = 1; time <= 2; time++)
        {
            var load = ledger.Plan(without, April);
            load.Entries.Where(e => e.Standing is Standing.NoLongerInThePack).Select(e => e.Ref).Should().Equal(gone);
            load.Steps.Should().BeEmpty();
            ledger.Load(without, April);
        }
        var shown = PackStandings.Register<PackRegister>(PackId.Kind, PackLoad.IdOf(Barnet).Value, [.. ledger.Recorded.Where(r => StreamKey.KindOf(r.Stream) == PackId.Kind).Select(r => r.Event)]);
        shown.Statements.Should().HaveCount(Barnet.Statements.Count(), "nothing is ever deleted");
        shown.Contents.Should().NotContain(gone);
    }

    [Fact]
    public void A_promise_that_its_partner_reworded_is_not_worded_back()
    {
        var ledger = new PackStandings();
        ledger.Load(Barnet, April);
        var stream = StreamKey.Of(CommitmentId.Kind, Barnet.Council.IdOf<CommitmentId>("capita-local-jobs").Value);
        ledger.Recorded.Add((stream, new CommitmentModified("Offer 30 apprenticeships", null, "Fewer contracts")));
        ledger.Plan(Barnet, April).Steps.Should().BeEmpty();
    }

    [Fact]
    public void Nothing_is_named_before_it_is_there() =>
        new PackStandings().Plan(Barnet, April).Steps.Select(s => s.Ref[..s.Ref.IndexOf(':')]).Distinct()
            .Should().Equal("partner", "commitment", "action-plan", "plan-item", "obligation", "classification", "objective", "measure");

    [Fact]
    public void Another_list_of_categories_is_the_classifications_next_version()
    {
        var ledger = new PackStandings();
        ledger.Load(Barnet, April);
        var load = ledger.Plan(Read(BarnetText.Replace("\"label\": \"Female\"", "\"label\": \"Women\"")), April);
        load.Steps.Should().ContainSingle().Which.Ref.Should().Be("classification:sex");
        ledger.Load(Read(BarnetText.Replace("\"label\": \"Female\"", "\"label\": \"Women\"")), April);
        ledger.Recorded.Select(r => r.Event).OfType<ClassificationPublished>().Where(c => c.Key == "sex").Select(c => c.Number).Should().Equal(1, 2);
    }

    [Fact]
    public void A_pack_establishes_the_council_the_policy_and_every_entry_once()
    {
        var load = new PackStandings().Plan(Barnet, April);
        var story = GovernanceStory<PolicyPack>.Given([], April).When(load.Establish);
        story.Events.GroupBy(e => e.GetType().Name).ToDictionary(g => g.Key, g => g.Count()).Should().BeEquivalentTo(new Dictionary<string, int>
        {
            [nameof(CouncilNamed)] = 1,
            [nameof(PolicySetInForce)] = 1,
            [nameof(StatementEstablished)] = 3 + 8 + 7 + 5 + 1 + 4 + 6 + 5,
            [nameof(BodyEstablished)] = 4,
            [nameof(NetworkEstablished)] = 3,
            [nameof(ContactEstablished)] = 1,
            [nameof(ReviewerEstablished)] = 3,
            [nameof(PackContentsListed)] = 1,
        });
        story.Events.OfType<PolicySetInForce>().Single().EffectiveOn.Should().Be(April);
        story.Taken().At(April.AddDays(1)).When(load.Establish).ThenNothing();
    }

    [Fact]
    public void Other_values_are_in_force_from_the_day_they_are_loaded()
    {
        var load = new PackStandings().Plan(Barnet, April);
        var values = new Dictionary<string, string>(load.Establish.Values) { ["updates.due-days"] = "21" };
        GovernanceStory<PolicyPack>.Given([], April).When(load.Establish).Taken().At(April.AddDays(9)).When(load.Establish with { Values = values })
            .Then(new PolicySetInForce("2013", "Barnet Equalities Policy", values, April.AddDays(9)));
    }

    [Fact]
    public void A_pack_knows_no_other_command() =>
        GovernanceStory<PolicyPack>.Given([], April).When(new RaiseDue(StreamKey.Of(PackId.Kind, Guid.Empty))).ThenRefused("COMMAND_UNKNOWN");

    [Fact]
    public void The_policy_in_force_is_the_one_of_the_greatest_day_and_of_one_day_the_later_recorded()
    {
        var table = new PolicyInForce();
        table.Namespace.Should().Be(Guid.Empty);
        PolicySetInForce Of(string days, DateOnly from) => new("2013", "Policy", new Dictionary<string, string> { ["updates.due-days"] = days }, from);
        var council = new CouncilNamed(PackLoad.IdOf(Barnet), "barnet", "Barnet", Barnet.Council.Namespace);
        table.Rebuild(PackStandings.AsRecorded(PackId.Kind, Guid.Empty, council, Of("7", April.AddDays(1)), Of("14", April), Of("21", April.AddDays(1))));
        table.Current.Number("updates.due-days", 0).Should().Be(21);
        table.Namespace.Should().Be(Barnet.Council.Namespace);
    }
}

/// <summary>What was recorded of packs, in memory, and loads played against it.</summary>
internal sealed class PackStandings
{
    public static readonly EstablishPack Establish = new(
        new PackId(Guid.Empty), new Council("littleton", "Littleton", Guid.Empty), "1", "Policy", new Dictionary<string, string>(), [], [], [], [], [], []);

    public List<(string Stream, object Event)> Recorded { get; } = [];

    public PackLoad Plan(Pack pack, DateOnly today) => PackLoad.Of(pack, Recorded, OccasionOn(today, pack));

    public void Load(Pack pack, DateOnly today)
    {
        var load = Plan(pack, today);
        Play<PolicyPack>(load.Establish, pack, today);
        foreach (var step in load.Steps)
            switch (step.Command)
            {
                case RegisterPartner: Play<Partner>(step.Command, pack, today); break;
                case ProposeCommitment: Play<Commitment>(step.Command, pack, today); break;
                case ProposeActionPlan: Play<ActionPlan>(step.Command, pack, today); break;
                case ProposePlanItem: Play<ActionPlanItem>(step.Command, pack, today); break;
                case PublishClassification: Play<Classification>(step.Command, pack, today); break;
                case StateObjective: Play<StrategicObjective>(step.Command, pack, today); break;
                case DefineMeasure: Play<Measure>(step.Command, pack, today); break;
                default: Play<Obligation>(step.Command, pack, today); break;
            }
    }

    public static TDocument Register<TDocument>(string kind, Guid id, params object[] events) where TDocument : class, IRegister<TDocument> =>
        AsRecorded(kind, id, events).Aggregate((TDocument?)null, TDocument.Fold)!;

    public static IReadOnlyList<RecordedEvent> AsRecorded(string kind, Guid id, params object[] events) =>
        [.. events.Select((e, i) => new RecordedEvent(
            i + 1, StreamKey.Of(kind, id), i + 1, e.GetType().Name, DateTimeOffset.UnixEpoch,
            new OccasionHeaders((e as IEffective)?.EffectiveOn ?? default, Actor.Platform, "", ""), "", e))];

    private void Play<TState>(ICommand command, Pack pack, DateOnly today) where TState : class, IAggregate<TState>
    {
        var state = Recorded.Where(r => r.Stream == command.Stream).Select(r => r.Event).Aggregate(TState.Unborn, TState.Evolve);
        var taken = TState.Decide(state, command, OccasionOn(today, pack)).Should().BeOfType<Decision.Taken>().Which;
        Recorded.AddRange(taken.Events.Select(e => (command.Stream, e)));
    }

    private static Occasion OccasionOn(DateOnly today, Pack pack) => new(
        new DateTimeOffset(today, new TimeOnly(12, 0), TimeSpan.Zero), today, new Actor(new PersonId(Guid.Empty), Role.Administrator, null),
        "load", "load", new PolicyValues(pack.PolicyVersion, pack.Values));
}
