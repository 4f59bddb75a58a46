using System.Text.Json;

namespace EqualitiesPlatform.Governance;

// A council's policy pack as it stands on record: what the policy and the report beside it establish, and what is in
// force (Policy, throughout; Report 3, 5, 7). Partners, plans, commitments and obligations have records of their own.

/// <summary>
/// Establish what a pack says. Only what is new or has changed is recorded; what the pack says no more stays on record.
/// </summary>
[GenerateSerializer, Immutable]
public sealed record EstablishPack(
    PackId Pack, Council Council, string PolicyVersion, string Title, IReadOnlyDictionary<string, string> Values,
    IReadOnlyList<Statement> Statements, IReadOnlyList<PackBody> Bodies, IReadOnlyList<PackNetwork> Networks,
    IReadOnlyList<PackContact> Contacts, IReadOnlyList<PackReviewer> Reviewers, IReadOnlyList<ListedEntry> Contents) : ICommand
{
    string ICommand.Stream => StreamKey.Of(PackId.Kind, Pack.Value);
}

/// <summary>The council is named, and with it the namespace in which the ids of all that its pack names are derived.</summary>
[RecordedBy<PolicyPack>("governance.council-named.v1")]
public sealed record CouncilNamed(PackId Pack, string Key, string Name, Guid Namespace);

/// <summary>A version of the policy, and the values that rules are set with, are in force from a day on.</summary>
/// <param name="Version">The version, in the council's own counting.</param>
/// <param name="Title">The policy's title.</param>
/// <param name="Values">Values by dotted name, such as updates.due-days.</param>
/// <param name="EffectiveOn">The first day.</param>
[RecordedBy<PolicyPack>("governance.policy-set-in-force.v1")]
public sealed record PolicySetInForce(string Version, string Title, IReadOnlyDictionary<string, string> Values, DateOnly EffectiveOn) : IEffective;

/// <summary>The policy or the report says this: an aim, a way of working, an expectation, a promise, a pledge, a recommendation.</summary>
/// <param name="Kind">What sort of statement; with the key it makes the reference, such as aim:a1.</param>
/// <param name="Key">Its key among those of its kind.</param>
/// <param name="Label">What reports print in front of it, such as A1 or 7.4.</param>
/// <param name="Text">What it says, in the pack's own words.</param>
/// <param name="Citation">Where it says so.</param>
[RecordedBy<PolicyPack>("governance.statement-established.v1")]
public sealed record StatementEstablished(StatementKind Kind, string Key, string Label, string Text, Citation Citation);

/// <summary>A body receives papers (Report 5.1, 5.2, 6).</summary>
/// <param name="Parent">The key of the body above it, if any.</param>
[RecordedBy<PolicyPack>("governance.body-established.v1")]
public sealed record BodyEstablished(
    BodyId Body, string Key, string Name, IReadOnlyList<string> Aliases, BodyKind Kind, string? Parent, Citation Citation);

/// <summary>A network of organisations works together (Report 5.2, 7.3).</summary>
/// <param name="Purpose">What it is for.</param>
/// <param name="Virtual">Whether it works without meetings.</param>
/// <param name="ReportsTo">The key of the body it reports to, if any.</param>
/// <param name="CoChairs">The partners that chair it.</param>
/// <param name="Members">The partners in it.</param>
[RecordedBy<PolicyPack>("governance.network-established.v1")]
public sealed record NetworkEstablished(
    string Key, string Name, IReadOnlyList<string> Aliases, string Purpose, bool Virtual, string? ReportsTo,
    IReadOnlyList<PartnerId> CoChairs, IReadOnlyList<PartnerId> Members, Citation Citation);

/// <summary>An office answers for publications, under a mailbox of its own (Report, heading).</summary>
[RecordedBy<PolicyPack>("governance.contact-established.v1")]
public sealed record ContactEstablished(string Key, string Office, string Mailbox, Citation Citation);

/// <summary>An office takes part in every review of progress (Policy, Difference).</summary>
[RecordedBy<PolicyPack>("governance.reviewer-established.v1")]
public sealed record ReviewerEstablished(string Key, string Office, Citation Citation);

/// <summary>The pack holds these entries, in its own order; reports print them in this order.</summary>
/// <param name="Entries">All entries, also those that have a record of their own.</param>
[RecordedBy<PolicyPack>("governance.pack-contents-listed.v1")]
public sealed record PackContentsListed(IReadOnlyList<ListedEntry> Entries);

/// <summary>An entry of a pack.</summary>
/// <param name="Ref">Kind and key, such as way:w1, body:crc or obligation:objective-to-crc.</param>
/// <param name="Citation">Where the pack found it.</param>
[GenerateSerializer, Immutable]
public sealed record ListedEntry(string Ref, Citation Citation);

/// <summary>What deciding about a pack needs to know: the last that was recorded of each entry.</summary>
internal sealed record PolicyPack(IReadOnlyDictionary<string, object> OnRecord) : IAggregate<PolicyPack>
{
    public static string Kind => PackId.Kind;

    public static PolicyPack Unborn { get; } = new(new Dictionary<string, object>());

    public bool BelongsTo(PartnerId organisation) => false;

    public static Decision Decide(PolicyPack state, ICommand command, Occasion occasion) => command switch
    {
        EstablishPack c => Decision.Take([.. Said(c, occasion).Where(said => !state.Has(said))]),
        _ => Decision.Refuse("COMMAND_UNKNOWN", "A policy pack does not know this command."),
    };

    public static PolicyPack Evolve(PolicyPack state, object @event) =>
        NameOf(@event) is { } name ? new(new Dictionary<string, object>(state.OnRecord) { [name] = @event }) : state;

    /// <summary>The name of the entry that an event speaks of, as in <see cref="PackContentsListed"/>; null for none.</summary>
    internal static string? NameOf(object @event) => @event switch
    {
        CouncilNamed => "council",
        PolicySetInForce => "policy",
        StatementEstablished e => new StatementRef(e.Kind, e.Key).ToString(),
        BodyEstablished e => $"body:{e.Key}",
        NetworkEstablished e => $"network:{e.Key}",
        ContactEstablished e => $"contact:{e.Key}",
        ReviewerEstablished e => $"reviewer:{e.Key}",
        PackContentsListed => "contents",
        _ => null,
    };

    private static IEnumerable<object> Said(EstablishPack c, Occasion occasion) =>
    [
        new CouncilNamed(c.Pack, c.Council.Key, c.Council.Name, c.Council.Namespace),
        new PolicySetInForce(c.PolicyVersion, c.Title, c.Values, occasion.Today),
        .. c.Statements.Select(s => new StatementEstablished(s.Ref.Kind, s.Ref.Key, s.Label, s.Text, s.Citation)),
        .. c.Bodies.Select(b => new BodyEstablished(c.Council.IdOf<BodyId>(b.Key), b.Key, b.Name, b.Aliases, b.Kind, b.Parent, b.Citation)),
        .. c.Networks.Select(n => new NetworkEstablished(
            n.Key, n.Name, n.Aliases, n.Text, n.Virtual, n.ReportsTo, Ids(c, n.CoChairs), Ids(c, n.Members), n.Citation)),
        .. c.Contacts.Select(o => new ContactEstablished(o.Key, o.Office, o.Mailbox, o.Citation)),
        .. c.Reviewers.Select(r => new ReviewerEstablished(r.Key, r.Office, r.Citation)),
        new PackContentsListed(c.Contents),
    ];

    private static PartnerId[] Ids(EstablishPack c, IReadOnlyList<string> partners) => [.. partners.Select(c.Council.IdOf<PartnerId>)];

    private bool Has(object said) => OnRecord.TryGetValue(NameOf(said)!, out var recorded) && Written(recorded) == Written(said);

    // Records with lists in them are compared as they are written. From which day on it holds is no part of what is said.
    private static string Written(object said) => said is PolicySetInForce policy
        ? JsonSerializer.Serialize(policy with { Values = new SortedDictionary<string, string>(policy.Values.ToDictionary(), StringComparer.Ordinal), EffectiveOn = default }, Catalogue.Json)
        : JsonSerializer.Serialize(said, said.GetType(), Catalogue.Json);
}
