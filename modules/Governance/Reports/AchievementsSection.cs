using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Governance;

/// <summary>What was achieved in the year, whom it was shared with and who took it up (Policy, Difference, bullet 4).</summary>
internal sealed class AchievementsSection : ISection
{
    private const string Section = "achievements";

    public string Key => Section;

    public int Order => 70;

    public ISectionFold Begin(ReportScope scope) => new Fold(scope);

    private sealed class AchievementOnRecord(Guid id)
    {
        public Latest<AchievementRecorded> Recorded { get; } = new();
        public Latest<AchievementRetracted> Retracted { get; } = new();
        public List<(long Position, AchievementShared Shared)> Shared { get; } = [];
        public List<(long Position, PracticeAdopted Adopted)> Adopted { get; } = [];

        public string Subject => Recorded.Value.Key ?? id.ToString();

        public IEnumerable<long> Positions => [.. Recorded.Positions, .. Retracted.Positions];
    }

    private sealed class Fold(ReportScope scope) : ISectionFold
    {
        private readonly PartnersOnRecord _partners = new(scope);
        private readonly Dictionary<Guid, AchievementOnRecord> _achievements = [];
        private readonly FigureList _figures = new();

        public void Apply(RecordedEvent recorded)
        {
            _partners.Apply(recorded);
            // That it does not stand is true whenever it is known.
            if (recorded.Event is AchievementRetracted retracted) Of(recorded).Retracted.Replace(recorded, retracted);
            if (!scope.Holds(recorded)) return;
            switch (recorded.Event)
            {
                case AchievementRecorded e: Of(recorded).Recorded.Replace(recorded, e); break;
                case AchievementShared e: Of(recorded).Shared.Add((recorded.Position, e)); break;
                case PracticeAdopted e: Of(recorded).Adopted.Add((recorded.Position, e)); break;
            }
        }

        public SectionContent Complete()
        {
            AchievementOnRecord[] ofYear = [.. _achievements.Values.Where(a => a.Recorded.Any && scope.Year.Contains(a.Recorded.On)).OrderBy(a => a.Recorded.Position)];
            AchievementOnRecord[] all = [.. ofYear.Where(a => !a.Retracted.Any)];
            string Total(string name, string label, string what, Func<AchievementOnRecord, bool> counts, Func<AchievementOnRecord, IEnumerable<long>> positions) =>
                _figures.Add(Figure.Of($"{Section}.{name}", label, $"Count of achievements of the year, as AchievementRecorded and not AchievementRetracted, {what}.",
                    all.Count(counts), ofYear.SelectMany(a => (IEnumerable<long>)[.. a.Positions, .. positions(a)]),
                    ofYear.Length == 0 ? Printed.Searched(scope, "All achievements", $"AchievementRecorded in {scope.Year}") : null)).Key;
            string[] headlines =
            [
                Total("total", "Achievements", "of every partner", _ => true, _ => []),
                Total("best-practice", "Offered as best practice", "marked as best practice", a => a.Recorded.Value.BestPractice, _ => []),
                Total("shared", "Shared", "with AchievementShared by the cut-off", a => a.Shared.Count > 0, a => a.Shared.Select(s => s.Position)),
                Total("adopted", "Taken up by others", "with PracticeAdopted by the cut-off", a => a.Adopted.Count > 0, a => a.Adopted.Select(s => s.Position)),
            ];
            ReportPart[] entries = [.. all.GroupBy(a => a.Recorded.Value.Partner).Select(g => new ReportEntries(
                $"{Section}.{g.First().Subject}", _partners.NameOf(g.Key), [], [.. g.Select(Entry)]))];
            return new SectionContent(Section, "Achievements and best practice",
                ["What partners achieved, with the evidence, whom they shared it with and who took it up. What was taken back is not shown."],
                _figures.All, [new ReportHeadlines($"{Section}.headlines", headlines), .. entries]);
        }

        private ReportEntry Entry(AchievementOnRecord achievement)
        {
            var says = achievement.Recorded.Value;
            var adopted = _figures.Add(Figure.Of($"{Section}.adopted.{achievement.Subject}", $"{achievement.Subject}: taken up", "Count of PracticeAdopted by the cut-off.",
                achievement.Adopted.Count, [.. achievement.Positions, .. achievement.Adopted.Select(a => a.Position)],
                achievement.Adopted.Count == 0 ? Printed.Searched(scope, $"The achievement {achievement.Subject}", "PracticeAdopted") : null));
            return new ReportEntry($"{Section}.entry.{achievement.Subject}", says.Title,
            [
                new("When", Printed.Day(achievement.Recorded.On)),
                new("How it went", says.Account),
                new("Evidence", says.Evidence),
                .. says.Serves.Count > 0 ? [new Fact("Serves", string.Join(", ", says.Serves))] : Array.Empty<Fact>(),
                .. achievement.Shared.Count > 0 ? [new Fact("Shared", [.. achievement.Shared.Select(s => (Cell)$"With {s.Shared.With} on {Printed.Day(s.Shared.EffectiveOn)}: {s.Shared.Reference}")])] : Array.Empty<Fact>(),
                new("Taken up by", [adopted, .. achievement.Adopted.Select(a => (Cell)$"{_partners.NameOf(a.Adopted.By)}, {Printed.Day(a.Adopted.EffectiveOn)}: {a.Adopted.How}")]),
            ]);
        }

        private AchievementOnRecord Of(RecordedEvent recorded) =>
            _achievements.TryGetValue(recorded.Id, out var known) ? known : _achievements[recorded.Id] = new(recorded.Id);
    }
}
