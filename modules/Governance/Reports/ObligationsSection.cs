using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>The obligations that are owed for the year: met, met late, missed, and those whose day is still to come (Report 6).</summary>
internal sealed class ObligationsSection : ISection
{
    private const string Section = "obligations";

    public string Key => Section;

    public int Order => 60;

    public ISectionFold Begin(ReportScope scope) => new Fold(scope, first: true);

    /// <summary>The fold of the version that writes days as people do.</summary>
    internal static ISectionFold WithDaysInWords(ReportScope scope) => new Fold(scope, first: false);

    private sealed class Fold(ReportScope scope, bool first) : ISectionFold
    {
        private readonly Dictionary<Guid, ObligationOnRecord> _obligations = [];
        private readonly FigureList _figures = new();

        public void Apply(RecordedEvent recorded)
        {
            if (recorded.Kind != ObligationId.Kind) return;
            if (!_obligations.TryGetValue(recorded.Id, out var known)) _obligations[recorded.Id] = known = new(scope);
            known.Apply(recorded);
        }

        public SectionContent Complete()
        {
            ObligationOnRecord[] all = [.. _obligations.Values.Where(o => o.Stated.Any)];
            (ObligationOnRecord Obligation, OwedDay Day)[] owed = [.. all.SelectMany(o => o.OwedDays().Select(d => (o, d)))];
            var headlines = Headlines(owed);
            var table = new ReportTable($"{Section}.owed", $"What is owed for {scope.Year}", ["Obligation", "Source", "Due", "State", "Shown by"],
                [.. all.SelectMany(Rows)]);
            return new SectionContent(Section, "Obligations met, missed and due",
                [$"A day that passed without the publication stays on record as missed, also when it was met afterwards. What is due after {Printed.Day(scope.AsAt)} is shown as due."],
                _figures.All, [new ReportHeadlines($"{Section}.headlines", headlines), table]);
        }

        private IReadOnlyList<string> Headlines((ObligationOnRecord Obligation, OwedDay Day)[] owed)
        {
            long[] all = [.. owed.SelectMany(o => o.Obligation.Positions(o.Day))];
            string Total(string name, string label, string what, Func<OwedDay, bool> counts) =>
                _figures.Add(Figure.Of($"{Section}.{name}", label, $"Due days owed for the year by ObligationStated and ObligationSetOff {what}.", owed.Count(o => counts(o.Day)), all)).Key;
            return
            [
                Total("met", "Met in time", "with ObligationMet in time", d => d.Met is { Value.Late: false }),
                Total("met-late", "Met late", "with ObligationMet after the due day", d => d.Met is { Value.Late: true }),
                Total("missed", "Missed, not met since", "with ObligationMissed and no ObligationMet", d => d.Met is null && d.Missed is not null),
                Total("due", "Not met yet", "with neither", d => d.Met is null && d.Missed is null),
            ];
        }

        private IEnumerable<IReadOnlyList<Cell>> Rows(ObligationOnRecord obligation)
        {
            var stated = obligation.Stated.Value;
            Cell what = $"{stated.Text} (from {stated.From} to {stated.To})";
            Cell source = stated.Citation.ToString();
            OwedDay[] days = [.. obligation.OwedDays()];
            foreach (var day in days) yield return [what, source, $"{Printed.Day(day.DueOn)}, for {For(day)}", State(obligation, day), day.Met?.Value.Reference ?? ""];
            var always = stated.Rule is ObligationRule.Always or ObligationRule.KeptWithin;
            if (days.Length > 0 && !always) yield break;
            yield return always
                ? [what, source, "Always", Kept(obligation), obligation.Kept.Any ? obligation.Kept.Value.Reference : ""]
                : [what, source, stated.Rule.InWords(), $"Not owed for {scope.Year}", ""];
        }

        private Cell State(ObligationOnRecord obligation, OwedDay day)
        {
            var (value, mark) = (day.Met, day.Missed) switch
            {
                ({ Value.Late: true } met, _) => ($"Met late, on {Printed.Day(met.On)}", "late"),
                ({ } met, _) => ($"Met on {Printed.Day(met.On)}", "met"),
                (null, not null) => ($"Missed on {Printed.Day(day.DueOn)}", "missed"),
                _ => (day.DueOn < scope.AsAt ? "Past its day, not met" : "Due", "due"),
            };
            var figure = _figures.Add(Figure.Of(
                $"{Section}.state.{obligation.Stated.Value.Key}.{day.For.Replace(' ', '-')}.{day.DueOn:yyyy-MM-dd}", $"{obligation.Stated.Value.Key}, for {For(day)}", "ObligationMet for the due day, else ObligationMissed, else due.",
                value, obligation.Positions(day),
                day.Met is null && day.Missed is null ? Printed.Searched(scope, $"The obligation {obligation.Stated.Value.Key}", $"ObligationMet and ObligationMissed for {Printed.Day(day.DueOn)}") : null));
            return new Cell(figure.Value, figure.Key, mark);
        }

        private string For(OwedDay day) => first ? day.For : Printed.DaysInWords(day.For);

        private Cell Kept(ObligationOnRecord obligation)
        {
            var kept = obligation.Kept;
            var figure = _figures.Add(Figure.Of(
                $"{Section}.kept.{obligation.Stated.Value.Key}", $"{obligation.Stated.Value.Key}: kept", "ObligationKept with the greatest effective date by the cut-off.",
                kept.Any ? $"Last shown to be kept on {Printed.Day(kept.On)}" : "Never shown to be kept", [obligation.Stated.Position, .. kept.Positions],
                kept.Any ? null : Printed.Searched(scope, $"The obligation {obligation.Stated.Value.Key}", "ObligationKept")));
            return new Cell(figure.Value, figure.Key, kept.Any ? "met" : "unanswered");
        }
    }

    /// <summary>A day on which something is owed for the year, with what is on record for it.</summary>
    private sealed record OwedDay(DateOnly DueOn, string For)
    {
        public Latest<ObligationMet>? Met { get; init; }
        public Latest<ObligationMissed>? Missed { get; init; }
        public IReadOnlyList<long> SetOff { get; init; } = [];
    }

    private sealed class ObligationOnRecord(ReportScope scope)
    {
        private readonly Dictionary<(DateOnly DueOn, string For), Latest<ObligationMet>> _met = [];
        private readonly Dictionary<(DateOnly DueOn, string For), Latest<ObligationMissed>> _missed = [];
        private readonly Dictionary<(DateOnly DueOn, string For), List<long>> _setOff = [];

        public Latest<ObligationStated> Stated { get; } = new();
        public Latest<ObligationKept> Kept { get; } = new();

        public void Apply(RecordedEvent recorded)
        {
            if (recorded.Event is ObligationStated stated) Stated.Replace(recorded, stated);
            if (!scope.Holds(recorded)) return;
            switch (recorded.Event)
            {
                case ObligationSetOff e: Slot(_setOff, (e.DueOn, e.Happening)).Add(recorded.Position); break;
                case ObligationMet e: Slot(_met, (e.DueOn, e.For)).Replace(recorded, e); break;
                case ObligationMissed e: Slot(_missed, (e.DueOn, e.For)).Replace(recorded, e); break;
                case ObligationKept e: Kept.Offer(recorded, e); break;
            }
        }

        /// <summary>The days owed for the year: by the calendar, by what set it off, and by what is on record as met or missed.</summary>
        public IEnumerable<OwedDay> OwedDays() =>
            Stated.Value.Rule.DueFrom(Stated.Value.BindsFrom).TakeWhile(d => d.On <= scope.Year.Last.AddYears(2)).Select(d => (DueOn: d.On, d.For))
                .Concat(_setOff.Keys).Concat(_met.Keys).Concat(_missed.Keys)
                .Where(d => OfYear(d.DueOn, d.For)).Distinct().OrderBy(d => d.DueOn).ThenBy(d => d.For, StringComparer.Ordinal)
                .Select(d => new OwedDay(d.DueOn, d.For) { Met = _met.GetValueOrDefault(d), Missed = _missed.GetValueOrDefault(d), SetOff = _setOff.GetValueOrDefault(d) ?? [] });

        public IEnumerable<long> Positions(OwedDay day) => [Stated.Position, .. day.SetOff, .. day.Met?.Positions ?? [], .. day.Missed?.Positions ?? []];

        // A calendar's day is owed for a period; what a happening set off belongs to the year of its day.
        private bool OfYear(DateOnly dueOn, string owedFor) =>
            ReportingPeriod.TryParse(owedFor, null, out var period) ? period.Year == scope.Year : scope.Year.Contains(dueOn);

        private static TValue Slot<TValue>(Dictionary<(DateOnly, string), TValue> slots, (DateOnly, string) key) where TValue : new() =>
            slots.TryGetValue(key, out var known) ? known : slots[key] = new();
    }
}

/// <summary>The same section with the days of what is owed for some days as people write them.</summary>
internal sealed class ObligationsSectionInWords : ISection
{
    private readonly ObligationsSection _before = new();

    public string Key => _before.Key;

    public int Version => 2;

    public int Order => _before.Order;

    public ISectionFold Begin(ReportScope scope) => ObligationsSection.WithDaysInWords(scope);
}
