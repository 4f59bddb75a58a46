using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Vocabulary;
using FsCheck;
using FsCheck.Xunit;

namespace EqualitiesPlatform.Stories.Commitments;

/// <summary>A plan and any set of items, with the follow-ups that keep them in step, through the end of a year.</summary>
public class PlanYearEndStories
{
    private static readonly ActionPlanId Plan = new(new Guid("00000000-0000-0000-0000-0000000000a1"));
    private static readonly FinancialYear Year = FinancialYear.Parse("2013-14");
    private static readonly DateOnly YearEnd = new(2014, 3, 31);

    /// <summary>How an item comes to the end of its year.</summary>
    public enum Fate
    {
        OnlyProposed,
        Open,
        Completed,
        Withdrawn,
        ProposedBeforeTheCloseAndHeardOfAfter,
        ProposedAfterTheClose,
        CompletedJustAfterTheClose,
    }

    [Property]
    public void Closing_a_year_carries_forward_exactly_the_open_items_once(Fate[] fates, NonNegativeInt sentBeforeTheProcessDies)
    {
        var play = new Play();
        play.Send(new ProposeActionPlan(Plan, null, "Plan", []));
        play.Send(new DraftPlanVersion(Plan, Year));
        play.Send(new ApprovePlanVersion(Plan, Year, "cabinet", "Minute 7", null));
        var items = fates.Select((fate, i) => (Id: new ActionPlanItemId(new Guid(i + 1, 0, 0, new byte[8])), Fate: fate)).ToArray();

        foreach (var (item, fate) in items.Where(i => i.Fate is not (Fate.ProposedAfterTheClose or Fate.ProposedBeforeTheCloseAndHeardOfAfter))) play.Propose(item, fate);
        play.FollowUp();
        foreach (var (item, fate) in items.Where(i => i.Fate is Fate.ProposedBeforeTheCloseAndHeardOfAfter)) play.Propose(item, fate);
        play.Send(new ClosePlanYear(Plan, Year));
        foreach (var (item, fate) in items.Where(i => i.Fate is Fate.ProposedAfterTheClose)) play.Propose(item, fate);
        foreach (var (item, _) in items.Where(i => i.Fate is Fate.CompletedJustAfterTheClose)) play.Send(new CompletePlanItem(item, "Done", null));
        play.FollowUp(dieAfter: sentBeforeTheProcessDies.Get % (4 * items.Length + 1));
        play.FollowUp();

        var open = items.Where(i => i.Fate is not (Fate.Completed or Fate.Withdrawn or Fate.CompletedJustAfterTheClose)).Select(i => i.Id.Value).Order().ToArray();
        play.Log.Where(e => e.Event is PlanItemCarriedForward { From: var from, To: var to } && from == Year && to == Year.Next)
            .Select(e => e.Id).Order().Should().Equal(open);
        play.Log.Select(e => e.Event).OfType<PlanItemCarriedForward>().Should().HaveCount(open.Length);
        play.Log.Select(e => e.Event).OfType<PlanItemEntered>().Where(e => e.Year == Year.Next).Select(e => e.Item.Value).Order().Should().Equal(open);
    }

    /// <summary>The ledger in small: streams in memory, one log, and follow-ups from a checkpoint that a death leaves where it was.</summary>
    private sealed class Play
    {
        private readonly Dictionary<string, object> _states = [];
        private readonly IFollowUp[] _followUps = [new PlanHearsOfItsItems(), new OpenItemsGoOn()];
        private int _checkpoint;

        public List<RecordedEvent> Log { get; } = [];

        public void Propose(ActionPlanItemId item, Fate fate)
        {
            Send(new ProposePlanItem(item, null, Plan, Year, "Item", default, [], YearEnd, [], [], []));
            if (fate is not Fate.OnlyProposed) Send(new ConfirmPlanItem(item, null));
            if (fate is Fate.Completed) Send(new CompletePlanItem(item, "Done", null));
            if (fate is Fate.Withdrawn) Send(new WithdrawPlanItem(item, "No more"));
        }

        public void Send(ICommand command)
        {
            if (StreamKey.KindOf(command.Stream) == ActionPlanId.Kind) Send<ActionPlan>(command);
            else Send<ActionPlanItem>(command);
        }

        /// <summary>Follows up to the end of the log, or dies after so many commands, before the checkpoint is kept.</summary>
        public void FollowUp(int dieAfter = int.MaxValue)
        {
            var at = _checkpoint;
            for (; at < Log.Count; at++)
                foreach (var command in _followUps.SelectMany(f => f.After(Log[at], default).Result))
                {
                    if (dieAfter-- == 0) return;
                    Send(command);
                }
            _checkpoint = at;
        }

        private void Send<TState>(ICommand command) where TState : class, IAggregate<TState>
        {
            var state = (TState)_states.GetValueOrDefault(command.Stream, TState.Unborn);
            var occasion = PlanStory<TState>.OccasionOn(YearEnd);
            foreach (var @event in ((Decision.Taken)TState.Decide(state, command, occasion)).Events)
            {
                _states[command.Stream] = state = TState.Evolve(state, @event);
                Log.Add(new RecordedEvent(
                    Log.Count + 1, command.Stream, 1, "", occasion.RecordedAt, new OccasionHeaders(YearEnd, occasion.Actor, "request", ""), "", @event));
            }
        }
    }
}
