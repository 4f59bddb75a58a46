using System.IO.Enumeration;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace EqualitiesPlatform.Objectives;

/// <summary>
/// How a file of figures is laid out: a small JSON file beside it, so that what others publish loads without editing, and
/// goes out in the same shape. Without one, the columns are named as this platform exports them.
/// </summary>
internal sealed record FigureMapping
{
    private const int LargestMapping = 256 * 1024;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>The column with the period; "Period", "Year" or "Date" when nothing is said.</summary>
    public string? Period { get; init; }

    /// <summary>The period of all rows, when the file has no column for it.</summary>
    public string? FixedPeriod { get; init; }

    /// <summary>Periods that the file writes in words of its own, such as <c>"201314": "2013-14"</c>; they go out in these words again.</summary>
    public IReadOnlyDictionary<string, string>? Periods { get; init; }

    /// <summary>Long layout: the column with the value.</summary>
    public string? Value { get; init; }

    /// <summary>Long layout: the column with the numerator.</summary>
    public string? Numerator { get; init; }

    /// <summary>Long layout: the column with the denominator.</summary>
    public string? Denominator { get; init; }

    /// <summary>The column that says how firm a figure is.</summary>
    public StatusColumn? Status { get; init; }

    /// <summary>The columns with categories.</summary>
    public IReadOnlyList<BreakdownColumn>? Breakdowns { get; init; }

    /// <summary>Wide layout: one column for each category.</summary>
    public WideColumns? Wide { get; init; }

    /// <summary>Columns that say the same in each row: checked when they come in, written when they go out.</summary>
    public IReadOnlyDictionary<string, string>? Constants { get; init; }

    /// <summary>Rows that count: those that say this in a column, of a file that holds other series too.</summary>
    public IReadOnlyDictionary<string, string>? Only { get; init; }

    /// <summary>The line of the headings, from 1, where titles stand above them.</summary>
    public int? HeadingsAt { get; init; }

    /// <summary>Whether rows with a text in their first column alone are notes, and left out.</summary>
    public bool Notes { get; init; }

    /// <summary>Columns that are left out, whatever stands in them; a star stands for anything, and alone for all that the mapping does not name.</summary>
    public IReadOnlyList<string>? Ignore { get; init; }

    /// <summary>What stands where there is no figure, such as ".." or nothing.</summary>
    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>What may stand behind a number and does not matter, such as "[r]" or "*".</summary>
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>What divides columns; found from the first line when nothing is said.</summary>
    public string? Delimiter { get; init; }

    /// <summary>utf-8, utf-16 or windows-1252, which iso-8859-1 is read as; found from the bytes when nothing is said.</summary>
    public string? Encoding { get; init; }

    /// <summary>The decimal mark, a point or a comma; a point when nothing is said.</summary>
    public string? Decimal { get; init; }

    /// <summary>Whose words the categories are, as they were mapped.</summary>
    public string? Source { get; init; }

    /// <summary>The period that a word of the file stands for.</summary>
    internal bool TryPeriod(string word, out MeasuredPeriod period) =>
        MeasuredPeriod.TryParse(Periods is not null && Periods.TryGetValue(word.Trim(), out var meant) ? meant : word, null, out period);

    /// <summary>A period as the file writes it.</summary>
    internal string Written(MeasuredPeriod period) =>
        Periods?.Where(p => MeasuredPeriod.Parse(p.Value) == period).Select(p => p.Key).FirstOrDefault() ?? period.ToString();

    /// <summary>Whether a column is left out; by name, if a star alone does not count.</summary>
    internal bool Ignores(string heading, bool byName = false) =>
        Ignore?.Any(pattern => !(byName && pattern == "*") && FileSystemName.MatchesSimpleExpression(pattern, heading)) == true;

    /// <summary>Reads a mapping.</summary>
    /// <exception cref="FieldsException">It is none; each mistake is told.</exception>
    public static FigureMapping Read(ReadOnlySpan<byte> json)
    {
        if (json.Length == 0) return new FigureMapping();
        if (json.Length > LargestMapping) throw Bad("This is too large for a mapping, which names columns and little else.");
        FigureMapping mapping;
        try
        {
            mapping = JsonSerializer.Deserialize<FigureMapping>(json.StartsWith("\uFEFF"u8) ? json[3..] : json, Json) ?? throw Bad("The mapping is empty.");
        }
        catch (JsonException e)
        {
            throw Bad($"The mapping is not JSON as it should be, at line {e.LineNumber + 1}: {e.Message.Split(" Path:")[0].Split(" The JSON property")[0]}");
        }
        var mistakes = mapping.Mistakes().ToList();
        return mistakes.Count == 0 ? mapping : throw Bad(string.Join(' ', mistakes));
    }

    private IEnumerable<string> Mistakes()
    {
        if (Period is not null && FixedPeriod is not null) yield return "Give period, a column, or fixed_period, not both.";
        if ((Period ?? FixedPeriod) is not null && Wide?.IsPeriod == true) yield return "Where wide has a column for each period, period and fixed_period are left out.";
        foreach (var (word, period) in Periods ?? new Dictionary<string, string>())
            if (!MeasuredPeriod.TryParse(period, null, out _)) yield return $"periods says that \"{word}\" is \"{period}\", which is not a period such as 2013-14 or 2013-09-01 to 2014-08-31.";
        if (FixedPeriod is not null && !MeasuredPeriod.TryParse(FixedPeriod, null, out _)) yield return $"fixed_period \"{FixedPeriod}\" is not a period such as 2013-14 or 2011.";
        if (Wide is not null && (Value ?? Numerator ?? Denominator) is not null) yield return "A wide layout has a value in each of its columns, so value, numerator and denominator are left out.";
        if (HeadingsAt is < 1 or > 1000) yield return "headings_at is the line of the headings, from 1.";
        if (Decimal is not (null or "." or ",")) yield return "decimal is a point or a comma.";
        if (Delimiter is { Length: not 1 }) yield return "delimiter is one character.";
        if (Encoding is not null && CsvText.Named(Encoding) is null) yield return "encoding is utf-8, utf-16, windows-1252 or iso-8859-1.";
        if (Breakdowns?.Any(b => b.Column.Length == 0 || b.Is.Length == 0) == true) yield return "Each breakdown has a column and, in is, the classification that it stands for.";
        if (Wide is { } wide)
        {
            if (wide.Is.Length == 0) yield return "wide says, in is, the classification that its columns stand for, or period.";
            if (wide.Pattern is not { } pattern) yield return "wide.columns is a regular expression whose first group is the category, such as ^(.+) count$.";
            else if (pattern.GetGroupNumbers().Length < 2) yield return "wide.columns has a group, in brackets, for the category.";
        }
    }

    internal static FieldsException Bad(string sentence) => new([("mapping", sentence)]);
}

/// <summary>A column with categories.</summary>
/// <param name="Column">Its heading.</param>
/// <param name="Is">The key of the classification.</param>
/// <param name="Total">What stands for the whole; nothing, "All" and "Total" when nothing is said.</param>
/// <param name="NewCategories">Whether categories that the classification has not are added to it.</param>
internal sealed record BreakdownColumn(string Column = "", string Is = "", IReadOnlyList<string>? Total = null, bool NewCategories = false)
{
    private static readonly string[] Usual = ["", "All", "Total"];

    public bool IsTotal(string word) => (Total ?? Usual).Contains(word.Trim(), StringComparer.OrdinalIgnoreCase);

    /// <summary>What is written for the whole.</summary>
    [JsonIgnore]
    public string Written => (Total ?? Usual).FirstOrDefault() ?? "";
}

/// <summary>The columns of a wide layout.</summary>
/// <param name="Columns">A regular expression that their headings match, whose first group is the category or the period; of periods all when nothing is said.</param>
/// <param name="Is">The key of the classification; "period" when there is a column for each period.</param>
/// <param name="Total">The categories that stand for the whole.</param>
/// <param name="NewCategories">Whether categories that the classification has not are added to it.</param>
/// <param name="Write">How a column's heading is written, with {} for the category or the period; that alone when nothing is said.</param>
internal sealed record WideColumns(string Columns = "", string Is = "", IReadOnlyList<string>? Total = null, bool NewCategories = false, string? Write = null)
{
    private const string Periods = "period";

    /// <summary>Whether there is a column for each period.</summary>
    [JsonIgnore]
    public bool IsPeriod => Is == Periods;

    /// <summary>The expression, or nothing when it is none.</summary>
    [JsonIgnore]
    public Regex? Pattern
    {
        get
        {
            try
            {
                // No backtracking: an expression comes from a caller.
                return new Regex(IsPeriod && Columns.Length == 0 ? "^(.+)$" : Columns, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                return null;
            }
        }
    }
}

/// <summary>The column that says how firm a figure is.</summary>
/// <param name="Column">Its heading.</param>
/// <param name="Provisional">What stands for provisional.</param>
/// <param name="Skip">What stands for no figure.</param>
internal sealed record StatusColumn(string Column = "", IReadOnlyList<string>? Provisional = null, IReadOnlyList<string>? Skip = null);
