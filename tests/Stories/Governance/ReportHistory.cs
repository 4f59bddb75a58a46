using System.Reflection;
using EqualitiesPlatform.Commitments;
using EqualitiesPlatform.Governance;
using EqualitiesPlatform.Ledger;
using EqualitiesPlatform.Ledger.Reporting;
using EqualitiesPlatform.Vocabulary;
using Equalities.Options.V1;

namespace EqualitiesPlatform.Stories.Governance;

/// <summary>A small ledger in memory, and the year-end report over it.</summary>
internal sealed class ReportHistory
{
    public static readonly FinancialYear Year = new(2013);

    private static readonly ISection[] Sections =
        [new ExpectationsSection(), new CommitmentsSection(), new PlansSection(), new RecommendationsSection(), new MeetingsSection(), new PromisesSection(), new ObligationsSectionInWords(), new PositionsSection(), new AchievementsSection()];

    private readonly List<RecordedEvent> _events = [];

    public IReadOnlyList<RecordedEvent> Events => _events;

    /// <summary>The id of what the story calls by a key.</summary>
    public static TId Id<TId>(string key) where TId : struct, ITypedId<TId> => NameBasedId.Of<TId>(Council.OfCouncils, key);

    /// <summary>Records an event on a day; it holds from its own day, if it has one, else from that day.</summary>
    public long Record(string day, string kind, string key, object @event)
    {
        var on = DateOnly.ParseExact(day, "yyyy-MM-dd");
        var stream = StreamKey.Of(kind, NameBasedId.Of(Council.OfCouncils, $"{kind}:{key}"));
        var stored = @event.GetType().GetCustomAttributes(false).OfType<IRecordedBy>().Single().StoredName;
        var effective = @event is IEffective own ? own.EffectiveOn : on;
        _events.Add(new RecordedEvent(
            _events.Count + 1, stream, _events.Count(e => e.Stream == stream) + 1, stored, new DateTimeOffset(on, new TimeOnly(12, 0), TimeSpan.Zero),
            new OccasionHeaders(effective, new Actor(new PersonId(Guid.Empty), Role.GovernanceOfficer, null), "request", ""), "", @event));
        return _events.Count;
    }

    /// <summary>The sections of this release, as the platform registers them.</summary>
    public static IReadOnlyList<ISection> Registered { get; } = [.. Sections, new FinanceSection(), new PerformanceSection()];

    public static ReportTemplates Templates { get; } = new(Registered);

    public static ReportOrder Order(string asAt, long position, ReportTemplates? templates = null) =>
        new(ReportKind.YearEnd, new ReportScope("crc", Year, DateOnly.ParseExact(asAt, "yyyy-MM-dd"), position), (templates ?? Templates).Current(ReportKind.YearEnd));

    public static ReportDocument Report(IEnumerable<RecordedEvent> events, string asAt, long position, bool reversed = false)
    {
        var templates = reversed ? new ReportTemplates(Registered.Reverse()) : Templates;
        return ReportComposition.Compose(Order(asAt, position, templates), templates, events);
    }

    public ReportDocument Report(string asAt = "2014-03-31") => Report(_events, asAt, _events.Count);

    /// <summary>Littleton's pack: three ways of working, an expectation, a recommendation, a body, two partners, a plan.</summary>
    public static ReportHistory OfLittleton()
    {
        var history = new ReportHistory();
        var practice = new Citation(CitationSource.Policy, "1");
        history.Record("2013-04-01", "policy-pack", "littleton", new CouncilNamed(Id<PackId>("littleton"), "littleton", "Littleton Council", Council.OfCouncils));
        history.Record("2013-04-01", "policy-pack", "littleton", new PolicySetInForce("1", "Littleton Equality Policy", new Dictionary<string, string>(), new DateOnly(2013, 4, 1)));
        foreach (var way in new[] { "w1", "w2", "w3" })
            history.Record("2013-04-01", "policy-pack", "littleton", new StatementEstablished(StatementKind.Way, way, way.ToUpperInvariant(), $"Work in way {way[1]}", practice));
        history.Record("2013-04-01", "policy-pack", "littleton", new StatementEstablished(StatementKind.Expectation, "p1", "P1", "Keep the law", practice));
        history.Record("2013-04-01", "policy-pack", "littleton", new StatementEstablished(StatementKind.Recommendation, "r1", "7.1", "Take part", new Citation(CitationSource.Report, "7.1")));
        history.Record("2013-04-01", "policy-pack", "littleton", new BodyEstablished(Id<BodyId>("crc"), "crc", "Resources Committee", [], BodyKind.Committee, null, practice));
        history.Record("2013-04-01", "policy-pack", "littleton", new PackContentsListed([.. new[] { "way:w2", "way:w1", "way:w3" }.Select(r => new ListedEntry(r, practice))]));
        foreach (var (key, name) in new[] { ("trust", "Library Trust"), ("bus", "Bus Company") })
            history.Record("2013-04-01", "partner", key, new PartnerRegistered(Id<PartnerId>(key), key, name, OrganisationType.Private, null, false));
        history.Record("2013-04-01", "action-plan", "plan", new ActionPlanProposed(Id<ActionPlanId>("plan"), "plan", "Littleton Plan", []));
        return history;
    }
}
