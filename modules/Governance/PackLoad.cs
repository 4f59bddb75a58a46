using System.Text.Json;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Objectives;

namespace EqualitiesPlatform.Governance;

/// <summary>How an entry of a pack stands to what is on record.</summary>
internal enum Standing
{
    Added = 1,
    Changed,
    Unchanged,
    NoLongerInThePack,
}

/// <summary>An entry of the pack and how it stands.</summary>
/// <param name="Ref">Kind and key, such as partner:capita.</param>
internal sealed record LoadEntry(string Ref, Standing Standing)
{
    public string Kind => Ref[..Ref.IndexOf(':')];
    public string Key => Ref[(Ref.IndexOf(':') + 1)..];
}

/// <summary>An entry with a record of its own, and the command that says it.</summary>
internal sealed record LoadStep(string Ref, Standing Standing, ICommand Command);

/// <summary>
/// What loading a pack comes to: a pure function of the pack and of what is on record. Everything in the pack's own
/// record is said in one command; what has a record of its own is said by one command each, in an order in which nothing
/// is named before it is there.
/// </summary>
/// <param name="Establish">Says what stands in the pack's own record; it records nothing when nothing has changed.</param>
/// <param name="Steps">The commands for everything else that is new or has changed.</param>
/// <param name="Entries">Every entry of the pack, and what the pack held once and holds no longer.</param>
internal sealed record PackLoad(EstablishPack Establish, IReadOnlyList<LoadStep> Steps, IReadOnlyList<LoadEntry> Entries)
{
    /// <summary>The events that say what a pack said of an entry when it was loaded.</summary>
    public static readonly IReadOnlyList<Type> SaidBy =
    [
        typeof(PartnerRegistered), typeof(CommitmentProposed), typeof(ActionPlanProposed), typeof(PlanItemProposed), typeof(ObligationStated),
        typeof(ClassificationPublished), typeof(ObjectiveStated), typeof(MeasureDefined),
        typeof(CouncilNamed), typeof(PolicySetInForce), typeof(StatementEstablished), typeof(BodyEstablished), typeof(NetworkEstablished),
        typeof(ContactEstablished), typeof(ReviewerEstablished), typeof(PackContentsListed),
    ];

    /// <summary>Compares a pack with what was recorded of packs: the events of <see cref="SaidBy"/>, in their order, with their streams.</summary>
    public static PackLoad Of(Pack pack, IEnumerable<(string Stream, object Event)> recorded, Occasion occasion)
    {
        var ofPack = new List<object>();
        var said = new Dictionary<string, object>();
        foreach (var (stream, e) in recorded.Where(r => SaidBy.Contains(r.Event.GetType())))
            if (StreamKey.KindOf(stream) == PolicyPack.Kind) ofPack.Add(e);
            else said[stream] = e;

        var contents = Own(pack).Select(c => c.Entry).Concat(Others(pack).Select(o => o.Entry)).ToArray();
        var establish = new EstablishPack(
            IdOf(pack), pack.Council, pack.PolicyVersion, pack.Title, pack.Values, [.. pack.Statements],
            pack.Bodies, pack.Networks, pack.Contacts, pack.Reviewers, contents);
        var before = ofPack.Aggregate(PolicyPack.Unborn, PolicyPack.Evolve);
        var news = ((Decision.Taken)PolicyPack.Decide(before, establish, occasion)).Events.Select(PolicyPack.NameOf).ToHashSet();

        var steps = Others(pack).Select(o => new LoadStep(o.Entry.Ref, StandingOf(o.Command), o.Command)).ToArray();
        var listed = contents.Select(c => c.Ref).ToHashSet();
        return new PackLoad(
            establish,
            [.. steps.Where(s => s.Standing is not Standing.Unchanged)],
            [
                .. Own(pack).Select(c => new LoadEntry(c.Entry.Ref,
                    !news.Contains(c.Name) ? Standing.Unchanged : before.OnRecord.ContainsKey(c.Name) ? Standing.Changed : Standing.Added)),
                .. steps.Select(s => new LoadEntry(s.Ref, s.Standing)),
                .. ofPack.OfType<PackContentsListed>().SelectMany(c => c.Entries).Select(e => e.Ref).Distinct()
                    .Where(gone => !listed.Contains(gone)).Select(gone => new LoadEntry(gone, Standing.NoLongerInThePack)),
            ]);

        Standing StandingOf(ICommand command) =>
            !said.TryGetValue(command.Stream, out var e) ? Standing.Added : Says(e, command, pack) ? Standing.Unchanged : Standing.Changed;
    }

    /// <summary>The id of a council's pack.</summary>
    public static PackId IdOf(Pack pack) => pack.Council.IdOf<PackId>(pack.Council.Key);

    /// <summary>What stands in the pack's own record, by the name of <see cref="PolicyPack.NameOf"/>.</summary>
    private static IEnumerable<(string Name, ListedEntry Entry)> Own(Pack pack)
    {
        var itself = new Citation(CitationSource.Policy, pack.Title);
        yield return ("council", new($"council:{pack.Council.Key}", itself));
        yield return ("policy", new($"policy:{pack.Council.Key}", itself));
        foreach (var entry in pack.Statements.Select(s => new ListedEntry(s.Ref.ToString(), s.Citation))
            .Concat(pack.Bodies.Select(b => new ListedEntry($"body:{b.Key}", b.Citation)))
            .Concat(pack.Networks.Select(n => new ListedEntry($"network:{n.Key}", n.Citation)))
            .Concat(pack.Contacts.Select(c => new ListedEntry($"contact:{c.Key}", c.Citation)))
            .Concat(pack.Reviewers.Select(r => new ListedEntry($"reviewer:{r.Key}", r.Citation))))
            yield return (entry.Ref, entry);
    }

    private static IEnumerable<(ListedEntry Entry, ICommand Command)> Others(Pack pack)
    {
        var council = pack.Council;
        foreach (var p in pack.Partners)
            yield return (new($"partner:{p.Key}", p.Citation), new RegisterPartner(
                council.IdOf<PartnerId>(p.Key), p.Key, p.Name, Enum.Parse<OrganisationType>(p.Type.ToString()), p.Sector is "" ? null : p.Sector, p.DutyApplies));
        foreach (var c in pack.Commitments)
            yield return (new($"commitment:{c.Key}", c.Citation), new ProposeCommitment(
                council.IdOf<CommitmentId>(c.Key), c.Key, council.IdOf<PartnerId>(c.Partner), c.Wording, c.Source.ToString(), Refs(c.Serves), c.Due));
        foreach (var p in pack.Plans)
            yield return (new($"action-plan:{p.Key}", p.Citation), new ProposeActionPlan(council.IdOf<ActionPlanId>(p.Key), p.Key, p.Title, p.Aliases));
        foreach (var (plan, year, item) in pack.Plans.SelectMany(p => p.Years.SelectMany(y => y.Items.Select(i => (p, y.Year, i)))))
            yield return (new($"plan-item:{item.Key}", item.Citation), new ProposePlanItem(
                council.IdOf<ActionPlanItemId>(item.Key), item.Key, council.IdOf<ActionPlanId>(plan.Key), year, item.Text,
                council.IdOf<PartnerId>(item.Owner), [.. item.Supporting.Select(council.IdOf<PartnerId>)], item.Due,
                [.. item.Milestones.Select(m => new PlannedMilestone(m.Text, m.Due))], Refs(item.Serves),
                [.. item.Commitments.Select(council.IdOf<CommitmentId>)]));

        var offices = pack.Contacts.Select(c => (c.Key, c.Office)).Concat(pack.Reviewers.Select(r => (r.Key, r.Office))).ToLookup(o => o.Key, o => o.Office);
        foreach (var o in pack.Obligations)
            yield return (new($"obligation:{o.Key}", o.Citation), new StateObligation(
                council.IdOf<ObligationId>(o.Key), o.Key, o.Text, o.From, o.To, o.Rule,
                o.Owner is { } owner ? offices[owner].First() : null, o.DischargedBy, o.Citation));
        foreach (var measured in Measured(pack)) yield return measured;
    }

    private static IEnumerable<(ListedEntry Entry, ICommand Command)> Measured(Pack pack)
    {
        var council = pack.Council;
        foreach (var c in pack.Classifications)
            yield return (new($"classification:{c.Key}", c.Citation), new PublishClassification(council.IdOf<ClassificationId>(c.Key), c.Key, c.Title, c.By, c.Categories, null));
        foreach (var o in pack.Objectives)
            yield return (new($"objective:{o.Key}", o.Citation), new StateObjective(council.IdOf<ObjectiveId>(o.Key), o.Key, o.Text, o.Owner, o.CorporatePlan, o.From));
        foreach (var m in pack.Measures)
            yield return (new($"measure:{m.Key}", m.Citation), new DefineMeasure(
                council.IdOf<MeasureId>(m.Key), m.Key, m.Objective is { } objective ? council.IdOf<ObjectiveId>(objective) : null, m.Definition,
                m.Reporter is { } reporter ? council.IdOf<PartnerId>(reporter) : null, m.Provenance, Refs(m.Serves)));
    }

    private static string[] Refs(IReadOnlyList<StatementRef> serves) => [.. serves.Select(s => s.ToString())];

    /// <summary>
    /// Whether an event says what the command says. It is compared with what the pack said once, not with how things
    /// stand since: a promise that its partner moved or reworded is theirs, and the pack does not move it back.
    /// </summary>
    private static bool Says(object e, ICommand command, Pack pack) => e switch
    {
        PartnerRegistered p => Same(new RegisterPartner(p.Partner, p.Key, p.Name, p.Type, p.Sector, p.DutyApplies), command),
        CommitmentProposed c => Same(new ProposeCommitment(c.Commitment, c.Key, c.Partner, c.Wording, c.Source, c.Serves, c.DueOn), command),
        ActionPlanProposed a => Same(new ProposeActionPlan(a.Plan, a.Key, a.Title, a.Aliases), command),
        PlanItemProposed i => Same(new ProposePlanItem(
            i.Item, i.Key, i.Plan, i.Year, i.Text, i.Owner, i.Supporting, i.DueOn, i.Milestones, i.Serves, i.Commitments), command),
        ClassificationPublished c => Same(new PublishClassification(c.Classification, c.Key, c.Title, c.By, c.Categories, null), command),
        ObjectiveStated o => Same(new StateObjective(o.Objective, o.Key, o.Statement, o.Owner, o.CorporatePlan, o.EffectiveOn), command),
        MeasureDefined m => Same(new DefineMeasure(m.Measure, m.Key, m.Objective, m.Definition, m.Reporter, m.Provenance, m.Serves), command),
        ObligationStated o => Same(new StateObligation(
                o.Obligation, o.Key, o.Text, o.From, o.To, o.Rule, o.OwnerOffice, o.DischargedBy, o.Citation), command)
            && new ObligationTerms(o.NoticeDays, o.GraceDays) == pack.PolicyValues.Obligations,
        _ => false,
    };

    // Commands with lists in them are compared as they are written.
    private static bool Same(ICommand said, ICommand command) => Written(said) == Written(command);

    private static string Written(ICommand command) => JsonSerializer.Serialize(command, command.GetType(), Catalogue.Json);
}
