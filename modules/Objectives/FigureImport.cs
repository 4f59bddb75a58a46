using System.Globalization;
using EqualitiesPlatform.Ledger.Replay;
using Equalities.Options.V1;

namespace EqualitiesPlatform.Objectives;

/// <summary>What an import is asked for.</summary>
/// <param name="From">The version of a shared dataset that the file is, if it is one.</param>
/// <param name="Status">How firm figures are that do not say so.</param>
/// <param name="Release">The release that the file is the whole of: figures that it has not are withdrawn. Null for a part.</param>
/// <param name="Reason">Why final figures change; null when none may.</param>
/// <param name="Corrects">Whether they are corrected rather than revised.</param>
/// <param name="Relabelled">New labels of categories, by breakdown and label.</param>
/// <param name="NotRelabelled">Categories that are really gone.</param>
/// <param name="Rpc">Under which rpc it is recorded.</param>
internal sealed record ImportTerms(
    MeasureTerms Measure, FigureMapping Mapping, DatasetSource? From, ObservationStatus Status, string? Release, string? Reason, bool Corrects, bool DryRun, bool AcceptGoodRows,
    IReadOnlyDictionary<(string Breakdown, string Label), (string Category, string Written)> Relabelled, IReadOnlySet<(string Breakdown, string Category)> NotRelabelled,
    Caller Caller, string RequestId, string Rpc);

/// <summary>What an import came to.</summary>
internal sealed class ImportCounts
{
    public long Rows, LeftOutRows, Figures, Compared, Added, MadeFinal, Revised, Corrected, Withdrawn, Unchanged, WithoutValue, BadRows, CategoriesAdded, Written, Position;
    public bool PartsNotAddedUp, Refused, Whole;
    public string Encoding = "", Delimiter = "";
    public IReadOnlyList<string> LeftOut = [], NewCategories = [];
}

/// <summary>
/// Takes a file of figures in: reads it row by row, sorts the figures onto their sheets in temporary files, compares one
/// part after the other with what stands, and only then writes, through the very commands that a single figure takes. So
/// a million rows never stand in memory, nothing is written when a row fails, and the same file again changes nothing.
/// </summary>
internal sealed class FigureImport(Dispatch dispatch, IGrainFactory grains, FigureReader figures, Positions positions, LedgerClock clock)
{
    private const int Parts = 64;
    private const int FiguresAnEvent = 500;
    private const int RowsAWord = 20_000;
    private const int CategoriesTold = 20;
    // Parts are of different sheets, so they are written beside each other: the ledger takes what is queued in one transaction.
    private const int PartsAtOnce = 4;

    /// <summary>Takes the file in; tells what it finds, and how far it has come, on the way.</summary>
    public async Task<ImportCounts> Run(Stream file, ImportTerms terms, Func<IReadOnlyList<Finding>, ImportCounts, Task> tell, CancellationToken ct)
    {
        using var run = new Running(terms, dispatch, grains, figures, LedgerClock.DayOf(clock.GetUtcNow()), await positions.Final(ct), tell, ct);
        return await run.Take(file);
    }

    private enum Act : byte
    {
        Report,
        Change,
        Withdraw,
    }

    private sealed class Running(
        ImportTerms terms, Dispatch dispatch, IGrainFactory grains, FigureReader reader, DateOnly today, long position, Func<IReadOnlyList<Finding>, ImportCounts, Task> tell, CancellationToken ct) : IDisposable
    {
        private readonly ImportCounts _counts = new();
        private readonly List<Finding> _found = [];
        private readonly Repetitions _repeated = new();
        private readonly PartsAndTotals _totals = new(terms.Measure);
        private readonly HashSet<int> _badLines = [];
        private readonly FigureSpool _rows = new(Parts), _acts = new(Parts);
        private readonly Sketches _now = new(), _before = new();
        private bool _whole;

        public async Task<ImportCounts> Take(Stream file)
        {
            var rows = await Read(file);
            if (!_whole) await Compare();
            if (!_whole && terms.Release is not null) Relabelled(rows);
            _found.AddRange(_repeated.Rest());
            await Flush();
            _counts.Whole = _whole;
            _counts.Refused = _whole || (_counts.BadRows > 0 && !terms.AcceptGoodRows);
            if (_counts.Refused || terms.DryRun) return _counts;
            await Write(rows.Added);
            if (terms.From is { } from) await Note(new TakeFigures(terms.Measure.Id, from, terms.Release, terms.Caller.Actor.Organisation));
            return _counts;
        }

        public void Dispose()
        {
            _rows.Dispose();
            _acts.Dispose();
        }

        private async Task<FigureRows> Read(Stream file)
        {
            var encoding = CsvText.EncodingOf(file, terms.Mapping.Encoding);
            var delimiter = terms.Mapping.Delimiter ?? CsvText.DelimiterOf(file, encoding, terms.Mapping.HeadingsAt ?? 1);
            (_counts.Encoding, _counts.Delimiter) = (encoding.WebName, delimiter);
            using var csv = CsvText.Open(file, encoding, delimiter);
            var rows = new FigureRows(
                terms.Mapping, terms.Measure, terms.Status, terms.Relabelled.ToDictionary(r => r.Key, r => r.Value.Category),
                terms.Caller.Actor.Organisation is null, Found);
            foreach (var row in rows.Read(csv))
            {
                ct.ThrowIfCancellationRequested();
                foreach (var figure in row)
                {
                    _counts.Figures++;
                    _totals.Add(figure);
                    _rows.Write(PartOf(terms.Measure.Sheet(figure.Period, figure.Cell)), 0, figure);
                }
                if (_found.Count <= 100 && rows.Rows % RowsAWord != 0) continue;
                _counts.Rows = rows.Rows;
                await Flush();
            }
            foreach (var finding in _totals.Findings())
            {
                _badLines.Add(finding.Line);
                Found(finding);
            }
            _found.AddRange(_repeated.Rest());
            (_counts.Rows, _counts.LeftOutRows, _counts.WithoutValue, _counts.LeftOut, _counts.PartsNotAddedUp) = (rows.Rows, rows.LeftOutRows, rows.WithoutValue, [.. rows.LeftOut], _totals.TooMany);
            _counts.CategoriesAdded = rows.Added.Sum(a => a.Categories.Count);
            _counts.NewCategories = [.. rows.Added.Select(a => $"{a.Terms.Key}: {string.Join("; ", a.Categories.Take(CategoriesTold).Select(c => string.Join(' ', c.Label.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))))}"
                + (a.Categories.Count > CategoriesTold ? string.Create(CultureInfo.InvariantCulture, $" and {a.Categories.Count - CategoriesTold:N0} more") : ""))];
            await Flush();
            return rows;
        }

        private async Task Compare()
        {
            ILookup<int, SheetId>? known = terms.Release is null ? null : (await reader.Sheets(terms.Measure.Id, position, ct)).Where(s => s.Series == terms.Measure.Register.Series).ToLookup(PartOf);
            for (var part = 0; part < Parts; part++)
            {
                var (lines, sheets) = (new Dictionary<(MeasuredPeriod, string), int>(), new Dictionary<SheetId, FiguresOnRecord>());
                foreach (var sheet in known?[part] ?? []) sheets[sheet] = await reader.Read(sheet, position, ct);
                foreach (var (_, figure) in _rows.Read(part))
                {
                    if (++_counts.Compared % RowsAWord == 0) await Flush();
                    if (_badLines.Contains(figure.Line)) continue;
                    var sheet = terms.Measure.Sheet(figure.Period, figure.Cell);
                    if (!sheets.TryGetValue(sheet, out var standing)) sheets[sheet] = standing = await reader.Read(sheet, position, ct);
                    if (!lines.TryAdd((figure.Period, figure.Cell), figure.Line))
                        Found(new Finding(figure.Line, "", $"{figure.Period}, {Cells.Shown(figure.Cell)}, is there already in line {lines[(figure.Period, figure.Cell)]}."));
                    else if (Weigh(figure, standing.Find(sheet.Series, figure.Period, figure.Cell)) is { } act)
                        _acts.Write(part, (byte)act, figure);
                    if (terms.Release is not null) _now.Add(figure.Period, figure.Cell, figure.Value);
                    if (_found.Count > 100) await Flush();
                }
                if (terms.Release is null) continue;
                foreach (var figure in sheets.Values.SelectMany(s => s.All))
                {
                    _before.Add(figure.Period, figure.Cell, figure.Value);
                    if (lines.ContainsKey((figure.Period, figure.Cell))) continue;
                    _counts.Withdrawn++;
                    _acts.Write(part, (byte)Act.Withdraw, new FileFigure(0, figure.Period, figure.Cell, figure.Value, null, null, figure.Status));
                }
            }
        }

        private Act? Weigh(FileFigure figure, FigureOnRecord? standing)
        {
            if (figure.Status is not ObservationStatus.Provisional && figure.Period.Last > today)
                Found(new Finding(figure.Line, "", $"{figure.Period} is not over, so its figure can only be provisional."));
            else if (standing is null)
            {
                _counts.Added++;
                return Act.Report;
            }
            else if (standing.Value == figure.Value && standing.Numerator == figure.Numerator && standing.Denominator == figure.Denominator)
            {
                if (standing.Status is not ObservationStatus.Provisional || figure.Status is ObservationStatus.Provisional) _counts.Unchanged++;
                else
                {
                    _counts.MadeFinal++;
                    return Act.Report;
                }
            }
            else if (standing.Status is ObservationStatus.Provisional && !terms.Corrects)
            {
                _counts.Revised++;
                return Act.Report;
            }
            else if (terms.Reason is null)
                Found(new Finding(figure.Line, "", $"The figure for {figure.Period}, {Cells.Shown(figure.Cell)}, is {standing.Value.Shown()} and here {figure.Value.Shown()}; a final figure changes with a reason only: give one, or the release."));
            else
            {
                if (terms.Corrects) _counts.Corrected++;
                else _counts.Revised++;
                return Act.Change;
            }
            return null;
        }

        /// <summary>Asks about categories that are gone while others with the same figures are new.</summary>
        private void Relabelled(FigureRows rows)
        {
            var added = rows.Added.ToDictionary(a => a.Terms.Key, a => a.Categories.ToDictionary(c => c.Key, c => c.Label));
            string Label(string breakdown, string category) =>
                added.GetValueOrDefault(breakdown)?.GetValueOrDefault(category) ?? terms.Measure.Breakdown(breakdown)?.LabelOf(category) ?? category;
            foreach (var ((breakdown, gone), agreement, likely) in _before.Renamed(_now, Label))
            {
                if (terms.NotRelabelled.Contains((breakdown, gone))) continue;
                var (label, word) = (Label(breakdown, gone), Label(breakdown, likely));
                Found(new Finding(0, breakdown,
                    $"\"{label}\" is not in this release, and \"{word}\" has the same figures in {agreement}. Is it the same category under another label? Then say so: relabelled \"{breakdown}:{gone}={word}\". "
                    + $"If \"{label}\" is really gone and its figures are to be withdrawn: not relabelled \"{breakdown}:{gone}\".", Whole: true));
            }
        }

        private async Task Write(IEnumerable<(BreakdownTerms Terms, IReadOnlyList<Category> Categories)> added)
        {
            foreach (var ((breakdown, _), (category, label)) in terms.Relabelled)
                await Send(new RelabelCategory(terms.Measure.Breakdown(breakdown)!.Id, category, label), $"relabel:{breakdown}:{category}");
            foreach (var (breakdown, categories) in added)
                await Send(new AddCategories(breakdown.Id, categories, terms.Release is { } release ? $"Release {release}" : "Published figures"), $"categories:{breakdown.Key}");
            using var one = new SemaphoreSlim(1);
            await Parallel.ForEachAsync(Enumerable.Range(0, Parts), new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = ct }, async (part, _) => await Write(part, one));
        }

        private async Task Write(int part, SemaphoreSlim one)
        {
            var waiting = new Dictionary<(SheetId Sheet, Act Act), List<FileFigure>>();
            var sent = new Dictionary<(SheetId, Act), int>();
            async Task Flush((SheetId Sheet, Act Act) at)
            {
                var figures = waiting[at];
                sent[at] = sent.GetValueOrDefault(at) + 1;
                await Send(Command(at.Sheet, at.Act, figures), string.Create(CultureInfo.InvariantCulture, $"{at.Sheet.Stream}:{at.Act}:{sent[at]}"));
                waiting[at] = [];
                await one.WaitAsync(ct);
                try
                {
                    _counts.Written += figures.Count;
                    await tell([], _counts);
                }
                finally
                {
                    one.Release();
                }
            }
            foreach (var (act, figure) in _acts.Read(part))
            {
                var at = (terms.Measure.Sheet(figure.Period, figure.Cell), (Act)act);
                if (!waiting.TryGetValue(at, out var figures)) waiting[at] = figures = [];
                figures.Add(figure);
                if (figures.Count == FiguresAnEvent) await Flush(at);
            }
            foreach (var at in waiting.Keys.ToArray())
                if (waiting[at].Count > 0) await Flush(at);
            foreach (var sheet in waiting.Keys.Select(at => at.Sheet).Distinct()) await grains.GetGrain<IObservationSheetGrain>(sheet.Stream).Rest();
        }

        private ICommand Command(SheetId sheet, Act act, List<FileFigure> figures) => act switch
        {
            Act.Report => new ReportObservations(sheet, [.. figures.Select(f => f.Observation)], terms.Release, terms.Measure.Register.Reporter, terms.Measure.Register.Closed),
            Act.Change when terms.Corrects => new CorrectObservations(sheet, [.. figures.Select(f => f.Observation)], terms.Reason!),
            Act.Change => new ReviseObservations(sheet, [.. figures.Select(f => f.Observation)], terms.Reason!, terms.Release),
            _ => new WithdrawObservations(sheet, [.. figures.Select(f => new ObservedCell(f.Period, f.Cell))], $"Not in the release {terms.Release}.", terms.Release),
        };

        /// <summary>Notes where the figures came from, as the platform: what a measure says of itself is not for its reporter to write.</summary>
        private async Task Note(TakeFigures taken)
        {
            var receipt = await dispatch.SendAsPlatform(taken, terms.Rpc, Following("taken"), terms.Caller.Correlation);
            _counts.Position = Math.Max(_counts.Position, receipt.Position);
        }

        private string Following(string what) => NameBasedId.Of(terms.Caller.Actor.Person.Value, $"{terms.Rpc}:{terms.RequestId}:{what}").ToString();

        /// <summary>Each write has an id that follows from the import's, so that a call that broke is sent again and doubles nothing.</summary>
        private async Task Send(ICommand command, string what)
        {
            var receipt = await dispatch.Send(command, new Envelope(dispatch.OccasionOf(terms.Caller.Actor, Following(what), terms.Caller.Correlation), terms.Rpc));
            lock (_counts) _counts.Position = Math.Max(_counts.Position, receipt.Position);
        }

        private void Found(Finding finding)
        {
            if (!_repeated.Holds(finding)) _found.Add(finding);
            _whole |= finding.Whole;
            if (finding.Line > 0) _counts.BadRows++;
        }

        private async Task Flush()
        {
            await tell([.. _found.OrderBy(f => f.Line)], _counts);
            _found.Clear();
        }

        private static int PartOf(SheetId sheet) => (int)((uint)HashCode.Combine(sheet.Year.StartYear, sheet.Number) % Parts);
    }
}
