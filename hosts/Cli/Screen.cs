using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EqualitiesPlatform.Ledger.Reporting;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EqualitiesPlatform.Cli;

/// <summary>
/// Answers as people read them (tables, cards, receipts in a line) or as scripts do (protobuf's JSON). Colours and
/// moving lines only where there is a terminal to show them.
/// </summary>
internal sealed partial class Screen
{
    private const string Receipt = "equalities.ledger.v1.Receipt";
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);
    private const int WidthOfFile = 120;
    private const int ShortCell = 23;
    private const int NarrowestText = 30;
    private const int Gap = 2;
    private const int MostInALine = 4;
    private const int ShortHash = 12;

    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));
    private static readonly JsonFormatter Indented = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithIndentation());

    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly bool _json;
    private readonly bool _terminal;
    private readonly IAnsiConsole _console;
    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();

    public Screen(TextWriter output, TextWriter error, bool json)
    {
        (_output, _error, _json) = (output, error, json);
        _terminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        _console = _terminal ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }) : Plain(output);
    }

    /// <summary>Whether a line on standard error may be written over, to show that something goes on.</summary>
    public bool Moves => ReferenceEquals(_error, Console.Error) && !Console.IsErrorRedirected;

    /// <summary>What things are called whose ids an answer holds.</summary>
    public IReadOnlyDictionary<string, string> Names { get; set; } = new Dictionary<string, string>();

    /// <summary>Whether people read this, not a script.</summary>
    public bool ForPeople => !_json;

    /// <summary>A remark beside the answer, on standard error.</summary>
    public void Remark(string sentence) => _error.WriteLine(sentence);

    /// <summary>How far long work has come: one line, written over; in a log a line now and then.</summary>
    public void Progress(string line)
    {
        if (Moves) _error.Write($"\r{line}\u001b[K");
        else if (ReferenceEquals(_error, Console.Error) && line.Length > 0 && _sinceLine.Elapsed > BetweenLines)
        {
            _error.WriteLine(line);
            _sinceLine.Restart();
        }
    }

    /// <summary>One of many answers, for scripts: a line of JSON.</summary>
    public void Line(IMessage answer) => _output.WriteLine(Json.Format(answer));

    /// <summary>One answer.</summary>
    public void Show(IMessage answer)
    {
        if (_json)
        {
            _output.WriteLine(Indented.Format(answer));
            return;
        }
        var fields = answer.Descriptor.Fields.InFieldNumberOrder();
        var rest = new List<FieldDescriptor>();
        foreach (var field in fields)
            if (field.FieldType == FieldType.Message && !field.IsRepeated && field.MessageType.FullName == Receipt && field.Accessor.GetValue(answer) is IMessage receipt)
                _output.WriteLine($"Recorded: {Text(receipt, "stream")}, version {Text(receipt, "version")}, position {Text(receipt, "position")}.");
            else
                rest.Add(field);
        if (rest is [{ FieldType: FieldType.Message, IsRepeated: false } only] && only.Accessor.GetValue(answer) is IMessage record)
            Card(record, record.Descriptor.Fields.InFieldNumberOrder());
        else
            Card(answer, rest);
    }

    /// <summary>A list, and what its answer says besides; in JSON, a line an item.</summary>
    public void List(FieldDescriptor items, IReadOnlyList<IMessage> rows, IMessage head)
    {
        var beside = head.Descriptor.Fields.InFieldNumberOrder().Where(f => f != items && f.Name != "next_page_token").ToList();
        if (beside.Count > 0)
            if (_json) _output.WriteLine(Json.Format(head));
            else Card(head, beside);
        if (_json)
            foreach (var row in rows) _output.WriteLine(Json.Format(row));
        else if (rows.Count == 0)
            _output.WriteLine($"No {items.Name.Replace('_', ' ')}.");
        else
            Write(Table(items.MessageType, rows));
    }

    private void Card(IMessage record, IEnumerable<FieldDescriptor> fields)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn());
        var tables = new List<(string Heading, IRenderable Table)>();
        var cards = new List<(string Heading, IMessage Record)>();
        foreach (var field in fields.Where(f => f is not { Name: "done", FieldType: FieldType.Bool } && (Says(f, record) || IsJson(f))))
            if (IsJson(field) && !Says(field, record))
                grid.AddRow(new Text(Label(field), new Style(decoration: Decoration.Bold)), new Text("none yet"));
            else if (IsJson(field) && Object(Text(record, field.Name)) is { } json)
                foreach (var (label, words) in Sentence.Facts(json)) grid.AddRow(new Text(label, new Style(decoration: Decoration.Bold)), new Text(Named(words)));
            else if (field is { FieldType: FieldType.Message, IsRepeated: false } && field.Accessor.GetValue(record) is IMessage within && IsCard(within))
                cards.Add((Label(field), within));
            else if (field.IsRepeated && !field.IsMap && field.FieldType == FieldType.Message && !IsPair(field.MessageType))
                tables.Add((Label(field), Table(field.MessageType, [.. ((IList)field.Accessor.GetValue(record)).Cast<IMessage>()])));
            else
                grid.AddRow(new Text(Label(field), new Style(decoration: Decoration.Bold)), new Text(Cell(field, record, whole: true)));
        if (grid.Rows.Count > 0) Write(grid);
        var (first, headed) = (grid.Rows.Count == 0, grid.Rows.Count > 0 || tables.Count + cards.Count > 1);
        void Heading(string heading)
        {
            if (!first) _output.WriteLine();
            if (headed) _output.WriteLine(heading);
            first = false;
        }

        foreach (var (heading, within) in cards)
        {
            Heading(heading);
            Card(within, within.Descriptor.Fields.InFieldNumberOrder());
        }
        foreach (var (heading, table) in tables)
        {
            Heading(heading);
            Write(table);
        }
    }

    /// <summary>Whether a record within a record says more than a line holds.</summary>
    private static bool IsCard(IMessage within) =>
        within.Descriptor.Fields.InFieldNumberOrder().Where(f => Says(f, within)).ToList() is var said && (said.Count > MostInALine || said.Any(IsList));

    /// <summary>
    /// A table of short columns, with the long texts as columns when there is room, else below their row: a narrow screen
    /// shows as much as a wide one.
    /// </summary>
    private IRenderable Table(MessageDescriptor type, IReadOnlyList<IMessage> rows)
    {
        var fields = type.Fields.InFieldNumberOrder();
        var own = fields[0].Name.EndsWith("_id", StringComparison.Ordinal) || rows.Any(r => IsId(fields[0], r)) ? fields[0] : null;
        var lists = fields.Where(f => Worth(f, rows) && IsList(f)).ToList();
        var columns = fields.Where(f => Worth(f, rows) && !IsList(f) && !(f.Name == "key" && own is not null))
            .Select(f => (Field: f, Heading: Label(f), Cells: rows.Select(r => f == own && Text(r, "key") is { Length: > 0 } key ? key : f == own ? Own(f, r) : Cell(f, r, whole: false)).ToList()))
            .Select(c => new Column(c.Field, c.Heading, c.Cells, c.Cells.Append(c.Heading).Max(t => t.Length)))
            .ToList();
        foreach (var text in columns.Where(c => c.Field != own && c.Width > ShortCell)) text.Long = true;
        while (columns.Where(c => !c.Long).Sum(c => c.Width + Gap) > _console.Profile.Width && columns.FindLastIndex(c => !c.Long) is var last and > 0) columns[last].Long = true;
        var room = _console.Profile.Width - columns.Where(c => !c.Long).Sum(c => c.Width) - (columns.Count * Gap);
        var texts = columns.Count(c => c.Long);
        var within = texts == 0 || room / texts >= NarrowestText;
        // Short texts take what they need, what can't be broken first, and the rest is shared.
        foreach (var column in columns.Where(c => c.Long).OrderBy(c => c.Breaks).ThenBy(c => c.Width))
        {
            column.Room = column.Width <= room / texts || (!column.Breaks && room - column.Width >= (texts - 1) * NarrowestText) ? column.Width : room / texts;
            (room, texts) = (room - column.Room, texts - 1);
        }
        var shown = columns.Where(c => within || !c.Long).ToList();
        Table Of(bool headings, IEnumerable<int> of)
        {
            var table = new Table { Border = TableBorder.None, ShowHeaders = headings };
            foreach (var column in shown)
            {
                var width = column.Long ? column.Room : column.Width;
                var heading = new TableColumn(new Text(column.Heading, new Style(decoration: Decoration.Bold))) { Width = width }.PadLeft(0).PadRight(Gap);
                table.AddColumn(IsNumber(column.Field) ? heading.RightAligned() : heading);
            }
            if (headings) table.AddRow(table.Columns.Select(c => new Text(new string('─', c.Width!.Value))));
            foreach (var row in of) table.AddRow(shown.Select(c => new Text(c.Cells[row])));
            return table;
        }

        if (within && lists.Count == 0) return Of(true, Enumerable.Range(0, rows.Count));
        return new Rows(Enumerable.Range(0, rows.Count).SelectMany(row => columns
            .Where(c => c.Long && !within && c.Cells[row].Length > 0)
            .Select(c => Spaced($"{c.Heading}: {c.Cells[row]}", 4))
            .Concat(lists.SelectMany(f => Within(f, rows[row], 4)))
            .Prepend(Of(headings: row == 0, [row]))));
    }

    /// <summary>A list within a record: an item a line, and its own lists below it.</summary>
    private IEnumerable<IRenderable> Within(FieldDescriptor list, IMessage record, int indent)
    {
        if (!Says(list, record)) yield break;
        yield return Spaced($"{Label(list)}:", indent);
        foreach (var item in ((IList)list.Accessor.GetValue(record)).Cast<IMessage>())
        {
            var fields = item.Descriptor.Fields.InFieldNumberOrder().Where(f => Worth(f, [item])).ToList();
            yield return Spaced($"- {string.Join(", ", fields.Where(f => !IsList(f)).Select((f, i) => i == 0 ? Cell(f, item, false) : $"{Label(f).ToLowerInvariant()}: {Cell(f, item, false)}"))}", indent + 2);
            foreach (var below in fields.Where(IsList).SelectMany(f => Within(f, item, indent + 4))) yield return below;
        }
    }

    /// <summary>Whether a field is a list that wants lines of its own; pairs, such as counts by state, are said in one.</summary>
    private static bool IsList(FieldDescriptor field) =>
        field.IsRepeated && !field.IsMap && field.FieldType == FieldType.Message && !IsPair(field.MessageType);

    private static bool IsPair(MessageDescriptor type) =>
        type.Fields.InFieldNumberOrder() is [{ IsRepeated: false, FieldType: FieldType.String or FieldType.Enum }, var second] && IsNumber(second);

    private static IRenderable Spaced(string line, int indent) => new Padder(new Text(line), new Padding(indent, 0, 0, 0));

    private sealed record Column(FieldDescriptor Field, string Heading, IReadOnlyList<string> Cells, int Width)
    {
        public bool Long { get; set; }
        public int Room { get; set; }
        public bool Breaks { get; } = Cells.Any(c => c.Contains(' '));
    }

    /// <summary>Whether a column tells people something: not when it is empty, the same stream throughout, or for programs.</summary>
    private static bool Worth(FieldDescriptor field, IReadOnlyList<IMessage> rows) =>
        !(field.Name is "correlation" or "person_id" || (field.Name == "version" && IsNumber(field))) && rows.Any(r => Says(field, r))
        && !(field.Name == "stream" && rows.Select(r => Text(r, "stream")).Distinct().Count() == 1);

    private static string Label(FieldDescriptor field)
    {
        if (field.Name == "canonical_json") return "Says";
        var words = Regex.Replace(field.Name, "_(ids?|json)$", "").Replace('_', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static bool IsNumber(FieldDescriptor field) =>
        !field.IsRepeated && field.FieldType is not (FieldType.String or FieldType.Bool or FieldType.Enum or FieldType.Bytes or FieldType.Message);

    /// <summary>Whether a field holds something to show: a no is an answer, an empty text and an absent number are not.</summary>
    private static bool Says(FieldDescriptor field, IMessage record) => field.FieldType switch
    {
        _ when field.IsMap => ((IDictionary)field.Accessor.GetValue(record)).Count > 0,
        _ when field.IsRepeated => ((IList)field.Accessor.GetValue(record)).Count > 0,
        FieldType.String => Text(record, field.Name).Length > 0,
        FieldType.Bytes => ((ByteString)field.Accessor.GetValue(record)).Length > 0,
        FieldType.Message => field.Accessor.GetValue(record) is not null,
        FieldType.Enum => Convert.ToInt32(field.Accessor.GetValue(record), CultureInfo.InvariantCulture) != 0,
        _ => !field.HasPresence || field.Accessor.HasValue(record),
    };

    private static string Text(IMessage record, string field) =>
        Convert.ToString(record.Descriptor.FindFieldByName(field)?.Accessor.GetValue(record), CultureInfo.InvariantCulture) ?? "";

    /// <summary>What a row is of: what it is called, or else its whole id, to be typed.</summary>
    private string Own(FieldDescriptor field, IMessage row) => Text(row, field.Name) is var id && Names.TryGetValue(id, out var name) ? name : id;

    private string Cell(FieldDescriptor field, IMessage record, bool whole)
    {
        if (!Says(field, record)) return "";
        var value = field.Accessor.GetValue(record);
        if (field.IsMap)
            return string.Join(whole ? "\n" : ", ", Entries((IDictionary)value).OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key}: {string.Join(", ", e.Value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))}"));
        return field.IsRepeated
            ? string.Join(whole ? "\n" : ", ", ((IList)value).Cast<object>().Select(v => One(field, v, whole)))
            : One(field, value, whole);
    }

    // A map of protobuf's gives entries by this way alone, and pairs by every other.
    private static IEnumerable<(string Key, string Value)> Entries(IDictionary map)
    {
        for (var entry = map.GetEnumerator(); entry.MoveNext();) yield return ($"{entry.Key}", $"{entry.Value}");
    }

    private string One(FieldDescriptor field, object value, bool whole) => value switch
    {
        bool yes => yes ? "yes" : "no",
        ByteString bytes => $"{bytes.Length} bytes",
        Enum word => field.EnumType.FindValueByNumber(Convert.ToInt32(word, CultureInfo.InvariantCulture)) is { } known ? FieldOption.Word(known).Replace('-', ' ') : word.ToString(),
        IMessage pair when IsPair(pair.Descriptor) => string.Join(' ', pair.Descriptor.Fields.InFieldNumberOrder().Select(f => Cell(f, pair, whole))),
        IMessage nested => string.Join(", ", nested.Descriptor.Fields.InFieldNumberOrder().Where(f => Says(f, nested))
            .Select((f, i) => $"{Label(f).ToLowerInvariant()}: {(i == 0 && IsId(f, nested) ? Own(f, nested) : Cell(f, nested, false))}")),
        string json when IsJson(field) => Gist(json),
        string role when field.Name == "role" => Sentence.Spaced(role).ToLowerInvariant(),
        string text when Moment(text, whole) is { } moment => moment,
        string id when (field.Name.EndsWith("_id", StringComparison.Ordinal) || field.Name.EndsWith("_ids", StringComparison.Ordinal)) && Names.TryGetValue(id, out var name) => whole ? $"{name} ({id})" : name,
        string text when !whole && Guid.TryParse(text, out _) => text[..8] + "…",
        string text when !whole && Hash().IsMatch(text) => text[..ShortHash] + "…",
        string text when !Guid.TryParse(text, out _) && Id().IsMatch(text) => Named(text),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static bool IsId(FieldDescriptor field, IMessage record) =>
        field is { IsRepeated: false, FieldType: FieldType.String } && Guid.TryParse(Text(record, field.Name), out _);

    private static bool IsJson(FieldDescriptor field) => !field.IsRepeated && field.FieldType == FieldType.String && field.Name.EndsWith("_json", StringComparison.Ordinal);

    private static JsonElement? Object(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(json) is { ValueKind: JsonValueKind.Object } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The id fields that the JSON within an answer speaks of: "commitments" are of commitment_id, an owner and whoever else of partner_id.</summary>
    public static IEnumerable<string> NamedWithin(IMessage answer) => answer.Descriptor.Fields.InFieldNumberOrder().SelectMany(field => field switch
    {
        _ when IsJson(field) => Object(Text(answer, field.Name)) is { } json ? Within("partner", json).Select(name => $"{name}_id") : [],
        { FieldType: FieldType.String, IsRepeated: false } when Text(answer, field.Name) is { Length: > 36 } text && Id().IsMatch(text) => ["partner_id"],
        { FieldType: FieldType.Message, IsMap: false } => (field.IsRepeated ? ((IList)field.Accessor.GetValue(answer)).Cast<IMessage>() : new[] { field.Accessor.GetValue(answer) as IMessage }.OfType<IMessage>()).SelectMany(NamedWithin),
        _ => [],
    });

    private static IEnumerable<string> Within(string name, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(m => Within(Verb.Singular(m.Name), m.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(v => Within(name, v)),
        JsonValueKind.String when Guid.TryParse(json.GetString(), out _) => [name, "partner"],
        _ => [],
    };

    /// <summary>What an event says, without the envelope that other columns show: its data, a name and a value each.</summary>
    private string Gist(string json)
    {
        if (Object(json) is not { } value) return json;
        return Named(Sentence.Words(value.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? data : value));
    }

    /// <summary>Words with what things are called in the place of their ids; an id that names nothing is cut short.</summary>
    private string Named(string words) => Id().Replace(words, id => Names.GetValueOrDefault(id.Value, $"{id.Value[..8]}…"));

    /// <summary>A day or an instant as people write it; null for any other text.</summary>
    private static string? Moment(string text, bool whole)
    {
        if (text.Length < 10 || !DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return null;
        var said = day.ToString(whole ? "d MMMM yyyy" : "d MMM yyyy", CultureInfo.InvariantCulture);
        return text.Length == 10 ? said : Instant().IsMatch(text) ? $"{said} {text[11..16]} UTC" : null;
    }

    private void Write(IRenderable shown)
    {
        if (_terminal)
        {
            _console.Write(shown);
            return;
        }
        // Tables are padded to their full width; ends of lines that nobody sees spoil copies and comparisons.
        using var drawn = new StringWriter();
        Plain(drawn).Write(shown);
        foreach (var line in drawn.ToString().TrimEnd().Split('\n')) _output.WriteLine(line.TrimEnd());
    }

    private static IAnsiConsole Plain(TextWriter output)
    {
        var plain = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        plain.Profile.Width = WidthOfFile;
        return plain;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")]
    private static partial Regex Instant();

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Hash();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id();
}
