using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace EqualitiesPlatform.Ledger.Reporting;

/// <summary>What a report is about: one body, one financial year, as at a day, as known at a final position.</summary>
/// <param name="Body">The body's key, such as crc.</param>
/// <param name="Year">The financial year.</param>
/// <param name="AsAt">The effective cut-off: what holds only after this day does not count.</param>
/// <param name="Position">What was known: every event up to this final position, and none after.</param>
public sealed record ReportScope(string Body, FinancialYear Year, DateOnly AsAt, long Position)
{
    /// <summary>The partner that a report on one partner is about.</summary>
    public PartnerId? Partner { get; init; }

    /// <summary>The reports whose attached files count: this one and, before it, those it restates. None for a preview.</summary>
    [JsonIgnore] public IReadOnlyList<ReportId> Files { get; init; } = [];

    /// <summary>Whether what an event says holds by the effective cut-off.</summary>
    public bool Holds(RecordedEvent recorded) => recorded.EffectiveOn <= AsAt;
}

/// <summary>
/// One section of a report: a pure fold over the ledger's events in order, up to the scope's position. It reads no
/// register, no clock and no configuration, so that the same scope gives the same bytes on any later day. A new section
/// is one file. A report that was frozen names its sections with their versions, and is issued again with those: who
/// changes what a section says gives the change a version of its own and leaves the earlier one registered.
/// </summary>
public interface ISection
{
    /// <summary>The section's stable key, the first part of its figures' keys.</summary>
    string Key { get; }

    /// <summary>Which version of the section this is, from 1; new reports take the greatest.</summary>
    int Version => 1;

    /// <summary>Where it stands in the report.</summary>
    int Order { get; }

    /// <summary>Begins a fold.</summary>
    ISectionFold Begin(ReportScope scope);
}

/// <summary>A section's fold under way.</summary>
public interface ISectionFold
{
    /// <summary>Takes the next event, in the order of positions.</summary>
    void Apply(RecordedEvent recorded);

    /// <summary>What the section says, after the last event.</summary>
    SectionContent Complete();
}

/// <summary>What a section says.</summary>
/// <param name="Key">The section's key.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Introduction">Paragraphs before its parts.</param>
/// <param name="Figures">Every figure in the section, also those that stand in its parts; keys are unique in the report.</param>
/// <param name="Parts">What it shows, in order.</param>
public sealed record SectionContent(
    string Key, string Title, IReadOnlyList<string> Introduction, IReadOnlyList<Figure> Figures, IReadOnlyList<ReportPart> Parts);

/// <summary>
/// A figure with its lineage: whatever the section prints that was counted or found. Leaving out one of its events
/// changes it, and leaving out any other does not. For an absence ("no update") it says what was searched.
/// </summary>
/// <param name="Key">Stable within the report's kind: section.name, or section.name.subject.</param>
/// <param name="Label">What it is, in words.</param>
/// <param name="Formula">How it is computed, in words and names of events.</param>
/// <param name="Value">The value as printed.</param>
/// <param name="Positions">The positions of exactly the events that determine it, ascending.</param>
/// <param name="Searched">For an absence: what was searched and how far.</param>
public sealed record Figure(
    string Key, string Label, string Formula, string Value, [property: JsonIgnore] IReadOnlyList<long> Positions, string? Searched = null)
{
    /// <summary>A figure, its events in any order and as often as they come.</summary>
    public static Figure Of(string key, string label, string formula, string value, IEnumerable<long> positions, string? searched = null) =>
        new(key, label, formula, value, [.. positions.Distinct().Order()], searched);

    /// <summary>A whole number.</summary>
    public static Figure Of(string key, string label, string formula, int value, IEnumerable<long> positions, string? searched = null) =>
        Of(key, label, formula, value.ToString(CultureInfo.InvariantCulture), positions, searched);

    /// <summary>How many events it comes from.</summary>
    public int Count => Positions.Count;

    /// <summary>SHA-256 over the positions, one a line: two figures rest on the same events when it is the same.</summary>
    public string Digest
    {
        get
        {
            // A figure may come from a million events.
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Span<byte> text = stackalloc byte[1024];
            var length = 0;
            for (var i = 0; i < Positions.Count; i++)
            {
                if (i > 0) text[length++] = (byte)'\n';
                Utf8Formatter.TryFormat(Positions[i], text[length..], out var written);
                length += written;
                if (length < text.Length - LongestPosition) continue;
                hash.AppendData(text[..length]);
                length = 0;
            }
            hash.AppendData(text[..length]);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    private const int LongestPosition = 32;
}

/// <summary>A part of a section.</summary>
/// <param name="Key">Its key in the report.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "part")]
[JsonDerivedType(typeof(ReportHeadlines), "headlines")]
[JsonDerivedType(typeof(ReportTable), "table")]
[JsonDerivedType(typeof(ReportEntries), "entries")]
[JsonDerivedType(typeof(ReportChart), "chart")]
public abstract record ReportPart(string Key);

/// <summary>The figures that a reader should see first.</summary>
/// <param name="Key">Its key in the report.</param>
/// <param name="FigureKeys">Which figures.</param>
public sealed record ReportHeadlines(string Key, IReadOnlyList<string> FigureKeys) : ReportPart(Key);

/// <summary>A table; its first column heads the rows.</summary>
/// <param name="Key">Its key in the report.</param>
/// <param name="Caption">Its caption.</param>
/// <param name="Columns">The column headings.</param>
/// <param name="Rows">The rows, as wide as the columns.</param>
public sealed record ReportTable(string Key, string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows) : ReportPart(Key);

/// <summary>Entries under one heading, for what is too much for a table's row.</summary>
/// <param name="Key">Its key in the report.</param>
/// <param name="Heading">What they have in common, such as a partner.</param>
/// <param name="Facts">What is said of all of them.</param>
/// <param name="Entries">The entries.</param>
public sealed record ReportEntries(string Key, string Heading, IReadOnlyList<Fact> Facts, IReadOnlyList<ReportEntry> Entries) : ReportPart(Key);

/// <summary>One entry.</summary>
/// <param name="Key">Its key in the report.</param>
/// <param name="Heading">What it is about.</param>
/// <param name="Facts">What is said of it.</param>
public sealed record ReportEntry(string Key, string Heading, IReadOnlyList<Fact> Facts);

/// <summary>One thing that is said.</summary>
/// <param name="Term">What it is about, in a word or two.</param>
/// <param name="Said">What is said, a line each.</param>
public sealed record Fact(string Term, params IReadOnlyList<Cell> Said);

/// <summary>A table's cell, or a line: a text, perhaps with the figure that it shows, and perhaps a status to be marked.</summary>
/// <param name="Text">The text, also where colour would say it.</param>
/// <param name="FigureKey">The figure it shows.</param>
/// <param name="Status">A kebab-case word for marking, such as off-track.</param>
public sealed record Cell(string Text, string? FigureKey = null, string? Status = null)
{
    /// <summary>A plain cell.</summary>
    public static implicit operator Cell(string text) => new(text);

    /// <summary>A cell that shows a figure.</summary>
    public static implicit operator Cell(Figure figure) => new(figure.Value, figure.Key);
}
