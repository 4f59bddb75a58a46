using EqualitiesPlatform.Engagement;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>
/// The networks' year (Policy, "How" W7; Report 5.2, 6.2, 7.1): who belongs and who does not yet, when they met and who
/// came, what members brought and what they do together.
/// </summary>
internal sealed class NetworksSection : ISection
{
    private const string Section = "networks";

    public string Key => Section;

    public int Order => 46;

    public ISectionFold Begin(ReportScope scope) => new Fold(scope, first: true);

    /// <summary>The fold of the version that says what members put first.</summary>
    internal static ISectionFold WithPriorities(ReportScope scope) => new Fold(scope, first: false);

    private const string WithoutMeetings = "It works without meetings";

    private sealed class NetworkOnRecord(Guid id)
    {
        public Latest<NetworkFounded> Founded { get; } = new();
        public Latest<NetworkDescribed> Described { get; } = new();
        public Dictionary<PartnerId, (string Sector, long Position)> Members { get; } = [];
        public Dictionary<PartnerId, long> Ever { get; } = [];
        public Latest<CoChairsElected> CoChairs { get; } = new();
        public Latest<CoChairVacant> Vacant { get; } = new();
        public List<RecordedEvent> Met { get; } = [];
        public List<RecordedEvent> Brought { get; } = [];
        public List<RecordedEvent> Agreed { get; } = [];
        public Dictionary<string, PriorityOnRecord> Priorities { get; } = new(StringComparer.Ordinal);
        public Dictionary<PersonId, long> Leads { get; } = [];

        public string Subject => Founded.Value.Key ?? id.ToString();

        public NetworkDescribed Is => Described.Any ? Described.Value : new(Founded.Value.Name, Founded.Value.Purpose, Founded.Value.Virtual, Founded.Value.Sectors);

        public IReadOnlyList<string> Gaps => [.. Is.Sectors.Where(s => Members.Values.All(m => m.Sector != s))];
    }

    private sealed record PriorityOnRecord(PriorityNamed Named, long Position, IReadOnlyDictionary<PartnerId, long> Agreed, IReadOnlyList<AchievementId> Achieved);

    private sealed class Fold(ReportScope scope, bool first) : ISectionFold
    {
        private readonly PartnersOnRecord _partners = new(scope);
        private readonly PlanItemsOnRecord _items = new(scope);
        private readonly Dictionary<Guid, NetworkOnRecord> _networks = [];
        private readonly Dictionary<AchievementId, string> _achievements = [];
        private readonly Dictionary<string, string> _bodies = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string?> _reportsTo = new(StringComparer.Ordinal);
        private readonly FigureList _figures = new();

        public void Apply(RecordedEvent recorded)
        {
            _partners.Apply(recorded);
            _items.Apply(recorded);
            switch (recorded.Event)
            {
                case AchievementRecorded e: _achievements[new AchievementId(recorded.Id)] = e.Title; break;
                case BodyEstablished e: _bodies[e.Key] = e.Name; break;
                case NetworkEstablished e when !first: _reportsTo[e.Key] = e.ReportsTo; break;
            }
            if (recorded.Kind != NetworkId.Kind || !scope.Holds(recorded)) return;
            if (!_networks.TryGetValue(recorded.Id, out var network)) _networks[recorded.Id] = network = new(recorded.Id);
            switch (recorded.Event)
            {
                case NetworkFounded e: network.Founded.Replace(recorded, e); break;
                case NetworkJoined e:
                    network.Members[e.Organisation] = (e.Sector, recorded.Position);
                    network.Ever.TryAdd(e.Organisation, recorded.Position);
                    break;
                case NetworkLeft e: network.Members.Remove(e.Organisation); break;
                case CoChairsElected e: network.CoChairs.Replace(recorded, e); break;
                case CoChairVacant e: network.Vacant.Replace(recorded, e); break;
                case NetworkMet when scope.Year.Contains(recorded.EffectiveOn): network.Met.Add(recorded); break;
                case ContributionMade when scope.Year.Contains(recorded.EffectiveOn): network.Brought.Add(recorded); break;
                case NetworkDescribed e when !first: network.Described.Replace(recorded, e); break;
                case LeadJoined e when !first: network.Leads[e.Lead] = recorded.Position; break;
                case LeadLeft e: network.Leads.Remove(e.Lead); break;
                case PriorityNamed e when !first: network.Priorities[e.Key] = new(e, recorded.Position, new Dictionary<PartnerId, long>(), network.Priorities.GetValueOrDefault(e.Key)?.Achieved ?? []); break;
                case PriorityAgreed e when network.Priorities.TryGetValue(e.Key, out var priority):
                    network.Priorities[e.Key] = priority with { Agreed = new Dictionary<PartnerId, long>(priority.Agreed) { [e.Organisation] = recorded.Position } };
                    break;
                case AchievementLinked e when network.Priorities.TryGetValue(e.Key, out var priority):
                    network.Priorities[e.Key] = priority with { Achieved = [.. priority.Achieved, e.Achievement] };
                    break;
                case JointActionAgreed when scope.Year.Contains(recorded.RecordedOn): network.Agreed.Add(recorded); break;
            }
        }

        public SectionContent Complete()
        {
            NetworkOnRecord[] all = [.. _networks.Values.Where(n => n.Founded.Any).OrderBy(n => n.Founded.Position)];
            const string title = "Networks";
            if (all.Length == 0) return new SectionContent(Section, title, [$"No network is on record by {Printed.Day(scope.AsAt)}."], [], []);
            string Total(string name, string label, string formula, Func<NetworkOnRecord, IReadOnlyList<RecordedEvent>> of) =>
                _figures.Add(Figure.Of($"{Section}.{name}", label, formula, all.Sum(n => of(n).Count), all.SelectMany(n => of(n).Select(e => e.Position).Prepend(n.Founded.Position)))).Key;
            string[] headlines =
            [
                Total("meetings", "Meetings", "Count of NetworkMet in the year, over the networks on record.", n => n.Met),
                Total("contributions", "Contributions", "Count of ContributionMade in the year, over the networks on record.", n => n.Brought),
                Total("joint-actions", "Joint actions agreed", "Count of JointActionAgreed in the year, over the networks on record.", n => n.Agreed),
            ];
            var actions = all.SelectMany(n => n.Agreed).ToArray();
            return new SectionContent(Section, title,
                ["Partners and communities meet in networks, bring what they know, and agree what they do together; each joint action becomes an item of an action plan. Attendance names offices and never people."],
                _figures.All,
                [
                    new ReportHeadlines($"{Section}.headlines", headlines), .. all.Select(Network),
                    .. ((ReportTable[])[Attendance(all), Priorities(all), Actions(actions)]).Where((t, i) => t.Rows.Count > 0 || (first && i == 0)),
                ]);
        }

        private ReportEntries Network(NetworkOnRecord network)
        {
            var described = network.Is;
            return new ReportEntries($"{Section}.{network.Subject}", described.Name,
                first ? FirstFacts(network) :
                [
                    new("For", described.Purpose),
                    .. _reportsTo.GetValueOrDefault(network.Subject) is { } body ? [new Fact("Reports to", _bodies.GetValueOrDefault(body) ?? body)] : Array.Empty<Fact>(),
                    .. network.Members.Count > 0 || !described.Virtual
                        ? [new Fact("Members", network.Members.Count == 0 ? ["None yet"] : Members(network))]
                        : Array.Empty<Fact>(),
                    .. network.Leads.Count > 0 ? [new Fact("Lead officers", Of(network, "leads", "lead officers", "Count of LeadJoined without a LeadLeft after it.", $"{network.Leads.Count}", [.. network.Leads.Values]))] : Array.Empty<Fact>(),
                    .. described.Sectors.Count > 0 ? [Gaps(network)] : Array.Empty<Fact>(),
                    .. described.Virtual ? [new Fact("Meetings in the year", WithoutMeetings)] : (Fact[])[CoChairs(network), new("Meetings in the year", Meetings(network))],
                ],
                [
                    .. network.Met.OrderBy(m => m.EffectiveOn).Select(m => (m.EffectiveOn, Met: (NetworkMet)m.Event)).Select(m => new ReportEntry(
                        $"{Section}.{network.Subject}.{m.EffectiveOn.Shown()}", $"Meeting of {Printed.Day(m.EffectiveOn)}",
                        [new("Agenda", [.. m.Met.Agenda.Select(a => (Cell)a)]), new("There", [.. m.Met.Present.Select(p => (Cell)$"{_partners.NameOf(p.Organisation)}: {p.Office}")])])),
                    .. network.Brought.Count > 0
                        ? [new ReportEntry($"{Section}.{network.Subject}.contributions", "What members brought",
                            [.. network.Brought.GroupBy(b => ((ContributionMade)b.Event).Organisation)
                                .Select(g => new Fact(_partners.NameOf(g.Key), [.. g.Select(b => (Cell)$"{Printed.Day(b.EffectiveOn)}: {((ContributionMade)b.Event).Contribution}")]))])]
                        : Array.Empty<ReportEntry>(),
                ]);
        }

        private Fact[] FirstFacts(NetworkOnRecord network)
        {
            var (gaps, meetings) = (Gaps(network), Meetings(network));
            return [new("For", network.Is.Purpose), new("Members", Members(network)), gaps, CoChairs(network), new("Meetings in the year", network.Is.Virtual ? WithoutMeetings : meetings)];
        }

        private Cell[] Members(NetworkOnRecord network) =>
        [
            .. network.Members.GroupBy(m => m.Value.Sector).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => (Cell)$"{AssessedGroups.Printed(g.Key)}: {string.Join(", ", g.Select(m => _partners.NameOf(m.Key)))}"),
        ];

        private Fact Gaps(NetworkOnRecord network)
        {
            var gaps = Of(network, "gaps", "sectors without a member", $"The sectors {(first ? "in NetworkFounded" : "that the network wants")} for which no NetworkJoined stands.",
                network.Gaps is { Count: > 0 } missing ? string.Join(", ", missing.Select(AssessedGroups.Printed)) : "None",
                [.. network.Described.Positions, .. network.Members.Values.Select(m => m.Position)]);
            return new Fact("Sectors without a member", new Cell(gaps.Value, gaps.Key, network.Gaps.Count > 0 ? "at-risk" : null));
        }

        private Fact CoChairs(NetworkOnRecord network) => new("Co-chairs", !network.CoChairs.Any ? "None elected"
            : network.Vacant.Position > network.CoChairs.Position ? "One place is vacant"
            : $"{_partners.NameOf(network.CoChairs.Value.First)} and {_partners.NameOf(network.CoChairs.Value.Second)}, since {Printed.Day(network.CoChairs.On)}");

        private Figure Meetings(NetworkOnRecord network) =>
            Of(network, "meetings", "meetings", "Count of NetworkMet in the year.", $"{network.Met.Count}", [.. network.Met.Select(m => m.Position)]);

        private ReportTable Attendance(NetworkOnRecord[] all) => new(
            $"{Section}.attendance", first ? "Who took part in the year (Report 7.1)" : "Who took part in the year", ["Organisation", "Network", "Sector", "Meetings attended", "Contributions"],
            [.. from network in all
                from member in network.Ever.Keys
                let partner = _partners.All.FirstOrDefault(p => p.Id == member)
                where partner is not null
                let attended = network.Met.Where(m => ((NetworkMet)m.Event).Present.Any(p => p.Organisation == member)).ToArray()
                let brought = network.Brought.Where(b => ((ContributionMade)b.Event).Organisation == member).ToArray()
                let standing = (long[])[partner.Registered.Position, network.Ever[member]]
                select (IReadOnlyList<Cell>)
                [
                    partner.Name, network.Is.Name, network.Members.TryGetValue(member, out var now) ? AssessedGroups.Printed(now.Sector) : "Left",
                    network.Is.Virtual ? WithoutMeetings
                        : Of(network, $"attended.{partner.Subject}", $"meetings that {partner.Subject} attended", "Count of NetworkMet in the year at which the member was there.", $"{attended.Length}", [.. standing, .. attended.Select(m => m.Position)]),
                    Of(network, $"brought.{partner.Subject}", $"contributions of {partner.Subject}", "Count of the member’s ContributionMade in the year.", $"{brought.Length}", [.. standing, .. brought.Select(b => b.Position)]),
                ]]);

        private ReportTable Actions(RecordedEvent[] actions) => new(
            $"{Section}.actions", "Joint actions agreed in the year", ["Action", "Led by", "With", "Due on", "Item of the plan"],
            [.. actions.Select(a => (JointActionAgreed)a.Event).Select(a => (IReadOnlyList<Cell>)
            [
                a.Text, _partners.NameOf(a.Owner), a.Supporting.Count == 0 ? "Nobody else" : string.Join(", ", a.Supporting.Select(_partners.NameOf)), Printed.ShortDay(a.DueOn),
                _items.Find(a.Item)?.Standing is var (word, mark) ? new Cell(word, null, mark) : "Not in a plan yet",
            ])]);

        /// <summary>What members put first in the year and the years to come, with how many agreed to the words as they are.</summary>
        private ReportTable Priorities(NetworkOnRecord[] all) => new(
            $"{Section}.priorities", "Priorities that members agree", ["Priority", "Network", "Year", "Agreed", "Not agreed yet", "Achieved"],
            [.. from network in all
                from priority in network.Priorities.Values
                where priority.Named.Year.StartYear >= scope.Year.StartYear
                let agreed = network.Members.Keys.Where(priority.Agreed.ContainsKey).ToArray()
                let waiting = network.Members.Keys.Except(agreed).ToArray()
                select (IReadOnlyList<Cell>)
                [
                    priority.Named.Text, network.Is.Name, priority.Named.Year.ToString(),
                    Of(network, $"priority.{priority.Named.Key}", $"members that agreed to {priority.Named.Key}", "Members with PriorityAgreed since the last PriorityNamed, of all members.",
                        $"{agreed.Length} of {network.Members.Count}", [priority.Position, .. network.Members.Values.Select(m => m.Position), .. agreed.Select(m => priority.Agreed[m])]),
                    waiting.Length == 0 ? "Nobody" : string.Join(", ", waiting.Select(_partners.NameOf)),
                    priority.Achieved.Count == 0 ? "Nothing yet" : string.Join("; ", priority.Achieved.Select(a => _achievements.GetValueOrDefault(a) ?? "an achievement that is not on record")),
                ]]);

        private Figure Of(NetworkOnRecord network, string name, string label, string formula, string value, IReadOnlyList<long> positions) => _figures.Add(Figure.Of(
            $"{Section}.{name}.{network.Subject}", $"{network.Subject}: {label}", formula, value, [network.Founded.Position, .. positions],
            positions.Count == 0 ? Printed.Searched(scope, $"The network {network.Subject}", name.Split('.')[0]) : null));
    }
}

/// <summary>The same section with what members put first, how many agreed to it, and who leads on what (Policy, "How" W7).</summary>
internal sealed class NetworksSectionWithPriorities : ISection
{
    private readonly NetworksSection _before = new();

    public string Key => _before.Key;

    public int Version => 2;

    public int Order => _before.Order;

    public ISectionFold Begin(ReportScope scope) => NetworksSection.WithPriorities(scope);
}
