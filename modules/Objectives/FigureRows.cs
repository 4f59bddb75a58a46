using CsvHelper;

namespace EqualitiesPlatform.Objectives;

/// <summary>A figure as a file has it.</summary>
internal readonly record struct FileFigure(int Line, MeasuredPeriod Period, string Cell, decimal Value, decimal? Numerator, decimal? Denominator, ObservationStatus Status)
{
    public Observation Observation => new(Period, Cell, Value, Numerator, Denominator, Status);
}

/// <summary>
/// Reads a file of figures, long or wide, row by row: what can be read as figures, and of each row that can't why. Nothing
/// but the headings, and the words that were new, is kept.
/// </summary>
internal sealed class FigureRows
{
    private static readonly string[] PeriodNames = ["period", "year", "date", "time period"];
    private static readonly string[] Wholes = ["all", "total", "both ", "persons", "every"];

    private readonly FigureMapping _mapping;
    private readonly MeasureTerms _measure;
    private readonly ObservationStatus _status;
    private readonly IReadOnlyDictionary<(string Breakdown, string Word), string> _relabelled;
    private readonly bool _mayAdd;
    private readonly Action<Finding> _found;
    private readonly char _mark;
    private readonly HashSet<string> _missing;
    private readonly Dictionary<(string Breakdown, string Word), (string Key, string Label)> _added = [];
    private readonly HashSet<(string Breakdown, string Key)> _addedKeys = [];
    private string[] _headings = [];
    private int _period = -1, _value = -1, _numerator = -1, _denominator = -1, _statusAt = -1;
    private (int Column, BreakdownTerms Terms, BreakdownColumn Said)[] _breakdowns = [];
    private (int Column, string Category, MeasuredPeriod? Period)[] _wide = [];
    private (int Column, string? Said)[] _constant = [];
    private (int Column, string Said)[] _only = [];
    private string[] _ignored = [];
    private readonly Dictionary<int, string> _first = [];
    private readonly HashSet<int> _varies = [];
    private MeasuredPeriod _fixed;
    private readonly int _headingsLine;

    public FigureRows(
        FigureMapping mapping, MeasureTerms measure, ObservationStatus status, IReadOnlyDictionary<(string, string), string> relabelled, bool mayAdd, Action<Finding> found)
    {
        (_mapping, _measure, _status, _relabelled, _mayAdd, _found) = (mapping, measure, status, relabelled, mayAdd, found);
        (_mark, _headingsLine) = ((mapping.Decimal ?? ".")[0], mapping.HeadingsAt ?? 1);
        _missing = new HashSet<string>(mapping.Missing ?? [], StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>How many rows were read.</summary>
    public long Rows { get; private set; }

    /// <summary>How many rows are notes, or of another series.</summary>
    public long LeftOutRows { get; private set; }

    /// <summary>How many cells said that they have no figure.</summary>
    public long WithoutValue { get; private set; }

    /// <summary>Columns that say the same in each row and nothing that is needed.</summary>
    public IEnumerable<string> LeftOut => _constant.Where(c => c.Said is null && !_varies.Contains(c.Column)).Select(c => _headings[c.Column]).Concat(_ignored).Where(h => h.Length > 0).Distinct();

    /// <summary>The categories that the classifications have not.</summary>
    public IEnumerable<(BreakdownTerms Terms, IReadOnlyList<Category> Categories)> Added =>
        _added.GroupBy(a => a.Key.Breakdown).Select(g => (_measure.Breakdown(g.Key)!, (IReadOnlyList<Category>)[.. g.Select(a => new Category(a.Value.Key, a.Value.Label)).DistinctBy(c => c.Key)]));

    /// <summary>Reads the file, the figures of a row at a time; a row that can't be read is found, has none, and the reading goes on.</summary>
    public IEnumerable<IReadOnlyList<FileFigure>> Read(CsvParser file)
    {
        do
        {
            if (file.Read()) continue;
            _found(new Finding(0, "", _mapping.HeadingsAt is { } at ? $"The file has no line {at}, where the mapping says that the headings are." : "The file is empty.", Whole: true));
            yield break;
        }
        while (file.RawRow < _headingsLine);
        _headings = [.. file.Record!.Select(h => h.Trim())];
        if (!Headings()) yield break;
        var (row, end) = (new List<FileFigure>(_wide.Length + 1), file.RawRow);
        while (true)
        {
            // A record with a broken quote in it may swallow the rest; what it swallowed is told with its first line.
            var line = end + 1;
            if (!Next(file, line)) break;
            end = file.RawRow;
            // What a spreadsheet leaves of a row that was cleared.
            if (Enumerable.Range(0, file.Count).All(i => string.IsNullOrWhiteSpace(file[i]))) continue;
            Rows++;
            row.Clear();
            var note = file.Count > 0 && !string.IsNullOrWhiteSpace(file[0]) && Enumerable.Range(1, file.Count - 1).All(i => string.IsNullOrWhiteSpace(file[i])) && _headings.Length > 1;
            if ((note && _mapping.Notes) || (file.Count == _headings.Length && Array.Exists(_only, o => !file[o.Column].Trim().Equals(o.Said, StringComparison.OrdinalIgnoreCase)))) LeftOutRows++;
            else if (file.Count != _headings.Length)
                _found(new Finding(line, "", $"There are {file.Count} columns in this row, and {_headings.Length} headings.{(note ? " If it is a note, say in the mapping \"notes\": true." : end > line ? $" It goes on to line {end}: is a quotation mark not closed?" : "")}"));
            else if (!Row(file, line, row)) row.Clear();
            yield return row;
        }
        if (Rows == 0) _found(new Finding(0, "", "There is no row below the headings.", Whole: true));
        else if (Rows == LeftOutRows && _only.Length > 0) _found(new Finding(0, "", $"No row says {string.Join(" and ", _only.Select(o => $"\"{o.Said}\" under \"{_headings[o.Column]}\""))}, as the mapping's only asks.", Whole: true));
    }

    private bool Next(CsvParser file, int line)
    {
        try
        {
            return file.Read();
        }
        catch (MaxFieldSizeException)
        {
            _found(new Finding(line, "", "A quotation mark opens in this row and is not closed, so the rows below it can't be told apart.", Whole: true));
            return false;
        }
    }

    private bool Headings()
    {
        var whole = true;
        void Missing(string column, string what)
        {
            var near = _headings.Where(h => h.Length > 0).OrderBy(h => BreakdownTerms.Distance(h.ToLowerInvariant(), column.ToLowerInvariant())).FirstOrDefault();
            _found(new Finding(_headingsLine, column, $"There is no column \"{column}\"{what}; the file has {string.Join(", ", _headings.Take(12).Select(h => $"\"{h}\""))}{(_headings.Length > 12 ? ", …" : "")}."
                + (near is not null && BreakdownTerms.Distance(near.ToLowerInvariant(), column.ToLowerInvariant()) <= column.Length / 2 ? $" Is it \"{near}\" now? Then say so in the mapping." : ""), Whole: true));
            whole = false;
        }
        int At(string column, string what)
        {
            var at = Array.FindIndex(_headings, h => h.Equals(column, StringComparison.OrdinalIgnoreCase));
            if (at < 0) Missing(column, what);
            return at;
        }
        int Usual(params string[] names) => Array.FindIndex(_headings, h => names.Contains(h.ToLowerInvariant()));
        int AtOr(string? said, string what, params string[] names) => said is null ? Usual(names) : At(said, what);

        if (_mapping.FixedPeriod is { } always) _fixed = MeasuredPeriod.Parse(always);
        else if (_mapping.Wide?.IsPeriod != true && (_period = AtOr(_mapping.Period, " for the period", PeriodNames)) < 0 && _mapping.Period is null) Missing("Period", " for the period");
        if (_mapping.Status is { } status) _statusAt = At(status.Column, " for the status");
        else _statusAt = Usual("status");

        _breakdowns = _mapping.Breakdowns is { } said
            ? [.. said.Select(b => (At(b.Column, $" for {b.Is}"), Terms(b.Is, ref whole), b)).Where(b => b.Item1 >= 0 && b.Item2 is not null).Select(b => (b.Item1, b.Item2!, b.b))]
            : [.. _measure.Breakdowns.Select(b => (Usual(b.Key, b.Register?.Title.ToLowerInvariant() ?? b.Key), b, new BreakdownColumn(b.Key, b.Key))).Where(b => b.Item1 >= 0)];
        if (_mapping.Wide is null)
        {
            _value = AtOr(_mapping.Value, " for the value", "value");
            _numerator = AtOr(_mapping.Numerator, " for the numerator", "numerator");
            _denominator = AtOr(_mapping.Denominator, " for the denominator", "denominator");
            if (_value < 0 && _mapping.Value is null && (_numerator < 0 || _denominator < 0)) Missing("Value", " for the value");
        }
        _only = [.. (_mapping.Only ?? new Dictionary<string, string>()).Select(o => (Column: At(o.Key, ", by which the mapping chooses rows"), Said: o.Value.Trim())).Where(o => o.Column >= 0)];
        (int Column, string? Said)[] constant = [.. (_mapping.Constants ?? new Dictionary<string, string>()).Select(c => (Column: At(c.Key, ", which the mapping says is always the same"), (string?)c.Value)).Where(c => c.Column >= 0)];
        var used = new HashSet<int>([_period, _value, _numerator, _denominator, _statusAt, .. _only.Select(o => o.Column), .. _breakdowns.Select(b => b.Column), .. constant.Select(c => c.Column)]);
        foreach (var twice in used.Where(at => at >= 0 && _headings.Count(h => h.Equals(_headings[at], StringComparison.OrdinalIgnoreCase)) > 1).ToArray())
        {
            _found(new Finding(_headingsLine, _headings[twice], "This heading is there twice, so it can't be told which column is meant.", Whole: true));
            whole = false;
        }
        if (_mapping.Wide is { } wide) used.UnionWith(Wide(wide, used, ref whole));
        var rest = Enumerable.Range(0, _headings.Length).Where(i => !used.Contains(i)).ToLookup(i => _mapping.Ignores(_headings[i]));
        _ignored = [.. rest[true].Select(i => _headings[i])];
        _constant = [.. constant, .. rest[false].Select(i => (i, (string?)null))];
        return whole;
    }

    /// <summary>The columns of a wide layout: each a category, or a period.</summary>
    private IEnumerable<int> Wide(WideColumns wide, HashSet<int> used, ref bool whole)
    {
        var terms = wide.IsPeriod ? null : Terms(wide.Is, ref whole);
        if (!wide.IsPeriod && terms is null) return [];
        var (columns, pattern) = (new List<(int Column, string Category, MeasuredPeriod? Period)>(), wide.Pattern!);
        bool Bad(string heading, string reason)
        {
            _found(new Finding(_headingsLine, heading, reason, Whole: true));
            return false;
        }
        foreach (var (heading, at) in _headings.Select((h, i) => (h, i)))
        {
            if (used.Contains(at) || _mapping.Ignores(heading, byName: true) || pattern.Match(heading) is not { Success: true } match) continue;
            var word = match.Groups[1].Value;
            if (wide.IsPeriod)
            {
                if (_mapping.TryPeriod(word, out var period)) columns.Add((at, "", period));
                else if (wide.Columns.Length > 0) whole = Bad(heading, $"\"{Short(word)}\" is not a period such as 2013-14, 2013/14 or 2013; the mapping can say under periods what it means.");
            }
            else if ((wide.Total ?? []).Contains(word, StringComparer.OrdinalIgnoreCase)) columns.Add((at, "", null));
            else if (Category(terms!, word, wide.NewCategories) is { } category) columns.Add((at, category, null));
            else whole = Bad(heading, terms!.NoSuchCategory(word));
        }
        if (columns.Count == 0) whole = Bad("", wide.Columns.Length > 0 ? $"No heading matches wide.columns, {wide.Columns}." : "No heading is a period.");
        foreach (var twice in columns.GroupBy(c => (c.Category, c.Period)).Where(g => g.Count() > 1))
            whole = Bad(_headings[twice.Last().Column], $"This column means the same {(wide.IsPeriod ? "period" : "category")} as \"{_headings[twice.First().Column]}\".");
        _wide = [.. columns];
        return columns.Select(c => c.Column);
    }

    private BreakdownTerms? Terms(string key, ref bool whole)
    {
        if (_measure.Breakdown(key) is { } terms) return terms;
        _found(new Finding(0, "", $"The mapping speaks of {key}. {_measure.NoSuchBreakdown(key)}", Whole: true));
        whole = false;
        return null;
    }

    private bool Row(CsvParser file, int line, List<FileFigure> figures)
    {
        var bad = false;
        void Bad(int column, string reason)
        {
            bad = true;
            _found(new Finding(line, column < 0 ? "" : _headings[column], reason));
        }

        foreach (var (column, said) in _constant)
        {
            var text = file[column].Trim();
            if (said is not null)
            {
                if (text != said) Bad(column, $"This should be \"{said}\" in each row, as the mapping says; it is \"{Short(text)}\".");
            }
            else if (!_first.TryAdd(column, text) && _first[column] != text && _varies.Add(column))
            {
                bad = true;
                _found(new Finding(line, _headings[column], $"Rows differ in this column (\"{Short(_first[column])}\", \"{Short(text)}\"), and nothing says what it means: name it under breakdowns, or under only or ignore, in the mapping.", Whole: true));
            }
        }

        var period = _fixed;
        if (_period >= 0 && !_mapping.TryPeriod(file[_period], out period))
            Bad(_period, $"\"{Short(file[_period])}\" is not a period such as 2013-14, 2013/14, 2013, 2012 to 2014 or Q1 2013/14; the mapping can say under periods what it means.");

        var status = _status;
        if (_statusAt >= 0 && file[_statusAt].Trim() is { Length: > 0 } word)
        {
            if (_mapping.Status is { } known)
            {
                if (known.Skip?.Contains(word, StringComparer.OrdinalIgnoreCase) == true)
                {
                    WithoutValue++;
                    return !bad;
                }
                status = known.Provisional?.Contains(word, StringComparer.OrdinalIgnoreCase) == true ? ObservationStatus.Provisional : status;
            }
            else if (Enum.TryParse<ObservationStatus>(word, ignoreCase: true, out var named) && Enum.IsDefined(named)) status = named;
            else Bad(_statusAt, $"\"{Short(word)}\" is not provisional, final or revised; the mapping can say under status what it means.");
        }

        var parts = new List<(string Breakdown, string Category)>(_breakdowns.Length + 1);
        foreach (var (column, terms, said) in _breakdowns)
        {
            var category = file[column];
            if (said.IsTotal(category)) continue;
            if (Category(terms, category, said.NewCategories) is { } key) parts.Add((terms.Key, key));
            else
                Bad(column, terms.NoSuchCategory(category) + (said.NewCategories && !_mayAdd ? " Only the council adds categories." : "")
                    + (Wholes.Any(w => category.TrimStart().StartsWith(w, StringComparison.OrdinalIgnoreCase)) ? $" If it stands for the whole, say so in the mapping: \"total\": [\"{Short(category.Trim())}\"]." : ""));
        }

        if (_mapping.Wide is { } wide)
        {
            foreach (var (column, category, at) in _wide)
            {
                if (Number(file, column, Bad) is not { } value) continue;
                var cell = Cells.Of(category.Length == 0 ? parts : parts.Append((wide.Is, category)));
                figures.Add(new FileFigure(line, at ?? period, cell, value, null, null, status));
            }
        }
        else
        {
            var (over, under) = (Number(file, _numerator, Bad, optional: true), Number(file, _denominator, Bad, optional: true));
            var given = Number(file, _value, Bad, optional: over is not null && under is not null);
            // A number of two, where the publisher gives the rate alone or keeps it back, is no rate.
            if (over is null != under is null && (given is not null || (_value >= 0 && _missing.Contains(file[_value].Trim())))) (over, under) = (null, null);
            if (!bad && (given is not null || over is not null))
            {
                var amount = _measure.Amount(given, over, under, (field, reason) => Bad(field switch { "numerator" => _numerator, "denominator" => _denominator, _ => _value }, reason));
                figures.Add(new FileFigure(line, period, Cells.Of(parts), amount, over, under, status));
            }
        }
        return !bad;
    }

    private decimal? Number(CsvParser file, int column, Action<int, string> bad, bool optional = false)
    {
        if (column < 0) return null;
        var text = file[column].Trim();
        if (_missing.Contains(text))
        {
            if (!optional) WithoutValue++;
            return null;
        }
        if (text.Length == 0)
        {
            if (!optional) bad(column, "There is no value. If that means that there is no figure, say so under missing in the mapping: \"missing\": [\"\"].");
            return null;
        }
        if (CsvNumber.Read(text, _mark, _mapping.Flags) is { } number) return number;
        // "12.5 [r]" is a number with something behind it; "<5" is none.
        var flag = text[(Array.FindLastIndex(text.ToCharArray(), char.IsAsciiDigit) + 1)..].Trim();
        bad(column, $"\"{Short(text)}\" is not a number with a decimal {(_mark == '.' ? "point" : "comma")}."
            + (flag.Length > 0 && flag.Length < text.Length && CsvNumber.Read(text, _mark, [flag]) is not null ? $" If \"{Short(flag)}\" behind it does not matter, say so in the mapping: \"flags\": [\"{Short(flag)}\"]."
                : !text.Any(char.IsAsciiDigit) || text[0] is '<' or '>' or '~' ? $" If it stands where there is no figure, say so in the mapping: \"missing\": [\"{Short(text)}\"]." : ""));
        return null;
    }

    private string? Category(BreakdownTerms terms, string word, bool mayBeNew)
    {
        if (_relabelled.TryGetValue((terms.Key, ClassificationRegister.Plain(word)), out var same)) return same;
        if (terms.CategoryOf(word) is { } known) return known;
        if (!mayBeNew || !_mayAdd || terms.Register is null || word.Length > 500) return null;
        var plain = ClassificationRegister.Plain(word);
        if (_added.TryGetValue((terms.Key, plain), out var added)) return added.Key;
        // Two labels may come to the same key; the later one is told apart by a number.
        var key = Cells.KeyOf(word);
        if (key.Length > 90) key = key[..90].Trim('-');
        for (var (unique, n) = (key, 2); ; unique = $"{key}-{n++}")
        {
            if (terms.CategoryOf(unique) is not null || !_addedKeys.Add((terms.Key, unique))) continue;
            _added[(terms.Key, plain)] = (unique, word.Trim());
            return unique;
        }
    }

    private static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
