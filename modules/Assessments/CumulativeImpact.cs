namespace EqualitiesPlatform.Assessments;

/// <summary>
/// What all live proposals of one budget year do together, by group and ward (Policy, "How" W1, W3; Foreword, paragraph 5).
/// A pure fold over events in the order of positions, so that any earlier state of it can be had again. A proposal is live
/// from its first assessed effect until it is withdrawn or rejected. A gain weighs +1, +2 or +3 as it is small, medium or large, a loss
/// the same below nought; a loss weighs one step less once a mitigation for its group is in place. The net effect is the
/// sum; an effect without a ward counts in every ward. docs/cumulative-impact.md has the method and a worked example.
/// </summary>
/// <param name="year">The budget year.</param>
/// <param name="asAt">The last day of which anything counts.</param>
/// <param name="sparse">Whether positions are those of the effects and mitigations alone, as reports named them at first.</param>
public sealed class CumulativeImpact(FinancialYear year, DateOnly asAt, bool sparse = false)
{
    private readonly Dictionary<Guid, Proposal> _proposals = [];

    /// <summary>Takes the next event; what holds only after the day does not count.</summary>
    public void Apply(RecordedEvent recorded)
    {
        if (recorded.Kind != ImpactAssessmentId.Kind || recorded.EffectiveOn > asAt) return;
        switch (recorded.Event)
        {
            case AssessmentOpened e when e.BudgetYear == year: _proposals[recorded.Id] = new Proposal(e, recorded.Position, null); break;
            case UnassessedDecisionRecorded e when e.BudgetYear == year: _proposals[recorded.Id] = new Proposal(e.AsOpened(), recorded.Position, e.Outcome); break;
            default: _proposals.GetValueOrDefault(recorded.Id)?.Apply(recorded); break;
        }
    }

    /// <summary>The live proposals, in the order in which they were opened.</summary>
    public IReadOnlyList<LiveProposal> Live =>
        [.. _proposals.Values.Where(p => p.IsLive).Select(p => new LiveProposal(p.Opened.Assessment, p.Opened.Key, p.Opened.Title, [.. p.LivePositions.Distinct()]))];

    /// <summary>Every group that may gain or lose by a live proposal, everywhere and in every ward that one names; characteristics first.</summary>
    public IReadOnlyList<ImpactCell> Cells
    {
        get
        {
            Proposal[] live = [.. _proposals.Values.Where(p => p.IsLive)];
            var all = live.SelectMany(p => p.Effects.Select(e => (Proposal: p, Effect: e.Value))).ToArray();
            Ward[] wards = [.. all.Select(e => e.Effect.Said.Ward).OfType<Ward>().Distinct().OrderBy(w => w.Name, StringComparer.Ordinal)];
            return
            [
                .. all.Select(e => e.Effect.Said.Group).Distinct().InOrder(g => g).SelectMany(group => wards.Select(w => (Ward?)w).Prepend(null)
                    .Select(ward => Cell(
                        group, ward, [.. all.Where(e => e.Effect.Said.Group == group && (e.Effect.Said.Ward is null || e.Effect.Said.Ward == ward))],
                        // That there is a row for the ward at all comes from the first effect that names it.
                        [.. all.Where(e => !sparse && ward is not null && e.Effect.Said.Ward == ward).Take(1).SelectMany(e => new[] { e.Proposal.OpenedAt, e.Effect.Position })]))
                    .Where(cell => cell.Gains + cell.Losses + cell.Unknown > 0)),
            ];
        }
    }

    /// <summary>The mitigations of live proposals, by key; one that several proposals name is shared.</summary>
    public IReadOnlyList<SharedMitigation> Mitigations =>
        [.. _proposals.Values.Where(p => p.IsLive).SelectMany(p => p.Mitigations.Select(m => (Proposal: p, Mitigation: m.Value)))
            .GroupBy(m => m.Mitigation.Agreed.Key, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new SharedMitigation(
                g.Key, g.First().Mitigation.Agreed.Text, g.Count(), g.Max(m => m.Mitigation.Agreed.DueOn),
                g.Count(m => m.Mitigation.CompletedOn is null && m.Mitigation.Agreed.DueOn < asAt), g.Count(m => m.Mitigation.CompletedOn is not null),
                [.. g.SelectMany(m => sparse ? m.Mitigation.Positions : m.Proposal.LivePositions.Concat(m.Mitigation.Positions)).Distinct().Order()]))];

    private static ImpactCell Cell(string group, Ward? ward, (Proposal Proposal, Effect Effect)[] effects, long[] named)
    {
        var losses = effects.Where(e => e.Effect.Said.Direction is EffectDirection.Negative && e.Effect.Said.People > 0).ToArray();
        IReadOnlyList<long> From(IEnumerable<long> positions) => positions.Distinct().ToArray() is { Length: > 0 } some ? [.. some.Union(named).Order()] : [];
        int In(Func<(Proposal Proposal, Effect Effect), bool> which) => effects.Where(which).Select(e => e.Proposal).Distinct().Count();
        return new ImpactCell(
            group, ward, effects.Sum(e => e.Proposal.WeightOf(e.Effect)),
            In(e => e.Proposal.WeightOf(e.Effect) > 0), In(e => e.Proposal.WeightOf(e.Effect) < 0),
            effects.Count(e => e.Effect.Said.Direction is EffectDirection.Unknown), In(_ => true), losses.Sum(e => e.Effect.Said.People!.Value),
            From(effects.SelectMany(e => e.Proposal.PositionsOf(e.Effect))),
            From(losses.SelectMany(e => new[] { e.Proposal.OpenedAt, e.Effect.Position })),
            From(effects.Where(e => e.Effect.Said.Direction is EffectDirection.Unknown).SelectMany(e => new[] { e.Proposal.OpenedAt, e.Effect.Position })));
    }

    private sealed record Effect(EffectAssessed Said, long Position);

    private sealed record Mitigation(MitigationAgreed Agreed, DateOnly? CompletedOn, IReadOnlyList<long> Positions);

    private sealed class Proposal(AssessmentOpened opened, long openedAt, ProposalOutcome? outcome)
    {
        private bool _withdrawn;
        private ProposalOutcome? _outcome = outcome;

        public AssessmentOpened Opened => opened;
        public long OpenedAt => openedAt;
        public Dictionary<(string, Ward?), Effect> Effects { get; } = [];
        public Dictionary<string, Mitigation> Mitigations { get; } = new(StringComparer.Ordinal);

        /// <summary>What it lives by: that it was opened, and an effect.</summary>
        public IEnumerable<long> LivePositions => [openedAt, Effects.Values.Min(e => e.Position)];

        public bool IsLive => Effects.Count > 0 && !_withdrawn && _outcome is not ProposalOutcome.Rejected;

        public void Apply(RecordedEvent recorded)
        {
            switch (recorded.Event)
            {
                case EffectAssessed e: Effects[(e.Group, e.Ward)] = new Effect(e, recorded.Position); break;
                case MitigationAgreed e: Mitigations[e.Key] = new Mitigation(e, null, [recorded.Position]); break;
                case MitigationCompleted e when Mitigations.TryGetValue(e.Key, out var agreed):
                    Mitigations[e.Key] = agreed with { CompletedOn = e.EffectiveOn, Positions = [.. agreed.Positions, recorded.Position] };
                    break;
                case ProposalDecided e: _outcome = e.Outcome; break;
                case ProposalWithdrawn: _withdrawn = true; break;
            }
        }

        public int WeightOf(Effect effect)
        {
            var size = (int)effect.Said.Size - (int)EffectSize.None;
            return effect.Said.Direction switch
            {
                EffectDirection.Positive => size,
                EffectDirection.Negative => InPlaceFor(effect.Said.Group).Any() ? 1 - size : -size,
                _ => 0,
            };
        }

        /// <summary>What its weight comes from; nothing for what weighs nothing in any case.</summary>
        public IEnumerable<long> PositionsOf(Effect effect) => effect.Said.Direction switch
        {
            EffectDirection.Positive => [openedAt, effect.Position],
            EffectDirection.Negative => [openedAt, effect.Position, .. InPlaceFor(effect.Said.Group).SelectMany(m => m.Positions)],
            _ => [],
        };

        // The first will do: a second one lessens the loss no further.
        private IEnumerable<Mitigation> InPlaceFor(string group) =>
            Mitigations.Values.Where(m => m.CompletedOn is not null && m.Agreed.Groups.Contains(group)).Take(1);
    }
}

/// <summary>A proposal that counts.</summary>
/// <param name="Positions">The events by which it is live: that it was opened, and its first effect.</param>
public sealed record LiveProposal(ImpactAssessmentId Assessment, string? Key, string Title, IReadOnlyList<long> Positions);

/// <summary>What the live proposals do together to one group, in one ward or over all.</summary>
/// <param name="Ward">The ward; null for the whole area, where only effects without a ward count.</param>
/// <param name="Net">The sum of the weights.</param>
/// <param name="Gains">In how many proposals the group gains.</param>
/// <param name="Losses">In how many proposals it loses; more than one means that it is hit more than once.</param>
/// <param name="Unknown">How many effects nobody can say yet.</param>
/// <param name="Proposals">How many proposals touch it at all.</param>
/// <param name="PeopleAtMost">The people in negative effects where their number is known, added; one person may be in several.</param>
/// <param name="Positions">The events that determine the net effect.</param>
/// <param name="PeoplePositions">The events that determine the people.</param>
/// <param name="UnknownPositions">The events that determine how many effects nobody can say yet.</param>
public sealed record ImpactCell(
    string Group, Ward? Ward, int Net, int Gains, int Losses, int Unknown, int Proposals, int PeopleAtMost, IReadOnlyList<long> Positions,
    IReadOnlyList<long> PeoplePositions, IReadOnlyList<long> UnknownPositions);

/// <summary>A mitigation over the live proposals that name it.</summary>
/// <param name="Proposals">How many name it.</param>
/// <param name="Overdue">In how many of them its day has passed and it is not in place.</param>
/// <param name="InPlace">In how many of them it is in place.</param>
public sealed record SharedMitigation(
    string Key, string Text, int Proposals, DateOnly LastDueOn, int Overdue, int InPlace, IReadOnlyList<long> Positions);
