using EqualitiesPlatform.Disclosure;
using EqualitiesPlatform.Ledger.Reporting;

namespace EqualitiesPlatform.Cases;

/// <summary>
/// Cases in numbers (Report 5.1 to 5.3): the tables that were published of the year, as they were protected then, and the
/// weekly returns on tensions. A figure of a table comes from its publication; what was counted for it is confidential.
/// </summary>
public sealed class CasesSection : ISection
{
    private const string Section = "cases";

    /// <inheritdoc/>
    public string Key => Section;

    /// <inheritdoc/>
    public int Order => 45;

    /// <inheritdoc/>
    public ISectionFold Begin(ReportScope scope) => new Fold(scope);

    private sealed class Fold(ReportScope scope) : ISectionFold
    {
        private readonly Dictionary<string, (TablePublished Said, long Position)> _tables = [];
        private readonly Dictionary<(string Stream, DateOnly Week), (TensionReturn? Return, List<long> Positions)> _weeks = [];
        private readonly List<Figure> _figures = [];

        public void Apply(RecordedEvent recorded)
        {
            switch (recorded.Event)
            {
                // The last one counts, whenever it was published: its own day says up to when it was counted.
                case TablePublished { Origin: { Source: CaseCounts.Source } origin } e when origin.Year == scope.Year:
                    _tables[e.Table.Title] = (e, recorded.Position);
                    break;
                case ReturnSubmitted e when scope.Holds(recorded) && scope.Year.Contains(e.Week):
                    Week(recorded, e.Week, e.Return);
                    break;
                case ReturnMissed e when scope.Holds(recorded) && scope.Year.Contains(e.Week):
                    Week(recorded, e.Week, null);
                    break;
            }
        }

        public SectionContent Complete()
        {
            ReportPart[] tables = [.. _tables.Values.OrderBy(t => t.Said.Statistic.Value).ThenBy(t => t.Said.Table.Title, StringComparer.Ordinal).Select(Part)];
            return new SectionContent(
                Section, "Cases in numbers",
                [
                    "Cases are confidential; only counts are published, and small ones are kept back so that nobody can be found in them. A case that goes on in another is counted there.",
                    "Hate-crime reports count what was reported, not what happened: more of them can mean that more people trust somebody to hear them.",
                    .. tables.Length == 0 ? [$"No counts of cases were published for {scope.Year}."] : Array.Empty<string>(),
                ],
                _figures, [Returns(), .. tables]);
        }

        private ReportTable Part((TablePublished Said, long Position) published) => PublishedCounts.Table(
            published.Said, published.Position, $"{Section}.{string.Join('-', published.Said.Table.Dimensions.Select(Named))}", "Cases", _figures);

        // Tables of the first form named each division of the cases apart, and reports that were frozen with them keep those
        // names; now they are divisions of one dimension, and their classification tells them apart.
        private static string Named(TableDimension dimension) =>
            dimension is { Key: "kind", Classification: { Version: not "1" } division } ? division.Key : dimension.Key;

        private ReportHeadlines Returns()
        {
            long[] all = [.. _weeks.Values.SelectMany(w => w.Positions)];
            string Count(string name, string label, TensionReturn? said)
            {
                var figure = Figure.Of(
                    $"{Section}.returns.{name}", label, "Weeks of a partner and ward by the last ReturnSubmitted, else by ReturnMissed.", _weeks.Values.Count(w => w.Return == said), all,
                    all.Length == 0 ? $"All weekly returns up to position {scope.Position}, for ReturnSubmitted and ReturnMissed of a week in {scope.Year}." : null);
                _figures.Add(figure);
                return figure.Key;
            }
            return new ReportHeadlines($"{Section}.returns",
            [
                Count("no-tension", "Weekly returns of no tension", TensionReturn.NoTension), Count("tensions", "Weekly returns of tensions", TensionReturn.Tensions),
                Count("nil", "Nil returns", TensionReturn.NilReturn), Count("none", "Weeks without a return", null),
            ]);
        }

        private void Week(RecordedEvent recorded, DateOnly week, TensionReturn? said)
        {
            var known = _weeks.GetValueOrDefault((recorded.Stream, week));
            // A week that was missed and reported later counts as what was reported.
            _weeks[(recorded.Stream, week)] = (said ?? known.Return, [.. known.Positions ?? [], recorded.Position]);
        }
    }
}
