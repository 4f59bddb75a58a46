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

    public ISectionFold Begin(ReportScope scope) => Begin(scope, 1);

    /// <summary>The fold of a version: the second says what members put first; the third cites what it quotes.</summary>
    internal static ISectionFold Begin(ReportScope scope, int version) => new Fold(scope, version);

    private const string WithoutMeetings = "It works without meetings";

    private sealed class NetworkOnRecord(Guid id)
    {
        public Latest<NetworkFounded> Founded { get; } = new();
        public Latest<NetworkDescribed> Described { get; } = new();
        public Dictionary<PartnerId, (string Sector, long Position)> Members { get; } = [];
        public Dictionary<PartnerId, long> Ever { get; } = [];
        public Dictionary<PartnerId, RecordedEvent> Left { get; } = [];
        public Latest<CoChairsElected> CoChairs { get; } = new();
        public List<RecordedEvent> Elected { get; } = [];
        public Latest<CoChairVacant> Vacant { get; } = new();
        public List<RecordedEvent> Met { get; } = [];
        public List<RecordedEvent> Brought { get; } = [];
        public List<RecordedEvent> Agreed { get; } = [];
        public Dictionary<string, PriorityOnRecord> Priorities { get; } = new(StringComparer.Ordinal);
        public Dictionary<PersonId, long> Leads { get; } = [];

        public string Subject => Founded.Value.Key ?? id.ToString();

        public bool LeftBefore(PartnerId member, FinancialYear year) => !Members.ContainsKey(member) && Left[member].EffectiveOn < year.First;

        public NetworkDescribed Is => Described.Any ? Described.Value : new(Founded.Value.Name, Founded.Value.Purpose, Founded.Value.Virtual, Founded.Value.Sectors);

        public IReadOnlyList<string> Gaps => [.. Is.Sectors.Where(s => Members.Values.All(m => m.Sector != s))];
    }

    private sealed record PriorityOnRecord(
        PriorityNamed Named, long Position, IReadOnlyDictionary<PartnerId, long> Agreed, IReadOnlyList<(AchievementId Achievement, long Position)> Achieved);

    private sealed class Fold(ReportScope scope, int version) : ISectionFold
    {
        private readonly PartnersOnRecord _partners = new(scope);
        private readonly PlanItemsOnRecord _items = new(scope);
        private readonly Dictionary<Guid, NetworkOnRecord> _networks = [];
        private readonly Dictionary<AchievementId, (string Title, long Position)> _achievements = [];
        private readonly Dictionary<string, Latest<BodyEstablished>> _bodies = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Latest<NetworkEstablished>> _pack = new(StringComparer.Ordinal);
        private readonly FigureList _figures = new();
        private readonly bool _first = version == 1, _cites = version >= 3;

        public void Apply(RecordedEvent recorded)
        {
            _partners.Apply(recorded);
            _items.Apply(recorded);
            switch (recorded.Event)
            {
                case AchievementRecorded e: _achievements[new AchievementId(recorded.Id)] = (e.Title, recorded.Position); break;
                case BodyEstablished e: (_bodies[e.Key] = new()).Replace(recorded, e); break;
                case NetworkEstablished e when !_first: (_pack[e.Key] = new()).Replace(recorded, e); break;
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
                case NetworkLeft e:
                    network.Members.Remove(e.Organisation);
                    network.Left[e.Organisation] = recorded;
                    break;
                case CoChairsElected e:
                    network.CoChairs.Replace(recorded, e);
                    network.Elected.Add(recorded);
                    break;
                case CoChairVacant e: network.Vacant.Replace(recorded, e); break;
                case NetworkMet when scope.Year.Contains(recorded.EffectiveOn): network.Met.Add(recorded); break;
                case ContributionMade when scope.Year.Contains(recorded.EffectiveOn): network.Brought.Add(recorded); break;
                case NetworkDescribed e when !_first: network.Described.Replace(recorded, e); break;
                case LeadJoined e when !_first: network.Leads[e.Lead] = recorded.Position; break;
                case LeadLeft e: network.Leads.Remove(e.Lead); break;
                case PriorityNamed e when !_first: network.Priorities[e.Key] = new(e, recorded.Position, new Dictionary<PartnerId, long>(), network.Priorities.GetValueOrDefault(e.Key)?.Achieved ?? []); break;
                case PriorityAgreed e when network.Priorities.TryGetValue(e.Key, out var priority):
                    network.Priorities[e.Key] = priority with { Agreed = new Dictionary<PartnerId, long>(priority.Agreed) { [e.Organisation] = recorded.Position } };
                    break;
                case AchievementLinked e when network.Priorities.TryGetValue(e.Key, out var priority):
                    network.Priorities[e.Key] = priority with { Achieved = [.. priority.Achieved, (e.Achievement, recorded.Position)] };
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
            var actions = all.SelectMany(n => n.Agreed.Select(a => (n, a))).ToArray();
            return new SectionContent(Section, title,
                ["Partners and communities meet in networks, bring what they know, and agree what they do together; each joint action becomes an item of an action plan. Attendance names offices and never people."],
                _figures.All,
                [
                    new ReportHeadlines($"{Section}.headlines", headlines), .. all.Select(Network),
                    .. ((ReportTable[])[Attendance(all), Priorities(all), Actions(actions)]).Where((t, i) => t.Rows.Count > 0 || (_first && i == 0)),
                ]);
        }

        private ReportEntries Network(NetworkOnRecord network)
        {
            var described = network.Is;
            return new ReportEntries($"{Section}.{network.Subject}", described.Name,
                _first ? FirstFacts(network) :
                [
                    new("For", Quoted(network, "purpose", "what it is for", "The purpose in the last of NetworkFounded and NetworkDescribed.", described.Purpose, [])),
                    .. ReportsTo(network),
                    .. network.Members.Count > 0 || !described.Virtual
                        ? [new Fact("Members", network.Members.Count == 0 ? [Quoted(network, "members", "members", "NetworkJoined.", "None yet", [], nameof(NetworkJoined))] : Members(network))]
                        : Array.Empty<Fact>(),
                    .. network.Leads.Count > 0 ? [new Fact("Lead officers", Of(network, "leads", "lead officers", "Count of LeadJoined without a LeadLeft after it.", $"{network.Leads.Count}", [.. network.Leads.Values]))] : Array.Empty<Fact>(),
                    .. described.Sectors.Count > 0 ? [Gaps(network)] : Array.Empty<Fact>(),
                    .. described.Virtual ? [new Fact("Meetings in the year", WithoutMeetings)] : (Fact[])[CoChairs(network), new("Meetings in the year", Meetings(network))],
                ],
                [
                    .. network.Met.OrderBy(m => m.EffectiveOn).Select(m => (m.EffectiveOn, m.Position, Met: (NetworkMet)m.Event)).Select(m => new ReportEntry(
                        $"{Section}.{network.Subject}.{m.EffectiveOn.Shown()}", $"Meeting of {Printed.Day(m.EffectiveOn)}",
                        [
                            new("Agenda", [.. m.Met.Agenda.Select((a, i) => Quoted(network, $"agenda.{m.Position}.{i + 1}", "an item of an agenda", "The item in NetworkMet.", a, [m.Position]))]),
                            new("There", [.. m.Met.Present.Select((p, i) => Quoted(
                                network, $"there.{m.Position}.{i + 1}", "who was at a meeting", "The organisation and the office in NetworkMet.", $"{_partners.NameOf(p.Organisation)}: {p.Office}", [m.Position, .. _partners.Naming(p.Organisation)]))]),
                        ])),
                    .. network.Brought.Count > 0
                        ? [new ReportEntry($"{Section}.{network.Subject}.contributions", "What members brought",
                            [.. network.Brought.GroupBy(b => ((ContributionMade)b.Event).Organisation)
                                .Select(g => new Fact(_partners.NameOf(g.Key), [.. g.Select(b => Quoted(
                                    network, $"contribution.{b.Position}", "a contribution", "What ContributionMade says.", $"{Printed.Day(b.EffectiveOn)}: {((ContributionMade)b.Event).Contribution}", [b.Position]))]))])]
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
                .Select(g => Quoted(
                    network, $"members.{g.Key}", $"members, {AssessedGroups.Printed(g.Key).ToLowerInvariant()}", "Members of the sector: NetworkJoined without a NetworkLeft after it.",
                    $"{AssessedGroups.Printed(g.Key)}: {string.Join(", ", g.Select(m => _partners.NameOf(m.Key)))}", g.SelectMany(m => _partners.Naming(m.Key).Prepend(m.Value.Position)))),
        ];

        private Fact Gaps(NetworkOnRecord network)
        {
            var gaps = Of(network, "gaps", "sectors without a member", $"The sectors {(_first ? "in NetworkFounded" : "that the network wants")} for which no NetworkJoined stands.",
                network.Gaps is { Count: > 0 } missing ? string.Join(", ", missing.Select(AssessedGroups.Printed)) : "None",
                [.. network.Described.Positions, .. network.Members.Values.Select(m => m.Position)]);
            return new Fact("Sectors without a member", new Cell(gaps.Value, gaps.Key, network.Gaps.Count > 0 ? "at-risk" : null));
        }

        private IEnumerable<Fact> ReportsTo(NetworkOnRecord network)
        {
            if (!_pack.TryGetValue(network.Subject, out var pack) || pack.Value.ReportsTo is not { } body) yield break;
            var known = _bodies.GetValueOrDefault(body);
            yield return new Fact("Reports to", Quoted(
                network, "reports-to", "to which body it reports", "The body that NetworkEstablished names.", known?.Value.Name ?? body, [.. pack.Positions, .. known?.Positions ?? []]));
        }

        /// <summary>Who chairs, and, from the third version on, who did before.</summary>
        private Fact CoChairs(NetworkOnRecord network)
        {
            const string formula = "The last CoChairsElected, unless a CoChairVacant came after it.";
            var vacant = network.Vacant.Position > network.CoChairs.Position;
            var gone = vacant && network.Left.GetValueOrDefault(Other(network.CoChairs.Value, network.Vacant)) is { } left && left.Position > network.Vacant.Position ? left : null;
            var now = !network.CoChairs.Any ? Quoted(network, "co-chairs", "co-chairs", formula, "None elected", [], nameof(CoChairsElected))
                : vacant ? Quoted(network, "co-chairs", "co-chairs", formula, Alone(network.CoChairs.Value, network.Vacant), [.. network.CoChairs.Positions, .. network.Vacant.Positions, .. Naming(network.CoChairs.Value), .. gone is null ? [] : new[] { gone.Position }])
                : Quoted(network, "co-chairs", "co-chairs", formula, Pair(network.CoChairs.Value, network.CoChairs.On), [.. network.CoChairs.Positions, .. Naming(network.CoChairs.Value)]);
            return new Fact("Co-chairs",
            [
                now, .. !_cites ? [] : network.Elected.SkipLast(vacant ? 0 : 1).Reverse().Select(e => (e.Position, e.EffectiveOn, Pair: (CoChairsElected)e.Event)).Select(e => Quoted(
                    network, $"co-chairs.{e.Position}", "co-chairs before", "A CoChairsElected before the last.", $"Before: {Pair(e.Pair, e.EffectiveOn)}", [.. network.CoChairs.Positions, .. vacant ? network.Vacant.Positions : [], e.Position, .. Naming(e.Pair)])),
            ]);

            string Pair(CoChairsElected pair, DateOnly since) => $"{_partners.NameOf(pair.First)} and {_partners.NameOf(pair.Second)}, since {Printed.Day(since)}";
            string Alone(CoChairsElected pair, Latest<CoChairVacant> vacancy) => !_cites ? "One place is vacant"
                : gone is not null ? "Both places are vacant"
                : $"{_partners.NameOf(Other(pair, vacancy))}; the other place is vacant since {Printed.Day(vacancy.On)}";
            PartnerId Other(CoChairsElected pair, Latest<CoChairVacant> vacancy) => vacancy.Value.Organisation == pair.First ? pair.Second : pair.First;
            IEnumerable<long> Naming(CoChairsElected pair) => _partners.Naming(pair.First).Concat(_partners.Naming(pair.Second));
        }

        private Figure Meetings(NetworkOnRecord network) =>
            Of(network, "meetings", "meetings", "Count of NetworkMet in the year.", $"{network.Met.Count}", [.. network.Met.Select(m => m.Position)]);

        private ReportTable Attendance(NetworkOnRecord[] all) => new(
            $"{Section}.attendance", _first ? "Who took part in the year (Report 7.1)" : "Who took part in the year", ["Organisation", "Network", "Sector", "Meetings attended", "Contributions"],
            [.. from network in all
                from member in network.Ever.Keys
                let partner = _partners.All.FirstOrDefault(p => p.Id == member)
                where partner is not null && !(_cites && network.LeftBefore(member, scope.Year))
                let attended = network.Met.Where(m => ((NetworkMet)m.Event).Present.Any(p => p.Organisation == member)).ToArray()
                let brought = network.Brought.Where(b => ((ContributionMade)b.Event).Organisation == member).ToArray()
                let standing = (long[])[partner.Registered.Position, network.Ever[member]]
                select (IReadOnlyList<Cell>)
                [
                    partner.Name, network.Is.Name, Sector(network, member, partner.Subject, standing),
                    network.Is.Virtual ? WithoutMeetings
                        : Of(network, $"attended.{partner.Subject}", $"meetings that {partner.Subject} attended", "Count of NetworkMet in the year at which the member was there.", $"{attended.Length}", [.. standing, .. attended.Select(m => m.Position)]),
                    Of(network, $"brought.{partner.Subject}", $"contributions of {partner.Subject}", "Count of the member’s ContributionMade in the year.", $"{brought.Length}", [.. standing, .. brought.Select(b => b.Position)]),
                ]]);

        private Cell Sector(NetworkOnRecord network, PartnerId member, string subject, long[] standing) =>
            network.Members.TryGetValue(member, out var now)
                ? Quoted(network, $"sector.{subject}", $"for which sector {subject} is a member", "The sector in the last NetworkJoined.", AssessedGroups.Printed(now.Sector), [.. standing, now.Position])
                : Quoted(network, $"sector.{subject}", $"for which sector {subject} is a member", "NetworkLeft after the last NetworkJoined.", "Left", [.. standing, network.Left[member].Position]);

        private ReportTable Actions((NetworkOnRecord Of, RecordedEvent Agreed)[] actions) => new(
            $"{Section}.actions", "Joint actions agreed in the year", ["Action", "Led by", "With", "Due on", "Item of the plan"],
            [.. actions.Select(a => (a.Of, a.Agreed.Position, Said: (JointActionAgreed)a.Agreed.Event, Item: _items.Find(((JointActionAgreed)a.Agreed.Event).Item))).Select(a => (IReadOnlyList<Cell>)
            [
                Quoted(a.Of, $"action.{a.Said.Key}", "a joint action", "What JointActionAgreed says.", a.Said.Text, [a.Position]),
                Quoted(a.Of, $"action-led-by.{a.Said.Key}", "who leads a joint action", "The owner in JointActionAgreed.", _partners.NameOf(a.Said.Owner), [a.Position, .. _partners.Naming(a.Said.Owner)]),
                Quoted(a.Of, $"action-with.{a.Said.Key}", "who supports a joint action", "Who supports it, in JointActionAgreed.",
                    a.Said.Supporting.Count == 0 ? "Nobody else" : string.Join(", ", a.Said.Supporting.Select(_partners.NameOf)), [a.Position, .. a.Said.Supporting.SelectMany(_partners.Naming)]),
                Quoted(a.Of, $"action-due.{a.Said.Key}", "when a joint action is due", "The day in JointActionAgreed.", Printed.ShortDay(a.Said.DueOn), [a.Position]),
                Quoted(a.Of, $"action-item.{a.Said.Key}", "standing of the plan item that a joint action became", "The last progress of the item, else PlanItemConfirmed or PlanItemProposed.",
                    a.Item?.Standing.Word ?? "Not in a plan yet", [a.Position, .. a.Item is { } item ? item.StandingPositions.Append(item.Proposed.Position) : []]) with { Status = a.Item?.Standing.Mark },
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
                    Quoted(network, $"priority-text.{priority.Named.Key}", $"the priority {priority.Named.Key}", "The words in the last PriorityNamed.", priority.Named.Text, [priority.Position]), network.Is.Name, priority.Named.Year.ToString(),
                    Of(network, $"priority.{priority.Named.Key}", $"members that agreed to {priority.Named.Key}", "Members with PriorityAgreed since the last PriorityNamed, of all members.",
                        $"{agreed.Length} of {network.Members.Count}", [priority.Position, .. network.Members.Values.Select(m => m.Position), .. agreed.Select(m => priority.Agreed[m])]),
                    Quoted(network, $"priority-waiting.{priority.Named.Key}", $"members that did not agree to {priority.Named.Key} yet", "Members without PriorityAgreed since the last PriorityNamed.",
                        waiting.Length == 0 ? "Nobody" : string.Join(", ", waiting.Select(_partners.NameOf)),
                        [priority.Position, .. network.Members.Values.Select(m => m.Position), .. agreed.Select(m => priority.Agreed[m]), .. waiting.SelectMany(_partners.Naming)]),
                    Quoted(network, $"priority-achieved.{priority.Named.Key}", $"what was achieved for {priority.Named.Key}", "The titles of AchievementRecorded that AchievementLinked names.",
                        priority.Achieved.Count == 0 ? "Nothing yet" : string.Join("; ", priority.Achieved.Select(a => _achievements.TryGetValue(a.Achievement, out var achieved) ? achieved.Title : "an achievement that is not on record")),
                        [priority.Position, .. priority.Achieved.SelectMany(a => _achievements.TryGetValue(a.Achievement, out var achieved) ? new[] { a.Position, achieved.Position } : [a.Position])],
                        priority.Achieved.Count == 0 ? nameof(AchievementLinked) : null),
                ]]);

        /// <summary>What is said of a network, with the events that say it from the third version on.</summary>
        private Cell Quoted(NetworkOnRecord network, string name, string label, string formula, string text, IEnumerable<long> positions, string? searched = null) => !_cites ? text
            : _figures.Add(Figure.Of(
                $"{Section}.{name}.{network.Subject}", $"{network.Subject}: {label}", formula, text, Standing(network).Concat(positions),
                searched is null ? null : Printed.Searched(scope, $"The network {network.Subject}", searched)));

        /// <summary>What a network is, which says what is told of it at all.</summary>
        private IEnumerable<long> Standing(NetworkOnRecord network) => [network.Founded.Position, .. _cites ? network.Described.Positions : []];

        private Figure Of(NetworkOnRecord network, string name, string label, string formula, string value, IReadOnlyList<long> positions) => _figures.Add(Figure.Of(
            $"{Section}.{name}.{network.Subject}", $"{network.Subject}: {label}", formula, value, Standing(network).Concat(positions),
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

    public ISectionFold Begin(ReportScope scope) => NetworksSection.Begin(scope, Version);
}

/// <summary>
/// The same section with the events behind each thing that it quotes, with the co-chairs before (Report 5.2), and without the
/// members that had left before the year began.
/// </summary>
internal sealed class NetworksSectionWithCitations : ISection
{
    private readonly NetworksSection _before = new();

    public string Key => _before.Key;

    public int Version => 3;

    public int Order => _before.Order;

    public ISectionFold Begin(ReportScope scope) => NetworksSection.Begin(scope, Version);
}
