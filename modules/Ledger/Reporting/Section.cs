using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EqualitiesPlatform.Ledger.Reporting;

/// <summary>What a report is about: one body, one financial year, as at a day, as known at a final position.</summary>
/// <param name="Body">The body's key, such as crc.</param>
/// <param name="Year">The financial year.</param>
/// <param name="AsAt">The effective cut-off: what holds only after this day does not count.</param>
/// <param name="Position">What was known: every event up to this final position, and none after.</param>
public sealed record ReportScope(string Body, FinancialYear Year, DateOnly AsAt, long Position);

/// <summary>
/// One section of a report: a pure fold over the ledger's events in order, up to the scope's position. It reads no
/// register, no clock and no configuration, so that the same scope gives the same bytes on any later day. A new section
/// is one file.
/// </summary>
public interface ISection
{
    /// <summary>The section's stable key, the first part of its figures' keys.</summary>
    string Key { get; }

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
/// <param name="Introduction">Paragraphs before the figures.</param>
/// <param name="Figures">Every figure in the section, also those that stand in tables; keys are unique in the report.</param>
/// <param name="Tables">Its tables.</param>
public sealed record SectionContent(
    string Key, string Title, IReadOnlyList<string> Introduction, IReadOnlyList<Figure> Figures, IReadOnlyList<ReportTable> Tables);

/// <summary>
/// A figure with its lineage. For an absence ("no update") the scope that was searched stands in the place of events.
/// </summary>
/// <param name="Key">Stable within the report's kind: section.name, or section.name.subject.</param>
/// <param name="Label">What it is, in words.</param>
/// <param name="Formula">How it is computed, in words and names of events.</param>
/// <param name="Value">The value as printed.</param>
/// <param name="Positions">The positions of exactly the events it comes from, ascending.</param>
/// <param name="Searched">For an absence: what was searched and how far.</param>
public sealed record Figure(string Key, string Label, string Formula, string Value, IReadOnlyList<long> Positions, string? Searched = null)
{
    /// <summary>A count of things, each with the events that make it count.</summary>
    public static Figure Count(string key, string label, string formula, int value, IEnumerable<long> positions, string? searched = null) =>
        new(key, label, formula, value.ToString(CultureInfo.InvariantCulture), [.. positions.Distinct().Order()], searched);

    /// <summary>SHA-256 over the positions, one a line: two figures rest on the same events when it is the same.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Positions))));
}

/// <summary>A table; its first column heads the rows.</summary>
/// <param name="Key">Its key in the report.</param>
/// <param name="Caption">Its caption.</param>
/// <param name="Columns">The column headings.</param>
/// <param name="Rows">The rows, as wide as the columns.</param>
public sealed record ReportTable(string Key, string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows);

/// <summary>A table's cell: a text, perhaps with the figure that it shows, and perhaps a status to be marked.</summary>
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
