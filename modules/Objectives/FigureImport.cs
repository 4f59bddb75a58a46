using System.Globalization;
using System.Text;
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
    public IReadOnlyList<string> LeftOut = [];
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
        private readonly Spool _rows = new(Parts), _acts = new(Parts);
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
            foreach (var figure in rows.Read(csv))
            {
                ct.ThrowIfCancellationRequested();
                _counts.Figures++;
                _totals.Add(figure);
                _rows.Write(PartOf(terms.Measure.Sheet(figure.Period, figure.Cell)), 0, figure);
                if (_found.Count > 100 || _counts.Figures % RowsAWord == 0)
                {
                    _counts.Rows = rows.Rows;
                    await Flush();
                }
            }
            foreach (var finding in _totals.Findings())
            {
                _badLines.Add(finding.Line);
                Found(finding);
            }
            _found.AddRange(_repeated.Rest());
            (_counts.Rows, _counts.LeftOutRows, _counts.WithoutValue, _counts.LeftOut, _counts.PartsNotAddedUp) = (rows.Rows, rows.LeftOutRows, rows.WithoutValue, [.. rows.LeftOut], _totals.TooMany);
            _counts.CategoriesAdded = rows.Added.Sum(a => a.Categories.Count);
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
            foreach (var ((breakdown, gone), agreement, likely) in _before.Renamed(_now))
            {
                var label = terms.Measure.Breakdown(breakdown)?.LabelOf(gone) ?? gone;
                if (terms.NotRelabelled.Contains((breakdown, gone))) continue;
                var word = rows.Added.Where(a => a.Terms.Key == breakdown).SelectMany(a => a.Categories).FirstOrDefault(c => c.Key == likely)?.Label ?? terms.Measure.Breakdown(breakdown)?.LabelOf(likely) ?? likely;
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

    /// <summary>Figures on their way, in as many temporary files as there are parts; gone when it is disposed of.</summary>
    private sealed class Spool(int parts) : IDisposable
    {
        private readonly FileStream?[] _files = new FileStream?[parts];
        private readonly BinaryWriter?[] _writers = new BinaryWriter?[parts];

        public void Write(int part, byte act, FileFigure figure)
        {
            var writer = _writers[part] ??= new BinaryWriter(_files[part] = new FileStream(
                Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 16 * 1024, FileOptions.DeleteOnClose), Encoding.UTF8);
            writer.Write(act);
            writer.Write(figure.Line);
            writer.Write(figure.Period.First.DayNumber);
            writer.Write(figure.Period.Last.DayNumber);
            writer.Write(figure.Cell);
            writer.Write(figure.Value);
            writer.Write(figure.Numerator is not null);
            if (figure is { Numerator: { } over, Denominator: { } under })
            {
                writer.Write(over);
                writer.Write(under);
            }
            writer.Write((byte)figure.Status);
        }

        public IEnumerable<(byte Act, FileFigure Figure)> Read(int part)
        {
            if (_files[part] is not { } file) yield break;
            _writers[part]!.Flush();
            file.Position = 0;
            using var reader = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
            while (file.Position < file.Length)
            {
                var act = reader.ReadByte();
                var line = reader.ReadInt32();
                var period = new MeasuredPeriod(DateOnly.FromDayNumber(reader.ReadInt32()), DateOnly.FromDayNumber(reader.ReadInt32()));
                var cell = reader.ReadString();
                var value = reader.ReadDecimal();
                decimal? over = null, under = null;
                if (reader.ReadBoolean()) (over, under) = (reader.ReadDecimal(), reader.ReadDecimal());
                yield return (act, new FileFigure(line, period, cell, value, over, under, (ObservationStatus)reader.ReadByte()));
            }
        }

        public void Dispose()
        {
            foreach (var file in _files) file?.Dispose();
        }
    }
}

/// <summary>
/// What is found again and again: the first rows are told one by one, and the rest of them in one sentence with their
/// lines, so that a file that is wrong throughout says so once.
/// </summary>
internal sealed class Repetitions
{
    private const int OneByOne = 10, MostSentences = 1_000, MostRanges = 100;

    private readonly Dictionary<(string Column, string Reason), (int Told, List<int> More)> _said = [];

    /// <summary>Whether a finding is held back to be told with others.</summary>
    public bool Holds(Finding finding)
    {
        var key = (finding.Column, finding.Reason);
        if (finding.Line == 0 || (!_said.ContainsKey(key) && _said.Count == MostSentences)) return false;
        var (told, more) = _said.TryGetValue(key, out var said) ? said : _said[key] = (0, []);
        if (told == OneByOne) more.Add(finding.Line);
        else _said[key] = (told + 1, more);
        return told == OneByOne;
    }

    /// <summary>One finding for all that is held back of each sentence.</summary>
    public IReadOnlyList<Finding> Rest()
    {
        Finding[] rest = [.. _said.Where(s => s.Value.More.Count > 0).Select(s => new Finding(s.Value.More.Min(), s.Key.Column, $"{s.Key.Reason} {More(s.Value.More)}"))];
        _said.Clear();
        return rest;
    }

    private static string More(List<int> lines)
    {
        var ranges = new List<(int From, int To)>();
        foreach (var line in lines.Order())
        {
            if (ranges is [.., var (from, to)] && to + 1 == line) ranges[^1] = (from, line);
            else ranges.Add((line, line));
        }
        var named = string.Join(", ", ranges.Take(MostRanges).Select(r => r.From == r.To ? $"{r.From}" : $"{r.From} to {r.To}"));
        var left = ranges.Skip(MostRanges).Sum(r => r.To - r.From + 1);
        return string.Create(CultureInfo.InvariantCulture, $"And {lines.Count:N0} more of the same, in {(lines.Count == 1 ? "line" : "lines")} {named}{(left > 0 ? $" and {left:N0} lines after them" : "")}.");
    }
}

/// <summary>Whether the parts of a file make its totals, where all parts of one are there.</summary>
internal sealed class PartsAndTotals(MeasureTerms measure)
{
    private const int Most = 200_000;

    private readonly Dictionary<(string Breakdown, string Within), int> _partsOf = measure.Breakdowns
        .SelectMany(b => b.Register?.Categories.Select(c => (b.Key, Within: c.Within ?? "")) ?? []).GroupBy(c => c).ToDictionary(g => g.Key, g => g.Count());
    private readonly Dictionary<(string Breakdown, string Category), string> _within = measure.Breakdowns
        .SelectMany(b => b.Register?.Categories.Select(c => (b.Key, c.Key, Within: c.Within ?? "")) ?? []).ToDictionary(c => (c.Item1, c.Item2), c => c.Within);
    private readonly Dictionary<(MeasuredPeriod, string Breakdown, string Within, string Besides), (decimal Sum, int Parts)> _parts = [];
    private readonly Dictionary<(MeasuredPeriod, string Breakdown, string Within, string Besides), (decimal Value, int Line)> _totals = [];

    /// <summary>Whether there were too many totals to add their parts up.</summary>
    public bool TooMany { get; private set; }

    public void Add(FileFigure figure)
    {
        if (!measure.Register.Definition.PartsMakeTotal || TooMany) return;
        var parts = Cells.Parts(figure.Cell);
        foreach (var (breakdown, category) in parts)
        {
            var rest = Cells.Without(figure.Cell, breakdown);
            var place = (figure.Period, breakdown, _within.GetValueOrDefault((breakdown, category), ""), rest);
            var so = _parts.GetValueOrDefault(place);
            _parts[place] = (so.Sum + figure.Value, so.Parts + 1);
            if (_partsOf.ContainsKey((breakdown, category))) _totals.TryAdd((figure.Period, breakdown, category, rest), (figure.Value, figure.Line));
        }
        foreach (var breakdown in measure.Breakdowns)
            if (parts.All(p => p.Breakdown != breakdown.Key)) _totals.TryAdd((figure.Period, breakdown.Key, "", figure.Cell), (figure.Value, figure.Line));
        TooMany = _parts.Count + _totals.Count > Most;
    }

    // Whole numbers make whole totals; of published decimals each was rounded by itself.
    private static decimal Rounding(decimal sum, decimal total, int parts) =>
        Math.Max(sum.Scale, total.Scale) is var scale && scale == 0 ? 0 : (parts + 1) * 0.5m / (decimal)Math.Pow(10, Math.Min(9, (int)scale));

    public IEnumerable<Finding> Findings() => TooMany ? [] : _totals
        .Where(t => _parts.TryGetValue(t.Key, out var parts) && parts.Parts == _partsOf.GetValueOrDefault((t.Key.Breakdown, t.Key.Within)) && Math.Abs(parts.Sum - t.Value.Value) > Rounding(parts.Sum, t.Value.Value, parts.Parts))
        .Select(t => new Finding(t.Value.Line, "",
            $"The {_parts[t.Key].Parts} parts by {t.Key.Breakdown} of {t.Key.Item1}, {(t.Key.Within.Length == 0 ? "" : $"{t.Key.Within}, ")}{Cells.Shown(t.Key.Besides)}, make {_parts[t.Key].Sum.Shown()}, and this says {t.Value.Value.Shown()}."))
        .OrderBy(f => f.Line);
}

/// <summary>A few figures of each category, the same few whatever it is called, by which one that was relabelled is known again.</summary>
internal sealed class Sketches
{
    private const int Size = 200;
    private readonly Dictionary<(string Breakdown, string Category), SortedList<ulong, decimal>> _kept = [];

    public void Add(MeasuredPeriod period, string cell, decimal value)
    {
        foreach (var (breakdown, category) in Cells.Parts(cell))
        {
            if (!_kept.TryGetValue((breakdown, category), out var kept)) _kept[(breakdown, category)] = kept = [];
            var place = $"{period}|{Cells.Without(cell, breakdown)}".Aggregate(14695981039346656037UL, (h, c) => unchecked((h ^ c) * 1099511628211UL));
            if (kept.Count == Size && place > kept.Keys[^1]) continue;
            kept[place] = value;
            if (kept.Count > Size) kept.RemoveAt(Size);
        }
    }

    /// <summary>Categories that are not in the later ones, with the new one whose figures are mostly theirs.</summary>
    public IEnumerable<((string Breakdown, string Category) Gone, string Agreement, string Likely)> Renamed(Sketches later)
    {
        foreach (var (gone, figures) in _kept.Where(k => !later._kept.ContainsKey(k.Key)).OrderBy(k => k.Key))
        {
            var (likely, same, shared) = later._kept.Where(n => n.Key.Breakdown == gone.Breakdown && !_kept.ContainsKey(n.Key))
                .Select(n => (n.Key.Category, Same: figures.Count(f => n.Value.TryGetValue(f.Key, out var value) && value == f.Value), Shared: figures.Keys.Count(n.Value.ContainsKey)))
                .OrderByDescending(n => n.Same).ThenBy(n => n.Category, StringComparer.Ordinal).FirstOrDefault();
            if (likely is not null && shared > 0 && same * 2 >= shared) yield return (gone, $"{same} of {shared} places that were compared", likely);
        }
    }
}
