using EqualitiesPlatform.Commitments;

namespace EqualitiesPlatform.Governance;

/// <summary>By what a dashboard counts.</summary>
public enum DashboardBy
{
    /// <summary>By partner: its commitments.</summary>
    Partner = 1,
    /// <summary>By what a commitment comes from or serves.</summary>
    Source,
    /// <summary>By expectation: how partners stand against it.</summary>
    Expectation,
    /// <summary>By action plan and year: its items.</summary>
    Plan,
    /// <summary>By obligation: its due days.</summary>
    Obligation,
}

/// <summary>A row of a dashboard.</summary>
/// <param name="About">What it is about, as registers name it.</param>
/// <param name="Subject">A key or a reference, or an id where there is no key.</param>
/// <param name="Counts">How many there are of each state, in the states' order.</param>
/// <param name="Attention">How many want attention.</param>
internal sealed record DashboardCounts(string About, string Subject, string Name, IReadOnlyList<(string State, int Count)> Counts, int Attention)
{
    public int Total => Counts.Sum(c => c.Count);

    public bool Same(DashboardCounts? other) => other is not null && Name == other.Name && Attention == other.Attention && Counts.SequenceEqual(other.Counts);
}

/// <summary>What a board sees between meetings, counted from the registers as they are.</summary>
internal sealed class Dashboard(Tallies tallies, Registers registers, PolicyInForce policy, LedgerClock clock)
{
    private const int PageSize = 500;

    private static readonly HashSet<string> WantsAttention = ["at-risk", "off-track", "disputed", "not-met", "overdue", "missed"];

    /// <summary>The rows in which a document counts.</summary>
    public static IEnumerable<string> SubjectsOf(DashboardBy by, object document) => document switch
    {
        CommitmentRegister c => by is DashboardBy.Partner ? [c.Partner.ToString()] : c.Serves.Append(c.Source),
        PartnerStandingRegister s => s.Expectations.Select(e => e.Expectation),
        ActionPlanItemRegister i => [$"{i.Plan} {i.Year}"],
        ObligationRegister o => [o.Key],
        _ => throw new ArgumentOutOfRangeException(nameof(document), document, null),
    };

    /// <summary>The rows, in the order of their subjects.</summary>
    public Task<IReadOnlyList<DashboardCounts>> Count(DashboardBy by, PartnerId? organisation, CancellationToken ct) => by switch
    {
        DashboardBy.Partner => Partners(organisation, ct),
        DashboardBy.Source => Sources(organisation, ct),
        DashboardBy.Expectation => Expectations(organisation, ct),
        DashboardBy.Plan => Plans(organisation, ct),
        _ => Obligations(organisation, ct),
    };

    private async Task<IReadOnlyList<DashboardCounts>> Partners(PartnerId? organisation, CancellationToken ct)
    {
        var names = await Names<PartnerRegister>("partner", "name", organisation, ct);
        return Rows(
            (await tallies.Of<CommitmentRegister>(organisation, ["partner", "stage", "status", "disputed"], ct)).Select(r => (r.Fields[0]!, State(r.Fields[1], r.Fields[2], r.Fields[3]), r.Count)),
            names, names.Keys);
    }

    private async Task<IReadOnlyList<DashboardCounts>> Sources(PartnerId? organisation, CancellationToken ct)
    {
        // Counted once by all that a commitment names, and told apart here: the database would take each list apart by itself.
        var counted = from r in await tallies.Of<CommitmentRegister>(organisation, ["source", "serves", "stage", "status", "disputed"], ct)
                      from subject in Listed(r.Fields[1]).Prepend(r.Fields[0]!)
                      select (subject, State(r.Fields[2], r.Fields[3], r.Fields[4]), r.Count);
        var statements = (await Pack(ct))?.Statements.ToDictionary(s => new StatementRef(s.Kind, s.Key).ToString(), s => ((string?)null, s.Text)) ?? [];
        return Rows(counted, statements, statements.Keys);
    }

    private async Task<IReadOnlyList<DashboardCounts>> Expectations(PartnerId? organisation, CancellationToken ct)
    {
        var statements = (await Pack(ct))?.Statements.Where(s => s.Kind is StatementKind.Expectation)
            .ToDictionary(s => new StatementRef(s.Kind, s.Key).ToString(), s => ((string?)null, s.Text)) ?? [];
        var partners = (await tallies.Of<PartnerRegister>(organisation, ["stage"], ct)).Where(r => r.Fields[0] == nameof(PartnerStage.Active)).Sum(r => r.Count);
        var said = (await tallies.Of<PartnerStandingRegister>(organisation, ["expectations.expectation", "expectations.status"], ct))
            .Select(r => (Subject: r.Fields[0]!, State: Word(r.Fields[1]), r.Count)).Where(r => r.State != "not-stated").ToArray();
        var silent = statements.Keys.Select(s => (s, "not-stated", Math.Max(0, partners - said.Where(r => r.Subject == s).Sum(r => r.Count))));
        return Rows(said.Concat(silent), statements, statements.Keys);
    }

    private async Task<IReadOnlyList<DashboardCounts>> Plans(PartnerId? organisation, CancellationToken ct)
    {
        var titles = await Names<ActionPlanRegister>("plan", "title", null, ct);
        var items = await tallies.Of<ActionPlanItemRegister>(organisation, ["plan", "year", "status", "overdue"], ct);
        var names = items.Select(r => (r.Fields[0]!, r.Fields[1]!)).Distinct().ToDictionary(
            r => $"{r.Item1} {r.Item2}", r => ((string?)$"{titles.GetValueOrDefault(r.Item1).Key ?? r.Item1} {r.Item2}", $"{titles.GetValueOrDefault(r.Item1).Name}, {r.Item2}"));
        return Rows(items.Select(r => ($"{r.Fields[0]} {r.Fields[1]}", r.Fields[3] == "true" ? "overdue" : Word(r.Fields[2]), r.Count)), names, []);
    }

    private async Task<IReadOnlyList<DashboardCounts>> Obligations(PartnerId? organisation, CancellationToken ct)
    {
        var (rows, today) = (new List<DashboardCounts>(), LedgerClock.DayOf(clock.GetUtcNow()));
        for (var token = ""; ;)
        {
            var page = await registers.List<ObligationRegister>(new ListTerms("", PageSize, token, 0, organisation), ct);
            rows.AddRange(page.Items.Select(o => Row(o.Key, o.Key, o.Text, o.AsAt(today).GroupBy(d => PackWord.Of(d.State)).Select(g => (g.Key, g.Count())))));
            if (page.NextPageToken.Length == 0) return [.. rows.OrderBy(r => r.Subject, StringComparer.Ordinal)];
            token = page.NextPageToken;
        }
    }

    private async Task<PackRegister?> Pack(CancellationToken ct) =>
        policy.Council is { } council ? await registers.Find<PackRegister>(StreamKey.Of(PackId.Kind, council.Pack.Value), ct: ct) : null;

    private async Task<Dictionary<string, (string? Key, string Name)>> Names<TDocument>(string id, string name, PartnerId? organisation, CancellationToken ct)
        where TDocument : class, IRegister<TDocument> =>
        (await tallies.Of<TDocument>(organisation, [id, "key", name], ct)).ToDictionary(r => r.Fields[0]!, r => (r.Fields[1], r.Fields[2] ?? ""));

    private static IReadOnlyList<DashboardCounts> Rows(
        IEnumerable<(string Subject, string State, int Count)> counted, IReadOnlyDictionary<string, (string? Key, string Name)> names, IEnumerable<string> always)
    {
        var bySubject = counted.ToLookup(c => c.Subject);
        return
        [
            .. bySubject.Select(g => g.Key).Union(always).Select(subject => names.TryGetValue(subject, out var known)
                    ? Row(subject, known.Key ?? subject, known.Name, bySubject[subject].Select(c => (c.State, c.Count)))
                    : Row(subject, subject, "", bySubject[subject].Select(c => (c.State, c.Count))))
                .OrderBy(r => r.Subject, StringComparer.Ordinal),
        ];
    }

    private static DashboardCounts Row(string about, string subject, string name, IEnumerable<(string State, int Count)> counts)
    {
        (string State, int Count)[] sums = [.. counts.GroupBy(c => c.State).Select(g => (g.Key, g.Sum(c => c.Count))).OrderBy(c => c.Key, StringComparer.Ordinal)];
        return new(about, subject, name, sums, sums.Where(c => WantsAttention.Contains(c.State)).Sum(c => c.Count));
    }

    private static string[] Listed(string? list) => list is null ? [] : System.Text.Json.JsonSerializer.Deserialize<string[]>(list)!;

    private static string State(string? stage, string? status, string? disputed) =>
        disputed == "true" ? "disputed" : stage == nameof(CommitmentStage.Accepted) ? Word(status) : Word(stage);

    private static string Word(string? name) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(name ?? "");
}
