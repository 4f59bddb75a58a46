using System.Text.Json.Serialization;
using EqualitiesPlatform.Objectives;
using EqualitiesPlatform.Vocabulary;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// A council's policy pack: what its equalities policy and the report beside it establish, as reference data in the
/// council's own short words, each entry with its citation. How many entries a list has is the council's affair;
/// nothing here knows that Barnet has seven ways of working. Read by <see cref="PackReader"/>, described in docs/pack.md.
/// </summary>
public sealed record Pack
{
    /// <summary>Whose pack it is.</summary>
    public required Council Council { get; init; }

    /// <summary>Which version of the policy it states, in the council's own counting.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>The policy's title.</summary>
    public required string Title { get; init; }

    /// <summary>The aims of the Public Sector Equality Duty (Report 3.1).</summary>
    public IReadOnlyList<Statement> DutyAims { get; init; } = [];

    /// <summary>What the council wants to achieve (Policy, Achieve).</summary>
    public IReadOnlyList<Statement> PolicyAims { get; init; } = [];

    /// <summary>How the council promises to work (Policy, How).</summary>
    public IReadOnlyList<Statement> WaysOfWorking { get; init; } = [];

    /// <summary>What every partner is expected to do (Policy, Partners).</summary>
    public IReadOnlyList<Statement> Expectations { get; init; } = [];

    /// <summary>What is expected of citizens, where the policy says it (Policy, Citizens).</summary>
    public Statement? CitizensExpectation { get; init; }

    /// <summary>How the council will know that it makes a difference (Policy, Difference).</summary>
    public IReadOnlyList<Statement> OutcomePromises { get; init; } = [];

    /// <summary>What the Leader pledges (Policy, Foreword).</summary>
    public IReadOnlyList<Statement> Pledges { get; init; } = [];

    /// <summary>What the partners were asked to do (Report 7).</summary>
    public IReadOnlyList<Statement> Recommendations { get; init; } = [];

    /// <summary>Committees, boards and the cabinet (Report 5, 6).</summary>
    public IReadOnlyList<PackBody> Bodies { get; init; } = [];

    /// <summary>Networks of organisations (Report 5.2, 7.3).</summary>
    public IReadOnlyList<PackNetwork> Networks { get; init; } = [];

    /// <summary>The organisations that own commitments, the council and its delivery units among them.</summary>
    public IReadOnlyList<PackPartner> Partners { get; init; } = [];

    /// <summary>Offices that answer for publications, never people.</summary>
    public IReadOnlyList<PackContact> Contacts { get; init; } = [];

    /// <summary>The offices that together review progress (Policy, Difference).</summary>
    public IReadOnlyList<PackReviewer> Reviewers { get; init; } = [];

    /// <summary>Action plans with their items by financial year.</summary>
    public IReadOnlyList<PackPlan> Plans { get; init; } = [];

    /// <summary>Commitments that will be proposed to their partners.</summary>
    public IReadOnlyList<PackCommitment> Commitments { get; init; } = [];

    /// <summary>Who must be told what, and when (Policy, Difference; Report 6).</summary>
    public IReadOnlyList<PackObligation> Obligations { get; init; } = [];

    /// <summary>Classifications by which figures are broken down: the nine characteristics and the wards among them (Report 3.1; Policy, Partners, bullet 3).</summary>
    public IReadOnlyList<PackClassification> Classifications { get; init; } = [];

    /// <summary>The Strategic Equalities Objective, and others beside it (Policy, Difference; Report 4.1).</summary>
    public IReadOnlyList<PackObjective> Objectives { get; init; } = [];

    /// <summary>What progress is measured by (Policy, Difference; Report 6.1).</summary>
    public IReadOnlyList<PackMeasure> Measures { get; init; } = [];

    /// <summary>The numbers and words that rules are set with.</summary>
    public PackPolicyValues PolicyValues { get; init; } = PackPolicyValues.Defaults;

    /// <summary>How cases are handled, as values by dotted name (Report 5.1 to 5.3; the days are practice).</summary>
    public IReadOnlyDictionary<string, string> CaseRules { get; init; } = new Dictionary<string, string>();

    /// <summary>How long other formats of consultations may take, and how long responses are kept, as values by dotted name (Report 4.2; the days are practice).</summary>
    public IReadOnlyDictionary<string, string> EngagementRules { get; init; } = new Dictionary<string, string>();

    /// <summary>Values by dotted name that have no default here: each rule knows its own.</summary>
    public IReadOnlyDictionary<string, string> OtherValues { get; init; } = new Dictionary<string, string>();

    /// <summary>All values that rules are set with, by their dotted names.</summary>
    public IReadOnlyDictionary<string, string> Values => new SortedDictionary<string, string>(PolicyValues.ByName.Concat(CaseRules).Concat(EngagementRules).Concat(OtherValues).ToDictionary(), StringComparer.Ordinal);

    /// <summary>Everything that a commitment or an item can serve, in the order of the lists above.</summary>
    public IEnumerable<Statement> Statements =>
    [
        .. DutyAims, .. PolicyAims, .. WaysOfWorking, .. Expectations,
        .. CitizensExpectation is { } expected ? [expected] : Array.Empty<Statement>(),
        .. OutcomePromises, .. Pledges, .. Recommendations,
    ];
}

/// <summary>The council whose pack it is.</summary>
/// <param name="Key">Its short name in keys.</param>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">What all ids from the pack are derived in.</param>
[GenerateSerializer, Immutable]
public sealed record Council(string Key, string Name, Guid Namespace)
{
    /// <summary>The namespace of councils that name none of their own.</summary>
    public static readonly Guid OfCouncils = new("8f6f2b0e-5d0f-4a53-9d7c-2f1e7a64c0b9");

    /// <summary>The id of what the pack calls by this key; the same on every load.</summary>
    public TId IdOf<TId>(string key) where TId : struct, ITypedId<TId> => NameBasedId.Of<TId>(Namespace, key);
}

/// <summary>What sort of sentence of the policy or the report it is.</summary>
[JsonConverter(typeof(KebabCaseEnum<StatementKind>))]
public enum StatementKind
{
    /// <summary>An aim of the Equality Duty.</summary>
    DutyAim = 1,
    /// <summary>A policy aim.</summary>
    Aim,
    /// <summary>A way of working.</summary>
    Way,
    /// <summary>An expectation of partners.</summary>
    Expectation,
    /// <summary>What citizens are expected to do.</summary>
    Citizens,
    /// <summary>An outcome promise.</summary>
    Outcome,
    /// <summary>A pledge.</summary>
    Pledge,
    /// <summary>A recommendation to partners.</summary>
    Recommendation,
}

/// <summary>Names one statement, written "aim:a1" or "recommendation:r7-4".</summary>
[GenerateSerializer, Immutable]
public readonly record struct StatementRef(StatementKind Kind, string Key)
{
    /// <summary>As the pack writes it.</summary>
    public override string ToString() => $"{PackWord.Of(Kind)}:{Key}";
}

/// <summary>One thing that the policy or the report says.</summary>
/// <param name="Ref">Its kind and key.</param>
/// <param name="Label">What reports print in front of it, such as "A1" or "7.4".</param>
/// <param name="Text">What it says, in our own words.</param>
/// <param name="Citation">Where it says so.</param>
[GenerateSerializer, Immutable]
public sealed record Statement(StatementRef Ref, string Label, string Text, Citation Citation);

/// <summary>What sort of body it is.</summary>
public enum BodyKind
{
    /// <summary>The council's cabinet.</summary>
    Cabinet = 1,
    /// <summary>A committee of the council.</summary>
    Committee,
    /// <summary>A board of the council and others.</summary>
    Board,
    /// <summary>Any other group that meets.</summary>
    Group,
}

/// <summary>A body that receives papers (Report 5.1, 5.2, 6).</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">Its name.</param>
/// <param name="Aliases">Other names of the same body.</param>
/// <param name="Kind">Cabinet, committee, board or group.</param>
/// <param name="Parent">The key of the body above it.</param>
/// <param name="Citation">Where it is named.</param>
[GenerateSerializer, Immutable]
public sealed record PackBody(
    string Key, string Name, IReadOnlyList<string> Aliases, BodyKind Kind, string? Parent, Citation Citation);

/// <summary>A network of organisations (Report 5.2, 7.3).</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">Its name.</param>
/// <param name="Aliases">Other names of the same network.</param>
/// <param name="Text">What it is for.</param>
/// <param name="Virtual">Whether it works without meetings.</param>
/// <param name="ReportsTo">The key of the body it reports to.</param>
/// <param name="CoChairs">The partners that chair it.</param>
/// <param name="Members">The partners in it.</param>
/// <param name="Citation">Where it is named.</param>
[GenerateSerializer, Immutable]
public sealed record PackNetwork(
    string Key, string Name, IReadOnlyList<string> Aliases, string Text, bool Virtual, string? ReportsTo,
    IReadOnlyList<string> CoChairs, IReadOnlyList<string> Members, Citation Citation);

/// <summary>What sort of organisation a partner is (Policy, How; Report 6.3).</summary>
public enum PackPartnerType
{
    /// <summary>A public body.</summary>
    Public = 1,
    /// <summary>A firm.</summary>
    Private,
    /// <summary>A voluntary or community organisation.</summary>
    VoluntaryAndCommunity,
    /// <summary>A unit that delivers the council's services, inside it or outside.</summary>
    DeliveryUnit,
    /// <summary>The council itself.</summary>
    Council,
}

/// <summary>An organisation that owns commitments; no person is ever named.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">What sort of organisation.</param>
/// <param name="Sector">Its field, such as "policing"; may be empty.</param>
/// <param name="DutyApplies">Whether the Public Sector Equality Duty binds it (Policy, Partners, bullet 2).</param>
/// <param name="Aliases">Other names of the same organisation.</param>
/// <param name="Citation">Where it is named.</param>
public sealed record PackPartner(
    string Key, string Name, PackPartnerType Type, string Sector, bool DutyApplies, IReadOnlyList<string> Aliases, Citation Citation);

/// <summary>An office that answers for publications.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Office">The office.</param>
/// <param name="Mailbox">Its mailbox.</param>
/// <param name="Citation">Where it is named.</param>
[GenerateSerializer, Immutable]
public sealed record PackContact(string Key, string Office, string Mailbox, Citation Citation);

/// <summary>An office that reviews progress (Policy, Difference).</summary>
/// <param name="Key">Its key.</param>
/// <param name="Office">The office.</param>
/// <param name="Citation">Where it is named.</param>
[GenerateSerializer, Immutable]
public sealed record PackReviewer(string Key, string Office, Citation Citation);

/// <summary>An action plan (Policy, Difference; Report 3.1, 5.1).</summary>
/// <param name="Key">Its key.</param>
/// <param name="Title">Its title.</param>
/// <param name="Aliases">Other titles of the same plan.</param>
/// <param name="ApprovedBy">The key of the body that approves it.</param>
/// <param name="Years">Its items by financial year.</param>
/// <param name="Citation">Where it is named.</param>
public sealed record PackPlan(
    string Key, string Title, IReadOnlyList<string> Aliases, string? ApprovedBy, IReadOnlyList<PackPlanYear> Years, Citation Citation);

/// <summary>One year's version of a plan.</summary>
/// <param name="Year">The financial year.</param>
/// <param name="Items">What will be done.</param>
public sealed record PackPlanYear(FinancialYear Year, IReadOnlyList<PackPlanItem> Items);

/// <summary>One thing that a plan says will be done.</summary>
/// <param name="Key">Its key, unique among the items of all plans.</param>
/// <param name="Text">What will be done.</param>
/// <param name="Owner">The key of the partner that does it.</param>
/// <param name="Supporting">The partners that help.</param>
/// <param name="Due">By when.</param>
/// <param name="Milestones">The steps, none later than the item.</param>
/// <param name="Serves">What it serves.</param>
/// <param name="Commitments">The commitments that it carries out.</param>
/// <param name="Citation">Where it comes from.</param>
public sealed record PackPlanItem(
    string Key, string Text, string Owner, IReadOnlyList<string> Supporting, DateOnly Due, IReadOnlyList<PackMilestone> Milestones,
    IReadOnlyList<StatementRef> Serves, IReadOnlyList<string> Commitments, Citation Citation);

/// <summary>A step of a plan item.</summary>
/// <param name="Text">What is reached.</param>
/// <param name="Due">By when.</param>
public sealed record PackMilestone(string Text, DateOnly Due);

/// <summary>A commitment to be proposed to a partner.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Partner">The key of the partner.</param>
/// <param name="Wording">What the partner would promise.</param>
/// <param name="Source">What it answers: an aim, way, expectation, recommendation or pledge.</param>
/// <param name="Serves">What else it serves.</param>
/// <param name="Due">By when.</param>
/// <param name="Citation">Where it comes from.</param>
public sealed record PackCommitment(
    string Key, string Partner, string Wording, StatementRef Source, IReadOnlyList<StatementRef> Serves, DateOnly Due, Citation Citation);

/// <summary>A classification: the whole list of categories by which figures are broken down.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Title">Its title.</param>
/// <param name="By">What it tells apart, such as age or ward.</param>
/// <param name="Categories">The categories, in the order of print.</param>
/// <param name="Citation">Where it comes from.</param>
public sealed record PackClassification(string Key, string Title, BreakdownBy By, IReadOnlyList<Category> Categories, Citation Citation);

/// <summary>An objective to strive for.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Text">What is striven for.</param>
/// <param name="Owner">The office that answers for it.</param>
/// <param name="CorporatePlan">The version of the Corporate Plan that it belongs to, if any.</param>
/// <param name="From">The day from which it holds.</param>
/// <param name="Citation">Where it comes from.</param>
public sealed record PackObjective(string Key, string Text, string Owner, string? CorporatePlan, DateOnly From, Citation Citation);

/// <summary>A measure of progress.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Objective">The key of the objective that it is under, if any.</param>
/// <param name="Definition">What it measures.</param>
/// <param name="Reporter">The key of the partner that reports it; the council when left out.</param>
/// <param name="Provenance">What people said they valued, where it comes from.</param>
/// <param name="Serves">What it serves.</param>
/// <param name="Citation">Where it comes from.</param>
public sealed record PackMeasure(
    string Key, string? Objective, MeasureDefinition Definition, string? Reporter, string? Provenance, IReadOnlyList<StatementRef> Serves, Citation Citation);

/// <summary>What discharges an obligation.</summary>
public enum PublicationKind
{
    /// <summary>The year-end accountability report (Report 6.1).</summary>
    YearEndReport = 1,
    /// <summary>A network's annual report to its body (Report 6.2).</summary>
    NetworkAnnualReport,
    /// <summary>The annual report to the public (Policy, Difference, bullet 3).</summary>
    AnnualReport,
    /// <summary>The online page that is kept up to date (Policy, Difference).</summary>
    OnlinePage,
    /// <summary>The yearly version of an action plan (Policy, Difference).</summary>
    ActionPlanUpdate,
    /// <summary>Results that were measured together with partners (Policy, Difference, bullet 2).</summary>
    PartnershipResults,
    /// <summary>Best practice and achievements, shared (Policy, Difference, bullet 4).</summary>
    AchievementsShared,
    /// <summary>A progress review with all its reviewers (Policy, Difference).</summary>
    ProgressReview,
    /// <summary>A reviewed policy (Policy, Difference).</summary>
    PolicyReview,
    /// <summary>A partner's update (Policy, Partners, bullet 3).</summary>
    PartnerUpdate,
    /// <summary>A recorded response to a tension (Report 5.1).</summary>
    TensionResponse,
    /// <summary>Equality information (practice).</summary>
    EqualityInformation,
    /// <summary>Equality objectives (practice).</summary>
    EqualityObjectives,
    /// <summary>A recorded consideration of something from outside (Report 2.1).</summary>
    Consideration,
}

/// <summary>A duty to tell somebody something (Policy, Difference; Report 6).</summary>
/// <param name="Key">Its key.</param>
/// <param name="Text">What must be told.</param>
/// <param name="From">Who tells: a partner, body or network by key, or council, partners or networks.</param>
/// <param name="To">Who is told: likewise, or public.</param>
/// <param name="Rule">When.</param>
/// <param name="Owner">The key of the contact or reviewer whose office sees to it.</param>
/// <param name="DischargedBy">What shows that it was done.</param>
/// <param name="Citation">Where it comes from.</param>
public sealed record PackObligation(
    string Key, string Text, string From, string To, ObligationRule Rule, string? Owner, PublicationKind DischargedBy, Citation Citation);
