using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Parquet;
using Parquet.Schema;

namespace EqualitiesPlatform.Objectives;

/// <summary>
/// Writes a measure's figures in the very shape in which a mapping reads them: CSV, long or wide; the metadata of that CSV
/// (W3C, "CSV on the Web"); and Parquet.
/// </summary>
internal sealed class FigureExport(MeasureTerms measure, FigureMapping mapping)
{
    private const int RowsAGroup = 100_000;

    /// <summary>A column that goes out.</summary>
    private sealed record Column(string Heading, string Type, string Says, Func<FigureOnRecord, string> Text);

    private static readonly Comparer<(MeasuredPeriod Period, string Besides)> InOrder = Comparer<(MeasuredPeriod Period, string Besides)>.Create(
        (one, other) => one.Period.CompareTo(other.Period) is var periods and not 0 ? periods : string.CompareOrdinal(one.Besides, other.Besides));

    /// <summary>Writes CSV, as the figures come; a wide layout gathers the figures of a year's rows first.</summary>
    public async Task Csv(IAsyncEnumerable<FigureOnRecord> figures, TextWriter to, Action<long> progress, CancellationToken ct)
    {
        await using var csv = new CsvWriter(to, new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = mapping.Delimiter ?? ",", NewLine = "\n" }, leaveOpen: true);
        long rows = 0;
        if (mapping.Wide is { } wide)
        {
            if (wide.IsPeriod) await ByPeriod(csv, wide, figures, progress, ct);
            else await ByCategory(csv, wide, figures, progress, ct);
            await csv.FlushAsync();
            return;
        }
        var columns = Long();
        foreach (var column in columns) csv.WriteField(column.Heading);
        await csv.NextRecordAsync();
        await foreach (var figure in figures.WithCancellation(ct))
        {
            foreach (var column in columns) csv.WriteField(column.Text(figure));
            await csv.NextRecordAsync();
            progress(++rows);
        }
        await csv.FlushAsync();
    }

    private async Task ByCategory(CsvWriter csv, WideColumns wide, IAsyncEnumerable<FigureOnRecord> figures, Action<long> progress, CancellationToken ct)
    {
        var (leading, categories) = (Leading(), Categories(wide));
        var column = categories.Select((c, i) => (c.Category, i)).ToDictionary(c => c.Category, c => c.i);
        foreach (var heading in leading.Select(l => l.Heading).Concat(categories.Select(c => c.Heading))) csv.WriteField(heading);
        await csv.NextRecordAsync();
        // A row's figures may lie on any of a year's sheets, and never on another year's.
        var (table, year, rows) = (new SortedDictionary<(MeasuredPeriod Period, string Besides), (FigureOnRecord Any, decimal?[] Values)>(InOrder), default(FinancialYear), 0L);
        async Task Year()
        {
            foreach (var (any, values) in table.Values)
            {
                foreach (var lead in leading) csv.WriteField(lead.Text(any));
                foreach (var value in values) csv.WriteField(Number(value));
                await csv.NextRecordAsync();
                progress(++rows);
            }
            table.Clear();
        }
        await foreach (var figure in figures.WithCancellation(ct))
        {
            if (figure.Period.Year != year) await Year();
            year = figure.Period.Year;
            // A category that the classification has no more has no column; what stood there is in the long layout.
            if (!column.TryGetValue(Cells.Parts(figure.Cell).FirstOrDefault(p => p.Breakdown == wide.Is).Category ?? "", out var at)) continue;
            var place = (figure.Period, Cells.Without(figure.Cell, wide.Is));
            if (!table.TryGetValue(place, out var row)) table[place] = row = (figure, new decimal?[categories.Count]);
            row.Values[at] = figure.Value;
        }
        await Year();
    }

    /// <summary>A row holds all years, so the values of all are gathered; the rest of a figure is not.</summary>
    private async Task ByPeriod(CsvWriter csv, WideColumns wide, IAsyncEnumerable<FigureOnRecord> figures, Action<long> progress, CancellationToken ct)
    {
        var (leading, table, periods, rows) = (Leading(), new SortedDictionary<string, (FigureOnRecord Any, Dictionary<MeasuredPeriod, decimal> Values)>(StringComparer.Ordinal), new SortedSet<MeasuredPeriod>(), 0L);
        await foreach (var figure in figures.WithCancellation(ct))
        {
            if (!table.TryGetValue(figure.Cell, out var row)) table[figure.Cell] = row = (figure, []);
            row.Values[figure.Period] = figure.Value;
            periods.Add(figure.Period);
        }
        foreach (var heading in leading.Select(l => l.Heading).Concat(periods.Select(p => Heading(wide, p)))) csv.WriteField(heading);
        await csv.NextRecordAsync();
        foreach (var (any, values) in table.Values)
        {
            foreach (var lead in leading) csv.WriteField(lead.Text(any));
            foreach (var period in periods) csv.WriteField(Number(values.TryGetValue(period, out var value) ? value : null));
            await csv.NextRecordAsync();
            progress(++rows);
        }
    }

    /// <summary>The metadata that describes the CSV of these figures beside it.</summary>
    public async Task<string> Metadata(string url, IAsyncEnumerable<FigureOnRecord> figures, CancellationToken ct)
    {
        List<Column> columns = mapping.Wide is null ? [.. Long()] : Leading();
        if (mapping.Wide is { } wide)
            foreach (var heading in wide.IsPeriod ? (await figures.Select(f => f.Period).Distinct().ToListAsync(ct)).Order().Select(p => Heading(wide, p)) : Categories(wide).Select(c => c.Heading))
                columns.Add(new Column(heading, "decimal", measure.Register.Definition.Unit, _ => ""));
        var names = new HashSet<string>(StringComparer.Ordinal);
        string Name(string heading)
        {
            var name = Cells.KeyOf(heading).Replace('-', '_');
            for (var (unique, n) = (name, 2); ; unique = $"{name}_{n++}")
                if (names.Add(unique)) return unique;
        }
        return JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["@context"] = new object[] { "http://www.w3.org/ns/csvw", new Dictionary<string, string> { ["@language"] = "en-GB" } },
            ["url"] = url,
            ["dc:title"] = measure.Register.Title,
            ["dc:description"] = measure.Register.Definition.Meaning,
            ["dc:source"] = measure.Register.Definition.Source,
            ["dialect"] = new Dictionary<string, object> { ["delimiter"] = mapping.Delimiter ?? ",", ["encoding"] = "utf-8", ["header"] = true },
            ["tableSchema"] = new Dictionary<string, object>
            {
                ["columns"] = columns.Select(c => new Dictionary<string, object>
                {
                    ["name"] = Name(c.Heading),
                    ["titles"] = c.Heading,
                    ["dc:description"] = c.Says,
                    ["null"] = c.Type == "decimal" ? Nothing : "",
                    ["datatype"] = c.Type == "decimal" && mapping.Decimal == "," ? new Dictionary<string, object> { ["base"] = "decimal", ["format"] = new Dictionary<string, string> { ["decimalChar"] = ",", ["groupChar"] = "." } } : c.Type,
                }).ToArray(),
            },
        }, new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    /// <summary>Writes Parquet, a row group at a time: a column a breakdown, and the numbers as doubles, which is what readers of Parquet reckon with.</summary>
    public async Task Parquet(IAsyncEnumerable<FigureOnRecord> figures, Stream to, Action<long> progress, CancellationToken ct)
    {
        string[] breakdowns = [.. measure.Breakdowns.Select(b => b.Key)];
        DataField[] texts = [new DataField<string>("period"), .. breakdowns.Select(b => new DataField<string>(b.Replace('-', '_'))), new DataField<string>("status")];
        DataField[] numbers = [new DataField<double>("value"), new DataField<double?>("numerator"), new DataField<double?>("denominator")];
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema([.. texts, .. numbers]), to, cancellationToken: ct);
        var group = new List<FigureOnRecord>();
        long rows = 0;
        async Task Group()
        {
            using var open = writer.CreateRowGroup();
            string[] Column(Func<FigureOnRecord, string> text) => [.. group.Select(text)];
            await open.WriteAsync(texts[0], Column(f => f.Period.ToString()));
            foreach (var (breakdown, i) in breakdowns.Select((b, i) => (b, i))) await open.WriteAsync(texts[i + 1], Column(f => Word(f, breakdown, "")));
            await open.WriteAsync(texts[^1], Column(f => Status(f)));
            await open.WriteAsync<double>(numbers[0], group.Select(f => (double)f.Value).ToArray(), cancellationToken: ct);
            await open.WriteAsync<double>(numbers[1], group.Select(f => (double?)f.Numerator).ToArray(), cancellationToken: ct);
            await open.WriteAsync<double>(numbers[2], group.Select(f => (double?)f.Denominator).ToArray(), cancellationToken: ct);
            open.CompleteValidate();
            progress(rows += group.Count);
            group.Clear();
        }
        await foreach (var figure in figures.WithCancellation(ct))
        {
            group.Add(figure);
            if (group.Count == RowsAGroup) await Group();
        }
        if (group.Count > 0 || rows == 0) await Group();
    }

    private List<Column> Leading()
    {
        var columns = new List<Column>();
        if (mapping.FixedPeriod is null && mapping.Wide?.IsPeriod != true) columns.Add(new Column(mapping.Period ?? "Period", "string", "The period that the figure is about.", f => mapping.Written(f.Period)));
        columns.AddRange((mapping.Breakdowns ?? [.. measure.Breakdowns.Where(b => b.Key != mapping.Wide?.Is).Select(b => new BreakdownColumn(b.Key, b.Key))])
            .Select(b => new Column(b.Column, "string", measure.Breakdown(b.Is)?.Register?.Title ?? b.Is, f => Word(f, b.Is, b.Written))));
        columns.AddRange((mapping.Only ?? new Dictionary<string, string>()).Concat(mapping.Constants ?? new Dictionary<string, string>()).Select(c => new Column(c.Key, "string", "The same in each row.", _ => c.Value)));
        return columns;
    }

    private IReadOnlyList<Column> Long()
    {
        var (definition, columns) = (measure.Register.Definition, Leading());
        var all = mapping.Value is null && mapping.Numerator is null;
        if (all || mapping.Value is not null) columns.Add(new Column(mapping.Value ?? "Value", "decimal", definition.Unit, f => Number(f.Value)));
        if ((all && definition.IsRate) || mapping.Numerator is not null) columns.Add(new Column(mapping.Numerator ?? "Numerator", "decimal", definition.Numerator ?? "", f => Number(f.Numerator)));
        if ((all && definition.IsRate) || mapping.Denominator is not null) columns.Add(new Column(mapping.Denominator ?? "Denominator", "decimal", definition.Denominator ?? "", f => Number(f.Denominator)));
        if (mapping.Status is { } status)
            columns.Add(new Column(status.Column, "string", "How firm the figure is.", f => f.Status is ObservationStatus.Provisional ? status.Provisional?.FirstOrDefault() ?? "Provisional" : ""));
        else if (all) columns.Add(new Column("Status", "string", "How firm the figure is: provisional, final or revised.", Status));
        return columns;
    }

    private IReadOnlyList<(string Category, string Heading)> Categories(WideColumns wide) =>
    [
        .. wide.Total is [var total, ..] ? [("", Heading(wide, total))] : Array.Empty<(string, string)>(),
        .. measure.Breakdown(wide.Is)?.Register?.Categories.Select(c => (c.Key, Heading(wide, c.Label))) ?? [],
    ];

    private static string Heading(WideColumns wide, string label) => wide.Write?.Replace("{}", label, StringComparison.Ordinal) ?? label;

    // Written so that the same mapping reads it: with a stroke where its expression asks for one.
    private string Heading(WideColumns wide, MeasuredPeriod period)
    {
        var written = mapping.Written(period);
        string[] ways = [Heading(wide, written), Heading(wide, written.Replace('-', '/'))];
        return Array.Find(ways, w => wide.Pattern!.Match(w) is { Success: true } match && mapping.TryPeriod(match.Groups[1].Value, out var read) && read == period) ?? ways[0];
    }

    private string Word(FigureOnRecord figure, string breakdown, string total) =>
        Cells.Parts(figure.Cell).FirstOrDefault(p => p.Breakdown == breakdown).Category is { } category ? measure.Breakdown(breakdown)?.LabelOf(category) ?? category : total;

    private string Nothing => mapping.Missing is [var first, ..] ? first : "";

    private string Number(decimal? value) => value is not { } number ? Nothing : mapping.Decimal == "," ? number.Shown().Replace('.', ',') : number.Shown();

    private static string Status(FigureOnRecord figure) => figure.Status.ToString();
}

/// <summary>A stream that goes out in pieces as it is written, so that what is exported never stands in memory.</summary>
internal sealed class Outgoing(Func<ReadOnlyMemory<byte>, Task> send) : Stream
{
    private const int Piece = 64 * 1024;
    private readonly MemoryStream _waiting = new(2 * Piece);
    private long _length;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => _length;
    public override long Position { get => _length; set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count)
    {
        _waiting.Write(buffer, offset, count);
        _length += count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _waiting.Write(buffer.Span);
        _length += buffer.Length;
        if (_waiting.Length >= Piece) await FlushAsync(cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_waiting.Length == 0) return;
        var bytes = _waiting.ToArray();
        _waiting.SetLength(0);
        for (var sent = 0; sent < bytes.Length; sent += Piece) await send(bytes.AsMemory(sent, Math.Min(Piece, bytes.Length - sent)));
    }

    public override void Flush()
    {
        // What was written goes out with the next asynchronous write, or at the end.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
